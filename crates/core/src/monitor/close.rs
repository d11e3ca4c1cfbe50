//! What stands against closing a case, as codes. Must not close anything.

use jiff::{SignedDuration, Timestamp};

use super::closing::{STATED, WATCH_OBJECTS, asked, observation_hours};
use super::watches::is_activity;
use super::{Watch, WatchStatus, watch_objects};
use crate::case::{Case, Containment, Decision, PlanRecord, State};
use crate::contain::Purpose;
use crate::evaluate::Outcome;

pub(super) fn missing(
    case: &Case,
    watches: &[Watch],
    accepted_flows: Option<u64>,
    at: Timestamp,
) -> Vec<String> {
    let outcome = case.verdict.as_ref().map(|v| v.outcome);
    let any = |status: WatchStatus| {
        let mut about = watches.iter().filter(|w| is_activity(&w.watch));
        about.any(|w| w.status == status)
    };
    let stands = [
        (
            "verdict-open",
            matches!(outcome, None | Some(Outcome::Inconclusive)),
        ),
        (
            "containment-not-verified",
            containment_open(case, outcome, accepted_flows),
        ),
        ("plan-open", plan_open(case)),
        ("checks-failing", checks_failing(case)),
        ("watch-tripped", any(WatchStatus::Tripped)),
        ("watch-unknown", any(WatchStatus::Unknown)),
        ("observation-time", at < observed_until(case)),
        (
            WATCH_OBJECTS,
            watch_objects(case).iter().any(|guard| !guard.of_fix),
        ),
    ];
    // What only persons know is open until one of them states it.
    let unstated = STATED.iter().filter(|code| **code != WATCH_OBJECTS);
    stands
        .into_iter()
        .chain(unstated.map(|code| (*code, true)))
        .filter(|(code, open)| *open && asked(case, code))
        .map(|(code, _)| code.to_owned())
        .collect()
}

fn containment_open(case: &Case, outcome: Option<Outcome>, accepted_flows: Option<u64>) -> bool {
    match case.containment {
        Containment::Partial => true,
        // What this look saw moves the case as soon as it is written down.
        Containment::Contained => accepted_flows != Some(0),
        Containment::Verified => accepted_flows.is_some_and(|n| n > 0),
        Containment::Released => false,
        // A breach that nobody contained is open, unless a person decided against it.
        Containment::None => {
            let rejected = case.plan_for(&Purpose::Contain).is_some_and(is_rejected);
            matches!(outcome, Some(Outcome::Succeeded | Outcome::Likely)) && !rejected
        }
    }
}

fn is_rejected(record: &PlanRecord) -> bool {
    matches!(record.decision, Some(Decision::Rejected { .. }))
}

/// Whether the newest plan for any purpose waits for a person, or was approved and not carried out to its end.
fn plan_open(case: &Case) -> bool {
    case.plans.iter().any(|record| {
        let newest = case
            .plan_for(&record.plan.purpose)
            .is_some_and(|newest| newest.digest == record.digest);
        newest && !is_rejected(record) && !record.all_done()
    })
}

/// Until when the watches of a case live: without end while it is open, and for its time of observation once more after it
/// was closed.
#[must_use]
pub fn watched_until(case: &Case) -> Option<Timestamp> {
    if case.state != State::Closed {
        return None;
    }
    let closed = case.history.iter().rfind(|e| e.event == "case_closed");
    let time = SignedDuration::from_hours(observation_hours(case));
    let closed = closed.map_or(case.updated, |entry| entry.at);
    Some(closed.checked_add(time).unwrap_or(Timestamp::MAX))
}

/// A date of a case: a code and the moment. Codes are `observation`, `approval` and `watch_objects`, with words in the catalogues
/// under `due-`. The last stays when it has passed: what is wanted no longer costs money until somebody deletes it.
#[must_use]
pub fn due(case: &Case, now: Timestamp) -> Vec<(&'static str, Timestamp)> {
    let mut dates = Vec::new();
    if case.state != State::Closed {
        dates.push(("observation", observed_until(case)));
    }
    let waiting = case.plans.iter().filter(|record| !record.begun());
    dates.extend(waiting.filter_map(|record| Some(("approval", record.approval()?.until))));
    dates.retain(|(_, at)| *at > now);
    let guards = watch_objects(case).into_iter();
    let until = guards.filter_map(|guard| guard.until);
    dates.extend(until.min().map(|at| ("watch_objects", at)));
    dates.sort_by_key(|(_, at)| *at);
    dates
}

/// Whether a check fails that no person has decided to leave as it is.
fn checks_failing(case: &Case) -> bool {
    case.checks.iter().any(|check| {
        let left = case
            .plan_for(&Purpose::Fix {
                check: check.check.clone(),
            })
            .is_some_and(is_rejected);
        check.is_to_mend() && !left
    })
}

