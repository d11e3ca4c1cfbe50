//! Made-up CloudTrail files, some 1.5 KB an event, its members in the order of AWS. Must not know how they are read.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::world::{self, ACCOUNT, ATTACKER, Entry, MACHINES, REGION};
use crate::dice::{Dice, mix};

/// Call, service, whether it only reads. The last six are rare.
const CALLS: [(&str, &str, bool); 24] = [
    ("DescribeInstances", "ec2", true),
    ("AssumeRole", "sts", true),
    ("GetObject", "s3", true),
    ("PutObject", "s3", false),
    ("Decrypt", "kms", true),
    ("GenerateDataKey", "kms", true),
    ("DescribeVolumes", "ec2", true),
    ("ListBuckets", "s3", true),
    ("GetParameter", "ssm", true),
    ("UpdateInstanceInformation", "ssm", false),
    ("DescribeLogGroups", "logs", true),
    ("CreateLogStream", "logs", false),
    ("GetCallerIdentity", "sts", true),
    ("DescribeSecurityGroups", "ec2", true),
    ("ListRoles", "iam", true),
    ("GetSecretValue", "secretsmanager", true),
    ("DescribeAutoScalingGroups", "autoscaling", true),
    ("PutMetricAlarm", "monitoring", false),
    ("RunInstances", "ec2", false),
    ("CreateAccessKey", "iam", false),
    ("AuthorizeSecurityGroupIngress", "ec2", false),
    ("ConsoleLogin", "signin", false),
    ("CreateUser", "iam", false),
    ("StopLogging", "cloudtrail", false),
];

const AGENTS: [&str; 4] = [
    "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#arm64 api/ec2#1.173.0",
    "Boto3/1.34.144 md/Botocore#1.34.144 ua/2.0 os/linux#6.1.94 md/arch#x86_64 lang/python#3.11.6 cfg/retry-mode#legacy Botocore/1.34.144",
    "aws-cli/2.17.14 md/awscrt#0.20.11 ua/2.0 os/linux#6.1.94 md/arch#x86_64 lang/python#3.11.9 md/command#ec2.describe-instances",
    "AWS Internal",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_version: &'static str,
    user_identity: Identity,
    event_time: String,
    event_source: String,
    event_name: &'static str,
    aws_region: &'static str,
    #[serde(rename = "sourceIPAddress")]
    source_ip: String,
    user_agent: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    request_parameters: Value,
    response_elements: Value,
    #[serde(rename = "requestID")]
    request_id: String,
    #[serde(rename = "eventID")]
    event_id: String,
    read_only: bool,
    event_type: &'static str,
    management_event: bool,
    recipient_account_id: &'static str,
    event_category: &'static str,
    tls_details: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    r#type: &'static str,
    principal_id: String,
    arn: String,
    account_id: &'static str,
    access_key_id: String,
    session_context: Value,
}

/// A file of calls made within `length` seconds from `at`.
pub(super) fn file(
    dice: &mut Dice,
    at: i64,
    length: u64,
    rows: u64,
    listed: &[Entry],
) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct File {
        #[serde(rename = "Records")]
        records: Vec<Event>,
    }
    let records = (0..rows).map(|_| event(dice, at, length, listed)).collect();
    serde_json::to_string(&File { records })
}

