//! The plans of watch objects: what is wanted when, and that nothing of somebody else's is touched unasked.

use super::*;
use crate::case::{Containment, Receipt, StepState};
use crate::contain::{Limit, Undo};
use crate::evaluate::{Coverage, Covered, Dossier, Source};
use crate::harden::FlowLogConfig;
use crate::identify::Remote;
use crate::monitor::fixture;
use crate::monitor::{Look, WatchStatus, review};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:soc";

fn flow_log(destination_type: &str) -> FlowLogConfig {
    FlowLogConfig {
        id: "fl-1".into(),
        resource: "vpc-1".into(),
        traffic: "ALL".into(),
        status: "ACTIVE".into(),
        destination_type: destination_type.into(),
        destination: Some("arn:aws:logs:eu-west-1:123456789012:log-group:flows:*".into()),
        format: None,
        role: None,
    }
}

fn attacked() -> Case {
    let mut case = fixture::case();
    case.subject = Some(fixture::subject());
    case.finding.remote = vec![Remote {
        ip: fixture::ip("203.0.113.9"),
        port: None,
        country: None,
        asn: None,
        org: None,
    }];
    case
}

fn names(objects: &[WatchObject]) -> Vec<&str> {
    objects.iter().map(WatchObject::name).collect()
}

fn codes(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.code.as_str()).collect()
}

fn wanted(case: &Case, topic: Option<&str>) -> Vec<WatchObject> {
    let logs = [flow_log("cloud-watch-logs")];
    wanted_objects(case, &fixture::subject(), Some(&logs), topic).0
}

fn seen(objects: &[WatchObject], found: impl Fn(&WatchObject) -> Option<Found>) -> Vec<Seen> {
    let seen = |wanted: &WatchObject| Seen {
        wanted: wanted.clone(),
        found: Ok(found(wanted)),
    };
    objects.iter().map(seen).collect()
}

fn standing(object: &WatchObject) -> Found {
    Found {
        object: object.clone(),
        on: true,
        state: matches!(object, WatchObject::Alarm(_)).then(|| "OK".into()),
    }
}

fn done_step() -> StepState {
    StepState::Done {
        attempt: 1,
        receipt: Receipt::default(),
        after: serde_json::Value::Null,
        at: fixture::at(1),
    }
}

/// The case after a plan was carried out.
fn done(mut case: Case, plan: Plan) -> Case {
    fixture::push_plan(&mut case, plan.purpose.clone());
    let record = case.plans.last_mut().unwrap();
    record.digest = plan.digest();
    record.steps = plan
        .steps()
        .map(|step| (step.id.clone(), done_step()))
        .collect();
    record.plan = plan;
    case
}

#[test]
fn everything_is_wanted_where_everything_is_to_be_had() {
    let case = attacked();
    let logs = [flow_log("s3"), flow_log("cloud-watch-logs")];
    let subject = fixture::subject();
    let (objects, notes) = wanted_objects(&case, &subject, Some(&logs), Some(TOPIC));
    assert_eq!(
        names(&objects),
        [
            "rebato-c-1-network-out",
            "rebato-c-1-status-check",
            "rebato-c-1-accepted-from",
            "rebato-c-1-accepted-to",
            "rebato-c-1-accepted-flows",
            "rebato-c-1-findings",
            "rebato-c-1-state-changes"
        ]
    );
    assert_eq!(codes(&notes), ["watch_no_history", "watch_topic_policy"]);
}

