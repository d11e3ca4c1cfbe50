//! Chapter of step 2: reasons, evidence, coverage. Must not weigh: the verdict has done that.

use std::collections::{BTreeMap, BTreeSet};

use rebato_core::Digest;
use rebato_core::case::Case;
use rebato_core::evaluate::{Coverage, Evidence, Source};

use super::summary::weight_tone;
use super::{Block, Cell, Chapter, Maker, Tone};
use crate::marked::unmarked;

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
                    Cell::cites(&reason.evidence),
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
        blocks.extend(evidence(maker));
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

/// The evidence that the verdict cites.
pub(super) fn cited(case: &Case) -> BTreeSet<&str> {
    let reasons = case.verdict.iter().flat_map(|v| &v.reasons);
    reasons
        .flat_map(|r| r.evidence.iter().map(String::as_str))
        .collect()
}

/// Evidence that the verdict cites comes first into a table, so that a cut never takes it away.
pub(super) fn cited_first<'a>(
    case: &Case,
    chosen: Vec<&'a Evidence>,
    rows: usize,
) -> Vec<&'a Evidence> {
    let cited = cited(case);
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

/// The evidence, and the files that its raw records stand in: named once, as their names are long.
fn evidence<'a>(maker: &Maker<'a>) -> [Block; 2] {
    let (case, words) = (maker.case, maker.words);
    let mut shown = cited_first(
        case,
        case.dossier.iter().flat_map(|d| &d.evidence).collect(),
        maker.rows,
    );
    let all = shown.len();
    shown.truncate(maker.rows);
    let mut files: Vec<&str> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for evidence in &shown {
        let file = evidence.record.file.as_str();
        places.entry(file).or_insert_with(|| {
            files.push(file);
            files.len()
        });
    }
    let mut named = BTreeSet::new();
    let row = |e: &'a Evidence| {
        let file = places.get(e.record.file.as_str()).copied().unwrap_or(0);
        let line = e.record.line.map(|line| format!(":{line}"));
        let mut record = vec![format!("f{file}{}", line.unwrap_or_default())];
        record.extend(e.record.id.as_deref().map(unmarked));
        // An id names one row, and what stands in a link has to be plain.
        let plain = e.id.len() <= 20 && e.id.chars().all(|c| c.is_ascii_alphanumeric());
        let id = if plain && named.insert(e.id.as_str()) {
            Cell::Anchor(e.id.clone())
        } else {
            Cell::data(&e.id)
        };
        [
            id,
            Cell::time(words, e.at),
            Cell::Text(words.source(e.source)),
            Cell::Text(words.fact(&e.fact)),
            Cell::Data(record),
        ]
    };
    let mut table = maker.table(
        "report-evidence",
        ["id", "time", "source", "fact", "record"],
        shown.iter().copied().map(row),
    );
    if let Block::Table(table) = &mut table {
        table.left_out = all - shown.len();
    }
    let artefacts = case.artefacts.iter();
    let kept: BTreeMap<&str, Digest> = artefacts
        .filter_map(|artefact| Some((artefact.origin.as_str(), artefact.sha256?)))
        .collect();
    let file = |(file, number): (&&str, usize)| {
        [
            Cell::data(format!("f{number}")),
            Cell::data(file),
            Cell::maybe(kept.get(file).map(Digest::hex).as_ref()),
        ]
    };
    let files = files.iter().zip(1..).map(file);
    [
        table,
        maker.table(
            "report-records",
            ["id", "file", "hash"],
            files.collect::<Vec<_>>().into_iter(),
        ),
    ]
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
            Cell::Number(covered.map_or_else(|| "–".into(), |c| words.count(c.records))),
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
