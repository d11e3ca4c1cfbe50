//! Tables of address ranges with what is said of each, as they are published in CSV or TSV: `start,end,asn,org`,
//! `start,end,country`, `network,…`. Packed for look-up. Must not know where a table came from.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most rows that are kept: the whole Internet by network has about a million.
pub const MAX_ROWS: usize = 5_000_000;

/// The most characters of a name that are kept.
const MAX_NAME: usize = 200;

/// What a table says of a range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Number of the autonomous system.
    pub asn: Option<u32>,
    /// Its holder. Foreign text.
    pub org: String,
    /// Two letters, as ISO 3166-1 has them.
    pub country: Option<String>,
}

/// Which columns follow the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// `asn,org`.
    Asn,
    /// `asn,country,org`.
    AsnCountry,
    /// The country is in this column, counted after the range.
    Country(usize),
}

/// A table, sorted.
#[derive(Debug, Default)]
pub struct Table {
    v4: Rows<u32>,
    v6: Rows<u128>,
    said: Vec<Said>,
    /// Rows that could not be read.
    pub bad: u64,
}

/// Ranges with the place of what is said of them.
#[derive(Debug)]
struct Rows<T> {
    rows: Vec<(T, T, u32)>,
    /// The highest end up to each row; empty where no ranges overlap, which is the rule.
    reach: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            reach: Vec::new(),
        }
    }
}

impl<T: Ord + Copy> Rows<T> {
    fn settle(&mut self) {
        let key = |row: &(T, T, u32)| (row.0, Reverse(row.1));
        if !self.rows.is_sorted_by_key(key) {
            self.rows.sort_by_key(key);
        }
        self.rows.shrink_to_fit();
        let overlap = self
            .rows
            .iter()
            .zip(self.rows.iter().skip(1))
            .any(|(one, next)| next.0 <= one.1);
        if overlap {
            self.reach = self
                .rows
                .iter()
                .scan(None, |reach: &mut Option<T>, row| {
                    *reach = (*reach).max(Some(row.1));
                    *reach
                })
                .collect();
        }
    }

    /// The range that holds the address, the one that begins last where several do.
    fn find(&self, at: T) -> Option<(T, T, u32)> {
        let after = self.rows.partition_point(|row| row.0 <= at);
        if self.reach.is_empty() {
            let row = *self.rows.get(after.checked_sub(1)?)?;
            return (row.1 >= at).then_some(row);
        }
        self.rows
            .iter()
            .zip(&self.reach)
            .take(after)
            .rev()
            .take_while(|(_, reach)| **reach >= at)
            .map(|(row, _)| *row)
            .find(|row| row.1 >= at)
    }
}

/// A range and what the table says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its first address.
    pub first: IpAddr,
    /// Its last address.
    pub last: IpAddr,
    /// What is said.
    pub said: &'a Said,
}

