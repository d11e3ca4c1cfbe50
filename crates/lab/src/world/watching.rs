//! What watches in the account: metric filters count what log groups take in, alarms compare metrics with their limits, rules
//! see events go by. A filter counts at the moment of ingestion; the patterns of JSON logs count nothing here. Must not know the
//! wire.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::metrics::METRIC_PERIOD;
use super::model::*;

/// A state that somebody set holds until CloudWatch looks again.
const SET_FOR: SignedDuration = SignedDuration::from_mins(1);
/// Periods that a metric must go back for a band around the usual.
const BAND_NEEDS: usize = 12;

impl World {
    /// Counts a line in every filter of its group that it fits.
    pub(super) fn count_line(&mut self, group: &str, line: &str) {
        let now = self.now;
        let filters = self.defences.metric_filters.iter_mut();
        for filter in filters.filter(|filter| filter.group == group) {
            if fits_line(&filter.pattern, line) {
                filter.counted.push(now);
            }
        }
    }

    /// Shows an event to every rule.
    pub(super) fn show_event(&mut self, event: &Value) {
        for rule in self.defences.rules.values_mut() {
            if rule.enabled && fits_event(&rule.pattern, event) {
                rule.matched += 1;
            }
        }
    }

    /// An alarm's state now: `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    #[must_use]
    pub fn alarm_state(&self, alarm: &MetricAlarm) -> String {
        if let Some((state, at)) = &alarm.set
            && self.now < *at + SET_FOR
        {
            return state.clone();
        }
        let wanted = usize::try_from(alarm.number("EvaluationPeriods").unwrap_or(1)).unwrap_or(1);
        let values = self.measured(alarm);
        let last: Vec<Option<f64>> = values.iter().rev().take(wanted).copied().collect();
        let Some(limit) = self.limit(alarm, &values) else {
            return "INSUFFICIENT_DATA".to_owned();
        };
        let missing = alarm.text("TreatMissingData").unwrap_or("missing");
        let over = |value: &Option<f64>| match value {
            Some(value) => Some(match alarm.text("ComparisonOperator") {
                Some("GreaterThanOrEqualToThreshold") => *value >= limit,
                Some("LessThanThreshold") => *value < limit,
                Some("LessThanOrEqualToThreshold") => *value <= limit,
                _ => *value > limit,
            }),
            None => match missing {
                "breaching" => Some(true),
                "notBreaching" => Some(false),
                _ => None,
            },
        };
        let judged: Vec<Option<bool>> = last.iter().map(over).collect();
        if judged.iter().all(Option::is_none) {
            "INSUFFICIENT_DATA".to_owned()
        } else if judged.iter().flatten().all(|over| *over) && judged.len() == wanted {
            "ALARM".to_owned()
        } else {
            "OK".to_owned()
        }
    }

