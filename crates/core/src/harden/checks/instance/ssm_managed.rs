//! `ssm-managed`: whether the instance can be reached and mended without an open port (Security Hub SSM.1). Must not ask
//! the agent for anything.

use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "ssm-managed",
    controls: &["SSM.1"],
    scope: Scope::Instance,
    class: FixClass::Manual,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let short = |setting, is: &str| {
        CHECK.settings(vec![Shortfall::new(
            &subject.instance_id,
            setting,
            is,
            "Online",
        )])
    };
    match &seen.posture.ssm_ping {
        None => CHECK.unread(&seen.posture.unread, &["ssm"]),
        Some(Some(ping)) if ping == "Online" => CHECK.settings(Vec::new()),
        // The agent of a stopped instance is silent whatever its setup is.
        Some(Some(_)) if subject.state != "running" => {
            CHECK.unknown("not-running").with("state", &subject.state)
        }
        Some(Some(ping)) => short("ping", ping),
        Some(None) => short("ping", "not-managed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::Subject;
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
                run(&CHECK, &subject, &posture).status,
                wanted,
                "{ping:?} {state}"
            );
        }
    }
}
