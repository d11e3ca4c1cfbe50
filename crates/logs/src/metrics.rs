//! Metrics of CloudWatch: what `GetMetricData` and `GetMetricStatistics` answer, as the AWS command line prints it, and the JSON
//! lines of metric streams. Facts: CloudWatch API reference; "Metric streams", JSON format. Must not know what is asked of them.

use serde_json::Value;

use crate::{Inflated, time};

/// The statistics that points may be of; what a metric's points are when nothing says so stands with the metric.
const STATISTICS: [&str; 4] = ["Average", "Sum", "Maximum", "Minimum"];
/// Metrics of an instance that somebody asks about, and the statistic that their own unit means.
const METRICS: [(&str, &str); 4] = [
    ("CPUUtilization", "Average"),
    ("NetworkIn", "Sum"),
    ("NetworkOut", "Sum"),
    ("NetworkPacketsOut", "Sum"),
];

/// No metric is as large; of smaller values mean and deviation are numbers that JSON can hold.
const LARGEST: f64 = 1e100;

/// One value of one metric, over the period that begins at `at` (Unix seconds).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) name: &'static str,
    pub(crate) statistic: &'static str,
    pub(crate) at: i64,
    pub(crate) value: f64,
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) rows: u64,
    pub(crate) wrong: Vec<String>,
}

/// Hands on every point of the instance, or of all when none is named.
pub(crate) fn read(
    whole: Inflated<'_>,
    instance: Option<&str>,
    mut found: impl FnMut(Point),
) -> FileRead {
    let mut out = FileRead::default();
    out.wrong.extend(whole.cut);
    let mut others = 0u64;
    let wrong = crate::json::each(&whole.bytes, |value, _| {
        let before = out.rows;
        let mut count = |point: Point| {
            out.rows += 1;
            if point.value.abs() < LARGEST {
                found(point);
            }
        };
        let known = if let Some(results) = value.get("MetricDataResults").and_then(Value::as_array)
        {
            results.iter().for_each(|result| series(result, &mut count));
            true
        } else if value.get("Datapoints").is_some() {
            statistics(&value, &mut count);
            true
        } else if value.get("Timestamps").is_some() {
            series(&value, &mut count);
            true
        } else {
            streamed(&value, instance, &mut count)
        };
        others += u64::from(!known && out.rows == before);
    });
    out.wrong.extend(wrong);
    if others > 0 {
        out.wrong
            .push(format!("records that are no metrics ({others})"));
    }
    out
}

/// A metric by its name among the words of a label: `CPUUtilization`, `i-0abc CPUUtilization`, `NetworkOut Sum`.
fn named(label: &str) -> Option<(&'static str, &'static str)> {
    let words = || label.split([' ', '/', ':', ',']);
    let (name, usual) = METRICS
        .into_iter()
        .find(|(name, _)| words().any(|word| word == *name))?;
    let said = STATISTICS
        .into_iter()
        .find(|statistic| words().any(|word| word == *statistic));
    Some((name, said.unwrap_or(usual)))
}

