//! What a report says, in order, before it becomes HTML or Markdown: chapters of sentences, lists and tables.
//! Must not know how they look.

mod context;
mod evaluate;
mod harden;
mod identify;
mod response;
mod summary;
mod talks;
mod timeline;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rebato_core::case::Case;
use serde_json::Value;

use crate::Lang;
use crate::marked::{mark, unmarked};
use crate::picture::Picture;
use crate::words::{Clock, Words};

/// How a value stands: chooses a colour, and always a symbol beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Harm, or a failure.
    Bad,
    /// A person should look.
    Warn,
    /// As it should be.
    Good,
    /// Neither, or not known.
    Plain,
}

impl Tone {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Good => "good",
            Self::Plain => "plain",
        }
    }

    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Bad => "✖",
            Self::Warn => "▲",
            Self::Good => "✔",
            Self::Plain => "○",
        }
    }

    /// The worst of several has the highest rank.
    pub(crate) const fn rank(self) -> u8 {
        match self {
            Self::Bad => 3,
            Self::Warn => 2,
            Self::Good => 1,
            Self::Plain => 0,
        }
    }
}

/// A table cell.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// A sentence, with values marked.
    Text(String),
    /// Values of machines, one a line.
    Data(Vec<String>),
    /// A number.
    Number(String),
    /// A word with a tone.
    Tag(Tone, String),
    /// The id of a piece of evidence, at its own row.
    Anchor(String),
    /// Ids of evidence that something rests on: each leads to its row where the page has it.
    Cites(Vec<String>),
}

impl Cell {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they made for this call"
    )]
    pub(crate) fn data(value: impl ToString) -> Self {
        Self::Data(vec![unmarked(&value.to_string())])
    }

    /// Nobody knows it.
    pub(crate) fn unknown() -> Self {
        Self::Text("–".into())
    }

    /// A moment that may not be known.
    pub(crate) fn time(words: Words, at: Option<Timestamp>) -> Self {
        at.map_or_else(Self::unknown, |at| Self::Data(vec![words.time(at)]))
    }

    /// A moment by which a person acts: on the reader's clock, too.
    pub(crate) fn moment(words: Words, at: Timestamp) -> Self {
        Self::Data(
            [words.time(at)]
                .into_iter()
                .chain(words.local(at))
                .collect(),
        )
    }

    pub(crate) fn maybe<T: ToString>(value: Option<&T>) -> Self {
        value.map_or_else(Self::unknown, |value| Self::data(value.to_string()))
    }

    /// [`Self::values`] that are ids of evidence.
    pub(crate) fn cites(ids: &[String]) -> Self {
        match Self::values(ids) {
            Self::Data(lines) => Self::Cites(lines),
            other => other,
        }
    }

    /// At most six values, then a count: a cell is no table.
    pub(crate) fn values<T: ToString>(values: &[T]) -> Self {
        const MOST: usize = 6;
        if values.is_empty() {
            return Self::Text("–".into());
        }
        let mut lines: Vec<String> = values
            .iter()
            .take(MOST)
            .map(|v| unmarked(&v.to_string()))
            .collect();
        if values.len() > MOST {
            lines.push(format!("+{}", values.len() - MOST));
        }
        Self::Data(lines)
    }
}

/// A table with a caption; what did not fit is counted.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) left_out: usize,
}

/// A piece of a chapter.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// A heading below the chapter's.
    Heading(String),
    /// A sentence.
    Sentence(String),
    /// Sentences with a tone.
    List(Vec<(Tone, String)>),
    /// A table.
    Table(Table),
    /// A picture. What it shows stands in words beside it.
    Picture(Picture),
}

/// A chapter. Its id is the name of the room it tells of.
#[derive(Debug, Clone)]
pub(crate) struct Chapter {
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    pub(crate) blocks: Vec<Block>,
}

/// The first screen.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) tone: Tone,
    pub(crate) outcome: String,
    pub(crate) outcome_long: String,
    pub(crate) score: Option<i32>,
    pub(crate) containment_tone: Tone,
    pub(crate) containment: String,
    pub(crate) containment_long: String,
    pub(crate) happened: Vec<String>,
    pub(crate) why: Vec<(Tone, String)>,
    pub(crate) done: Vec<(Tone, String)>,
    pub(crate) open: Vec<(Tone, String)>,
}

/// A whole report.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) state: String,
    pub(crate) written: String,
    pub(crate) summary: Summary,
    pub(crate) chapters: Vec<Chapter>,
}

