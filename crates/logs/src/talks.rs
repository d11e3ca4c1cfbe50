//! Flow records merged into conversations: both directions together, who served, single connections within, their times.
//! Memory is bounded: conversations and connections beyond a cap are counted and not kept, except those with suspects.
//! Must not judge, and must not read records.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use rebato_core::evaluate::{Conversation, Tally};
use rebato_core::identify::Direction;

use crate::coverage::stamp;
use crate::flows::Record;

/// Conversations kept in detail.
const TALKS: usize = 200_000;
/// Connections kept at a time over all conversations.
const CONNECTIONS: usize = 1_000_000;
/// Times of connects kept in a conversation, and over all of them.
const CONNECTS: usize = 20_000;
const ALL_CONNECTS: usize = 4_000_000;
/// Addresses with a port on which something is known to serve.
const SERVICES: usize = 100_000;
/// Seconds of silence after which the same ports are another connection.
const GAP: i64 = 300;

/// Where a conversation was first seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) file: u32,
    pub(crate) line: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) interface: u32,
    pub(crate) local: IpAddr,
    pub(crate) remote: IpAddr,
    pub(crate) port: u16,
    pub(crate) protocol: u8,
    pub(crate) we_serve: bool,
}

#[derive(Debug)]
struct Connection {
    start: i64,
    end: i64,
    bytes_in: u64,
    bytes_out: u64,
}

/// What is known of a conversation.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) place: Place,
    pub(crate) accepted_in: Tally,
    pub(crate) accepted_out: Tally,
    pub(crate) rejected: Tally,
    /// From us, accepted or refused.
    pub(crate) sent: Tally,
    /// What AWS itself runs is on the other side, as the records say.
    pub(crate) own_service: bool,
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// When connections that we opened began, as far as they are seen to begin.
    pub(crate) connects: Vec<i64>,
    /// Who serves is read off the ports.
    pub(crate) guessed: bool,
    no_ports: bool,
    mid_stream: bool,
    longest: i64,
    longest_out: u64,
    connections: HashMap<u16, Connection>,
}

/// All conversations.
#[derive(Debug, Default)]
pub(crate) struct Talks {
    pub(crate) by_key: BTreeMap<Key, Talk>,
    /// Records whose conversation is beyond the cap.
    pub(crate) left_out: u64,
    services: HashSet<(IpAddr, u16, u8)>,
    connections: usize,
    connects: usize,
}

/// A record with its sides told apart.
pub(crate) struct Sided<'a> {
    pub(crate) record: &'a Record<'a>,
    pub(crate) interface: u32,
    pub(crate) local: IpAddr,
    pub(crate) remote: IpAddr,
    /// The packets went towards us.
    pub(crate) towards_us: bool,
    pub(crate) place: Place,
    /// Kept whatever the caps say.
    pub(crate) suspect: bool,
}

impl Talks {
    pub(crate) fn add(&mut self, sided: &Sided<'_>) {
        let record = sided.record;
        let Some(start) = record.start.or(record.end) else {
            return;
        };
        let end = record.end.unwrap_or(start).max(start);
        let (src, dst) = if sided.towards_us {
            (sided.remote, sided.local)
        } else {
            (sided.local, sided.remote)
        };
        let (source_serves, guessed) = self.who_serves(record, src, dst);
        let we_serve = source_serves != sided.towards_us;
        let (port, client) = if source_serves {
            (record.src_port, record.dst_port)
        } else {
            (record.dst_port, record.src_port)
        };
        let key = Key {
            interface: sided.interface,
            local: sided.local,
            remote: sided.remote,
            port,
            protocol: record.protocol,
            we_serve,
        };
        if !self.by_key.contains_key(&key) && self.by_key.len() >= TALKS && !sided.suspect {
            self.left_out += 1;
            return;
        }
        let talk = self
            .by_key
            .entry(key)
            .or_insert_with(|| Talk::new(sided.place, start, end));
        talk.first = talk.first.min(start);
        talk.last = talk.last.max(end);
        talk.guessed &= guessed;
        talk.no_ports = record.protocol != 6 && record.protocol != 17;
        let tally = match (record.accepted, sided.towards_us) {
            (Some(false), _) => &mut talk.rejected,
            (_, true) => &mut talk.accepted_in,
            (_, false) => &mut talk.accepted_out,
        };
        add(tally, record);
        if let Some(flags) = record.flags.filter(|_| record.protocol == 6) {
            tally.flags = Some(tally.flags.unwrap_or(0) | flags);
            talk.mid_stream |= flags == 0 && record.accepted != Some(false);
        }
        if !sided.towards_us {
            add(&mut talk.sent, record);
        }
        talk.own_service |= if sided.towards_us {
            record.src_service
        } else {
            record.dst_service
        };
        let accepted = record.accepted != Some(false);
        let (bytes_in, bytes_out) = match (accepted, sided.towards_us) {
            (false, _) => (0, 0),
            (true, true) => (record.bytes, 0),
            (true, false) => (0, record.bytes),
        };
        let counts = !we_serve && self.connects < ALL_CONNECTS;
        let begins = counts && record.flags.is_none_or(|flags| flags & 2 == 2);
        // A caller that keeps its port opens a connection anew with each SYN of its own.
        let again =
            begins && !sided.towards_us && record.flags.is_some_and(|flags| flags & 18 == 2);
        let before = talk.connects.len();
        let full = self.connections >= CONNECTIONS && !sided.suspect;
        match talk.connections.get_mut(&client) {
            Some(known) if start <= known.end + GAP && end >= known.start - GAP => {
                let new = again && start > known.end;
                known.start = known.start.min(start);
                known.end = known.end.max(end);
                known.bytes_in += bytes_in;
                known.bytes_out += bytes_out;
                talk.began(new, start);
            }
            Some(known) => {
                let over = std::mem::replace(
                    known,
                    Connection {
                        start,
                        end,
                        bytes_in,
                        bytes_out,
                    },
                );
                talk.consider(&over);
                talk.began(begins, start);
            }
            None => {
                talk.began(begins, start);
                if full {
                    talk.consider(&Connection {
                        start,
                        end,
                        bytes_in,
                        bytes_out,
                    });
                } else {
                    self.connections += 1;
                    talk.connections.insert(
                        client,
                        Connection {
                            start,
                            end,
                            bytes_in,
                            bytes_out,
                        },
                    );
                }
            }
        }
        self.connects += talk.connects.len() - before;
    }

