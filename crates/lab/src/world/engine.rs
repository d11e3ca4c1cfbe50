//! The agenda of the world: what is due when, the connections that live, and what traffic left behind.
//! Must not know what a task does; `advance` and `traffic` do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::scenario::{CompanionSpec, DetectionSpec};

use super::{
    flows::FlowWindows,
    ids::Ids,
    metrics::Meters,
    model::InstanceState,
    players::Player,
    traffic::{AcceptedFlow, Connection},
};

/// Something that is due at a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    /// An instance reaches its next state.
    Instance { id: String, to: InstanceState },
    /// Pending metadata options are applied.
    MetadataApplied { id: String },
    /// A member of a scaling group reaches its next state.
    Scaling {
        group: String,
        instance: String,
        to: &'static str,
    },
    /// Load balancers and scaling groups look after their members.
    HealthChecks,
    /// A change of a role's inline policies takes effect.
    RolePolicies {
        role: String,
        policies: BTreeMap<String, String>,
    },
    /// Draining targets of a target group are removed.
    Drained { target_group: String },
    /// A player of the scenario has its turn.
    Turn(usize),
    /// A live connection carries its next packets.
    Packets(u64),
    /// Flow records are delivered and GuardDuty looks at the same traffic.
    DeliverFlows,
    /// The trail delivers a file to its bucket.
    DeliverTrail,
    /// A changed finding is published to EventBridge.
    Publish { finding: String },
    /// GuardDuty sees something inside the instance.
    Companion(usize),
    /// A guest puts back what nobody confirmed.
    PutBack { instance: String },
}

/// Agenda, connections and traffic memory.
#[derive(Debug)]
pub(crate) struct Engine {
    agenda: BTreeMap<(Timestamp, u64), Task>,
    next: u64,
    /// Randomness of the world itself (not of the players, not of the client's ids).
    pub(crate) rng: ChaCha8Rng,
    /// Ids of what the world itself makes.
    pub(crate) ids: Ids,
    pub(crate) connections: BTreeMap<u64, Connection>,
    pub(crate) players: Vec<Player>,
    /// What GuardDuty recognises without a list, and what it sees inside the instance.
    pub(crate) detections: Vec<DetectionSpec>,
    pub(crate) companions: Vec<CompanionSpec>,
    pub(crate) windows: FlowWindows,
    pub(crate) meters: Meters,
    pub(crate) accepted: Vec<AcceptedFlow>,
    /// Instances on which an attacker has had a shell.
    pub(crate) breached: BTreeSet<String>,
    /// Root volumes that hold what an attacker left.
    pub(crate) infected: BTreeSet<String>,
    /// Credentials of roles in the attackers' hands, by the instance they came from.
    pub(crate) stolen: BTreeMap<String, super::identity::StolenCredentials>,
    /// The role and the time of issue of the credentials that each instance uses itself.
    pub(crate) own: BTreeMap<String, (String, Timestamp)>,
    /// Finding ids by (type, subject).
    pub(crate) findings: BTreeMap<(String, String), String>,
    /// Findings with an event planned, and when.
    pub(crate) to_publish: BTreeMap<String, Timestamp>,
    /// Number of trail events already delivered to the bucket.
    pub(crate) trail_delivered: usize,
}

impl Engine {
    pub(crate) fn new(seed: u64, window: i64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(2);
        Self {
            agenda: BTreeMap::new(),
            next: 0,
            rng,
            ids: Ids::new(seed ^ 0x5EED),
            connections: BTreeMap::new(),
            players: Vec::new(),
            detections: Vec::new(),
            companions: Vec::new(),
            windows: FlowWindows::new(window),
            meters: Meters::new(),
            accepted: Vec::new(),
            breached: BTreeSet::new(),
            infected: BTreeSet::new(),
            stolen: BTreeMap::new(),
            own: BTreeMap::new(),
            findings: BTreeMap::new(),
            to_publish: BTreeMap::new(),
            trail_delivered: 0,
        }
    }

    /// Puts a task on the agenda; tasks of the same time run in the order they were put.
    pub(crate) fn at(&mut self, when: Timestamp, task: Task) {
        self.next += 1;
        self.agenda.insert((when, self.next), task);
    }

    /// The next task that is due at or before `until`.
    pub(crate) fn pop(&mut self, until: Timestamp) -> Option<(Timestamp, Task)> {
        let entry = self.agenda.first_entry()?;
        if entry.key().0 > until {
            return None;
        }
        let when = entry.key().0;
        Some((when, entry.remove()))
    }

    /// A number for a new connection.
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Takes tasks off the agenda, for example the end of a state that will not be reached.
    pub(crate) fn drop_tasks(&mut self, gone: impl Fn(&Task) -> bool) {
        self.agenda.retain(|_, task| !gone(task));
    }
}
