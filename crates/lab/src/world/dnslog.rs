//! What the VPC's resolver logs of the names that instances ask for, as JSON lines in CloudWatch Logs.
//! Facts: Route 53 guide "Values that appear in Resolver query logs". Must not know who is behind a name.

use std::net::IpAddr;

use serde_json::json;

use super::model::World;

/// The log group of the resolver; the stream is the VPC.
pub const DNS_LOG_GROUP: &str = "/aws/route53/resolver";

impl World {
    /// An instance asks for a name and gets these addresses; no address is an answer that there is none.
    pub(crate) fn log_query(&mut self, instance_id: &str, name: &str, answers: &[IpAddr]) {
        if !self.log_groups.contains_key(DNS_LOG_GROUP) {
            return;
        }
        let Some(interface) = self.interfaces_of(instance_id).next() else {
            return;
        };
        let kind = |ip: &IpAddr| if ip.is_ipv4() { "A" } else { "AAAA" };
        let line = json!({
            "version": "1.100000",
            "account_id": self.account_id,
            "region": self.region,
            "vpc_id": interface.vpc_id,
            "query_timestamp": self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "query_name": format!("{name}."),
            "query_type": answers.first().map_or("A", kind),
            "query_class": "IN",
            "rcode": if answers.is_empty() { "NXDOMAIN" } else { "NOERROR" },
            "answers": answers
                .iter()
                .map(|ip| json!({ "Rdata": ip.to_string(), "Type": kind(ip), "Class": "IN" }))
                .collect::<Vec<_>>(),
            "srcaddr": interface.private_addresses.first().map(|a| a.ip.to_string()),
            "srcport": (32_768 + self.now.as_second() % 28_000).to_string(),
            "transport": "UDP",
            "srcids": { "instance": instance_id },
        });
        let stream = interface.vpc_id.clone();
        self.log_line(DNS_LOG_GROUP, &stream, self.now, line.to_string());
    }
}
