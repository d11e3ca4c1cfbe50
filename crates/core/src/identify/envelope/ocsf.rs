//! OCSF findings (Detection Finding, class 2004, and its forerunner 2001), as Security Hub and Security Lake write them of
//! GuardDuty's. What the class has a place for is put back into the native shape, and so is what lies in `unmapped` under the
//! paths of the Security Finding Format. Must not know other classes or products.

use std::borrow::Cow;

use super::asff::{self, Resource, is_private};
use super::{flat, get, text};
use crate::identify::json::{Node, at, list, parse};
use crate::identify::native;

/// What a finding in this format is.
pub(super) enum Read<'a> {
    /// In GuardDuty's native shape.
    Native(Node<'a>),
    /// The whole native finding as JSON, which travelled along.
    Raw(String),
    /// Something else, and what.
    Other(String),
}

/// Whether this is a finding in this format, of whatever product.
pub(super) fn is(node: &Node<'_>) -> bool {
    let class = text(get(node, "class_uid"));
    let finding = class.is_some_and(|class| class.len() == 4 && class.starts_with("200"));
    finding && info(node).is_some()
}

fn info<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    get(node, "finding_info").or_else(|| get(node, "finding"))
}

/// The finding in the native shape, when GuardDuty made it.
pub(super) fn to_native<'a>(node: &Node<'a>) -> Read<'a> {
    // Where the whole finding travels along, nothing need be guessed.
    if let Some(raw) = text(get(node, "raw_data"))
        && parse(raw.as_bytes()).is_ok_and(|raw| native::is(&raw))
    {
        return Read::Raw(raw);
    }
    let product = at(node, &["metadata", "product"]);
    translate(node, product).map_or_else(
        || {
            let name = product.and_then(|product| text(get(product, "name")));
            let name: String = name.unwrap_or_default().chars().take(40).collect();
            Read::Other(format!("an OCSF finding of another product {name:?}"))
        },
        Read::Native,
    )
}

fn translate<'a>(node: &Node<'a>, product: Option<&Node<'a>>) -> Option<Node<'a>> {
    let info = info(node)?;
    let arn = text(get(info, "uid"))?;
    let said = [
        product.and_then(|product| text(get(product, "name"))),
        product.and_then(|product| text(get(product, "uid"))),
        product.and_then(|product| text(at(product, &["feature", "name"]))),
        Some(arn.clone()),
    ];
    if !said
        .iter()
        .flatten()
        .any(|said| said.to_lowercase().contains("guardduty"))
    {
        return None;
    }
    let kind = list(get(info, "types"))
        .iter()
        .chain(get(info, "title"))
        .filter_map(Node::as_str)
        .find_map(asff::kind)?;
    let unmapped = get(node, "unmapped").and_then(Node::members).unwrap_or(&[]);
    let loose = |names: &[&str]| {
        unmapped
            .iter()
            .find(|(name, _)| names.iter().any(|wanted| name == wanted))
            .map(|(_, value)| value.clone())
    };
    let mut service = service(node, info, &kind);
    for (name, field) in unmapped.iter().take(flat::MOST_FIELDS) {
        if let Some(name) = name.strip_prefix("ProductFields.") {
            asff::put_field(&mut service, name, field);
        }
    }
    if loose(&["RecordState"]).is_some_and(|state| state.as_str() == Some("ARCHIVED")) {
        flat::put(&mut service, "archived", Node::Bool(true));
    }
    if let Some(sample) = loose(&["Sample"]) {
        flat::put(&mut service, "additionalInfo/sample", sample);
    }
    let parsed = parse_details(node);
    let resources = resources(node, &parsed);
    asff::sequence(&mut service, &kind, &resources);
    Some(Node::object([
        ("id", Some(asff::finding_id(&arn))),
        ("type", Some(Node::of(kind.clone()))),
        (
            "accountId",
            at(node, &["cloud", "account", "uid"])
                .or_else(|| at(node, &["cloud", "account_uid"]))
                .cloned(),
        ),
        ("region", at(node, &["cloud", "region"]).cloned()),
        (
            "partition",
            at(node, &["cloud", "cloud_partition"]).cloned(),
        ),
        (
            "severity",
            loose(&["Severity.Product", "severity", "Severity"]),
        ),
        ("updatedAt", time(info, "modified_time")),
        ("title", get(info, "title").cloned()),
        ("resource", Some(asff::resource(&kind, &resources))),
        ("service", Some(service)),
        ("arn", arn.starts_with("arn:").then(|| Node::of(arn))),
    ]))
}