#[test]
fn what_cannot_be_had_is_left_out_and_said() {
    let case = attacked();
    let stopped = Subject {
        state: "stopped".into(),
        ..fixture::subject()
    };
    let (objects, notes) = wanted_objects(&case, &stopped, Some(&[flow_log("s3")]), None);
    assert_eq!(names(&objects), ["rebato-c-1-network-out"]);
    assert_eq!(
        codes(&notes),
        [
            "watch_no_history",
            "watch_not_running",
            "watch_no_log_group",
            "watch_tells_nobody",
            "watch_rules_need_topic"
        ]
    );
    let mut log = flow_log("cloud-watch-logs");
    log.format = Some("${srcaddr} ${action}".into());
    let (objects, notes) = wanted_objects(&case, &stopped, Some(&[log]), None);
    assert_eq!(objects.len(), 3);
    assert!(codes(&notes).contains(&"watch_format_lacks"));
    let (_, notes) = wanted_objects(&case, &stopped, None, None);
    assert!(codes(&notes).contains(&"unread_part"));
    let (_, notes) = wanted_objects(&fixture::case(), &stopped, None, None);
    assert!(codes(&notes).contains(&"watch_no_addresses"));
}

#[test]
fn what_is_usual_counts_only_where_it_is_known_and_still_allowed() {
    let limit = |case: &Case| match wanted(case, None).into_iter().next() {
        Some(WatchObject::Alarm(alarm)) => alarm.limit,
        other => panic!("{other:?}"),
    };
    let measured = |hours: i64| {
        let covered = Covered {
            coverage: Coverage::Complete,
            why: vec![],
            records: 9,
            first: Some(fixture::at(0)),
            last: Some(fixture::at(60 * hours)),
            until: None,
        };
        Case {
            dossier: Some(Dossier {
                coverage: [(Source::Metrics, covered)].into(),
                ..Dossier::default()
            }),
            ..attacked()
        }
    };
    assert_eq!(limit(&measured(24)), Limit::AboveUsual(2));
    assert_eq!(limit(&measured(23)), Limit::AtLeast(100_000_000));
    let contained = Case {
        containment: Containment::Verified,
        ..measured(24)
    };
    assert_eq!(limit(&contained), Limit::AtLeast(1_000_000));
}

#[test]
fn what_stands_is_not_made_again_and_what_is_not_ours_is_asked_about() {
    let case = attacked();
    let subject = fixture::subject();
    let objects = wanted(&case, Some(TOPIC));
    let plan = watch_plan(&case, &subject, vec![], &seen(&objects, |_| None)).unwrap();
    assert_eq!(plan.steps().count(), objects.len());
    assert!(plan.refusals().is_empty());
    let case = done(case, plan);
    assert_eq!(watch_objects(&case).len(), objects.len());
    let all = seen(&objects, |o| Some(standing(o)));
    assert_eq!(watch_plan(&case, &subject, vec![], &all), None);

    // Our own, outdated by another topic: changed without a question.
    let quiet = wanted(&case, None);
    let old = objects.clone();
    let find = |o: &WatchObject| {
        old.iter()
            .find(|other| other.place() == o.place())
            .map(standing)
    };
    let plan = watch_plan(&case, &subject, vec![], &seen(&quiet, find)).unwrap();
    assert_eq!(plan.steps().count(), 3, "the three alarms");
    assert!(plan.refusals().is_empty());

    // Changed or switched off by somebody: on a person's word only.
    for change in [0, 1] {
        let find = |o: &WatchObject| {
            let mut found = standing(o);
            match (&mut found.object, change) {
                (WatchObject::Alarm(alarm), 0) => alarm.limit = Limit::AtLeast(u32::MAX),
                (WatchObject::Rule(_), 1) => found.on = false,
                _ => {}
            }
            Some(found)
        };
        let plan = watch_plan(&case, &subject, vec![], &seen(&objects, find)).unwrap();
        assert!(plan.refusals().contains("watch_object_changed"));
        assert!(plan.steps().count() < objects.len());
    }
}

