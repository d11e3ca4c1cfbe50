//! A record in JSON: journald's, a log shipper's, or a Windows event. Where an object holds another log line, that is what is read.
//! Must not know what a message says.

use serde_json::Value;

use super::events::Events;
use super::tag::Tagged;
use super::{when, windows};

/// Objects within objects within messages: an event in a line in an export.
const DEPTH: u8 = 3;
/// Members that hold the message, in the order of trust.
const MESSAGES: [&str; 8] = [
    "MESSAGE", "message", "Message", "@message", "log", "msg", "body", "payload",
];
/// Members that name the program.
const PROGRAMS: [&str; 8] = [
    "SYSLOG_IDENTIFIER",
    "_COMM",
    "syslog_identifier",
    "appname",
    "ident",
    "program",
    "process.name",
    "programname",
];
/// Members that name its process.
const PROCESSES: [&str; 6] = [
    "SYSLOG_PID",
    "_PID",
    "syslog_pid",
    "procid",
    "pid",
    "process.pid",
];
/// Members that tell when.
const TIMES: [&str; 9] = [
    "__REALTIME_TIMESTAMP",
    "_SOURCE_REALTIME_TIMESTAMP",
    "@timestamp",
    "timestamp",
    "Timestamp",
    "time",
    "date",
    "EventTime",
    "ingestionTime",
];

/// One record.
pub(super) fn read(value: &Value, number: u64, events: &mut Events<'_, '_>) {
    deeper(value, None, DEPTH, number, events);
}

fn deeper(value: &Value, outer: Option<i64>, depth: u8, number: u64, events: &mut Events<'_, '_>) {
    // Elasticsearch keeps the document under a name of its own.
    let value = value
        .get("_source")
        .filter(|v| v.is_object())
        .unwrap_or(value);
    let at = TIMES
        .iter()
        .find_map(|name| value.get(name).and_then(time))
        .or(outer);
    if let Some(event) = windows::fields(value) {
        events.of_logins |= event.channel == "Security";
        let (own, event) = windows::read(&event, at);
        return match event {
            windows::Told::Event(event) => events.record(own, Some(event), number),
            windows::Told::Sshd(message) => {
                let tagged = Tagged {
                    program: "sshd",
                    process: None,
                    message: &message,
                };
                events.message(tagged, own, number);
            }
            windows::Told::Nothing => events.record(own, None, number),
        };
    }
    let Some(message) = MESSAGES
        .iter()
        .find_map(|name| value.get(name).and_then(text))
        .or_else(|| value.pointer("/event/original").and_then(text))
    else {
        return events.record(at, None, number);
    };
    let message = message.trim_end();
    if depth > 0
        && message.starts_with('{')
        && let Ok(inner) = serde_json::from_str::<Value>(message)
    {
        return deeper(&inner, at, depth - 1, number, events);
    }
    if message.starts_with("<Event") {
        return xml(message, at, number, events);
    }
    let named = |names: &[&str]| {
        names.iter().find_map(|name| {
            let member = value.get(name).or_else(|| {
                let (outer, inner) = name.split_once('.')?;
                value.get(outer)?.get(inner)
            })?;
            text(member).or_else(|| member.as_u64().map(|number| number.to_string()))
        })
    };
    match named(&PROGRAMS) {
        Some(program) => {
            let process = named(&PROCESSES);
            // Some keep the whole line beside the name.
            let (own, rest) = when::split(message, at.map_or(events.year, when::Year::About));
            if let (Some(_), Some(tagged)) = (own, super::tag::split(rest)) {
                return events.message(tagged, at.or(own), number);
            }
            let tagged = Tagged {
                program: &program,
                process: process.as_deref(),
                message,
            };
            events.message(tagged, at, number);
        }
        None => events.shipped(message, at, number),
    }
}

/// A Windows event in XML.
pub(super) fn xml(text: &str, at: Option<i64>, number: u64, events: &mut Events<'_, '_>) {
    let fields = windows::xml(text);
    events.of_logins |= fields.channel == "Security";
    let (own, event) = windows::read(&fields, at);
    match event {
        windows::Told::Event(event) => events.record(own, Some(event), number),
        windows::Told::Sshd(_) | windows::Told::Nothing => events.record(own, None, number),
    }
}

/// A text, also as journald writes one that is no UTF-8 (numbers), or one field that was set several times (the first counts).
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => match parts.first()? {
            Value::Number(_) => {
                let bytes: Vec<u8> = parts
                    .iter()
                    .filter_map(|b| u8::try_from(b.as_u64()?).ok())
                    .collect();
                Some(String::from_utf8_lossy(&bytes).into_owned())
            }
            first @ (Value::String(_) | Value::Array(_)) => text(first),
            _ => None,
        },
        // OpenTelemetry: `{"stringValue":"…"}`.
        Value::Object(object) => object.get("stringValue")?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// A time as text or as a number of seconds, milli-, micro- or nanoseconds.
pub(super) fn time(value: &Value) -> Option<i64> {
    if let Some(text) = value.as_str() {
        if let Some(at) = when::moment(text) {
            return Some(at);
        }
        // .NET: `/Date(1795489200000)/`.
        if let Some(inner) = text.strip_prefix("/Date(") {
            let digits = inner.find(|c: char| !c.is_ascii_digit())?;
            return scaled(inner.get(..digits)?.parse().ok()?);
        }
        let whole = text.split('.').next()?;
        return scaled(whole.parse().ok()?);
    }
    if let Some(whole) = value.as_i64() {
        return scaled(whole);
    }
    let seconds = value.as_f64().filter(|at| (0.0..1e19).contains(at))?;
    scaled(format!("{seconds:.0}").parse().ok()?)
}

/// Seconds of a number of any usual unit; none of a number that is no time.
fn scaled(number: i64) -> Option<i64> {
    match number {
        100_000_000..100_000_000_000 => Some(number),
        100_000_000_000..100_000_000_000_000 => Some(number / 1_000),
        100_000_000_000_000..100_000_000_000_000_000 => Some(number / 1_000_000),
        100_000_000_000_000_000.. => Some(number / 1_000_000_000),
        _ => None,
    }
}