fn time<'a>(info: &Node<'a>, name: &str) -> Option<Node<'a>> {
    get(info, &format!("{name}_dt"))
        .or_else(|| get(info, name))
        .cloned()
}

/// The details of each resource, where they are JSON in a string.
fn parse_details(node: &Node<'_>) -> Vec<Option<Node<'static>>> {
    all_resources(node)
        .iter()
        .map(|resource| {
            let text = data(resource)?.as_str()?;
            parse(text.as_bytes()).ok().map(owned)
        })
        .collect()
}

fn owned(node: Node<'_>) -> Node<'static> {
    match node {
        Node::Null => Node::Null,
        Node::Bool(is) => Node::Bool(is),
        Node::Number(number) => Node::Number(number),
        Node::Text(text) => Node::of(text.into_owned()),
        Node::List(items) => Node::List(items.into_iter().map(owned).collect()),
        Node::Object(members) => Node::Object(
            members
                .into_iter()
                .map(|(name, value)| (Cow::Owned(name.into_owned()), owned(value)))
                .collect(),
        ),
    }
}

fn all_resources<'n, 'a>(node: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    list(get(node, "resources"))
        .iter()
        .chain(get(node, "resource"))
        .collect()
}

fn data<'n, 'a>(resource: &'n Node<'a>) -> Option<&'n Node<'a>> {
    get(resource, "data").or_else(|| get(resource, "details"))
}

fn resources<'n, 'a>(
    node: &'n Node<'a>,
    parsed: &'n [Option<Node<'static>>],
) -> Vec<Resource<'n, 'a>>
where
    'static: 'a,
{
    all_resources(node)
        .into_iter()
        .zip(parsed)
        .map(|(resource, parsed)| Resource {
            kind: text(get(resource, "type")).unwrap_or_default(),
            id: text(get(resource, "uid")),
            details: match parsed {
                Some(parsed) => Some(shorten(parsed)),
                None => data(resource).filter(|data| data.is_object()),
            },
            tags: tags(resource),
        })
        .collect()
}

/// What lives for ever lives as long as is asked.
fn shorten<'n, 'a>(node: &'n Node<'static>) -> &'n Node<'a>
where
    'static: 'a,
{
    node
}

/// `tags` of name and value, or `labels` of `name=value`.
fn tags<'a>(resource: &Node<'a>) -> Vec<Node<'a>> {
    let tag =
        |key: Node<'a>, value: Node<'a>| Node::object([("key", Some(key)), ("value", Some(value))]);
    let named = list(get(resource, "tags")).iter().filter_map(|entry| {
        Some(tag(
            get(entry, "name")?.clone(),
            get(entry, "value")?.clone(),
        ))
    });
    let labels = list(get(resource, "labels")).iter().filter_map(|label| {
        let (key, value) = label.as_str()?.split_once(['=', ':'])?;
        Some(tag(Node::of(key.to_owned()), Node::of(value.to_owned())))
    });
    named.chain(labels).collect()
}

