//! A wrong finding kept from coming back: the address taken off the threat list, put on the trusted one, or its finding
//! suppressed; and all of that undone. Each is a plan that a person approves. Must not fetch a list or read its format.

mod cut;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use ipnet::IpNet;

use super::{AddressReport, Standing};
use crate::case::Case;
use crate::contain::{
    Action, ActivateList, Builder, DEFAULT_PROFILE, EditList, ListEdit, ListSet, Mend, Note, Piece,
    Plan, Purpose, Severity, Step, SuppressFinding, TrustAddress, Undo,
};
use crate::evaluate::Outcome;
use crate::identify::Subject;

/// Codes of the notes that such a plan can have; the catalogues have words for each under `note-`.
pub const MEND_NOTES: [&str; 8] = [
    "mend_breach",
    "mend_everywhere",
    "mend_hides_all",
    "mend_known_bad",
    "mend_others",
    "mend_quota",
    "mend_splits",
    "mend_takes_time",
];

/// An entry of a list that covers addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its line, from 1.
    pub line: u64,
    /// As it is written.
    pub text: String,
    /// What it covers.
    pub net: IpNet,
}

/// A list with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The list.
    pub set: &'a ListSet,
    /// GuardDuty's name of its format.
    pub format: &'a str,
    /// GuardDuty's word for how it is: only an `ACTIVE` one is activated again.
    pub status: &'a str,
    /// The object.
    pub content: &'a [u8],
    /// Its entries that cover addresses.
    pub entries: Vec<Entry>,
}

/// Other findings that a list raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Others {
    /// About this address.
    pub of_address: usize,
    /// About others: they stay listed.
    pub of_others: usize,
    /// Days that were looked at.
    pub days: u32,
}

/// Why there is nothing to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMend {
    /// No list that could be read raised the finding.
    List,
    /// The list does not have the address.
    NotListed,
    /// The list is not in use.
    Inactive,
    /// The list is of a format that is not edited by rule.
    Format,
    /// A line says more than the one entry.
    Unclear,
    /// Too many lines or blocks.
    TooMany,
    /// The list is no UTF-8 text.
    Text,
    /// The list has as many entries as it may have.
    Full,
    /// The account has no trusted list.
    TrustedList,
    /// The address is trusted already.
    Trusted,
    /// The finding is of a kind whose address no rule can name.
    Kind,
    /// Nothing of this case stands to be put back.
    Undone,
}

impl NoMend {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::List,
        Self::NotListed,
        Self::Inactive,
        Self::Format,
        Self::Unclear,
        Self::TooMany,
        Self::Text,
        Self::Full,
        Self::TrustedList,
        Self::Trusted,
        Self::Kind,
        Self::Undone,
    ];

    /// The code, as the catalogues know it under `no-mend-`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::NotListed => "not_listed",
            Self::Inactive => "inactive",
            Self::Format => "format",
            Self::Unclear => "unclear",
            Self::TooMany => "too_many",
            Self::Text => "text",
            Self::Full => "full",
            Self::TrustedList => "trusted_list",
            Self::Trusted => "trusted",
            Self::Kind => "kind",
            Self::Undone => "undone",
        }
    }
}

/// Which mending would help against the findings about an address, best first; none where nothing speaks for one, after a
/// breach, or where others think badly of the address. A list is only called wrong where the address is harmless, its entry is
/// too wide, or it is old; where an attempt led to nothing, its finding can be suppressed.
#[must_use]
pub fn proposals(case: &Case, report: &AddressReport) -> Vec<Mend> {
    if is_breach(case) || report.standing == Standing::KnownBad {
        return Vec::new();
    }
    let verdict = case.verdict.as_ref();
    let was = |outcomes: &[Outcome]| verdict.is_some_and(|v| outcomes.contains(&v.outcome));
    let harmless = was(&[Outcome::Benign]);
    let in_vain = was(&[Outcome::Attempted, Outcome::Blocked]);
    let good = report.standing == Standing::KnownGood;
    let lists = case.whole_finding().threat_lists;
    let too_wide =
        verdict.is_some_and(|v| v.reasons.iter().any(|r| r.signal == "list-entry-too-wide"));
    let mut old = report
        .reasons
        .iter()
        .filter_map(|why| why.strip_prefix("stale: "))
        .flat_map(|sources| sources.split(", "));
    let stale = old.any(|source| lists.iter().any(|list| list == source));
    let mut mends = Vec::new();
    if !lists.is_empty() && (harmless || good || too_wide || stale) {
        mends.push(Mend::Edit);
    }
    if good {
        mends.push(Mend::Trust);
    }
    if harmless || good || in_vain {
        mends.push(Mend::Suppress);
    }
    mends
}

