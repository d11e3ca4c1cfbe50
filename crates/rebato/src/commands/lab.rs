//! `rebato lab`: the whole runbook on the simulated account, in one process. The responder speaks to the account as to any
//! other, over the wire; the lab alone knows the truth and tells it only after the responder has spoken.

mod rehearsal;
mod trips;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rebato_aws::{AwsCloud, Keys, Options as AwsOptions, connect};
use rebato_core::case::{Case, Containment};
use rebato_core::contain::Profile;
use rebato_core::evaluate::Outcome;
use rebato_engine::ports::Clock;
use rebato_engine::{Inside, Responder, Writer};
use rebato_intel::Sources;
use rebato_lab::{Faults, Lab, Options, Pace, Scenario, ScenarioError};
use rebato_report::{clean, documents};
use rebato_store::{Access, SqliteStore};
use serde_json::json;

use super::export::journal_lines;
use super::respond::{Local, rooms_after_identify, summary};
use super::{Done, Parts, report};
use crate::alerts::findings_in;
use crate::args::{Format, LabArgs, LabCommand, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::show::{plan_lines, review_lines};
use crate::terminal::{BAD, BOLD, DIM, GOOD, Terminal, styled};
use trips::{last_cut, longest_chain};

/// How long one answer of the simulated account takes: so that calls side by side overlap, as they do against AWS.
const LATENCY: Duration = Duration::from_millis(80);
/// How long the account is watched after containment, in its own time: flow logs come up to ten minutes late.
const WATCH: SignedDuration = SignedDuration::from_mins(25);

/// Runs it.
///
/// # Errors
/// When there is no such scenario, or a folder or socket cannot be used.
pub async fn run(context: &Context, args: &LabArgs) -> Done {
    match &args.command {
        Some(LabCommand::List) => list(context),
        Some(LabCommand::Serve {
            listen,
            scenario,
            seed,
        }) => serve(context, *listen, scenario, *seed).await,
        Some(LabCommand::Rehearse {
            scenario: name,
            times,
            latency,
            seed,
        }) => {
            let scenario = told(scenario(name)?, *seed);
            let latency = Duration::from_millis((*latency).into());
            rehearsal::rehearse(context, &scenario, latency, (*times).into()).await
        }
        None => play(context, args).await,
    }
}

fn scenario(name: &str) -> Result<Scenario, Failure> {
    Scenario::load(name).map_err(|e| match e {
        ScenarioError::Unknown { name, known } => {
            Failure::wrong("wrong-scenario", [("name", name), ("names", known)])
        }
        ScenarioError::Unreadable { .. } => Failure::Input(e.to_string()),
    })
}

fn list(context: &Context) -> Done {
    let mut all = Vec::new();
    for name in Scenario::names() {
        let scenario = scenario(name)?;
        match context.terminal.output {
            Output::Text => context.terminal.data(&format!(
                "{:<18} {}",
                scenario.name,
                context.words().coded("story", &scenario.name)
            ))?,
            Output::Json | Output::Jsonl => {
                all.push(json!({ "name": scenario.name, "story": scenario.story }));
            }
        }
    }
    if context.terminal.output != Output::Text {
        context
            .terminal
            .document(&json!({ "schema": "rebato.scenarios/1", "scenarios": all }))?;
    }
    Ok(Exit::Done)
}

/// Serves an account whose attack has just raised its alert and goes on in real time.
async fn serve(context: &Context, listen: SocketAddr, name: &str, seed: Option<u64>) -> Done {
    if !listen.ip().is_loopback() {
        return Err(Failure::wrong(
            "wrong-listen",
            [("listen", listen.to_string())],
        ));
    }
    let scenario = told(scenario(name)?, seed);
    let lab = start(&scenario, seed, listen, Pace::RealTime, Duration::ZERO)?;
    for (key, value) in lab.environment() {
        context.terminal.data(&format!("export {key}={value}"))?;
    }
    context
        .terminal
        .say("lab-serving", &[("endpoint", &lab.endpoint())]);
    tokio::signal::ctrl_c()
        .await
        .map_err(|e| Failure::Input(format!("waiting for Ctrl-C: {e}")))?;
    lab.shutdown().await;
    Ok(Exit::Done)
}

/// The story as a seed tells it; without one, as it is written.
fn told(scenario: Scenario, seed: Option<u64>) -> Scenario {
    match seed {
        Some(seed) => scenario.varied(seed),
        None => scenario,
    }
}

/// An account at the moment its alert is out, which is now.
fn start(
    scenario: &Scenario,
    seed: Option<u64>,
    listen: SocketAddr,
    pace: Pace,
    latency: Duration,
) -> Result<Lab, Failure> {
    let now = Timestamp::now()
        .round(jiff::Unit::Second)
        .unwrap_or_else(|_| Timestamp::now());
    let start = now
        .checked_sub(scenario.lead)
        .map_err(|e| Failure::Input(e.to_string()))?;
    let mut faults = Faults::none();
    faults.latency = latency;
    let seed = seed.unwrap_or(scenario.seed);
    let lab = Lab::start(Options {
        scenario: scenario.clone(),
        seed,
        start,
        listen,
        pace,
        faults,
    })
    .map_err(|e| {
        Failure::Input(format!(
            "the simulated account cannot listen on {listen}: {e}"
        ))
    })?;
    lab.advance(scenario.lead);
    Ok(lab)
}

/// The lab's own time: waiting turns its clock, so nobody waits for real.
struct LabClock<'a>(&'a Lab);

