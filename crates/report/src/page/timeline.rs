//! The timeline: what the attacker did, what the alert said, what was done about it. Must not know how it is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::case::{Case, Entry as Recorded};
use rebato_core::evaluate::{Entry, Evidence, Fact, Source, timeline};
use rebato_core::identify::Direction;

use super::{Block, Cell, Chapter, Maker, Tone};
use crate::picture::{Lane, Moment, Picture};
use crate::words::Words;

/// A row of the table; its words are found when it is shown.
struct Row<'a> {
    at: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The evidence's entry, which says how sure the time is; what the journal says is exact.
    entry: Option<Entry>,
    lane: Lane,
    tone: Tone,
    what: What<'a>,
    /// Whether it belongs into the picture.
    drawn: bool,
    /// Whether it stays where a table cannot hold all.
    kept: bool,
}

/// What a row tells.
enum What<'a> {
    Said(String),
    Fact(&'a Fact),
    Event(Recorded),
}

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let words = maker.words;
    let (rows, ordinary) = rows(maker);
    let mut moments: Vec<Moment> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.drawn)
        .filter_map(|(place, row)| {
            Some(Moment {
                row: (place < maker.rows).then(|| (place + 1, told(words, &row.what))),
                at: row.at?,
                until: row.until,
                doubt_s: row.entry.as_ref().map_or(0, |entry| entry.uncertainty_s),
                lane: row.lane,
                tone: row.tone,
            })
        })
        .collect();
    moments.sort_by_key(|moment| (moment.at, moment.lane));
    let cells = rows.iter().enumerate().map(|(place, row)| {
        let until = row.until.map(|until| words.time(until));
        let phase = row.entry.as_ref().and_then(|entry| entry.phase);
        [
            Cell::Number((place + 1).to_string()),
            row.at.map_or_else(
                || Cell::Text("–".into()),
                |at| Cell::Data([words.time(at)].into_iter().chain(until).collect()),
            ),
            Cell::Text(
                row.entry
                    .as_ref()
                    .map_or_else(|| "–".into(), |entry| words.doubt(entry)),
            ),
            Cell::Text(phase.map_or_else(
                || "–".into(),
                |phase| words.key(&format!("phase-{}", phase.name())),
            )),
            Cell::Text(words.key(row.lane.key())),
            Cell::Text(told(words, &row.what)),
        ]
    });
    let table = maker.table(
        "report-timeline-table",
        ["seq", "time", "sure", "phase", "lane", "what"],
        cells,
    );
    let mut blocks = vec![Block::Picture(Picture::Timeline(moments)), table];
    if ordinary > 0 {
        let count = [("count", ordinary.to_string())];
        blocks.push(Block::Sentence(
            words.with("report-timeline-ordinary", count),
        ));
    }
    Chapter {
        id: "timeline",
        heading: words.key("report-timeline"),
        blocks,
    }
}

fn told(words: Words, what: &What<'_>) -> String {
    match what {
        What::Said(said) => said.clone(),
        What::Fact(fact) => words.fact(fact),
        What::Event(entry) => words.event(entry),
    }
}

/// Everything in the order of time, and how many pieces of ordinary evidence are left to their own chapter. Where a table cannot
/// hold it all, what the verdict rests on and what was done stay.
fn rows<'a>(maker: &Maker<'a>) -> (Vec<Row<'a>>, usize) {
    let (mut evidence, ordinary) = evidence(maker);
    // One half for what the evidence shows, the other for what was done.
    for row in evidence
        .iter_mut()
        .filter(|row| row.kept)
        .skip(maker.rows / 2)
    {
        row.kept = false;
    }
    let alert = alert(maker).into_iter();
    let mut rows: Vec<Row<'a>> = alert.chain(evidence).chain(history(maker.case)).collect();
    let in_time = |row: &Row<'_>| (row.at.is_none(), row.at, row.lane);
    rows.sort_by_key(in_time);
    if rows.len() > maker.rows {
        rows.sort_by_key(|row| !row.kept);
        if let Some(shown) = rows.get_mut(..maker.rows) {
            shown.sort_by_key(in_time);
        }
    }
    (rows, ordinary)
}

