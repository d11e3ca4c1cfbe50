//! `rebato case …`: list, show, verify.

use std::path::Path;

use rebato_core::Digest;
use rebato_core::case::{Case, Event};
use rebato_core::journal::Record;
use rebato_engine::ports::Store as _;
use rebato_engine::{cases, load};
use rebato_report::documents;
use rebato_store::{Access, SqliteStore, verify_folder};
use serde_json::json;

use super::{Done, export};
use crate::args::{CaseCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::show::{case_lines, case_table};

/// Runs it.
///
/// # Errors
/// When the journal cannot be read, or there is no such case.
pub async fn run(context: &Context, command: &CaseCommand) -> Done {
    match command {
        CaseCommand::List => list(context, &context.store(Access::Read).await?).await,
        CaseCommand::Show { case } => {
            let case = load(&context.store(Access::Read).await?, case).await?;
            show(context, &case)?;
            Ok(Exit::Done)
        }
        CaseCommand::Verify {
            case: Some(folder),
            key,
        } if Path::new(folder).is_dir() => {
            verify_exported(context, Path::new(folder), key.as_deref())
        }
        CaseCommand::Verify { key: Some(_), .. } => Err(Failure::wrong("wrong-key", [])),
        CaseCommand::Verify { case, key: None } => {
            let store = context.store(Access::Read).await?;
            verify(context, &store, case.as_deref()).await
        }
        CaseCommand::Export(args) => export::run(context, args).await,
    }
}

/// Shows a case in the form that was asked for.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn show(context: &Context, case: &Case) -> Result<(), Failure> {
    match context.terminal.output {
        Output::Json | Output::Jsonl => context
            .terminal
            .document(&documents::case(case, context.terminal.lang)),
        Output::Text => case_lines(case, &context.words())
            .iter()
            .try_for_each(|line| context.terminal.data(line)),
    }
}

/// Needs neither AWS nor the state folder.
fn verify_exported(context: &Context, folder: &Path, key: Option<&Path>) -> Done {
    let trusted = key
        .map(|file| {
            std::fs::read_to_string(file).map_err(|e| Failure::File {
                what: "file-read",
                path: file.display().to_string(),
                why: e.to_string(),
            })
        })
        .transpose()?;
    let verified = verify_folder(folder, trusted.as_deref())?;
    let good = verified.deviations.is_empty();
    let problems: Vec<String> = verified
        .deviations
        .iter()
        .map(ToString::to_string)
        .collect();
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(&json!({
            "schema": "rebato.verify/1",
            "cases": [{
                "case": verified.case, "events": verified.events, "good": good, "problems": problems,
                "unsigned": verified.unsigned, "evidence": verified.evidence, "head": verified.head,
                "keys": verified.keys, "key_given": verified.key_given,
            }],
        }))?,
        Output::Text => {
            let words = context.words();
            let folder = rebato_report::clean(&folder.display().to_string());
            for problem in &problems {
                context.terminal.data(&words.with(
                    "folder-bad",
                    [
                        ("folder", folder.clone()),
                        ("what", rebato_report::clean(problem)),
                    ],
                ))?;
            }
            if good {
                context.terminal.data(&words.with(
                    "folder-good",
                    [
                        ("folder", folder),
                        ("case", verified.case.unwrap_or_default()),
                        ("events", verified.events.to_string()),
                        ("evidence", verified.evidence.to_string()),
                    ],
                ))?;
            }
            if !verified.key_given {
                context.terminal.data(&words.key("folder-key-own"))?;
            }
        }
    }
    Ok(if good { Exit::Done } else { Exit::Failed })
}

async fn list(context: &Context, store: &SqliteStore) -> Done {
    let mut good = Vec::new();
    let mut exit = Exit::Done;
    for (id, case) in cases(store).await? {
        match case {
            Ok(case) => good.push(case),
            Err(error) => {
                context.terminal.error(&format!("{id}: {error}"), None);
                exit = Exit::Failed;
            }
        }
    }
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(&documents::cases(&good))?,
        Output::Text if good.is_empty() => context.terminal.say("no-cases", &[]),
        Output::Text => case_table(&good, &context.words(), context.terminal.width())
            .iter()
            .try_for_each(|line| context.terminal.data(line))?,
    }
    Ok(exit)
}

async fn verify(context: &Context, store: &SqliteStore, only: Option<&str>) -> Done {
    let ids = match only {
        Some(id) => vec![id.to_owned()],
        None => store.cases().await?,
    };
    let mut exit = Exit::Done;
    let mut documents = Vec::new();
    for id in ids {
        let records = store.records(&id).await.unwrap_or_default();
        let mut problems: Vec<String> = store
            .check(&id, &kept(&records))
            .await?
            .iter()
            .map(ToString::to_string)
            .collect();
        // A good chain of events that do not fit each other is no good journal either.
        if problems.is_empty()
            && let Err(error) = Case::replay(&id, &records)
        {
            problems.push(error.to_string());
        }
        if !problems.is_empty() {
            exit = Exit::Failed;
        }
        match context.terminal.output {
            Output::Json | Output::Jsonl => {
                documents.push(json!({ "case": id, "events": records.len(), "good": problems.is_empty(), "problems": problems }));
            }
            Output::Text if problems.is_empty() => {
                let words = context.words();
                context.terminal.data(&format!(
                    "{id}: {}",
                    words.with("chain-good", [("count", records.len().to_string())])
                ))?;
            }
            Output::Text => {
                for problem in problems {
                    context.terminal.data(&format!(
                        "{id}: {}",
                        context
                            .words()
                            .with("chain-broken", [("why", rebato_report::clean(&problem))])
                    ))?;
                }
            }
        }
    }
    if context.terminal.output != Output::Text {
        context
            .terminal
            .document(&json!({ "schema": "rebato.verify/1", "cases": documents }))?;
    }
    Ok(exit)
}

/// Digests of everything that the events say was kept.
fn kept(records: &[Record]) -> Vec<Digest> {
    let mut digests: Vec<Digest> = records
        .iter()
        .filter_map(|record| record.decode().ok())
        .flat_map(|event| match event {
            Event::CaseOpened { alert, .. }
            | Event::AlertRepeated { alert, .. }
            | Event::FindingJoined { alert, .. } => {
                vec![alert.sha256]
            }
            Event::EvidenceGathered { kept, .. } | Event::GuestAnswered { kept, .. } => {
                kept.iter().map(|k| k.sha256).collect()
            }
            Event::StepDone { receipt, .. } => receipt.kept.iter().map(|k| k.sha256).collect(),
            _ => Vec::new(),
        })
        .collect();
    digests.sort();
    digests.dedup();
    digests
}
