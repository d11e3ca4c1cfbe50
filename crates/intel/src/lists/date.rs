//! Dates in comments and fields, by the day: how old a list is. Must not know what a date is for.

use jiff::Timestamp;
use jiff::civil::Date;

/// A date stands near the start of what it is in: so many characters are looked at.
const LOOKED_AT: usize = 300;
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The first date in a text: `2026-08-22`, `2026/8/22`, `20260822`, `22 Aug 2026`, `Aug 22 03:00:29 UTC 2026`.
/// Forms that put the month in doubt (`3/4/2026`) are left out.
pub(super) fn find(text: &str) -> Option<Date> {
    let text: String = text.chars().take(LOOKED_AT).collect();
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    (0..parts.len()).find_map(|at| {
        let part = |offset: usize| parts.get(at + offset).copied();
        let here = part(0)?;
        if let Some(year) = year(here) {
            return date(year, number(part(1)?)?, number(before_time(part(2)?))?);
        }
        if here.len() == 8 {
            let (first, day) = here.split_at_checked(6)?;
            let (first, month) = first.split_at_checked(4)?;
            return date(year(first)?, number(month)?, number(day)?);
        }
        let month = month(here)?;
        let before = at.checked_sub(1).and_then(|at| parts.get(at));
        if let (Some(day), Some(year)) = (before.and_then(|d| number(d)), part(1).and_then(year)) {
            return date(year, month, day);
        }
        let day = number(part(1)?)?;
        let year = (2..7).find_map(|offset| year(part(offset)?))?;
        date(year, month, day)
    })
}

/// The date of a field: also seconds or milliseconds since 1970.
pub(super) fn of_field(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = match (digits, text.len()) {
        (true, 10) => text.parse().ok(),
        (true, 13) => text.parse::<i64>().ok().map(|ms| ms / 1000),
        _ => return find(text),
    };
    Timestamp::from_second(seconds?)
        .ok()
        .map(|at| jiff::tz::Offset::UTC.to_datetime(at).date())
}

/// The date that a comment says the list is of; not the one it is good until.
pub(super) fn of_comment(text: &str) -> Option<Date> {
    let lower: String = text
        .chars()
        .take(LOOKED_AT)
        .collect::<String>()
        .to_lowercase();
    let ahead = ["expire", "until", "next"]
        .iter()
        .any(|word| lower.contains(word));
    if ahead { None } else { find(&lower) }
}

/// `22T03` is a day before a time.
fn before_time(text: &str) -> &str {
    text.split_once(['T', 't']).map_or(text, |(day, _)| day)
}

fn year(text: &str) -> Option<i16> {
    let year = text.parse().ok().filter(|_| text.len() == 4)?;
    (1990..2100).contains(&year).then_some(year)
}

fn number(text: &str) -> Option<i8> {
    text.parse().ok().filter(|_| text.len() <= 2)
}

fn month(text: &str) -> Option<i8> {
    let lower = text.to_lowercase();
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| lower.starts_with(name))
        .map(|(number, _)| number)
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_as_feeds_write_them() {
        for (text, wanted) in [
            (
                "# Last update: Sat, 22 Aug 2026 03:00:29 +0200",
                "2026-08-22",
            ),
            ("#    updated: Tue Dec 15 15:33:38 2015 UTC", "2015-12-15"),
            (
                "# This File Date  : Fri Nov 27 06:01:01 UTC 2026",
                "2026-11-27",
            ),
            ("; Spamhaus DROP List 2015/09/14 - (c) 2015", "2015-09-14"),
            ("## Feed generated at: 2016-11-12 18:17", "2016-11-12"),
            ("# Generated 2026-01-02T03:04:05Z", "2026-01-02"),
            ("August 3, 2026", "2026-08-03"),
            ("20260811", "2026-08-11"),
            ("# (c) 2007 DShield.org", ""),
            ("# Copyright (c) 2014-2026 Maltrail", ""),
            ("3/4/2026", ""),
            ("maybe 2026", ""),
            ("2026-13-01", ""),
            ("", ""),
        ] {
            let found = find(text).map(|d| d.to_string()).unwrap_or_default();
            assert_eq!(found, wanted, "{text}");
        }
        assert_eq!(of_comment("; Expires: Mon, 14 Sep 2015 10:13:00 GMT"), None);
        let of = |text| of_field(text).map(|d| d.to_string());
        assert_eq!(of("1786406400").as_deref(), Some("2026-08-11"));
        assert_eq!(of("1786406400000").as_deref(), Some("2026-08-11"));
        assert_eq!(of("2026-08-11 01:02:03").as_deref(), Some("2026-08-11"));
        assert_eq!(of("3"), None);
    }
}
