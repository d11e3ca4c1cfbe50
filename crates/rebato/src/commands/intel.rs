//! `rebato intel`: the folder of data files about addresses. `update` is the one command that goes to the Internet by
//! itself, and only when somebody types it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rebato_intel::knowledge::sources::{SOURCES, Source, named};
use rebato_intel::knowledge::update::{Update, Updated};
use rebato_intel::knowledge::{Knowledge, Shown, document};
use rebato_intel::net::Fetch;
use rebato_report::{Words, clean};
use serde_json::json;

use super::Done;
use crate::args::{IntelCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// Runs it.
///
/// # Errors
/// When the folder cannot be written, or a source is not known.
pub async fn run(context: &Context, command: &IntelCommand) -> Done {
    match command {
        IntelCommand::Show => show(context),
        IntelCommand::Update { sources, fresh } => update(context, sources, *fresh).await,
    }
}

fn show(context: &Context) -> Done {
    let knowledge = Knowledge::of(context.intel()?);
    let files = knowledge.shown(Timestamp::now());
    let terminal = &context.terminal;
    match terminal.output {
        Output::Json | Output::Jsonl => terminal.document(&document(&knowledge, &files))?,
        Output::Text => {
            let words = context.words();
            for file in &files {
                for line in shown_lines(file, &words) {
                    terminal.data(&line)?;
                }
            }
            if files.iter().all(|file| file.file.is_none()) {
                let dir = context.intel()?.display().to_string();
                terminal.talk(&words.with("intel-none", [("dir", clean(&dir))]));
            }
        }
    }
    Ok(Exit::Done)
}

fn shown_lines(file: &Shown, words: &Words) -> Vec<String> {
    let name = file.file.as_deref().unwrap_or(&file.source);
    let mut about = Vec::new();
    if file.file.is_none() {
        about.push(words.key("intel-own"));
    }
    about.extend(file.kind.map(|kind| words.coded("intel-kind", kind)));
    about.extend(file.about.as_deref().map(clean));
    about.extend(file.entries.map(|count| entries(count, words)));
    if let (Some(date), Some(days)) = (&file.as_of, file.age_days) {
        let args = [("date", date.clone()), ("days", days.to_string())];
        about.push(words.with("intel-age", args));
    }
    about.extend(file.problem.map(|code| words.coded("intel-problem", code)));
    let mark = if file.problem.is_some() {
        styled(BAD, "✖")
    } else if file.stale {
        styled(CARE, "!")
    } else {
        styled(GOOD, "✔")
    };
    let stale = file.stale.then(|| styled(CARE, &words.key("intel-stale")));
    let head = format!(
        " {mark} {}  {}",
        styled(BOLD, &clean(name)),
        about.join(" · ")
    );
    let mut lines = vec![match stale {
        Some(stale) => format!("{head} · {stale}"),
        None => head,
    }];
    if file.bad > 0 {
        let text = words.with("intel-bad", [("count", file.bad.to_string())]);
        lines.push(format!("   {}", styled(CARE, &text)));
    }
    lines.extend(
        file.licence
            .as_deref()
            .map(|terms| format!("   {}", styled(DIM, terms))),
    );
    lines
}

fn entries(count: usize, words: &Words) -> String {
    words.with("intel-entries", [("count", count.to_string())])
}

async fn update(context: &Context, wanted: &[String], fresh: bool) -> Done {
    if context.common.offline {
        return Err(Failure::wrong("wrong-offline-update", []));
    }
    let known = |name: &String| {
        let names: Vec<&str> = SOURCES.iter().map(|source| source.name).collect();
        named(name).ok_or_else(|| {
            Failure::wrong(
                "wrong-source",
                [("name", format!("{name:?}")), ("names", names.join(", "))],
            )
        })
    };
    let mirrors = &context.loaded.config.intel.sources;
    mirrors.keys().try_for_each(|name| known(name).map(drop))?;
    let sources: Vec<&Source> = if wanted.is_empty() {
        SOURCES.iter().collect()
    } else {
        wanted.iter().map(known).collect::<Result<_, _>>()?
    };
    let urls: BTreeMap<String, String> = mirrors
        .iter()
        .map(|(name, mirror)| (name.clone(), mirror.url.clone()))
        .collect();
    let dir = context.intel()?;
    let fetch = Fetch::new().map_err(|error| Failure::Input(error.to_string()))?;
    let update = Update {
        fetch: &fetch,
        dir: &dir,
        urls: &urls,
        fresh,
        now: Timestamp::now(),
    };
    let done = update.run(&sources).await.map_err(|error| Failure::File {
        what: "file-write",
        path: error.path,
        why: error.why,
    })?;
    let terminal = &context.terminal;
    match terminal.output {
        Output::Json | Output::Jsonl => terminal.document(&json!({
            "schema": "rebato.intel-update/1",
            "dir": dir,
            "sources": done,
        }))?,
        Output::Text => {
            let words = context.words();
            done.iter()
                .try_for_each(|one| terminal.data(&updated_line(one, &words)))?;
        }
    }
    let failed = done.iter().any(|one| one.result == "failed");
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn updated_line(one: &Updated, words: &Words) -> String {
    let mark = match one.result {
        "failed" => styled(BAD, "✖"),
        "not_configured" => styled(CARE, "?"),
        _ => styled(GOOD, "✔"),
    };
    let mut about = vec![words.coded("intel-result", one.result)];
    about.extend(one.why.as_deref().map(clean));
    if one.result == "failed" && one.entries.is_some() {
        about.push(words.key("intel-kept"));
    }
    about.extend(one.entries.map(|count| entries(count, words)));
    about.extend(one.as_of.clone());
    if let (Some(count), Some(date), "changed") =
        (one.entries_before, &one.as_of_before, one.result)
    {
        let args = [("count", count.to_string()), ("date", date.clone())];
        about.push(words.with("intel-before", args));
    }
    format!(
        " {mark} {}  {}",
        styled(BOLD, &one.source),
        about.join(" · ")
    )
}
