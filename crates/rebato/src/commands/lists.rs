//! `rebato lists check`: what is in a list, and what is wrong with it.

use rebato_intel::lists::{Limits, document, read};
use rebato_report::clean;

use super::Done;
use crate::args::{ListsCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local::files;
use crate::terminal::{BAD, BOLD, CARE, DIM, styled};

/// How many problems and warnings are shown to a person; the document has all that were kept.
const SHOWN: usize = 10;

/// Runs it. A list that cannot be read is told and the others are read.
///
/// # Errors
/// When a path does not exist.
pub fn run(context: &Context, command: &ListsCommand) -> Done {
    let ListsCommand::Check { files: paths, ip } = command;
    let mut exit = Exit::Done;
    for path in files(paths)? {
        let name = path.display().to_string();
        let bytes = std::fs::read(&path).map_err(|e| Failure::File {
            what: "cannot read",
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
        let found = document(&name, &list, Limits::default(), ip);
        match context.terminal.output {
            Output::Json => context.terminal.document(&found)?,
            Output::Jsonl => context.terminal.data(&found.to_string())?,
            Output::Text => show(context, &found)?,
        }
    }
    Ok(exit)
}

fn show(context: &Context, found: &serde_json::Value) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let words = context.words();
    let text = |value: &serde_json::Value, key: &str| match value.get(key) {
        Some(serde_json::Value::String(text)) => clean(text),
        Some(serde_json::Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let file = text(found, "file");
    let args = [
        ("format", text(found, "format")),
        ("entries", text(found, "entries")),
    ];
    terminal.data(&format!(
        "{} · {}",
        styled(BOLD, &file),
        words.with("list-summary", args)
    ))?;
    let rows = |key: &str| {
        found
            .get(key)
            .and_then(serde_json::Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    for row in rows("matches") {
        let args = [
            ("ip", text(&row, "ip")),
            ("entry", text(&row, "entry")),
            ("line", text(&row, "line")),
        ];
        terminal.data(&format!(
            " {} {}",
            styled(BAD, "●"),
            words.with("list-match", args)
        ))?;
    }
    for (key, mark) in [("warnings", "!"), ("problems", "?")] {
        let all = rows(key);
        for row in all.iter().take(SHOWN) {
            let place = if row.get("line").is_some() {
                format!("{file}:{} ", text(row, "line"))
            } else {
                String::new()
            };
            let what = words.coded("list-problem", &text(row, "what"));
            let about = [text(row, "entry"), text(row, "text")]
                .into_iter()
                .find(|t| !t.is_empty())
                .unwrap_or_default();
            terminal.data(format!(" {} {place}{what} {about}", styled(CARE, mark)).trim_end())?;
        }
        if all.len() > SHOWN {
            terminal.data(&styled(
                DIM,
                &format!(
                    "   {}",
                    words.with("more-rows", [("count", (all.len() - SHOWN).to_string())])
                ),
            ))?;
        }
    }
    Ok(())
}
