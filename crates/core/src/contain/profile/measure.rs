//! The measures that a profile can ask for, and their options. Must not know which actions carry them out, but for their options.

use crate::contain::{LockMode, StopHow};

/// One thing that a profile asks for. What an instance does not need is left out of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// Tags on the instance that name the case.
    Tags,
    /// Console output and screenshot.
    Console,
    /// Snapshots of all volumes, at one moment.
    Snapshots,
    /// Nobody terminates the instance by API.
    TerminationProtection,
    /// A shutdown from inside stops, it does not terminate.
    ShutdownBehavior,
    /// Termination deletes no volume.
    KeepVolumes,
    /// Out of the hands of the scaling group.
    Scaling {
        /// How.
        how: ScalingWay,
    },
    /// Out of target groups and classic load balancers.
    Targets,
    /// The containment group alone, on every interface.
    Isolate {
        /// By way of the passage group, so that connections that are open die. Without it they live on.
        passage: bool,
    },
    /// Elastic IPs off, and no new public address.
    Addresses,
    /// The finding's addresses denied in the network ACL of each subnet.
    Acl,
    /// Sessions of the instance's role denied.
    Sessions {
        /// Which.
        deny: Sessions,
    },
    /// The instance profile off, or another in its place.
    InstanceProfile {
        /// ARN of the profile that takes its place.
        replace_with: Option<String>,
    },
    /// The instance metadata service off.
    Metadata,
    /// The instance stopped.
    Stop {
        /// How.
        how: StopHow,
    },
    /// Waits until the snapshots are complete, which may take hours.
    WaitSnapshots,
    /// A copy of each snapshot in the same Region.
    CopySnapshots {
        /// The customer's key for the copy, by id, ARN or alias.
        key: String,
    },
    /// Another account may use the snapshots.
    ShareSnapshots {
        /// Twelve digits. `*`, `all` and `public` are read too, for the linter to refuse.
        account: String,
    },
    /// Nobody deletes the snapshots for a time.
    LockSnapshots {
        /// 1 to 36500 (HANDBOOK 3.8).
        days: i32,
        /// How hard.
        mode: LockMode,
    },
    /// GuardDuty looks for malware in the snapshots.
    ScanSnapshots,
    /// The finding archived in GuardDuty.
    ArchiveFinding,
    /// GuardDuty told what the finding was worth.
    Feedback {
        /// Useful, or not.
        useful: bool,
    },
}

/// How an instance leaves the hands of its scaling group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalingWay {
    /// Into standby: it stays a member.
    Standby,
    /// Out of the group.
    Detach,
}

/// Which sessions of a role are denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// Those of this instance, and those that it begins later.
    Instance,
    /// All that began before now, whoever holds them.
    TokenTime,
}

/// A danger that the author of a profile takes on knowingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accept {
    /// It cannot be undone.
    Irreversible,
    /// Others hold the role too.
    SharedRole,
    /// Addresses go before the instance is isolated.
    BeforeIsolate,
}

impl Measure {
    /// The names of all measures, in the order of the runbook.
    pub const NAMES: [&'static str; 22] = [
        "tags",
        "console",
        "snapshots",
        "termination_protection",
        "shutdown_behavior",
        "keep_volumes",
        "scaling",
        "targets",
        "isolate",
        "addresses",
        "acl",
        "sessions",
        "instance_profile",
        "metadata",
        "stop",
        "wait_snapshots",
        "copy_snapshots",
        "share_snapshots",
        "lock_snapshots",
        "scan_snapshots",
        "archive_finding",
        "feedback",
    ];

    /// The name in a profile.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Console => "console",
            Self::Snapshots => "snapshots",
            Self::TerminationProtection => "termination_protection",
            Self::ShutdownBehavior => "shutdown_behavior",
            Self::KeepVolumes => "keep_volumes",
            Self::Scaling { .. } => "scaling",
            Self::Targets => "targets",
            Self::Isolate { .. } => "isolate",
            Self::Addresses => "addresses",
            Self::Acl => "acl",
            Self::Sessions { .. } => "sessions",
            Self::InstanceProfile { .. } => "instance_profile",
            Self::Metadata => "metadata",
            Self::Stop { .. } => "stop",
            Self::WaitSnapshots => "wait_snapshots",
            Self::CopySnapshots { .. } => "copy_snapshots",
            Self::ShareSnapshots { .. } => "share_snapshots",
            Self::LockSnapshots { .. } => "lock_snapshots",
            Self::ScanSnapshots => "scan_snapshots",
            Self::ArchiveFinding => "archive_finding",
            Self::Feedback { .. } => "feedback",
        }
    }

    /// Whether it cuts somebody off.
    #[must_use]
    pub const fn cuts(&self) -> bool {
        matches!(
            self,
            Self::Isolate { .. }
                | Self::Addresses
                | Self::Acl
                | Self::Sessions { .. }
                | Self::InstanceProfile { .. }
                | Self::Metadata
                | Self::Stop { .. }
        )
    }
}
