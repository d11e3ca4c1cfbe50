//! Fixes of checks against the account: carried out, read back, repeated, taken back, and what goes wrong in the guest.

use rebato_core::contain::{
    Action, LogPlace, Patching, RunPatches, SetEbsEncryption, SetFlowLog, SetSshd, TAG_CASE, Undo,
};
use rebato_core::harden::guest::Guest;
use rebato_core::harden::{Posture, flow_log_format};
use rebato_engine::ports::{GuestAnswer, GuestCommand};
use rebato_engine::{probe, said};
use rebato_lab::world::{Answers, GuestSpec, SshdTrouble};

use super::*;

async fn posture(stage: &Stage) -> Posture {
    stage.cloud.posture(&stage.subject().await).await.unwrap()
}

fn undone(action: &Action) -> Action {
    match action.undo() {
        Undo::Do(undo) => *undo,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn encryption_by_default_there_and_back() {
    let stage = Stage::new("breach").await;
    let on = Action::SetEbsEncryption(SetEbsEncryption {
        region: "eu-west-1".into(),
        from: false,
        to: true,
    });
    let done = stage.perform(on.clone()).await.unwrap();
    assert!(!done.receipt.adopted);
    assert_eq!(posture(&stage).await.ebs_encryption_default, Some(true));
    let again = stage.perform(on.clone()).await.unwrap();
    assert!(again.receipt.adopted);
    assert_eq!(stage.count("EnableEbsEncryptionByDefault"), 1);
    stage.perform(undone(&on)).await.unwrap();
    assert_eq!(posture(&stage).await.ebs_encryption_default, Some(false));
}

#[tokio::test]
async fn a_flow_log_of_ours_is_made_once_and_only_ours_goes() {
    let stage = Stage::new("no-flow-logs").await;
    let vpc = stage.subject().await.vpc.unwrap();
    let before = posture(&stage).await;
    let kept = before.flow_logs.clone().unwrap_or_default().len();
    let make = Action::SetFlowLog(SetFlowLog {
        vpc: vpc.clone(),
        place: LogPlace::S3 {
            arn: "arn:aws:s3:::flow-logs/rebato".into(),
        },
        format: flow_log_format(),
        present: true,
    });
    let done = stage.perform(make.clone()).await.unwrap();
    assert_eq!(done.receipt.made.len(), 1);
    let again = stage.perform(make.clone()).await.unwrap();
    assert!(again.receipt.adopted);
    assert_eq!(again.receipt.made, done.receipt.made);
    assert_eq!(stage.count("CreateFlowLogs"), 1);
    let logs = posture(&stage).await.flow_logs.unwrap();
    let ours = logs
        .iter()
        .find(|log| log.id == done.receipt.made[0])
        .unwrap();
    assert_eq!(
        (ours.traffic.as_str(), ours.status.as_str()),
        ("ALL", "ACTIVE")
    );
    assert_eq!(ours.format.as_deref(), Some(flow_log_format().as_str()));
    assert_eq!(ours.resource, vpc);

    // One of another case stands beside it.
    stage.lab.world(|world| {
        let mut other = world.flow_logs[&done.receipt.made[0]].clone();
        other.id = "fl-0123456789abcdef0".into();
        other.tags.insert(TAG_CASE.into(), "C-2026-0002".into());
        world.flow_logs.insert(other.id.clone(), other);
    });
    stage.perform(undone(&make)).await.unwrap();
    let left = posture(&stage).await.flow_logs.unwrap();
    assert_eq!(left.len(), kept + 1);
    assert!(left.iter().all(|log| log.id != done.receipt.made[0]));
    let nothing = stage.perform(undone(&make)).await.unwrap();
    assert!(nothing.receipt.adopted);
    assert_eq!(stage.count("DeleteFlowLogs"), 1);
}

#[tokio::test]
async fn logs_of_other_networks_tell_where_logs_go() {
    let stage = Stage::new("breach").await;
    stage.lab.world(|world| {
        let mut other = world.flow_logs.values().next().unwrap().clone();
        other.id = "fl-0123456789abcdef0".into();
        other.resource_id = "vpc-0123456789abcdef0".into();
        world.flow_logs.insert(other.id.clone(), other);
    });
    let posture = posture(&stage).await;
    let ids: Vec<_> = posture.other_flow_logs.iter().map(|log| &log.id).collect();
    assert_eq!(ids, ["fl-0123456789abcdef0"]);
    assert!(
        posture
            .flow_logs
            .unwrap()
            .iter()
            .all(|log| log.id != *ids[0])
    );
}

/// A stage whose guest has this trouble.
async fn guest(spec: GuestSpec) -> Stage {
    let mut scenario = Scenario::load("attempt").unwrap();
    scenario.target.guest = spec;
    Stage::of(scenario).await
}

async fn troubled(sshd: SshdTrouble) -> Stage {
    let spec = GuestSpec {
        sshd,
        ..GuestSpec::default()
    };
    guest(spec).await
}

async fn heard(stage: &Stage, done: &Performed) -> GuestAnswer {
    for _ in 0..9 {
        let command = &done.receipt.made[0];
        let answer = stage.cloud.heard(&stage.instance, command).await.unwrap();
        if !answer.runs() {
            return answer;
        }
    }
    panic!("the command does not end")
}

async fn look(stage: &Stage) -> Guest {
    let answer = stage.cloud.in_guest(&probe(&stage.instance, false)).await;
    let answer = answer.unwrap();
    said(&answer.status, &answer.output).unwrap()
}

fn no_passwords(stage: &Stage) -> SetSshd {
    SetSshd {
        instance: stage.instance.clone(),
        from: None,
        to: Some("# Rebato\nPasswordAuthentication no\n".into()),
        expect: vec!["passwordauthentication no".into()],
        minutes: Some(10),
    }
}

async fn confirm(stage: &Stage, set: &SetSshd) -> GuestAnswer {
    let run = set.confirmation();
    let command = GuestCommand {
        instance: set.instance.clone(),
        document: run.document,
        script: run.parameters["commands"].clone(),
        wait: run.wait,
    };
    stage.cloud.in_guest(&command).await.unwrap()
}

fn effective(guest: &Guest) -> Option<Vec<String>> {
    use rebato_core::harden::sshd::{Who, defaults};
    let told = guest.sshd.seen().unwrap();
    let value = told.value("passwordauthentication", &Who::default(), &defaults());
    value.words
}

#[tokio::test]
async fn a_change_of_sshd_stays_when_it_is_confirmed() {
    let stage = troubled(SshdTrouble::None).await;
    let before = look(&stage).await;
    assert_eq!(before.sshd_drop_in, None);
    assert_eq!(before.sshd_files.seen().unwrap().includes.len(), 1);
    let set = no_passwords(&stage);
    let action = Action::SetSshd(set.clone());
    let done = stage.perform(action.clone()).await.unwrap();
    // Who carries it out again finds the command.
    let again = stage.perform(action.clone()).await.unwrap();
    assert!(again.receipt.adopted);
    assert_eq!(again.receipt.made, done.receipt.made);
    let answer = heard(&stage, &done).await;
    assert_eq!(
        (answer.status.as_str(), answer.output.trim()),
        ("Success", "@@sshd set")
    );
    let now = look(&stage).await;
    assert_eq!(now.sshd_drop_in, set.to);
    assert_eq!(effective(&now), Some(vec!["no".to_owned()]));
    assert!(
        confirm(&stage, &set)
            .await
            .output
            .contains("@@sshd confirmed")
    );
    stage.lab.advance(SignedDuration::from_mins(30));
    assert_eq!(look(&stage).await.sshd_drop_in, set.to);
    let done = stage.perform(undone(&action)).await.unwrap();
    assert_eq!(heard(&stage, &done).await.output.trim(), "@@sshd set");
    assert_eq!(look(&stage).await.sshd_drop_in, None);
}

#[tokio::test]
async fn a_guest_that_hears_nothing_puts_the_old_state_back() {
    let stage = troubled(SshdTrouble::None).await;
    let set = no_passwords(&stage);
    let done = stage.perform(set.clone().into()).await.unwrap();
    heard(&stage, &done).await;
    stage.lab.advance(SignedDuration::from_mins(11));
    assert_eq!(look(&stage).await.sshd_drop_in, None);
    assert!(
        confirm(&stage, &set)
            .await
            .output
            .contains("@@why put-back")
    );
}

#[tokio::test]
async fn an_agent_that_is_lost_comes_back_with_the_old_state() {
    let stage = troubled(SshdTrouble::AgentLost).await;
    let set = no_passwords(&stage);
    let done = stage.perform(set.clone().into()).await.unwrap();
    assert_eq!(heard(&stage, &done).await.status, "Success");
    let health = stage.cloud.health(&stage.subject().await).await;
    assert_eq!(health.agent, Some(false));
    let undo = undone(&set.clone().into());
    let refused = stage.perform(undo.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "InvalidInstanceId");
    stage.lab.advance(SignedDuration::from_mins(11));
    let health = stage.cloud.health(&stage.subject().await).await;
    assert_eq!(health.agent, Some(true));
    assert_eq!(look(&stage).await.sshd_drop_in, None);
    let done = stage.perform(undo).await.unwrap();
    assert_eq!(heard(&stage, &done).await.output.trim(), "@@sshd already");
}

#[tokio::test]
async fn what_sshd_does_not_take_changes_nothing() {
    for (trouble, why) in [
        (SshdTrouble::Syntax, "syntax"),
        (SshdTrouble::Ineffective, "not-effective"),
        (SshdTrouble::NoInclude, "not-effective"),
        (SshdTrouble::Reload, "reload"),
    ] {
        let stage = troubled(trouble).await;
        let done = stage.perform(no_passwords(&stage).into()).await.unwrap();
        let answer = heard(&stage, &done).await;
        assert_eq!(answer.status, "Failed", "{trouble:?}");
        assert_eq!(answer.output.trim(), format!("@@why {why}"));
        let now = look(&stage).await;
        assert_eq!(now.sshd_drop_in, None);
        let included = now.sshd_files.seen().unwrap().includes.len();
        assert_eq!(included, usize::from(trouble != SshdTrouble::NoInclude));
    }
}

#[tokio::test]
async fn patches_are_counted_installed_and_read_back() {
    let stage = guest(GuestSpec::default()).await;
    let run = |what| {
        Action::RunPatches(RunPatches {
            instance: stage.instance.clone(),
            what,
        })
    };
    assert_eq!(posture(&stage).await.patches, Some(None));
    for (what, missing, pending) in [
        (Patching::Scan, 7, 0),
        (Patching::Install, 0, 2),
        (Patching::InstallAndReboot, 0, 0),
    ] {
        let done = stage.perform(run(what)).await.unwrap();
        assert_eq!(heard(&stage, &done).await.status, "Success", "{what:?}");
        let found = posture(&stage).await.patches.unwrap().unwrap();
        assert_eq!(
            (found.missing, found.pending_reboot),
            (missing, pending),
            "{what:?}"
        );
    }
    let fails = guest(GuestSpec {
        answers: Answers::Fails,
        ..GuestSpec::default()
    });
    let fails = fails.await;
    let scan = RunPatches {
        instance: fails.instance.clone(),
        what: Patching::Scan,
    };
    let done = fails.perform(scan.into()).await.unwrap();
    assert_eq!(heard(&fails, &done).await.status, "Failed");
    assert_eq!(posture(&fails).await.patches, Some(None));
}
