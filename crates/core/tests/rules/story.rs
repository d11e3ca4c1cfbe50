//! A case as its journal grows, and the small facts that tests need to open one.

use jiff::{SignedDuration, Timestamp};
use rebato_core::Digest;
use rebato_core::case::{Case, Event, IllegalEvent, Receipt};
use rebato_core::contain::{Approval, Plan};
use rebato_core::evaluate::{Outcome, Verdict};
use rebato_core::identify::{Alert, Finding, MetadataOptions, Subject};
use rebato_core::journal::Record;

pub(crate) const CASE: &str = "C-2026-0001";
pub(crate) const INSTANCE: &str = "i-0abc";

/// Minutes after the beginning.
pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(29_000_000 + minute)
}

pub(crate) fn alert() -> Alert {
    Alert {
        source: "-".into(),
        sha256: Digest::of(b"alert"),
        envelope: "native".into(),
    }
}

pub(crate) fn finding() -> Finding {
    let json = serde_json::json!({
        "id": "f-1", "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "family": "ec2", "severity": 5.3, "sample": false,
        "archived": false, "instance_id": INSTANCE, "interfaces": [], "local_ports": [22], "remote": [], "threat_lists": [], "problems": [],
    });
    serde_json::from_value(json).unwrap()
}

pub(crate) fn verdict() -> Verdict {
    Verdict {
        outcome: Outcome::Succeeded,
        score: 85,
        reasons: vec![],
        gaps: vec![],
        what_would_change_it: vec![],
    }
}

/// A running instance without anything that containment touches.
pub(crate) fn bare_subject() -> Subject {
    Subject {
        read_at: at(0),
        instance_id: INSTANCE.into(),
        name: None,
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        state: "running".into(),
        instance_type: None,
        platform: None,
        image_id: None,
        launched: None,
        key_name: None,
        vpc: Some("vpc-1".into()),
        subnet: None,
        zone: None,
        root_device_type: Some("ebs".into()),
        lifecycle: None,
        managed: false,
        source_dest_check: Some(true),
        hibernation: false,
        metadata: MetadataOptions::default(),
        termination_protection: Some(false),
        stop_protection: Some(false),
        shutdown_behavior: Some("stop".into()),
        interfaces: vec![],
        volumes: vec![],
        groups: [].into(),
        profile: None,
        scaling: None,
        targets: vec![],
        tags: [].into(),
        own_groups: [].into(),
        own_snapshots: vec![],
        around: None,
        unread: vec![],
    }
}

/// A yes to a plan that holds for an hour after minute 10.
pub(crate) fn approval(plan: &Plan) -> Approval {
    Approval::new("ana", plan.digest(), at(10), at(70))
}

/// A case and its journal.
pub(crate) struct Story {
    pub(crate) records: Vec<Record>,
    pub(crate) case: Case,
}

impl Story {
    /// A case that was just opened.
    pub(crate) fn open() -> Self {
        Self::opened_by(alert(), finding())
    }

    /// A case that this finding opened.
    pub(crate) fn opened_by(alert: Alert, finding: Finding) -> Self {
        let event = Event::CaseOpened { alert, finding };
        let record = Record::next(None, CASE, at(0), "ana", &event).unwrap();
        let case = Case::begin(&record, event).unwrap();
        Self {
            records: vec![record],
            case,
        }
    }

    /// A case with a verdict and this plan, approved.
    pub(crate) fn approved(plan: &Plan) -> Self {
        let mut story = Self::open();
        story.tell(Event::VerdictReached { verdict: verdict() });
        story.approve(plan);
        story
    }

    pub(crate) fn approve(&mut self, plan: &Plan) {
        self.tell(Event::PlanMade {
            plan: Box::new(plan.clone()),
        });
        self.tell(Event::PlanApproved {
            approval: approval(plan),
        });
    }

    /// Writes an event that may not fit.
    pub(crate) fn try_tell(&mut self, event: Event) -> Result<(), IllegalEvent> {
        self.try_tell_at(1, event)
    }

    /// Writes an event at this minute that may not fit.
    pub(crate) fn try_tell_at(&mut self, minute: i64, event: Event) -> Result<(), IllegalEvent> {
        let record = Record::next(self.records.last(), CASE, at(minute), "ana", &event).unwrap();
        let before = self.case.clone();
        self.case.apply(&record, event).inspect_err(|error| {
            assert_eq!(self.case, before, "{error} has left a trace");
        })?;
        self.records.push(record);
        Ok(())
    }

    /// Writes an event that fits.
    pub(crate) fn tell(&mut self, event: Event) {
        self.try_tell(event).unwrap();
    }

    pub(crate) fn started(&mut self, plan: Digest, step: &str) {
        let attempt = self
            .case
            .plan(plan)
            .unwrap()
            .steps
            .get(step)
            .map_or(0, rebato_core::case::StepState::attempts)
            + 1;
        self.tell(Event::StepStarted {
            plan,
            step: step.into(),
            attempt,
            before: serde_json::Value::Null,
        });
    }

    pub(crate) fn done(&mut self, plan: Digest, step: &str) {
        self.tell(Event::StepDone {
            plan,
            step: step.into(),
            receipt: Receipt::default(),
            after: serde_json::Value::Null,
        });
    }

    pub(crate) fn failed(&mut self, plan: Digest, step: &str, certain: bool) {
        self.tell(Event::StepFailed {
            plan,
            step: step.into(),
            code: "X".into(),
            why: "x".into(),
            certain,
        });
    }
}
