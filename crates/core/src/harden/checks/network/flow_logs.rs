//! `flow-logs`: whether the traffic of every interface is written down in the form that an evaluation needs (Security Hub
//! EC2.6, which is content with refused traffic only: that answers nothing after a breach). Must not read the logs.

use crate::harden::{Check, CheckResult, FixClass, FlowLogConfig, Scope, Seen};
use crate::identify::Interface;

pub(super) const CHECK: Check = Check {
    name: "flow-logs",
    controls: &["EC2.6"],
    scope: Scope::Network,
    class: FixClass::Auto,
    run: check,
};

/// Fields of the flow-log format without which a verdict must guess: who began a connection, whether data flowed, and who
/// stands behind a NAT.
pub(crate) const NEEDED: &[&str] = &[
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "tcp-flags",
    "flow-direction",
    "pkt-srcaddr",
    "pkt-dstaddr",
];

/// Fields that say whose record it is, for people and for tools that read many accounts.
const NAMED: &[&str] = &[
    "version",
    "account-id",
    "vpc-id",
    "subnet-id",
    "instance-id",
];

/// The format of a flow log that an evaluation needs.
#[must_use]
pub fn flow_log_format() -> String {
    let fields = NAMED.iter().chain(NEEDED);
    let fields: Vec<String> = fields.map(|field| format!("${{{field}}}")).collect();
    fields.join(" ")
}

/// What AWS writes when no format is given: version 2.
const DEFAULT_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} \
                              ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

fn check(seen: &Seen<'_>) -> CheckResult {
    let (subject, posture) = (seen.subject, seen.posture);
    let Some(logs) = &posture.flow_logs else {
        return CHECK.unread(&posture.unread, &["flow_logs"]);
    };
    if subject.interfaces.is_empty() {
        return CHECK.unread(&subject.unread, &["interfaces"]);
    }
    let mut evidence = Vec::new();
    for interface in &subject.interfaces {
        let covering = covering(logs, interface);
        if covering.iter().any(|log| shortfall(log).is_none()) {
            continue;
        }
        if covering.is_empty() {
            evidence.push(format!("{} none", interface.id));
        }
        evidence.extend(covering.iter().filter_map(|log| shortfall(log)));
    }
    evidence.sort();
    evidence.dedup();
    CHECK.judged(evidence).with("flow_logs", &logs.len())
}

/// The flow logs that see an interface.
pub(crate) fn covering<'a>(
    logs: &'a [FlowLogConfig],
    interface: &Interface,
) -> Vec<&'a FlowLogConfig> {
    logs.iter().filter(|log| covers(log, interface)).collect()
}

/// Whether a flow log has all that an evaluation needs.
pub(crate) fn is_full(log: &FlowLogConfig) -> bool {
    shortfall(log).is_none()
}

fn covers(log: &FlowLogConfig, interface: &Interface) -> bool {
    log.resource == interface.id
        || interface.subnet.as_ref() == Some(&log.resource)
        || interface.vpc.as_ref() == Some(&log.resource)
}

/// What a flow log lacks, if anything.
fn shortfall(log: &FlowLogConfig) -> Option<String> {
    if log.status != "ACTIVE" {
        return Some(format!("{} status={}", log.id, log.status));
    }
    if log.traffic != "ALL" {
        return Some(format!("{} traffic={}", log.id, log.traffic));
    }
    let format = log.format.as_deref().unwrap_or(DEFAULT_FORMAT);
    let missing: Vec<&str> = NEEDED
        .iter()
        .copied()
        .filter(|field| !format.contains(&format!("${{{field}}}")))
        .collect();
    (!missing.is_empty()).then(|| format!("{} missing={}", log.id, missing.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{Subject, Unread};
    use crate::monitor::fixture;

    fn log(resource: &str) -> FlowLogConfig {
        FlowLogConfig {
            id: "fl-1".into(),
            resource: resource.into(),
            traffic: "ALL".into(),
            status: "ACTIVE".into(),
            destination_type: "s3".into(),
            destination: None,
            format: Some(flow_log_format()),
            role: None,
        }
    }

    fn checked(logs: Vec<FlowLogConfig>) -> CheckResult {
        let posture = Posture {
            flow_logs: Some(logs),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn a_full_log_on_the_vpc_the_subnet_or_the_interface_passes() {
        for resource in ["vpc-1", "subnet-1", "eni-1"] {
            assert_eq!(
                checked(vec![log(resource)]).status,
                Status::Pass,
                "{resource}"
            );
        }
        // A poor log beside a full one takes nothing away.
        let poor = FlowLogConfig {
            id: "fl-2".into(),
            traffic: "REJECT".into(),
            ..log("vpc-1")
        };
        assert_eq!(checked(vec![poor, log("vpc-1")]).status, Status::Pass);
    }

    #[test]
    fn none_half_and_poor_logs_fail_and_say_what_is_missing() {
        assert_eq!(checked(vec![]).evidence, ["eni-1 none"]);
        assert_eq!(checked(vec![log("vpc-9")]).evidence, ["eni-1 none"]);
        assert_eq!(
            checked(vec![FlowLogConfig {
                traffic: "REJECT".into(),
                ..log("vpc-1")
            }])
            .evidence,
            ["fl-1 traffic=REJECT"]
        );
        assert_eq!(
            checked(vec![FlowLogConfig {
                status: "FAILED".into(),
                ..log("vpc-1")
            }])
            .evidence,
            ["fl-1 status=FAILED"]
        );
        let default = checked(vec![FlowLogConfig {
            format: None,
            ..log("vpc-1")
        }]);
        assert_eq!(
            default.evidence,
            ["fl-1 missing=tcp-flags,flow-direction,pkt-srcaddr,pkt-dstaddr"]
        );
        let other = FlowLogConfig {
            format: Some("${pkt-srcaddr} ${pkt-dstaddr}".into()),
            ..log("vpc-1")
        };
        assert_eq!(checked(vec![other]).status, Status::Fail);
    }

    #[test]
    fn every_interface_must_be_covered() {
        let subject = Subject {
            interfaces: vec![fixture::interface("eni-1"), fixture::interface("eni-2")],
            ..fixture::subject()
        };
        let posture = Posture {
            flow_logs: Some(vec![log("eni-1")]),
            ..Posture::default()
        };
        assert_eq!(run(&CHECK, &subject, &posture).evidence, ["eni-2 none"]);
    }

    #[test]
    fn unread_is_unknown_with_the_reason() {
        let unread = vec![Unread {
            what: "flow_logs".into(),
            why: "denied".into(),
        }];
        let result = run(
            &CHECK,
            &fixture::subject(),
            &Posture {
                unread,
                ..Posture::default()
            },
        );
        assert_eq!(
            (result.status, result.why.as_deref()),
            (Status::Unknown, Some("denied"))
        );
    }
}
