//! What Rebato can do to an account, one file an action. Every action carries what it finds and what it leaves, so that its
//! undo is a function of the action alone. There is no action that terminates, releases an address or deletes evidence.
//! Must not know the SDK.

mod activate_list;
mod archive_finding;
mod attribute;
mod copy_snapshots;
mod create_group;
mod create_snapshots;
mod delete_group;
mod deny_sessions;
mod edit_list;
mod lock_snapshots;
mod open_security_case;
mod open_support_case;
mod protect_stop;
mod protect_termination;
mod rate_finding;
mod run_patches;
mod save_console;
mod scan_snapshots;
mod set_acl_deny;
mod set_auto_public_address;
mod set_balancer;
mod set_delete_on_termination;
mod set_ebs_encryption;
mod set_elastic_ip;
mod set_flow_log;
mod set_group_rules;
mod set_imds_tokens;
mod set_ingress;
mod set_instance_profile;
mod set_interface_groups;
mod set_metadata_endpoint;
mod set_running;
mod set_scaling_membership;
mod set_scaling_minimum;
mod set_shutdown_behavior;
mod set_sshd;
mod set_standby;
mod set_tags;
mod set_target;
mod set_watch_object;
mod share_snapshots;
mod suppress_finding;
mod trust_address;
mod wait_snapshots;

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Standing, Undo};
use crate::identify::Subject;

/// What every action knows of itself. A new one does not compile without its undo, its permissions and its equivalent.
pub trait Act: Debug {
    /// The name in the contract and in the catalogues (`action-` and `impact-` and this).
    fn name(&self) -> &'static str;

    /// The resource it acts on.
    fn target(&self) -> String;

    /// What it is about: two actions with one key follow each other on the same thing.
    fn key(&self) -> String {
        format!("{}/{}", self.name(), self.target())
    }

    /// How it is undone.
    fn undo(&self) -> Undo;

    /// The IAM actions it needs.
    fn permissions(&self) -> Vec<&'static str>;

    /// What it finds, in the contract's form.
    fn before(&self) -> Value;

    /// What it leaves, in the contract's form.
    fn after(&self) -> Value;

    /// The same as AWS command lines, for a person who wants to see or do it by hand. Ids that are not known yet stand as
    /// `$NAME`.
    fn equivalent(&self) -> Vec<String>;

    /// Values for its words.
    fn values(&self) -> Vec<(&'static str, Said)>;

    /// Where its target stands in `subject`. `mark` is the tag that a resource made by this step carries. What no reading of
    /// the subject shows is unseen: then the journal is the witness, and a second call does no harm.
    fn standing(&self, subject: &Subject, mark: &str) -> Standing;

    /// This and a later action on the same thing as one: where this began, where the later one ended. `None` where both go
    /// between the same two states, so that this says it all.
    fn joined(&self, _later: &Action) -> Option<Action> {
        None
    }

    /// Whether it leads back to where it began.
    fn is_nothing(&self) -> bool {
        false
    }

    /// Whether it cuts the attacker's traffic.
    fn cuts(&self) -> bool {
        false
    }

    /// Whether, as part of a release, it lets traffic through again.
    fn opens(&self) -> bool {
        false
    }

    /// Whether a second call does harm (a second set of snapshots): such a call is made once, without the SDK's retries.
    fn once_only(&self) -> bool {
        false
    }

    /// Whether carrying it out first looks for what an earlier try may have made: then it may be tried again after a while,
    /// though the subject does not show it.
    fn finds_itself(&self) -> bool {
        false
    }

    /// What it runs in the operating system: then the step is done when that has come to a good end.
    fn in_guest(&self) -> Option<GuestRun> {
        None
    }

    /// Whether a command that failed has put back what it changed: then surely nothing happened.
    fn put_back_by_itself(&self) -> bool {
        false
    }

    /// Whether it stands aside: it concerns evidence that was taken before, or tidies up. Whether the attacker is cut off, or
    /// the account is as it was, does not depend on it.
    fn is_aside(&self) -> bool {
        false
    }

    /// Whether something is gone for good once it is done, whatever its undo brings back.
    fn irreversible(&self) -> bool {
        matches!(self.undo(), Undo::Impossible(_))
    }

    /// What it does to its target, for a sign beside the words.
    fn sign(&self) -> Sign {
        Sign::Changes
    }
}

/// A command for the operating system of an instance, through the Systems Manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestRun {
    /// The document, such as `AWS-RunShellScript`.
    pub document: String,
    /// Values of its parameters.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// How long to wait for the end, in seconds.
    pub wait: u32,
}

/// A value for the words of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// One of ours, by which the catalogues choose their words.
    Code(String),
    /// Other people's text or an id: whoever shows it cleans it.
    Data(String),
}

impl Said {
    fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    fn data(text: impl Into<String>) -> Self {
        Self::Data(text.into())
    }
}

/// What an action does to its target, at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Something is made or taken as evidence.
    Adds,
    /// Something is set.
    Changes,
    /// Something is taken away.
    Removes,
    /// Something is lost, or stops.
    Grave,
}

impl Sign {
    /// The sign: legible without colours.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Adds => "+",
            Self::Changes => "~",
            Self::Removes => "-",
            Self::Grave => "!",
        }
    }
}

