//! What leaves the machine is journaled before it leaves, and how far a case may travel stays with the case.

use std::net::IpAddr;
use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::identify::Remote;
use rebato_core::investigate::{AddressReport, Marking};
use rebato_engine::ports::{AccountList, Intelligence, ListEntry};
use rebato_engine::{Responder, Writer, load};
use tokio::sync::Notify;

use crate::stage::{Nothing, instance, responder};
use crate::story::{alert, finding};
use crate::world::World;

/// Asks a registry, which never answers while `hangs`.
#[derive(Default)]
struct Asking {
    hangs: bool,
    marking: Marking,
    asked: Notify,
    heard: Mutex<Vec<Marking>>,
}

#[async_trait]
impl Intelligence for Asking {
    fn entries(&self, _: &AccountList) -> Vec<ListEntry> {
        vec![]
    }

    fn marking(&self) -> Marking {
        self.marking
    }

    fn asks(&self, _: IpAddr, _: &[IpAddr], _: Marking) -> Vec<String> {
        vec!["rdap".into()]
    }

    async fn report(
        &self,
        ip: IpAddr,
        own: &[IpAddr],
        lists: &[AccountList],
        marking: Marking,
        now: Timestamp,
    ) -> AddressReport {
        self.heard.lock().unwrap().push(marking);
        if self.hangs {
            self.asked.notify_one();
            std::future::pending::<()>().await;
        }
        Nothing.report(ip, own, lists, marking, now).await
    }
}

#[tokio::test]
async fn a_run_that_breaks_off_leaves_word_of_what_may_have_left() {
    let world = World::with(instance());
    let mut finding = finding();
    finding.remote = vec![Remote {
        ip: [198, 51, 100, 7].into(),
        port: None,
        country: None,
        asn: None,
        org: None,
    }];
    let (writer, _) = responder(&world)
        .open(alert(), finding, b"raw")
        .await
        .unwrap();
    let id = writer.case().await.id.clone();
    let hanging = Asking {
        hangs: true,
        marking: Marking::Red,
        ..Asking::default()
    };
    let run = Responder {
        intelligence: &hanging,
        ..responder(&world)
    };
    tokio::select! {
        done = run.investigate(&writer, &[]) => assert!(done.is_err(), "nobody answered"),
        () = hanging.asked.notified() => {}
    }
    drop(writer);
    let case = load(&world, &id).await.unwrap();
    let remote = case.whole_finding().remote_ips();
    assert_eq!(case.inquiries[0].ip, remote[0]);
    assert_eq!(case.inquiries[0].sources, ["rdap"]);
    assert_eq!(
        (case.marking, case.addresses.len()),
        (Some(Marking::Red), 0)
    );

    // The next run wishes less, and obeys the case; its report closes the inquiry.
    let answering = Asking::default();
    let run = Responder {
        intelligence: &answering,
        ..responder(&world)
    };
    let writer: Writer<'_> = run.resume(&id).await.unwrap();
    run.investigate(&writer, &[]).await.unwrap();
    let case = writer.case().await;
    assert_eq!(
        (case.marking, case.inquiries.len()),
        (Some(Marking::Red), 0)
    );
    assert!(!case.addresses.is_empty());
    let heard = answering.heard.lock().unwrap().clone();
    assert!(heard.iter().all(|marking| *marking == Marking::Red));
}
