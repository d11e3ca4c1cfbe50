//! `ssm-managed`: whether the instance can be reached and mended without an open port (Security Hub SSM.1). Must not ask
//! the agent for anything.

use crate::harden::{CheckResult, Posture};
use crate::identify::{Finding, Subject};

use super::why_unread;

pub(super) const NAME: &str = "ssm-managed";
const CONTROLS: &[&str] = &["SSM.1"];

pub(super) fn check(subject: &Subject, posture: &Posture, _: &Finding) -> CheckResult {
    match &posture.ssm_ping {
        None => CheckResult::unknown(
            NAME,
            CONTROLS,
            why_unread(&posture.unread, &["ssm", "ssm_ping"]),
        ),
        Some(Some(ping)) if ping == "Online" => CheckResult::judged(NAME, CONTROLS, Vec::new()),
        // The agent of a stopped instance is silent whatever its setup is.
        Some(Some(_)) if subject.state != "running" => {
            CheckResult::unknown(NAME, CONTROLS, "not-running").with("state", &subject.state)
        }
        Some(Some(ping)) => CheckResult::judged(
            NAME,
            CONTROLS,
            vec![format!("{} ping={ping}", subject.instance_id)],
        ),
        Some(None) => CheckResult::judged(
            NAME,
            CONTROLS,
            vec![format!("{} not-managed", subject.instance_id)],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::Status;
    use crate::monitor::fixture;

    #[test]
    fn only_an_agent_that_answers_passes() {
        for (ping, state, wanted) in [
            (Some(Some("Online")), "running", Status::Pass),
            (Some(Some("ConnectionLost")), "running", Status::Fail),
            (Some(Some("ConnectionLost")), "stopped", Status::Unknown),
            (Some(None), "running", Status::Fail),
            (Some(None), "stopped", Status::Fail),
            (None, "running", Status::Unknown),
        ] {
            let posture = Posture {
                ssm_ping: ping.map(|p| p.map(Into::into)),
                ..Posture::default()
            };
            let subject = Subject {
                state: state.into(),
                ..fixture::subject()
            };
            assert_eq!(
                check(&subject, &posture, &fixture::finding()).status,
                wanted,
                "{ping:?} {state}"
            );
        }
    }
}
