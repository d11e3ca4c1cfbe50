//! The folders of flow-log objects: which prefixes a window needs. Pure.
//! Layout: "Publish flow logs to Amazon S3" in the VPC user guide.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rebato_core::evaluate::Source;
use rebato_logs::stamps;

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

impl Layout<'_> {
    /// One prefix a day of the window, the first day first. A layout with folders by hour has the same days.
    pub(super) fn days(&self, since: Timestamp, until: Timestamp) -> Vec<String> {
        let (first, last) = stamps(Some(Source::FlowLogs), Some(since), Some(until));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_over_midnight_needs_both_days() {
        let layout = Layout {
            prefix: "",
            account: "111122223333",
            region: "eu-west-1",
            hive: false,
        };
        assert_eq!(
            layout.days(at("2026-11-23T23:00:00Z"), at("2026-11-23T23:55:00Z")),
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
}
