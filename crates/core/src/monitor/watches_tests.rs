//! Tests of the watches, each both ways.

use super::super::{FlowsSince, WatchStatus, fixture};
use super::*;
use crate::case::Containment;
use crate::contain::Standing as Stands;
use crate::evaluate::Coverage;
use crate::harden::{FlowLogConfig, Posture, Trail};
use crate::identify::{Finding, Subject};

fn look<'a>() -> Look<'a> {
    Look {
        at: fixture::at(600),
        subject: None,
        findings: None,
        flows: None,
        posture: None,
    }
}

fn contained() -> Case {
    fixture::contained_case()
}

#[test]
fn a_finding_again_is_activity_after_the_containment() {
    let case = contained();
    let finding = |last: Option<i64>, updated: i64| Finding {
        last_seen: last.map(fixture::at),
        updated: Some(fixture::at(updated)),
        count: Some(7),
        ..fixture::finding()
    };
    for (last, updated, wanted) in [
        // Contained at minute 60, grace until 70.
        (Some(50), 55, WatchStatus::Quiet),
        (Some(65), 90, WatchStatus::Quiet),
        (Some(50), 300, WatchStatus::Quiet),
        (Some(71), 300, WatchStatus::Tripped),
        (None, 71, WatchStatus::Tripped),
        (None, 69, WatchStatus::Quiet),
    ] {
        let findings = [finding(last, updated)];
        let watch = finding_again(
            &case,
            &Look {
                findings: Some(&findings),
                ..look()
            },
        );
        assert_eq!(watch.status, wanted, "{last:?} {updated}");
        if wanted == WatchStatus::Tripped {
            assert_eq!(
                watch.evidence,
                ["f-1 UnauthorizedAccess:EC2/MaliciousIPCaller.Custom count=7"]
            );
        }
    }
    assert_eq!(finding_again(&case, &look()).status, WatchStatus::Unknown);
    assert_eq!(
        finding_again(
            &case,
            &Look {
                findings: Some(&[]),
                ..look()
            }
        )
        .status,
        WatchStatus::Quiet
    );
}

#[test]
fn without_a_containment_news_is_what_the_case_does_not_know() {
    let case = fixture::case();
    let newer = [Finding {
        last_seen: Some(fixture::at(31)),
        ..fixture::finding()
    }];
    assert_eq!(
        finding_again(
            &case,
            &Look {
                findings: Some(&newer),
                ..look()
            }
        )
        .status,
        WatchStatus::Tripped
    );
    let same = [fixture::finding()];
    assert_eq!(
        finding_again(
            &case,
            &Look {
                findings: Some(&same),
                ..look()
            }
        )
        .status,
        WatchStatus::Quiet
    );
}

#[test]
fn flows_trip_stay_quiet_or_cannot_tell() {
    let flows = |accepted, until: Option<i64>| FlowsSince {
        since: fixture::at(70),
        until: until.map(fixture::at),
        accepted,
        evidence: vec![],
        peers: [].into(),
        coverage: Coverage::Complete,
        gaps: vec![],
        unsplit: 0,
    };
    for (flows, wanted) in [
        (Some(flows(0, Some(200))), WatchStatus::Quiet),
        (Some(flows(3, Some(200))), WatchStatus::Tripped),
        (Some(flows(0, Some(65))), WatchStatus::Unknown),
        (None, WatchStatus::Unknown),
    ] {
        let watch = accepted_flows(&Look {
            flows: flows.as_ref(),
            ..look()
        });
        assert_eq!(watch.status, wanted);
        assert_eq!(watch.why.is_some(), wanted == WatchStatus::Unknown);
    }
}

