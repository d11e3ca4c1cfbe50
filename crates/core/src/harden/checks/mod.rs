//! The checks, one file each: adding one is adding a file and its line in [`TABLE`]. Must not know how the account is read.

mod cloudtrail;
mod ebs_encryption;
mod flow_logs;
mod imdsv2;
mod open_admin_ports;
mod ssm_managed;

use super::{CheckResult, Posture};
use crate::identify::{Finding, Subject, Unread};

pub(super) use open_admin_ports::admin_rules;

type Check = fn(&Subject, &Posture, &Finding) -> CheckResult;

/// The name of every check, in the order they are shown.
pub const CHECKS: &[&str] = &[
    open_admin_ports::NAME,
    imdsv2::NAME,
    flow_logs::NAME,
    ssm_managed::NAME,
    cloudtrail::NAME,
    ebs_encryption::NAME,
];

const TABLE: &[Check] = &[
    open_admin_ports::check,
    imdsv2::check,
    flow_logs::check,
    ssm_managed::check,
    cloudtrail::check,
    ebs_encryption::check,
];

/// Runs every check. A check that lacks what it needs is unknown and says why; it never guesses.
#[must_use]
pub fn check(subject: &Subject, posture: &Posture, finding: &Finding) -> Vec<CheckResult> {
    TABLE
        .iter()
        .map(|check| check(subject, posture, finding))
        .collect()
}

/// Why a part is not known: AWS's word where there is one.
fn why_unread(unread: &[Unread], codes: &[&str]) -> String {
    unread
        .iter()
        .find(|u| codes.contains(&u.what.as_str()))
        .map_or_else(|| "not-read".into(), |u| u.why.clone())
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::harden::Status;
    use crate::identify::{Interface, Rule, SecurityGroup};
    use crate::monitor::fixture;

    /// A group with these rules coming in.
    pub(crate) fn group(id: &str, ingress: Vec<Rule>) -> (String, SecurityGroup) {
        let group = SecurityGroup {
            id: id.into(),
            name: id.into(),
            vpc: None,
            ingress,
            egress: vec![],
            tags: BTreeMap::new(),
        };
        (id.into(), group)
    }

    /// An interface with these groups.
    pub(crate) fn interface(id: &str, groups: &[&str]) -> Interface {
        Interface {
            id: id.into(),
            groups: groups.iter().map(|g| (*g).into()).collect(),
            ..fixture::interface(id)
        }
    }

    #[test]
    fn every_check_answers_under_its_name_and_knows_nothing_of_an_unread_account() {
        let results = check(
            &fixture::subject(),
            &Posture::default(),
            &fixture::finding(),
        );
        assert_eq!(
            results.iter().map(|r| r.check.as_str()).collect::<Vec<_>>(),
            CHECKS
        );
        for unread in ["flow-logs", "ssm-managed", "cloudtrail"] {
            let result = results.iter().find(|r| r.check == unread);
            assert_eq!(
                result.map(|r| (r.status, r.why.as_deref())),
                Some((Status::Unknown, Some("not-read"))),
                "{unread}"
            );
        }
        for result in &results {
            assert_eq!(
                result.status == Status::Unknown,
                result.why.is_some(),
                "{}",
                result.check
            );
            assert_eq!(
                result.status == Status::Fail,
                !result.evidence.is_empty(),
                "{}",
                result.check
            );
        }
    }
}
