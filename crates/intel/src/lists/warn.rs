//! What makes a list careless: entries that take in one's own, private or everybody's addresses, or half the Internet; what
//! GuardDuty will not take; what is old or said twice. Careless lists are the most common cause of false findings.
//! Must not change the list.

use std::collections::BTreeMap;

use ipnet::IpNet;
use jiff::civil::Date;

use super::known::{Known, is_inside};
use super::{Entry, Form, Format, Index, Indicator, List, Tally};

/// GuardDuty's limit for one file, in bytes (35 MB, read the strict way).
const MAX_FILE: u64 = 35_000_000;
/// A network wider than this is too wide to say anything about one address in it.
const WIDEST_V4: u8 = 16;
/// The same for IPv6.
const WIDEST_V6: u8 = 32;
/// A list that nobody has renewed for so many days is stale: addresses change hands within weeks.
const STALE_DAYS: i32 = 30;
/// At most this many warnings of one kind are kept.
const MAX_OF_KIND: usize = 1_000;

/// The four kinds of list that GuardDuty has (guide, "Understanding entity lists and IP address lists").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListKind {
    /// A threat IP list: 250,000 entries, IPv4 only.
    #[default]
    Threat,
    /// A trusted IP list: 2,000 entries, IPv4 only.
    Trusted,
    /// A threat entity list: 1,000 entries, also domains and SHA-256.
    ThreatEntity,
    /// A trusted entity list: 1,000 entries, also domains.
    TrustedEntity,
}

impl ListKind {
    /// The most entries.
    const fn entries(self) -> usize {
        match self {
            Self::Threat => 250_000,
            Self::Trusted => 2_000,
            Self::ThreatEntity | Self::TrustedEntity => 1_000,
        }
    }

    const fn is_trusted(self) -> bool {
        matches!(self, Self::Trusted | Self::TrustedEntity)
    }

    const fn takes_domains(self) -> bool {
        matches!(self, Self::ThreatEntity | Self::TrustedEntity)
    }

    fn takes_hash(self, hash: &str) -> bool {
        self == Self::ThreatEntity && hash.len() == 64
    }
}

/// What a list is checked against.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checks<'a> {
    /// What it is for.
    pub kind: ListKind,
    /// One's own networks and addresses.
    pub own: &'a [IpNet],
    /// The day it is judged on; without it nothing is stale.
    pub today: Option<Date>,
    /// When the file was last written; counts where the file itself names no day.
    pub written: Option<Date>,
}

/// What is careless, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// One's own addresses: on a threat list every connection of one's own is a finding.
    CoversOwn,
    /// Private, shared, loopback or link-local addresses: GuardDuty never matches them, and whoever else uses the list does.
    CoversPrivate,
    /// Multicast, reserved and other addresses that nobody has.
    CoversReserved,
    /// A public resolver, which everybody asks.
    CoversResolver,
    /// AWS's own networks, or an address of one of its services.
    CoversAws,
    /// A content network, behind which half the web is.
    CoversCdn,
    /// A network of another cloud.
    CoversCloud,
    /// A network wider than a /16, or an IPv6 one wider than a /32.
    TooWide,
    /// None of GuardDuty's six formats.
    NotAGuarddutyFormat,
    /// Compressed, or text in an encoding that is not plain UTF-8.
    NotPlainText,
    /// A bigger file than GuardDuty takes.
    TooLarge,
    /// More entries than GuardDuty takes.
    TooManyEntries,
    /// Not renewed for more than 30 days.
    Stale,
    /// GuardDuty takes no IPv6.
    Ipv6NotSupported,
    /// This kind of list takes no domains.
    DomainNotSupported,
    /// This kind of list takes no such hashes.
    HashNotSupported,
    /// An address with a port, a range, a netmask, brackets: GuardDuty documents addresses and CIDRs.
    FormNotSupported,
    /// A first line that names a column.
    HeaderLine,
    /// Lines with more than their entry.
    TrailingText,
    /// Lines that are comments.
    CommentLines,
    /// A network whose address is not its first.
    HostBits,
    /// An entry that stands there twice.
    Duplicate,
    /// An entry that others cover.
    Covered,
}

impl WarningKind {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CoversOwn => "covers_own",
            Self::CoversPrivate => "covers_private",
            Self::CoversReserved => "covers_reserved",
            Self::CoversResolver => "covers_resolver",
            Self::CoversAws => "covers_aws",
            Self::CoversCdn => "covers_cdn",
            Self::CoversCloud => "covers_cloud",
            Self::TooWide => "too_wide",
            Self::NotAGuarddutyFormat => "not_a_guardduty_format",
            Self::NotPlainText => "not_plain_text",
            Self::TooLarge => "too_large",
            Self::TooManyEntries => "too_many_entries",
            Self::Stale => "stale",
            Self::Ipv6NotSupported => "ipv6_not_supported",
            Self::DomainNotSupported => "domain_not_supported",
            Self::HashNotSupported => "hash_not_supported",
            Self::FormNotSupported => "form_not_supported",
            Self::HeaderLine => "header_line",
            Self::TrailingText => "trailing_text",
            Self::CommentLines => "comment_lines",
            Self::HostBits => "host_bits",
            Self::Duplicate => "duplicate",
            Self::Covered => "covered",
        }
    }
}

/// A warning about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What.
    pub kind: WarningKind,
    /// The entry as written; for the list as a whole the number of entries, lines or bytes, the format, the encoding or the day.
    pub entry: String,
    /// Its line; none for the list as a whole.
    pub line: Option<u64>,
    /// The line of the entry that makes this one needless.
    pub other_line: Option<u64>,
}

