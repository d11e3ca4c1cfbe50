//! What a finding says: of a connection, of what is inside the instance, of the instance itself.
//! Facts: GuardDuty guide "Finding details". Must not know why it is raised (`guardduty`).

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{
    flows::{FlowCounts, FlowKey},
    guardduty::{Known, millis},
    model::World,
    policy::Direction,
    trail::put,
};

impl World {
    pub(super) fn connection_finding(
        &self,
        instance_id: &str,
        known: &Known,
        remote_ip: IpAddr,
        key: &FlowKey,
        counts: &FlowCounts,
    ) -> Value {
        let (local, remote) = (key.local(), key.remote());
        let inbound = counts.initiated == Direction::Ingress;
        let served = if inbound { local.port } else { remote.port };
        // GuardDuty leaves the direction open when neither port tells who served.
        let direction = match (served < 1024, inbound) {
            (true, true) => "INBOUND",
            (true, false) => "OUTBOUND",
            (false, _) => "UNKNOWN",
        };
        let about = self
            .engine
            .players
            .iter()
            .map(|player| &player.actor)
            .find(|actor| actor.from.contains(&remote_ip));
        let text = |value: Option<&String>| value.cloned().unwrap_or_else(|| "Unknown".to_owned());
        let org = text(about.and_then(|a| a.org.as_ref()));
        let country = text(about.and_then(|a| a.country.as_ref()));
        let asn = about.and_then(|a| a.asn).unwrap_or(64496).to_string();
        // A finding over IPv6 names the interface's primary private address beside the one that was spoken to.
        let mut local_details = json!({ (family(local.ip)): local.ip.to_string() });
        let primary = self
            .interfaces
            .get(&key.interface_id)
            .and_then(|i| i.private_addresses.iter().find(|a| a.primary));
        if let (true, Some(primary)) = (local.ip.is_ipv6(), primary) {
            put(
                &mut local_details,
                "ipAddressV4",
                json!(primary.ip.to_string()),
            );
        }
        let ports = |port: u16| json!({ "port": port, "portName": port_name(port) });
        let title = match &known.list {
            Some(_) => format!(
                "EC2 Instance {instance_id} communicating outbound with disallowed IP address."
            ),
            None => format!("EC2 Instance {instance_id} is involved in {}.", known.kind),
        };
        let description = match &known.list {
            Some(list) => format!(
                "EC2 Instance {instance_id} has been found communicating outbound with disallowed IP address {remote_ip} present in the list {list}."
            ),
            None => format!(
                "{remote_ip} and EC2 Instance {instance_id} are involved in {}.",
                known.kind
            ),
        };
        let mut body = json!({
            "severity": whole(known.severity),
            "title": title,
            "description": description,
            "resource": { "resourceType": "Instance", "instanceDetails": self.instance_details(instance_id) },
            "action": {
                "actionType": "NETWORK_CONNECTION",
                "networkConnectionAction": {
                    "connectionDirection": direction,
                    "localIpDetails": local_details,
                    "localNetworkInterface": key.interface_id,
                    "remoteIpDetails": {
                        (family(remote_ip)): remote_ip.to_string(),
                        "organization": { "asn": asn, "asnOrg": org, "isp": org, "org": org },
                        "country": { "countryName": country },
                        "city": { "cityName": "" },
                        "geoLocation": { "lat": 0.0, "lon": 0.0 },
                    },
                    "remotePortDetails": ports(remote.port),
                    "localPortDetails": ports(local.port),
                    "protocol": key.protocol.name().to_uppercase(),
                    "blocked": !key.accepted,
                },
            },
            "resourceRole": if inbound { "TARGET" } else { "ACTOR" },
        });
        if let Some(list) = &known.list {
            let threat = "Customer Threat Intel";
            let inner = json!({ "threatListName": list, "threatName": threat }).to_string();
            put(
                &mut body,
                "additionalInfo",
                json!({ "threatListName": list, "threatName": threat, "value": inner, "type": "default" }),
            );
            put(
                &mut body,
                "evidence",
                json!({ "threatIntelligenceDetails": [{ "threatListName": list, "threatNames": [threat] }] }),
            );
        } else {
            put(
                &mut body,
                "additionalInfo",
                json!({ "value": "{}", "type": "default" }),
            );
        }
        body
    }

