//! Step 5 of the runbook: what the checks need to know of the account beyond the subject. What cannot be read is noted,
//! never an error. Must not judge.

mod account;
mod alarms;
mod guardduty;
mod health;
mod instance;
mod role;
mod storage;
mod template;
mod trails;

use futures::join;
use rebato_core::harden::Posture;
use rebato_core::identify::{Subject, Unread};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::evaluate::all_flow_logs;

pub(crate) use health::health;

/// What could not be read, each part once.
#[derive(Default)]
struct Gaps(Vec<Unread>);

impl Gaps {
    /// The value, or nothing and a note.
    fn or_note<T>(&mut self, what: &str, read: Result<T, CloudError>) -> Option<T> {
        read.map_err(|error| self.note(what, &error)).ok()
    }

    fn note(&mut self, what: &str, error: &CloudError) {
        if !self.0.iter().any(|unread| unread.what == what) {
            self.0.push(Unread {
                what: what.to_owned(),
                why: error.to_string(),
            });
        }
    }
}

/// Reads the posture: all parts side by side.
pub(crate) async fn posture(cloud: &AwsCloud, subject: &Subject) -> Posture {
    let (account, instance, patches) = join!(
        of_account(cloud),
        of_instance(cloud, subject),
        crate::guest::patches(cloud, &subject.instance_id),
    );
    let mut gaps = Gaps::default();
    let patches = gaps.or_note("patches", patches);
    let mut posture = Posture {
        unread: [account.unread, instance.unread, gaps.0].concat(),
        patches,
        flow_logs: instance.flow_logs,
        other_flow_logs: instance.other_flow_logs,
        ssm_ping: instance.ssm_ping,
        default_groups: instance.default_groups,
        snapshots: instance.snapshots,
        templates: instance.templates,
        role_policies: instance.role_policies,
        key_users: instance.key_users,
        detailed_monitoring: instance.detailed_monitoring,
        imds_v1_calls: instance.imds_v1_calls,
        ..account
    };
    posture.unread.sort_by(|a, b| a.what.cmp(&b.what));
    posture
}

/// What is the same for every instance of the Region.
async fn of_account(cloud: &AwsCloud) -> Posture {
    let mut gaps = Gaps::default();
    let (encryption, trails, detectors, public, block, filters, alarms) = join!(
        account::ebs_encryption(cloud),
        trails::trails(cloud),
        guardduty::detectors(cloud),
        storage::public_snapshots(cloud),
        account::snapshot_block(cloud),
        alarms::metric_filters(cloud),
        alarms::alarms(cloud),
    );
    let trails = match trails {
        Ok(read) => {
            if let Some(error) = read.status {
                gaps.note("trail_status", &error);
            }
            if let Some(error) = read.selectors {
                gaps.note("trail_selectors", &error);
            }
            Some(read.trails)
        }
        Err(error) => {
            gaps.note("trails", &error);
            None
        }
    };
    Posture {
        ebs_encryption_default: gaps.or_note("ebs_encryption_default", encryption).flatten(),
        trails,
        detectors: gaps.or_note("detectors", detectors),
        public_snapshots: gaps.or_note("public_snapshots", public),
        snapshot_block: gaps.or_note("snapshot_block", block).flatten(),
        metric_filters: gaps.or_note("metric_filters", filters),
        alarms: gaps.or_note("alarms", alarms),
        unread: gaps.0,
        ..Posture::default()
    }
}

/// What is of this instance and its VPC.
async fn of_instance(cloud: &AwsCloud, subject: &Subject) -> Posture {
    let mut gaps = Gaps::default();
    let (flows, ping, groups, snapshots, template, policies, users, detailed, calls) = join!(
        all_flow_logs(cloud, subject),
        instance::ssm_ping(cloud, &subject.instance_id),
        instance::default_groups(cloud, subject),
        storage::snapshots(cloud, subject),
        template::templates(cloud, subject),
        role::policies(cloud, subject),
        instance::key_users(cloud, subject),
        instance::detailed_monitoring(cloud, &subject.instance_id),
        instance::imds_v1_calls(cloud, subject),
    );
    let templates = gaps.or_note("template", template).flatten().map(|read| {
        if let Some(error) = read.groups {
            gaps.note("template_groups", &error);
        }
        read.versions
    });
    let (flow_logs, other_flow_logs) = gaps.or_note("flow_logs", flows).unzip();
    Posture {
        flow_logs,
        other_flow_logs: other_flow_logs.unwrap_or_default(),
        ssm_ping: gaps.or_note("ssm", ping),
        default_groups: gaps.or_note("default_groups", groups).flatten(),
        snapshots: gaps.or_note("snapshots", snapshots),
        templates,
        role_policies: gaps.or_note("role_policies", policies).flatten(),
        key_users: gaps.or_note("key_users", users),
        detailed_monitoring: gaps.or_note("monitoring", detailed).flatten(),
        imds_v1_calls: gaps.or_note("imds_v1_calls", calls),
        unread: gaps.0,
        ..Posture::default()
    }
}
