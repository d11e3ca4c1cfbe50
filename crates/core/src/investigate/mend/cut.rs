//! An address out of the lines of a list, or into them. A line of one address goes; a range gives way to the blocks that are
//! left of it when the address is taken out, each on a copy of its line. Where a line says more than that, nobody guesses.
//! Must not know formats beyond GuardDuty's names for them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Entry, NoMend};
use crate::contain::Piece;

/// Blocks that one line may become. Taking one address out of an IPv4 range `/n` leaves `32 - n` blocks: all but a range so
/// wide that the whole of it is the mistake (`/8` leaves 24).
const MAX_BLOCKS: usize = 32;
/// Lines that may change at once: an address on more of them is no slip.
const MAX_LINES: usize = 64;
/// Bytes that a changed line may have.
const MAX_LINE: usize = 4096;

/// The changes that take `ip` out of a list whose entries are `entries`.
///
/// # Errors
/// Why it cannot be done by rule.
pub(super) fn cut(
    content: &[u8],
    format: &str,
    entries: &[Entry],
    ip: IpAddr,
) -> Result<Vec<Piece>, NoMend> {
    if !is_lines(format) {
        return Err(NoMend::Format);
    }
    let mut hit: BTreeMap<u64, Vec<&Entry>> = entries
        .iter()
        .filter(|entry| entry.net.contains(&ip))
        .map(|entry| (entry.line, Vec::new()))
        .collect();
    if hit.is_empty() {
        return Err(NoMend::NotListed);
    }
    if hit.len() > MAX_LINES {
        return Err(NoMend::TooMany);
    }
    for entry in entries {
        if let Some(of_line) = hit.get_mut(&entry.line) {
            of_line.push(entry);
        }
    }
    let text = std::str::from_utf8(content).map_err(|_| NoMend::Text)?;
    let mut pieces = Vec::new();
    for (number, at, line) in lines(text) {
        if let Some(entries) = hit.remove(&number) {
            let new = without(line, &entries, ip)?;
            pieces.push(Piece {
                at,
                old: line.to_owned(),
                new,
            });
        }
    }
    // A line that the reader counted and that is not here: the two disagree about what a line is.
    if hit.is_empty() {
        Ok(pieces)
    } else {
        Err(NoMend::Unclear)
    }
}

/// The change that puts `ip` at the end of a list.
///
/// # Errors
/// Why it cannot be done by rule.
pub(super) fn add(
    content: &[u8],
    format: &str,
    entries: &[Entry],
    ip: IpAddr,
) -> Result<Vec<Piece>, NoMend> {
    if entries.iter().any(|entry| entry.net.contains(&ip)) {
        return Err(NoMend::Trusted);
    }
    let text = std::str::from_utf8(content).map_err(|_| NoMend::Text)?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = match format {
        "TXT" => ip.to_string(),
        "OTX_CSV" => {
            let kind = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
            format!("{kind}, {ip}, ")
        }
        _ => return Err(NoMend::Format),
    };
    let new = if text.is_empty() || text.ends_with(['\n', '\r']) {
        format!("{line}{end}")
    } else {
        format!("{end}{line}")
    };
    Ok(vec![Piece {
        at: content.len(),
        old: String::new(),
        new,
    }])
}

/// Whether a list of this format is lines of entries. STIX is XML: an indicator there has observables, relations and
/// handles that point to it, and taking one out by rule may leave a document that GuardDuty refuses as a whole.
fn is_lines(format: &str) -> bool {
    matches!(
        format,
        "TXT" | "OTX_CSV" | "ALIEN_VAULT" | "PROOF_POINT" | "FIRE_EYE"
    )
}

/// What is left of a line, with its end, when `ip` is taken out of its entries.
fn without(line: &str, entries: &[&Entry], ip: IpAddr) -> Result<String, NoMend> {
    let Some(text) = entries.first().map(|entry| entry.text.as_str()) else {
        return Err(NoMend::Unclear);
    };
    // Two entries on a line, a hash beside the address, a quoted field that goes on below: a line is not one thing then.
    let is_hash = |word: &str| {
        matches!(word.len(), 32 | 40 | 64) && word.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let one_thing = entries.iter().all(|entry| entry.text == text)
        && line.matches('"').count().is_multiple_of(2)
        && !line
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(is_hash)
        && line.len() <= MAX_LINE;
    if !one_thing {
        return Err(NoMend::Unclear);
    }
    let blocks: Vec<IpNet> = entries
        .iter()
        .flat_map(|entry| left(entry.net, ip))
        .collect();
    if blocks.len() > MAX_BLOCKS {
        return Err(NoMend::TooMany);
    }
    if blocks.is_empty() {
        return Ok(String::new());
    }
    let body = line.trim_end_matches(['\n', '\r']);
    // The last line may have no end; between its copies there is one.
    let end = line
        .strip_prefix(body)
        .filter(|end| !end.is_empty())
        .unwrap_or("\n");
    // The entry must stand there once, by itself: else the wrong words would be changed.
    let mut parts = body.split(text);
    let (Some(head), Some(tail), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoMend::Unclear);
    };
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/');
    if head.ends_with(joins) || tail.starts_with(joins) {
        return Err(NoMend::Unclear);
    }
    let copies: Vec<String> = blocks
        .iter()
        .map(|block| format!("{head}{block}{tail}"))
        .collect();
    let mut new = copies.join(end);
    if line.len() > body.len() {
        new.push_str(end);
    }
    Ok(new)
}

