//! The actions that go beyond the network: identity, fleet, ACL, the keeping of snapshots, findings; and the rehearsal.
//! Each is done, seen, undone by its own undo and seen again.

use jiff::{SignedDuration, Timestamp};
use rebato_core::contain::{
    Action, ArchiveFinding, CopySnapshots, CreateSnapshots, DenySessions, LockMode, LockSnapshots,
    Permit, PermitAnswer, ProtectTermination, RateFinding, ScanSnapshots, SetAclDeny, SetBalancer,
    SetInstanceProfile, SetMetadataEndpoint, SetRunning, SetScalingMembership, SetTags,
    ShareSnapshots, Standing, StopHow, Undo, WaitSnapshots, standing,
};
use rebato_core::identify::{AclEntry, Subject};
use rebato_engine::ports::{Cloud as _, CloudError, FindingQuery, Hints, Wanted};
use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};

use crate::{Stage, approved, plan_of};

const CASE: &str = "C-2026-0001";

async fn whole(stage: &Stage) -> Subject {
    let hints = Hints {
        policy: Some(DenySessions::policy_name(CASE)),
        around: true,
        ..Hints::default()
    };
    stage.cloud.subject(&stage.instance, &hints).await.unwrap()
}

async fn stands(stage: &Stage, action: &Action) -> Standing {
    let step = approved(&stage.instance, action.clone());
    standing(action, &whole(stage).await, &step.mark())
}

async fn there_and_back(stage: &Stage, action: impl Into<Action>) {
    let action = action.into();
    assert_eq!(stands(stage, &action).await, Standing::Before, "{action:?}");
    stage.perform(action.clone()).await.unwrap();
    let done = stands(stage, &action).await;
    assert!(
        matches!(done, Standing::After | Standing::Underway),
        "{action:?}: {done:?}"
    );
    stage.lab.advance(SignedDuration::from_mins(5));
    assert_eq!(stands(stage, &action).await, Standing::After, "{action:?}");
    // Again: no harm, no error.
    stage.perform(action.clone()).await.unwrap();
    let Undo::Do(undo) = action.undo() else {
        panic!("{action:?} has no undo");
    };
    stage.perform(*undo.clone()).await.unwrap();
    stage.lab.advance(SignedDuration::from_mins(5));
    assert_eq!(stands(stage, &undo).await, Standing::After, "{undo:?}");
}

#[tokio::test]
async fn sessions_are_denied_and_allowed_again() {
    let stage = Stage::new("fortress").await;
    let profile = whole(&stage).await.profile.unwrap();
    let deny = |document: String| DenySessions {
        role: profile.role.clone().unwrap(),
        policy: DenySessions::policy_name(CASE),
        document,
        denied: true,
    };
    let role_id = profile.role_id.as_deref().unwrap();
    let narrow = deny(DenySessions::of_instance(role_id, &stage.instance));
    assert!(!narrow.is_broad());
    there_and_back(&stage, narrow.clone()).await;
    let now: Timestamp = "2026-11-24T05:00:00Z".parse().unwrap();
    let broad = deny(DenySessions::issued_before(now));
    assert!(broad.is_broad());
    there_and_back(&stage, broad.clone()).await;

    // What stands under the name and is not ours to the letter is left alone by whoever asks first.
    stage.perform(broad.into()).await.unwrap();
    assert!(matches!(
        stands(&stage, &narrow.into()).await,
        Standing::Other(_)
    ));
}

#[tokio::test]
async fn the_profile_goes_and_comes_back() {
    let stage = Stage::new("fortress").await;
    let arn = whole(&stage).await.profile.unwrap().arn;
    there_and_back(
        &stage,
        SetInstanceProfile {
            instance: stage.instance.clone(),
            from: Some(arn.clone()),
            to: None,
        },
    )
    .await;
    let wrong = SetInstanceProfile {
        instance: stage.instance.clone(),
        from: Some(format!("{arn}-other")),
        to: None,
    };
    let error = stage.perform(wrong.into()).await.unwrap_err();
    assert_eq!(error.code(), "ProfileChanged");
    assert_eq!(whole(&stage).await.profile.unwrap().arn, arn);
}

#[tokio::test]
async fn the_metadata_service_goes_and_comes_back() {
    let stage = Stage::new("fortress").await;
    there_and_back(
        &stage,
        SetMetadataEndpoint {
            instance: stage.instance.clone(),
            from: "enabled".into(),
            to: "disabled".into(),
        },
    )
    .await;
}

