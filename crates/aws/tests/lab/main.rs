//! The port against the simulated account: reads, every action, and what goes wrong.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod actions;
mod desk;
mod failures;
mod fixes;
mod guest;
mod home;
mod mend;
mod perform;
mod posture;
mod reads;
mod secrets;
mod watching;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rebato_aws::{AwsCloud, Keys, Options, connect};
use rebato_core::contain::{Action, Approval, ApprovedStep, Plan, Purpose, Step, TAG_COPY_OF};
use rebato_core::identify::{Snapshot, Subject};
use rebato_engine::ports::{Cloud as _, CloudError, Hints, Made, Performed};
use rebato_lab::{Lab, Scenario};

/// A simulated account at the moment when a responder is called, and a client of it.
struct Stage {
    lab: Lab,
    cloud: AwsCloud,
    instance: String,
}

impl Stage {
    async fn new(scenario: &str) -> Self {
        Self::of(Scenario::load(scenario).unwrap()).await
    }

    async fn of(scenario: Scenario) -> Self {
        let lead = scenario.lead;
        let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let lab = Lab::start(rebato_lab::Options::manual(scenario, 7, start)).unwrap();
        lab.advance(lead);
        let cloud = connect(options(&lab)).await.unwrap();
        let instance = lab.world(|world| world.target_instance.clone());
        Self {
            lab,
            cloud,
            instance,
        }
    }

    async fn subject(&self) -> Subject {
        self.cloud
            .subject(&self.instance, &Hints::default())
            .await
            .unwrap()
    }

    /// Carries out one action with the groups that are there.
    async fn perform(&self, action: Action) -> Result<Performed, CloudError> {
        let subject = self.subject().await;
        let groups = subject
            .own_groups
            .iter()
            .map(|(name, group)| (name.clone(), group.id.clone()))
            .collect();
        let (copies, snapshots): (Vec<_>, Vec<_>) = subject
            .own_snapshots
            .iter()
            .partition(|s| s.tags.contains_key(TAG_COPY_OF));
        let ids = |all: Vec<&Snapshot>| all.into_iter().map(|s| s.id.clone()).collect();
        let made = Made {
            groups,
            snapshots: ids(snapshots),
            copies: ids(copies),
        };
        self.cloud
            .perform(&approved(&self.instance, action), &made)
            .await
    }

    /// How often an operation was called so far.
    fn count(&self, operation: &str) -> usize {
        self.lab
            .calls()
            .iter()
            .filter(|call| call.operation == operation)
            .count()
    }

    fn hour_before_now(&self) -> (Timestamp, Timestamp) {
        let now = self.lab.now();
        (now.checked_sub(SignedDuration::from_hours(1)).unwrap(), now)
    }
}

fn options(lab: &Lab) -> Options {
    let environment: BTreeMap<_, _> = lab.environment().into_iter().collect();
    Options {
        region: Some(environment["AWS_REGION"].clone()),
        endpoint_url: Some(lab.endpoint()),
        keys: Some(Keys {
            id: environment["AWS_ACCESS_KEY_ID"].clone(),
            secret: environment["AWS_SECRET_ACCESS_KEY"].clone(),
        }),
        ..Options::default()
    }
}

/// A plan with these steps in one wave. It is made at a fixed time, so that its marks are the same each time.
fn plan_of(instance: &str, actions: Vec<Action>) -> Plan {
    let step = |(n, action)| Step {
        id: format!("s{}", n + 1),
        action,
        needs: BTreeSet::new(),
    };
    Plan {
        case: "C-2026-0001".into(),
        purpose: Purpose::Contain,
        profile: "runbook".into(),
        instance: instance.into(),
        based_on: Timestamp::UNIX_EPOCH,
        waves: vec![actions.into_iter().enumerate().map(step).collect()],
        notes: Vec::new(),
    }
}

/// The only way to a step that may be carried out: a plan and its approval.
fn approved(instance: &str, action: Action) -> ApprovedStep {
    let plan = plan_of(instance, vec![action]);
    let now = Timestamp::now();
    let approval = Approval::new("tester", plan.digest(), now, now);
    plan.approve(&[approval], now).unwrap().remove(0).remove(0)
}
