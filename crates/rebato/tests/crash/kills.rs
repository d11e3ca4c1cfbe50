//! The process is killed: at each call, before and after its effect, and at each event of the journal. Must not know faults
//! of the account.

use std::sync::atomic::{AtomicUsize, Ordering};

use rebato_lab::Faults;
use rebato_lab::wire::Moment;

use crate::case::{Case, Journal, planned};
use crate::each::{each, is_full, say};
use crate::lab::{CallPoint, Kind, Stage};

/// Where a command is killed.
#[derive(Debug, Clone, Copy)]
enum Point {
    Call(CallPoint),
    /// When the journal has this many events more than before.
    Event(usize),
}

/// Every call of a run that made so many of each kind, each changing one before and after its effect.
fn calls(reads: u64, writes: u64) -> impl Iterator<Item = Point> {
    let point = |kind, moment| move |n| Point::Call(CallPoint { kind, n, moment });
    (1..=writes)
        .flat_map(move |n| {
            [Moment::Before, Moment::After].map(|moment| point(Kind::Writes, moment)(n))
        })
        .chain((1..=reads).map(point(Kind::Reads, Moment::Before)))
}

/// Runs a command that is killed at the point. False when it ended before.
fn killed(stage: &Stage, case: &str, point: Point, words: &[&str]) -> bool {
    match point {
        Point::Call(call) => stage.run_killed_at(call, words),
        Point::Event(n) => {
            let journal = Journal::of(&stage.state());
            let begun = journal.records(case).len();
            let running = stage.start(words);
            while running.is_at_work() {
                // A look may fall into the moment in which the program opens or closes the journal.
                let length = journal.try_records(case).map_or(0, |records| records.len());
                if length >= begun + n {
                    break;
                }
                std::thread::yield_now();
            }
            running.kill();
            running.end().code().is_none()
        }
    }
}

/// Reads and writes since the call with this number.
fn counted(stage: &Stage, since: usize) -> (u64, u64) {
    let calls = stage.lab.calls();
    let reads = calls.iter().skip(since).filter(|call| call.reads).count();
    (reads as u64, (calls.len() - since - reads) as u64)
}

#[test]
fn contain_goes_on_from_a_kill_at_each_call() {
    let origin = Case::approved();
    let whole = origin.again();
    whole.contain_and_check();
    let (reads, writes) = counted(&whole.stage, 0);
    assert!(writes >= 15, "{writes}");
    say(&format!(
        "contain: killed at {writes} writes before and after the effect, and at {reads} reads"
    ));
    each(calls(reads, writes), |point| {
        let case = origin.again();
        // A run that begins with a new read of the instance reads more; none makes fewer calls.
        assert!(
            killed(&case.stage, &case.id, point, &case.contain()),
            "not killed at {point:?}"
        );
        case.contain_and_check();
        // A read that was not answered leaves nothing that a release could stumble over.
        if !matches!(point, Point::Call(call) if call.kind == Kind::Reads) {
            let release = case.approve_release();
            case.release_and_check(&release);
        }
    });
}

#[test]
fn contain_goes_on_from_a_kill_at_each_event() {
    let origin = Case::approved();
    let whole = origin.again();
    let begun = whole.journal().len();
    whole.contain_and_check();
    let events = whole.journal().len() - begun;
    assert!(events >= 30, "{events}");
    let kills = AtomicUsize::new(0);
    each((1..=events).map(Point::Event), |point| {
        let case = origin.again();
        // So that events do not all come at once.
        case.stage.faults(Faults {
            latency: std::time::Duration::from_millis(20),
            ..Faults::none()
        });
        if killed(&case.stage, &case.id, point, &case.contain()) {
            kills.fetch_add(1, Ordering::Relaxed);
        }
        case.contain_and_check();
    });
    // At some events the process may be quicker than the look; nearly all must have hit.
    let kills = kills.into_inner();
    say(&format!("contain: killed at {kills} of {events} events"));
    assert!(
        kills * 4 >= events * 3,
        "killed at {kills} of {events} events"
    );
}

#[test]
fn contain_goes_on_from_kill_after_kill() {
    let case = Case::approved();
    let mut kills = 0;
    // Each run gets one call that changes something further, and dies.
    while case.stage.run_killed_at(
        CallPoint {
            kind: Kind::Writes,
            n: 2,
            moment: Moment::After,
        },
        &case.contain(),
    ) {
        kills += 1;
        assert!(kills < 40, "it never ends: {:?}", case.stage.writes());
    }
    assert!(kills >= 3, "{kills}");
    case.contain_and_check();
}

/// EC2 shows what was made only after a while: who looks once and sees nothing would make it again.
#[test]
fn what_was_made_and_is_not_seen_yet_is_not_made_again() {
    let origin = Case::approved();
    let points = ["CreateSnapshots", "CreateSecurityGroup"].map(|operation| {
        Point::Call(CallPoint {
            kind: Kind::Named(operation),
            n: 1,
            moment: Moment::After,
        })
    });
    each(points, |point| {
        let case = origin.again();
        case.stage.faults(Faults {
            unseen_for_looks: 3,
            ..Faults::none()
        });
        assert!(killed(&case.stage, &case.id, point, &case.contain()));
        case.contain_and_check();
        let writes = case.stage.writes();
        let snapshots = writes.iter().filter(|w| *w == "CreateSnapshots").count();
        assert_eq!(snapshots, 1, "{point:?}: {writes:?}");
    });
}

#[test]
fn respond_goes_on_from_a_kill() {
    let whole = Stage::new();
    let (id, _) = planned(&whole);
    let (reads, writes) = counted(&whole, 0);
    assert_eq!(writes, 0, "respond only reads");
    let events = Journal::of(&whole.state()).records(&id).len();
    let points = calls(reads, 0)
        .step_by(5)
        .chain((1..=events).map(Point::Event));
    each(points, |point| {
        let stage = Stage::new();
        let before = stage.facts();
        killed(&stage, &id, point, &["respond", "alert.json"]);
        let (found, digest) = planned(&stage);
        assert_eq!(found, id, "it goes on with the case that was opened");
        let cases = stage.expect(&["case", "list"], 0);
        assert_eq!(cases["cases"].as_array().unwrap().len(), 1, "{cases}");
        assert_eq!(stage.facts(), before, "respond only reads");
        stage.expect(&["approve", &id, "--plan", &digest, "--by", "ana"], 0);
        let case = Case {
            stage,
            id: found,
            digest,
            before,
        };
        case.contain_and_check();
    });
}

#[test]
fn release_goes_on_from_a_kill() {
    let origin = Case::approved();
    let whole = origin.again();
    whole.contain_and_check();
    let release = whole.approve_release();
    let (since, begun) = (whole.stage.lab.calls().len(), whole.journal().len());
    whole.release_and_check(&release);
    let (reads, writes) = counted(&whole.stage, since);
    let events = whole.journal().len() - begun;
    assert!(writes >= 6, "{writes}");
    // All of them, or a choice that keeps an ordinary run short.
    let (every, third) = if is_full() { (1, 1) } else { (2, 3) };
    let points: Vec<Point> = calls(reads, writes)
        .step_by(every)
        .chain((1..=events).step_by(third).map(Point::Event))
        .collect();
    say(&format!(
        "release: {writes} writes, {reads} reads, {events} events; killed at {}",
        points.len()
    ));
    each(points, |point| {
        let case = origin.again();
        case.contain_and_check();
        let release = case.approve_release();
        killed(
            &case.stage,
            &case.id,
            point,
            &["release", &case.id, "--plan", &release],
        );
        case.release_and_check(&release);
    });
}