#[test]
fn drift_is_seen_against_what_the_containment_left() {
    let case = contained();
    let left = fixture::contained_subject();
    assert!(
        changes(&case)
            .iter()
            .any(|(action, mark)| standing(action, &left, mark) == Stands::After),
        "the fixture has changes"
    );
    let quiet = drift(
        &case,
        &Look {
            subject: Some(&left),
            ..look()
        },
    );
    assert_eq!((quiet.status, quiet.evidence), (WatchStatus::Quiet, vec![]));

    let with = |change: fn(&mut Subject)| {
        let mut subject = fixture::contained_subject();
        change(&mut subject);
        drift(
            &case,
            &Look {
                subject: Some(&subject),
                ..look()
            },
        )
    };
    let groups = with(|s| {
        s.interfaces
            .iter_mut()
            .for_each(|i| i.groups = vec!["sg-web".into()]);
    });
    assert_eq!(groups.status, WatchStatus::Tripped);
    assert!(
        groups.evidence.contains(&"exposed eni-1".to_owned()),
        "{:?}",
        groups.evidence
    );
    let started = with(|s| s.state = "running".into());
    assert_eq!(started.evidence, ["set_running i-1 before"]);
    let unprotected = with(|s| s.termination_protection = Some(false));
    assert_eq!(unprotected.evidence, ["protect_termination i-1 before"]);
    let new_interface = with(|s| s.interfaces.push(fixture::interface("eni-7")));
    assert_eq!(new_interface.evidence, ["exposed eni-7"]);
    let rules = with(|s| {
        s.own_groups
            .values_mut()
            .for_each(|g| g.ingress = vec![crate::identify::Rule::all("0.0.0.0/0")]);
    });
    assert_eq!(rules.status, WatchStatus::Tripped);

    let unseen = with(|s| s.termination_protection = None);
    assert_eq!(
        (unseen.status, unseen.why.as_deref()),
        (WatchStatus::Unknown, Some("part-not-read"))
    );
    assert_eq!(drift(&case, &look()).status, WatchStatus::Unknown);
}

#[test]
fn logging_trips_when_logs_that_were_there_stop() {
    let log = |status: &str| FlowLogConfig {
        id: "fl-1".into(),
        resource: "vpc-1".into(),
        traffic: "ALL".into(),
        status: status.into(),
        destination_type: "s3".into(),
        destination: None,
        format: None,
    };
    let trail = |on: bool| Trail {
        name: "t".into(),
        logging: Some(on),
        multi_region: true,
        validation: true,
        kms_key: Some("k".into()),
        log_group: Some("g".into()),
        management_events: Some(true),
    };
    let posture = |logs: Vec<FlowLogConfig>, trails: Vec<Trail>| Posture {
        flow_logs: Some(logs),
        trails: Some(trails),
        ..Posture::default()
    };
    let before = posture(vec![log("ACTIVE")], vec![trail(true)]);
    let never = posture(vec![], vec![]);
    let checked = |posture: &Posture| Case {
        checks: crate::harden::check(&fixture::subject(), posture, &fixture::finding()),
        ..contained()
    };
    for (was, is, wanted) in [
        (
            &before,
            posture(vec![log("ACTIVE")], vec![trail(true)]),
            WatchStatus::Quiet,
        ),
        (
            &before,
            posture(vec![], vec![trail(true)]),
            WatchStatus::Tripped,
        ),
        (
            &before,
            posture(vec![log("FAILED")], vec![trail(true)]),
            WatchStatus::Tripped,
        ),
        (
            &before,
            posture(vec![log("ACTIVE")], vec![trail(false)]),
            WatchStatus::Tripped,
        ),
        (
            &before,
            posture(vec![log("ACTIVE")], vec![]),
            WatchStatus::Tripped,
        ),
        (&never, posture(vec![], vec![]), WatchStatus::Unknown),
        (&before, Posture::default(), WatchStatus::Unknown),
    ] {
        let watch = logging(
            &checked(was),
            &Look {
                posture: Some(&is),
                ..look()
            },
        );
        assert_eq!(watch.status, wanted, "{:?}", watch.evidence);
        assert_eq!(watch.why.is_some(), wanted == WatchStatus::Unknown);
    }
    assert_eq!(logging(&contained(), &look()).status, WatchStatus::Unknown);
}

#[test]
fn only_contained_cases_are_watched_for_flows_and_drift() {
    let names = |case: &Case| {
        super::super::review(case, &look())
            .watches
            .into_iter()
            .map(|w| w.watch)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&contained()), WATCHES);
    assert_eq!(names(&fixture::case()), [FINDING_AGAIN, LOGGING]);
    assert_eq!(
        names(&Case {
            containment: Containment::Released,
            ..contained()
        }),
        [FINDING_AGAIN, LOGGING]
    );
}
