//! From facts and opinions to a standing. Reputation never proves success, so its influence is capped here.
//! Must not know which services exist or how they answer.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{AddressFact, Asked, Opinion, Scope, Standing};

/// The most that an address's reputation may add to or take from a verdict's score.
pub const REPUTATION_CAP: i32 = 10;

/// Opinions and facts older than this say nothing of who holds the address today: addresses change hands within weeks.
const LIVE_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A source must be at least this sure to count.
const SURE: f64 = 0.5;
/// A source must be at least this sure to make an address known good.
const SURE_GOOD: f64 = 0.8;

/// Word families in the names of sources that publish the same data, or collect each other's: they count as one voice.
const FAMILIES: &[(&str, &[&str])] = &[
    (
        "abuse.ch",
        &[
            "abusech",
            "feodo",
            "feodotracker",
            "threatfox",
            "urlhaus",
            "sslbl",
        ],
    ),
    ("spamhaus", &["spamhaus", "edrop", "drop"]),
    (
        "collections",
        &[
            "abuseipdb",
            "ipsum",
            "firehol",
            "bitwire",
            "ipblocklist",
            "blocklist",
        ],
    ),
    ("otx", &["otx", "alienvault", "levelblue"]),
    ("greynoise", &["greynoise"]),
    ("crowdsec", &["crowdsec"]),
];

/// A standing and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What is thought of the address.
    pub standing: Standing,
    /// Codes, with sources after a colon.
    pub reasons: Vec<String>,
}

/// What is to be thought of an address. A known-bad address needs two independent live voices; a known service that bad
/// lists contradict stays undecided, and so does everything that is not on the public Internet.
#[must_use]
pub fn judge(
    scope: Scope,
    facts: &[AddressFact],
    opinions: &[Opinion],
    asked: &[Asked],
    now: Timestamp,
) -> Judgement {
    let mut reasons = Vec::new();
    if scope != Scope::Public {
        if opinions.iter().any(|o| o.says == "malicious") {
            reasons.push("listed-though-not-public".into());
        }
        reasons.push("scope-not-public".into());
        return Judgement {
            standing: Standing::Unknown,
            reasons,
        };
    }
    let (live, stale): (Vec<&Opinion>, Vec<&Opinion>) = opinions
        .iter()
        .partition(|o| is_live(o.as_of.as_deref(), now));
    note(
        &mut reasons,
        "stale",
        &stale.iter().map(|o| o.source.clone()).collect(),
    );

    let says = |word: &str| {
        live.iter()
            .copied()
            .filter(|o| o.says == word && o.confidence >= SURE)
            .collect::<Vec<_>>()
    };
    let bad: BTreeSet<String> = says("malicious").iter().map(|o| o.source.clone()).collect();
    let voices: BTreeSet<String> = bad.iter().map(|source| family(source)).collect();
    let good: BTreeSet<String> = says("benign")
        .iter()
        .filter(|o| {
            o.confidence >= SURE_GOOD
                && !matches!(o.class, Some(Standing::MassScanner | Standing::Anonymiser))
        })
        .map(|o| o.source.clone())
        .collect();
    let of_class = |class: Standing| {
        live.iter()
            .filter(|o| o.class == Some(class) && o.confidence >= SURE)
            .map(|o| o.source.clone())
            .collect::<BTreeSet<_>>()
    };
    let scanner = of_class(Standing::MassScanner);
    let mut anonymiser = of_class(Standing::Anonymiser);
    anonymiser.extend(
        facts
            .iter()
            .filter(|f| f.kind == "tor" && is_live(f.as_of.as_deref(), now))
            .map(|f| f.source.clone()),
    );

    let weak: BTreeSet<String> = live
        .iter()
        .filter(|o| o.says == "malicious" && o.confidence < SURE)
        .map(|o| o.source.clone())
        .collect();
    note(&mut reasons, "weak", &weak);
    note(&mut reasons, "known-service", &good);
    note(&mut reasons, "scans-everybody", &scanner);
    note(&mut reasons, "anonymiser", &anonymiser);
    match voices.len() {
        0 => {}
        1 if bad.len() > 1 => note(&mut reasons, "sources-not-independent", &bad),
        1 => note(&mut reasons, "one-source", &bad),
        _ => note(&mut reasons, "independent-sources", &bad),
    }
    if !good.is_empty() && !bad.is_empty() {
        reasons.push("contradiction".into());
    }
    // One voice alone against many that know of nothing: a list goes wrong more often than all the others.
    let silent = asked.iter().filter(|a| a.result == "not_listed").count();
    if voices.len() == 1 && silent > 1 {
        reasons.push(format!("others-silent: {silent}"));
    }

    let standing = if !good.is_empty() {
        if voices.len() >= 2 {
            Standing::Unknown
        } else {
            Standing::KnownGood
        }
    } else if voices.len() >= 2 {
        Standing::KnownBad
    } else if !scanner.is_empty() {
        Standing::MassScanner
    } else if !anonymiser.is_empty() {
        Standing::Anonymiser
    } else {
        Standing::Unknown
    };
    if reasons.is_empty() {
        reasons.push("nothing-known".into());
    }
    Judgement { standing, reasons }
}

