//! Flow records: gathered in windows of one or ten minutes, delivered late, in the format of each configuration.
//! Facts: VPC guide "Flow log records". Must not know what the traffic is for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    net::IpAddr,
};

use jiff::Timestamp;

use super::{
    engine::Task,
    model::{Endpoint, FlowLog, InstanceState, LogEvent, Protocol, World},
    policy::Direction,
    traffic::Connection,
};

/// What makes one record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FlowKey {
    /// Start of the window, Unix seconds.
    pub(crate) window: i64,
    pub(crate) interface_id: String,
    pub(crate) src: Endpoint,
    pub(crate) dst: Endpoint,
    pub(crate) protocol: Protocol,
    pub(crate) direction: Direction,
    pub(crate) accepted: bool,
}

impl FlowKey {
    pub(crate) fn remote(&self) -> Endpoint {
        if self.direction == Direction::Ingress {
            self.src
        } else {
            self.dst
        }
    }

    pub(crate) fn local(&self) -> Endpoint {
        if self.direction == Direction::Ingress {
            self.dst
        } else {
            self.src
        }
    }
}

/// What is counted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FlowCounts {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) flags: u8,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) initiated: Direction,
    /// Who is behind the load balancer, where one stands between.
    pub(crate) sender: Option<IpAddr>,
}

/// Records not yet delivered.
#[derive(Debug)]
pub(crate) struct FlowWindows {
    /// Length of a window in seconds.
    length: i64,
    records: BTreeMap<FlowKey, FlowCounts>,
    /// Windows before this one are delivered.
    delivered: Option<i64>,
}

impl FlowWindows {
    pub(crate) fn new(length: i64) -> Self {
        Self {
            length,
            records: BTreeMap::new(),
            delivered: None,
        }
    }

    /// Start of the window that a second falls into.
    pub(crate) fn start_of(&self, second: i64) -> i64 {
        second.div_euclid(self.length) * self.length
    }

    pub(crate) fn add(
        &mut self,
        key: FlowKey,
        at: i64,
        packets: u64,
        bytes: u64,
        flags: u8,
        connection: &Connection,
    ) {
        let counts = self.records.entry(key).or_insert(FlowCounts {
            packets: 0,
            bytes: 0,
            flags: 0,
            first: at,
            last: at,
            initiated: connection.initiated,
            sender: None,
        });
        counts.sender = counts.sender.or(connection.sender);
        counts.packets += packets;
        counts.bytes += bytes;
        counts.flags |= flags;
        counts.last = at;
    }

    /// Takes the records of whole windows that start before `end`.
    fn take_before(&mut self, end: i64) -> BTreeMap<FlowKey, FlowCounts> {
        let first_kept = self.records.keys().find(|key| key.window >= end).cloned();
        let kept = first_kept
            .map(|key| self.records.split_off(&key))
            .unwrap_or_default();
        std::mem::replace(&mut self.records, kept)
    }
}

/// How often files are delivered, seconds.
pub(crate) const DELIVERY: i64 = 300;
/// Where AWS leaves records out, it does so in one window of so many.
const SKIPPED_OF: i64 = 9;

impl World {
    /// Delivers the windows that are old enough, lets GuardDuty see the same traffic, and plans the next delivery.
    pub(crate) fn deliver_flows(&mut self) {
        let next = self.now + jiff::SignedDuration::from_secs(DELIVERY);
        self.engine.at(next, Task::DeliverFlows);
        let windows = &self.engine.windows;
        let end = windows.start_of((self.now - self.settings.flow_log_delay).as_second());
        let begin = windows
            .delivered
            .unwrap_or_else(|| windows.start_of(end - DELIVERY));
        let batch = self.engine.windows.take_before(end);
        self.engine.windows.delivered = Some(end);
        let logs: Vec<FlowLog> = self.flow_logs.values().cloned().collect();
        for log in &logs {
            self.deliver_flow_log(log, &batch, begin, end);
        }
        self.guard_traffic(&batch);
        self.hear_agents();
    }

