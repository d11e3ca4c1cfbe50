//! GuardDuty: threat lists against traffic, findings with aggregation, events with the publishing frequency.
//! Facts: GuardDuty guide "EC2 finding types", "Finding aggregation", "EventBridge". Must not know the truth.

use std::{collections::BTreeMap, net::IpAddr};

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    engine::Task,
    flows::{FlowCounts, FlowKey},
    model::{Notification, World},
    policy::Direction,
    trail::put,
};

/// The finding that a hit on a custom list raises.
const CUSTOM: &str = "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom";

impl World {
    /// The newest delivered EventBridge event, exactly as delivered.
    #[must_use]
    pub fn alert(&self) -> Option<&[u8]> {
        self.detector
            .notifications
            .last()
            .map(|notification| notification.event.as_slice())
    }

    /// Looks for hits on the threat lists in a batch of traffic; each remote address counts once a minute and
    /// interface, and the finding shows the last occurrence only.
    pub(crate) fn guard_traffic(&mut self, batch: &BTreeMap<FlowKey, FlowCounts>) {
        let mut seen = BTreeMap::<(i64, String, IpAddr), (FlowKey, FlowCounts)>::new();
        for (key, counts) in batch {
            let slot = (key.window, key.interface_id.clone(), key.remote().ip);
            let starts = key.direction == counts.initiated;
            // The side that opened the conversation is the one that GuardDuty shows.
            if starts || !seen.contains_key(&slot) {
                seen.insert(slot, (key.clone(), counts.clone()));
            }
        }
        for ((_, interface_id, remote), (key, counts)) in seen {
            let Some(list) = self.list_with(remote) else {
                continue;
            };
            let Some(instance_id) = self
                .interfaces
                .get(&interface_id)
                .and_then(|i| i.attachment.as_ref())
                .map(|a| a.instance_id.clone())
            else {
                continue;
            };
            let body = self.connection_finding(&instance_id, &list, &key, &counts);
            let at = |second| Timestamp::from_second(second).unwrap_or(self.now);
            let (first, last) = (at(counts.first), at(counts.last));
            self.raise(
                CUSTOM,
                &format!("{instance_id}/{list}"),
                &body,
                first,
                last,
                1,
            );
        }
    }

    /// The active threat list with the address, unless a trusted list has it too.
    fn list_with(&self, remote: IpAddr) -> Option<String> {
        let has = |entries: &[IpNet]| entries.iter().any(|net| net.contains(&remote));
        let trusted = self
            .detector
            .ip_sets
            .values()
            .any(|set| set.status == "ACTIVE" && has(&set.entries));
        if trusted {
            return None;
        }
        self.detector
            .threat_intel_sets
            .values()
            .find(|set| set.status == "ACTIVE" && has(&set.entries))
            .map(|set| set.name.clone())
    }

