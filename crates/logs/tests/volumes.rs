//! What one pass tells of volumes, sweeps, beacons and of what came after the first success.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "common/case.rs"]
mod common;

use std::fmt::Write as _;

use rebato_core::evaluate::{Dossier, Fact};
use rebato_core::identify::Direction;
use rebato_logs::ThreatIndex;

use common::{T0, X};

const HOUR: i64 = 3_600;

/// What flow logs come to for a finding that sees the twentieth hour.
fn dossier(text: &str) -> Dossier {
    let read = common::alert(20 * HOUR, 21 * HOUR);
    common::dossier(&read, ThreatIndex::default(), |scan| {
        scan.flow_file("flows", text.as_bytes());
    })
}

/// A line of the default format, which has neither flags nor direction.
fn v2(
    at: i64,
    from: (&str, u16),
    to: (&str, u16),
    packets: u64,
    bytes: u64,
    action: &str,
) -> String {
    let (start, end) = (T0 + at, T0 + at + 20);
    format!(
        "2 111122223333 eni-1 {} {} {} {} 6 {packets} {bytes} {start} {end} {action} OK\n",
        from.0, to.0, from.1, to.1
    )
}

const US: &str = "10.0.0.5";

/// A day of small calls to ten partners.
fn day() -> String {
    let mut text = String::new();
    for hour in 0..20 {
        for n in 1..=10u16 {
            let partner = format!("198.51.100.{n}");
            text += &v2(
                hour * HOUR + 60,
                (US, 40_000 + n),
                (&partner, 443),
                20,
                10_000 + u64::from(n),
                "ACCEPT",
            );
        }
    }
    text
}

#[test]
fn volumes_stand_beside_what_is_usual_before_the_finding() {
    let mut text = day();
    // To the suspect a little before and much after; a new address with much; visitors get answers.
    text += &v2(19 * HOUR, (US, 41_000), (X, 8080), 100, 5_000_000, "ACCEPT");
    text += &v2(
        20 * HOUR + 10,
        (US, 41_001),
        (X, 8080),
        9_000,
        30_000_000,
        "ACCEPT",
    );
    text += &v2(
        20 * HOUR + 900,
        (US, 41_002),
        ("192.0.2.77", 443),
        9_000,
        60_000_000,
        "ACCEPT",
    );
    text += &v2(
        20 * HOUR + 901,
        (US, 41_003),
        ("192.0.2.78", 443),
        9_000,
        60_000_000,
        "REJECT",
    );
    text += &v2(
        20 * HOUR + 902,
        (US, 41_003),
        ("10.0.0.9", 443),
        9_000,
        60_000_000,
        "ACCEPT",
    );
    let found = dossier(&text);
    let volumes = found.evidence.iter().filter_map(|e| match &e.fact {
        Fact::OutboundVolume {
            ip,
            bytes,
            busiest_hour,
            usual_hour,
            hours,
            ..
        } => Some((
            ip.to_string(),
            *bytes,
            *busiest_hour,
            *usual_hour,
            *hours,
            e.record.line.unwrap(),
        )),
        _ => None,
    });
    let usual = Some(10_010);
    assert_eq!(
        volumes.collect::<Vec<_>>(),
        [
            (X.to_owned(), 35_000_000, 30_000_000, usual, 20, 201),
            (
                "192.0.2.77".to_owned(),
                60_000_000,
                60_000_000,
                usual,
                20,
                203
            ),
        ]
    );
}

fn sweeps(found: &Dossier) -> Vec<(bool, Option<u16>, u64, u64, u64)> {
    let all = found.evidence.iter().filter_map(|e| match &e.fact {
        Fact::Sweep {
            from,
            inside,
            port,
            hosts,
            ports,
            answered,
            ..
        } => {
            assert_eq!(from.to_string(), US);
            Some((*inside, *port, *hosts, *ports, *answered))
        }
        _ => None,
    });
    all.collect()
}

#[test]
fn knocking_at_many_doors_is_a_sweep_and_calling_partners_is_none() {
    let mut text = day();
    for n in 1..=30u16 {
        let (host, port) = (format!("198.18.0.{n}"), 42_000 + n);
        text += &v2(
            20 * HOUR + i64::from(n),
            (US, port),
            (&host, 445),
            2,
            104,
            "ACCEPT",
        );
        if n % 10 == 0 {
            text += &v2(
                20 * HOUR + i64::from(n),
                (&host, 445),
                (US, port),
                6,
                900,
                "ACCEPT",
            );
        } else if n % 3 == 0 {
            text += &v2(
                20 * HOUR + i64::from(n),
                (&host, 445),
                (US, port),
                1,
                40,
                "ACCEPT",
            );
        }
        // All ports of one neighbour, refused by a group.
        text += &v2(
            21 * HOUR + i64::from(n),
            (US, 43_000 + n),
            ("10.0.0.77", n * 100),
            1,
            60,
            "REJECT",
        );
        // Somebody scans us: no sweep of ours.
        text += &v2(
            21 * HOUR + i64::from(n),
            ("203.0.113.9", 61_000),
            (US, n * 100),
            1,
            60,
            "REJECT",
        );
        // Answers to packets that others sent in our name.
        text += &v2(
            21 * HOUR + i64::from(n),
            (&format!("198.19.0.{n}"), 80),
            (US, 30_000 + n),
            1,
            60,
            "REJECT",
        );
    }
    let found = dossier(&text);
    assert_eq!(
        sweeps(&found),
        [(false, Some(445), 30, 1, 3), (true, None, 1, 30, 0)]
    );
}