    fn learn(&mut self, service: (IpAddr, u16, u8)) {
        if self.services.len() < SERVICES {
            self.services.insert(service);
        }
    }

    /// Whether the source of the record is the side that serves, and whether that is a guess.
    fn who_serves(&mut self, record: &Record<'_>, src: IpAddr, dst: IpAddr) -> (bool, bool) {
        let protocol = record.protocol;
        match record.flags.filter(|_| protocol == 6) {
            Some(flags) if flags & 18 == 18 => {
                self.learn((src, record.src_port, protocol));
                return (true, false);
            }
            Some(flags) if flags & 18 == 2 => {
                self.learn((dst, record.dst_port, protocol));
                return (false, false);
            }
            _ => {}
        }
        let known = |ip, port| self.services.contains(&(ip, port, protocol));
        let (by_src, by_dst) = (known(src, record.src_port), known(dst, record.dst_port));
        if by_src != by_dst {
            return (by_src, false);
        }
        if record.src_port == record.dst_port && protocol == 17 && !by_src {
            // Whoever is first seen to send asks.
            self.learn((dst, record.dst_port, protocol));
        }
        (record.src_port < record.dst_port, true)
    }
}

fn add(tally: &mut Tally, record: &Record<'_>) {
    tally.flows += 1;
    tally.packets = tally.packets.saturating_add(record.packets);
    tally.bytes = tally.bytes.saturating_add(record.bytes);
}

impl Talk {
    fn new(place: Place, first: i64, last: i64) -> Self {
        Self {
            place,
            accepted_in: Tally::default(),
            accepted_out: Tally::default(),
            rejected: Tally::default(),
            sent: Tally::default(),
            own_service: false,
            first,
            last,
            connects: Vec::new(),
            guessed: true,
            no_ports: false,
            mid_stream: false,
            longest: 0,
            longest_out: 0,
            connections: HashMap::new(),
        }
    }

    fn began(&mut self, begins: bool, start: i64) {
        if begins && self.connects.len() < CONNECTS {
            self.connects.push(start);
        }
    }

    fn consider(&mut self, connection: &Connection) {
        let long = connection.end - connection.start;
        if connection.bytes_in > 0
            && connection.bytes_out > 0
            && (long, connection.bytes_out) > (self.longest, self.longest_out)
        {
            self.longest = long;
            self.longest_out = connection.bytes_out;
        }
    }

    /// The conversation as a fact.
    pub(crate) fn fact(&self, key: &Key, interface: Option<String>) -> Option<Conversation> {
        let mut longest = (self.longest, self.longest_out);
        for connection in self
            .connections
            .values()
            .filter(|c| c.bytes_in > 0 && c.bytes_out > 0)
        {
            longest = longest.max((connection.end - connection.start, connection.bytes_out));
        }
        Some(Conversation {
            interface,
            local_ip: key.local,
            remote_ip: key.remote,
            port: (!self.no_ports).then_some(key.port),
            protocol: key.protocol,
            direction: match (self.no_ports, key.we_serve) {
                (true, _) => Direction::Unknown,
                (false, true) => Direction::Inbound,
                (false, false) => Direction::Outbound,
            },
            direction_guessed: self.guessed,
            accepted_in: self.accepted_in,
            accepted_out: self.accepted_out,
            rejected: self.rejected,
            longest_session_s: u64::try_from(longest.0).unwrap_or(0),
            session_bytes_out: longest.1,
            mid_stream: self.mid_stream,
            first: stamp(self.first)?,
            last: stamp(self.last)?,
        })
    }
}
