//! What the policy said binds: no step without enough different persons, none without a person unless a ruling says so.

use proptest::prelude::*;
use rebato_core::case::{Case, Event, State};
use rebato_core::contain::{Approval, ApprovalError, How, Identity, Plan, Ruling};

use crate::events::{contain_plan, ruling, started};
use crate::story::{Story, at, verdict};

fn planned() -> (Story, Plan) {
    let plan = contain_plan();
    let mut story = Story::open();
    story.tell(Event::VerdictReached { verdict: verdict() });
    story.tell(Event::PlanMade {
        plan: Box::new(plan.clone()),
    });
    (story, plan)
}

fn ruled(plan: &Plan, ruling: Ruling) -> Event {
    Event::PlanRuled {
        plan: plan.digest(),
        ruling,
    }
}

fn yes(plan: &Plan, by: &str, alone: bool, from: i64, until: i64) -> Event {
    Event::PlanApproved {
        approval: Approval {
            alone,
            ..Approval::new(by, plan.digest(), at(from), at(until))
        },
    }
}

fn no(plan: &Plan) -> Event {
    Event::PlanRejected {
        by: "eva".into(),
        digest: plan.digest(),
        why: None,
    }
}

#[test]
fn two_words_of_one_person_are_one() {
    let (mut story, plan) = planned();
    story.tell(ruled(&plan, ruling(2)));
    story.tell(yes(&plan, "ana", false, 1, 60));
    story.tell(yes(&plan, " ANA", false, 1, 60));
    assert_eq!(story.case.state, State::Planned);
    let record = story.case.newest_plan().unwrap();
    assert!(record.waits_for_second() && record.approvals.len() == 2);
    assert_eq!(
        plan.approve(&record.approvals, at(2)).map(|_| ()),
        Err(ApprovalError::NeedsSecond {
            plan: plan.digest()
        })
    );
    assert!(story.try_tell(started(&plan, "s1", 1)).is_err());

    story.tell(yes(&plan, "bob", false, 2, 30));
    assert_eq!(story.case.state, State::Approved);
    let record = story.case.newest_plan().unwrap();
    assert_eq!(record.approval().unwrap().until, at(30));
    assert!(plan.approve(&record.approvals, at(30)).is_ok());
    assert_eq!(
        plan.approve(&record.approvals, at(31)).map(|_| ()),
        Err(ApprovalError::Expired { until: at(30) })
    );
    story.tell(started(&plan, "s1", 1));
}

#[test]
fn a_word_that_ended_before_the_second_does_not_count() {
    let (mut story, plan) = planned();
    story.tell(ruled(&plan, ruling(2)));
    story.tell(yes(&plan, "ana", false, 1, 10));
    story.tell(yes(&plan, "bob", false, 11, 30));
    assert_eq!(story.case.state, State::Planned);
    assert!(story.case.newest_plan().unwrap().waits_for_second());
}

#[test]
fn whoever_may_approve_alone_is_enough_and_lends_it_to_nobody() {
    let (mut story, plan) = planned();
    story.tell(ruled(&plan, ruling(2)));
    story.tell(yes(&plan, "ana", false, 1, 60));
    // The ruling about the second person is written, and the program dies before the word is.
    story.tell(ruled(&plan, ruling(1)));
    assert!(story.try_tell(started(&plan, "s1", 1)).is_err());
    story.tell(yes(&plan, "bob", true, 1, 60));
    story.tell(started(&plan, "s1", 1));
}

#[test]
fn a_no_ends_every_yes_before_it() {
    let (mut story, plan) = planned();
    story.tell(ruled(&plan, ruling(2)));
    story.tell(yes(&plan, "ana", false, 1, 60));
    story.tell(no(&plan));
    assert_eq!(story.case.state, State::Evaluated);
    story.tell(yes(&plan, "bob", false, 1, 60));
    assert_eq!(story.case.state, State::Planned);
    assert!(story.try_tell(started(&plan, "s1", 1)).is_err());
    story.tell(yes(&plan, "eva", false, 1, 60));
    assert_eq!(story.case.state, State::Approved);
}

#[test]
fn what_was_begun_goes_forward_after_the_approval_ended() {
    let (mut story, plan) = planned();
    story.tell(ruled(&plan, ruling(1)));
    story.tell(yes(&plan, "ana", true, 1, 10));
    assert!(story.try_tell_at(11, started(&plan, "s1", 1)).is_err());
    story.tell(started(&plan, "s1", 1));
    story.try_tell_at(90, started(&plan, "s2", 1)).unwrap();
}

