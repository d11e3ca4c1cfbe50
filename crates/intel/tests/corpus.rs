//! The lists that others published, where the corpus lies beside the checkout.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say when they skip"
)]

#[path = "../../logs/tests/common/corpus.rs"]
mod common;

use std::path::{Path, PathBuf};

use rebato_intel::lists::{
    Checks, Format, Index, Indicator, List, RangeSet, WarningKind, Warnings, read, warnings,
};
use rebato_intel::ranges;

use common::corpus;

fn list(corpus: &Path, name: &str) -> List {
    read(&std::fs::read(corpus.join("threatlists").join(name)).unwrap()).unwrap()
}

fn warned(list: &List) -> Warnings {
    warnings(list, &Index::new(&list.entries), &Checks::default())
}

/// What is expected of a file, counted by other means: with `awk`, `grep` and Python's `json` and `ipaddress`.
struct Expected {
    file: &'static str,
    format: Format,
    /// IPv4 addresses, IPv4 networks and ranges, IPv6, domains, hashes.
    counts: [usize; 5],
    problems: usize,
}

const fn expect(
    file: &'static str,
    format: Format,
    counts: [usize; 5],
    problems: usize,
) -> Expected {
    Expected {
        file,
        format,
        counts,
        problems,
    }
}

const EXPECTED: &[Expected] = &[
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list.ALIEN_VAULT.txt",
        Format::AlienVault,
        [2, 0, 0, 0, 0],
        0,
    ),
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list.FIRE_EYE.csv",
        Format::FireEye,
        [2, 1, 0, 0, 0],
        0,
    ),
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list.OTX_CSV.csv",
        Format::OtxCsv,
        [2, 1, 0, 0, 0],
        0,
    ),
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list.PROOF_POINT.csv",
        Format::ProofPoint,
        [2, 0, 0, 0, 0],
        0,
    ),
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list.STIX.xml",
        Format::Stix,
        [2, 1, 0, 0, 0],
        0,
    ),
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list.TXT",
        Format::Txt,
        [2, 1, 0, 0, 0],
        0,
    ),
    expect(
        "AWS-docs__guardduty_upload-lists/ip_list_2022.TXT",
        Format::Txt,
        [1, 1, 0, 0, 0],
        0,
    ),
    expect(
        "CriticalPathSecurity__Public-Intelligence-Feeds/alienvault.txt",
        Format::Txt,
        [609, 0, 0, 0, 0],
        0,
    ),
    expect(
        "CriticalPathSecurity__Public-Intelligence-Feeds/cobaltstrike_ips.txt",
        Format::Txt,
        [2087, 0, 0, 0, 0],
        0,
    ),
    expect(
        "CriticalPathSecurity__Public-Intelligence-Feeds/compromised-ips.txt",
        Format::Txt,
        [539, 0, 0, 0, 0],
        0,
    ),
    expect(
        "CriticalPathSecurity__Public-Intelligence-Feeds/sans.txt.gz",
        Format::Txt,
        [106404, 0, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/amazon-aws/list.json",
        Format::MispWarninglist,
        [0, 1750, 2097, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/censys-scanning/list.json",
        Format::MispWarninglist,
        [0, 9, 4, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/cloudflare/list.json",
        Format::MispWarninglist,
        [0, 15, 7, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/crl-ip/list.json",
        Format::MispWarninglist,
        [234, 0, 157, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/google-gcp/list.json",
        Format::MispWarninglist,
        [0, 441, 30, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/googlebot/list.json",
        Format::MispWarninglist,
        [0, 41, 24, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/ipip-nt-scanning/list.json",
        Format::MispWarninglist,
        [0, 22, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/ipv6-linklocal/list.json",
        Format::MispWarninglist,
        [0, 0, 1, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/microsoft-azure/list.json",
        Format::MispWarninglist,
        [0, 1672, 1011, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/multicast/list.json",
        Format::MispWarninglist,
        [0, 16, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/openai-gptbot/list.json",
        Format::MispWarninglist,
        [0, 2, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/public-dns-v4/list.json",
        Format::MispWarninglist,
        [62745, 0, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/public-dns-v6/list.json",
        Format::MispWarninglist,
        [0, 0, 269, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/rfc1918/list.json",
        Format::MispWarninglist,
        [0, 3, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/rfc3849/list.json",
        Format::MispWarninglist,
        [0, 0, 1, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/rfc5735/list.json",
        Format::MispWarninglist,
        [0, 15, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/rfc6598/list.json",
        Format::MispWarninglist,
        [0, 1, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/shodan-scanning/list.json",
        Format::MispWarninglist,
        [0, 42, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/stackpath/list.json",
        Format::MispWarninglist,
        [0, 135, 112, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/tenable-cloud-ipv4/list.json",
        Format::MispWarninglist,
        [0, 39, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/umbrella-blockpage-v4/list.json",
        Format::MispWarninglist,
        [6, 0, 0, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/vpn-ipv6/list.json",
        Format::MispWarninglist,
        [0, 0, 1250, 0, 0],
        0,
    ),
    expect(
        "MISP__misp-warninglists/lists/wikimedia/list.json",
        Format::MispWarninglist,
        [0, 7, 3, 0, 0],
        0,
    ),
    expect(
        "STIXProject__schemas/samples/STIX_Phishing_Indicator.xml",
        Format::Stix,
        [0, 0, 0, 0, 1],
        0,
    ),
    expect(
        "STIXProject__schemas/samples/STIX_Use_Case_Examples_content/Phishing/STIX-Indicator_Phishing_Indicator_Example(with_Observables_Embedded_Inline).xml",
        Format::Stix,
        [0, 0, 0, 0, 1],
        0,
    ),
    expect(
        "SecOps-Institute__Tor-IP-Addresses/tor-exit-nodes.lst",
        Format::Txt,
        [1127, 0, 619, 0, 0],
        0,
    ),
    expect(
        "bitwire-it__ipblocklist/outbound.txt.gz",
        Format::Txt,
        [162496, 4991, 450, 0, 0],
        0,
    ),
    expect(
        "certtools__intelmq/intelmq/tests/bots/parsers/alienvault/test_parser_otx.data",
        Format::Json,
        [9, 0, 0, 19, 58],
        9,
    ),
    expect(
        "certtools__intelmq/intelmq/tests/bots/parsers/bambenek/c2-ipmasterlist.txt",
        Format::Csv,
        [1, 0, 0, 0, 0],
        0,
    ),
    expect(
        "certtools__intelmq/intelmq/tests/bots/parsers/dshield/block.txt",
        Format::Csv,
        [0, 2, 0, 0, 0],
        0,
    ),
    expect(
        "certtools__intelmq/intelmq/tests/bots/parsers/spamhaus/drop.txt",
        Format::Netset,
        [0, 1, 1, 0, 0],
        0,
    ),
    expect(
        "elliotwutingfeng__ThreatFox-IOC-IPs/ips.txt.gz",
        Format::Txt,
        [19863, 0, 0, 0, 0],
        0,
    ),
    expect(
        "stamparm__ipsum/ipsum.txt.gz",
        Format::Csv,
        [120430, 0, 0, 0, 0],
        0,
    ),
    expect(
        "stamparm__ipsum/levels/3.txt.gz",
        Format::Txt,
        [14217, 0, 0, 0, 0],
        0,
    ),
    expect(
        "stamparm__maltrail/trails/static/mass_scanner_cidr.txt",
        Format::Netset,
        [10, 1096, 0, 0, 0],
        0,
    ),
];

/// Every file below a folder.
fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_list_of_the_corpus_has_the_entries_that_were_counted_by_other_means() {
    let Some(corpus) = corpus("") else { return };
    let mut all = Vec::new();
    files(&corpus.join("threatlists"), &mut all);
    assert_eq!(
        all.len(),
        EXPECTED.len(),
        "a list that is not in the table, or the other way round"
    );
    for wanted in EXPECTED {
        let list = list(&corpus, wanted.file);
        let count = |fits: fn(&Indicator) -> bool| {
            list.entries.iter().filter(|e| fits(&e.indicator)).count()
        };
        let counts = [
            count(|i| matches!(i, Indicator::Ipv4(_))),
            count(|i| matches!(i, Indicator::Cidr(_) | Indicator::Range(..))),
            count(|i| matches!(i, Indicator::Ipv6(_))),
            count(|i| matches!(i, Indicator::Domain)),
            count(|i| matches!(i, Indicator::Hash)),
        ];
        let problems = list.problems.len() + usize::try_from(list.more_problems).unwrap();
        assert_eq!(
            (list.format, counts, problems),
            (wanted.format, wanted.counts, wanted.problems),
            "{}\n{:?}",
            wanted.file,
            list.problems.first(),
        );
        assert_eq!(
            list.entries.len(),
            wanted.counts.iter().sum::<usize>(),
            "{}",
            wanted.file
        );
    }
}

#[test]
fn the_samples_of_the_guide_hold_the_same_entries_in_every_format() {
    let Some(corpus) = corpus("") else { return };
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
        assert_eq!(warned(&list).all, [], "{name}");
    }
}

#[test]
fn a_wide_entry_of_the_guide_is_warned_of() {
    let Some(corpus) = corpus("") else { return };
    let list = list(&corpus, "AWS-docs__guardduty_upload-lists/ip_list_2022.TXT");
    let warned: Vec<_> = warned(&list)
        .all
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
    let Some(corpus) = corpus("") else { return };
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
    let Some(corpus) = corpus("") else { return };
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
