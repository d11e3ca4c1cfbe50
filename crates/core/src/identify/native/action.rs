//! What happened: the member of `service.action`, whatever kind it is of. A kind that is not known here gives what it shares with
//! the others. Must not know resources.

use std::net::IpAddr;

use super::reader::Reader;
use crate::identify::json::{Node, at, get, text, truth, whole};
use crate::identify::{Direction, Remote};

#[derive(Default)]
pub(super) struct Act {
    pub(super) name: Option<String>,
    pub(super) direction: Option<Direction>,
    pub(super) blocked: Option<bool>,
    pub(super) protocol: Option<String>,
    pub(super) local_ports: Vec<u16>,
    pub(super) local_interface: Option<String>,
    pub(super) local_ip: Option<IpAddr>,
    pub(super) domain: Option<String>,
    pub(super) remote: Vec<Remote>,
}

/// The members of `action` by the kind of the action, for findings that do not name the kind.
const ACTIONS: [(&str, &str); 9] = [
    ("networkConnectionAction", "network_connection"),
    ("portProbeAction", "port_probe"),
    ("dnsRequestAction", "dns_request"),
    ("awsApiCallAction", "aws_api_call"),
    ("kubernetesApiCallAction", "kubernetes_api_call"),
    ("rdsLoginAttemptAction", "rds_login_attempt"),
    (
        "kubernetesPermissionCheckedDetails",
        "kubernetes_permission_checked",
    ),
    ("kubernetesRoleBindingDetails", "kubernetes_role_binding"),
    ("kubernetesRoleDetails", "kubernetes_role"),
];

impl Act {
    pub(super) fn read(reader: &mut Reader, service: &Node<'_>) -> Self {
        let Some(action) = get(service, "action") else {
            return Self::default();
        };
        let named = text(get(action, "actionType")).map(|name| super::snake(&name));
        let name = named.or_else(|| {
            let known = ACTIONS
                .iter()
                .find(|(member, _)| get(action, member).is_some_and(Node::is_object));
            known.map(|(_, name)| (*name).to_owned())
        });
        let body = name.as_deref().and_then(|name| body(action, name));
        let mut act = Self {
            name,
            ..Self::default()
        };
        if let Some((member, body)) = body {
            reader.under("action", |reader| {
                reader.under(member, |reader| act.read_body(reader, body));
            });
        }
        act
    }

    fn read_body(&mut self, reader: &mut Reader, body: &Node<'_>) {
        self.direction = text(get(body, "connectionDirection")).map(|direction| {
            match direction.to_ascii_uppercase().as_str() {
                "INBOUND" => Direction::Inbound,
                "OUTBOUND" => Direction::Outbound,
                "UNKNOWN" => Direction::Unknown,
                _ => {
                    let found = Node::of(direction);
                    reader.unreadable(&["connectionDirection"], "a direction known here", &found);
                    Direction::Unknown
                }
            }
        });
        self.blocked = reader.read(body, &["blocked"], "true or false", truth);
        self.protocol = text(get(body, "protocol")).map(|protocol| protocol.to_lowercase());
        self.domain =
            text(get(body, "domain")).or_else(|| text(at(body, &["domainDetails", "domain"])));
        self.local_interface = text(get(body, "localNetworkInterface"));
        self.part(reader, body);
        reader.each(body, "portProbeDetails", |reader, probe| {
            self.part(reader, probe);
        });
        let sources = if get(body, "sourceIPs").is_some() {
            "sourceIPs"
        } else {
            "sourceIps"
        };
        for ip in reader.ips(body, sources) {
            if !self.remote.iter().any(|remote| remote.ip == ip) {
                self.remote.push(Remote {
                    ip,
                    port: None,
                    country: None,
                    asn: None,
                    org: None,
                });
            }
        }
    }

    /// One connection, or one probe of several.
    fn part(&mut self, reader: &mut Reader, part: &Node<'_>) {
        if let Some(port) = reader.port(part, &["localPortDetails", "port"])
            && !self.local_ports.contains(&port)
        {
            self.local_ports.push(port);
        }
        let local = reader
            .ip(part, &["localIpDetails", "ipAddressV4"])
            .or_else(|| reader.ip(part, &["localIpDetails", "ipAddressV6"]));
        self.local_ip = self.local_ip.or(local);
        let port = reader.port(part, &["remotePortDetails", "port"]);
        if let Some(remote) = remote(reader, part, port)
            && !self.remote.contains(&remote)
        {
            self.remote.push(remote);
        }
    }
}

fn body<'n, 'a>(action: &'n Node<'a>, name: &str) -> Option<(&'static str, &'n Node<'a>)> {
    if let Some((member, _)) = ACTIONS.iter().find(|(_, known)| *known == name) {
        return Some((member, get(action, member)?));
    }
    // A kind of tomorrow: its body is the only one there.
    let mut bodies = action
        .members()?
        .iter()
        .map(|(_, value)| value)
        .filter(|value| value.is_object());
    let first = bodies.next()?;
    bodies.next().is_none().then_some(("unknown", first))
}

/// The other side. A connection has one address: where a finding shows both kinds, as samples do, it is the one of IPv4.
fn remote(reader: &mut Reader, part: &Node<'_>, port: Option<u16>) -> Option<Remote> {
    let details = get(part, "remoteIpDetails")?;
    let ip = reader
        .ip(details, &["ipAddressV4"])
        .or_else(|| reader.ip(details, &["ipAddressV6"]))?;
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
