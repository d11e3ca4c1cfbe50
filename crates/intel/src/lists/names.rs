//! What the columns and keys of public lists are called, and what each name means. Must not read values.

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// What the row is about; of several the lowest number counts.
    Value(u8),
    /// The first address of a range.
    First,
    /// The last address of a range.
    Last,
    /// Where something bad is to be had: only an address as host is of use.
    Url,
    /// What kind of value it is.
    Kind,
    /// How sure, how often or how bad, on the source's own scale.
    Score,
    /// What the source says about it; of several the lowest number counts.
    Label(u8),
    /// When the source last knew something.
    Date,
    /// A STIX pattern.
    Pattern,
    /// Whether it was taken back.
    Revoked,
    /// The number of a network: then a domain beside it is its holder's.
    Network,
}

/// Addresses, then networks, then whatever the source calls its entries, then names, then files.
const VALUES: [&[&str]; 5] = [
    &[
        "ip",
        "ips",
        "ipaddress",
        "ipaddr",
        "ipv4",
        "ipv4address",
        "ipv6",
        "ipv6address",
        "address",
        "addr",
        "dstip",
        "destip",
        "destinationip",
        "srcip",
        "sourceip",
        "remoteip",
        "attackerip",
        "attackip",
        "badip",
        "maliciousip",
        "c2ip",
        "hostip",
    ],
    &[
        "cidr",
        "cidrs",
        "network",
        "netblock",
        "netset",
        "subnet",
        "prefix",
        "ipprefix",
        "ipv4prefix",
        "ipv6prefix",
        "addressprefix",
        "iprange",
        "range",
        "net",
        "cidrblock",
    ],
    &[
        "ioc",
        "iocvalue",
        "indicator",
        "value",
        "observable",
        "entry",
        "item",
    ],
    &[
        "domain",
        "domainname",
        "host",
        "hostname",
        "fqdn",
        "dnsname",
    ],
    &[
        "sha256",
        "sha256hash",
        "sha1",
        "sha1hash",
        "md5",
        "md5hash",
        "filehash",
        "hash",
    ],
];

/// The narrower the word, the more it says.
const LABELS: [&[&str]; 4] = [
    &[
        "malware",
        "malwareprintable",
        "malwarefamily",
        "family",
        "botnet",
        "sblid",
    ],
    &[
        "threat",
        "threattype",
        "threatname",
        "label",
        "tag",
        "tags",
        "category",
        "categories",
        "reason",
    ],
    &["description", "desc", "comment", "note", "title"],
    &["name", "asname", "org", "organization"],
];

const OTHERS: [(Meaning, &[&str]); 9] = [
    (
        Meaning::First,
        &[
            "start",
            "startip",
            "startaddress",
            "first",
            "firstip",
            "from",
            "rangestart",
        ],
    ),
    (
        Meaning::Last,
        &[
            "end",
            "endip",
            "endaddress",
            "last",
            "lastip",
            "to",
            "rangeend",
        ],
    ),
    (Meaning::Url, &["url", "uri"]),
    (Meaning::Kind, &["type", "indicatortype", "ioctype"]),
    (
        Meaning::Score,
        &[
            "score",
            "confidence",
            "confidencelevel",
            "abuseconfidencescore",
            "abusescore",
            "risk",
            "riskscore",
            "count",
            "hits",
            "attacks",
            "reports",
            "totalreports",
            "reliability",
            "weight",
            "severity",
            "threatlevel",
        ],
    ),
    (
        Meaning::Date,
        &[
            "date",
            "time",
            "timestamp",
            "updated",
            "updatedat",
            "lastupdate",
            "lastupdated",
            "lastmodified",
            "modified",
            "created",
            "createdat",
            "createdate",
            "creationtime",
            "generated",
            "generatedat",
            "published",
            "firstseen",
            "firstseenutc",
            "lastseen",
            "lastseenutc",
            "lastonline",
            "lastreportedat",
            "lastreported",
            "dateadded",
            "version",
            "relayspublished",
        ],
    ),
    (Meaning::Pattern, &["pattern"]),
    (Meaning::Revoked, &["revoked"]),
    (Meaning::Network, &["asn", "asnumber"]),
];

/// What a field of this name is, however it is capitalised or hyphenated.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    // Longer ones are prose.
    if name.len() > 40 {
        return None;
    }
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' ' | '.' | '"' | '\''))
        .flat_map(char::to_lowercase)
        .collect();
    let ranked = |names: &[&[&str]]| {
        (0u8..)
            .zip(names)
            .find(|(_, names)| names.contains(&name.as_str()))
            .map(|(rank, _)| rank)
    };
    if let Some(rank) = ranked(&VALUES) {
        return Some(Meaning::Value(rank));
    }
    if let Some(rank) = ranked(&LABELS) {
        return Some(Meaning::Label(rank));
    }
    if name.starts_with("numberof") {
        return Some(Meaning::Score);
    }
    OTHERS
        .iter()
        .find(|(_, names)| names.contains(&name.as_str()))
        .map(|(meaning, _)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_the_same_in_every_spelling() {
        for (name, wanted) in [
            ("IP", Some(Meaning::Value(0))),
            ("ip_address", Some(Meaning::Value(0))),
            ("ipAddress", Some(Meaning::Value(0))),
            ("IPv4 Prefix", Some(Meaning::Value(1))),
            ("ioc_value", Some(Meaning::Value(2))),
            ("abuseConfidenceScore", Some(Meaning::Score)),
            ("number of (black)lists", Some(Meaning::Score)),
            ("malware", Some(Meaning::Label(0))),
            ("first_seen_utc", Some(Meaning::Date)),
            ("our_ip", None),
            ("", None),
        ] {
            assert_eq!(meaning(name), wanted, "{name}");
        }
    }
}
