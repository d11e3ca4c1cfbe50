//! How events move a case: what fits where, how far the containment is said to go, and that no fact is ever lost.

use proptest::prelude::*;
use rebato_core::case::{Case, Containment, Event, State, StepState};
use rebato_core::contain::Plan;

use crate::events::{contain_plan, done, every, failed, observed, release_plan, review, started};
use crate::story::{Story, approval, bare_subject, verdict};

fn made(plan: &Plan) -> Event {
    Event::PlanMade {
        plan: Box::new(plan.clone()),
    }
}

fn approved(plan: &Plan) -> Event {
    Event::PlanApproved {
        approval: approval(plan),
    }
}

fn rejected(plan: &Plan) -> Event {
    Event::PlanRejected {
        by: "ana".into(),
        digest: plan.digest(),
        why: None,
    }
}

fn released(open: &[&str]) -> Event {
    Event::ReleaseObserved {
        open: open.iter().map(|s| (*s).to_owned()).collect(),
        subject: Box::new(bare_subject()),
    }
}

/// The way to each state.
fn way(state: State) -> Vec<Event> {
    let (plan, back) = (contain_plan(), release_plan());
    let evaluated = vec![Event::VerdictReached { verdict: verdict() }];
    let planned = [evaluated.clone(), vec![made(&plan)]].concat();
    let yes = [planned.clone(), vec![approved(&plan)]].concat();
    let containing = [yes.clone(), vec![started(&plan, "s1", 1)]].concat();
    let contained = [
        containing.clone(),
        vec![done(&plan, "s1"), observed(&[], &[])],
    ]
    .concat();
    let releasing = [
        contained.clone(),
        vec![made(&back), approved(&back), started(&back, "s1", 1)],
    ]
    .concat();
    match state {
        State::Opened => vec![],
        State::Evaluated => evaluated,
        State::Planned => planned,
        State::Approved => yes,
        State::Containing => containing,
        State::Contained => contained,
        State::Releasing => releasing,
        State::Released => [releasing, vec![done(&back, "s1"), released(&[])]].concat(),
        State::Closed => [
            evaluated,
            vec![Event::CaseClosed {
                by: "ana".into(),
                why: None,
            }],
        ]
        .concat(),
    }
}

fn told(events: Vec<Event>) -> Story {
    let mut story = Story::open();
    for event in events {
        story.tell(event);
    }
    story
}

fn containment(events: &[Event]) -> Containment {
    told(events.to_vec()).case.containment
}

const STATES: [State; 9] = [
    State::Opened,
    State::Evaluated,
    State::Planned,
    State::Approved,
    State::Containing,
    State::Contained,
    State::Releasing,
    State::Released,
    State::Closed,
];

#[test]
fn each_event_fits_exactly_where_it_should() {
    use State::{
        Approved, Closed, Contained, Containing, Evaluated, Opened, Planned, Released, Releasing,
    };
    let (plan, back) = (contain_plan(), release_plan());
    let open: Vec<State> = STATES.into_iter().filter(|s| *s != Closed).collect();
    // Plans are known where the way to the state made them.
    let with_plan = vec![
        Planned, Approved, Containing, Contained, Releasing, Released,
    ];
    let of = |name: &str| every().into_iter().find(|e| e.name() == name).unwrap();
    let table: Vec<(&str, Event, Vec<State>)> = vec![
        ("case_opened", of("case_opened"), vec![]),
        ("alert_repeated", of("alert_repeated"), STATES.to_vec()),
        ("subject_observed", of("subject_observed"), open.clone()),
        ("subject_missing", of("subject_missing"), open.clone()),
        ("evidence_gathered", of("evidence_gathered"), open.clone()),
        ("verdict_reached", of("verdict_reached"), open.clone()),
        ("case_marked", of("case_marked"), open.clone()),
        ("inquiry_begun", of("inquiry_begun"), open.clone()),
        (
            "address_investigated",
            of("address_investigated"),
            open.clone(),
        ),
        ("posture_checked", of("posture_checked"), open),
        ("guest_asked", of("guest_asked"), STATES.to_vec()),
        ("guest_answered", of("guest_answered"), STATES.to_vec()),
        ("monitored", of("monitored"), STATES.to_vec()),
        (
            "a containment plan",
            made(&plan),
            vec![
                Evaluated, Planned, Approved, Containing, Contained, Releasing, Released,
            ],
        ),
        (
            "a release plan",
            made(&back),
            vec![Containing, Contained, Releasing],
        ),
        ("yes to containment", approved(&plan), with_plan),
        ("yes to release", approved(&back), vec![Releasing, Released]),
        (
            "no to a plan",
            rejected(&plan),
            vec![Planned, Approved, Contained, Releasing, Released],
        ),
        (
            "a step of containment",
            started(&plan, "s2", 1),
            vec![Approved, Containing, Contained, Releasing],
        ),
        (
            "a step of release",
            started(&back, "s2", 1),
            vec![Releasing],
        ),
        ("an outcome", done(&plan, "s1"), vec![Containing]),
        ("a failure", failed(&plan, "s1", true), vec![Containing]),
        ("an outcome without intent", done(&plan, "s2"), vec![]),
        (
            "containment seen",
            observed(&[], &[]),
            vec![Containing, Contained],
        ),
        ("release seen", released(&[]), vec![Releasing]),
        (
            "closed",
            of("case_closed"),
            vec![Opened, Evaluated, Planned, Approved, Contained, Released],
        ),
        ("reopened", of("case_reopened"), vec![Closed]),
    ];
    for (what, event, fits) in table {
        for state in STATES {
            let mut story = told(way(state));
            assert_eq!(story.case.state, state);
            let before = story.case.clone();
            let fitted = story.try_tell(event.clone()).is_ok();
            assert_eq!(fitted, fits.contains(&state), "{what} in {}", state.name());
            if !fitted {
                assert_eq!(story.case, before, "what does not fit changes nothing");
            }
        }
    }
}

