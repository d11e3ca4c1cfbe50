//! `rebato contain`, `approve`, `reject`, `release`: plan, a person's word, execution.

mod several;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use rebato_core::Digest;
use rebato_core::case::{Case, Containment, PlanRecord, State};
use rebato_core::contain::{ApprovalError, How, Mend, Profile, Purpose};
use rebato_engine::ports::{Cloud, SystemClock};
use rebato_engine::{EngineError, Inside, Responder, Word, Writer};
use rebato_report::{clean, documents};
use rebato_store::Access;
use serde_json::json;

use super::{Done, Parts, digest_of, needs_aws, on_case, plan_of, verb};
use crate::args::{ApproveArgs, ContainArgs, Output, RejectArgs, ReleaseArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::profile::chosen;
use crate::show::{explain_lines, permit_lines, plan_lines};
use crate::terminal::{BOLD, DIM, Terminal, styled};

/// How long an approval given at the prompt holds.
const AT_PROMPT: SignedDuration = SignedDuration::from_mins(15);

/// `contain`.
///
/// # Errors
/// See [`Responder::carry_out`].
pub async fn contain(context: &Context, args: &ContainArgs) -> Done {
    let profile = chosen(context, args.contain_profile.as_deref())?;
    let ([case], [] | [_]) = (args.cases.as_slice(), args.plan.as_slice()) else {
        return several::contain(context, args, &profile).await;
    };
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, case).await?;
    let known = writer.case().await;
    let cloud = context.cloud(known.finding.region.as_deref()).await?;
    if cloud.is_none() && (args.approve || !args.plan.is_empty()) {
        return Err(needs_aws());
    }
    let responder = parts.responder(cloud.as_ref().map(|c| c as &dyn Cloud), &store);
    let done = contained(context, args, &profile, &responder, &writer).await?;
    match args.wait {
        Some(minutes) if done == Exit::Done => watch(context, &responder, &writer, minutes).await,
        _ => Ok(done),
    }
}

async fn contained(
    context: &Context,
    args: &ContainArgs,
    profile: &Profile,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
) -> Done {
    let known = writer.case().await;
    if let Some(typed) = args.plan.first() {
        let digest = plan_of(&known, typed, &Purpose::Contain)?;
        return apply(context, responder, writer, digest).await;
    }
    if let Some((case, digest)) = looked_at(responder, writer).await? {
        return outcome(context, &case, digest);
    }
    let begun = is_begun(&known);
    if !begun && responder.cloud.is_some() {
        responder.refresh(writer).await?;
    }
    let Some(record) = responder.plan(writer, profile).await? else {
        return Err(without_plan(context, &*writer.case().await));
    };
    show(context, &record, args.explain)?;
    if record.plan.steps().next().is_none() {
        context.terminal.say("nothing-to-do", &[]);
        return Ok(if record.plan.refusals().is_empty() {
            Exit::Done
        } else {
            Exit::Refused
        });
    }
    if !args.approve
        && let Some(exit) = by_policy(context, responder, writer, record.digest).await?
    {
        return Ok(exit);
    }
    if begun && args.approve {
        // It was approved when it was begun; what was begun goes forward.
        return apply(context, responder, writer, record.digest).await;
    }
    decide(
        context,
        responder,
        writer,
        &record,
        args.approve,
        args.overrides.iter().cloned().collect(),
    )
    .await
}

/// Whether a containment was approved and is in the middle.
fn is_begun(case: &Case) -> bool {
    case.state == State::Containing
        && case
            .plan_for(&Purpose::Contain)
            .is_some_and(|p| p.approval().is_some() && !p.all_done())
}

/// A run may have ended between the last step of a containment and the look at what it came to: the look is made good. `None`
/// where there is nothing to look at, or where not all of it stands and a new plan is needed.
async fn looked_at(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
) -> Result<Option<(Arc<Case>, Digest)>, Failure> {
    let case = writer.case().await;
    let Some(record) = case.plan_for(&Purpose::Contain).filter(|record| {
        case.state == State::Containing && record.approval().is_some() && record.all_done()
    }) else {
        return Ok(None);
    };
    if responder.cloud.is_none() {
        return Ok(None);
    }
    let looked = responder.carry_out(writer, record.digest).await?;
    let stands = looked.state != State::Containing;
    Ok(stands.then_some((looked, record.digest)))
}

