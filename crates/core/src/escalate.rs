//! When the case goes to AWS's own people: which routes fit, which codes a case with AWS Support gets, and the plan that opens
//! one. Must not know the words of the letter.

use serde::{Deserialize, Serialize};

use crate::case::{Case, Containment, StepState};
use crate::contain::{Action, Builder, DEFAULT_PROFILE, Plan, Purpose};
use crate::evaluate::Outcome;

/// To whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// AWS Support: its API needs Business Support or above.
    Support,
    /// AWS Security Incident Response: needs a membership.
    SecurityIr,
}

impl Route {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::SecurityIr => "security-ir",
        }
    }

    /// Where a person opens the same case by hand.
    #[must_use]
    pub const fn console(self) -> &'static str {
        match self {
            Self::Support => "https://console.aws.amazon.com/support/home#/case/create",
            Self::SecurityIr => "https://console.aws.amazon.com/security-ir/home#/cases",
        }
    }
}

/// What AWS's desk offers the account; lists are empty for Security Incident Response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desk {
    /// Services of AWS Support with their categories.
    pub services: Vec<DeskService>,
    /// Codes of severities, from `DescribeSeverityLevels`.
    pub severities: Vec<String>,
}

/// A service that AWS Support takes cases about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskService {
    /// Its code.
    pub code: String,
    /// Codes of its categories.
    pub categories: Vec<String>,
}

/// Codes of a case with AWS Support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskCodes {
    /// Of the service.
    pub service: String,
    /// Of the category.
    pub category: String,
    /// Of the severity.
    pub severity: String,
}

/// Severities of AWS Support from low to high.
const SEVERITIES: [&str; 5] = ["low", "normal", "high", "urgent", "critical"];
/// Words in codes of services, the fittest first.
const SERVICES: [&str; 4] = [
    "security-incident",
    "guardduty",
    "elastic-compute-cloud",
    "general-info",
];
/// Words in codes of categories, the fittest first.
const CATEGORIES: [&str; 6] = [
    "compromise",
    "security",
    "finding",
    "other",
    "general",
    "using",
];

/// Codes of what speaks for asking AWS. Their words are in the catalogues under `escalate-fit-`.
pub const FITS: [&str; 6] = [
    "breach",
    "not_contained",
    "leak",
    "credentials",
    "aws_address",
    "actor",
];

/// What in this case speaks for asking AWS (HANDBOOK 7.1), of [`FITS`].
#[must_use]
pub fn fits(case: &Case) -> Vec<&'static str> {
    let breach = is_breach(case);
    let open = matches!(case.containment, Containment::None | Containment::Partial);
    let signal = |names: &[&str]| {
        let mut reasons = case.verdict.iter().flat_map(|verdict| &verdict.reasons);
        reasons.any(|reason| names.contains(&reason.signal.as_str()))
    };
    let aws = case
        .addresses
        .iter()
        .flat_map(|report| &report.facts)
        .any(|fact| {
            let value = fact.value.to_ascii_lowercase();
            fact.kind == "cloud" && (value.contains("aws") || value.contains("amazon"))
        });
    let holds = |code: &&&str| match **code {
        "breach" => breach,
        "not_contained" => breach && open,
        "leak" => case.leaks().next().is_some(),
        "credentials" => signal(&["role-used-elsewhere", "credential-exfiltration-finding"]),
        "aws_address" => aws,
        "actor" => case.finding.role.as_deref() == Some("actor"),
        _ => false,
    };
    FITS.iter().filter(holds).copied().collect()
}

/// Whether the verdict speaks of a breach.
#[must_use]
pub fn is_breach(case: &Case) -> bool {
    case.verdict
        .as_ref()
        .is_some_and(|verdict| matches!(verdict.treat_as(), Outcome::Succeeded | Outcome::Likely))
}

/// The codes for this case, of those that the desk offers; `None` where it offers none.
#[must_use]
pub fn desk_codes(case: &Case, desk: &Desk) -> Option<DeskCodes> {
    let service = SERVICES
        .iter()
        .find_map(|word| desk.services.iter().find(|s| s.code.contains(word)))
        .or_else(|| desk.services.first())?;
    let category = CATEGORIES
        .iter()
        .find_map(|word| service.categories.iter().find(|c| c.contains(word)))
        .or_else(|| service.categories.first())?;
    Some(DeskCodes {
        service: service.code.clone(),
        category: category.clone(),
        severity: severity(case, &desk.severities)?,
    })
}

