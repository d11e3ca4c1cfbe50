//! Which registry to ask about an address: IANA's bootstrap files (RFC 9224). Must not ask.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

/// IANA's allocations of IPv4 and IPv6 to the five regional registries, in the form of its bootstrap files, both in one.
/// They change every few years.
const BUILT_IN: &str = include_str!("bootstrap.json");

/// The registries of nations, and of regions by another name, which the regional ones send on to.
const SENT_ON_TO: &[&str] = &[
    "idnic.rdap.apnic.net",
    "jpnic.rdap.apnic.net",
    "krnic.rdap.apnic.net",
    "rdap.nic.ad.jp",
    "rdap.registro.br",
    "rdap.twnic.tw",
];

/// A bootstrap file that does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a bootstrap file of RFC 9224 with servers by https")]
pub struct NoBootstrap;

/// The form of RFC 9224, section 3.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    publication: Option<String>,
    services: Vec<(Vec<String>, Vec<String>)>,
}

/// Networks and the registry that each belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// As of when, as the file says.
    pub as_of: Option<String>,
    services: Vec<(IpNet, Url)>,
}

impl Bootstrap {
    /// The one that the program brings along.
    #[must_use]
    pub fn built_in() -> Self {
        Self::read(BUILT_IN.as_bytes()).unwrap_or(Self {
            as_of: None,
            services: Vec::new(),
        })
    }

    /// Reads `ipv4.json` or `ipv6.json` as IANA publishes them.
    ///
    /// # Errors
    /// [`NoBootstrap`], also when it names no server.
    pub fn read(bytes: &[u8]) -> Result<Self, NoBootstrap> {
        let file: File = serde_json::from_slice(bytes).map_err(|_| NoBootstrap)?;
        let mut services = Vec::new();
        for (nets, urls) in &file.services {
            let url = urls.iter().filter_map(|url| Url::parse(url).ok());
            let Some(url) = url.into_iter().find(|url| url.scheme() == "https") else {
                continue;
            };
            let nets = nets.iter().filter_map(|net| net.parse::<IpNet>().ok());
            services.extend(nets.map(|net| (net, url.clone())));
        }
        if services.is_empty() {
            return Err(NoBootstrap);
        }
        Ok(Self {
            as_of: file.publication,
            services,
        })
    }

    /// How many networks it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.services.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// With a newer file's word on the networks of the families that it has.
    #[must_use]
    pub fn refreshed(mut self, newer: Self) -> Self {
        let has = |v4: bool| newer.services.iter().any(|(net, _)| is_v4(net) == v4);
        let (v4, v6) = (has(true), has(false));
        self.services
            .retain(|(net, _)| if is_v4(net) { !v4 } else { !v6 });
        self.services.extend(newer.services);
        self.as_of = newer.as_of.or(self.as_of);
        self
    }

    /// Sends every question to one server, as a mirror or a test needs it.
    #[must_use]
    pub fn only(url: &Url) -> Self {
        let all = ["0.0.0.0/0", "::/0"]
            .iter()
            .filter_map(|net| net.parse().ok());
        Self {
            as_of: None,
            services: all.map(|net| (net, url.clone())).collect(),
        }
    }

    /// The server of an address: of several networks the narrowest counts (RFC 9224, section 4).
    #[must_use]
    pub fn server(&self, ip: IpAddr) -> Option<&Url> {
        self.services
            .iter()
            .filter(|(net, _)| net.contains(&ip))
            .max_by_key(|(net, _)| net.prefix_len())
            .map(|(_, url)| url)
    }

    /// The hosts that may be sent on to: the registries, and those that they answer for.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let named = self.services.iter().filter_map(|(_, url)| url.host_str());
        let mut hosts: Vec<String> = named
            .chain(SENT_ON_TO.iter().copied())
            .map(Into::into)
            .collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }
}

fn is_v4(net: &IpNet) -> bool {
    matches!(net, IpNet::V4(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(bootstrap: &Bootstrap, ip: &str) -> Option<String> {
        bootstrap.server(ip.parse().unwrap()).map(Url::to_string)
    }

    #[test]
    fn knows_the_registry_of_every_region() {
        let built_in = Bootstrap::built_in();
        for (ip, wanted) in [
            ("192.198.0.1", Some("https://rdap.arin.net/registry/")),
            ("77.72.82.80", Some("https://rdap.db.ripe.net/")),
            ("1.1.1.1", Some("https://rdap.apnic.net/")),
            ("200.1.2.3", Some("https://rdap.lacnic.net/rdap/")),
            ("41.0.0.1", Some("https://rdap.afrinic.net/rdap/")),
            ("2600:1f18::1", Some("https://rdap.arin.net/registry/")),
            ("2a02:6b8::1", Some("https://rdap.db.ripe.net/")),
            ("2410::1", Some("https://rdap.apnic.net/")),
            ("10.0.0.1", None),
            ("240.0.0.1", None),
            ("fd00::1", None),
        ] {
            assert_eq!(server(&built_in, ip).as_deref(), wanted, "{ip}");
        }
        assert_eq!(built_in.as_of.as_deref(), Some("2025-10-10T00:00:00Z"));
        let hosts = built_in.hosts();
        assert!(hosts.contains(&"rdap.registro.br".to_owned()));
        assert!(hosts.contains(&"rdap.arin.net".to_owned()));
    }

    #[test]
    fn a_newer_file_counts_for_its_family_and_only_by_https() {
        let newer = br#"{"version":"1.0","publication":"2026-01-01T00:00:00Z","services":[
            [["77.0.0.0/8","77.72.0.0/16"],["http://plain.example/","https://new.example/rdap/"]],
            [["78.0.0.0/8"],["http://plain.example/"]]]}"#;
        let newer = Bootstrap::read(newer).unwrap();
        let both = Bootstrap::built_in().refreshed(newer);
        let new = Some("https://new.example/rdap/".into());
        assert_eq!(server(&both, "77.72.82.80"), new);
        assert_eq!(server(&both, "78.0.0.1"), None);
        assert_eq!(server(&both, "1.1.1.1"), None);
        assert!(server(&both, "2a02:6b8::1").is_some());
        for bad in [
            "",
            "{}",
            "{\"services\":[]}",
            "{\"services\":[[[\"x\"],[\"y\"]]]}",
        ] {
            assert_eq!(Bootstrap::read(bad.as_bytes()), Err(NoBootstrap));
        }
    }
}
