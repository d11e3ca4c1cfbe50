//! The checks of a Windows guest that Linux has no like of: Remote Desktop, administrators, firewall. Must not know how they
//! were read.

use super::look::{bounded, part};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const RDP: Check = Check {
    name: "rdp-nla",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: rdp,
};
pub(super) const ADMINISTRATORS: Check = Check {
    name: "windows-administrators",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Manual,
    run: administrators,
};
pub(super) const FIREWALL: Check = Check {
    name: "windows-firewall",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: firewall,
};

fn rdp(seen: &Seen<'_>) -> CheckResult {
    let facts = match part(seen, |guest| &guest.rdp) {
        Ok(facts) => facts,
        Err(why) => return RDP.unknown(why),
    };
    let fact = |name: &str| facts.get(name).map(String::as_str).unwrap_or_default();
    match (fact("deny"), fact("nla")) {
        // Nobody connects at all, or only after a login.
        ("1", _) | (_, "1") => RDP.judged(Vec::new()),
        (_, "0") => RDP.judged(vec!["nla=0".into()]),
        _ => RDP.unknown("not-in-output"),
    }
}

/// The built-in administrator and the domain's administrators belong there (well-known ends of a SID: 500, 512).
fn administrators(seen: &Seen<'_>) -> CheckResult {
    let members = match part(seen, |guest| &guest.administrators) {
        Ok(members) => members,
        Err(why) => return ADMINISTRATORS.unknown(why),
    };
    let belongs = |member: &str| {
        let sid = member.split(' ').next().unwrap_or_default();
        sid.ends_with("-500") || sid.ends_with("-512")
    };
    ADMINISTRATORS.judged(bounded(
        members.iter().filter(|member| !belongs(member)).cloned(),
    ))
}

fn firewall(seen: &Seen<'_>) -> CheckResult {
    let facts = match part(seen, |guest| &guest.firewall) {
        Ok(facts) => facts,
        Err(why) => return FIREWALL.unknown(why),
    };
    if facts.is_empty() {
        return FIREWALL.unknown("not-in-output");
    }
    FIREWALL.judged(bounded(
        facts
            .iter()
            .filter(|(_, on)| !matches!(on.as_str(), "True" | "1"))
            .map(|(profile, on)| format!("{profile}={on}")),
    ))
}
