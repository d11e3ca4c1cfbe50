//! `guest-agent`: whether the Systems Manager's agent runs in the guest. Must not judge whether AWS hears it: `ssm-managed`
//! does.

use super::look::{part, running};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "guest-agent",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Manual,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let names = [
        "amazon-ssm-agent",
        "snap.amazon-ssm-agent.amazon-ssm-agent",
        "AmazonSSMAgent",
    ];
    match part(seen, |guest| &guest.agent) {
        Err(why) => CHECK.unknown(why),
        Ok(facts) => match running(facts, &names) {
            Err(why) => CHECK.unknown(why),
            Ok(Some(_)) => CHECK.judged(Vec::new()),
            Ok(None) => CHECK.judged(vec!["amazon-ssm-agent=off".into()]),
        },
    }
}
