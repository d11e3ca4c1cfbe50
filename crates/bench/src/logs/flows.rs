//! Made-up VPC Flow Logs: the default format of 14 fields, and a custom order of 29. Must not know how they are read.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use super::world::{self, ACCOUNT, ATTACKER, Entry, MACHINES, REGION};
use crate::dice::{Dice, mix};

const DEFAULT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
/// The fields of version 5 by name.
const CUSTOM: &str = "account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status packets \
    pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport start sublocation-id \
    sublocation-type subnet-id tcp-flags traffic-path type version vpc-id";

/// Of a thousand records: those without data, and from where on the peer is a service, a stranger, or on a list.
const NO_DATA: u64 = 4;
const SERVICE: u64 = 560;
const STRANGER: u64 = 850;
const LISTED: u64 = 970;

struct Row {
    machine: u64,
    peer: Ipv4Addr,
    inbound: bool,
    src_port: u64,
    dst_port: u64,
    protocol: u8,
    packets: u64,
    bytes: u64,
    start: i64,
    end: i64,
    accepted: bool,
}

/// A file of records that end within five minutes from `at`.
pub(super) fn file(dice: &mut Dice, at: i64, rows: u64, listed: &[Entry], custom: bool) -> String {
    let mut out = String::from(if custom { CUSTOM } else { DEFAULT });
    out.push('\n');
    for _ in 0..rows {
        let machine = machine(dice);
        let end = at + seconds(dice, 300);
        let start = end - 1 - seconds(dice, 60);
        let kind = dice.of(1000);
        if kind < NO_DATA && !custom {
            let status = if kind == 0 { "SKIPDATA" } else { "NODATA" };
            let interface = world::interface(machine);
            let _ = writeln!(
                out,
                "2 {ACCOUNT} {interface} - - - - - - - {start} {end} - {status}"
            );
            continue;
        }
        let row = row(dice, machine, kind, (start, end), listed);
        if custom {
            twenty_nine(&mut out, &row);
        } else {
            fourteen(&mut out, &row);
        }
    }
    out
}

/// The attacked machine has some two in a hundred records.
fn machine(dice: &mut Dice) -> u64 {
    match dice.of(50) {
        0 => 0,
        _ => 1 + dice.skewed(MACHINES - 1),
    }
}

fn seconds(dice: &mut Dice, below: u64) -> i64 {
    i64::try_from(dice.of(below)).unwrap_or(0)
}

fn row(
    dice: &mut Dice,
    machine: u64,
    kind: u64,
    (start, end): (i64, i64),
    listed: &[Entry],
) -> Row {
    let packets = 1 + dice.skewed(5_000);
    let mut row = Row {
        machine,
        peer: ATTACKER,
        inbound: dice.of(2) == 0,
        src_port: 1024 + dice.of(64_000),
        dst_port: 443,
        protocol: 6,
        packets,
        bytes: packets * (40 + dice.of(1400)),
        start,
        end,
        accepted: true,
    };
    if machine == 0 && dice.of(10) == 0 {
        attack(dice, &mut row);
    } else if kind < SERVICE {
        row.peer = world::own(dice.skewed(MACHINES));
        row.dst_port = dice
            .pick(&[443, 5432, 6379, 3306, 8080, 9092, 53, 2049])
            .unwrap_or(443);
        row.protocol = if row.dst_port == 53 { 17 } else { 6 };
    } else if kind < STRANGER {
        row.peer = world::service(dice.skewed(60_000));
        row.dst_port = dice.pick(&[443, 443, 443, 80, 123]).unwrap_or(443);
        if row.dst_port == 123 {
            (row.protocol, row.packets, row.bytes) = (17, 1, 76);
        }
    } else if kind < LISTED {
        row.peer = world::anybody(dice);
        row.dst_port = dice
            .pick(&[22, 23, 3389, 445, 8080, 5900, 6379, 2375])
            .unwrap_or(22);
        row.packets = 1 + dice.of(3);
        (row.inbound, row.accepted, row.bytes) = (true, false, row.packets * 40);
    } else {
        row.peer = dice
            .pick(listed)
            .map_or(ATTACKER, |entry| entry.member(dice));
        row.dst_port = dice.pick(&[22, 3389, 80, 443, 445]).unwrap_or(22);
        row.packets = 1 + dice.of(9);
        row.bytes = row.packets * 52;
        (row.inbound, row.accepted) = (dice.of(10) > 0, dice.of(5) == 0);
    }
    // Half of what is accepted is seen from its answer.
    if row.accepted && dice.of(2) == 0 {
        row.inbound = !row.inbound;
        (row.src_port, row.dst_port) = (row.dst_port, row.src_port);
    }
    row
}