/// `release`.
///
/// # Errors
/// See [`Responder::carry_out`].
pub async fn release(context: &Context, args: &ReleaseArgs) -> Done {
    on_case(context, &args.case, async |responder, writer| {
        released(context, args, responder, writer).await
    })
    .await
}

async fn released(
    context: &Context,
    args: &ReleaseArgs,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
) -> Done {
    if let Some(typed) = &args.plan {
        let digest = plan_of(&*writer.case().await, typed, &Purpose::Release)?;
        return apply(context, responder, writer, digest).await;
    }
    let made = match responder.release_plan(writer).await {
        Err(EngineError::Illegal(_)) => {
            let closed = writer.case().await.state == State::Closed;
            let key = if closed {
                "failed-closed"
            } else {
                "failed-nothing-contained"
            };
            return Err(Failure::unusable(key, [("case", args.case.clone())]));
        }
        made => made?,
    };
    let Some(record) = made else {
        return Err(without_plan(context, &*writer.case().await));
    };
    show(context, &record, args.explain)?;
    if record.plan.steps().next().is_none() {
        context.terminal.say("nothing-to-do", &[]);
        return Ok(Exit::Done);
    }
    let none = BTreeSet::new();
    decide(context, responder, writer, &record, args.approve, none).await
}

/// Why there can be no plan: the alert names no instance, or nobody has read the instance yet.
fn without_plan(context: &Context, case: &Case) -> Failure {
    let Some(instance) = case.finding.instance_id.as_deref() else {
        return EngineError::NoInstance(case.finding.id.clone()).into();
    };
    let why = case
        .subject_missing
        .clone()
        .unwrap_or_else(|| context.words().key("hint-offline"));
    Failure::Input(format!("{instance}: {why}"))
}

/// Shows a plan in the form that was asked for.
pub(crate) fn show(context: &Context, record: &PlanRecord, explain: bool) -> Result<(), Failure> {
    let terminal = &context.terminal;
    match terminal.output {
        Output::Json | Output::Jsonl => {
            terminal.document(&documents::plan_record(record, terminal.lang))
        }
        Output::Text => {
            let words = context.words();
            plan_lines(&record.plan, &words)
                .iter()
                .chain(&permit_lines(record, &words))
                .try_for_each(|line| terminal.data(line))?;
            if explain {
                terminal.data("")?;
                explain_lines(&record.plan, &words)
                    .iter()
                    .try_for_each(|line| terminal.data(line))?;
            }
            Ok(())
        }
    }
}

/// Shows a plan and asks for a word on it.
pub(crate) async fn offer(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    record: &PlanRecord,
    ask: bool,
) -> Done {
    show(context, record, false)?;
    decide(context, responder, writer, record, ask, BTreeSet::new()).await
}

