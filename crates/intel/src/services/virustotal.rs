//! VirusTotal, API v3 (HANDBOOK 5.2): how many of its engines, which largely copy one another, think ill of an address. So
//! it is never more than suspicion by itself. Must not send.

use std::net::IpAddr;

use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{count, must_be, text, texts, when};
use super::{DAY, KeyRule, Service, Unread, below};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "virustotal",
    base: "https://www.virustotal.com",
    key: KeyRule::Required,
    not_for_business: true,
    fresh_for: DAY,
    per_day: 500,
    per_minute: Some(4),
    unlisted_is_404: true,
    request,
    key_header: ("x-apikey", ""),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    Request::get(below(base, &["api", "v3", "ip_addresses"], ip))
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    must_be(body, "/data/id", ip)?;
    let about = body.pointer("/data/attributes").ok_or(Unread::Unexpected)?;
    found.asn(text(about, "/asn"), text(about, "/as_owner"));
    found.fact("country", text(about, "/country"));
    found.fact("network", text(about, "/network"));
    found.list("label", &texts(about, "/tags"));
    let engines = |verdict: &str| count(about, &format!("/last_analysis_stats/{verdict}"));
    let (malicious, suspicious) = (engines("malicious"), engines("suspicious"));
    let all = ["harmless", "undetected", "timeout"].map(engines);
    let of = all
        .iter()
        .fold(malicious.saturating_add(suspicious), |sum, n| {
            sum.saturating_add(*n)
        });
    let (says, confidence) = match malicious {
        10.. => ("suspicious", 0.8),
        5..=9 => ("suspicious", 0.6),
        1..=4 => ("suspicious", 0.4),
        0 if suspicious > 0 => ("suspicious", 0.2),
        // Silence of engines is no praise.
        0 => ("unknown", 0.0),
    };
    let at = when(about, "/last_analysis_date").or_else(|| when(about, "/last_modification_date"));
    let why = format!("malicious={malicious} suspicious={suspicious} engines={of}");
    found.opinion(says, confidence, at, why);
    Ok(())
}
