//! How the answers of services read: recorded ones of the corpus, and forms that they are known to take.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say when they skip"
)]

#[path = "../../logs/tests/common/corpus.rs"]
mod common;

use std::net::IpAddr;

use proptest::prelude::*;
use rebato_core::investigate::Standing;
use rebato_intel::net::Answer;
use rebato_intel::services::{ALL, Said, Service, Unread};
use serde_json::{Value, json};

use common::corpus;

const AT: &str = "2026-11-27T08:00:00Z";

fn read(service: &str, ip: &str, status: u16, body: &str) -> Result<Said, Unread> {
    let answer = Answer {
        status,
        headers: vec![("retry-after".into(), "60".into())],
        body: body.as_bytes().to_vec(),
    };
    let service = Service::named(service).unwrap();
    service.read(&answer, ip.parse().unwrap(), AT.parse().unwrap())
}

fn facts(said: &Said) -> Vec<(&str, &str)> {
    said.facts
        .iter()
        .map(|f| (f.kind.as_str(), f.value.as_str()))
        .collect()
}

type Says<'a> = (&'a str, f64, &'a str, Option<Standing>, &'a str);

fn opinions(said: &Said) -> Vec<Says<'_>> {
    said.opinions
        .iter()
        .map(|o| {
            let as_of = o.as_of.as_deref().unwrap();
            let why = o.why.as_deref().unwrap();
            (o.says.as_str(), o.confidence, as_of, o.class, why)
        })
        .collect()
}

/// A recorded answer; `None` with a word where the corpus is not there, which is an error on a build machine.
fn recorded(path: &str) -> Option<Value> {
    let bytes = std::fs::read(corpus("reputation")?.join(path)).unwrap();
    Some(serde_json::from_slice(&bytes).unwrap())
}

const CHRONICLE: &str = "chronicle__content-hub/content/response_integrations";
const OPENCTI: &str = "OpenCTI-Platform__connectors/internal-enrichment";

#[test]
fn abuseipdb_as_recorded() {
    let path = format!(
        "{CHRONICLE}/third_party/community/abuse_ipdb/resources/CheckIpReputation_JsonResult_example.json"
    );
    let Some(all) = recorded(&path) else { return };
    let body = json!({"data": all[1]["EntityResult"]}).to_string();
    let said = read("abuseipdb", "1.1.1.1", 200, &body).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("country", "US"),
            ("organisation", "DigitalOcean LLC"),
            ("usage", "Data Center/Web Hosting/Transit")
        ]
    );
    let why = "score=0 reports=0 reporters=0 days=30";
    assert_eq!(opinions(&said), [("unknown", 0.0, AT, None, why)]);
    let reserved = json!({"data": all[0]["EntityResult"]}).to_string();
    let said = read("abuseipdb", "1.1.1.1", 200, &reserved).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("organisation", "Private IP AddressLAN"),
            ("usage", "Reserved")
        ]
    );
    assert_eq!(
        read("abuseipdb", "1.1.1.2", 200, &body),
        Err(Unread::OtherAddress)
    );
}

#[test]
fn crowdsec_as_recorded() {
    let path = format!("{OPENCTI}/crowdsec/tests/tests_crowdsec/resources/malicious_ip.json");
    let Some(body) = recorded(&path) else { return };
    let body = body.to_string().replace("TEST.IP", "45.83");
    let said = read("crowdsec", "45.83.186.190", 200, &body).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("asn", "AS9009 M247 Europe SRL"),
            ("country", "US"),
            ("network", "45.83.160.0/19"),
            (
                "behaviour",
                "http:scan, http:exploit, http:bruteforce, tcp:scan, http:spam, http:crawl, http:dos"
            ),
            ("exploits", "CVE-2021-41773, CVE-2022-26134"),
            ("label", "community-blocklist")
        ]
    );
    assert_eq!(
        opinions(&said),
        [(
            "malicious",
            0.8,
            "2024-04-18T08:15:00Z",
            Some(Standing::MassScanner),
            "reputation=malicious confidence=high score=4 noise=7"
        )]
    );
}

