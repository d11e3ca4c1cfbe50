//! AbuseIPDB, API v2, `check` (HANDBOOK 5.2, 5.3): who reported an address within 30 days. Must not send.

use std::net::IpAddr;

use rebato_core::investigate::Standing;
use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{count, is, must_be, text, when};
use super::{DAY, KeyRule, Service, Unread, path};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "abuseipdb",
    base: "https://api.abuseipdb.com",
    key: KeyRule::Required,
    not_for_business: false,
    fresh_for: DAY,
    per_day: 1000,
    per_minute: None,
    unlisted_is_404: false,
    request,
    key_header: ("key", ""),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    let mut url = path(base, &["api", "v2", "check"]);
    url.query_pairs_mut()
        .append_pair("ipAddress", &ip.to_string())
        .append_pair("maxAgeInDays", "30");
    Request::get(url)
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    let data = body.get("data").ok_or(Unread::Unexpected)?;
    must_be(data, "/ipAddress", ip)?;
    found.fact("country", text(data, "/countryCode"));
    found.fact("organisation", text(data, "/isp"));
    found.fact("usage", text(data, "/usageType"));
    if is(data, "/isTor") {
        found.fact("tor", Some("node".into()));
    }
    let score = count(data, "/abuseConfidenceScore").min(100);
    let reporters = count(data, "/numDistinctUsers");
    let reports = count(data, "/totalReports");
    let why = format!("score={score} reports={reports} reporters={reporters} days=30");
    // Few reporters may be one person with a grudge.
    let (says, confidence) = match (score, reporters) {
        (75.., 5..) => ("malicious", share(score)),
        (25.., _) => ("suspicious", share(score) / 2.0),
        _ => ("unknown", 0.0),
    };
    let last = when(data, "/lastReportedAt");
    found.opinion(says, confidence, last, why);
    if is(data, "/isWhitelisted") {
        found
            .opinion("benign", 0.8, None, "whitelisted".into())
            .class(Standing::KnownGood);
    }
    Ok(())
}

/// Percent as a share of 1.
pub(super) fn share(percent: u64) -> f64 {
    u32::try_from(percent.min(100)).map_or(1.0, f64::from) / 100.0
}
