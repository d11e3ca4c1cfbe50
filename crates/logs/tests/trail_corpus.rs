//! What the calls of published attacks come to: each technique gives its signals and the calls are named.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "common/corpus.rs"]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rebato_core::evaluate::{Evidence, Fact, evaluate};
use rebato_core::identify::{Finding, read_alert};
use rebato_logs::{Questions, Scan};

use common::corpus;

const INSTANCE: &str = "i-0abc1234def567890";

fn files(under: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(under)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    out.sort();
    out
}

/// A finding about the instance whose remote address is 203.0.113.9.
fn finding() -> Finding {
    let text = serde_json::json!({
        "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "partition": "aws", "id": "f1",
        "arn": "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1",
        "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": INSTANCE}},
        "service": {"serviceName": "guardduty", "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {
            "connectionDirection": "INBOUND", "blocked": false, "remoteIpDetails": {"ipAddressV4": "203.0.113.9"}}},
            "eventFirstSeen": "2023-07-10T12:00:00Z", "eventLastSeen": "2023-07-10T12:00:00Z"},
        "severity": 5, "createdAt": "2023-07-10T12:00:00Z", "updatedAt": "2023-07-10T12:00:00Z", "title": "t", "description": "d"
    });
    let read = read_alert("test", text.to_string().as_bytes()).remove(0);
    read.unwrap().finding
}

/// The signals of some files, each with the calls it names. The addresses there are made up, some are none at all: every address
/// that made calls is taken for the finding's.
fn signals(paths: &[PathBuf]) -> BTreeMap<String, BTreeSet<String>> {
    let finding = finding();
    let mut scan = Scan::new(Questions {
        case: true,
        instance: Some(INSTANCE.into()),
        suspects: vec!["203.0.113.9".parse().unwrap()],
        ..Questions::default()
    });
    for path in paths {
        let name = path.to_string_lossy();
        let bytes = std::fs::read(path).unwrap();
        // Addresses that are none would be nobody's calls.
        let text = String::from_utf8(rebato_logs::inflate(&bytes).bytes.into_owned()).unwrap();
        let text: Vec<String> = text
            .split("\"sourceIPAddress\"")
            .map(str::to_owned)
            .collect();
        let mended = text.iter().enumerate().map(|(n, piece)| {
            let digit = |b: char| b.is_ascii_digit();
            match piece.split('"').nth(1) {
                Some(ip) if n > 0 && ip.starts_with(digit) => piece.replacen(ip, "203.0.113.9", 1),
                _ => piece.clone(),
            }
        });
        let text = mended.collect::<Vec<_>>().join("\"sourceIPAddress\"");
        scan.trail_file(&name, text.as_bytes());
    }
    let answers = scan.finish();
    assert!(answers.skipped().is_empty(), "{:?}", answers.skipped());
    let dossier = answers.dossier(&finding, []);
    let by_id: BTreeMap<&str, &Evidence> = dossier
        .evidence
        .iter()
        .map(|e| (e.id.as_str(), e))
        .collect();
    let verdict = evaluate(&finding, None, &dossier);
    let named = verdict.reasons.iter().map(|reason| {
        let calls = reason
            .evidence
            .iter()
            .filter_map(|id| match &by_id.get(id.as_str())?.fact {
                Fact::ApiCall { event, .. } => Some(event.clone()),
                _ => None,
            });
        (reason.signal.clone(), calls.collect::<BTreeSet<_>>())
    });
    named.collect()
}

