//! What must hold of whatever others answer about an address. Must not know how it is read.

use std::net::IpAddr;

use jiff::Timestamp;
use rebato_intel::net::Answer;
use rebato_intel::net::rdap;
use rebato_intel::services::ALL;
use serde_json::Value;

/// The address that was asked for.
const IP: &str = "77.72.82.80";
/// No text of others is longer than so many characters, with what is put before it.
const LONGEST: usize = 1000;

/// Reads bytes as a registry's answer.
pub fn registry(bytes: &[u8]) {
    let ip: IpAddr = IP.parse().expect("an address");
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let Some(network) = rdap::network(&body, ip) else {
        return;
    };
    let (first, last) = network.range.expect("a network has a range");
    assert!(first <= ip && ip <= last, "another network");
    assert!(network.abuse.len() <= 3, "contacts without end");
    let texts = [
        network.handle,
        network.name,
        network.country,
        network.organisation,
        network.language,
        network.registered,
        network.changed,
    ];
    for text in texts.iter().flatten().chain(&network.abuse) {
        assert!(text.chars().count() <= LONGEST, "a text without end");
    }
}

/// Reads bytes as a service's answer, found and not found.
pub fn service(which: usize, bytes: &[u8]) {
    let service = &ALL[which % ALL.len()];
    let ip: IpAddr = IP.parse().expect("an address");
    for status in [200, 404] {
        let answer = Answer {
            status,
            headers: Vec::new(),
            body: bytes.to_vec(),
        };
        let Ok(said) = service.read(&answer, ip, Timestamp::UNIX_EPOCH) else {
            continue;
        };
        for fact in &said.facts {
            assert_eq!(fact.source, service.name, "another source's fact");
            assert!(fact.value.chars().count() <= LONGEST, "a fact without end");
        }
        for opinion in &said.opinions {
            assert_eq!(opinion.source, service.name, "another source's opinion");
            assert!((0.0..=1.0).contains(&opinion.confidence), "too sure");
        }
    }
}
