//! Sequences, scans, processes, and everything that real files dress differently.

use proptest::prelude::*;
use rebato_core::Digest;
use rebato_core::identify::{Direction, Finding, document, read_alert, read_line};
use serde_json::{Value, json};

use crate::{native, read};

fn with(change: impl FnOnce(&mut Value)) -> Finding {
    let mut finding = native();
    change(&mut finding);
    read(&finding).finding
}

fn connection(finding: &mut Value) -> &mut Value {
    finding
        .pointer_mut("/service/action/networkConnectionAction")
        .unwrap()
}

#[test]
fn interfaces_come_in_none_one_and_four() {
    let none = with(|f| f["resource"]["instanceDetails"]["networkInterfaces"] = json!([]));
    assert!(none.interfaces.is_empty());
    // The local side of the action tells one where the list does not.
    let told = with(|f| {
        f["resource"]["instanceDetails"]["networkInterfaces"] = json!([]);
        connection(f)["localNetworkInterface"] = json!("eni-9");
        connection(f)["localIpDetails"] = json!({ "ipAddressV6": "2001:db8::9" });
    });
    assert_eq!(told.interfaces[0].id.as_deref(), Some("eni-9"));
    assert_eq!(
        (
            told.interfaces[0].ipv6.len(),
            told.interfaces[0].private_ips.len()
        ),
        (1, 0)
    );
    let four = with(|f| {
        let one = f["resource"]["instanceDetails"]["networkInterfaces"][0].clone();
        f["resource"]["instanceDetails"]["networkInterfaces"] = json!([one, one, one, one]);
    });
    assert_eq!(four.interfaces.len(), 4);
    let old = with(|f| {
        f["resource"]["instanceDetails"]["networkInterfaces"][0]
            .as_object_mut()
            .unwrap()
            .remove("networkInterfaceId");
    });
    assert_eq!(
        (old.interfaces[0].id.as_deref(), old.problems.len()),
        (None, 0)
    );
}

#[test]
fn the_address_of_ipv4_is_shown_where_both_are_and_that_of_ipv6_where_it_is_alone() {
    let both = with(|f| connection(f)["remoteIpDetails"]["ipAddressV6"] = json!("2001:db8::1"));
    assert_eq!(
        both.remote_ips(),
        ["203.0.113.80".parse::<std::net::IpAddr>().unwrap()]
    );
    let alone = with(|f| {
        connection(f)["remoteIpDetails"] =
            json!({ "ipAddressV4": "", "ipAddressV6": "2001:db8::1" });
    });
    assert_eq!(
        alone.remote_ips(),
        ["2001:db8::1".parse::<std::net::IpAddr>().unwrap()]
    );
    assert!(alone.problems.is_empty());
}

#[test]
fn actions_types_and_directions_of_tomorrow_are_told_as_they_are() {
    let odd = with(|f| {
        f["type"] = json!("Novel:EC2/SomethingElse!X");
        connection(f)["connectionDirection"] = json!("SIDEWAYS");
    });
    assert_eq!(
        (odd.kind.as_str(), odd.direction),
        ("Novel:EC2/SomethingElse!X", Some(Direction::Unknown))
    );
    assert!(
        odd.problems[0].starts_with("service.action.networkConnectionAction.connectionDirection: "),
        "{:?}",
        odd.problems
    );
    let body = native()["service"]["action"]["networkConnectionAction"].clone();
    let new = with(|f| {
        f["service"]["action"] = json!({ "actionType": "VPN_LOGIN", "vpnLoginAction": body });
    });
    assert_eq!(
        (new.action.as_deref(), new.remote.len()),
        (Some("vpn_login"), 1)
    );
    for action in [
        json!(null),
        json!({}),
        json!({ "actionType": "PORT_PROBE" }),
    ] {
        let bare = with(|f| f["service"]["action"] = action);
        assert_eq!(
            (bare.remote.len(), bare.direction, bare.problems.len()),
            (0, None, 0)
        );
    }
    let dns = with(
        |f| f["service"]["action"] = json!({ "dnsRequestAction": { "domain": "evil.example", "protocol": "0", "blocked": "False" } }),
    );
    assert_eq!(
        (dns.action.as_deref(), dns.domain.as_deref(), dns.blocked),
        (Some("dns_request"), Some("evil.example"), Some(false))
    );
    let pod = with(|f| {
        f["service"]["action"] =
            json!({ "kubernetesApiCallAction": { "sourceIPs": ["203.0.113.9", "elsewhere"] } });
    });
    assert_eq!(pod.remote.len(), 1);
    assert!(
        pod.problems[0]
            .starts_with("service.action.kubernetesApiCallAction.sourceIPs.1: not an address"),
        "{:?}",
        pod.problems
    );
}

