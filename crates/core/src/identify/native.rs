//! GuardDuty's own JSON, in either of its two cases, to a [`Finding`]. What is there and cannot be read becomes a problem with
//! its path; what is absent stays absent. Titles and descriptions are never parsed: their texts change.
//! Must not know envelopes.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Direction, Finding, FindingInterface, Remote};
use crate::Digest;

/// What an envelope says beside the finding, used only where the finding is silent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// Account of the envelope.
    pub(super) account: Option<String>,
    /// Region of the envelope.
    pub(super) region: Option<String>,
}

/// A member by its camelCase name or the same with a capital: the API and the events differ, and the case is mixed within
/// one file at times, so each object is asked by itself.
pub(super) fn get<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    let found = object.get(name).or_else(|| {
        let mut letters = name.chars();
        let capital: String = letters.next()?.to_uppercase().chain(letters).collect();
        object.get(&capital)
    })?;
    (!found.is_null()).then_some(found)
}

/// A member some steps down.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| get(value, name))
}

/// A text that says something.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Numbers come as integers, as floats and as strings.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

fn whole(value: &Value, most: f64) -> Option<u64> {
    let number = number(value)?;
    if number < 0.0 || number > most || number.fract() != 0.0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked just above"
    )]
    Some(number as u64)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(is) => Some(*is),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// RFC 3339, or seconds or milliseconds since 1970 as a number or a text.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    if let Some(parsed) = value.as_str().and_then(|text| text.trim().parse().ok()) {
        return Some(parsed);
    }
    let number = number(value)?;
    let milliseconds = if number.abs() >= 1e11 {
        number
    } else {
        number * 1000.0
    };
    if milliseconds.abs() > 1e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    Timestamp::from_millisecond(milliseconds.round() as i64).ok()
}

/// Reads members and remembers those that are there and unreadable.
struct Reader {
    problems: Vec<String>,
}

impl Reader {
    fn read<T>(
        &mut self,
        value: &Value,
        path: &[&str],
        what: &str,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let found = at(value, path)?;
        if found.as_str().is_some_and(|text| text.trim().is_empty()) {
            return None;
        }
        let parsed = parse(found);
        if parsed.is_none() {
            let shown: String = found.to_string().chars().take(60).collect();
            self.problems
                .push(format!("{}: not {what}: {shown}", path.join(".")));
        }
        parsed
    }

    /// -1 is GuardDuty's way to say that there is no port.
    fn port(&mut self, value: &Value, path: &[&str]) -> Option<u16> {
        let minus_one = at(value, path)
            .and_then(number)
            .is_some_and(|n| (n + 1.0).abs() < f64::EPSILON);
        if minus_one {
            return None;
        }
        self.read(value, path, "a port", |v| {
            whole(v, 65_535.0).and_then(|n| u16::try_from(n).ok())
        })
    }

    fn ip(&mut self, value: &Value, path: &[&str]) -> Option<IpAddr> {
        self.read(value, path, "an address", |v| {
            v.as_str()?.trim().parse().ok()
        })
    }

    fn remote(&mut self, details: Option<&Value>, port: Option<u16>) -> Option<Remote> {
        let details = details?;
        let ip = self
            .ip(details, &["ipAddressV4"])
            .or_else(|| self.ip(details, &["ipAddressV6"]))?;
        let asn = at(details, &["organization", "asn"]).and_then(|v| whole(v, f64::from(u32::MAX)));
        Some(Remote {
            ip,
            port,
            country: text(at(details, &["country", "countryName"]))
                .or_else(|| text(at(details, &["country", "countryCode"]))),
            asn: asn.and_then(|n| u32::try_from(n).ok()),
            org: text(at(details, &["organization", "asnOrg"]))
                .or_else(|| text(at(details, &["organization", "org"]))),
        })
    }
}

