//! `rebato monitor`: what has happened since, and whether the case may close.

use rebato_core::case::Containment;
use rebato_engine::ports::{Cloud, SystemClock};
use rebato_report::clean;
use rebato_store::Access;
use serde_json::json;

use super::{Done, Parts};
use crate::args::{MonitorArgs, Output};
use crate::context::Context;
use crate::failure::Exit;
use crate::local;
use crate::show::review_lines;
use crate::terminal::{BOLD, styled};

/// Runs it.
///
/// # Errors
/// When there is no such case, or the journal cannot be written.
pub async fn run(context: &Context, args: &MonitorArgs) -> Done {
    local::tell_unread(&args.local, &context.terminal);
    let logs = local::logs(&args.local, context.common.offline)?;
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, &args.case).await?;
    let known = writer.case().await;
    let cloud = context.cloud(known.finding.region.as_deref()).await?;
    let responder = parts.responder(cloud.as_ref().map(|c| c as &dyn Cloud), &store);
    let review = responder.monitor(&writer, &logs).await?;
    // A case does not close on half of what was to be looked at.
    let stopped = context.interrupt.stopped();
    let missing = if args.close && !stopped {
        responder.close(&writer, responder.actor).await?
    } else {
        Vec::new()
    };
    let case = writer.case().await;
    match context.terminal.output {
        Output::Json | Output::Jsonl => {
            context.terminal.document(&json!({
                "schema": "rebato.review/1", "case": case.id, "state": case.state, "containment": case.containment,
                "at": review.at, "watches": review.watches, "accepted_flows": review.accepted_flows,
                "leaks": review.leaks, "missing": review.missing,
            }))?;
        }
        Output::Text => {
            let words = context.words();
            if case.containment == Containment::Verified {
                let instance = clean(case.instance_id().unwrap_or_default());
                context
                    .terminal
                    .data(&words.with("verified", [("instance", instance)]))?;
            }
            review_lines(&review, &words)
                .iter()
                .try_for_each(|line| context.terminal.data(line))?;
            if !review.leaks.is_empty() {
                let command = format!("rebato contain {} --contain-profile escalate", case.id);
                context
                    .terminal
                    .say("next-command", &[("command", &styled(BOLD, &command))]);
            }
        }
    }
    if stopped {
        context.terminal.say("interrupted", &[]);
        return Ok(Exit::Interrupted);
    }
    if args.close && missing.is_empty() {
        context.terminal.say("case-closed", &[("case", &case.id)]);
    }
    Ok(if missing.is_empty() {
        Exit::Done
    } else {
        Exit::Partly
    })
}