#[test]
fn lists_and_times_and_numbers_are_read_in_every_dress() {
    let only_value =
        json!({ "Type": "default", "Value": "{\"threatListName\":\"inside\",\"sample\":false}" });
    for (info, names) in [
        (
            json!({ "threatListName": "flat" }),
            vec!["flat", "soc-list", "second"],
        ),
        (only_value, vec!["inside", "soc-list", "second"]),
        (
            json!("{\"threatListName\":\"all in a text\"}"),
            vec!["all in a text", "soc-list", "second"],
        ),
        (json!("no json"), vec!["soc-list", "second"]),
        (Value::Null, vec!["soc-list", "second"]),
    ] {
        assert_eq!(
            with(|f| f["service"]["additionalInfo"] = info).threat_lists,
            names
        );
    }
    for (time, wanted) in [
        (
            json!("2026-11-24T01:00:00.5Z"),
            Some("2026-11-24T01:00:00.5Z"),
        ),
        (
            json!("2026-11-23T20:00:00-05:00"),
            Some("2026-11-24T01:00:00Z"),
        ),
        (json!(1_795_482_000_000_i64), Some("2026-11-24T01:00:00Z")),
        (json!(1.795_482e12), Some("2026-11-24T01:00:00Z")),
        (json!(1_795_482_000), Some("2026-11-24T01:00:00Z")),
        (json!("1795482000000"), Some("2026-11-24T01:00:00Z")),
        (json!(1e300), None),
        (json!([]), None),
    ] {
        let found = with(|f| f["service"]["eventFirstSeen"] = time.clone());
        assert_eq!(
            found.first_seen,
            wanted.map(|wanted| wanted.parse().unwrap()),
            "{time}"
        );
        assert_eq!(
            found.problems.len(),
            usize::from(wanted.is_none()),
            "{time}"
        );
    }
    let odd = with(|f| {
        f["severity"] = json!("5.5");
        f["service"]["count"] = json!(2.5);
        f["service"]["archived"] = json!("True");
    });
    assert_eq!(
        (odd.severity, odd.count, odd.archived),
        (Some(5.5), None, true)
    );
    assert_eq!(odd.problems, ["service.count: not a count: 2.5"]);
}

#[test]
fn long_lists_are_cut_and_that_is_said() {
    let many = with(|f| {
        let probes: Vec<Value> = (0..3000)
            .map(|n| json!({ "remoteIpDetails": { "ipAddressV4": format!("203.0.{}.{}", n / 250, n % 250) } }))
            .collect();
        f["service"]["action"] = json!({ "portProbeAction": { "portProbeDetails": probes } });
    });
    assert_eq!(many.remote.len(), 1000);
    assert_eq!(
        many.problems,
        ["service.action.portProbeAction.portProbeDetails: only the first 1000 of 3000 were read"]
    );
    let bad = with(|f| {
        f["resource"]["instanceDetails"]["networkInterfaces"][0]["ipv6Addresses"] =
            json!(vec!["x"; 900]);
    });
    assert_eq!(
        (bad.problems.len(), bad.problems.last().unwrap().as_str()),
        (51, "and 850 more")
    );
}

#[test]
fn members_given_twice_are_a_problem_and_the_last_counts() {
    let text = native().to_string().replace(
        "\"instanceId\":",
        "\"instanceId\":\"i-0other\",\"instanceId\":",
    );
    let found = read_alert("x", text.as_bytes()).remove(0).unwrap().finding;
    assert_eq!(found.instance_id.as_deref(), Some("i-0abc1234def567890"));
    assert_eq!(
        found.problems,
        ["resource.instanceDetails.instanceId: given twice; the last counts"]
    );
}

