//! Registered or not with a classic load balancer. Must not know target groups.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// Registered or not with a classic load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetBalancer {
    /// The balancer's name.
    pub balancer: String,
    /// `i-…`.
    pub instance: String,
    /// As left.
    pub registered: bool,
}

impl Act for SetBalancer {
    fn name(&self) -> &'static str {
        "set_balancer"
    }

    fn target(&self) -> String {
        self.balancer.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            registered: !self.registered,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
            "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
        ]
    }

    fn before(&self) -> Value {
        json!({ "id": self.instance, "registered": !self.registered })
    }

    fn after(&self) -> Value {
        json!({ "id": self.instance, "registered": self.registered })
    }

    fn equivalent(&self) -> Vec<String> {
        let verb = if self.registered {
            "register-instances-with-load-balancer"
        } else {
            "deregister-instances-from-load-balancer"
        };
        vec![format!(
            "aws elb {verb} --load-balancer-name {} --instances {}",
            quoted(&self.balancer),
            self.instance
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("balancer", Said::data(self.balancer.clone())),
            ("instance", Said::data(self.instance.clone())),
            ("to", Said::code(self.registered.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let Some(around) = subject
            .around
            .as_ref()
            .filter(|_| !standing::unread(subject, "balancers"))
        else {
            return Standing::Unseen;
        };
        if around.balancers.contains(&self.balancer) == self.registered {
            Standing::After
        } else {
            Standing::Before
        }
    }

    fn sign(&self) -> Sign {
        if self.registered {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
