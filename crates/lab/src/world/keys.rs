//! The account's keys: one that AWS made for EBS and one for evidence, which other accounts may be let use.
//! Must not know the wire.

use super::model::World;

/// A key of the Key Management Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// ARN.
    pub arn: String,
    /// `alias/…`.
    pub alias: &'static str,
    /// Whether AWS made it: then nobody else may be let use it.
    pub aws_managed: bool,
}

impl World {
    /// The key that EBS takes where none is named.
    #[must_use]
    pub fn default_ebs_key(&self) -> Key {
        Key {
            arn: self.key_arn("eb5eb5eb-0000-4000-8000-000000000eb5"),
            alias: "alias/aws/ebs",
            aws_managed: true,
        }
    }

    fn evidence_key(&self) -> Key {
        Key {
            arn: self.key_arn("0f0e0d0c-0b0a-4908-8706-050403020100"),
            alias: "alias/acme-evidence",
            aws_managed: false,
        }
    }

    fn key_arn(&self, id: &str) -> String {
        format!("{}key/{id}", self.key_prefix())
    }

    fn key_prefix(&self) -> String {
        format!("arn:aws:kms:{}:{}:", self.region, self.account_id)
    }

    /// The key of this id, ARN, alias or ARN of the alias.
    #[must_use]
    pub fn key_named(&self, name: &str) -> Option<Key> {
        let short = name.strip_prefix(&self.key_prefix()).unwrap_or(name);
        [self.evidence_key(), self.default_ebs_key()]
            .into_iter()
            .find(|key| {
                let id = key.arn.rsplit('/').next();
                short == key.alias || id == Some(short.strip_prefix("key/").unwrap_or(short))
            })
    }
}
