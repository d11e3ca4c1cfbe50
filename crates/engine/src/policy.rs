//! The policy: who may approve what, alone or with another, and what needs nobody. A TOML file with rules in Cedar, checked
//! against a schema when it is read. Asking it is pure. Must not know journals, terminals or how a plan is carried out.

mod error;
mod request;
mod source;

use std::path::Path;

use cedar_policy::{Authorizer, Decision, PolicySet, Request, Schema};
use jiff::tz::TimeZone;
use rebato_core::Digest;
use rebato_core::contain::{Plan, Purpose, Reason, Ruling};

pub use error::{PolicyError, PolicyFault};
pub use request::PolicyRequest;

/// The policy where no other is given, and what a policy of one's own begins with.
pub const DEFAULT_POLICY: &str = include_str!("policy/default.toml");

/// What rules can ask about, in Cedar's schema language.
pub const POLICY_SCHEMA: &str = include_str!("policy/policy.cedarschema");

/// A policy that was read and checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Without rules everything is denied.
    rules: Option<(Schema, PolicySet)>,
    time_zone: TimeZone,
    valid_for: u32,
    digest: Digest,
}

impl Policy {
    /// Reads a policy from the text of its file. `origin` is how errors name the file.
    ///
    /// # Errors
    /// [`PolicyError`]: which file and line, what is wrong and what to do.
    pub fn parse(toml: &str, origin: &str) -> Result<Self, PolicyError> {
        source::read(toml, origin, None)
    }

    /// Reads a policy file, and the file of rules that it names beside it.
    ///
    /// # Errors
    /// [`PolicyError`], also where a file cannot be read.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let text = source::file(path)?;
        source::read(&text, &path.display().to_string(), path.parent())
    }

    /// What names this policy: any change to it is another.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The ids of its rules.
    #[must_use]
    pub fn rules(&self) -> Vec<String> {
        let rules = self.rules.iter().flat_map(|(_, rules)| rules.policies());
        let mut ids: Vec<String> = rules.map(|rule| rule.id().to_string()).collect();
        ids.sort();
        ids
    }

    /// What the policy says of a plan and a person. Pure: the same request has the same ruling.
    #[must_use]
    pub fn rule(&self, request: &PolicyRequest<'_>) -> Ruling {
        let mut reasons = Vec::new();
        let mut asked = |action: &str| {
            let reason = self.ask(request, action);
            let permitted = reason.permitted;
            reasons.push(reason);
            permitted
        };
        let carried_out = asked(purpose(request.plan));
        let approves = asked("approve");
        let overrides = request.overrides.is_empty() || asked("override");
        let alone = asked("approve_alone");
        let auto = asked("auto");
        Ruling {
            allowed: carried_out && approves && overrides,
            // A rule grants what a person would approve, never what the plan itself refuses.
            auto: carried_out && auto && request.plan.refusals().is_empty(),
            approvals: if alone { 1 } else { 2 },
            valid_for: self.valid_for,
            reasons,
            policy: self.digest,
        }
    }

    /// One question. What is not permitted, or cannot be evaluated, is denied: a rule that fails could be one that forbids.
    fn ask(&self, request: &PolicyRequest<'_>, action: &str) -> Reason {
        let denied = |error: String| Reason {
            asked: action.into(),
            permitted: false,
            rules: Vec::new(),
            errors: vec![error],
        };
        let Some((schema, rules)) = &self.rules else {
            return denied("there are no rules".into());
        };
        let (entities, request) = match in_cedar(schema, &self.time_zone, request, action) {
            Ok(ready) => ready,
            Err(error) => return denied(error),
        };
        let answer = Authorizer::new().is_authorized(&request, rules, &entities);
        let mut decided: Vec<String> = answer
            .diagnostics()
            .reason()
            .map(ToString::to_string)
            .collect();
        decided.sort();
        let mut errors: Vec<String> = answer
            .diagnostics()
            .errors()
            .map(ToString::to_string)
            .collect();
        errors.sort();
        Reason {
            asked: action.into(),
            permitted: answer.decision() == Decision::Allow && errors.is_empty(),
            rules: decided,
            errors,
        }
    }
}

/// The policy where no other is given ([`DEFAULT_POLICY`]): everybody may approve, alone, and nothing is done without a
/// person.
impl Default for Policy {
    fn default() -> Self {
        Self::parse(DEFAULT_POLICY, "the default policy").unwrap_or(Self {
            rules: None,
            time_zone: TimeZone::UTC,
            valid_for: 0,
            digest: Digest::ZERO,
        })
    }
}

fn in_cedar(
    schema: &Schema,
    zone: &TimeZone,
    request: &PolicyRequest<'_>,
    action: &str,
) -> Result<(cedar_policy::Entities, Request), String> {
    let principal = request::uid("Person", &request.person.name)?;
    let action = request::uid("Action", action)?;
    let resource = request::uid("Instance", &request.plan.instance)?;
    let entities = cedar_policy::Entities::from_json_value(request.entities(), Some(schema))
        .map_err(|e| e.to_string())?;
    let context =
        cedar_policy::Context::from_json_value(request.context(zone), Some((schema, &action)))
            .map_err(|e| e.to_string())?;
    let request = Request::new(principal, action, resource, context, Some(schema))
        .map_err(|e| e.to_string())?;
    Ok((entities, request))
}

/// The question whether such a plan may be carried out at all.
const fn purpose(plan: &Plan) -> &'static str {
    match plan.purpose {
        Purpose::Contain => "contain",
        Purpose::Release => "release",
        // To the rules a mending is a fix of another kind: its check says which.
        Purpose::Fix { .. } | Purpose::Revert { .. } | Purpose::Mend { .. } => "fix",
        Purpose::Escalate { .. } => "escalate",
        Purpose::Watch | Purpose::Unwatch => "watch",
    }
}
