//! Bytes put into the envelopes that findings travel in. The bytes are spliced in as they are, so that broken and cunning ones
//! come through too. Must not know what the bytes are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// None: GuardDuty's own JSON.
    Native,
    /// The answer of `GetFindings`.
    GetFindings,
    /// One of several JSON values, each on its line.
    Lines,
    /// A line of an export to S3: compact, and ended.
    S3Export,
    /// An EventBridge event.
    EventBridge,
    /// An SNS notification.
    Sns,
    /// The answer of SQS `ReceiveMessage`.
    Sqs,
    /// What Lambda gets from a Kinesis stream.
    Kinesis,
    /// A Security Hub event.
    SecurityHub,
    /// The AWS Security Finding Format.
    Asff,
    /// An OCSF detection finding.
    Ocsf,
    /// A CloudWatch Logs subscription: gzip in base64.
    LogsSubscription,
    /// The document of a log shipper.
    Carrier,
}

/// All of them.
pub const ALL: [Envelope; 13] = [
    Envelope::Native,
    Envelope::GetFindings,
    Envelope::Lines,
    Envelope::S3Export,
    Envelope::EventBridge,
    Envelope::Sns,
    Envelope::Sqs,
    Envelope::Kinesis,
    Envelope::SecurityHub,
    Envelope::Asff,
    Envelope::Ocsf,
    Envelope::LogsSubscription,
    Envelope::Carrier,
];

const ASFF: &str = r#"{"SchemaVersion":"2018-10-08","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty",
"AwsAccountId":"111122223333","Region":"eu-west-1","Id":"arn:aws:guardduty:eu-west-1:111122223333:detector/d-1/finding/f-1",
"Types":["TTPs/Command and Control/UnauthorizedAccess:EC2-MaliciousIPCaller.Custom"],"Severity":{"Product":5},
"Resources":[{"Type":"AwsEc2Instance","Id":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc1234def567890"}],"#;

/// The document with the bytes in it.
#[must_use]
pub fn wrap(envelope: Envelope, bytes: &[u8]) -> Vec<u8> {
    match envelope {
        Envelope::Native => bytes.to_vec(),
        Envelope::GetFindings => around(r#"{"Findings":["#, bytes, "]}"),
        Envelope::Lines => around("{\"one\":1}\n", bytes, "\n[2]\n"),
        Envelope::S3Export => around("", bytes, "\n"),
        Envelope::EventBridge => around(
            r#"{"version":"0","detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":"#,
            bytes,
            "}",
        ),
        Envelope::Sns => around(
            r#"{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","Message":"#,
            &text(bytes),
            "}",
        ),
        Envelope::Sqs => around(
            r#"{"Messages":[{"MessageId":"m","Body":"#,
            &text(bytes),
            "}]}",
        ),
        Envelope::Kinesis => around(
            r#"{"Records":[{"eventSource":"aws:kinesis","kinesis":{"data":""#,
            STANDARD.encode(bytes).as_bytes(),
            r#""}}]}"#,
        ),
        Envelope::SecurityHub => around(
            r#"{"detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","detail":{"findings":["#,
            bytes,
            "]}}",
        ),
        // Both ways that values travel in it: flat texts, and whatever else somebody puts there.
        Envelope::Asff => around(
            &format!(
                r#"{ASFF}"ProductFields":{{"aws/guardduty/service/additionalInfo/value":{},"aws/guardduty/service/action":"#,
                String::from_utf8_lossy(&text(bytes))
            ),
            bytes,
            "}}",
        ),
        Envelope::Ocsf => around(
            r#"{"class_uid":2004,"metadata":{"product":{"name":"GuardDuty"}},"finding_info":{"uid":"f-1","types":["UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"]},"raw_data":"#,
            &text(bytes),
            "}",
        ),
        Envelope::LogsSubscription => {
            let events = around(
                r#"{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/events/guardduty","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":"#,
                &text(bytes),
                "}]}",
            );
            around(
                r#"{"awslogs":{"data":""#,
                STANDARD.encode(gzip(&events)).as_bytes(),
                r#""}}"#,
            )
        }
        Envelope::Carrier => around(
            r#"{"@timestamp":"2026-11-24T00:00:00Z","host":{"name":"shipper"},"event":{"original":"#,
            &text(bytes),
            "}}",
        ),
    }
}

/// The bytes as gzip.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // A vector takes everything.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn around(before: &str, bytes: &[u8], after: &str) -> Vec<u8> {
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

/// The bytes as a JSON text.
fn text(bytes: &[u8]) -> Vec<u8> {
    serde_json::Value::from(String::from_utf8_lossy(bytes))
        .to_string()
        .into_bytes()
}
