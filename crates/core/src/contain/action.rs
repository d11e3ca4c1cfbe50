//! What Rebato can do to an account. Every action carries what it finds and what it leaves, so that its undo is a
//! function of the action alone. There is no action that terminates, releases an address or deletes evidence.
//! Must not know the SDK.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{GroupRef, GroupRole};
use crate::identify::Rule;

/// The tag that names the case on everything Rebato makes or changes.
pub const TAG_CASE: &str = "rebato:case";
/// The tag that names the step that made a resource: what a resumed run looks for.
pub const TAG_STEP: &str = "rebato:step";
/// The tag that names the instance a snapshot belongs to.
pub const TAG_INSTANCE: &str = "rebato:instance";
/// The tag that says what one of Rebato's own groups is for.
pub const TAG_ROLE: &str = "rebato:role";

/// Every IAM action that any step of a plan can need.
pub const PERMISSIONS: [&str; 22] = [
    "autoscaling:EnterStandby",
    "autoscaling:ExitStandby",
    "autoscaling:UpdateAutoScalingGroup",
    "ec2:AssociateAddress",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSnapshots",
    "ec2:CreateTags",
    "ec2:DeleteTags",
    "ec2:DisassociateAddress",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifyInstanceMetadataOptions",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:StartInstances",
    "ec2:StopInstances",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:RegisterTargets",
];

/// One change to an account, or one piece of evidence taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Termination protection.
    ProtectTermination {
        /// `i-…`.
        instance: String,
        /// As found.
        from: bool,
        /// As left.
        to: bool,
    },
    /// What a shutdown from inside does: `stop` or `terminate`.
    SetShutdownBehavior {
        /// `i-…`.
        instance: String,
        /// As found.
        from: String,
        /// As left.
        to: String,
    },
    /// Whether termination deletes a volume.
    SetDeleteOnTermination {
        /// `i-…`.
        instance: String,
        /// `vol-…`.
        volume: String,
        /// Device name.
        device: String,
        /// As found.
        from: bool,
        /// As left.
        to: bool,
    },
    /// Tags on the instance: `None` is absent.
    SetTags {
        /// The resource.
        resource: String,
        /// As found, the keys we touch only.
        from: BTreeMap<String, Option<String>>,
        /// As left.
        to: BTreeMap<String, Option<String>>,
    },
    /// The scaling group's minimum, so that standby starts no replacement.
    SetScalingMinimum {
        /// The group.
        group: String,
        /// As found.
        from: i32,
        /// As left.
        to: i32,
    },
    /// In (`true`) or out (`false`) of standby in the scaling group.
    SetStandby {
        /// The group.
        group: String,
        /// `i-…`.
        instance: String,
        /// As left: in standby.
        standby: bool,
    },
    /// Registered or not with a target group.
    SetTarget {
        /// ARN.
        group: String,
        /// Instance id or address.
        id: String,
        /// Port.
        port: Option<i32>,
        /// As left.
        registered: bool,
    },
    /// Console output and screenshot, kept as evidence.
    SaveConsole {
        /// `i-…`.
        instance: String,
    },
    /// Crash-consistent snapshots of all volumes.
    CreateSnapshots {
        /// `i-…`.
        instance: String,
        /// The volumes that should be in it.
        volumes: Vec<String>,
    },
    /// One of Rebato's own groups in a VPC; its birth rules are AWS's (nothing in, all IPv4 out).
    CreateGroup {
        /// What for.
        role: GroupRole,
        /// Where.
        vpc: String,
    },
    /// The rules of one of Rebato's own groups.
    SetGroupRules {
        /// Which.
        group: GroupRef,
        /// What for.
        role: GroupRole,
        /// Rules to take away, coming in.
        revoke_ingress: Vec<Rule>,
        /// Rules to add, coming in.
        authorize_ingress: Vec<Rule>,
        /// Rules to take away, going out.
        revoke_egress: Vec<Rule>,
        /// Rules to add, going out.
        authorize_egress: Vec<Rule>,
    },
    /// The whole set of groups on an interface.
    SetInterfaceGroups {
        /// `eni-…`.
        interface: String,
        /// As found, sorted.
        from: Vec<GroupRef>,
        /// As left.
        to: Vec<GroupRef>,
    },
    /// An Elastic IP on (`true`) or off its interface. The allocation stays ours either way.
    SetElasticIp {
        /// `eipalloc-…`.
        allocation: String,
        /// `eipassoc-…` when it is to go; empty when it is to come.
        association: Option<String>,
        /// `eni-…`.
        interface: String,
        /// The private address behind it.
        private_ip: IpAddr,
        /// The public address.
        public_ip: IpAddr,
        /// As left.
        associated: bool,
    },
    /// Whether AWS gives the interface a public address by itself.
    SetAutoPublicAddress {
        /// `eni-…`.
        interface: String,
        /// The automatic address that goes, if there is one now.
        address: Option<IpAddr>,
        /// As found, where AWS says so.
        from: Option<bool>,
        /// As left.
        to: bool,
    },
    /// Stop protection, which would refuse our own stop.
    ProtectStop {
        /// `i-…`.
        instance: String,
        /// As found.
        from: bool,
        /// As left.
        to: bool,
    },
    /// Running or stopped.
    SetRunning {
        /// `i-…`.
        instance: String,
        /// As left.
        running: bool,
        /// Automatic public addresses that the stop loses.
        loses: Vec<IpAddr>,
    },
    /// IMDSv2 required or not: the fix of `imdsv2`.
    SetImdsTokens {
        /// `i-…`.
        instance: String,
        /// As found: `optional` or `required`.
        from: String,
        /// As left.
        to: String,
    },
    /// Rules of a group that is not ours: the fix of a group open to the world.
    SetIngress {
        /// `sg-…`.
        group: String,
        /// Rules to take away.
        revoke: Vec<Rule>,
        /// Rules to add.
        authorize: Vec<Rule>,
    },
}

