//! Who used which port of the instance lately, as its flow logs tell: closing a port is a question of who would lose
//! access. Must not know how flow logs are read.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::evaluate::{Coverage, Dossier, Fact, Gap, Source};
use crate::identify::{Direction, Rule, Subject};

/// Days of flow logs that are asked who used a port.
pub const PORT_USE_DAYS: i64 = 30;
/// Logs whose first record comes within this time reach over all of it: the first hours may be quiet.
const REACHES: SignedDuration = SignedDuration::from_hours(24);
/// Peers of a port that are named.
const NAMED: usize = 5;
/// Peers of a port that a line of evidence names.
const SHOWN: usize = 3;

/// What the flow logs of a time say of the instance's ports. A port that is not here was used by nobody only if the
/// logs are complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortsUsed {
    /// The logs were asked from here.
    pub since: Timestamp,
    /// To here.
    pub until: Timestamp,
    /// The first record that was seen.
    pub first: Option<Timestamp>,
    /// Whether every flow of that time was read.
    pub complete: bool,
    /// The ports that somebody reached, in their order.
    pub ports: Vec<PortUse>,
}

/// Who reached one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortUse {
    /// The port on the instance.
    pub port: u16,
    /// IANA protocol number, 6 for TCP and 17 for UDP.
    pub protocol: u8,
    /// How many addresses reached it; at least so many where the logs are not complete.
    pub peers: usize,
    /// The first few of them, those with the most bytes first.
    pub first: Vec<PortPeer>,
}

/// An address that reached a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortPeer {
    /// Its address.
    pub ip: IpAddr,
    /// Flow records that were accepted, both directions.
    pub flows: u64,
    /// Bytes in both directions.
    pub bytes: u64,
    /// When it was last seen.
    pub last: Timestamp,
}

/// What a dossier that was gathered over that time shows of the subject's own ports: accepted conversations that the other
/// side began. `None` when no flow log could say anything: then nobody knows who used a port.
#[must_use]
pub fn ports_used(
    dossier: &Dossier,
    subject: &Subject,
    (since, until): (Timestamp, Timestamp),
) -> Option<PortsUsed> {
    let covered = dossier.coverage.get(&Source::FlowLogs)?;
    if covered.coverage == Coverage::Absent {
        return None;
    }
    let own = subject.all_ips();
    let mut ports: BTreeMap<(u16, u8), BTreeMap<IpAddr, PortPeer>> = BTreeMap::new();
    for item in &dossier.evidence {
        let Fact::Conversation(talk) = &item.fact else {
            continue;
        };
        let here = talk.interface.as_ref().map_or_else(
            || own.contains(&talk.local_ip),
            |id| subject.interface(id).is_some(),
        );
        let (Some(port), true) = (talk.port, here) else {
            continue;
        };
        let flows = talk.accepted_in.flows + talk.accepted_out.flows;
        if talk.direction != Direction::Inbound || talk.accepted_in.flows == 0 {
            continue;
        }
        let peer = ports
            .entry((port, talk.protocol))
            .or_default()
            .entry(talk.remote_ip)
            .or_insert(PortPeer {
                ip: talk.remote_ip,
                flows: 0,
                bytes: 0,
                last: talk.last,
            });
        peer.flows += flows;
        peer.bytes = peer
            .bytes
            .saturating_add(talk.accepted_in.bytes)
            .saturating_add(talk.accepted_out.bytes);
        peer.last = peer.last.max(talk.last);
    }
    let ports = ports.into_iter().map(|((port, protocol), peers)| {
        let count = peers.len();
        let mut first: Vec<PortPeer> = peers.into_values().collect();
        first.sort_by_key(|peer| (std::cmp::Reverse(peer.bytes), peer.ip));
        first.truncate(NAMED);
        PortUse {
            port,
            protocol,
            peers: count,
            first,
        }
    });
    // A source may be complete for the finding and still begin too late, or name only some of those who knocked.
    let reaches = covered
        .first
        .zip(since.checked_add(REACHES).ok())
        .is_some_and(|(first, latest)| first <= latest);
    let left_out = covered
        .why
        .iter()
        .any(|gap| matches!(gap, Gap::LeftOut { .. }));
    Some(PortsUsed {
        since,
        until,
        first: covered.first,
        complete: covered.coverage == Coverage::Complete && reaches && !left_out,
        ports: ports.collect(),
    })
}

impl PortsUsed {
    /// The ports in use that a rule opens.
    pub fn under<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = &'a PortUse> {
        self.ports.iter().filter(|used| match used.protocol {
            6 => rule.covers_tcp(used.port),
            17 => {
                let port = i32::from(used.port);
                rule.protocol == "-1"
                    || (["udp", "17"].contains(&rule.protocol.as_str())
                        && rule.from_port.is_none_or(|from| from <= port)
                        && rule.to_port.is_none_or(|to| port <= to))
            }
            _ => rule.protocol == "-1",
        })
    }
}

