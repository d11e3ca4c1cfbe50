//! What actors can do. Must not know how it is done: the world's players do.

use jiff::SignedDuration;
use serde::Deserialize;

/// What an actor can do.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Act {
    /// Sends first packets to ports, one after the other.
    Scan {
        /// From when.
        begin: SignedDuration,
        /// Until when; for ever if none.
        end: Option<SignedDuration>,
        /// Mean time between two.
        every: SignedDuration,
        /// Ports.
        ports: Vec<u16>,
        /// Device index it aims at.
        #[serde(default)]
        interface: u16,
    },
    /// Tries passwords over SSH and fails: 1.5 to 4 kB, under ten seconds each.
    SshGuess {
        /// From when.
        begin: SignedDuration,
        /// Until when; for ever if none.
        end: Option<SignedDuration>,
        /// Mean time between two.
        every: SignedDuration,
        /// User names tried in turn.
        users: Vec<String>,
        /// Users that exist; the others are "invalid user" in the log.
        #[serde(default)]
        existing: Vec<String>,
        /// Device index it aims at.
        #[serde(default)]
        interface: u16,
    },
    /// Logs in over SSH, works in the session, and comes back for ever when it is cut.
    SshSession {
        /// From when.
        begin: SignedDuration,
        /// User.
        user: String,
        /// Bytes out of the instance in each exchange (one about every 20 s).
        bytes_out: u64,
        /// Device index it aims at.
        #[serde(default)]
        interface: u16,
    },
    /// The instance calls out at intervals, once the attacker has had a shell.
    Beacon {
        /// From when.
        begin: SignedDuration,
        /// Time between two, give or take `jitter`.
        every: SignedDuration,
        /// Jitter in percent.
        jitter: u32,
        /// Remote port.
        port: u16,
    },
    /// The instance holds one long connection outwards, once the attacker has had a shell.
    Tunnel {
        /// From when.
        begin: SignedDuration,
        /// Remote port.
        port: u16,
        /// Bytes out of the instance in each exchange (one about every 30 s).
        bytes_out: u64,
    },
    /// Opens a connection and says next to nothing until the server ends it: sshd waits two minutes for a login.
    Linger {
        /// From when.
        begin: SignedDuration,
        /// Mean time between two.
        every: SignedDuration,
        /// Port.
        port: u16,
    },
    /// Asks the web server for something that makes it run, or fetch, what it should not: no login, one request.
    Exploit {
        /// From when.
        begin: SignedDuration,
        /// Time between two.
        every: SignedDuration,
        /// How often it is asked in all.
        times: usize,
        /// Port.
        port: u16,
        /// Bytes out of the instance in each answer.
        bytes_out: u64,
        /// What it gives.
        gives: Gain,
        /// Device index it aims at.
        #[serde(default)]
        interface: u16,
    },
    /// The intruder's program comes in by itself, with a package that somebody installs: nothing of it shows in any log.
    Plant {
        /// When.
        begin: SignedDuration,
    },
    /// The instance sends a large file out, once the attacker has had a shell.
    Upload {
        /// When.
        begin: SignedDuration,
        /// Remote port.
        port: u16,
        /// Bytes in all.
        bytes: u64,
    },
    /// Uses the role's credentials from the actor's address, once the attacker has had a shell.
    RoleUse {
        /// From when.
        begin: SignedDuration,
        /// Time between two calls of the first round.
        every: SignedDuration,
        /// Time after which the first `again` calls are made over and over.
        rest: SignedDuration,
        /// How many calls are made over and over.
        again: usize,
        /// Calls in order.
        calls: Vec<RoleCall>,
    },
    /// The instance uses its own role, from its own address.
    OwnRole {
        /// From when.
        begin: SignedDuration,
        /// Time between two.
        every: SignedDuration,
        /// Calls in turn.
        calls: Vec<RoleCall>,
        /// Whether it is the other instances with the same role that make them.
        #[serde(default)]
        others: bool,
    },
    /// Logs in over SSH with a key, works for some minutes, leaves.
    AdminSession {
        /// From when.
        begin: SignedDuration,
        /// Mean time between two.
        every: SignedDuration,
        /// User.
        user: String,
        /// Device index it aims at.
        #[serde(default)]
        interface: u16,
    },
    /// The instance's scheduled jobs, which show in its auth log.
    Cron {
        /// From when.
        begin: SignedDuration,
        /// Time between two.
        every: SignedDuration,
    },
    /// Visits the web server.
    Web {
        /// From when.
        begin: SignedDuration,
        /// Mean time between two.
        every: SignedDuration,
        /// Port.
        port: u16,
        /// Bytes out of the instance in each visit.
        bytes_out: u64,
        /// Whether it comes through the load balancer, so only while the target is healthy.
        #[serde(default)]
        balanced: bool,
        /// Device index it aims at.
        #[serde(default)]
        interface: u16,
    },
    /// The instance calls a partner's service.
    CallOut {
        /// From when.
        begin: SignedDuration,
        /// Mean time between two.
        every: SignedDuration,
        /// Remote port.
        port: u16,
        /// Bytes out of the instance in each call.
        bytes_out: u64,
        /// Jitter in percent: people's orders come when they come, heartbeats on the beat.
        #[serde(default = "thirty")]
        jitter: u32,
    },
}