impl Table {
    /// Whether a text, or its beginning, is such a table.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        layout(text).is_some()
    }

    /// Reads a table; `None` when it is none or has more than [`MAX_ROWS`] rows. A row that cannot be read is counted.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (separator, columns) = layout(text)?;
        let mut table = Self::default();
        let mut places: HashMap<&str, Option<u32>> = HashMap::new();
        for line in lines(text) {
            let Some((first, last, rest)) = range(line, separator) else {
                table.bad += 1;
                continue;
            };
            let rest = match columns {
                // The further columns of a table of places differ in each row.
                Columns::Country(place) => rest
                    .match_indices(separator)
                    .nth(place)
                    .and_then(|(end, _)| rest.get(..end))
                    .unwrap_or(rest),
                _ => rest,
            };
            let place = if let Some(place) = places.get(rest) {
                *place
            } else {
                let place = said(rest, separator, columns).and_then(|said| {
                    let place = u32::try_from(table.said.len()).ok()?;
                    table.said.push(said);
                    Some(place)
                });
                places.insert(rest, place);
                place
            };
            // A row that says nothing (no country, not routed) is no fault.
            let Some(place) = place else { continue };
            match (first, last) {
                (IpAddr::V4(a), IpAddr::V4(b)) if a <= b => {
                    table.v4.rows.push((a.to_bits(), b.to_bits(), place));
                }
                (IpAddr::V6(a), IpAddr::V6(b)) if a <= b => {
                    table.v6.rows.push((a.to_bits(), b.to_bits(), place));
                }
                _ => table.bad += 1,
            }
            if table.entries() > MAX_ROWS {
                return None;
            }
        }
        table.v4.settle();
        table.v6.settle();
        Some(table)
    }

    /// How many ranges it has.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.v4.rows.len() + self.v6.rows.len()
    }

    /// What it says of an address.
    #[must_use]
    pub fn find(&self, ip: IpAddr) -> Option<Found<'_>> {
        let (first, last, place): (IpAddr, IpAddr, u32) = match ip.to_canonical() {
            IpAddr::V4(ip) => {
                let (first, last, place) = self.v4.find(ip.to_bits())?;
                (
                    Ipv4Addr::from_bits(first).into(),
                    Ipv4Addr::from_bits(last).into(),
                    place,
                )
            }
            IpAddr::V6(ip) => {
                let (first, last, place) = self.v6.find(ip.to_bits())?;
                (
                    Ipv6Addr::from_bits(first).into(),
                    Ipv6Addr::from_bits(last).into(),
                    place,
                )
            }
        };
        let said = self.said.get(usize::try_from(place).ok()?)?;
        Some(Found { first, last, said })
    }
}

/// Whether the first range of a table is IPv6: published tables hold one kind each.
#[must_use]
pub fn begins_with_v6(text: &str) -> Option<bool> {
    let (separator, _) = layout(text)?;
    lines(text)
        .find_map(|line| range(line, separator))
        .map(|(first, ..)| first.is_ipv6())
}

/// Lines with content.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The separator and the columns, by the first row with a range among the first lines (the very first may be a header).
fn layout(text: &str) -> Option<(char, Columns)> {
    lines(text).take(5).find_map(|line| {
        [',', '\t'].into_iter().find_map(|separator| {
            let (.., rest) = range(line, separator)?;
            Some((separator, columns(&fields(rest, separator))?))
        })
    })
}

