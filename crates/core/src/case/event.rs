//! The events of a case. Each is a fact that has happened; none is ever changed. Must not know what follows from them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Custody, Export, ExportedObject, Held, Kept};
use crate::contain::{Approval, Permit, Plan, Ruling};
use crate::digest::{Digest, in_order};
use crate::evaluate::{Dossier, Verdict};
use crate::harden::{CheckResult, Health};
use crate::identify::{Alert, Finding, Remains, Subject};
use crate::investigate::{AddressReport, Inquiry, Marking};
use crate::monitor::{ClosingRules, Review};

/// What a step's call answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// AWS request ids.
    pub request_ids: Vec<String>,
    /// Ids of what was made: snapshots, a group, an association.
    pub made: Vec<String>,
    /// What was kept as evidence.
    pub kept: Vec<Kept>,
    /// Evidence that it made in the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// How the evidence of this step came to be, where an artefact does not say otherwise.
    #[serde(default, skip_serializing_if = "Custody::is_empty")]
    pub custody: Box<Custody>,
    /// The wanted state was already there, with our mark, when a resumed run looked.
    pub adopted: bool,
}

/// An event of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "body", rename_all = "snake_case")]
pub enum Event {
    /// The case begins.
    CaseOpened {
        /// The bytes as received.
        alert: Alert,
        /// What they say.
        finding: Finding,
    },
    /// A finding of the case again, with something new: a higher count, a later time, another address.
    AlertRepeated {
        /// The bytes as received.
        alert: Alert,
        /// What they say.
        finding: Finding,
    },
    /// Another finding about the instance of the case.
    FindingJoined {
        /// The bytes as received.
        alert: Alert,
        /// What they say.
        finding: Finding,
    },
    /// The instance was read.
    SubjectObserved {
        /// As it is.
        subject: Box<Subject>,
    },
    /// The instance is not there (any more).
    SubjectMissing {
        /// AWS's word.
        why: String,
        /// What is still told of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remains: Option<Box<Remains>>,
    },
    /// Evidence was gathered.
    EvidenceGathered {
        /// All of it.
        dossier: Dossier,
        /// Raw extracts kept.
        kept: Vec<Kept>,
    },
    /// The verdict.
    VerdictReached {
        /// It.
        verdict: Verdict,
    },
    /// How far the case may travel was said, or said more strictly.
    CaseMarked {
        /// The marking.
        marking: Marking,
    },
    /// Others are about to be asked about an address.
    InquiryBegun {
        /// About which, and whom.
        inquiry: Inquiry,
    },
    /// What is known about an address.
    AddressInvestigated {
        /// The report.
        report: AddressReport,
    },
    /// A look into the operating system is about to be asked for.
    GuestAsked {
        /// The instance.
        instance: String,
        /// The Systems Manager's document, such as `AWS-RunShellScript`.
        document: String,
        /// SHA-256 of the script.
        script: Digest,
    },
    /// What came of it.
    GuestAnswered {
        /// The instance.
        instance: String,
        /// The command's id; `None` when it was not taken.
        command: Option<String>,
        /// AWS's word: `Success`, `Failed`, `TimedOut`, or why it was not taken.
        status: String,
        /// The output as received.
        kept: Vec<Kept>,
    },
    /// The checks ran.
    PostureChecked {
        /// Their results.
        checks: Vec<CheckResult>,
    },
    /// A plan was made.
    PlanMade {
        /// It.
        plan: Box<Plan>,
    },
    /// The policy was asked about the plan.
    PlanRuled {
        /// Which.
        plan: Digest,
        /// What it said.
        ruling: Ruling,
    },
    /// It was asked whether the caller may make the calls of a plan.
    PlanRehearsed {
        /// The plan.
        plan: Digest,
        /// Every permission that it needs.
        permits: Vec<Permit>,
    },
    /// A person approved the plan.
    PlanApproved {
        /// The approval.
        approval: Approval,
    },
    /// A person rejected the plan.
    PlanRejected {
        /// Who.
        by: String,
        /// Which.
        digest: Digest,
        /// Why, in their words.
        why: Option<String>,
    },
    /// About to call: nothing is done without this before it.
    StepStarted {
        /// The plan.
        plan: Digest,
        /// The step.
        step: String,
        /// 1 for the first try.
        attempt: u32,
        /// The state just seen, in the contract's form.
        before: Value,
    },
    /// The call was answered, or its effect was found.
    StepDone {
        /// The plan.
        plan: Digest,
        /// The step.
        step: String,
        /// What was answered.
        receipt: Receipt,
        /// The state after, in the contract's form.
        after: Value,
    },
    /// The call was refused, or nobody knows.
    StepFailed {
        /// The plan.
        plan: Digest,
        /// The step.
        step: String,
        /// The error's code, such as `UnauthorizedOperation`.
        code: String,
        /// AWS's word.
        why: String,
        /// False when the call may have had its effect all the same.
        certain: bool,
    },
    /// The state was read back after the calls.
    ContainmentObserved {
        /// What stands.
        observation: Observation,
        /// As it is.
        subject: Box<Subject>,
    },
    /// A plan for release was carried out and read back.
    ReleaseObserved {
        /// Steps whose end state does not stand.
        open: Vec<String>,
        /// As it is.
        subject: Box<Subject>,
    },
    /// After a fix the service was looked at for a while.
    FixWatched {
        /// The plan of the fix.
        plan: Digest,
        /// How it was before.
        before: Health,
        /// How often it was looked at.
        looks: u32,
        /// What got worse.
        worse: Vec<String>,
    },
    /// The case was looked at again.
    Monitored {
        /// What was seen.
        review: Review,
    },
    /// A person said that a criterion for closing is met, or does not hold the case.
    CriterionStated {
        /// Which.
        code: String,
        /// In their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Who.
        by: String,
    },
    /// What the configuration asks for before this case may close.
    ClosingAgreed {
        /// It.
        rules: ClosingRules,
        /// Who looked at the case with that configuration.
        by: String,
    },
    /// A copy of the case is about to go to its second home.
    ExportStarted {
        /// Which.
        export: Export,
    },
    /// All of a copy was read back from the second home.
    ExportDone {
        /// It, as an artefact: its id is the place.
        held: Held,
        /// Its objects.
        objects: Vec<ExportedObject>,
    },
    /// The case is closed.
    CaseClosed {
        /// By whom.
        by: String,
        /// Why, in their words.
        why: Option<String>,
    },
    /// The case is open again.
    CaseReopened {
        /// A code for the reason.
        why: String,
    },
}

