//! A folder of files of every kind, and what is said of an address from it.

use std::path::Path;

use jiff::Timestamp;
use rebato_core::investigate::{AddressReport, Scope, Standing};

use super::*;
use crate::investigate;

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(dir.path(), name, text.as_bytes());
    }
    dir
}

fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    let file = std::fs::File::options().append(true).open(&path).unwrap();
    // 2026-11-20T03:00:00Z.
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_143_600);
    file.set_modified(at).unwrap();
}

fn report(dir: &Path, ip: &str) -> AddressReport {
    let own = ["10.0.0.0/16".parse().unwrap()];
    investigate(ip.parse().unwrap(), &own, &[], &Knowledge::of(dir), now())
}

fn facts(report: &AddressReport) -> Vec<String> {
    report
        .facts
        .iter()
        .map(|fact| {
            let as_of = fact.as_of.as_deref().unwrap_or("-");
            format!("{} {} {} {as_of}", fact.kind, fact.source, fact.value)
        })
        .collect()
}

fn asked(report: &AddressReport) -> Vec<String> {
    report
        .asked
        .iter()
        .filter(|asked| asked.result != "not_configured")
        .map(|asked| {
            let why = asked.why.as_deref().map(|why| format!(": {why}"));
            format!(
                "{} {}{}",
                asked.source,
                asked.result,
                why.unwrap_or_default()
            )
        })
        .collect()
}

const AWS: &str = r#"{"createDate":"2026-11-20-19-33-04","prefixes":[
    {"ip_prefix":"3.80.0.0/12","region":"us-east-1","service":"AMAZON"},
    {"ip_prefix":"3.80.0.0/12","region":"us-east-1","service":"EC2"},
    {"ip_prefix":"52.216.0.0/15","region":"us-east-1","service":"AMAZON"},
    {"ip_prefix":"52.216.0.0/15","region":"us-east-1","service":"EC2"},
    {"ip_prefix":"52.216.0.0/15","region":"us-east-1","service":"S3"}],"ipv6_prefixes":[]}"#;

