//! Flow records as JSON: Firehose's rows with snake_case names and floats, arrays of them, and lines of text wrapped in a `message`.
//! Must not know what is asked of the records.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::layout::{Column, Layout, column, name};
use super::{FileRead, Record, line_of, set};

pub(super) fn read(bytes: &[u8], out: &mut FileRead, found: &mut impl FnMut(&Record<'_>, u64)) {
    let mut layout: Option<Layout> = None;
    let wrong = crate::json::each(bytes, |value, number| {
        row(&value, number, 0, &mut layout, out, found);
    });
    out.cut.extend(wrong);
}

fn row(
    value: &Value,
    number: u64,
    depth: u8,
    layout: &mut Option<Layout>,
    out: &mut FileRead,
    found: &mut impl FnMut(&Record<'_>, u64),
) {
    let pairs;
    let members = match value {
        Value::Object(members) => members,
        // A row of a Logs Insights query: a list of fields with their values.
        Value::Array(fields) => {
            pairs = named(fields);
            &pairs
        }
        Value::String(text) if depth < 3 => {
            return message(text, number, depth, layout, out, found);
        }
        _ => return out.take(None, number, found),
    };
    let known = members
        .keys()
        .filter(|key| column(&name(key)) != Column::Other)
        .count();
    if known >= 2 {
        let cells: Vec<(Column, String)> = members
            .iter()
            .map(|(key, value)| (column(&name(key)), text(value)))
            .filter_map(|(column, text)| Some((column, as_aws_writes(column, &text)?.into_owned())))
            .collect();
        out.take(of_cells(&cells).as_ref(), number, found);
        return;
    }
    let inner = ["message", "Message", "@message"]
        .iter()
        .find_map(|key| members.get(*key)?.as_str());
    match inner {
        Some(text) if depth < 3 => message(text, number, depth, layout, out, found),
        _ => out.take(None, number, found),
    }
}

fn named(fields: &[Value]) -> Map<String, Value> {
    let pair = |field: &Value| {
        Some((
            field.get("field")?.as_str()?.to_owned(),
            field.get("value")?.clone(),
        ))
    };
    fields.iter().filter_map(pair).collect()
}

fn message(
    text: &str,
    number: u64,
    depth: u8,
    layout: &mut Option<Layout>,
    out: &mut FileRead,
    found: &mut impl FnMut(&Record<'_>, u64),
) {
    if text.trim_start().starts_with('{') {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => row(&value, number, depth + 1, layout, out, found),
            Err(_) => out.take(None, number, found),
        }
        return;
    }
    for line in text.lines() {
        line_of(line.trim().as_bytes(), number, layout, out, found);
    }
}

/// A record of cells, each as AWS writes it.
pub(super) fn of_cells(cells: &[(Column, String)]) -> Option<Record<'_>> {
    let mut record = Record::default();
    let whole = cells
        .iter()
        .all(|(column, text)| set(&mut record, *column, text.as_bytes()).is_some());
    whole.then_some(record)
}

/// A cell as AWS writes it, or nothing when it is empty: pandas writes `None` and `nan`, pipelines that know only one kind of number
/// write `443.0`, and query engines make times of seconds.
pub(super) fn as_aws_writes(column: Column, text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if matches!(
        text,
        "" | "-" | "None" | "none" | "nan" | "NaN" | "null" | "NULL" | "<NA>" | "\\N"
    ) {
        return None;
    }
    Some(match column {
        Column::Start | Column::End => {
            seconds(text).map_or(text.into(), |at| at.to_string().into())
        }
        Column::Action | Column::Status => text.to_ascii_uppercase().into(),
        Column::SrcPort
        | Column::DstPort
        | Column::Protocol
        | Column::Packets
        | Column::Bytes
        | Column::Flags => whole(text).into(),
        _ => text.into(),
    })
}

/// A number without the `.0` that some writers hang on it.
fn whole(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// Seconds since 1970 of a number of seconds, milliseconds, microseconds or nanoseconds, or of a date with a time (UTC unless it
/// says otherwise).
fn seconds(text: &str) -> Option<i64> {
    if let Ok(number) = whole(text).parse::<i64>() {
        return Some(scaled(number));
    }
    let at: Option<Timestamp> = text.parse().ok();
    let at = at.or_else(|| {
        let utc = text.trim_end_matches("UTC").trim_end();
        let civil: DateTime = utc.parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    });
    at.map(Timestamp::as_second)
}

/// Seconds of a number that may count finer ones. A flow log is younger than 1970 and older than 5138.
pub(super) fn scaled(number: i64) -> i64 {
    let mut number = number;
    while number >= 100_000_000_000 {
        number /= 1_000;
    }
    number
}

/// A value as text: floats come from pipelines that know only one kind of number.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => {
                format!("{float:.0}")
            }
            _ => number.to_string(),
        },
        _ => String::new(),
    }
}
