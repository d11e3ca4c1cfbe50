//! The databases and tables that others published, where the corpus lies beside the checkout.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say when they skip"
)]

#[path = "../../logs/tests/common/corpus.rs"]
mod common;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::Path;

use ipnet::IpNet;
use jiff::Timestamp;
use rebato_core::investigate::{AddressReport, Scope, Standing, scope_of};
use rebato_intel::investigate;
use rebato_intel::knowledge::Knowledge;
use serde_json::Value;

use common::corpus;

/// A folder with these files of the corpus, by their own names.
fn folder(corpus: &Path, files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let from = corpus.join(file);
        std::fs::copy(&from, dir.path().join(from.file_name().unwrap())).unwrap();
    }
    dir
}

fn report(knowledge: &Knowledge, ip: IpAddr) -> AddressReport {
    let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    investigate(ip, &[], &[], knowledge, now)
}

/// The facts of one source by their kind.
fn facts(report: &AddressReport, source: &str) -> BTreeMap<String, String> {
    let facts = report.facts.iter().filter(|fact| fact.source == source);
    facts.map(|f| (f.kind.clone(), f.value.clone())).collect()
}

/// The records that MaxMind made a test database of, by network. IPv4 stands within ::/96 in some.
fn records(corpus: &Path, name: &str) -> Vec<(IpNet, Value)> {
    let path = format!("geo/maxmind__MaxMind-DB/source-data/{name}.json.gz");
    let file = std::fs::File::open(corpus.join(path)).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let list: Vec<BTreeMap<String, Value>> = serde_json::from_str(&text).unwrap();
    let nets = list.into_iter().flatten().map(|(net, record)| {
        let net: IpNet = net.parse().unwrap();
        let within = match net {
            IpNet::V6(net) if net.prefix_len() >= 96 => net.addr().to_ipv4(),
            _ => None,
        };
        let net = match within {
            Some(ip) => IpNet::new(ip.into(), net.prefix_len() - 96).unwrap(),
            None => net,
        };
        (net, record)
    });
    nets.collect()
}

