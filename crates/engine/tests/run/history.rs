//! What earlier cases say of an address.

use std::net::{IpAddr, Ipv4Addr};

use rebato_core::identify::Remote;
use rebato_core::investigate::{AddressReport, Scope, Standing};
use rebato_engine::Writer;
use rebato_engine::history::History;

use crate::stage::{instance, responder};
use crate::story::{alert, finding};
use crate::world::World;

const ATTACKER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

/// A case of a finding that names the attacker.
async fn met<'a>(world: &'a World, id: &str) -> Writer<'a> {
    let mut finding = finding();
    finding.id = id.into();
    finding.instance_id = Some(format!("i-{id}"));
    finding.remote = vec![Remote {
        ip: ATTACKER,
        port: None,
        country: None,
        asn: None,
        org: None,
    }];
    let (writer, _) = responder(world)
        .open(alert(), finding, b"alert")
        .await
        .unwrap();
    writer
}

fn report() -> AddressReport {
    AddressReport {
        ip: ATTACKER,
        scope: Scope::Public,
        standing: Standing::Unknown,
        reasons: vec![],
        facts: vec![],
        opinions: vec![],
        asked: vec![],
        sent_out: vec![],
    }
}

#[tokio::test]
async fn cases_that_met_the_address_are_told_newest_first_and_the_case_itself_is_not() {
    let world = World::with(instance());
    let first = met(&world, "f-1").await.case().await;
    let second = met(&world, "f-2").await;
    responder(&world).evaluate(&second, &[], &[]).await.unwrap();
    let second = second.case().await;
    assert_ne!(first.id, second.id);

    let mut told = report();
    History::of(&world).tell(&mut told, None).await;
    let outcome = second.verdict.as_ref().unwrap().outcome.name();
    let facts: Vec<_> = told
        .facts
        .iter()
        .map(|f| (f.kind.as_str(), f.value.clone()))
        .collect();
    assert_eq!(
        facts,
        [
            ("history", format!("{} {outcome}", second.id)),
            ("history", format!("{} {}", first.id, first.state.name())),
        ]
    );
    assert_eq!(told.facts[0].as_of, Some(second.opened.to_string()));
    assert_eq!(
        (told.asked[0].source.as_str(), told.asked[0].result.as_str()),
        ("cases", "answered")
    );
    assert!(told.opinions.is_empty());

    let mut told = report();
    History::of(&world).tell(&mut told, Some(&second.id)).await;
    assert_eq!(told.facts.len(), 1);

    let mut other = report();
    other.ip = [198, 51, 100, 200].into();
    History::of(&world).tell(&mut other, None).await;
    assert!(other.facts.is_empty());
    assert_eq!(other.asked[0].result, "not_listed");
}

#[tokio::test]
async fn many_cases_are_told_up_to_a_bound() {
    let world = World::with(instance());
    for number in 0..25 {
        met(&world, &format!("f-{number}")).await;
    }
    let mut told = report();
    History::of(&world).tell(&mut told, None).await;
    assert_eq!(told.facts.len(), 20);
    assert_eq!(told.asked[0].why.as_deref(), Some("newest=20"));
}
