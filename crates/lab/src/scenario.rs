//! The stories the lab can play, read from `scenarios/*.toml`: an account, who talks to it, and when.
//! Must not know the wire; the `truth` of a story must never be reachable over it.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use jiff::SignedDuration;
use serde::Deserialize;

/// The embedded scenarios by name.
const EMBEDDED: [(&str, &str); 4] = [
    ("breach", include_str!("../scenarios/breach.toml")),
    ("attempt", include_str!("../scenarios/attempt.toml")),
    (
        "false-positive",
        include_str!("../scenarios/false-positive.toml"),
    ),
    (
        "breach-scaled",
        include_str!("../scenarios/breach-scaled.toml"),
    ),
];

/// A scenario that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// No scenario of that name.
    #[error("there is no scenario called {name:?}; there are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The text is no scenario.
    #[error("the scenario {name:?} cannot be read: {source}")]
    Unreadable {
        /// Name, or `-` for a text given directly.
        name: String,
        /// Why.
        source: Box<toml::de::Error>,
    },
}

/// A story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name as given on the command line.
    pub name: String,
    /// One line for people.
    pub story: String,
    /// What really happens: `succeeded`, `attempted`, `benign`, … For the lab's own verdict on the responder only.
    pub truth: String,
    /// Seed when none is given.
    pub seed: u64,
    /// How long after the start of the world a responder is called: by then the alert is out.
    pub lead: SignedDuration,
    /// GuardDuty's publishing frequency: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    pub publishing_frequency: String,
    /// The instance the story is about.
    pub target: TargetSpec,
    /// Threat lists; each becomes an object in a bucket.
    #[serde(rename = "list")]
    pub lists: Vec<ListSpec>,
    /// Who talks to the instance.
    #[serde(rename = "actor")]
    pub actors: Vec<ActorSpec>,
}

/// The instance the story is about, and what is around it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// `Name` tag.
    pub name: String,
    /// Instance type.
    pub instance_type: String,
    /// Number of interfaces; those after the first were attached after the launch.
    pub interfaces: u16,
    /// Device index of the interface with the Elastic IP.
    pub elastic_ip_on: Option<u16>,
    /// Whether it was launched with an automatic public address.
    pub automatic_address: bool,
    /// Ports on which something listens.
    pub listening: Vec<u16>,
    /// Ports that its group opens to the world.
    pub open_ports: Vec<u16>,
    /// Number of volumes.
    pub volumes: u16,
    /// Whether IMDSv1 is allowed.
    pub imds_v1: bool,
    /// Whether another instance has the same role.
    pub shared_role: bool,
    /// Whether it is in a scaling group behind a load balancer.
    pub scaled: bool,
    /// Sizes of the scaling group: fewest, wanted, most.
    pub scaling_sizes: Option<(i32, i32, i32)>,
}

/// A threat list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// Name as findings show it.
    pub name: String,
    /// Entries: address, range, or `@actor` for the address of an actor.
    pub entries: Vec<String>,
}

/// Somebody who talks to the instance, or whom it talks to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorSpec {
    /// Name in the file.
    pub name: String,
    /// Range from which the seed picks the address (or, for a crowd, each address).
    pub from: Ipv4Net,
    /// Whether each contact has another address of the range.
    #[serde(default)]
    pub crowd: bool,
    /// Whether it is an attacker in truth.
    #[serde(default)]
    pub hostile: bool,
    /// Country as findings show it.
    #[serde(default)]
    pub country: Option<String>,
    /// Number of the autonomous system as findings show it.
    #[serde(default)]
    pub asn: Option<u32>,
    /// Organisation as findings show it.
    #[serde(default)]
    pub org: Option<String>,
    /// What it does; times count from the start of the world.
    pub does: Vec<Act>,
}

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
    },
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

impl Scenario {
    /// The names of the embedded scenarios.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        EMBEDDED.iter().map(|(name, _)| *name).collect()
    }

    /// An embedded scenario.
    pub fn load(name: &str) -> Result<Self, ScenarioError> {
        let (_, text) = EMBEDDED
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| ScenarioError::Unknown {
                name: name.to_owned(),
                known: Self::names().join(", "),
            })?;
        Self::parse(name, text)
    }

    /// A scenario of one's own; `name` is for errors.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        toml::from_str(text).map_err(|source| ScenarioError::Unreadable {
            name: name.to_owned(),
            source: Box::new(source),
        })
    }
}

impl ActorSpec {
    /// The `n`th host of the actor's range, wrapped around.
    #[must_use]
    pub fn host(&self, n: u64) -> Ipv4Addr {
        let bits = 32 - u32::from(self.from.prefix_len());
        let size = 1u64 << bits;
        // The network and broadcast addresses of a wide range are nobody's.
        let host = if size > 2 {
            1 + n % (size - 2)
        } else {
            n % size
        };
        let base = u32::from(self.from.network());
        Ipv4Addr::from(base.wrapping_add(u32::try_from(host).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_scenario_reads_and_bears_its_name() {
        for name in Scenario::names() {
            let scenario = Scenario::load(name).unwrap();
            assert_eq!(scenario.name, name);
            for entry in scenario.lists.iter().flat_map(|list| &list.entries) {
                if let Some(actor) = entry.strip_prefix('@') {
                    assert!(
                        scenario.actors.iter().any(|a| a.name == actor),
                        "{name}: no actor {actor}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_unknown_name_says_what_there_is() {
        let error = Scenario::load("nothing").unwrap_err().to_string();
        assert!(
            error.contains("breach") && error.contains("false-positive"),
            "{error}"
        );
    }
}
