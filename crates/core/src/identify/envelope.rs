//! Unwraps what findings travel in, recognised by structure and never by file name. One file an envelope.
//! Must not read findings: that is [`super::native`].

mod asff;
mod base64;
mod carrier;
mod cloudwatch;
mod event_bridge;
mod flat;
mod get_findings;
mod kinesis;
mod ocsf;
mod security_hub;
mod sns;
mod sqs;

use std::borrow::Cow;
use std::io::Read as _;

use super::json::{Node, get, parse, text};
use super::native::{self, Hints};
use super::{AlertError, Finding};

/// Envelopes within envelopes, lists of them and carriers included: more than Kinesis, CloudWatch Logs, SQS, SNS, EventBridge and
/// Security Hub in one another make no sense.
const DEPTH: usize = 16;

/// Bytes that are decoded and inflated out of one document.
const MOST_DECODED: usize = 64 * 1024 * 1024;

/// Bytes inflated out of one part: more than ten times what a Kinesis record or a CloudWatch Logs batch holds. A bomb ends here and
/// leaves enough for the parts beside it.
const MOST_INFLATED: usize = 16 * 1024 * 1024;

/// Parts of one document, findings or not: larger exports come as lines, which are read one by one.
const MOST_PARTS: usize = 200_000;

/// A finding and the names of the envelopes it came in, outermost first.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: Vec<&'static str>,
    pub(super) finding: Finding,
}

/// A part that is no finding.
#[derive(Debug)]
pub(super) struct Wrong {
    place: String,
    what: What,
}

#[derive(Debug)]
enum What {
    NotJson {
        line: usize,
        column: usize,
        why: String,
    },
    Damaged(String),
    NotAFinding(String),
}

impl Wrong {
    pub(super) fn into_error(self, source: &str) -> AlertError {
        let source_name = source.to_owned();
        let place = self.place;
        match self.what {
            What::NotJson { line, column, why } => AlertError::NotJson {
                source_name: format!("{source_name}{place}"),
                line,
                column,
                why,
            },
            What::Damaged(why) => AlertError::Damaged {
                source_name,
                place,
                why,
            },
            What::NotAFinding(why) => AlertError::NotAFinding {
                source_name,
                place,
                why,
            },
        }
    }
}

/// A thing inside an envelope.
#[derive(Clone, Copy)]
enum Inner<'n, 'a> {
    /// As it is.
    Json(&'n Node<'a>),
    /// One of `Records` or `Messages`: what is ambiguous by itself is clear there.
    Listed(&'n Node<'a>),
    /// JSON in a string.
    Text(&'n str),
    /// JSON, or gzip of it, in base64.
    Base64(&'n str),
}

/// What an envelope holds: its name, what it says beside the findings, and the parts with their places.
struct Opened<'n, 'a> {
    /// Nothing for wrappings that the contract has no name for.
    name: Option<&'static str>,
    hints: Hints,
    parts: Vec<(Cow<'static, str>, Inner<'n, 'a>)>,
}

impl<'n, 'a> Opened<'n, 'a> {
    /// The elements of a list.
    fn list(
        name: Option<&'static str>,
        place: &'static str,
        items: &'n [Node<'a>],
        inner: fn(&'n Node<'a>) -> Inner<'n, 'a>,
    ) -> Self {
        let parts = items
            .iter()
            .enumerate()
            .map(|(n, item)| (Cow::Owned(format!("{place}[{n}]")), inner(item)));
        Self {
            name,
            hints: Hints::default(),
            parts: parts.collect(),
        }
    }

    /// One part.
    fn one(name: Option<&'static str>, place: &'static str, inner: Inner<'n, 'a>) -> Self {
        Self {
            name,
            hints: Hints::default(),
            parts: vec![(Cow::Borrowed(place), inner)],
        }
    }
}

/// All findings in a value; empty when it is an envelope with nothing in it.
pub(super) fn open(node: &Node<'_>, place: &str) -> Vec<Result<Found, Wrong>> {
    let mut walk = Walk {
        out: Vec::new(),
        decoded: MOST_DECODED,
    };
    let at = At {
        place,
        path: &[],
        hints: &Hints::default(),
        depth: DEPTH,
        listed: false,
    };
    walk.unwrap(node, &at);
    if walk.full() {
        let why = format!("only the first {MOST_PARTS} parts were read");
        walk.out.push(Err(Wrong {
            place: place.to_owned(),
            what: What::NotAFinding(why),
        }));
    }
    walk.out
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct At<'w> {
    place: &'w str,
    path: &'w [&'static str],
    hints: &'w Hints,
    depth: usize,
    listed: bool,
}

impl At<'_> {
    /// The place of a part.
    fn step(&self, step: &str) -> String {
        let separator = if self.place.is_empty() {
            ": "
        } else if step.is_empty() || step.starts_with('[') {
            ""
        } else {
            "."
        };
        format!("{}{separator}{step}", self.place)
    }
}

