//! A second, silent run on a copy of the account in which Rebato's groups are there already: what the round trips come to
//! when it is not the first containment in a VPC. Must not tell the person anything.

use std::net::SocketAddr;

use jiff::SignedDuration;
use rebato_core::case::Event;
use rebato_core::contain::Profile;
use rebato_core::evaluate::{Dossier, evaluate};
use rebato_engine::progress::Silent;
use rebato_engine::{Responder, Writer};
use rebato_intel::LocalIntelligence;
use rebato_lab::{Lab, Pace, Scenario};
use rebato_store::{Access, SqliteStore};

use super::trips::{Window, last_cut, longest_chain};
use super::{LATENCY, LabClock, cloud_of, start};
use crate::alerts::findings_in;
use crate::failure::Failure;

/// Contains, releases and contains again without the stop; the second containment is the warm one.
pub(super) async fn warm_trips(scenario: &Scenario, seed: u64) -> Result<usize, Failure> {
    let lab = start(
        scenario,
        Some(seed),
        SocketAddr::from(([127, 0, 0, 1], 0)),
        Pace::Manual,
        LATENCY,
    )?;
    let event = lab
        .alert()
        .ok_or_else(|| Failure::Input("the scenario raises no alert".into()))?;
    let received = findings_in("guardduty", &event)
        .0
        .into_iter()
        .next()
        .ok_or_else(|| Failure::Input("the lab's alert is no finding".into()))?;
    let folder = tempfile::tempdir().map_err(|e| Failure::File {
        what: "cannot make",
        path: "a temporary folder".into(),
        why: e.to_string(),
    })?;
    let store = SqliteStore::open(folder.path(), Access::Write).await?;
    let cloud = cloud_of(&lab).await?;
    let clock = LabClock(&lab);
    let intelligence = LocalIntelligence::default();
    let policy = rebato_engine::policy::Policy::default();
    let responder = Responder {
        cloud: Some(&cloud),
        intelligence: &intelligence,
        store: &store,
        clock: &clock,
        watcher: &Silent,
        actor: "rehearsal",
        policy: &policy,
        own_instance: None,
    };
    let (writer, _) = responder
        .open(received.alert, received.finding, &received.raw)
        .await?;
    responder.identify(&writer).await?;
    let case = writer.case().await;
    let verdict = evaluate(&case.finding, case.subject.as_ref(), &Dossier::default());
    writer.write(Event::VerdictReached { verdict }).await?;
    contain(&responder, &writer, &mut Window::default(), &lab).await?;
    held_by_another(&lab);
    if let Some(record) = responder.release_plan(&writer).await? {
        responder
            .approve(
                &writer,
                record.digest,
                "rehearsal",
                SignedDuration::from_mins(5),
                Default::default(),
            )
            .await?;
        responder.carry_out(&writer, record.digest).await?;
    }
    let mut window = Window::open(&lab);
    responder.refresh(&writer).await?;
    window.close(&lab);
    contain(&responder, &writer, &mut window, &lab).await?;
    let trips = longest_chain(&window.calls(&lab));
    lab.shutdown().await;
    Ok(trips)
}

/// Another machine of the VPC is contained too: so the release leaves the groups where they are.
fn held_by_another(lab: &Lab) {
    lab.world(|world| {
        let own: Vec<String> = world
            .groups
            .values()
            .filter(|group| group.name.starts_with("rebato-"))
            .map(|group| group.id.clone())
            .collect();
        let target = world.target_instance.clone();
        let other = world.interfaces.values_mut().find(|interface| {
            interface
                .attachment
                .as_ref()
                .is_none_or(|attachment| attachment.instance_id != target)
        });
        if let Some(other) = other {
            other.groups = own;
        }
    });
}

/// Plans, which a person would look at, and carries out, which is what is counted.
async fn contain(
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    window: &mut Window,
    lab: &Lab,
) -> Result<(), Failure> {
    if let Some(record) = responder.plan(writer, &Profile::isolate()).await? {
        responder
            .approve(
                writer,
                record.digest,
                "rehearsal",
                SignedDuration::from_mins(5),
                Default::default(),
            )
            .await?;
        window.reopen(lab);
        responder.carry_out(writer, record.digest).await?;
        window.close_at(last_cut(&lab.calls()));
    }
    Ok(())
}