#[test]
fn greynoise_as_recorded_and_in_the_old_shape() {
    let old = json!({"ip": "192.0.2.7", "noise": true, "riot": false, "classification": "malicious",
        "name": "unknown", "link": "https://viz.greynoise.io/ip/192.0.2.7", "last_seen": "2026-11-20", "message": "Success"});
    let said = read("greynoise", "192.0.2.7", 200, &old.to_string()).unwrap();
    let why = "noise=true classification=malicious";
    let scanner = Some(Standing::MassScanner);
    assert_eq!(
        (facts(&said), opinions(&said)),
        (vec![], vec![("malicious", 0.8, "2026-11-20", scanner, why)])
    );
    let riot = json!({"ip": "8.8.8.8", "noise": false, "riot": true, "classification": "benign", "name": "Google Public DNS", "last_seen": "2026-11-20"});
    let said = read("greynoise", "8.8.8.8", 200, &riot.to_string()).unwrap();
    assert_eq!(facts(&said), [("organisation", "Google Public DNS")]);
    let good = Some(Standing::KnownGood);
    assert_eq!(
        opinions(&said),
        [("benign", 0.9, "2026-11-20", good, "riot=true")]
    );
    let unseen = json!({"ip": "192.0.2.7", "noise": false, "riot": false, "message": "IP not observed scanning the internet or contained in RIOT data set."});
    let said = read("greynoise", "192.0.2.7", 404, &unseen.to_string());
    assert_eq!(said, Ok(Said::default()));

    let path = format!(
        "{CHRONICLE}/third_party/partner/grey_noise/resources/ip_lookup_JsonResult_example.json"
    );
    let Some(all) = recorded(&path) else { return };
    let body = all[0]["EntityResult"].to_string();
    let said = read("greynoise", "8.8.8.8", 200, &body).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("asn", "AS521 DigitalOcean, LLC"),
            ("country", "US"),
            ("usage", "education"),
            ("organisation", "Shodan.io"),
            ("exploits", "CVE-2020-1234, CVE-2021-2345"),
            ("organisation", "example.com"),
            ("usage", "hosting")
        ]
    );
    let at = "2025-01-15T12:30:45Z";
    assert_eq!(
        opinions(&said),
        [
            (
                "benign",
                0.4,
                at,
                scanner,
                "classification=benign spoofable=true"
            ),
            (
                "suspicious",
                0.7,
                at,
                Some(Standing::Anonymiser),
                "vpn=IPVANISH_VPN"
            ),
            ("benign", 0.6, at, good, "trust_level=string")
        ]
    );
}

#[test]
fn virustotal_as_recorded() {
    let path = format!("{OPENCTI}/virustotal/tests/tests_virustotal/resources/vt_test_ipv4.json");
    let Some(body) = recorded(&path) else { return };
    let said = read("virustotal", "138.128.150.133", 200, &body.to_string()).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("asn", "AS13886 CLOUD-SOUTH"),
            ("country", "GB"),
            ("network", "138.128.150.0/24")
        ]
    );
    let why = "malicious=4 suspicious=0 engines=93";
    assert_eq!(
        opinions(&said),
        [("suspicious", 0.4, "2022-06-17T19:20:01Z", None, why)]
    );
}