fn expected(record: &Value) -> BTreeMap<String, String> {
    let text = |path: &str| {
        record
            .pointer(path)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let flag = |name: &str| record.get(name).and_then(Value::as_bool) == Some(true);
    let asn = record
        .get("autonomous_system_number")
        .and_then(Value::as_u64);
    let org = text("/autonomous_system_organization").unwrap_or_default();
    let mut hides: Vec<&str> = [
        ("is_anonymous_vpn", "vpn"),
        ("is_public_proxy", "public_proxy"),
        ("is_residential_proxy", "residential_proxy"),
        ("is_tor_exit_node", "tor"),
    ]
    .into_iter()
    .filter(|(name, _)| flag(name))
    .map(|(_, code)| code)
    .collect();
    let hosting = flag("is_hosting_provider");
    if hides.is_empty() && !hosting && flag("is_anonymous") {
        hides.push("anonymous");
    }
    [
        (
            "asn",
            asn.map(|asn| format!("AS{asn} {org}").trim_end().to_owned()),
        ),
        ("country", text("/country/iso_code")),
        ("city", text("/city/names/en")),
        ("network", hosting.then(|| "hosting".to_owned())),
        ("tor", flag("is_tor_exit_node").then(|| "exit".to_owned())),
        ("anonymiser", (!hides.is_empty()).then(|| hides.join(" "))),
    ]
    .into_iter()
    .filter_map(|(kind, value)| Some((kind.to_owned(), value?)))
    .collect()
}

#[test]
fn every_record_of_the_test_databases_is_read_as_it_was_written() {
    let Some(corpus) = corpus("") else { return };
    for (name, least) in [
        ("GeoLite2-ASN-Test", 200),
        ("GeoLite2-City-Test", 200),
        ("GeoIP2-Anonymous-IP-Test", 10),
    ] {
        let dir = folder(
            &corpus,
            &[&format!("geo/maxmind__MaxMind-DB/test-data/{name}.mmdb")],
        );
        let knowledge = Knowledge::of(dir.path());
        let records = records(&corpus, name);
        let mut compared = 0;
        for (net, _) in &records {
            for ip in [net.network(), net.broadcast()] {
                if scope_of(ip, &[]) != Scope::Public || ip.to_canonical() != ip {
                    continue;
                }
                let held = records.iter().filter(|(other, _)| other.contains(&ip));
                let (_, record) = held.max_by_key(|(other, _)| other.prefix_len()).unwrap();
                let report = report(&knowledge, ip);
                assert_eq!(facts(&report, name), expected(record), "{name} {ip}");
                compared += 1;
            }
        }
        println!("{name}: {compared} addresses compared");
        assert!(compared >= least, "{name}: only {compared}");
    }
}

#[test]
fn databases_of_every_build_and_of_no_use_hinder_nobody() {
    let Some(corpus) = corpus("") else { return };
    let data = corpus.join("geo/maxmind__MaxMind-DB/test-data");
    let names: Vec<String> = std::fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let files: Vec<String> = names
        .iter()
        .map(|n| format!("geo/maxmind__MaxMind-DB/test-data/{n}"))
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let dir = folder(&corpus, &files);
    // One that is cut in the middle of its search tree, with its metadata still there.
    let whole = std::fs::read(data.join("GeoLite2-City-Test.mmdb")).unwrap();
    std::fs::write(
        dir.path().join("cut.mmdb"),
        whole.split_at(whole.len() / 2).1,
    )
    .unwrap();
    std::fs::write(
        dir.path().join("cut-off.mmdb"),
        whole.split_at(whole.len() / 2).0,
    )
    .unwrap();
    let knowledge = Knowledge::of(dir.path());
    let report = report(&knowledge, "81.2.69.142".parse().unwrap());
    assert_eq!(
        report
            .asked
            .iter()
            .filter(|a| a.source.contains("Test") || a.source.contains("test"))
            .count(),
        names.len()
    );
    for cut in ["cut", "cut-off"] {
        let asked = report.asked.iter().find(|a| a.source == cut).unwrap();
        assert_eq!(
            (asked.result.as_str(), asked.why.is_some()),
            ("failed", true),
            "{cut}"
        );
    }
    assert_eq!(
        facts(&report, "GeoLite2-City-Test")
            .get("country")
            .map(String::as_str),
        Some("GB")
    );
    assert_eq!(
        report.standing,
        Standing::Unknown,
        "a database of old says nothing of today"
    );
    let shown = knowledge.shown("2026-11-24T12:00:00Z".parse().unwrap());
    let city = shown
        .iter()
        .find(|s| s.source == "GeoLite2-City-Test")
        .unwrap();
    assert_eq!(city.about.as_deref(), Some("GeoLite2-City"));
    assert!(
        city.licence
            .as_deref()
            .is_some_and(|text| text.contains("MaxMind"))
    );
    assert!(city.stale && city.as_of.is_some());
}

#[test]
fn the_public_tables_are_read_whole() {
    let Some(corpus) = corpus("") else { return };
    let dir = folder(
        &corpus,
        &[
            "geo/npm__@ip-location-db_asn/asn-ipv4.csv.gz",
            "geo/npm__@ip-location-db_asn/asn-ipv6.csv.gz",
            "geo/npm__@ip-location-db_geo-whois-asn-country/geo-whois-asn-country-ipv4.csv.gz",
            "geo/npm__@ip-location-db_geo-whois-asn-country/geo-whois-asn-country-ipv6.csv.gz",
        ],
    );
    let knowledge = Knowledge::of(dir.path());
    for (ip, asn, country) in [
        ("1.0.0.1", "AS13335 Cloudflare, Inc.", "AU"),
        ("77.72.82.80", "AS7393 CYBERCON, INC.", "US"),
        ("2001:200::1", "AS2500 WIDE Project", "AU"),
    ] {
        let report = report(&knowledge, ip.parse().unwrap());
        let (v6, values) = (ip.contains(':'), |kind: &str| -> Vec<String> {
            let facts = report.facts.iter().filter(|f| f.kind == kind);
            facts.map(|f| f.value.clone()).collect()
        });
        assert_eq!(
            (values("asn"), values("country")),
            (vec![asn.to_owned()], vec![country.to_owned()]),
            "{ip}"
        );
        // The table of the other kind of address is not asked.
        let asked: Vec<&str> = report.asked.iter().map(|a| a.source.as_str()).collect();
        let asn_table = if v6 { "asn-ipv6" } else { "asn-ipv4" };
        let other = if v6 { "asn-ipv4" } else { "asn-ipv6" };
        assert!(
            asked.contains(&asn_table) && !asked.contains(&other),
            "{asked:?}"
        );
    }
    // Counted with zcat and wc.
    let shown = knowledge.shown("2026-11-24T12:00:00Z".parse().unwrap());
    let entries: Vec<_> = shown.iter().skip(1).map(|s| (s.entries, s.bad)).collect();
    assert_eq!(
        entries,
        [
            (Some(411_961), 0),
            (Some(103_197), 0),
            (Some(334_373), 0),
            (Some(216_295), 0)
        ]
    );
}

#[test]
fn tor_and_drop_are_asked_as_lists() {
    let Some(corpus) = corpus("") else { return };
    let dir = folder(
        &corpus,
        &[
            "threatlists/SecOps-Institute__Tor-IP-Addresses/tor-exit-nodes.lst",
            "threatlists/certtools__intelmq/intelmq/tests/bots/parsers/spamhaus/drop.txt",
        ],
    );
    let knowledge = Knowledge::of(dir.path());
    let tor = report(&knowledge, "101.99.92.179".parse().unwrap());
    assert_eq!(
        facts(&tor, "tor-exit-nodes").get("tor").map(String::as_str),
        Some("exit")
    );
    assert_eq!(
        tor.opinions.first().and_then(|o| o.class),
        Some(Standing::Anonymiser)
    );
    for ip in ["1.4.127.9", "2a06:e480::1"] {
        let drop = report(&knowledge, ip.parse().unwrap());
        let opinion = drop.opinions.first().unwrap();
        assert_eq!(
            (opinion.says.as_str(), opinion.confidence),
            ("malicious", 0.9),
            "{ip}"
        );
        // The list says that it is of 2015: what it says is of that day.
        assert_eq!(opinion.as_of.as_deref(), Some("2015-09-14T00:00:00Z"));
        assert_eq!(drop.reasons, ["stale: drop"]);
    }
    assert!(
        report(&knowledge, "1.4.128.1".parse().unwrap())
            .opinions
            .is_empty()
    );
}
