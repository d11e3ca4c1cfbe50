//! The report on an address from what is at hand: its scope, the lists it stands on, the networks it belongs to.
//! Must not send anything out: services, databases and DNS that nobody configured are named as not asked.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use rebato_core::investigate::{
    AddressReport, Asked, Opinion, Scope, Standing, in_order, judge, scope_of,
};

use crate::knowledge::Knowledge;
use crate::lists::{Entry, List};
use crate::services;

/// Databases and tables of places and autonomous systems, as a source: named only where there is none.
const PLACES: &str = "mmdb";

/// What a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Its addresses are thought malicious.
    Threat,
    /// Its addresses are trusted.
    Trusted,
    /// Its addresses scan everybody.
    MassScanner,
    /// Its addresses are Tor exits, VPNs or proxies.
    Anonymiser,
    /// Its networks are wholly in malicious hands, however wide (Spamhaus DROP).
    Netblocks,
}

/// A list that was read, and what it is to us.
#[derive(Debug, Clone, Copy)]
pub struct KnownList<'a> {
    /// Its name, as findings or the command line have it. Foreign text.
    pub name: &'a str,
    /// What it is for.
    pub purpose: Purpose,
    /// When it was last changed, where that is known.
    pub as_of: Option<Timestamp>,
    /// Its entries.
    pub list: &'a List,
}

impl<'a> KnownList<'a> {
    /// A threat list of today.
    #[must_use]
    pub const fn threat(name: &'a str, list: &'a List) -> Self {
        Self {
            name,
            purpose: Purpose::Threat,
            as_of: None,
            list,
        }
    }
}

