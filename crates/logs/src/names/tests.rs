//! What names tell, by the words of AWS's guides. Must not open anything.

use proptest::prelude::*;

use super::*;

const FLOWS: &str = "logs/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/111122223333_vpcflowlogs_eu-west-1_fl-0a1_20261124T1620Z_5f2c.log.gz";
const TRAIL: &str = "AWSLogs/o-exampleorg/111122223333/CloudTrail/us-east-2/2026/11/24/111122223333_CloudTrail_us-east-2_20261124T1620Z_AbCd.json.gz";
const DNS: &str = "AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a1/2026/11/24/vpc-0a1_vpcdnsquerylogs_111122223333_20261124T1620Z_71584702.log.gz";
const HIVE: &str = "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=11/day=24/hour=16/x.log.parquet";

fn at(time: &str) -> Option<Timestamp> {
    Some(format!("2026-11-24T{time}Z").parse().unwrap())
}

fn holds(name: &str, since: &str, until: &str) -> bool {
    LogName::read(name).is_none_or(|name| name.may_hold(at(since), at(until)))
}

#[test]
fn the_names_of_aws_say_whose_and_which() {
    for (name, source, region, flow_log) in [
        (FLOWS, Source::FlowLogs, Some("eu-west-1"), Some("fl-0a1")),
        (TRAIL, Source::Cloudtrail, Some("us-east-2"), None),
        (DNS, Source::Dns, None, None),
        (HIVE, Source::FlowLogs, Some("eu-west-1"), None),
    ] {
        let read = LogName::read(name).unwrap();
        assert_eq!(
            (read.source, read.account, read.region, read.flow_log),
            (Some(source), Some("111122223333"), region, flow_log),
            "{name}"
        );
        let alone = name.rsplit('/').next().unwrap();
        if alone != "x.log.parquet" {
            assert_eq!(LogName::read(alone).unwrap().stamped, read.stamped);
        }
    }
}

#[test]
fn a_flow_log_file_holds_what_ended_in_its_five_minutes() {
    assert!(holds(FLOWS, "16:20:00", "16:30:00"));
    assert!(
        holds(FLOWS, "16:24:59", "16:24:59"),
        "the last end that the user guide names"
    );
    assert!(
        holds(FLOWS, "16:00:00", "16:10:00"),
        "it may have begun an aggregation interval before"
    );
    assert!(!holds(FLOWS, "15:00:00", "16:05:00"));
    assert!(!holds(FLOWS, "16:30:00", "17:00:00"));
}

#[test]
fn calls_and_queries_come_late() {
    for name in [TRAIL, DNS] {
        assert!(holds(name, "16:00:00", "16:05:00"));
        assert!(holds(name, "15:00:00", "15:30:00"));
        assert!(!holds(name, "12:00:00", "15:10:00"));
        assert!(!holds(name, "17:00:00", "18:00:00"));
    }
}

#[test]
fn folders_by_date_speak_when_aws_made_them() {
    assert!(holds(HIVE, "16:50:00", "16:55:00"));
    assert!(!holds(HIVE, "12:00:00", "15:40:00"));
    assert!(!holds(HIVE, "17:20:00", "18:00:00"));
    let hourly = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/03/x.gz";
    assert!(holds(hourly, "03:59:00", "04:00:00"));
    assert!(!holds(hourly, "16:00:00", "17:00:00"));
    let yesterday = hourly.replace("24/03", "23");
    assert!(!holds(&yesterday, "16:00:00", "17:00:00"));
    assert!(holds(&yesterday, "00:01:00", "17:00:00"));
}

#[test]
fn what_others_named_is_read() {
    for name in [
        "flow.log",
        "",
        "/",
        "cases/2020/01/01/flow.log.gz",
        "111122223333_CloudTrail-Digest_us-east-1_trail_20200101T0000Z.json.gz",
        "111122223333_vpcflowlogs_eu-west-1_fl-0a1_20201301T9999Z_x.log.gz",
        "AWSLogs/111122223333/CloudTrail/us-east-1/merged.json",
        "downloads/vpcflowlogs/eu-west-1/2020/01/01/x.log",
        "year=abcd/month=1/x.parquet",
        "year=2020/x.parquet",
    ] {
        assert!(holds(name, "16:00:00", "17:00:00"), "{name}");
    }
    assert!(
        holds(
            "year=2026/month=11/day=25/x.parquet",
            "16:00:00",
            "17:00:00"
        ),
        "a day of another time zone"
    );
    assert!(!holds(
        "year=2026/month=11/day=27/x.parquet",
        "16:00:00",
        "17:00:00"
    ));
    assert!(!holds(
        r"C:\logs\AWSLogs\111122223333\CloudTrail\us-east-1\2020\01\01\x.json",
        "16:00:00",
        "17:00:00"
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// By the user guide's words: whatever a file may hold is never passed over, in whichever layout it lies.
    #[test]
    fn nothing_that_a_file_may_hold_is_passed_over(
        end in 1_500_000_000i64..2_000_000_000,
        length in 0i64..=600,
        window in (-1_000_000i64..1_000_000, 0i64..100_000),
        folders in 0usize..4,
    ) {
        let when = |second| Timestamp::from_second(second).unwrap();
        let stamped = TimeZone::UTC.to_datetime(when(end.div_euclid(300) * 300));
        let file = format!("111122223333_vpcflowlogs_eu-west-1_fl-0a1_{}_x.log.gz", stamped.strftime("%Y%m%dT%H%MZ"));
        let name = match folders {
            0 => file,
            1 => stamped.strftime("AWSLogs/111122223333/vpcflowlogs/eu-west-1/%Y/%m/%d/x.gz").to_string(),
            2 => stamped.strftime("AWSLogs/111122223333/vpcflowlogs/eu-west-1/%Y/%m/%d/%H/x.gz").to_string(),
            _ => stamped.strftime("year=%Y/month=%m/day=%d/hour=%H/x.parquet").to_string(),
        };
        let (since, until) = (end + window.0, end + window.0 + window.1);
        let inside = end >= since && end - length <= until;
        let read = LogName::read(&name).unwrap();
        prop_assert!(!inside || read.may_hold(Some(when(since)), Some(when(until))), "{name}");
        // And what is far from the window is passed over, so that pruning is worth something.
        let far = (since - end).max(end - until) > 3 * 86_400;
        prop_assert!(!far || !read.may_hold(Some(when(since)), Some(when(until))), "{name}");
    }

    #[test]
    fn no_name_breaks_it(name in ".{0,80}", word in r"[0-9TZ_/=a-z]{0,60}") {
        for name in [name.as_str(), word.as_str(), &format!("1_vpcflowlogs_x_{word}"), &format!("year=20{word}/")] {
            if let Some(read) = LogName::read(name) {
                let _ = read.may_hold(Some(Timestamp::MIN), Some(Timestamp::MAX));
                prop_assert!(read.may_hold(None, None));
            }
        }
    }
}
