//! What a case wants watched, each with its reason to be there; what cannot be had comes as a note. Must not know what
//! stands already.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::SignedDuration;
use serde_json::json;

use super::pattern::{Side, accepted};
use crate::case::{Case, Containment};
use crate::contain::{AlarmObject, FilterObject, Limit, Note, RuleObject, Severity, WatchObject};
use crate::evaluate::Source;
use crate::harden::FlowLogConfig;
use crate::identify::Subject;

/// Namespace of the metrics that our filters count.
const NAMESPACE: &str = "Rebato";
/// Seconds of a period of basic monitoring, which every instance has.
const PERIOD: i32 = 300;
/// Bytes in a period that a contained instance does not send: its agents' attempts to call home are some hundred packets.
const CONTAINED_BYTES: u32 = 1_000_000;
/// Bytes in a period that are much for an instance of which nobody knows what is usual: 2.7 Mbit/s without a pause.
const UNKNOWN_BYTES: u32 = 100_000_000;
/// How long metrics must go back for the usual to be known: a day with its night.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);
/// Width of the usual, in standard deviations: CloudWatch's own default.
const WIDTH: u32 = 2;
/// From this severity on a finding is told of: GuardDuty's medium.
const SEVERITY: u32 = 4;

/// What is wanted for a case, and what a person should know about it. `flow_logs` are those of the instance, `None` where they
/// could not be read; `topic` is the ARN of the SNS topic that is told.
#[must_use]
pub fn wanted_objects(
    case: &Case,
    subject: &Subject,
    flow_logs: Option<&[FlowLogConfig]>,
    topic: Option<&str>,
) -> (Vec<WatchObject>, Vec<Note>) {
    let mut maker = Maker {
        case,
        subject,
        topic,
        objects: Vec::new(),
        notes: Vec::new(),
    };
    maker.network_out();
    maker.status_check();
    maker.accepted_flows(flow_logs);
    maker.rules();
    (maker.objects, maker.notes)
}

/// The name of a log group that AWS gives by its name or by its ARN (`arn:aws:logs:…:log-group:NAME:*`).
fn group_name(destination: &str) -> &str {
    let name = destination.split_once(":log-group:");
    let name = name.map_or(destination, |(_, name)| name);
    name.strip_suffix(":*").unwrap_or(name)
}

struct Maker<'a> {
    case: &'a Case,
    subject: &'a Subject,
    topic: Option<&'a str>,
    objects: Vec<WatchObject>,
    notes: Vec<Note>,
}

