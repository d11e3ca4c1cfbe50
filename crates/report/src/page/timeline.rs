//! The timeline: what the attacker did, what the alert said, what was done about it. Must not know how it is drawn.

use std::collections::BTreeSet;

use jiff::Timestamp;

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

/// A point of the timeline.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) lane: Lane,
    pub(crate) tone: Tone,
    pub(crate) what: String,
}

/// More points than this cannot be told apart in the picture.
const MOST: usize = 48;

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let words = maker.words;
    let moments = moments(maker);
    let rows = moments.iter().zip(1_usize..).map(|(moment, number)| {
        [
            Cell::Number(number.to_string()),
            Cell::data(words.time(moment.at)),
            Cell::Text(words.key(moment.lane.key())),
            Cell::Text(moment.what.clone()),
        ]
    });
    let rows: Vec<[Cell; 4]> = rows.collect();
    let table = maker.table(
        "report-timeline-table",
        ["seq", "time", "lane", "what"],
        rows.into_iter(),
    );
    Chapter {
        id: "timeline",
        heading: words.key("report-timeline"),
        blocks: vec![Block::Timeline(moments), table],
    }
}

fn moments(maker: &Maker<'_>) -> Vec<Moment> {
    let (case, words) = (maker.case, maker.words);
    let mut moments = Vec::new();
    let finding = &case.finding;
    if let Some(at) = finding.first_seen.or(finding.last_seen) {
        let count = finding.count.map_or_else(|| "–".into(), |n| n.to_string());
        let what = words.with(
            "fact-finding",
            [("type", words.data(&finding.kind)), ("count", count)],
        );
        moments.push(Moment {
            at,
            lane: Lane::Alert,
            tone: Tone::Warn,
            what,
        });
    }
    if let (Some(verdict), Some(dossier)) = (&case.verdict, &case.dossier) {
        let cited: BTreeSet<&str> = verdict
            .reasons
            .iter()
            .filter(|r| r.weight > 0)
            .flat_map(|r| r.evidence.iter().map(String::as_str))
            .collect();
        let shown = dossier
            .evidence
            .iter()
            .filter(|e| cited.contains(e.id.as_str()));
        moments.extend(shown.filter_map(|e| {
            // An old record that only the finding speaks of is the alert again, not a deed.
            let at = e.at?;
            Some(Moment {
                at,
                lane: Lane::Attack,
                tone: Tone::Bad,
                what: words.fact(&e.fact),
            })
        }));
        moments.truncate(MOST / 2);
    }
    moments.extend(history(maker));
    moments.sort_by_key(|m| (m.at, m.lane));
    moments.truncate(MOST);
    moments
}

/// The journal's events without the beginnings of steps; steps done one after the other are one moment.
fn history(maker: &Maker<'_>) -> Vec<Moment> {
    let (case, words) = (maker.case, maker.words);
    let mut moments: Vec<Moment> = Vec::new();
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
        moments.push(Moment {
            at: entry.at,
            lane,
            tone,
            what: words.event(&shown),
        });
    }
    moments
}
