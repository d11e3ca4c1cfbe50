//! `elsewhere`: an address of the case was seen at other resources of the account, or, from the administrator's account, of
//! the organization. Must not know what became of them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::case::Case;
use crate::identify::Finding;
use crate::monitor::{Look, Watch};

pub(in crate::monitor) const NAME: &str = "elsewhere";

pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Watch {
    let Some(findings) = look.account else {
        return Watch::unknown(NAME, "findings-not-read");
    };
    let finding = case.whole_finding();
    let addresses: BTreeSet<IpAddr> = finding.remote_ips().into_iter().collect();
    let elsewhere = |other: &&Finding| {
        !same_instance(case, other) && other.remote_ips().iter().any(|ip| addresses.contains(ip))
    };
    let evidence = findings.iter().filter(elsewhere).map(named).collect();
    Watch::judged(NAME, evidence)
}

/// Whether a finding is about the instance of the case, also by the credentials of its role.
pub(super) fn same_instance(case: &Case, other: &Finding) -> bool {
    let own = case.instance_id();
    own.is_some() && (other.instance_id.as_deref() == own || other.credentials_of.as_deref() == own)
}

/// A finding as evidence: id, type, and what it is about.
pub(super) fn named(finding: &Finding) -> String {
    let about = finding.instance_id.as_deref().unwrap_or(&finding.family);
    let account = finding.account.as_deref().unwrap_or("-");
    format!("{} {} {account} {about}", finding.id, finding.kind)
}