/// Reads one finding.
pub(super) fn read(raw: &Value, hints: &Hints) -> Finding {
    let mut reader = Reader {
        problems: Vec::new(),
    };
    let arn = text(get(raw, "arn"));
    let in_arn = |n: usize| {
        arn.as_deref()
            .and_then(|arn| arn.split(':').nth(n))
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
    };
    let id = text(get(raw, "id"))
        .or_else(|| Some(arn.as_deref()?.rsplit_once("/finding/")?.1.to_owned()));
    let id = id.unwrap_or_else(|| {
        reader
            .problems
            .push("id: absent; the digest of the finding stands in".into());
        let digest = Digest::of_json(raw).map_or_else(|_| String::new(), |digest| digest.hex());
        format!("unnamed-{}", digest.chars().take(16).collect::<String>())
    });
    let kind = text(get(raw, "type")).unwrap_or_default();
    let nothing = Value::Null;
    let service = get(raw, "service").unwrap_or(&nothing);
    let resource = get(raw, "resource").unwrap_or(&nothing);
    let details = get(resource, "instanceDetails").unwrap_or(&nothing);
    let family = family(text(get(resource, "resourceType")).as_deref(), &kind);
    let act = read_action(&mut reader, service);
    let mut finding = Finding {
        account: text(get(raw, "accountId"))
            .or_else(|| in_arn(4))
            .or_else(|| hints.account.clone()),
        region: text(get(raw, "region"))
            .or_else(|| in_arn(3))
            .or_else(|| hints.region.clone()),
        partition: text(get(raw, "partition")).or_else(|| in_arn(1)),
        detector: text(get(service, "detectorId")).or_else(|| {
            Some(
                arn.as_deref()?
                    .split_once("detector/")?
                    .1
                    .split('/')
                    .next()?
                    .to_owned(),
            )
        }),
        severity: reader.read(raw, &["severity"], "a number", number),
        first_seen: reader.read(raw, &["service", "eventFirstSeen"], "a time", time),
        last_seen: reader.read(raw, &["service", "eventLastSeen"], "a time", time),
        updated: reader.read(raw, &["updatedAt"], "a time", time),
        count: reader.read(raw, &["service", "count"], "a count", |v| whole(v, 1e15)),
        sample: is_sample(raw, resource, service),
        archived: reader
            .read(raw, &["service", "archived"], "true or false", truth)
            .unwrap_or(false),
        instance_id: text(get(details, "instanceId")),
        instance_name: name_tag(details),
        profile_arn: text(at(details, &["iamInstanceProfile", "arn"])),
        interfaces: interfaces(&mut reader, details, &act),
        action: act.name,
        direction: act.direction,
        blocked: act.blocked,
        protocol: act.protocol,
        local_ports: act.local_ports,
        domain: act.domain,
        remote: act.remote,
        threat_lists: threat_lists(service),
        role: text(get(service, "resourceRole")).map(|role| role.to_lowercase()),
        id,
        arn,
        kind,
        family,
        problems: Vec::new(),
    };
    if finding.family == "ec2" && finding.instance_id.is_none() {
        reader
            .problems
            .push("resource.instanceDetails.instanceId: absent".into());
    }
    finding.problems = reader.problems;
    finding
}

#[derive(Default)]
struct Act {
    name: Option<String>,
    direction: Option<Direction>,
    blocked: Option<bool>,
    protocol: Option<String>,
    local_ports: Vec<u16>,
    local_interface: Option<String>,
    local_ip: Option<IpAddr>,
    domain: Option<String>,
    remote: Vec<Remote>,
}

/// The members of `action` by the kind of the action, for findings that do not name the kind.
const ACTIONS: [(&str, &str); 6] = [
    ("networkConnectionAction", "network_connection"),
    ("portProbeAction", "port_probe"),
    ("dnsRequestAction", "dns_request"),
    ("awsApiCallAction", "aws_api_call"),
    ("kubernetesApiCallAction", "kubernetes_api_call"),
    ("rdsLoginAttemptAction", "rds_login_attempt"),
];

