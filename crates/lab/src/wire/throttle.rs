//! EC2's limits on how often it may be called: a token bucket for each operation, filled by a real clock, for it is the
//! client's own time that they are about. Facts: EC2 developer guide "Request throttling for the Amazon EC2 API"; for
//! `LookupEvents` CloudTrail's quotas. Other services publish none, and none is kept for them.

use std::collections::BTreeMap;

use super::operations::Operation;
use super::params::Params;
use super::service::Service;

/// Whether calls are limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Throttling {
    /// Never.
    #[default]
    Off,
    /// As AWS does where nobody asked for more.
    Aws,
}

/// How many tokens a bucket holds, and how many come in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate {
    holds: u64,
    a_second: u64,
}

/// A token in millionths, so that a microsecond brings a whole number of them.
const TOKEN: u64 = 1_000_000;
/// `StopInstances` takes a token of these for each instance too.
const STOPPED: (&str, Rate) = ("StopInstances: instances", rate(1000, 20));
/// Operations that are dearer where nothing says which things, or how many, are wanted.
const LISTS: [&str; 5] = [
    "DescribeInstances",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSnapshots",
    "DescribeVolumes",
];
/// What says so.
const CHOICES: [&str; 8] = [
    "Filter",
    "MaxResults",
    "NextToken",
    "InstanceId",
    "NetworkInterfaceId",
    "GroupId",
    "SnapshotId",
    "VolumeId",
];

const fn rate(holds: u64, a_second: u64) -> Rate {
    Rate { holds, a_second }
}

/// The rate of one operation; none where there is no limit. `whole` when everything is asked for at once.
fn rate_of(operation: &Operation, whole: bool) -> Option<Rate> {
    match (operation.service, operation.name) {
        (Service::Ec2, name) => Some(match name {
            "AssociateIamInstanceProfile"
            | "CreateSnapshot"
            | "CreateSnapshots"
            | "DisassociateIamInstanceProfile"
            | "ModifyInstanceMetadataOptions"
            | "ModifyNetworkInterfaceAttribute" => rate(100, 5),
            "CreateTags" => rate(100, 10),
            "StartInstances" => rate(5, 2),
            _ if operation.writes => rate(50, 5),
            _ if whole => rate(50, 10),
            _ => rate(100, 20),
        }),
        (Service::CloudTrail, "LookupEvents") => Some(rate(2, 2)),
        _ => None,
    }
}

/// The buckets of the account.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    /// Millionths of tokens and the microsecond at which they were counted.
    filled: BTreeMap<(&'static str, bool), (u64, u64)>,
}

impl Buckets {
    /// Whether a call may pass at this microsecond; if so, it has taken its tokens.
    pub(crate) fn admit(&mut self, operation: &Operation, params: &Params, now_us: u64) -> bool {
        let whole = LISTS.contains(&operation.name)
            && CHOICES.iter().all(|choice| params.get(choice).is_none());
        let Some(rate) = rate_of(operation, whole) else {
            return true;
        };
        let calls = self.take((operation.name, whole), rate, 1, now_us);
        if !calls || operation.name != "StopInstances" {
            return calls;
        }
        let instances = u64::try_from(params.texts("InstanceId").len()).unwrap_or(u64::MAX);
        self.take((STOPPED.0, false), STOPPED.1, instances, now_us)
    }

    fn take(&mut self, key: (&'static str, bool), rate: Rate, tokens: u64, now_us: u64) -> bool {
        let full = rate.holds * TOKEN;
        let (held, since) = self.filled.entry(key).or_insert((full, now_us));
        let come = now_us.saturating_sub(*since).saturating_mul(rate.a_second);
        *held = held.saturating_add(come).min(full);
        *since = now_us.max(*since);
        match held.checked_sub(tokens.saturating_mul(TOKEN)) {
            Some(left) => {
                *held = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::operations::operations;
    use super::*;

    const SECOND: u64 = 1_000_000;

    /// How many calls in a row pass at a moment.
    fn pass(buckets: &mut Buckets, name: &str, params: &Params, now: u64) -> usize {
        let operation = operations().find(|o| o.name == name).unwrap();
        (0..2000)
            .take_while(|_| buckets.admit(operation, params, now))
            .count()
    }

    #[test]
    fn a_bucket_holds_so_much_and_fills_at_its_rate() {
        let (mut buckets, none) = (Buckets::default(), Params::default());
        assert_eq!(pass(&mut buckets, "DeleteTags", &none, 0), 50);
        assert_eq!(pass(&mut buckets, "DeleteTags", &none, SECOND / 10), 0);
        assert_eq!(pass(&mut buckets, "DeleteTags", &none, 2 * SECOND), 10);
        assert_eq!(pass(&mut buckets, "DeleteTags", &none, 900 * SECOND), 50);
        assert_eq!(
            pass(&mut buckets, "CreateTags", &none, 0),
            100,
            "its own bucket"
        );
        assert_eq!(pass(&mut buckets, "StartInstances", &none, 0), 5);
        assert_eq!(
            pass(&mut buckets, "GetRole", &none, 0),
            2000,
            "no limit is known"
        );
    }

    #[test]
    fn to_ask_for_everything_is_dearer() {
        let mut buckets = Buckets::default();
        let one = Params::from_pairs([("InstanceId.1", "i-1")].into_iter());
        let none = Params::default();
        assert_eq!(pass(&mut buckets, "DescribeInstances", &none, 0), 50);
        assert_eq!(pass(&mut buckets, "DescribeInstances", &one, 0), 100);
        assert_eq!(pass(&mut buckets, "DescribeVpcs", &none, 0), 100);
    }

    #[test]
    fn stopping_many_at_once_takes_a_token_for_each() {
        let mut buckets = Buckets::default();
        let ids: Vec<String> = (1..=400).map(|n| format!("InstanceId.{n}")).collect();
        let many = Params::from_pairs(ids.iter().map(|id| (id.as_str(), "i-1")));
        assert_eq!(pass(&mut buckets, "StopInstances", &many, 0), 2);
    }
}
