//! Careless lists, and what is said of them.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::net::Ipv4Addr;

use rebato_intel::lists::{Checks, Index, ListKind, WarningKind, Warnings, read, warnings};

fn warned(bytes: &[u8], checks: &Checks<'_>) -> Warnings {
    let list = read(bytes).unwrap();
    warnings(&list, &Index::new(&list.entries), checks)
}

fn kinds(text: &str, checks: &Checks<'_>) -> Vec<&'static str> {
    warned(text.as_bytes(), checks)
        .all
        .iter()
        .map(|w| w.kind.name())
        .collect()
}

fn of(kind: ListKind) -> Checks<'static> {
    Checks {
        kind,
        ..Checks::default()
    }
}

#[test]
fn networks_that_a_list_should_not_touch() {
    for (entry, wanted) in [
        ("77.72.82.80", &[][..]),
        ("77.72.0.0/16", &[]),
        ("77.72.0.0/15", &["too_wide"]),
        (
            "77.72.0.0-77.73.255.255",
            &["too_wide", "form_not_supported"],
        ),
        ("10.1.2.3", &["covers_private"]),
        ("172.16.0.0/24", &["covers_private"]),
        ("100.64.0.1", &["covers_private"]),
        ("169.254.169.254", &["covers_private"]),
        ("127.0.0.1", &["covers_private"]),
        ("224.0.0.0/24", &["covers_reserved"]),
        ("255.255.255.255", &["covers_reserved"]),
        ("198.18.0.1", &["covers_reserved"]),
        ("192.0.2.0/24", &[]),
        ("8.8.8.8", &["covers_resolver"]),
        ("8.8.8.0/24", &["covers_resolver"]),
        ("104.16.0.1", &["covers_cdn"]),
        ("52.94.76.0/22", &["covers_aws"]),
        ("3.80.0.0/24", &["covers_aws"]),
        ("3.80.0.1", &[]),
        (
            "0.0.0.0/0",
            &[
                "covers_private",
                "covers_reserved",
                "covers_resolver",
                "covers_aws",
                "covers_cdn",
                "too_wide",
            ],
        ),
        ("2001:db8::1", &["ipv6_not_supported"]),
        (
            "fe80::/10",
            &["covers_private", "too_wide", "ipv6_not_supported"],
        ),
        ("2000::/3", &["too_wide", "ipv6_not_supported"]),
    ] {
        let found: Vec<_> = kinds(entry, &Checks::default())
            .into_iter()
            .filter(|kind| *kind != "covers_cloud")
            .collect();
        assert_eq!(found, wanted, "{entry}");
    }
}

#[test]
fn ones_own_addresses_are_the_worst_to_list() {
    let own = [
        "77.72.82.0/24".parse().unwrap(),
        "2a02:1::/32".parse().unwrap(),
    ];
    let threat = Checks {
        own: &own,
        ..Checks::default()
    };
    for (entry, wanted) in [
        ("77.72.82.80", true),
        ("77.72.0.0/16", true),
        ("77.72.81.0-77.72.82.0", true),
        ("2a02:1::5", true),
        ("2a00::/12", true),
        ("77.72.83.1", false),
        ("2a02:2::5", false),
    ] {
        let found = kinds(entry, &threat);
        assert_eq!(
            found.first() == Some(&"covers_own"),
            wanted,
            "{entry}: {found:?}"
        );
    }
    // To trust oneself is no mistake.
    let trusted = Checks {
        kind: ListKind::Trusted,
        ..threat
    };
    assert_eq!(kinds("77.72.82.80", &trusted), [""; 0]);
}

#[test]
fn what_a_kind_of_list_does_not_take() {
    let text = "evil.example\nd41d8cd98f00b204e9800998ecf8427e\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
    for (kind, domains, hashes) in [
        (ListKind::Threat, 1, 2),
        (ListKind::Trusted, 1, 2),
        (ListKind::ThreatEntity, 0, 1),
        (ListKind::TrustedEntity, 0, 2),
    ] {
        let found = kinds(text, &of(kind));
        let count = |what| found.iter().filter(|kind| **kind == what).count();
        assert_eq!(
            (count("domain_not_supported"), count("hash_not_supported")),
            (domains, hashes),
            "{kind:?}"
        );
    }
}