#[test]
fn a_bad_line_is_an_error_with_its_number_and_hides_nothing() {
    let good = native().to_string();
    let mut bytes = Vec::new();
    for line in [
        good.as_bytes(),
        b"{\"type\":\"\xff\"}",
        good.as_bytes(),
        b"{\"a\":1e400}",
        b"\"a text\"",
        good.as_bytes(),
    ] {
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
    }
    let all = read_alert("x", &bytes);
    assert_eq!(all.iter().flatten().count(), 3);
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|part| part.as_ref().err())
        .map(ToString::to_string)
        .collect();
    assert!(
        wrong[0].starts_with("x:2:")
            && wrong[1].starts_with("x:4:")
            && wrong[2].starts_with("x: line 5: "),
        "{wrong:?}"
    );
    assert_eq!(all[0].as_ref().unwrap().alert.sha256, Digest::of(&bytes));
    let marked = [b"\xef\xbb\xbf", good.as_bytes()].concat();
    let marked = read_alert("x", &marked).remove(0).unwrap();
    assert_eq!(
        marked.alert.sha256,
        Digest::of(&[b"\xef\xbb\xbf", good.as_bytes()].concat())
    );
}

/// An attack sequence about two instances, as the service model has it.
fn sequence() -> Value {
    let arn = |id: &str| format!("arn:aws:ec2:eu-west-1:111122223333:instance/{id}");
    json!({
        "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "id": "s-1", "severity": 9,
        "type": "AttackSequence:EC2/CompromisedInstanceGroup", "resource": { "resourceType": "AttackSequence" },
        "service": { "serviceName": "guardduty", "count": 1, "detection": { "sequence": {
            "uid": "seq-1", "description": "a sequence",
            "actors": [{ "id": "a-1", "process": { "name": "xmrig", "path": "/tmp/xmrig", "sha256": "00" } }],
            "endpoints": [
                { "id": "e-1", "ip": "203.0.113.7", "port": 3333, "autonomousSystem": { "name": "O", "number": 64500 }, "location": { "country": "N" } },
                { "id": "e-2", "domain": "pool.example" },
            ],
            "signals": [{ "uid": "f-1", "type": "FINDING", "name": "CryptoCurrency:EC2/BitcoinTool.B", "severity": 8, "count": 2,
                "firstSeenAt": "2026-11-24T01:00:00Z", "lastSeenAt": 1_795_482_000_000_i64, "resourceUids": [arn("i-0aaa")], "endpointIds": ["e-1"] }],
            "sequenceIndicators": [{ "key": "ATTACK_TACTIC", "values": ["Impact"], "title": "t" }],
            "resources": [
                { "uid": arn("i-0aaa"), "resourceType": "EC2_INSTANCE", "tags": [{ "key": "Name", "value": "web-1" }], "data": { "ec2Instance": {
                    "IamInstanceProfile": { "arn": "arn:aws:iam::111122223333:instance-profile/web" }, "ec2NetworkInterfaceUids": ["arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1"] } } },
                { "uid": "arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1", "resourceType": "EC2_NETWORK_INTERFACE", "data": { "ec2NetworkInterface": {
                    "privateIpAddresses": [{ "privateIpAddress": "10.0.0.5" }], "publicIp": "192.0.2.10", "subNetId": "subnet-1", "vpcId": "vpc-1", "securityGroups": [{ "groupId": "sg-1" }] } } },
                { "uid": "asg", "resourceType": "AUTOSCALING_AUTO_SCALING_GROUP", "data": { "autoscalingAutoScalingGroup": { "ec2InstanceUids": [arn("i-0aaa"), arn("i-0bbb")] } } },
            ],
        } } },
    })
}

