//! Questions to one chosen resolver, each told as it was asked. A stub of RFC 1035 by hand: four kinds of records are all
//! that is needed. Must not know what is asked for, nor judge.

mod message;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout_at};

pub use message::{Reply, Wanted, question, read};

use super::fetch::SetupError;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// What stands for a key within a name in everything that is kept.
const MASK: &str = "***";
/// Where Unix systems name their resolvers.
const RESOLVERS: &str = "/etc/resolv.conf";

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
#[derive(Debug, Clone, Copy)]
pub struct Dns {
    server: SocketAddr,
}

impl Dns {
    /// The first resolver that the system names.
    ///
    /// # Errors
    /// When the system names none where Unix systems do.
    pub fn system() -> Result<Self, SetupError> {
        let text = std::fs::read_to_string(RESOLVERS).unwrap_or_default();
        let named = text.lines().find_map(|line| {
            let address = line.trim().strip_prefix("nameserver")?.trim();
            address.parse::<IpAddr>().ok()
        });
        match named {
            Some(ip) => Ok(Self::at(SocketAddr::new(ip, 53))),
            None => Err(SetupError("the system names no DNS resolver".into())),
        }
    }

    /// The resolver at an address.
    #[must_use]
    pub const fn at(server: SocketAddr) -> Self {
        Self { server }
    }

    /// Asks for the records of a whole name. A `key` within the name is masked in what is told.
    pub async fn look(
        &self,
        wanted: Wanted,
        name: &str,
        key: Option<&str>,
        until: Instant,
    ) -> Looked {
        // An id that nobody can guess, from a port that the system chooses by chance: others' answers do not fit.
        let Some(question) = question(rand::random(), wanted, name) else {
            return Looked {
                sent: None,
                result: Err(DnsError::BadName),
            };
        };
        let shown = match key {
            Some(key) => name.replace(key, MASK),
            None => name.to_owned(),
        };
        let sent = format!("DNS {} {shown} @{}", wanted.name(), self.server);
        let until = until.min(Instant::now() + PATIENCE);
        let result = match timeout_at(until, self.ask(&question, wanted)).await {
            Err(_) => Err(DnsError::Timeout),
            Ok(Err(_)) => Err(DnsError::NoAnswer),
            Ok(Ok(reply)) => match reply {
                Reply::Records(values) => Ok(values),
                Reply::Failed | Reply::Truncated | Reply::NotOurs => Err(DnsError::NoAnswer),
            },
        };
        Looked {
            sent: Some(sent),
            result,
        }
    }

    async fn ask(&self, question: &[u8], wanted: Wanted) -> std::io::Result<Reply> {
        let any = if self.server.is_ipv4() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        } else {
            IpAddr::V6(Ipv6Addr::UNSPECIFIED)
        };
        let socket = UdpSocket::bind((any, 0)).await?;
        socket.connect(self.server).await?;
        socket.send(question).await?;
        let mut bytes = vec![0; 4096];
        loop {
            let length = socket.recv(&mut bytes).await?;
            match read(bytes.get(..length).unwrap_or_default(), question, wanted) {
                // Somebody else's: the true one may still come.
                Reply::NotOurs => {}
                Reply::Truncated => return self.ask_at_length(question, wanted).await,
                reply => return Ok(reply),
            }
        }
    }

    /// By TCP, where answers may be long (RFC 7766).
    async fn ask_at_length(&self, question: &[u8], wanted: Wanted) -> std::io::Result<Reply> {
        let mut stream = TcpStream::connect(self.server).await?;
        let length = u16::try_from(question.len()).unwrap_or(u16::MAX);
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(question).await?;
        let mut answer = vec![0; usize::from(stream.read_u16().await?)];
        stream.read_exact(&mut answer).await?;
        Ok(read(&answer, question, wanted))
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
