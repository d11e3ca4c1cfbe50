//! Opening a case, finding and reading its instance, and closing it.

use std::net::IpAddr;

use rebato_core::case::{Event, State};
use rebato_core::identify::Finding;
use rebato_engine::ports::{Candidate, InstanceQuery};
use rebato_engine::{EngineError, Inside, Responder, cases};

use crate::stage::{approved, instance, responder};
use crate::story::{alert, finding};
use crate::world::World;

#[tokio::test]
async fn an_alert_told_twice_is_one_case() {
    let world = World::with(instance());
    let respond = responder(&world);
    let finding = || Finding {
        region: Some("eu-west-1".into()),
        ..finding()
    };
    let first = respond
        .open(alert(), finding(), b"alert")
        .await
        .unwrap()
        .0
        .case()
        .await;
    let again = respond
        .open(alert(), finding(), b"alert")
        .await
        .unwrap()
        .0
        .case()
        .await;
    assert_eq!(again, first, "the same occurrence is nothing new");

    let mut more = finding();
    more.count = Some(7);
    let case = respond
        .open(alert(), more, b"alert")
        .await
        .unwrap()
        .0
        .case()
        .await;
    assert_eq!(
        (case.id.clone(), case.repeats, case.finding.count),
        (first.id.clone(), 1, Some(7))
    );

    let mut elsewhere = finding();
    elsewhere.region = Some("us-east-1".into());
    let other = respond
        .open(alert(), elsewhere, b"alert")
        .await
        .unwrap()
        .0
        .case()
        .await;
    assert_ne!(other.id, first.id, "another Region is another case");
    assert_eq!(
        world.kept_bytes(),
        [b"alert".to_vec()],
        "the bytes are kept, once"
    );
}

#[tokio::test]
async fn a_broken_journal_hides_no_other_case() {
    let world = World::with(instance());
    let (first, _) = approved(&world, "f-1").await;
    let (second, _) = approved(&world, "f-2").await;
    let (first, second) = (
        first.case().await.id.clone(),
        second.case().await.id.clone(),
    );
    world.tamper(&first);
    let all = cases(&world).await.unwrap();
    let shown: Vec<(&str, bool)> = all
        .iter()
        .map(|(id, case)| (id.as_str(), case.is_ok()))
        .collect();
    assert_eq!(shown, [(first.as_str(), false), (second.as_str(), true)]);
    assert!(matches!(
        responder(&world).resume(&first).await,
        Err(EngineError::Replay(_))
    ));
    assert!(
        matches!(responder(&world).resume("C-2026-0099").await, Err(EngineError::NoCase(id)) if id == "C-2026-0099")
    );
}

#[tokio::test]
async fn a_name_means_one_instance_or_is_asked_about() {
    let candidate = |id: &str, state: &str| Candidate {
        id: id.into(),
        name: Some("web".into()),
        state: state.into(),
        ..Candidate::default()
    };
    let found = async |candidates: &[Candidate]| {
        let world = World::with(instance());
        world.candidates(candidates);
        responder(&world)
            .find_instance(&InstanceQuery::Name("web".into()))
            .await
    };
    let (one, two, gone) = (
        candidate("i-1", "running"),
        candidate("i-2", "stopped"),
        candidate("i-3", "terminated"),
    );
    assert_eq!(found(std::slice::from_ref(&one)).await.unwrap(), one);
    assert_eq!(
        found(&[gone.clone(), one.clone()]).await.unwrap(),
        one,
        "what replaced a terminated instance"
    );
    assert_eq!(found(std::slice::from_ref(&gone)).await.unwrap(), gone);
    let several = found(&[one.clone(), two.clone(), gone]).await;
    assert!(
        matches!(several, Err(EngineError::Ambiguous { query, found }) if query == "web" && found == [one, two])
    );
    assert!(matches!(found(&[]).await, Err(EngineError::NotFound(_))));
    let address = InstanceQuery::Address(IpAddr::from([10, 0, 0, 9]));
    let world = World::with(instance());
    let nobody = responder(&world).find_instance(&address).await;
    assert!(matches!(nobody, Err(EngineError::NotFound(shown)) if shown == "10.0.0.9"));
}

#[tokio::test]
async fn an_instance_that_is_gone_is_a_fact_and_no_error() {
    let world = World::with(instance());
    let respond = responder(&world);
    let (writer, _) = respond.open(alert(), finding(), b"alert").await.unwrap();
    world.remove_instance();
    respond.identify(&writer).await.unwrap();
    let case = writer.case().await;
    assert!(case.subject.is_none());
    assert!(
        case.subject_missing
            .as_ref()
            .unwrap()
            .contains("InvalidInstanceID.NotFound")
    );
    let remains = case.remains.as_ref().unwrap();
    assert!(remains.image.as_ref().unwrap().starts_with("image of i-"));
    assert!(
        respond
            .plan(&writer, &rebato_core::contain::Profile::runbook())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn without_a_cloud_nothing_is_called_and_the_verdict_is_reached_all_the_same() {
    let world = World::with(instance());
    let offline = Responder {
        cloud: None,
        ..responder(&world)
    };
    let (writer, _) = offline.open(alert(), finding(), b"alert").await.unwrap();
    offline.identify(&writer).await.unwrap();
    offline.evaluate(&writer, &[], &[]).await.unwrap();
    let case = writer.case().await;
    assert_eq!(case.state, State::Evaluated);
    assert_eq!(world.reads(), 0);
    assert!(
        !case.verdict.as_ref().unwrap().gaps.is_empty(),
        "what could not be seen is said"
    );
    assert!(matches!(
        offline.refresh(&writer).await,
        Err(EngineError::Cloud(_))
    ));
}

#[tokio::test]
async fn a_case_closes_only_when_nothing_stands_against_it() {
    let world = World::with(instance());
    let respond = responder(&world);
    let (writer, _) = approved(&world, "f-1").await;
    let review = respond
        .monitor(&writer, &[], Inside::Unasked)
        .await
        .unwrap();
    let missing = respond.close(&writer, "ana").await.unwrap();
    assert_eq!(missing, review.missing);
    assert!(missing.contains(&"plan-open".to_owned()));
    assert_ne!(writer.case().await.state, State::Closed);
    assert!(
        !world
            .events(&writer.case().await.id)
            .iter()
            .any(|e| matches!(e, Event::CaseClosed { .. }))
    );
}

/// Evidence names the session that calls were made as, and the account where no session is known.
#[tokio::test]
async fn evidence_names_who_took_it() {
    let world = World::with(instance());
    let respond = responder(&world);
    let (writer, _) = respond.open(alert(), finding(), b"alert").await.unwrap();
    respond.identify(&writer).await.unwrap();
    let custody = writer.custody().await;
    assert_eq!(custody.session, None);
    assert_eq!(custody.account, Some(instance().account));
    let identity = rebato_engine::ports::Identity {
        account: "444455556666".into(),
        arn: "arn:aws:sts::444455556666:assumed-role/responder/case".into(),
        region: "eu-west-3".into(),
    };
    writer.called_as(&identity);
    let custody = writer.custody().await;
    assert_eq!(custody.session, Some(identity.arn));
    assert_eq!(custody.account, Some(identity.account));
    assert_eq!(custody.region, Some(identity.region));
    assert!(custody.by.is_some() && custody.ended.is_some() && custody.tool.is_some());
}
