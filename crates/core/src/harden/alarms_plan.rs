//! The plan that mends `alarms`: a metric filter on a trail's log group for each change of the account's defences that nobody
//! would notice, and an alarm on it that tells the topic that people name. Must not touch filters and alarms of others.

use std::collections::BTreeMap;

use super::{Posture, log_group, unnoticed};
use crate::case::Case;
use crate::contain::{
    AlarmObject, Builder, DEFAULT_PROFILE, FilterObject, Limit, Note, Plan, Purpose,
    SetWatchObject, Severity, WatchObject,
};
use crate::identify::Subject;

/// Namespace of what the filters count.
const NAMESPACE: &str = "Rebato/Trail";

/// Why there is no such plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAlarms {
    /// Somebody is told of everything.
    Nothing,
    /// Filters, alarms or trails could not be read.
    Unread,
    /// No trail writes to a log group, where a filter could count.
    TrailGroup,
    /// Nobody is named whom an alarm could tell.
    Topic,
}

impl NoAlarms {
    /// Every reason, for the catalogues.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Unread, Self::TrailGroup, Self::Topic];

    /// The code, as the catalogues know it under `no-alarms-`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Unread => "unread",
            Self::TrailGroup => "trail-group",
            Self::Topic => "topic",
        }
    }
}

/// The plan; `topic` is the ARN of the SNS topic that the alarms tell.
///
/// # Errors
/// [`NoAlarms`] where there is nothing to approve.
pub fn alarms_plan(
    case: &Case,
    subject: &Subject,
    posture: &Posture,
    topic: Option<&str>,
) -> Result<Plan, NoAlarms> {
    let short = unnoticed(posture).ok_or(NoAlarms::Unread)?;
    if short.is_empty() {
        return Err(NoAlarms::Nothing);
    }
    let trails = posture.trails.as_ref().ok_or(NoAlarms::Unread)?;
    let group = trails
        .iter()
        .filter(|trail| trail.logging != Some(false))
        .find_map(log_group)
        .ok_or(NoAlarms::TrailGroup)?;
    // An alarm that tells nobody would not mend it.
    let topic = topic.ok_or(NoAlarms::Topic)?;
    let mut steps = Builder::default();
    let mut make = |object| {
        let set = SetWatchObject {
            from: None,
            to: Some(Box::new(object)),
            until: None,
        };
        steps.add(set, &[], &[]);
    };
    for (name, pattern) in short {
        let name = format!("rebato-trail-{name}");
        make(WatchObject::MetricFilter(FilterObject {
            name: name.clone(),
            group: group.to_owned(),
            pattern: pattern.into(),
            namespace: NAMESPACE.into(),
            metric: name.clone(),
        }));
        make(WatchObject::Alarm(AlarmObject {
            name: name.clone(),
            namespace: NAMESPACE.into(),
            metric: name,
            dimensions: BTreeMap::new(),
            statistic: "Sum".into(),
            period: 300,
            periods: 1,
            limit: Limit::AtLeast(1),
            missing: "notBreaching".into(),
            topic: Some(topic.into()),
        }));
    }
    Ok(Plan {
        case: case.id.clone(),
        purpose: Purpose::Fix {
            check: "alarms".into(),
        },
        profile: DEFAULT_PROFILE.into(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        waves: steps.waves(),
        notes: vec![Note::new(
            Severity::Info,
            "watch_topic_policy",
            [("topic", topic.into())],
        )],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contain::Action;
    use crate::harden::{Alarm, MetricFilter, Status, Trail, check};
    use crate::monitor::fixture;

    const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:soc";
    const GROUP: &str = "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*";

    fn posture(group: Option<&str>) -> Posture {
        Posture {
            trails: Some(vec![Trail {
                name: "t".into(),
                logging: Some(true),
                log_group: group.map(Into::into),
                ..Trail::default()
            }]),
            metric_filters: Some(vec![]),
            alarms: Some(vec![]),
            ..Posture::default()
        }
    }

    fn made(posture: &Posture, topic: Option<&str>) -> Result<Plan, NoAlarms> {
        alarms_plan(&fixture::case(), &fixture::subject(), posture, topic)
    }

    #[test]
    fn what_nobody_would_notice_gets_a_filter_and_an_alarm_and_the_check_passes() {
        let mut posture = posture(Some(GROUP));
        let plan = made(&posture, Some(TOPIC)).unwrap();
        assert_eq!(plan.steps().count(), 14);
        let (mut filters, mut alarms) = (vec![], vec![]);
        for step in plan.steps() {
            let Action::SetWatchObject(set) = &step.action else {
                panic!("another action");
            };
            match set.to.as_deref().unwrap() {
                WatchObject::MetricFilter(filter) => {
                    assert_eq!(filter.group, "trail");
                    assert!(filter.pattern.len() <= 1024);
                    filters.push(MetricFilter {
                        group: filter.group.clone(),
                        name: filter.name.clone(),
                        pattern: filter.pattern.clone(),
                        metrics: vec![(filter.namespace.clone(), filter.metric.clone())],
                    });
                }
                WatchObject::Alarm(alarm) => alarms.push(Alarm {
                    name: alarm.name.clone(),
                    namespace: alarm.namespace.clone(),
                    metric: alarm.metric.clone(),
                    tells: alarm.topic.is_some(),
                }),
                WatchObject::Rule(rule) => panic!("{rule:?}"),
            }
        }
        posture.metric_filters = Some(filters);
        posture.alarms = Some(alarms);
        let results = check(&fixture::subject(), &posture, &fixture::finding());
        let result = results.iter().find(|r| r.check == "alarms");
        assert_eq!(result.map(|r| r.status), Some(Status::Pass));
        assert_eq!(made(&posture, Some(TOPIC)), Err(NoAlarms::Nothing));
    }

    #[test]
    fn without_a_place_or_somebody_to_tell_there_is_nothing_to_approve() {
        let with = |group| made(&posture(group), None);
        assert_eq!(with(None), Err(NoAlarms::TrailGroup));
        assert_eq!(with(Some(GROUP)), Err(NoAlarms::Topic));
        let unread = made(&Posture::default(), Some(TOPIC));
        assert_eq!(unread, Err(NoAlarms::Unread));
        let mut stopped = posture(Some(GROUP));
        stopped.trails.as_mut().unwrap()[0].logging = Some(false);
        assert_eq!(made(&stopped, Some(TOPIC)), Err(NoAlarms::TrailGroup));
    }
}