/// What the builders of chapters share.
pub(crate) struct Maker<'a> {
    pub(crate) case: &'a Case,
    pub(crate) words: Words,
    /// When the report is written.
    pub(crate) now: Timestamp,
    /// Rows a table may have.
    pub(crate) rows: usize,
}

/// Plans and addresses that have tables of their own.
const MOST: usize = 20;

impl Maker<'_> {
    /// A table of at most so many rows; columns are keys of the catalogue.
    pub(crate) fn table<const N: usize>(
        &self,
        caption: &str,
        columns: [&str; N],
        rows: impl ExactSizeIterator<Item = [Cell; N]>,
    ) -> Block {
        let all = rows.len();
        let rows: Vec<Vec<Cell>> = rows.take(self.rows).map(Vec::from).collect();
        Block::Table(Table {
            caption: self.words.key(caption),
            columns: columns
                .iter()
                .map(|c| self.words.key(&format!("column-{c}")))
                .collect(),
            left_out: all - rows.len(),
            rows,
        })
    }

    /// How many plans or addresses may have tables of their own.
    pub(crate) fn most(&self) -> usize {
        self.rows.min(MOST)
    }

    pub(crate) fn sentence(&self, key: &str) -> Block {
        Block::Sentence(self.words.key(key))
    }

    pub(crate) fn heading(&self, key: &str) -> Block {
        Block::Heading(self.words.key(key))
    }

    /// A list no longer than a table.
    pub(crate) fn list(&self, mut items: Vec<(Tone, String)>) -> Block {
        let left_out = items.len().saturating_sub(self.rows);
        items.truncate(self.rows);
        if left_out > 0 {
            items.push((
                Tone::Plain,
                self.words
                    .with("report-remainder", [("count", left_out.to_string())]),
            ));
        }
        Block::List(items)
    }
}

/// Puts the report of a case together, with at most `rows` rows a table.
pub(crate) fn page(case: &Case, lang: Lang, clock: Clock, rows: usize) -> Page {
    let words = Words::wrapping(lang, mark).with_offset().beside(clock.zone);
    let now = clock.now;
    let maker = Maker {
        case,
        words,
        now,
        rows,
    };
    Page {
        lang,
        title: words.with("report-title", [("case", words.data(&case.id))]),
        subtitle: unmarked(&case.finding.kind),
        state: words.with("report-state", [("state", words.state(case))]),
        written: words.with("report-written", [("at", words.moment(now))]),
        summary: summary::summary(&maker),
        chapters: vec![
            timeline::chapter(&maker),
            talks::chapter(&maker),
            identify::chapter(&maker),
            evaluate::chapter(&maker),
            response::chapter(&maker),
            context::investigate(&maker),
            harden::chapter(&maker),
            context::monitor(&maker),
            response::decisions(&maker),
            context::custody(&maker),
            context::unknown(&maker),
        ],
    }
}

/// A state in the contract's form, as short lines `key: value`.
pub(crate) fn lines(value: &Value) -> Cell {
    match value {
        Value::Object(fields) if fields.is_empty() => Cell::Text("–".into()),
        Value::Object(fields) => {
            let lines: Vec<String> = sorted(fields)
                .map(|(key, value)| format!("{key}: {}", short(value)))
                .collect();
            Cell::values(&lines)
        }
        other => Cell::data(short(other)),
    }
}

/// The fields of an object by name, whatever order they were written in.
fn sorted(fields: &serde_json::Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    fields.iter().collect::<BTreeMap<_, _>>().into_iter()
}

fn short(value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "–".into(),
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match (fields.get("protocol"), fields.get("peer")) {
            (Some(protocol), Some(peer)) => rule(
                protocol,
                fields.get("from_port"),
                fields.get("to_port"),
                peer,
            ),
            _ => sorted(fields)
                .map(|(key, value)| format!("{key}={}", short(value)))
                .collect::<Vec<_>>()
                .join(" "),
        },
        other => other.to_string(),
    }
}

/// A rule of a security group in one line.
fn rule(protocol: &Value, from: Option<&Value>, to: Option<&Value>, peer: &Value) -> String {
    let ports = match (from.filter(|v| !v.is_null()), to.filter(|v| !v.is_null())) {
        (None, None) => String::new(),
        (from, to) if from == to => format!(" {}", from.map(short).unwrap_or_default()),
        (from, to) => format!(
            " {}–{}",
            from.map(short).unwrap_or_default(),
            to.map(short).unwrap_or_default()
        ),
    };
    let protocol = if protocol == "-1" {
        "*".into()
    } else {
        short(protocol)
    };
    format!("{protocol}{ports} {}", short(peer))
}