    fn deliver_flow_log(
        &mut self,
        log: &FlowLog,
        batch: &BTreeMap<FlowKey, FlowCounts>,
        begin: i64,
        end: i64,
    ) {
        let fields: Vec<&str> = log
            .log_format
            .split_whitespace()
            .map(|field| field.trim_start_matches("${").trim_end_matches('}'))
            .collect();
        let since = log.creation_time.as_second();
        let length = self.engine.windows.length;
        let mut lines: Vec<(i64, String, String)> = Vec::new();
        let skipped = |window: i64| {
            let number = window.div_euclid(length);
            self.settings.skips_flow_records && number.rem_euclid(SKIPPED_OF) == 0
        };
        for (key, counts) in batch
            .iter()
            .filter(|(key, _)| key.window >= since && !skipped(key.window))
        {
            let wanted = match log.traffic_type.as_str() {
                "ACCEPT" => key.accepted,
                "REJECT" => !key.accepted,
                _ => true,
            };
            if wanted && self.covers(log, &key.interface_id) {
                lines.push((
                    key.window,
                    key.interface_id.clone(),
                    self.line(&fields, key, counts),
                ));
            }
        }
        let spoke: BTreeSet<(i64, &String)> = batch
            .keys()
            .map(|key| (key.window, &key.interface_id))
            .collect();
        for interface in self.interfaces.values().filter(|i| self.covers(log, &i.id)) {
            let runs = interface
                .attachment
                .as_ref()
                .and_then(|a| self.instances.get(&a.instance_id))
                .is_some_and(|instance| instance.state == InstanceState::Running);
            let mut window = begin.max(since.div_euclid(length) * length + length);
            while runs && window < end {
                let status = match (skipped(window), spoke.contains(&(window, &interface.id))) {
                    (true, _) => Some("SKIPDATA"),
                    (false, true) => None,
                    (false, false) => Some("NODATA"),
                };
                if let Some(status) = status {
                    let line = self.empty_line(&fields, &interface.id, window, status);
                    lines.push((window, interface.id.clone(), line));
                }
                window += length;
            }
        }
        lines.sort();
        if lines.is_empty() {
            return;
        }
        if log.destination_type == "s3" {
            self.deliver_file(log, &fields, &lines);
        } else if let Some(group) = &log.log_group_name {
            for (window, interface, line) in lines {
                let at = Timestamp::from_second(window).unwrap_or(self.now);
                self.log_line(group, &format!("{interface}-all"), at, line);
            }
        }
    }

    fn deliver_file(&mut self, log: &FlowLog, fields: &[&str], lines: &[(i64, String, String)]) {
        let Some(path) = log.destination.strip_prefix("arn:aws:s3:::") else {
            return;
        };
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        let prefix = prefix.trim_matches('/');
        let separator = if prefix.is_empty() { "" } else { "/" };
        let mut text = fields.join(" ");
        for (_, _, line) in lines {
            let _ = write!(text, "\n{line}");
        }
        text.push('\n');
        let (account, region, id) = (&self.account_id, &self.region, &log.id);
        let hash = self.engine.ids.hex(8);
        let key = format!(
            "{prefix}{separator}AWSLogs/{account}/vpcflowlogs/{region}/{}/{account}_vpcflowlogs_{region}_{id}_{}_{hash}.log.gz",
            self.now.strftime("%Y/%m/%d"),
            self.now.strftime("%Y%m%dT%H%MZ"),
        );
        let bucket = bucket.to_owned();
        self.put_object(
            &bucket,
            &key,
            self.packed(text.into_bytes()),
            "application/octet-stream",
        );
    }

    /// Appends a line to a stream of a log group; the group must exist.
    pub(crate) fn log_line(&mut self, group: &str, stream: &str, at: Timestamp, message: String) {
        self.count_line(group, &message);
        let (id, ingested) = (self.engine.ids.number(), self.now);
        if let Some(group) = self.log_groups.get_mut(group) {
            let id = format!("{id:056}");
            group
                .streams
                .entry(stream.to_owned())
                .or_default()
                .push(LogEvent {
                    id,
                    at,
                    ingested,
                    message,
                });
        }
    }

