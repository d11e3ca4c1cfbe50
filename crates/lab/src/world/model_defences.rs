//! The part of the model that guards the account: alarms, snapshot sharing, GuardDuty in other Regions.
//! Must not know the wire nor how these are filled.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::model::Tags;
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
    /// Rules on the default event bus, by name.
    pub rules: BTreeMap<String, EventRule>,
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
    /// When it counted something, in order.
    pub counted: Vec<Timestamp>,
}

/// A metric alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricAlarm {
    /// Name.
    pub name: String,
    /// What `PutMetricAlarm` was given, under the names of the API.
    pub config: Value,
    /// Tags.
    pub tags: Tags,
    /// A state that somebody set, and when.
    pub set: Option<(String, Timestamp)>,
}

/// A rule on the default event bus.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventRule {
    /// Events that fit.
    pub pattern: Value,
    /// Description.
    pub description: Option<String>,
    /// Whether it looks.
    pub enabled: bool,
    /// ARNs of who gets what fits, by id.
    pub targets: BTreeMap<String, String>,
    /// Tags.
    pub tags: Tags,
    /// How many events have fitted.
    pub matched: u64,
}
