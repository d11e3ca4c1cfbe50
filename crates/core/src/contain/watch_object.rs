//! What CloudWatch and EventBridge watch for a case: an alarm, a metric filter, a rule. Each as it stands in the account, so
//! that two of them can be compared. Must not know what a case wants watched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shell::quoted;

/// The id of the one target that a rule of ours has.
pub const TARGET_ID: &str = "rebato";

/// One thing in the account that watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WatchObject {
    /// A metric alarm.
    Alarm(AlarmObject),
    /// A metric filter of a log group.
    MetricFilter(FilterObject),
    /// A rule on EventBridge's default bus.
    Rule(RuleObject),
}

/// A metric alarm of CloudWatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmObject {
    /// Its name, unique in account and Region.
    pub name: String,
    /// The metric's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
    /// The metric's dimensions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, String>,
    /// `Sum`, `Maximum`, …
    pub statistic: String,
    /// Seconds of a period.
    pub period: i32,
    /// How many periods in a row must be past the limit.
    pub periods: i32,
    /// What is too much.
    pub limit: Limit,
    /// What a period without values counts as: `notBreaching`, `missing`, …
    pub missing: String,
    /// ARN of the SNS topic that is told; `None` tells nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

/// What is too much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// This value or more.
    AtLeast(u32),
    /// More than is usual, by so many standard deviations: CloudWatch's anomaly detection.
    AboveUsual(u32),
    /// Somebody else's: the operator and the threshold as AWS has them. Rebato makes none.
    Other(String),
}

/// A metric filter of a log group, which adds 1 to a metric for each event that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterObject {
    /// Its name, unique in the group.
    pub name: String,
    /// The log group.
    pub group: String,
    /// What fits.
    pub pattern: String,
    /// The metric's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
}

/// A rule on EventBridge's default bus with one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleObject {
    /// Its name, unique on the bus: 64 letters, digits, dots, dashes and underscores at the most.
    pub name: String,
    /// Events that fit.
    pub pattern: Value,
    /// ARN of the SNS topic that gets them; `None` where the rule has lost its target.
    pub topic: Option<String>,
}

impl WatchObject {
    /// The code of its kind, as the catalogues know it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Alarm(_) => "alarm",
            Self::MetricFilter(_) => "metric_filter",
            Self::Rule(_) => "rule",
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Alarm(alarm) => &alarm.name,
            Self::MetricFilter(filter) => &filter.name,
            Self::Rule(rule) => &rule.name,
        }
    }

    /// What tells it from all others in the account.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::MetricFilter(filter) => format!("metric_filter/{}/{}", filter.group, filter.name),
            Self::Alarm(_) | Self::Rule(_) => format!("{}/{}", self.kind(), self.name()),
        }
    }

    /// What it looks at: a metric, a log group, a kind of event.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Alarm(alarm) => alarm.metric.clone(),
            Self::MetricFilter(filter) => filter.group.clone(),
            Self::Rule(rule) => rule
                .pattern
                .pointer("/detail-type/0")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .into(),
        }
    }

    /// The IAM actions that making, changing and deleting it need.
    #[must_use]
    pub fn permissions(&self, delete: bool) -> Vec<&'static str> {
        match (self, delete) {
            (Self::Alarm(_), true) => vec!["cloudwatch:DeleteAlarms"],
            // Tags given in the call that makes it are a permission of their own.
            (Self::Alarm(_), false) => vec!["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
            (Self::MetricFilter(_), true) => vec!["logs:DeleteMetricFilter"],
            (Self::MetricFilter(_), false) => vec!["logs:PutMetricFilter"],
            (Self::Rule(_), true) => vec!["events:DeleteRule", "events:RemoveTargets"],
            (Self::Rule(_), false) => {
                vec!["events:PutRule", "events:PutTargets", "events:TagResource"]
            }
        }
    }

    /// The AWS command lines that make it, or bring it to this.
    #[must_use]
    pub fn put_lines(&self) -> Vec<String> {
        match self {
            Self::Alarm(alarm) => vec![alarm.put_line()],
            Self::MetricFilter(filter) => vec![format!(
                "aws logs put-metric-filter --log-group-name {} --filter-name {} --filter-pattern {} --metric-transformations {}",
                quoted(&filter.group),
                quoted(&filter.name),
                quoted(&filter.pattern),
                quoted(&format!(
                    "metricName={},metricNamespace={},metricValue=1",
                    filter.metric, filter.namespace
                ))
            )],
            Self::Rule(rule) => {
                let name = quoted(&rule.name);
                let mut lines = vec![format!(
                    "aws events put-rule --name {name} --event-pattern {}",
                    quoted(&rule.pattern.to_string())
                )];
                lines.extend(rule.topic.iter().map(|topic| {
                    format!(
                        "aws events put-targets --rule {name} --targets {}",
                        quoted(&format!("Id={TARGET_ID},Arn={topic}"))
                    )
                }));
                lines
            }
        }
    }

    /// The AWS command lines that delete it.
    #[must_use]
    pub fn delete_lines(&self) -> Vec<String> {
        let name = quoted(self.name());
        match self {
            Self::Alarm(_) => vec![format!("aws cloudwatch delete-alarms --alarm-names {name}")],
            Self::MetricFilter(filter) => vec![format!(
                "aws logs delete-metric-filter --log-group-name {} --filter-name {name}",
                quoted(&filter.group)
            )],
            Self::Rule(_) => vec![
                format!("aws events remove-targets --rule {name} --ids {TARGET_ID}"),
                format!("aws events delete-rule --name {name}"),
            ],
        }
    }
}

impl AlarmObject {
    fn put_line(&self) -> String {
        let dimensions = |name: &str, value: &str| json!({ "Name": name, "Value": value });
        let dimensions: Vec<Value> = self
            .dimensions
            .iter()
            .map(|(name, value)| dimensions(name, value))
            .collect();
        let what = match &self.limit {
            Limit::AtLeast(value) => {
                let mut what = format!(
                    "--namespace {} --metric-name {} --statistic {} --period {} --threshold {value} \
                     --comparison-operator GreaterThanOrEqualToThreshold",
                    quoted(&self.namespace),
                    quoted(&self.metric),
                    self.statistic,
                    self.period
                );
                if !dimensions.is_empty() {
                    let dimensions = Value::Array(dimensions).to_string();
                    what.push_str(&format!(" --dimensions {}", quoted(&dimensions)));
                }
                what
            }
            Limit::AboveUsual(width) => {
                let metrics = json!([
                    { "Id": "m1", "ReturnData": true, "MetricStat": {
                        "Metric": { "Namespace": self.namespace, "MetricName": self.metric, "Dimensions": dimensions },
                        "Period": self.period, "Stat": self.statistic } },
                    { "Id": "usual", "ReturnData": true, "Expression": format!("ANOMALY_DETECTION_BAND(m1, {width})") },
                ]);
                format!(
                    "--metrics {} --threshold-metric-id usual --comparison-operator GreaterThanUpperThreshold",
                    quoted(&metrics.to_string())
                )
            }
            Limit::Other(limit) => format!(
                "--namespace {} --metric-name {} --comparison-operator {limit}",
                quoted(&self.namespace),
                quoted(&self.metric)
            ),
        };
        let mut line = format!(
            "aws cloudwatch put-metric-alarm --alarm-name {} {what} --evaluation-periods {} --treat-missing-data {}",
            quoted(&self.name),
            self.periods,
            self.missing
        );
        if let Some(topic) = &self.topic {
            line.push_str(&format!(" --alarm-actions {}", quoted(topic)));
        }
        line
    }
}