/// What the class itself says of the service's part.
fn service<'a>(node: &Node<'a>, info: &Node<'a>, kind: &str) -> Node<'a> {
    let mut service = Node::Object(Vec::new());
    let mut put = |path: &str, value: Option<Node<'a>>| {
        if let Some(value) = value {
            flat::put(&mut service, path, value);
        }
    };
    put("eventFirstSeen", time(info, "first_seen_time"));
    put("eventLastSeen", time(info, "last_seen_time"));
    put("count", get(node, "count").cloned());
    let evidences = list(get(node, "evidences"));
    // The class of 2023 had no list of evidences; their members stood in the finding.
    let alone = std::slice::from_ref(node);
    let evidences = if evidences.is_empty() {
        alone
    } else {
        evidences
    };
    let probe = kind.contains("PortProbe");
    for (n, evidence) in evidences.iter().enumerate().take(flat::MOST_FIELDS) {
        if let (Some(source), Some(destination)) =
            (get(evidence, "src_endpoint"), get(evidence, "dst_endpoint"))
        {
            let (name, member) = if probe {
                ("PORT_PROBE", "portProbeAction")
            } else {
                ("NETWORK_CONNECTION", "networkConnectionAction")
            };
            put("action/actionType", Some(Node::of(name)));
            let direction = at(evidence, &["connection_info", "direction"]);
            let direction = text(direction).map(|direction| direction.to_uppercase());
            let outbound = is_outbound(direction.as_deref(), source, destination);
            let (local, remote) = if outbound {
                (source, destination)
            } else {
                (destination, source)
            };
            let base = format!("action/{member}");
            // Several connections are read as several probes are.
            let part = if probe || n > 0 {
                format!("{base}/portProbeDetails/{n}")
            } else {
                base.clone()
            };
            if n == 0 && !probe {
                put(
                    &format!("{base}/connectionDirection"),
                    direction.map(Node::of),
                );
                let protocol = at(evidence, &["connection_info", "protocol_name"]);
                put(&format!("{base}/protocol"), protocol.cloned());
                let interface = get(local, "interface_uid").cloned();
                put(&format!("{base}/localNetworkInterface"), interface);
            }
            put(
                &format!("{part}/localPortDetails/port"),
                get(local, "port").cloned(),
            );
            put(
                &format!("{part}/localIpDetails/ipAddressV4"),
                get(local, "ip").cloned(),
            );
            put(
                &format!("{part}/remotePortDetails/port"),
                get(remote, "port").cloned(),
            );
            put_remote(&mut put, &part, remote);
        } else if n == 0 && get(evidence, "api").is_some() {
            let api = at(evidence, &["api", "operation"]).cloned();
            put("action/actionType", Some(Node::of("AWS_API_CALL")));
            put("action/awsApiCallAction/api", api);
            if let Some(source) = get(evidence, "src_endpoint") {
                put_remote(&mut put, "action/awsApiCallAction", source);
            }
        } else if n == 0 && get(evidence, "query").is_some() {
            put("action/actionType", Some(Node::of("DNS_REQUEST")));
            let domain = at(evidence, &["query", "hostname"]).cloned();
            put("action/dnsRequestAction/domain", domain);
            let protocol = at(evidence, &["connection_info", "protocol_name"]).cloned();
            put("action/dnsRequestAction/protocol", protocol);
        }
        if n == 0 {
            put_process(&mut put, evidence);
        }
    }
    service
}

/// Where the direction is not told, the private side is the instance.
fn is_outbound(direction: Option<&str>, source: &Node<'_>, destination: &Node<'_>) -> bool {
    let private = |endpoint| text(get(endpoint, "ip")).is_some_and(|ip| is_private(&ip));
    match direction {
        Some("OUTBOUND") => true,
        Some("INBOUND") => false,
        _ => private(source) && !private(destination),
    }
}

fn put_remote<'a>(put: &mut dyn FnMut(&str, Option<Node<'a>>), part: &str, remote: &Node<'a>) {
    let base = format!("{part}/remoteIpDetails");
    for (path, from) in [
        ("ipAddressV4", &["ip"][..]),
        ("country/countryName", &["location", "country"]),
        ("organization/asn", &["autonomous_system", "number"]),
        ("organization/asnOrg", &["autonomous_system", "name"]),
    ] {
        put(&format!("{base}/{path}"), at(remote, from).cloned());
    }
}

fn put_process<'a>(put: &mut dyn FnMut(&str, Option<Node<'a>>), evidence: &Node<'a>) {
    let Some(process) = at(evidence, &["actor", "process"]).or_else(|| get(evidence, "process"))
    else {
        return;
    };
    let base = "runtimeDetails/process";
    for (path, from) in [
        ("name", &["name"][..]),
        ("executablePath", &["file", "path"]),
        ("pid", &["pid"]),
        ("user", &["user", "name"]),
    ] {
        put(&format!("{base}/{path}"), at(process, from).cloned());
    }
    put(&format!("{base}/startTime"), time(process, "created_time"));
    let hash = list(at(process, &["file", "hashes"])).first();
    put(
        &format!("{base}/executableSha256"),
        hash.and_then(|hash| get(hash, "value")).cloned(),
    );
}
