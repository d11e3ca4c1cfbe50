//! A case with AWS Support, with a text that a person has read. Must not write the text.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// The request of `support:CreateCase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSupportCase {
    /// The title. It names our case, and by it the case is found again.
    pub subject: String,
    /// The letter: 8000 characters at the most (`CommunicationBody` of the service model).
    pub body: String,
    /// Code of the service that it is about, from `DescribeServices`.
    pub service: String,
    /// Code of its category, from the same.
    pub category: String,
    /// Code of its severity, from `DescribeSeverityLevels`.
    pub severity: String,
    /// The language of the letter, by ISO 639-1.
    pub language: String,
    /// `technical` or `customer-service`.
    pub issue: String,
    /// Mail addresses of those who get a copy.
    #[serde(default)]
    pub copies: Vec<String>,
}

impl Act for OpenSupportCase {
    fn name(&self) -> &'static str {
        "open_support_case"
    }

    fn target(&self) -> String {
        self.subject.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Theirs)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["support:CreateCase"]
    }

    fn before(&self) -> Value {
        json!({ "support_case": null })
    }

    fn after(&self) -> Value {
        json!({ "support_case": self.subject, "severity": self.severity })
    }

    fn equivalent(&self) -> Vec<String> {
        let mut line = format!(
            "aws support create-case --region us-east-1 --issue-type {} --language {} --service-code {} --category-code {} \
             --severity-code {} --subject {} --communication-body {}",
            self.issue,
            self.language,
            quoted(&self.service),
            quoted(&self.category),
            quoted(&self.severity),
            quoted(&self.subject),
            "file://letter.txt"
        );
        if !self.copies.is_empty() {
            line.push_str(" --cc-email-addresses");
            for copy in &self.copies {
                line.push(' ');
                line.push_str(&quoted(copy));
            }
        }
        vec![line]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("subject", Said::data(self.subject.clone())),
            ("service", Said::data(self.service.clone())),
            ("severity", Said::data(self.severity.clone())),
            ("count", Said::code(self.body.chars().count().to_string())),
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
