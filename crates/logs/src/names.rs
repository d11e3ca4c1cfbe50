//! What the name of a log object says of its content: which log, whose, and when its records may be, so that a window passes over
//! files before they are opened. Only what AWS itself names is trusted: a folder named by date may be the day of a download.
//! Must not open anything, and must not know what is asked.
//!
//! Facts: VPC user guide, "Publish flow logs to Amazon S3" (a file of 16:20 has the records whose *end* is from 16:20:00 to
//! 16:24:59); CloudTrail user guide, "Getting and viewing your CloudTrail log files" (the stamp is the time of delivery, some five
//! minutes after the call and at times much more); Route 53 developer guide, "Resolver query logging".

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rebato_core::evaluate::Source;

/// How long before its stamp a record may begin, and how long after it may end.
fn margins(source: Option<Source>) -> (SignedDuration, SignedDuration) {
    let minutes = |before, after| {
        (
            SignedDuration::from_mins(before),
            SignedDuration::from_mins(after),
        )
    };
    match source {
        // Ten minutes are the longest aggregation interval, five the time of a file; the rest is room for clocks.
        Some(Source::FlowLogs) => minutes(12, 9),
        Some(Source::Cloudtrail | Source::Dns) => minutes(60, 14),
        // Partitions of whoever: the day may be that of another time zone.
        _ => minutes(24 * 60, 24 * 60),
    }
}

/// The stamps that a file with records of a window may bear; for the prefixes to list, too.
#[must_use]
pub fn stamps(
    source: Option<Source>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> (Timestamp, Timestamp) {
    let (before, after) = margins(source);
    (
        since
            .and_then(|since| since.checked_sub(after).ok())
            .unwrap_or(Timestamp::MIN),
        until
            .and_then(|until| until.checked_add(before).ok())
            .unwrap_or(Timestamp::MAX),
    )
}

/// The name of a log file or object, as far as it is one of AWS's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogName<'a> {
    /// Which log; absent for partitions by date that do not say.
    pub source: Option<Source>,
    /// Twelve digits.
    pub account: Option<&'a str>,
    /// The Region's name.
    pub region: Option<&'a str>,
    /// The flow log's id, `fl-…`.
    pub flow_log: Option<&'a str>,
    /// First and last stamp it may have: one moment by the file's name, an hour or a day by its folder.
    pub stamped: Option<(Timestamp, Timestamp)>,
}

impl<'a> LogName<'a> {
    /// Reads a path or key; nothing when it is not named as AWS names logs.
    #[must_use]
    pub fn read(name: &'a str) -> Option<Self> {
        let mut folders: Vec<&str> = name.split(['/', '\\']).collect();
        let file = folders.pop()?;
        let by_file = Self::of_file(file);
        let by_folder = Self::of_folders(&folders);
        match (by_file, by_folder) {
            (Some(mut name), Some(around)) => {
                name.account = name.account.or(around.account);
                name.region = name.region.or(around.region);
                // A digest under CloudTrail's folder is no such log, and the folder of another log says nothing of this one.
                if around.source.is_none_or(|of| Some(of) == name.source) {
                    name.stamped = name.stamped.or(around.stamped);
                }
                Some(name)
            }
            (name, around) => name.or(around),
        }
    }

    /// Whether it may hold records of a source and a window. What names no source may be any.
    #[must_use]
    pub fn fits(&self, source: Source, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
        self.source.is_none_or(|of| of == source) && self.may_hold(since, until)
    }

    /// Whether it may hold records of the window. What bears no time may.
    #[must_use]
    pub fn may_hold(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
        let (from, to) = stamps(self.source, since, until);
        self.stamped
            .is_none_or(|(first, last)| first <= to && last >= from)
    }

