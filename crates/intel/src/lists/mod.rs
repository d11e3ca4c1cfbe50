//! Threat and trusted lists as GuardDuty takes them (TXT, STIX, OTX_CSV, ALIEN_VAULT, PROOF_POINT, FIRE_EYE) and as others
//! publish them (netsets, CSV, hosts files, JSON, STIX 2). The format is recognised by structure, and a bad line never hides a good one.
//! Must not know where a list came from, nor what is to be done about it.

mod columns;
mod csv;
mod date;
mod detect;
mod document;
mod index;
mod indicator;
mod json;
mod known;
mod lines;
mod names;
mod plain;
mod rangeset;
mod read;
mod stix;
mod stix2;
mod tokens;
mod warn;

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets};
use jiff::civil::Date;

pub use document::document;
pub use index::Index;
pub use indicator::Indicator;
pub use rangeset::RangeSet;
pub use read::{MAX_BYTES, MAX_ENTRIES, read};
pub use warn::{Checks, ListKind, Warning, WarningKind, Warnings, warnings};

/// A list's format: GuardDuty's six, and those that GuardDuty does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One entry a line, perhaps with comments between them.
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
    /// One entry a line with a remark behind it: netsets, DROP as text.
    Netset,
    /// Rows of columns, with a header or without.
    Csv,
    /// A hosts file: domains behind the address that they are sent to.
    Hosts,
    /// Spamhaus' DROP in JSON: an object a line, with `cidr` and `sblid`.
    DropJson,
    /// abuse.ch's Feodo Tracker in JSON: an array of objects with `ip_address` and `malware`.
    FeodoJson,
    /// A warning list of MISP: an object with `list`, `type` and `matching_attributes`.
    MispWarninglist,
    /// A STIX 2 bundle.
    Stix2,
    /// Any other list in JSON.
    Json,
}

impl Format {
    /// Whether GuardDuty has it (`CreateThreatIntelSet` and its like, field `format`).
    #[must_use]
    pub const fn is_guardduty(self) -> bool {
        matches!(
            self,
            Self::Txt
                | Self::Stix
                | Self::OtxCsv
                | Self::AlienVault
                | Self::ProofPoint
                | Self::FireEye
        )
    }

    /// What the contract calls `format`: text that others lay out in their own ways, one entry a line, is `txt` there.
    #[must_use]
    pub const fn contract(self) -> &'static str {
        match self {
            Self::Netset | Self::Csv | Self::Hosts => Self::Txt.name(),
            other => other.name(),
        }
    }

    /// The name of the layout.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Stix => "stix",
            Self::OtxCsv => "otx_csv",
            Self::AlienVault => "alien_vault",
            Self::ProofPoint => "proof_point",
            Self::FireEye => "fire_eye",
            Self::Netset => "netset",
            Self::Csv => "csv",
            Self::Hosts => "hosts",
            Self::DropJson => "drop_json",
            Self::FeodoJson => "feodo_json",
            Self::MispWarninglist => "misp_warninglist",
            Self::Stix2 => "stix2",
            Self::Json => "json",
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
    /// What the source says about it.
    pub note: Option<Box<Note>>,
}

/// What a source says about an entry. Foreign text: escape it when showing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How sure, how often or how bad, as written: each source has a scale of its own.
    pub score: Option<String>,
    /// A name, a kind or a remark.
    pub label: Option<String>,
}

impl Note {
    /// What there is of it, shortened; none when there is nothing.
    fn of(score: Option<&str>, label: Option<&str>) -> Option<Self> {
        let some = |text: Option<&str>, most: usize| {
            let text = text.map(lines::trim).filter(|text| !text.is_empty())?;
            Some(text.chars().take(most).collect::<String>())
        };
        let (score, label) = (some(score, 20), some(label, 80));
        (score.is_some() || label.is_some()).then_some(Self { score, label })
    }
}

/// How often something was seen, and on which line first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The first line; 0 when there is none.
    pub line: u64,
}

impl Tally {
    const fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }
}

/// How the file is made, where GuardDuty documents it otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Lines that are comments.
    pub comments: Tally,
    /// A first line that names a column.
    pub header: Tally,
    /// Lines with more than their entry.
    pub trailing: Tally,
    /// What the bytes are, when they are not plain UTF-8: `gzip`, `utf-16`, `bom`, `not-utf-8`.
    pub encoding: Option<&'static str>,
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
    /// `unsupported_condition`, `revoked`, `malformed_xml`, `malformed_json`.
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
    /// The latest day that the file itself names.
    pub date: Option<Date>,
    /// How the file is made.
    pub form: Form,
}

impl List {
    /// The most problems that are kept.
    pub const MAX_PROBLEMS: usize = 1_000;

    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            bytes: 0,
            entries: Vec::new(),
            problems: Vec::new(),
            more_problems: 0,
            date: None,
            form: Form::default(),
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
        self.take_noted(line, text, None);
    }

    /// The same with what the source says about it.
    fn take_noted(&mut self, line: u64, text: &str, note: Option<Note>) {
        match indicator::parse(text) {
            Ok(indicator) => self.push(line, text, indicator, note),
            Err(what) => self.problem(line, what, text),
        }
    }

    fn push(&mut self, line: u64, text: &str, indicator: Indicator, note: Option<Note>) {
        let text = lines::trim(text);
        self.entries.push(Entry {
            line,
            // No address, range, domain or hash is longer, but for spaces within.
            text: if text.len() > 300 {
                text.chars().take(300).collect()
            } else {
                text.to_owned()
            },
            indicator,
            note: note.map(Box::new),
        });
    }

    fn comment(&mut self, line: u64, text: &str) {
        self.form.comments.add(line);
        self.dated(date::of_comment(text));
    }

    fn dated(&mut self, date: Option<Date>) {
        self.date = self.date.max(date);
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
    /// JSON without a single entry.
    #[error(
        "the file is JSON, and nothing in it is an address, a domain or a hash where a list would have it"
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
