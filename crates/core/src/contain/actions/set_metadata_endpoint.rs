//! The instance metadata service on or off: the instance gets no new credentials, and the SSM agent is blind too. Must not
//! know who holds credentials already.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// The instance metadata service: `enabled` or `disabled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetMetadataEndpoint {
    /// `i-…`.
    pub instance: String,
    /// As found.
    pub from: String,
    /// As left.
    pub to: String,
}

impl Act for SetMetadataEndpoint {
    fn name(&self) -> &'static str {
        "set_metadata_endpoint"
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
        json!({ "http_endpoint": self.from })
    }

    fn after(&self) -> Value {
        json!({ "http_endpoint": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 modify-instance-metadata-options --instance-id {} --http-endpoint {}",
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
        let seen = subject.metadata.http_endpoint.as_ref();
        standing::of_value(seen, &self.from, &self.to, "http_endpoint")
    }
}
