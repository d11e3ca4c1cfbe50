//! What the signals about names share: the lookups, and domains whose ways look odd and are not. Must not recognise a signal.

use super::Picture;
use crate::evaluate::{Evidence, Fact};

/// Domains under which long, random or missing names are ordinary: delivery networks and clouds, reverse lookups, hosts of mail,
/// look-ups of reputation by mail filters and virus scanners, telemetry of operating systems.
const ORDINARY: [&str; 66] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "api.aws",
    "on.aws",
    "awsglobalaccelerator.com",
    "cloudfront.net",
    "compute.internal",
    "ec2.internal",
    "internal",
    "local",
    "localdomain",
    "in-addr.arpa",
    "ip6.arpa",
    "arpa",
    "akadns.net",
    "akamai.net",
    "akamaiedge.net",
    "akamaihd.net",
    "akamaized.net",
    "edgekey.net",
    "edgesuite.net",
    "azureedge.net",
    "azure.com",
    "azurefd.net",
    "windows.net",
    "windows.com",
    "windowsupdate.com",
    "microsoft.com",
    "msedge.net",
    "office.com",
    "office.net",
    "trafficmanager.net",
    "fastly.net",
    "fastlylb.net",
    "cloudflare.net",
    "cdn77.org",
    "googlevideo.com",
    "googleusercontent.com",
    "googlesyndication.com",
    "1e100.net",
    "gvt1.com",
    "llnwd.net",
    "footprint.net",
    "ultradns.net",
    "outlook.com",
    "amazonses.com",
    "mimecast.com",
    "pphosted.com",
    "spamhaus.org",
    "spamhaus.net",
    "spamcop.net",
    "surbl.org",
    "uribl.com",
    "barracudacentral.org",
    "dnswl.org",
    "mailspike.net",
    "senderscore.com",
    "rspamd.com",
    "cymru.com",
    "mcafee.com",
    "mcafee.net",
    "sophosxl.net",
    "e5.sk",
    "trendmicro.com",
    "kaspersky-labs.com",
    "ntp.org",
];

/// The members of [`Fact::Lookup`] that signals look at.
pub(super) struct Name<'a> {
    pub(super) domain: &'a str,
    pub(super) names: u64,
    pub(super) longest: &'a str,
    pub(super) entropy: f64,
    pub(super) length: f64,
    pub(super) types: &'a [String],
    pub(super) answers: &'a [String],
    pub(super) missing: u64,
    pub(super) count: u64,
    pub(super) firewall: Option<&'a str>,
}

/// All lookups.
pub(super) fn all<'a>(
    picture: &Picture<'a>,
) -> impl Iterator<Item = (&'a Evidence, Name<'a>)> + use<'a> {
    picture
        .dossier
        .evidence
        .iter()
        .filter_map(|evidence| match &evidence.fact {
            Fact::Lookup {
                domain,
                names,
                longest,
                entropy,
                length,
                types,
                answers,
                missing,
                count,
                firewall,
                ..
            } => {
                let name = Name {
                    domain,
                    names: *names,
                    longest,
                    entropy: *entropy,
                    length: *length,
                    types,
                    answers,
                    missing: *missing,
                    count: *count,
                    firewall: firewall.as_deref(),
                };
                Some((evidence, name))
            }
            _ => None,
        })
}

/// Whether odd names under this domain are known to be harmless.
pub(super) fn is_ordinary(domain: &str) -> bool {
    ORDINARY.iter().any(|known| is_under(domain, known))
}

/// Whether a name is a domain or lies under it.
pub(super) fn is_under(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