    /// The limit that counts: the threshold, or what is usual and so many standard deviations more.
    fn limit(&self, alarm: &MetricAlarm, values: &[Option<f64>]) -> Option<f64> {
        let Some(width) = alarm.band() else {
            return alarm.config.get("Threshold").and_then(Value::as_f64);
        };
        let known: Vec<f64> = values.iter().rev().skip(1).flatten().copied().collect();
        if known.len() < BAND_NEEDS {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "some thousand periods at the most"
        )]
        let n = known.len() as f64;
        let mean = known.iter().sum::<f64>() / n;
        let variance = known.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        Some(mean + width * variance.sqrt())
    }

    /// The values of an alarm's metric by period, oldest first; the last is that of the newest whole period, or of the one
    /// under way for what filters count.
    fn measured(&self, alarm: &MetricAlarm) -> Vec<Option<f64>> {
        let (namespace, metric) = alarm.metric();
        if namespace != "AWS/EC2" {
            return self.counted(namespace, metric, alarm.period());
        }
        let instance = alarm.dimension("InstanceId").unwrap_or_default();
        if metric == "StatusCheckFailed" {
            let runs = self
                .instances
                .get(instance)
                .is_some_and(|i| i.state == InstanceState::Running);
            return vec![runs.then_some(0.0); 3];
        }
        let until = self.now.as_second();
        let statistic = alarm.statistic();
        let values = self.metric(instance, metric, statistic, (until - 14 * 86_400, until));
        values.into_iter().map(|(_, value)| Some(value)).collect()
    }

    fn counted(&self, namespace: &str, metric: &str, period: i64) -> Vec<Option<f64>> {
        let period = period.max(1);
        let filters = self.defences.metric_filters.iter();
        let ours = filters.filter(|f| f.namespace == namespace && f.metric == metric);
        let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
        for at in ours.flat_map(|filter| &filter.counted) {
            *sums.entry(at.as_second().div_euclid(period)).or_default() += 1.0;
        }
        let now = self.now.as_second().div_euclid(period);
        let periods = (now - 10..=now).map(|number| sums.get(&number).copied());
        // What was counted a moment before the turn of the period is seen as well.
        let last = sums.get(&now).or_else(|| sums.get(&(now - 1))).copied();
        periods.take(10).chain([last]).collect()
    }

    /// A rule, or a change of one, with the time of its making kept.
    pub fn put_alarm(&mut self, alarm: MetricAlarm) {
        let alarms = &mut self.defences.alarms;
        match alarms.iter_mut().find(|known| known.name == alarm.name) {
            // Tags are given in the call that makes it and ignored in a later one.
            Some(known) => {
                known.config = alarm.config;
                known.set = None;
            }
            None => alarms.push(alarm),
        }
        alarms.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// A metric filter; one of the same name in the group is replaced.
    pub fn put_metric_filter(&mut self, filter: MetricFilter) {
        let filters = &mut self.defences.metric_filters;
        filters.retain(|known| (&known.group, &known.name) != (&filter.group, &filter.name));
        filters.push(filter);
        filters.sort_by(|a, b| (&a.name, &a.group).cmp(&(&b.name, &b.group)));
    }

    /// The time, for what is set.
    #[must_use]
    pub fn set_now(&self, state: &str) -> (String, Timestamp) {
        (state.to_owned(), self.now)
    }
}

impl MetricAlarm {
    /// An alarm on 1 or more within five minutes.
    #[must_use]
    pub fn simple(name: &str, namespace: &str, metric: &str, action: &str) -> Self {
        Self {
            name: name.to_owned(),
            config: serde_json::json!({
                "AlarmName": name, "Namespace": namespace, "MetricName": metric, "Statistic": "Sum", "Dimensions": [],
                "Period": METRIC_PERIOD, "EvaluationPeriods": 1, "Threshold": 1.0,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
                "ActionsEnabled": true, "AlarmActions": [action], "OKActions": [], "InsufficientDataActions": [],
            }),
            tags: Tags::new(),
            set: None,
        }
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.config.get(field).and_then(Value::as_str)
    }

    fn number(&self, field: &str) -> Option<i64> {
        self.config.get(field).and_then(Value::as_i64)
    }

    /// What it measures where it is on a band.
    fn stat(&self) -> Option<&Value> {
        let queries = self.config.get("Metrics").and_then(Value::as_array)?;
        queries.iter().find_map(|query| query.get("MetricStat"))
    }

    fn metric(&self) -> (&str, &str) {
        let of = self.stat().and_then(|stat| stat.get("Metric"));
        let of = of.unwrap_or(&self.config);
        let text = |field: &str| of.get(field).and_then(Value::as_str).unwrap_or_default();
        (text("Namespace"), text("MetricName"))
    }

    fn statistic(&self) -> &str {
        let stat = self.stat().and_then(|stat| stat.get("Stat"));
        let stat = stat.and_then(Value::as_str);
        stat.or_else(|| self.text("Statistic")).unwrap_or("Sum")
    }

    fn period(&self) -> i64 {
        let stat = self.stat().and_then(|stat| stat.get("Period"));
        let stat = stat.and_then(Value::as_i64);
        stat.or_else(|| self.number("Period"))
            .unwrap_or(METRIC_PERIOD)
    }

