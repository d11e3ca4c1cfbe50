//! The report as one HTML file: no script, no request to anybody, nothing that was not escaped. Must not decide what is
//! said: the page does.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value as Jinja};
use minijinja::{Environment, context};
use rebato_core::case::Case;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Lang;
use crate::marked::{Run, flat, runs, unmarked};
use crate::page::{Block, Cell, Page, Table, Tone, page};
use crate::picture::Picture;
use crate::texts::text;
use crate::words::{Clock, Words};

/// No report is larger: a file that a browser does not open helps nobody.
pub const LARGEST: usize = 2_000_000;

const TEMPLATE: &str = include_str!("../templates/report.html");
const STYLE: &str = include_str!("../templates/report.css");

/// Why no report came about.
#[derive(Debug, thiserror::Error)]
#[error("the report of case {case} could not be written as HTML: {source}")]
pub struct HtmlError {
    /// The case.
    case: String,
    /// The template engine's word.
    source: minijinja::Error,
}

/// The report of a case: one self-contained file of at most [`LARGEST`] bytes with the texts of every language, `lang` shown first.
/// Tables that would make it larger are cut, and what was cut is counted in their place.
///
/// # Errors
/// [`HtmlError`] when the template cannot be rendered.
pub fn html(case: &Case, lang: Lang, clock: impl Into<Clock>) -> Result<String, HtmlError> {
    let clock = clock.into();
    let mut rows = 400;
    loop {
        let others = Lang::ALL.into_iter().filter(|other| *other != lang);
        let pages = std::iter::once(lang).chain(others);
        let pages: Vec<Page> = pages.map(|lang| page(case, lang, clock, rows)).collect();
        let shown = render(lang, &pages).map_err(|source| HtmlError {
            case: case.id.clone(),
            source,
        })?;
        if shown.len() <= LARGEST || rows == 0 {
            return Ok(shown);
        }
        // What is not a row of a table stays as it is, so the size falls more slowly than the rows: never by less than a half.
        let fitting = rows.saturating_mul(LARGEST) / shown.len();
        rows = fitting.min(rows / 2);
    }
}

fn render(lang: Lang, pages: &[Page]) -> Result<String, minijinja::Error> {
    let mut env = Environment::new();
    env.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    env.add_function("t", |lang: &str, key: &str| {
        text(lang.parse().unwrap_or_default(), key, &[])
    });
    env.add_template("report.html", TEMPLATE)?;
    let shown: Vec<Value> = pages.iter().map(document).collect();
    let pictures = pages.iter().flat_map(pictures);
    let style = style();
    env.get_template("report.html")?.render(context! {
        lang => lang.code(),
        langs => Lang::ALL.map(Lang::code),
        style_hash => Jinja::from_safe_string(STANDARD.encode(Sha256::digest(style.as_bytes()))),
        style => Jinja::from_safe_string(style),
        pages => Jinja::from(Serde(shown)),
        pictures => Jinja::from_pairs(pictures),
    })
}

/// The style sheet, and for each language the rule that hides the others while it is chosen: the switch needs no script.
fn style() -> String {
    let rule = |lang: Lang| {
        format!(
            "  :root:has(#lang-{lang}:checked) .spoken:not([lang={lang}]) {{ display: none; }}\n"
        )
    };
    let rules: String = Lang::ALL.into_iter().map(rule).collect();
    format!("{STYLE}@supports selector(:has(*)) {{\n{rules}}}\n")
}

/// The pictures of a page by their ids: made by us, escaped by us.
fn pictures(page: &Page) -> impl Iterator<Item = (String, Jinja)> {
    let words = Words::wrapping(page.lang, unmarked).with_offset();
    let blocks = page.chapters.iter().flat_map(|chapter| &chapter.blocks);
    blocks.filter_map(move |block| match block {
        Block::Picture(picture) => Some((
            picture_id(picture, page.lang),
            Jinja::from_safe_string(picture.draw(words)),
        )),
        _ => None,
    })
}

fn picture_id(picture: &Picture, lang: Lang) -> String {
    format!("{lang}-{}", picture.name())
}

/// The page as the template reads it.
fn document(page: &Page) -> Value {
    let summary = &page.summary;
    let anchors = anchors(page);
    let chapters: Vec<Value> = page
        .chapters
        .iter()
        .map(|c| json!({ "id": c.id, "heading": c.heading, "blocks": c.blocks.iter().map(|b| block(b, page.lang, &anchors)).collect::<Vec<_>>() }))
        .collect();
    json!({
        "lang": page.lang.code(),
        "title": flat(&page.title),
        "subtitle": page.subtitle,
        "state": page.state,
        "written": page.written,
        "tone": toned(summary.tone),
        "outcome": summary.outcome,
        "outcome_long": summary.outcome_long,
        "score": summary.score.map(|score| text(page.lang, "report-score", &[("score", &score)])),
        "containment_tone": toned(summary.containment_tone),
        "containment": summary.containment,
        "containment_long": summary.containment_long,
        "happened": summary.happened.iter().map(|s| sentence(s)).collect::<Vec<_>>(),
        "why": items(&summary.why),
        "done": items(&summary.done),
        "open": items(&summary.open),
        "chapters": chapters,
    })
}

