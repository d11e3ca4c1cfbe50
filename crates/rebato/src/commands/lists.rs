//! `rebato lists check`: what is in a list, what is wrong with it, and what to do about that.

use std::path::Path;

use ipnet::IpNet;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use rebato_engine::load;
use rebato_intel::lists::{Checks, ListKind, document, read};
use rebato_report::{Words, clean};
use rebato_store::Access;
use serde_json::Value;

use super::Done;
use crate::args::{ListPurpose, ListsCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local::files;
use crate::show::more_line;
use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// How many entries of one kind of warning or problem are shown to a person; the document has more.
const SHOWN: usize = 5;
/// How many matches are shown to a person.
const MATCHES_SHOWN: usize = 50;

/// Runs it. A list that cannot be read is told and the others are read.
///
/// # Errors
/// When a path or the case does not exist.
pub async fn run(context: &Context, command: &ListsCommand) -> Done {
    let ListsCommand::Check {
        files: paths,
        ip,
        kind,
        own,
        case,
        as_of,
    } = command;
    let mut own = own.clone();
    if let Some(case) = case {
        own.extend(addresses_of(context, case).await?);
    }
    let today = as_of.unwrap_or_else(|| day(Timestamp::now()));
    let mut exit = Exit::Done;
    for path in files(paths)? {
        let name = path.display().to_string();
        let bytes = std::fs::read(&path).map_err(|e| Failure::File {
            what: "file-read",
            path: name.clone(),
            why: e.to_string(),
        })?;
        let list = match read(&bytes) {
            Ok(list) => list,
            Err(error) => {
                context.terminal.error(&format!("{name}: {error}"), None);
                exit = Exit::Failed;
                continue;
            }
        };
        let checks = Checks {
            kind: list_kind(*kind),
            own: &own,
            today: Some(today),
            written: written(&path),
        };
        let found = document(&name, &list, &checks, ip);
        match context.terminal.output {
            Output::Json => context.terminal.document(&found)?,
            Output::Jsonl => context.terminal.data(&found.to_string())?,
            Output::Text => show(context, &found, ip.len())?,
        }
    }
    Ok(exit)
}

/// The addresses of a case's instance.
async fn addresses_of(context: &Context, case: &str) -> Result<Vec<IpNet>, Failure> {
    let store = context.store(Access::Read).await?;
    let case = load(&store, case).await?;
    let interfaces = case.subject.iter().flat_map(|s| &s.interfaces);
    let addresses = interfaces.flat_map(|interface| {
        let v4 = interface.addresses.iter().flat_map(|address| {
            let public = address.public.as_ref().map(|public| public.ip);
            [Some(address.private_ip), public]
        });
        v4.flatten().chain(interface.ipv6.iter().copied())
    });
    Ok(addresses.map(IpNet::from).collect())
}

const fn list_kind(purpose: ListPurpose) -> ListKind {
    match purpose {
        ListPurpose::Threat => ListKind::Threat,
        ListPurpose::Trusted => ListKind::Trusted,
        ListPurpose::ThreatEntity => ListKind::ThreatEntity,
        ListPurpose::TrustedEntity => ListKind::TrustedEntity,
    }
}

fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// The day a file was last written on, where the system knows it.
fn written(path: &Path) -> Option<Date> {
    let at = std::fs::metadata(path).ok()?.modified().ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    let since = SignedDuration::try_from(since).ok()?;
    Some(day(Timestamp::from_duration(since).ok()?))
}

fn show(context: &Context, found: &Value, asked: usize) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let words = context.words();
    terminal.data(&summary(&words, found))?;
    let matches = rows(found, "matches");
    for row in matches.iter().take(MATCHES_SHOWN) {
        terminal.data(&format!(" {} {}", styled(BAD, "●"), matched(&words, row)))?;
    }
    let more = matches.len().saturating_sub(MATCHES_SHOWN) + number(found, "matches_left_out");
    if let Some(line) = more_line(more, &words) {
        terminal.data(&line)?;
    }
    if matches.is_empty() && asked > 0 {
        let none = words.with("list-no-match", [("count", asked.to_string())]);
        terminal.data(&format!(" {} {none}", styled(GOOD, "○")))?;
    }
    // The document has the worst first; what is alike stands together.
    let warnings = rows(found, "warnings");
    let problems = rows(found, "problems");
    for (all, mark) in [(&warnings, "!"), (&problems, "?")] {
        let mut kinds: Vec<String> = all.iter().map(|row| text(row, "what")).collect();
        if mark == "?" {
            kinds.sort();
        }
        kinds.dedup();
        for kind in kinds {
            let alike: Vec<&Value> = all.iter().filter(|row| text(row, "what") == kind).collect();
            let count = found
                .get("warning_counts")
                .map_or(0, |counts| number(counts, &kind))
                .max(alike.len());
            terminal.data(&format!(
                " {} {}",
                styled(CARE, mark),
                kind_line(&words, &kind, &alike, count)
            ))?;
            let advice = if mark == "!" {
                words.coded("list-advice", &kind)
            } else {
                words.key("list-advice-problem")
            };
            terminal.data(&styled(DIM, &format!("   → {advice}")))?;
        }
    }
    if let Some(line) = more_line(number(found, "problems_left_out"), &words) {
        terminal.data(&line)?;
    }
    if warnings.is_empty() && problems.is_empty() {
        terminal.data(&format!(
            " {} {}",
            styled(GOOD, "✔"),
            words.key("list-good")
        ))?;
    }
    Ok(())
}