macro_rules! actions {
    ($($name:ident from $module:ident,)*) => {
        $(pub use $module::$name;)*

        /// One change to an account, or one piece of evidence taken from it.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "action", rename_all = "snake_case")]
        pub enum Action {
            $(
                #[doc = concat!("See [`", stringify!($name), "`].")]
                $name($name),
            )*
        }

        $(
            impl From<$name> for Action {
                fn from(action: $name) -> Self {
                    Self::$name(action)
                }
            }
        )*

        impl Action {
            /// What the action knows of itself.
            #[must_use]
            pub fn act(&self) -> &(dyn Act + 'static) {
                match self {
                    $(Self::$name(action) => action,)*
                }
            }
        }
    };
}

actions! {
    ActivateList from activate_list,
    ArchiveFinding from archive_finding,
    CopySnapshots from copy_snapshots,
    CreateGroup from create_group,
    CreateSnapshots from create_snapshots,
    DeleteGroup from delete_group,
    DenySessions from deny_sessions,
    EditList from edit_list,
    LockSnapshots from lock_snapshots,
    OpenSecurityCase from open_security_case,
    OpenSupportCase from open_support_case,
    ProtectStop from protect_stop,
    ProtectTermination from protect_termination,
    RateFinding from rate_finding,
    RunPatches from run_patches,
    SaveConsole from save_console,
    ScanSnapshots from scan_snapshots,
    SetAclDeny from set_acl_deny,
    SetAutoPublicAddress from set_auto_public_address,
    SetBalancer from set_balancer,
    SetDeleteOnTermination from set_delete_on_termination,
    SetEbsEncryption from set_ebs_encryption,
    SetElasticIp from set_elastic_ip,
    SetFlowLog from set_flow_log,
    SetGroupRules from set_group_rules,
    SetImdsTokens from set_imds_tokens,
    SetIngress from set_ingress,
    SetInstanceProfile from set_instance_profile,
    SetInterfaceGroups from set_interface_groups,
    SetMetadataEndpoint from set_metadata_endpoint,
    SetRunning from set_running,
    SetScalingMembership from set_scaling_membership,
    SetScalingMinimum from set_scaling_minimum,
    SetShutdownBehavior from set_shutdown_behavior,
    SetSshd from set_sshd,
    SetStandby from set_standby,
    SetTags from set_tags,
    SetTarget from set_target,
    SetWatchObject from set_watch_object,
    ShareSnapshots from share_snapshots,
    SuppressFinding from suppress_finding,
    TrustAddress from trust_address,
    WaitSnapshots from wait_snapshots,
}

pub use lock_snapshots::LockMode;
pub use run_patches::Patching;
pub use set_flow_log::{FLOW_LOG_INTERVAL, LogPlace};
pub use set_running::StopHow;
pub use set_sshd::{SSHD_DROP_IN, SSHD_MINUTES, SSHD_SCRIPT};

impl std::ops::Deref for Action {
    type Target = dyn Act;

    fn deref(&self) -> &Self::Target {
        self.act()
    }
}

/// Every IAM action that any step of a plan can need.
pub const PERMISSIONS: &[&str] = &[
    "autoscaling:AttachInstances",
    "autoscaling:DetachInstances",
    "autoscaling:EnterStandby",
    "autoscaling:ExitStandby",
    "autoscaling:UpdateAutoScalingGroup",
    "ec2:AssociateAddress",
    "ec2:AssociateIamInstanceProfile",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CopySnapshot",
    "ec2:CreateFlowLogs",
    "ec2:CreateNetworkAclEntry",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSnapshots",
    "ec2:CreateTags",
    "ec2:DeleteFlowLogs",
    "ec2:DeleteNetworkAclEntry",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteTags",
    "ec2:DisableEbsEncryptionByDefault",
    "ec2:DisassociateAddress",
    "ec2:DisassociateIamInstanceProfile",
    "ec2:EnableEbsEncryptionByDefault",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:LockSnapshot",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifyInstanceMetadataOptions",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:ModifySnapshotAttribute",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:StartInstances",
    "ec2:StopInstances",
    "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
    "elasticloadbalancing:RegisterTargets",
    "guardduty:ArchiveFindings",
    "guardduty:StartMalwareScan",
    "guardduty:UnarchiveFindings",
    "guardduty:UpdateFindingsFeedback",
    "iam:DeleteRolePolicy",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "kms:CreateGrant",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "security-ir:CreateCase",
    "support:CreateCase",
];

/// Every IAM action that mending a list can need beside what reading it takes. Apart from [`PERMISSIONS`]: only the
/// administrator account of GuardDuty has lists, and writing to a bucket is nothing that containing needs.
pub const MENDS: &[&str] = &[
    "guardduty:CreateFilter",
    "guardduty:DeleteFilter",
    "guardduty:UpdateIPSet",
    "guardduty:UpdateThreatEntitySet",
    "guardduty:UpdateThreatIntelSet",
    "guardduty:UpdateTrustedEntitySet",
    "s3:PutObject",
];

/// Every IAM action that watch objects can need beside what reading them takes. Apart from [`PERMISSIONS`]: containing needs
/// none of it.
pub const WATCHING: &[&str] = &[
    "cloudwatch:DeleteAlarms",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
    "events:DeleteRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
    "events:TagResource",
    "logs:DeleteMetricFilter",
    "logs:PutMetricFilter",
];