/// One result of `GetMetricData`: times and values side by side.
fn series(result: &Value, found: &mut dyn FnMut(Point)) {
    let label = result.get("Label").and_then(Value::as_str);
    let Some((name, statistic)) = label.and_then(named) else {
        return;
    };
    let list = |key: &str| {
        result
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    for (at, value) in list("Timestamps").zip(list("Values")) {
        if let (Some(at), Some(value)) = (time::of_value(at), value.as_f64()) {
            found(Point {
                name,
                statistic,
                at,
                value,
            });
        }
    }
}

/// An answer of `GetMetricStatistics`: points that name their statistics.
fn statistics(answer: &Value, found: &mut dyn FnMut(Point)) {
    let label = answer.get("Label").and_then(Value::as_str);
    let Some((name, _)) = label.and_then(named) else {
        return;
    };
    let points = answer.get("Datapoints").and_then(Value::as_array);
    for point in points.into_iter().flatten() {
        let Some(at) = point.get("Timestamp").and_then(time::of_value) else {
            continue;
        };
        for statistic in STATISTICS {
            if let Some(value) = point.get(statistic).and_then(Value::as_f64) {
                found(Point {
                    name,
                    statistic,
                    at,
                    value,
                });
            }
        }
    }
}

/// A line of a metric stream; whether it is one.
fn streamed(line: &Value, instance: Option<&str>, found: &mut dyn FnMut(Point)) -> bool {
    let (Some(name), Some(values)) = (
        line.get("metric_name").and_then(Value::as_str),
        line.get("value").and_then(Value::as_object),
    ) else {
        return false;
    };
    let of = line
        .get("dimensions")
        .and_then(|all| all.get("InstanceId"))
        .and_then(Value::as_str);
    if instance.is_some() && of != instance {
        return true;
    }
    let Some(((name, _), at)) = named(name).zip(line.get("timestamp").and_then(time::of_value))
    else {
        return true;
    };
    let of = |key: &str| values.get(key).and_then(Value::as_f64);
    let (sum, count) = (of("sum"), of("count"));
    let average = sum
        .zip(count)
        .and_then(|(sum, count)| (count > 0.0).then(|| sum / count));
    for (statistic, value) in [
        ("Sum", sum),
        ("Average", average),
        ("Maximum", of("max")),
        ("Minimum", of("min")),
    ] {
        if let Some(value) = value {
            found(Point {
                name,
                statistic,
                at,
                value,
            });
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inflate;

    fn points(text: &str, instance: Option<&str>) -> Vec<(String, i64, f64)> {
        let mut found = Vec::new();
        read(inflate(text.as_bytes()), instance, |point| {
            found.push((
                format!("{} {}", point.name, point.statistic),
                point.at,
                point.value,
            ));
        });
        found
    }

    #[test]
    fn answers_of_both_calls_and_streams_are_read() {
        let data = r#"{"MetricDataResults":[
            {"Id":"m0","Label":"CPUUtilization Average","Timestamps":["2026-11-24T03:00:00+00:00"],"Values":[97.5],"StatusCode":"Complete"},
            {"Id":"m1","Label":"i-0abc NetworkOut","Timestamps":["2026-11-24T03:00:00Z","2026-11-24T03:05:00Z"],"Values":[1,2.5]},
            {"Id":"m2","Label":"DiskReadOps","Timestamps":["2026-11-24T03:00:00Z"],"Values":[1]}]}"#;
        assert_eq!(
            points(data, Some("i-0abc")),
            [
                ("CPUUtilization Average".into(), 1_795_489_200, 97.5),
                ("NetworkOut Sum".into(), 1_795_489_200, 1.0),
                ("NetworkOut Sum".into(), 1_795_489_500, 2.5),
            ]
        );
        let statistics = r#"{"Label":"NetworkOut","Datapoints":[{"Timestamp":"2026-11-24T03:00:00Z","Sum":10.0,"Maximum":7.0,"Unit":"Bytes"}]}"#;
        assert_eq!(
            points(statistics, None),
            [
                ("NetworkOut Sum".into(), 1_795_489_200, 10.0),
                ("NetworkOut Maximum".into(), 1_795_489_200, 7.0),
            ]
        );
        let stream = r#"{"metric_name":"CPUUtilization","namespace":"AWS/EC2","dimensions":{"InstanceId":"i-0abc"},"timestamp":1795489200000,"value":{"max":99.0,"min":91.0,"sum":190.0,"count":2.0},"unit":"Percent"}
{"metric_name":"CPUUtilization","namespace":"AWS/EC2","dimensions":{"InstanceId":"i-0other"},"timestamp":1795489200000,"value":{"sum":1.0,"count":1.0}}"#;
        assert_eq!(points(stream, Some("i-0abc")).len(), 4);
        assert_eq!(
            points(stream, Some("i-0abc"))[1],
            ("CPUUtilization Average".into(), 1_795_489_200, 95.0)
        );
    }

    #[test]
    fn what_no_sum_can_hold_is_no_value() {
        let stream = |sum: &str, count: &str| {
            let line = format!(
                r#"{{"metric_name":"CPUUtilization","timestamp":1795489200000,"value":{{"sum":{sum},"count":{count}}}}}"#
            );
            points(&line, None).len()
        };
        assert_eq!(stream("190.0", "2.0"), 2);
        assert_eq!(stream("190.0", "1e-300"), 1, "the average is none");
        assert_eq!(stream("1e300", "1e-300"), 0);
    }

    #[test]
    fn what_is_no_metric_is_said() {
        let read = read(inflate(br#"{"hello":1}"#), None, |_| {});
        assert_eq!((read.rows, read.wrong.len()), (0, 1));
    }
}
