//! `rebato respond`: identify, evaluate, investigate, harden (checks only), then a plan; stops for approval.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::{FutureExt as _, StreamExt as _, stream};
use rebato_aws::AwsCloud;
use rebato_core::case::{Belonging, Case, State};
use rebato_core::contain::{Profile, Purpose};
use rebato_core::evaluate::{Coverage, Dossier, Source};
use rebato_core::identify::Finding;
use rebato_engine::ports::{AccountList, Cloud, Identity, SystemClock};
use rebato_engine::reading::GivenLog;
use rebato_engine::{EngineError, Inside, Responder, Writer};
use rebato_report::clean;
use rebato_store::{Access, SqliteStore};

use super::contain::by_policy;
use super::identify::received;
use super::{Done, Parts, verb};
use crate::args::{Output, RespondArgs};
use crate::asking::Wish;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local;
use crate::profile::chosen;
use crate::show::{
    address_lines, checks_brief, coverage_line, finding_lines, joined_lines, permit_lines,
    plan_brief, subject_line, verdict_lines,
};
use crate::terminal::{BOLD, CARE, DIM, GOOD, Terminal, styled};
use crate::watcher::Talk;

/// Runs it.
///
/// # Errors
/// When nothing could be read, or the journal cannot be written.
pub async fn run(context: &Context, args: &RespondArgs) -> Done {
    let inside = crate::inside::guest(None, &args.local.sshd_config, &context.terminal)?;
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
    let parts = Parts::new(context, &clock, None)?
        .asking(context, Wish::default())
        .await?;
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
        let case = writer.case().await.id.clone();
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
    let local = Local {
        logs: &logs,
        lists: &lists,
        // A configuration of sshd does not say whose it is.
        inside: match inside {
            Some(guest) if cases.len() == 1 => Inside::Given(Box::new(guest)),
            Some(_) => {
                context.terminal.say("sshd-config-of-whom", &[]);
                Inside::Unasked
            }
            None => Inside::Unasked,
        },
    };
    let work = Work {
        context,
        parts: &parts,
        store: &store,
        local: &local,
        profile: &profile,
        new_means: args.again
            || !matches!(local.inside, Inside::Unasked)
            || !logs.is_empty()
            || !lists.is_empty(),
        several: cases.len() > 1,
    };
    Ok(worst.worse(work.all(&cases).await?))
}

/// How many cases are worked on at a time: what is read of each is held until its verdict stands.
const SIDE_BY_SIDE: usize = 8;

/// What all cases of a run share.
struct Work<'a> {
    context: &'a Context,
    parts: &'a Parts<'a>,
    store: &'a SqliteStore,
    local: &'a Local<'a>,
    profile: &'a Profile,
    /// Whether there is more to go by than the alert.
    new_means: bool,
    /// Whether more than one case is worked on: then each line is told with its case.
    several: bool,
}

impl Work<'_> {
    /// Side by side, shown in order. With several, what goes wrong with one is told and does not keep the others.
    async fn all(&self, cases: &[String]) -> Done {
        let terminal = &self.context.terminal;
        // One account a Region: its limits on calls hold for all cases there.
        let mut clouds: BTreeMap<Option<String>, Option<(AwsCloud, Identity)>> = BTreeMap::new();
        let mut regions = Vec::new();
        for id in cases {
            let case = rebato_engine::load(self.store, id).await?;
            let region = case.finding.region.clone();
            // Where every case rests, nobody is asked anything.
            if !clouds.contains_key(&region) && self.rests(&case).is_none() {
                let cloud = match self.context.cloud(region.as_deref()).await? {
                    Some(cloud) => {
                        let identity = cloud.whoami().await?;
                        banner(self.context, &identity);
                        Some((cloud, identity))
                    }
                    None => None,
                };
                clouds.insert(region.clone(), cloud);
            }
            regions.push(region);
        }
        let clouds = &clouds;
        let work = cases.iter().zip(regions).map(|(id, region)| {
            let cloud = clouds.get(&region).and_then(Option::as_ref);
            let work = self.one(id, cloud);
            work.map(move |outcome| (id, outcome)).boxed()
        });
        let work: Vec<_> = work.collect();
        let mut ended = stream::iter(work).buffered(SIDE_BY_SIDE);
        let mut worst = Exit::Done;
        while let Some((id, outcome)) = ended.next().await {
            let exit = match outcome.and_then(|ended| self.show(ended)) {
                Ok(exit) => exit,
                Err(failure @ Failure::Closed) => return Err(failure),
                Err(failure) if !self.several => return Err(failure),
                Err(failure) => {
                    terminal.error(&format!("{id}: {failure}"), None);
                    failure.exit()
                }
            };
            worst = worst.worse(exit);
        }
        Ok(worst)
    }

    /// Until when a case rests, where nothing new is given to work with.
    fn rests(&self, case: &Case) -> Option<jiff::Timestamp> {
        let until = case.rests_until(self.parts.clock.now());
        until.filter(|_| !self.new_means)
    }

    async fn one(&self, id: &str, cloud: Option<&(AwsCloud, Identity)>) -> Result<Ended, Failure> {
        let writer = self.parts.resume(self.store, id).await?;
        let known = writer.case().await;
        if let Some(until) = self.rests(&known) {
            return Ok(Ended::Rests(known, until));
        }
        if let Some((_, identity)) = cloud {
            writer.called_as(identity);
            check_account(&self.context.terminal, &known.finding, &identity.account);
        }
        let talk = if self.several {
            Talk::of_case(self.context, id)
        } else {
            Talk::new(self.context)
        };
        let responder = Responder {
            watcher: &talk,
            ..self
                .parts
                .responder(cloud.map(|(cloud, _)| cloud as &dyn Cloud), self.store)
        };
        respond(self.context, &responder, &writer, self.local, self.profile).await
    }

    fn show(&self, ended: Ended) -> Done {
        let terminal = &self.context.terminal;
        match ended {
            Ended::Rests(case, until) => {
                let words = self.context.words();
                let about = [("case", case.id.clone()), ("until", words.moment(until))];
                terminal.talk(&words.with("case-rests", about));
                show(self.context, &case)
            }
            Ended::Interrupted(case) => {
                show(self.context, &case)?;
                terminal.say("interrupted", &[]);
                Ok(Exit::Interrupted)
            }
            Ended::Stands(case) => show(self.context, &case),
            Ended::ByPolicy(exit) => Ok(exit),
        }
    }
}

