//! `rebato respond`: identify, evaluate, investigate, harden (checks only), then a plan; stops for approval.

use rebato_core::case::{Belonging, Case, State};
use rebato_core::contain::{Profile, Purpose};
use rebato_core::evaluate::{Coverage, Dossier, Source};
use rebato_core::identify::Finding;
use rebato_engine::ports::{AccountList, Clock as _, Cloud, SystemClock};
use rebato_engine::reading::GivenLog;
use rebato_engine::{EngineError, Responder, Writer};
use rebato_report::clean;
use rebato_store::Access;

use super::contain::by_policy;
use super::identify::received;
use super::{Done, Parts};
use crate::args::{Output, RespondArgs};
use crate::asking::Wish;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local;
use crate::profile::chosen;
use crate::show::{
    address_lines, check_lines, coverage_line, finding_lines, joined_lines, permit_lines,
    plan_lines, subject_line, verdict_lines,
};
use crate::terminal::{BOLD, CARE, DIM, GOOD, Terminal, styled};

/// Runs it.
///
/// # Errors
/// When nothing could be read, or the journal cannot be written.
pub async fn run(context: &Context, args: &RespondArgs) -> Done {
    local::tell_unread(&args.local, &context.terminal);
    let logs = local::logs(&args.local, context.common.offline)?;
    let lists = local::lists(&args.local.threat_list)?;
    let (found, problems) = received(context, &args.alert).await?;
    for problem in &problems {
        context.terminal.error(problem, None);
    }
    let mut worst = if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?.asking(context, Wish::default())?;
    let store = context.store(Access::Write).await?;
    // An alert is worked on even when an older case is damaged, but not as if that were nothing.
    for (id, case) in rebato_engine::cases(&store).await? {
        if let Err(error) = case {
            context.terminal.warn(&format!("{id}: {error}"));
        }
    }
    // All alerts first: several findings about one instance are one case, which is worked on once.
    let opener = parts.responder(None, &store);
    let mut cases: Vec<String> = Vec::new();
    for one in found {
        if one.finding.family != "ec2" {
            let family = clean(&one.finding.family);
            context.terminal.warn(&format!(
                "{}: {}",
                clean(&one.finding.id),
                context.words().with("other-family", [("family", family)])
            ));
            worst = if worst == Exit::Done {
                Exit::Failed
            } else {
                worst
            };
            continue;
        }
        let id = one.finding.id.clone();
        let (writer, what) = opener.open(one.alert, one.finding, &one.raw).await?;
        let case = writer.case().await.id;
        let key = match what {
            Belonging::Joins => Some("case-joined"),
            Belonging::Again => Some("case-told-again"),
            Belonging::Known | Belonging::Stranger => None,
        };
        if let Some(key) = key {
            let about = [("finding", clean(&id)), ("case", case.clone())];
            context.terminal.talk(&context.words().with(key, about));
        }
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    let profile = chosen(context, args.contain_profile.as_deref())?;
    for id in cases {
        let writer = opener.resume(&id).await?;
        let known = writer.case().await;
        let cloud = context.cloud(known.finding.region.as_deref()).await?;
        let cloud = cloud.as_ref().map(|c| c as &dyn Cloud);
        let local = Local {
            logs: &logs,
            lists: &lists,
        };
        let rests = known.rests_until(clock.now());
        let new_means = args.again || !logs.is_empty() || !lists.is_empty();
        let exit = match rests.filter(|_| !new_means) {
            Some(until) => {
                let about = [("case", id.clone()), ("until", context.words().time(until))];
                context
                    .terminal
                    .talk(&context.words().with("case-rests", about));
                ended(context, &known)?
            }
            None => {
                let responder = parts.responder(cloud, &store);
                respond(context, &responder, &writer, &local, &profile).await?
            }
        };
        worst = if worst == Exit::Done { exit } else { worst };
    }
    Ok(worst)
}

/// What is at hand.
pub(crate) struct Local<'a> {
    /// Logs.
    pub(crate) logs: &'a [GivenLog],
    /// Lists.
    pub(crate) lists: &'a [AccountList],
}

