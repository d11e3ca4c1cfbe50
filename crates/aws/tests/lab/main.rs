//! The port against the simulated account: reads, every action, and what goes wrong.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod failures;
mod perform;
mod reads;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rebato_aws::{AwsCloud, Keys, Options, connect};
use rebato_core::contain::{Action, Approval, ApprovedStep, Plan, Purpose, Step};
use rebato_core::identify::Subject;
use rebato_engine::ports::{Cloud as _, CloudError, Hints, Performed};
use rebato_lab::{Lab, Scenario};

/// A simulated account at the moment when a responder is called, and a client of it.
struct Stage {
    lab: Lab,
    cloud: AwsCloud,
    instance: String,
}

impl Stage {
    async fn new(scenario: &str) -> Self {
        let scenario = Scenario::load(scenario).unwrap();
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
        let own: BTreeMap<String, String> = subject
            .own_groups
            .iter()
            .map(|(name, group)| (name.clone(), group.id.clone()))
            .collect();
        self.cloud
            .perform(&approved(&self.instance, action), &own)
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

/// The only way to a step that may be carried out: a plan and its approval.
fn approved(instance: &str, action: Action) -> ApprovedStep {
    let now = Timestamp::now();
    let plan = Plan {
        case: "case-1".into(),
        purpose: Purpose::Contain,
        profile: "runbook".into(),
        instance: instance.into(),
        based_on: now,
        waves: vec![vec![Step {
            id: "s1".into(),
            action,
            needs: BTreeSet::new(),
        }]],
        notes: Vec::new(),
    };
    let approval = Approval::new("tester", plan.digest(), now, now);
    plan.approve(&[approval], now).unwrap().remove(0).remove(0)
}
