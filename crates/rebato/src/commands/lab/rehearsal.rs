//! Silent runs on a copy of the account in which Rebato's groups are there already: what the round trips come to when it is
//! not the first containment in a VPC, and what of the time is our own. Must not tell how a run
//! goes on.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;
use rebato_core::Digest;
use rebato_core::case::Event;
use rebato_core::contain::Profile;
use rebato_core::evaluate::{Dossier, evaluate};
use rebato_engine::progress::Silent;
use rebato_engine::{Responder, Writer};
use rebato_intel::LocalIntelligence;
use rebato_lab::{Call, Lab, Pace, Scenario};
use rebato_store::{Access, SqliteStore};
use serde_json::json;

use super::trips::{idle, last_cut, longest_chain};
use super::{LabClock, cloud_of, start};
use crate::alerts::findings_in;
use crate::args::Output;
use crate::commands::Done;
use crate::context::Context;
use crate::failure::{Exit, Failure};

/// Runs it as a command of its own, and says what came out.
///
/// # Errors
/// When the lab cannot be started, or the scenario's instance needs no containment.
pub(super) async fn rehearse(
    context: &Context,
    scenario: &Scenario,
    latency: Duration,
    times: usize,
) -> Done {
    let turns = warm(scenario, latency, times).await?;
    let mut own: Vec<u64> = turns.iter().map(|turn| turn.own_us).collect();
    own.sort_unstable();
    // The nearest rank: a time that was really taken.
    let at = |hundredths: usize| {
        let rank = (own.len() * hundredths).div_ceil(100).saturating_sub(1);
        own.get(rank).copied()
    };
    let trips = turns.iter().map(|turn| turn.trips).max();
    let calls = turns.iter().map(|turn| turn.calls).max();
    let (Some(median), Some(p99), Some(trips), Some(calls)) = (at(50), at(99), trips, calls) else {
        return Err(Failure::unusable(
            "failed-nothing-rehearsed",
            [("name", scenario.name.clone())],
        ));
    };
    let terminal = &context.terminal;
    let ms = |us: u64| format!("{}.{}", us / 1000, us % 1000 / 100);
    match terminal.output {
        Output::Json | Output::Jsonl => terminal.document(&json!({
            "schema": "rebato.rehearsal/1", "scenario": scenario.name, "seed": scenario.seed, "times": turns.len(),
            "latency_ms": u64::try_from(latency.as_millis()).unwrap_or(u64::MAX), "round_trips": trips, "calls": calls,
            "own_us": { "median": median, "p99": p99, "max": own.last() },
        }))?,
        Output::Text => {
            let words = context.words();
            let args = [
                ("times", turns.len().to_string()),
                ("trips", trips.to_string()),
                ("calls", calls.to_string()),
                ("median", ms(median)),
                ("p99", ms(p99)),
            ];
            terminal.data(&words.with("lab-rehearsed", args))?;
        }
    }
    Ok(Exit::Done)
}

/// One containment from the approval to the last call that cuts the network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// How many calls followed each other.
    pub(super) trips: usize,
    /// How many calls there were.
    pub(super) calls: usize,
    /// Microseconds in which no call was under way: our own time, journal and transport included.
    pub(super) own_us: u64,
}

/// Contains and releases once, so that the groups are there, and then as often as wanted, without the stop: those turns are
/// told. Each turn is a case of its own, as an incident is.
pub(super) async fn warm(
    scenario: &Scenario,
    latency: Duration,
    times: usize,
) -> Result<Vec<Turn>, Failure> {
    let lab = start(
        scenario,
        Some(scenario.seed),
        SocketAddr::from(([127, 0, 0, 1], 0)),
        Pace::Manual,
        latency,
    )?;
    let event = lab
        .alert()
        .ok_or_else(|| Failure::Input("the scenario raises no alert".into()))?;
    turn(&lab, &event).await?;
    let mut turns = Vec::new();
    while turns.len() < times
        && let Some(told) = turn(&lab, &event).await?
    {
        turns.push(told);
    }
    lab.shutdown().await;
    Ok(turns)
}