    /// `ACCOUNT_vpcflowlogs_REGION_fl-…_STAMP_…`, `ACCOUNT_CloudTrail_REGION_STAMP_…`, `VPC_vpcdnsquerylogs_ACCOUNT_STAMP_…`.
    fn of_file(file: &'a str) -> Option<Self> {
        let mut words = file.split(['_', '.']);
        let before = words.next()?;
        let source = service(words.next()?)?;
        let after = words.next();
        let rest: Vec<&str> = words.collect();
        let (account, region) = if source == Source::Dns {
            (after, None)
        } else {
            (Some(before), after)
        };
        Some(Self {
            source: Some(source),
            account: account.filter(|id| is_account(id)),
            region,
            flow_log: rest.iter().copied().find(|word| word.starts_with("fl-")),
            stamped: rest
                .iter()
                .find_map(|word| stamp(word))
                .map(|stamp| (stamp, stamp)),
        })
    }

    /// `AWSLogs/ACCOUNT/vpcflowlogs/REGION/2026/11/24/03`, or `aws-account-id=…/aws-service=…/aws-region=…/year=…/month=…`.
    fn of_folders(folders: &[&'a str]) -> Option<Self> {
        let valued = |key: &str| {
            folders
                .iter()
                .find_map(|folder| folder.strip_prefix(key)?.strip_prefix('='))
        };
        if let Some(year) = valued("year") {
            let words = [Some(year), valued("month"), valued("day"), valued("hour")];
            let stamped = span(words.into_iter().map_while(|word| word))?;
            return Some(Self {
                source: valued("aws-service").and_then(service),
                account: valued("aws-account-id"),
                region: valued("aws-region"),
                flow_log: None,
                stamped: Some(stamped),
            });
        }
        let at = folders
            .iter()
            .rposition(|folder| service(folder).is_some())?;
        let source = service(folders.get(at)?)?;
        let account = folders
            .get(at.checked_sub(1)?)
            .copied()
            .filter(|id| is_account(id))?;
        Some(Self {
            source: Some(source),
            account: Some(account),
            region: folders
                .get(at + 1)
                .copied()
                .filter(|_| source != Source::Dns),
            flow_log: None,
            stamped: span(folders.iter().skip(at + 2).copied()),
        })
    }
}

fn service(word: &str) -> Option<Source> {
    match word {
        "vpcflowlogs" => Some(Source::FlowLogs),
        "CloudTrail" | "cloudtrail" => Some(Source::Cloudtrail),
        "vpcdnsquerylogs" => Some(Source::Dns),
        _ => None,
    }
}

fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit())
}

/// `20261124T0315Z`, with or without seconds.
fn stamp(word: &str) -> Option<Timestamp> {
    let (day, time) = word.strip_suffix('Z')?.split_once('T')?;
    if day.len() != 8 || !matches!(time.len(), 4 | 6) {
        return None;
    }
    let date = Date::new(number(day.get(..4)?)?, small(day, 4)?, small(day, 6)?).ok()?;
    let second = if time.len() == 6 { small(time, 4)? } else { 0 };
    moment(date, small(time, 0)?, small(time, 2)?, second)
}

/// The span of the folders year, month, day and perhaps hour, each with only its digits.
fn span<'a>(words: impl Iterator<Item = &'a str>) -> Option<(Timestamp, Timestamp)> {
    let mut words = words.map_while(|word| number(word).filter(|_| word.len() <= 4));
    let small = |number: Option<i16>| number.and_then(|number| i8::try_from(number).ok());
    let year = words.next().filter(|year| *year >= 1000)?;
    let date = Date::new(year, small(words.next())?, small(words.next())?).ok()?;
    let (first, hours) = match small(words.next()) {
        Some(hour) => (moment(date, hour, 0, 0)?, 1),
        None => (moment(date, 0, 0, 0)?, 24),
    };
    let last = first.checked_add(SignedDuration::from_hours(hours)).ok()?;
    Some((first, last))
}

fn moment(date: Date, hour: i8, minute: i8, second: i8) -> Option<Timestamp> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let at = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

fn number(text: &str) -> Option<i16> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn small(text: &str, at: usize) -> Option<i8> {
    i8::try_from(number(text.get(at..at + 2)?)?).ok()
}

#[cfg(test)]
mod tests;
