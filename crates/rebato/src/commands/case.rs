//! `rebato case …`: list, show, verify, export.

use rebato_core::Digest;
use rebato_core::case::{Case, Event};
use rebato_core::journal::Record;
use rebato_engine::ports::Store as _;
use rebato_engine::{EngineError, cases, load};
use rebato_report::documents;
use rebato_store::{Access, SqliteStore};
use serde_json::json;

use super::Done;
use crate::args::{CaseCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::show::{case_lines, case_table};

/// Runs it.
///
/// # Errors
/// When the journal cannot be read, or there is no such case.
pub async fn run(context: &Context, command: &CaseCommand) -> Done {
    let store = context.store(Access::Read).await?;
    match command {
        CaseCommand::List => list(context, &store).await,
        CaseCommand::Show { case } => {
            let case = load(&store, case).await?;
            show(context, &case)?;
            Ok(Exit::Done)
        }
        CaseCommand::Verify { case } => verify(context, &store, case.as_deref()).await,
        CaseCommand::Export { case } => {
            let records = store.records(case).await?;
            if records.is_empty() {
                return Err(EngineError::NoCase(case.clone()).into());
            }
            for record in &records {
                let line = serde_json::to_string(&documents::journal(record))
                    .map_err(|e| Failure::Input(e.to_string()))?;
                context.terminal.data(&line)?;
            }
            Ok(Exit::Done)
        }
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
        Output::Text => case_table(&good, &context.words())
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
            Event::EvidenceGathered { kept, .. } => kept.iter().map(|k| k.sha256).collect(),
            Event::StepDone { receipt, .. } => receipt.kept.iter().map(|k| k.sha256).collect(),
            _ => Vec::new(),
        })
        .collect();
    digests.sort();
    digests.dedup();
    digests
}
