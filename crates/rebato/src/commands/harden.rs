//! `rebato harden`: the checks of a case or an instance, and a plan that fixes one.

use std::time::Duration;

use rebato_core::Digest;
use rebato_core::contain::Purpose;
use rebato_core::harden::check;
use rebato_core::identify::Finding;
use rebato_engine::ports::{Cloud, CloudError, Hints, SystemClock};
use rebato_engine::{Fixed, Responder, Writer};
use rebato_report::clean;
use rebato_store::{Access, SqliteStore};
use serde_json::json;

use super::contain::{decide, of_purpose, outcome, show};
use super::{Done, Parts, digest_of, is_case_id, needs_aws};
use crate::alerts::{Given, meaning};
use crate::args::{HardenArgs, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local;
use crate::show::check_lines;

/// Runs it.
///
/// # Errors
/// When the instance cannot be read, there is no such case, or the check has no fix.
pub async fn run(context: &Context, args: &HardenArgs) -> Done {
    local::tell_unread(&args.local, &context.terminal);
    if is_case_id(&args.subject) {
        of_case(context, args).await
    } else {
        of_instance(context, args).await
    }
}

async fn of_case(context: &Context, args: &HardenArgs) -> Done {
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, &args.subject).await?;
    let known = writer.case().await;
    let cloud = context.cloud(known.finding.region.as_deref()).await?;
    let responder = parts.responder(cloud.as_ref().map(|c| c as &dyn Cloud), &store);
    let Some(name) = &args.fix else {
        responder.identify(&writer).await?;
        let flows = local::logs(&args.local, context.common.offline)?;
        let checks = responder.harden(&writer, Some(&flows)).await?;
        if checks.is_empty() && context.common.offline {
            context.terminal.say("hint-offline", &[]);
        }
        print(context, &args.subject, &checks)?;
        return Ok(Exit::Done);
    };
    if let Some(typed) = &args.plan {
        let digest = digest_of(&known, typed)?;
        of_purpose(
            &known,
            digest,
            "harden --fix",
            |p| matches!(p, Purpose::Fix { check } if check == name),
        )?;
        let watched = Duration::from_secs(args.watch.into());
        return apply_fix(context, &responder, &writer, digest, watched).await;
    }
    if rebato_core::harden::named(name).is_none() {
        let names: Vec<&str> = rebato_core::harden::checks()
            .map(|check| check.name)
            .collect();
        return Err(Failure::Usage(format!(
            "{name} is no check; there are: {}",
            names.join(", ")
        )));
    }
    let flows = local::logs(&args.local, context.common.offline)?;
    match responder.fix_plan(&writer, name, &flows).await? {
        Some(record) => {
            show(context, &record, false)?;
            decide(
                context,
                &responder,
                &writer,
                &record,
                false,
                std::collections::BTreeSet::new(),
            )
            .await
        }
        None => {
            context.terminal.say("no-fix", &[("check", name)]);
            Ok(Exit::Done)
        }
    }
}

/// How long the service is looked at after a fix: twice the usual distance between a balancer's two looks.
pub(crate) const WATCHED: Duration = Duration::from_secs(60);

/// Carries out an approved fix, looks whether the service got worse by it, and says how it came out.
pub(crate) async fn apply_fix(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    digest: Digest,
    watched: Duration,
) -> Done {
    let fixed = responder.apply_fix(writer, digest, watched).await?;
    let terminal = &context.terminal;
    let words = context.words();
    let case = writer.case().await;
    let exit = outcome(context, &case, digest)?;
    match fixed {
        Fixed::Unwatched => {
            terminal.say("fix-unwatched", &[]);
            Ok(exit)
        }
        Fixed::Well { looks } => {
            terminal.good(&words.with("fix-well", [("looks", looks.to_string())]));
            Ok(exit)
        }
        Fixed::Worse { worse, reverted } => {
            let worse: Vec<String> = worse.iter().map(|what| clean(what)).collect();
            terminal.bad(&words.with("fix-worse", [("worse", worse.join(", "))]));
            match reverted {
                Some((_, true)) => terminal.good(&words.key("fix-reverted")),
                Some((plan, false)) => {
                    terminal.bad(&words.with("fix-revert-open", [("plan", plan.to_string())]));
                }
                None => terminal.bad(&words.key("fix-no-revert")),
            }
            Ok(exit.worse(Exit::Partly))
        }
    }
}

/// The checks of an instance that has no case: read, judged, shown, not written.
async fn of_instance(context: &Context, args: &HardenArgs) -> Done {
    if args.fix.is_some() {
        return Err(Failure::Usage(
            "a fix belongs to a case: open one with `rebato respond INSTANCE`".into(),
        ));
    }
    let Given::Instance(query, place) = meaning(&args.subject) else {
        return Err(Failure::Usage(format!(
            "{:?} is neither a case nor an instance",
            args.subject
        )));
    };
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let store = SqliteStore::open(context.state()?, Access::Read).await?;
    let cloud = context
        .cloud(place.region.as_deref())
        .await?
        .ok_or_else(needs_aws)?;
    let candidate = parts
        .responder(Some(&cloud), &store)
        .find_instance(&query)
        .await?;
    let hints = Hints {
        around: true,
        ..Hints::default()
    };
    let subject = cloud.subject(&candidate.id, &hints).await?;
    let posture = match cloud.posture(&subject).await {
        Ok(posture) => posture,
        Err(error @ CloudError::Denied { .. }) => {
            context.terminal.warn(&error.to_string());
            rebato_core::harden::Posture::default()
        }
        Err(error) => return Err(error.into()),
    };
    print(
        context,
        &candidate.id,
        &check(
            &subject,
            &posture,
            &Finding::manual(
                &candidate.id,
                &subject.account,
                &subject.region,
                jiff::Timestamp::now(),
            ),
        ),
    )?;
    Ok(Exit::Done)
}

fn print(
    context: &Context,
    subject: &str,
    checks: &[rebato_core::harden::CheckResult],
) -> Result<(), Failure> {
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(
            &json!({ "schema": "rebato.checks/1", "subject": subject, "checks": checks }),
        ),
        Output::Text => check_lines(checks, &context.words())
            .iter()
            .try_for_each(|line| context.terminal.data(line)),
    }
}
