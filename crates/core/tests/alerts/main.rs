//! Alerts as they come: both cases, every envelope, numbers and times of every dress, and what is no finding.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod bombs;
mod corpus;
mod shapes;
mod wraps;

use base64::Engine as _;
use proptest::prelude::*;
use rebato_core::identify::{AlertError, Direction, Finding, Read, document, read_alert};
use serde_json::{Map, Value, json};

/// A finding in the REST form, with the odd numbers of 2017.
fn native() -> Value {
    json!({
        "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "partition": "aws", "id": "f-1",
        "arn": "arn:aws:guardduty:eu-west-1:111122223333:detector/d-1/finding/f-1",
        "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "severity": 5.0,
        "createdAt": "2026-11-24T00:00:00.000Z", "updatedAt": "2026-11-24T03:10:00.123Z",
        "title": "communicating outbound",
        "resource": {
            "resourceType": "Instance",
            "instanceDetails": {
                "instanceId": "i-0abc1234def567890", "launchTime": 1.507_656_063e12, "platform": null,
                "iamInstanceProfile": { "arn": "arn:aws:iam::111122223333:instance-profile/web", "id": "AIPA1" },
                "tags": [{ "key": "Name", "value": "web-3" }],
                "networkInterfaces": [{
                    "networkInterfaceId": "eni-1", "privateIpAddress": "10.0.0.5",
                    "privateIpAddresses": [{ "privateIpAddress": "10.0.0.5" }, { "privateIpAddress": "10.0.0.6" }],
                    "publicIp": "192.0.2.10", "publicDnsName": "", "ipv6Addresses": ["2001:db8::5"], "vpcId": "vpc-1",
                    "subnetId": "subnet-1", "securityGroups": [{ "groupName": "web", "groupId": "sg-1" }],
                }],
            },
        },
        "service": {
            "serviceName": "guardduty", "detectorId": "d-1", "resourceRole": "TARGET", "archived": "false", "count": 20.0,
            "eventFirstSeen": "2026-11-24T01:00:00Z", "eventLastSeen": "2026-11-24T03:00:00Z",
            "additionalInfo": { "threatListName": "soc-list", "threatName": "Customer Threat Intel" },
            "evidence": { "threatIntelligenceDetails": [{ "threatListName": "soc-list" }, { "threatListName": "second" }] },
            "action": {
                "actionType": "NETWORK_CONNECTION",
                "networkConnectionAction": {
                    "connectionDirection": "UNKNOWN", "protocol": "TCP", "blocked": true,
                    "localPortDetails": { "port": 4487.0 }, "remotePortDetails": { "port": "44705" },
                    "remoteIpDetails": {
                        "ipAddressV4": "203.0.113.80", "country": { "countryName": "Nowhere" },
                        "organization": { "asn": "43350", "asnOrg": "Example" },
                    },
                },
            },
        },
    })
}

/// The same in the form of the API: every member with a capital.
fn pascal(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let mut letters = name.chars();
                    let first: String = letters
                        .next()
                        .into_iter()
                        .flat_map(char::to_uppercase)
                        .collect();
                    (first + letters.as_str(), pascal(value))
                })
                .collect::<Map<_, _>>(),
        ),
        Value::Array(values) => values.iter().map(pascal).collect(),
        other => other.clone(),
    }
}

fn read(value: &Value) -> Read {
    let mut all = read_alert("test", value.to_string().as_bytes());
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap()
}

fn wrap(envelope: &str, inner: &Value) -> Value {
    let text = inner.to_string();
    match envelope {
        "eventbridge" => {
            json!({ "detail-type": "GuardDuty Finding", "source": "aws.guardduty", "time": "1970-01-01T00:00:00Z", "detail": inner })
        }
        "get_findings" => json!({ "findings": [inner] }),
        "sns" => {
            json!({ "Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t", "Message": text })
        }
        "sqs" => json!({ "Messages": [{ "MessageId": "m", "Body": text }] }),
        _ => {
            let data = base64::engine::general_purpose::STANDARD.encode(text);
            json!({ "Records": [{ "kinesis": { "data": data }, "eventSource": "aws:kinesis" }] })
        }
    }
}

