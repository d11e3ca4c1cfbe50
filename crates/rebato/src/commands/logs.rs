//! `rebato logs flows|cloudtrail|auth`: the log questions by themselves, without a case.

use std::path::PathBuf;

use jiff::Timestamp;
use rebato_core::evaluate::Source;
use rebato_engine::EngineError;
use rebato_engine::ports::{Cloud, CloudError, Intelligence as _};
use rebato_engine::reading::{GivenLog, LogPlace, Part, Reading};
use rebato_intel::LocalIntelligence;
use rebato_logs::{Answers, Questions, Scan, ThreatIndex};
use rebato_report::{Words, clean};
use serde_json::Value;

use super::Done;
use crate::args::{LogsCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local::{given, lists};
use crate::show::table_lines;
use crate::terminal::{BAD, BOLD, styled};
use crate::watcher::Talk;

/// How many rows are shown to a person; the document has all.
const SHOWN: usize = 30;
/// How many files that were left out are named to a person, and how many users in a row.
const WARNED: usize = 8;
const NAMED: usize = 5;

/// Runs it. A damaged file is told and the rest is read.
///
/// # Errors
/// When a path does not exist or cannot be read at all.
pub async fn run(context: &Context, command: &LogsCommand) -> Done {
    let (mut document, refused, columns, rows): (Value, _, &[(&str, &str)], &str) = match command {
        LogsCommand::Flows {
            paths,
            interface,
            remote,
            threat_list,
            only_listed,
            window,
        } => {
            let lists = lists(threat_list)?;
            let entries: Vec<_> = lists
                .iter()
                .flat_map(|list| {
                    LocalIntelligence::default()
                        .entries(list)
                        .into_iter()
                        .map(move |entry| (list.name.as_str(), entry))
                })
                .collect();
            let questions = Questions {
                interfaces: interface.iter().cloned().collect(),
                only_ips: remote.iter().copied().collect(),
                only_listed: *only_listed,
                since: window.since,
                until: window.until,
                threat: ThreatIndex::new(
                    entries
                        .iter()
                        .map(|(name, entry)| (entry.net, *name, entry.text.as_str())),
                ),
                ..Questions::default()
            };
            let (answers, refused) = answers(context, Source::FlowLogs, paths, questions).await?;
            let columns = &[
                ("local_ip", "head-local"),
                ("remote_ip", "head-remote"),
                ("dst_port", "head-port"),
                ("action", "head-action"),
                ("flows", "head-flows"),
                ("bytes", "head-bytes"),
            ];
            (answers.flows(), refused, columns, "conversations")
        }
        LogsCommand::Cloudtrail {
            paths,
            instance,
            principal,
            ip,
            window,
        } => {
            let mut questions = Questions {
                instance: instance.clone(),
                principal: principal.clone(),
                since: window.since,
                until: window.until,
                ..Questions::default()
            };
            questions.only_ips = ip
                .iter()
                .map(|ip| {
                    ip.parse()
                        .map_err(|_| Failure::wrong("wrong-address", [("name", format!("{ip:?}"))]))
                })
                .collect::<Result<_, _>>()?;
            let columns = &[
                ("event", "head-event"),
                ("service", "head-service"),
                ("source_ip", "head-remote"),
                ("error", "head-error"),
                ("count", "head-count"),
            ];
            let (answers, refused) = answers(context, Source::Cloudtrail, paths, questions).await?;
            (answers.activity(), refused, columns, "calls")
        }
        LogsCommand::Auth { paths, ip, window } => {
            let questions = Questions {
                only_ips: ip.iter().copied().collect(),
                // Syslog lines bear no year: the newest one that is not in the future.
                near: Some(Timestamp::now()),
                since: window.since,
                until: window.until,
                ..Questions::default()
            };
            let columns = &[
                ("ip", "head-remote"),
                ("failed", "head-failed"),
                ("accepted", "head-accepted"),
                ("users", "head-users"),
            ];
            let (answers, refused) = answers(context, Source::AuthLog, paths, questions).await?;
            (answers.logins(), refused, columns, "by_ip")
        }
    };
    let stopped = context.interrupt.stopped();
    if let (true, Some(members)) = (stopped, document.as_object_mut()) {
        members.insert("interrupted".into(), true.into());
    }
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(&document)?,
        Output::Text => show(context, &document, columns, rows)?,
    }
    let read = ["records", "lines"]
        .iter()
        .any(|name| document.get(*name).and_then(Value::as_u64) > Some(0));
    // The same would be said twice.
    let told = !read && !refused.is_empty();
    let all_skipped = document
        .get("skipped")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for skipped in all_skipped.iter().take(WARNED).filter(|_| !told) {
        let args = [
            ("file", cell(skipped, "file")),
            ("why", cell(skipped, "why")),
        ];
        context
            .terminal
            .warn(&context.words().with("logs-skipped", args));
    }
    if let Some(rest) = all_skipped.len().checked_sub(WARNED).filter(|n| *n > 0) {
        let args = [("count", rest.to_string())];
        context
            .terminal
            .warn(&context.words().with("more-skipped", args));
    }
    let skipped = !all_skipped.is_empty();
    if stopped {
        context.terminal.say("interrupted-reading", &[]);
        return Ok(Exit::Interrupted);
    }
    // That one of several files is damaged is told; that none could be read is a failure.
    if let (false, Some(error)) = (read, refused.into_iter().next()) {
        return Err(EngineError::from(error).into());
    }
    Ok(if skipped && !read {
        Exit::Failed
    } else {
        Exit::Done
    })
}

