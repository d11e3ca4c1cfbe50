//! Chapter of step 2: reasons, conversations, evidence, coverage. Must not weigh: the verdict has done that.

use std::collections::BTreeSet;

use rebato_core::case::Case;
use rebato_core::evaluate::{Conversation, Coverage, Evidence, Fact, RecordRef, Source};

use super::summary::weight_tone;
use super::{Block, Cell, Chapter, Maker, Tone};
use crate::words::protocol;

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let mut blocks = Vec::new();
    match &case.verdict {
        None => blocks.push(maker.sentence("report-no-verdict")),
        Some(verdict) => {
            blocks.push(Block::Sentence(
                words.with("report-score", [("score", verdict.score.to_string())]),
            ));
            let rows = verdict.reasons.iter().map(|reason| {
                let weight = format!("{:+}", reason.weight).replace('-', "−");
                [
                    Cell::Tag(weight_tone(reason.weight), weight),
                    Cell::Text(words.reason(reason)),
                    Cell::Text(
                        words
                            .refutation(&reason.signal)
                            .unwrap_or_else(|| "–".into()),
                    ),
                    Cell::values(&reason.attack),
                    Cell::values(&reason.evidence),
                ]
            });
            blocks.push(maker.table(
                "report-signal-reasons",
                ["weight", "what", "refuted", "attack", "evidence"],
                rows,
            ));
        }
    }
    if case.dossier.is_some() {
        blocks.push(conversations(maker));
        blocks.push(evidence(maker));
    }
    blocks.push(coverage(maker));
    let changes = case
        .verdict
        .iter()
        .flat_map(|v| &v.what_would_change_it)
        .map(|code| (Tone::Plain, words.change(code)))
        .collect::<Vec<_>>();
    if !changes.is_empty() {
        blocks.push(maker.heading("report-change"));
        blocks.push(maker.list(changes));
    }
    Chapter {
        id: "evaluate",
        heading: words.key("step-evaluate"),
        blocks,
    }
}

/// Evidence that the verdict cites comes first into a table, so that a cut never takes it away.
fn cited_first<'a>(case: &Case, chosen: Vec<&'a Evidence>, rows: usize) -> Vec<&'a Evidence> {
    let cited: BTreeSet<&str> = case
        .verdict
        .iter()
        .flat_map(|v| &v.reasons)
        .flat_map(|r| r.evidence.iter().map(String::as_str))
        .collect();
    let (first, rest): (Vec<&Evidence>, Vec<&Evidence>) = chosen
        .into_iter()
        .partition(|e| cited.contains(e.id.as_str()));
    let mut ordered: Vec<&Evidence> = first.into_iter().chain(rest).collect();
    // Only what will be shown goes back into the order of time.
    if let Some(shown) = ordered.get_mut(..rows) {
        shown.sort_by_key(|e| e.at);
    } else {
        ordered.sort_by_key(|e| e.at);
    }
    ordered
}

fn conversations(maker: &Maker<'_>) -> Block {
    let (case, words) = (maker.case, maker.words);
    let all: Vec<&Evidence> = case
        .dossier
        .iter()
        .flat_map(|d| &d.evidence)
        .filter(|e| matches!(e.fact, Fact::Conversation(_)))
        .collect();
    let ordered = cited_first(case, all, maker.rows);
    let row = |e: &&Evidence| {
        let Fact::Conversation(c) = &e.fact else {
            return std::array::from_fn(|_| Cell::Text("–".into()));
        };
        let Conversation {
            local_ip,
            remote_ip,
            port,
            accepted_in,
            accepted_out,
            rejected,
            ..
        } = c;
        let accepted = accepted_in.flows.saturating_add(accepted_out.flows);
        let tone = if accepted > 0 { Tone::Warn } else { Tone::Good };
        [
            Cell::data(&e.id),
            Cell::data(remote_ip),
            Cell::data(local_ip),
            Cell::data(port.map_or_else(
                || protocol(c.protocol),
                |port| format!("{} {port}", protocol(c.protocol)),
            )),
            Cell::Text(words.direction(c.direction)),
            Cell::Number(words.bytes(accepted_in.bytes)),
            Cell::Number(words.bytes(accepted_out.bytes)),
            Cell::Tag(tone, accepted.to_string()),
            Cell::Number(rejected.flows.to_string()),
            Cell::Data(vec![words.time(c.first), words.time(c.last)]),
        ]
    };
    let columns = [
        "id",
        "remote",
        "local",
        "port",
        "direction",
        "in",
        "out",
        "accepted",
        "rejected",
        "first-last",
    ];
    maker.table("report-conversations", columns, ordered.iter().map(row))
}

fn evidence(maker: &Maker<'_>) -> Block {
    let (case, words) = (maker.case, maker.words);
    let ordered = cited_first(
        case,
        case.dossier.iter().flat_map(|d| &d.evidence).collect(),
        maker.rows,
    );
    let row = |e: &&Evidence| {
        [
            Cell::data(&e.id),
            Cell::time(words, e.at),
            Cell::Text(words.source(e.source)),
            Cell::Text(words.fact(&e.fact)),
            Cell::Data(record(&e.record)),
        ]
    };
    maker.table(
        "report-evidence",
        ["id", "time", "source", "fact", "record"],
        ordered.iter().map(row),
    )
}

/// Where the raw record is: file and line, and the event's own id.
fn record(record: &RecordRef) -> Vec<String> {
    let place = record.line.map_or_else(
        || record.file.clone(),
        |line| format!("{}:{line}", record.file),
    );
    let mut lines = vec![crate::marked::unmarked(&place)];
    lines.extend(record.id.as_deref().map(crate::marked::unmarked));
    lines
}

fn coverage(maker: &Maker<'_>) -> Block {
    let (case, words) = (maker.case, maker.words);
    let rows = Source::ALL.into_iter().map(|source| {
        let covered = case.dossier.as_ref().and_then(|d| d.coverage.get(&source));
        let coverage = covered.map_or(Coverage::Absent, |c| c.coverage);
        let tone = match coverage {
            Coverage::Complete => Tone::Good,
            Coverage::Partial => Tone::Warn,
            Coverage::Absent => Tone::Plain,
        };
        let why = match covered {
            Some(c) if c.why.is_empty() && c.coverage == Coverage::Complete => "–".into(),
            Some(c) => words.gaps_short(&c.why, 6),
            None => words.key("gap-not_given"),
        };
        [
            Cell::Text(words.source(source)),
            Cell::Tag(tone, words.coverage(coverage)),
            Cell::Number(covered.map_or_else(|| "–".into(), |c| c.records.to_string())),
            Cell::time(words, covered.and_then(|c| c.first)),
            Cell::time(words, covered.and_then(|c| c.last)),
            Cell::Text(why),
        ]
    });
    maker.table(
        "report-coverage",
        ["source", "coverage", "records", "first", "last", "why"],
        rows,
    )
}