fn columns(rest: &[Cow<'_, str>]) -> Option<Columns> {
    let at = |place: usize| rest.get(place).map_or("", |field| field.as_ref());
    let is_number = |text: &str| asn(text).is_some();
    let is_country = |text: &str| country(text).is_some() || matches!(text, "-" | "ZZ" | "None");
    if is_number(at(0)) && is_country(at(1)) && rest.len() >= 3 {
        Some(Columns::AsnCountry)
    } else if is_number(at(0)) && rest.len() >= 2 && at(1).parse::<u64>().is_err() {
        Some(Columns::Asn)
    } else if is_country(at(0)) {
        // DB-IP puts the continent before the country, as two letters too: then a third word is no place name yet.
        let continent = rest.len() >= 4 && is_country(at(1)) && CONTINENTS.contains(&at(0));
        Some(Columns::Country(usize::from(continent)))
    } else {
        None
    }
}

/// MaxMind's and DB-IP's codes of continents.
const CONTINENTS: &[&str] = &["AF", "AN", "AS", "EU", "NA", "OC", "SA", "ZZ"];

/// The range at the start of a row, two addresses (or numbers) or one network, and what follows it.
fn range(line: &str, separator: char) -> Option<(IpAddr, IpAddr, &str)> {
    let (start, rest) = line.split_once(separator)?;
    let start = start.trim_matches(['"', ' ']);
    if let Some((ip, prefix)) = start.split_once('/') {
        let (first, last) = network(ip.parse().ok()?, prefix.parse().ok()?)?;
        return Some((first, last, rest));
    }
    let (end, rest) = rest.split_once(separator)?;
    Some((
        address(start)?,
        address(end.trim_matches(['"', ' ']))?,
        rest,
    ))
}

/// An address, or its number as IP2Location writes it.
fn address(text: &str) -> Option<IpAddr> {
    if text.contains(['.', ':']) {
        return text.parse().ok();
    }
    let number: u128 = text.parse().ok()?;
    Some(match u32::try_from(number) {
        Ok(bits) => Ipv4Addr::from_bits(bits).into(),
        Err(_) => Ipv6Addr::from_bits(number).into(),
    })
}

fn network(ip: IpAddr, prefix: u32) -> Option<(IpAddr, IpAddr)> {
    Some(match ip {
        IpAddr::V4(ip) => {
            let host = u32::MAX.checked_shr(prefix).unwrap_or(0);
            let first = ip.to_bits() & !host;
            (prefix <= 32).then_some((
                Ipv4Addr::from_bits(first).into(),
                Ipv4Addr::from_bits(first | host).into(),
            ))?
        }
        IpAddr::V6(ip) => {
            let host = u128::MAX.checked_shr(prefix).unwrap_or(0);
            let first = ip.to_bits() & !host;
            (prefix <= 128).then_some((
                Ipv6Addr::from_bits(first).into(),
                Ipv6Addr::from_bits(first | host).into(),
            ))?
        }
    })
}

/// What a row says; `None` where it says nothing.
fn said(rest: &str, separator: char, columns: Columns) -> Option<Said> {
    let fields = fields(rest, separator);
    let at = |place: usize| fields.get(place).map_or("", |field| field.trim());
    let name = |text: &str| text.chars().take(MAX_NAME).collect::<String>();
    let said = match columns {
        Columns::Asn => Said {
            asn: asn(at(0)).filter(|asn| *asn != 0),
            org: name(at(1)),
            country: None,
        },
        Columns::AsnCountry => Said {
            asn: asn(at(0)).filter(|asn| *asn != 0),
            org: name(at(2)),
            country: country(at(1)),
        },
        Columns::Country(place) => Said {
            country: country(at(place)),
            ..Said::default()
        },
    };
    (said.asn.is_some() || said.country.is_some()).then_some(said)
}

/// The number of an autonomous system, with or without `AS`.
pub fn asn(text: &str) -> Option<u32> {
    let digits = text
        .strip_prefix("AS")
        .or_else(|| text.strip_prefix("as"))
        .unwrap_or(text);
    digits.parse().ok()
}

/// A country, where the text is two capital letters; `ZZ` stands for none.
pub fn country(text: &str) -> Option<String> {
    let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) && text != "ZZ";
    is_code.then(|| text.to_owned())
}