/// Reads all of it, or as much as there was patience for, and what the account refused.
async fn answers(
    context: &Context,
    source: Source,
    paths: &[PathBuf],
    questions: Questions,
) -> Result<(Answers, Vec<CloudError>), Failure> {
    let logs = given(source, paths, context.common.offline)?;
    let named = |log: &GivenLog| matches!(log.place, LogPlace::Account(_));
    let cloud = if logs.iter().any(named) {
        context.cloud(None).await?
    } else {
        None
    };
    let window = questions.since.is_some() || questions.until.is_some();
    let part = Part {
        window: window.then(|| {
            (
                questions.since.unwrap_or(Timestamp::UNIX_EPOCH),
                questions.until.unwrap_or(Timestamp::MAX),
            )
        }),
        ..Part::default()
    };
    let talk = Talk::new(context);
    let reading = Reading::start(Scan::new(questions), false, &talk);
    let cloud = cloud.as_ref().map(|cloud| cloud as &dyn Cloud);
    let refused = reading.given(cloud, &logs, &part).await?;
    let (answers, _) = reading.finish().await?;
    Ok((answers, refused))
}

fn cell(row: &Value, name: &str) -> String {
    match row.get(name) {
        Some(Value::String(text)) => clean(text),
        Some(Value::Array(items)) => {
            let more = items.len().saturating_sub(NAMED);
            items
                .iter()
                .filter_map(Value::as_str)
                .take(NAMED)
                .map(clean)
                .chain((more > 0).then(|| format!("+{more}")))
                .collect::<Vec<_>>()
                .join(", ")
        }
        Some(Value::Null) | None => "–".into(),
        Some(other) => other.to_string(),
    }
}

/// A cell of a table: a count in the reader's form. A port is none.
fn shown(row: &Value, name: &str, words: &Words) -> String {
    match row.get(name).and_then(Value::as_u64) {
        Some(count) if !name.ends_with("port") => words.count(count),
        _ => cell(row, name),
    }
}

fn show(
    context: &Context,
    document: &Value,
    columns: &[(&str, &str)],
    rows: &str,
) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let words = context.words();
    let records = [cell(document, "records"), cell(document, "lines")]
        .into_iter()
        .find(|c| c != "–")
        .unwrap_or_default();
    let read = match document.get("matched") {
        Some(matched) => {
            let args = [("records", records), ("matched", matched.to_string())];
            words.with("logs-read", args)
        }
        None => words.with("logs-lines", [("records", records)]),
    };
    terminal.data(&styled(BOLD, &read))?;
    for hit in document
        .get("threat_hits")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(SHOWN)
    {
        let args =
            ["ip", "list", "entry", "accepted", "rejected"].map(|name| (name, cell(hit, name)));
        terminal.data(&format!(
            " {} {}",
            styled(BAD, "●"),
            words.with("threat-hit", args)
        ))?;
    }
    let mut all = document
        .get(rows)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    // What matters most comes first; the document has them in its own order.
    all.sort_by_key(|row| {
        let number = |name: &str| row.get(name).and_then(Value::as_u64).unwrap_or_default();
        std::cmp::Reverse((
            number("accepted"),
            number("failed"),
            number("bytes"),
            number("count"),
        ))
    });
    let table: Vec<Vec<String>> = all
        .iter()
        .take(SHOWN)
        .map(|row| {
            columns
                .iter()
                .map(|(name, _)| shown(row, name, &words))
                .collect()
        })
        .collect();
    let heads: Vec<String> = columns.iter().map(|(_, head)| words.key(head)).collect();
    for line in table_lines(&heads, &table, terminal.width()) {
        terminal.data(&line)?;
    }
    if all.len() > SHOWN {
        terminal.data(&words.with("more-rows", [("count", (all.len() - SHOWN).to_string())]))?;
    }
    Ok(())
}