#[test]
fn three_new_neighbours_on_an_administration_port_are_a_move_sideways() {
    let talk = |at: i64, host: &str, port: u16| {
        v2(at, (US, port), (host, 22), 60, 9_000, "ACCEPT")
            + &v2(at, (host, 22), (US, port), 60, 12_000, "ACCEPT")
    };
    let mut text = day();
    // A host that was known goes on being visited.
    for hour in 0..22 {
        text += &talk(hour * HOUR, "10.0.0.50", 44_000);
    }
    for n in 1..=2 {
        text += &talk(20 * HOUR + n, &format!("10.0.1.{n}"), 45_000);
    }
    assert_eq!(sweeps(&dossier(&text)), []);
    text += &talk(20 * HOUR + 3, "10.0.1.3", 45_000);
    assert_eq!(sweeps(&dossier(&text)), [(true, Some(22), 3, 1, 3)]);
    // Without records of before, nobody is new.
    let late: String = text
        .lines()
        .filter(|line| !line.contains("198.51.100."))
        .skip(40)
        .fold(String::new(), |mut all, line| {
            writeln!(all, "{line}").unwrap();
            all
        });
    assert_eq!(sweeps(&dossier(&late)), []);
}

#[test]
fn the_side_that_began_is_known_without_flags_and_what_is_new_after_a_success_comes_first() {
    let mut text = String::new();
    // More conversations than are kept, all before and all with more bytes.
    for n in 0..400u32 {
        let partner = format!("198.18.{}.{}", n / 200, n % 200);
        text += &v2(
            i64::from(n),
            (US, 40_000),
            (&partner, 443),
            900,
            900_000,
            "ACCEPT",
        );
        text += &v2(
            i64::from(n),
            (&partner, 443),
            (US, 40_000),
            900,
            900_000,
            "ACCEPT",
        );
    }
    text += &v2(20 * HOUR, (X, 50_000), (US, 22), 40, 6_000, "ACCEPT");
    text += &v2(20 * HOUR, (US, 22), (X, 50_000), 40, 9_000, "ACCEPT");
    text += &v2(
        20 * HOUR + 60,
        (US, 50_001),
        ("192.0.2.99", 4444),
        5,
        300,
        "ACCEPT",
    );
    text += &v2(
        20 * HOUR + 60,
        (US, 50_002),
        ("10.0.3.3", 8443),
        5,
        300,
        "ACCEPT",
    );
    let found = dossier(&text);
    let of = |ip: &str| {
        found.evidence.iter().find_map(|e| match &e.fact {
            Fact::Conversation(talk) if talk.remote_ip.to_string() == ip => {
                Some((talk.direction, talk.port, talk.direction_guessed))
            }
            _ => None,
        })
    };
    assert_eq!(of(X), Some((Direction::Inbound, Some(22), true)));
    assert_eq!(
        of("192.0.2.99"),
        Some((Direction::Outbound, Some(4444), true))
    );
    assert_eq!(
        of("10.0.3.3"),
        Some((Direction::Outbound, Some(8443), true))
    );
}

fn beacons(text: &str) -> Vec<(String, u64, f64)> {
    let found = dossier(text);
    let all = found.evidence.iter().filter_map(|e| match &e.fact {
        Fact::Beacon {
            ip,
            connects,
            interval_s,
            ..
        } => Some((ip.to_string(), *connects, *interval_s)),
        _ => None,
    });
    all.collect()
}

const HEADER: &str = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction pkt-dst-aws-service pkt-src-aws-service\n";

/// A call every five minutes, each a record, with its answer.
fn calls(remote: &str, port: impl Fn(i64) -> u16, service: &str) -> String {
    let mut text = HEADER.to_owned();
    for n in 0..40i64 {
        let (start, end, port) = (T0 + n * 200 + n % 3, T0 + n * 200 + 15, port(n));
        writeln!(
            text,
            "eni-1 {US} {remote} {port} 443 6 9 900 {start} {end} ACCEPT OK 3 egress {service} -"
        )
        .unwrap();
        writeln!(
            text,
            "eni-1 {remote} {US} 443 {port} 6 9 900 {start} {end} ACCEPT OK 19 ingress - {service}"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_caller_that_keeps_its_port_is_a_beacon_and_what_aws_runs_is_called_every_minute_everywhere() {
    let new_port = |n: i64| 40_000 + u16::try_from(n).unwrap();
    assert_eq!(beacons(&calls("192.0.2.99", new_port, "-"))[0].1, 40);
    assert_eq!(beacons(&calls("192.0.2.99", |_| 40_000, "-"))[0].1, 40);
    assert_eq!(beacons(&calls("192.0.2.99", new_port, "EC2"))[0].1, 40);
    assert_eq!(beacons(&calls("192.0.2.99", new_port, "AMAZON")), []);
    // Where the threat list or the finding names it, it counts whoever runs it.
    assert_eq!(beacons(&calls(X, new_port, "AMAZON")).len(), 1);
    // Health checks come from outside and are answered.
    let mut inbound = HEADER.to_owned();
    for n in 0..40i64 {
        let (start, end) = (T0 + n * 30, T0 + n * 30 + 2);
        writeln!(
            inbound,
            "eni-1 192.0.2.99 {US} {} 80 6 9 900 {start} {end} ACCEPT OK 3 ingress - -",
            40_000 + n
        )
        .unwrap();
        writeln!(
            inbound,
            "eni-1 {US} 192.0.2.99 80 {} 6 9 900 {start} {end} ACCEPT OK 19 egress - -",
            40_000 + n
        )
        .unwrap();
    }
    assert_eq!(beacons(&inbound), []);
}