/// What was seen when the state was read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// When.
    pub at: Timestamp,
    /// Steps whose end state does not stand.
    pub open: Vec<String>,
    /// Interfaces that still have a group other than containment, or a public address.
    pub exposed: Vec<String>,
}

impl Event {
    /// The name in the journal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CaseOpened { .. } => "case_opened",
            Self::AlertRepeated { .. } => "alert_repeated",
            Self::FindingJoined { .. } => "finding_joined",
            Self::SubjectObserved { .. } => "subject_observed",
            Self::SubjectMissing { .. } => "subject_missing",
            Self::EvidenceGathered { .. } => "evidence_gathered",
            Self::VerdictReached { .. } => "verdict_reached",
            Self::CaseMarked { .. } => "case_marked",
            Self::InquiryBegun { .. } => "inquiry_begun",
            Self::AddressInvestigated { .. } => "address_investigated",
            Self::GuestAsked { .. } => "guest_asked",
            Self::GuestAnswered { .. } => "guest_answered",
            Self::PostureChecked { .. } => "posture_checked",
            Self::PlanMade { .. } => "plan_made",
            Self::PlanRuled { .. } => "plan_ruled",
            Self::PlanRehearsed { .. } => "plan_rehearsed",
            Self::PlanApproved { .. } => "plan_approved",
            Self::PlanRejected { .. } => "plan_rejected",
            Self::StepStarted { .. } => "step_started",
            Self::StepDone { .. } => "step_done",
            Self::StepFailed { .. } => "step_failed",
            Self::ContainmentObserved { .. } => "containment_observed",
            Self::ReleaseObserved { .. } => "release_observed",
            Self::FixWatched { .. } => "fix_watched",
            Self::Monitored { .. } => "monitored",
            Self::CriterionStated { .. } => "criterion_stated",
            Self::ClosingAgreed { .. } => "closing_agreed",
            Self::ExportStarted { .. } => "export_started",
            Self::ExportDone { .. } => "export_done",
            Self::CaseClosed { .. } => "case_closed",
            Self::CaseReopened { .. } => "case_reopened",
        }
    }

    /// The step, address or plan that it is about, where it is about one.
    #[must_use]
    pub fn about(&self) -> Option<String> {
        match self {
            Self::AlertRepeated { finding, .. } | Self::FindingJoined { finding, .. } => {
                Some(finding.id.clone())
            }
            Self::StepStarted { step, .. }
            | Self::StepDone { step, .. }
            | Self::StepFailed { step, .. } => Some(step.clone()),
            Self::CriterionStated { code, .. } => Some(code.clone()),
            Self::CaseMarked { marking } => Some(marking.name().into()),
            Self::InquiryBegun { inquiry } => Some(inquiry.ip.to_string()),
            Self::AddressInvestigated { report } => Some(report.ip.to_string()),
            Self::PlanMade { plan } => Some(plan.digest().to_string()),
            Self::PlanRuled { plan, .. } => Some(plan.to_string()),
            Self::PlanRehearsed { plan, .. } => Some(plan.to_string()),
            Self::PlanApproved { approval } => Some(approval.digest.to_string()),
            Self::PlanRejected { digest, .. } => Some(digest.to_string()),
            Self::VerdictReached { verdict } => Some(verdict.outcome.name().into()),
            Self::ExportStarted { export } => Some(export.place.clone()),
            Self::ExportDone { held, .. } => Some(held.id.clone()),
            _ => None,
        }
    }

    /// The fields, as they stand in the journal.
    ///
    /// # Errors
    /// When a field has no JSON form.
    pub fn body(&self) -> Result<Value, serde_json::Error> {
        match in_order(serde_json::to_value(self)?) {
            Value::Object(mut fields) => Ok(fields.remove("body").unwrap_or(Value::Null)),
            other => Ok(other),
        }
    }

    /// The event from its name and fields.
    ///
    /// # Errors
    /// When the fields are not those of the name.
    pub fn from_parts(name: &str, body: &Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::json!({ "event": name, "body": body }))
    }
}