impl PortUse {
    /// `tcp/22 used-by=3 198.51.100.7(flows=12,bytes=3456,last=…)`, with a mark on the addresses of the finding.
    pub(crate) fn line(&self, suspects: &[IpAddr]) -> String {
        let protocol = match self.protocol {
            6 => "tcp".to_owned(),
            17 => "udp".to_owned(),
            other => other.to_string(),
        };
        let peers: Vec<String> = self
            .first
            .iter()
            .take(SHOWN)
            .map(|peer| {
                let mark = if suspects.contains(&peer.ip) {
                    ",of-the-finding"
                } else {
                    ""
                };
                format!(
                    "{}(flows={},bytes={},last={}{mark})",
                    peer.ip, peer.flows, peer.bytes, peer.last
                )
            })
            .collect();
        format!(
            "{protocol}/{} used-by={} {}",
            self.port,
            self.peers,
            peers.join(" ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Conversation, Covered, Evidence, RecordRef, Tally};
    use crate::monitor::fixture;

    fn talk(port: u16, ip: &str, accepted: u64, direction: Direction) -> Evidence {
        let tally = |flows| Tally {
            flows,
            packets: flows,
            bytes: flows * 100,
            flags: None,
        };
        Evidence {
            id: "e1".into(),
            source: Source::FlowLogs,
            at: None,
            record: RecordRef::default(),
            fact: Fact::Conversation(Conversation {
                interface: Some("eni-1".into()),
                local_ip: fixture::ip("10.0.0.5"),
                remote_ip: fixture::ip(ip),
                port: Some(port),
                protocol: 6,
                direction,
                direction_guessed: false,
                accepted_in: tally(accepted),
                accepted_out: Tally::default(),
                rejected: tally(1),
                longest_session_s: 0,
                session_bytes_out: 0,
                mid_stream: false,
                first: fixture::at(1),
                last: fixture::at(2),
            }),
        }
    }

    fn dossier(coverage: Coverage, evidence: Vec<Evidence>) -> Dossier {
        let covered = Covered {
            coverage,
            why: vec![],
            records: 1,
            first: Some(fixture::at(1)),
            last: Some(fixture::at(2)),
            until: None,
        };
        Dossier {
            evidence,
            coverage: [(Source::FlowLogs, covered)].into(),
        }
    }

    #[test]
    fn only_who_was_let_in_counts_and_the_loudest_comes_first() {
        let evidence = vec![
            talk(22, "198.51.100.1", 2, Direction::Inbound),
            talk(22, "198.51.100.2", 9, Direction::Inbound),
            talk(22, "198.51.100.3", 0, Direction::Inbound),
            talk(443, "198.51.100.4", 5, Direction::Outbound),
        ];
        let window = (fixture::at(0), fixture::at(9));
        let used = ports_used(
            &dossier(Coverage::Complete, evidence),
            &fixture::subject(),
            window,
        )
        .unwrap();
        assert!(used.complete);
        assert_eq!(used.ports.len(), 1);
        let ssh = &used.ports[0];
        assert_eq!((ssh.port, ssh.peers), (22, 2));
        assert_eq!(ssh.first[0].ip, fixture::ip("198.51.100.2"));
        assert!(
            ssh.line(&[fixture::ip("198.51.100.1")])
                .contains("198.51.100.1(flows=2,bytes=200,last=")
        );
        assert!(
            ssh.line(&[fixture::ip("198.51.100.1")])
                .ends_with("of-the-finding)")
        );
        assert_eq!(used.under(&Rule::all("0.0.0.0/0")).count(), 1);
    }

    #[test]
    fn without_flow_logs_nobody_knows() {
        let window = (fixture::at(0), fixture::at(9));
        let subject = fixture::subject();
        let absent = dossier(Coverage::Absent, vec![]);
        assert_eq!(ports_used(&absent, &subject, window), None);
        assert_eq!(ports_used(&Dossier::default(), &subject, window), None);
        let complete = |dossier: &Dossier, since| {
            let window = (fixture::at(since), fixture::at(9));
            ports_used(dossier, &subject, window).unwrap().complete
        };
        assert!(!complete(&dossier(Coverage::Partial, vec![]), 0));
        let mut whole = dossier(Coverage::Complete, vec![]);
        assert!(complete(&whole, 0));
        // The logs begin long after the time that was asked for.
        assert!(!complete(&whole, -60 * 24 * 29));
        let left_out = Gap::LeftOut {
            kind: "conversation".into(),
            facts: 1,
        };
        for covered in whole.coverage.values_mut() {
            covered.why.push(left_out.clone());
        }
        assert!(!complete(&whole, 0));
    }
}
