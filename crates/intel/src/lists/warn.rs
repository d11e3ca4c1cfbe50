//! What makes a list careless: entries that take in private or AWS addresses, or half the Internet, and what GuardDuty will
//! not take. Careless lists are the most common cause of false findings. Must not change the list.

use std::net::Ipv4Addr;
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net};

use super::{Indicator, List, RangeSet};
use crate::ranges;

/// GuardDuty's limit for one file, in bytes (35 MB, read the strict way).
const MAX_FILE: u64 = 35_000_000;
/// A network wider than this is too wide to say anything about one address in it.
const WIDEST_V4: u8 = 16;
/// The same for IPv6.
const WIDEST_V6: u8 = 32;
/// At most this many warnings of one kind are kept.
const MAX_OF_KIND: usize = 1_000;

/// What GuardDuty takes of a kind of list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// A threat IP list: 250,000 entries.
    #[default]
    Threat,
    /// A trusted IP list: 2,000 entries.
    Trusted,
}

impl Limits {
    const fn entries(self) -> usize {
        match self {
            Self::Threat => 250_000,
            Self::Trusted => 2_000,
        }
    }
}

/// What is careless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// Private, shared, loopback or link-local addresses: GuardDuty never matches them, and whoever else uses the list does.
    CoversPrivate,
    /// AWS's own networks, or an address of one of its services.
    CoversAws,
    /// More entries than GuardDuty takes.
    TooManyEntries,
    /// A bigger file than GuardDuty takes.
    TooLarge,
    /// A network wider than a /16.
    TooWide,
    /// GuardDuty takes no IPv6.
    Ipv6NotSupported,
}

impl WarningKind {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CoversPrivate => "covers_private",
            Self::CoversAws => "covers_aws",
            Self::TooManyEntries => "too_many_entries",
            Self::TooLarge => "too_large",
            Self::TooWide => "too_wide",
            Self::Ipv6NotSupported => "ipv6_not_supported",
        }
    }
}

/// A warning about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What.
    pub kind: WarningKind,
    /// The entry as written; for the list as a whole the number of entries or bytes.
    pub entry: String,
    /// Its line; none for the list as a whole.
    pub line: Option<u64>,
}

/// Networks that no list of Internet addresses should touch.
static PRIVATE: LazyLock<RangeSet> = LazyLock::new(|| {
    let nets = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
    ];
    RangeSet::new(
        nets.into_iter()
            .filter_map(|(net, prefix)| Ipv4Net::new(Ipv4Addr::from(net), prefix).ok())
            .map(IpNet::V4),
    )
});

/// The warnings about a list, at most a thousand of each kind, and how many were left out.
#[must_use]
pub fn warnings(list: &List, limits: Limits) -> (Vec<Warning>, u64) {
    let mut found = Found::default();
    if list.bytes > MAX_FILE {
        found.add(WarningKind::TooLarge, &list.bytes.to_string(), None);
    }
    if list.entries.len() > limits.entries() {
        found.add(
            WarningKind::TooManyEntries,
            &list.entries.len().to_string(),
            None,
        );
    }
    for entry in &list.entries {
        let mut warn = |kind| found.add(kind, &entry.text, Some(entry.line));
        if let Indicator::Ipv6(net) = &entry.indicator {
            warn(WarningKind::Ipv6NotSupported);
            if net.prefix_len() < WIDEST_V6 {
                warn(WarningKind::TooWide);
            }
        }
        let Some((first, last)) = entry.indicator.v4_bounds() else {
            continue;
        };
        if PRIVATE.overlaps(first, last) {
            warn(WarningKind::CoversPrivate);
        }
        if ranges::covers_aws(first, last) {
            warn(WarningKind::CoversAws);
        }
        if u64::from(last - first) + 1 > 1 << (32 - WIDEST_V4) {
            warn(WarningKind::TooWide);
        }
    }
    (found.warnings, found.left_out)
}

#[derive(Default)]
struct Found {
    warnings: Vec<Warning>,
    of_kind: std::collections::BTreeMap<WarningKind, usize>,
    left_out: u64,
}

impl Found {
    fn add(&mut self, kind: WarningKind, entry: &str, line: Option<u64>) {
        let count = self.of_kind.entry(kind).or_default();
        *count += 1;
        if *count <= MAX_OF_KIND {
            self.warnings.push(Warning {
                kind,
                entry: entry.to_owned(),
                line,
            });
        } else {
            self.left_out += 1;
        }
    }
}
