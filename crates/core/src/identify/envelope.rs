//! Unwraps what findings travel in, recognised by structure and never by file name. One file an envelope.
//! Must not read findings: that is [`super::native`].

mod asff;
mod base64;
mod event_bridge;
mod get_findings;
mod kinesis;
mod ocsf;
mod security_hub;
mod sns;
mod sqs;

use serde_json::Value;

use super::AlertError;
use super::native::{Hints, get, text};

/// Envelopes within envelopes: more than SQS, SNS, EventBridge, Security Hub and ASFF make no sense.
const DEPTH: usize = 8;

/// A finding in GuardDuty's native shape.
#[derive(Debug)]
pub(super) struct Found {
    /// Names of the envelopes, outermost first.
    pub(super) path: Vec<&'static str>,
    /// The finding.
    pub(super) finding: Value,
    /// What the envelopes said beside it.
    pub(super) hints: Hints,
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
    Compressed,
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
            What::Compressed => AlertError::Compressed { source_name, place },
            What::NotAFinding(why) => AlertError::NotAFinding {
                source_name,
                place,
                why,
            },
        }
    }
}

/// A thing inside an envelope.
enum Inner {
    /// As it is.
    Json(Value),
    /// JSON in a string.
    Text(String),
    /// JSON in base64.
    Base64(String),
}

/// What an envelope holds: its name, what it says beside the findings, and the parts with their places.
struct Opened {
    /// Nothing for wrappings that the contract has no name for.
    name: Option<&'static str>,
    hints: Hints,
    parts: Vec<(String, Inner)>,
}

/// All findings in a value; empty when it is an envelope with nothing in it.
pub(super) fn open(value: Value, place: &str) -> Vec<Result<Found, Wrong>> {
    let mut out = Vec::new();
    unwrap(value, place, &[], &Hints::default(), DEPTH, &mut out);
    out
}

fn unwrap(
    value: Value,
    place: &str,
    path: &[&'static str],
    hints: &Hints,
    depth: usize,
    out: &mut Vec<Result<Found, Wrong>>,
) {
    let wrong = |what: What| {
        Err(Wrong {
            place: place.to_owned(),
            what,
        })
    };
    if depth == 0 {
        out.push(wrong(What::NotAFinding(format!(
            "more than {DEPTH} envelopes in one another"
        ))));
        return;
    }
    if is_native(&value) {
        out.push(Ok(Found {
            path: path.to_vec(),
            finding: value,
            hints: hints.clone(),
        }));
        return;
    }
    for (name, translate) in [
        ("asff", asff::to_native as fn(&Value) -> Option<Value>),
        ("ocsf", ocsf::to_native),
    ] {
        if let Some(finding) = translate(&value) {
            // Security Hub's own envelope speaks of nothing but ASFF.
            let told = name == "asff" && path.last() == Some(&"security_hub");
            let path = path
                .iter()
                .copied()
                .chain((!told).then_some(name))
                .collect();
            out.push(Ok(Found {
                path,
                finding,
                hints: hints.clone(),
            }));
            return;
        }
    }
    let opened = match value {
        Value::Array(values) => Opened {
            name: None,
            hints: Hints::default(),
            parts: values
                .into_iter()
                .enumerate()
                .map(|(n, value)| (format!("[{n}]"), Inner::Json(value)))
                .collect(),
        },
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => Opened {
            name: None,
            hints: Hints::default(),
            parts: vec![(String::new(), Inner::Text(text))],
        },
        other => match open_one(&other) {
            Some(opened) => opened,
            None => {
                out.push(wrong(What::NotAFinding(describe(&other))));
                return;
            }
        },
    };
    let path: Vec<&'static str> = path.iter().copied().chain(opened.name).collect();
    let hints = Hints {
        account: opened.hints.account.or_else(|| hints.account.clone()),
        region: opened.hints.region.or_else(|| hints.region.clone()),
    };
    for (step, inner) in opened.parts {
        let separator = if place.is_empty() {
            ": "
        } else if step.is_empty() || step.starts_with('[') {
            ""
        } else {
            "."
        };
        let place = format!("{place}{separator}{step}");
        match parse(inner) {
            Ok(value) => unwrap(value, &place, &path, &hints, depth - 1, out),
            Err(what) => out.push(Err(Wrong { place, what })),
        }
    }
}

fn open_one(value: &Value) -> Option<Opened> {
    const OPENERS: [fn(&Value) -> Option<Opened>; 6] = [
        security_hub::open,
        event_bridge::open,
        get_findings::open,
        sns::open,
        sqs::open,
        kinesis::open,
    ];
    OPENERS.iter().find_map(|open| open(value))
}

fn parse(inner: Inner) -> Result<Value, What> {
    let bytes = match inner {
        Inner::Json(value) => return Ok(value),
        Inner::Text(text) => text.into_bytes(),
        Inner::Base64(text) => base64::decode(&text)
            .ok_or_else(|| What::NotAFinding("the data is not base64".into()))?,
    };
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(What::Compressed);
    }
    serde_json::from_slice(&bytes).map_err(|error| What::NotJson {
        line: error.line(),
        column: error.column(),
        why: super::alert::text_of(&error),
    })
}

/// GuardDuty's shape: a type and a resource or a service part.
fn is_native(value: &Value) -> bool {
    let typed = get(value, "type")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.contains([':', '/']));
    let object = |name| get(value, name).is_some_and(Value::is_object);
    typed && (object("resource") || object("service"))
}

fn describe(value: &Value) -> String {
    match value {
        Value::Object(members) if members.is_empty() => "an empty object".into(),
        Value::Object(members) => {
            let names: Vec<String> = members
                .keys()
                .take(6)
                .map(|name| name.chars().take(40).collect())
                .collect();
            format!(
                "an object with {} (wanted a finding with \"type\" and \"service\", or an envelope of one)",
                names.join(", ")
            )
        }
        Value::Array(_) => "a list".into(),
        Value::String(_) => "a text".into(),
        Value::Number(_) => "a number".into(),
        Value::Bool(_) | Value::Null => value.to_string(),
    }
}

/// Account and Region as the envelope's own members say.
fn hints(value: &Value) -> Hints {
    Hints {
        account: text(get(value, "account")),
        region: text(get(value, "region")),
    }
}

/// The records of a Lambda event.
fn records(value: &Value) -> impl Iterator<Item = (usize, &Value)> {
    get(value, "records")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
}
