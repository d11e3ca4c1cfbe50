//! The door from a plan to steps: the digest names the plan, and only a fitting approval opens.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rebato_core::contain::{Approval, ApprovalError, NEVER, Note, Plan, Profile, Severity, plan};
use serde_json::Value;

use crate::story::{Story, approval, at, bare_subject};
use crate::subjects::live_subject;

/// Every value that differs from `value` in one place.
fn variations(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![Value::from("x")],
        Value::Bool(on) => vec![Value::from(!on)],
        Value::Number(number) => vec![Value::from(number.as_i64().unwrap_or(0) + 1)],
        Value::String(text) => vec![
            Value::from(format!("{text}x")),
            Value::Null,
            Value::from("2031-01-01T00:00:00Z"),
        ],
        Value::Array(items) => {
            let mut all = Vec::new();
            for (n, item) in items.iter().enumerate() {
                for other in variations(item) {
                    let mut copy = items.clone();
                    copy[n] = other;
                    all.push(Value::from(copy));
                }
                let mut shorter = items.clone();
                shorter.remove(n);
                all.push(Value::from(shorter));
            }
            all
        }
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, field)| variations(field).into_iter().map(move |other| (key, other)))
            .map(|(key, other)| {
                let mut copy = fields.clone();
                copy.insert(key.clone(), other);
                Value::Object(copy)
            })
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_change_of_a_plan_is_another_digest(subject in live_subject()) {
        let plan = plan(&Story::open().case, &subject, &Profile::runbook(), None);
        let json = serde_json::to_value(&plan).unwrap();
        let same: Plan = serde_json::from_value(json.clone()).unwrap();
        prop_assert_eq!(same.digest(), plan.digest());
        let mut changed = 0;
        for other in variations(&json) {
            // Most changes are no plan at all.
            if let Ok(other) = serde_json::from_value::<Plan>(other) && other != plan {
                changed += 1;
                prop_assert_ne!(other.digest(), plan.digest());
            }
        }
        prop_assert!(changed > 8, "only {} variations were plans", changed);
    }
}

fn refusing(codes: &[&str]) -> Plan {
    let mut plan = plan(
        &Story::open().case,
        &bare_subject(),
        &Profile::runbook(),
        None,
    );
    plan.notes.extend(
        codes
            .iter()
            .map(|code| Note::new(Severity::Refusal, code, [])),
    );
    plan
}

#[test]
fn a_fitting_approval_opens_every_step_and_keeps_the_waves() {
    let plan = refusing(&[]);
    let steps = plan.approve(&[approval(&plan)], at(70)).unwrap();
    let ids = |waves: &[Vec<&str>]| waves.concat().join(" ");
    let approved: Vec<Vec<&str>> = steps
        .iter()
        .map(|wave| wave.iter().map(|s| s.id()).collect())
        .collect();
    let planned: Vec<Vec<&str>> = plan
        .waves
        .iter()
        .map(|wave| wave.iter().map(|s| s.id.as_str()).collect())
        .collect();
    assert_eq!(approved, planned);
    assert!(!ids(&approved).is_empty());
    for step in steps.iter().flatten() {
        assert_eq!(
            (step.case(), step.instance(), step.plan()),
            (plan.case.as_str(), plan.instance.as_str(), plan.digest())
        );
        assert!(
            plan.digest()
                .hex()
                .starts_with(step.mark().split('/').next().unwrap())
        );
    }
}

#[test]
fn another_plan_and_a_late_hour_are_refused() {
    let plan = refusing(&[]);
    let yes = approval(&plan);
    let other = refusing(&["x"]);
    assert_eq!(
        other.approve(std::slice::from_ref(&yes), at(20)),
        Err(ApprovalError::OtherPlan {
            approved: plan.digest(),
            plan: other.digest()
        })
    );
    assert_eq!(
        plan.approve(std::slice::from_ref(&yes), at(71)),
        Err(ApprovalError::Expired { until: at(70) })
    );
}

#[test]
fn a_refusal_is_overridden_by_its_code_and_some_never() {
    let plan = refusing(&["own_host", "managed_instance"]);
    let with = |codes: &[&str]| Approval {
        overrides: codes.iter().map(|c| (*c).to_owned()).collect(),
        ..approval(&plan)
    };
    let refused = |codes: &[&str]| {
        Err(ApprovalError::Refused {
            codes: codes
                .iter()
                .map(|c| (*c).to_owned())
                .collect::<BTreeSet<_>>(),
        })
    };
    assert_eq!(
        plan.approve(&[with(&[])], at(20)).map(|_| ()),
        refused(&["managed_instance", "own_host"])
    );
    assert_eq!(
        plan.approve(&[with(&["own_host"])], at(20)).map(|_| ()),
        refused(&["managed_instance"])
    );
    assert_eq!(
        plan.approve(&[with(&["own_host", "managed_instance"])], at(20))
            .map(|_| ()),
        Ok(())
    );
    for code in NEVER {
        let plan = refusing(&[code]);
        let yes = Approval {
            overrides: [code.to_owned()].into(),
            ..approval(&plan)
        };
        assert_eq!(
            plan.approve(std::slice::from_ref(&yes), at(20)).map(|_| ()),
            refused(&[code])
        );
    }
}
