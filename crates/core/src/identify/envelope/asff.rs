//! The AWS Security Finding Format: GuardDuty's `service` lies flat in `ProductFields`, with or without a prefix, every value a
//! text; the instance is under `Resources`. Turned back into the native shape. Must not know other products' findings.

use std::net::IpAddr;

use super::{flat, get, text};
use crate::identify::json::{Node, list, number, truth};

/// Whether this is a finding in this format, of whatever product.
pub(super) fn is(node: &Node<'_>) -> bool {
    get(node, "productArn").is_some()
        && get(node, "awsAccountId").is_some()
        && (get(node, "types").is_some() || get(node, "findingProviderFields").is_some())
}

/// The finding in the native shape, when GuardDuty made it.
pub(super) fn to_native<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    let arn = text(get(node, "id"))?;
    let product = text(get(node, "productArn")).unwrap_or_default();
    if !(product.ends_with("/guardduty") || arn.contains(":guardduty:")) {
        return None;
    }
    let provider = get(node, "findingProviderFields");
    let kind = [Some(node), provider]
        .into_iter()
        .flatten()
        .flat_map(|holder| list(get(holder, "types")))
        .filter_map(Node::as_str)
        .find_map(kind)?;
    let mut service = Node::Object(Vec::new());
    // The format's own action is GuardDuty's; the flat fields say the same and more.
    if let Some(action) = get(node, "action") {
        flat::put(&mut service, "action", lowered(action));
    }
    for (member, from) in [
        ("eventFirstSeen", "firstObservedAt"),
        ("eventLastSeen", "lastObservedAt"),
    ] {
        if let Some(at) = get(node, from) {
            flat::put(&mut service, member, at.clone());
        }
    }
    if text(get(node, "recordState")).as_deref() == Some("ARCHIVED") {
        flat::put(&mut service, "archived", Node::Bool(true));
    }
    for (name, field) in get(node, "productFields")
        .and_then(Node::members)
        .unwrap_or(&[])
        .iter()
        .take(flat::MOST_FIELDS)
    {
        put_field(&mut service, name, field);
    }
    if get(node, "sample").and_then(truth) == Some(true) {
        flat::put(&mut service, "additionalInfo/sample", Node::Bool(true));
    }
    let severity = [Some(node), provider]
        .into_iter()
        .flatten()
        .filter_map(|holder| get(holder, "severity"))
        .find_map(|severity| {
            // Some products write a word where GuardDuty has a number.
            ["product", "original"]
                .iter()
                .filter_map(|name| get(severity, name))
                .find(|value| number(value).is_some())
        });
    let resources: Vec<Resource<'_, 'a>> = list(get(node, "resources"))
        .iter()
        .map(|resource| Resource {
            kind: text(get(resource, "type")).unwrap_or_default(),
            id: text(get(resource, "id")),
            details: get(resource, "details"),
            tags: tags(get(resource, "tags")),
        })
        .collect();
    sequence(&mut service, &kind, &resources);
    Some(Node::object([
        ("id", Some(finding_id(&arn))),
        ("type", Some(Node::of(kind.clone()))),
        ("accountId", get(node, "awsAccountId").cloned()),
        ("region", get(node, "region").cloned()),
        ("severity", severity.cloned()),
        ("updatedAt", get(node, "updatedAt").cloned()),
        ("title", get(node, "title").cloned()),
        ("resource", Some(resource(&kind, &resources))),
        ("service", Some(service)),
        ("arn", Some(Node::of(arn))),
    ]))
}

/// GuardDuty's own id is the end of the ARN.
pub(super) fn finding_id(arn: &str) -> Node<'static> {
    let id = arn.rsplit_once("/finding/").map_or(arn, |(_, id)| id);
    Node::of(id.to_owned())
}

/// A field of `ProductFields`: GuardDuty's have a prefix since 2020 and had none before; others' are passed over.
pub(super) fn put_field<'a>(service: &mut Node<'a>, name: &str, field: &Node<'a>) {
    let own = name.strip_prefix("aws/guardduty/service/");
    if let Some(path) = own.or_else(|| (!name.starts_with("aws/")).then_some(name)) {
        // Other formats have more to say than an empty text.
        if field.as_str() != Some("") {
            flat::put(service, path, field.clone());
        }
    }
}

/// `TTPs/Command and Control/UnauthorizedAccess:EC2-MaliciousIPCaller.Custom` stands for
/// `UnauthorizedAccess:EC2/MaliciousIPCaller.Custom`, which OCSF writes as it is.
pub(super) fn kind(long: &str) -> Option<String> {
    let (before, rest) = long.split_once(':')?;
    let purpose = before.rsplit('/').next()?.trim();
    let (resource, name) = rest.split_once(['/', '-'])?;
    let word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    (word(purpose) && word(resource) && word(name)).then(|| format!("{purpose}:{resource}/{name}"))
}

/// The members of the format's own action have capitals; the flat fields that are put over them have none.
fn lowered<'a>(node: &Node<'a>) -> Node<'a> {
    match node {
        Node::Object(members) => Node::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let mut letters = name.chars();
                    let first = letters.next().map(|c| c.to_ascii_lowercase());
                    let name = first.into_iter().chain(letters).collect::<String>();
                    (name.into(), lowered(value))
                })
                .collect(),
        ),
        Node::List(items) => Node::List(items.iter().map(lowered).collect()),
        other => other.clone(),
    }
}

/// A resource of a finding, in this format and in OCSF's copy of it.
pub(super) struct Resource<'n, 'a> {
    pub(super) kind: String,
    pub(super) id: Option<String>,
    pub(super) details: Option<&'n Node<'a>>,
    pub(super) tags: Vec<Node<'a>>,
}