/// The plan that takes `ip` off these lists, which raised the finding.
///
/// # Errors
/// Why there is none.
pub fn edit_plan(
    case: &Case,
    subject: &Subject,
    ip: IpAddr,
    lists: &[(Listed<'_>, Others)],
) -> Result<Plan, NoMend> {
    let mut steps = Builder::default();
    let mut notes = judged(case, ip, Severity::Warning);
    let mut why_not = NoMend::List;
    for (list, others) in lists {
        let name = ("list", list.set.name.clone());
        let edit = match changed(list, ip, cut::cut) {
            Ok(edit) => edit,
            Err(why) => {
                why_not = why;
                continue;
            }
        };
        let blocks = edit.pieces.iter().map(|p| lines_in(&p.new)).sum::<usize>();
        if blocks > 0 {
            let widest = list
                .entries
                .iter()
                .filter(|entry| entry.net.contains(&ip))
                .min_by_key(|entry| entry.net.prefix_len());
            let entry = widest.map(|entry| entry.text.clone()).unwrap_or_default();
            notes.push(Note::new(
                Severity::Warning,
                "mend_splits",
                [
                    name.clone(),
                    ("entry", entry),
                    ("blocks", blocks.to_string()),
                ],
            ));
        }
        if others.of_address + others.of_others > 0 {
            notes.push(Note::new(
                Severity::Info,
                "mend_others",
                [
                    name.clone(),
                    ("address", others.of_address.to_string()),
                    ("others", others.of_others.to_string()),
                    ("days", others.days.to_string()),
                ],
            ));
        }
        notes.push(Note::new(Severity::Warning, "mend_everywhere", [name]));
        let put = EditList {
            ip,
            listed: false,
            edit,
        };
        activated(&mut steps, put.edit.clone(), put);
    }
    let plan = plan(case, subject, Mend::Edit, steps, notes);
    if plan.waves.is_empty() {
        return Err(why_not);
    }
    Ok(plan)
}

/// The plan that puts `ip` on the account's trusted list.
///
/// # Errors
/// Why there is none.
pub fn trust_plan(
    case: &Case,
    subject: &Subject,
    ip: IpAddr,
    lists: &[Listed<'_>],
) -> Result<Plan, NoMend> {
    let mut why_not = NoMend::TrustedList;
    for list in lists {
        let edit = match changed(list, ip, cut::add) {
            Ok(edit) => edit,
            // A list that has it speaks for all.
            Err(NoMend::Trusted) => return Err(NoMend::Trusted),
            Err(why) => {
                why_not = why;
                continue;
            }
        };
        let mut notes = judged(case, ip, Severity::Refusal);
        for code in ["mend_hides_all", "mend_everywhere"] {
            let args = [("list", list.set.name.clone()), ("ip", ip.to_string())];
            notes.push(Note::new(Severity::Warning, code, args));
        }
        let mut steps = Builder::default();
        let put = TrustAddress {
            ip,
            trusted: true,
            edit,
        };
        activated(&mut steps, put.edit.clone(), put);
        return Ok(plan(case, subject, Mend::Trust, steps, notes));
    }
    Err(why_not)
}

/// The plan that suppresses findings like the case's about `ip`.
///
/// # Errors
/// Why there is none.
pub fn suppress_plan(case: &Case, subject: &Subject, ip: IpAddr) -> Result<Plan, NoMend> {
    let finding = case.whole_finding();
    let action = match finding.action.as_deref() {
        Some("network_connection") => "networkConnectionAction.remoteIpDetails",
        Some("port_probe") => "portProbeAction.portProbeDetails.remoteIpDetails",
        Some("aws_api_call") => "awsApiCallAction.remoteIpDetails",
        _ => return Err(NoMend::Kind),
    };
    if ip.is_ipv6() || finding.kind.is_empty() {
        return Err(NoMend::Kind);
    }
    let mut notes = judged(case, ip, Severity::Refusal);
    notes.push(Note::new(Severity::Info, "mend_quota", []));
    let mut steps = Builder::default();
    steps.add(
        SuppressFinding {
            rule: SuppressFinding::rule_name(&case.id, ip),
            kind: finding.kind,
            instance: subject.instance_id.clone(),
            ip,
            field: format!("service.action.{action}.ipAddressV4"),
            suppressed: true,
        },
        &[],
        &[],
    );
    Ok(plan(case, subject, Mend::Suppress, steps, notes))
}

/// The plan that puts back what was mended in this case and not put back since.
///
/// # Errors
/// [`NoMend::Undone`] where nothing was.
pub fn undo_plan(case: &Case, subject: &Subject) -> Result<Plan, NoMend> {
    let mut done: Vec<&Step> = Vec::new();
    for record in &case.plans {
        let Purpose::Mend { how } = record.plan.purpose else {
            continue;
        };
        for (step, state) in record.progress() {
            if how == Mend::Undo && state.is_done() {
                done.retain(|other| other.action.key() != step.action.key());
            } else if how != Mend::Undo && state.may_have_acted() {
                done.push(step);
            }
        }
    }
    let mut steps = Builder::default();
    // The newest first: each finds what it left. A list is read anew when it has been put back.
    let (lists, others): (Vec<_>, Vec<_>) = done
        .into_iter()
        .rev()
        .filter_map(|step| match step.action.undo() {
            Undo::Do(back) => Some(*back),
            Undo::Keep(_) | Undo::Impossible(_) => None,
        })
        .partition(|back| matches!(back, Action::ActivateList(_)));
    let mut before: Vec<String> = Vec::new();
    for back in others {
        let after: Vec<&str> = before.iter().map(String::as_str).collect();
        let id = steps.add(back, &[], &after);
        before.push(id);
    }
    let needs: Vec<&str> = before.iter().map(String::as_str).collect();
    let mut seen = Vec::new();
    for back in lists {
        if !seen.contains(&back.key()) {
            seen.push(back.key());
            steps.add(back, &[], &needs);
        }
    }
    let plan = plan(case, subject, Mend::Undo, steps, Vec::new());
    if plan.waves.is_empty() {
        return Err(NoMend::Undone);
    }
    Ok(plan)
}

/// The change of a list that is in use and has room for it.
fn changed(
    list: &Listed<'_>,
    ip: IpAddr,
    how: impl Fn(&[u8], &str, &[Entry], IpAddr) -> Result<Vec<Piece>, NoMend>,
) -> Result<ListEdit, NoMend> {
    let pieces = how(list.content, list.format, &list.entries, ip)?;
    if list.status != "ACTIVE" {
        return Err(NoMend::Inactive);
    }
    let added: usize = pieces.iter().map(|piece| lines_in(&piece.new)).sum();
    let gone: usize = pieces.iter().map(|piece| lines_in(&piece.old)).sum();
    if added > gone && list.entries.len() + added - gone > list.set.kind.quota() {
        return Err(NoMend::Full);
    }
    ListEdit::new(list.set.clone(), pieces, list.content)
        .map(|(edit, _)| edit)
        .ok_or(NoMend::Unclear)
}

fn lines_in(text: &str) -> usize {
    text.split(['\n', '\r'])
        .filter(|line| !line.is_empty())
        .count()
}

/// A change to a list, and the list read anew after it.
fn activated(steps: &mut Builder, edit: ListEdit, put: impl Into<Action>) {
    let put = steps.add(put, &[], &[]);
    let read = ActivateList {
        set: edit.set,
        from: edit.from,
        to: edit.to,
    };
    steps.add(read, &[&put], &[]);
}

fn is_breach(case: &Case) -> bool {
    let bad = |outcome| matches!(outcome, Outcome::Succeeded | Outcome::Likely);
    case.verdict.as_ref().is_some_and(|v| bad(v.outcome))
}

/// What speaks against calling this address harmless.
fn judged(case: &Case, ip: IpAddr, severity: Severity) -> Vec<Note> {
    let mut notes = Vec::new();
    if is_breach(case) {
        notes.push(Note::new(severity, "mend_breach", [("ip", ip.to_string())]));
    }
    let known_bad =
        |report: &AddressReport| report.ip == ip && report.standing == Standing::KnownBad;
    if case.addresses.iter().any(known_bad) {
        let args = [("ip", ip.to_string())];
        notes.push(Note::new(severity, "mend_known_bad", args));
    }
    notes
}

fn plan(case: &Case, subject: &Subject, how: Mend, steps: Builder, mut notes: Vec<Note>) -> Plan {
    let waves = steps.waves();
    let reads = |step: &Step| matches!(step.action, Action::ActivateList(_));
    if waves.iter().flatten().any(reads) {
        notes.push(Note::new(Severity::Info, "mend_takes_time", []));
    }
    Plan {
        case: case.id.clone(),
        purpose: Purpose::Mend { how },
        profile: DEFAULT_PROFILE.into(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        waves,
        notes,
    }
}
