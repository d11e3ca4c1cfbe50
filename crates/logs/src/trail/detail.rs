//! What a call did to whom, where its parameters show it and it matters: what was opened to the world, shared, or asked for.
//! Must not judge.

use serde_json::Value;

/// What a call opened to the world, or shared with another account.
pub(super) fn of(event: &Value) -> Option<String> {
    let request = event.get("requestParameters")?;
    match event.get("eventName")?.as_str()? {
        "AuthorizeSecurityGroupIngress" | "ModifySecurityGroupRules" => opened_ports(request),
        "ModifySnapshotAttribute" => shared(request.get("createVolumePermission")?.get("add")?),
        "ModifyImageAttribute" => shared(request.get("launchPermission")?.get("add")?),
        "ModifyDBSnapshotAttribute" | "ModifyDBClusterSnapshotAttribute" => {
            let added = request.get("valuesToAdd")?.as_array()?;
            let shown: Vec<&str> = added.iter().filter_map(Value::as_str).take(5).collect();
            (!shown.is_empty()).then(|| shown.join(" "))
        }
        _ => None,
    }
}

fn opened_ports(request: &Value) -> Option<String> {
    let mut found = Vec::new();
    rules(request, &mut found, 0);
    found.sort();
    found.dedup();
    found.truncate(5);
    (!found.is_empty()).then(|| found.join(", "))
}

/// Looks through the rules wherever they stand: both forms of the call and its later versions nest them differently.
fn rules(value: &Value, found: &mut Vec<String>, depth: u8) {
    let worlds = |value: &Value| {
        let mut worlds: Vec<&str> = Vec::new();
        let mut look = |value: &Value, key: &str, world: &'static str| {
            if value.get(key).and_then(Value::as_str) == Some(world) {
                worlds.push(world);
            }
        };
        for holder in [
            value,
            value.get("ipRanges").unwrap_or(&Value::Null),
            value.get("ipv6Ranges").unwrap_or(&Value::Null),
        ] {
            for item in std::iter::once(holder).chain(
                holder
                    .get("items")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            ) {
                for key in ["cidrIp", "cidrIpv4"] {
                    look(item, key, "0.0.0.0/0");
                }
                look(item, "cidrIpv6", "::/0");
            }
        }
        worlds
    };
    if let Some(members) = value.as_object() {
        let port = |key: &str| members.get(key).and_then(Value::as_i64);
        let protocol = members
            .get("ipProtocol")
            .and_then(Value::as_str)
            .unwrap_or("-1");
        for world in worlds(value) {
            found.push(match (port("fromPort"), port("toPort")) {
                (Some(from), Some(to)) if from == to => format!("{world} {protocol}/{from}"),
                (Some(from), Some(to)) => format!("{world} {protocol}/{from}-{to}"),
                _ => format!("{world} {protocol}"),
            });
        }
        // Ranges were looked at with the rule they belong to.
        if depth < 8 {
            members
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "ipRanges" | "ipv6Ranges"))
                .for_each(|(_, v)| rules(v, found, depth + 1));
        }
    } else if let (Some(list), true) = (value.as_array(), depth < 8) {
        list.iter().for_each(|value| rules(value, found, depth + 1));
    }
}

fn shared(add: &Value) -> Option<String> {
    let items = add.get("items").and_then(Value::as_array)?;
    let shown: Vec<&str> = items
        .iter()
        .filter_map(|item| item.get("userId").or_else(|| item.get("group"))?.as_str())
        .take(5)
        .collect();
    (!shown.is_empty()).then(|| shown.join(" "))
}
