//! `log-shipping`: whether what happens in the guest is recorded, and leaves it before an intruder can wipe it. Must not
//! know where the logs go.

use super::look::{guest, running};
use crate::harden::guest::Platform;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "log-shipping",
    controls: &[
        "CIS-AL2023-5.2.1.4",
        "CIS-AL2023-5.1.1.6",
        "CIS-Ubuntu24.04-6.2.1.2",
        "CIS-Ubuntu24.04-6.1.3.6",
    ],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let (platform, facts) =
        match guest(seen).and_then(|guest| Ok((guest.platform, guest.logs.seen()?))) {
            Ok(found) => found,
            Err(why) => return CHECK.unknown(why),
        };
    let (recorder, shippers, remote, relay): (_, &[&str], _, _) = match platform {
        Platform::Linux => (
            "auditd",
            &[
                "amazon-cloudwatch-agent",
                "fluent-bit",
                "td-agent",
                "vector",
                "filebeat",
                "systemd-journal-upload",
            ],
            "rsyslog-remote",
            "rsyslog",
        ),
        Platform::Windows => (
            "EventLog",
            &["AmazonCloudWatchAgent", "winlogbeat", "fluent-bit"],
            "forwarding",
            "EventLog",
        ),
    };
    let mut evidence = Vec::new();
    let mut unseen = None;
    match running(facts, &[recorder]) {
        Ok(Some(_)) => {}
        Ok(None) => evidence.push(format!("{recorder}=off")),
        Err(why) => unseen = Some(why.to_owned()),
    }
    // Far away by rsyslog or by Windows' own forwarding, or by an agent.
    let relayed = facts.get(remote).is_some_and(|answer| answer == "yes")
        && matches!(running(facts, &[relay]), Ok(Some(_)));
    match running(facts, shippers) {
        _ if relayed => {}
        Ok(Some(_)) => {}
        Ok(None) => evidence.push("shipping=none".into()),
        Err(why) => unseen = Some(why.to_owned()),
    }
    CHECK.judged_but(evidence, unseen)
}