async fn respond(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    local: &Local<'_>,
    profile: &Profile,
) -> Done {
    let terminal = &context.terminal;
    let words = context.words();
    if let Some(cloud) = responder.cloud {
        let identity = cloud.whoami().await?;
        writer.called_as(&identity);
        check_account(terminal, &writer.case().await.finding, &identity.account);
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let args = [
            ("version", version),
            ("account", clean(&identity.account)),
            ("region", clean(&identity.region)),
            ("identity", clean(&identity.arn)),
        ];
        terminal.talk(&format!(
            "{} · {}",
            words.with("banner", args),
            styled(BOLD, &words.key("read-only"))
        ));
    }
    let before = writer.case().await.dossier;
    let case = rooms(responder, writer, local).await?;
    tell_lost_sources(context, before.as_ref(), case.dossier.as_ref());
    // A plan must not rest on half of the evidence.
    if context.interrupt.stopped() {
        ended(context, &case)?;
        terminal.say("interrupted", &[]);
        return Ok(Exit::Interrupted);
    }
    if case.subject.is_some() && !case.finding.sample {
        let made = responder.plan(writer, profile).await?;
        if let Some(record) = made.filter(|record| record.plan.steps().next().is_some())
            && let Some(exit) = by_policy(context, responder, writer, record.digest).await?
        {
            return Ok(exit);
        }
    }
    ended(context, &writer.case().await)
}

/// Shows the case as it stands, and says what it waits for.
fn ended(context: &Context, case: &Case) -> Done {
    match context.terminal.output {
        Output::Json | Output::Jsonl => super::case::show(context, case)?,
        Output::Text => {
            for line in summary(case, context) {
                context.terminal.data(&line)?;
            }
        }
    }
    Ok(match case.state {
        // A plan that waits for a person is the ordinary end of `respond`.
        State::Planned => Exit::Waits,
        // A run ended in the middle: what was begun goes forward.
        State::Containing | State::Releasing => Exit::Partly,
        _ => Exit::Done,
    })
}

fn waits(case: &Case) -> bool {
    case.state == State::Planned
}

/// The command that goes on with what was begun.
fn unfinished(case: &Case) -> Option<String> {
    let (command, purpose) = match case.state {
        State::Containing => ("contain", Purpose::Contain),
        State::Releasing => ("release", Purpose::Release),
        _ => return None,
    };
    let record = case.plan_for(&purpose)?;
    Some(format!(
        "rebato {command} {} --plan {}",
        case.id, record.digest
    ))
}

/// The newest evidence decides. Where it lacks what an earlier run had, the verdict may be weaker for that alone.
pub(crate) fn tell_lost_sources(
    context: &Context,
    before: Option<&Dossier>,
    after: Option<&Dossier>,
) {
    let (Some(before), Some(after)) = (before, after) else {
        return;
    };
    let words = context.words();
    let lost: Vec<String> = Source::ALL
        .into_iter()
        .filter(|source| {
            before.covered(*source) != Coverage::Absent
                && after.covered(*source) == Coverage::Absent
        })
        .map(|source| words.source(source))
        .collect();
    if !lost.is_empty() {
        context
            .terminal
            .warn(&words.with("evidence-less", [("sources", lost.join(", "))]));
    }
}

fn check_account(terminal: &Terminal, finding: &Finding, account: &str) {
    if let Some(named) = finding
        .account
        .as_deref()
        .filter(|named| !named.is_empty() && *named != account)
    {
        terminal.say(
            "other-account",
            &[("finding", &clean(named)), ("account", &clean(account))],
        );
    }
}

/// The rooms before the plan. What AWS denies in one of them is told and leaves the others their work.
pub(crate) async fn rooms(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    local: &Local<'_>,
) -> Result<Case, Failure> {
    responder.identify(writer).await?;
    rooms_after_identify(responder, writer, local).await
}

