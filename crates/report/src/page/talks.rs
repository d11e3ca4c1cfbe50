//! The chapter of who talked to whom, and the pictures of it. Must not weigh a conversation: what is bad about one, the verdict and
//! the finding have said.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::case::Case;
use rebato_core::evaluate::{Conversation, Evidence, Fact};
use rebato_core::identify::Direction;

use super::evaluate::{cited, cited_first};
use super::{Block, Cell, Chapter, Maker, Tone};
use crate::marked::unmarked;
use crate::picture::{After, Bar, Network, Peer, Picture, Rest, Traffic};
use crate::words::protocol;

/// Other sides with a line of their own.
const PEERS: usize = 14;
/// Other sides with a bar of their own.
const BARS: usize = 10;
/// Ports by name.
const PORTS: usize = 5;

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let mut blocks = Vec::new();
    if maker.case.dossier.is_none() {
        blocks.push(maker.sentence("report-no-evidence"));
    } else {
        blocks.push(Block::Picture(Picture::Network(network(maker))));
        blocks.push(conversations(maker));
    }
    Chapter {
        id: "network",
        heading: maker.words.key("report-network"),
        blocks,
    }
}

fn talks(case: &Case) -> impl Iterator<Item = (&Evidence, &Conversation)> {
    let evidence = case.dossier.iter().flat_map(|dossier| &dossier.evidence);
    evidence.filter_map(|evidence| match &evidence.fact {
        Fact::Conversation(talk) => Some((evidence, talk)),
        _ => None,
    })
}

/// All conversations with one other side that one of the two began.
struct Side {
    ip: IpAddr,
    direction: Direction,
    bad: bool,
    cited: bool,
    /// Bytes and accepted records by protocol and port.
    ports: BTreeMap<(u8, Option<u16>), (u64, u64)>,
    bytes_in: u64,
    bytes_out: u64,
    accepted: u64,
    rejected: u64,
    /// First and last record of accepted traffic.
    seen: Option<(Timestamp, Timestamp)>,
}

impl Side {
    const fn bytes(&self) -> u64 {
        self.bytes_in.saturating_add(self.bytes_out)
    }

    /// Harm is what a suspect got through; what was refused is as it should be.
    const fn tone(&self) -> Tone {
        match (self.accepted > 0, self.bad, self.cited) {
            (true, true, _) => Tone::Bad,
            (true, false, true) => Tone::Warn,
            (true, false, false) => Tone::Plain,
            (false, _, _) => Tone::Good,
        }
    }
}

/// The other sides, those that matter most first: suspects, then what the verdict cites, then by bytes.
fn sides(case: &Case) -> Vec<Side> {
    let suspects: BTreeSet<IpAddr> = case.whole_finding().remote_ips().into_iter().collect();
    let cited = cited(case);
    let mut sides: BTreeMap<(IpAddr, &str), Side> = BTreeMap::new();
    for (evidence, talk) in talks(case) {
        let side = sides
            .entry((talk.remote_ip, direction_code(talk.direction)))
            .or_insert_with(|| Side {
                ip: talk.remote_ip,
                direction: talk.direction,
                bad: suspects.contains(&talk.remote_ip),
                cited: false,
                ports: BTreeMap::new(),
                bytes_in: 0,
                bytes_out: 0,
                accepted: 0,
                rejected: 0,
                seen: None,
            });
        side.cited |= cited.contains(evidence.id.as_str());
        let accepted = talk
            .accepted_in
            .flows
            .saturating_add(talk.accepted_out.flows);
        let bytes = talk
            .accepted_in
            .bytes
            .saturating_add(talk.accepted_out.bytes);
        let port = side.ports.entry((talk.protocol, talk.port)).or_default();
        *port = (
            port.0.saturating_add(bytes),
            port.1.saturating_add(accepted),
        );
        side.bytes_in = side.bytes_in.saturating_add(talk.accepted_in.bytes);
        side.bytes_out = side.bytes_out.saturating_add(talk.accepted_out.bytes);
        side.accepted = side.accepted.saturating_add(accepted);
        side.rejected = side.rejected.saturating_add(talk.rejected.flows);
        if accepted > 0 {
            let (first, last) = side.seen.unwrap_or((talk.first, talk.last));
            side.seen = Some((first.min(talk.first), last.max(talk.last)));
        }
    }
    let mut sides: Vec<_> = sides.into_values().collect();
    sides.sort_by_key(|side| {
        let rank = (
            side.bad,
            side.cited,
            side.accepted > 0,
            side.bytes(),
            side.rejected,
        );
        std::cmp::Reverse(rank)
    });
    sides
}

const fn direction_code(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
        Direction::Unknown => "unknown",
    }
}

fn port(number: u8, port: Option<u16>) -> String {
    let protocol = protocol(number);
    match port {
        Some(port) => format!("{protocol} {port}"),
        None => protocol,
    }
}