/// How an action is undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// By this action.
    Do(Box<Action>),
    /// Not at all, on purpose; a code for the reason.
    Keep(Keep),
    /// It cannot be; a code for the reason.
    Impossible(Impossible),
}

/// Why something is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// It is evidence.
    Evidence,
    /// Other cases in the VPC use it, and it harms nobody.
    Shared,
    /// It changed nothing in the account.
    NothingChanged,
    /// The interface had no automatic address: the setting shows only if it loses its Elastic IP again.
    Harmless,
}

/// Why something cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impossible {
    /// AWS never gives an automatic address back, and whether it would give another was not known.
    AddressLost,
}

impl Keep {
    /// The code, as the catalogues know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Shared => "shared",
            Self::NothingChanged => "nothing_changed",
            Self::Harmless => "harmless",
        }
    }
}

impl Impossible {
    /// The code, as the catalogues know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddressLost => "address_lost",
        }
    }
}

impl Action {
    /// The name in the contract and in the catalogues (`action-` and this).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ProtectTermination { .. } => "protect_termination",
            Self::SetShutdownBehavior { .. } => "set_shutdown_behavior",
            Self::SetDeleteOnTermination { .. } => "set_delete_on_termination",
            Self::SetTags { .. } => "set_tags",
            Self::SetScalingMinimum { .. } => "set_scaling_minimum",
            Self::SetStandby { .. } => "set_standby",
            Self::SetTarget { .. } => "set_target",
            Self::SaveConsole { .. } => "save_console",
            Self::CreateSnapshots { .. } => "create_snapshots",
            Self::CreateGroup { .. } => "create_group",
            Self::SetGroupRules { .. } => "set_group_rules",
            Self::SetInterfaceGroups { .. } => "set_interface_groups",
            Self::SetElasticIp { .. } => "set_elastic_ip",
            Self::SetAutoPublicAddress { .. } => "set_auto_public_address",
            Self::ProtectStop { .. } => "protect_stop",
            Self::SetRunning { .. } => "set_running",
            Self::SetImdsTokens { .. } => "set_imds_tokens",
            Self::SetIngress { .. } => "set_ingress",
        }
    }

    /// The resource it acts on.
    #[must_use]
    pub fn target(&self) -> String {
        match self {
            Self::ProtectTermination { instance, .. }
            | Self::SetShutdownBehavior { instance, .. }
            | Self::SetStandby { instance, .. }
            | Self::SaveConsole { instance }
            | Self::CreateSnapshots { instance, .. }
            | Self::ProtectStop { instance, .. }
            | Self::SetRunning { instance, .. }
            | Self::SetImdsTokens { instance, .. } => instance.clone(),
            Self::SetDeleteOnTermination { volume, .. } => volume.clone(),
            Self::SetTags { resource, .. } => resource.clone(),
            Self::SetScalingMinimum { group, .. }
            | Self::SetTarget { group, .. }
            | Self::SetIngress { group, .. } => group.clone(),
            Self::CreateGroup { role, vpc } => role.group_name(vpc),
            Self::SetGroupRules { group, .. } => group.shown(),
            Self::SetInterfaceGroups { interface, .. }
            | Self::SetAutoPublicAddress { interface, .. } => interface.clone(),
            Self::SetElasticIp { allocation, .. } => allocation.clone(),
        }
    }

    /// What it is about: two actions with one key follow each other on the same thing.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::SetTarget {
                group, id, port, ..
            } => format!("{}/{group}/{id}/{}", self.name(), port.unwrap_or(-1)),
            _ => format!("{}/{}", self.name(), self.target()),
        }
    }

    /// How it is undone. Exhaustive: a new action does not compile without its undo.
    #[must_use]
    pub fn undo(&self) -> Undo {
        let back = |action: Self| Undo::Do(Box::new(action));
        match self.clone() {
            Self::ProtectTermination { instance, from, to } => back(Self::ProtectTermination {
                instance,
                from: to,
                to: from,
            }),
            Self::SetShutdownBehavior { instance, from, to } => back(Self::SetShutdownBehavior {
                instance,
                from: to,
                to: from,
            }),
            Self::SetDeleteOnTermination {
                instance,
                volume,
                device,
                from,
                to,
            } => back(Self::SetDeleteOnTermination {
                instance,
                volume,
                device,
                from: to,
                to: from,
            }),
            Self::SetTags { resource, from, to } => back(Self::SetTags {
                resource,
                from: to,
                to: from,
            }),
            Self::SetScalingMinimum { group, from, to } => back(Self::SetScalingMinimum {
                group,
                from: to,
                to: from,
            }),
            Self::SetStandby {
                group,
                instance,
                standby,
            } => back(Self::SetStandby {
                group,
                instance,
                standby: !standby,
            }),
            Self::SetTarget {
                group,
                id,
                port,
                registered,
            } => back(Self::SetTarget {
                group,
                id,
                port,
                registered: !registered,
            }),
            Self::SaveConsole { .. } => Undo::Keep(Keep::NothingChanged),
            Self::CreateSnapshots { .. } => Undo::Keep(Keep::Evidence),
            Self::CreateGroup { .. } | Self::SetGroupRules { .. } => Undo::Keep(Keep::Shared),
            Self::SetInterfaceGroups {
                interface,
                from,
                to,
            } => back(Self::SetInterfaceGroups {
                interface,
                from: to,
                to: from,
            }),
            Self::SetElasticIp {
                allocation,
                interface,
                private_ip,
                public_ip,
                associated,
                ..
            } => {
                // The association's id dies with it: an undo that takes the address off again finds the new one itself.
                back(Self::SetElasticIp {
                    allocation,
                    association: None,
                    interface,
                    private_ip,
                    public_ip,
                    associated: !associated,
                })
            }
            Self::SetAutoPublicAddress {
                interface,
                address,
                from,
                to,
            } => match (from, address) {
                (Some(from), _) => back(Self::SetAutoPublicAddress {
                    interface,
                    address: None,
                    from: Some(to),
                    to: from,
                }),
                (None, Some(_)) => Undo::Impossible(Impossible::AddressLost),
                (None, None) => Undo::Keep(Keep::Harmless),
            },
            Self::ProtectStop { instance, from, to } => back(Self::ProtectStop {
                instance,
                from: to,
                to: from,
            }),
            Self::SetRunning {
                instance, running, ..
            } => back(Self::SetRunning {
                instance,
                running: !running,
                loses: Vec::new(),
            }),
            Self::SetImdsTokens { instance, from, to } => back(Self::SetImdsTokens {
                instance,
                from: to,
                to: from,
            }),
            Self::SetIngress {
                group,
                revoke,
                authorize,
            } => back(Self::SetIngress {
                group,
                revoke: authorize,
                authorize: revoke,
            }),
        }
    }

    /// The IAM actions it needs.
    #[must_use]
    pub fn permissions(&self) -> Vec<&'static str> {
        match self {
            Self::ProtectTermination { .. }
            | Self::SetShutdownBehavior { .. }
            | Self::SetDeleteOnTermination { .. }
            | Self::ProtectStop { .. } => vec!["ec2:ModifyInstanceAttribute"],
            Self::SetTags { from, to, .. } => {
                let mut needed = Vec::new();
                if to.values().any(Option::is_some) {
                    needed.push("ec2:CreateTags");
                }
                if to.values().any(Option::is_none) || from.values().any(Option::is_none) {
                    needed.push("ec2:DeleteTags");
                }
                needed
            }
            Self::SetScalingMinimum { .. } => vec!["autoscaling:UpdateAutoScalingGroup"],
            Self::SetStandby { .. } => vec!["autoscaling:EnterStandby", "autoscaling:ExitStandby"],
            Self::SetTarget { .. } => vec![
                "elasticloadbalancing:DeregisterTargets",
                "elasticloadbalancing:RegisterTargets",
            ],
            Self::SaveConsole { .. } => vec!["ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot"],
            Self::CreateSnapshots { .. } => vec!["ec2:CreateSnapshots", "ec2:CreateTags"],
            Self::CreateGroup { .. } => vec!["ec2:CreateSecurityGroup", "ec2:CreateTags"],
            Self::SetGroupRules { .. } => vec![
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:RevokeSecurityGroupEgress",
            ],
            Self::SetInterfaceGroups { .. } | Self::SetAutoPublicAddress { .. } => {
                vec!["ec2:ModifyNetworkInterfaceAttribute"]
            }
            Self::SetElasticIp { .. } => vec!["ec2:DisassociateAddress", "ec2:AssociateAddress"],
            Self::SetRunning { .. } => vec!["ec2:StopInstances", "ec2:StartInstances"],
            Self::SetImdsTokens { .. } => vec!["ec2:ModifyInstanceMetadataOptions"],
            Self::SetIngress { .. } => vec![
                "ec2:RevokeSecurityGroupIngress",
                "ec2:AuthorizeSecurityGroupIngress",
            ],
        }
    }

    /// What it finds, in the contract's form.
    #[must_use]
    pub fn before(&self) -> Value {
        match self {
            Self::ProtectTermination { from, .. } | Self::ProtectStop { from, .. } => {
                json!({ "protected": from })
            }
            Self::SetShutdownBehavior { from, .. } => json!({ "shutdown_behavior": from }),
            Self::SetDeleteOnTermination { device, from, .. } => {
                json!({ "device": device, "delete_on_termination": from })
            }
            Self::SetTags { from, .. } => json!({ "tags": from }),
            Self::SetScalingMinimum { from, .. } => json!({ "min": from }),
            Self::SetStandby { standby, .. } => json!({ "standby": !standby }),
            Self::SetTarget {
                id,
                port,
                registered,
                ..
            } => json!({ "id": id, "port": port, "registered": !registered }),
            Self::SaveConsole { .. } => json!({}),
            Self::CreateSnapshots { volumes, .. } => json!({ "volumes": volumes, "snapshots": [] }),
            Self::CreateGroup { .. } => json!({ "exists": false }),
            Self::SetGroupRules {
                revoke_ingress,
                revoke_egress,
                ..
            } => json!({ "ingress": revoke_ingress, "egress": revoke_egress }),
            Self::SetInterfaceGroups { from, .. } => json!({ "groups": shown(from) }),
            Self::SetElasticIp {
                public_ip,
                private_ip,
                associated,
                association,
                ..
            } => {
                json!({ "public_ip": public_ip, "private_ip": private_ip, "associated": !associated, "association": association })
            }
            Self::SetAutoPublicAddress { address, from, .. } => {
                json!({ "auto_public": from, "address": address })
            }
            Self::SetRunning { running, .. } => json!({ "running": !running }),
            Self::SetImdsTokens { from, .. } => json!({ "http_tokens": from }),
            Self::SetIngress { revoke, .. } => json!({ "ingress": revoke }),
        }
    }

    /// What it leaves, in the contract's form.
    #[must_use]
    pub fn after(&self) -> Value {
        match self {
            Self::ProtectTermination { to, .. } | Self::ProtectStop { to, .. } => {
                json!({ "protected": to })
            }
            Self::SetShutdownBehavior { to, .. } => json!({ "shutdown_behavior": to }),
            Self::SetDeleteOnTermination { device, to, .. } => {
                json!({ "device": device, "delete_on_termination": to })
            }
            Self::SetTags { to, .. } => json!({ "tags": to }),
            Self::SetScalingMinimum { to, .. } => json!({ "min": to }),
            Self::SetStandby { standby, .. } => json!({ "standby": standby }),
            Self::SetTarget {
                id,
                port,
                registered,
                ..
            } => json!({ "id": id, "port": port, "registered": registered }),
            Self::SaveConsole { .. } => json!({}),
            Self::CreateSnapshots { volumes, .. } => {
                json!({ "volumes": volumes, "snapshots": "one a volume" })
            }
            Self::CreateGroup { .. } => json!({ "exists": true }),
            Self::SetGroupRules { role, .. } => {
                json!({ "ingress": role.ingress(), "egress": role.egress() })
            }
            Self::SetInterfaceGroups { to, .. } => json!({ "groups": shown(to) }),
            Self::SetElasticIp {
                public_ip,
                private_ip,
                associated,
                ..
            } => {
                json!({ "public_ip": public_ip, "private_ip": private_ip, "associated": associated })
            }
            Self::SetAutoPublicAddress { to, .. } => json!({ "auto_public": to, "address": null }),
            Self::SetRunning { running, .. } => json!({ "running": running }),
            Self::SetImdsTokens { to, .. } => json!({ "http_tokens": to }),
            Self::SetIngress { authorize, .. } => json!({ "ingress": authorize }),
        }
    }

    /// The same as AWS command lines, for a person who wants to see or do it by hand.
    #[must_use]
    pub fn equivalent(&self) -> Vec<String> {
        super::equivalent::equivalent(self)
    }

    /// Whether the action cuts the attacker's traffic.
    #[must_use]
    pub fn cuts(&self) -> bool {
        match self {
            Self::SetInterfaceGroups { .. } => true,
            Self::SetElasticIp { associated, .. } => !associated,
            Self::SetAutoPublicAddress { to, .. } => !to,
            Self::SetRunning { running, .. } => !running,
            _ => false,
        }
    }

    /// Whether the action, as part of a release, lets traffic through again.
    #[must_use]
    pub fn opens(&self) -> bool {
        match self {
            Self::SetInterfaceGroups { .. } => true,
            Self::SetElasticIp { associated, .. } => *associated,
            Self::SetAutoPublicAddress { to, .. } => *to,
            Self::SetRunning { running, .. } => *running,
            _ => false,
        }
    }

    /// Whether a second call does harm (a second set of snapshots): such a call is made once, without the SDK's retries.
    #[must_use]
    pub fn once_only(&self) -> bool {
        matches!(self, Self::CreateSnapshots { .. })
    }
}

fn shown(groups: &[GroupRef]) -> Vec<String> {
    groups.iter().map(GroupRef::shown).collect()
}
