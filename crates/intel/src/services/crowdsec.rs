//! CrowdSec CTI, `smoke` (HANDBOOK 5.2, 5.3): what the firewalls of many saw of an address. Must not send.

use std::net::IpAddr;

use rebato_core::investigate::Standing;
use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{count, each, items, must_be, text, texts, when};
use super::{DAY, KeyRule, Service, Unread, below};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "crowdsec",
    base: "https://cti.api.crowdsec.net",
    key: KeyRule::Required,
    not_for_business: false,
    fresh_for: DAY,
    per_day: 50,
    per_minute: None,
    unlisted_is_404: true,
    request,
    key_header: ("x-api-key", ""),
    read,
};

/// From this background noise (0 to 10) an address scans everybody.
const NOISY: u64 = 7;

fn request(base: &Url, ip: IpAddr) -> Request {
    Request::get(below(base, &["v2", "smoke"], ip))
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    must_be(body, "/ip", ip)?;
    let reputation = text(body, "/reputation").ok_or(Unread::Unexpected)?;
    found.asn(text(body, "/as_num"), text(body, "/as_name"));
    found.fact("country", text(body, "/location/country"));
    found.fact("network", text(body, "/ip_range"));
    found.list("behaviour", &each(body, "/behaviors", "/name"));
    found.list("exploits", &texts(body, "/cves"));
    let labels = each(body, "/classifications/classifications", "/name");
    found.list("label", &labels);

    let sure = text(body, "/confidence").unwrap_or_default();
    let confidence: f64 = match sure.as_str() {
        "high" => 0.8,
        "medium" => 0.6,
        _ => 0.4,
    };
    let (says, confidence) = match reputation.as_str() {
        "malicious" => ("malicious", confidence),
        "suspicious" => ("suspicious", confidence),
        // What nobody reported is not thereby good, and the service calls both `safe`.
        "safe" | "benign" => ("benign", confidence.min(0.6)),
        _ => ("unknown", 0.0),
    };
    let noise = count(body, "/background_noise_score");
    let seen = when(body, "/history/last_seen");
    let score = count(body, "/scores/overall/total");
    let why = format!("reputation={reputation} confidence={sure} score={score} noise={noise}");
    found.opinion(says, confidence, seen.clone(), why);
    if noise >= NOISY {
        found.class(Standing::MassScanner);
    }
    let hides = |label: &&String| {
        ["tor", "vpn", "proxy"]
            .iter()
            .any(|word| label.split([':', '-', '_']).any(|part| part == *word))
    };
    if let Some(label) = labels.iter().find(hides) {
        found
            .opinion("suspicious", 0.7, seen, format!("label={label}"))
            .class(Standing::Anonymiser);
    }
    if let Some(known) = items(body, "/classifications/false_positives").first() {
        let name = text(known, "/name").unwrap_or_default();
        found
            .opinion("benign", 0.8, None, format!("false_positive={name}"))
            .class(Standing::KnownGood);
    }
    Ok(())
}