#[test]
fn what_was_made_is_deleted_and_what_somebody_changed_is_asked_about() {
    let case = attacked();
    let objects = wanted(&case, Some(TOPIC));
    assert_eq!(unwatch_plan(&case, &[]), None);
    let made = watch_plan(
        &case,
        &fixture::subject(),
        vec![],
        &seen(&objects, |_| None),
    )
    .unwrap();
    let case = done(case, made.clone());
    let plan = unwatch_plan(&case, &seen(&objects, |o| Some(standing(o)))).unwrap();
    assert!(plan.refusals().is_empty());
    // Deleting is the undo of making, step by step.
    for (made, gone) in made.steps().zip(plan.steps()) {
        let Undo::Do(undo) = made.action.undo() else {
            panic!("no undo");
        };
        assert_eq!(undo.key(), gone.action.key());
        assert_eq!(
            (undo.before(), undo.after()),
            (gone.action.before(), gone.action.after())
        );
    }
    let find = |o: &WatchObject| match o.clone() {
        WatchObject::Rule(mut rule) => {
            rule.topic = None;
            Some(standing(&WatchObject::Rule(rule)))
        }
        other => Some(standing(&other)),
    };
    let asked = unwatch_plan(&case, &seen(&objects, find)).unwrap();
    assert!(asked.refusals().contains("watch_object_changed"));
    assert_eq!(asked.steps().count(), objects.len());
    // What is gone is written down as gone.
    let gone = unwatch_plan(&case, &seen(&objects, |_| None)).unwrap();
    let case = done(case, gone);
    assert_eq!(watch_objects(&case), vec![]);
}

#[test]
fn a_case_does_not_close_while_its_objects_stand_and_the_watch_tells_of_them() {
    let case = attacked();
    let objects = wanted(&case, Some(TOPIC));
    let plan = watch_plan(
        &case,
        &fixture::subject(),
        vec![],
        &seen(&objects, |_| None),
    )
    .unwrap();
    let until = plan.steps().next().map(|step| match &step.action {
        Action::SetWatchObject(set) => set.until,
        _ => None,
    });
    assert_eq!(until.flatten(), Some(fixture::at(14 * 24 * 60)));
    let mut case = done(case, plan);
    let looked = |case: &Case, objects: Option<&[Seen]>| {
        let look = Look {
            at: fixture::at(9),
            subject: None,
            findings: None,
            account: None,
            kin: None,
            flows: None,
            activity: None,
            lists: None,
            posture: None,
            objects,
        };
        let review = review(case, &look);
        let watch = review.watches.iter().find(|w| w.watch == "alarms").cloned();
        (
            watch,
            review.missing.contains(&"watch-objects-stand".to_owned()),
        )
    };
    let (watch, stand) = looked(&case, Some(&seen(&objects, |o| Some(standing(o)))));
    assert_eq!(watch.map(|w| w.status), Some(WatchStatus::Quiet));
    assert!(stand);
    let (watch, _) = looked(&case, None);
    assert_eq!(watch.map(|w| w.status), Some(WatchStatus::Unknown));

    let find = |o: &WatchObject| {
        let mut found = standing(o);
        match o.name() {
            "rebato-c-1-network-out" => found.state = Some("ALARM".into()),
            "rebato-c-1-findings" => found.on = false,
            "rebato-c-1-status-check" => return None,
            _ => {}
        }
        Some(found)
    };
    let (watch, _) = looked(&case, Some(&seen(&objects, find)));
    let watch = watch.unwrap();
    assert_eq!(watch.status, WatchStatus::Tripped);
    assert_eq!(
        watch.evidence,
        [
            "rebato-c-1-network-out ALARM",
            "rebato-c-1-status-check gone",
            "rebato-c-1-findings off"
        ]
    );
    let denied: Vec<Seen> = objects
        .iter()
        .map(|o| Seen {
            wanted: o.clone(),
            found: Err("AccessDenied".into()),
        })
        .collect();
    let (watch, _) = looked(&case, Some(&denied));
    let watch = watch.unwrap();
    assert_eq!(
        (watch.status, watch.why.as_deref()),
        (WatchStatus::Unknown, Some("AccessDenied"))
    );

    case.stated.push(fixture::stated("watch-objects-stand"));
    assert!(!looked(&case, None).1, "a person keeps them");
}