fn event(dice: &mut Dice, at: i64, length: u64, listed: &[Entry]) -> Event {
    let kind = if dice.of(400) == 0 {
        18 + dice.of(6)
    } else {
        dice.skewed(18)
    };
    let kind = usize::try_from(kind).unwrap_or(0);
    let (name, service, read_only) =
        CALLS
            .get(kind)
            .copied()
            .unwrap_or(("GetCallerIdentity", "sts", true));
    let attacked = dice.of(2000) == 0;
    let (machine, role) = if attacked {
        (0, 3)
    } else {
        (1 + dice.skewed(MACHINES - 1), dice.skewed(60))
    };
    let second = at + i64::try_from(dice.of(length)).unwrap_or(0);
    let source_ip = match dice.of(500) {
        _ if attacked && dice.of(3) > 0 => ATTACKER.to_string(),
        0 => dice
            .pick(listed)
            .map_or(ATTACKER, |entry| entry.member(dice))
            .to_string(),
        1..=100 => format!("{service}.amazonaws.com"),
        _ => world::service(machine).to_string(),
    };
    let data = matches!(name, "GetObject" | "PutObject");
    let (request_parameters, response_elements) = parameters(dice, name);
    Event {
        event_version: "1.11",
        user_identity: identity(machine, role, second),
        event_time: time(second),
        event_source: format!("{service}.amazonaws.com"),
        event_name: name,
        aws_region: REGION,
        source_ip,
        user_agent: dice.pick(&AGENTS).unwrap_or("AWS Internal"),
        error_code: (dice.of(30) == 0).then_some("AccessDenied"),
        request_parameters,
        response_elements,
        request_id: id(dice),
        event_id: id(dice),
        read_only,
        event_type: "AwsApiCall",
        management_event: !data,
        recipient_account_id: ACCOUNT,
        event_category: if data { "Data" } else { "Management" },
        tls_details: json!({ "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": format!("{service}.{REGION}.amazonaws.com") }),
    }
}

fn identity(machine: u64, role: u64, second: i64) -> Identity {
    let session = world::instance(machine);
    let principal = mix(role);
    Identity {
        r#type: "AssumedRole",
        principal_id: format!("AROA{principal:016X}:{session}"),
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/app-role-{role}/{session}"),
        account_id: ACCOUNT,
        access_key_id: format!(
            "ASIA{:016X}",
            mix(machine * 31 + second.unsigned_abs() / 3600)
        ),
        session_context: json!({
            "sessionIssuer": { "type": "Role", "principalId": format!("AROA{principal:016X}"),
                "arn": format!("arn:aws:iam::{ACCOUNT}:role/app-role-{role}"), "accountId": ACCOUNT, "userName": format!("app-role-{role}") },
            "attributes": { "creationDate": time(second - second % 3600), "mfaAuthenticated": "false" },
            "ec2RoleDelivery": "2.0",
        }),
    }
}

fn parameters(dice: &mut Dice, name: &str) -> (Value, Value) {
    match name {
        "DescribeInstances" | "DescribeVolumes" | "DescribeSecurityGroups" => {
            let mut machine =
                || json!({ "instanceId": world::instance(1 + dice.skewed(MACHINES - 1)) });
            let items = [machine(), machine()];
            let filter = json!({ "name": "vpc-id", "valueSet": { "items": [{ "value": "vpc-0aa11bb22cc33dd44" }] } });
            (
                json!({ "instancesSet": { "items": items }, "filterSet": { "items": [filter] } }),
                Value::Null,
            )
        }
        "AssumeRole" => {
            let token: String = (0..8).map(|_| format!("{:016x}", dice.next())).collect();
            let role = dice.of(60);
            (
                json!({ "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/app-role-{role}"),
                    "roleSessionName": format!("session-{}", dice.of(9999)), "durationSeconds": 3600 }),
                json!({ "credentials": { "accessKeyId": format!("ASIA{:016X}", dice.next()), "sessionToken": token,
                    "expiration": "Jul 20, 2026, 11:00:00 AM" } }),
            )
        }
        "GetObject" | "PutObject" => (
            json!({ "bucketName": format!("prod-data-{}", dice.of(9)), "Host": format!("prod-data.s3.{REGION}.amazonaws.com"),
                "key": format!("2026/07/20/part-{:05}-{:016x}.snappy.parquet", dice.of(99_999), dice.next()) }),
            Value::Null,
        ),
        _ => (
            json!({ "keyId": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{:08x}-1111-2222-3333-{:012x}", dice.of(99), dice.of(99)),
                "encryptionContext": { "aws:s3:arn": format!("arn:aws:s3:::prod-data-{}", dice.of(20)) },
                "encryptionAlgorithm": "SYMMETRIC_DEFAULT" }),
            Value::Null,
        ),
    }
}

fn id(dice: &mut Dice) -> String {
    let (high, low) = (dice.next(), dice.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

fn time(second: i64) -> String {
    Timestamp::from_second(second)
        .unwrap_or_default()
        .to_string()
}
