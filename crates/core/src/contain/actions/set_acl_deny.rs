//! Deny entries in the network ACL of a subnet: stateless, so they cut at once what no group cuts, and they hit the whole
//! subnet. Must not touch an entry that is not ours.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Standing, Undo, standing};
use crate::identify::{AclEntry, Subject};

/// Deny entries in a network ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAclDeny {
    /// `acl-…`.
    pub acl: String,
    /// The entries, each with a number that was free.
    pub entries: Vec<AclEntry>,
    /// As left.
    pub present: bool,
}

impl Act for SetAclDeny {
    fn name(&self) -> &'static str {
        "set_acl_deny"
    }

    fn target(&self) -> String {
        self.acl.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            present: !self.present,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAclEntry"]
    }

    fn before(&self) -> Value {
        json!({ "entries": self.entries, "present": !self.present })
    }

    fn after(&self) -> Value {
        json!({ "entries": self.entries, "present": self.present })
    }

    fn equivalent(&self) -> Vec<String> {
        let acl = &self.acl;
        self.entries
            .iter()
            .map(|entry| {
                let way = if entry.egress { "--egress" } else { "--ingress" };
                let number = entry.number;
                if self.present {
                    let cidr = if entry.cidr.contains(':') {
                        "ipv6-cidr-block"
                    } else {
                        "cidr-block"
                    };
                    format!(
                        "aws ec2 create-network-acl-entry --network-acl-id {acl} {way} --rule-number {number} --protocol {} --rule-action deny --{cidr} {}",
                        entry.protocol, entry.cidr
                    )
                } else {
                    format!(
                        "aws ec2 delete-network-acl-entry --network-acl-id {acl} {way} --rule-number {number}"
                    )
                }
            })
            .collect()
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        let mut peers: Vec<&str> = self.entries.iter().map(|e| e.cidr.as_str()).collect();
        peers.sort_unstable();
        peers.dedup();
        vec![
            ("acl", Said::data(self.acl.clone())),
            ("peers", Said::data(peers.join(", "))),
            ("to", Said::code(self.present.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let Some(found) = subject
            .around
            .iter()
            .filter(|_| !standing::unread(subject, "network_acls"))
            .flat_map(|around| &around.exposure)
            .filter_map(|exposure| exposure.acl.as_ref())
            .find(|acl| acl.id == self.acl)
        else {
            return Standing::Unseen;
        };
        let at = |wanted: &AclEntry| {
            found
                .entries
                .iter()
                .find(|e| e.egress == wanted.egress && e.number == wanted.number)
        };
        let ours = |wanted: &AclEntry| at(wanted) == Some(wanted);
        let present = self.entries.iter().filter(|e| ours(e)).count();
        let others: Vec<&AclEntry> = self
            .entries
            .iter()
            .filter(|e| !ours(e))
            .filter_map(at)
            .collect();
        if self.present && present == self.entries.len() || !self.present && present == 0 {
            Standing::After
        } else if others.is_empty() {
            // Some of them: the rest is still to do.
            Standing::Before
        } else {
            Standing::Other(json!({ "entries": others }))
        }
    }

    fn cuts(&self) -> bool {
        self.present
    }

    fn opens(&self) -> bool {
        !self.present
    }

    fn sign(&self) -> Sign {
        if self.present {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
