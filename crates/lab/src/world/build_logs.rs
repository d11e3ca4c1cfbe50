//! Which logs the account writes, and its network ACL. Must not know what happens later.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;

use super::{
    authlog::AUTH_LOG_GROUP, build::ACCOUNT, build_network::Network, dnslog::DNS_LOG_GROUP,
    model::*, ops_evidence::DEFAULT_FLOW_LOG_FORMAT,
};
use crate::scenario::{FlowFields, Scenario};

/// All the fields that a responder can use, in an order of its own as custom formats have it.
const FULL: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status} ${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} ${type} ${pkt-srcaddr} ${pkt-dstaddr} ${region} ${az-id} ${flow-direction} ${traffic-path}";
/// Version 3, as people write it who want to tell a knock from a connection.
const FLAGS: &str = "${version} ${vpc-id} ${subnet-id} ${instance-id} ${interface-id} ${account-id} ${type} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${pkt-srcaddr} ${pkt-dstaddr} ${protocol} ${bytes} ${packets} ${start} ${end} ${action} ${tcp-flags} ${log-status}";
/// The log group of flow logs that do not go to a bucket.
const FLOW_LOG_GROUP: &str = "/vpc/flow-logs";

impl World {
    pub(super) fn build_logs(
        &mut self,
        scenario: &Scenario,
        network: &Network,
        long_ago: Timestamp,
    ) {
        let logs = &scenario.logs;
        self.settings.skips_flow_records = logs.skip_data;
        self.settings.lookup_events_refused = !logs.trail;
        let groups = [
            (AUTH_LOG_GROUP, logs.auth),
            (DNS_LOG_GROUP, logs.dns),
            (FLOW_LOG_GROUP, logs.flow_to_cloudwatch),
        ];
        for (name, _) in groups.into_iter().filter(|(_, there)| *there) {
            let group = LogGroup {
                created: long_ago,
                retention_days: Some(90),
                streams: BTreeMap::new(),
            };
            self.log_groups.insert(name.to_owned(), group);
        }
        let log_format = match logs.flow {
            FlowFields::None => return,
            FlowFields::Default => DEFAULT_FLOW_LOG_FORMAT,
            FlowFields::Flags => FLAGS,
            FlowFields::Full => FULL,
        };
        let id = self.ids.ec2("fl");
        let to_group = logs.flow_to_cloudwatch;
        let flow_log = FlowLog {
            id: id.clone(),
            resource_id: network.vpc.clone(),
            traffic_type: "ALL".to_owned(),
            destination_type: if to_group { "cloud-watch-logs" } else { "s3" }.to_owned(),
            destination: if to_group {
                format!(
                    "arn:aws:logs:{}:{ACCOUNT}:log-group:{FLOW_LOG_GROUP}",
                    self.region
                )
            } else {
                format!("arn:aws:s3:::acme-flow-logs-{ACCOUNT}")
            },
            log_group_name: to_group.then(|| FLOW_LOG_GROUP.to_owned()),
            log_format: log_format.to_owned(),
            max_aggregation_interval: logs.interval,
            creation_time: long_ago,
            deliver_logs_permission_arn: to_group
                .then(|| format!("arn:aws:iam::{ACCOUNT}:role/flow-logs")),
            tags: Tags::new(),
        };
        self.flow_logs.insert(id, flow_log);
    }

    /// The network ACL of all subnets, which lets everything pass.
    pub(super) fn add_acl(&mut self, scenario: &Scenario, vpc: &str, subnets: &[String]) {
        let id = self.ids.ec2("acl");
        let associations = subnets
            .iter()
            .map(|subnet| (self.ids.ec2("aclassoc"), subnet.clone()))
            .collect();
        let mut entries = Vec::new();
        for (net, rule_number) in everywhere(scenario).into_iter().zip(100..) {
            entries.extend([false, true].map(|egress| AclEntry {
                rule_number,
                protocol: "-1".to_owned(),
                allow: true,
                egress,
                cidr: net,
                ports: None,
            }));
        }
        let acl = NetworkAcl {
            id: id.clone(),
            vpc_id: vpc.to_owned(),
            is_default: true,
            associations,
            entries,
            tags: Tags::new(),
        };
        self.network_acls.insert(id, acl);
    }

    /// The entries of the scenario, before those.
    pub(super) fn build_acl(&mut self, scenario: &Scenario, network: &Network) {
        for spec in &scenario.acl {
            let text = self.address_or_text(&spec.deny);
            let range = text
                .parse::<IpNet>()
                .or_else(|_| text.parse().map(|ip: std::net::IpAddr| IpNet::from(ip)));
            let acl = self.acl_of(&network.first).map(|acl| acl.id.clone());
            let acl = acl.and_then(|id| self.network_acls.get_mut(&id));
            if let (Ok(cidr), Some(acl)) = (range, acl) {
                acl.entries.push(AclEntry {
                    rule_number: spec.number,
                    protocol: if spec.ports.is_some() { "6" } else { "-1" }.to_owned(),
                    allow: false,
                    egress: spec.egress,
                    cidr,
                    ports: spec.ports,
                });
            }
        }
    }
}

/// The ranges of everybody, in the families that the target speaks.
pub(super) fn everywhere(scenario: &Scenario) -> Vec<IpNet> {
    let v6 = IpNet::V6(Ipv6Net::default());
    let v4 = IpNet::V4(Ipv4Net::default());
    [Some(v4), scenario.target.ipv6.then_some(v6)]
        .into_iter()
        .flatten()
        .collect()
}

/// Seconds over which flow records aggregate. On Nitro it is a minute at the most; types on Xen do what is asked.
pub(super) fn window(scenario: &Scenario) -> i64 {
    let family = scenario.target.instance_type.split('.').next();
    let xen = matches!(family, Some("t2" | "m4" | "c4" | "m3" | "r4"));
    if xen && scenario.logs.interval == 600 {
        600
    } else {
        60
    }
}
