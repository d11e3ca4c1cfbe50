//! A case about an instance with all that containment touches, from the alert to the approved plan, and what must hold of its
//! end.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::LazyLock;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rebato_core::Digest;
use rebato_core::case::{Case, Containment, Event, State};
use rebato_core::contain::{Action, Profile, SetInterfaceGroups, changes, exposed};
use rebato_core::identify::{
    Address, Elastic, Interface, PublicAddress, ScalingMembership, Subject, Target, Volume,
};
use rebato_core::investigate::{AddressReport, Marking, Scope, Standing};
use rebato_engine::policy::Policy;
use rebato_engine::ports::{AccountList, Intelligence, ListEntry};
use rebato_engine::progress::Silent;
use rebato_engine::{EngineError, Responder, Writer};

use crate::story::{alert, bare_subject, finding, verdict};
use crate::world::World;

/// Knows nothing about any address.
pub(crate) struct Nothing;

#[async_trait]
impl Intelligence for Nothing {
    fn entries(&self, _: &AccountList) -> Vec<ListEntry> {
        vec![]
    }

    async fn report(
        &self,
        ip: IpAddr,
        _: &[IpAddr],
        _: &[AccountList],
        _: Marking,
        _: Timestamp,
    ) -> AddressReport {
        AddressReport {
            ip,
            scope: Scope::Public,
            standing: Standing::Unknown,
            reasons: vec![],
            facts: vec![],
            opinions: vec![],
            asked: vec![],
            sent_out: vec![],
        }
    }
}

fn interface(index: u8, groups: &[&str]) -> Interface {
    let elastic = Elastic {
        allocation: format!("eipalloc-{index}"),
        association: format!("eipassoc-{index}"),
    };
    let public = PublicAddress {
        ip: IpAddr::from([203, 0, 113, index]),
        elastic: Some(elastic),
    };
    Interface {
        id: format!("eni-{index}"),
        device_index: index.into(),
        vpc: Some("vpc-1".into()),
        subnet: None,
        groups: groups.iter().map(|g| (*g).to_owned()).collect(),
        addresses: vec![Address {
            private_ip: IpAddr::from([10, 0, 0, index]),
            primary: true,
            public: Some(public),
        }],
        ipv6: vec![],
        requester_managed: false,
        auto_public: if index == 0 { Some(true) } else { None },
    }
}

/// Two interfaces with Elastic IPs, two volumes, a scaling group at its minimum, a target group.
pub(crate) fn instance() -> Subject {
    let volume = |n: u8| Volume {
        id: format!("vol-{n}"),
        device: format!("/dev/xvd{n}"),
        delete_on_termination: Some(n == 0),
        encrypted: None,
        kms_key: None,
        size_gib: None,
    };
    let base = bare_subject();
    Subject {
        interfaces: vec![interface(0, &["sg-a", "sg-b"]), interface(1, &["sg-a"])],
        volumes: vec![volume(0), volume(1)],
        scaling: Some(ScalingMembership {
            group: "asg".into(),
            lifecycle: "InService".into(),
            min: Some(1),
            desired: Some(1),
        }),
        targets: vec![Target {
            group: "arn:tg/web/1".into(),
            id: base.instance_id.clone(),
            port: Some(80),
            health: Some("healthy".into()),
            others_healthy: None,
        }],
        stop_protection: Some(true),
        ..base
    }
}

pub(crate) fn responder(world: &World) -> Responder<'_> {
    Responder {
        cloud: Some(world),
        intelligence: &Nothing,
        store: world,
        clock: world,
        watcher: &Silent,
        actor: "ana",
        policy: &STANDARD,
        own_instance: None,
    }
}

/// The policy where no other is given.
pub(crate) static STANDARD: LazyLock<Policy> = LazyLock::new(Policy::default);

pub(crate) fn hour() -> SignedDuration {
    SignedDuration::from_hours(1)
}