#[test]
fn lists_beyond_the_quota() {
    let big = |n: u32| {
        (0..n)
            .map(|i| format!("{}\n", Ipv4Addr::from(0x4D00_0000 + i)))
            .collect::<String>()
    };
    for (kind, most) in [
        (ListKind::Threat, 250_000),
        (ListKind::Trusted, 2_000),
        (ListKind::ThreatEntity, 1_000),
        (ListKind::TrustedEntity, 1_000),
    ] {
        assert_eq!(kinds(&big(most), &of(kind)), [""; 0], "{kind:?}");
        assert_eq!(
            kinds(&big(most + 1), &of(kind)),
            ["too_many_entries"],
            "{kind:?}"
        );
    }
    let long = format!("# {}\n77.72.82.80\n", "x".repeat(35_000_000));
    assert_eq!(
        kinds(&long, &Checks::default()),
        ["too_large", "comment_lines"]
    );
    // A list full of one fault is not answered with a list as long.
    let found = warned("10.0.0.1\n".repeat(3_000).as_bytes(), &Checks::default());
    assert_eq!((found.all.len(), found.left_out()), (2_000, 3_999));
    assert_eq!(found.counts[&WarningKind::CoversPrivate], 3_000);
    assert_eq!(found.counts[&WarningKind::Duplicate], 2_999);
}

#[test]
fn old_lists_by_the_day_in_the_file_or_of_the_file() {
    let day = |text: &str| Some(text.parse().unwrap());
    for (text, written, today, stale) in [
        (
            "# Last update: Sat, 22 Aug 2026\n77.72.82.80\n",
            None,
            "2026-09-21",
            false,
        ),
        (
            "# Last update: Sat, 22 Aug 2026\n77.72.82.80\n",
            None,
            "2026-09-22",
            true,
        ),
        (
            "# Expires: 2030-01-01\n77.72.82.80\n",
            None,
            "2026-09-22",
            false,
        ),
        ("77.72.82.80\n", day("2026-08-22"), "2026-09-22", true),
        // The day in the file counts more: a copy is as old as its original.
        (
            "# 2026-01-01\n77.72.82.80\n",
            day("2026-09-22"),
            "2026-09-22",
            true,
        ),
        (
            "{\"cidr\":\"77.72.82.0/24\",\"sblid\":\"SBL1\"}\n{\"type\":\"metadata\",\"timestamp\":1786406400}\n",
            None,
            "2026-09-22",
            true,
        ),
        (
            "{\"version\":20260811,\"matching_attributes\":[],\"list\":[\"77.72.82.80\"]}",
            None,
            "2026-09-22",
            true,
        ),
        (
            "ip,last_seen\n77.72.82.80,2026-08-01\n77.72.82.81,2026-09-20\n",
            None,
            "2026-09-22",
            false,
        ),
        ("# 2030-01-01\n77.72.82.80\n", None, "2026-09-22", false),
    ] {
        let checks = Checks {
            today: day(today),
            written,
            ..Checks::default()
        };
        assert_eq!(kinds(text, &checks).contains(&"stale"), stale, "{text}");
    }
    assert!(!kinds("# 2001-01-01\n77.72.82.80\n", &Checks::default()).contains(&"stale"));
}

#[test]
fn what_guardduty_would_not_read() {
    for (text, wanted) in [
        ("# x\n77.72.82.80\n", &["comment_lines"][..]),
        ("ip\n77.72.82.80\n", &["header_line"]),
        (
            "77.72.82.80\n77.72.82.81\n77.72.82.82 # x\n",
            &["trailing_text"],
        ),
        ("77.72.82.80:443\n", &["form_not_supported"]),
        ("77.72.82[.]80\n", &["form_not_supported"]),
        ("77.72.82.0/255.255.255.0\n", &["form_not_supported"]),
        ("77.72.82.77/24\n", &["host_bits"]),
        ("77.72.82.77/32\n", &[]),
        ("77.72.82.80 # x\n", &["not_a_guardduty_format"]),
        ("[\"77.72.82.80\"]", &["not_a_guardduty_format"]),
        ("ip,score\n77.72.82.80,3\n", &["not_a_guardduty_format"]),
        (
            "Indicator type, Indicator, Description\nIPv4, 77.72.82.80, x\n",
            &[],
        ),
        ("\u{feff}77.72.82.80\n", &["not_plain_text"]),
    ] {
        assert_eq!(kinds(text, &Checks::default()), wanted, "{text}");
    }
    let wide: Vec<u8> = "77.72.82.80\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = [&[0xff, 0xfe][..], &wide].concat();
    for (bytes, encoding) in [
        (&wide[..], "utf-16"),
        (&marked, "utf-16"),
        (b"77.72.82.80\n# caf\xe9\n", "not-utf-8"),
    ] {
        let found = warned(bytes, &Checks::default());
        assert_eq!(
            (found.all[0].kind, found.all[0].entry.as_str()),
            (WarningKind::NotPlainText, encoding)
        );
    }
}

#[test]
fn what_is_said_twice() {
    let found = warned(
        b"77.72.82.0/24\n77.72.82.80\n77.72.82.0/24\n77.72.82.80/32\n",
        &Checks::default(),
    );
    let shown: Vec<_> = found
        .all
        .iter()
        .map(|w| (w.kind.name(), w.line.unwrap(), w.other_line.unwrap()))
        .collect();
    assert_eq!(
        shown,
        [("duplicate", 3, 1), ("duplicate", 4, 2), ("covered", 2, 3)]
    );
}
