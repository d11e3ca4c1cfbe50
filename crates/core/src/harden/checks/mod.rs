//! The checks, one file each in the folder of what they look at: adding one is adding a file, and its line in the folder's
//! list. Must not know how the account is read.

mod account;
mod guest;
mod instance;
mod network;
#[cfg(test)]
mod table;

use jiff::Timestamp;

pub(crate) use account::{log_group, unnoticed};

use super::check::{Check, CheckResult, Scope, Seen};
use super::guest::Guest;
use super::posture::Posture;
use crate::identify::{Finding, Subject};

pub(crate) use instance::{admin_port, admin_rules, risky_port, risky_rules};
pub use network::flow_log_format;
pub(crate) use network::{covering, is_full};

/// Every check, in the order they are shown.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    [
        instance::CHECKS,
        guest::CHECKS,
        network::CHECKS,
        account::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The check of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Check> {
    checks().find(|check| check.name == name)
}

/// Runs every check that is about this kind of machine.
#[must_use]
pub fn check(subject: &Subject, posture: &Posture, finding: &Finding) -> Vec<CheckResult> {
    let seen = Seen {
        subject,
        posture,
        finding,
    };
    checks()
        .filter(|check| guest::applies(check, &seen))
        .map(|check| (check.run)(&seen))
        .collect()
}

/// Runs the checks of the operating system on what is at hand, of an instance that nobody read.
#[must_use]
pub fn check_guest(inside: Guest, finding: &Finding, at: Timestamp) -> Vec<CheckResult> {
    let text = |part: &'_ Option<String>| part.clone().unwrap_or_default();
    let subject = Subject::unread(
        &text(&finding.instance_id),
        &text(&finding.account),
        &text(&finding.region),
        at,
    );
    let posture = Posture {
        guest: Some(inside),
        ..Posture::default()
    };
    let mut results = check(&subject, &posture, finding);
    results.retain(|result| result.scope == Scope::Guest);
    results
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::{BTreeMap, BTreeSet};

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
    fn every_check_answers_under_its_own_name_and_knows_nothing_of_an_unread_account() {
        let names: Vec<_> = checks().map(|check| check.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let posture = Posture::default();
        let results = check(&fixture::subject(), &posture, &fixture::finding());
        assert!(results.len() > names.len() / 2);
        for result in &results {
            let check = named(&result.check).unwrap();
            let name = check.name;
            assert_eq!(result.scope, check.scope, "{name}");
            assert_eq!(
                result.status == Status::Unknown,
                result.why.is_some(),
                "{name}"
            );
            assert_eq!(
                result.status == Status::Fail,
                !result.evidence.is_empty(),
                "{name}"
            );
            // What is not of the instance was not read here.
            if check.scope != Scope::Instance {
                assert_eq!(result.status, Status::Unknown, "{name}");
            }
        }
    }
}
