//! `rebato harden`: the checks of a case or an instance, and a plan that fixes one.

use std::time::Duration;

use rebato_core::Digest;
use rebato_core::contain::Purpose;
use rebato_core::harden::guest::{Guest, LINUX_PROBE, WINDOWS_PROBE};
use rebato_core::harden::{
    CheckResult, NoFix, Posture, Ranked, Status, Wishes, check, check_guest, order,
};
use rebato_core::identify::{Finding, Unread};
use rebato_engine::ports::{Cloud, CloudError, Hints, SystemClock};
use rebato_engine::{Fixed, Inside, Responder, Writer, probe, said, why};
use rebato_report::clean;
use rebato_store::{Access, SqliteStore};
use serde_json::json;

use super::contain::{offer, outcome};
use super::watch::check_topic;
use super::{Done, Parts, is_case_id, needs_aws, plan_of};
use crate::alerts::{Given, meaning};
use crate::args::{HardenArgs, Output, System};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::inside::guest;
use crate::local;
use crate::show::{check_lines, order_lines};

/// Runs it.
///
/// # Errors
/// When the instance cannot be read, there is no such case, or the check has no fix.
pub async fn run(context: &Context, args: &HardenArgs) -> Done {
    if let Some(system) = args.print_probe {
        let script = match system {
            System::Linux => LINUX_PROBE,
            System::Windows => WINDOWS_PROBE,
        };
        context.terminal.bytes(script.as_bytes())?;
        return Ok(Exit::Done);
    }
    let inside = guest(
        args.guest_facts.as_deref(),
        &args.local.sshd_config,
        &context.terminal,
    )?;
    match (&args.subject, inside) {
        (Some(subject), inside) if is_case_id(subject) => {
            let inside = match inside {
                Some(guest) => Inside::Given(Box::new(guest)),
                None if args.guest => Inside::Ask,
                None => Inside::Unasked,
            };
            of_case(context, args, subject, inside).await
        }
        (Some(subject), Some(inside)) if context.common.offline => {
            of_files(context, subject, inside)
        }
        (Some(subject), inside) => of_instance(context, args, subject, inside).await,
        (None, Some(inside)) => of_files(context, "", inside),
        (None, None) => Err(Failure::wrong("wrong-nothing-named", [])),
    }
}

/// The checks of what is at hand, of a machine that nobody read.
fn of_files(context: &Context, subject: &str, inside: Guest) -> Done {
    let now = jiff::Timestamp::now();
    let finding = Finding::manual(subject, "", "", now);
    print(context, subject, &check_guest(inside, &finding, now), &[])?;
    Ok(Exit::Done)
}