#[test]
fn shodan_as_recorded_and_of_internetdb() {
    let body = json!({"ip": "192.0.2.7", "ports": [22, 443], "cpes": ["cpe:/a:openbsd:openssh"], "hostnames": ["a.example"],
        "tags": ["vpn", "cloud"], "vulns": ["CVE-2023-48795"]});
    let said = read("shodan", "192.0.2.7", 200, &body.to_string()).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("hostname", "a.example"),
            ("ports", "22, 443"),
            ("software", "cpe:/a:openbsd:openssh"),
            ("vulnerable", "CVE-2023-48795"),
            ("label", "vpn, cloud")
        ]
    );
    let hides = Some(Standing::Anonymiser);
    assert_eq!(opinions(&said), [("suspicious", 0.6, AT, hides, "tag=vpn")]);
    let none = read(
        "shodan",
        "192.0.2.7",
        404,
        "{\"detail\":\"No information available\"}",
    );
    assert_eq!(none, Ok(Said::default()));

    let path = format!("{CHRONICLE}/google/shodan/resources/get_ip_info_JsonResult_example.json");
    let Some(all) = recorded(&path) else { return };
    let body = all[0]["EntityResult"].to_string();
    let said = read("shodan", "1.1.1.1", 200, &body).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("asn", "AS15169 Google"),
            ("country", "US"),
            ("hostname", "google-public-dns-a.google.com"),
            ("ports", "53")
        ]
    );
}

#[test]
fn ipinfo_as_recorded_in_every_plan() {
    let lite = json!({"ip": "8.8.8.8", "asn": "AS15169", "as_name": "Google LLC", "as_domain": "google.com", "country_code": "US",
        "country": "United States", "continent_code": "NA", "continent": "North America"});
    let said = read("ipinfo", "8.8.8.8", 200, &lite.to_string()).unwrap();
    let asn = ("asn", "AS15169 Google LLC");
    assert_eq!(facts(&said), [asn, ("country", "US")]);

    let of = |plan: &str| format!("{OPENCTI}/hostio/tests/tests_hostio/fixtures/{plan}.json");
    let Some(free) = recorded(&of("ipinfo_free")) else {
        return;
    };
    let said = read("ipinfo", "8.8.8.8", 200, &free.to_string()).unwrap();
    assert_eq!(
        facts(&said),
        [asn, ("country", "US"), ("hostname", "dns.google")]
    );
    let business = recorded(&of("ipinfo_business")).unwrap().to_string();
    let said = read("ipinfo", "8.8.8.8", 200, &business).unwrap();
    assert_eq!(
        facts(&said),
        [
            asn,
            ("country", "US"),
            ("network", "8.8.8.0/24"),
            ("hostname", "dns.google"),
            ("usage", "hosting"),
            ("abuse_contact", "network-abuse@google.com"),
            ("tor", "node")
        ]
    );
    let hides = Some(Standing::Anonymiser);
    assert_eq!(
        opinions(&said),
        [("suspicious", 0.7, AT, hides, "tor proxy relay")]
    );
    let error = recorded(&of("ip_error")).unwrap().to_string();
    assert_eq!(
        read("ipinfo", "8.8.8.8", 200, &error),
        Err(Unread::Unexpected)
    );
    let path = format!(
        "{CHRONICLE}/third_party/partner/ip_info/resources/GetIPInformation_JsonResult_example.json"
    );
    let newest = recorded(&path).unwrap()[0]["EntityResult"].to_string();
    let said = read("ipinfo", "104.28.214.16", 200, &newest).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("asn", "AS13335 Cloudflare, Inc."),
            ("country", "GB"),
            ("network", "104.28.214.0/24"),
            ("hostname", "hostname-example.net"),
            ("usage", "hosting"),
            ("abuse_contact", "abuse@cloudflare.com")
        ]
    );
    assert_eq!(
        opinions(&said),
        [("suspicious", 0.7, "2026-07-12", hides, "relay")]
    );
}