/// Who we are, where, and that nothing is changed.
fn banner(context: &Context, identity: &Identity) {
    let words = context.words();
    let args = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("account", clean(&identity.account)),
        ("region", clean(&identity.region)),
        ("identity", clean(&identity.arn)),
    ];
    context.terminal.talk(&format!(
        "{} · {}",
        words.with("banner", args),
        styled(BOLD, &words.key("read-only"))
    ));
}

/// How the work on a case came out.
enum Ended {
    /// It waits for its time; until when.
    Rests(Arc<Case>, jiff::Timestamp),
    /// A person stopped the run.
    Interrupted(Arc<Case>),
    /// It is as far as it goes without a person.
    Stands(Arc<Case>),
    /// The policy let the plan be applied, and that was told.
    ByPolicy(Exit),
}

/// What is at hand.
pub(crate) struct Local<'a> {
    /// Logs.
    pub(crate) logs: &'a [GivenLog],
    /// Lists.
    pub(crate) lists: &'a [AccountList],
    /// What is known of the operating system.
    pub(crate) inside: Inside,
}

async fn respond(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    local: &Local<'_>,
    profile: &Profile,
) -> Result<Ended, Failure> {
    let before = writer.case().await.dossier.clone();
    let case = rooms(responder, writer, local).await?;
    tell_lost_sources(context, before.as_ref(), case.dossier.as_ref());
    // A plan must not rest on half of the evidence.
    if context.interrupt.stopped() {
        return Ok(Ended::Interrupted(case));
    }
    if case.subject.is_some() && !case.finding.sample {
        let made = responder.plan(writer, profile).await?;
        if let Some(record) = made.filter(|record| record.plan.steps().next().is_some())
            && let Some(exit) = by_policy(context, responder, writer, record.digest).await?
        {
            return Ok(Ended::ByPolicy(exit));
        }
    }
    Ok(Ended::Stands(writer.case().await))
}

/// Shows the case as it stands, and says what it waits for.
fn show(context: &Context, case: &Case) -> Done {
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
) -> Result<Arc<Case>, Failure> {
    responder.identify(writer).await?;
    rooms_after_identify(responder, writer, local).await
}

/// The rooms between the instance and the plan.
pub(crate) async fn rooms_after_identify(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    local: &Local<'_>,
) -> Result<Arc<Case>, Failure> {
    let lists = responder.lists(local.lists).await;
    responder.evaluate(writer, local.logs, &lists).await?;
    responder.investigate(writer, &lists).await?;
    let inside = local.inside.clone();
    match responder.harden(writer, None, inside).await {
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
        lines.extend(card.take(3));
    }
    let mut checks = checks_brief(case, &words).into_iter();
    lines.extend(checks.next().map(|said| room("step-harden", said)));
    lines.extend(checks);
    if let Some(verdict) = &case.verdict {
        lines.push(String::new());
        lines.extend(verdict_lines(verdict, &words));
    }
    if let Some(record) = case.newest_plan() {
        lines.push(String::new());
        lines.extend(plan_brief(&record.plan, &words));
        let command = format!("rebato {}", verb(&case.id, &record.plan.purpose));
        let whole = [("command", styled(BOLD, &command))];
        lines.push(format!("   {}", words.with("plan-whole", whole)));
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
            &words.with("or-command", [("command", styled(BOLD, &command))]),
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
            styled(
                BOLD,
                &format!("rebato report {} --out {}.html", case.id, case.id),
            ),
        )],
    ));
    lines
}
