//! GreyNoise (HANDBOOK 5.2, 5.3): who scans everybody, and which services everybody uses. The community's answer and the
//! answer of `v3/ip` are read alike. Must not send.

use std::net::IpAddr;

use jiff::SignedDuration;
use rebato_core::investigate::Standing;
use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{is, must_be, text, texts, when};
use super::{KeyRule, Service, Unread, below};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "greynoise",
    base: "https://api.greynoise.io",
    key: KeyRule::Optional,
    not_for_business: false,
    fresh_for: SignedDuration::from_hours(6),
    per_day: 50,
    per_minute: None,
    unlisted_is_404: true,
    request,
    key_header: ("key", ""),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    Request::get(below(base, &["v3", "community"], ip))
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    must_be(body, "/ip", ip)?;
    let scanner = body.get("internet_scanner_intelligence");
    let business = body.get("business_service_intelligence");
    if scanner.is_none() && business.is_none() {
        return community(body, found);
    }
    if let Some(scanner) = scanner.filter(|s| is(s, "/found")) {
        noise(scanner, found);
    }
    if let Some(service) = business.filter(|s| is(s, "/found")) {
        let trust = text(service, "/trust_level").unwrap_or_default();
        let confidence = if trust == "1" { 0.9 } else { 0.6 };
        let updated = when(service, "/last_updated");
        found.fact("organisation", text(service, "/name"));
        found.fact("usage", text(service, "/category"));
        found
            .opinion(
                "benign",
                confidence,
                updated,
                format!("trust_level={trust}"),
            )
            .class(Standing::KnownGood);
    }
    Ok(())
}

/// The community's answer, of API v3 as it was before 2025 and still is there.
fn community(body: &Value, found: &mut Found) -> Result<(), Unread> {
    let known = |name: &str| body.get(name).and_then(Value::as_bool);
    let (noise, riot) = match (known("noise"), known("riot")) {
        (None, None) => return Err(Unread::Unexpected),
        (noise, riot) => (noise == Some(true), riot == Some(true)),
    };
    let seen = when(body, "/last_seen");
    let classification = text(body, "/classification").unwrap_or_default();
    if noise || riot {
        let name = text(body, "/name").filter(|name| name != "unknown");
        found.fact("organisation", name);
    }
    if noise {
        let (says, confidence) = judged(&classification);
        let why = format!("noise=true classification={classification}");
        found
            .opinion(says, confidence, seen.clone(), why)
            .class(Standing::MassScanner);
    }
    if riot {
        found
            .opinion("benign", 0.9, seen, "riot=true".into())
            .class(Standing::KnownGood);
    }
    Ok(())
}

fn noise(scanner: &Value, found: &mut Found) {
    let metadata = "/metadata";
    let at = |name: &str| text(scanner, &format!("{metadata}/{name}"));
    found.asn(at("asn"), at("organization"));
    found.fact("country", at("source_country_code"));
    found.fact("usage", at("category"));
    found.fact(
        "organisation",
        text(scanner, "/actor").filter(|a| a != "unknown"),
    );
    found.list("exploits", &texts(scanner, "/cves"));
    let seen = when(scanner, "/last_seen_timestamp")
        .or_else(|| when(scanner, "/last_seen_timestamp/0"))
        .or_else(|| when(scanner, "/last_seen"));
    let classification = text(scanner, "/classification").unwrap_or_default();
    let spoofable = is(scanner, "/spoofable");
    let (says, confidence) = judged(&classification);
    // Whoever completed no handshake may have written another's address on the envelope.
    let confidence = if spoofable {
        confidence / 2.0
    } else {
        confidence
    };
    let why = format!("classification={classification} spoofable={spoofable}");
    found
        .opinion(says, confidence, seen.clone(), why)
        .class(Standing::MassScanner);
    let hides = ["tor", "vpn"]
        .into_iter()
        .find(|name| is(scanner, &format!("/{name}")));
    if let Some(name) = hides {
        let service = text(scanner, "/vpn_service").filter(|_| name == "vpn");
        let why = service.map_or_else(|| name.to_owned(), |service| format!("{name}={service}"));
        found
            .opinion("suspicious", 0.7, seen, why)
            .class(Standing::Anonymiser);
    }
}

fn judged(classification: &str) -> (&'static str, f64) {
    match classification {
        "malicious" => ("malicious", 0.8),
        "suspicious" => ("suspicious", 0.7),
        "benign" => ("benign", 0.8),
        // It scans, to what end is not known.
        _ => ("unknown", 0.7),
    }
}
