//! Registered or not with a target group. Must not know the balancer before it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// Registered or not with a target group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTarget {
    /// ARN.
    pub group: String,
    /// Instance id or address.
    pub id: String,
    /// Port.
    pub port: Option<i32>,
    /// As left.
    pub registered: bool,
}

impl Act for SetTarget {
    fn name(&self) -> &'static str {
        "set_target"
    }

    fn target(&self) -> String {
        self.group.clone()
    }

    fn key(&self) -> String {
        let port = self.port.unwrap_or(-1);
        format!("{}/{}/{}/{port}", self.name(), self.group, self.id)
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            registered: !self.registered,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "elasticloadbalancing:DeregisterTargets",
            "elasticloadbalancing:RegisterTargets",
        ]
    }

    fn before(&self) -> Value {
        json!({ "id": self.id, "port": self.port, "registered": !self.registered })
    }

    fn after(&self) -> Value {
        json!({ "id": self.id, "port": self.port, "registered": self.registered })
    }

    fn equivalent(&self) -> Vec<String> {
        let verb = if self.registered {
            "register-targets"
        } else {
            "deregister-targets"
        };
        let port = self.port.map(|p| format!(",Port={p}")).unwrap_or_default();
        vec![format!(
            "aws elbv2 {verb} --target-group-arn {} --targets Id={}{port}",
            self.group, self.id
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        // arn:…:targetgroup/NAME/ID
        let name = self.group.split('/').nth(1).unwrap_or(&self.group);
        vec![
            ("group", Said::data(name)),
            ("id", Said::data(self.id.clone())),
            ("to", Said::code(self.registered.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        if standing::unread(subject, "targets") {
            return Standing::Unseen;
        }
        let here = subject.targets.iter().any(|t| {
            t.group == self.group
                && t.id == self.id
                && t.port == self.port
                && !matches!(t.health.as_deref(), Some("draining" | "unused-draining"))
        });
        if here == self.registered {
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
