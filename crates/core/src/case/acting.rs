//! What plans and their steps do to a case: which state each begins in and leads to. Must not know what an action does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::state::illegal;
use super::{Case, Containment, Decision, Event, IllegalEvent, PlanRecord, State, StepState};
use crate::Digest;
use crate::contain::{Approval, How, Plan, Purpose, enough_at};
use crate::journal::Record;

impl Case {
    /// Whether an event belongs to a plan that deletes what watches the case.
    pub(super) fn is_unwatching(&self, event: &Event) -> bool {
        let digest = match event {
            Event::PlanMade { plan } => return plan.purpose == Purpose::Unwatch,
            Event::PlanRuled { plan, .. }
            | Event::PlanRehearsed { plan, .. }
            | Event::StepStarted { plan, .. }
            | Event::StepDone { plan, .. }
            | Event::StepFailed { plan, .. } => plan,
            Event::PlanApproved { approval } => &approval.digest,
            Event::PlanRejected { digest, .. } => digest,
            _ => return false,
        };
        self.plan(*digest)
            .is_some_and(|record| record.plan.purpose == Purpose::Unwatch)
    }

    pub(super) fn plan_made(
        &mut self,
        record: &Record,
        state: State,
        plan: Plan,
    ) -> Result<State, IllegalEvent> {
        let next = match (&plan.purpose, state) {
            (
                Purpose::Contain,
                State::Evaluated | State::Planned | State::Approved | State::Released,
            ) => State::Planned,
            // What was begun goes forward: a new plan does not take the case back to "planned".
            // A release that got stuck, or that the attacker outran, must not keep anybody from containing again.
            (Purpose::Contain, State::Containing | State::Contained | State::Releasing) => state,
            (Purpose::Contain, _) => {
                return Err(illegal(record, "a containment plan needs a verdict first"));
            }
            (Purpose::Release, State::Containing | State::Contained | State::Releasing) => state,
            (Purpose::Release, _) => {
                return Err(illegal(record, "there is no containment to release"));
            }
            (
                Purpose::Fix { .. }
                | Purpose::Revert { .. }
                | Purpose::Mend { .. }
                | Purpose::Escalate { .. }
                | Purpose::Watch
                | Purpose::Unwatch,
                _,
            ) => state,
        };
        let digest = plan.digest();
        // The same plan made again is the same plan: what was done of it stays known.
        if self.plan(digest).is_none() {
            self.plans.push(PlanRecord {
                plan,
                digest,
                made_at: record.at,
                decision: None,
                ruling: None,
                approvals: Vec::new(),
                steps: BTreeMap::new(),
                permits: None,
                worse: None,
            });
        }
        Ok(next)
    }

    pub(super) fn step_started(
        &mut self,
        record: &Record,
        state: State,
        plan: Digest,
        step: &str,
        attempt: u32,
        before: Value,
    ) -> Result<State, IllegalEvent> {
        let held = self.plan_mut(record, plan)?;
        if held.approval().is_none() {
            return Err(illegal(record, "the plan is not approved"));
        }
        // What was begun goes forward. Journals of before the policy kept the time of the look, not of the first step.
        if held.ruling.is_some() && !held.begun() && !enough_at(&held.approvals, record.at) {
            return Err(illegal(record, "the approval has ended"));
        }
        let next = match (&held.plan.purpose, state) {
            (
                Purpose::Contain,
                State::Approved | State::Containing | State::Contained | State::Releasing,
            ) => State::Containing,
            (Purpose::Release, State::Containing | State::Contained | State::Releasing) => {
                State::Releasing
            }
            (
                Purpose::Fix { .. }
                | Purpose::Revert { .. }
                | Purpose::Mend { .. }
                | Purpose::Escalate { .. }
                | Purpose::Watch
                | Purpose::Unwatch,
                state,
            ) => state,
            _ => return Err(illegal(record, "the case is not in a state for this plan")),
        };
        if held.plan.step(step).is_none() {
            return Err(illegal(record, "the plan has no such step"));
        }
        let known = held.steps.get(step);
        if known.is_some_and(StepState::is_done) {
            return Err(illegal(record, "the step is done already"));
        }
        if attempt != known.map_or(0, StepState::attempts) + 1 {
            return Err(illegal(
                record,
                "the attempt does not follow the one before",
            ));
        }
        let begun = StepState::Started {
            attempt,
            before,
            at: record.at,
        };
        held.steps.insert(step.into(), begun);
        self.settle_partial(plan);
        Ok(next)
    }

    /// From the first cutting step on the containment is partial until it is seen to stand, and from the first step of a
    /// release that opens something it is partial again.
    pub(super) fn settle_partial(&mut self, plan: Digest) {
        let Some(held) = self.plan(plan) else { return };
        let release = held.plan.purpose == Purpose::Release;
        let moved = held.progress().any(|(step, state)| {
            let counts = if release {
                step.action.opens()
            } else {
                step.action.cuts()
            };
            counts && state.may_have_acted()
        });
        let whole = match self.containment {
            Containment::None | Containment::Released => !release,
            Containment::Contained | Containment::Verified => release,
            Containment::Partial => false,
        };
        if moved && whole {
            self.containment = Containment::Partial;
        }
    }

    pub(super) fn plan_mut(
        &mut self,
        record: &Record,
        digest: Digest,
    ) -> Result<&mut PlanRecord, IllegalEvent> {
        self.plans
            .iter_mut()
            .find(|p| p.digest == digest)
            .ok_or_else(|| illegal(record, "there is no such plan"))
    }

    /// A step whose call is under way, and the how-manieth it is.
    pub(super) fn begun_step(
        &mut self,
        record: &Record,
        plan: Digest,
        step: &str,
    ) -> Result<(&mut StepState, u32), IllegalEvent> {
        let plan = self.plan_mut(record, plan)?;
        if plan.plan.step(step).is_none() {
            return Err(illegal(record, "the plan has no such step"));
        }
        match plan.steps.get_mut(step) {
            Some(held @ &mut StepState::Started { attempt, .. }) => Ok((held, attempt)),
            _ => Err(illegal(record, "the step was not begun")),
        }
    }
}

/// Whether the policy's last word lets this approval stand. Journals of before the policy have no ruling.
pub(super) fn fits_ruling(plan: &PlanRecord, approval: &Approval) -> Result<(), &'static str> {
    let Some(ruling) = &plan.ruling else {
        return if approval.how == Some(How::Policy) {
            Err("no ruling lets the plan go without a person")
        } else {
            Ok(())
        };
    };
    match approval.how {
        Some(How::Policy) if matches!(plan.decision, Some(Decision::Rejected { .. })) => {
            Err("a person rejected the plan")
        }
        Some(How::Policy) if ruling.auto => Ok(()),
        Some(How::Policy) => Err("the ruling does not let the plan go without a person"),
        _ if !ruling.allowed => Err("the policy refuses the plan"),
        _ if approval.alone && ruling.approvals > 1 => Err("the ruling asks for two persons"),
        _ => Ok(()),
    }
}