#[tokio::test]
async fn an_acl_denies_in_both_directions_and_no_more_than_that() {
    let stage = Stage::new("fortress").await;
    let acl = |subject: &Subject| {
        let around = subject.around.clone().unwrap();
        around.exposure[0].acl.clone().unwrap()
    };
    let found = acl(&whole(&stage).await);
    let entry = |egress, cidr: &str, number| AclEntry {
        egress,
        number,
        allow: false,
        protocol: "-1".into(),
        cidr: cidr.into(),
        ports: None,
    };
    let deny = SetAclDeny {
        acl: found.id.clone(),
        entries: vec![
            entry(false, "203.0.113.112/32", 1),
            entry(true, "203.0.113.112/32", 1),
            entry(false, "2001:db8::5/128", 2),
            entry(true, "2001:db8::5/128", 2),
        ],
        present: true,
    };
    there_and_back(&stage, deny.clone()).await;
    assert_eq!(acl(&whole(&stage).await), found, "as it was");

    // Somebody else's entry under the number is neither overwritten nor taken away.
    let theirs = SetAclDeny {
        entries: vec![entry(false, "198.51.100.0/24", 1)],
        ..deny.clone()
    };
    stage.perform(theirs.into()).await.unwrap();
    let error = stage.perform(deny.clone().into()).await.unwrap_err();
    assert_eq!(error.code(), "NetworkAclEntryAlreadyExists");
    let away = SetAclDeny {
        present: false,
        ..deny
    };
    let error = stage.perform(away.into()).await.unwrap_err();
    assert_eq!(error.code(), "NetworkAclEntryChanged");
}

#[tokio::test]
async fn a_classic_balancer_and_a_scaling_group_let_go_and_take_back() {
    let stage = Stage::new("fortress").await;
    let subject = whole(&stage).await;
    let around = subject.around.unwrap();
    there_and_back(
        &stage,
        SetBalancer {
            balancer: around.balancers[0].clone(),
            instance: stage.instance.clone(),
            registered: false,
        },
    )
    .await;

    let stage = Stage::new("breach-scaled").await;
    let group = whole(&stage).await.scaling.unwrap();
    let detach = SetScalingMembership {
        group: group.group,
        instance: stage.instance.clone(),
        member: false,
        minimum: None,
    };
    if group.min == group.desired {
        let error = stage.perform(detach.into()).await.unwrap_err();
        assert!(matches!(error, CloudError::Refused { .. }), "{error}");
    } else {
        there_and_back(&stage, detach).await;
    }
}

#[tokio::test]
async fn snapshots_are_waited_for_copied_shared_locked_and_scanned() {
    let stage = Stage::new("fortress").await;
    let instance = stage.instance.clone();
    let mut volumes: Vec<String> = whole(&stage)
        .await
        .volumes
        .into_iter()
        .map(|v| v.id)
        .collect();
    volumes.sort();
    let snapshots = CreateSnapshots {
        instance: instance.clone(),
        volumes: volumes.clone(),
    };
    stage.perform(snapshots.into()).await.unwrap();
    let wait = WaitSnapshots {
        instance: instance.clone(),
        volumes: volumes.clone(),
    }
    .into();
    assert_eq!(stands(&stage, &wait).await, Standing::Underway);
    stage.lab.advance(SignedDuration::from_hours(2));
    assert_eq!(stands(&stage, &wait).await, Standing::After);

    let copy = Action::from(CopySnapshots {
        instance: instance.clone(),
        volumes: volumes.clone(),
        kms_key: "alias/forensics".into(),
    });
    let copied = stage.perform(copy.clone()).await;
    // The account may not have a key of that name: then nothing is half done.
    if let Ok(copied) = copied {
        assert_eq!(copied.receipt.made.len(), volumes.len());
        assert_eq!(stands(&stage, &copy).await, Standing::After);
    }
    let share = ShareSnapshots {
        instance: instance.clone(),
        account: "999988887777".into(),
        copies: false,
    };
    stage.perform(share.into()).await.unwrap();
    assert_eq!(stage.count("ModifySnapshotAttribute"), volumes.len());
    let lock = LockSnapshots {
        instance: instance.clone(),
        mode: LockMode::Governance,
        days: 30,
        copies: false,
    };
    stage.perform(lock.into()).await.unwrap();
    let scan = ScanSnapshots { instance };
    let scanned = stage.perform(scan.into()).await.unwrap();
    assert_eq!(scanned.receipt.made.len(), volumes.len());
}

