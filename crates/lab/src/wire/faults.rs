//! What goes wrong on purpose: throttling, denied actions, lost answers, failures before the effect, expired
//! credentials, things that are made but not yet seen, slow answers, and a hook around each effect.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::world::ApiError;

use super::service::Service;
use super::throttle::Throttling;

/// What a rule does to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing is done; the service's own error for too many calls.
    Throttle,
    /// Nothing is done; the service's own error for a denied action. `DryRun` meets it too.
    Deny,
    /// Nothing is done; an internal error, as when a service fails before it acted.
    FailBefore,
    /// Nothing is done; this error.
    Error(ApiError),
    /// It is done, and then the connection is closed without an answer.
    LoseReply,
    /// It is done, and then an internal error is answered.
    FailAfter,
}

/// A fault for some calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which operation (`StopInstances` or `ec2:StopInstances`); none for any.
    pub operation: Option<String>,
    /// So many matching calls pass first.
    pub skip: u64,
    /// So many calls are hit; none for all that follow.
    pub times: Option<u64>,
    /// What happens to them.
    pub effect: Effect,
}

impl Rule {
    /// A rule that hits the next `times` calls of an operation.
    #[must_use]
    pub fn next(times: u64, operation: &str, effect: Effect) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            skip: 0,
            times: Some(times),
            effect,
        }
    }

    /// A rule that hits every call of an operation.
    #[must_use]
    pub fn always(operation: &str, effect: Effect) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            skip: 0,
            times: None,
            effect,
        }
    }

    /// Takes one call: whether it is hit. Counts down `skip` and `times`.
    fn take(&mut self, service: Service, operation: &str) -> bool {
        let fits = match self.operation.as_deref() {
            None => true,
            Some(wanted) => match wanted.split_once(':') {
                Some((prefix, name)) => prefix == service.prefix() && name == operation,
                None => wanted == operation,
            },
        };
        if !fits {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// When the hook is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The request is read; nothing is done yet.
    Before,
    /// The effect is there; the answer is not sent yet.
    After,
}

/// What the hook is told.
#[derive(Debug, Clone)]
pub struct CallInfo {
    /// The call's number.
    pub n: u64,
    /// The service.
    pub service: Service,
    /// The operation.
    pub operation: String,
    /// Before or after the effect.
    pub moment: Moment,
    /// Whether the call can change nothing: the operation only reads, or is only to be tried.
    pub reads: bool,
}

/// What the hook wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Pass,
    /// Close the connection without an answer.
    Drop,
    /// Answer this error.
    Fail(ApiError),
}

/// A hook that is asked before and after each effect. It runs on the connection's own task and must return soon; it
/// may end a client process, so that the client dies exactly there.
pub type Hook = Arc<dyn Fn(&CallInfo) -> Verdict + Send + Sync>;

/// The faults in force.
#[derive(Clone, Default)]
pub struct Faults {
    /// Rules; the first that hits a call decides.
    pub rules: Vec<Rule>,
    /// From this call number on, the lab's own credentials are expired.
    pub expired_from_call: Option<u64>,
    /// Groups, tags and snapshots that were just made stay unseen for so many calls that look at them.
    pub unseen_for_looks: u64,
    /// Whether calls are limited as AWS limits them.
    pub throttling: Throttling,
    /// Real time that each answer takes longer.
    pub latency: Duration,
    /// The hook.
    pub on_call: Option<Hook>,
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("rules", &self.rules)
            .field("expired_from_call", &self.expired_from_call)
            .field("unseen_for_looks", &self.unseen_for_looks)
            .field("throttling", &self.throttling)
            .field("latency", &self.latency)
            .field("on_call", &self.on_call.is_some())
            .finish()
    }
}

impl Faults {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Only these rules.
    #[must_use]
    pub fn rules(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self {
            rules: rules.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The effect for a call, if a rule hits it.
    pub(crate) fn hit(&mut self, service: Service, operation: &str) -> Option<Effect> {
        self.rules
            .iter_mut()
            .find_map(|rule| rule.take(service, operation).then(|| rule.effect.clone()))
    }

    /// Whether a rule denies an action that it names in full.
    pub(crate) fn deny_by_name(&self, action: &str) -> bool {
        self.rules
            .iter()
            .any(|rule| rule.effect == Effect::Deny && rule.operation.as_deref() == Some(action))
    }

    /// Whether the next call of an operation would be denied.
    pub(crate) fn would_deny(&self, service: Service, operation: &str) -> bool {
        let mut rules = self.rules.clone();
        rules
            .iter_mut()
            .find_map(|rule| rule.take(service, operation).then_some(&rule.effect))
            == Some(&Effect::Deny)
    }

    /// Asks the hook.
    pub(crate) fn ask(&self, info: &CallInfo) -> Verdict {
        self.on_call
            .as_ref()
            .map_or(Verdict::Pass, |hook| hook(info))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_skip_then_hit_then_end() {
        let mut faults = Faults::rules([Rule {
            operation: Some("ec2:StopInstances".to_owned()),
            skip: 1,
            times: Some(2),
            effect: Effect::Throttle,
        }]);
        let mut hit = |operation| faults.hit(Service::Ec2, operation).is_some();
        assert!(!hit("StopInstances"));
        assert!(!hit("StartInstances"));
        assert!(hit("StopInstances"));
        assert!(hit("StopInstances"));
        assert!(!hit("StopInstances"));
    }

    #[test]
    fn a_prefix_names_the_service() {
        let mut faults = Faults::rules([Rule::always("iam:GetRole", Effect::Deny)]);
        assert_eq!(faults.hit(Service::Ec2, "GetRole"), None);
        assert_eq!(faults.hit(Service::Iam, "GetRole"), Some(Effect::Deny));
    }
}