fn block(block: &Block, lang: Lang, anchors: &BTreeSet<&str>) -> Value {
    match block {
        Block::Heading(said) => json!({ "kind": "heading", "runs": sentence(said) }),
        Block::Sentence(said) => json!({ "kind": "sentence", "runs": sentence(said) }),
        Block::List(said) => json!({ "kind": "list", "items": items(said) }),
        Block::Picture(picture) if picture.is_empty() => json!({ "kind": "nothing" }),
        Block::Picture(picture) => json!({
            "kind": "picture",
            "id": picture_id(picture, lang),
            "caption": text(lang, &format!("report-picture-{}", picture.name()), &[]),
            "legend": text(lang, &format!("report-legend-{}", picture.name()), &[]),
        }),
        Block::Table(table) if table.rows.is_empty() && table.left_out == 0 => json!({
            "kind": "sentence",
            "runs": sentence(&format!("{}: {}", flat(&table.caption), text(lang, "report-none", &[]))),
        }),
        Block::Table(table) => json!({
            "kind": "table",
            "caption": table.caption,
            "columns": columns(table),
            "pairs": table.columns.len() == 2 && table.rows.iter().all(|row| matches!(row.first(), Some(Cell::Text(_)))),
            "rows": table.rows.iter().map(|row| row.iter().map(|one| cell(one, anchors)).collect::<Vec<_>>()).collect::<Vec<_>>(),
            "left_out": (table.left_out > 0).then(|| text(lang, "report-remainder", &[("count", &table.left_out)])),
        }),
    }
}

/// Headings, each on the side that its numbers stand on.
fn columns(table: &Table) -> Vec<Value> {
    let first = table.rows.first().into_iter().flatten();
    let numbers = first
        .map(|cell| matches!(cell, Cell::Number(_)))
        .chain(std::iter::repeat(false));
    table
        .columns
        .iter()
        .zip(numbers)
        .map(|(said, number)| json!({ "said": said, "number": number }))
        .collect()
}

fn cell(cell: &Cell, anchors: &BTreeSet<&str>) -> Value {
    match cell {
        Cell::Text(said) => json!({ "kind": "text", "runs": sentence(said) }),
        Cell::Data(lines) => {
            let whole = lines.iter().all(|line| is_short(line));
            json!({ "kind": "data", "lines": lines, "whole": whole })
        }
        Cell::Number(said) => json!({ "kind": "number", "said": flat(said) }),
        Cell::Tag(tone, said) => {
            json!({ "kind": "tag", "tone": tone.name(), "symbol": tone.symbol(), "runs": sentence(said) })
        }
        Cell::Anchor(id) => json!({ "kind": "anchor", "id": id }),
        Cell::Cites(ids) => {
            let ids = ids
                .iter()
                .map(|id| json!({ "id": id, "linked": anchors.contains(id.as_str()) }));
            json!({ "kind": "cites", "ids": ids.collect::<Vec<_>>() })
        }
    }
}

/// The ids of evidence that have a row to lead to.
fn anchors(page: &Page) -> BTreeSet<&str> {
    let blocks = page.chapters.iter().flat_map(|chapter| &chapter.blocks);
    let tables = blocks.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables
        .flat_map(|table| table.rows.iter().flatten())
        .filter_map(|cell| match cell {
            Cell::Anchor(id) => Some(id.as_str()),
            _ => None,
        })
        .collect()
}

fn items(said: &[(Tone, String)]) -> Vec<Value> {
    said.iter().map(|(tone, said)| json!({ "tone": tone.name(), "symbol": tone.symbol(), "runs": sentence(said) })).collect()
}

fn toned(tone: Tone) -> Value {
    json!({ "name": tone.name(), "symbol": tone.symbol() })
}

/// A sentence as pieces; `v` is a value.
fn sentence(said: &str) -> Vec<Value> {
    runs(said)
        .map(|run| match run {
            Run::Words(words) => json!({ "w": words }),
            Run::Value(value) => json!({ "v": value, "whole": is_short(value) }),
        })
        .collect()
}

/// Short enough to stand on one line of a narrow screen.
fn is_short(value: &str) -> bool {
    value.chars().count() <= 26
}
