//! What the policy is asked: a person, a plan, a case and a time, in the words of the schema. Must not know any rule.

use std::collections::BTreeSet;

use cedar_policy::{EntityId, EntityTypeName, EntityUid};
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use rebato_core::case::Case;
use rebato_core::contain::{Person, Plan, Purpose, Severity};
use serde_json::{Value, json};

/// A question to the policy.
#[derive(Debug, Clone, Copy)]
pub struct PolicyRequest<'a> {
    /// Who wants to approve, or, where nobody does, on whose behalf the program runs.
    pub person: &'a Person,
    /// The case, with its finding, verdict and instance.
    pub case: &'a Case,
    /// The plan.
    pub plan: &'a Plan,
    /// Refusals of the plan that the person overrides, by code.
    pub overrides: &'a BTreeSet<String>,
    /// The time.
    pub now: Timestamp,
}

/// The name of an entity, whatever signs the name has.
pub(super) fn uid(kind: &str, id: &str) -> Result<EntityUid, String> {
    let kind: EntityTypeName = kind.parse().map_err(|e| format!("{e}"))?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

impl PolicyRequest<'_> {
    pub(super) fn entities(&self) -> Value {
        let Person { name, identity } = self.person;
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let identified = match (&identity.arn, &identity.user) {
            (Some(_), _) => "aws",
            (None, Some(_)) => "local",
            (None, None) => "none",
        };
        let subject = self.case.subject.as_ref();
        let finding = &self.case.finding;
        let account = subject
            .map(|s| s.account.clone())
            .or_else(|| finding.account.clone());
        let region = subject
            .map(|s| s.region.clone())
            .or_else(|| finding.region.clone());
        let tags: serde_json::Map<String, Value> = subject
            .into_iter()
            .flat_map(|s| &s.tags)
            .map(|(key, value)| (key.clone(), value.clone().into()))
            .collect();
        json!([
            {
                "uid": { "type": "Person", "id": name },
                "attrs": {
                    "name": name,
                    "identified": { "type": "Identified", "id": identified },
                    "arn": text(&identity.arn),
                    "user": text(&identity.user),
                    "host": text(&identity.host),
                },
                "parents": [],
            },
            {
                "uid": { "type": "Instance", "id": self.plan.instance },
                "attrs": {
                    "id": self.plan.instance,
                    "name": subject.and_then(|s| s.name.clone()).unwrap_or_default(),
                    "account": text(&account),
                    "region": text(&region),
                },
                "parents": [],
                "tags": tags,
            },
        ])
    }

    pub(super) fn context(&self, zone: &TimeZone) -> Value {
        let (case, plan) = (self.case, self.plan);
        let codes = |severity: Severity| -> BTreeSet<&str> {
            plan.notes
                .iter()
                .filter(|note| note.severity == severity)
                .map(|note| note.code.as_str())
                .collect()
        };
        let actions: BTreeSet<&str> = plan.steps().map(|step| step.action.name()).collect();
        let check = match &plan.purpose {
            Purpose::Fix { check } | Purpose::Revert { check } => check.clone(),
            Purpose::Mend { how } => format!("mend-{}", how.name()),
            Purpose::Contain
            | Purpose::Release
            | Purpose::Escalate { .. }
            | Purpose::Watch
            | Purpose::Unwatch => String::new(),
        };
        let verdict = case.verdict.as_ref();
        let mut finding = json!({
            "id": case.finding.id,
            "type": case.finding.kind,
            "sample": case.finding.sample,
        });
        let mut asked = json!({
            "case": plan.case,
            "outcome": { "type": "Outcome", "id": verdict.map_or("none", |v| v.outcome.name()) },
            "profile": plan.profile,
            "check": check,
            "actions": actions,
            "irreversible": irreversible(plan),
            "warnings": codes(Severity::Warning),
            "refusals": codes(Severity::Refusal),
            "overrides": self.overrides,
            "utc": moment(self.now, &TimeZone::UTC),
            "local": moment(self.now, zone),
        });
        put(&mut finding, "severity", case.finding.severity.map(whole));
        put(&mut asked, "finding", Some(finding));
        put(&mut asked, "score", verdict.map(|v| v.score));
        asked
    }
}

fn put<T: Into<Value>>(object: &mut Value, name: &str, value: Option<T>) {
    if let (Some(fields), Some(value)) = (object.as_object_mut(), value) {
        fields.insert(name.into(), value.into());
    }
}

/// GuardDuty's severity, 0 to 10, without its decimals: its levels begin at whole numbers.
fn whole(severity: f64) -> i64 {
    (0..=10_u8)
        .rev()
        .find(|level| f64::from(*level) <= severity)
        .map_or(0, i64::from)
}

/// Whether something of it is gone for good, as a step itself says or as a note does: the codes of such notes end in `_lost`.
fn irreversible(plan: &Plan) -> bool {
    plan.steps().any(|step| step.action.irreversible())
        || plan.notes.iter().any(|note| note.code.ends_with("_lost"))
}

fn moment(now: Timestamp, zone: &TimeZone) -> Value {
    let time = zone.to_datetime(now);
    let weekday = match time.weekday() {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    };
    json!({ "hour": time.hour(), "weekday": { "type": "Weekday", "id": weekday } })
}
