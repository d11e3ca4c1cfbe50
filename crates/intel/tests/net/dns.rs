//! The DNS asked through a resolver on loopback.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use rebato_core::investigate::{Marking, Standing};
use rebato_intel::net::Fetch;
use rebato_intel::net::dns::{Dns, reverse_name};
use rebato_intel::services::{Asker, Gathered, KeySource, Names, Rules};
use tokio::net::UdpSocket;

use crate::kept::{KEY, Kept, key};

/// A record: its type and its data.
type Data = (u16, Vec<u8>);

/// A resolver that knows these names and keeps what it was asked. Names without records do not exist.
struct Resolver {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

async fn resolver(known: Vec<(&str, Data)>) -> Resolver {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    let mut records: BTreeMap<String, Vec<Data>> = BTreeMap::new();
    for (name, data) in known {
        records.entry(name.to_lowercase()).or_default().push(data);
    }
    tokio::spawn(async move {
        let mut bytes = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut bytes).await {
            let (name, kind, end) = asked(&bytes[..length]);
            // The question comes back, without the extensions that were offered with it.
            let mut message = bytes[..end].to_vec();
            message[11] = 0;
            kept.lock().unwrap().push(format!("{kind} {name}"));
            let all = records.get(&name).cloned().unwrap_or_default();
            let fitting: Vec<Data> = all.iter().filter(|(k, _)| *k == kind).cloned().collect();
            message[2] = 0x81;
            message[3] = if all.is_empty() { 0x83 } else { 0x80 };
            message[7] = u8::try_from(fitting.len()).unwrap();
            for (kind, data) in fitting {
                message.extend([0xc0, 12]);
                message.extend(kind.to_be_bytes());
                message.extend([0, 1, 0, 0, 0, 60]);
                message.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
                message.extend(data);
            }
            let _ = socket.send_to(&message, from).await;
        }
    });
    Resolver { address, heard }
}

/// The name and the type that a message asks for, and where its question ends.
fn asked(message: &[u8]) -> (String, u16, usize) {
    let mut labels = Vec::new();
    let mut at = 12;
    while message[at] != 0 {
        let end = at + 1 + usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..end]).to_lowercase());
        at = end;
    }
    let kind = u16::from_be_bytes([message[at + 1], message[at + 2]]);
    (labels.join("."), kind, at + 5)
}

fn ptr(labels: &[&str]) -> Data {
    let mut data = Vec::new();
    for label in labels {
        data.push(u8::try_from(label.len()).unwrap());
        data.extend(label.bytes());
    }
    data.push(0);
    (12, data)
}

fn a(ip: &str) -> Data {
    let ip: std::net::Ipv4Addr = ip.parse().unwrap();
    (1, ip.octets().to_vec())
}

fn txt(text: &str) -> Data {
    let length = u8::try_from(text.len()).unwrap();
    (16, [&[length], text.as_bytes()].concat())
}

async fn ask(address: SocketAddr, ip: &str, zen: Option<KeySource>, marking: Marking) -> Gathered {
    let rules = Rules {
        deadline: Duration::from_secs(2),
        ..Rules::default()
    };
    let kept = Arc::new(Kept::default());
    let names = Names::new(Dns::at(address).unwrap(), zen);
    let asker = Asker::new(Fetch::new().unwrap(), kept, rules).names(names);
    asker
        .ask(ip.parse().unwrap(), marking, Timestamp::UNIX_EPOCH)
        .await
}

fn facts(gathered: &Gathered) -> Vec<(&str, &str, &str)> {
    gathered
        .facts
        .iter()
        .map(|f| (f.source.as_str(), f.kind.as_str(), f.value.as_str()))
        .collect()
}

fn result<'a>(gathered: &'a Gathered, source: &str) -> (&'a str, Option<&'a str>) {
    let asked = gathered.asked.iter().find(|a| a.source == source).unwrap();
    (asked.result.as_str(), asked.why.as_deref())
}