struct Walk {
    out: Vec<Result<Found, Wrong>>,
    decoded: usize,
}

impl Walk {
    fn full(&self) -> bool {
        self.out.len() >= MOST_PARTS
    }

    fn wrong(&mut self, at: &At<'_>, what: What) {
        self.out.push(Err(Wrong {
            place: at.place.to_owned(),
            what,
        }));
    }

    fn found(&mut self, node: &Node<'_>, at: &At<'_>, name: Option<&'static str>) {
        self.out.push(Ok(Found {
            path: at.path.iter().copied().chain(name).collect(),
            finding: native::read(node, at.hints),
        }));
    }

    fn unwrap(&mut self, node: &Node<'_>, at: &At<'_>) {
        if !self.known(node, at) {
            carrier::carry(self, node, at);
        }
    }

    /// Whether the value is a finding or an envelope known here; what is in it is read, then.
    fn known(&mut self, node: &Node<'_>, at: &At<'_>) -> bool {
        if at.depth == 0 {
            self.wrong(
                at,
                What::NotAFinding(format!("more than {DEPTH} envelopes in one another")),
            );
            return true;
        }
        if native::is(node) {
            self.found(node, at, None);
            return true;
        }
        if asff::is(node) {
            // Security Hub's own envelope speaks of nothing but findings in this format.
            let told = at.path.last() == Some(&"security_hub");
            match asff::to_native(node) {
                Some(native) => self.found(&native, at, (!told).then_some("asff")),
                None => self.wrong(
                    at,
                    What::NotAFinding("a Security Hub finding of another product".into()),
                ),
            }
            return true;
        }
        if ocsf::is(node) {
            match ocsf::to_native(node) {
                ocsf::Read::Native(native) => self.found(&native, at, Some("ocsf")),
                ocsf::Read::Raw(raw) => match parse(raw.as_bytes()) {
                    Ok(native) => self.found(&native, at, Some("ocsf")),
                    Err(error) => self.wrong(at, not_json(&error)),
                },
                ocsf::Read::Other(why) => self.wrong(at, What::NotAFinding(why)),
            }
            return true;
        }
        let Some(opened) = open_one(node, at.listed) else {
            return false;
        };
        let path: Vec<&'static str> = at.path.iter().copied().chain(opened.name).collect();
        let hints = Hints {
            account: opened.hints.account.or_else(|| at.hints.account.clone()),
            region: opened.hints.region.or_else(|| at.hints.region.clone()),
        };
        for (step, inner) in opened.parts {
            if self.full() {
                break;
            }
            let inside = At {
                place: &at.step(&step),
                path: &path,
                hints: &hints,
                depth: at.depth - 1,
                listed: matches!(inner, Inner::Listed(_)),
            };
            self.part(inner, &inside);
        }
        true
    }

    fn part(&mut self, inner: Inner<'_, '_>, at: &At<'_>) {
        match inner {
            Inner::Json(node) | Inner::Listed(node) => self.unwrap(node, at),
            Inner::Text(text) => self.bytes(text.as_bytes(), at),
            Inner::Base64(text) => match self.spend(text.len()).and_then(|()| {
                base64::decode(text).ok_or(What::NotAFinding("the data is not base64".into()))
            }) {
                Ok(bytes) => self.bytes(&bytes, at),
                Err(what) => self.wrong(at, what),
            },
        }
    }

