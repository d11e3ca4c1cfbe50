//! The time at the beginning of a log line: RFC 3339 as rsyslog and RFC 5424 write it, journald's short forms, or the old form without
//! year. Must not know what follows.

use jiff::{Timestamp, civil, tz::TimeZone};

/// What is known of the year of a time that bears none.
#[derive(Debug, Clone, Copy)]
pub(super) enum Year {
    /// The line was written at most a day after this time (Unix seconds).
    Before(i64),
    /// A shipper's own time, which is about when the line was written.
    About(i64),
    /// Nothing: such a line has no time.
    Unknown,
}

/// The time in Unix seconds, and the rest of the line. A line whose time cannot be read gives all of itself as the rest. Times without
/// zone are taken as UTC: the log does not say more.
pub(super) fn split(text: &str, year: Year) -> (Option<i64>, &str) {
    let text = text.trim_start_matches('\u{feff}');
    let after_priority = text
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'))
        .filter(|(number, _)| number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit()))
        .map(|(_, rest)| rest);
    let text = after_priority.map_or(text, |rest| rest.strip_prefix("1 ").unwrap_or(rest));
    let Some((at, rest)) = iso(text).or_else(|| epoch(text)) else {
        return old(text, year);
    };
    let rest = container(rest);
    // A shipper's time may stand before the line's own.
    match old(rest, Year::About(at)) {
        (Some(own), deeper) => (Some(own), deeper),
        (None, _) => match iso(rest) {
            Some((own, deeper)) => (Some(own), deeper),
            None => (Some(at), rest),
        },
    }
}

/// `2026-11-24T02:00:00.1+01:00 `, the same with a space between day and hour, and `Tue 2026-11-24 02:00:00 UTC `. Zones by name other
/// than UTC are taken for UTC.
fn iso(text: &str) -> Option<(i64, &str)> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let text = text
        .split_once(' ')
        .filter(|(day, _)| DAYS.contains(day))
        .map_or(text, |(_, rest)| rest);
    if text.as_bytes().get(4) != Some(&b'-') || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.as_bytes().get(10) == Some(&b'T') {
        let (first, rest) = text.split_once(' ')?;
        return Some((moment(first)?, rest));
    }
    let (day, rest) = text.split_once(' ')?;
    let (clock, rest) = rest.split_once(' ')?;
    if day.len() != 10 || clock.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    let at = moment(&format!("{day}T{clock}"))?;
    let rest = rest
        .strip_prefix("UTC ")
        .or_else(|| rest.strip_prefix("GMT "))
        .unwrap_or(rest);
    Some((at, rest))
}

/// `journalctl -o short-unix`: seconds with a fraction.
fn epoch(text: &str) -> Option<(i64, &str)> {
    let (first, rest) = text.split_once(' ')?;
    let (seconds, fraction) = first.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !(9..=11).contains(&seconds.len()) || !digits(seconds) || !digits(fraction) {
        return None;
    }
    Some((seconds.parse().ok()?, rest))
}

/// What container runtimes put after the time: the stream, and whether the line is whole.
fn container(rest: &str) -> &str {
    ["stdout F ", "stderr F ", "stdout P ", "stderr P "]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))
        .unwrap_or(rest)
}

/// A time in RFC 3339, in Unix seconds; UTC where no zone is given.
pub(super) fn moment(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    let plain: civil::DateTime = text.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(plain).ok()?.as_second())
}

fn old(text: &str, year: Year) -> (Option<i64>, &str) {
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
    let four = |word: &str| {
        (word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()))
            .then(|| word.parse::<i16>().ok())
            .flatten()
    };
    let (mut told, rest) = match rest.split_once(' ') {
        Some((word, after)) if four(word).is_some() => (four(word), after.trim_start()),
        _ => (None, rest),
    };
    let Some((clock, mut rest)) = rest.split_once(' ') else {
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
    if told.is_none()
        && let Some((word, after)) = rest.split_once(' ')
        && let Some(number) = four(word).filter(|number| (1990..2100).contains(number))
    {
        told = Some(number);
        rest = after.trim_start();
    }
    let in_year = |year: i16| {
        // A leap second is taken for the one before. Anybody may write a log line: no hour is taken on trust.
        let time = civil::Time::new(hour, minute, second.min(59), 0).ok()?;
        let at = civil::Date::new(year, month, day).ok()?.to_datetime(time);
        Some(TimeZone::UTC.to_timestamp(at).ok()?.as_second())
    };
    let around = |near: i64| {
        let this = Timestamp::from_second(near)
            .ok()
            .map(|at| TimeZone::UTC.to_datetime(at).year());
        // The 29th of February is at most eight years back.
        this.into_iter()
            .flat_map(|this| (this - 8..=this + 1).rev())
            .filter_map(in_year)
    };
    let at = match (told, year) {
        (Some(year), _) => in_year(year),
        (None, Year::Before(near)) => around(near).find(|at| *at <= near + 86_400),
        (None, Year::About(near)) => around(near).min_by_key(|at| (at - near).abs()),
        (None, Year::Unknown) => None,
    };
    (at, rest)
}
