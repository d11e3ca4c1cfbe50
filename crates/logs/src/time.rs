//! Times as AWS writes them, in seconds since 1970. Must not know what happened then.

use jiff::Timestamp;
use serde_json::Value;

/// A time as a text: at once in the form that CloudTrail writes, `2026-11-24T03:12:09Z`, else by the rules of RFC 3339.
pub(crate) fn of_text(text: &[u8]) -> Option<i64> {
    written(text).or_else(|| {
        let text = std::str::from_utf8(text).ok()?;
        text.parse::<Timestamp>().ok().map(Timestamp::as_second)
    })
}

fn written(text: &[u8]) -> Option<i64> {
    let [
        a,
        b,
        c,
        d,
        b'-',
        e,
        f,
        b'-',
        g,
        h,
        b'T',
        i,
        j,
        b':',
        k,
        l,
        b':',
        m,
        n,
        b'Z',
    ] = *text
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0i64, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, month, day) = (number(&[a, b, c, d])?, number(&[e, f])?, number(&[g, h])?);
    let (hour, minute, second) = (number(&[i, j])?, number(&[k, l])?, number(&[m, n])?);
    // Days that every month has, and no leap seconds: the rest goes the other way.
    if !((1..=12).contains(&month)
        && (1..=28).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && year > 0)
    {
        return None;
    }
    // Days of a calendar whose years begin in March (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some((days - 719_468) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// A time as JSON: a text, or a number of seconds or milliseconds.
pub(crate) fn of_value(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => of_text(text.as_bytes()),
        Value::Number(number) => {
            let seconds = number.as_f64()?;
            #[expect(clippy::cast_possible_truncation, reason = "bounded just here")]
            (seconds.abs() < 1e14).then(|| {
                if seconds > 1e11 {
                    (seconds / 1000.0) as i64
                } else {
                    seconds as i64
                }
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_way_reads(
            seconds in -62_000_000_000i64..253_000_000_000,
            odd in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
        ) {
            let text = Timestamp::from_second(seconds).unwrap().to_string();
            prop_assert_eq!(of_text(text.as_bytes()), Some(seconds));
            if let Some(read) = written(odd.as_bytes()) {
                prop_assert_eq!(odd.parse::<Timestamp>().ok().map(Timestamp::as_second), Some(read));
            }
        }
    }
}
