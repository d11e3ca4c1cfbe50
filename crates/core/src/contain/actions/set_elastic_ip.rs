//! An Elastic IP on or off its interface. The allocation stays ours either way. Must not take an address from another
//! machine.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// An Elastic IP on (`true`) or off its interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetElasticIp {
    /// `eipalloc-…`.
    pub allocation: String,
    /// `eipassoc-…` when it is to go; empty when it is to come.
    pub association: Option<String>,
    /// `eni-…`.
    pub interface: String,
    /// The private address behind it.
    pub private_ip: IpAddr,
    /// The public address.
    pub public_ip: IpAddr,
    /// As left.
    pub associated: bool,
}

impl Act for SetElasticIp {
    fn name(&self) -> &'static str {
        "set_elastic_ip"
    }

    fn target(&self) -> String {
        self.allocation.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            // The association's id dies with it: an undo that takes the address off again finds the new one itself.
            association: None,
            associated: !self.associated,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:DisassociateAddress", "ec2:AssociateAddress"]
    }

    fn before(&self) -> Value {
        json!({
            "public_ip": self.public_ip,
            "private_ip": self.private_ip,
            "associated": !self.associated,
            "association": self.association,
        })
    }

    fn after(&self) -> Value {
        json!({
            "public_ip": self.public_ip,
            "private_ip": self.private_ip,
            "associated": self.associated,
        })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![if self.associated {
            format!(
                "aws ec2 associate-address --allocation-id {} --network-interface-id {} --private-ip-address {} --no-allow-reassociation",
                self.allocation, self.interface, self.private_ip
            )
        } else {
            format!(
                "aws ec2 disassociate-address --association-id {}",
                self.association.as_deref().unwrap_or("$ASSOCIATION_ID")
            )
        }]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("interface", Said::data(self.interface.clone())),
            ("public_ip", Said::data(self.public_ip.to_string())),
            ("to", Said::code(self.associated.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        if standing::unread(subject, "addresses") {
            return Standing::Unseen;
        }
        let held = subject.interfaces.iter().find_map(|i| {
            i.addresses.iter().find_map(|a| {
                let elastic = a.public.as_ref().and_then(|p| p.elastic.as_ref())?;
                (elastic.allocation == self.allocation).then_some((&i.id, a.private_ip, elastic))
            })
        });
        match (held, self.associated) {
            (None, false) => Standing::After,
            (None, true) => Standing::Before,
            (Some((on, ip, _)), true) if *on == self.interface && ip == self.private_ip => {
                Standing::After
            }
            (Some((on, ip, elastic)), false)
                if *on == self.interface
                    && ip == self.private_ip
                    && self
                        .association
                        .as_ref()
                        .is_none_or(|a| a == &elastic.association) =>
            {
                Standing::Before
            }
            (Some((on, ip, elastic)), _) => Standing::Other(
                json!({ "interface": on, "private_ip": ip, "association": elastic.association }),
            ),
        }
    }

    fn cuts(&self) -> bool {
        !self.associated
    }

    fn opens(&self) -> bool {
        self.associated
    }

    fn sign(&self) -> Sign {
        if self.associated {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