/// Logins that are tried, calls home, and a scan.
fn attack(dice: &mut Dice, row: &mut Row) {
    match dice.of(3) {
        0 => {
            (row.inbound, row.dst_port, row.accepted) = (true, 22, dice.of(3) > 0);
            row.bytes = row.packets * 90;
        }
        1 => {
            (row.inbound, row.dst_port) = (false, 8443);
            (row.packets, row.bytes) = (12, 1880 + dice.of(16));
        }
        _ => {
            (row.inbound, row.dst_port, row.accepted) = (true, 1 + dice.of(1024), false);
            (row.packets, row.bytes) = (1, 40);
        }
    }
}

impl Row {
    fn ends(&self) -> (Ipv4Addr, Ipv4Addr) {
        let own = world::own(self.machine);
        if self.inbound {
            (self.peer, own)
        } else {
            (own, self.peer)
        }
    }

    fn action(&self) -> &'static str {
        if self.accepted { "ACCEPT" } else { "REJECT" }
    }
}

fn fourteen(out: &mut String, row: &Row) {
    let (src, dst) = row.ends();
    let Row {
        src_port,
        dst_port,
        protocol,
        packets,
        bytes,
        start,
        end,
        ..
    } = row;
    let (interface, action) = (world::interface(row.machine), row.action());
    let _ = writeln!(
        out,
        "2 {ACCOUNT} {interface} {src} {dst} {src_port} {dst_port} {protocol} {packets} {bytes} {start} {end} {action} OK"
    );
}

fn twenty_nine(out: &mut String, row: &Row) {
    let (src, dst) = row.ends();
    let Row {
        src_port,
        dst_port,
        protocol,
        packets,
        bytes,
        start,
        end,
        ..
    } = row;
    let (interface, instance, action) = (
        world::interface(row.machine),
        world::instance(row.machine),
        row.action(),
    );
    let (way, path) = if row.inbound {
        ("ingress", "-")
    } else {
        ("egress", "8")
    };
    let (zone, subnet) = (1 + row.machine % 3, mix(row.machine % 6));
    let flags = match (protocol, packets % 4) {
        (17, _) => 0,
        (_, 0) => 2,
        (_, 1) => 3,
        (_, 2) => 18,
        _ => 19,
    };
    let _ = writeln!(
        out,
        "{ACCOUNT} {action} euw1-az{zone} {bytes} {dst} {dst_port} {end} {way} {instance} {interface} OK {packets} - {dst} - {src} \
         {protocol} {REGION} {src} {src_port} {start} - - subnet-0{subnet:016x} {flags} {path} IPv4 5 vpc-0aa11bb22cc33dd44"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_have_the_fields_that_their_header_names() {
        let listed = [Entry {
            first: Ipv4Addr::new(198, 51, 100, 0),
            wide: true,
        }];
        for (custom, fields) in [(false, 14), (true, 29)] {
            let made = || file(&mut Dice(7), world::BEGIN, 4_000, &listed, custom);
            assert_eq!(made(), made(), "the same seed makes the same file");
            let text = made();
            assert!(text.lines().all(|line| line.split(' ').count() == fields));
            let count = |what: &str| text.lines().filter(|line| line.contains(what)).count();
            assert_eq!(text.lines().count(), 4_001);
            assert!(
                (80..160).contains(&count(" 198.51.100.")) || custom,
                "{}",
                count(" 198.51.100.")
            );
            assert!(count(&ATTACKER.to_string()) > 2);
            assert!(count(world::INTERFACE) > 40);
        }
    }
}
