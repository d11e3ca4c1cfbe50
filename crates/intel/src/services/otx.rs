//! LevelBlue (AlienVault) OTX, an indicator's `general` section (HANDBOOK 5.2): in whose published collections an address
//! stands. Anybody may publish one, so this alone is never more than suspicion. Must not send.

use std::net::IpAddr;

use rebato_core::investigate::Standing;
use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{count, each, items, must_be, text, when};
use super::{DAY, KeyRule, Service, Unread, below, path};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "otx",
    base: "https://otx.alienvault.com",
    key: KeyRule::Required,
    not_for_business: false,
    fresh_for: DAY,
    per_day: 10_000,
    per_minute: None,
    unlisted_is_404: false,
    request,
    key_header: ("x-otx-api-key", ""),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    let kind = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
    let indicator = below(base, &["api", "v1", "indicators", kind], ip);
    Request::get(path(&indicator, &["general"]))
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    must_be(body, "/indicator", ip)?;
    let pulses = items(body, "/pulse_info/pulses");
    if body.pointer("/pulse_info").is_none() {
        return Err(Unread::Unexpected);
    }
    found.fact("asn", text(body, "/asn"));
    found.fact("country", text(body, "/country_code"));
    found.list("label", &each(body, "/pulse_info/pulses", "/name"));
    let published = count(body, "/pulse_info/count");
    let latest = pulses
        .iter()
        .filter_map(|pulse| when(pulse, "/modified").or_else(|| when(pulse, "/created")))
        .max();
    let (says, confidence) = match published {
        0 => ("unknown", 0.0),
        1..=2 => ("suspicious", 0.3),
        3..=9 => ("suspicious", 0.4),
        _ => ("suspicious", 0.5),
    };
    found.opinion(says, confidence, latest, format!("pulses={published}"));
    // What it validated: white lists, and domains that everybody visits.
    if let Some(known) = items(body, "/validation").first() {
        let source = text(known, "/source").unwrap_or_default();
        found
            .opinion("benign", 0.8, None, format!("validation={source}"))
            .class(Standing::KnownGood);
    }
    Ok(())
}
