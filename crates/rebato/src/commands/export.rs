//! `rebato case export`: the journal as lines, a folder that can be checked anywhere, or a copy under S3 Object Lock.

use std::path::Path;

use rebato_aws::AwsCloud;
use rebato_core::contain::LockMode;
use rebato_engine::home::{Copied, Wish, export as copy};
use rebato_engine::ports::{Clock as _, Cloud as _, SystemClock};
use rebato_engine::{EngineError, TOOL, Writer};
use rebato_report::clean;
use rebato_store::{Access, SqliteStore};
use serde_json::json;

use super::{Done, needs_aws};
use crate::args::{Accepted, ExportArgs, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Runs it.
///
/// # Errors
/// When there is no such case, when it is not as it was written, and when the place cannot be written or is not fit.
pub(crate) async fn run(context: &Context, args: &ExportArgs) -> Done {
    if let Some(place) = &args.to {
        return to_bucket(context, args, place).await;
    }
    let store = context.store(Access::Read).await?;
    if let Some(out) = &args.out {
        return to_folder(context, &store, &args.case, out).await;
    }
    for line in journal_lines(&store, &args.case).await? {
        context.terminal.data(&line)?;
    }
    Ok(Exit::Done)
}

/// The journal of a case, one signed `rebato.journal/1` a line.
///
/// # Errors
/// When there is no such case, or its journal is not as it was written.
pub(crate) async fn journal_lines(store: &SqliteStore, case: &str) -> Result<Vec<String>, Failure> {
    let records = store.signed(case).await?;
    if records.is_empty() {
        return Err(EngineError::NoCase(case.to_owned()).into());
    }
    Ok(records
        .iter()
        .map(|record| record.line().to_string())
        .collect())
}

/// A folder that can be checked on another machine.
async fn to_folder(context: &Context, store: &SqliteStore, case: &str, out: &Path) -> Done {
    let manifest = store.export(case, out, TOOL, SystemClock.now()).await?;
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(&json!({
            "schema": "rebato.export/1", "case": case, "out": out, "files": manifest.files.len(), "head": manifest.head,
        }))?,
        Output::Text => {
            let out = clean(&out.display().to_string());
            let command = format!("rebato case verify {out} --key signing.pub");
            context.terminal.say(
                "exported",
                &[
                    ("case", &case),
                    ("files", &manifest.files.len()),
                    ("out", &out),
                    ("command", &command),
                ],
            );
        }
    }
    Ok(Exit::Done)
}

/// A copy that nobody can change or delete for a while.
async fn to_bucket(context: &Context, args: &ExportArgs, place: &str) -> Done {
    let store = context.store(Access::Write).await?;
    let actor = Context::actor();
    let writer = Writer::resume(&store, &SystemClock, &actor, &args.case).await?;
    let region = writer.case().await.finding.region.clone();
    let cloud: AwsCloud = context
        .cloud(region.as_deref())
        .await?
        .ok_or_else(needs_aws)?;
    let caller = cloud.whoami().await?;
    writer.called_as(&caller);
    let owner = args.owner.as_ref().unwrap_or(&caller.account);
    let home = cloud.home(place, owner).await?;
    if args.lock == LockMode::Compliance && !compliance_accepted(context, args, home.bucket())? {
        return Ok(Exit::Waits);
    }
    let draft = store.draft(&args.case, TOOL).await?;
    let wish = Wish {
        manifest: draft.digest(),
        pieces: &draft.pieces,
        mode: args.lock,
        days: args.days,
    };
    let (export, copied) = copy(&writer, &home, wish, |name| draft.read(name)).await?;
    let Copied {
        sent,
        there,
        unseen,
        ..
    } = &copied;
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(&json!({
            "schema": "rebato.export/1", "case": args.case, "to": export.place, "files": draft.pieces.len(),
            "head": draft.manifest.head, "sent": sent.len(), "there": there, "unseen": unseen,
            "lock": export.mode.name(), "until": export.until,
        }))?,
        Output::Text => {
            let place = clean(&export.place);
            context.terminal.say(
                "export-stored",
                &[
                    ("case", &args.case),
                    ("place", &place),
                    ("sent", &sent.len()),
                    ("there", there),
                    ("lock", &export.mode.name()),
                    ("until", &export.until),
                ],
            );
        }
    }
    if unseen.is_empty() {
        return Ok(Exit::Done);
    }
    let names = clean(&unseen.join(", "));
    context.terminal.say("export-unseen", &[("names", &names)]);
    Ok(Exit::Partly)
}

/// Compliance cannot be undone by anybody: a person types the bucket's name, or has said so on the command line.
fn compliance_accepted(
    context: &Context,
    args: &ExportArgs,
    bucket: &str,
) -> Result<bool, Failure> {
    if args.accept == Some(Accepted::Irreversible) {
        return Ok(true);
    }
    let terminal = &context.terminal;
    let bucket = clean(bucket);
    let days = args.days;
    if !Terminal::can_ask() {
        terminal.say("export-compliance-no-terminal", &[("days", &days)]);
        return Ok(false);
    }
    let question = context.words().with(
        "export-compliance-ask",
        [("days", days.to_string()), ("bucket", bucket.clone())],
    );
    let typed = terminal.ask(&question)?;
    let right = typed.as_deref() == Some(bucket.as_str());
    if !right {
        terminal.say("approve-wrong", &[("instance", &bucket)]);
    }
    Ok(right)
}
