//! Foreign JSON, read with care: what is not there or not of its kind is nothing, texts are bounded. Must not know services.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::Unread;

/// The longest text that is kept, in characters.
const LONGEST: usize = 200;

/// A text, or a number as text; nothing when empty.
pub(super) fn text(value: &Value, pointer: &str) -> Option<String> {
    let found = value.pointer(pointer)?;
    let text = match found {
        Value::String(text) => text.trim().chars().take(LONGEST).collect(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The texts and numbers of an array.
pub(super) fn texts(value: &Value, pointer: &str) -> Vec<String> {
    items(value, pointer)
        .iter()
        .filter_map(|item| text(item, ""))
        .collect()
}

/// One text of each object of an array.
pub(super) fn each(value: &Value, pointer: &str, within: &str) -> Vec<String> {
    items(value, pointer)
        .iter()
        .filter_map(|item| text(item, within))
        .collect()
}

/// An array, empty where there is none.
pub(super) fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Whether it is true.
pub(super) fn is(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool) == Some(true)
}

/// A count; nothing else counts as 0.
pub(super) fn count(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or(0)
}

/// A day or a time in the forms that services write them, as RFC 3339 or as a day of ISO 8601; without a zone it is UTC.
pub(super) fn when(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?)
            .ok()
            .map(|at| at.to_string()),
        Value::String(text) => dated(text.trim()),
        _ => None,
    }
}

fn dated(text: &str) -> Option<String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.to_string());
    }
    let plain = text.trim_end_matches("UTC").trim_end();
    if plain.len() > 10
        && let Ok(at) = plain.parse::<DateTime>()
    {
        return Some(TimeZone::UTC.to_timestamp(at).ok()?.to_string());
    }
    if let Ok(day) = plain.parse::<Date>() {
        return Some(day.to_string());
    }
    // Without leading zeros, as `2018-2-28`.
    let mut parts = plain.splitn(3, '-');
    let mut next = || parts.next();
    let day = Date::new(
        next()?.parse().ok()?,
        next()?.parse().ok()?,
        next()?.parse().ok()?,
    );
    day.ok().map(|day| day.to_string())
}

/// An answer that names an address must name the one that was asked for.
pub(super) fn must_be(value: &Value, pointer: &str, ip: IpAddr) -> Result<(), Unread> {
    let Some(Value::String(named)) = value.pointer(pointer) else {
        return Err(Unread::Unexpected);
    };
    match named.parse::<IpAddr>() {
        Ok(named) if named.to_canonical() == ip.to_canonical() => Ok(()),
        Ok(_) => Err(Unread::OtherAddress),
        Err(_) => Err(Unread::Unexpected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dates_come_in_many_forms() {
        for (given, wanted) in [
            (json!("2025-01-15T12:30:45Z"), Some("2025-01-15T12:30:45Z")),
            (
                json!("2024-04-18T08:15:00+02:00"),
                Some("2024-04-18T06:15:00Z"),
            ),
            (
                json!("2024-04-18T08:15:00.250000"),
                Some("2024-04-18T08:15:00.25Z"),
            ),
            (
                json!("2020-12-08 13:36:27 UTC"),
                Some("2020-12-08T13:36:27Z"),
            ),
            (json!("2020-12-08 13:36:27"), Some("2020-12-08T13:36:27Z")),
            (json!("2018-2-28"), Some("2018-02-28")),
            (json!("2018-02-28"), Some("2018-02-28")),
            (json!(1_655_493_601), Some("2022-06-17T19:20:01Z")),
            (json!("2018-13-28"), None),
            (json!("yesterday"), None),
            (json!(i64::MAX), None),
            (json!(null), None),
        ] {
            assert_eq!(when(&given, "").as_deref(), wanted, "{given}");
        }
    }

    #[test]
    fn texts_are_bounded_and_nothing_is_made_up() {
        let long = json!({"a": "x".repeat(5000), "b": "  ", "c": [1, "two", null, {}], "d": {}});
        assert_eq!(text(&long, "/a").map(|t| t.len()), Some(LONGEST));
        assert_eq!(
            (text(&long, "/b"), text(&long, "/d"), text(&long, "/e")),
            (None, None, None)
        );
        assert_eq!(texts(&long, "/c"), ["1", "two"]);
        assert!(texts(&long, "/a").is_empty());
    }
}
