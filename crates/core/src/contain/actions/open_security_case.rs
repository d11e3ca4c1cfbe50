//! A case with AWS Security Incident Response, with a text that a person has read. Must not write the text.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// The request of `security-ir:CreateCase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSecurityCase {
    /// The title, 300 characters at the most.
    pub title: String,
    /// The text, 8000 characters at the most.
    pub description: String,
    /// Whether AWS's people work on it (`AWS`) or only ours (`Self`).
    pub aws_resolves: bool,
    /// Whether it is an incident (`Security Incident`) or a question (`Investigation`).
    pub incident: bool,
    /// When the activity began, as far as is known.
    pub since: Timestamp,
    /// The account that suffers, twelve digits.
    pub account: String,
    /// The Region that suffers.
    pub region: String,
    /// Mail addresses of those who follow the case.
    pub watchers: Vec<String>,
    /// Addresses of the attacker.
    pub addresses: Vec<IpAddr>,
}

impl OpenSecurityCase {
    /// `resolverType`.
    #[must_use]
    pub const fn resolver(&self) -> &'static str {
        if self.aws_resolves { "AWS" } else { "Self" }
    }

    /// `engagementType`.
    #[must_use]
    pub const fn engagement(&self) -> &'static str {
        if self.incident {
            "Security Incident"
        } else {
            "Investigation"
        }
    }

    /// The attacker's addresses as the service takes them: IPv6 in full and in capitals.
    pub fn written_addresses(&self) -> impl Iterator<Item = String> {
        self.addresses.iter().map(|ip| match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => ip.segments().map(|part| format!("{part:X}")).join(":"),
        })
    }
}

impl Act for OpenSecurityCase {
    fn name(&self) -> &'static str {
        "open_security_case"
    }

    fn target(&self) -> String {
        self.title.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Theirs)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["security-ir:CreateCase"]
    }

    fn before(&self) -> Value {
        json!({ "security_case": null })
    }

    fn after(&self) -> Value {
        json!({ "security_case": self.title, "resolver": self.resolver() })
    }

    fn equivalent(&self) -> Vec<String> {
        let each = |name: &str, values: Vec<String>| -> String {
            if values.is_empty() {
                return String::new();
            }
            let values: Vec<String> = values
                .iter()
                .map(|value| quoted(&format!("{name}={value}")))
                .collect();
            values.join(" ")
        };
        let actors = each("ipAddress", self.written_addresses().collect());
        let actors = if actors.is_empty() {
            actors
        } else {
            format!(" --threat-actor-ip-addresses {actors}")
        };
        vec![format!(
            "aws security-ir create-case --resolver-type {} --engagement-type {} --title {} --description file://letter.txt \
             --reported-incident-start-date {} --impacted-accounts {} --impacted-aws-regions region={} --watchers {}{actors}",
            self.resolver(),
            quoted(self.engagement()),
            quoted(&self.title),
            self.since,
            self.account,
            self.region,
            each("email", self.watchers.clone()),
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("subject", Said::data(self.title.clone())),
            (
                "to",
                Said::code(if self.aws_resolves { "aws" } else { "self" }),
            ),
            ("watchers", Said::data(self.watchers.join(", "))),
            (
                "count",
                Said::code(self.description.chars().count().to_string()),
            ),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        Standing::Unseen
    }

    fn finds_itself(&self) -> bool {
        true
    }

    fn is_aside(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        Sign::Adds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_the_service_takes_them() {
        let case = OpenSecurityCase {
            title: "t".into(),
            description: "d".into(),
            aws_resolves: true,
            incident: true,
            since: Timestamp::UNIX_EPOCH,
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            watchers: vec!["soc@example.com".into()],
            addresses: vec![
                "203.0.113.7".parse().unwrap(),
                "2001:db8::a".parse().unwrap(),
            ],
        };
        assert_eq!(
            case.written_addresses().collect::<Vec<_>>(),
            ["203.0.113.7", "2001:DB8:0:0:0:0:0:A"]
        );
    }
}
