//! Questions to one chosen resolver, each told as it was asked. Must not know what is asked for, nor judge.
//!
//! The resolver's name server pool is asked directly: what lies above it in the library adds search domains, the machine's
//! own hosts, a cache, and questions of its own about the names that an answer points at, which nobody would be told of.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::DnsHandle as _;
use hickory_resolver::proto::op::{DnsRequestOptions, Query};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig, system_conf};
use tokio::time::{Instant, timeout_at};

use super::fetch::SetupError;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// The most values of an answer that are kept.
const MOST_VALUES: usize = 20;
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
#[derive(Clone)]
pub struct Dns {
    server: SocketAddr,
    pool: NameServerPool<TokioRuntimeProvider>,
}

impl Dns {
    /// The first resolver that the system names.
    ///
    /// # Errors
    /// When the system names none.
    pub fn system() -> Result<Self, SetupError> {
        let none = || SetupError("the system names no DNS resolver".into());
        let (config, _) = system_conf::read_system_conf().map_err(|_| none())?;
        let first = config.name_servers().first().ok_or_else(none)?;
        Self::at(SocketAddr::new(first.ip, 53))
    }

    /// The resolver at an address.
    ///
    /// # Errors
    /// When the library cannot be set up.
    pub fn at(server: SocketAddr) -> Result<Self, SetupError> {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut way| {
            way.port = server.port();
            way
        });
        let config = NameServerConfig::new(server.ip(), true, connections.into());
        let mut options = ResolverOpts::default();
        options.timeout = PATIENCE;
        let tls = TlsConfig::new().map_err(|error| SetupError(error.to_string()))?;
        let context = Arc::new(PoolContext::new(options, tls));
        let pool = NameServerPool::from_config([config], context, TokioRuntimeProvider::default());
        Ok(Self { server, pool })
    }

    /// Asks for the records of a whole name. A `key` within the name is masked in what is told.
    pub async fn look(
        &self,
        wanted: Wanted,
        name: &str,
        key: Option<&str>,
        until: Instant,
    ) -> Looked {
        let Some(query) = question(wanted, name) else {
            return Looked {
                sent: None,
                result: Err(DnsError::BadName),
            };
        };
        let shown = match key {
            Some(key) => name.replace(key, MASK),
            None => name.to_owned(),
        };
        let sent = format!("DNS {} {shown} @{}", wanted.kind(), self.server);
        let until = until.min(Instant::now() + PATIENCE);
        let result = match timeout_at(until, self.ask(query)).await {
            Err(_) | Ok(Err(NetError::Timeout)) => Err(DnsError::Timeout),
            Ok(Ok(values)) => Ok(values),
            Ok(Err(error)) if error.is_no_records_found() => Ok(Vec::new()),
            Ok(Err(_)) => Err(DnsError::NoAnswer),
        };
        Looked {
            sent: Some(sent),
            result,
        }
    }

    async fn ask(&self, query: Query) -> Result<Vec<String>, NetError> {
        // Ids and ports are chosen by chance, answers to other questions passed by, and long answers fetched by TCP.
        let mut answers = self
            .pool
            .lookup(query.clone(), DnsRequestOptions::default());
        let answer = answers.next().await.ok_or(NetError::NoConnections)??;
        Ok(values(&query, &answer.answers))
    }
}

/// The question for a whole name; nothing where the name is none.
fn question(wanted: Wanted, name: &str) -> Option<Query> {
    let mut name = Name::from_ascii(name).ok()?;
    name.set_fqdn(true);
    let labels_are_plain = name
        .iter()
        .all(|label| label.iter().all(u8::is_ascii_graphic));
    (!name.is_root() && labels_are_plain).then(|| Query::query(name, wanted.kind()))
}

/// The values of the records that belong to the question: those of its name, and of the names that it is an alias of.
fn values(query: &Query, answers: &[Record]) -> Vec<String> {
    let mut names = vec![query.name()];
    let mut values = Vec::new();
    for record in answers {
        if !names.contains(&&record.name) {
            continue;
        }
        if let RData::CNAME(alias) = &record.data {
            names.push(&alias.0);
        }
        if record.record_type() == query.query_type() {
            values.extend(text(&record.data));
        }
    }
    values.sort();
    values.dedup();
    values.truncate(MOST_VALUES);
    values
}

fn text(data: &RData) -> Option<String> {
    match data {
        RData::A(ip) => Some(ip.to_string()),
        RData::AAAA(ip) => Some(ip.to_string()),
        RData::PTR(name) => Some(name.0.to_ascii().trim_end_matches('.').to_owned()),
        RData::TXT(text) => Some(text.to_string()),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::rr::rdata::{A, CNAME, PTR, TXT};

    fn name(text: &str) -> Name {
        Name::from_ascii(text).unwrap()
    }

    fn record(owner: &str, data: RData) -> Record {
        Record::from_rdata(name(owner), 60, data)
    }

    #[test]
    fn a_name_of_the_dns_is_asked_and_nothing_else() {
        let asked = question(Wanted::Txt, "as1.Example").unwrap();
        assert_eq!(asked.to_string(), "as1.Example. IN TXT");
        assert_eq!(question(Wanted::Txt, "as1.Example."), Some(asked));
        let long = format!("{}.example", "x".repeat(64));
        for bad in [
            "",
            ".",
            "a..b",
            &long,
            "a b.example",
            "ü.example",
            "a\\032b.example",
            &"a.".repeat(200),
        ] {
            assert_eq!(question(Wanted::A, bad), None, "{bad}");
        }
    }

    #[test]
    fn what_does_not_belong_to_the_question_is_left_out() {
        let query = question(Wanted::A, "a.example").unwrap();
        let all = [
            record("a.example.", RData::CNAME(CNAME(name("b.example.")))),
            record("B.example.", RData::A(A::new(192, 0, 2, 7))),
            record("b.example.", RData::A(A::new(192, 0, 2, 7))),
            record("other.example.", RData::A(A::new(198, 51, 100, 1))),
            record("a.example.", RData::TXT(TXT::new(vec!["x".into()]))),
        ];
        assert_eq!(values(&query, &all), ["192.0.2.7"]);
        let query = question(Wanted::Txt, "a.example").unwrap();
        let texts = TXT::new(vec!["hello".into(), " world".into()]);
        assert_eq!(
            values(&query, &[record("a.example.", RData::TXT(texts))]),
            ["hello world"]
        );
        let query = question(Wanted::Ptr, "a.example").unwrap();
        let host = RData::PTR(PTR(name("www.a.example.")));
        assert_eq!(
            values(&query, &[record("a.example.", host)]),
            ["www.a.example"]
        );
        let many: Vec<Record> = (0..200)
            .map(|n| record("a.example.", RData::A(A::new(192, 0, 2, n))))
            .collect();
        let query = question(Wanted::A, "a.example").unwrap();
        assert_eq!(values(&query, &many).len(), MOST_VALUES);
    }
}