async fn of_case(context: &Context, args: &HardenArgs, case: &str, inside: Inside) -> Done {
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, case).await?;
    let known = writer.case().await;
    let cloud = context.cloud(known.finding.region.as_deref()).await?;
    let responder = parts.responder(cloud.as_ref().map(|c| c as &dyn Cloud), &store);
    let Some(name) = &args.fix else {
        responder.identify(&writer).await?;
        let flows = local::logs(&args.local, context.common.offline)?;
        let hardened = responder.harden(&writer, Some(&flows), inside).await?;
        let checks = hardened.checks;
        if let Some(why) = &hardened.unseen {
            let why = context.words().coded("why", why);
            context.terminal.say("guest-unseen", &[("why", &why)]);
        }
        if checks.is_empty() && context.common.offline {
            context.terminal.say("hint-offline", &[]);
        }
        let ordered = order(&*writer.case().await, &checks);
        print(context, case, &checks, &ordered)?;
        return Ok(Exit::Done);
    };
    if let Some(typed) = &args.plan {
        let check = name.clone();
        let digest = plan_of(&known, typed, &Purpose::Fix { check })?;
        let watched = Duration::from_secs(args.watch.into());
        return apply_fix(context, &responder, &writer, digest, watched).await;
    }
    if rebato_core::harden::named(name).is_none() {
        let names: Vec<&str> = rebato_core::harden::checks()
            .map(|check| check.name)
            .collect();
        return Err(Failure::wrong(
            "wrong-check",
            [("name", name.to_owned()), ("names", names.join(", "))],
        ));
    }
    let flows = local::logs(&args.local, context.common.offline)?;
    let region = known.finding.region.as_deref();
    let region = region
        .or_else(|| known.subject.as_ref().map(|s| s.region.as_str()))
        .unwrap_or_default();
    let config = &context.loaded.config;
    let topic = config.monitor.topic.clone();
    if let (Some(topic), "alarms") = (&topic, name.as_str()) {
        check_topic(topic, region)?;
    }
    let wishes = Wishes {
        log_place: config.harden.log_place(region)?,
        reboot: args.reboot,
        topic,
    };
    let made = responder.fix_plan(&writer, name, &flows, inside, &wishes);
    match made.await? {
        Ok(record) => offer(context, &responder, &writer, &record, false).await,
        Err(why) => {
            let about = match &why {
                NoFix::Unread(code) => context.words().coded("why", code),
                why => clean(why.about()),
            };
            let said: [(&str, &dyn std::fmt::Display); 2] = [("check", name), ("about", &about)];
            context
                .terminal
                .say(&format!("no-fix-{}", why.code()), &said);
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
            look_again(context, responder, writer, digest).await?;
            Ok(exit)
        }
        Fixed::Well { looks } => {
            terminal.good(&words.with("fix-well", [("looks", looks.to_string())]));
            look_again(context, responder, writer, digest).await?;
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

/// Runs the check of a fix that stays once more, and says how it comes out now.
async fn look_again(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    digest: Digest,
) -> Result<(), Failure> {
    let Some(result) = responder.look_again(writer, digest).await? else {
        return Ok(());
    };
    let (terminal, words) = (&context.terminal, context.words());
    let evidence: Vec<String> = result.evidence.iter().take(3).map(|e| clean(e)).collect();
    let said = |key: &str| {
        let args = [
            ("check", result.check.clone()),
            ("evidence", evidence.join(", ")),
        ];
        words.with(key, args)
    };
    match result.status {
        Status::Pass => terminal.good(&said("fix-check-pass")),
        Status::Fail => terminal.bad(&said("fix-check-fail")),
        Status::Unknown => terminal.say("fix-check-unknown", &[("check", &result.check)]),
    }
    Ok(())
}

/// The checks of an instance that has no case: read, judged, shown, not written.
async fn of_instance(
    context: &Context,
    args: &HardenArgs,
    named: &str,
    inside: Option<Guest>,
) -> Done {
    if args.fix.is_some() {
        return Err(Failure::wrong("wrong-fix-case", []));
    }
    let Given::Instance(query, place) = meaning(named) else {
        return Err(Failure::wrong(
            "wrong-case-or-instance",
            [("name", format!("{named:?}"))],
        ));
    };
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let store = SqliteStore::open(context.state()?, Access::Read).await?;
    let cloud = context
        .cloud(place.region.as_deref())
        .await?
        .ok_or_else(needs_aws)?;
    let responder = parts.responder(Some(&cloud), &store);
    let candidate = responder.find_instance(&query).await?;
    let hints = Hints {
        around: true,
        ..Hints::default()
    };
    let subject = cloud.subject(&candidate.id, &hints).await?;
    let mut posture = match cloud.posture(&subject).await {
        Ok(posture) => posture,
        Err(error @ CloudError::Denied { .. }) => {
            context.terminal.warn(&error.to_string());
            Posture::default()
        }
        Err(error) => return Err(error.into()),
    };
    let finding = Finding::manual(
        &candidate.id,
        &subject.account,
        &subject.region,
        jiff::Timestamp::now(),
    );
    let flows = local::logs(&args.local, context.common.offline)?;
    posture.ports_used = responder
        .ports_used(&finding, Vec::new(), &subject, &flows)
        .await?;
    posture.guest = inside;
    if args.guest {
        let windows = subject.platform.as_deref() == Some("windows");
        let found = match cloud.in_guest(&probe(&candidate.id, windows)).await {
            Ok(answer) => said(&answer.status, &answer.output).map_err(str::to_owned),
            Err(error) => Err(why(&error)),
        };
        match found {
            Ok(guest) => posture.guest = Some(guest),
            Err(why) => posture.unread.push(Unread {
                what: "guest".into(),
                why,
            }),
        }
    }
    print(
        context,
        &candidate.id,
        &check(&subject, &posture, &finding),
        &[],
    )?;
    Ok(Exit::Done)
}

fn print(
    context: &Context,
    subject: &str,
    checks: &[CheckResult],
    ordered: &[Ranked],
) -> Result<(), Failure> {
    match context.terminal.output {
        Output::Json | Output::Jsonl => context.terminal.document(
            &json!({ "schema": "rebato.checks/1", "subject": subject, "checks": checks, "order": ordered }),
        ),
        Output::Text => {
            let words = context.words();
            let mut lines = check_lines(checks, &words);
            lines.extend(order_lines(ordered, &words));
            lines.iter().try_for_each(|line| context.terminal.data(line))
        }
    }
}