/// From the alert to the release. `None` where there is nothing to contain.
async fn turn(lab: &Lab, event: &[u8]) -> Result<Option<Turn>, Failure> {
    let received = findings_in("guardduty", event)
        .0
        .into_iter()
        .next()
        .ok_or_else(|| Failure::Input("the lab's alert is no finding".into()))?;
    let folder = tempfile::tempdir().map_err(|e| Failure::File {
        what: "file-make",
        path: "a temporary folder".into(),
        why: e.to_string(),
    })?;
    let store = SqliteStore::open(folder.path(), Access::Write).await?;
    // What a turn used up of the limits on calls is no burden of the next one's.
    let cloud = cloud_of(lab).await?;
    let clock = LabClock(lab);
    let intelligence = LocalIntelligence::default();
    let policy = rebato_engine::policy::Policy::default();
    let responder = Responder {
        cloud: Some(&cloud),
        intelligence: &intelligence,
        store: &store,
        clock: &clock,
        watcher: &Silent,
        actor: "rehearsal",
        policy: &policy,
        own_instance: None,
    };
    let (writer, _) = responder
        .open(received.alert, received.finding, &received.raw)
        .await?;
    responder.identify(&writer).await?;
    let case = writer.case().await;
    let verdict = evaluate(&case.finding, case.subject.as_ref(), &Dossier::default());
    writer.write(Event::VerdictReached { verdict }).await?;
    let read = lab.calls().len();
    responder.refresh(&writer).await?;
    let read = lab.calls().split_off(read);
    let Some(cut) = contain(&responder, &writer, lab).await? else {
        return Ok(None);
    };
    held_by_another(lab);
    release(&responder, &writer).await?;
    let whole: Vec<Call> = read.into_iter().chain(cut.calls.iter().cloned()).collect();
    Ok(Some(Turn {
        trips: longest_chain(&whole),
        calls: whole.len(),
        own_us: idle(cut.began_us, &cut.calls),
    }))
}

async fn release(responder: &Responder<'_>, writer: &Writer<'_>) -> Result<(), Failure> {
    if let Some(record) = responder.release_plan(writer).await? {
        approve(responder, writer, record.digest).await?;
        responder.carry_out(writer, record.digest).await?;
    }
    Ok(())
}

async fn approve(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    digest: Digest,
) -> Result<(), Failure> {
    let held = SignedDuration::from_mins(5);
    responder
        .approve(writer, digest, "rehearsal", held, Default::default())
        .await?;
    Ok(())
}

/// Another machine of the VPC is contained too: so the release leaves the groups where they are.
fn held_by_another(lab: &Lab) {
    lab.world(|world| {
        let own: Vec<String> = world
            .groups
            .values()
            .filter(|group| group.name.starts_with("rebato-"))
            .map(|group| group.id.clone())
            .collect();
        let target = world.target_instance.clone();
        let other = world.interfaces.values_mut().find(|interface| {
            interface
                .attachment
                .as_ref()
                .is_none_or(|attachment| attachment.instance_id != target)
        });
        if let Some(other) = other {
            other.groups = own;
        }
    });
}

/// What was called from the approval to the last cut.
struct Cut {
    /// When it began, by the lab's clock of calls.
    began_us: u64,
    calls: Vec<Call>,
}

/// Plans, which a person would look at, and carries out, which is what is counted. `None` where there is nothing to do.
async fn contain(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    lab: &Lab,
) -> Result<Option<Cut>, Failure> {
    let Some(record) = responder.plan(writer, &Profile::isolate()).await? else {
        return Ok(None);
    };
    approve(responder, writer, record.digest).await?;
    let before = lab.calls().len();
    let began_us = lab.elapsed_us();
    responder.carry_out(writer, record.digest).await?;
    let mut calls = lab.calls().split_off(before);
    calls.truncate(last_cut(&calls));
    Ok(Some(Cut { began_us, calls }))
}
