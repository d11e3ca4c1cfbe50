//! EBS encryption by default in a Region: the fix of the check `ebs-encryption-default`. Must not touch volumes that are there.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// Whether new volumes of a Region are encrypted without anybody's doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetEbsEncryption {
    /// The Region.
    pub region: String,
    /// As found.
    pub from: bool,
    /// As left.
    pub to: bool,
}

impl Act for SetEbsEncryption {
    fn name(&self) -> &'static str {
        "set_ebs_encryption"
    }

    fn target(&self) -> String {
        self.region.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            region: self.region.clone(),
            from: self.to,
            to: self.from,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![if self.to {
            "ec2:EnableEbsEncryptionByDefault"
        } else {
            "ec2:DisableEbsEncryptionByDefault"
        }]
    }

    fn before(&self) -> Value {
        json!({ "ebs_encryption_by_default": self.from })
    }

    fn after(&self) -> Value {
        json!({ "ebs_encryption_by_default": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        let verb = if self.to { "enable" } else { "disable" };
        vec![format!(
            "aws ec2 {verb}-ebs-encryption-by-default --region {}",
            self.region
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("region", Said::data(self.region.clone())),
            ("to", Said::code(self.to.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // It is of the account, not of the instance: the call answers what then holds, and a second one changes nothing.
        Standing::Unseen
    }
}