/// What a standing may add to (or take from) the score of a verdict, never beyond [`REPUTATION_CAP`]. A mass scanner lowers
/// the belief in an attack on just this instance.
#[must_use]
pub const fn influence(standing: Standing) -> i32 {
    match standing {
        Standing::KnownBad => REPUTATION_CAP,
        Standing::Anonymiser => REPUTATION_CAP / 2,
        Standing::MassScanner => -REPUTATION_CAP / 2,
        Standing::KnownGood => -REPUTATION_CAP,
        Standing::Unknown => 0,
    }
}

fn note(reasons: &mut Vec<String>, code: &str, sources: &BTreeSet<String>) {
    if !sources.is_empty() {
        reasons.push(format!(
            "{code}: {}",
            sources.iter().cloned().collect::<Vec<_>>().join(", ")
        ));
    }
}

/// The voice a source speaks with.
fn family(source: &str) -> String {
    let lower = source.to_lowercase();
    let known = FAMILIES.iter().find(|(_, words)| {
        lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| words.contains(&word))
    });
    known.map_or_else(|| lower.clone(), |(family, _)| (*family).into())
}

/// Whether what was said then still says something now. A source without a date is what the caller holds today.
fn is_live(as_of: Option<&str>, now: Timestamp) -> bool {
    let Some(as_of) = as_of else { return true };
    let at = as_of
        .parse::<Timestamp>()
        .ok()
        .or_else(|| format!("{as_of}T00:00:00Z").parse().ok());
    at.is_none_or(|at| now.duration_since(at) <= LIVE_FOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn opinion(source: &str, says: &str, confidence: f64) -> Opinion {
        Opinion {
            source: source.into(),
            says: says.into(),
            confidence,
            as_of: None,
            why: None,
            class: None,
        }
    }

    fn judged(opinions: &[Opinion]) -> Judgement {
        judge(Scope::Public, &[], opinions, &[], now())
    }

    #[test]
    fn a_list_alone_against_silent_sources_is_said() {
        let asked = |source: &str, result: &str| Asked {
            source: source.into(),
            result: result.into(),
            why: None,
        };
        let others = [
            asked("drop", "not_listed"),
            asked("feodo", "not_listed"),
            asked("greynoise", "failed"),
        ];
        let reasons = |opinions: &[Opinion], asked: &[Asked]| {
            judge(Scope::Public, &[], opinions, asked, now()).reasons
        };
        let list = opinion("partner-list", "malicious", 0.8);
        assert_eq!(
            reasons(std::slice::from_ref(&list), &others),
            ["one-source: partner-list", "others-silent: 2"]
        );
        // Nobody else was there to be silent, or somebody agrees.
        assert_eq!(
            reasons(std::slice::from_ref(&list), &others[1..]),
            ["one-source: partner-list"]
        );
        let two = [list, opinion("feodo", "malicious", 0.8)];
        assert_eq!(
            reasons(&two, &others),
            ["independent-sources: feodo, partner-list"]
        );
    }

    #[test]
    fn known_bad_needs_two_independent_voices() {
        assert_eq!(
            judged(&[opinion("feodo", "malicious", 0.9)]).standing,
            Standing::Unknown
        );
        let same = judged(&[
            opinion("feodo", "malicious", 0.9),
            opinion("ThreatFox IPs", "malicious", 0.9),
        ]);
        assert_eq!(same.standing, Standing::Unknown);
        assert_eq!(
            same.reasons,
            ["sources-not-independent: ThreatFox IPs, feodo"]
        );
        let two = judged(&[
            opinion("feodo", "malicious", 0.9),
            opinion("my-list", "malicious", 0.6),
        ]);
        assert_eq!(two.standing, Standing::KnownBad);
        assert_eq!(two.reasons, ["independent-sources: feodo, my-list"]);
        // A word within a word is another word.
        assert_eq!(
            judged(&[
                opinion("dropbox-abusers", "malicious", 0.9),
                opinion("spamhaus-drop", "malicious", 0.9)
            ])
            .standing,
            Standing::KnownBad
        );
        // The same list twice is one voice.
        assert_eq!(
            judged(&[
                opinion("a", "malicious", 0.9),
                opinion("a", "malicious", 0.9)
            ])
            .standing,
            Standing::Unknown
        );
    }

    #[test]
    fn a_wide_entry_and_an_old_one_do_not_count() {
        let weak = judged(&[
            opinion("a", "malicious", 0.2),
            opinion("b", "malicious", 0.9),
        ]);
        assert_eq!(weak.standing, Standing::Unknown);
        assert_eq!(weak.reasons, ["weak: a", "one-source: b"]);
        for (as_of, wanted) in [
            ("2026-11-01", Standing::KnownBad),
            ("2026-11-01T00:00:00Z", Standing::KnownBad),
            ("2026-09-01", Standing::Unknown),
            ("2026-09-01T00:00:00Z", Standing::Unknown),
        ] {
            let dated = Opinion {
                as_of: Some(as_of.into()),
                ..opinion("a", "malicious", 0.9)
            };
            assert_eq!(
                judged(&[dated, opinion("b", "malicious", 0.9)]).standing,
                wanted,
                "{as_of}"
            );
        }
    }

    #[test]
    fn a_known_service_that_lists_contradict_stays_undecided() {
        let good = opinion("ranges", "benign", 0.9);
        assert_eq!(
            judged(std::slice::from_ref(&good)).standing,
            Standing::KnownGood
        );
        assert_eq!(
            judged(&[opinion("ranges", "benign", 0.6)]).standing,
            Standing::Unknown
        );
        let one = judged(&[good.clone(), opinion("a", "malicious", 0.9)]);
        assert_eq!(one.standing, Standing::KnownGood);
        assert!(one.reasons.contains(&"contradiction".into()));
        assert_eq!(
            judged(&[
                good,
                opinion("a", "malicious", 0.9),
                opinion("b", "malicious", 0.9)
            ])
            .standing,
            Standing::Unknown
        );
    }

    #[test]
    fn scanners_and_anonymisers_are_classes_of_their_own() {
        let scanner = Opinion {
            class: Some(Standing::MassScanner),
            ..opinion("scanners", "benign", 0.9)
        };
        assert_eq!(
            judged(std::slice::from_ref(&scanner)).standing,
            Standing::MassScanner
        );
        assert_eq!(
            judged(&[
                scanner,
                opinion("a", "malicious", 0.9),
                opinion("b", "malicious", 0.9)
            ])
            .standing,
            Standing::KnownBad
        );
        let tor = AddressFact {
            source: "tor".into(),
            kind: "tor".into(),
            value: "exit".into(),
            as_of: Some("2026-11-20".into()),
        };
        assert_eq!(
            judge(Scope::Public, std::slice::from_ref(&tor), &[], &[], now()).standing,
            Standing::Anonymiser
        );
        let old = AddressFact {
            as_of: Some("2026-01-20".into()),
            ..tor
        };
        assert_eq!(
            judge(Scope::Public, &[old], &[], &[], now()).standing,
            Standing::Unknown
        );
    }

    #[test]
    fn what_is_not_on_the_internet_has_no_reputation() {
        let bad = [
            opinion("a", "malicious", 0.9),
            opinion("b", "malicious", 0.9),
        ];
        for scope in [
            Scope::Private,
            Scope::Own,
            Scope::Documentation,
            Scope::Cgnat,
            Scope::Loopback,
            Scope::LinkLocal,
            Scope::Multicast,
        ] {
            let judged = judge(scope, &[], &bad, &[], now());
            assert_eq!(judged.standing, Standing::Unknown, "{scope:?}");
            assert_eq!(
                judged.reasons,
                ["listed-though-not-public", "scope-not-public"]
            );
        }
    }

    #[test]
    fn reputation_moves_a_verdict_by_ten_at_most() {
        for standing in [
            Standing::KnownBad,
            Standing::MassScanner,
            Standing::KnownGood,
            Standing::Anonymiser,
            Standing::Unknown,
        ] {
            assert!(influence(standing).abs() <= REPUTATION_CAP);
        }
        assert!(
            influence(Standing::KnownBad) > influence(Standing::Unknown)
                && influence(Standing::KnownGood) < 0
        );
    }
}