#[async_trait]
impl Clock for LabClock<'_> {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn pass(&self, time: Duration) {
        self.0
            .advance(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX));
    }
}

async fn cloud_of(lab: &Lab) -> Result<AwsCloud, Failure> {
    let value = |name: &str| {
        lab.environment()
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let keys = value("AWS_ACCESS_KEY_ID")
        .zip(value("AWS_SECRET_ACCESS_KEY"))
        .map(|(id, secret)| Keys { id, secret });
    Ok(connect(AwsOptions {
        region: value("AWS_REGION"),
        endpoint_url: Some(lab.endpoint()),
        keys,
        ..AwsOptions::default()
    })
    .await?)
}

async fn play(context: &Context, args: &LabArgs) -> Done {
    let terminal = &context.terminal;
    let words = context.words();
    let scenario = told(scenario(&args.scenario)?, args.seed);
    let seed = args.seed.unwrap_or(scenario.seed);
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    std::fs::create_dir_all(&args.out).map_err(|e| Failure::File {
        what: "file-make",
        path: args.out.display().to_string(),
        why: e.to_string(),
    })?;
    terminal.talk(&format!(
        "{} · {}",
        styled(
            BOLD,
            &words.with("lab-title", [("scenario", clean(&scenario.name))])
        ),
        words.key("lab-note")
    ));
    terminal.talk(&format!("   {}", words.coded("story", &scenario.name)));

    let lab = start(&scenario, Some(seed), anywhere, Pace::Manual, LATENCY)?;
    let event = lab
        .alert()
        .ok_or_else(|| Failure::Input(format!("scenario {} raises no alert", scenario.name)))?;
    let received = findings_in("guardduty", &event)
        .0
        .into_iter()
        .next()
        .ok_or_else(|| Failure::Input("the lab's alert is no finding".into()))?;
    terminal.talk(&styled(DIM, &format!("   {}", words.key("lab-alert"))));

    let cloud = cloud_of(&lab).await?;
    let clock = LabClock(&lab);
    // Each run is a case of its own; its journal is among the files at the end.
    let state = tempfile::tempdir().map_err(|e| Failure::File {
        what: "file-make",
        path: "a temporary folder".into(),
        why: e.to_string(),
    })?;
    let parts = Parts {
        // The addresses of the lab are invented: what this machine's data files say of them is no part of the story.
        intelligence: Sources::default(),
        ..Parts::new(context, &clock, None)?
    };
    let store = SqliteStore::open(state.path(), Access::Write).await?;
    let responder = parts.responder(Some(&cloud), &store);
    let (writer, _) = responder
        .open(received.alert, received.finding, &received.raw)
        .await?;

    let mut cold = trips::Window::open(&lab);
    responder.identify(&writer).await?;
    cold.close(&lab);
    let case = rooms_after_identify(
        &responder,
        &writer,
        &Local {
            logs: &[],
            lists: &[],
            inside: Inside::Unasked,
        },
    )
    .await?;
    let breach = case
        .verdict
        .as_ref()
        .is_some_and(|v| matches!(v.outcome, Outcome::Succeeded | Outcome::Likely));
    if breach {
        responder.plan(&writer, &Profile::runbook()).await?;
    }
    if terminal.output == Output::Text {
        for line in without_next(summary(&*writer.case().await, context)) {
            terminal.data(&line)?;
        }
    }

    let mut exit = Exit::Done;
    let mut accepted = None;
    if breach {
        if !approve(context, args, &responder, &writer).await? {
            return Ok(Exit::Waits);
        }
        contain(context, &lab, &responder, &writer, &mut cold).await?;
        let since = lab.now();
        lab.advance(WATCH);
        let flows = lab.world(|world| {
            let attackers = world.attacker_addresses();
            world.accepted_flows_since(since, &attackers)
        });
        accepted = Some(flows);
        let mark = if flows == 0 {
            styled(GOOD, "✔")
        } else {
            styled(BAD, "✖")
        };
        let minutes = WATCH.as_mins().to_string();
        terminal.talk(&format!(
            " {mark} {}",
            words.with(
                "lab-flows",
                [("minutes", minutes), ("flows", flows.to_string())]
            )
        ));
        let review = responder.monitor(&writer, &[], Inside::Unasked).await?;
        review_lines(&review, &words)
            .iter()
            .for_each(|line| terminal.talk(line));
        if writer.case().await.containment != Containment::Verified {
            exit = Exit::Partly;
        }
    } else {
        not_a_breach(context, &*writer.case().await);
    }
    let contained_case = writer.case().await;
    if args.release && breach {
        release(context, &responder, &writer).await?;
    }
    let case = writer.case().await;
    let journal = journal_lines(&store, &case.id).await?;
    let files = write_files(context, &args.out, &case, &journal)?;
    let warm = if breach {
        let turns = rehearsal::warm(&scenario, LATENCY, 1).await?;
        turns.first().map(|turn| turn.trips)
    } else {
        None
    };
    let trips = breach.then(|| (warm.unwrap_or_default(), longest_chain(&cold.calls(&lab))));
    let outcome = case
        .verdict
        .as_ref()
        .map_or("inconclusive", |v| v.outcome.name());
    // Only now, after the responder has spoken, the lab tells what really happened.
    let truth = &scenario.truth;
    match terminal.output {
        Output::Json | Output::Jsonl => terminal.document(&json!({
            "schema": "rebato.lab/1", "scenario": scenario.name, "seed": seed, "happened": scenario.happened.name(), "truth": truth, "outcome": outcome,
            "containment": contained_case.containment, "released": case.containment == Containment::Released,
            "accepted_flows_after_containment": accepted, "calls": lab.calls().len(), "case": case.id, "files": files,
            "round_trips": trips.map(|(warm, cold)| json!({ "warm": warm, "cold": cold })),
        }))?,
        Output::Text => {
            terminal.data("")?;
            let mark = if scenario.accepts(outcome) { styled(GOOD, "✔") } else { styled(BAD, "✖") };
            let said = words.coded("outcome", outcome);
            terminal.data(&format!(" {mark} {}", words.with("lab-truth", [("happened", words.coded("happened", scenario.happened.name())), ("truth", words.coded("outcome", truth)), ("said", said)])))?;
            if let Some((warm, cold)) = trips {
                terminal.data(&format!("   {}", words.with("lab-trips", [("warm", warm.to_string()), ("cold", cold.to_string())])))?;
            }
            let shown = files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join("  ");
            terminal.data(&format!("   {}", words.with("lab-files", [("files", shown)])))?;
            terminal.data(&words.with("next-command", [("command", styled(BOLD, "rebato respond --latest"))]))?;
        }
    }
    lab.shutdown().await;
    Ok(exit)
}

/// The summary's last lines tell what to do next with a real case; here the lab goes on by itself.
fn without_next(mut lines: Vec<String>) -> Vec<String> {
    while lines.pop().is_some_and(|line| !line.is_empty()) {}
    lines
}

/// Asks a person where there is one, unless `--approve` was given.
async fn approve(
    context: &Context,
    args: &LabArgs,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
) -> Result<bool, Failure> {
    let terminal = &context.terminal;
    let words = context.words();
    let case = writer.case().await;
    let Some(record) = case.newest_plan() else {
        return Ok(false);
    };
    if !args.approve {
        if Terminal::can_ask() {
            let instance = record.plan.instance.clone();
            let subject = case.subject.as_ref();
            let account = subject.map(|s| s.account.clone()).unwrap_or_default();
            let region = subject.map(|s| s.region.clone()).unwrap_or_default();
            let question = words.with(
                "approve-ask",
                [
                    ("account", account),
                    ("region", region),
                    ("instance", instance.clone()),
                ],
            );
            if terminal.ask(&question)?.as_deref() != Some(instance.as_str()) {
                terminal.say("approve-wrong", &[("instance", &instance)]);
                return Ok(false);
            }
        } else {
            terminal.say("lab-approves-itself", &[]);
        }
    }
    responder
        .approve(
            writer,
            record.digest,
            responder.actor,
            SignedDuration::from_mins(60),
            Default::default(),
        )
        .await?;
    Ok(true)
}

async fn contain(
    context: &Context,
    lab: &Lab,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    cold: &mut trips::Window,
) -> Result<(), Failure> {
    let case = writer.case().await;
    let Some(digest) = case.newest_plan().map(|p| p.digest) else {
        return Ok(());
    };
    context
        .terminal
        .talk(&styled(BOLD, &context.words().key("step-contain")));
    cold.reopen(lab);
    let case = responder.carry_out(writer, digest).await?;
    cold.close_at(last_cut(&lab.calls()));
    let instance = clean(case.instance_id().unwrap_or_default());
    let line = if case.containment == Containment::Partial {
        let open = case
            .observation
            .iter()
            .flat_map(|o| o.open.iter().chain(&o.exposed))
            .map(|s| clean(s))
            .collect::<Vec<_>>()
            .join(", ");
        format!(
            " {} {}",
            styled(BAD, "✖"),
            context
                .words()
                .with("partial", [("instance", instance), ("open", open)])
        )
    } else {
        format!(
            " {} {}",
            styled(GOOD, "✔"),
            context.words().with("contained", [("instance", instance)])
        )
    };
    context.terminal.talk(&line);
    Ok(())
}

async fn release(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let words = context.words();
    let Some(record) = responder.release_plan(writer).await? else {
        return Ok(());
    };
    if terminal.output == Output::Text {
        terminal.data("")?;
        plan_lines(&record.plan, &words)
            .iter()
            .try_for_each(|line| terminal.data(line))?;
    }
    responder
        .approve(
            writer,
            record.digest,
            responder.actor,
            SignedDuration::from_mins(60),
            Default::default(),
        )
        .await?;
    let case = responder.carry_out(writer, record.digest).await?;
    let instance = clean(case.instance_id().unwrap_or_default());
    if case.containment == Containment::Released {
        terminal.good(&words.with("released", [("instance", instance)]));
    }
    Ok(())
}

/// Why nothing was contained, and which entry of which list is at fault.
fn not_a_breach(context: &Context, case: &Case) {
    let terminal = &context.terminal;
    let words = context.words();
    terminal.good(&words.key("lab-not-contained"));
    if case
        .verdict
        .as_ref()
        .is_some_and(|v| v.outcome == Outcome::Benign)
    {
        for (ip, opinion) in case
            .addresses
            .iter()
            .flat_map(|r| r.opinions.iter().map(move |o| (r.ip, o)))
        {
            let args = [
                ("ip", ip.to_string()),
                ("list", clean(&opinion.source)),
                (
                    "entry",
                    words.opinion_why(opinion.why.as_deref().unwrap_or("–")),
                ),
            ];
            terminal.talk(&format!("   {}", words.with("lab-entry-at-fault", args)));
        }
    }
}

fn write_files(
    context: &Context,
    out: &Path,
    case: &Case,
    journal: &[String],
) -> Result<Vec<PathBuf>, Failure> {
    let lang = context.terminal.lang;
    let html = out.join("case.html");
    report::save(&html, &report::render(case, Format::Html, lang)?)?;
    let json = out.join("case.json");
    let document = serde_json::to_string_pretty(&documents::case(case, lang))
        .map_err(|e| Failure::Input(e.to_string()))?;
    report::save(&json, &document)?;
    let lines = out.join("journal.jsonl");
    report::save(&lines, &format!("{}\n", journal.join("\n")))?;
    Ok(vec![html, json, lines])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_its_story_in_both_languages() {
        for lang in rebato_report::Lang::ALL {
            for name in Scenario::names() {
                assert!(
                    rebato_report::has(lang, &format!("story-{name}")),
                    "story-{name} in {lang}"
                );
            }
        }
    }
}
