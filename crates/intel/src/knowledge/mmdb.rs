//! MMDB files (MaxMind, IPinfo, DB-IP): country, city, autonomous system, anonymisers. Their publishers name the same thing
//! differently, so a record is read as it comes and looked at for every known name. Must not know what a file is called.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use maxminddb::Reader;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Unread;
use super::table::{asn, country};

/// The most characters that are kept of a text.
const MAX_TEXT: usize = 200;

/// A database in memory.
#[derive(Debug)]
pub(super) struct Database {
    reader: Reader<Vec<u8>>,
}

/// What a database says of an address; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// `AS15169 Google LLC`.
    pub asn: Option<String>,
    /// Two letters (ISO 3166-1).
    pub country: Option<String>,
    /// Its English name.
    pub city: Option<String>,
    /// How it hides its users: `vpn`, `public_proxy`, `residential_proxy`, `relay`, `tor`, `anonymous` (no more is said).
    pub hides: Vec<&'static str>,
    /// Machines are rented out there.
    pub hosting: bool,
}

/// The flags of anonymisers: MaxMind's name, that of others, our code.
const FLAGS: &[(&str, &str, &str)] = &[
    ("is_anonymous_vpn", "vpn", "vpn"),
    ("is_public_proxy", "proxy", "public_proxy"),
    ("is_residential_proxy", "res_proxy", "residential_proxy"),
    ("is_tor_exit_node", "tor", "tor"),
    ("is_relay", "relay", "relay"),
];

impl Database {
    /// Reads a database.
    ///
    /// # Errors
    /// [`Unread::Damaged`] when its structure is broken.
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, Unread> {
        let reader = Reader::from_source(bytes).map_err(|error| damaged(&error))?;
        Ok(Self { reader })
    }

    /// Its own name for its kind, such as `GeoLite2-City`. Foreign text.
    #[must_use]
    pub(super) fn kind(&self) -> &str {
        &self.reader.metadata().database_type
    }

    /// When it was made (`build_epoch`).
    #[must_use]
    pub(super) fn built(&self) -> Option<Timestamp> {
        let seconds = i64::try_from(self.reader.metadata().build_epoch).ok()?;
        Timestamp::from_second(seconds).ok()
    }

    /// What it says of an address. A database of IPv4 says nothing of IPv6.
    ///
    /// # Errors
    /// [`Unread::Damaged`] when the way to the record, or the record, is broken.
    pub(super) fn record(&self, ip: IpAddr) -> Result<Record, Unread> {
        if ip.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return Ok(Record::default());
        }
        let found = self.reader.lookup(ip).map_err(|error| damaged(&error))?;
        let node: Option<Node> = found.decode().map_err(|error| damaged(&error))?;
        Ok(node.map_or_else(Record::default, |node| record(&node)))
    }
}

fn damaged(error: &maxminddb::MaxMindDbError) -> Unread {
    Unread::Damaged {
        why: error.to_string().chars().take(MAX_TEXT).collect(),
    }
}

fn record(node: &Node) -> Record {
    let number = [
        "autonomous_system_number",
        "asn",
        "traits/autonomous_system_number",
    ]
    .iter()
    .find_map(|path| node.at(path)?.number());
    let holder = [
        "autonomous_system_organization",
        "as_name",
        "name",
        "traits/autonomous_system_organization",
    ]
    .iter()
    .find_map(|path| node.at(path)?.text())
    .unwrap_or_default();
    let place = |paths: &[&str]| paths.iter().find_map(|path| node.at(path)?.text());
    let mut hides: Vec<&'static str> = FLAGS
        .iter()
        .filter(|(one, other, _)| node.is_set(one) || node.is_set(other))
        .map(|(.., code)| *code)
        .collect();
    let hosting = node.is_set("is_hosting_provider") || node.is_set("hosting");
    // MaxMind calls a hosting provider anonymous too.
    if hides.is_empty() && !hosting && node.is_set("is_anonymous") {
        hides.push("anonymous");
    }
    Record {
        asn: number.map(|number| format!("AS{number} {holder}").trim_end().to_owned()),
        country: place(&["country/iso_code", "country_code", "country"]).and_then(country),
        city: place(&["city/names/en", "city"])
            .map(str::to_owned)
            .filter(|name| !name.is_empty()),
        hides,
        hosting,
    }
}

