//! Wrap and unwrap: the same finding in every envelope and format is the same finding. The encoders here are written from the
//! formats' descriptions and share no code with the reader.
#![expect(
    clippy::indexing_slicing,
    reason = "an index that is wrong fails the test"
)]

use std::io::Write as _;

use base64::Engine as _;
use proptest::prelude::*;
use rebato_core::identify::{Finding, Read, read_alert};
use serde_json::{Map, Value, json};

use crate::{native, pascal, read};

fn base64_of(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// `a/b.0_/c`: the value, every value a text.
fn flat(prefix: &str, value: &Value, out: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                flat(&format!("{prefix}/{name}"), value, out);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                flat(&format!("{prefix}.{n}_"), value, out);
            }
        }
        Value::String(text) => {
            out.insert(prefix.to_owned(), json!(text));
        }
        other => {
            out.insert(prefix.to_owned(), json!(other.to_string()));
        }
    }
}

fn long_type(finding: &Value) -> String {
    let kind = finding["type"].as_str().unwrap();
    format!("TTPs/Command and Control/{}", kind.replacen('/', "-", 1))
}

/// The instance as Security Hub lists it: all addresses in one list.
fn details(finding: &Value) -> Value {
    let instance = &finding["resource"]["instanceDetails"];
    let interface = &instance["networkInterfaces"][0];
    let mut addresses: Vec<Value> = interface["privateIpAddresses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["privateIpAddress"].clone())
        .collect();
    addresses.push(interface["publicIp"].clone());
    json!({ "AwsEc2Instance": {
        "Type": "t3.small", "ImageId": "ami-1", "VpcId": interface["vpcId"], "SubnetId": interface["subnetId"],
        "IpV4Addresses": addresses, "IpV6Addresses": interface["ipv6Addresses"],
        "IamInstanceProfileArn": instance["iamInstanceProfile"]["arn"],
        "NetworkInterfaces": [{ "NetworkInterfaceId": interface["networkInterfaceId"] }],
    } })
}

fn instance_arn(finding: &Value) -> String {
    let id = finding["resource"]["instanceDetails"]["instanceId"]
        .as_str()
        .unwrap();
    format!("arn:aws:ec2:eu-west-1:111122223333:instance/{id}")
}

fn asff(finding: &Value, prefix: &str) -> Value {
    let mut fields = Map::new();
    for (name, value) in finding["service"].as_object().unwrap() {
        flat(&format!("{prefix}{name}"), value, &mut fields);
    }
    fields.insert("aws/securityhub/ProductName".into(), json!("GuardDuty"));
    json!({
        "SchemaVersion": "2018-10-08", "Id": finding["arn"], "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty",
        "GeneratorId": "arn:aws:guardduty:eu-west-1:111122223333:detector/d-1", "AwsAccountId": finding["accountId"],
        "Region": finding["region"], "Types": [long_type(finding)], "Severity": { "Label": "MEDIUM", "Product": finding["severity"], "Normalized": 50 },
        "FirstObservedAt": finding["service"]["eventFirstSeen"], "LastObservedAt": finding["service"]["eventLastSeen"],
        "CreatedAt": finding["createdAt"], "UpdatedAt": finding["updatedAt"], "Title": finding["title"], "ProductFields": fields,
        "RecordState": "ACTIVE", "Workflow": { "Status": "NEW" }, "Sample": false,
        "Resources": [{ "Type": "AwsEc2Instance", "Id": instance_arn(finding), "Tags": { "Name": "web-3" }, "Details": details(finding) }],
    })
}

/// As Security Lake has it: what the class has no place for is under `unmapped`, details are JSON in a string.
fn ocsf(finding: &Value) -> Value {
    let mut unmapped = Map::new();
    for (name, value) in finding["service"].as_object().unwrap() {
        flat(
            &format!("ProductFields.aws/guardduty/service/{name}"),
            value,
            &mut unmapped,
        );
    }
    unmapped.insert(
        "Severity.Product".into(),
        json!(finding["severity"].to_string()),
    );
    unmapped.insert("Sample".into(), json!("false"));
    json!({
        "class_uid": 2004, "category_uid": 2, "metadata": { "version": "1.1.0", "product": {
            "name": "GuardDuty", "uid": "arn:aws:securityhub:eu-west-1::product/aws/guardduty", "vendor_name": "Amazon" } },
        "cloud": { "account": { "uid": finding["accountId"] }, "region": finding["region"], "provider": "AWS" },
        "finding_info": {
            "uid": finding["arn"], "types": [long_type(finding)], "title": finding["title"],
            "modified_time_dt": finding["updatedAt"], "first_seen_time_dt": finding["service"]["eventFirstSeen"],
        },
        "resources": [{ "type": "AwsEc2Instance", "uid": instance_arn(finding), "labels": ["Name=web-3"], "data": details(finding).to_string() }],
        "unmapped": unmapped,
    })
}

/// What Security Hub has no place for.
fn without_groups(mut finding: Finding) -> Finding {
    for interface in &mut finding.interfaces {
        interface.security_groups.clear();
    }
    finding
}

fn wrap(envelope: &str, inner: &Value) -> Value {
    let text = inner.to_string();
    match envelope {
        "array" => json!([inner]),
        "text" => json!(text),
        "pipe" => {
            json!([{ "messageId": "m", "receiptHandle": "r", "body": text, "eventSource": "aws:sqs" }])
        }
        "sqs" => {
            json!({ "Records": [{ "messageId": "m", "body": text, "eventSource": "aws:sqs" }] })
        }
        "sns" => {
            json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Type": "Notification", "Message": text } }] })
        }
        "kinesis" => {
            json!({ "Records": [{ "SequenceNumber": "1", "PartitionKey": "p", "Data": base64_of(text.as_bytes()) }] })
        }
        "packed" => {
            json!({ "records": [{ "recordId": "1", "data": base64_of(&gzip(text.as_bytes())) }] })
        }
        "put_events" => {
            json!({ "Entries": [{ "Source": "s", "DetailType": "GuardDuty Finding", "Detail": text }] })
        }
        "eventbridge" => {
            json!({ "detail-type": "GuardDuty Finding", "source": "aws.guardduty", "detail": inner })
        }
        "logs" => {
            let inside = json!({ "messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": [{ "id": "1", "timestamp": 1, "message": text }] });
            json!({ "awslogs": { "data": base64_of(&gzip(inside.to_string().as_bytes())) } })
        }
        "shipper" => {
            json!({ "@timestamp": "2026-11-24T00:00:00Z", "tags": ["forwarded"], "event": { "original": text, "module": "aws" } })
        }
        _ => json!({ "hits": { "total": 1, "hits": [{ "_index": "i", "_source": inner }] } }),
    }
}

#[test]
fn the_security_finding_format_gives_the_same_finding() {
    let wanted = without_groups(read(&native()).finding);
    for prefix in ["aws/guardduty/service/", ""] {
        let found = read(&asff(&native(), prefix));
        assert_eq!(found.finding, wanted, "{prefix}");
        assert_eq!(found.alert.envelope, "asff");
    }
    let hub = json!({ "detail-type": "Security Hub Findings - Imported", "account": "999999999999", "detail": { "findings": [asff(&native(), "")] } });
    assert_eq!(read(&hub).finding, wanted);
    let answer = read(&json!({ "Findings": [asff(&native(), "aws/guardduty/service/")] }));
    assert_eq!(
        (answer.finding, answer.alert.envelope.as_str()),
        (wanted, "security_hub")
    );
}

#[test]
fn ocsf_gives_the_same_finding() {
    let wanted = without_groups(read(&native()).finding);
    let found = read(&ocsf(&native()));
    assert_eq!(found.finding, wanted);
    assert_eq!(found.alert.envelope, "ocsf");
    let hub = json!({ "detail-type": "Findings Imported V2", "detail": { "findings": [ocsf(&native())] } });
    let hub = read(&hub);
    assert_eq!(
        (hub.finding, hub.alert.envelope.as_str()),
        (wanted, "security_hub+ocsf")
    );
    // The whole finding may travel along.
    let mut with_raw = ocsf(&native());
    with_raw["unmapped"] = json!({});
    with_raw["raw_data"] = json!(native().to_string());
    assert_eq!(read(&with_raw).finding, read(&native()).finding);
}

#[test]
fn port_probes_keep_every_remote_in_every_format() {
    let mut probe = native();
    probe["type"] = json!("Recon:EC2/PortProbeUnprotectedPort");
    let side = |port: u16, ip: &str| {
        json!({
            "localPortDetails": { "port": port }, "localIpDetails": { "ipAddressV4": "10.0.0.5" },
            "remoteIpDetails": { "ipAddressV4": ip, "organization": { "asn": "64500", "asnOrg": "O" }, "country": { "countryName": "N" } },
        })
    };
    probe["service"]["action"] = json!({ "actionType": "PORT_PROBE", "portProbeAction": {
        "blocked": false, "portProbeDetails": [side(22, "203.0.113.1"), side(3389, "203.0.113.2"), side(22, "203.0.113.3")] } });
    let wanted = read(&probe).finding;
    assert_eq!(
        (
            wanted.remote_ips().len(),
            wanted.local_ports.as_slice(),
            wanted.blocked
        ),
        (3, &[22, 3389][..], Some(false))
    );
    let wanted = without_groups(wanted);
    assert_eq!(
        read(&asff(&probe, "aws/guardduty/service/")).finding,
        wanted
    );
    assert_eq!(read(&ocsf(&probe)).finding, wanted);
}

#[test]
fn the_native_action_of_the_security_finding_format_is_read_too() {
    let mut finding = asff(&native(), "");
    finding["ProductFields"] = json!({ "aws/guardduty/service/count": "20" });
    finding["Action"] = json!({ "ActionType": "NETWORK_CONNECTION", "NetworkConnectionAction": {
        "ConnectionDirection": "INBOUND", "Protocol": "TCP", "Blocked": false, "LocalPortDetails": { "Port": 22 },
        "RemotePortDetails": { "Port": 44705 }, "RemoteIpDetails": { "IpAddressV4": "203.0.113.80", "Organization": { "Asn": 43350 } } } });
    let found = read(&finding).finding;
    assert_eq!(
        (
            found.local_ports.as_slice(),
            found.remote[0].asn,
            found.count
        ),
        (&[22][..], Some(43350), Some(20))
    );
    // A finding about a key that names the instance, too, is about the key.
    let mut key = asff(&native(), "");
    key["Types"] =
        json!(["TTPs/UnauthorizedAccess:IAMUser-InstanceCredentialExfiltration.OutsideAWS"]);
    let instance = key["Resources"][0].clone();
    key["Resources"] =
        json!([{ "Type": "AwsIamAccessKey", "Id": "AWS::IAM::AccessKey:A" }, instance]);
    assert_eq!(read(&key).finding.family, "iam");
}

#[test]
fn shippers_copies_count_once_and_nothing_is_hidden() {
    let twice = json!({ "message": native().to_string(), "event": { "original": native().to_string() }, "aws": { "guardduty": native() } });
    assert_eq!(read(&twice).alert.envelope, "native");
    // Half a copy says nothing of its own.
    let half =
        json!({ "id": "f-1", "type": native()["type"], "service": { "resourceRole": "TARGET" } });
    for order in [
        json!({ "a": half, "b": native() }),
        json!({ "a": native(), "b": half }),
    ] {
        assert_eq!(read(&order).finding, read(&native()).finding);
    }
    // Another occurrence of the same finding is another.
    let mut later = native();
    later["service"]["count"] = json!(21);
    let both = json!({ "hits": { "hits": [{ "_source": native() }, { "_source": later }, { "_source": { "broken": 1 } }] } });
    let all = read_alert("x", both.to_string().as_bytes());
    assert_eq!(all.iter().filter(|part| part.is_ok()).count(), 2);
    let wrong = all
        .iter()
        .find_map(|part| part.as_ref().err())
        .unwrap()
        .to_string();
    assert!(wrong.contains("hits.hits[2]"), "{wrong}");
    // JSON that is broken inside is said with its place.
    let broken = json!({ "message": "{\"type\": oops" });
    let wrong = read_alert("x", broken.to_string().as_bytes())
        .remove(0)
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("message:1:10: not JSON"), "{wrong}");
}