    fn covers(&self, log: &FlowLog, interface_id: &str) -> bool {
        self.interfaces.get(interface_id).is_some_and(|i| {
            log.resource_id == i.id || log.resource_id == i.subnet_id || log.resource_id == i.vpc_id
        })
    }

    fn line(&self, fields: &[&str], key: &FlowKey, counts: &FlowCounts) -> String {
        let interface = self.interfaces.get(&key.interface_id);
        let primary = interface
            .and_then(|i| i.private_addresses.iter().find(|a| a.primary))
            .map(|a| a.ip);
        // srcaddr and dstaddr show the primary private address, pkt-srcaddr and pkt-dstaddr the packet's own.
        let shown = |endpoint: Endpoint, local: bool| match primary {
            Some(primary) if local && endpoint.ip.is_ipv4() => primary.to_string(),
            _ => endpoint.ip.to_string(),
        };
        let ingress = key.direction == Direction::Ingress;
        let version = version_of(fields);
        let instance = interface
            .and_then(|i| i.attachment.as_ref())
            .map_or("-", |a| a.instance_id.as_str());
        let zone_id = interface
            .and_then(|i| self.subnets.get(&i.subnet_id))
            .map_or("-", |subnet| subnet.availability_zone_id.as_str());
        let values = fields.iter().map(|field| match *field {
            "version" => version.to_string(),
            "account-id" => self.account_id.clone(),
            "interface-id" => key.interface_id.clone(),
            "srcaddr" => shown(key.src, !ingress),
            "dstaddr" => shown(key.dst, ingress),
            "srcport" => key.src.port.to_string(),
            "dstport" => key.dst.port.to_string(),
            "protocol" => key.protocol.number().to_string(),
            "packets" => counts.packets.to_string(),
            "bytes" => counts.bytes.to_string(),
            "start" => counts.first.to_string(),
            "end" => counts.last.to_string(),
            "action" => if key.accepted { "ACCEPT" } else { "REJECT" }.to_owned(),
            "log-status" => "OK".to_owned(),
            "vpc-id" => interface.map_or("-", |i| i.vpc_id.as_str()).to_owned(),
            "subnet-id" => interface.map_or("-", |i| i.subnet_id.as_str()).to_owned(),
            "instance-id" => instance.to_owned(),
            "tcp-flags" => counts.flags.to_string(),
            "type" => if key.src.ip.is_ipv4() { "IPv4" } else { "IPv6" }.to_owned(),
            "pkt-srcaddr" => key.src.ip.to_string(),
            "pkt-dstaddr" => key.dst.ip.to_string(),
            "region" => self.region.clone(),
            "az-id" => zone_id.to_owned(),
            "flow-direction" => key.direction.name().to_owned(),
            // 8: through an internet gateway.
            "traffic-path" if !ingress => "8".to_owned(),
            _ => "-".to_owned(),
        });
        values.collect::<Vec<_>>().join(" ")
    }

    fn empty_line(&self, fields: &[&str], interface_id: &str, window: i64, status: &str) -> String {
        let values = fields.iter().map(|field| match *field {
            "version" => version_of(fields).to_string(),
            "account-id" => self.account_id.clone(),
            "interface-id" => interface_id.to_owned(),
            "start" => window.to_string(),
            "end" => (window + self.engine.windows.length - 1).to_string(),
            "log-status" => status.to_owned(),
            _ => "-".to_owned(),
        });
        values.collect::<Vec<_>>().join(" ")
    }
}

/// The version of a record is the highest among its fields'.
fn version_of(fields: &[&str]) -> u8 {
    let of = |field: &&str| match *field {
        "vpc-id" | "subnet-id" | "instance-id" | "tcp-flags" | "type" | "pkt-srcaddr"
        | "pkt-dstaddr" => 3,
        "region" | "az-id" | "sublocation-type" | "sublocation-id" => 4,
        "pkt-src-aws-service" | "pkt-dst-aws-service" | "flow-direction" | "traffic-path" => 5,
        _ => 2,
    };
    fields.iter().map(of).max().unwrap_or(2)
}