/// A record as it comes.
#[derive(Debug)]
enum Node {
    Map(BTreeMap<String, Node>),
    Text(String),
    Number(u64),
    Flag(bool),
    Other,
}

impl Node {
    /// What lies at the end of a path through maps.
    fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, key| match node {
            Self::Map(map) => map.get(key),
            _ => None,
        })
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::Number(number) => u32::try_from(*number).ok(),
            Self::Text(text) => asn(text),
            _ => None,
        }
    }

    /// Whether a flag is set, which some write as a text.
    fn is_set(&self, key: &str) -> bool {
        match self.at(key) {
            Some(Self::Flag(flag)) => *flag,
            Some(Self::Text(text)) => text == "true",
            Some(Self::Number(number)) => *number == 1,
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a record")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.chars().take(MAX_TEXT).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut found = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, Node>()? {
            found.insert(key, value);
        }
        Ok(Node::Map(found))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A value as the format writes it (MaxMind DB File Format Specification 2.0), short ones only.
    fn encoded(value: &serde_json::Value) -> Vec<u8> {
        let head = |kind: u8, size: usize| {
            let size = u8::try_from(size).unwrap();
            let (low, more) = if size < 29 {
                (size, None)
            } else {
                (29, Some(size - 29))
            };
            let mut bytes = if kind > 7 {
                vec![low, kind - 7]
            } else {
                vec![kind << 5 | low]
            };
            bytes.extend(more);
            bytes
        };
        match value {
            serde_json::Value::Object(map) => {
                let mut bytes = head(7, map.len());
                for (key, value) in map {
                    bytes.extend(encoded(&key.as_str().into()));
                    // The metadata's numbers have types of their own.
                    bytes.extend(match (key.as_str(), value.as_u64()) {
                        ("build_epoch", Some(number)) => {
                            [head(9, 8), number.to_be_bytes().to_vec()].concat()
                        }
                        (
                            "binary_format_major_version"
                            | "binary_format_minor_version"
                            | "ip_version"
                            | "record_size",
                            Some(number),
                        ) => [
                            head(5, 2),
                            u16::try_from(number).unwrap().to_be_bytes().to_vec(),
                        ]
                        .concat(),
                        _ => encoded(value),
                    });
                }
                bytes
            }
            serde_json::Value::Array(list) => {
                let mut bytes = head(11, list.len());
                list.iter().for_each(|value| bytes.extend(encoded(value)));
                bytes
            }
            serde_json::Value::String(text) => {
                [head(2, text.len()), text.as_bytes().to_vec()].concat()
            }
            serde_json::Value::Bool(flag) => head(14, usize::from(*flag)),
            serde_json::Value::Number(number) => {
                let number = u32::try_from(number.as_u64().unwrap()).unwrap();
                [head(6, 4), number.to_be_bytes().to_vec()].concat()
            }
            serde_json::Value::Null => Vec::new(),
        }
    }

    /// A database of IPv4 that has one record for all of 0.0.0.0/1.
    fn database(record: &serde_json::Value) -> Vec<u8> {
        // One node; a record of its search tree is the number of nodes (nothing), or that and 16 and the place of the data.
        let tree = [0, 0, 17, 0, 0, 1];
        let about = serde_json::json!({
            "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1_795_500_000,
            "database_type": "Test", "description": {"en": "x"}, "ip_version": 4, "languages": ["en"],
            "node_count": 1, "record_size": 24,
        });
        [
            &tree[..],
            &[0; 16],
            &encoded(record),
            b"\xab\xcd\xefMaxMind.com",
            &encoded(&about),
        ]
        .concat()
    }

    fn said(record: &serde_json::Value) -> Record {
        let database = Database::read(database(record)).unwrap();
        assert_eq!(
            database.built().unwrap().to_string(),
            "2026-11-24T06:00:00Z"
        );
        assert_eq!(
            database.record("200.0.0.1".parse().unwrap()).unwrap(),
            Record::default()
        );
        assert_eq!(
            database.record("2001:db8::1".parse().unwrap()).unwrap(),
            Record::default()
        );
        database.record("9.9.9.9".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_names_of_every_publisher_are_known() {
        let record = |asn: Option<&str>, country: Option<&str>, city: Option<&str>| Record {
            asn: asn.map(str::to_owned),
            country: country.map(str::to_owned),
            city: city.map(str::to_owned),
            ..Record::default()
        };
        for (value, wanted) in [
            // MaxMind and DB-IP.
            (
                serde_json::json!({"country": {"iso_code": "GB", "names": {"en": "United Kingdom"}}, "city": {"names": {"en": "Boxford", "de": "X"}}}),
                record(None, Some("GB"), Some("Boxford")),
            ),
            (
                serde_json::json!({"autonomous_system_number": 1221, "autonomous_system_organization": "Telstra Pty Ltd"}),
                record(Some("AS1221 Telstra Pty Ltd"), None, None),
            ),
            (
                serde_json::json!({"autonomous_system_number": 7018}),
                record(Some("AS7018"), None, None),
            ),
            // IPinfo, by its three generations.
            (
                serde_json::json!({"asn": "AS15169", "as_name": "Google LLC", "country": "United States", "country_code": "US"}),
                record(Some("AS15169 Google LLC"), Some("US"), None),
            ),
            (
                serde_json::json!({"asn": "AS15169", "name": "Google LLC", "domain": "google.com"}),
                record(Some("AS15169 Google LLC"), None, None),
            ),
            (
                serde_json::json!({"country": "US", "city": "Mountain View", "asn": ""}),
                record(None, Some("US"), Some("Mountain View")),
            ),
            // A name without a number is none of a system's, and other types are no error.
            (
                serde_json::json!({"name": "x", "country": {"iso_code": 7}, "city": ["a"], "asn": true}),
                Record::default(),
            ),
            (serde_json::json!("text"), Record::default()),
        ] {
            assert_eq!(said(&value), wanted, "{value}");
        }
    }

    #[test]
    fn anonymisers_are_told_by_their_flags() {
        for (value, hides, hosting) in [
            (
                serde_json::json!({"is_anonymous": true, "is_anonymous_vpn": true, "is_tor_exit_node": true}),
                &["vpn", "tor"][..],
                false,
            ),
            (
                serde_json::json!({"is_anonymous": true, "is_hosting_provider": true}),
                &[],
                true,
            ),
            (
                serde_json::json!({"is_anonymous": true}),
                &["anonymous"],
                false,
            ),
            (
                serde_json::json!({"is_anonymous": false, "is_public_proxy": false}),
                &[],
                false,
            ),
            (
                serde_json::json!({"vpn": "true", "proxy": "", "relay": true, "hosting": "true", "tor": "false"}),
                &["vpn", "relay"],
                true,
            ),
        ] {
            let record = said(&value);
            assert_eq!(
                (record.hides.as_slice(), record.hosting),
                (hides, hosting),
                "{value}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn a_damaged_database_is_a_problem_and_no_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>(), cuts in any::<bool>()) {
            let mut bytes = database(&serde_json::json!({"country": {"iso_code": "GB"}, "asn": "AS1", "list": [1, "x"]}));
            for (at, value) in flips {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            if cuts {
                bytes.truncate(cut.index(bytes.len()));
            }
            if let Ok(database) = Database::read(bytes) {
                let _ = (database.record([9, 9, 9, 9].into()), database.record([200, 9, 9, 9].into()), database.built());
                let _ = database.record(std::net::Ipv6Addr::LOCALHOST.into());
            }
        }
    }
}
