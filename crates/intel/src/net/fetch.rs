//! HTTP to servers that are not ours: one request, one answer, within limits of time and size, nothing followed to
//! elsewhere, nothing unpacked, and every request told as it left. Must not know what is asked of whom.

use std::io;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, LOCATION};
use reqwest::{Client, NoProxy, Proxy, redirect};
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use super::{Answer, Method, Request};

/// How often a request may be sent elsewhere.
const MOST_REDIRECTS: usize = 4;

/// How much and how long an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest that the whole exchange may take, redirects included.
    pub total: Duration,
    /// The most bytes that a body may have.
    pub bytes: usize,
}

impl Default for Limits {
    /// For an answer about one address: 15 seconds, 2 MiB.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(15),
            bytes: 2 * 1024 * 1024,
        }
    }
}

/// Where a server may send a request on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirects<'a> {
    /// Only to the same scheme, host and port.
    SameOrigin,
    /// To these hosts too (with the port, where the URL has one), by https alone.
    Hosts(&'a [String]),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// It took longer than allowed.
    #[error("no whole answer in time")]
    Timeout,
    /// The server sends on to where we do not go.
    #[error("sent on to {0}, which is not followed")]
    RefusedRedirect(String),
    /// The body is longer than allowed.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// The body is packed, which nobody asked for: it is not unpacked, as little may become much.
    #[error("the answer is packed as {0}, which was not asked for")]
    Packed(String),
    /// The server did not prove who it is.
    #[error("no trusted connection: {0}")]
    Tls(String),
    /// Nobody is there.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// The connection broke, or what came is not HTTP.
    #[error("the answer broke off")]
    Cut,
    /// The URL is not one to send to: only https, and http on this machine.
    #[error("not a URL to ask: {0}")]
    BadUrl(String),
}

impl FetchError {
    /// A code for records.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::RefusedRedirect(_) => "refused_redirect",
            Self::TooLarge(_) => "too_large",
            Self::Packed(_) => "packed",
            Self::Tls(_) => "tls",
            Self::Unreachable(_) => "unreachable",
            Self::Cut => "cut",
            Self::BadUrl(_) => "bad_url",
        }
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the network: {0}")]
pub struct SetupError(pub(super) String);

/// What came of a request, and what was sent for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Each request that was sent or begun, as it left, keys masked: more than one after redirects.
    pub sent: Vec<String>,
    /// The answer, of whatever status.
    pub result: Result<Answer, FetchError>,
}

/// The client. Who is offline has none.
#[derive(Debug, Clone)]
pub struct Fetch {
    client: Client,
}

impl Fetch {
    /// A client that trusts what the machine trusts, keeps no cookies and no connections, and goes through a proxy only
    /// where `HTTPS_PROXY` names one.
    ///
    /// # Errors
    /// When the proxy's URL or the machine's certificates cannot be read.
    pub fn new() -> Result<Self, SetupError> {
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(Duration::from_secs(5));
        let named = ["HTTPS_PROXY", "https_proxy"];
        let proxy = named.iter().find_map(|name| std::env::var(name).ok());
        if let Some(proxy) = proxy.filter(|p| !p.is_empty()) {
            // The error would show the URL, which may hold a password.
            let proxy =
                Proxy::https(&proxy).map_err(|_| SetupError("HTTPS_PROXY is no URL".into()))?;
            builder = builder.proxy(proxy.no_proxy(NoProxy::from_env()));
        }
        let client = builder.build().map_err(|e| SetupError(deepest(&e)))?;
        Ok(Self { client })
    }

    /// Sends a request and waits for its whole answer.
    pub async fn fetch(
        &self,
        request: &Request,
        limits: Limits,
        redirects: Redirects<'_>,
    ) -> Fetched {
        let until = Instant::now() + limits.total;
        let mut sent = Vec::new();
        let mut request = request.clone();
        let result = loop {
            if let Err(error) = may_ask(request.url()) {
                break Err(error);
            }
            sent.push(request.shown());
            let answer = match timeout_at(until, self.once(&request, limits.bytes)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => break Err(error),
                Err(_) => break Err(FetchError::Timeout),
            };
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                break Ok(answer);
            }
            match onward(&request, &answer, redirects) {
                Ok(_) if sent.len() > MOST_REDIRECTS => {
                    break Err(FetchError::RefusedRedirect("one place more".into()));
                }
                Ok(url) => request = request.moved(url),
                Err(error) => break Err(error),
            }
        };
        Fetched { sent, result }
    }

    async fn once(&self, request: &Request, most: usize) -> Result<Answer, FetchError> {
        let method = match request.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = self.client.request(method, request.url().clone());
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body() {
            builder = builder.body(body.to_owned());
        }
        let mut response = builder.send().await.map_err(|e| told(&e))?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let packing = response.headers().get(CONTENT_ENCODING);
        let packing = packing.map(|p| String::from_utf8_lossy(p.as_bytes()).into_owned());
        if let Some(packing) = packing.filter(|p| !p.is_empty() && p != "identity") {
            return Err(FetchError::Packed(bounded(&packing)));
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|e| told(&e))? {
            if body.len() + part.len() > most {
                return Err(FetchError::TooLarge(most));
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

/// Only https; plain http only to this machine, where tests and mirrors may listen.
fn may_ask(url: &Url) -> Result<(), FetchError> {
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() == "https" || (url.scheme() == "http" && here) {
        Ok(())
    } else {
        Err(FetchError::BadUrl(bounded(url.as_str())))
    }
}

/// Where the answer sends on to, if that may be followed. Only reads are sent on.
fn onward(request: &Request, answer: &Answer, redirects: Redirects<'_>) -> Result<Url, FetchError> {
    let location = answer.header(LOCATION.as_str()).unwrap_or_default();
    let refused = || FetchError::RefusedRedirect(bounded(location));
    let to = request.url().join(location).map_err(|_| refused())?;
    let same = to.origin() == request.url().origin();
    let allowed = match redirects {
        Redirects::SameOrigin => same,
        Redirects::Hosts(hosts) => {
            let authority = match (to.host_str().unwrap_or_default(), to.port()) {
                (host, Some(port)) => format!("{host}:{port}"),
                (host, None) => host.to_owned(),
            };
            same || (may_ask(&to).is_ok() && hosts.contains(&authority))
        }
    };
    if allowed && request.method() == Method::Get && !location.is_empty() {
        Ok(to)
    } else {
        Err(refused())
    }
}

/// What an error of the client means.
fn told(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::Timeout;
    }
    if !error.is_connect() {
        return FetchError::Cut;
    }
    // What does not speak TLS, or shows a certificate that nobody vouches for, comes as invalid data; who hangs up within
    // the handshake as an early end.
    let tls = chain(error).any(|e| {
        e.downcast_ref::<io::Error>().is_some_and(|e| {
            matches!(
                e.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            )
        })
    });
    if tls {
        FetchError::Tls(deepest(error))
    } else {
        FetchError::Unreachable(deepest(error))
    }
}

/// An error and what is within it. An I/O error calls the source of what it wraps its own, and so hides the wrapped one.
fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |at| {
        match at.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => at.source(),
        }
    })
}

/// The innermost words of an error: the outer ones name the URL again.
fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    bounded(&chain(error).last().unwrap_or(error).to_string())
}

/// Foreign text, short enough to show.
fn bounded(text: &str) -> String {
    text.chars().take(200).collect()
}
