//! Step 3, between plan and execution: what the policy says, and a person's word. Must not know how a plan is carried out.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rebato_core::Digest;
use rebato_core::case::{Case, Event, PlanRecord};
use rebato_core::contain::{Approval, How, Identity, Person, Ruling};

use super::Responder;
use crate::error::EngineError;
use crate::executor::plan_of;
use crate::policy::PolicyRequest;
use crate::writer::Writer;

/// A person's yes, as they gave it.
#[derive(Debug, Clone)]
pub struct Word {
    /// Who.
    pub person: Person,
    /// How it was given.
    pub how: How,
    /// How long it shall hold; the policy may make it shorter.
    pub valid: SignedDuration,
    /// Refusals that the person overrides, by code.
    pub overrides: BTreeSet<String>,
}

impl Responder<'_> {
    /// What the policy says of a plan and a person now. Writes nothing.
    #[must_use]
    pub fn ruling(
        &self,
        case: &Case,
        record: &PlanRecord,
        person: &Person,
        overrides: &BTreeSet<String>,
    ) -> Ruling {
        let overrides = record
            .plan
            .refusals()
            .intersection(overrides)
            .cloned()
            .collect();
        self.policy.rule(&PolicyRequest {
            person,
            case,
            plan: &record.plan,
            overrides: &overrides,
            now: self.clock.now(),
        })
    }

    /// Writes a person's yes to a plan, given by a command.
    ///
    /// # Errors
    /// As [`Responder::approve_as`].
    pub async fn approve(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        by: &str,
        valid: SignedDuration,
        overrides: BTreeSet<String>,
    ) -> Result<Approval, EngineError> {
        let word = Word {
            person: Person::named(by),
            how: How::Command,
            valid,
            overrides,
        };
        self.approve_as(writer, digest, word).await
    }

    /// Asks the policy, writes what it said, and where it allows it a person's yes. Where another person has to approve too
    /// the approval says so (`alone` is false) and the plan's record tells whether somebody still has to
    /// ([`PlanRecord::waits_for_second`]).
    ///
    /// # Errors
    /// [`EngineError::NoPlan`]; [`EngineError::Approval`] where the plan refuses itself and the refusal is not overridden;
    /// [`EngineError::RefusedByPolicy`].
    pub async fn approve_as(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        word: Word,
    ) -> Result<Approval, EngineError> {
        let case = writer.case().await;
        let record = plan_of(&case, digest)?;
        let at = self.clock.now();
        let ruling = self.ruling(&case, record, &word.person, &word.overrides);
        let valid = word.valid.min(held(&ruling));
        let approval = Approval {
            by: word.person.name,
            at,
            digest,
            until: at.checked_add(valid).unwrap_or(at),
            overrides: word.overrides,
            how: Some(word.how),
            identity: word.person.identity,
            alone: ruling.approvals < 2,
        };
        record.plan.not_refused(&approval)?;
        self.write_ruling(writer, digest, ruling.clone()).await?;
        if !ruling.allowed {
            return Err(refused(&ruling));
        }
        writer
            .write(Event::PlanApproved {
                approval: approval.clone(),
            })
            .await?;
        Ok(approval)
    }

    /// Approves a plan without a person, where a rule grants it. A plan that a person decided about is left to persons.
    ///
    /// # Errors
    /// [`EngineError::NoPlan`], or the store's.
    pub async fn approve_by_policy(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        on_behalf_of: &Person,
    ) -> Result<Option<Approval>, EngineError> {
        let case = writer.case().await;
        let record = plan_of(&case, digest)?;
        let ruling = self.ruling(&case, record, on_behalf_of, &BTreeSet::new());
        if record.decision.is_some() || !ruling.auto {
            return Ok(None);
        }
        let at = self.clock.now();
        let approval = Approval {
            by: "policy".into(),
            at,
            digest,
            until: at.checked_add(held(&ruling)).unwrap_or(at),
            overrides: BTreeSet::new(),
            how: Some(How::Policy),
            identity: Identity::default(),
            alone: true,
        };
        self.write_ruling(writer, digest, ruling).await?;
        writer
            .write(Event::PlanApproved {
                approval: approval.clone(),
            })
            .await?;
        Ok(Some(approval))
    }

    async fn write_ruling(
        &self,
        writer: &Writer<'_>,
        plan: Digest,
        ruling: Ruling,
    ) -> Result<(), EngineError> {
        writer.write(Event::PlanRuled { plan, ruling }).await
    }

    /// Writes a person's no to a plan: it ends every yes before it.
    ///
    /// # Errors
    /// [`EngineError::NoPlan`], or the store's.
    pub async fn reject(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        by: &str,
        why: Option<String>,
    ) -> Result<(), EngineError> {
        plan_of(&*writer.case().await, digest)?;
        writer
            .write(Event::PlanRejected {
                by: by.into(),
                digest,
                why,
            })
            .await
    }
}

/// How long an approval holds at the most.
fn held(ruling: &Ruling) -> SignedDuration {
    SignedDuration::from_mins(ruling.valid_for.into())
}

/// Of all that was asked only these forbid; a person who may not approve alone is not refused.
const FORBIDS: [&str; 7] = [
    "contain", "release", "fix", "escalate", "watch", "approve", "override",
];

fn refused(ruling: &Ruling) -> EngineError {
    let against = || {
        ruling
            .reasons
            .iter()
            .filter(|reason| !reason.permitted && FORBIDS.contains(&reason.asked.as_str()))
    };
    let all = |of: fn(&rebato_core::contain::Reason) -> &[String]| -> Vec<String> {
        let sorted: BTreeSet<&String> = against().flat_map(of).collect();
        sorted.into_iter().cloned().collect()
    };
    EngineError::RefusedByPolicy {
        asked: against().map(|reason| reason.asked.clone()).collect(),
        rules: all(|reason| &reason.rules),
        errors: all(|reason| &reason.errors),
    }
}
