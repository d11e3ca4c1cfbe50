//! The AWS Security Finding Format: GuardDuty's `service` lies flat in `ProductFields`, with or without a prefix, every value a
//! text; the instance is under `Resources`. Turned back into the native shape. Must not know other products' findings.

use serde_json::{Map, Value, json};

use super::{get, text};

/// Whether this is a finding in this format, of whatever product.
pub(super) fn is(value: &Value) -> bool {
    get(value, "productArn").is_some()
        && get(value, "awsAccountId").is_some()
        && get(value, "types").is_some()
}

/// The finding in the native shape, when GuardDuty made it.
pub(super) fn to_native(value: &Value) -> Option<Value> {
    let arn = text(get(value, "id"))?;
    let product = text(get(value, "productArn")).unwrap_or_default();
    if !is(value) || !(product.ends_with("/guardduty") || arn.contains(":guardduty:")) {
        return None;
    }
    let kind = get(value, "types")?
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .find_map(kind)?;
    let mut service = Map::new();
    for (name, field) in get(value, "productFields")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let own = name.strip_prefix("aws/guardduty/service/");
        if let Some(path) = own.or_else(|| (!name.starts_with("aws/")).then_some(name.as_str())) {
            put(&mut service, &steps(path), field.clone());
        }
    }
    for (member, from) in [
        ("eventFirstSeen", "firstObservedAt"),
        ("eventLastSeen", "lastObservedAt"),
    ] {
        if let (false, Some(at)) = (service.contains_key(member), get(value, from)) {
            service.insert(member.into(), at.clone());
        }
    }
    if get(value, "sample").and_then(Value::as_bool) == Some(true) {
        put(
            &mut service,
            &["additionalInfo".into(), "sample".into()],
            Value::Bool(true),
        );
    }
    let severity = get(value, "severity")
        .and_then(|severity| get(severity, "product").or_else(|| get(severity, "original")));
    Some(json!({
        "schemaVersion": "2.0",
        "id": arn.rsplit_once("/finding/").map_or(arn.as_str(), |(_, id)| id),
        "arn": arn,
        "type": kind,
        "accountId": get(value, "awsAccountId"),
        "region": get(value, "region"),
        "severity": severity,
        "createdAt": get(value, "createdAt"),
        "updatedAt": get(value, "updatedAt"),
        "title": get(value, "title"),
        "resource": resource(value),
        "service": service,
    }))
}

/// `TTPs/Command and Control/UnauthorizedAccess:EC2-MaliciousIPCaller.Custom` stands for
/// `UnauthorizedAccess:EC2/MaliciousIPCaller.Custom`.
fn kind(long: &str) -> Option<String> {
    let short = long.rsplit('/').next()?;
    let (purpose, rest) = short.split_once(':')?;
    let (resource, name) = rest.split_once('-')?;
    Some(format!("{purpose}:{resource}/{name}"))
}

/// `portProbeDetails.0_/remoteIpDetails` and `portProbeDetails/0/…` are elements of a list.
fn steps(path: &str) -> Vec<String> {
    path.split('/')
        .flat_map(|step| match step.rsplit_once('.') {
            Some((name, n))
                if !n.is_empty() && n.trim_end_matches('_').bytes().all(|b| b.is_ascii_digit()) =>
            {
                vec![name.to_owned(), n.trim_end_matches('_').to_owned()]
            }
            _ => vec![step.to_owned()],
        })
        .collect()
}

fn put(into: &mut Map<String, Value>, steps: &[String], value: Value) {
    let Some((first, rest)) = steps.split_first() else {
        return;
    };
    if rest.is_empty() {
        into.insert(first.clone(), value);
        return;
    }
    let slot = into
        .entry(first.clone())
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some((n, deeper)) = rest
        .split_first()
        .filter(|(n, deeper)| !deeper.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        let (Some(list), Ok(n)) = (slot.as_array_mut(), n.parse::<usize>()) else {
            return;
        };
        // GuardDuty itself keeps far fewer; a made-up index must not make a list of a million.
        if n > 200 {
            return;
        }
        while list.len() <= n {
            list.push(Value::Object(Map::new()));
        }
        if let Some(Value::Object(element)) = list.get_mut(n) {
            put(element, deeper, value);
        }
        return;
    }
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        put(inner, rest, value);
    }
}

fn resource(value: &Value) -> Value {
    let all: Vec<&Value> = get(value, "resources")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let kind_of = |resource: &Value| text(get(resource, "type")).unwrap_or_default();
    let Some(instance) = all
        .iter()
        .find(|resource| kind_of(resource) == "AwsEc2Instance")
    else {
        let kind = all
            .first()
            .map(|resource| kind_of(resource))
            .unwrap_or_default();
        let named = match kind.strip_prefix("Aws").unwrap_or(&kind) {
            "IamAccessKey" => "AccessKey",
            "S3Bucket" => "S3Bucket",
            "EksCluster" => "EKSCluster",
            "EcsCluster" => "ECSCluster",
            "LambdaFunction" => "Lambda",
            "RdsDbInstance" => "RDSDBInstance",
            other => other,
        };
        return if named.is_empty() {
            json!({})
        } else {
            json!({ "resourceType": named })
        };
    };
    let nothing = Value::Null;
    let details = get(instance, "details")
        .and_then(|details| get(details, "awsEc2Instance"))
        .unwrap_or(&nothing);
    let id = text(get(instance, "id")).and_then(|arn| arn.rsplit('/').next().map(str::to_owned));
    let addresses: Vec<&str> = get(details, "ipV4Addresses")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    // The format does not say which address is which; RFC 1918 does.
    let (private, public): (Vec<&str>, Vec<&str>) = addresses.into_iter().partition(|ip| {
        ip.parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_private())
    });
    let ids = get(details, "networkInterfaces")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let ids: Vec<Option<String>> = ids
        .map(|interface| text(get(interface, "networkInterfaceId")))
        .collect();
    let mut interfaces = vec![json!({
        "networkInterfaceId": ids.first(),
        "privateIpAddress": private.first(),
        "privateIpAddresses": private.iter().map(|ip| json!({ "privateIpAddress": ip })).collect::<Vec<_>>(),
        "publicIp": public.first(),
        "ipv6Addresses": get(details, "ipV6Addresses"),
        "vpcId": get(details, "vpcId"),
        "subnetId": get(details, "subnetId"),
    })];
    interfaces.extend(
        ids.iter()
            .skip(1)
            .map(|id| json!({ "networkInterfaceId": id })),
    );
    let tags: Vec<Value> = get(instance, "tags")
        .and_then(Value::as_object)
        .map(|tags| {
            tags.iter()
                .map(|(key, value)| json!({ "key": key, "value": value }))
                .collect()
        })
        .unwrap_or_default();
    json!({
        "resourceType": "Instance",
        "instanceDetails": {
            "instanceId": id,
            "instanceType": get(details, "type"),
            "imageId": get(details, "imageId"),
            "iamInstanceProfile": get(details, "iamInstanceProfileArn").map(|arn| json!({ "arn": arn })),
            "networkInterfaces": if details.is_null() { vec![] } else { interfaces },
            "tags": tags,
        }
    })
}
