//! What CloudWatch counts of each instance: packets and bytes as they pass its interfaces, and a processor that works as much as
//! they ask of it. Facts: EC2 user guide, "List the available CloudWatch metrics". Must not know what the traffic is for.

use std::collections::BTreeMap;

use super::model::World;
use super::policy::Direction;

/// Seconds of a period: basic monitoring.
pub(crate) const METRIC_PERIOD: i64 = 300;
/// Percent of the processor that an idle instance uses.
const IDLE: f64 = 2.0;
/// Bytes a second that keep one percent of it busy.
const BYTES_A_PERCENT: f64 = 50_000.0;

/// What passed an interface in one period.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Passed {
    bytes_in: u64,
    bytes_out: u64,
    packets_out: u64,
}

/// By interface, the periods in order.
pub(crate) type Meters = BTreeMap<String, Vec<(i64, Passed)>>;

/// Counts packets that were let through.
pub(crate) fn count(
    meters: &mut Meters,
    interface_id: &str,
    at: i64,
    direction: Direction,
    packets: u64,
    bytes: u64,
) {
    let period = at.div_euclid(METRIC_PERIOD) * METRIC_PERIOD;
    if !meters.contains_key(interface_id) {
        meters.insert(interface_id.to_owned(), Vec::new());
    }
    let Some(periods) = meters.get_mut(interface_id) else {
        return;
    };
    if periods.last().is_none_or(|(last, _)| *last < period) {
        periods.push((period, Passed::default()));
    }
    let Some((_, passed)) = periods.last_mut() else {
        return;
    };
    if direction == Direction::Ingress {
        passed.bytes_in += bytes;
    } else {
        passed.bytes_out += bytes;
        passed.packets_out += packets;
    }
}

impl World {
    /// Values of a metric over whole periods of a time (Unix seconds), oldest first; none for what is not counted.
    pub(crate) fn metric(
        &self,
        instance_id: &str,
        name: &str,
        statistic: &str,
        (from, until): (i64, i64),
    ) -> Vec<(i64, f64)> {
        let mut sums: BTreeMap<i64, Passed> = BTreeMap::new();
        for interface in self.interfaces_of(instance_id) {
            for (period, passed) in self.engine.meters.get(&interface.id).into_iter().flatten() {
                let sum = sums.entry(*period).or_default();
                sum.bytes_in += passed.bytes_in;
                sum.bytes_out += passed.bytes_out;
                sum.packets_out += passed.packets_out;
            }
        }
        // From the first packet that this account ever saw of it to the last whole period.
        let Some(first) = sums.keys().next().copied() else {
            return Vec::new();
        };
        let from = from.div_euclid(METRIC_PERIOD) * METRIC_PERIOD;
        let end = until.min(self.now.as_second());
        let mut values = Vec::new();
        let mut at = first.max(from);
        while at + METRIC_PERIOD <= end {
            let sum = sums.get(&at).copied().unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "bytes of five minutes")]
            let value = match (name, statistic) {
                // The instance's own scripts still fetch credentials the old way, once a period, where it answers them.
                ("MetadataNoToken", "Sum") => f64::from(u8::from(self.allows_imds_v1(instance_id))),
                ("NetworkIn", "Sum") => sum.bytes_in as f64,
                ("NetworkOut", "Sum") => sum.bytes_out as f64,
                ("NetworkPacketsOut", "Sum") => sum.packets_out as f64,
                ("CPUUtilization", "Average") => {
                    let rate = (sum.bytes_in + sum.bytes_out) as f64 / METRIC_PERIOD as f64;
                    (IDLE + rate / BYTES_A_PERCENT).min(100.0)
                }
                _ => return Vec::new(),
            };
            values.push((at, value));
            at += METRIC_PERIOD;
        }
        values
    }
}