/// Asks for the instance id where a person asked to be asked; else says how to approve.
pub(crate) async fn decide(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    record: &PlanRecord,
    ask: bool,
    overrides: BTreeSet<String>,
) -> Done {
    let terminal = &context.terminal;
    let case = writer.case().await;
    let approved = record.approval().is_some();
    let refusals = record.plan.refusals();
    let codes = record.plan.never();
    if !codes.is_empty() {
        // No approval could change it, so none is asked for.
        return Err(EngineError::Approval(ApprovalError::Refused { codes }).into());
    }
    if !ask {
        let verb = verb(&case.id, &record.plan.purpose);
        let command = if approved {
            format!("rebato {verb} --plan {}", record.digest)
        } else {
            terminal.talk(&styled(BOLD, &context.words().key("nothing-done-yet")));
            let overrides: String = refusals
                .iter()
                .map(|code| format!(" --override {code}"))
                .collect();
            format!(
                "rebato approve {} --plan {}{overrides}",
                case.id, record.digest
            )
        };
        terminal.say("next-command", &[("command", &styled(BOLD, &command))]);
        return Ok(Exit::Waits);
    }
    if !Terminal::can_ask() {
        let command = format!("rebato approve {} --plan {}", case.id, record.digest);
        terminal.say("approve-no-terminal", &[("command", &command)]);
        return Ok(Exit::Waits);
    }
    let instance = &record.plan.instance;
    let subject = case.subject.as_ref();
    let account = subject.map(|s| clean(&s.account)).unwrap_or_default();
    let region = subject.map(|s| clean(&s.region)).unwrap_or_default();
    let question = context.words().with(
        "approve-ask",
        [
            ("account", account),
            ("region", region),
            ("instance", clean(instance)),
        ],
    );
    if terminal.ask(&question)?.as_deref() != Some(instance.as_str()) {
        terminal.say("approve-wrong", &[("instance", &clean(instance))]);
        return Ok(Exit::Waits);
    }
    let arn = match responder.cloud {
        Some(cloud) => cloud.whoami().await.ok().map(|identity| identity.arn),
        None => None,
    };
    let word = Word {
        person: Context::person(responder.actor, arn),
        how: How::Prompt,
        valid: AT_PROMPT,
        overrides,
    };
    let approval = responder.approve_as(writer, record.digest, word).await?;
    if waits_for_second(writer, record.digest).await {
        let digest = record.digest.to_string();
        let args = [("by", clean(&approval.by)), ("digest", digest)];
        terminal.talk(&context.words().with("approved-first", args));
        return Ok(Exit::Waits);
    }
    apply(context, responder, writer, record.digest).await
}

/// Whether another person has to approve as well.
async fn waits_for_second(writer: &Writer<'_>, digest: Digest) -> bool {
    let case = writer.case().await;
    case.plan(digest).is_some_and(PlanRecord::waits_for_second)
}

/// Approves and carries out where the policy grants it without a person. `None` where it does not.
pub(crate) async fn by_policy(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    digest: Digest,
) -> Result<Option<Exit>, Failure> {
    let person = Context::person(responder.actor, None);
    let Some(_) = responder.approve_by_policy(writer, digest, &person).await? else {
        return Ok(None);
    };
    let case = writer.case().await;
    let rules: BTreeSet<String> = case
        .plan(digest)
        .and_then(|record| record.ruling.as_ref())
        .into_iter()
        .flat_map(|ruling| &ruling.reasons)
        .filter(|reason| reason.asked == "auto")
        .flat_map(|reason| reason.rules.iter().cloned())
        .collect();
    let rules: Vec<String> = rules.into_iter().collect();
    context
        .terminal
        .say("approved-by-policy", &[("rules", &rules.join(", "))]);
    apply(context, responder, writer, digest).await.map(Some)
}

/// How long to let pass between two looks at the flow logs: they come once a minute at the most.
const LOOK: std::time::Duration = std::time::Duration::from_secs(60);

/// Watches the flow logs until the containment is verified, leaks, or the time is over.
async fn watch(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    minutes: u32,
) -> Done {
    context.terminal.say("wait-verify", &[]);
    for left in (0..minutes).rev() {
        let review = responder.monitor(writer, &[], Inside::Unasked).await?;
        let known = writer.case().await;
        let instance = clean(known.instance_id().unwrap_or_default());
        if known.containment == Containment::Verified {
            let words = context.words();
            context
                .terminal
                .good(&words.with("verified", [("instance", instance)]));
            return Ok(Exit::Done);
        }
        if let Some(count) = review.accepted_flows.filter(|count| *count > 0) {
            let peers: Vec<String> = review.leaks.iter().map(ToString::to_string).collect();
            let args = [("count", count.to_string()), ("peers", peers.join(", "))];
            let told = context.words().with("wait-leak", args);
            context.terminal.bad(&told);
            return escalate(context, responder, writer).await;
        }
        if context.interrupt.stopped() {
            return Ok(Exit::Interrupted);
        }
        if left > 0 {
            responder.clock.pass(LOOK).await;
        }
    }
    let command = format!("rebato monitor {}", writer.case().await.id);
    context
        .terminal
        .say("wait-over", &[("minutes", &minutes), ("command", &command)]);
    Ok(Exit::Partly)
}

