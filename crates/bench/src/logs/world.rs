//! The account that the made-up logs come from: its machines, the attacked one, the attacker, and the threat lists.
//! Must not know how logs are written.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use crate::dice::{Dice, mix};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";
/// The attacked machine, number 0.
pub(crate) const INTERFACE: &str = "eni-02cfa56b4a2af9298";
pub(crate) const INSTANCE: &str = "i-0b6bf613dbebb45dc";
pub(crate) const ATTACKER: Ipv4Addr = Ipv4Addr::new(185, 220, 101, 34);
/// 2026-07-20T10:00:00Z.
pub(crate) const BEGIN: i64 = 1_784_541_600;
/// Eight hours.
pub(crate) const SECONDS: i64 = 8 * 3600;
/// How many machines there are.
pub(crate) const MACHINES: u64 = 400;

/// First octets of the addresses that services have: on no list.
const SERVICES: [u8; 8] = [3, 13, 18, 34, 35, 52, 54, 104];
/// Entries of a list, the attacker among them.
pub(crate) const ENTRIES: usize = 600_000;

/// A machine's interface.
pub(crate) fn interface(machine: u64) -> String {
    match machine {
        0 => INTERFACE.to_owned(),
        other => format!("eni-0{:016x}", mix(other + 77)),
    }
}

/// A machine's id.
pub(crate) fn instance(machine: u64) -> String {
    match machine {
        0 => INSTANCE.to_owned(),
        other => format!("i-0{:016x}", mix(other + 5)),
    }
}

/// A machine's own address; `10.1.0.4` for the attacked one.
pub(crate) fn own(machine: u64) -> Ipv4Addr {
    let [.., third] = mix(machine).to_be_bytes();
    let small = |number: u64| u8::try_from(number).unwrap_or(0);
    Ipv4Addr::new(10, small(machine % 6) + 1, third, 4 + small(machine % 250))
}

/// The address of a service on the Internet, by its number.
pub(crate) fn service(number: u64) -> Ipv4Addr {
    let [a, b, c, d, ..] = mix(number + 9_000_000).to_be_bytes();
    let first = SERVICES.get(usize::from(a & 7)).copied().unwrap_or(52);
    Ipv4Addr::new(first, b, c, d)
}

/// Any address on the Internet that is no service's.
pub(crate) fn anybody(dice: &mut Dice) -> Ipv4Addr {
    loop {
        let [a, b, c, d, ..] = dice.next().to_be_bytes();
        if (1..=222).contains(&a)
            && !matches!(a, 10 | 100 | 127 | 169 | 172 | 192)
            && !SERVICES.contains(&a)
        {
            return Ipv4Addr::new(a, b, c, d);
        }
    }
}

/// An entry of a list: an address or a /24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) first: Ipv4Addr,
    pub(crate) wide: bool,
}

impl Entry {
    /// An address that it covers.
    pub(crate) fn member(self, dice: &mut Dice) -> Ipv4Addr {
        let [a, b, c, d] = self.first.octets();
        if self.wide {
            Ipv4Addr::new(a, b, c, u8::try_from(dice.of(256)).unwrap_or(0))
        } else {
            Ipv4Addr::new(a, b, c, d)
        }
    }
}

/// Two lists that share half of their entries. Listed peers come from the whole of the first, so the second sees half of them.
pub(crate) struct Lists {
    pub(crate) many: Vec<Entry>,
    pub(crate) few: Vec<Entry>,
}

impl Lists {
    pub(crate) fn new() -> Self {
        let mut dice = Dice(600);
        let mut known = HashSet::new();
        let mut entries = Vec::new();
        while entries.len() < ENTRIES / 2 * 3 {
            let wide = dice.of(100) < 15;
            let [a, b, c, d] = anybody(&mut dice).octets();
            let first = Ipv4Addr::new(a, b, c, if wide { 0 } else { d });
            let entry = Entry { first, wide };
            if first != ATTACKER && known.insert(entry) {
                entries.push(entry);
            }
        }
        let attacker = Entry {
            first: ATTACKER,
            wide: false,
        };
        let half = ENTRIES / 2;
        let part = |from: usize| entries.iter().skip(from).take(half).copied();
        let list = |second: usize| {
            let all = part(0).chain(part(second)).take(ENTRIES - 1);
            all.chain([attacker]).collect()
        };
        Self {
            many: list(half),
            few: list(2 * half),
        }
    }
}

/// A list as a file of lines.
pub(crate) fn text(list: &[Entry]) -> String {
    let mut out = String::new();
    for entry in list {
        out.push_str(&entry.first.to_string());
        out.push_str(if entry.wide { "/24\n" } else { "\n" });
    }
    out
}