/// What is known about an address. `own` are the account's networks and addresses; what is not public is looked up in the
/// account's lists alone.
#[must_use]
pub fn investigate(
    ip: IpAddr,
    own: &[IpNet],
    lists: &[KnownList<'_>],
    knowledge: &Knowledge,
    now: Timestamp,
) -> AddressReport {
    let ip = ip.to_canonical();
    let scope = scope_of(ip, own);
    let mut facts = Vec::new();
    let mut opinions = Vec::new();
    let mut asked = Vec::new();
    let is_public = scope == Scope::Public;
    let known_lists = if is_public {
        knowledge.lists()
    } else {
        Vec::new()
    };
    for known in lists.iter().chain(&known_lists) {
        let narrowest = known.list.covering(ip).min_by_key(|entry| width(entry));
        let result = if narrowest.is_some() {
            "answered"
        } else {
            "not_listed"
        };
        asked.push(Asked {
            source: known.name.into(),
            result: result.into(),
            why: None,
        });
        opinions.extend(narrowest.map(|entry| opinion(known, entry)));
    }
    let mut has_places = false;
    if is_public {
        let answers = knowledge.ask(ip);
        has_places = answers.has_places;
        facts.extend(answers.facts);
        opinions.extend(answers.opinions);
        asked.extend(answers.asked);
    }
    in_order(&mut facts);
    let places = (!has_places).then_some(PLACES);
    asked.extend(
        places
            .into_iter()
            .chain(services::outside())
            .map(|source| Asked {
                source: source.into(),
                result: "not_configured".into(),
                why: None,
            }),
    );
    let judged = judge(scope, &facts, &opinions, &asked, now);
    AddressReport {
        ip,
        scope,
        standing: judged.standing,
        reasons: judged.reasons,
        facts,
        opinions,
        asked,
        sent_out: Vec::new(),
    }
}

/// How many addresses an entry covers, IPv6 networks by their own measure.
fn width(entry: &Entry) -> u128 {
    match entry.nets().first() {
        Some(IpNet::V6(net)) => 1_u128
            .checked_shl(u32::from(128 - net.prefix_len()))
            .unwrap_or(u128::MAX),
        _ => u128::from(entry.width()),
    }
}

/// A list's opinion: the wider the entry, the less it says about one address in it.
fn opinion(known: &KnownList<'_>, entry: &Entry) -> Opinion {
    let width = width(entry);
    let is_v6 = matches!(entry.nets().first(), Some(IpNet::V6(_)));
    let (narrow, middle) = if is_v6 {
        (1_u128 << 64, 1_u128 << 80)
    } else {
        (1, 256)
    };
    let (says, sure, class) = match known.purpose {
        Purpose::Threat => ("malicious", 0.8, None),
        Purpose::Trusted => ("benign", 0.9, Some(Standing::KnownGood)),
        Purpose::MassScanner => ("suspicious", 0.8, Some(Standing::MassScanner)),
        Purpose::Anonymiser => ("suspicious", 0.8, Some(Standing::Anonymiser)),
        Purpose::Netblocks => ("malicious", 0.9, None),
    };
    let confidence = match (known.purpose, width) {
        // Who trusts a network means all of it, and so does who says that all of it is in bad hands.
        (Purpose::Trusted | Purpose::Netblocks, _) => sure,
        (_, width) if width <= narrow => sure,
        (_, width) if width <= middle => 0.6,
        _ => 0.2,
    };
    Opinion {
        source: known.name.into(),
        says: says.into(),
        confidence,
        as_of: known.as_of.map(|at| at.to_string()),
        why: Some(format!(
            "entry={} line={} width={width}",
            entry.text, entry.line
        )),
        class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::read;

    fn now() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn report(ip: &str, lists: &[KnownList<'_>]) -> AddressReport {
        investigate(
            ip.parse().unwrap(),
            &["10.0.0.0/16".parse().unwrap()],
            lists,
            &Knowledge::default(),
            now(),
        )
    }

    fn result<'a>(report: &'a AddressReport, source: &str) -> &'a str {
        report
            .asked
            .iter()
            .find(|a| a.source == source)
            .map_or("", |a| a.result.as_str())
    }

    #[test]
    fn a_listed_address_carries_the_narrowest_entry_of_each_list() {
        let bad = read(b"77.72.0.0/16\n77.72.82.80\n").unwrap();
        let wide = read(b"77.0.0.0/8\n").unwrap();
        let other = read(b"203.0.113.1\n").unwrap();
        let lists = [
            KnownList::threat("bad", &bad),
            KnownList::threat("wide", &wide),
            KnownList::threat("other", &other),
        ];
        let report = report("77.72.82.80", &lists);
        assert_eq!(
            (report.scope, report.standing),
            (Scope::Public, Standing::Unknown)
        );
        assert_eq!(
            report.reasons,
            ["weak: wide", "one-source: bad", "others-silent: 2"]
        );
        let why: Vec<_> = report
            .opinions
            .iter()
            .map(|o| (o.source.as_str(), o.confidence, o.why.as_deref().unwrap()))
            .collect();
        assert_eq!(
            why,
            [
                ("bad", 0.8, "entry=77.72.82.80 line=2 width=1"),
                ("wide", 0.2, "entry=77.0.0.0/8 line=1 width=16777216")
            ]
        );
        assert_eq!(
            (
                result(&report, "bad"),
                result(&report, "other"),
                result(&report, "ranges")
            ),
            ("answered", "not_listed", "not_listed")
        );
        assert_eq!(
            (result(&report, "rdap"), result(&report, "virustotal")),
            ("not_configured", "not_configured")
        );
        assert!(report.sent_out.is_empty());
    }

    #[test]
    fn two_lists_make_it_known_bad_and_a_trusted_one_undecided() {
        let one = read(b"77.72.82.80\n").unwrap();
        let two = read(b"77.72.82.0/24\n").unwrap();
        let both = [
            KnownList::threat("one", &one),
            KnownList::threat("two", &two),
        ];
        assert_eq!(report("77.72.82.80", &both).standing, Standing::KnownBad);
        assert_eq!(report("77.72.82.81", &both).standing, Standing::Unknown);
        let trusted = KnownList {
            name: "ours",
            purpose: Purpose::Trusted,
            as_of: None,
            list: &one,
        };
        assert_eq!(
            report("77.72.82.80", &[trusted]).standing,
            Standing::KnownGood
        );
        assert_eq!(
            report("77.72.82.80", &[trusted, both[0], both[1]]).standing,
            Standing::Unknown
        );
        let scanner = KnownList {
            name: "scanners",
            purpose: Purpose::MassScanner,
            as_of: None,
            list: &one,
        };
        assert_eq!(
            report("77.72.82.80", &[scanner]).standing,
            Standing::MassScanner
        );
        let tor = KnownList {
            name: "tor",
            purpose: Purpose::Anonymiser,
            as_of: Some(now()),
            list: &one,
        };
        assert_eq!(report("77.72.82.80", &[tor]).standing, Standing::Anonymiser);
    }

    #[test]
    fn services_are_known_good_and_rented_machines_are_not() {
        for (ip, standing, fact) in [
            (
                "8.8.8.8",
                Standing::KnownGood,
                Some("google resolver 8.8.8.8/32"),
            ),
            (
                "104.16.1.1",
                Standing::KnownGood,
                Some("cloudflare cdn 104.16.0.0/13"),
            ),
            (
                "52.216.1.1",
                Standing::KnownGood,
                Some("aws S3 us-east-1 52.216.0.0/15"),
            ),
            (
                "3.80.1.1",
                Standing::Unknown,
                Some("aws EC2 us-east-1 3.80.0.0/12"),
            ),
            ("77.72.82.80", Standing::Unknown, None),
        ] {
            let report = report(ip, &[]);
            assert_eq!(
                (
                    report.standing,
                    report.facts.first().map(|f| f.value.as_str())
                ),
                (standing, fact),
                "{ip}"
            );
        }
    }

    #[test]
    fn what_is_not_public_is_not_looked_up() {
        let list = read(b"0.0.0.0/0\n").unwrap();
        for (ip, scope) in [
            ("10.0.3.4", Scope::Own),
            ("192.168.1.1", Scope::Private),
            ("::ffff:10.0.3.4", Scope::Own),
            ("198.51.100.1", Scope::Documentation),
        ] {
            let report = report(ip, &[KnownList::threat("all", &list)]);
            assert_eq!(
                (report.scope, report.standing),
                (scope, Standing::Unknown),
                "{ip}"
            );
            assert!(report.facts.is_empty());
        }
    }
}