/// Technique, signal, and a call it rests on.
const STRATUS: [(&str, &str, &str); 24] = [
    (
        "credential-access.ec2-get-password-data",
        "attempts-refused",
        "GetPasswordData",
    ),
    (
        "credential-access.secretsmanager-batch-retrieve-secrets",
        "secrets-read",
        "BatchGetSecretValue",
    ),
    (
        "credential-access.secretsmanager-retrieve-secrets",
        "secrets-read",
        "GetSecretValue",
    ),
    (
        "credential-access.ssm-retrieve-securestring-parameters",
        "secrets-read",
        "GetParameters",
    ),
    (
        "defense-evasion.cloudtrail-event-selectors",
        "log-tampering",
        "PutEventSelectors",
    ),
    (
        "defense-evasion.cloudtrail-stop",
        "log-tampering",
        "StopLogging",
    ),
    (
        "defense-evasion.dns-delete-logs",
        "log-tampering",
        "DeleteResolverQueryLogConfig",
    ),
    (
        "defense-evasion.organizations-leave",
        "attempts-refused",
        "LeaveOrganization",
    ),
    (
        "execution.ec2-launch-unusual-instances",
        "attempts-refused",
        "RunInstances",
    ),
    (
        "execution.ssm-send-command",
        "remote-command",
        "SendCommand",
    ),
    (
        "exfiltration.ec2-security-group-open-port-22-ingress",
        "opened-to-world",
        "AuthorizeSecurityGroupIngress",
    ),
    (
        "exfiltration.ec2-share-ami",
        "opened-to-world",
        "ModifyImageAttribute",
    ),
    (
        "exfiltration.rds-share-snapshot",
        "opened-to-world",
        "ModifyDBSnapshotAttribute",
    ),
    ("impact.bedrock-invoke-model", "models-used", "InvokeModel"),
    (
        "lateral-movement.ec2-instance-connect",
        "remote-command",
        "SendSSHPublicKey",
    ),
    (
        "persistence.iam-backdoor-role",
        "persistence-call",
        "UpdateAssumeRolePolicy",
    ),
    (
        "persistence.iam-backdoor-user",
        "persistence-call",
        "CreateAccessKey",
    ),
    (
        "persistence.iam-create-admin-user",
        "persistence-call",
        "AttachUserPolicy",
    ),
    (
        "persistence.iam-create-user-login-profile",
        "persistence-call",
        "CreateLoginProfile",
    ),
    (
        "persistence.lambda-backdoor-function",
        "persistence-call",
        "AddPermission20150331v2",
    ),
    (
        "persistence.lambda-layer-extension",
        "persistence-call",
        "UpdateFunctionConfiguration20150331v2",
    ),
    (
        "persistence.lambda-overwrite-code",
        "persistence-call",
        "UpdateFunctionCode20150331v2",
    ),
    (
        "persistence.rolesanywhere-create-trust-anchor",
        "persistence-call",
        "CreateTrustAnchor",
    ),
    (
        "privilege-escalation.iam-update-user-login-profile",
        "persistence-call",
        "UpdateLoginProfile",
    ),
];

#[test]
fn every_technique_gives_its_signal_and_its_calls_are_named() {
    let Some(corpus) = corpus("cloudtrail") else {
        return;
    };
    let folder = corpus.join("DataDog__stratus-red-team/docs/detonation-logs");
    for path in files(&folder) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let found = signals(std::slice::from_ref(&path));
        let Some((_, signal, call)) = STRATUS
            .iter()
            .find(|(technique, _, _)| name.strip_prefix("aws.") == Some(*technique))
        else {
            println!("{name}: {found:?}");
            continue;
        };
        assert!(
            found
                .get(*signal)
                .is_some_and(|calls| calls.contains(*call)),
            "{name}: {found:?}"
        );
    }
    // An opened role and an opened function are told as opened, too.
    for name in ["iam-backdoor-role", "lambda-backdoor-function"] {
        let found = signals(&[folder.join(format!("aws.persistence.{name}.json"))]);
        assert!(found.contains_key("opened-to-world"), "{name}: {found:?}");
    }
}

#[test]
fn a_day_of_many_attacks_names_them_all() {
    let Some(corpus) = corpus("cloudtrail") else {
        return;
    };
    let found = signals(&files(&corpus.join("invictus-ir__aws_dataset/CloudTrail")));
    for (signal, calls) in [
        (
            "persistence-call",
            &["PutRolePolicy", "AttachRolePolicy", "CreateRole"][..],
        ),
        (
            "log-tampering",
            &[
                "PutEventSelectors",
                "DeleteTrail",
                "DeleteFlowLogs",
                "DeleteLogGroup",
                "PutBucketLifecycle",
            ],
        ),
        ("remote-command", &["SendCommand"]),
        ("secrets-read", &["GetSecretValue", "GetParameters"]),
        ("resources-created", &["RunInstances"]),
        (
            "attempts-refused",
            &[
                "GetPasswordData",
                "StopLogging",
                "LeaveOrganization",
                "RunInstances",
            ],
        ),
        ("recon-burst", &["ListBuckets", "ListUsers"]),
    ] {
        for call in calls {
            assert!(
                found.get(signal).is_some_and(|named| named.contains(*call)),
                "{signal} {call}: {found:?}"
            );
        }
    }
}
