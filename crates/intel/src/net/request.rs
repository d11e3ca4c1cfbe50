//! A request as it leaves and an answer as it comes, as plain data. Must not send anything.

use std::fmt;

use url::Url;

/// How requests name their sender: the program, never who uses it.
const USER_AGENT: &str = concat!("rebato/", env!("CARGO_PKG_VERSION"));

/// What stands for a key in everything that is kept or shown.
const MASK: &str = "***";

/// What is asked of a server. Only reads: services are asked, never told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Asks with a body, where a service takes its question so.
    Post,
}

impl Method {
    /// As it stands in the request line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A header; a secret one is sent but never shown.
#[derive(Clone, PartialEq, Eq)]
struct Header {
    name: &'static str,
    value: String,
    secret: bool,
}

/// A request, whole: its headers are all that is sent, in this order.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    method: Method,
    url: Url,
    headers: Vec<Header>,
    body: Option<String>,
}

/// With the keys masked, as errors and logs print it.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Request {
    /// A read of an address on the web.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::Get, url, None)
    }

    /// A question with a body of JSON.
    #[must_use]
    pub fn post_json(url: Url, body: String) -> Self {
        Self::new(Method::Post, url, Some(body)).header("content-type", "application/json")
    }

    fn new(method: Method, url: Url, body: Option<String>) -> Self {
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        };
        let request = Self {
            method,
            url,
            headers: Vec::new(),
            body,
        };
        let request = request
            .header("host", &host)
            .header("user-agent", USER_AGENT)
            .header("accept", "application/json");
        match request.body.as_ref().map(String::len) {
            Some(length) => request.header("content-length", &length.to_string()),
            None => request,
        }
    }

    /// With a header; one of the same name is replaced where it stands. Names are lower case.
    #[must_use]
    pub fn header(self, name: &'static str, value: &str) -> Self {
        self.with(name, value, false)
    }

    /// With a header that holds a key: it is sent, but never shown or kept.
    #[must_use]
    pub fn secret(self, name: &'static str, value: &str) -> Self {
        self.with(name, value, true)
    }

    fn with(mut self, name: &'static str, value: &str, secret: bool) -> Self {
        let header = Header {
            name,
            value: value.to_owned(),
            secret,
        };
        match self.headers.iter_mut().find(|h| h.name == name) {
            Some(there) => *there = header,
            None => self.headers.push(header),
        }
        self
    }

    /// The same request for another place. Keys stay behind: they were meant for the first one.
    #[must_use]
    pub fn moved(&self, url: Url) -> Self {
        let plain = self.headers.iter().filter(|h| !h.secret);
        let mut moved = Self::new(self.method, url, self.body.clone());
        for header in plain.filter(|h| h.name != "host") {
            moved = moved.header(header.name, &header.value);
        }
        moved
    }

    /// How it asks.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Where it goes.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The headers' names and true values, in the order in which they are sent.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|h| (h.name, h.value.as_str()))
    }

    /// What it carries.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// What leaves the machine, for the record: the request line with the whole URL, every header, the body; lines end
    /// with a line feed. A key's value is masked, and so are the names and passwords that a URL may hold.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut url = self.url.clone();
        if !url.username().is_empty() || url.password().is_some() {
            // Only a URL that cannot have them refuses, and that one has none.
            let _ = url.set_username(MASK);
            let _ = url.set_password(None);
        }
        let mut text = format!("{} {url} HTTP/1.1\n", self.method.name());
        for header in &self.headers {
            // A scheme, as in `Bearer KEY`, is none of the key.
            let value = match (header.secret, header.value.split_once(' ')) {
                (false, _) => header.value.clone(),
                (true, Some((scheme, _))) => format!("{scheme} {MASK}"),
                (true, None) => MASK.into(),
            };
            text.push_str(&format!("{}: {value}\n", header.name));
        }
        text.push('\n');
        text.push_str(self.body.as_deref().unwrap_or_default());
        text
    }
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values where they are text.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of a name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_key_is_sent_and_never_shown() {
        let request =
            Request::get(url("https://api.example/check?ip=192.0.2.1")).secret("key", "s3cret");
        assert!(request.headers().any(|h| h == ("key", "s3cret")));
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            request.shown(),
            format!(
                "GET https://api.example/check?ip=192.0.2.1 HTTP/1.1\nhost: api.example\n\
                 user-agent: rebato/{version}\naccept: application/json\nkey: ***\n\n"
            )
        );
        assert!(!format!("{request:?}").contains("s3cret"));
        let with_password = Request::get(url("https://me:s3cret@api.example/"));
        assert!(!with_password.shown().contains("s3cret"));
    }

    #[test]
    fn keys_do_not_follow_to_another_place() {
        let request = Request::get(url("https://a.example/x"))
            .header("accept", "application/rdap+json")
            .secret("key", "s3cret");
        let moved = request.moved(url("https://b.example:444/y"));
        let headers: Vec<_> = moved.headers().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(
            headers,
            [
                "host=b.example:444".to_owned(),
                format!("user-agent={USER_AGENT}"),
                "accept=application/rdap+json".into()
            ]
        );
    }

    #[test]
    fn a_question_with_a_body_says_how_long_it_is() {
        let request = Request::post_json(url("https://a.example/"), "{\"q\":1}".into());
        assert!(request.headers().any(|h| h == ("content-length", "7")));
        assert!(request.shown().ends_with("\n\n{\"q\":1}"));
    }
}