    fn dimension(&self, name: &str) -> Option<&str> {
        let of = self.stat().and_then(|stat| stat.get("Metric"));
        let dimensions = of.unwrap_or(&self.config).get("Dimensions")?.as_array()?;
        dimensions
            .iter()
            .find(|d| d.get("Name").and_then(Value::as_str) == Some(name))?
            .get("Value")?
            .as_str()
    }

    /// The width of its band.
    fn band(&self) -> Option<f64> {
        let id = self.text("ThresholdMetricId")?;
        let queries = self.config.get("Metrics").and_then(Value::as_array)?;
        let band = queries
            .iter()
            .find(|query| query.get("Id").and_then(Value::as_str) == Some(id))?;
        let inside = band.get("Expression")?.as_str()?;
        let inside = inside.strip_prefix("ANOMALY_DETECTION_BAND(")?;
        let width = inside.strip_suffix(')')?.rsplit(',').next()?;
        width.trim().parse().ok()
    }
}

/// Whether a line fits a pattern for space-delimited events: `[a, b="x" || b="y", c]`.
fn fits_line(pattern: &str, line: &str) -> bool {
    let Some(fields) = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    else {
        return false;
    };
    let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    fields.len() == words.len()
        && fields.iter().zip(words).all(|(field, word)| {
            let mut conditions = field.split("||").map(str::trim).peekable();
            let named = |condition: &str| !condition.contains('=');
            conditions.peek().is_some_and(|first| named(first))
                || conditions.any(|condition| {
                    condition
                        .split_once('=')
                        .is_some_and(|(_, value)| value.trim().trim_matches('"') == word)
                })
        })
}

/// Whether an event fits a rule's pattern: each field that the pattern names has one of its values (EventBridge user guide,
/// "Event patterns"). Of the comparisons only `numeric` with one bound and `prefix` are known.
fn fits_event(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields.iter().all(|(name, inner)| {
            let part = event.get(name).unwrap_or(&Value::Null);
            fits_event(inner, part)
        }),
        Value::Array(values) => values.iter().any(|value| fits_value(value, event)),
        _ => false,
    }
}

fn fits_value(value: &Value, part: &Value) -> bool {
    if let Some([operator, bound]) = value
        .get("numeric")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        let (Some(operator), Some(bound), Some(part)) =
            (operator.as_str(), bound.as_f64(), part.as_f64())
        else {
            return false;
        };
        return match operator {
            ">=" => part >= bound,
            ">" => part > bound,
            "<=" => part <= bound,
            "<" => part < bound,
            _ => false,
        };
    }
    if let Some(prefix) = value.get("prefix").and_then(Value::as_str) {
        return part.as_str().is_some_and(|text| text.starts_with(prefix));
    }
    value == part
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_fits_field_by_field() {
        let pattern = "[version, src=\"203.0.113.9\" || src=\"203.0.113.10\", action=\"ACCEPT\"]";
        assert!(fits_line(pattern, "2 203.0.113.10 ACCEPT"));
        assert!(!fits_line(pattern, "2 203.0.113.1 ACCEPT"));
        assert!(!fits_line(pattern, "2 203.0.113.9 REJECT"));
        assert!(!fits_line(pattern, "2 203.0.113.9 ACCEPT OK"));
        assert!(!fits_line("{ $.a = b }", "{\"a\":\"b\"}"));
    }

    #[test]
    fn an_event_fits_when_every_named_field_has_one_of_the_values() {
        let pattern = json!({
            "source": ["aws.guardduty"],
            "detail": { "severity": [{ "numeric": [">=", 4] }], "resource": { "id": ["i-1", "i-2"] } },
        });
        let event = |severity: f64, id: &str| json!({ "source": "aws.guardduty", "other": 1, "detail": { "severity": severity, "resource": { "id": id } } });
        assert!(fits_event(&pattern, &event(4.0, "i-2")));
        assert!(!fits_event(&pattern, &event(3.9, "i-2")));
        assert!(!fits_event(&pattern, &event(8.0, "i-3")));
        assert!(!fits_event(&pattern, &json!({ "source": "aws.guardduty" })));
    }
}