/// Opens a case (of a finding with this id), and gets a plan for it approved.
pub(crate) async fn approved<'a>(world: &'a World, id: &str) -> (Writer<'a>, Digest) {
    let writer = judged(world, id).await;
    let digest = plan_approved(world, &writer).await;
    (writer, digest)
}

/// Opens a case (of a finding with this id) up to its verdict.
pub(crate) async fn judged<'a>(world: &'a World, id: &str) -> Writer<'a> {
    let respond = responder(world);
    let mut finding = finding();
    if finding.id != id {
        // Older trouble of the same instance: else it would join the case that is open.
        finding.last_seen = Some("2020-02-02T02:02:02Z".parse().unwrap());
    }
    finding.id = id.into();
    let (writer, _) = respond.open(alert(), finding, b"alert").await.unwrap();
    respond.identify(&writer).await.unwrap();
    writer
        .write(Event::VerdictReached { verdict: verdict() })
        .await
        .unwrap();
    writer
}

pub(crate) async fn plan_approved(world: &World, writer: &Writer<'_>) -> Digest {
    let digest = responder(world)
        .plan(writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap()
        .digest;
    responder(world)
        .approve(writer, digest, "ana", hour(), BTreeSet::new())
        .await
        .unwrap();
    digest
}

pub(crate) async fn carry_out(
    world: &World,
    writer: &Writer<'_>,
    digest: Digest,
) -> Result<Arc<Case>, EngineError> {
    responder(world).carry_out(writer, digest).await
}

/// Starts the program anew on the same journal and goes on with the plan.
pub(crate) async fn go_on(
    world: &World,
    case: &str,
    digest: Digest,
) -> Result<Arc<Case>, EngineError> {
    let writer = responder(world).resume(case).await?;
    carry_out(world, &writer, digest).await
}

/// Gets a plan for release approved and carries it out.
pub(crate) async fn released(world: &World, case: &str) -> Arc<Case> {
    let respond = responder(world);
    let writer = respond.resume(case).await.unwrap();
    let plan = respond.release_plan(&writer).await.unwrap().unwrap();
    if plan.approval().is_none() {
        respond
            .approve(&writer, plan.digest, "ana", hour(), BTreeSet::new())
            .await
            .unwrap();
    }
    carry_out(world, &writer, plan.digest).await.unwrap()
}

/// Contained, with one set of snapshots, one pair of groups, and the first groups known to the journal.
pub(crate) fn assert_contained(world: &World, case: &Case) {
    let subject = world.subject();
    assert_eq!(exposed(&subject), [""; 0]);
    assert_eq!(subject.state, "stopped");
    assert_eq!(
        (case.state, case.containment),
        (State::Contained, Containment::Contained)
    );
    assert_eq!(
        subject.own_snapshots.len(),
        subject.volumes.len(),
        "one set of snapshots"
    );
    assert_eq!(subject.own_groups.len(), 2, "one pair of groups");
    for interface in instance().interfaces {
        let prior = changes(case)
            .into_iter()
            .find_map(|(action, _)| match action {
                Action::SetInterfaceGroups(SetInterfaceGroups {
                    interface: id,
                    from,
                    ..
                }) if id == interface.id => Some(from),
                _ => None,
            });
        let prior: Vec<String> = prior.unwrap().iter().map(|g| g.shown()).collect();
        assert_eq!(prior, interface.groups);
    }
}

/// As it was, but for the evidence, our groups, and ids of associations.
pub(crate) fn assert_as_before(world: &World) {
    let mut now = world.subject();
    now.own_snapshots.clear();
    now.own_groups.clear();
    for elastic in now
        .interfaces
        .iter_mut()
        .flat_map(|i| &mut i.addresses)
        .filter_map(|a| a.public.as_mut()?.elastic.as_mut())
    {
        elastic.association = elastic.allocation.replace("eipalloc", "eipassoc");
    }
    assert_eq!(now, instance());
}
