//! Tests of the watches, each both ways.

mod stale;

use super::super::{FlowsSince, Kin, Kinship, ListState, Look, WatchStatus, fixture};
use super::*;
use crate::case::{Artefact, Case, Containment, Custody, SNAPSHOT};
use crate::contain::{
    Action, DenySessions, Purpose, RuleObject, SetImdsTokens, SetWatchObject, Standing as Stands,
    WatchObject, changes, standing,
};
use crate::evaluate::{Coverage, Covered, Dossier, Evidence, Fact, Gap, RecordRef, Source};
use crate::harden::{FlowLogConfig, Posture, Trail};
use crate::identify::{Finding, Remote, Rule, SecurityGroup, Snapshot, Subject};

fn look<'a>() -> Look<'a> {
    Look {
        at: fixture::at(600),
        subject: None,
        findings: None,
        account: None,
        kin: None,
        flows: None,
        activity: None,
        lists: None,
        posture: None,
        objects: None,
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
        let watch = finding_again::watch(
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
    assert_eq!(
        finding_again::watch(&case, &look()).status,
        WatchStatus::Unknown
    );
    assert_eq!(
        finding_again::watch(
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
        finding_again::watch(
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
        finding_again::watch(
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
        let watch = accepted_flows::watch(&Look {
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
    let quiet = drift::watch(
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
        drift::watch(
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
            .for_each(|g| g.ingress = vec![Rule::all("0.0.0.0/0")]);
    });
    assert_eq!(rules.status, WatchStatus::Tripped);

    let unseen = with(|s| s.termination_protection = None);
    assert_eq!(
        (unseen.status, unseen.why.as_deref()),
        (WatchStatus::Unknown, Some("part-not-read"))
    );
    assert_eq!(drift::watch(&case, &look()).status, WatchStatus::Unknown);
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
        role: None,
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
        let watch = logging::watch(
            &checked(was),
            &Look {
                posture: Some(&is),
                ..look()
            },
        );
        assert_eq!(watch.status, wanted, "{:?}", watch.evidence);
        assert_eq!(watch.why.is_some(), wanted == WatchStatus::Unknown);
    }
    assert_eq!(
        logging::watch(&contained(), &look()).status,
        WatchStatus::Unknown
    );
}

/// A group with these rules coming in.
fn group(id: &str, ingress: Vec<Rule>) -> (String, SecurityGroup) {
    let group = SecurityGroup {
        id: id.into(),
        name: id.into(),
        vpc: None,
        ingress,
        egress: vec![],
        tags: [].into(),
    };
    (id.into(), group)
}

fn names(case: &Case) -> Vec<String> {
    let seen = super::super::review(case, &look());
    seen.watches.into_iter().map(|w| w.watch).collect()
}

const ALWAYS: [&str; 4] = [
    finding_again::NAME,
    elsewhere::NAME,
    neighbours::NAME,
    logging::NAME,
];

#[test]
fn only_contained_cases_are_watched_for_flows_and_drift() {
    let seen = names(&contained());
    assert!(seen.contains(&accepted_flows::NAME.to_owned()));
    assert!(seen.contains(&drift::NAME.to_owned()));
    assert_eq!(names(&fixture::case()), ALWAYS);
}

/// A contained case whose role was denied, whose snapshots were taken, which was hardened, is watched and was raised by a list.
fn full() -> Case {
    let mut case = contained();
    let deny = Action::DenySessions(DenySessions {
        role: "web".into(),
        policy: "rebato-deny-c".into(),
        document: "{}".into(),
        denied: true,
    });
    let rule = RuleObject {
        name: "rebato-c-1-findings".into(),
        pattern: serde_json::json!({ "source": ["aws.guardduty"] }),
        topic: None,
    };
    let guard = SetWatchObject {
        from: None,
        to: Some(Box::new(WatchObject::Rule(rule))),
        until: None,
    };
    let done = case.plans[0].clone();
    for (purpose, action) in [
        (Purpose::Contain, deny),
        (
            Purpose::Fix {
                check: "imdsv2".into(),
            },
            Action::SetImdsTokens(SetImdsTokens {
                instance: "i-1".into(),
                from: "optional".into(),
                to: "required".into(),
            }),
        ),
        (Purpose::Watch, Action::SetWatchObject(guard)),
    ] {
        let mut record = done.clone();
        record.plan.purpose = purpose;
        let mut step = record.plan.waves[0][0].clone();
        step.action = action;
        record.steps.retain(|id, _| *id == step.id);
        record.plan.waves = vec![vec![step]];
        record.digest = record.plan.digest();
        case.plans.push(record);
    }
    case.artefacts.push(Artefact {
        seq: Some(1),
        at: fixture::at(1),
        what: SNAPSHOT.into(),
        origin: "vol-1".into(),
        target: "snap-1".into(),
        sha256: None,
        size: None,
        state: None,
        custody: Custody::default(),
    });
    case.finding.threat_lists = vec!["ours".into()];
    case
}

#[test]
fn a_case_with_all_of_it_has_every_watch_in_order() {
    let lists = [ListState {
        name: "ours".into(),
        status: "ACTIVE".into(),
        modified: None,
    }];
    let seen = super::super::review(
        &full(),
        &Look {
            lists: Some(&lists),
            ..look()
        },
    );
    let seen: Vec<String> = seen.watches.into_iter().map(|w| w.watch).collect();
    assert_eq!(seen, WATCHES);
}

#[test]
fn an_address_of_the_case_at_another_resource_is_told_and_the_instance_itself_is_not() {
    let remote = vec![Remote {
        ip: fixture::ip("198.51.100.7"),
        port: None,
        country: None,
        asn: None,
        org: None,
    }];
    let mut case = contained();
    case.finding.remote = remote.clone();
    let other = |instance: &str, id: &str| Finding {
        id: id.into(),
        instance_id: Some(instance.into()),
        remote: remote.clone(),
        ..fixture::finding()
    };
    let far = Finding {
        remote: vec![],
        ..other("i-3", "f-3")
    };
    let of_key = Finding {
        credentials_of: Some("i-1".into()),
        instance_id: None,
        remote: remote.clone(),
        ..fixture::finding()
    };
    let findings = [other("i-1", "f-1"), other("i-2", "f-2"), far, of_key];
    let watch = elsewhere::watch(
        &case,
        &Look {
            account: Some(&findings),
            ..look()
        },
    );
    assert_eq!(watch.evidence.len(), 1, "{watch:?}");
    assert!(watch.evidence[0].starts_with("f-2 ") && watch.evidence[0].ends_with(" i-2"));
    let watch = elsewhere::watch(
        &case,
        &Look {
            account: Some(&findings[..1]),
            ..look()
        },
    );
    assert_eq!(watch.status, WatchStatus::Quiet);
    assert_eq!(
        elsewhere::watch(&case, &look()).status,
        WatchStatus::Unknown
    );
}

#[test]
fn a_finding_about_a_neighbour_says_what_they_share() {
    let case = contained();
    let about = |instance: &str| Finding {
        id: format!("f-{instance}"),
        instance_id: Some(instance.into()),
        remote: vec![],
        ..fixture::finding()
    };
    let findings = [about("i-1"), about("i-2"), about("i-9")];
    let kin: Kin = [
        ("i-1".to_owned(), [Kinship::Role].into()),
        ("i-2".to_owned(), [Kinship::Role, Kinship::Group].into()),
    ]
    .into();
    let with = |kin: Option<&Kin>, account: &[Finding]| {
        neighbours::watch(
            &case,
            &Look {
                account: Some(account),
                kin,
                ..look()
            },
        )
    };
    let watch = with(Some(&kin), &findings);
    assert_eq!(watch.evidence.len(), 1);
    assert!(
        watch.evidence[0].contains(" i-2 (group, role)"),
        "{watch:?}"
    );
    assert_eq!(with(Some(&kin), &findings[2..]).status, WatchStatus::Quiet);
    assert_eq!(with(None, &findings).status, WatchStatus::Unknown);
}

#[test]
fn a_denied_role_that_still_gets_something_done_is_told() {
    let case = full();
    let call = |event: &str, error: Option<&str>, session: &str, last: i64| Evidence {
        id: "e1".into(),
        source: Source::Cloudtrail,
        at: None,
        record: RecordRef::default(),
        fact: Fact::ApiCall {
            event: event.into(),
            service: "s3.amazonaws.com".into(),
            source_ip: "198.51.100.7".into(),
            principal: None,
            session_of: Some(session.into()),
            region: None,
            error: error.map(Into::into),
            read_only: None,
            delivery: None,
            detail: None,
            count: 3,
            first: Some(fixture::at(1)),
            last: Some(fixture::at(last)),
        },
    };
    let with = |coverage: Coverage, evidence: Vec<Evidence>| {
        let mut dossier = Dossier {
            evidence,
            ..Dossier::default()
        };
        let covered = Covered {
            coverage,
            why: if coverage == Coverage::Partial {
                vec![Gap::NotGiven]
            } else {
                Vec::new()
            },
            records: 0,
            first: None,
            last: None,
            until: None,
        };
        dossier.coverage.insert(Source::Cloudtrail, covered);
        role_use::watch(
            &case,
            &Look {
                activity: Some(&dossier),
                ..look()
            },
        )
        .unwrap()
    };
    for (calls, wanted) in [
        (
            vec![call("GetObject", None, "i-1", 90)],
            WatchStatus::Tripped,
        ),
        (vec![call("GetObject", None, "i-2", 90)], WatchStatus::Quiet),
        (vec![call("GetObject", None, "i-1", 65)], WatchStatus::Quiet),
        (
            vec![call("GetCallerIdentity", None, "i-1", 90)],
            WatchStatus::Quiet,
        ),
        (
            vec![call("GetObject", Some("AccessDenied"), "i-1", 90)],
            WatchStatus::Quiet,
        ),
        (vec![], WatchStatus::Quiet),
    ] {
        let watch = with(Coverage::Complete, calls);
        assert_eq!(watch.status, wanted, "{watch:?}");
    }
    let denied = with(
        Coverage::Complete,
        vec![call("GetObject", Some("AccessDenied"), "i-1", 90)],
    );
    assert_eq!(denied.args["refused"], "3");
    let partly = |evidence| with(Coverage::Partial, evidence).status;
    assert_eq!(partly(vec![]), WatchStatus::Unknown);
    assert_eq!(
        partly(vec![call("GetObject", None, "i-1", 90)]),
        WatchStatus::Tripped
    );
    let absent = with(Coverage::Absent, vec![]);
    assert_eq!(absent.status, WatchStatus::Unknown);
    assert_eq!(absent.why.as_deref(), Some("no-trail"));
    // In the first minutes nobody has looked: that is no word on the trail.
    let early = Look {
        at: crate::monitor::watched_since(&case, None).unwrap(),
        ..look()
    };
    let early = role_use::watch(&case, &early).unwrap();
    assert_eq!(early.why.as_deref(), Some("trail-not-there-yet"));
    assert_eq!(role_use::watch(&contained(), &look()), None);
}

#[test]
fn a_group_that_somebody_opens_after_the_release_is_named() {
    let released = Case {
        containment: Containment::Released,
        subject: Some(fixture::subject()),
        ..contained()
    };
    let world = |port: i32| Rule {
        protocol: "tcp".into(),
        from_port: Some(port),
        to_port: Some(port),
        peer: "0.0.0.0/0".into(),
    };
    let with = |case: &Case, rules: Vec<Rule>| {
        let mut subject = fixture::subject();
        let (id, group) = group("sg-web", rules);
        subject.groups.insert(id, group);
        let seen = Look {
            subject: Some(&subject),
            ..look()
        };
        hardening::watch(case, &seen).unwrap()
    };
    let watch = with(&released, vec![world(22), world(443)]);
    assert_eq!(watch.evidence, ["opened sg-web tcp/22-22 0.0.0.0/0"]);
    assert_eq!(with(&released, vec![world(443)]).status, WatchStatus::Quiet);
    // What was open already when it was last looked at is the checks' matter.
    let mut known = released.clone();
    if let Some(subject) = &mut known.subject {
        let (id, group) = group("sg-web", vec![world(22)]);
        subject.groups.insert(id, group);
    }
    assert_eq!(with(&known, vec![world(22)]).status, WatchStatus::Quiet);
    assert_eq!(
        hardening::watch(&released, &look()).unwrap().status,
        WatchStatus::Unknown
    );
    assert_eq!(hardening::watch(&contained(), &look()), None);
}

#[test]
fn a_fix_that_somebody_takes_back_is_named() {
    let with = |tokens: Option<&str>| {
        let mut subject = fixture::subject();
        subject.metadata.http_tokens = tokens.map(Into::into);
        let seen = Look {
            subject: Some(&subject),
            ..look()
        };
        hardening::watch(&full(), &seen).unwrap()
    };
    assert_eq!(with(Some("required")).status, WatchStatus::Quiet);
    assert_eq!(
        with(Some("optional")).evidence,
        ["set_imds_tokens i-1 before"]
    );
    assert_eq!(with(None).status, WatchStatus::Unknown);
}

#[test]
fn a_snapshot_of_the_case_that_is_gone_or_broken_is_named() {
    let with = |state: Option<&str>| {
        let mut subject = fixture::subject();
        subject.own_snapshots = state
            .map(|state| Snapshot {
                id: "snap-1".into(),
                volume: "vol-1".into(),
                state: state.into(),
                started: None,
                tags: [].into(),
            })
            .into_iter()
            .collect();
        let seen = Look {
            subject: Some(&subject),
            ..look()
        };
        evidence::watch(&full(), &seen).unwrap()
    };
    assert_eq!(with(Some("completed")).status, WatchStatus::Quiet);
    assert_eq!(with(Some("pending")).status, WatchStatus::Quiet);
    assert_eq!(with(Some("error")).evidence, ["snap-1 error"]);
    assert_eq!(with(None).evidence, ["snap-1 gone"]);
    assert_eq!(
        evidence::watch(&full(), &look()).unwrap().status,
        WatchStatus::Unknown
    );
    assert_eq!(evidence::watch(&contained(), &look()), None);
}
