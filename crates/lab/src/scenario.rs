//! The stories the lab can play, read from `scenarios/*.toml`: an account, who talks to it, and when.
//! Must not know the wire; the `truth` of a story must never be reachable over it.

mod account;
mod act;
mod embedded;
mod vary;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use jiff::SignedDuration;
use serde::Deserialize;

pub(crate) use account::MOST_COPIES;
pub use account::{
    AclSpec, CompanionSpec, DetectionSpec, FlowFields, ListKindSpec, ListSpec, LogsSpec, TargetSpec,
};
pub use act::{Act, Gain, RoleCall};
use embedded::EMBEDDED;

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
    /// What a responder should find: the outcome that the account's own records prove. For the lab's verdict on the responder only.
    pub truth: String,
    /// Other outcomes that are no mistake, where records are missing or do not tell everything.
    #[serde(default)]
    pub also: Vec<String>,
    /// What really happens, whatever the records show.
    pub happened: Happened,
    /// Seed when none is given.
    pub seed: u64,
    /// How long after the start of the world a responder is called: by then the alert is out.
    pub lead: SignedDuration,
    /// GuardDuty's publishing frequency: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    pub publishing_frequency: String,
    /// Whether the account has all the defences that a responder could wish for; else those that many accounts have.
    #[serde(default)]
    pub hardened: bool,
    /// The instance the story is about.
    pub target: TargetSpec,
    /// Which logs the account writes.
    #[serde(default)]
    pub logs: LogsSpec,
    /// Threat lists; each becomes an object in a bucket.
    #[serde(rename = "list", default)]
    pub lists: Vec<ListSpec>,
    /// What GuardDuty recognises without a list.
    #[serde(rename = "detection", default)]
    pub detections: Vec<DetectionSpec>,
    /// Other findings about the instance.
    #[serde(rename = "companion", default)]
    pub companions: Vec<CompanionSpec>,
    /// Entries of the network ACL before the one that allows everything.
    #[serde(default)]
    pub acl: Vec<AclSpec>,
    /// Who talks to the instance.
    #[serde(rename = "actor")]
    pub actors: Vec<ActorSpec>,
}

/// What really happens in a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// Somebody gets in, or holds what is ours.
    Breach,
    /// Somebody tries and fails.
    Attempt,
    /// Nobody means any harm.
    Nothing,
}

impl Happened {
    /// The name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Breach => "breach",
            Self::Attempt => "attempt",
            Self::Nothing => "nothing",
        }
    }
}

/// Somebody who talks to the instance, or whom it talks to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorSpec {
    /// Name in the file.
    pub name: String,
    /// Range from which the seed picks the address (or, for a crowd, each address).
    pub from: IpNet,
    /// Whether each contact has another address of the range.
    #[serde(default)]
    pub crowd: bool,
    /// Whether it is an attacker in truth.
    #[serde(default)]
    pub hostile: bool,
    /// Whether it comes through the load balancer: then the instance and its flow logs see the balancer's addresses only.
    #[serde(default)]
    pub through_balancer: bool,
    /// The name by which the instance finds it, for the logs of the resolver.
    #[serde(default)]
    pub domain: Option<String>,
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

    /// The same story of so many more instances, all attacked by the same people. See [`TargetSpec::copies`].
    #[must_use]
    pub fn with_copies(mut self, copies: u8) -> Self {
        self.target.copies = copies.min(MOST_COPIES);
        self
    }

    /// Whether an outcome is right.
    #[must_use]
    pub fn accepts(&self, outcome: &str) -> bool {
        self.truth == outcome || self.also.iter().any(|also| also == outcome)
    }

    /// Whether the account writes all the logs that tell an attempt from a breach, without holes.
    #[must_use]
    pub fn logs_are_whole(&self) -> bool {
        let logs = &self.logs;
        logs.flow != FlowFields::None && !logs.skip_data && logs.auth && logs.trail
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
    pub fn host(&self, n: u64) -> IpAddr {
        let bits = u32::from(self.from.max_prefix_len() - self.from.prefix_len()).min(48);
        let size = 1u64 << bits;
        // The network and broadcast addresses of a wide range are nobody's.
        let host = if size > 2 {
            1 + n % (size - 2)
        } else {
            n % size
        };
        match self.from {
            IpNet::V4(net) => {
                let base = u32::from(net.network());
                Ipv4Addr::from(base.wrapping_add(u32::try_from(host).unwrap_or(0))).into()
            }
            IpNet::V6(net) => {
                Ipv6Addr::from(u128::from(net.network()).wrapping_add(u128::from(host))).into()
            }
        }
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