#[test]
fn attempts_follow_each_other_and_what_is_done_stays_done() {
    let plan = contain_plan();
    let mut story = told(way(State::Approved));
    assert!(story.try_tell(started(&plan, "s1", 2)).is_err());
    assert!(story.try_tell(started(&plan, "s99", 1)).is_err());
    story.tell(started(&plan, "s1", 1));
    story.tell(started(&plan, "s1", 2));
    story.tell(failed(&plan, "s1", false));
    story.tell(started(&plan, "s1", 3));
    story.tell(done(&plan, "s1"));
    assert!(story.try_tell(started(&plan, "s1", 4)).is_err());
    let again = made(&plan);
    story.tell(again);
    assert_eq!(
        story.case.plans.len(),
        1,
        "the same plan again is the same plan"
    );
    assert!(story.case.plans[0].steps["s1"].is_done());
    assert_eq!(story.case.plans[0].steps["s1"].attempts(), 3);
}

#[test]
fn a_rejected_plan_may_be_approved_after_all_and_a_begun_one_not_rejected() {
    let plan = contain_plan();
    let mut story = told(way(State::Approved));
    story.tell(rejected(&plan));
    assert_eq!(story.case.state, State::Evaluated);
    assert!(story.try_tell(started(&plan, "s1", 1)).is_err());
    story.tell(approved(&plan));
    story.tell(started(&plan, "s1", 1));
    assert!(story.try_tell(rejected(&plan)).is_err());
}

/// A plan with a step that cuts, and its id.
fn cutting() -> (Plan, String) {
    let mut plan = contain_plan();
    let id = plan.steps().find(|s| s.action.cuts()).unwrap().id.clone();
    plan.notes.clear();
    (plan, id)
}

#[test]
fn the_containment_is_said_to_go_as_far_as_was_seen() {
    use Containment as C;
    let (plan, cut) = cutting();
    let other = plan.steps().find(|s| !s.action.cuts()).unwrap().id.clone();
    let mut events = vec![
        Event::VerdictReached { verdict: verdict() },
        made(&plan),
        approved(&plan),
    ];
    let mut then = |event: Event, wanted: C| {
        events.push(event);
        assert_eq!(
            containment(&events),
            wanted,
            "after {}",
            events.last().unwrap().name()
        );
    };
    then(started(&plan, &other, 1), C::None);
    then(done(&plan, &other), C::None);
    then(started(&plan, &cut, 1), C::Partial);
    then(failed(&plan, &cut, true), C::Partial);
    then(started(&plan, &cut, 2), C::Partial);
    then(done(&plan, &cut), C::Partial);
    then(
        Event::Monitored {
            review: review(Some(0)),
        },
        C::Partial,
    );
    then(observed(&[&cut], &[]), C::Partial);
    then(observed(&[], &["eni-0"]), C::Partial);
    then(observed(&[], &[]), C::Contained);
    then(
        Event::Monitored {
            review: review(None),
        },
        C::Contained,
    );
    then(
        Event::Monitored {
            review: review(Some(2)),
        },
        C::Contained,
    );
    then(
        Event::Monitored {
            review: review(Some(0)),
        },
        C::Verified,
    );
    then(observed(&[], &[]), C::Verified);
    then(
        Event::Monitored {
            review: review(Some(1)),
        },
        C::Contained,
    );
    then(
        Event::Monitored {
            review: review(Some(0)),
        },
        C::Verified,
    );
    then(observed(&[], &["eni-0"]), C::Partial);
    then(observed(&[], &[]), C::Contained);
    then(
        Event::CaseClosed {
            by: "ana".into(),
            why: None,
        },
        C::Contained,
    );
    then(Event::CaseReopened { why: "x".into() }, C::Contained);

    // From the first step of a release that opens something it is partial, and released when that was seen.
    let back = release_plan_that_opens(&plan);
    let opens = back.steps().find(|s| s.action.opens()).unwrap().id.clone();
    then(made(&back), C::Contained);
    then(approved(&back), C::Contained);
    then(started(&back, &opens, 1), C::Partial);
    then(done(&back, &opens), C::Partial);
    then(released(&[]), C::Released);
}