fn read_action(reader: &mut Reader, service: &Value) -> Act {
    let nothing = Value::Null;
    let action = get(service, "action").unwrap_or(&nothing);
    let named = text(get(action, "actionType")).map(|name| name.to_lowercase());
    let known = ACTIONS.iter().find(|(member, name)| match &named {
        Some(named) => named == name,
        None => get(action, member).is_some(),
    });
    let body = known
        .and_then(|(member, _)| get(action, member))
        .unwrap_or(&nothing);
    let name = named.or_else(|| known.map(|(_, name)| (*name).to_owned()));
    let mut act = Act {
        direction: text(get(body, "connectionDirection")).map(|direction| {
            match direction.to_uppercase().as_str() {
                "INBOUND" => Direction::Inbound,
                "OUTBOUND" => Direction::Outbound,
                _ => Direction::Unknown,
            }
        }),
        blocked: reader.read(body, &["blocked"], "true or false", truth),
        protocol: text(get(body, "protocol")).map(|protocol| protocol.to_lowercase()),
        domain: text(get(body, "domain")),
        local_interface: text(get(body, "localNetworkInterface")),
        local_ip: reader.ip(body, &["localIpDetails", "ipAddressV4"]),
        name,
        ..Act::default()
    };
    let mut parts = vec![body];
    parts.extend(list(get(body, "portProbeDetails")));
    for part in parts {
        if let Some(port) = reader.port(part, &["localPortDetails", "port"])
            && !act.local_ports.contains(&port)
        {
            act.local_ports.push(port);
        }
        let port = reader.port(part, &["remotePortDetails", "port"]);
        if let Some(remote) = reader.remote(get(part, "remoteIpDetails"), port)
            && !act.remote.contains(&remote)
        {
            act.remote.push(remote);
        }
    }
    for source in list(get(body, "sourceIPs").or_else(|| get(body, "sourceIps"))) {
        if let Some(ip) = source.as_str().and_then(|text| text.trim().parse().ok())
            && !act.remote.iter().any(|remote| remote.ip == ip)
        {
            act.remote.push(Remote {
                ip,
                port: None,
                country: None,
                asn: None,
                org: None,
            });
        }
    }
    act
}

fn interfaces(reader: &mut Reader, details: &Value, act: &Act) -> Vec<FindingInterface> {
    let mut out: Vec<FindingInterface> = list(get(details, "networkInterfaces"))
        .iter()
        .map(|raw| {
            let mut private_ips: Vec<IpAddr> = Vec::new();
            let listed = list(get(raw, "privateIpAddresses"))
                .iter()
                .map(|entry| reader.ip(entry, &["privateIpAddress"]));
            let listed: Vec<_> = listed.collect();
            for ip in std::iter::once(reader.ip(raw, &["privateIpAddress"]))
                .chain(listed)
                .flatten()
            {
                if !private_ips.contains(&ip) {
                    private_ips.push(ip);
                }
            }
            let groups = list(get(raw, "securityGroups"))
                .iter()
                .filter_map(|group| text(get(group, "groupId")));
            let ipv6 = list(get(raw, "ipv6Addresses"))
                .iter()
                .filter_map(|ip| ip.as_str()?.trim().parse().ok());
            FindingInterface {
                id: text(get(raw, "networkInterfaceId")),
                private_ips,
                public_ip: reader.ip(raw, &["publicIp"]),
                ipv6: ipv6.collect(),
                vpc: text(get(raw, "vpcId")),
                subnet: text(get(raw, "subnetId")),
                security_groups: groups.collect(),
            }
        })
        .collect();
    if out.is_empty()
        && (act.local_interface.is_some() || (act.local_ip.is_some() && !details.is_null()))
    {
        let private_ips = act.local_ip.into_iter().collect();
        out.push(FindingInterface {
            id: act.local_interface.clone(),
            private_ips,
            ..FindingInterface::default()
        });
    }
    if let [only] = out.as_mut_slice()
        && only.id.is_none()
    {
        only.id.clone_from(&act.local_interface);
    }
    out
}

