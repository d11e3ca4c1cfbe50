//! The lists that others published, where the corpus lies beside the checkout.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say when they skip"
)]

use std::path::{Path, PathBuf};

use rebato_intel::lists::{Format, Indicator, Limits, List, RangeSet, WarningKind, read, warnings};
use rebato_intel::ranges;

/// The corpus, or `None` with a word; on a build machine its absence is an error.
fn corpus() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|dir| dir.join("../shared/corpus"))
        .find(|dir| dir.is_dir());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
        println!("skipped: no corpus beside the checkout");
    }
    found
}

fn list(corpus: &Path, name: &str) -> List {
    read(&std::fs::read(corpus.join("threatlists").join(name)).unwrap()).unwrap()
}

fn counts(list: &List) -> (Format, usize, usize, usize, usize) {
    let count =
        |fits: fn(&Indicator) -> bool| list.entries.iter().filter(|e| fits(&e.indicator)).count();
    (
        list.format,
        count(|i| matches!(i, Indicator::Ipv4(_))),
        count(|i| matches!(i, Indicator::Cidr(_) | Indicator::Range(..))),
        count(|i| matches!(i, Indicator::Ipv6(_))),
        list.problems.len(),
    )
}

#[test]
fn the_samples_of_the_guide_hold_the_same_entries_in_every_format() {
    let Some(corpus) = corpus() else { return };
    for (name, format, entries) in [
        (
            "TXT",
            Format::Txt,
            &["192.0.2.0/24", "198.51.100.1", "203.0.113.1"][..],
        ),
        (
            "STIX.xml",
            Format::Stix,
            &[
                "192.0.2.0##comma##192.0.2.255",
                "198.51.100.1",
                "203.0.113.1",
            ],
        ),
        (
            "OTX_CSV.csv",
            Format::OtxCsv,
            &["192.0.2.0/24", "198.51.100.1", "203.0.113.1"],
        ),
        (
            "FIRE_EYE.csv",
            Format::FireEye,
            &["192.0.2.0/24", "198.51.100.1", "203.0.113.1"],
        ),
        (
            "PROOF_POINT.csv",
            Format::ProofPoint,
            &["198.51.100.1", "203.0.113.1"],
        ),
        (
            "ALIEN_VAULT.txt",
            Format::AlienVault,
            &["198.51.100.1", "203.0.113.1"],
        ),
    ] {
        let list = list(
            &corpus,
            &format!("AWS-docs__guardduty_upload-lists/ip_list.{name}"),
        );
        assert_eq!(list.format, format, "{name}");
        assert_eq!(
            list.entries
                .iter()
                .map(|e| e.text.as_str())
                .collect::<Vec<_>>(),
            entries,
            "{name}"
        );
        assert_eq!(list.problems, [], "{name}");
        let net = "192.0.2.0/24".parse().unwrap();
        assert!(
            entries.len() < 3 || list.entries[0].nets() == [net],
            "{name}"
        );
        assert_eq!(warnings(&list, Limits::Threat).0, [], "{name}");
    }
}

#[test]
fn public_lists_are_read_line_by_line() {
    let Some(corpus) = corpus() else { return };
    for (name, ipv4, cidr, ipv6) in [
        ("AWS-docs__guardduty_upload-lists/ip_list_2022.TXT", 1, 1, 0),
        ("stamparm__ipsum/ipsum.txt.gz", 120_430, 0, 0),
        (
            "stamparm__maltrail/trails/static/mass_scanner_cidr.txt",
            10,
            1_096,
            0,
        ),
        (
            "certtools__intelmq/intelmq/tests/bots/parsers/spamhaus/drop.txt",
            0,
            1,
            1,
        ),
        (
            "certtools__intelmq/intelmq/tests/bots/parsers/dshield/block.txt",
            0,
            2,
            0,
        ),
        (
            "certtools__intelmq/intelmq/tests/bots/parsers/bambenek/c2-ipmasterlist.txt",
            1,
            0,
            0,
        ),
    ] {
        assert_eq!(
            counts(&list(&corpus, name)),
            (Format::Txt, ipv4, cidr, ipv6, 0),
            "{name}"
        );
    }
    for (name, entries) in [
        ("stamparm__ipsum/levels/3.txt.gz", 14_217),
        ("bitwire-it__ipblocklist/outbound.txt.gz", 167_937),
        ("elliotwutingfeng__ThreatFox-IOC-IPs/ips.txt.gz", 19_863),
        (
            "SecOps-Institute__Tor-IP-Addresses/tor-exit-nodes.lst",
            1_746,
        ),
        (
            "CriticalPathSecurity__Public-Intelligence-Feeds/alienvault.txt",
            609,
        ),
        (
            "CriticalPathSecurity__Public-Intelligence-Feeds/compromised-ips.txt",
            539,
        ),
        (
            "CriticalPathSecurity__Public-Intelligence-Feeds/cobaltstrike_ips.txt",
            2_087,
        ),
        (
            "CriticalPathSecurity__Public-Intelligence-Feeds/sans.txt.gz",
            106_404,
        ),
    ] {
        let list = list(&corpus, name);
        assert_eq!(
            (list.format, list.problems.as_slice(), list.entries.len()),
            (Format::Txt, &[][..], entries),
            "{name}"
        );
    }
}

#[test]
fn a_wide_entry_of_the_guide_is_warned_of() {
    let Some(corpus) = corpus() else { return };
    let list = list(&corpus, "AWS-docs__guardduty_upload-lists/ip_list_2022.TXT");
    let warned: Vec<_> = warnings(&list, Limits::Threat)
        .0
        .into_iter()
        .map(|w| (w.kind, w.entry))
        .collect();
    assert!(
        warned.contains(&(WarningKind::TooWide, "205.0.0.0/8".into())),
        "{warned:?}"
    );
}

#[test]
fn stix_packages_without_addresses_give_hashes_only() {
    let Some(corpus) = corpus() else { return };
    let list = list(
        &corpus,
        "STIXProject__schemas/samples/STIX_Phishing_Indicator.xml",
    );
    assert_eq!(
        (list.format, list.problems.as_slice()),
        (Format::Stix, &[][..])
    );
    assert!(
        list.entries.iter().all(|e| e.indicator == Indicator::Hash),
        "{:?}",
        list.entries
    );
}

#[test]
fn the_programs_own_networks_are_within_the_published_ones() {
    let Some(corpus) = corpus() else { return };
    for (owner, service, name) in [
        ("aws", None, "amazon-aws"),
        ("cloudflare", Some("cdn"), "cloudflare"),
    ] {
        let file = corpus.join(format!(
            "threatlists/MISP__misp-warninglists/lists/{name}/list.json"
        ));
        let file: serde_json::Value =
            serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let published: Vec<ipnet::IpNet> = file["list"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_str().unwrap().parse().unwrap())
            .collect();
        let published = ipnet::IpNet::aggregate(&published);
        let ours = ranges::all()
            .iter()
            .filter(|r| r.owner == owner && service.is_none_or(|s| r.service == s));
        for range in ours.filter(|r| matches!(r.net, ipnet::IpNet::V4(_))) {
            assert!(
                published.iter().any(|net| net.contains(&range.net)),
                "{range:?}"
            );
        }
        assert_ne!(RangeSet::new(published), RangeSet::default());
    }
}