#[test]
fn everything_that_the_contract_names_is_read() {
    let read = read(&native());
    let shown = document(&read.finding, &read.alert);
    let wanted = json!({
        "schema": "rebato.finding/1", "source": "test", "envelope": "native", "id": "f-1",
        "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "family": "ec2", "account": "111122223333",
        "region": "eu-west-1", "severity": 5.0, "first_seen": "2026-11-24T01:00:00Z", "last_seen": "2026-11-24T03:00:00Z",
        "count": 20, "sample": false, "archived": false, "instance_id": "i-0abc1234def567890", "instance_name": "web-3",
        "action": "network_connection", "direction": "unknown", "blocked": true, "protocol": "tcp", "local_ports": [4487],
        "remote": [{ "ip": "203.0.113.80", "port": 44705, "country": "Nowhere", "asn": 43350, "org": "Example" }],
        "threat_lists": ["soc-list", "second"], "role": "target", "problems": [],
    });
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(
        shown["interfaces"][0]["private_ips"],
        json!(["10.0.0.5", "10.0.0.6"])
    );
    assert_eq!(shown["interfaces"][0]["security_groups"], json!(["sg-1"]));
    assert_eq!(shown["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn the_forms_of_the_api_and_of_events_are_one() {
    let wanted = read(&native()).finding;
    assert_eq!(read(&pascal(&native())).finding, wanted);
    let api = json!({ "Findings": [pascal(&native())] });
    let read_api = read(&api);
    assert_eq!(
        (read_api.finding, read_api.alert.envelope.as_str()),
        (wanted.clone(), "get_findings")
    );
    // Capitals inside an event.
    assert_eq!(
        read(&wrap("eventbridge", &pascal(&native()))).finding,
        wanted
    );
}

#[test]
fn lambda_forms_and_nests_are_unwrapped_and_named() {
    let event = wrap("eventbridge", &native());
    let sns = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": event.to_string() } }] });
    assert_eq!(read(&sns).alert.envelope, "sns+eventbridge");
    let sqs = json!({ "Records": [{ "eventSource": "aws:sqs", "body": wrap("sns", &event).to_string() }] });
    assert_eq!(read(&sqs).alert.envelope, "sqs+sns+eventbridge");
    assert_eq!(read(&sqs).finding, read(&native()).finding);
    // An envelope fills in what the finding does not say, and overrules nothing.
    let mut poor = native();
    for name in ["accountId", "region", "arn"] {
        poor.as_object_mut().unwrap().remove(name);
    }
    let event = json!({ "account": "999999999999", "region": "us-east-1", "detail": poor });
    assert_eq!(
        read(&event).finding.account.as_deref(),
        Some("999999999999")
    );
    let event = json!({ "account": "999999999999", "region": "us-east-1", "detail": native() });
    assert_eq!(read(&event).finding.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn security_hub_and_ocsf_are_put_back_into_the_native_shape() {
    let asff = json!({
        "SchemaVersion": "2018-10-08", "Id": "arn:aws:guardduty:eu-west-1:111122223333:detector/d-1/finding/f-1",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty", "AwsAccountId": "111122223333", "Region": "eu-west-1",
        "Types": ["TTPs/Command and Control/UnauthorizedAccess:EC2-MaliciousIPCaller.Custom"], "Severity": { "Product": 5, "Normalized": 50 },
        "FirstObservedAt": "2026-11-24T01:00:00Z", "LastObservedAt": "2026-11-24T03:00:00Z", "UpdatedAt": "2026-11-24T03:10:00.123Z",
        "ProductFields": {
            "aws/guardduty/service/action/actionType": "PORT_PROBE", "aws/guardduty/service/count": "20",
            "aws/guardduty/service/archived": "false", "aws/guardduty/service/detectorId": "d-1",
            "aws/guardduty/service/additionalInfo/threatListName": "soc-list",
            "aws/guardduty/service/action/portProbeAction/blocked": "true",
            "aws/guardduty/service/action/portProbeAction/portProbeDetails.0_/localPortDetails/port": "22",
            "aws/guardduty/service/action/portProbeAction/portProbeDetails.0_/remoteIpDetails/ipAddressV4": "203.0.113.80",
            "aws/guardduty/service/action/portProbeAction/portProbeDetails.1_/remoteIpDetails/ipAddressV4": "203.0.113.81",
        },
        "Resources": [{
            "Type": "AwsEc2Instance", "Id": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc1234def567890", "Tags": { "Name": "web-3" },
            "Details": { "AwsEc2Instance": { "VpcId": "vpc-1", "IpV4Addresses": ["192.0.2.10", "10.0.0.5"] } },
        }],
    });
    let check = |found: &Finding| {
        assert_eq!(
            found.kind,
            "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"
        );
        assert_eq!(
            (
                found.id.as_str(),
                found.instance_id.as_deref(),
                found.instance_name.as_deref()
            ),
            ("f-1", Some("i-0abc1234def567890"), Some("web-3"))
        );
        assert_eq!(
            (
                found.family.as_str(),
                found.action.as_deref(),
                found.count,
                found.blocked
            ),
            ("ec2", Some("port_probe"), Some(20), Some(true))
        );
        assert_eq!(found.remote_ips().len(), 2);
        assert_eq!(
            (found.local_ports.as_slice(), found.threat_lists.as_slice()),
            (&[22][..], &["soc-list".to_owned()][..])
        );
        assert_eq!(
            (
                found.interfaces[0].public_ip,
                found.interfaces[0].private_ips.len()
            ),
            (Some("192.0.2.10".parse().unwrap()), 1)
        );
    };
    let bare = read(&asff);
    check(&bare.finding);
    assert_eq!(bare.alert.envelope, "asff");
    let hub = json!({ "detail-type": "Security Hub Findings - Imported", "source": "aws.securityhub", "detail": { "findings": [asff] } });
    let hub = read(&hub);
    check(&hub.finding);
    assert_eq!(hub.alert.envelope, "security_hub");

    let ocsf = json!({
        "class_uid": 2004, "metadata": { "product": { "name": "GuardDuty", "vendor_name": "AWS" } },
        "cloud": { "account": { "uid": "111122223333" }, "region": "eu-west-1" }, "count": 20,
        "finding_info": {
            "uid": "arn:aws:guardduty:eu-west-1:111122223333:detector/d-1/finding/f-1", "title": "whatever",
            "types": ["TTPs/Command and Control/UnauthorizedAccess:EC2-MaliciousIPCaller.Custom"],
            "first_seen_time": 1_795_482_000_000_i64, "last_seen_time_dt": "2026-11-24T03:00:00Z",
        },
        "resources": [{ "type": "AWS::EC2::Instance", "uid": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc1234def567890" }],
        "evidences": [{
            "src_endpoint": { "ip": "203.0.113.80", "port": 44705 }, "dst_endpoint": { "ip": "10.0.0.5", "port": 22 },
            "connection_info": { "direction": "Inbound", "protocol_name": "TCP" },
        }],
    });
    let ocsf = read(&ocsf);
    assert_eq!(
        (ocsf.alert.envelope.as_str(), ocsf.finding.kind.as_str()),
        ("ocsf", "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom")
    );
    assert_eq!(
        (ocsf.finding.direction, ocsf.finding.local_ports.as_slice()),
        (Some(Direction::Inbound), &[22][..])
    );
    assert_eq!(
        ocsf.finding.remote_ips(),
        ["203.0.113.80".parse::<std::net::IpAddr>().unwrap()]
    );
    assert_eq!(
        ocsf.finding.instance_id.as_deref(),
        Some("i-0abc1234def567890")
    );
}

#[test]
fn a_sample_is_known_even_without_its_flag_and_an_owners_texts_make_none() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut finding = native();
        change(&mut finding);
        read(&finding).finding.sample
    };
    assert!(!with(&|_| ()));
    assert!(with(
        &|f| f["service"]["additionalInfo"] = json!({ "sample": "true" })
    ));
    assert!(with(&|f| f["service"]["additionalInfo"] =
        json!({ "type": "default", "value": "{\"sample\":true}" })));
    assert!(with(&|f| f["title"] = json!("[SAMPLE] communicating")));
    assert!(with(
        &|f| f["resource"]["instanceDetails"]["instanceId"] = json!("i-99999999")
    ));
    assert!(with(
        &|f| f["resource"]["instanceDetails"]["iamInstanceProfile"]["id"] =
            json!("GeneratedFindingInstanceProfileId")
    ));
    assert!(with(&|f| f["service"]["action"]["networkConnectionAction"]
        ["remoteIpDetails"]["ipAddressV4"] =
        json!("198.51.100.0")));
    assert!(!with(
        &|f| f["resource"]["instanceDetails"]["tags"] =
            json!([{ "key": "a", "value": "GeneratedFindingInstanceValue1" }])
    ));
    assert!(!with(
        &|f| f["resource"]["instanceDetails"]["networkInterfaces"][0]["securityGroups"][0]["groupName"] =
            json!("GeneratedFinding")
    ));
}

#[test]
fn the_family_is_that_of_the_resource_and_not_of_what_lies_beside_it() {
    for (resource, kind, family) in [
        (
            json!("AccessKey"),
            "UnauthorizedAccess:IAMUser/ConsoleLogin",
            "iam",
        ),
        (json!("S3Bucket"), "Impact:S3/MaliciousIPCaller", "s3"),
        (
            json!("EKSCluster"),
            "Discovery:Kubernetes/MaliciousIPCaller",
            "kubernetes",
        ),
        (json!("Instance"), "Execution:Runtime/ReverseShell", "ec2"),
        (json!("SomethingNew"), "New:Thing/Happened", "something_new"),
        (Value::Null, "Recon:EC2/Portscan", "ec2"),
    ] {
        let mut finding = native();
        finding["resource"]["resourceType"] = resource;
        finding["type"] = json!(kind);
        assert_eq!(read(&finding).finding.family, family, "{kind}");
    }
}

#[test]
fn what_cannot_be_read_is_a_problem_and_invents_nothing() {
    let mut finding = native();
    finding["service"]["count"] = json!("many");
    finding["service"]["eventFirstSeen"] = json!("yesterday");
    finding["service"]["action"]["networkConnectionAction"]["localPortDetails"]["port"] =
        json!(70_000);
    finding["service"]["action"]["networkConnectionAction"]["remotePortDetails"]["port"] =
        json!("-1");
    finding["service"]["action"]["networkConnectionAction"]["remoteIpDetails"]["organization"]["asn"] =
        json!("-1");
    finding["resource"]["instanceDetails"]
        .as_object_mut()
        .unwrap()
        .remove("instanceId");
    let found = read(&finding).finding;
    assert_eq!(
        (
            found.count,
            found.first_seen,
            found.local_ports.len(),
            found.remote[0].port,
            found.remote[0].asn
        ),
        (None, None, 0, None, None)
    );
    for path in [
        "service.count",
        "service.eventFirstSeen",
        "localPortDetails.port",
        "instanceId",
    ] {
        assert!(
            found.problems.iter().any(|p| p.contains(path)),
            "{path}: {:?}",
            found.problems
        );
    }
    assert_eq!(found.problems.len(), 4, "{:?}", found.problems);
}

#[test]
fn errors_name_the_place() {
    let said = |bytes: &[u8]| {
        read_alert("x.json", bytes)
            .remove(0)
            .unwrap_err()
            .to_string()
    };
    assert!(said(b"").contains("empty"));
    assert!(
        said(b"{\"a\":\n  oops}").starts_with("x.json:2:"),
        "{}",
        said(b"{\"a\":\n  oops}")
    );
    assert!(said(b"\x1f\x8b\x08").contains("gzip"));
    assert!(said(b"{\"findings\":[]}").contains("empty"));
    assert!(said(br#"{"hello": 1}"#).contains("hello"));
    assert!(said(br#"[{"hello": 1}]"#).contains("[0]"));
    let inner = json!({ "Records": [{ "body": "{\"detail\":{\"x\":1}}" }] }).to_string();
    assert!(
        said(inner.as_bytes()).contains("Records[0].body.detail"),
        "{}",
        said(inner.as_bytes())
    );
    let huge = vec![b' '; rebato_core::identify::MAX_BYTES + 1];
    assert!(matches!(
        read_alert("x", &huge).remove(0),
        Err(AlertError::TooLarge { .. })
    ));
    // A nest deeper than any envelope is refused, not followed.
    let deep = (0..40).fold(native(), |inner, _| json!({ "detail": inner }));
    assert!(said(deep.to_string().as_bytes()).contains("envelopes"));
}

#[test]
fn lines_are_read_each_by_itself() {
    let text = format!(
        "{}\n{{broken\n{{\"findings\":[]}}\n\n{}\n",
        native(),
        native()
    );
    let all = read_alert("x.jsonl", text.as_bytes());
    assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 2);
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|r| r.as_ref().err())
        .map(ToString::to_string)
        .collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].starts_with("x.jsonl:2:"), "{wrong:?}");
    assert_eq!(all[0].as_ref().unwrap().alert.envelope, "s3_export");
    // The first line may be the broken one.
    let all = read_alert(
        "x",
        format!("{{broken\n{}\n{}", native(), native()).as_bytes(),
    );
    assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 2);
}

proptest! {
    #[test]
    fn no_bytes_panic_and_something_is_always_said(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!read_alert("x", &bytes).is_empty());
    }

    #[test]
    fn any_envelopes_give_the_same_finding(
        path in prop::collection::vec(prop::sample::select(vec!["eventbridge", "get_findings", "sns", "sqs", "kinesis"]), 0..6)
    ) {
        let wrapped = path.iter().rev().fold(native(), |inner, envelope| wrap(envelope, &inner));
        let read = read(&wrapped);
        prop_assert_eq!(read.finding, self::read(&native()).finding);
        prop_assert_eq!(read.alert.envelope, if path.is_empty() { "native".to_owned() } else { path.join("+") });
    }

    #[test]
    fn any_value_anywhere_is_borne(
        at in prop::sample::select(vec!["/service", "/service/action", "/resource", "/service/count", "/service/action/networkConnectionAction/remoteIpDetails",
            "/resource/instanceDetails/networkInterfaces", "/service/additionalInfo", "/severity", "/updatedAt", "/id"]),
        value in prop::sample::select(vec![Value::Null, json!([]), json!({}), json!("x"), json!(1e300), json!(-1), json!(true), json!([[[]]])]),
    ) {
        let mut finding = native();
        *finding.pointer_mut(at).unwrap() = value;
        for read in read_alert("x", finding.to_string().as_bytes()).into_iter().flatten() {
            prop_assert!(!read.finding.id.is_empty());
        }
    }
}

#[test]
fn one_value_a_line_is_told_from_one_document_by_its_beginning() {
    let pretty = format!("{:#}\n", json!([native(), native()]));
    let list = format!("[\n{},\n{}\n]\n", native(), native());
    let long = format!("{}\n", native()).repeat(100);
    for (text, lines) in [
        ("", false),
        ("{\"a\":1}", false),
        ("{\"a\":1}\n \n", false),
        ("{\"a\":1}\n{", true),
        ("\u{feff}{\"a\":1}\r\n\r\n{\"b\"", true),
        ("{broken\n{\"a\":1}\n", true),
        ("{\"a\":1}{\"b\":2}", false),
        ("{\"a\":\n1}\n{\"b\":\n2}\n", false),
        ("{\"a\":\n[]\n,}", false),
        ("not json\nat all\n", false),
        (&pretty, false),
        (&list, false),
        (&long, true),
    ] {
        assert_eq!(
            rebato_core::identify::is_lines(text.as_bytes()),
            lines,
            "{text:.80}"
        );
    }
    let digest = rebato_core::Digest::of(b"whole");
    let line =
        |number, text: &str| rebato_core::identify::read_line("x", number, text.as_bytes(), digest);
    assert!(line(3, " \r").is_empty() && line(3, "{\"findings\":[]}").is_empty());
    assert_eq!(
        line(1, &format!("\u{feff}{}", native()))
            .remove(0)
            .unwrap()
            .alert
            .sha256,
        digest
    );
    let wrong = line(7, "{oops").remove(0).unwrap_err().to_string();
    assert!(wrong.starts_with("x:7:2: not JSON"), "{wrong}");
}
