//! `rebato monitor --watch` and `--unwatch`: alarms, filters and rules that watch a case, made and deleted by plans like any
//! other; and what a person states for closing. Must not choose what is watched.

use rebato_core::case::{Case, PlanRecord};
use rebato_core::contain::Purpose;
use rebato_core::monitor::{Review, STATED, watch_objects};
use rebato_engine::ports::SystemClock;
use rebato_report::clean;
use rebato_store::Access;

use super::contain::{apply, offer};
use super::{Done, Parts, on_case, plan_of, verb};
use crate::args::MonitorArgs;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::terminal::{BOLD, styled};

/// Shows the plan, or applies it where its digest is given.
///
/// # Errors
/// No such case, a topic that is none, AWS's.
pub(crate) async fn run(context: &Context, args: &MonitorArgs, id: &str) -> Done {
    let purpose = if args.unwatch {
        Purpose::Unwatch
    } else {
        Purpose::Watch
    };
    on_case(context, id, async |responder, writer| {
        if let Some(typed) = &args.plan {
            let digest = plan_of(&*writer.case().await, typed, &purpose)?;
            return apply(context, responder, writer, digest).await;
        }
        let made = if args.unwatch {
            responder.unwatch_plan(writer).await?
        } else {
            let configured = context.loaded.config.monitor.topic.as_deref();
            let topic = args.topic.as_deref().or(configured);
            let case = writer.case().await;
            if let (Some(topic), Some(subject)) = (topic, &case.subject) {
                check_topic(topic, &subject.region)?;
            }
            responder.watch_plan(writer, topic).await?
        };
        if let Some(record) = made {
            return offer(context, responder, writer, &record, args.approve).await;
        }
        let key = if args.unwatch {
            "watch-none"
        } else {
            "watch-stands"
        };
        context.terminal.say(key, &[]);
        Ok(Exit::Done)
    })
    .await
}

/// Alarms and rules tell a topic of their own Region only.
///
/// # Errors
/// For another.
pub(crate) fn check_topic(topic: &str, region: &str) -> Result<(), Failure> {
    let parts: Vec<&str> = topic.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "sns", of, _, name] if *of == region && !name.is_empty() => Ok(()),
        ["arn", _, "sns", _, _, _] => Err(Failure::wrong(
            "wrong-topic-region",
            [
                ("topic", format!("{topic:?}")),
                ("region", region.to_string()),
            ],
        )),
        _ => Err(Failure::wrong(
            "wrong-topic",
            [("topic", format!("{topic:?}"))],
        )),
    }
}

/// How such a plan came out.
pub(crate) fn outcome(
    context: &Context,
    case: &Case,
    record: &PlanRecord,
    unfinished: &[&str],
) -> Exit {
    let (terminal, words) = (&context.terminal, context.words());
    if !unfinished.is_empty() {
        let open = [("open", unfinished.join(", "))];
        terminal.bad(&words.with("watch-open", open));
        return Exit::Partly;
    }
    if record.plan.purpose == Purpose::Unwatch {
        terminal.good(&words.key("watch-gone"));
    } else {
        let command = format!("rebato {}", verb(&case.id, &Purpose::Unwatch));
        terminal.good(&words.with("watch-done", [("command", command)]));
    }
    Exit::Done
}

/// Says how what stands against closing is done away with, where that is a person's matter.
pub(crate) fn hint(context: &Context, case: &Case, review: &Review) {
    let terminal = &context.terminal;
    let next =
        |command: String| terminal.say("next-command", &[("command", &styled(BOLD, &command))]);
    let missing = |code: &str| review.missing.iter().any(|m| m == code);
    let id = &case.id;
    if missing("watch-objects-stand") && !watch_objects(case).is_empty() {
        terminal.say("watch-hint-unwatch", &[]);
        next(format!("rebato {}", verb(id, &Purpose::Unwatch)));
        next(format!(
            "rebato monitor {id} --declare watch-objects-stand=…"
        ));
    }
    let only_persons = STATED.iter().filter(|code| **code != "watch-objects-stand");
    let open: Vec<&str> = only_persons.copied().filter(|code| missing(code)).collect();
    if !open.is_empty() {
        terminal.say("watch-hint-state", &[]);
        let options: String = open
            .iter()
            .map(|code| format!(" --declare {code}=…"))
            .collect();
        next(format!("rebato monitor {id}{options}"));
    }
}

/// Writes what a person states.
///
/// # Errors
/// The store's.
pub(crate) async fn state(context: &Context, args: &MonitorArgs, id: &str) -> Result<(), Failure> {
    if args.declare.is_empty() {
        return Ok(());
    }
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, id).await?;
    let responder = parts.responder(None, &store);
    for stated in &args.declare {
        let text = stated.text.clone();
        responder.state(&writer, &stated.code, text).await?;
        context
            .terminal
            .say("watch-stated", &[("code", &clean(&stated.code))]);
    }
    Ok(())
}
