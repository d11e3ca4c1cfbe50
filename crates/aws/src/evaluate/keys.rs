//! The names of flow-log objects: which prefixes a window needs, and which keys may hold its records. Pure.
//! Layout: "Publish flow logs to Amazon S3" in the VPC user guide.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A file's stamp may be a little later than the records in it begin.
const BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// Delivery is best effort: a file may be stamped well after its records.
const AFTER: SignedDuration = SignedDuration::from_mins(60);

/// Where one flow log's files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout<'a> {
    /// Before `AWSLogs`, without slashes at its ends.
    pub(super) prefix: &'a str,
    /// Twelve digits.
    pub(super) account: &'a str,
    /// The Region's name.
    pub(super) region: &'a str,
    /// Folders named `year=2026` and so on.
    pub(super) hive: bool,
}

/// The stamps that a file with records of a window may bear.
pub(super) fn stamps(since: Timestamp, until: Timestamp) -> (Timestamp, Timestamp) {
    (
        since.checked_sub(BEFORE).unwrap_or(Timestamp::MIN),
        until.checked_add(AFTER).unwrap_or(Timestamp::MAX),
    )
}

impl Layout<'_> {
    /// One prefix a day of the window, the first day first. A layout with folders by hour has the same days.
    pub(super) fn days(&self, since: Timestamp, until: Timestamp) -> Vec<String> {
        let (first, last) = stamps(since, until);
        let (mut day, last) = (date(first), date(last));
        let mut prefixes = Vec::new();
        while day <= last {
            prefixes.push(self.day(day));
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        prefixes
    }

    fn day(&self, day: Date) -> String {
        let (year, month, of_month) = (day.year(), day.month(), day.day());
        let path = if self.hive {
            format!(
                "AWSLogs/aws-account-id={}/aws-service=vpcflowlogs/aws-region={}/year={year:04}/month={month:02}/day={of_month:02}/",
                self.account, self.region
            )
        } else {
            format!(
                "AWSLogs/{}/vpcflowlogs/{}/{year:04}/{month:02}/{of_month:02}/",
                self.account, self.region
            )
        };
        if self.prefix.is_empty() {
            path
        } else {
            format!("{}/{path}", self.prefix)
        }
    }
}

fn date(time: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(time).date()
}

/// Whether a key may hold records of the window, of this flow log. A key whose stamp cannot be read is wanted: reading too
/// much costs a moment, reading too little a verdict.
pub(super) fn wanted(key: &str, flow_log: &str, since: Timestamp, until: Timestamp) -> bool {
    let file = key.rsplit('/').next().unwrap_or(key);
    let words: Vec<&str> = file.split(['_', '.']).collect();
    if words.iter().any(|word| word.starts_with("fl-")) && !words.contains(&flow_log) {
        return false;
    }
    let (first, last) = stamps(since, until);
    words
        .iter()
        .find_map(|word| stamp(word))
        .is_none_or(|at| first <= at && at <= last)
}

/// `20261124T0315Z`.
fn stamp(word: &str) -> Option<Timestamp> {
    let (day, time) = word.strip_suffix('Z')?.split_once('T')?;
    let number = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    if day.len() != 8 || time.len() < 4 {
        return None;
    }
    let (year, month, of_month) = (number(day, 0, 4)?, small(day, 4, 6)?, small(day, 6, 8)?);
    let at = DateTime::new(
        year,
        month,
        of_month,
        small(time, 0, 2)?,
        small(time, 2, 4)?,
        0,
        0,
    )
    .ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const KEY: &str = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/111122223333_vpcflowlogs_eu-west-1_fl-0a1_20261124T0315Z_5f2c.log.gz";

    #[test]
    fn a_window_over_midnight_needs_both_days() {
        let layout = Layout {
            prefix: "",
            account: "111122223333",
            region: "eu-west-1",
            hive: false,
        };
        assert_eq!(
            layout.days(at("2026-11-23T23:00:00Z"), at("2026-11-23T23:30:00Z")),
            [
                "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/23/",
                "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/"
            ]
        );
        let hive = Layout {
            prefix: "logs/vpc",
            hive: true,
            ..layout
        };
        assert_eq!(
            hive.days(at("2026-01-02T03:00:00Z"), at("2026-01-02T04:00:00Z")),
            [
                "logs/vpc/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=01/day=02/"
            ]
        );
    }

    #[test]
    fn files_of_the_window_are_wanted_with_room_for_late_delivery() {
        let near = |since: &str, until: &str| wanted(KEY, "fl-0a1", at(since), at(until));
        assert!(near("2026-11-24T03:00:00Z", "2026-11-24T04:00:00Z"));
        assert!(
            near("2026-11-24T03:25:00Z", "2026-11-24T04:00:00Z"),
            "records begin before the stamp"
        );
        assert!(
            near("2026-11-24T02:00:00Z", "2026-11-24T02:20:00Z"),
            "delivered late"
        );
        assert!(!near("2026-11-24T04:00:00Z", "2026-11-24T05:00:00Z"));
        assert!(!near("2026-11-24T00:00:00Z", "2026-11-24T02:10:00Z"));
    }

    #[test]
    fn another_flow_log_in_the_same_folder_is_not_read_twice() {
        let (since, until) = (at("2026-11-24T03:00:00Z"), at("2026-11-24T04:00:00Z"));
        assert!(!wanted(KEY, "fl-0a", since, until));
        assert!(wanted("a/b/strange-name.gz", "fl-0a1", since, until));
    }
}
