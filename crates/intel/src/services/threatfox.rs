//! abuse.ch ThreatFox, `search_ioc` (HANDBOOK 5.2, 5.3): whether an address serves known malware. Must not send.

use std::net::{IpAddr, SocketAddr};

use serde_json::{Value, json};
use url::Url;

use super::abuseipdb::share;
use super::found::Found;
use super::value::{count, items, text, when};
use super::{DAY, KeyRule, Service, Unread, path};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "threatfox",
    base: "https://threatfox-api.abuse.ch",
    key: KeyRule::Required,
    not_for_business: false,
    fresh_for: DAY,
    per_day: 1000,
    per_minute: None,
    unlisted_is_404: false,
    request,
    key_header: ("auth-key", ""),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    let url = path(base, &["api", "v1", ""]);
    let body = json!({"query": "search_ioc", "search_term": ip.to_string()});
    Request::post_json(url, body.to_string())
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    match text(body, "/query_status").unwrap_or_default().as_str() {
        "ok" => {}
        "no_result" => return Ok(()),
        "unknown_auth_key" | "no_auth_key" | "user_blacklisted" => return Err(Unread::KeyRefused),
        _ => return Err(Unread::Unexpected),
    }
    // The search finds the text anywhere: 192.0.2.1 within 192.0.2.10 too.
    let ours: Vec<&Value> = items(body, "/data")
        .iter()
        .filter(|item| text(item, "/ioc").and_then(|ioc| address(&ioc)) == Some(ip))
        .collect();
    let Some(surest) = ours
        .iter()
        .max_by_key(|item| count(item, "/confidence_level"))
    else {
        return Ok(());
    };
    let of_all = |pointer: &str| {
        let mut values: Vec<String> = ours.iter().filter_map(|item| text(item, pointer)).collect();
        values.sort();
        values.dedup();
        values
    };
    found.list("malware", &of_all("/malware_printable"));
    found.list("label", &of_all("/threat_type"));
    let sure = count(surest, "/confidence_level");
    let says = if sure >= 75 {
        "malicious"
    } else {
        "suspicious"
    };
    let seen = when(surest, "/last_seen").or_else(|| when(surest, "/first_seen"));
    let threat = text(surest, "/threat_type").unwrap_or_default();
    let why = format!("confidence={sure} threat={threat} entries={}", ours.len());
    found.opinion(says, share(sure), seen, why);
    Ok(())
}

/// The address of an indicator: `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443`.
fn address(ioc: &str) -> Option<IpAddr> {
    let with_port = ioc.parse::<SocketAddr>().map(|address| address.ip());
    with_port.or_else(|_| ioc.parse()).ok()
}
