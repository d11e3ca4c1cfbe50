//! Findings to begin with: one of each action that GuardDuty knows, and the odd ones. Made up; must not be anybody's.

use serde_json::{Map, Value, json};

/// Findings in the native form, each with a name.
#[must_use]
pub fn all() -> Vec<(&'static str, Value)> {
    let remote = |ip: &str| json!({ "ipAddressV4": ip, "country": { "countryName": "Nowhere" }, "organization": { "asn": "64500", "asnOrg": "Example" } });
    let connection = json!({ "actionType": "NETWORK_CONNECTION", "networkConnectionAction": {
        "connectionDirection": "INBOUND", "protocol": "TCP", "blocked": false, "localPortDetails": { "port": 22, "portName": "SSH" },
        "remotePortDetails": { "port": 44705 }, "localNetworkInterface": "eni-1", "remoteIpDetails": remote("203.0.113.80") } });
    let probe = json!({ "actionType": "PORT_PROBE", "portProbeAction": { "blocked": "false", "portProbeDetails": [
        { "localPortDetails": { "port": 80.0 }, "localIpDetails": { "ipAddressV4": "10.0.0.5" }, "remoteIpDetails": remote("198.51.100.7") },
        { "localPortDetails": { "port": "443" }, "remoteIpDetails": remote("198.51.100.8") }] } });
    let dns = json!({ "actionType": "DNS_REQUEST", "dnsRequestAction": { "domain": "bad.example", "protocol": "UDP", "blocked": true } });
    let call = json!({ "actionType": "AWS_API_CALL", "awsApiCallAction": { "api": "GetCallerIdentity", "serviceName": "sts.amazonaws.com",
        "callerType": "Remote IP", "remoteIpDetails": { "ipAddressV6": "2001:db8::5" } } });
    let mut sample = finding("Recon:EC2/Portscan", &connection);
    sample["service"]["additionalInfo"] =
        json!({ "value": "{\"sample\":true,\"threatListName\":\"soc-list\"}", "type": "default" });
    let mut odd = finding("Backdoor:EC2/C&CActivity.B!DNS", &dns);
    odd["severity"] = json!("8.0");
    odd["updatedAt"] = json!(1_795_490_000_000_u64);
    odd["service"]["archived"] = json!("false");
    odd["service"]["count"] = json!(20.0);
    odd["resource"]["instanceDetails"]["networkInterfaces"] = json!([]);
    odd.as_object_mut().map(|members| members.remove("id"));
    vec![
        (
            "connection",
            finding(
                "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
                &connection,
            ),
        ),
        (
            "probe",
            finding("Recon:EC2/PortProbeUnprotectedPort", &probe),
        ),
        ("dns", finding("Trojan:EC2/DNSDataExfiltration", &dns)),
        (
            "call",
            finding(
                "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
                &call,
            ),
        ),
        ("sample", sample),
        ("odd", odd),
        ("malware", malware()),
        ("sequence", sequence()),
    ]
}

/// The same in the form of the API: every member with a capital.
#[must_use]
pub fn pascal(value: &Value) -> Value {
    let capital = |name: &str| {
        let mut letters = name.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        first + letters.as_str()
    };
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (capital(name), pascal(value)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(values) => values.iter().map(pascal).collect(),
        other => other.clone(),
    }
}

fn finding(kind: &str, action: &Value) -> Value {
    json!({
        "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "partition": "aws", "id": "f-1",
        "arn": "arn:aws:guardduty:eu-west-1:111122223333:detector/d-1/finding/f-1", "type": kind, "severity": 5,
        "createdAt": "2026-11-24T00:00:00.000Z", "updatedAt": "2026-11-24T03:10:00.123Z", "title": "a title",
        "resource": { "resourceType": "Instance", "instanceDetails": {
            "instanceId": "i-0abc1234def567890", "launchTime": "2026-10-01T00:00:00Z", "platform": null,
            "iamInstanceProfile": { "arn": "arn:aws:iam::111122223333:instance-profile/web", "id": "AIPA1" },
            "tags": [{ "key": "Name", "value": "web-3" }],
            "networkInterfaces": [{ "networkInterfaceId": "eni-1", "privateIpAddress": "10.0.0.5",
                "privateIpAddresses": [{ "privateIpAddress": "10.0.0.5" }, { "privateIpAddress": "10.0.0.6" }],
                "publicIp": "192.0.2.10", "ipv6Addresses": ["2001:db8::5"], "vpcId": "vpc-1", "subnetId": "subnet-1",
                "securityGroups": [{ "groupName": "web", "groupId": "sg-1" }] }] } },
        "service": { "serviceName": "guardduty", "detectorId": "d-1", "resourceRole": "TARGET", "archived": false, "count": 3,
            "eventFirstSeen": "2026-11-24T01:00:00Z", "eventLastSeen": "2026-11-24T03:00:00Z", "action": action,
            "evidence": { "threatIntelligenceDetails": [{ "threatListName": "soc-list", "threatNames": ["x"] }] },
            "additionalInfo": { "threatListName": "soc-list" } },
    })
}

fn malware() -> Value {
    let mut out = finding("Execution:EC2/MaliciousFile", &Value::Null);
    out["service"]["featureName"] = json!("EbsVolumeScanDetails");
    out["service"]["ebsVolumeScanDetails"] = json!({ "scanId": "s-1", "triggerFindingId": "f-0", "scanDetections": {
        "scannedItemCount": { "totalGb": 8, "files": 100, "volumes": 1 }, "threatsDetectedItemCount": { "files": 1 },
        "threatDetectedByName": { "itemCount": 1, "threatNames": [{ "name": "EICAR", "severity": "HIGH", "itemCount": 1,
            "filePaths": [{ "filePath": "tmp/e", "fileName": "e", "hash": "00", "volumeArn": "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1" }] }] } } });
    out["service"]["runtimeDetails"] = json!({ "process": { "name": "sh", "executablePath": "/bin/sh", "pid": 7, "lineage": [{ "name": "init", "pid": 1 }] } });
    out
}

fn sequence() -> Value {
    let mut out = finding("AttackSequence:EC2/CompromisedInstanceGroup", &Value::Null);
    out["resource"] = json!({ "resourceType": "AttackSequence" });
    out["service"]["detection"] = json!({ "sequence": { "uid": "q-1", "description": "d",
        "actors": [{ "id": "a", "session": { "uid": "s" } }],
        "resources": [{ "uid": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc1234def567890", "resourceType": "EC2_INSTANCE",
            "data": { "ec2Instance": { "instanceState": "running" } } }],
        "endpoints": [{ "id": "e", "ip": "203.0.113.80", "port": 22, "autonomousSystem": { "name": "Example", "number": 64500 } }],
        "signals": [{ "uid": "g", "type": "FINDING", "name": "n", "createdAt": 1_795_490_000.0, "count": 2 }],
        "sequenceIndicators": [{ "key": "ATTACK_TACTIC", "values": ["Execution"] }] } });
    out
}
