//! The free sources that `rebato intel update` knows, and what a file's name tells of its content. Must not read or ask.

use jiff::SignedDuration;

use crate::Purpose;

/// A source on the Internet, free to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its name in reports, and of its file.
    pub name: &'static str,
    /// What its file ends in.
    pub ending: &'static str,
    /// Where it is; `None` where the address changes, so that somebody must name it.
    pub url: Option<&'static str>,
    /// Its terms, as its publisher names them; a text to be shown where they want one.
    pub licence: &'static str,
    /// It is asked at most so often.
    pub every: SignedDuration,
}

impl Source {
    /// The file that it becomes.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.{}", self.name, self.ending)
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(24 * 7);

const fn source(
    name: &'static str,
    ending: &'static str,
    url: &'static str,
    licence: &'static str,
    every: SignedDuration,
) -> Source {
    Source {
        name,
        ending,
        url: Some(url),
        licence,
        every,
    }
}

/// IANA's bootstrap files of RDAP (RFC 9224) begin so.
const BOOTSTRAP: &str = "rdap-";

/// Whether a source's file says which registry to ask.
pub(super) fn is_bootstrap(name: &str) -> bool {
    name.starts_with(BOOTSTRAP)
}

/// All of them.
pub const SOURCES: &[Source] = &[
    source(
        "rdap-ipv4",
        "json",
        "https://data.iana.org/rdap/ipv4.json",
        "published by IANA for this use",
        DAY,
    ),
    source(
        "rdap-ipv6",
        "json",
        "https://data.iana.org/rdap/ipv6.json",
        "published by IANA for this use",
        DAY,
    ),
    source(
        "aws-ranges",
        "json",
        "https://ip-ranges.amazonaws.com/ip-ranges.json",
        "published by AWS for this use",
        DAY,
    ),
    source(
        "google-cloud",
        "json",
        "https://www.gstatic.com/ipranges/cloud.json",
        "published by Google for this use",
        DAY,
    ),
    source(
        "google",
        "json",
        "https://www.gstatic.com/ipranges/goog.json",
        "published by Google for this use",
        DAY,
    ),
    // Each week's file has another address.
    Source {
        name: "azure",
        ending: "json",
        url: None,
        licence: "published by Microsoft for this use",
        every: DAY,
    },
    source(
        "cloudflare-v4",
        "txt",
        "https://www.cloudflare.com/ips-v4",
        "published by Cloudflare for this use",
        DAY,
    ),
    source(
        "cloudflare-v6",
        "txt",
        "https://www.cloudflare.com/ips-v6",
        "published by Cloudflare for this use",
        DAY,
    ),
    source(
        "fastly",
        "json",
        "https://api.fastly.com/public-ip-list",
        "published by Fastly for this use",
        DAY,
    ),
    source(
        "oracle",
        "json",
        "https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json",
        "published by Oracle for this use",
        DAY,
    ),
    source(
        "digitalocean",
        "csv",
        "https://www.digitalocean.com/geo/google.csv",
        "published by DigitalOcean for this use",
        DAY,
    ),
    source(
        "github",
        "json",
        "https://api.github.com/meta",
        "published by GitHub for this use",
        DAY,
    ),
    source(
        "tor-exits",
        "txt",
        "https://check.torproject.org/torbulkexitlist",
        "The Tor Project, CC0-1.0",
        HOUR,
    ),
    source(
        "tor-relays",
        "json",
        "https://onionoo.torproject.org/details?fields=or_addresses,exit_addresses,flags",
        "The Tor Project, CC0-1.0",
        HOUR,
    ),
    source(
        "spamhaus-drop-v4",
        "json",
        "https://www.spamhaus.org/drop/drop_v4.json",
        "The Spamhaus Project, free to use with credit",
        DAY,
    ),
    source(
        "spamhaus-drop-v6",
        "json",
        "https://www.spamhaus.org/drop/drop_v6.json",
        "The Spamhaus Project, free to use with credit",
        DAY,
    ),
    source(
        "spamhaus-asndrop",
        "json",
        "https://www.spamhaus.org/drop/asndrop.json",
        "The Spamhaus Project, free to use with credit",
        DAY,
    ),
    source(
        "feodo",
        "json",
        "https://feodotracker.abuse.ch/downloads/ipblocklist.json",
        "abuse.ch, CC0-1.0",
        HOUR,
    ),
    source(
        "asn-ipv4",
        "csv",
        "https://cdn.jsdelivr.net/npm/@ip-location-db/asn/asn-ipv4.csv",
        "RouteViews and DB-IP, CC-BY-4.0",
        WEEK,
    ),
    source(
        "asn-ipv6",
        "csv",
        "https://cdn.jsdelivr.net/npm/@ip-location-db/asn/asn-ipv6.csv",
        "RouteViews and DB-IP, CC-BY-4.0",
        WEEK,
    ),
    source(
        "country-ipv4",
        "csv",
        "https://cdn.jsdelivr.net/npm/@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv4.csv",
        "ip-location-db, CC0-1.0",
        WEEK,
    ),
    source(
        "country-ipv6",
        "csv",
        "https://cdn.jsdelivr.net/npm/@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv6.csv",
        "ip-location-db, CC0-1.0",
        WEEK,
    ),
];

/// The source of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.name == name)
}