#[tokio::test]
async fn a_name_counts_when_it_gives_the_address_back() {
    let resolver = resolver(vec![
        (
            "80.82.72.77.in-addr.arpa",
            ptr(&["crawl-1", "googlebot", "com"]),
        ),
        (
            "80.82.72.77.in-addr.arpa",
            ptr(&["www", "aws", "amazon", "com"]),
        ),
        ("crawl-1.googlebot.com", a("77.72.82.80")),
        ("www.aws.amazon.com", a("192.0.2.1")),
        (
            "80.82.72.77.origin.asn.cymru.com",
            txt("64500 64501 | 77.72.82.0/24 | NL | ripencc | 2007-03-20"),
        ),
        (
            "80.82.72.77.origin.asn.cymru.com",
            txt("64500 | 77.72.80.0/20 | NL | ripencc | 2007-03-20"),
        ),
        (
            "as64500.asn.cymru.com",
            txt("64500 | NL | ripencc | 2007-03-20 | EXAMPLE - Example, NL"),
        ),
    ])
    .await;
    let gathered = ask(resolver.address, "77.72.82.80", None, Marking::Red).await;
    assert_eq!(
        facts(&gathered),
        [
            ("dns", "ptr", "crawl-1.googlebot.com"),
            ("dns", "ptr_unconfirmed", "www.aws.amazon.com"),
            ("cymru", "asn", "AS64500 EXAMPLE - Example, NL"),
            ("cymru", "asn", "AS64501"),
            ("cymru", "network", "77.72.82.0/24"),
            ("cymru", "network", "77.72.80.0/20"),
            ("cymru", "country", "NL")
        ]
    );
    let class = gathered.opinions[0].class;
    assert_eq!(
        (class, gathered.opinions.len()),
        (Some(Standing::KnownGood), 1)
    );
    // What is told is what the resolver heard, and only that.
    let mut heard = resolver.heard.lock().unwrap().clone();
    let mut told: Vec<String> = gathered
        .sent_out
        .iter()
        .map(|sent| {
            let plain = sent.strip_suffix(&format!(" @{}", resolver.address));
            let (kind, name) = plain
                .unwrap()
                .strip_prefix("DNS ")
                .unwrap()
                .split_once(' ')
                .unwrap();
            let kind = match kind {
                "A" => 1,
                "PTR" => 12,
                _ => 16,
            };
            format!("{kind} {name}").to_lowercase()
        })
        .collect();
    heard.sort();
    told.sort();
    assert_eq!(heard, told);
}

#[tokio::test]
async fn ipv6_is_asked_by_nibbles_and_no_record_is_not_listed() {
    let reverse = reverse_name("2001:db8::7".parse().unwrap());
    assert!(reverse.starts_with("7.0.0.0.") && reverse.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"));
    let resolver = resolver(vec![
        (&reverse, ptr(&["host", "example"])),
        (
            "host.example",
            (
                28,
                "2001:db8::7"
                    .parse::<std::net::Ipv6Addr>()
                    .unwrap()
                    .octets()
                    .to_vec(),
            ),
        ),
    ])
    .await;
    let gathered = ask(resolver.address, "2001:db8::7", None, Marking::Amber).await;
    assert_eq!(facts(&gathered), [("dns", "ptr", "host.example")]);
    assert_eq!(result(&gathered, "cymru"), ("not_listed", None));
    let heard = resolver.heard.lock().unwrap().clone();
    assert!(heard.iter().any(|h| h.ends_with("origin6.asn.cymru.com")));
}

#[tokio::test]
async fn a_name_that_is_not_of_a_machine_is_not_asked_back() {
    let evil = ptr(&["x;rm -rf", "evil", "example"]);
    let resolver = resolver(vec![("80.82.72.77.in-addr.arpa", evil)]).await;
    let gathered = ask(resolver.address, "77.72.82.80", None, Marking::Amber).await;
    assert_eq!(gathered.facts.len(), 1);
    assert_eq!(gathered.facts[0].kind, "ptr_unconfirmed");
    let heard = resolver.heard.lock().unwrap().clone();
    assert!(heard.iter().all(|h| !h.contains("evil")), "{heard:?}");
}

#[tokio::test]
async fn spamhaus_is_asked_with_a_key_alone_and_not_for_those_in_the_room() {
    let zone = format!("80.82.72.77.{KEY}.zen.dq.spamhaus.net");
    let resolver = resolver(vec![(&zone, a("127.0.0.4")), (&zone, a("127.0.0.10"))]).await;
    let (_file, source) = key();
    let zen = Some(source);
    let gathered = ask(resolver.address, "77.72.82.80", zen.clone(), Marking::Amber).await;
    assert_eq!(facts(&gathered), [("spamhaus", "usage", "pbl")]);
    assert_eq!(gathered.opinions[0].says, "malicious");
    assert!(!format!("{gathered:?}").contains(KEY));
    let red = ask(resolver.address, "77.72.82.80", zen.clone(), Marking::Red).await;
    assert_eq!(result(&red, "spamhaus"), ("refused", Some("tlp_red")));
    let errors = self::resolver(vec![(&zone, a("127.255.255.254"))]).await;
    let gathered = ask(errors.address, "77.72.82.80", zen, Marking::Amber).await;
    assert_eq!(
        result(&gathered, "spamhaus"),
        ("failed", Some("public_resolver"))
    );
    assert!(gathered.opinions.is_empty());
    let without = ask(resolver.address, "77.72.82.80", None, Marking::Amber).await;
    assert!(without.asked.iter().all(|a| a.source != "spamhaus"));
}

#[tokio::test]
async fn a_resolver_that_is_silent_or_answers_garbage_is_named() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let gathered = ask(address, "77.72.82.80", None, Marking::Amber).await;
    for source in ["dns", "cymru"] {
        assert_eq!(result(&gathered, source).0, "failed");
    }
    assert_eq!(gathered.sent_out.len(), 2);
    let known = vec![("80.82.72.77.origin.asn.cymru.com", txt("hello"))];
    let garbage = resolver(known).await;
    let gathered = ask(garbage.address, "77.72.82.80", None, Marking::Amber).await;
    assert_eq!(result(&gathered, "cymru"), ("failed", Some("no_answer")));
    assert_eq!(result(&gathered, "dns"), ("not_listed", None));
}