/// Until when a case is watched before it may close. The time runs from the containment, or else the opening, and again from
/// the last look at which a watch had tripped.
#[must_use]
pub fn observed_until(case: &Case) -> Timestamp {
    let tripped = case
        .reviews
        .iter()
        .filter(|r| r.alarm().is_some())
        .map(|r| r.at)
        .max();
    let from = case
        .contained_at
        .unwrap_or(case.opened)
        .max(tripped.unwrap_or(Timestamp::MIN));
    from.checked_add(SignedDuration::from_hours(observation_hours(case)))
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::{CLOSE_CODES, ClosingRules, Review, fixture};
    use super::*;
    use crate::harden::check::tests::failed;

    fn hours(n: i64) -> Timestamp {
        fixture::at(60 + n * 60)
    }

    fn quiet() -> Vec<Watch> {
        vec![Watch::judged("drift", vec![])]
    }

    fn of(case: &Case, at: Timestamp) -> Vec<String> {
        missing(case, &quiet(), Some(0), at)
    }

    #[test]
    fn a_contained_case_closes_when_all_is_quiet_long_enough() {
        let case = fixture::contained_case();
        assert_eq!(of(&case, hours(14 * 24)), Vec::<String>::new());
        assert_eq!(of(&case, hours(14 * 24 - 1)), ["observation-time"]);
        assert_eq!(
            missing(&case, &quiet(), None, hours(400)),
            ["containment-not-verified"]
        );
        assert_eq!(
            missing(&case, &quiet(), Some(2), hours(400)),
            ["containment-not-verified"]
        );
        let verified = Case {
            containment: Containment::Verified,
            ..case.clone()
        };
        assert_eq!(
            missing(&verified, &quiet(), None, hours(400)),
            Vec::<String>::new()
        );
        assert_eq!(
            missing(&verified, &quiet(), Some(1), hours(400)),
            ["containment-not-verified"]
        );
        let partial = Case {
            containment: Containment::Partial,
            ..case
        };
        assert_eq!(of(&partial, hours(400)), ["containment-not-verified"]);
    }

    #[test]
    fn an_attempt_is_watched_for_three_days_and_a_refusal_not_at_all() {
        let breach = vec![
            "containment-not-verified",
            "root-cause",
            "credentials-rotated",
        ];
        for (outcome, at, wanted) in [
            (Outcome::Attempted, 70, vec!["observation-time"]),
            (Outcome::Attempted, 72, vec![]),
            (Outcome::Blocked, 0, vec![]),
            (Outcome::Benign, 0, vec![]),
            (Outcome::Inconclusive, 400, vec!["verdict-open"]),
            (Outcome::Succeeded, 400, breach.clone()),
            (Outcome::Likely, 400, breach),
        ] {
            let case = fixture::with_outcome(fixture::case(), outcome);
            assert_eq!(of(&case, fixture::at(at * 60)), wanted, "{outcome:?} {at}");
        }
        assert_eq!(of(&fixture::case(), hours(400)), ["verdict-open"]);
    }

    #[test]
    fn a_watch_that_trips_starts_the_time_again() {
        let mut case = fixture::contained_case();
        let tripped = vec![Watch::judged("drift", vec!["x".into()])];
        assert_eq!(
            missing(&case, &tripped, Some(0), hours(400)),
            ["watch-tripped"]
        );
        assert_eq!(
            missing(&case, &[Watch::unknown("drift", "x")], Some(0), hours(400)),
            ["watch-unknown"]
        );
        case.reviews.push(Review {
            at: hours(300),
            watches: tripped,
            accepted_flows: Some(0),
            leaks: [].into(),
            missing: vec![],
        });
        assert_eq!(of(&case, hours(400)), ["observation-time"]);
        assert_eq!(of(&case, hours(300 + 14 * 24)), Vec::<String>::new());
    }

    #[test]
    fn open_plans_and_failing_checks_stand_against_closing_until_decided() {
        let mut case = fixture::contained_case();
        let failing = failed("imdsv2");
        case.checks = vec![failing];
        assert_eq!(of(&case, hours(400)), ["checks-failing"]);
        fixture::push_plan(
            &mut case,
            Purpose::Fix {
                check: "imdsv2".into(),
            },
        );
        assert_eq!(of(&case, hours(400)), ["plan-open", "checks-failing"]);
        if let Some(record) = case.plans.last_mut() {
            record.decision = Some(Decision::Rejected {
                by: "ana".into(),
                at: hours(1),
                why: None,
            });
        }
        assert_eq!(of(&case, hours(400)), Vec::<String>::new());
    }

    #[test]
    fn only_the_newest_plan_for_a_purpose_counts() {
        let mut case = fixture::contained_case();
        let done = case.plans.clone();
        case.plans.clear();
        fixture::push_plan(&mut case, Purpose::Contain);
        // An older plan that nobody decided on, before the one that was carried out.
        for record in &mut case.plans {
            record.plan.notes.clear();
            record.plan.based_on = fixture::at(1);
            record.digest = record.plan.digest();
        }
        assert_eq!(of(&case, hours(400)), ["plan-open"]);
        case.plans.extend(done);
        assert_eq!(of(&case, hours(400)), Vec::<String>::new());
    }

    #[test]
    fn every_code_is_in_the_list() {
        let mut case = fixture::case();
        case.containment = Containment::Partial;
        case.checks = vec![failed("imdsv2")];
        fixture::push_plan(&mut case, Purpose::Contain);
        let watches = [
            Watch::unknown("a", "x"),
            Watch::judged("b", vec!["x".into()]),
        ];
        case.closing = Some(ClosingRules {
            require: STATED.map(str::to_owned).into(),
            ..ClosingRules::default()
        });
        // Whether watch objects stand is tested where they are made.
        let all: Vec<&str> = CLOSE_CODES
            .iter()
            .copied()
            .filter(|code| *code != WATCH_OBJECTS)
            .collect();
        assert_eq!(missing(&case, &watches, None, fixture::at(0)), all);
    }
}
