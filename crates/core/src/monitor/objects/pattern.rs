//! The filter pattern that counts accepted flows with given addresses, in the order of a flow log's own fields (CloudWatch Logs
//! guide, "Using filter patterns to match terms in space-delimited log events"). Must not know where the log lies.

use std::net::IpAddr;

/// What AWS writes when no format is given: version 2 (VPC guide, "Flow log records").
const DEFAULT_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} \
                              ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";
/// Longest pattern of a metric filter (CloudWatch Logs API, `PutMetricFilter`).
const LONGEST: usize = 1024;

/// The two sides of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Who sent.
    Source,
    /// Who was sent to.
    Destination,
}

/// A pattern for accepted flows with one of `ips` on one side, and how many of them it had no room for. `None` where the
/// format lacks the address or the action.
pub(super) fn accepted(
    format: Option<&str>,
    side: Side,
    ips: &[IpAddr],
) -> Option<(String, usize)> {
    let fields: Vec<&str> = format
        .filter(|format| !format.trim().is_empty())
        .unwrap_or(DEFAULT_FORMAT)
        .split_whitespace()
        .map(|field| field.trim_start_matches("${").trim_end_matches('}'))
        .collect();
    // Behind a balancer or a NAT the packet's own address is the remote side, the interface's is not.
    let names = match side {
        Side::Source => ["pkt-srcaddr", "srcaddr"],
        Side::Destination => ["pkt-dstaddr", "dstaddr"],
    };
    let address = names.into_iter().find(|name| fields.contains(name))?;
    if !fields.contains(&"action") {
        return None;
    }
    let of = |ips: &[IpAddr]| {
        let conditions: Vec<String> = fields
            .iter()
            .map(|field| {
                let name = field.replace('-', "_");
                if *field == address {
                    let all: Vec<String> =
                        ips.iter().map(|ip| format!("{name}=\"{ip}\"")).collect();
                    all.join(" || ")
                } else if *field == "action" {
                    format!("{name}=\"ACCEPT\"")
                } else {
                    name
                }
            })
            .collect();
        format!("[{}]", conditions.join(", "))
    };
    (1..=ips.len())
        .rev()
        .filter_map(|room| ips.get(..room))
        .map(|ips| (of(ips), ips.len()))
        .find(|(pattern, _)| pattern.len() <= LONGEST)
        .map(|(pattern, taken)| (pattern, ips.len() - taken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::fixture::ip;

    #[test]
    fn the_pattern_follows_the_format_of_the_log() {
        let ips = [ip("203.0.113.9"), ip("2001:db8::1")];
        let (pattern, left) = accepted(None, Side::Source, &ips).unwrap();
        assert_eq!(
            pattern,
            "[version, account_id, interface_id, srcaddr=\"203.0.113.9\" || srcaddr=\"2001:db8::1\", dstaddr, srcport, dstport, \
             protocol, packets, bytes, start, end, action=\"ACCEPT\", log_status]"
        );
        assert_eq!(left, 0);
        let own = Some("${action} ${dstaddr} ${pkt-dstaddr} ${vpc-id}");
        let (pattern, _) = accepted(own, Side::Destination, &ips[..1]).unwrap();
        assert_eq!(
            pattern,
            "[action=\"ACCEPT\", dstaddr, pkt_dstaddr=\"203.0.113.9\", vpc_id]"
        );
        assert_eq!(accepted(own, Side::Source, &ips), None);
        assert_eq!(accepted(Some("${srcaddr}"), Side::Source, &ips), None);
        assert_eq!(accepted(None, Side::Source, &[]), None);
    }

    #[test]
    fn a_pattern_is_never_longer_than_aws_takes() {
        let many: Vec<IpAddr> = (0..=255).map(|n| IpAddr::from([203, 0, 113, n])).collect();
        let (pattern, left) = accepted(None, Side::Destination, &many).unwrap();
        assert!(
            pattern.len() <= 1024 && pattern.len() > 980,
            "{}",
            pattern.len()
        );
        assert_eq!(pattern.matches("203.0.113.").count() + left, 256);
    }
}
