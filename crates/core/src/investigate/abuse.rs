//! What the network behind an address has to know to act on a complaint, and nothing else: no account, instance, host or
//! user name of ours. Must not know the words it is said in, and sends nothing.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp;

use super::{AddressReport, Scope, scope_of};
use crate::case::Case;
use crate::evaluate::Fact;
use crate::identify::Direction;

/// Countries whose networks are written to in Spanish (ISO 3166-1 alpha-2), where the contact names no language.
const SPANISH: [&str; 20] = [
    "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA", "PE",
    "PY", "SV", "UY", "VE",
];

/// A complaint about an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// About whom.
    pub ip: IpAddr,
    /// The network's contacts for abuse, in the order of their sources.
    pub to: Vec<String>,
    /// Whether they read Spanish rather than English, as far as is known.
    pub spanish: bool,
    /// Our public addresses that were its target.
    pub ours: BTreeSet<IpAddr>,
    /// Traffic, oldest first.
    pub traffic: Vec<Traffic>,
    /// Failed logins, and accepted ones.
    pub logins: Logins,
}

/// Flow records between the address and one of our ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// First record.
    pub first: Timestamp,
    /// Last record.
    pub last: Timestamp,
    /// IANA number.
    pub protocol: u8,
    /// The port of the side that served.
    pub port: Option<u16>,
    /// Whether we began it: then it is the address that served, such as a command server.
    pub from_us: bool,
    /// Records accepted, both ways.
    pub accepted: u64,
    /// Records refused.
    pub rejected: u64,
}

/// Logins on our side from the address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Logins {
    /// Attempts that failed.
    pub failed: u64,
    /// Logins that were accepted.
    pub accepted: u64,
    /// The first attempt.
    pub first: Option<Timestamp>,
    /// The last attempt.
    pub last: Option<Timestamp>,
}

/// The complaint about an address of a case; `None` where nothing in the case was seen of it, or where the address is not one
/// of the public Internet.
#[must_use]
pub fn complaint(case: &Case, ip: IpAddr) -> Option<Complaint> {
    if scope_of(ip, &[]) != Scope::Public {
        return None;
    }
    let (mut traffic, mut logins) = (Vec::new(), Logins::default());
    for item in case.dossier.iter().flat_map(|dossier| &dossier.evidence) {
        match &item.fact {
            Fact::Conversation(talk) if talk.remote_ip == ip => traffic.push(Traffic {
                first: talk.first,
                last: talk.last,
                protocol: talk.protocol,
                port: talk.port,
                from_us: talk.direction == Direction::Outbound,
                accepted: talk.accepted_in.flows + talk.accepted_out.flows,
                rejected: talk.rejected.flows,
            }),
            Fact::LoginFailed {
                ip: from,
                count,
                first,
                last,
                ..
            } if *from == ip => {
                logins.failed += count;
                logins.first = logins.first.into_iter().chain(*first).min();
                logins.last = logins.last.max(*last);
            }
            Fact::LoginAccepted {
                ip: from, count, ..
            } if *from == ip => logins.accepted += count,
            _ => {}
        }
    }
    if traffic.is_empty() && logins == Logins::default() {
        return None;
    }
    traffic.sort_by_key(|seen| (seen.first, seen.port));
    let report = case.addresses.iter().find(|report| report.ip == ip);
    Some(Complaint {
        ip,
        to: report
            .map(|r| values(r, "abuse_contact"))
            .unwrap_or_default(),
        spanish: report.is_some_and(reads_spanish),
        ours: ours(case),
        traffic,
        logins,
    })
}

/// The public addresses that the instance had when the alert came, and has.
fn ours(case: &Case) -> BTreeSet<IpAddr> {
    let finding = case.finding.interfaces.iter().filter_map(|i| i.public_ip);
    let subject = case.subject.iter().flat_map(|s| s.all_ips());
    finding
        .chain(subject)
        .filter(|ip| scope_of(*ip, &[]) == Scope::Public)
        .collect()
}

fn reads_spanish(report: &AddressReport) -> bool {
    match values(report, "language").first() {
        Some(language) => language.to_lowercase().starts_with("es"),
        None => values(report, "country")
            .iter()
            .any(|country| SPANISH.contains(&country.to_uppercase().as_str())),
    }
}

/// The values of one kind of fact, each once, in their order.
fn values(report: &AddressReport, kind: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for fact in report.facts.iter().filter(|fact| fact.kind == kind) {
        if !found.contains(&fact.value) {
            found.push(fact.value.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Dossier, Evidence};
    use crate::investigate::{AddressFact, Standing};
    use crate::monitor::fixture::{at, case, talk};

    fn about(evidence: Vec<Evidence>, facts: &[(&str, &str)]) -> Case {
        let mut case = case();
        case.dossier = Some(Dossier {
            evidence,
            ..Dossier::default()
        });
        case.addresses = vec![AddressReport {
            ip: "77.72.82.80".parse().unwrap(),
            scope: Scope::Public,
            standing: Standing::Unknown,
            reasons: vec![],
            facts: facts
                .iter()
                .map(|(kind, value)| AddressFact {
                    source: "rdap".into(),
                    kind: (*kind).into(),
                    value: (*value).into(),
                    as_of: None,
                })
                .collect(),
            opinions: vec![],
            asked: vec![],
            sent_out: vec![],
        }];
        case
    }

    fn of(case: &Case, ip: &str) -> Option<Complaint> {
        complaint(case, ip.parse().unwrap())
    }

    #[test]
    fn only_what_was_seen_of_the_address_is_told_and_nothing_of_ours() {
        let all = vec![
            talk("77.72.82.80", 20, 21, 4),
            talk("77.72.82.80", 10, 11, 0),
            talk("8.8.4.4", 1, 2, 9),
        ];
        let facts = [
            ("abuse_contact", "abuse@example.net"),
            ("abuse_contact", "abuse@example.net"),
        ];
        let told = of(&about(all.clone(), &facts), "77.72.82.80").unwrap();
        let seen: Vec<_> = told
            .traffic
            .iter()
            .map(|t| (t.first, t.accepted, t.rejected))
            .collect();
        assert_eq!(seen, [(at(10), 0, 3), (at(20), 4, 3)]);
        assert_eq!(told.to, ["abuse@example.net"]);
        assert!(
            told.ours
                .iter()
                .all(|ip| scope_of(*ip, &[]) == Scope::Public)
        );
        let text = format!("{told:?}");
        for secret in ["i-1", "eni-1", "10.0.0.5", "111122223333"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        // Nothing seen, or nobody's address.
        assert_eq!(of(&about(all, &[]), "77.72.82.81"), None);
        assert_eq!(
            of(&about(vec![talk("10.0.0.9", 1, 2, 9)], &[]), "10.0.0.9"),
            None
        );
    }

    #[test]
    fn the_contacts_own_language_counts_before_its_country() {
        let spanish = |facts: &[(&str, &str)]| {
            let case = about(vec![talk("77.72.82.80", 1, 2, 1)], facts);
            of(&case, "77.72.82.80").unwrap().spanish
        };
        assert!(
            spanish(&[("country", "mx")]) && spanish(&[("language", "es-CO"), ("country", "US")])
        );
        assert!(
            !spanish(&[("language", "en"), ("country", "ES")]) && !spanish(&[("country", "DE")])
        );
        assert!(!spanish(&[]));
    }
}
