//! Whether a plan is of a world that has changed: one made anew says so. Must not know how a plan comes about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Action, DenySessions, Drift, Plan, Profile, Standing, mark, plan, standing};
use crate::case::Case;
use crate::identify::{Rule, Subject};

/// What differs between a containment plan and one made anew from the subject as it is now: a step that would be another, a
/// new one, one that is no longer needed, a new refusal. Numbers of steps, notes that forbid nothing and the moments of
/// reading make no difference. Plans that follow no profile have [`drift`](super::drift).
#[must_use]
pub fn stale(
    case: &Case,
    made: &Plan,
    subject: &Subject,
    profile: &Profile,
    own_instance: Option<&str>,
) -> Vec<Drift> {
    let anew = plan(case, subject, profile, own_instance);
    let digest = made.digest();
    let (then, now) = (by_thing(made), by_thing(&anew));
    let things: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let mut found = Vec::new();
    for thing in things {
        let then = then.get(thing).map(Vec::as_slice).unwrap_or_default();
        let now = now.get(thing).map(Vec::as_slice).unwrap_or_default();
        let actions = |of: &[(&str, Action)]| of.iter().map(|(_, a)| a.clone()).collect::<Vec<_>>();
        if actions(then) == actions(now) || made_by_another(then, now) {
            continue;
        }
        let target = then.iter().chain(now).map(|(_, action)| action.target());
        found.push(Drift {
            step: then
                .first()
                .map(|(id, _)| (*id).to_owned())
                .unwrap_or_default(),
            target: target.take(1).collect(),
            seen: match (then.first(), now.first()) {
                (_, Some((_, action))) => action.before(),
                (Some((id, action)), None) => match standing(action, subject, &mark(digest, id)) {
                    Standing::Other(seen) => seen,
                    Standing::After => action.after(),
                    _ => action.before(),
                },
                (None, None) => Value::Null,
            },
        });
    }
    for refusal in anew.refusals().difference(&made.refusals()) {
        found.push(Drift {
            step: String::new(),
            target: made.instance.clone(),
            seen: json!({ "refusal": refusal }),
        });
    }
    found
}

/// Whether another case is making one of our groups, which all cases of a VPC share: what is left to do is then a part of what
/// was planned. A rule that nobody planned to take away is somebody else's doing.
fn made_by_another(then: &[(&str, Action)], now: &[(&str, Action)]) -> bool {
    let part = |left: &[Rule], planned: &[Rule]| left.iter().all(|rule| planned.contains(rule));
    match (then, now) {
        ([(_, Action::CreateGroup(_) | Action::SetGroupRules(_))], []) => true,
        ([(_, Action::SetGroupRules(planned))], [(_, Action::SetGroupRules(left))]) => {
            part(&left.revoke_ingress, &planned.revoke_ingress)
                && part(&left.authorize_ingress, &planned.authorize_ingress)
                && part(&left.revoke_egress, &planned.revoke_egress)
                && part(&left.authorize_egress, &planned.authorize_egress)
        }
        _ => false,
    }
}

/// The steps of a plan by what they act on, each with its id, in order.
fn by_thing(plan: &Plan) -> BTreeMap<String, Vec<(&str, Action)>> {
    let mut things: BTreeMap<String, Vec<(&str, Action)>> = BTreeMap::new();
    for step in plan.steps() {
        let action = match &step.action {
            // A denial by token time names the moment of reading.
            Action::DenySessions(deny) if deny.is_broad() => Action::from(DenySessions {
                document: String::new(),
                ..deny.clone()
            }),
            other => other.clone(),
        };
        things
            .entry(step.action.key())
            .or_default()
            .push((&step.id, action));
    }
    things
}
