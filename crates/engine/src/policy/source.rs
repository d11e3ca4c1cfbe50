//! From the text of a policy file to rules that were checked, with the file and line of what is wrong. Must not evaluate.

use std::collections::BTreeMap;
use std::path::Path;

use cedar_policy::ffi::DetailedError;
use cedar_policy::{PolicyId, PolicySet, Schema, ValidationMode, Validator};
use jiff::tz::TimeZone;
use rebato_core::Digest;
use serde::Deserialize;
use toml::Spanned;

use super::{POLICY_SCHEMA, Policy, PolicyError, PolicyFault};

/// The file's settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    schema: Spanned<String>,
    valid_for_minutes: Option<Spanned<u32>>,
    time_zone: Option<Spanned<String>>,
    cedar: Option<Spanned<String>>,
    cedar_file: Option<Spanned<String>>,
}

/// Rules as they were written, and where.
struct Rules {
    origin: String,
    /// The line of the file where they begin.
    first: usize,
    text: String,
}

impl Rules {
    fn fault(&self, offset: Option<usize>, fault: PolicyFault) -> PolicyError {
        PolicyError {
            origin: self.origin.clone(),
            line: offset.map(|at| self.first + line(&self.text, at) - 1),
            fault,
        }
    }
}

/// The text of a file.
pub(super) fn file(path: &Path) -> Result<String, PolicyError> {
    std::fs::read_to_string(path).map_err(|e| PolicyError {
        origin: path.display().to_string(),
        line: None,
        fault: PolicyFault::Unreadable(e.to_string()),
    })
}

/// Reads and checks a policy; `folder` is where a file of rules is looked for.
pub(super) fn read(toml: &str, origin: &str, folder: Option<&Path>) -> Result<Policy, PolicyError> {
    let fault = |at: Option<usize>, fault: PolicyFault| PolicyError {
        origin: origin.into(),
        line: at.map(|at| line(toml, at)),
        fault,
    };
    let settings: Settings = toml::from_str(toml).map_err(|e| {
        fault(
            e.span().map(|span| span.start),
            PolicyFault::Toml(e.message().to_owned()),
        )
    })?;
    if settings.schema.as_ref() != "rebato.policy/1" {
        return Err(fault(
            Some(settings.schema.span().start),
            PolicyFault::Schema(settings.schema.into_inner()),
        ));
    }
    let valid_for = match settings.valid_for_minutes {
        Some(minutes) if !(1..=10_080).contains(minutes.as_ref()) => {
            return Err(fault(
                Some(minutes.span().start),
                PolicyFault::Validity(minutes.into_inner()),
            ));
        }
        Some(minutes) => minutes.into_inner(),
        None => 60,
    };
    let time_zone = match settings.time_zone {
        Some(zone) => TimeZone::get(zone.as_ref()).map_err(|_| {
            fault(
                Some(zone.span().start),
                PolicyFault::TimeZone(zone.as_ref().clone()),
            )
        })?,
        None => TimeZone::UTC,
    };
    let mut written = Vec::new();
    if let Some(cedar) = settings.cedar {
        let start = cedar.span().start;
        // The first line break after ''' or """ is no part of the text.
        let opened = toml.get(start..).is_some_and(|t| {
            ["'''\n", "\"\"\"\n", "'''\r\n", "\"\"\"\r\n"]
                .iter()
                .any(|o| t.starts_with(o))
        });
        written.push(Rules {
            origin: origin.into(),
            first: line(toml, start) + usize::from(opened),
            text: cedar.into_inner(),
        });
    }
    if let Some(name) = settings.cedar_file {
        let path = folder.unwrap_or(Path::new("")).join(name.as_ref());
        written.push(Rules {
            text: file(&path)?,
            origin: path.display().to_string(),
            first: 1,
        });
    }
    let digest = Digest::of_json(&(
        "rebato.policy/1",
        valid_for,
        time_zone.iana_name(),
        written.iter().map(|rules| &rules.text).collect::<Vec<_>>(),
    ))
    .unwrap_or(Digest::ZERO);
    let (schema, rules) = checked(&written)?;
    if rules.is_empty() {
        return Err(fault(None, PolicyFault::NoRules));
    }
    Ok(Policy {
        rules: Some((schema, rules)),
        time_zone,
        valid_for,
        digest,
    })
}

/// The rules by their ids, checked against the schema.
fn checked(written: &[Rules]) -> Result<(Schema, PolicySet), PolicyError> {
    let (schema, _) = Schema::from_cedarschema_str(POLICY_SCHEMA).map_err(|e| PolicyError {
        origin: "the schema of policies".into(),
        line: None,
        fault: PolicyFault::Syntax(e.to_string()),
    })?;
    let mut all = PolicySet::new();
    let mut of: BTreeMap<String, &Rules> = BTreeMap::new();
    for rules in written {
        let set: PolicySet = rules
            .text
            .parse()
            .map_err(|errors: cedar_policy::ParseErrors| {
                let first = first(&errors);
                rules.fault(place(&first), PolicyFault::Syntax(said(&first)))
            })?;
        if let Some(template) = set.templates().next() {
            let at = AsRef::as_ref(template).loc().map(|loc| loc.start());
            return Err(rules.fault(at, PolicyFault::Template));
        }
        for policy in set.policies() {
            let at = AsRef::as_ref(policy).loc().map(|loc| loc.start());
            let id = policy.annotation("id").unwrap_or_default().trim();
            if id.is_empty() {
                return Err(rules.fault(at, PolicyFault::NoId));
            }
            if of.insert(id.into(), rules).is_some() {
                return Err(rules.fault(at, PolicyFault::SameId(id.into())));
            }
            all.add(policy.new_id(PolicyId::new(id)))
                .map_err(|e| rules.fault(at, PolicyFault::Syntax(e.to_string())))?;
        }
    }
    let found = Validator::new(schema.clone()).validate(&all, ValidationMode::Strict);
    let errors = found
        .validation_errors()
        .map(|e| (e.policy_id().to_string(), DetailedError::from(e)));
    // A warning says that a rule can never apply, or that it looks like another text than it is: both are traps.
    let warnings = found
        .validation_warnings()
        .map(|w| (w.policy_id().to_string(), DetailedError::from(w)));
    let mut details: Vec<_> = errors.chain(warnings).collect();
    // In an order of their own, so that the same policy always has the same error.
    details.sort_by_key(|(rule, detail)| (rule.clone(), place(detail), said(detail)));
    let Some((rule, detail)) = details.first() else {
        return Ok((schema, all));
    };
    let mut why: Vec<String> = details
        .iter()
        .filter(|(other, _)| other == rule)
        .map(|(_, detail)| said(detail))
        .collect();
    why.dedup();
    let fault = PolicyFault::Wrong {
        rule: rule.clone(),
        why: why.join("; "),
    };
    Err(match of.get(rule) {
        Some(rules) => rules.fault(place(detail), fault),
        None => PolicyError {
            origin: "the policy".into(),
            line: None,
            fault,
        },
    })
}

/// The first of the errors that the parser found.
fn first(errors: &cedar_policy::ParseErrors) -> DetailedError {
    errors
        .iter()
        .next()
        .map_or_else(|| DetailedError::from(errors), DetailedError::from)
}

/// Where in the rules an error stands.
fn place(error: &DetailedError) -> Option<usize> {
    error.source_locations.first().map(|label| label.loc.start)
}

/// What an error says, with its advice.
fn said(error: &DetailedError) -> String {
    match &error.help {
        Some(help) => format!("{} ({help})", error.message),
        None => error.message.clone(),
    }
}

/// The line of a place in a text, from 1.
fn line(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}