#[test]
fn otx_counts_collections_and_believes_its_white_lists() {
    let body = json!({"indicator": "192.0.2.7", "type": "IPv4", "asn": "AS64500 Example", "country_code": "NL",
        "validation": [{"source": "whitelist", "message": "Whitelisted"}],
        "pulse_info": {"count": 2, "pulses": [
            {"name": "SSH brute force", "created": "2026-11-01T10:00:00.000000", "modified": "2026-11-20T10:00:00.123000", "tags": ["ssh"]},
            {"name": "Mirai", "created": "2025-01-01T00:00:00"}]}});
    let said = read("otx", "192.0.2.7", 200, &body.to_string()).unwrap();
    assert_eq!(
        facts(&said),
        [
            ("asn", "AS64500 Example"),
            ("country", "NL"),
            ("label", "SSH brute force, Mirai")
        ]
    );
    let good = Some(Standing::KnownGood);
    assert_eq!(
        opinions(&said),
        [
            (
                "suspicious",
                0.3,
                "2026-11-20T10:00:00.123Z",
                None,
                "pulses=2"
            ),
            ("benign", 0.8, AT, good, "validation=whitelist")
        ]
    );
    // The recorded one is about a file: its pulses are of the same form, its subject is another.
    let path = format!(
        "{CHRONICLE}/google/alien_vault_ti/resources/enriches_entities_JsonResult_example.json"
    );
    let Some(all) = recorded(&path) else { return };
    let mut general = all[0]["EntityResult"]["general"].clone();
    assert!(read("otx", "192.0.2.7", 200, &general.to_string()).is_err());
    general["indicator"] = json!("192.0.2.7");
    let said = read("otx", "192.0.2.7", 200, &general.to_string()).unwrap();
    assert_eq!(said.opinions[0].why.as_deref(), Some("pulses=11"));
}

#[test]
fn threatfox_takes_only_the_address_itself() {
    let entry = |ioc: &str, sure: u8, seen: Value| {
        json!({"ioc": ioc, "threat_type": "botnet_cc", "malware_printable": "Cobalt Strike", "confidence_level": sure,
            "first_seen": "2026-11-01 13:36:27 UTC", "last_seen": seen, "tags": ["x"]})
    };
    let body = json!({"query_status": "ok", "data": [
        entry("192.0.2.10:443", 100, json!(null)),
        entry("192.0.2.1:443", 75, json!("2026-11-20 00:00:00 UTC")),
        entry("192.0.2.1", 50, json!(null))]});
    let said = read("threatfox", "192.0.2.1", 200, &body.to_string()).unwrap();
    assert_eq!(
        facts(&said),
        [("malware", "Cobalt Strike"), ("label", "botnet_cc")]
    );
    assert_eq!(
        opinions(&said),
        [(
            "malicious",
            0.75,
            "2026-11-20T00:00:00Z",
            None,
            "confidence=75 threat=botnet_cc entries=2"
        )]
    );
    let unsure = json!({"query_status": "ok", "data": [entry("192.0.2.1:80", 74, json!(null))]});
    let said = read("threatfox", "192.0.2.1", 200, &unsure.to_string()).unwrap();
    assert_eq!(said.opinions[0].says, "suspicious");
    for (status, wanted) in [
        ("no_result", Ok(Said::default())),
        ("unknown_auth_key", Err(Unread::KeyRefused)),
        ("illegal_search_term", Err(Unread::Unexpected)),
    ] {
        let body = json!({"query_status": status, "data": "Your search did not yield any results"});
        assert_eq!(
            read("threatfox", "192.0.2.1", 200, &body.to_string()),
            wanted
        );
    }
}

#[test]
fn known_bad_by_abuseipdb_takes_score_and_reporters() {
    let body = |score: u8, reporters: u8, white: bool| {
        json!({"data": {"ipAddress": "2001:db8::7", "abuseConfidenceScore": score, "numDistinctUsers": reporters, "totalReports": 9,
            "lastReportedAt": "2026-11-26T10:00:00+00:00", "isWhitelisted": white, "isTor": false}})
        .to_string()
    };
    for (score, reporters, says, confidence) in [
        (100, 12, "malicious", 1.0),
        (75, 5, "malicious", 0.75),
        (74, 5, "suspicious", 0.37),
        (100, 4, "suspicious", 0.5),
        (24, 9, "unknown", 0.0),
    ] {
        let said = read(
            "abuseipdb",
            "2001:db8:0::7",
            200,
            &body(score, reporters, false),
        )
        .unwrap();
        let only = &said.opinions[0];
        assert_eq!(
            (only.says.as_str(), only.confidence, said.opinions.len()),
            (says, confidence, 1)
        );
        assert_eq!(only.as_of.as_deref(), Some("2026-11-26T10:00:00Z"));
    }
    let said = read("abuseipdb", "2001:db8::7", 200, &body(0, 0, true)).unwrap();
    assert_eq!(said.opinions[1].class, Some(Standing::KnownGood));
}

