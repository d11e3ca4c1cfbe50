//! The card about an address: what a person reads in five seconds. Standing and reasons first, then who it is, who says what,
//! who could not answer. Must not judge; the whole report is in the document.

use rebato_core::investigate::{AddressReport, Opinion, Standing};
use rebato_report::{Words, clean};

use super::more_line;
use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// At most this many values of one kind and this many opinions.
const SHOWN: usize = 3;
const OPINIONS: usize = 6;

/// The card.
#[must_use]
pub fn address_lines(report: &AddressReport, words: &Words) -> Vec<String> {
    let standing = words.standing(report.standing);
    let standing = match report.standing {
        Standing::KnownBad => styled(BAD, &format!("✖ {standing}")),
        Standing::KnownGood => styled(GOOD, &format!("✔ {standing}")),
        Standing::MassScanner | Standing::Anonymiser => styled(CARE, &format!("! {standing}")),
        Standing::Unknown => styled(CARE, &format!("? {standing}")),
    };
    let mut lines = vec![format!(
        "{} · {} · {standing}",
        styled(BOLD, &report.ip.to_string()),
        words.scope(report.scope),
    )];
    let reasons = report
        .reasons
        .iter()
        .map(|reason| words.standing_reason(reason));
    let reasons: Vec<String> = reasons.collect();
    if !reasons.is_empty() {
        lines.push(format!("   {}", reasons.join("; ")));
    }
    lines.extend(facts(report, words));
    lines.extend(opinions(&report.opinions, words));
    lines.extend(answers(report, words));
    lines
}

/// A line a kind: each value once, with those that say so.
fn facts(report: &AddressReport, words: &Words) -> Vec<String> {
    let mut kinds: Vec<&str> = Vec::new();
    for fact in &report.facts {
        if !kinds.contains(&fact.kind.as_str()) {
            kinds.push(&fact.kind);
        }
    }
    let mut lines = Vec::new();
    for kind in kinds {
        let mut values: Vec<(&str, Vec<&str>)> = Vec::new();
        for fact in report.facts.iter().filter(|fact| fact.kind == kind) {
            match values.iter_mut().find(|(value, _)| *value == fact.value) {
                Some((_, sources)) => sources.push(&fact.source),
                None => values.push((&fact.value, vec![&fact.source])),
            }
        }
        let more = values.len().saturating_sub(SHOWN);
        for (n, (value, sources)) in values.into_iter().take(SHOWN).enumerate() {
            let name = if n == 0 {
                words.coded("fact-kind", kind)
            } else {
                String::new()
            };
            lines.push(format!(
                "   {name:<16} {} {}",
                clean(value),
                styled(DIM, &clean(&sources.join(", ")))
            ));
        }
        lines.extend(more_line(more, words));
    }
    lines
}

/// Bad ones first: they are what somebody has to act on.
fn opinions(opinions: &[Opinion], words: &Words) -> Vec<String> {
    let rank = |opinion: &&Opinion| match opinion.says.as_str() {
        "malicious" => 0,
        "suspicious" => 1,
        "benign" => 2,
        _ => 3,
    };
    let mut sorted: Vec<&Opinion> = opinions.iter().collect();
    sorted.sort_by_key(rank);
    let mut lines: Vec<String> = sorted
        .iter()
        .take(OPINIONS)
        .map(|opinion| {
            let mark = match opinion.says.as_str() {
                "malicious" => styled(BAD, "✖"),
                "benign" => styled(GOOD, "✔"),
                _ => styled(CARE, "?"),
            };
            let why = opinion
                .why
                .as_deref()
                .map(|why| format!(": {}", words.opinion_why(why)))
                .unwrap_or_default();
            format!(
                " {mark} {} {}{why}",
                clean(&opinion.source),
                words.coded("says", &opinion.says)
            )
        })
        .collect();
    lines.extend(more_line(opinions.len().saturating_sub(OPINIONS), words));
    lines
}

/// Who could not answer and why; who knows nothing; who was not asked; what left the machine.
fn answers(report: &AddressReport, words: &Words) -> Vec<String> {
    let of = |result: &str| -> Vec<String> {
        let sources = report.asked.iter().filter(|asked| asked.result == result);
        sources.map(|asked| clean(&asked.source)).collect()
    };
    let mut lines = Vec::new();
    for asked in &report.asked {
        if matches!(asked.result.as_str(), "failed" | "refused") {
            let why = words.why(asked.why.as_ref());
            lines.push(format!(
                " {} {} {}: {why}",
                styled(CARE, "!"),
                clean(&asked.source),
                words.coded("asked", &asked.result),
            ));
        }
    }
    for (key, sources) in [
        ("know-nothing", of("not_listed")),
        ("not-asked", of("not_configured")),
    ] {
        if !sources.is_empty() {
            let told = words.with(key, [("sources", sources.join(", "))]);
            lines.push(styled(DIM, &format!("   {told}")));
        }
    }
    // Whom and for what; the bytes stand in the report.
    let sent = report
        .sent_out
        .iter()
        .filter_map(|sent| sent.lines().next());
    let sent: Vec<String> = sent.map(clean).collect();
    let told = if sent.is_empty() {
        words.key("nothing-sent-out")
    } else {
        words.with("sent-out", [("what", sent.join(", "))])
    };
    lines.push(styled(DIM, &format!("   {told}")));
    lines
}