    fn instance_details(&self, instance_id: &str) -> Value {
        let Some(instance) = self.instances.get(instance_id) else {
            return json!({ "instanceId": instance_id });
        };
        let profile = self
            .profile_of(instance_id)
            .and_then(|association| self.instance_profiles.get(&association.profile))
            .map(|profile| json!({ "arn": profile.arn, "id": profile.id }));
        let interfaces: Vec<Value> = self
            .interfaces_of(instance_id)
            .map(|i| {
                let private: Vec<Value> = i
                    .private_addresses
                    .iter()
                    .map(|a| json!({ "privateIpAddress": a.ip.to_string(), "privateDnsName": self.private_name(a.ip) }))
                    .collect();
                let groups: Vec<Value> = i
                    .groups
                    .iter()
                    .filter_map(|id| self.groups.get(id))
                    .map(|group| json!({ "groupId": group.id, "groupName": group.name }))
                    .collect();
                let primary = i.private_addresses.iter().find(|a| a.primary).map(|a| a.ip);
                let public = primary.and_then(|ip| self.public_address_of(i, ip));
                let mut details = json!({
                    "networkInterfaceId": i.id,
                    "ipv6Addresses": i.ipv6_addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    "privateIpAddresses": private,
                    "securityGroups": groups,
                    "subnetId": i.subnet_id,
                    "vpcId": i.vpc_id,
                    "publicDnsName": public.map(|ip| self.public_name(ip)).unwrap_or_default(),
                });
                if let Some(ip) = primary {
                    put(&mut details, "privateIpAddress", json!(ip.to_string()));
                    put(&mut details, "privateDnsName", json!(self.private_name(ip)));
                }
                if let Some(ip) = public {
                    put(&mut details, "publicIp", json!(ip.to_string()));
                }
                details
            })
            .collect();
        let image = self
            .images
            .get(&instance.image_id)
            .map(|image| image.description.clone());
        json!({
            "instanceId": instance.id,
            "instanceType": instance.instance_type,
            "launchTime": millis(instance.launch_time),
            "platform": Value::Null,
            "productCodes": [],
            "iamInstanceProfile": profile,
            "networkInterfaces": interfaces,
            "outpostArn": Value::Null,
            "tags": instance.tags.iter().map(|(k, v)| json!({ "key": k, "value": v })).collect::<Vec<_>>(),
            "instanceState": instance.state.name(),
            "availabilityZone": instance.availability_zone,
            "imageId": instance.image_id,
            "imageDescription": image,
        })
    }

    /// A finding of the agent in the instance, or of a scan of its volumes: no connection, so no address.
    pub(super) fn inside_finding(&self, instance_id: &str, kind: &str, severity: f64) -> Value {
        json!({
            "severity": whole(severity),
            "title": format!("{kind} on EC2 Instance {instance_id}."),
            "description": format!("{kind} was seen on EC2 Instance {instance_id}."),
            "resource": { "resourceType": "Instance", "instanceDetails": self.instance_details(instance_id) },
            "resourceRole": "TARGET",
            "additionalInfo": { "value": "{}", "type": "default" },
        })
    }

    /// Private DNS name of an address.
    #[must_use]
    pub fn private_name(&self, ip: std::net::Ipv4Addr) -> String {
        format!(
            "ip-{}.{}.compute.internal",
            ip.to_string().replace('.', "-"),
            self.region
        )
    }

    /// Public DNS name of an address.
    #[must_use]
    pub fn public_name(&self, ip: std::net::Ipv4Addr) -> String {
        format!(
            "ec2-{}.{}.compute.amazonaws.com",
            ip.to_string().replace('.', "-"),
            self.region
        )
    }
}

/// A severity as findings write it: without a fraction where it has none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "severities are 1 to 10"
)]
fn whole(severity: f64) -> Value {
    if severity.fract() == 0.0 {
        json!(severity as u64)
    } else {
        json!(severity)
    }
}

/// The name of the field for an address of this family.
fn family(ip: IpAddr) -> &'static str {
    if ip.is_ipv4() {
        "ipAddressV4"
    } else {
        "ipAddressV6"
    }
}

fn port_name(port: u16) -> &'static str {
    match port {
        21 => "FTP",
        22 => "SSH",
        23 => "Telnet",
        25 => "SMTP",
        80 => "HTTP",
        443 => "HTTPS",
        3306 => "MySQL",
        3389 => "RDP",
        5432 => "PostgreSQL",
        _ => "Unknown",
    }
}
