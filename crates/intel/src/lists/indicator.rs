//! One piece of text, one meaning: an address, a network, a range, a domain or a hash. Must not know formats.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::lines::trim;

/// What an entry means. Domains and hashes are only counted: their text is in the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indicator {
    /// One IPv4 address.
    Ipv4(Ipv4Addr),
    /// An IPv4 network, or a range that is one.
    Cidr(Ipv4Net),
    /// An IPv4 range that is no network: first and last address.
    Range(Ipv4Addr, Ipv4Addr),
    /// An IPv6 address or network. GuardDuty does not take them.
    Ipv6(Ipv6Net),
    /// A domain, perhaps with `*.` or `.` before it.
    Domain,
    /// An MD5, SHA-1 or SHA-256 in hexadecimal.
    Hash,
}

impl Indicator {
    /// First and last address as numbers, for IPv4.
    pub(crate) fn v4_bounds(&self) -> Option<(u32, u32)> {
        match self {
            Self::Ipv4(ip) => Some((ip.to_bits(), ip.to_bits())),
            Self::Cidr(net) => Some(super::bounds(*net)),
            Self::Range(first, last) => Some((first.to_bits(), last.to_bits())),
            Self::Ipv6(_) | Self::Domain | Self::Hash => None,
        }
    }

    /// The one network it is; none for a range, a domain or a hash.
    pub(crate) fn net(&self) -> Option<IpNet> {
        match self {
            Self::Ipv4(ip) => Some(IpNet::from(IpAddr::V4(*ip))),
            Self::Cidr(net) => Some(IpNet::V4(*net)),
            Self::Ipv6(net) => Some(IpNet::V6(*net)),
            Self::Range(..) | Self::Domain | Self::Hash => None,
        }
    }

    /// Whether it is about addresses.
    pub(super) const fn is_address(&self) -> bool {
        !matches!(self, Self::Domain | Self::Hash)
    }
}

/// Reads a piece of text, or says with a code why not.
pub(super) fn parse(text: &str) -> Result<Indicator, &'static str> {
    // Lists of half a million lines are mostly these two.
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Ok(Indicator::Ipv4(ip));
    }
    if let Some((base, prefix)) = text.split_once('/')
        && let (Ok(base), Some(prefix)) = (base.parse::<Ipv4Addr>(), number(prefix))
        && let Ok(net) = Ipv4Net::new(base, prefix)
    {
        return Ok(Indicator::Cidr(net.trunc()));
    }
    let text = trim(trim(text).trim_matches(['"', '\'']));
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Ok(Indicator::Ipv4(ip));
    }
    if text.contains("[.]") || text.contains("[:]") {
        return parse_plain(&text.replace("[.]", ".").replace("[:]", ":"));
    }
    parse_plain(text)
}

fn parse_plain(text: &str) -> Result<Indicator, &'static str> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(address(ip));
    }
    if text.contains("://") {
        return Err("unsupported_type");
    }
    if let Some((base, prefix)) = text.split_once('/') {
        return network(base.trim(), prefix.trim());
    }
    if let Some((first, last)) = text.split_once('-')
        && let (Ok(first), Ok(last)) = (
            first.trim().parse::<Ipv4Addr>(),
            last.trim().parse::<Ipv4Addr>(),
        )
    {
        return if first <= last {
            Ok(super::range(first, last))
        } else {
            Err("reversed_range")
        };
    }
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Ok(address(socket.ip()));
    }
    if is_hash(text) {
        return Ok(Indicator::Hash);
    }
    if is_domain(text) {
        return Ok(Indicator::Domain);
    }
    Err(if is_padded(text) {
        "leading_zeros"
    } else {
        "not_an_indicator"
    })
}

fn address(ip: IpAddr) -> Indicator {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Indicator::Ipv4(ip),
        IpAddr::V6(ip) => Indicator::Ipv6(Ipv6Net::from(ip)),
    }
}

fn network(base: &str, prefix: &str) -> Result<Indicator, &'static str> {
    if let Ok(base) = base.parse::<Ipv4Addr>() {
        let net = match prefix.parse::<Ipv4Addr>() {
            Ok(mask) => Ipv4Net::with_netmask(base, mask).ok(),
            Err(_) => number(prefix).and_then(|n| Ipv4Net::new(base, n).ok()),
        };
        // Host bits set are common and the meaning is clear.
        return net
            .map(|net| Indicator::Cidr(net.trunc()))
            .ok_or("bad_prefix");
    }
    if let Ok(base) = base.parse::<Ipv6Addr>() {
        return number(prefix)
            .and_then(|n| Ipv6Net::new(base, n).ok())
            .map(|net| mapped(net).map_or(Indicator::Ipv6(net.trunc()), Indicator::Cidr))
            .ok_or("bad_prefix");
    }
    Err(if is_padded(base) {
        "leading_zeros"
    } else {
        "not_an_indicator"
    })
}

