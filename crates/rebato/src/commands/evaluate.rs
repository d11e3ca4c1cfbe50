//! `rebato evaluate`: the verdict, of an alert without opening a case, or of a case.

use rebato_core::case::Case;
use rebato_engine::ports::{Cloud, SystemClock};
use rebato_report::documents;
use rebato_store::Access;

use super::identify::received;
use super::respond::tell_lost_sources;
use super::{Done, Parts, is_case_id};
use crate::args::{EvaluateArgs, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local;
use crate::show::{coverage_line, verdict_lines};

/// Runs it.
///
/// # Errors
/// When nothing could be read, or the journal cannot be written.
pub async fn run(context: &Context, args: &EvaluateArgs) -> Done {
    local::tell_unread(&args.local, &context.terminal);
    let logs = local::logs(&args.local, context.common.offline)?;
    let lists = local::lists(&args.local.threat_list)?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    if let Some(id) = args.alert.alert.as_deref().filter(|word| is_case_id(word)) {
        let store = context.store(Access::Write).await?;
        let writer = parts.resume(&store, id).await?;
        let known = writer.case().await;
        let cloud = context.cloud(known.finding.region.as_deref()).await?;
        let responder = parts.responder(cloud.as_ref().map(|c| c as &dyn Cloud), &store);
        let lists = responder.lists(&lists).await;
        responder.evaluate(&writer, &logs, &lists).await?;
        let case = writer.case().await;
        tell_lost_sources(context, known.dossier.as_ref(), case.dossier.as_ref());
        show(context, &case)?;
        return Ok(done(context));
    }
    let (found, problems) = received(context, &args.alert).await?;
    for problem in &problems {
        context.terminal.error(problem, None);
    }
    let mut exit = if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    for one in found {
        if one.finding.family != "ec2" {
            context.terminal.warn(&context.words().with(
                "other-family",
                [("family", rebato_report::clean(&one.finding.family))],
            ));
            exit = Exit::Failed;
            continue;
        }
        // A verdict without a case: its journal lives as long as it takes, and each finding is judged by itself.
        let folder = tempfile::tempdir().map_err(|e| Failure::File {
            what: "file-make",
            path: "a temporary folder".into(),
            why: e.to_string(),
        })?;
        let store = rebato_store::SqliteStore::open(folder.path(), Access::Write).await?;
        let cloud = context.cloud(one.finding.region.as_deref()).await?;
        let responder = parts.responder(cloud.as_ref().map(|c| c as &dyn Cloud), &store);
        let (writer, _) = responder.open(one.alert, one.finding, &one.raw).await?;
        responder.identify(&writer).await?;
        let lists = responder.lists(&lists).await;
        responder.evaluate(&writer, &logs, &lists).await?;
        show(context, &*writer.case().await)?;
        if context.interrupt.stopped() {
            return Ok(done(context));
        }
    }
    Ok(exit)
}

/// A verdict on less than all, because a person did not want to wait, is told by the exit code.
fn done(context: &Context) -> Exit {
    if context.interrupt.stopped() {
        Exit::Interrupted
    } else {
        Exit::Done
    }
}

fn show(context: &Context, case: &Case) -> Result<(), Failure> {
    let (Some(verdict), Some(dossier)) = (&case.verdict, &case.dossier) else {
        return Ok(());
    };
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(&documents::verdict(
            &case.finding.id,
            verdict,
            dossier,
            context.terminal.lang,
        )),
        Output::Text => {
            let words = context.words();
            for line in verdict_lines(verdict, &words) {
                context.terminal.data(&line)?;
            }
            context
                .terminal
                .data(&format!("   {}", coverage_line(dossier, &words)))
        }
    }
}
