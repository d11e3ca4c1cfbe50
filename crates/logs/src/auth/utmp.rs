//! utmp, wtmp and btmp of Linux: sessions that began, and tries that failed. Records are of 384 bytes where time is of 32 bits for the
//! sake of older programs (x86, x86-64, most others), and of 400 where it never was (aarch64). Source: glibc's `bits/types/struct_utmp.h`.
//! Must not know what is asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::events::{Event, Sink};
use super::line::{Login, What};

/// Where the members lie in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    size: usize,
    seconds: usize,
    address: usize,
}

const SHORT: Layout = Layout {
    size: 384,
    seconds: 340,
    address: 348,
};
const LONG: Layout = Layout {
    size: 400,
    seconds: 344,
    address: 360,
};

/// The method of a login that only wtmp tells of.
pub(crate) const WTMP: &str = "wtmp";

const LOGIN_PROCESS: i16 = 6;
const USER_PROCESS: i16 = 7;

/// Whether bytes look like such a file: the first record has a known type and plain text where text stands.
pub(super) fn is_utmp(head: &[u8]) -> bool {
    head.len() >= SHORT.size && (plausible(head, 0, SHORT) || plausible(head, 0, LONG))
}

/// Reads the records of a whole file. `failed` says that it is btmp, which differs in nothing but its name.
/// Gives the number of records, and what is wrong.
pub(super) fn read(bytes: &[u8], failed: bool, found: &mut Sink<'_>) -> (u64, Option<String>) {
    let score = |layout: Layout| {
        (0..64usize)
            .map_while(|n| n.checked_mul(layout.size))
            .take_while(|at| at + layout.size <= bytes.len())
            .filter(|at| plausible(bytes, *at, layout))
            .count()
    };
    // A file of either size holds a few records that could be of the other.
    let layout = if score(LONG) > score(SHORT) {
        LONG
    } else {
        SHORT
    };
    let mut number = 0u64;
    let mut bad = 0u64;
    let records = bytes.chunks_exact(layout.size);
    let rest = records.remainder().len();
    for record in records {
        number += 1;
        if !plausible(record, 0, layout) {
            bad += 1;
            continue;
        }
        let at = word(record, layout.seconds)
            .map(|at| i64::from(u32::from_le_bytes(at)))
            .filter(|at| *at > 0);
        found(at, login(record, layout, failed), number);
    }
    let wrong = match (rest, bad) {
        (0, 0) => None,
        (0, bad) => Some(format!("{bad} records of {number} are damaged")),
        (rest, bad) => Some(format!(
            "{rest} bytes after record {number} are no whole record{}",
            if bad > 0 {
                format!(", and {bad} records are damaged")
            } else {
                String::new()
            }
        )),
    };
    (number, wrong)
}

fn login(record: &[u8], layout: Layout, failed: bool) -> Option<Event> {
    let kind = kind(record, 0)?;
    let user = text(record, 44, 32);
    let host = text(record, 76, 256);
    let what = match kind {
        USER_PROCESS if !failed => What::Session { record: WTMP },
        // A terminal that waits for a login has neither user nor host.
        USER_PROCESS | LOGIN_PROCESS if failed => What::Recorded,
        _ => return None,
    };
    let host = host.as_str();
    let from = match address(record, layout) {
        Some(ip) => ip.to_string(),
        // A display of this machine, or none.
        None if host.is_empty() || host.starts_with(':') => return None,
        None => host.to_owned(),
    };
    Login::new(&user, &from, what, 1).map(Event::Login)
}

fn kind(bytes: &[u8], at: usize) -> Option<i16> {
    let pair = bytes.get(at..)?.first_chunk::<2>()?;
    Some(i16::from_le_bytes(*pair))
}

fn word(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..)?.first_chunk::<4>().copied()
}

/// The text of a member, up to its first zero.
fn text(record: &[u8], at: usize, size: usize) -> String {
    let bytes = record.get(at..at + size).unwrap_or_default();
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

fn address(record: &[u8], layout: Layout) -> Option<IpAddr> {
    let bytes = record.get(layout.address..)?.first_chunk::<16>()?;
    let ip: IpAddr = match bytes {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] => return None,
        [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] => Ipv4Addr::new(*a, *b, *c, *d).into(),
        long => Ipv6Addr::from(*long).into(),
    };
    Some(ip.to_canonical()).filter(|ip| !ip.is_loopback())
}

fn plausible(bytes: &[u8], at: usize, layout: Layout) -> bool {
    let Some(record) = bytes.get(at..) else {
        return false;
    };
    // The head of a file may end within its first record.
    let known = kind(record, 0).is_some_and(|kind| (0..=9).contains(&kind));
    let padded = record.get(2..4) == Some(&[0, 0]);
    let plain = [(8usize, 32usize), (44, 32), (76, 256)]
        .iter()
        .all(|(at, size)| {
            let member = record.get(*at..at + size).unwrap_or_default();
            let end = memchr::memchr(0, member).unwrap_or(member.len());
            member
                .get(..end)
                .unwrap_or_default()
                .iter()
                .all(|b| *b >= 0x20 && *b != 0x7f)
        });
    let used = kind(record, 0) != Some(0);
    let timed = word(record, layout.seconds)
        .is_some_and(|at| !used || u32::from_le_bytes(at) > 100_000_000);
    known && padded && plain && timed
}