/// The rooms between the instance and the plan.
pub(crate) async fn rooms_after_identify(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    local: &Local<'_>,
) -> Result<Case, Failure> {
    let lists = responder.lists(local.lists).await;
    responder.evaluate(writer, local.logs, &lists).await?;
    responder.investigate(writer, &lists).await?;
    match responder.harden(writer).await {
        Ok(_) | Err(EngineError::Cloud(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(writer.case().await)
}

/// The one screen that `respond` ends with.
pub(crate) fn summary(case: &Case, context: &Context) -> Vec<String> {
    let words = context.words();
    let good = styled(GOOD, "✔");
    let mut lines = finding_lines(&case.finding, &words);
    lines.extend(joined_lines(case, &words));
    lines.push(String::new());
    let room = |key: &str, what: String| format!(" {good} {:<26} {what}", words.key(key));
    match (&case.subject, &case.subject_missing) {
        (Some(subject), _) => lines.push(room("step-identify", subject_line(subject))),
        (None, Some(why)) => lines.push(format!(
            " {} {:<26} {}",
            styled(CARE, "!"),
            words.key("step-identify"),
            clean(why)
        )),
        (None, None) => lines.push(format!(
            " {} {:<26} {}",
            styled(CARE, "!"),
            words.key("step-identify"),
            words.key("hint-offline")
        )),
    }
    if let Some(dossier) = &case.dossier {
        let seen = [Source::FlowLogs, Source::Cloudtrail, Source::AuthLog]
            .into_iter()
            .all(|source| dossier.covered(source) == Coverage::Complete);
        let mark = if seen {
            good.clone()
        } else {
            styled(CARE, "?")
        };
        lines.push(format!(
            " {mark} {:<26} {}",
            words.key("step-evaluate"),
            coverage_line(dossier, &words)
        ));
    }
    for report in &case.addresses {
        let mut card = address_lines(report, &words).into_iter();
        lines.push(room("step-investigate", card.next().unwrap_or_default()));
        lines.extend(card.take(6));
    }
    if !case.checks.is_empty() {
        let failing: Vec<_> = case
            .checks
            .iter()
            .filter(|c| c.status == rebato_core::harden::Status::Fail)
            .cloned()
            .collect();
        lines.push(room(
            "step-harden",
            words.with(
                "checks-summary",
                [
                    ("failing", failing.len().to_string()),
                    ("all", case.checks.len().to_string()),
                ],
            ),
        ));
        lines.extend(check_lines(&failing, &words));
    }
    if let Some(verdict) = &case.verdict {
        lines.push(String::new());
        lines.extend(verdict_lines(verdict, &words));
    }
    if let Some(record) = case.newest_plan() {
        lines.push(String::new());
        lines.extend(plan_lines(&record.plan, &words));
        lines.extend(permit_lines(record, &words));
        if record.steps.is_empty() {
            lines.push(styled(
                BOLD,
                &format!("   {}", words.key("nothing-done-yet")),
            ));
        }
    }
    lines.push(String::new());
    lines.push(words.with("case-saved", [("case", case.id.clone())]));
    if let Some(command) = unfinished(case) {
        lines.push(words.with("next-command", [("command", styled(BOLD, &command))]));
    } else if let Some(record) = case.newest_plan().filter(|_| waits(case)) {
        let command = format!("rebato contain {} --approve", case.id);
        lines.push(words.with("next-command", [("command", styled(BOLD, &command))]));
        let command = format!("rebato approve {} --plan {}", case.id, record.digest);
        lines.push(styled(
            DIM,
            &words.with("or-command", [("command", command)]),
        ));
    } else if case.subject.is_none() {
        lines.push(words.with(
            "next-command",
            [(
                "command",
                styled(BOLD, &format!("rebato report {} --out case.html", case.id)),
            )],
        ));
        return lines;
    }
    lines.push(words.with(
        "report-command",
        [(
            "command",
            format!("rebato report {} --out {}.html", case.id, case.id),
        )],
    ));
    lines
}