/// The fields of a row, with quotes taken off and doubled ones made single (RFC 4180).
fn fields(line: &str, separator: char) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let Some(quoted) = text.strip_prefix('"') else {
            let (field, after) = text
                .split_once(separator)
                .map_or((text, None), |(field, after)| (field, Some(after)));
            found.push(Cow::Borrowed(field));
            rest = after;
            continue;
        };
        let mut field = String::new();
        let mut left = quoted;
        loop {
            let (part, after) = left.split_once('"').unwrap_or((left, ""));
            field.push_str(part);
            match after.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    left = after;
                }
                None => {
                    rest = after.split_once(separator).map(|(_, after)| after);
                    break;
                }
            }
        }
        found.push(Cow::Owned(field));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(table: &Table, ip: &str) -> String {
        let Some(found) = table.find(ip.parse().unwrap()) else {
            return "-".into();
        };
        let said = found.said;
        format!(
            "{}..{} {} {:?} {}",
            found.first,
            found.last,
            said.asn.map_or("-".into(), |asn| asn.to_string()),
            said.org,
            said.country.as_deref().unwrap_or("-")
        )
    }

    #[test]
    fn the_tables_that_are_published_are_told_by_their_columns() {
        for (text, ip, wanted) in [
            // ip-location-db and DB-IP.
            (
                "1.0.0.0,1.0.0.255,13335,\"Cloudflare, \"\"Inc.\"\"\"\r\n",
                "1.0.0.7",
                "1.0.0.0..1.0.0.255 13335 \"Cloudflare, \\\"Inc.\\\"\" -",
            ),
            (
                "2001:200::,2001:200:1b9:ffff:ffff:ffff:ffff:ffff,2500,WIDE Project",
                "2001:200::1",
                "2001:200::..2001:200:1b9:ffff:ffff:ffff:ffff:ffff 2500 \"WIDE Project\" -",
            ),
            (
                "1.0.0.0,1.0.0.255,AU\n1.0.1.0,1.0.3.255,CN\n",
                "1.0.2.0",
                "1.0.1.0..1.0.3.255 - \"\" CN",
            ),
            (
                "1.0.0.0,1.0.0.255,OC,AU,Queensland,\"South Brisbane\",-27.4,153.0\n",
                "1.0.0.0",
                "1.0.0.0..1.0.0.255 - \"\" AU",
            ),
            (
                "1.0.0.0,1.0.0.255,AU,Queensland,,South Brisbane,4101,-27.4,153.0,\n",
                "1.0.0.0",
                "1.0.0.0..1.0.0.255 - \"\" AU",
            ),
            // iptoasn.com.
            (
                "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n",
                "1.0.0.1",
                "1.0.0.0..1.0.0.255 13335 \"CLOUDFLARENET\" US",
            ),
            (
                "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n",
                "1.0.1.1",
                "-",
            ),
            // IP2Location.
            (
                "\"0\",\"16777215\",\"-\",\"-\"\n\"16777216\",\"16777471\",\"US\",\"United States of America\"\n",
                "1.0.0.9",
                "1.0.0.0..1.0.0.255 - \"\" US",
            ),
            // MaxMind's CSV, with a header.
            (
                "network,autonomous_system_number,autonomous_system_organization\n1.0.0.0/24,13335,CLOUDFLARENET\n",
                "1.0.0.255",
                "1.0.0.0..1.0.0.255 13335 \"CLOUDFLARENET\" -",
            ),
            (
                "2001:db8::/32,AS64500,Example\n",
                "2001:db8:ffff::",
                "2001:db8::..2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 64500 \"Example\" -",
            ),
        ] {
            let table = Table::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(told(&table, ip), wanted, "{text}");
        }
        for other in [
            "",
            "192.0.2.1\n198.51.100.0/24\n",
            "1.2.3.4,5\n",
            "<html>,<body>,US",
            // DShield's block list: a netmask and a count follow the range.
            "43.255.190.0\t43.255.190.255\t24\t2226\tname\tHK\tx@example.com\n",
        ] {
            assert!(
                Table::read(other).is_none() && !Table::is_one(other),
                "{other}"
            );
        }
    }

    #[test]
    fn a_bad_row_is_counted_and_hides_no_good_one() {
        let table = Table::read(
            "# comment\n1.0.0.0,1.0.0.255,1,a\nnonsense\n\n9.0.0.0,8.0.0.0,2,reversed\n1.0.2.0,::1,3,mixed\n1.0.1.0,1.0.1.255,4,\"open",
        )
        .unwrap();
        assert_eq!((table.entries(), table.bad), (2, 3));
        assert_eq!(
            table.find("1.0.1.9".parse().unwrap()).unwrap().said.org,
            "open"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_looking_at_each_row(
            rows in prop::collection::vec((0_u32..400, 0_u32..60), 1..40),
            at in 0_u32..500,
            v6 in any::<bool>(),
        ) {
            let ip = |number: u32| if v6 {
                IpAddr::V6(Ipv6Addr::from_bits(u128::from(number) | 0x2001 << 112))
            } else {
                IpAddr::V4(Ipv4Addr::from_bits(number | 0x0100_0000))
            };
            let text: String = rows
                .iter()
                .enumerate()
                .map(|(n, (start, more))| format!("{},{},{},n\n", ip(*start), ip(start + more), n + 1))
                .collect();
            let table = Table::read(&text).unwrap();
            // Of the ranges that hold the address, the one that begins last, and of those the shortest.
            let by_hand = rows
                .iter()
                .filter(|(start, more)| (*start..=start + more).contains(&at))
                .map(|(start, more)| (Reverse(*start), start + more))
                .min();
            let found = table.find(ip(at)).map(|found| (found.first, found.last));
            prop_assert_eq!(found, by_hand.map(|(start, end)| (ip(start.0), ip(end))));
        }

        #[test]
        fn no_text_panics(text in "([0-9a-f.:,/\"\t\n]|AS|US){0,80}") {
            if let Some(table) = Table::read(&text) {
                let _ = table.find(IpAddr::V4(Ipv4Addr::LOCALHOST));
            }
        }
    }
}