#[tokio::test]
async fn what_needs_snapshots_says_so_where_there_are_none() {
    let stage = Stage::new("fortress").await;
    let scan = ScanSnapshots {
        instance: stage.instance.clone(),
    };
    let error = stage.perform(scan.into()).await.unwrap_err();
    assert!(matches!(error, CloudError::Unbound { .. }), "{error}");
}

#[tokio::test]
async fn a_finding_is_archived_rated_and_taken_out_again() {
    let stage = Stage::new("breach").await;
    let raw = stage
        .cloud
        .findings(&FindingQuery::Latest(Wanted::default()))
        .await
        .unwrap();
    let raw: serde_json::Value = serde_json::from_slice(&raw).unwrap();
    let id = raw["findings"][0]["id"]
        .as_str()
        .or(raw["findings"][0]["Id"].as_str())
        .unwrap()
        .to_owned();
    let archive = |archived| ArchiveFinding {
        finding: id.clone(),
        archived,
    };
    let latest = || async {
        let raw = stage
            .cloud
            .findings(&FindingQuery::Latest(Wanted::default()))
            .await
            .unwrap();
        String::from_utf8(raw).unwrap().contains(&id)
    };
    stage.perform(archive(true).into()).await.unwrap();
    assert!(!latest().await);
    stage.perform(archive(false).into()).await.unwrap();
    assert!(latest().await);
    let rate = RateFinding {
        finding: id.clone(),
        useful: true,
    };
    stage.perform(rate.into()).await.unwrap();
}

#[tokio::test]
async fn a_hibernation_that_was_not_set_up_is_refused() {
    let stage = Stage::new("breach").await;
    let stop = SetRunning {
        instance: stage.instance.clone(),
        running: false,
        loses: Vec::new(),
        how: StopHow::Hibernate,
    };
    let error = stage.perform(stop.clone().into()).await.unwrap_err();
    assert!(matches!(error, CloudError::Refused { .. }), "{error}");
    assert_eq!(whole(&stage).await.state, "running");
    for how in [StopHow::Force, StopHow::SkipOs] {
        let stop = SetRunning {
            how,
            ..stop.clone()
        };
        stage.perform(stop.into()).await.unwrap();
    }
}

/// A plan with a step of each way of asking.
fn rehearsed(stage: &Stage) -> rebato_core::contain::Plan {
    plan_of(
        &stage.instance,
        vec![
            ProtectTermination {
                instance: stage.instance.clone(),
                from: false,
                to: true,
            }
            .into(),
            SetTags {
                resource: stage.instance.clone(),
                from: [("a".to_owned(), None)].into(),
                to: [("a".to_owned(), Some("b".to_owned()))].into(),
            }
            .into(),
            DenySessions {
                role: "web".into(),
                policy: "p".into(),
                document: "{}".into(),
                denied: true,
            }
            .into(),
        ],
    )
}

#[tokio::test]
async fn a_rehearsal_changes_nothing_and_names_what_is_missing() {
    let stage = Stage::new("breach").await;
    let plan = rehearsed(&stage);
    let before = whole(&stage).await;
    let writes = |stage: &Stage| stage.lab.calls().iter().filter(|c| !c.reads).count();
    let permits = stage.cloud.rehearse(&plan).await;
    assert_eq!(writes(&stage), 0, "nothing but tries");
    let after = whole(&stage).await;
    assert_eq!(before.tags, after.tags);
    assert_eq!(before.termination_protection, after.termination_protection);
    let names: Vec<&str> = permits.iter().map(|p| p.permission.as_str()).collect();
    assert_eq!(
        names,
        [
            "ec2:CreateTags",
            "ec2:DeleteTags",
            "ec2:ModifyInstanceAttribute",
            "iam:DeleteRolePolicy",
            "iam:PutRolePolicy"
        ]
    );
    let allowed = |p: &Permit| p.answer == PermitAnswer::Allowed;
    assert!(permits.iter().all(allowed), "{permits:#?}");

    stage.lab.set_faults(Faults::rules([
        Rule::always("ModifyInstanceAttribute", Effect::Deny),
        Rule::always("iam:PutRolePolicy", Effect::Deny),
    ]));
    let permits = stage.cloud.rehearse(&plan).await;
    let denied: Vec<&str> = permits
        .iter()
        .filter(|p| matches!(p.answer, PermitAnswer::Denied { .. }))
        .map(|p| p.permission.as_str())
        .collect();
    assert_eq!(denied, ["ec2:ModifyInstanceAttribute", "iam:PutRolePolicy"]);
    assert_eq!(writes(&stage), 0, "nothing but tries");
}
