//! What is asked of the logs. Must not know how they are read.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rebato_core::evaluate::Source;
use rebato_core::identify::{Finding, Subject};

use crate::{LogName, ThreatIndex};

/// The questions that one pass answers. The default asks for everything and makes no dossier.
#[derive(Debug, Default)]
pub struct Questions {
    /// Only flow records of these interfaces; empty for all.
    pub interfaces: Vec<String>,
    /// Addresses of ours, to tell the two sides of a record apart.
    pub local_ips: Vec<IpAddr>,
    /// Only records, calls and logins with these addresses on the other side; empty for all.
    pub only_ips: Vec<IpAddr>,
    /// Addresses whose every trace is kept for the dossier.
    pub suspects: Vec<IpAddr>,
    /// Only calls by or about this instance; in a case, the instance whose role session is looked for.
    pub instance: Option<String>,
    /// Only calls by this principal: a user's or role's ARN, or that of a session.
    pub principal: Option<String>,
    /// Records that ended before are passed over.
    pub since: Option<Timestamp>,
    /// Records that began after are passed over.
    pub until: Option<Timestamp>,
    /// A time near the end of the log, to find the year of syslog lines, which do not bear one.
    pub near: Option<Timestamp>,
    /// Threat lists to look addresses up in.
    pub threat: ThreatIndex,
    /// Only flow records with an address on one of them; everything else is neither matched nor a conversation.
    pub only_listed: bool,
    /// Whether facts for a dossier are gathered, rather than the rows of the three documents.
    pub case: bool,
}

impl Questions {
    /// Whether a file or object of this name may hold records of the source in the window: ask before opening it.
    #[must_use]
    pub fn may_hold(&self, source: Source, name: &str) -> bool {
        LogName::read(name).is_none_or(|name| name.fits(source, self.since, self.until))
    }

    /// Whether a record from `start` to `end` (Unix seconds) lies outside the time that is asked for.
    pub(crate) fn is_outside(&self, start: i64, end: i64) -> bool {
        self.since.is_some_and(|since| end < since.as_second())
            || self.until.is_some_and(|until| start > until.as_second())
    }

    /// The questions of a case: all that the instance's interfaces and role did, and every trace of the finding's addresses.
    /// Other machines' records are looked at for scans only. Nothing is cut off by time: what came before the finding tells who
    /// began, and since when they know each other.
    #[must_use]
    pub fn of_case(finding: &Finding, subject: Option<&Subject>, threat: ThreatIndex) -> Self {
        let mut interfaces: Vec<String> = subject
            .map(|s| s.interfaces.iter().map(|i| i.id.clone()).collect())
            .unwrap_or_default();
        interfaces.extend(finding.interfaces.iter().filter_map(|i| i.id.clone()));
        let mut local_ips: Vec<IpAddr> = subject.map(Subject::all_ips).unwrap_or_default();
        for interface in &finding.interfaces {
            local_ips.extend(
                interface
                    .private_ips
                    .iter()
                    .chain(&interface.ipv6)
                    .chain(&interface.public_ip),
            );
        }
        local_ips.sort();
        local_ips.dedup();
        interfaces.sort();
        interfaces.dedup();
        let suspects = finding
            .remote_ips()
            .into_iter()
            .filter(|ip| !local_ips.contains(ip))
            .collect();
        Self {
            interfaces,
            local_ips,
            suspects,
            instance: finding.instance_id.clone(),
            near: finding
                .last_seen
                .or(finding.updated)
                .and_then(|at| at.checked_add(SignedDuration::from_hours(24 * 7)).ok()),
            threat,
            case: true,
            ..Self::default()
        }
    }
}