#[test]
fn answers_of_search_engines_that_were_indexed_again_are_looked_through() {
    let inner = wrap("put_events", &native());
    let all = (0..3).fold(inner, |inner, _| wrap("search", &inner));
    assert_eq!(read(&all).finding, read(&native()).finding);
}

#[test]
fn firehose_puts_nothing_between_its_events() {
    let event = wrap("eventbridge", &native()).to_string();
    let all = read_alert("x", event.repeat(3).as_bytes());
    assert_eq!(
        all.iter()
            .flatten()
            .filter(|read| read.alert.envelope == "eventbridge")
            .count(),
        3
    );
    // Nor does it end a line where an event ends.
    let lines = format!("{event}{event}\n{event} junk\n{event}\n");
    let all = read_alert("x", lines.as_bytes());
    assert_eq!((all.iter().flatten().count(), all.len()), (4, 5), "{all:?}");
    let broken = format!("{event}{event}{{\"detail\":");
    let all = read_alert("x", broken.as_bytes());
    assert_eq!((all.iter().flatten().count(), all.len()), (2, 3), "{all:?}");
}

#[test]
fn bombs_are_refused_with_a_word() {
    let said = |value: &Value| {
        let all = read_alert("x", value.to_string().as_bytes());
        assert!(all.iter().all(Result::is_err));
        all.into_iter().find_map(Result::err).unwrap().to_string()
    };
    // Members one after the other are one gzip file.
    let bomb = gzip(&vec![b' '; 1 << 20]).repeat(17);
    let packed = json!({ "Records": [{ "kinesis": { "data": base64_of(&bomb) } }] });
    assert!(
        said(&packed).contains("bytes when inflated"),
        "{}",
        said(&packed)
    );
    let damaged =
        json!({ "awslogs": { "data": base64_of(&gzip(native().to_string().as_bytes())[..40]) } });
    assert!(
        said(&damaged).contains("gzip data cannot be read"),
        "{}",
        said(&damaged)
    );
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let wrong = read_alert("x", deep.as_bytes())
        .remove(0)
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("not JSON: recursion limit"), "{wrong}");
    let parts = read_alert("x", json!(vec![0; 300_000]).to_string().as_bytes());
    assert_eq!(parts.len(), 200_001);
    assert!(
        parts
            .last()
            .unwrap()
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("only the first 200000")
    );
}

proptest! {
    #[test]
    fn any_wrappings_in_any_order_give_the_same_finding(
        path in prop::collection::vec(prop::sample::select(vec![
            "array", "text", "pipe", "sqs", "sns", "kinesis", "packed", "put_events", "eventbridge", "logs", "shipper", "search",
        ]), 0..4),
        capitals in any::<bool>(),
    ) {
        let inner = if capitals { pascal(&native()) } else { native() };
        let wrapped = path.iter().rev().fold(inner, |inner, envelope| wrap(envelope, &inner));
        let mut all: Vec<Read> = read_alert("x", wrapped.to_string().as_bytes()).into_iter().map(Result::unwrap).collect();
        prop_assert_eq!(all.len(), 1);
        prop_assert_eq!(all.remove(0).finding, read(&native()).finding);
    }
}
