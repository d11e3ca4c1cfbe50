//! A suppression rule as narrow as can be: one type, one instance, one remote address. What fits it is archived as it comes,
//! and no event tells of it. Must not overwrite a rule of somebody else: the name is the case's own.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// A suppression rule, made or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressFinding {
    /// The rule's name: [`SuppressFinding::rule_name`].
    pub rule: String,
    /// The finding's type.
    pub kind: String,
    /// `i-…`.
    pub instance: String,
    /// The remote address.
    pub ip: IpAddr,
    /// The field of a finding that holds it, as GuardDuty's criteria name it.
    pub field: String,
    /// As left: suppressed.
    pub suppressed: bool,
}

impl SuppressFinding {
    /// The rule's name: 3 to 64 letters, digits, dots, dashes and underscores (GuardDuty API, `CreateFilter`). A long case
    /// gives way to the address, which tells the rules of one case apart.
    #[must_use]
    pub fn rule_name(case: &str, ip: IpAddr) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let ip: String = ip.to_string().chars().map(safe).collect();
        let room = 64_usize.saturating_sub("rebato--".len() + ip.len());
        let case: String = case.chars().map(safe).take(room).collect();
        format!("rebato-{case}-{ip}")
    }

    /// What the rule looks for: field by field the one value that fits.
    #[must_use]
    pub fn criteria(&self) -> Vec<(String, String)> {
        vec![
            ("type".into(), self.kind.clone()),
            (
                "resource.instanceDetails.instanceId".into(),
                self.instance.clone(),
            ),
            (self.field.clone(), self.ip.to_string()),
        ]
    }

    fn shown(&self) -> Value {
        self.criteria()
            .into_iter()
            .map(|(field, value)| (field, json!({ "equals": [value] })))
            .collect()
    }
}

impl Act for SuppressFinding {
    fn name(&self) -> &'static str {
        "suppress_finding"
    }

    fn target(&self) -> String {
        self.rule.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            suppressed: !self.suppressed,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["guardduty:CreateFilter", "guardduty:DeleteFilter"]
    }

    fn before(&self) -> Value {
        json!({ "rule": self.rule, "suppressed": !self.suppressed })
    }

    fn after(&self) -> Value {
        json!({ "rule": self.rule, "suppressed": self.suppressed, "criterion": self.shown() })
    }

    fn equivalent(&self) -> Vec<String> {
        let name = quoted(&self.rule);
        vec![if self.suppressed {
            let criteria = json!({ "Criterion": self
                .criteria()
                .into_iter()
                .map(|(field, value)| (field, json!({ "Equals": [value] })))
                .collect::<Value>() });
            format!(
                "aws guardduty create-filter --detector-id $DETECTOR_ID --name {name} --action ARCHIVE --finding-criteria {}",
                quoted(&criteria.to_string())
            )
        } else {
            format!("aws guardduty delete-filter --detector-id $DETECTOR_ID --filter-name {name}")
        }]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("rule", Said::data(self.rule.clone())),
            ("kind", Said::data(self.kind.clone())),
            ("instance", Said::data(self.instance.clone())),
            ("ip", Said::data(self.ip.to_string())),
            ("to", Said::code(self.suppressed.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // The subject does not hold rules. One of that name is looked for before it is made or taken away.
        Standing::Unseen
    }

    fn sign(&self) -> Sign {
        if self.suppressed {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
