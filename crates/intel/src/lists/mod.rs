//! Threat and trusted lists as GuardDuty takes them (TXT, STIX, OTX_CSV, ALIEN_VAULT, PROOF_POINT, FIRE_EYE) and common
//! public ones. The format is recognised by structure, and a bad line never hides a good one.
//! Must not know where a list came from, nor what is to be done about it.

mod csv;
mod detect;
mod document;
mod indicator;
mod plain;
mod rangeset;
mod read;
mod stix;
mod warn;

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets};

pub use document::document;
pub use indicator::Indicator;
pub use rangeset::RangeSet;
pub use read::{MAX_BYTES, MAX_ENTRIES, read};
pub use warn::{Limits, Warning, WarningKind, warnings};

/// A list's format, by GuardDuty's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One entry a line; also the public lists with comments or further columns.
    Txt,
    /// STIX 1.x XML.
    Stix,
    /// AlienVault's Open Threat Exchange as CSV.
    OtxCsv,
    /// AlienVault's reputation feed, fields parted by `#`.
    AlienVault,
    /// Proofpoint's ET Intelligence feed.
    ProofPoint,
    /// FireEye iSIGHT's CSV.
    FireEye,
}

impl Format {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Stix => "stix",
            Self::OtxCsv => "otx_csv",
            Self::AlienVault => "alien_vault",
            Self::ProofPoint => "proof_point",
            Self::FireEye => "fire_eye",
        }
    }
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line it stands on, from 1.
    pub line: u64,
    /// As written.
    pub text: String,
    /// What it means.
    pub indicator: Indicator,
}

impl Entry {
    /// The networks it covers; none for a domain or a hash, several for a range that is no network.
    #[must_use]
    pub fn nets(&self) -> Vec<IpNet> {
        match &self.indicator {
            Indicator::Range(first, last) => {
                Ipv4Subnets::new(*first, *last, 0).map(IpNet::V4).collect()
            }
            one => one.net().into_iter().collect(),
        }
    }

    /// Whether it covers an address.
    #[must_use]
    pub fn covers(&self, ip: IpAddr) -> bool {
        match (&self.indicator, ip) {
            (Indicator::Ipv6(net), IpAddr::V6(ip)) => net.contains(&ip),
            (indicator, IpAddr::V4(ip)) => indicator
                .v4_bounds()
                .is_some_and(|(first, last)| (first..=last).contains(&ip.to_bits())),
            _ => false,
        }
    }

    /// How many IPv4 addresses it covers (at most 2^32); 0 for everything else.
    #[must_use]
    pub fn width(&self) -> u64 {
        self.indicator
            .v4_bounds()
            .map_or(0, |(first, last)| u64::from(last - first) + 1)
    }
}

/// A line that could not be read, or not in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// A code: `not_an_indicator`, `leading_zeros`, `bad_prefix`, `reversed_range`, `unsupported_type`,
    /// `unsupported_condition`, `malformed_xml`.
    pub what: &'static str,
    /// What stands there, shortened. Foreign text: escape it when showing it.
    pub text: String,
}

/// A list as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its format.
    pub format: Format,
    /// Size of the file in bytes, as it lies there.
    pub bytes: u64,
    /// Its entries in their order, repeated ones included.
    pub entries: Vec<Entry>,
    /// Lines that could not be read; at most [`List::MAX_PROBLEMS`] of them.
    pub problems: Vec<Problem>,
    /// How many more problems there were.
    pub more_problems: u64,
}

impl List {
    /// The most problems that are kept.
    pub const MAX_PROBLEMS: usize = 1_000;

    fn new(format: Format) -> Self {
        Self {
            format,
            bytes: 0,
            entries: Vec::new(),
            problems: Vec::new(),
            more_problems: 0,
        }
    }

    /// The entries that cover an address.
    pub fn covering(&self, ip: IpAddr) -> impl Iterator<Item = &Entry> {
        let ip = ip.to_canonical();
        self.entries.iter().filter(move |entry| entry.covers(ip))
    }

    fn problem(&mut self, line: u64, what: &'static str, text: &str) {
        if self.problems.len() < Self::MAX_PROBLEMS {
            self.problems.push(Problem {
                line,
                what,
                text: text.trim().chars().take(120).collect(),
            });
        } else {
            self.more_problems += 1;
        }
    }

    /// Adds what a piece of text says, or the problem with it.
    fn take(&mut self, line: u64, text: &str) {
        match indicator::parse(text) {
            Ok(indicator) => self.entries.push(Entry {
                line,
                text: text.to_owned(),
                indicator,
            }),
            Err(what) => self.problem(line, what, text),
        }
    }
}

/// Why a list could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Too big to be a list.
    #[error("the list has more than {limit} bytes: GuardDuty takes at most 35 MB")]
    TooLarge {
        /// The bound.
        limit: u64,
    },
    /// Too many entries to be a list.
    #[error("the list has more than {limit} entries: GuardDuty takes at most 250,000")]
    TooMany {
        /// The bound.
        limit: usize,
    },
    /// The gzip stream is broken.
    #[error("the list is gzip-compressed and cannot be unpacked: {why}")]
    Gzip {
        /// Why.
        why: String,
    },
    /// XML that declares a document type, or uses entities of its own, is not read.
    #[error("line {line}: the XML has {what}, which is refused: a STIX list needs none")]
    RefusedXml {
        /// Where.
        line: u64,
        /// A document type declaration, or an entity.
        what: String,
    },
    /// JSON is none of GuardDuty's formats.
    #[error(
        "the file is JSON, which is none of GuardDuty's list formats (STIX is taken as version 1.x XML): write one entry a line"
    )]
    Json,
    /// Nothing in it.
    #[error("the list is empty")]
    Empty,
}

/// A range from its first to its last address, as a network where it is one.
fn range(first: Ipv4Addr, last: Ipv4Addr) -> Indicator {
    let mut nets = Ipv4Subnets::new(first, last, 0);
    match (nets.next(), nets.next()) {
        (Some(net), None) if net.prefix_len() < 32 => Indicator::Cidr(net),
        (Some(net), None) => Indicator::Ipv4(net.addr()),
        _ => Indicator::Range(first, last),
    }
}

/// The bounds of a network.
fn bounds(net: Ipv4Net) -> (u32, u32) {
    (net.network().to_bits(), net.broadcast().to_bits())
}