#[test]
fn an_approval_of_before_the_policy_reads_as_one_that_is_enough() {
    let plan = contain_plan();
    let old = serde_json::json!({
        "by": "ana", "at": at(10), "digest": plan.digest(), "until": at(70), "overrides": ["own_host"],
    });
    let read: Approval = serde_json::from_value(old).unwrap();
    assert!(read.alone);
    assert_eq!((read.how, &read.identity), (None, &Identity::default()));
    let (mut story, plan) = planned();
    story.tell(Event::PlanApproved { approval: read });
    assert_eq!(story.case.state, State::Approved);
    // Nothing was kept of when the word was looked at: the first step may stand after its end.
    story.try_tell_at(71, started(&plan, "s1", 1)).unwrap();
    // A record of a plan of before has neither ruling nor list.
    let mut json = serde_json::to_value(&planned().0.case).unwrap();
    let record = json["plans"][0].as_object_mut().unwrap();
    record.remove("ruling").unwrap();
    record.remove("approvals").unwrap();
    assert_eq!(
        serde_json::from_value::<Case>(json).unwrap(),
        planned().0.case
    );
}

#[derive(Debug, Clone)]
enum Act {
    Rule {
        allowed: bool,
        auto: bool,
        approvals: u8,
    },
    Approve {
        who: usize,
        alone: bool,
        policy: bool,
        holds: i64,
    },
    Reject,
    Wait(i64),
    Start,
}

fn act() -> impl Strategy<Value = Act> {
    let rule =
        (any::<bool>(), any::<bool>(), 1u8..=2).prop_map(|(allowed, auto, approvals)| Act::Rule {
            allowed,
            auto,
            approvals,
        });
    let approve = (
        0usize..NAMES.len(),
        any::<bool>(),
        prop::bool::weighted(0.2),
        0i64..20,
    )
        .prop_map(|(who, alone, policy, holds)| Act::Approve {
            who,
            alone,
            policy,
            holds,
        });
    prop_oneof![
        2 => rule,
        4 => approve,
        1 => Just(Act::Reject),
        1 => (0i64..15).prop_map(Act::Wait),
        3 => Just(Act::Start),
    ]
}

/// Three persons in six spellings: names 0 and 1 are one person, and so on.
const NAMES: [&str; 6] = [
    "ana",
    "ANA ",
    "arn:aws:sts::1:assumed-role/Responder/x",
    "arn:aws:sts::1:assumed-role/responder/y",
    "bob",
    "b o b",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_step_is_begun_without_enough_words(acts in prop::collection::vec(act(), 1..24)) {
        let (mut story, plan) = planned();
        let mut minute = 1;
        let mut last: Option<Ruling> = None;
        // Who, alone, until when.
        let mut words: Vec<(usize, bool, i64)> = vec![];
        let mut rejected = false;
        for act in acts {
            match act {
                Act::Wait(minutes) => minute += minutes,
                Act::Rule { allowed, auto, approvals } => {
                    let ruling = Ruling { allowed, auto, ..ruling(approvals) };
                    story.try_tell_at(minute, ruled(&plan, ruling.clone())).unwrap();
                    last = Some(ruling);
                }
                Act::Approve { who, alone, policy, holds } => {
                    let approval = Approval {
                        alone,
                        how: Some(if policy { How::Policy } else { How::Command }),
                        ..Approval::new(NAMES[who], plan.digest(), at(minute), at(minute + holds))
                    };
                    let told = story.try_tell_at(minute, Event::PlanApproved { approval }).is_ok();
                    let may = match &last {
                        None => !policy,
                        Some(ruling) if policy => ruling.auto && !rejected,
                        Some(ruling) => ruling.allowed && (!alone || ruling.approvals == 1),
                    };
                    prop_assert_eq!(told, may);
                    if told {
                        rejected = false;
                        words.push((who / 2, alone, minute + holds));
                    }
                }
                Act::Reject => {
                    story.try_tell_at(minute, no(&plan)).unwrap();
                    words.clear();
                    rejected = true;
                }
                Act::Start => {
                    let valid: Vec<_> = words.iter().filter(|w| minute <= w.2).collect();
                    let enough = valid.iter().any(|w| w.1)
                        || valid.iter().any(|w| w.0 != valid[0].0);
                    let begun = story.try_tell_at(minute, started(&plan, "s1", 1)).is_ok();
                    // Without a ruling the journal is one of before the policy, whose approvals end where the executor looks.
                    prop_assert!(!begun || enough || last.is_none(), "{:?}", words);
                    prop_assert!(begun || !enough, "{:?}", words);
                    if begun {
                        return Ok(());
                    }
                }
            }
        }
    }
}