fn network(maker: &Maker<'_>) -> Network {
    let case = maker.case;
    let sides = sides(case);
    let mut rest = Rest::default();
    for side in sides.iter().skip(PEERS) {
        rest.peers += 1;
        rest.bytes_in = rest.bytes_in.saturating_add(side.bytes_in);
        rest.bytes_out = rest.bytes_out.saturating_add(side.bytes_out);
        rest.accepted = rest.accepted.saturating_add(side.accepted);
        rest.rejected = rest.rejected.saturating_add(side.rejected);
    }
    let peer = |side: &Side| {
        let mut by_bytes: Vec<_> = side.ports.iter().collect();
        by_bytes.sort_by_key(|(_, amount)| std::cmp::Reverse(**amount));
        let named = by_bytes.iter().take(PORTS);
        let mut ports: Vec<String> = named.map(|((p, n), _)| port(*p, *n)).collect();
        if side.ports.len() > PORTS {
            ports.push(format!("+{}", side.ports.len() - PORTS));
        }
        Peer {
            name: side.ip.to_string(),
            tone: side.tone(),
            direction: side.direction,
            ports: ports.join(", "),
            bytes_in: side.bytes_in,
            bytes_out: side.bytes_out,
            accepted: side.accepted,
            rejected: side.rejected,
        }
    };
    let subject = case.subject.as_ref();
    let id = case.instance_id().map(str::to_owned);
    let name = subject.and_then(|s| s.name.clone());
    let addresses = subject.into_iter().flat_map(|s| s.all_ips());
    let us = id.into_iter().chain(name);
    Network {
        us: us
            .chain(addresses.map(|ip| ip.to_string()))
            .map(|text| unmarked(&text))
            .collect(),
        peers: sides.iter().take(PEERS).map(peer).collect(),
        rest: (rest.peers > 0).then_some(rest),
    }
}

/// The traffic before and after containment, where there was one.
pub(super) fn traffic(maker: &Maker<'_>) -> Option<Picture> {
    let (case, words) = (maker.case, maker.words);
    let contained = case.contained_at?;
    let leaks: BTreeSet<IpAddr> = case.leaks().collect();
    let sides: Vec<_> = sides(case)
        .into_iter()
        .filter_map(|side| Some((side.seen?, side)))
        .collect();
    let bar = |((first, last), side): &((Timestamp, Timestamp), Side)| Bar {
        name: side.ip.to_string(),
        tone: side.tone(),
        first: *first,
        last: *last,
        bytes_in: side.bytes_in,
        bytes_out: side.bytes_out,
        leaks: leaks.contains(&side.ip),
    };
    let review = case.reviews.last();
    let flows = review.and_then(|review| review.accepted_flows);
    let reached = review.and_then(|review| {
        let watch = review
            .watches
            .iter()
            .find(|w| w.watch == "accepted-flows")?;
        watch.args.get("until")?.parse().ok()
    });
    let after = After {
        tone: match flows {
            Some(0) => Tone::Good,
            Some(_) => Tone::Bad,
            None => Tone::Plain,
        },
        said: match flows {
            Some(count) => words.with("report-traffic-flows", [("count", count.to_string())]),
            None => words.key("report-traffic-unknown"),
        },
        until: reached.or(review.map(|review| review.at)),
    };
    Some(Picture::Traffic(Traffic {
        bars: sides.iter().take(BARS).map(bar).collect(),
        more: sides.len().saturating_sub(BARS),
        contained,
        after,
    }))
}

fn conversations(maker: &Maker<'_>) -> Block {
    let (case, words) = (maker.case, maker.words);
    let ordered = cited_first(case, talks(case).map(|(e, _)| e).collect(), maker.rows);
    let row = |e: &&Evidence| {
        let Fact::Conversation(c) = &e.fact else {
            return std::array::from_fn(|_| Cell::Text("–".into()));
        };
        let accepted = c.accepted_in.flows.saturating_add(c.accepted_out.flows);
        let tone = if accepted > 0 { Tone::Warn } else { Tone::Good };
        [
            Cell::cites(std::slice::from_ref(&e.id)),
            Cell::data(c.remote_ip),
            Cell::data(c.local_ip),
            Cell::data(port(c.protocol, c.port)),
            Cell::Text(words.direction(c.direction)),
            Cell::Number(words.bytes(c.accepted_in.bytes)),
            Cell::Number(words.bytes(c.accepted_out.bytes)),
            Cell::Tag(tone, words.count(accepted)),
            Cell::Number(words.count(c.rejected.flows)),
            Cell::Data(vec![words.time(c.first), words.time(c.last)]),
        ]
    };
    let columns = [
        "id",
        "remote",
        "local",
        "port",
        "direction",
        "in",
        "out",
        "accepted",
        "rejected",
        "first-last",
    ];
    maker.table("report-conversations", columns, ordered.iter().map(row))
}