/// The warnings about a list, the worst kind first, and how many there are of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings {
    /// At most a thousand of each kind.
    pub all: Vec<Warning>,
    /// How many there are of each kind, those that are not given included.
    pub counts: BTreeMap<WarningKind, u64>,
}

impl Warnings {
    fn add(&mut self, kind: WarningKind, entry: &str, line: Option<u64>, other: Option<u64>) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if usize::try_from(*count).is_ok_and(|count| count <= MAX_OF_KIND) {
            self.all.push(Warning {
                kind,
                entry: entry.to_owned(),
                line,
                other_line: other,
            });
        }
    }

    /// How many are not given.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        let given = u64::try_from(self.all.len()).unwrap_or(u64::MAX);
        self.counts.values().sum::<u64>().saturating_sub(given)
    }
}

/// What is careless about a list.
#[must_use]
pub fn warnings(list: &List, index: &Index<'_>, checks: &Checks<'_>) -> Warnings {
    let mut found = Warnings::default();
    whole(list, checks, &mut found);
    let known = Known::new(checks.own);
    for entry in &list.entries {
        let mut warn = |kind| found.add(kind, &entry.text, Some(entry.line), None);
        known.touched_by(&entry.indicator, |kind| {
            // Whoever trusts his own addresses means it.
            if kind != WarningKind::CoversOwn || !checks.kind.is_trusted() {
                warn(kind);
            }
        });
        if is_too_wide(&entry.indicator) {
            warn(WarningKind::TooWide);
        }
        if let Some(kind) = not_taken(entry, list.format, checks.kind) {
            warn(kind);
        }
        if has_host_bits(entry) {
            warn(WarningKind::HostBits);
        }
    }
    for needless in index.needless() {
        let Some(entry) = list.entries.get(needless.entry) else {
            continue;
        };
        let other = needless.other.and_then(|at| list.entries.get(at));
        let kind = if needless.same {
            WarningKind::Duplicate
        } else {
            WarningKind::Covered
        };
        found.add(kind, &entry.text, Some(entry.line), other.map(|o| o.line));
    }
    found.all.sort_by_key(|warning| warning.kind);
    found
}

/// What is to be said of the list as a whole.
fn whole(list: &List, checks: &Checks<'_>, found: &mut Warnings) {
    let mut warn = |kind, entry: &str| found.add(kind, entry, None, None);
    if list.bytes > MAX_FILE {
        warn(WarningKind::TooLarge, &list.bytes.to_string());
    }
    if list.entries.len() > checks.kind.entries() {
        let count = list.entries.len().to_string();
        warn(WarningKind::TooManyEntries, &count);
    }
    let dated = list.date.or(checks.written);
    if let (Some(today), Some(dated)) = (checks.today, dated)
        && dated
            .until(today)
            .is_ok_and(|age| age.get_days() > STALE_DAYS)
    {
        warn(WarningKind::Stale, &dated.to_string());
    }
    let Form {
        comments,
        header,
        trailing,
        encoding,
    } = &list.form;
    if let Some(encoding) = encoding {
        warn(WarningKind::NotPlainText, encoding);
    }
    if !list.format.is_guardduty() {
        // That says all that there is to say about its lines.
        return warn(WarningKind::NotAGuarddutyFormat, list.format.name());
    }
    if list.format == Format::Txt {
        let mut lines = |kind, tally: &Tally| {
            if tally.count > 0 {
                found.add(kind, &tally.count.to_string(), Some(tally.line), None);
            }
        };
        lines(WarningKind::HeaderLine, header);
        lines(WarningKind::TrailingText, trailing);
        lines(WarningKind::CommentLines, comments);
    }
}

fn is_too_wide(indicator: &Indicator) -> bool {
    match (indicator, indicator.v4_bounds()) {
        (_, Some((first, last))) => u64::from(last - first) + 1 > 1 << (32 - WIDEST_V4),
        (Indicator::Ipv6(net), None) => net.prefix_len() < WIDEST_V6,
        _ => false,
    }
}

/// What GuardDuty does not take of an entry in this kind of list.
fn not_taken(entry: &Entry, format: Format, kind: ListKind) -> Option<WarningKind> {
    match &entry.indicator {
        Indicator::Ipv6(_) => Some(WarningKind::Ipv6NotSupported),
        Indicator::Domain => (!kind.takes_domains()).then_some(WarningKind::DomainNotSupported),
        Indicator::Hash => (!kind.takes_hash(&entry.text)).then_some(WarningKind::HashNotSupported),
        // STIX has a form for ranges; what is in no format of GuardDuty's has to be written anew anyway.
        _ if format == Format::Stix || !format.is_guardduty() => None,
        Indicator::Ipv4(_) | Indicator::Cidr(_) | Indicator::Range(..) => {
            (!is_plain(&entry.text)).then_some(WarningKind::FormNotSupported)
        }
    }
}

/// Whether it is an address or a CIDR as everybody writes them.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/'))
        && text
            .split_once('/')
            .is_none_or(|(_, prefix)| !prefix.contains('.'))
}

fn has_host_bits(entry: &Entry) -> bool {
    let Some(net) = entry.indicator.net() else {
        return false;
    };
    let Some((base, _)) = entry.text.split_once('/') else {
        return false;
    };
    is_inside(base, &net)
}
