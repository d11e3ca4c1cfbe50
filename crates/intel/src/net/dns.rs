//! Questions to one chosen resolver, each told as it was asked. Must not know what is asked for, nor judge.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::time::{Instant, timeout_at};

use super::fetch::SetupError;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// The most records of an answer that are looked at.
const MOST_RECORDS: usize = 20;
/// What stands for a key within a name in everything that is kept.
const MASK: &str = "***";

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Names of an address.
    Ptr,
    /// Texts.
    Txt,
}

impl Wanted {
    const fn kind(self) -> RecordType {
        match self {
            Self::A => RecordType::A,
            Self::Aaaa => RecordType::AAAA,
            Self::Ptr => RecordType::PTR,
            Self::Txt => RecordType::TXT,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// The resolver did not answer in time.
    #[error("timeout")]
    Timeout,
    /// It refused, failed, or answered what is none.
    #[error("no_answer")]
    NoAnswer,
    /// The name is none of the DNS.
    #[error("bad_name")]
    BadName,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The question as it left, keys masked; nothing when none left.
    pub sent: Option<String>,
    /// The records' values as text, sorted; none when there are none.
    pub result: Result<Vec<String>, DnsError>,
}

/// A resolver to ask. Who is offline has none.
#[derive(Debug, Clone)]
pub struct Dns {
    resolver: TokioResolver,
    server: String,
}

impl Dns {
    /// The resolver of the system.
    ///
    /// # Errors
    /// When the system names none.
    pub fn system() -> Result<Self, SetupError> {
        let builder =
            TokioResolver::builder_tokio().map_err(|error| SetupError(error.to_string()))?;
        Self::built(builder, "system".into())
    }

    /// The resolver at an address.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub fn at(server: SocketAddr) -> Result<Self, SetupError> {
        let with_port = |mut connection: ConnectionConfig| {
            connection.port = server.port();
            connection
        };
        let connections = vec![
            with_port(ConnectionConfig::udp()),
            with_port(ConnectionConfig::tcp()),
        ];
        let server_config = NameServerConfig::new(server.ip(), true, connections);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server_config]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        Self::built(builder, server.to_string())
    }

    fn built(
        mut builder: hickory_resolver::ResolverBuilder<TokioRuntimeProvider>,
        server: String,
    ) -> Result<Self, SetupError> {
        let options: &mut ResolverOpts = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        let resolver = builder.build().map_err(|e| SetupError(e.to_string()))?;
        Ok(Self { resolver, server })
    }

    /// Asks for the records of a whole name. A `key` within the name is masked in what is told.
    pub async fn look(
        &self,
        wanted: Wanted,
        name: &str,
        key: Option<&str>,
        until: Instant,
    ) -> Looked {
        let kind = wanted.kind();
        // With the last dot it is the whole name, and no domain of ours is put behind it.
        let full = format!("{}.", name.trim_end_matches('.'));
        let Ok(asked) = Name::from_ascii(&full) else {
            return Looked {
                sent: None,
                result: Err(DnsError::BadName),
            };
        };
        let shown = match key {
            Some(key) => full.replace(key, MASK),
            None => full,
        };
        let sent = Some(format!("DNS {kind} {shown} @{}", self.server));
        let answer = timeout_at(until, self.resolver.lookup(asked, kind)).await;
        let result = match answer {
            Err(_) => Err(DnsError::Timeout),
            Ok(Ok(found)) => Ok(values(found.answers().iter().map(|record| &record.data))),
            Ok(Err(error)) if error.is_no_records_found() => Ok(Vec::new()),
            Ok(Err(error)) if is_late(&error) => Err(DnsError::Timeout),
            Ok(Err(_)) => Err(DnsError::NoAnswer),
        };
        Looked { sent, result }
    }
}

fn is_late(error: &hickory_resolver::net::NetError) -> bool {
    matches!(error, hickory_resolver::net::NetError::Timeout)
}

fn values<'a>(records: impl Iterator<Item = &'a RData>) -> Vec<String> {
    let mut values: Vec<String> = records
        .filter_map(|data| match data {
            RData::A(a) => Some(a.0.to_string()),
            RData::AAAA(a) => Some(a.0.to_string()),
            RData::PTR(name) => Some(name.0.to_ascii().trim_end_matches('.').to_owned()),
            RData::TXT(text) => {
                let whole = text.txt_data.concat();
                Some(String::from_utf8_lossy(&whole).into_owned())
            }
            _ => None,
        })
        .take(MOST_RECORDS)
        .collect();
    values.sort();
    values.dedup();
    values
}

/// The address with its parts in reverse, as names of the DNS have it: `7.2.0.192`, or 32 nibbles.
#[must_use]
pub fn reversed(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(ip) => {
            let digits = format!("{:032x}", ip.to_bits());
            let digits: Vec<String> = digits.chars().rev().map(String::from).collect();
            digits.join(".")
        }
    }
}

/// The name that an address's own names stand under (RFC 1035, RFC 3596).
#[must_use]
pub fn reverse_name(ip: IpAddr) -> String {
    let ip = ip.to_canonical();
    let zone = if ip.is_ipv4() { "in-addr" } else { "ip6" };
    format!("{}.{zone}.arpa", reversed(ip))
}