/// Proposes what still can be done against a containment that leaks, approved like any other plan.
async fn escalate(context: &Context, responder: &Responder<'_>, writer: &Writer<'_>) -> Done {
    responder.refresh(writer).await?;
    let made = responder.plan(writer, &Profile::escalate()).await?;
    let Some(record) = made.filter(|record| record.plan.steps().next().is_some()) else {
        context.terminal.say("wait-leak-nothing", &[]);
        return Ok(Exit::Partly);
    };
    // The document of the case has been written: a second one would be no JSON to whoever reads it.
    if context.terminal.output == Output::Text {
        show(context, &record, false)?;
    }
    match by_policy(context, responder, writer, record.digest).await? {
        Some(exit) => Ok(exit),
        None => decide(context, responder, writer, &record, false, BTreeSet::new()).await,
    }
}

/// Carries out an approved plan and says how it came out.
pub(crate) async fn apply(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    digest: Digest,
) -> Done {
    let case = writer.case().await;
    let record = case.plan(digest);
    if record.is_some_and(|record| matches!(record.plan.purpose, Purpose::Fix { .. })) {
        return super::harden::apply_fix(
            context,
            responder,
            writer,
            digest,
            super::harden::WATCHED,
        )
        .await;
    }
    let case = responder.carry_out(writer, digest).await?;
    outcome(context, &case, digest)
}

pub(crate) fn outcome(context: &Context, case: &Case, digest: Digest) -> Done {
    let terminal = &context.terminal;
    if terminal.output != Output::Text {
        super::case::show(context, case)?;
    }
    let instance = clean(case.instance_id().unwrap_or_default());
    let record = case.plan(digest).ok_or_else(|| EngineError::NoPlan {
        case: case.id.clone(),
        digest: digest.to_string(),
    })?;
    let unfinished = unfinished(record);
    let next =
        |command: String| terminal.say("next-command", &[("command", &styled(BOLD, &command))]);
    // A plan that has done all of its steps has nothing to go on with: what still stands open is for another one.
    let go_on = |command: &str| {
        if unfinished.is_empty() {
            next(format!("rebato {command} {}", case.id));
        } else {
            next(format!("rebato {command} {} --plan {digest}", case.id));
        }
    };
    match record.plan.purpose {
        Purpose::Contain => {
            let (exit, line) = came_out(context, case, record);
            if exit != Exit::Done {
                terminal.bad(&line);
                go_on("contain");
                return Ok(exit);
            }
            terminal.good(&line);
            if record.plan.profile != "observe" {
                next(format!("rebato monitor {}", case.id));
                let undo = [("command", format!("rebato release {}", case.id))];
                terminal.talk(&styled(DIM, &context.words().with("undo-command", undo)));
            }
            Ok(exit)
        }
        Purpose::Release => {
            if case.state == State::Released {
                terminal.good(&context.words().with("released", [("instance", instance)]));
                return Ok(Exit::Done);
            }
            terminal.bad(&context.words().with(
                "release-partial",
                [("instance", instance), ("open", unfinished.join(", "))],
            ));
            go_on("release");
            Ok(Exit::Partly)
        }
        Purpose::Mend { how } => {
            if unfinished.is_empty() && how == Mend::Undo {
                terminal.good(&context.words().key("mend-undone"));
                return Ok(Exit::Done);
            }
            if unfinished.is_empty() {
                let undo = format!(
                    "rebato {}",
                    verb(&case.id, &Purpose::Mend { how: Mend::Undo })
                );
                terminal.good(&context.words().with("mend-done", [("command", undo)]));
                return Ok(Exit::Done);
            }
            let open = [("open", unfinished.join(", "))];
            terminal.bad(&context.words().with("mend-open", open));
            Ok(Exit::Partly)
        }
        Purpose::Watch | Purpose::Unwatch => {
            Ok(super::watch::outcome(context, case, record, &unfinished))
        }
        Purpose::Fix { .. } | Purpose::Revert { .. } | Purpose::Escalate { .. } => {
            Ok(if unfinished.is_empty() {
                Exit::Done
            } else {
                Exit::Partly
            })
        }
    }
}