#[test]
fn each_file_says_what_it_knows_and_the_report_is_in_order() {
    let dir = folder(&[
        (
            "asn-ipv4.csv",
            "77.72.82.0,77.72.82.255,64500,\"Bad, Ltd.\"\n",
        ),
        ("asn-ipv6.csv", "2001:200::,2001:200::ffff,2500,WIDE\n"),
        ("country-ipv4.csv", "77.72.80.0,77.72.83.255,NL\n"),
        ("broken.mmdb", "\u{1}\u{2}"),
        ("feodo.txt", "77.72.82.80\n"),
        ("mine.txt", "77.72.82.80\n"),
        (
            "spamhaus-asndrop.json",
            "{\"asn\":64500,\"asname\":\"BAD\"}\n{\"type\":\"metadata\",\"timestamp\":1795500000}\n",
        ),
        ("spamhaus-drop.txt", "77.72.0.0/16 ; SBL1\n"),
        ("tor-exits.txt", "77.72.82.80\n"),
        ("README.txt", "77.72.82.80\n"),
        (".hidden", "77.72.82.80\n"),
    ]);
    let report = report(dir.path(), "77.72.82.80");
    assert_eq!(
        facts(&report),
        [
            "asn asn-ipv4 AS64500 Bad, Ltd. 2026-11-20",
            "country country-ipv4 NL 2026-11-20",
            "tor tor-exits exit 2026-11-20",
        ]
    );
    assert_eq!(
        asked(&report),
        [
            "feodo answered",
            "spamhaus-drop answered",
            "tor-exits answered",
            "asn-ipv4 answered",
            "broken failed: it is no data of a known kind",
            "country-ipv4 answered",
            "mine failed: it is a list whose name does not say what it is for: put tor, drop, threat, trusted or scanners into the name",
            "ranges not_listed",
            "spamhaus-asndrop answered",
        ]
    );
    let opinions: Vec<_> = report
        .opinions
        .iter()
        .map(|o| {
            (
                o.source.as_str(),
                o.says.as_str(),
                o.confidence,
                o.as_of.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        opinions,
        [
            ("feodo", "malicious", 0.8, Some("2026-11-20T00:00:00Z")),
            (
                "spamhaus-drop",
                "malicious",
                0.9,
                Some("2026-11-20T00:00:00Z")
            ),
            ("tor-exits", "suspicious", 0.8, Some("2026-11-20T00:00:00Z")),
            ("spamhaus-asndrop", "malicious", 0.7, Some("2026-11-24")),
        ]
    );
    assert_eq!(report.standing, Standing::KnownBad);
    assert!(report.sent_out.is_empty());
    assert!(!report.asked.iter().any(|asked| asked.source == "mmdb"));
}

#[test]
fn published_networks_take_the_place_of_older_ones_in_the_program() {
    let newer = folder(&[("aws-ranges.json", AWS)]);
    for (ip, wanted, standing) in [
        // Of the names that one network has, the one that says most.
        (
            "52.216.1.1",
            "cloud aws-ranges aws S3 us-east-1 52.216.0.0/15 2026-11-20",
            Standing::KnownGood,
        ),
        (
            "3.80.1.1",
            "cloud aws-ranges aws EC2 us-east-1 3.80.0.0/12 2026-11-20",
            Standing::Unknown,
        ),
        (
            "8.8.8.8",
            "network ranges google resolver 8.8.8.8/32 2026-08-11",
            Standing::KnownGood,
        ),
    ] {
        let report = report(newer.path(), ip);
        assert_eq!(
            (facts(&report), report.standing),
            (vec![wanted.to_owned()], standing),
            "{ip}"
        );
    }
    // In the program, and no longer among those that AWS publishes.
    assert_eq!(facts(&report(newer.path(), "13.32.0.9")), [""; 0]);
    let older = folder(&[("aws-ranges.json", &AWS.replace("2026-11-20", "2020-01-01"))]);
    assert_eq!(facts(&report(older.path(), "13.32.0.9")).len(), 1);
    // A file of one kind of address says nothing of the other kind.
    let cloudflare = folder(&[("cloudflare-v4.txt", "173.245.48.0/20\n")]);
    assert_eq!(facts(&report(cloudflare.path(), "104.16.1.1")), [""; 0]);
    assert_eq!(
        facts(&report(cloudflare.path(), "2606:4700::6810:1")).len(),
        1
    );
}

#[test]
fn what_is_not_public_is_not_looked_up() {
    let dir = folder(&[
        ("threat.txt", "0.0.0.0/0\n"),
        ("asn.csv", "0.0.0.0,255.255.255.255,1,x\n"),
    ]);
    for (ip, scope) in [
        ("10.0.3.4", Scope::Own),
        ("192.168.1.1", Scope::Private),
        ("64:ff9b::a00:1", Scope::Own),
    ] {
        let report = report(dir.path(), ip);
        assert_eq!(
            (report.scope, facts(&report).len(), asked(&report).len()),
            (scope, 0, 0),
            "{ip}"
        );
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_empty_one() {
    let report = report(Path::new("/nowhere/at/all"), "77.72.82.80");
    assert_eq!(asked(&report), ["ranges not_listed"]);
    assert!(
        report
            .asked
            .iter()
            .any(|asked| asked.source == "mmdb" && asked.result == "not_configured")
    );
}

#[test]
fn the_folder_is_shown_with_ages_terms_and_problems() {
    let dir = folder(&[
        ("aws-ranges.json", AWS),
        ("asn-ipv4.csv", "1.0.0.0,1.0.0.255,1,a\nbad\n"),
        ("old_2026-01-01.csv", "1.0.0.0,1.0.0.255,AU\n"),
        ("tor-exits.txt", "192.0.2.1\n192.0.2.2\n"),
        ("mine", "192.0.2.1\n"),
    ]);
    let shown = Knowledge::of(dir.path()).shown(now());
    let rows: Vec<_> = shown
        .iter()
        .map(|s| {
            (
                s.source.as_str(),
                s.kind,
                s.as_of.as_deref(),
                s.entries,
                s.bad,
                s.stale,
                s.problem,
            )
        })
        .collect();
    assert_eq!(
        rows.get(1..).unwrap(),
        [
            (
                "asn-ipv4",
                Some("table"),
                Some("2026-11-20"),
                Some(1),
                1,
                false,
                None
            ),
            (
                "aws-ranges",
                Some("networks"),
                Some("2026-11-20"),
                Some(5),
                0,
                false,
                None
            ),
            ("mine", None, None, None, 0, false, Some("purpose_unknown")),
            (
                "old_2026-01-01",
                Some("table"),
                Some("2026-01-01"),
                Some(1),
                0,
                true,
                None
            ),
            (
                "tor-exits",
                Some("list"),
                Some("2026-11-20"),
                Some(2),
                0,
                true,
                None
            ),
        ]
    );
    assert_eq!(
        shown
            .iter()
            .find(|s| s.source == "tor-exits")
            .unwrap()
            .age_days,
        Some(4)
    );
    let licence = shown
        .iter()
        .find(|s| s.source == "asn-ipv4")
        .unwrap()
        .licence
        .clone();
    assert_eq!(licence.as_deref(), Some("RouteViews and DB-IP, CC-BY-4.0"));
}