impl Maker<'_> {
    /// A name for this case: at most 64 letters, digits, dots, dashes and underscores, which is what a rule may have.
    fn name(&self, what: &str) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let room = 64_usize.saturating_sub("rebato--".len() + what.len());
        let case: String = self.case.id.chars().map(safe).take(room).collect();
        format!("rebato-{case}-{what}")
    }

    fn note<const N: usize>(&mut self, severity: Severity, code: &str, args: [(&str, String); N]) {
        self.notes.push(Note::new(severity, code, args));
    }

    /// An alarm on a metric of the instance.
    fn of_instance(&self, what: &str, metric: &str, statistic: &str, limit: Limit) -> AlarmObject {
        AlarmObject {
            name: self.name(what),
            namespace: "AWS/EC2".into(),
            metric: metric.into(),
            dimensions: BTreeMap::from([(
                "InstanceId".to_owned(),
                self.subject.instance_id.clone(),
            )]),
            statistic: statistic.into(),
            period: PERIOD,
            periods: 1,
            limit,
            missing: "notBreaching".into(),
            topic: self.topic.map(str::to_owned),
        }
    }

    /// More goes out than should. What is usual is known of an instance that was measured for a day and is not contained: after
    /// a containment the usual is what is no longer to be.
    fn network_out(&mut self) {
        let contained = matches!(
            self.case.containment,
            Containment::Partial | Containment::Contained | Containment::Verified
        );
        let limit = if contained {
            Limit::AtLeast(CONTAINED_BYTES)
        } else if self.has_history() {
            Limit::AboveUsual(WIDTH)
        } else {
            self.note(Severity::Info, "watch_no_history", []);
            Limit::AtLeast(UNKNOWN_BYTES)
        };
        let alarm = self.of_instance("network-out", "NetworkOut", "Sum", limit);
        self.objects.push(WatchObject::Alarm(alarm));
    }

    fn has_history(&self) -> bool {
        let read = self.case.dossier.as_ref();
        let read = read.and_then(|dossier| dossier.coverage.get(&Source::Metrics));
        read.and_then(|covered| Some(covered.last?.duration_since(covered.first?)))
            .is_some_and(|span| span >= HISTORY)
    }

    fn status_check(&mut self) {
        if self.subject.state != "running" {
            let state = self.subject.state.clone();
            self.note(Severity::Info, "watch_not_running", [("state", state)]);
            return;
        }
        let limit = Limit::AtLeast(1);
        let alarm = AlarmObject {
            // Status checks are measured every minute, on any instance.
            period: 60,
            periods: 2,
            missing: "missing".into(),
            ..self.of_instance("status-check", "StatusCheckFailed", "Maximum", limit)
        };
        self.objects.push(WatchObject::Alarm(alarm));
    }

    /// The case's addresses get through anywhere that the flow log sees: what was let in here may be let in next door.
    fn accepted_flows(&mut self, flow_logs: Option<&[FlowLogConfig]>) {
        let mut ips: BTreeSet<IpAddr> =
            self.case.whole_finding().remote_ips().into_iter().collect();
        ips.extend(self.case.reviews.iter().flat_map(|review| &review.leaks));
        let ips: Vec<IpAddr> = ips.into_iter().collect();
        if ips.is_empty() {
            self.note(Severity::Info, "watch_no_addresses", []);
            return;
        }
        let Some(logs) = flow_logs else {
            let args = [
                ("part", "flow_logs".into()),
                ("why", "posture-not-read".into()),
            ];
            self.note(Severity::Warning, "unread_part", args);
            return;
        };
        let in_groups = |log: &&FlowLogConfig| {
            log.status == "ACTIVE"
                && log.traffic != "REJECT"
                && log.destination_type == "cloud-watch-logs"
        };
        let mut groups: BTreeMap<&str, &FlowLogConfig> = BTreeMap::new();
        for log in logs.iter().filter(in_groups) {
            if let Some(group) = &log.destination {
                groups.entry(group_name(group)).or_insert(log);
            }
        }
        if groups.is_empty() {
            self.note(Severity::Info, "watch_no_log_group", []);
            return;
        }
        let metric = self.name("accepted-flows");
        let before = self.objects.len();
        for (group, log) in groups {
            let mut left_out = 0;
            for (side, what) in [
                (Side::Source, "accepted-from"),
                (Side::Destination, "accepted-to"),
            ] {
                let Some((pattern, left)) = accepted(log.format.as_deref(), side, &ips) else {
                    let args = [("flow_log", log.id.clone()), ("side", what.to_owned())];
                    self.note(Severity::Warning, "watch_format_lacks", args);
                    continue;
                };
                left_out = left_out.max(left);
                self.objects.push(WatchObject::MetricFilter(FilterObject {
                    name: self.name(what),
                    group: group.to_owned(),
                    pattern,
                    namespace: NAMESPACE.into(),
                    metric: metric.clone(),
                }));
            }
            if left_out > 0 {
                let args = [("count", left_out.to_string())];
                self.note(Severity::Warning, "watch_addresses_left_out", args);
            }
        }
        if self.objects.len() > before {
            self.objects.push(WatchObject::Alarm(AlarmObject {
                name: metric.clone(),
                namespace: NAMESPACE.into(),
                metric,
                dimensions: BTreeMap::new(),
                statistic: "Sum".into(),
                period: PERIOD,
                periods: 1,
                limit: Limit::AtLeast(1),
                missing: "notBreaching".into(),
                topic: self.topic.map(str::to_owned),
            }));
        }
    }

    /// New findings about the instance, and every change of its state. A rule without a target tells nobody anything, so there
    /// is none.
    fn rules(&mut self) {
        let Some(topic) = self.topic else {
            self.note(Severity::Warning, "watch_tells_nobody", []);
            self.note(Severity::Info, "watch_rules_need_topic", []);
            return;
        };
        let instance = &self.subject.instance_id;
        let findings = json!({
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {
                "severity": [{ "numeric": [">=", SEVERITY] }],
                "resource": { "instanceDetails": { "instanceId": [instance] } },
            },
        });
        let states = json!({
            "source": ["aws.ec2"],
            "detail-type": ["EC2 Instance State-change Notification"],
            "detail": { "instance-id": [instance] },
        });
        for (what, pattern) in [("findings", findings), ("state-changes", states)] {
            self.objects.push(WatchObject::Rule(RuleObject {
                name: self.name(what),
                pattern,
                topic: Some(topic.to_owned()),
            }));
        }
        let args = [("topic", topic.to_owned())];
        self.note(Severity::Info, "watch_topic_policy", args);
    }
}