    fn connection_finding(
        &self,
        instance_id: &str,
        list: &str,
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
        let about =
            self.engine
                .players
                .iter()
                .map(|player| &player.actor)
                .find(|actor| match remote.ip {
                    IpAddr::V4(ip) => actor.from.contains(&ip),
                    IpAddr::V6(_) => false,
                });
        let text = |value: Option<&String>| value.cloned().unwrap_or_else(|| "Unknown".to_owned());
        let org = text(about.and_then(|a| a.org.as_ref()));
        let country = text(about.and_then(|a| a.country.as_ref()));
        let asn = about.and_then(|a| a.asn).unwrap_or(64496).to_string();
        let ports = |port: u16| json!({ "port": port, "portName": port_name(port) });
        let threat = "Customer Threat Intel";
        let inner = json!({ "threatListName": list, "threatName": threat }).to_string();
        json!({
            "severity": 5,
            "title": format!("EC2 Instance {instance_id} communicating outbound with disallowed IP address."),
            "description": format!("EC2 Instance {instance_id} has been found communicating outbound with disallowed IP address {} present in the list {list}.", remote.ip),
            "resource": { "resourceType": "Instance", "instanceDetails": self.instance_details(instance_id) },
            "action": {
                "actionType": "NETWORK_CONNECTION",
                "networkConnectionAction": {
                    "connectionDirection": direction,
                    "localIpDetails": { "ipAddressV4": local.ip.to_string() },
                    "localNetworkInterface": key.interface_id,
                    "remoteIpDetails": {
                        "ipAddressV4": remote.ip.to_string(),
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
            "additionalInfo": { "threatListName": list, "threatName": threat, "value": inner, "type": "default" },
            "evidence": { "threatIntelligenceDetails": [{ "threatListName": list, "threatNames": [threat] }] },
        })
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

    /// Makes a finding, or adds an occurrence to the one of the same type and subject.
    pub(crate) fn raise(
        &mut self,
        kind: &str,
        subject: &str,
        body: &Value,
        first: Timestamp,
        last: Timestamp,
        count: u64,
    ) {
        let slot = (kind.to_owned(), subject.to_owned());
        let known = self.engine.findings.get(&slot).cloned();
        let fresh = known.is_none();
        let id = match known {
            Some(id) => id,
            None => self.engine.ids.hex(32),
        };
        let old = self.detector.findings.get(&id);
        let before = |path: &str| old.and_then(|finding| finding.pointer(path)).cloned();
        let first_seen = before("/service/eventFirstSeen").unwrap_or_else(|| json!(millis(first)));
        let created = before("/createdAt").unwrap_or_else(|| json!(millis(self.now)));
        let archived = before("/service/archived").unwrap_or(Value::Bool(false));
        let count = before("/service/count")
            .and_then(|c| c.as_u64())
            .unwrap_or(0)
            + count;
        let part = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
        let mut service = json!({
            "serviceName": "guardduty",
            "detectorId": self.detector.id,
            "action": part("action"),
            "resourceRole": part("resourceRole"),
            "additionalInfo": part("additionalInfo"),
            "eventFirstSeen": first_seen,
            "eventLastSeen": millis(last),
            "archived": archived,
            "count": count,
        });
        if let Some(evidence) = body.get("evidence") {
            put(&mut service, "evidence", evidence.clone());
        }
        let finding = json!({
            "schemaVersion": "2.0",
            "accountId": self.account_id,
            "region": self.region,
            "partition": "aws",
            "id": id,
            "arn": format!("arn:aws:guardduty:{}:{}:detector/{}/finding/{id}", self.region, self.account_id, self.detector.id),
            "type": kind,
            "resource": part("resource"),
            "service": service,
            "severity": part("severity"),
            "createdAt": created,
            "updatedAt": millis(self.now),
            "title": part("title"),
            "description": part("description"),
        });
        self.detector.findings.insert(id.clone(), finding);
        self.engine.findings.insert(slot, id.clone());
        if fresh {
            self.publish(&id);
        } else if !self.engine.to_publish.contains_key(&id) {
            let last = self
                .detector
                .notifications
                .iter()
                .rev()
                .find(|n| n.finding_id == id)
                .map_or(self.now, |n| n.at);
            let due = (last + self.frequency()).max(self.now);
            self.engine.to_publish.insert(id.clone(), due);
            self.engine.at(due, Task::Publish { finding: id });
        }
    }

    fn frequency(&self) -> SignedDuration {
        match self.detector.publishing_frequency.as_str() {
            "FIFTEEN_MINUTES" => SignedDuration::from_mins(15),
            "ONE_HOUR" => SignedDuration::from_hours(1),
            _ => SignedDuration::from_hours(6),
        }
    }

    /// Sends the present state of a finding to EventBridge; archiving by hand does not stop that.
    pub(crate) fn publish(&mut self, id: &str) {
        self.engine.to_publish.remove(id);
        let Some(finding) = self.detector.findings.get(id) else {
            return;
        };
        let event = json!({
            "version": "0",
            "id": self.engine.ids.uuid(),
            "detail-type": "GuardDuty Finding",
            "source": "aws.guardduty",
            "account": self.account_id,
            "time": self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": self.region,
            "resources": [],
            "detail": finding,
        });
        let notification = Notification {
            at: self.now,
            finding_id: id.to_owned(),
            event: event.to_string().into_bytes(),
        };
        self.detector.notifications.push(notification);
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

/// Time with milliseconds, as findings write it.
fn millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
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
