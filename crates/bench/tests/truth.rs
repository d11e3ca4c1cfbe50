//! The table of truth: what really happened in the simulated account beside what is judged from its logs, for every scenario and
//! many seeds. The world is run to the moment of the alert, its records are taken in the form in which AWS gives them, and the
//! same pass and the same decision judge them as in the program; only the wire between is left out.
//!
//! `REBATO_SEEDS` sets how many seeds each scenario is played with: 25 where it is not set, a thousand where `CI` is.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "truth/responder.rs"]
mod responder;
#[path = "truth/table.rs"]
mod table;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use jiff::Timestamp;
use rebato_core::evaluate::{Outcome, Verdict};
use rebato_lab::scenario::{Happened, Scenario};
use rebato_lab::world::World;

use table::Table;

/// What came of one story.
pub(crate) struct Played {
    pub(crate) scenario: usize,
    pub(crate) seed: u64,
    pub(crate) verdict: Verdict,
}

fn seeds() -> u64 {
    std::env::var("REBATO_SEEDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(if std::env::var_os("CI").is_some() {
            1_000
        } else {
            25
        })
}

/// Plays a story to its alert and judges it.
fn play(scenario: &Scenario, seed: u64) -> Verdict {
    let start: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
    let scenario = scenario.varied(seed);
    let mut world = World::new(&scenario, seed, start);
    world.settings.compress_files = false;
    world.advance(start + scenario.lead);
    responder::judge(&world)
}

fn play_all(scenarios: &[Scenario], seeds: u64) -> Vec<Played> {
    let next = AtomicUsize::new(0);
    let each = usize::try_from(seeds).unwrap();
    let (out, inbox) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            let (out, next) = (out.clone(), &next);
            scope.spawn(move || {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(n / each) else {
                        return;
                    };
                    let seed = u64::try_from(n % each).unwrap() + 1;
                    let verdict = play(scenario, seed);
                    let played = Played {
                        scenario: n / each,
                        seed,
                        verdict,
                    };
                    out.send(played).unwrap();
                }
            });
        }
    });
    drop(out);
    let mut all: Vec<Played> = inbox.into_iter().collect();
    all.sort_by_key(|played| (played.scenario, played.seed));
    all
}

/// Why an answer is wrong; nothing when it is not.
fn wrong(scenario: &Scenario, outcome: Outcome) -> Option<&'static str> {
    let quiet = matches!(outcome, Outcome::Blocked | Outcome::Benign);
    if scenario.happened == Happened::Breach && quiet {
        return Some("a breach judged blocked or benign");
    }
    if scenario.happened == Happened::Nothing && outcome == Outcome::Succeeded {
        return Some("a benign case judged succeeded");
    }
    if scenario.happened == Happened::Attempt && outcome == Outcome::Succeeded {
        return Some("an attempt judged succeeded");
    }
    if scenario.happened == Happened::Breach && outcome == Outcome::Attempted {
        return Some("a breach judged attempted");
    }
    if !scenario.logs_are_whole() && (quiet || outcome == Outcome::Attempted) {
        return Some("logs are missing, and the answer is sure of the harmless");
    }
    (!scenario.accepts(outcome.name())).then_some("not the answer that the logs allow")
}

#[test]
fn the_verdicts_agree_with_the_truth() {
    let wanted = std::env::var("REBATO_SCENARIO").ok();
    let scenarios: Vec<Scenario> = Scenario::names()
        .into_iter()
        .filter(|name| wanted.as_deref().is_none_or(|wanted| wanted == *name))
        .map(|name| Scenario::load(name).unwrap())
        .collect();
    let played = play_all(&scenarios, seeds());
    let table = Table::of(&scenarios, &played, wrong);
    println!("{table}");
    assert!(table.faults.is_empty(), "{}", table.told());
}
