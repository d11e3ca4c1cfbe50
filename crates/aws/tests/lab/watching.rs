//! Alarms, metric filters and rules made, read back in the form in which they were wanted, and deleted.

use std::collections::BTreeMap;

use rebato_core::contain::{
    Action, AlarmObject, FilterObject, Limit, RuleObject, SetWatchObject, Undo, WatchObject,
};
use rebato_engine::ports::{Cloud as _, CloudError};
use rebato_lab::wire::{Effect, Rule};
use rebato_lab::{Faults, Scenario};
use serde_json::json;

use crate::Stage;

const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:soc";
const GROUP: &str = "/vpc/flow-logs";

async fn stage() -> Stage {
    let mut scenario = Scenario::load("breach").unwrap();
    scenario.logs.flow_to_cloudwatch = true;
    Stage::of(scenario).await
}

fn alarm(name: &str, limit: Limit) -> WatchObject {
    WatchObject::Alarm(AlarmObject {
        name: name.into(),
        namespace: "AWS/EC2".into(),
        metric: "NetworkOut".into(),
        dimensions: BTreeMap::from([("InstanceId".to_owned(), "i-1".to_owned())]),
        statistic: "Sum".into(),
        period: 300,
        periods: 2,
        limit,
        missing: "notBreaching".into(),
        topic: Some(TOPIC.into()),
    })
}

fn filter() -> WatchObject {
    WatchObject::MetricFilter(FilterObject {
        name: "rebato-filter".into(),
        group: GROUP.into(),
        pattern: "[version, action=\"ACCEPT\"]".into(),
        namespace: "Rebato".into(),
        metric: "m".into(),
    })
}

fn rule() -> WatchObject {
    WatchObject::Rule(RuleObject {
        name: "rebato-rule".into(),
        pattern: json!({ "source": ["aws.ec2"], "detail": { "instance-id": ["i-1"] } }),
        topic: Some(TOPIC.into()),
    })
}

fn all() -> Vec<WatchObject> {
    vec![
        alarm("rebato-fixed", Limit::AtLeast(1_000_000)),
        alarm("rebato-usual", Limit::AboveUsual(2)),
        filter(),
        rule(),
    ]
}

fn set(from: Option<WatchObject>, to: Option<WatchObject>) -> Action {
    SetWatchObject {
        from: from.map(Box::new),
        to: to.map(Box::new),
        until: Some("2026-12-08T00:00:00Z".parse().unwrap()),
    }
    .into()
}

fn back(action: &Action) -> Action {
    match action.undo() {
        Undo::Do(back) => *back,
        other => panic!("{other:?}"),
    }
}

async fn stands(stage: &Stage, object: &WatchObject) -> bool {
    let seen = stage
        .cloud
        .watch_objects(std::slice::from_ref(object))
        .await;
    seen[0].stands()
}

#[tokio::test]
async fn what_is_made_reads_back_as_it_was_wanted_and_goes_again() {
    let stage = stage().await;
    for object in all() {
        let make = set(None, Some(object.clone()));
        assert!(!stands(&stage, &object).await);
        stage.perform(make.clone()).await.unwrap();
        assert!(stands(&stage, &object).await, "{object:?}");
        assert!(stage.perform(make.clone()).await.unwrap().receipt.adopted);
        stage.perform(back(&make)).await.unwrap();
        let seen = stage
            .cloud
            .watch_objects(std::slice::from_ref(&object))
            .await;
        assert_eq!(seen[0].found, Ok(None), "{object:?}");
        assert!(stage.perform(back(&make)).await.unwrap().receipt.adopted);
    }
    for operation in ["PutMetricAlarm", "DeleteAlarms"] {
        assert_eq!(stage.count(operation), 2, "{operation}");
    }
}

#[tokio::test]
async fn everything_bears_the_marks_of_the_case() {
    let stage = stage().await;
    for object in all() {
        stage.perform(set(None, Some(object))).await.unwrap();
    }
    stage.lab.world(|world| {
        let alarms = world.defences.alarms.iter().map(|alarm| &alarm.tags);
        let rules = world.defences.rules.values().map(|rule| &rule.tags);
        for tags in alarms.chain(rules) {
            assert_eq!(tags["rebato:case"], "C-2026-0001");
            assert_eq!(tags["rebato:until"], "2026-12-08T00:00:00Z");
        }
    });
}

#[tokio::test]
async fn what_somebody_changed_is_neither_overwritten_nor_deleted() {
    let stage = stage().await;
    let wanted = alarm("rebato-fixed", Limit::AtLeast(5));
    let theirs = alarm("rebato-fixed", Limit::AtLeast(6));
    stage
        .perform(set(None, Some(theirs.clone())))
        .await
        .unwrap();
    for action in [
        set(None, Some(wanted.clone())),
        set(Some(wanted.clone()), None),
    ] {
        let error = stage.perform(action).await.unwrap_err();
        assert_eq!(error.code(), "Changed");
    }
    // With what stands there in the plan it is changed.
    stage
        .perform(set(Some(theirs), Some(wanted.clone())))
        .await
        .unwrap();
    assert!(stands(&stage, &wanted).await);

    stage.perform(set(None, Some(rule()))).await.unwrap();
    stage.lab.world(|world| {
        for rule in world.defences.rules.values_mut() {
            rule.enabled = false;
        }
    });
    assert!(
        !stands(&stage, &rule()).await,
        "a rule that is off does not stand"
    );
}

#[tokio::test]
async fn a_rule_between_its_two_calls_is_finished_or_taken_away() {
    for lost in ["PutRule", "PutTargets"] {
        let stage = stage().await;
        let make = set(None, Some(rule()));
        let lose = Rule::next(1, lost, Effect::LoseReply);
        stage.lab.set_faults(Faults::rules([lose]));
        let error = stage.perform(make.clone()).await.unwrap_err();
        assert!(matches!(error, CloudError::Unreachable { .. }), "{error:?}");
        stage.perform(make.clone()).await.unwrap();
        assert!(stands(&stage, &rule()).await, "{lost}");

        let lose = Rule::next(1, "RemoveTargets", Effect::LoseReply);
        stage.lab.set_faults(Faults::rules([lose]));
        assert!(stage.perform(back(&make)).await.is_err());
        stage.perform(back(&make)).await.unwrap();
        stage
            .lab
            .world(|world| assert!(world.defences.rules.is_empty()));
    }
}

#[tokio::test]
async fn who_may_not_is_told_which_permission_is_lacking() {
    let stage = stage().await;
    for (object, operation, permission) in [
        (
            all().remove(0),
            "PutMetricAlarm",
            "cloudwatch:PutMetricAlarm",
        ),
        (filter(), "PutMetricFilter", "logs:PutMetricFilter"),
        (rule(), "PutTargets", "events:PutTargets"),
    ] {
        let deny = Rule::always(operation, Effect::Deny);
        stage.lab.set_faults(Faults::rules([deny]));
        let error = stage
            .perform(set(None, Some(object.clone())))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, CloudError::Denied { operation, .. } if operation == permission),
            "{error:?}"
        );
    }
    for (object, operation) in [
        (all().remove(0), "DescribeAlarms"),
        (filter(), "DescribeMetricFilters"),
        (rule(), "DescribeRule"),
    ] {
        let deny = Rule::always(operation, Effect::Deny);
        stage.lab.set_faults(Faults::rules([deny]));
        let seen = stage.cloud.watch_objects(&[object]).await;
        assert!(
            seen[0].found.is_err(),
            "what may not be read is no gap in the account"
        );
    }
}
