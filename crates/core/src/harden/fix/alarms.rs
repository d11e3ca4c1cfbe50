//! What mends `alarms`: a metric filter on a trail's log group for each change of the account's defences that nobody
//! would notice, and an alarm on it that tells the topic that people name. Must not touch filters and alarms of others.

use std::collections::BTreeMap;

use super::super::{log_group, unnoticed};
use super::{Basis, Fix, NoFix, failed};
use crate::contain::{
    AlarmObject, FilterObject, Limit, Note, SetWatchObject, Severity, WatchObject,
};

/// Namespace of what the filters count.
const NAMESPACE: &str = "Rebato/Trail";

/// A filter and an alarm for each change.
pub(super) fn alarms(check: &str, basis: &Basis<'_>) -> Result<Fix, NoFix> {
    failed(check, basis)?;
    let short = unnoticed(basis.posture).unwrap_or_default();
    let trails = basis.posture.trails.iter().flatten();
    let group = trails
        .filter(|trail| trail.logging != Some(false))
        .find_map(log_group)
        .ok_or(NoFix::TrailGroup)?;
    // An alarm that tells nobody would not mend it.
    let topic = basis.wishes.topic.as_deref().ok_or(NoFix::Topic)?;
    let mut fix = Fix {
        notes: vec![Note::new(
            Severity::Info,
            "watch_topic_policy",
            [("topic", topic.into())],
        )],
        ..Fix::default()
    };
    let mut make = |object| {
        let set = SetWatchObject {
            from: None,
            to: Some(Box::new(object)),
            until: None,
        };
        fix.actions.push(set.into());
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
    Ok(fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contain::Action;
    use crate::harden::fix::Wishes;
    use crate::harden::fix::tests::wished;
    use crate::harden::{Alarm, MetricFilter, Posture, Status, Trail, check};
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

    fn made(posture: &Posture, topic: Option<&str>) -> Result<Fix, NoFix> {
        let wishes = Wishes {
            topic: topic.map(Into::into),
            ..Wishes::default()
        };
        wished("alarms", &fixture::subject(), posture, None, &wishes)
    }

    #[test]
    fn what_nobody_would_notice_gets_a_filter_and_an_alarm_and_the_check_passes() {
        let mut posture = posture(Some(GROUP));
        let plan = made(&posture, Some(TOPIC)).unwrap();
        assert_eq!(plan.actions.len(), 14);
        let (mut filters, mut alarms) = (vec![], vec![]);
        for action in &plan.actions {
            let Action::SetWatchObject(set) = action else {
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
        assert_eq!(made(&posture, Some(TOPIC)), Err(NoFix::Nothing));
    }

    #[test]
    fn without_a_place_or_somebody_to_tell_there_is_nothing_to_approve() {
        let with = |group| made(&posture(group), None);
        assert_eq!(with(None), Err(NoFix::TrailGroup));
        assert_eq!(with(Some(GROUP)), Err(NoFix::Topic));
        let unread = made(&Posture::default(), Some(TOPIC));
        assert!(matches!(unread, Err(NoFix::Unread(_))), "{unread:?}");
        let mut stopped = posture(Some(GROUP));
        stopped.trails.as_mut().unwrap()[0].logging = Some(false);
        assert_eq!(made(&stopped, Some(TOPIC)), Err(NoFix::TrailGroup));
    }
}