/// The blocks that are left of a range when an address is taken out, in order.
fn left(net: IpNet, ip: IpAddr) -> Vec<IpNet> {
    if !net.contains(&ip) {
        return vec![net];
    }
    let (mut left, mut rest) = (Vec::new(), net);
    while rest.prefix_len() < rest.max_prefix_len() {
        let Ok(halves) = rest.subnets(rest.prefix_len() + 1) else {
            break;
        };
        for half in halves {
            if half.contains(&ip) {
                rest = half;
            } else {
                left.push(half);
            }
        }
    }
    left.sort();
    left
}

/// The lines with their number from 1, where they begin, and their end: LF, CR LF, or a lone CR, as the reader of lists
/// counts them.
fn lines(text: &str) -> impl Iterator<Item = (u64, usize, &str)> {
    let mut rest = text;
    let (mut number, mut at) = (0, 0);
    std::iter::from_fn(move || {
        let end = rest.find(['\n', '\r']).map_or(rest.len(), |end| {
            let crlf = rest.get(end..).is_some_and(|tail| tail.starts_with("\r\n"));
            end + if crlf { 2 } else { 1 }
        });
        let (line, tail) = rest.split_at_checked(end)?;
        if line.is_empty() {
            return None;
        }
        number += 1;
        let found = (number, at, line);
        at += line.len();
        rest = tail;
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contain::{ListEdit, ListSet, SetKind};

    fn entry(line: u64, text: &str) -> Entry {
        let net = text
            .parse()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .unwrap();
        Entry {
            line,
            text: text.into(),
            net,
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn set() -> ListSet {
        ListSet {
            kind: SetKind::ThreatIntel,
            id: "1".into(),
            name: "bad".into(),
            location: "s3://lists/bad".into(),
            owner: None,
        }
    }

    fn edited(
        content: &str,
        format: &str,
        entries: &[Entry],
        ip: IpAddr,
    ) -> Result<String, NoMend> {
        let pieces = cut(content.as_bytes(), format, entries, ip)?;
        let (edit, after) = ListEdit::new(set(), pieces, content.as_bytes()).unwrap();
        assert_eq!(edit.apply(content.as_bytes()).as_ref(), Some(&after));
        assert_eq!(
            edit.reversed().apply(&after).as_deref(),
            Some(content.as_bytes())
        );
        assert_eq!(edit.reversed().reversed(), edit);
        Ok(String::from_utf8(after).unwrap())
    }

    #[test]
    fn exactly_the_entry_goes() {
        let content = "# mine\r\n203.0.113.7\r\n\r\n198.51.100.9 \r\n203.0.113.70";
        let entries = [
            entry(2, "203.0.113.7"),
            entry(4, "198.51.100.9"),
            entry(5, "203.0.113.70"),
        ];
        assert_eq!(
            edited(content, "TXT", &entries, ip("203.0.113.7")).as_deref(),
            Ok("# mine\r\n\r\n198.51.100.9 \r\n203.0.113.70")
        );
        assert_eq!(
            edited(content, "TXT", &entries, ip("203.0.113.70")).as_deref(),
            Ok("# mine\r\n203.0.113.7\r\n\r\n198.51.100.9 \r\n")
        );
    }

    #[test]
    fn a_range_gives_way_to_what_is_left_of_it_on_copies_of_its_line() {
        let content = "Indicator type, Indicator, Description\nCIDR, 198.51.100.0/30, feed\n";
        assert_eq!(
            edited(
                content,
                "OTX_CSV",
                &[entry(2, "198.51.100.0/30")],
                ip("198.51.100.1")
            )
            .as_deref(),
            Ok(
                "Indicator type, Indicator, Description\nCIDR, 198.51.100.0/32, feed\nCIDR, 198.51.100.2/31, feed\n"
            )
        );
        // Without an end of line at the end there is none afterwards either.
        assert_eq!(
            edited(
                "198.51.100.0/31",
                "TXT",
                &[entry(1, "198.51.100.0/31")],
                ip("198.51.100.1")
            )
            .as_deref(),
            Ok("198.51.100.0/32")
        );
    }

    #[test]
    fn nobody_guesses() {
        let bad = ip("198.51.100.1");
        let sha = "a".repeat(64);
        let wide = [entry(1, "198.51.100.0/24")];
        for (content, format, entries, why) in [
            ("<x/>".to_owned(), "STIX", &wide[..], NoMend::Format),
            (
                "203.0.113.1\n".into(),
                "TXT",
                &[entry(1, "203.0.113.1")],
                NoMend::NotListed,
            ),
            // The line has another entry, which would go too.
            (
                "198.51.100.1,203.0.113.9\n".into(),
                "TXT",
                &[entry(1, "198.51.100.1"), entry(1, "203.0.113.9")],
                NoMend::Unclear,
            ),
            (
                format!("{sha},198.51.100.1\n"),
                "FIRE_EYE",
                &[entry(1, "198.51.100.1")],
                NoMend::Unclear,
            ),
            (
                "IPv4,198.51.100.1,\"two\nlines\"\n".into(),
                "OTX_CSV",
                &[entry(1, "198.51.100.1")],
                NoMend::Unclear,
            ),
            // The range stands there twice, or not as it was read.
            (
                "198.51.100.0/24 see 198.51.100.0/24\n".into(),
                "TXT",
                &wide,
                NoMend::Unclear,
            ),
            ("198.51.100.0/241\n".into(), "TXT", &wide, NoMend::Unclear),
            (
                "\n".into(),
                "TXT",
                &[entry(7, "198.51.100.0/24")],
                NoMend::Unclear,
            ),
        ] {
            assert_eq!(
                edited(&content, format, entries, bad),
                Err(why),
                "{content}"
            );
        }
        let six = [entry(1, "2001:db8::/32")];
        assert_eq!(
            edited("2001:db8::/32\n", "TXT", &six, ip("2001:db8::1")),
            Err(NoMend::TooMany)
        );
        assert_eq!(
            cut(b"198.51.100.0/24 \xff\n", "TXT", &wide, bad),
            Err(NoMend::Text)
        );
    }

    #[test]
    fn an_address_is_added_as_the_list_writes_it() {
        let added = |content: &str, format: &str| -> Result<String, NoMend> {
            let pieces = add(content.as_bytes(), format, &[], ip("192.0.2.1"))?;
            let (edit, after) = ListEdit::new(set(), pieces, content.as_bytes()).unwrap();
            assert_eq!(
                edit.reversed().apply(&after).as_deref(),
                Some(content.as_bytes())
            );
            Ok(String::from_utf8(after).unwrap())
        };
        assert_eq!(added("", "TXT").as_deref(), Ok("192.0.2.1\n"));
        assert_eq!(
            added("1.1.1.1\r\n", "TXT").as_deref(),
            Ok("1.1.1.1\r\n192.0.2.1\r\n")
        );
        assert_eq!(added("1.1.1.1", "TXT").as_deref(), Ok("1.1.1.1\n192.0.2.1"));
        assert_eq!(
            added("Indicator type, Indicator, Description\n", "OTX_CSV").as_deref(),
            Ok("Indicator type, Indicator, Description\nIPv4, 192.0.2.1, \n")
        );
        assert_eq!(added("", "STIX"), Err(NoMend::Format));
        assert_eq!(
            add(
                b"192.0.2.0/24\n",
                "TXT",
                &[entry(1, "192.0.2.0/24")],
                ip("192.0.2.1")
            ),
            Err(NoMend::Trusted)
        );
    }

    #[test]
    fn a_changed_object_is_not_touched() {
        let content = b"198.51.100.1\n";
        let pieces = cut(
            content,
            "TXT",
            &[entry(1, "198.51.100.1")],
            ip("198.51.100.1"),
        )
        .unwrap();
        let (edit, _) = ListEdit::new(set(), pieces, content).unwrap();
        assert_eq!(edit.apply(b"198.51.100.1\n203.0.113.1\n"), None);
    }

    proptest! {
        #[test]
        fn the_address_goes_and_all_else_stays(
            nets in prop::collection::vec((0_u32..4096, 20_u8..=32), 1..20),
            at in 0_u32..4096,
            probes in prop::collection::vec(0_u32..4096, 50),
            end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            closed in any::<bool>(),
        ) {
            let address = |n: u32| IpAddr::from(std::net::Ipv4Addr::from(0xC633_0000 + n));
            let nets: Vec<IpNet> = nets.iter().map(|(n, prefix)| IpNet::new(address(*n), *prefix).unwrap().trunc()).collect();
            let mut content = nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(end);
            if closed {
                content.push_str(end);
            }
            let read = |text: &str| -> Vec<Entry> {
                lines(text).map(|(number, _, line)| entry(number, line.trim_end())).collect()
            };
            let ip = address(at);
            let before = read(&content);
            let listed = |entries: &[Entry], ip: IpAddr| entries.iter().any(|e| e.net.contains(&ip));
            match edited(&content, "TXT", &before, ip) {
                Err(why) => prop_assert_eq!((why, listed(&before, ip)), (NoMend::NotListed, false)),
                Ok(after) => {
                    let after = read(&after);
                    prop_assert!(!listed(&after, ip));
                    for probe in probes.into_iter().map(address).filter(|probe| *probe != ip) {
                        prop_assert_eq!(listed(&before, probe), listed(&after, probe), "{}", probe);
                    }
                }
            }
        }
    }
}
