//! The part of the model that guards the account: alarms, snapshot sharing, GuardDuty in other Regions.
//! Must not know the wire nor how these are filled.

use std::collections::BTreeMap;

use super::model_desk::Desk;

/// What the account does against intruders beside its logs.
#[derive(Debug, Clone, Default)]
pub struct Defences {
    /// `block-all-sharing`, `block-new-sharing` or `unblocked`.
    pub snapshot_block: String,
    /// Metric filters of log groups, in the order of their names.
    pub metric_filters: Vec<MetricFilter>,
    /// Metric alarms, in the order of their names.
    pub alarms: Vec<MetricAlarm>,
    /// GuardDuty in the other Regions that the account has enabled: nothing else is there.
    pub elsewhere: BTreeMap<String, Elsewhere>,
    /// What AWS's people were asked.
    pub desk: Desk,
}

/// GuardDuty in another Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// On, with these features.
    On(BTreeMap<String, String>),
    /// Off.
    Off,
    /// Nobody may ask.
    Denied,
}

/// A metric filter: one metric each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricFilter {
    /// Name of the log group.
    pub group: String,
    /// Name of the filter.
    pub name: String,
    /// What it counts.
    pub pattern: String,
    /// Namespace of the metric.
    pub namespace: String,
    /// Name of the metric.
    pub metric: String,
}

/// A metric alarm: above 0 in five minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricAlarm {
    /// Name.
    pub name: String,
    /// Namespace of the metric.
    pub namespace: String,
    /// Name of the metric.
    pub metric: String,
    /// ARNs of who is told.
    pub actions: Vec<String>,
    /// Whether anybody is told.
    pub actions_enabled: bool,
}