/// `list.txt · txt, 4 entries: 1 address, 2 networks, …`.
fn summary(words: &Words, found: &Value) -> String {
    let args = [
        ("format", text(found, "layout")),
        ("entries", text(found, "entries")),
    ];
    let kinds = ["ipv4", "cidr", "ipv6", "domains", "hashes"];
    let kinds = kinds.into_iter().filter(|kind| number(found, kind) > 0);
    let kinds: Vec<String> = kinds
        .map(|kind| {
            words.with(
                &format!("list-count-{kind}"),
                [("count", text(found, kind))],
            )
        })
        .collect();
    let mut line = format!(
        "{} · {}",
        styled(BOLD, &text(found, "file")),
        words.with("list-summary", args)
    );
    if !kinds.is_empty() {
        line.push_str(": ");
        line.push_str(&kinds.join(", "));
    }
    let date = text(found, "date");
    if !date.is_empty() {
        line.push_str(" · ");
        line.push_str(&words.with("list-date", [("date", date)]));
    }
    line
}

/// An address, the entry that covers it, and what the source says about that.
fn matched(words: &Words, row: &Value) -> String {
    let args = ["ip", "entry", "line"].map(|key| (key, text(row, key)));
    let mut line = words.with("list-match", args);
    let score = Some(text(row, "score")).filter(|score| !score.is_empty());
    let score = score.map(|score| words.with("list-score", [("score", score)]));
    let label = Some(text(row, "label")).filter(|label| !label.is_empty());
    for said in [score, label].into_iter().flatten() {
        line.push_str(" · ");
        line.push_str(&said);
    }
    line
}

/// What is wrong, the first entries of that kind, and how many more there are.
fn kind_line(words: &Words, kind: &str, alike: &[&Value], count: usize) -> String {
    let shown: Vec<String> = alike
        .iter()
        .take(SHOWN)
        .map(|row| {
            let entry = [text(row, "entry"), text(row, "text")].concat();
            let line = text(row, "line");
            if line.is_empty() {
                return entry;
            }
            words.with("list-place", [("entry", entry), ("line", line)])
        })
        .collect();
    let mut out = format!("{} {}", words.coded("list-problem", kind), shown.join(", "));
    if count > shown.len() {
        let more = count - shown.len();
        out.push(' ');
        out.push_str(&words.with("list-more", [("count", more.to_string())]));
    }
    out
}

fn rows<'a>(found: &'a Value, key: &str) -> &'a [Value] {
    found
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn number(found: &Value, key: &str) -> usize {
    let number = found.get(key).and_then(Value::as_u64).unwrap_or_default();
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A value as text without control signs; nothing for none.
fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => clean(text),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