#[test]
fn statuses_mean_the_same_with_all_and_a_page_is_no_answer() {
    for service in ALL {
        let status = |status, body| read(service.name, "192.0.2.1", status, body);
        assert_eq!(status(401, "{}"), Err(Unread::KeyRefused));
        assert_eq!(status(403, "{}"), Err(Unread::KeyRefused));
        assert_eq!(status(429, "{}"), Err(Unread::Limited(Some("60".into()))));
        assert_eq!(status(500, "{}"), Err(Unread::Status(500)));
        for body in [
            "",
            "{",
            "<html>Log in to the guest network</html>",
            "[]",
            "1",
            "{}",
        ] {
            let got = status(200, body);
            assert_eq!(got, Err(Unread::Unexpected), "{} {body}", service.name);
        }
        assert!(status(404, "<html></html>").is_err(), "{}", service.name);
    }
    let names: Vec<_> = ALL.iter().map(|s| s.name).collect();
    assert!(names.is_sorted());
}

/// Any JSON, with names and values that the services know among the others.
fn any_json() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "data",
        "ip",
        "ipAddress",
        "indicator",
        "id",
        "attributes",
        "ports",
        "tags",
        "reputation",
        "confidence",
        "history",
        "last_seen",
        "classifications",
        "false_positives",
        "noise",
        "riot",
        "classification",
        "internet_scanner_intelligence",
        "found",
        "metadata",
        "asn",
        "pulse_info",
        "pulses",
        "count",
        "validation",
        "query_status",
        "ioc",
        "confidence_level",
        "privacy",
        "anonymous",
        "tor",
        "org",
        "abuseConfidenceScore",
        "numDistinctUsers",
        "last_analysis_stats",
        "malicious",
        "last_analysis_date",
        "trust_level",
        "business_service_intelligence",
        "background_noise_score",
        "as_num",
        "name",
        "ip_str",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("192.0.2.1")),
        Just(json!("malicious")),
        Just(json!("ok")),
        ".{0,300}".prop_map(Value::from),
        "[0-9-]{1,12}".prop_map(Value::from),
    ];
    let object = |inner: BoxedStrategy<Value>| {
        let name = prop_oneof![
            5 => prop::sample::select(NAMES).prop_map(str::to_owned),
            1 => ".{0,10}"
        ];
        prop::collection::vec((name, inner), 0..12)
            .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
    };
    leaf.prop_recursive(5, 120, 12, move |inner| {
        prop_oneof![
            object(inner.clone().boxed()),
            object(inner.clone().boxed()),
            prop::collection::vec(inner, 0..40).prop_map(Value::Array),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_breaks_the_readers_and_texts_stay_short(mut body in any_json()) {
        if let Value::Object(fields) = &mut body {
            for name in ["ip", "indicator"] {
                fields.entry(name).or_insert(json!("192.0.2.1"));
            }
        }
        let answer = Answer { status: 200, headers: vec![], body: body.to_string().into_bytes() };
        let ip: IpAddr = "192.0.2.1".parse().unwrap();
        for service in ALL {
            let Ok(said) = service.read(&answer, ip, AT.parse().unwrap()) else { continue };
            for fact in said.facts {
                prop_assert_eq!(&fact.source, service.name);
                prop_assert!(!fact.value.is_empty() && fact.value.chars().count() < 5000);
            }
            for opinion in said.opinions {
                prop_assert!((0.0..=1.0).contains(&opinion.confidence));
                prop_assert!(opinion.why.unwrap().chars().count() < 1000);
            }
        }
    }
}
