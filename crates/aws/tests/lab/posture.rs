//! What the checks need of the account: of one with holes, of one without, and of one that refuses.

use std::collections::BTreeMap;

use rebato_core::harden::{CheckResult, DetectorState, Posture, Status, check};
use rebato_core::identify::{Finding, Subject};
use rebato_engine::ports::{Cloud as _, Hints};
use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};

use crate::Stage;

async fn seen(stage: &Stage) -> (Subject, Posture) {
    let hints = Hints {
        around: true,
        ..Hints::default()
    };
    let subject = stage.cloud.subject(&stage.instance, &hints).await.unwrap();
    let posture = stage.cloud.posture(&subject).await.unwrap();
    (subject, posture)
}

fn checked(subject: &Subject, posture: &Posture) -> BTreeMap<String, CheckResult> {
    let finding = Finding::manual("i-1", "123456789012", "eu-west-1", subject.read_at);
    check(subject, posture, &finding)
        .into_iter()
        .map(|result| (result.check.clone(), result))
        .collect()
}

#[tokio::test]
async fn an_account_with_holes_fails_by_name() {
    let stage = Stage::new("breach-scaled").await;
    stage.lab.world(|world| {
        let role = world.roles.get_mut("shop-app").unwrap();
        role.attached_policies.insert(
            "arn:aws:iam::aws:policy/AdministratorAccess".into(),
            "AdministratorAccess".into(),
        );
    });
    let (subject, posture) = seen(&stage).await;
    assert_eq!(posture.unread, []);
    let regions: Vec<_> = posture.detectors.iter().flatten().collect();
    assert_eq!(regions.len(), 3);
    assert_eq!(regions[0].state, DetectorState::Off);
    assert!(matches!(regions[1].state, DetectorState::On(_)));
    assert!(matches!(&regions[2].state, DetectorState::Unread(why) if why.contains("us-east-1")));
    let results = checked(&subject, &posture);
    for name in [
        "imdsv2",
        "role-too-wide",
        "launch-template",
        "key-pair",
        "ebs-encryption",
        "backups",
        "network-acls",
        "cloudtrail",
        "guardduty",
        "alarms",
        "public-snapshots",
        "ebs-encryption-default",
    ] {
        assert_eq!(results[name].status, Status::Fail, "{:?}", results[name]);
    }
    assert_eq!(
        results["role-too-wide"].evidence,
        ["arn:aws:iam::aws:policy/AdministratorAccess allows=*"]
    );
    let calls = &results["imdsv2"].evidence[1];
    assert!(
        calls.starts_with("calls-without-token=") && !calls.contains("unknown"),
        "{calls}"
    );
    let template = &results["launch-template"].evidence;
    assert!(
        template[0].ends_with("http-tokens=optional"),
        "{template:?}"
    );
    assert!(
        template.iter().any(|line| line.contains("ingress=sg-")),
        "{template:?}"
    );
    assert_eq!(
        results["cloudtrail"].evidence,
        ["management kms-key=off", "management log-group=off"]
    );
}

#[tokio::test]
async fn an_account_without_holes_passes() {
    let stage = Stage::new("closed-port").await;
    let (subject, posture) = seen(&stage).await;
    assert_eq!(posture.unread, []);
    let results = checked(&subject, &posture);
    for name in [
        "imdsv2",
        "role-too-wide",
        "launch-template",
        "backups",
        "flow-logs",
        "cloudtrail",
        "guardduty",
        "alarms",
        "public-snapshots",
        "ebs-encryption-default",
    ] {
        assert_eq!(results[name].status, Status::Pass, "{:?}", results[name]);
    }
    assert_eq!(results["open-risky-ports"].status, Status::Fail);
}

#[tokio::test]
async fn a_shared_snapshot_a_suspended_detector_and_a_halved_trail_are_seen() {
    let stage = Stage::new("closed-port").await;
    stage.lab.world(|world| {
        world.trail.records_reads = false;
        world.detector.features.remove("EC2_AGENT_MANAGEMENT");
        for alarm in &mut world.defences.alarms {
            alarm.config["ActionsEnabled"] = false.into();
        }
        let snapshot = world.snapshots.values_mut().next().unwrap();
        snapshot.shared_with.insert("all".into());
    });
    let (subject, posture) = seen(&stage).await;
    assert_eq!(posture.public_snapshots.as_ref().map(Vec::len), Some(1));
    let results = checked(&subject, &posture);
    assert_eq!(results["public-snapshots"].status, Status::Fail);
    assert_eq!(
        results["cloudtrail"].evidence,
        ["management management-events=off"]
    );
    assert_eq!(
        results["guardduty"].evidence,
        ["EC2_AGENT_MANAGEMENT=off eu-west-1"]
    );
    assert!(results["alarms"].evidence[0].ends_with("alarm-that-tells-nobody"));
}

#[tokio::test]
async fn what_is_denied_is_noted_and_its_check_is_unknown() {
    let stage = Stage::new("closed-port").await;
    for (operation, part, name) in [
        ("DescribeRegions", "detectors", "guardduty"),
        ("DescribeMetricFilters", "metric_filters", "alarms"),
        ("DescribeAlarms", "alarms", "alarms"),
        ("GetEventSelectors", "trail_selectors", "cloudtrail"),
        (
            "GetSnapshotBlockPublicAccessState",
            "snapshot_block",
            "public-snapshots",
        ),
        ("ListRolePolicies", "role_policies", "role-too-wide"),
    ] {
        let deny = Rule::always(operation, Effect::Deny);
        stage.lab.set_faults(Faults::rules([deny]));
        let (subject, posture) = seen(&stage).await;
        let unread: Vec<_> = posture.unread.iter().map(|u| u.what.as_str()).collect();
        assert_eq!(unread, [part], "{operation}");
        let results = checked(&subject, &posture);
        let result = &results[name];
        assert_eq!(result.status, Status::Unknown, "{operation}");
        let why = result.why.as_deref().unwrap_or_default();
        assert!(why.contains(operation), "{operation}: {why}");
    }
    // A document that is denied is the policy's own gap.
    stage.lab.set_faults(Faults::rules([Rule::always(
        "GetPolicyVersion",
        Effect::Deny,
    )]));
    let (subject, posture) = seen(&stage).await;
    assert_eq!(posture.unread, []);
    assert_eq!(
        checked(&subject, &posture)["role-too-wide"].status,
        Status::Unknown
    );
}
