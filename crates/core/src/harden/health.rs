//! What can be told of the well-being of the service on an instance, and whether it got worse. Must not know what was changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How the service on an instance is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Whether AWS's own checks of the instance pass (`InstanceStatus` is `ok`); `None` where they say nothing.
    pub reachable: Option<bool>,
    /// Whether the SSM agent answers; `None` where the instance is not managed.
    pub agent: Option<bool>,
    /// Where it is registered as a target, and whether it is healthy there, by target group, id and port.
    pub targets: BTreeMap<String, bool>,
    /// What could not be read.
    pub unread: Vec<String>,
}

impl Health {
    /// Whether anything that is well now would show that the service breaks: AWS's own checks do not look at services.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.agent == Some(true) || self.targets.values().any(|healthy| *healthy)
    }

    /// What was well and is so no longer. What could not be read has not got worse.
    #[must_use]
    pub fn worse(&self, now: &Self) -> Vec<String> {
        let lost = |was: Option<bool>, is: Option<bool>| was == Some(true) && is == Some(false);
        let mut worse = Vec::new();
        if lost(self.reachable, now.reachable) {
            worse.push("instance-status".to_owned());
        }
        if lost(self.agent, now.agent) {
            worse.push("ssm-agent".to_owned());
        }
        let well = self.targets.iter().filter(|(_, healthy)| **healthy);
        worse.extend(
            well.filter(|(target, _)| now.targets.get(*target) == Some(&false))
                .map(|(target, _)| format!("target {target}")),
        );
        worse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(agent: Option<bool>, targets: &[(&str, bool)]) -> Health {
        let targets = targets.iter().map(|(name, well)| ((*name).into(), *well));
        Health {
            reachable: Some(true),
            agent,
            targets: targets.collect(),
            unread: vec![],
        }
    }

    #[test]
    fn only_what_was_well_can_get_worse() {
        let before = health(Some(true), &[("a", true), ("b", false), ("c", true)]);
        let now = health(Some(false), &[("a", false), ("b", false)]);
        assert_eq!(before.worse(&now), ["ssm-agent", "target a"]);
        assert_eq!(before.worse(&before), Vec::<String>::new());
        assert_eq!(before.worse(&Health::default()), Vec::<String>::new());
        let ill = health(Some(false), &[("b", false)]);
        assert_eq!(ill.worse(&now), Vec::<String>::new());
        assert!(before.tells() && !ill.tells() && !health(None, &[]).tells());
    }
}
