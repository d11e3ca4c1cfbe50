//! The timeline: what the attacker did, what the alert said, what was done about it. Must not know how it is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::evaluate::{Entry, Evidence, Fact, Phase, Source, timeline};
use rebato_core::identify::Direction;

use super::{Block, Cell, Chapter, Maker, Tone};

/// Which of the three stories a moment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// What the evidence shows.
    Attack,
    /// What GuardDuty said.
    Alert,
    /// What was done.
    Response,
}

impl Lane {
    pub(crate) const ALL: [Self; 3] = [Self::Attack, Self::Alert, Self::Response];

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Attack => "report-lane-attack",
            Self::Alert => "report-lane-alert",
            Self::Response => "report-lane-response",
        }
    }
}

/// A point of the picture.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// Its row in the table.
    pub(crate) number: usize,
    pub(crate) at: Timestamp,
    pub(crate) lane: Lane,
    pub(crate) tone: Tone,
    pub(crate) what: String,
}

/// A row of the table.
struct Row {
    at: Option<Timestamp>,
    until: Option<Timestamp>,
    /// How sure the time is; what the journal says is exact.
    doubt: Option<String>,
    phase: Option<Phase>,
    lane: Lane,
    tone: Tone,
    what: String,
    /// Whether it belongs into the picture.
    drawn: bool,
}

/// More points than this cannot be told apart in the picture.
const MOST: usize = 48;

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let words = maker.words;
    let (rows, ordinary) = rows(maker);
    let moments: Vec<Moment> = rows
        .iter()
        .take(maker.rows)
        .zip(1_usize..)
        .filter(|(row, _)| row.drawn)
        .filter_map(|(row, number)| {
            Some(Moment {
                number,
                at: row.at?,
                lane: row.lane,
                tone: row.tone,
                what: row.what.clone(),
            })
        })
        .collect();
    let cells = rows.iter().zip(1_usize..).map(|(row, number)| {
        let until = row.until.map(|until| words.time(until));
        [
            Cell::Number(number.to_string()),
            row.at.map_or_else(
                || Cell::Text("–".into()),
                |at| Cell::Data([words.time(at)].into_iter().chain(until).collect()),
            ),
            Cell::Text(row.doubt.clone().unwrap_or_else(|| "–".into())),
            Cell::Text(row.phase.map_or_else(
                || "–".into(),
                |phase| words.key(&format!("phase-{}", phase.name())),
            )),
            Cell::Text(words.key(row.lane.key())),
            Cell::Text(row.what.clone()),
        ]
    });
    let table = maker.table(
        "report-timeline-table",
        ["seq", "time", "sure", "phase", "lane", "what"],
        cells.collect::<Vec<_>>().into_iter(),
    );
    let mut blocks = vec![Block::Timeline(moments), table];
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

/// Everything in the order of time, and how many pieces of ordinary evidence are left to their own chapter. Where a table cannot
/// hold it all, what the verdict rests on and what was done stay.
fn rows(maker: &Maker<'_>) -> (Vec<Row>, usize) {
    let (mut evidence, ordinary) = evidence(maker);
    // The picture has room for so many; the journal has the other half.
    for row in evidence.iter_mut().filter(|row| row.drawn).skip(MOST / 2) {
        row.drawn = false;
    }
    let mut rows: Vec<Row> = alert(maker).into_iter().chain(evidence).collect();
    rows.extend(history(maker).into_iter().map(|moment| Row {
        at: Some(moment.at),
        until: None,
        doubt: None,
        phase: None,
        lane: moment.lane,
        tone: moment.tone,
        what: moment.what,
        drawn: true,
    }));
    let in_time = |row: &Row| (row.at.is_none(), row.at, row.lane);
    rows.sort_by_key(in_time);
    for row in rows.iter_mut().filter(|row| row.drawn).skip(MOST) {
        row.drawn = false;
    }
    if rows.len() > maker.rows {
        rows.sort_by_key(|row| !row.drawn);
        if let Some(shown) = rows.get_mut(..maker.rows) {
            shown.sort_by_key(in_time);
        }
    }
    (rows, ordinary)
}

/// The finding at hand, which is there before any evidence.
fn alert(maker: &Maker<'_>) -> Option<Row> {
    let (finding, words) = (&maker.case.finding, maker.words);
    let count = finding.count.map_or_else(|| "–".into(), |n| n.to_string());
    let at = finding.first_seen.or(finding.last_seen)?;
    Some(Row {
        at: Some(at),
        until: finding.last_seen.filter(|last| *last > at),
        doubt: None,
        phase: None,
        lane: Lane::Alert,
        tone: Tone::Warn,
        what: words.with(
            "fact-finding",
            [("type", words.data(&finding.kind)), ("count", count)],
        ),
        drawn: true,
    })
}

/// What the evidence shows of the attack, and how many pieces are ordinary; the finding at hand has a row of its own.
fn evidence(maker: &Maker<'_>) -> (Vec<Row>, usize) {
    let (case, words) = (maker.case, maker.words);
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
    let row = |entry: &Entry, evidence: &Evidence| {
        let bad = cited.contains(evidence.id.as_str());
        Row {
            at: entry.at,
            until: entry.until,
            doubt: Some(words.doubt(entry)),
            phase: entry.phase,
            lane: if evidence.source == Source::Findings {
                Lane::Alert
            } else {
                Lane::Attack
            },
            tone: if bad { Tone::Bad } else { Tone::Plain },
            what: words.fact(&evidence.fact),
            drawn: bad && entry.at.is_some(),
        }
    };
    let entries = timeline(dossier, verdict);
    let (told, ordinary): (Vec<_>, Vec<_>) = entries
        .iter()
        .flat_map(|entry| entry.evidence.iter().map(move |id| (entry, id)))
        .filter_map(|(entry, id)| Some((entry, *by_id.get(id.as_str())?)))
        .filter(|(_, evidence)| !matches!(evidence.fact, Fact::Alert { .. }))
        .partition(|(_, evidence)| {
            named.contains(evidence.id.as_str()) || !is_ordinary(&evidence.fact, &remote)
        });
    let rows = told
        .into_iter()
        .map(|(entry, evidence)| row(entry, evidence))
        .collect();
    (rows, ordinary.len())
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

/// A moment of the journal.
struct Told {
    at: Timestamp,
    lane: Lane,
    tone: Tone,
    what: String,
}

/// The journal's events without the beginnings of steps; steps done one after the other are one moment.
fn history(maker: &Maker<'_>) -> Vec<Told> {
    let (case, words) = (maker.case, maker.words);
    let mut moments: Vec<Told> = Vec::new();
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
                moments.pop();
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
        moments.push(Told {
            at: entry.at,
            lane,
            tone,
            what: words.event(&shown),
        });
    }
    moments
}