fn name_tag(details: &Value) -> Option<String> {
    list(get(details, "tags"))
        .iter()
        .find(|tag| text(get(tag, "key")).as_deref() == Some("Name"))
        .and_then(|tag| text(get(tag, "value")))
}

/// `additionalInfo.value` is JSON in a string since about 2022, and the only place in the API's answers.
fn additional(service: &Value) -> Vec<Value> {
    let Some(info) = get(service, "additionalInfo") else {
        return Vec::new();
    };
    // Security Hub of 2019 gives the whole member as JSON in a string.
    let whole = info
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let inner = text(get(info, "value")).and_then(|text| serde_json::from_str::<Value>(&text).ok());
    std::iter::once(info.clone())
        .chain(whole)
        .chain(inner)
        .collect()
}

fn threat_lists(service: &Value) -> Vec<String> {
    let mut names: Vec<String> = additional(service)
        .iter()
        .filter_map(|info| text(get(info, "threatListName")))
        .collect();
    let details = list(at(service, &["evidence", "threatIntelligenceDetails"]));
    names.extend(
        details
            .iter()
            .filter_map(|entry| text(get(entry, "threatListName"))),
    );
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// A sample is known by its flag or, where a pipeline lost it, by the values that only samples have. Texts that somebody with
/// access to the account can choose (tags, group names, domains) prove nothing: they could keep a real finding from being acted on.
fn is_sample(raw: &Value, resource: &Value, service: &Value) -> bool {
    let flagged = additional(service)
        .iter()
        .filter_map(|info| get(info, "sample"))
        .any(|flag| truth(flag) == Some(true));
    let titled = text(get(raw, "title")).is_some_and(|title| title.starts_with("[SAMPLE]"));
    flagged || titled || generated(resource) || get(service, "action").is_some_and(generated)
}

fn generated(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            matches!(
                text.as_str(),
                "i-99999999" | "ami-99999999" | "198.51.100.0"
            ) || text.starts_with("GeneratedFinding")
        }
        Value::Array(values) => values.iter().any(generated),
        Value::Object(members) => generated_member(members),
        _ => false,
    }
}

fn generated_member(members: &Map<String, Value>) -> bool {
    const CHOSEN: [&str; 6] = [
        "tags",
        "groupname",
        "domain",
        "imagedescription",
        "publicdnsname",
        "privatednsname",
    ];
    members
        .iter()
        .any(|(name, value)| !CHOSEN.contains(&name.to_lowercase().as_str()) && generated(value))
}

/// By the resource's type: samples about keys and buckets carry `instanceDetails` too, and must not stop an instance.
fn family(resource_type: Option<&str>, kind: &str) -> String {
    let known = |name: &str| {
        Some(match name {
            "instance" | "ec2" => "ec2",
            "accesskey" | "iamuser" | "iam" => "iam",
            "s3bucket" | "s3object" | "s3" => "s3",
            "ekscluster" | "kubernetescluster" | "kubernetes" => "kubernetes",
            "ecscluster" | "ecs" => "ecs",
            "container" => "container",
            "lambda" => "lambda",
            "rdsdbinstance" | "rdslimitlessdb" | "rds" => "rds",
            _ => return None,
        })
    };
    let purpose = kind
        .split_once(':')
        .and_then(|(_, rest)| rest.split_once('/'))
        .map(|(resource, _)| resource);
    let said = resource_type.or(purpose).unwrap_or("unknown");
    known(&said.to_lowercase()).map_or_else(|| snake(said), str::to_owned)
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && before_lower {
            out.push('_');
        }
        before_lower = letter.is_lowercase() || letter.is_ascii_digit();
        if letter.is_alphanumeric() {
            out.extend(letter.to_lowercase());
        } else {
            out.push('_');
        }
    }
    out
}