/// The finding at hand, which is there before any evidence.
fn alert<'a>(maker: &Maker<'a>) -> Option<Row<'a>> {
    let (finding, words) = (&maker.case.finding, maker.words);
    let count = finding.count.map_or_else(|| "–".into(), |n| n.to_string());
    let at = finding.first_seen.or(finding.last_seen)?;
    Some(Row {
        at: Some(at),
        until: finding.last_seen.filter(|last| *last > at),
        entry: None,
        lane: Lane::Alert,
        tone: Tone::Warn,
        what: What::Said(words.with(
            "fact-finding",
            [("type", words.data(&finding.kind)), ("count", count)],
        )),
        drawn: true,
        kept: true,
    })
}

/// What the evidence shows of the attack, and how many pieces are ordinary; the finding at hand has a row of its own.
fn evidence<'a>(maker: &Maker<'a>) -> (Vec<Row<'a>>, usize) {
    let case = maker.case;
    let (Some(verdict), Some(dossier)) = (&case.verdict, &case.dossier) else {
        return (Vec::new(), 0);
    };
    let named: BTreeSet<&str> = verdict
        .reasons
        .iter()
        .flat_map(|r| r.evidence.iter().map(String::as_str))
        .collect();
    let remote = case.whole_finding().remote_ips();
    let cited: BTreeSet<&str> = verdict
        .reasons
        .iter()
        .filter(|r| r.weight > 0)
        .flat_map(|r| r.evidence.iter().map(String::as_str))
        .collect();
    let by_id: BTreeMap<&str, &Evidence> = dossier
        .evidence
        .iter()
        .map(|evidence| (evidence.id.as_str(), evidence))
        .collect();
    let row = |entry: Entry, evidence: &'a Evidence| {
        let bad = cited.contains(evidence.id.as_str());
        Row {
            at: entry.at,
            until: entry.until,
            lane: if evidence.source == Source::Findings {
                Lane::Alert
            } else {
                Lane::Attack
            },
            tone: if bad { Tone::Bad } else { Tone::Plain },
            what: What::Fact(&evidence.fact),
            drawn: bad && entry.at.is_some(),
            kept: bad && entry.at.is_some(),
            entry: Some(entry),
        }
    };
    let mut rows = Vec::new();
    let mut ordinary = 0;
    // Each entry of the timeline rests on one piece of evidence.
    for entry in timeline(dossier, verdict) {
        let id = entry.evidence.first();
        let Some(evidence) = id.and_then(|id| by_id.get(id.as_str())) else {
            continue;
        };
        if matches!(evidence.fact, Fact::Alert { .. }) {
            continue;
        }
        if named.contains(evidence.id.as_str()) || !is_ordinary(&evidence.fact, &remote) {
            rows.push(row(entry, evidence));
        } else {
            ordinary += 1;
        }
    }
    (rows, ordinary)
}

/// Traffic, logins and calls that no reason names and that have nothing to do with the other side of the finding.
fn is_ordinary(fact: &Fact, remote: &[IpAddr]) -> bool {
    match fact {
        // What the instance itself begins is worth a look.
        Fact::Conversation(talk) => {
            !remote.contains(&talk.remote_ip) && talk.direction != Direction::Outbound
        }
        Fact::OutboundVolume { ip, .. }
        | Fact::LoginFailed { ip, .. }
        | Fact::LoginAccepted { ip, .. } => !remote.contains(ip),
        Fact::ApiCall {
            read_only,
            source_ip,
            ..
        } => *read_only == Some(true) && !source_ip.parse().is_ok_and(|ip| remote.contains(&ip)),
        Fact::Lookup { .. } => true,
        _ => false,
    }
}

/// The journal's events without the beginnings of steps; steps done one after the other are one moment.
fn history<'a>(case: &Case) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut steps: Vec<&str> = Vec::new();
    for entry in &case.history {
        if entry.event == "step_started" {
            continue;
        }
        let mut shown = entry.clone();
        if entry.event == "step_done" {
            let running_on = !steps.is_empty();
            steps.extend(entry.about.as_deref());
            shown.about = Some(steps.join(", "));
            if running_on {
                rows.pop();
            }
        } else {
            steps.clear();
        }
        let (lane, tone) = match entry.event.as_str() {
            "case_opened" | "alert_repeated" | "finding_joined" => (Lane::Alert, Tone::Warn),
            "step_failed" | "subject_missing" => (Lane::Response, Tone::Bad),
            "containment_observed" | "release_observed" | "case_closed" | "step_done" => {
                (Lane::Response, Tone::Good)
            }
            _ => (Lane::Response, Tone::Plain),
        };
        rows.push(Row {
            at: Some(entry.at),
            until: None,
            entry: None,
            lane,
            tone,
            what: What::Event(shown),
            drawn: true,
            kept: true,
        });
    }
    rows
}
