//! The time at the beginning of a log line: RFC 3339 as rsyslog and RFC 5424 write it, or the old form without year.
//! Must not know what follows.

use jiff::{Timestamp, civil, tz::TimeZone};

/// The time in Unix seconds, and the rest of the line. A line whose time cannot be read gives all of itself as the rest. Times without
/// zone are taken as UTC: the log does not say more.
pub(super) fn split(text: &str, near: Option<i64>) -> (Option<i64>, &str) {
    let text = text.trim_start_matches('\u{feff}');
    let after_priority = text
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'))
        .filter(|(number, _)| number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit()))
        .map(|(_, rest)| rest);
    let text = after_priority.map_or(text, |rest| rest.strip_prefix("1 ").unwrap_or(rest));
    if let Some((first, rest)) = text.split_once(' ')
        && first.as_bytes().get(10).is_some_and(|b| *b == b'T')
        && let Some(at) = iso(first)
    {
        // A shipper's time may stand before the line's own.
        let (own, deeper) = old(rest, near.or(Some(at)));
        return if own.is_some() {
            (own, deeper)
        } else {
            (Some(at), rest)
        };
    }
    old(text, near)
}

fn iso(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    let plain: civil::DateTime = text.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(plain).ok()?.as_second())
}

fn old(text: &str, near: Option<i64>) -> (Option<i64>, &str) {
    let nothing = (None, text);
    let Some((month, rest)) = text.split_once(' ') else {
        return nothing;
    };
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let Some(month) = MONTHS
        .iter()
        .zip(1i8..)
        .find(|(name, _)| **name == month)
        .map(|(_, number)| number)
    else {
        return nothing;
    };
    let Some((day, rest)) = rest.trim_start().split_once(' ') else {
        return nothing;
    };
    let Ok(day) = day.parse::<i8>() else {
        return nothing;
    };
    let rest = rest.trim_start();
    // Some write the year before the time, some after it.
    let (year, rest) = match rest.split_once(' ') {
        Some((year, after)) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            (year.parse::<i16>().ok(), after.trim_start())
        }
        _ => (None, rest),
    };
    let Some((clock, rest)) = rest.split_once(' ') else {
        return nothing;
    };
    let mut parts = clock
        .split(['.', ','])
        .next()
        .unwrap_or_default()
        .split(':')
        .map(str::parse::<i8>);
    let (Some(Ok(hour)), Some(Ok(minute)), Some(Ok(second)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return nothing;
    };
    let in_year = |year: i16| {
        // A leap second is taken for the one before. Anybody may write a log line: no hour is taken on trust.
        let time = civil::Time::new(hour, minute, second.min(59), 0).ok()?;
        let at = civil::Date::new(year, month, day).ok()?.to_datetime(time);
        Some(TimeZone::UTC.to_timestamp(at).ok()?.as_second())
    };
    let at = match (year, near) {
        (Some(year), _) => in_year(year),
        // The latest year that does not put the line more than a day after the time it must lie before.
        (None, Some(near)) => {
            let this = Timestamp::from_second(near)
                .ok()
                .map(|at| TimeZone::UTC.to_datetime(at).year());
            this.and_then(|this| {
                [this + 1, this, this - 1, this - 4]
                    .into_iter()
                    .filter_map(in_year)
                    .find(|at| *at <= near + 86_400)
            })
        }
        (None, None) => None,
    };
    (at, rest)
}