/// The severity: "urgent" while a breach is not contained or leaks, "high" for a contained one, else "normal"; where the plan
/// does not have it, the next lower one. "critical" is for people to choose: it says that the business stands still.
fn severity(case: &Case, offered: &[String]) -> Option<String> {
    let wanted = match fits(case).as_slice() {
        found if found.iter().any(|f| ["not_contained", "leak"].contains(f)) => "urgent",
        found if found.contains(&"breach") => "high",
        _ => "normal",
    };
    let rank = |code: &str| SEVERITIES.iter().position(|known| *known == code);
    let known = || offered.iter().filter(|code| rank(code).is_some());
    known()
        .filter(|code| rank(code) <= rank(wanted))
        .max_by_key(|code| rank(code))
        .or_else(|| known().min_by_key(|code| rank(code)))
        .cloned()
}

/// The plan that opens a case with AWS. The same text makes the same plan.
#[must_use]
pub fn escalation_plan(case: &Case, to: Route, action: Action) -> Plan {
    let mut steps = Builder::default();
    steps.add(action, &[], &[]);
    Plan {
        case: case.id.clone(),
        purpose: Purpose::Escalate { to },
        profile: DEFAULT_PROFILE.into(),
        instance: case.instance_id().unwrap_or_default().into(),
        based_on: case.opened,
        waves: steps.waves(),
        notes: Vec::new(),
    }
}

/// The ids of the cases with AWS that were opened on this route, oldest first.
#[must_use]
pub fn escalated(case: &Case, to: Route) -> Vec<&str> {
    case.plans
        .iter()
        .filter(|record| record.plan.purpose == Purpose::Escalate { to })
        .flat_map(|record| record.progress())
        .filter_map(|(_, state)| match state {
            StepState::Done { receipt, .. } => receipt.made.first().map(String::as_str),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::fixture;

    fn all(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    fn with(outcome: Outcome, containment: Containment) -> Case {
        let mut case = fixture::with_outcome(fixture::case(), outcome);
        case.containment = containment;
        case
    }

    #[test]
    fn severity_follows_the_verdict_and_what_is_offered() {
        let paid = all(&SEVERITIES);
        let small = all(&["low", "normal"]);
        for (outcome, containment, offered, expected) in [
            (Outcome::Succeeded, Containment::None, &paid, Some("urgent")),
            (
                Outcome::Succeeded,
                Containment::Verified,
                &paid,
                Some("high"),
            ),
            (Outcome::Attempted, Containment::None, &paid, Some("normal")),
            (
                Outcome::Succeeded,
                Containment::None,
                &small,
                Some("normal"),
            ),
            (
                Outcome::Attempted,
                Containment::None,
                &all(&["high"]),
                Some("high"),
            ),
            (Outcome::Attempted, Containment::None, &all(&["new"]), None),
        ] {
            let found = severity(&with(outcome, containment), offered);
            assert_eq!(found.as_deref(), expected, "{outcome:?} {containment:?}");
        }
    }

    #[test]
    fn the_fittest_service_and_category_are_chosen() {
        let service = |code: &str, categories: &[&str]| DeskService {
            code: code.into(),
            categories: all(categories),
        };
        let mut desk = Desk {
            services: vec![
                service(
                    "amazon-elastic-compute-cloud-linux",
                    &["instance-issue", "other"],
                ),
                service("amazon-guardduty", &["billing", "security"]),
            ],
            severities: all(&SEVERITIES),
        };
        let case = with(Outcome::Succeeded, Containment::None);
        let chosen = |desk: &Desk| desk_codes(&case, desk).map(|c| (c.service, c.category));
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(chosen(&desk), pair("amazon-guardduty", "security"));
        desk.services.pop();
        assert_eq!(
            chosen(&desk),
            pair("amazon-elastic-compute-cloud-linux", "other")
        );
        assert_eq!(chosen(&Desk::default()), None);
    }
}