    /// JSON in a string, gzip or not.
    fn bytes(&mut self, bytes: &[u8], at: &At<'_>) {
        if bytes.starts_with(&[0x1f, 0x8b]) {
            return match self.inflate(bytes) {
                Ok(inflated) if !inflated.starts_with(&[0x1f, 0x8b]) => self.bytes(&inflated, at),
                Ok(_) => self.wrong(at, What::Damaged("it is gzip in gzip".into())),
                Err(what) => self.wrong(at, what),
            };
        }
        let parsed = self
            .spend(bytes.len())
            .and_then(|()| parse(bytes).map_err(|error| not_json(&error)));
        match parsed {
            Ok(node) => self.unwrap(&node, at),
            Err(what) => self.wrong(at, what),
        }
    }

    fn inflate(&mut self, bytes: &[u8]) -> Result<Vec<u8>, What> {
        let most = self.decoded.min(MOST_INFLATED);
        let mut out = Vec::new();
        let read = flate2::read::MultiGzDecoder::new(bytes)
            .take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1))
            .read_to_end(&mut out);
        // Too many or damaged, they were inflated: a hundred bombs cost no more than a few.
        self.decoded = self.decoded.saturating_sub(out.len());
        if out.len() > most {
            return Err(What::NotAFinding(format!(
                "more than {most} bytes when inflated"
            )));
        }
        read.map_err(|error| What::Damaged(format!("{error} after {} bytes", out.len())))?;
        Ok(out)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), What> {
        self.decoded = self.decoded.checked_sub(bytes).ok_or_else(|| {
            What::NotAFinding(format!("more than {MOST_DECODED} bytes inside one another"))
        })?;
        Ok(())
    }
}

fn not_json(error: &serde_json::Error) -> What {
    What::NotJson {
        line: error.line(),
        column: error.column(),
        why: super::alert::text_of(error),
    }
}

/// Also a text within a text: some write JSON into JSON twice.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['{', '['])
        || (text.starts_with('"') && text.ends_with('"') && text.contains('{'))
}

fn open_one<'n, 'a>(node: &'n Node<'a>, listed: bool) -> Option<Opened<'n, 'a>> {
    match node {
        Node::List(items) => return Some(Opened::list(None, "", items, Inner::Json)),
        Node::Text(text) if looks_like_json(text) => {
            return Some(Opened::one(None, "", Inner::Text(text)));
        }
        Node::Object(_) => {}
        _ => return None,
    }
    security_hub::open(node)
        .or_else(|| event_bridge::open(node))
        .or_else(|| get_findings::open(node))
        .or_else(|| sns::open(node))
        .or_else(|| kinesis::open(node, listed))
        .or_else(|| sqs::open(node, listed))
        .or_else(|| cloudwatch::open(node))
        .or_else(|| {
            // The event that Lambda gets, the answers of GetRecords and ReceiveMessage, Firehose's event.
            ["records", "messages"].into_iter().find_map(|name| {
                let items = get(node, name)?.items()?;
                let place = if name == "records" {
                    "Records"
                } else {
                    "Messages"
                };
                Some(Opened::list(None, place, items, Inner::Listed))
            })
        })
}

fn describe(node: &Node<'_>) -> String {
    match node {
        Node::Object(members) if members.is_empty() => "an empty object".into(),
        Node::Object(_)
            if get(node, "eventVersion").is_some() && get(node, "eventName").is_some() =>
        {
            "a CloudTrail event".into()
        }
        Node::Object(members) => {
            let names: Vec<String> = members
                .iter()
                .take(6)
                .map(|(name, _)| name.chars().take(40).collect())
                .collect();
            format!(
                "an object with {} (wanted a finding with \"type\" and \"service\", or an envelope of one)",
                names.join(", ")
            )
        }
        Node::List(_) => "a list".into(),
        Node::Text(_) => "a text".into(),
        Node::Number(_) => "a number".into(),
        Node::Bool(is) => is.to_string(),
        Node::Null => "null".into(),
    }
}

/// Account and Region as the envelope's own members say.
fn hints(node: &Node<'_>) -> Hints {
    Hints {
        account: text(get(node, "account")),
        region: text(get(node, "region")),
    }
}
