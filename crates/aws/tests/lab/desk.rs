//! Asking AWS's people: Support and Security Incident Response.

use rebato_core::contain::{Action, OpenSecurityCase, OpenSupportCase, PermitAnswer};
use rebato_core::escalate::Route;
use rebato_engine::ports::Cloud as _;
use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};

use crate::{Stage, plan_of};

fn letter() -> Action {
    OpenSupportCase {
        subject: "Security incident C-2026-0001: EC2 instance i-1".into(),
        body: "Please help.".into(),
        service: "amazon-guardduty".into(),
        category: "security".into(),
        severity: "urgent".into(),
        language: "es".into(),
        issue: "technical".into(),
        copies: vec!["soc@example.com".into()],
    }
    .into()
}

fn incident() -> Action {
    OpenSecurityCase {
        title: "Security incident C-2026-0001".into(),
        description: "Please help.".into(),
        aws_resolves: true,
        incident: true,
        since: "2026-11-24T00:00:00Z".parse().unwrap(),
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        watchers: vec!["soc@example.com".into()],
        addresses: vec![
            "203.0.113.7".parse().unwrap(),
            "2001:db8::a".parse().unwrap(),
        ],
    }
    .into()
}

#[tokio::test]
async fn a_case_with_support_is_opened_once_though_the_answer_is_lost() {
    let stage = Stage::new("attempt").await;
    let desk = stage.cloud.desk(Route::Support).await.unwrap();
    assert!(desk.severities.contains(&"urgent".to_owned()));
    assert!(desk.services.iter().any(|s| s.code == "amazon-guardduty"));

    let permits = stage
        .cloud
        .rehearse(&plan_of(&stage.instance, vec![letter()]))
        .await;
    assert_eq!(permits.len(), 1);
    assert_eq!(permits[0].answer, PermitAnswer::Allowed);
    assert!(
        stage
            .lab
            .world(|world| world.defences.desk.support.is_empty())
    );

    let rule = Rule::next(1, "CreateCase", Effect::LoseReply);
    stage.lab.set_faults(Faults::rules([rule]));
    let lost = stage.perform(letter()).await.unwrap_err();
    assert!(!lost.surely_nothing_happened(), "{lost}");
    stage.lab.set_faults(Faults::none());
    let found = stage.perform(letter()).await.unwrap();
    assert!(found.receipt.adopted);
    let cases = stage.lab.world(|world| world.defences.desk.support.clone());
    assert_eq!(cases.len(), 1);
    assert_eq!(found.receipt.made, [cases[0].id.clone()]);
    let case = &cases[0];
    let said = (&*case.language, &*case.severity, &*case.category);
    assert_eq!(said, ("es", "urgent", "security"));
    assert_eq!(case.copies, ["soc@example.com"]);
}

#[tokio::test]
async fn a_case_with_the_incident_team_is_opened_once() {
    let stage = Stage::new("attempt").await;
    stage.cloud.desk(Route::SecurityIr).await.unwrap();
    let first = stage.perform(incident()).await.unwrap();
    let again = stage.perform(incident()).await.unwrap();
    assert_eq!(first.receipt.made, again.receipt.made);
    let cases = stage
        .lab
        .world(|world| world.defences.desk.security.clone());
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].addresses, ["203.0.113.7", "2001:DB8:0:0:0:0:0:A"]);
    assert_eq!(cases[0].regions, ["eu-west-1"]);
    let said = (&*cases[0].resolver, &*cases[0].engagement, cases[0].since);
    assert_eq!(said, ("AWS", "Security Incident", 1_795_478_400));
}

#[tokio::test]
async fn without_a_subscription_the_desk_says_so_by_its_code() {
    let stage = Stage::new("attempt").await;
    stage.lab.world(|world| {
        world.settings.support_plan = false;
        world.settings.security_membership = false;
    });
    for (route, code) in [
        (Route::Support, "SubscriptionRequiredException"),
        (
            Route::SecurityIr,
            "SecurityIncidentResponseNotActiveException",
        ),
    ] {
        let error = stage.cloud.desk(route).await.unwrap_err();
        assert_eq!(error.code(), code);
    }
}
