//! IPinfo (HANDBOOK 5.2): network, country, and with the larger plans who hides there and whom to write to. By default the
//! Lite plan is asked; the answers of all plans are read. Must not send.

use std::net::IpAddr;

use rebato_core::investigate::Standing;
use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{is, must_be, text, when};
use super::{DAY, KeyRule, Service, Unread, below};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "ipinfo",
    base: "https://api.ipinfo.io/lite",
    key: KeyRule::Required,
    not_for_business: false,
    fresh_for: DAY,
    per_day: 1000,
    per_minute: None,
    unlisted_is_404: false,
    request,
    // In a header, as a URL is written into logs on its way.
    key_header: ("authorization", "Bearer "),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    Request::get(below(base, &[], ip))
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    must_be(body, "/ip", ip)?;
    network(body, found);
    let country = text(body, "/country_code").or_else(|| text(body, "/geo/country_code"));
    // The older plans have the code where the newer ones have the name.
    let country = country.or_else(|| text(body, "/country").filter(|c| c.len() == 2));
    found.fact("country", country);
    found.fact("network", text(body, "/asn/route"));
    found.fact("hostname", text(body, "/hostname"));
    found.fact(
        "usage",
        text(body, "/asn/type").or_else(|| text(body, "/as/type")),
    );
    found.fact("abuse_contact", text(body, "/abuse/email"));
    let says = |names: [&str; 2]| names.iter().any(|name| is(body, name));
    let hides: Vec<&str> = [
        ("tor", ["/privacy/tor", "/anonymous/is_tor"]),
        ("vpn", ["/privacy/vpn", "/anonymous/is_vpn"]),
        ("proxy", ["/privacy/proxy", "/anonymous/is_proxy"]),
        ("relay", ["/privacy/relay", "/anonymous/is_relay"]),
        (
            "residential_proxy",
            ["/privacy/res_proxy", "/anonymous/is_res_proxy"],
        ),
    ]
    .into_iter()
    .filter_map(|(name, places)| says(places).then_some(name))
    .collect();
    if hides.contains(&"tor") {
        found.fact("tor", Some("node".into()));
    }
    if !hides.is_empty() {
        let seen = when(body, "/anonymous/last_seen");
        found
            .opinion("suspicious", 0.7, seen, hides.join(" "))
            .class(Standing::Anonymiser);
    }
    Ok(())
}

/// The autonomous system: an object or two plain fields, by plan.
fn network(body: &Value, found: &mut Found) {
    for object in ["/asn", "/as"] {
        if let Some(number) = text(body, &format!("{object}/asn")) {
            return found.asn(Some(number), text(body, &format!("{object}/name")));
        }
    }
    if let Some(number) = text(body, "/asn") {
        return found.asn(Some(number), text(body, "/as_name"));
    }
    found.fact(
        "asn",
        text(body, "/org").filter(|org| org.starts_with("AS")),
    );
}
