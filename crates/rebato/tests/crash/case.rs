//! A case in the account: the commands that move it, and what must stand after them. Must not know when it was interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rebato_core::journal::Record;
use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::{Access, SqliteStore};
use serde_json::Value;

use crate::lab::{Facts, Stage};

/// Every interface is in a containment group and in nothing else.
pub(crate) fn all_contained(facts: &Facts) {
    let groups = &facts.groups;
    assert!(
        groups
            .values()
            .flatten()
            .all(|g| g.starts_with("rebato-containment-")),
        "{groups:?}"
    );
}

/// A case whose plan is approved.
pub(crate) struct Case {
    pub(crate) stage: Stage,
    pub(crate) id: String,
    pub(crate) digest: String,
    /// The account before anything was done.
    pub(crate) before: Facts,
}

impl Case {
    /// From the alert to the approval.
    pub(crate) fn approved() -> Self {
        Self::of(Stage::new())
    }

    /// The same in an account that a test has made its own.
    pub(crate) fn of(stage: Stage) -> Self {
        let before = stage.facts();
        let (id, digest) = planned(&stage);
        assert_eq!(stage.facts(), before, "respond only reads");
        stage.expect(&["approve", &id, "--plan", &digest, "--by", "ana"], 0);
        Self {
            stage,
            id,
            digest,
            before,
        }
    }

    /// The same case at the same point, in an account of its own.
    pub(crate) fn again(&self) -> Self {
        let stage = Stage::copy_of(self.stage.folder());
        assert_eq!(stage.facts(), self.before, "the same account");
        Self {
            stage,
            id: self.id.clone(),
            digest: self.digest.clone(),
            before: self.before.clone(),
        }
    }

    /// The command that carries out the plan.
    pub(crate) fn contain(&self) -> [&str; 4] {
        ["contain", &self.id, "--plan", &self.digest]
    }

    /// Carries out the plan, or goes on with it, and looks at everything.
    pub(crate) fn contain_and_check(&self) {
        let document = self.stage.expect(&self.contain(), 0);
        assert_eq!(document["containment"], "contained");
        self.check_contained(&document);
    }

    /// Everything that a containment must have left, in the account and in the journal.
    pub(crate) fn check_contained(&self, document: &Value) {
        let facts = self.stage.facts();
        let vpc = self
            .stage
            .lab
            .world(|world| world.instances[&world.target_instance].vpc_id.clone());
        let (passage, containment) = (
            format!("rebato-passage-{vpc}"),
            format!("rebato-containment-{vpc}"),
        );
        assert_eq!(facts.groups.len(), 3, "three interfaces");
        for groups in facts.groups.values() {
            assert_eq!(groups, &BTreeSet::from([containment.clone()]));
        }
        assert_eq!(
            facts.own_groups,
            [(containment, false), (passage, true)],
            "one of each group"
        );
        let volumes: Vec<&String> = self.before.volumes.keys().collect();
        let taken: Vec<&String> = facts.snapshots.iter().map(|(volume, ..)| volume).collect();
        assert_eq!(taken, volumes, "one snapshot a volume");
        assert!(facts.snapshots.iter().all(|(_, case, _)| *case == self.id));
        assert!(facts.elastic.values().all(Option::is_none), "{facts:#?}");
        assert!(facts.automatic.is_empty() && facts.would_get_one.is_empty());
        assert_eq!(facts.state, "stopped");
        assert_eq!(facts.protection, (true, "stop".into()));
        assert!(facts.volumes.values().all(|dies| !dies));
        assert_eq!(facts.tags["rebato:case"], self.id);
        assert!(!facts.stop_protection);
        for (group, (min, desired, stands)) in &self.before.scaling {
            let wanted = (*min - 1, *desired - 1, "Standby".to_owned());
            assert_eq!(facts.scaling[group], wanted, "was {stands}");
        }
        assert!(facts.fed_by.is_empty(), "{:?}", facts.fed_by);
        let denied = facts
            .policies
            .keys()
            .filter(|(_, name)| name.starts_with("rebato-deny-"))
            .count();
        assert_eq!(denied, 1, "one deny of the case");
        for (key, document) in &self.before.policies {
            assert_eq!(facts.policies.get(key), Some(document), "nobody else's");
        }
        self.check_prior(document);
        self.verify();
    }

    /// What the journal says was there before is what was there before, whatever a second run has seen.
    fn check_prior(&self, document: &Value) {
        let steps = document["steps"].as_array().unwrap();
        assert!(
            steps.iter().all(|step| step["state"] == "done"),
            "{steps:#?}"
        );
        let ids = self.stage.lab.world(|world| {
            world
                .groups
                .values()
                .map(|g| (g.id.clone(), g.name.clone()))
                .collect::<BTreeMap<_, _>>()
        });
        let mut prior: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for step in document["plan"]["waves"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|w| w.as_array().unwrap())
        {
            if step["action"] != "set_interface_groups" {
                continue;
            }
            let groups = step["before"]["groups"].as_array().unwrap();
            let names = groups.iter().map(|g| {
                let id = g.as_str().unwrap();
                ids.get(id).map_or(id, String::as_str).to_owned()
            });
            prior
                .entry(step["target"].as_str().unwrap().to_owned())
                .or_insert_with(|| names.collect());
        }
        assert_eq!(prior, self.before.groups);
    }

    /// The journal and the evidence are whole.
    pub(crate) fn verify(&self) {
        self.stage.expect(&["case", "verify", &self.id], 0);
    }

    /// Makes the release plan and approves it.
    pub(crate) fn approve_release(&self) -> String {
        let plan = self.stage.expect(&["release", &self.id], 3);
        let digest = plan["digest"].as_str().unwrap().to_owned();
        self.stage
            .expect(&["approve", &self.id, "--plan", &digest, "--by", "ana"], 0);
        digest
    }

    /// Releases, or goes on with it, and looks at everything.
    pub(crate) fn release_and_check(&self, digest: &str) {
        let contained = self.stage.facts();
        let document = self
            .stage
            .expect(&["release", &self.id, "--plan", digest], 0);
        assert_eq!(document["containment"], "released");
        let after = self.stage.facts();
        let expected = Facts {
            // Evidence stays.
            snapshots: contained.snapshots,
            // AWS gives an instance with two interfaces no new address at its start.
            automatic: contained.automatic,
            ..self.before.clone()
        };
        assert_eq!(after, expected);
        self.verify();
    }

    /// What the journal holds.
    pub(crate) fn journal(&self) -> Vec<Record> {
        Journal::of(&self.stage.state()).records(&self.id)
    }
}

/// Works through the alert: the case and the plan's digest.
pub(crate) fn planned(stage: &Stage) -> (String, String) {
    let case = stage.expect(&["respond", "alert.json"], 3);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&case["id"]), text(&case["plan"]["digest"]))
}

/// The journal, read beside the program.
pub(crate) struct Journal {
    runtime: tokio::runtime::Runtime,
    store: SqliteStore,
}

impl Journal {
    /// Of this state folder.
    pub(crate) fn of(state: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let store = runtime
            .block_on(SqliteStore::open(state, Access::Read))
            .unwrap();
        Self { runtime, store }
    }

    /// All events of a case so far.
    pub(crate) fn records(&self, case: &str) -> Vec<Record> {
        self.try_records(case).unwrap()
    }

    /// The same, where the journal may be in the making.
    pub(crate) fn try_records(&self, case: &str) -> Result<Vec<Record>, StoreError> {
        self.runtime.block_on(self.store.records(case))
    }
}