fn release_plan_that_opens(plan: &Plan) -> Plan {
    let mut back = Plan {
        purpose: rebato_core::contain::Purpose::Release,
        ..plan.clone()
    };
    for step in back.waves.iter_mut().flatten() {
        if let rebato_core::contain::Undo::Do(undo) = step.action.undo() {
            step.action = *undo;
        }
    }
    back
}

#[test]
fn a_plan_that_takes_only_evidence_says_nothing_of_containment() {
    let plan = contain_plan();
    let first = plan.steps().next().unwrap().id.clone();
    for (open, state) in [(vec![], State::Evaluated), (vec!["s1"], State::Containing)] {
        let mut story = told(way(State::Approved));
        story.tell(started(&plan, &first, 1));
        story.tell(done(&plan, &first));
        story.tell(observed(&open, &["eni-0"]));
        assert_eq!(
            (story.case.state, story.case.containment),
            (state, Containment::None)
        );
    }
}

#[test]
fn a_release_that_got_stuck_does_not_keep_anybody_from_containing_again() {
    let (plan, back) = (contain_plan(), release_plan());
    let mut story = told(way(State::Releasing));
    story.tell(failed(&back, "s1", true));
    story.tell(released(&["s1"]));
    assert_eq!(story.case.state, State::Releasing);
    let again = Plan {
        based_on: crate::story::at(500),
        ..plan
    };
    story.tell(made(&again));
    story.tell(approved(&again));
    story.tell(started(&again, "s1", 1));
    assert_eq!(story.case.state, State::Containing);
}

#[test]
fn reopening_goes_back_to_where_the_containment_stands() {
    let reopened = Event::CaseReopened {
        why: "flows".into(),
    };
    for (state, closes) in [
        (State::Opened, true),
        (State::Evaluated, true),
        (State::Contained, true),
        (State::Released, true),
        (State::Containing, false),
    ] {
        let mut story = told(way(state));
        let closed = story
            .try_tell(Event::CaseClosed {
                by: "ana".into(),
                why: None,
            })
            .is_ok();
        assert_eq!(closed, closes, "{}", state.name());
        if closed {
            story.tell(reopened.clone());
            assert_eq!(story.case.state, state);
        }
    }
}

#[test]
fn replay_yields_the_case_that_was_written() {
    for state in STATES {
        let story = told(way(state));
        assert_eq!(
            Case::replay(crate::story::CASE, &story.records).unwrap(),
            story.case
        );
    }
}

/// Everything that may happen to a case, with steps of both plans.
fn pool() -> Vec<Event> {
    let (plan, back) = (contain_plan(), release_plan());
    let mut all = every();
    for plan in [&plan, &back] {
        all.extend([made(plan), approved(plan), rejected(plan)]);
        for step in ["s1", "s2", "s9"] {
            all.extend([
                started(plan, step, 1),
                started(plan, step, 2),
                done(plan, step),
                failed(plan, step, true),
                failed(plan, step, false),
            ]);
        }
    }
    all.extend([
        observed(&[], &[]),
        observed(&["s1"], &[]),
        released(&[]),
        released(&["s1"]),
        Event::Monitored {
            review: review(None),
        },
    ]);
    all
}

fn attempts(case: &Case) -> Vec<(usize, String, u32, bool)> {
    let steps = case
        .plans
        .iter()
        .enumerate()
        .flat_map(|(n, p)| p.steps.iter().map(move |(id, s)| (n, id, s)));
    steps
        .map(|(n, id, state)| (n, id.clone(), state.attempts(), StepState::is_done(state)))
        .collect()
}

proptest! {
    #[test]
    fn no_sequence_of_events_loses_a_fact(start in 0_usize..STATES.len(), picks in proptest::collection::vec(any::<proptest::sample::Index>(), 0..60)) {
        let pool = pool();
        let mut story = told(way(STATES[start]));
        for pick in picks {
            let before = story.case.clone();
            if story.try_tell(pick.get(&pool).clone()).is_err() {
                prop_assert_eq!(&story.case, &before);
                continue;
            }
            let after = &story.case;
            prop_assert_eq!(after.seq, before.seq + 1);
            prop_assert_eq!(&after.history[..before.history.len()], &before.history[..]);
            prop_assert_eq!(after.history.len(), before.history.len() + 1);
            prop_assert!(after.artefacts.starts_with(&before.artefacts));
            prop_assert!(after.reviews.starts_with(&before.reviews));
            prop_assert!(after.repeats >= before.repeats);
            prop_assert!(after.plans.len() >= before.plans.len());
            for (old, new) in before.plans.iter().zip(&after.plans) {
                prop_assert_eq!(&old.plan, &new.plan);
            }
            for (n, id, tries, done) in attempts(&before) {
                let state = &after.plans[n].steps[&id];
                prop_assert!(state.attempts() >= tries && (state.is_done() || !done));
            }
            prop_assert!(after.verdict.is_some() || before.verdict.is_none());
            prop_assert!(after.subject.is_some() || before.subject.is_none());
            prop_assert!(after.dossier.is_some() || before.dossier.is_none());
            prop_assert!(after.containment != Containment::None || before.containment == Containment::None);
        }
        prop_assert_eq!(Case::replay(crate::story::CASE, &story.records).unwrap(), story.case);
    }
}