impl Resource<'_, '_> {
    fn is_instance(&self) -> bool {
        matches!(self.kind.as_str(), "AwsEc2Instance" | "AWS::EC2::Instance")
    }
}

/// `{"Name": "web"}` as GuardDuty has it.
fn tags<'a>(node: Option<&Node<'a>>) -> Vec<Node<'a>> {
    node.and_then(Node::members)
        .unwrap_or(&[])
        .iter()
        .map(|(key, value)| {
            Node::object([
                ("key", Some(Node::Text(key.clone()))),
                ("value", Some(value.clone())),
            ])
        })
        .collect()
}

/// The resources of an attack sequence are all it says of it.
pub(super) fn sequence(service: &mut Node<'_>, kind: &str, resources: &[Resource<'_, '_>]) {
    if !kind.starts_with("AttackSequence:") {
        return;
    }
    let ids = resources.iter().filter_map(|resource| resource.id.clone());
    for (n, id) in ids.enumerate() {
        let path = format!("detection/sequence/resources/{n}/uid");
        flat::put(service, &path, Node::of(id));
    }
}

/// The native `resource`. Which resource the finding is about its type says: a finding about a key or a container may list the
/// instance, too.
pub(super) fn resource<'a>(kind: &str, all: &[Resource<'_, 'a>]) -> Node<'a> {
    let purpose = kind
        .split_once(':')
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or("", |(purpose, _)| purpose);
    let instance = all.iter().find(|resource| resource.is_instance());
    let about = match purpose {
        "EC2" if instance.is_some() => instance,
        _ => all.first(),
    };
    let named = about.map(|about| {
        let short = about.kind.rsplit("::").next().unwrap_or_default();
        match short.strip_prefix("Aws").unwrap_or(short) {
            "Ec2Instance" => "Instance".to_owned(),
            "IamAccessKey" => "AccessKey".to_owned(),
            "EksCluster" => "EKSCluster".to_owned(),
            "EcsCluster" => "ECSCluster".to_owned(),
            "LambdaFunction" | "Function" => "Lambda".to_owned(),
            "RdsDbInstance" | "DBInstance" => "RDSDBInstance".to_owned(),
            "Ec2Snapshot" | "Snapshot" => "EBSSnapshot".to_owned(),
            "Ec2Image" | "Image" => "EC2Image".to_owned(),
            "BackupRecoveryPoint" => "RecoveryPoint".to_owned(),
            other => other.to_owned(),
        }
    });
    // "Other" and sequences are told by their type.
    let named = named.filter(|named| {
        !named.is_empty() && named != "Other" && !kind.starts_with("AttackSequence:")
    });
    Node::object([
        ("resourceType", named.map(Node::of)),
        ("instanceDetails", instance.map(instance_details)),
    ])
}

fn instance_details<'a>(instance: &Resource<'_, 'a>) -> Node<'a> {
    let id = instance
        .id
        .as_deref()
        .and_then(|arn| arn.rsplit('/').next())
        .map(|id| Node::of(id.to_owned()));
    let details = instance
        .details
        .and_then(|details| get(details, "awsEc2Instance").or(Some(details)));
    let interfaces = details.map(|details| {
        get(details, "networkInterfaces")
            .filter(|listed| {
                // OCSF of 2025 has them as GuardDuty does.
                list(Some(listed))
                    .iter()
                    .any(|one| get(one, "privateIpAddress").is_some())
            })
            .cloned()
            .unwrap_or_else(|| interfaces(details))
    });
    let profile = details.and_then(|details| {
        get(details, "iamInstanceProfile").cloned().or_else(|| {
            let arn = get(details, "iamInstanceProfileArn")?;
            Some(Node::object([("arn", Some(arn.clone()))]))
        })
    });
    Node::object([
        ("instanceId", id),
        ("iamInstanceProfile", profile),
        ("networkInterfaces", interfaces),
        ("tags", Some(Node::List(instance.tags.clone()))),
    ])
}

/// The format lists all addresses of the instance and does not say which is which; RFC 1918 does. They stand on the first
/// interface.
fn interfaces<'a>(details: &Node<'a>) -> Node<'a> {
    let (private, public): (Vec<&Node<'a>>, Vec<&Node<'a>>) = list(get(details, "ipV4Addresses"))
        .iter()
        .partition(|ip| is_private(ip.as_str().unwrap_or_default()));
    let mut ids = list(get(details, "networkInterfaces"))
        .iter()
        .map(|interface| get(interface, "networkInterfaceId").cloned());
    let listed = private
        .iter()
        .map(|ip| Node::object([("privateIpAddress", Some((*ip).clone()))]));
    let first = Node::object([
        ("networkInterfaceId", ids.next().flatten()),
        ("privateIpAddresses", Some(Node::List(listed.collect()))),
        ("publicIp", public.first().map(|ip| (*ip).clone())),
        ("ipv6Addresses", get(details, "ipV6Addresses").cloned()),
        ("vpcId", get(details, "vpcId").cloned()),
        ("subnetId", get(details, "subnetId").cloned()),
    ]);
    let others = ids.map(|id| Node::object([("networkInterfaceId", id)]));
    Node::List(std::iter::once(first).chain(others).collect())
}

/// Whether the address is one of a private network.
pub(super) fn is_private(ip: &str) -> bool {
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || matches!(ip.octets(), [100, 64..=127, ..]),
        Ok(IpAddr::V6(ip)) => ip.is_unique_local(),
        Err(_) => false,
    }
}
