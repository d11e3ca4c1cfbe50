//! Registries asked by RDAP, with what they answer and where they send on to.

use std::sync::Arc;

use jiff::Timestamp;
use rebato_intel::net::rdap::{Bootstrap, network, request};
use rebato_intel::net::{Fetch, Limits, Redirects};
use rebato_intel::services::{Asker, Gathered, Rules};
use serde_json::{Value, json};

use crate::kept::Kept;
use crate::server::{Reply, Server, http};

use crate::common::corpus;

const IP: &str = "192.198.0.7";

async fn ask(server: &Server) -> Gathered {
    let kept = Arc::new(Kept::default());
    let asker = Asker::new(Fetch::new().unwrap(), kept, Rules::default())
        .registries(Bootstrap::only(&server.url("/rdap/")));
    asker
        .ask(
            IP.parse().unwrap(),
            rebato_core::investigate::Marking::Amber,
            Timestamp::UNIX_EPOCH,
        )
        .await
}

fn answer() -> Value {
    json!({"objectClassName": "ip network", "handle": "NET-1", "name": "EXAMPLE-NET", "startAddress": "192.198.0.0",
        "endAddress": "192.198.3.255", "country": "ES", "lang": "es",
        "events": [{"eventAction": "registration", "eventDate": "2013-01-31T18:11:17-05:00"}],
        "entities": [{"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "abuse@example.com"]]]}]})
}

#[tokio::test]
async fn a_registry_tells_the_network_and_whom_to_write_to() {
    let server = Server::start(vec![http(200, &[], answer().to_string().as_bytes())]).await;
    let gathered = ask(&server).await;
    let facts: Vec<_> = gathered
        .facts
        .iter()
        .map(|f| (f.kind.as_str(), f.value.as_str()))
        .collect();
    assert_eq!(
        facts,
        [
            ("network", "192.198.0.0 - 192.198.3.255 EXAMPLE-NET"),
            ("country", "ES"),
            ("registered", "2013-01-31T18:11:17-05:00"),
            ("abuse_contact", "abuse@example.com"),
            ("language", "es")
        ]
    );
    let version = env!("CARGO_PKG_VERSION");
    let wanted = format!(
        "GET /rdap/ip/{IP} HTTP/1.1\r\nhost: {}\r\nuser-agent: rebato/{version}\r\naccept: application/rdap+json\r\n\r\n",
        server.address
    );
    assert_eq!(server.heard(), [wanted]);
}

#[tokio::test]
async fn what_is_no_answer_is_a_failure_and_404_is_none() {
    for (reply, result, why) in [
        (
            http(404, &[], b"{\"errorCode\":404,\"title\":\"Not found\"}"),
            "not_listed",
            None,
        ),
        (http(200, &[], b"{}"), "failed", Some("unexpected_answer")),
        (
            http(200, &[], b"<html>"),
            "failed",
            Some("unexpected_answer"),
        ),
        (
            http(429, &[("retry-after", "600")], b""),
            "failed",
            Some("limited retry_after=600s"),
        ),
        (
            http(302, &[("location", "https://evil.example/ip/1")], b""),
            "failed",
            Some("refused_redirect"),
        ),
        (Reply::Bytes(vec![]), "failed", Some("cut")),
    ] {
        let server = Server::start(vec![reply]).await;
        let gathered = ask(&server).await;
        let asked = &gathered.asked[0];
        assert_eq!((asked.result.as_str(), asked.why.as_deref()), (result, why));
        assert!(gathered.facts.is_empty());
    }
}

#[tokio::test]
async fn one_registry_may_send_on_to_another_that_is_known() {
    let other = Server::start(vec![http(200, &[], b"{}")]).await;
    let to = other.url("/ip/192.198.0.7").to_string();
    let first = Server::start(vec![http(303, &[("location", &to)], b"")]).await;
    let fetch = Fetch::new().unwrap();
    let question = request(&first.url("/"), IP.parse().unwrap());
    let known = [other.address.to_string()];
    for (hosts, result, heard) in [(&known[..], Ok(200), 1), (&[], Err("refused_redirect"), 1)] {
        let redirects = Redirects::Hosts(hosts);
        let got = fetch.fetch(&question, Limits::default(), redirects).await;
        let status = got.result.map(|a| a.status).map_err(|e| e.code());
        assert_eq!((status, other.heard().len()), (result, heard));
    }
}

#[test]
fn arin_as_recorded() {
    let Some(corpus) = corpus("reputation/icann__icann-rdap") else {
        return;
    };
    let file = "icann-rdap-common/src/response/test_files/network_192_198_0_0.json";
    let body: Value = serde_json::from_slice(&std::fs::read(corpus.join(file)).unwrap()).unwrap();
    let found = network(&body, IP.parse().unwrap()).unwrap();
    assert_eq!(found.handle.as_deref(), Some("NET-192-198-0-0-1"));
    assert_eq!(found.name.as_deref(), Some("RADIOLINK-ARIN-1"));
    assert_eq!(found.organisation.as_deref(), Some("Radio Link Internet"));
    assert_eq!(found.abuse, ["daniel.petsinger@radiolinkinternet.com"]);
    assert_eq!(
        found.registered.as_deref(),
        Some("2013-01-31T18:11:17-05:00")
    );
    assert_eq!(found.changed.as_deref(), Some("2013-03-19T09:14:03-04:00"));
    assert_eq!((found.country, found.language), (None, None));
    assert!(network(&body, "192.198.4.0".parse().unwrap()).is_none());
}