/// The IPv4 network that an IPv6 one is written for (`::ffff:198.51.100.0/120`).
fn mapped(net: Ipv6Net) -> Option<Ipv4Net> {
    let prefix = net.prefix_len().checked_sub(96)?;
    let base = net.addr().to_ipv4_mapped()?;
    Some(Ipv4Net::new(base, prefix).ok()?.trunc())
}

/// The host of a URL, when it is an address.
pub(super) fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#', '\\']).next()?;
    let host = host.rsplit('@').next()?;
    let found = parse(host).is_ok_and(|found| found.is_address());
    found.then_some(host)
}

fn number(text: &str) -> Option<u8> {
    text.parse()
        .ok()
        .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// `010.1.2.3`: octal to some readers and decimal to others, so nobody should guess.
fn is_padded(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4
        && parts
            .iter()
            .all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()))
        && parts.iter().any(|p| p.len() > 1 && p.starts_with('0'))
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_domain(text: &str) -> bool {
    let name = text
        .strip_prefix("*.")
        .or_else(|| text.strip_prefix('.'))
        .unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.len() > 253 || !name.contains('.') {
        return false;
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let top = name.rsplit('.').next().unwrap_or_default();
    name.split('.').all(label)
        && top.chars().count() >= 2
        && (top.starts_with("xn--") || top.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text) {
            Ok(Indicator::Ipv4(ip)) => ip.to_string(),
            Ok(Indicator::Cidr(net)) => net.to_string(),
            Ok(Indicator::Range(first, last)) => format!("{first}..{last}"),
            Ok(Indicator::Ipv6(net)) => net.to_string(),
            Ok(Indicator::Domain) => "domain".into(),
            Ok(Indicator::Hash) => "hash".into(),
            Err(what) => what.into(),
        }
    }

    #[test]
    fn the_host_of_a_url_counts_when_it_is_an_address() {
        for (url, wanted) in [
            ("http://198.51.100.1:8080/x", Some("198.51.100.1:8080")),
            ("https://u@198.51.100.1", Some("198.51.100.1")),
            ("http://[2001:db8::1]:80/", Some("[2001:db8::1]:80")),
            ("http://evil.example/198.51.100.1", None),
            ("http://198.51.100.0/24", Some("198.51.100.0")),
            ("198.51.100.1/x", None),
        ] {
            assert_eq!(host(url), wanted, "{url}");
        }
    }

    #[test]
    fn every_form_means_one_thing() {
        for (text, wanted) in [
            ("198.51.100.1", "198.51.100.1"),
            (" \"198.51.100.1\" ", "198.51.100.1"),
            ("198.51.100[.]1", "198.51.100.1"),
            ("198.51.100.1:8080", "198.51.100.1"),
            ("198.51.100.1/32", "198.51.100.1/32"),
            ("198.51.100.77/24", "198.51.100.0/24"),
            ("198.51.100.0/255.255.255.0", "198.51.100.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("198.51.100.0/33", "bad_prefix"),
            ("198.51.100.0/", "bad_prefix"),
            ("198.51.100.0/+8", "bad_prefix"),
            ("198.51.100.0/255.0.255.0", "bad_prefix"),
            ("198.51.100.0-198.51.100.255", "198.51.100.0/24"),
            ("198.51.100.1 - 198.51.100.9", "198.51.100.1..198.51.100.9"),
            ("198.51.100.9-198.51.100.1", "reversed_range"),
            ("198.51.100.9-198.51.100.9", "198.51.100.9"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("[2001:db8::1]:443", "2001:db8::1/128"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("::ffff:198.51.100.77/120", "198.51.100.0/24"),
            ("::ffff:0:0/95", "::fffe:0:0/95"),
            ("\u{feff}198.51.100.1\0", "198.51.100.1"),
            ("2001:db8::/129", "bad_prefix"),
            ("010.1.2.3", "leading_zeros"),
            ("010.1.2.0/24", "leading_zeros"),
            ("256.1.2.3", "not_an_indicator"),
            ("1.2.3", "not_an_indicator"),
            ("1.2.3.4.5", "not_an_indicator"),
            ("", "not_an_indicator"),
            ("hello", "not_an_indicator"),
            ("-bad-.example", "not_an_indicator"),
            ("a..example", "not_an_indicator"),
            ("evil.example", "domain"),
            ("*.evil.example.", "domain"),
            (".evil.example", "domain"),
            ("xn--bcher-kva.example", "domain"),
            ("http://evil.example/x", "unsupported_type"),
            ("d41d8cd98f00b204e9800998ecf8427e", "hash"),
            (
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "hash",
            ),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }
}
