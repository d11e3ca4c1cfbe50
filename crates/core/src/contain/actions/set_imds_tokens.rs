//! IMDSv2 required or not: the fix of the check `imdsv2`. Must not know what on the instance asks without a token.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// IMDSv2 required or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetImdsTokens {
    /// `i-…`.
    pub instance: String,
    /// As found: `optional` or `required`.
    pub from: String,
    /// As left.
    pub to: String,
}

impl Act for SetImdsTokens {
    fn name(&self) -> &'static str {
        "set_imds_tokens"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            instance: self.instance.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifyInstanceMetadataOptions"]
    }

    fn before(&self) -> Value {
        json!({ "http_tokens": self.from })
    }

    fn after(&self) -> Value {
        json!({ "http_tokens": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 modify-instance-metadata-options --instance-id {} --http-tokens {}",
            self.instance, self.to
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("to", Said::code(self.to.clone())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let seen = subject.metadata.http_tokens.as_ref();
        standing::of_value(seen, &self.from, &self.to, "http_tokens")
    }
}