#[test]
fn a_sequence_names_its_instances_signals_and_endpoints() {
    let found = read(&sequence()).finding;
    assert_eq!(
        (
            found.family.as_str(),
            found.instance_id.as_deref(),
            found.instance_name.as_deref()
        ),
        ("ec2", Some("i-0aaa"), Some("web-1"))
    );
    assert_eq!(
        found.profile_arn.as_deref(),
        Some("arn:aws:iam::111122223333:instance-profile/web")
    );
    assert_eq!(
        (
            found.interfaces[0].id.as_deref(),
            found.interfaces[0].subnet.as_deref()
        ),
        (Some("eni-1"), Some("subnet-1"))
    );
    assert_eq!(
        (
            found.remote[0].ip.to_string(),
            found.remote[0].port,
            found.remote[0].asn
        ),
        ("203.0.113.7".to_owned(), Some(3333), Some(64500))
    );
    let told = found.sequence.as_ref().unwrap();
    assert_eq!(told.instances, ["i-0aaa", "i-0bbb"]);
    assert_eq!(
        (told.domains.as_slice(), told.indicators[0].key.as_str()),
        (&["pool.example".to_owned()][..], "ATTACK_TACTIC")
    );
    assert_eq!(
        (told.signals[0].name.as_deref(), told.signals[0].count),
        (Some("CryptoCurrency:EC2/BitcoinTool.B"), Some(2))
    );
    assert_eq!(told.signals[0].first, told.signals[0].last);
    assert_eq!(told.actors[0].process.as_deref(), Some("/tmp/xmrig"));
    assert!(found.is_about("i-0bbb") && !found.is_about("i-0ccc"));
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    // Journals of before have none of it, and those of now say it again.
    let shown = serde_json::to_value(&found).unwrap();
    assert_eq!(serde_json::from_value::<Finding>(shown).unwrap(), found);
    let quiet = read(&native());
    let quiet = document(&quiet.finding, &quiet.alert);
    for name in [
        "sequence",
        "sequence_arn",
        "malware",
        "process",
        "credentials_of",
    ] {
        assert!(quiet.get(name).is_none(), "{name}");
    }
    for (kind, family) in [
        ("AttackSequence:IAM/CompromisedCredentials", "iam"),
        ("AttackSequence:S3/CompromisedData", "s3"),
        ("AttackSequence:EKS/CompromisedCluster", "kubernetes"),
    ] {
        let mut other = sequence();
        other["type"] = json!(kind);
        assert_eq!(read(&other).finding.family, family);
    }
}

#[test]
fn scans_tell_what_they_found_and_copies_are_no_instances() {
    let scan = |found: &Finding| found.malware.clone().unwrap();
    let volumes = with(|f| {
        f["type"] = json!("Execution:EC2/MaliciousFile");
        f["resource"]["ebsVolumeDetails"] = json!({ "scannedVolumeDetails": [{ "volumeArn": "arn:vol-1" }], "skippedVolumeDetails": [] });
        f["service"]["ebsVolumeScanDetails"] = json!({ "scanId": "s", "scanCompletedAt": 1_639_011_226.0, "triggerFindingId": "t", "scanType": "GUARDDUTY_INITIATED",
            "scanDetections": { "threatsDetectedItemCount": { "files": 2 }, "threatDetectedByName": { "shortened": false, "threatNames": [
                { "name": "EICAR", "severity": "HIGH", "itemCount": 2, "filePaths": [{ "filePath": "tmp/e", "hash": "27", "volumeArn": "arn:vol-1", "fileName": "e" }] }] } } });
    });
    let told = scan(&volumes);
    assert_eq!(
        (
            volumes.family.as_str(),
            told.trigger.as_deref(),
            told.files,
            told.scanned.as_slice()
        ),
        ("ec2", Some("t"), Some(2), &["arn:vol-1".to_owned()][..])
    );
    assert_eq!(
        (
            told.threats[0].name.as_deref(),
            told.threats[0].files[0].path.as_deref()
        ),
        (Some("EICAR"), Some("tmp/e"))
    );
    assert!(told.completed.is_some());
    for (details, kind, resource, family) in [
        (
            json!({ "ebsSnapshotDetails": { "snapshotArn": "arn:copy" } }),
            "Execution:EC2/MaliciousFile!Snapshot",
            Some("EBSSnapshot"),
            "ebs_snapshot",
        ),
        (
            json!({ "ec2ImageDetails": { "imageArn": "arn:copy" } }),
            "Execution:EC2/MaliciousFile!AMI",
            None,
            "ec2_image",
        ),
        (
            json!({ "recoveryPointDetails": { "recoveryPointArn": "arn:copy" } }),
            "Execution:EC2/MaliciousFile!RecoveryPoint",
            Some("EC2RecoveryPoint"),
            "recovery_point",
        ),
    ] {
        let copy = with(|f| {
            f["type"] = json!(kind);
            f["resource"] = details;
            if let Some(resource) = resource {
                f["resource"]["resourceType"] = json!(resource);
            }
            f["service"] = json!({ "malwareScanDetails": { "scanId": "s", "threats": [{ "name": "EICAR", "count": 1, "itemDetails": [{ "itemPath": "/e", "hash": "27", "resourceArn": "arn:copy" }] }] } });
        });
        let told = scan(&copy);
        assert_eq!(
            (
                copy.family.as_str(),
                copy.instance_id.as_deref(),
                told.scanned.as_slice()
            ),
            (family, None, &["arn:copy".to_owned()][..])
        );
        assert_eq!(told.threats[0].files[0].sha256.as_deref(), Some("27"));
        assert!(copy.problems.is_empty(), "{:?}", copy.problems);
    }
}

