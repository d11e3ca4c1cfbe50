//! What a call did to whom, where its parameters show it and it matters: what was opened to the world, shared, or asked for.
//! Must not judge.

use serde_json::Value;

/// What a call opened, shared, weakened or asked for, in few words that are data: addresses, accounts, names, settings.
pub(super) fn of(event: &Value) -> Option<String> {
    let name = event.get("eventName")?.as_str()?;
    if name == "ConsoleLogin" {
        let used = event.get("additionalEventData")?.get("MFAUsed")?.as_str()?;
        return Some(format!("MFAUsed={used}"));
    }
    let request = event.get("requestParameters")?;
    let text = |member: &str| {
        request
            .get(member)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    match name {
        "AuthorizeSecurityGroupIngress" | "ModifySecurityGroupRules" => opened_ports(request),
        "ModifySnapshotAttribute" => shared(request.get("createVolumePermission")?.get("add")?),
        "ModifyImageAttribute" => shared(request.get("launchPermission")?.get("add")?),
        "ModifyDBSnapshotAttribute" | "ModifyDBClusterSnapshotAttribute" => {
            let added = request.get("valuesToAdd")?.as_array()?;
            let shown: Vec<&str> = added.iter().filter_map(Value::as_str).take(5).collect();
            (!shown.is_empty()).then(|| shown.join(" "))
        }
        "ModifyInstanceAttribute" => request.get("userData").map(|_| "userData".to_owned()),
        "ModifyDBInstance" => (request.get("publiclyAccessible") == Some(&Value::Bool(true)))
            .then(|| "publiclyAccessible".to_owned()),
        "RunInstances" => {
            let kind = text("instanceType").unwrap_or_default();
            let many = request
                .get("instancesSet")
                .and_then(|set| set.get("items")?.get(0)?.get("maxCount"));
            Some(
                format!("{} {kind}", many.unwrap_or(&Value::from(1)))
                    .trim()
                    .to_owned(),
            )
        }
        "SendCommand" => text("documentName"),
        "CreateUser" | "CreateAccessKey" | "CreateLoginProfile" | "UpdateLoginProfile" => {
            text("userName")
        }
        "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy" => {
            Some(text("policyArn")?.rsplit('/').next()?.to_owned())
        }
        "PutBucketPolicy"
        | "PutResourcePolicy"
        | "PutKeyPolicy"
        | "SetRepositoryPolicy"
        | "SetQueueAttributes"
        | "SetTopicAttributes"
        | "UpdateAssumeRolePolicy" => others(event, request),
        "PutBucketAcl" | "PutObjectAcl" => {
            let text = request.to_string();
            ["AllUsers", "AuthenticatedUsers", "public-read"]
                .into_iter()
                .find(|all| text.contains(all))
                .map(str::to_owned)
        }
        "CreateFunctionUrlConfig" => text("authType").filter(|kind| kind == "NONE"),
        "PutBucketLifecycle" | "PutBucketLifecycleConfiguration" => {
            let days = member(request, "Days", 0)?;
            Some(format!("Expiration={days}d"))
        }
        "PutRetentionPolicy" => Some(format!("{}d", request.get("retentionInDays")?)),
        "UpdateDetector" => {
            (request.get("enable") == Some(&Value::Bool(false))).then(|| "enable=false".to_owned())
        }
        "PutEventSelectors" => {
            let none = member(request, "includeManagementEvents", 0) == Some(&Value::Bool(false));
            none.then(|| "includeManagementEvents=false".to_owned())
        }
        _ if name.starts_with("AddPermission") => {
            text("principal").filter(|principal| principal == "*" || !is_own(event, principal))
        }
        _ => None,
    }
}

/// The first member of this name, wherever it stands.
fn member<'v>(value: &'v Value, name: &str, depth: u8) -> Option<&'v Value> {
    if depth > 8 {
        return None;
    }
    match value {
        Value::Object(members) => members.get(name).or_else(|| {
            members
                .values()
                .find_map(|value| member(value, name, depth + 1))
        }),
        Value::Array(values) => values
            .iter()
            .find_map(|value| member(value, name, depth + 1)),
        _ => None,
    }
}

/// Whether a principal is of the account where the call was made, or a service.
fn is_own(event: &Value, principal: &str) -> bool {
    principal.ends_with(".amazonaws.com")
        || event
            .get("recipientAccountId")
            .and_then(Value::as_str)
            .is_none_or(|own| principal.contains(own))
}

/// Principals of a policy that are everybody or of another account.
fn others(event: &Value, request: &Value) -> Option<String> {
    let mut found = Vec::new();
    principals(request, &mut found, 0);
    found.retain(|principal| principal == "*" || !is_own(event, principal));
    found.sort();
    found.dedup();
    found.truncate(5);
    (!found.is_empty()).then(|| found.join(" "))
}

/// Policies stand as JSON, or as JSON in a text.
fn principals(value: &Value, found: &mut Vec<String>, depth: u8) {
    if depth > 10 {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name == "Principal" {
                    let named = value.get("AWS").unwrap_or(value);
                    let many = named
                        .as_array()
                        .map_or(std::slice::from_ref(named), Vec::as_slice);
                    found.extend(many.iter().filter_map(Value::as_str).map(str::to_owned));
                } else {
                    principals(value, found, depth + 1);
                }
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| principals(value, found, depth + 1)),
        Value::String(text) if text.trim_start().starts_with('{') => {
            if let Ok(policy) = serde_json::from_str(text) {
                principals(&policy, found, depth + 1);
            }
        }
        _ => {}
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
            // Any network of no bits is the world, whatever stands before the slash.
            if value
                .get(key)
                .and_then(Value::as_str)
                .is_some_and(|network| network.ends_with("/0"))
            {
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
