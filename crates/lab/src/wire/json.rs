//! Reading the bodies of the JSON protocols, and the times in them. It knows no operation.

use jiff::Timestamp;
use serde_json::Value;

use crate::world::ApiError;

use super::failure::error;

/// A text field that may be absent.
pub(super) fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

/// The texts of a list, empty if absent.
pub(super) fn texts(body: &Value, name: &str) -> Vec<String> {
    body.get(name)
        .and_then(Value::as_array)
        .map(|items| {
            items
                .iter()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect()
        })
        .unwrap_or_default()
}

/// A whole number that may be absent.
pub(super) fn number(body: &Value, name: &str) -> Option<i64> {
    body.get(name).and_then(Value::as_i64)
}

/// A time in seconds since the epoch, perhaps with a fraction.
pub(super) fn time(body: &Value, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(value) = body.get(name).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let bad = || {
        error(
            "InvalidTimeRangeException",
            &format!("{name} is no time"),
            400,
        )
    };
    if let Some(seconds) = value.as_i64() {
        return Timestamp::from_second(seconds).map(Some).map_err(|_| bad());
    }
    let seconds = value.as_f64().ok_or_else(bad)?;
    jiff::SignedDuration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|since| Timestamp::from_duration(since).ok())
        .map(Some)
        .ok_or_else(bad)
}

/// Seconds since the epoch with milliseconds, as the JSON protocols write times.
pub(super) fn epoch(at: Timestamp) -> Value {
    let millis = at.as_millisecond();
    if millis % 1000 == 0 {
        Value::from(millis / 1000)
    } else {
        // Milliseconds of any time near ours are exact in a double.
        #[expect(
            clippy::cast_precision_loss,
            reason = "fits in 53 bits until the year 287396"
        )]
        let seconds = millis as f64 / 1000.0;
        Value::from(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_go_both_ways() {
        let at: Timestamp = "2026-11-24T03:12:09.250Z".parse().unwrap();
        let body = json!({"whole": 1_764_000_000, "part": epoch(at), "none": null});
        assert_eq!(
            time(&body, "whole").unwrap().unwrap().as_second(),
            1_764_000_000
        );
        assert_eq!(time(&body, "part").unwrap(), Some(at));
        assert_eq!(time(&body, "none").unwrap(), None);
        assert!(time(&json!({"t": "yesterday"}), "t").is_err());
    }
}
