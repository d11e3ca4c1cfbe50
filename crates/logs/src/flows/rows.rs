//! Flow records as JSON: Firehose's rows with snake_case names and floats, arrays of them, and lines of text wrapped in a `message`.
//! Must not know what is asked of the records.

use serde_json::Value;

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
    let Some(members) = value.as_object() else {
        if let (Some(text), true) = (value.as_str(), depth < 3) {
            message(text, number, depth, layout, out, found);
        } else {
            bad(out, number);
        }
        return;
    };
    let known = members
        .keys()
        .filter(|key| column(&name(key)) != Column::Other)
        .count();
    if known >= 2 {
        let texts: Vec<(Column, String)> = members
            .iter()
            .map(|(key, value)| (column(&name(key)), text(value)))
            .filter(|(_, text)| !text.is_empty() && text != "-")
            .collect();
        let mut record = Record::default();
        let whole = texts
            .iter()
            .all(|(column, text)| set(&mut record, *column, text.as_bytes()).is_some());
        if whole {
            out.rows += 1;
            found(&record, number);
        } else {
            bad(out, number);
        }
        return;
    }
    let inner = ["message", "Message", "@message"]
        .iter()
        .find_map(|key| members.get(*key)?.as_str());
    match inner {
        Some(text) if depth < 3 => message(text, number, depth, layout, out, found),
        _ => bad(out, number),
    }
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
            Err(_) => bad(out, number),
        }
        return;
    }
    for line in text.lines() {
        line_of(line.trim().as_bytes(), number, layout, out, found);
    }
}

fn bad(out: &mut FileRead, number: u64) {
    out.bad += 1;
    out.first_bad.get_or_insert(number);
}

/// A value as the text format would have it: floats come from pipelines that know only one kind of number, `None` from pandas.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) if text == "None" => String::new(),
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