#[test]
fn a_process_is_told_with_its_ancestors() {
    let found = with(|f| {
        f["type"] = json!("Execution:Runtime/ReverseShell");
        f["associatedAttackSequenceArn"] = json!("arn:seq");
        f["service"]["runtimeDetails"] = json!({
            "process": { "name": "sh", "executablePath": "/bin/sh", "executableSha256": "ab", "pid": 42, "user": "www", "startTime": 1_795_482_000,
                "lineage": [{ "name": "nginx", "executablePath": "/usr/sbin/nginx" }, { "name": "systemd" }] },
            "context": { "commandLineExample": "sh -i", "scriptPath": "/tmp/x.sh" },
        });
    });
    let process = found.process.unwrap();
    assert_eq!(
        (
            process.path.as_deref(),
            process.pid,
            process.lineage.as_slice()
        ),
        (
            Some("/bin/sh"),
            Some(42),
            &["/usr/sbin/nginx".to_owned(), "systemd".to_owned()][..]
        )
    );
    assert_eq!(
        (
            process.command.as_deref(),
            process.file.as_deref(),
            found.sequence_arn.as_deref()
        ),
        (Some("sh -i"), Some("/tmp/x.sh"), Some("arn:seq"))
    );
    // Credentials of a role tell the instance they were given to.
    let key = with(
        |f| f["resource"] = json!({ "resourceType": "AccessKey", "accessKeyDetails": { "principalId": "AROAEXAMPLE:i-0abc1234def567890" } }),
    );
    assert_eq!(
        (key.family.as_str(), key.instance_id.as_deref()),
        ("iam", None)
    );
    assert!(key.is_about("i-0abc1234def567890"));
}

/// Every place in a value, as JSON pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| places(value, &format!("{at}/{name}"), out)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, value)| places(value, &format!("{at}/{n}"), out)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn any_node_may_be_replaced_removed_or_given_twice(
        whole in prop::sample::select(vec![0, 1]),
        which in any::<prop::sample::Index>(),
        how in 0..3,
        value in prop::sample::select(vec![Value::Null, json!([]), json!({}), json!("x"), json!(""), json!(1e300), json!(-1), json!(true), json!([[[]]]), json!([{}]), json!("{\"a\":[")]),
    ) {
        let mut finding = if whole == 0 { native() } else { sequence() };
        let mut all = Vec::new();
        places(&finding, "", &mut all);
        let place = which.get(&all).clone();
        let (parent, name) = place.rsplit_once('/').unwrap_or(("", ""));
        match how {
            0 => *finding.pointer_mut(&place).unwrap() = value.clone(),
            1 => match finding.pointer_mut(parent) {
                Some(Value::Object(members)) => { members.remove(name); }
                Some(Value::Array(items)) => { items.clear(); }
                _ => {}
            },
            _ => {}
        }
        let mut text = finding.to_string();
        if how == 2 && !name.is_empty() {
            text = text.replacen(&format!("\"{name}\":"), &format!("\"{name}\":{value},\"{name}\":"), 1);
        }
        let parts = read_alert("x", text.as_bytes());
        prop_assert!(!parts.is_empty());
        for read in parts.iter().flatten() {
            prop_assert!(!read.finding.id.is_empty());
            let shown = serde_json::to_value(&read.finding).unwrap();
            prop_assert_eq!(&serde_json::from_value::<Finding>(shown).unwrap(), &read.finding);
        }
    }

    #[test]
    fn lines_in_any_order_give_the_same_findings(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut later = native();
        later["id"] = json!("f-2");
        let junk: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'\n').collect();
        let lines: [&[u8]; 4] = [&native().to_string().into_bytes(), &later.to_string().into_bytes(), &junk, b"{\"findings\":[]}"];
        let text = order.iter().map(|n| lines[*n]).collect::<Vec<_>>().join(&b'\n');
        let mut ids: Vec<String> = read_alert("x", &text).into_iter().flatten().map(|read| read.finding.id).collect();
        ids.sort();
        prop_assert_eq!(ids, ["f-1", "f-2"]);
        let digest = Digest::of(&text);
        let by_line = text.split(|byte| *byte == b'\n').enumerate().flat_map(|(n, line)| read_line("x", n + 1, line, digest));
        prop_assert_eq!(by_line.flatten().count(), 2);
    }
}
