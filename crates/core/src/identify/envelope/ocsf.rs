//! OCSF Detection Finding (class 2004), as Security Hub and Security Lake write it of GuardDuty's findings. What the class has a
//! place for is put back into the native shape. Must not know other classes or products.

use serde_json::{Value, json};

use super::{get, text};
use crate::identify::native::at;

/// Whether this is a finding in this format, of whatever product.
pub(super) fn is(value: &Value) -> bool {
    get(value, "class_uid").and_then(Value::as_u64) == Some(2004)
        && value.get("finding_info").is_some()
}

/// The finding in the native shape, when GuardDuty made it.
pub(super) fn to_native(value: &Value) -> Option<Value> {
    if !is(value) {
        return None;
    }
    // Where the whole finding travels along, nothing need be guessed.
    if let Some(raw) =
        text(value.get("raw_data")).and_then(|raw| serde_json::from_str::<Value>(&raw).ok())
        && super::is_native(&raw)
    {
        return Some(raw);
    }
    let info = value.get("finding_info")?;
    let arn = text(info.get("uid"))?;
    let product = at(value, &["metadata", "product"]).unwrap_or(&Value::Null);
    let names = [
        text(product.get("name")),
        text(product.get("uid")),
        text(product.get("feature")),
    ];
    let guardduty = |name: &String| name.to_lowercase().contains("guardduty");
    if !(arn.contains(":guardduty:") || names.iter().flatten().any(guardduty)) {
        return None;
    }
    let listed = info
        .get("types")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let kind = listed
        .chain(info.get("title").and_then(Value::as_str))
        .find_map(kind)?;
    let evidence = value
        .get("evidences")
        .and_then(Value::as_array)
        .and_then(|all| all.first())
        .unwrap_or(value);
    let time = |name: &str| {
        info.get(format!("{name}_dt").as_str())
            .or_else(|| info.get(name))
            .cloned()
    };
    Some(json!({
        "schemaVersion": "2.0",
        "id": arn.rsplit_once("/finding/").map_or(arn.as_str(), |(_, id)| id),
        "arn": arn.starts_with("arn:").then_some(&arn),
        "type": kind,
        "accountId": at(value, &["cloud", "account", "uid"]),
        "region": at(value, &["cloud", "region"]),
        "partition": at(value, &["cloud", "cloud_partition"]),
        "severity": at(value, &["unmapped", "severity"]).or_else(|| at(value, &["unmapped", "Severity"])),
        "createdAt": time("created_time"),
        "updatedAt": time("modified_time"),
        "title": info.get("title"),
        "resource": resource(value),
        "service": {
            "eventFirstSeen": time("first_seen_time"),
            "eventLastSeen": time("last_seen_time"),
            "count": value.get("count"),
            "action": action(evidence),
        },
    }))
}

/// A type stands by itself or at the end of a path, in the native form or with a hyphen for the slash.
fn kind(long: &str) -> Option<String> {
    if long.contains(' ') && !long.contains('/') {
        return None;
    }
    let colon = long.find(':')?;
    let (before, rest) = long.split_at(colon);
    let purpose = before.rsplit('/').next()?;
    let rest = rest.strip_prefix(':')?;
    let (resource, name) = rest.split_once(['/', '-'])?;
    (!purpose.is_empty() && !name.contains(' ')).then(|| format!("{purpose}:{resource}/{name}"))
}

fn action(evidence: &Value) -> Value {
    let (source, destination) = (evidence.get("src_endpoint"), evidence.get("dst_endpoint"));
    if let (Some(source), Some(destination)) = (source, destination) {
        let direction = at(evidence, &["connection_info", "direction"])
            .and_then(Value::as_str)
            .unwrap_or("unknown")
            .to_uppercase();
        let outbound = direction == "OUTBOUND";
        let (local, remote) = if outbound {
            (source, destination)
        } else {
            (destination, source)
        };
        return json!({
            "actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": {
                "connectionDirection": direction,
                "protocol": at(evidence, &["connection_info", "protocol_name"]),
                "localPortDetails": { "port": local.get("port") },
                "localIpDetails": { "ipAddressV4": local.get("ip") },
                "localNetworkInterface": local.get("interface_uid"),
                "remotePortDetails": { "port": remote.get("port") },
                "remoteIpDetails": remote_ip(remote),
            }
        });
    }
    if let Some(api) = evidence.get("api") {
        return json!({
            "actionType": "AWS_API_CALL",
            "awsApiCallAction": { "api": api.get("operation"), "remoteIpDetails": source.map(remote_ip) }
        });
    }
    if let Some(query) = evidence.get("query") {
        return json!({ "actionType": "DNS_REQUEST", "dnsRequestAction": { "domain": query.get("hostname") } });
    }
    json!({})
}

fn remote_ip(endpoint: &Value) -> Value {
    json!({
        "ipAddressV4": endpoint.get("ip"),
        "country": { "countryName": at(endpoint, &["location", "country"]) },
        "organization": {
            "asn": at(endpoint, &["autonomous_system", "number"]),
            "asnOrg": at(endpoint, &["autonomous_system", "name"]),
        },
    })
}

fn resource(value: &Value) -> Value {
    let all: Vec<&Value> = value
        .get("resources")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let kind_of = |resource: &Value| text(resource.get("type")).unwrap_or_default();
    let instance = all
        .iter()
        .find(|r| matches!(kind_of(r).as_str(), "AWS::EC2::Instance" | "AwsEc2Instance"));
    let Some(instance) = instance else {
        let kind = all
            .first()
            .map(|resource| kind_of(resource))
            .unwrap_or_default();
        let last = kind.rsplit("::").next().unwrap_or_default();
        return if last.is_empty() {
            json!({})
        } else {
            json!({ "resourceType": last.strip_prefix("AwsIam").unwrap_or(last) })
        };
    };
    let uid = text(instance.get("uid"));
    let details = instance.get("data").unwrap_or(&Value::Null);
    let device = at(value, &["device"]);
    json!({
        "resourceType": "Instance",
        "instanceDetails": {
            "instanceId": uid.as_deref().and_then(|arn| arn.rsplit('/').next()),
            "iamInstanceProfile": get(details, "iamInstanceProfile"),
            "networkInterfaces": get(details, "networkInterfaces").or_else(|| device.and_then(|d| d.get("network_interfaces"))),
            "tags": instance.get("tags").and_then(Value::as_array).map(|tags| {
                tags.iter().map(|tag| json!({ "key": tag.get("name"), "value": tag.get("value") })).collect::<Vec<_>>()
            }),
        }
    })
}
