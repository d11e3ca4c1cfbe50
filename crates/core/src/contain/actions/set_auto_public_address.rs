//! Whether AWS gives the interface a public address by itself. An automatic address that goes is lost for ever. Must not
//! know Elastic IPs.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::flag;
use crate::contain::{Impossible, Keep, Standing, Undo};
use crate::identify::{PublicAddress, Subject};

/// Whether AWS gives the interface a public address by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAutoPublicAddress {
    /// `eni-…`.
    pub interface: String,
    /// The automatic address that goes, if there is one now.
    pub address: Option<IpAddr>,
    /// As found, where AWS says so.
    pub from: Option<bool>,
    /// As left.
    pub to: bool,
}

impl Act for SetAutoPublicAddress {
    fn name(&self) -> &'static str {
        "set_auto_public_address"
    }

    fn target(&self) -> String {
        self.interface.clone()
    }

    fn undo(&self) -> Undo {
        match (self.from, self.address) {
            (Some(from), _) => Undo::by(Self {
                interface: self.interface.clone(),
                address: None,
                from: Some(self.to),
                to: from,
            }),
            (None, Some(_)) => Undo::Impossible(Impossible::AddressLost),
            (None, None) => Undo::Keep(Keep::Harmless),
        }
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifyNetworkInterfaceAttribute"]
    }

    fn before(&self) -> Value {
        json!({ "auto_public": self.from, "address": self.address })
    }

    fn after(&self) -> Value {
        json!({ "auto_public": self.to, "address": null })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 modify-network-interface-attribute --network-interface-id {} {}",
            self.interface,
            flag("associate-public-ip-address", self.to)
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("interface", Said::data(self.interface.clone())),
            ("to", Said::code(self.to.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let Some(seen) = subject.interface(&self.interface) else {
            return Standing::Other(json!({ "interface": null }));
        };
        let has_one = seen
            .addresses
            .iter()
            .any(|a| matches!(a.public, Some(PublicAddress { elastic: None, .. })));
        match (seen.auto_public, has_one, self.to) {
            (_, true, false) => Standing::Before,
            (Some(on), _, to) if on == to => Standing::After,
            (Some(_), _, _) => Standing::Before,
            (None, true, true) => Standing::After,
            // AWS does not say how the setting stands, and there is no address to see.
            (None, false, _) => Standing::Unseen,
        }
    }

    fn cuts(&self) -> bool {
        !self.to
    }

    fn opens(&self) -> bool {
        self.to
    }

    fn irreversible(&self) -> bool {
        self.address.is_some()
    }

    fn sign(&self) -> Sign {
        if self.address.is_some() {
            Sign::Grave
        } else {
            Sign::Changes
        }
    }
}