/// What publishers of MMDB files want to be said where their data is used, by the beginning of the database's type.
const ATTRIBUTIONS: &[(&str, &str)] = &[
    (
        "GeoLite2",
        "This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com",
    ),
    ("GeoIP", "MaxMind, commercial licence"),
    ("DBIP", "IP Geolocation by DB-IP, https://db-ip.com"),
    (
        "ipinfo",
        "IP address data powered by IPinfo, https://ipinfo.io",
    ),
];

/// The terms of a database, where its type says whose it is.
#[must_use]
pub fn attribution(kind: &str) -> Option<&'static str> {
    let fits = |start: &str| {
        kind.get(..start.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    ATTRIBUTIONS
        .iter()
        .find(|(start, _)| fits(start))
        .map(|(_, text)| *text)
}

/// Words in the name of a list that tell what it is for, the first row that fits counts.
const PURPOSES: &[(&[&str], Purpose)] = &[
    (&["drop", "edrop"], Purpose::Netblocks),
    (
        &[
            "tor",
            "vpn",
            "vpns",
            "proxy",
            "proxies",
            "anonymiser",
            "anonymizer",
            "anonymisers",
            "anonymizers",
        ],
        Purpose::Anonymiser,
    ),
    (
        &["trusted", "allow", "allowlist", "whitelist", "good"],
        Purpose::Trusted,
    ),
    (&["scanner", "scanners"], Purpose::MassScanner),
    (
        &[
            "feodo",
            "feodotracker",
            "threat",
            "threats",
            "malicious",
            "bad",
            "block",
            "blocklist",
            "blacklist",
            "c2",
            "firehol",
            "ipsum",
        ],
        Purpose::Threat,
    ),
];

/// What a list of this name is for; an address list by itself does not say.
#[must_use]
pub fn purpose(name: &str) -> Option<Purpose> {
    PURPOSES
        .iter()
        .find(|(signs, _)| words(name).any(|word| signs.contains(&word.as_str())))
        .map(|(_, purpose)| *purpose)
}

/// Who publishes a plain list of its own networks under this name.
#[must_use]
pub fn owner(name: &str) -> Option<&'static str> {
    const OWNERS: &[&str] = &[
        "cloudflare",
        "fastly",
        "digitalocean",
        "linode",
        "vultr",
        "hetzner",
        "ovh",
    ];
    OWNERS
        .iter()
        .find(|owner| words(name).any(|word| word == **owner))
        .copied()
}

/// Whether a name has the word.
#[must_use]
pub fn has_word(name: &str, wanted: &str) -> bool {
    words(name).any(|word| word == wanted)
}

fn words(name: &str) -> impl Iterator<Item = String> {
    name.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_list_is_for() {
        for (name, wanted) in [
            ("tor-exit-nodes", Some(Purpose::Anonymiser)),
            ("Tor_Bulk", Some(Purpose::Anonymiser)),
            ("drop_v4", Some(Purpose::Netblocks)),
            ("spamhaus-drop-v6", Some(Purpose::Netblocks)),
            ("dropbox", None),
            ("history", None),
            ("our-trusted", Some(Purpose::Trusted)),
            ("firehol_level1", Some(Purpose::Threat)),
            ("feodo", Some(Purpose::Threat)),
        ] {
            assert_eq!(purpose(name), wanted, "{name}");
        }
        assert_eq!(owner("cloudflare-v4"), Some("cloudflare"));
        assert_eq!(owner("ips-v4"), None);
    }

    #[test]
    fn every_source_has_a_name_of_its_own_and_is_fetched_over_tls() {
        for source in SOURCES {
            assert_eq!(SOURCES.iter().filter(|s| s.name == source.name).count(), 1);
            assert!(
                source.url.is_none_or(|url| url.starts_with("https://")),
                "{}",
                source.name
            );
            assert!(!source.licence.is_empty() && source.every >= HOUR);
        }
        assert_eq!(
            named("feodo").map(Source::file).as_deref(),
            Some("feodo.json")
        );
        assert!(attribution("GeoLite2-City").is_some_and(|text| text.contains("MaxMind")));
        assert!(attribution("DBIP-City-Lite").is_some() && attribution("Test").is_none());
    }
}