/// How a containment came out, in one line.
fn came_out(context: &Context, case: &Case, record: &PlanRecord) -> (Exit, String) {
    let words = context.words();
    let unfinished = unfinished(record);
    if record.plan.profile == "observe" && unfinished.is_empty() {
        return (Exit::Done, words.key("evidence-kept"));
    }
    let instance = clean(case.instance_id().unwrap_or_default());
    let stands = matches!(
        case.containment,
        Containment::Contained | Containment::Verified
    );
    if stands && unfinished.is_empty() {
        let line = words.with("contained", [("instance", instance)]);
        return (Exit::Done, line);
    }
    let open: BTreeSet<String> = case
        .observation
        .iter()
        .flat_map(|o| o.open.iter().chain(&o.exposed))
        .map(|s| clean(s))
        .chain(unfinished.iter().map(|s| (*s).to_owned()))
        .collect();
    let open = open.into_iter().collect::<Vec<_>>().join(", ");
    let line = words.with("partial", [("instance", instance), ("open", open)]);
    (Exit::Partly, line)
}

/// Ids of the steps of a plan that are not done.
fn unfinished(record: &PlanRecord) -> Vec<&str> {
    record
        .progress()
        .filter(|(_, state)| !state.is_done())
        .map(|(step, _)| step.id.as_str())
        .collect()
}

/// `approve`.
///
/// # Errors
/// No such case or plan, or the plan refuses itself.
pub async fn approve(context: &Context, args: &ApproveArgs) -> Done {
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, args.by.clone())?;
    let writer = parts.resume(&store, &args.case).await?;
    let known = writer.case().await;
    let digest = digest_of(&known, &args.plan)?;
    let responder = parts.responder(None, &store);
    let valid = SignedDuration::from_mins(i64::from(args.valid_for));
    let word = Word {
        person: Context::person(&parts.actor, None),
        how: How::Command,
        valid,
        overrides: args.overrides.iter().cloned().collect(),
    };
    let approval = responder.approve_as(&writer, digest, word).await?;
    let until = context.words().moment(approval.until);
    context.terminal.say(
        "approved",
        &[
            ("digest", &digest),
            ("by", &clean(&parts.actor)),
            ("until", &until),
        ],
    );
    let second = waits_for_second(&writer, digest).await;
    if context.terminal.output != Output::Text {
        context.terminal.document(&json!({
            "schema": "rebato.decision/1", "case": args.case, "plan": digest, "decision": "approved",
            "by": parts.actor, "until": approval.until, "waits_for_second": second,
        }))?;
    }
    if second {
        let command = format!("rebato approve {} --plan {digest}", args.case);
        context
            .terminal
            .say("hint-second", &[("command", &styled(BOLD, &command))]);
        return Ok(Exit::Waits);
    }
    let purpose = known.plan(digest).map(|record| &record.plan.purpose);
    let verb = verb(&args.case, purpose.unwrap_or(&Purpose::Contain));
    context.terminal.say(
        "next-command",
        &[(
            "command",
            &styled(BOLD, &format!("rebato {verb} --plan {digest}")),
        )],
    );
    Ok(Exit::Done)
}

/// `reject`.
///
/// # Errors
/// No such case or plan.
pub async fn reject(context: &Context, args: &RejectArgs) -> Done {
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, args.by.clone())?;
    let writer = parts.resume(&store, &args.case).await?;
    let known = writer.case().await;
    let digest = digest_of(&known, &args.plan)?;
    let responder = parts.responder(None, &store);
    responder
        .reject(&writer, digest, &parts.actor, args.why.clone())
        .await?;
    context.terminal.say(
        "rejected",
        &[("digest", &digest), ("by", &clean(&parts.actor))],
    );
    if context.terminal.output != Output::Text {
        context.terminal.document(&json!({
            "schema": "rebato.decision/1", "case": args.case, "plan": digest, "decision": "rejected",
            "by": parts.actor, "why": args.why,
        }))?;
    }
    Ok(Exit::Done)
}