fn thirty() -> u32 {
    30
}

impl Act {
    /// From when.
    #[must_use]
    pub fn begin(&self) -> SignedDuration {
        match self {
            Self::Scan { begin, .. }
            | Self::SshGuess { begin, .. }
            | Self::SshSession { begin, .. }
            | Self::Beacon { begin, .. }
            | Self::Tunnel { begin, .. }
            | Self::Exploit { begin, .. }
            | Self::Plant { begin }
            | Self::Linger { begin, .. }
            | Self::Upload { begin, .. }
            | Self::RoleUse { begin, .. }
            | Self::OwnRole { begin, .. }
            | Self::AdminSession { begin, .. }
            | Self::Cron { begin, .. }
            | Self::Web { begin, .. }
            | Self::CallOut { begin, .. } => *begin,
        }
    }

    /// Until when.
    #[must_use]
    pub fn end(&self) -> Option<SignedDuration> {
        match self {
            Self::Scan { end, .. } | Self::SshGuess { end, .. } => *end,
            _ => None,
        }
    }

    /// Begins, and ends where it ends, this much later.
    pub(super) fn delay(&mut self, by: SignedDuration) {
        if let Self::Scan { end, .. } | Self::SshGuess { end, .. } = self
            && let Some(end) = end
        {
            *end += by;
        }
        match self {
            Self::Scan { begin, .. }
            | Self::SshGuess { begin, .. }
            | Self::SshSession { begin, .. }
            | Self::Beacon { begin, .. }
            | Self::Tunnel { begin, .. }
            | Self::Exploit { begin, .. }
            | Self::Plant { begin }
            | Self::Linger { begin, .. }
            | Self::Upload { begin, .. }
            | Self::RoleUse { begin, .. }
            | Self::OwnRole { begin, .. }
            | Self::AdminSession { begin, .. }
            | Self::Cron { begin, .. }
            | Self::Web { begin, .. }
            | Self::CallOut { begin, .. } => *begin += by,
        }
    }
}

/// What an exploit gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gain {
    /// Commands run as the web server does.
    Shell,
    /// The server fetches the role's credentials from the metadata service and hands them out; IMDSv2 withstands that.
    Credentials,
}

/// A call with the credentials of a role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleCall {
    /// For example `sts.amazonaws.com`.
    pub source: String,
    /// For example `GetCallerIdentity`.
    pub name: String,
    /// Whether it only reads.
    pub read_only: bool,
    /// Error code, when it is refused.
    #[serde(default)]
    pub error: Option<String>,
    /// Request parameters.
    #[serde(default)]
    pub parameters: Option<serde_json::Value>,
}
