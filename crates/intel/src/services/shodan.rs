//! Shodan InternetDB (HANDBOOK 5.2): which ports an address had open when it was last scanned by others, about once a week.
//! The whole answer of Shodan's host API is read too. Must not send.

use std::net::IpAddr;

use rebato_core::investigate::Standing;
use serde_json::Value;
use url::Url;

use super::found::Found;
use super::value::{must_be, text, texts, when};
use super::{DAY, KeyRule, Service, Unread, below};
use crate::net::Request;

pub(super) const SERVICE: Service = Service {
    name: "shodan",
    base: "https://internetdb.shodan.io",
    key: KeyRule::None,
    not_for_business: false,
    fresh_for: DAY,
    per_day: 1000,
    per_minute: None,
    unlisted_is_404: true,
    request,
    key_header: ("", ""),
    read,
};

fn request(base: &Url, ip: IpAddr) -> Request {
    Request::get(below(base, &[], ip))
}

fn read(body: &Value, ip: IpAddr, found: &mut Found) -> Result<(), Unread> {
    let named = if body.get("ip_str").is_some() {
        "/ip_str"
    } else {
        "/ip"
    };
    must_be(body, named, ip)?;
    if body.get("ports").is_none() {
        return Err(Unread::Unexpected);
    }
    found.asn(text(body, "/asn"), text(body, "/org"));
    found.fact("country", text(body, "/country_code"));
    found.list("hostname", &texts(body, "/hostnames"));
    found.list("ports", &texts(body, "/ports"));
    found.list("software", &texts(body, "/cpes"));
    found.list("vulnerable", &texts(body, "/vulns"));
    let tags = texts(body, "/tags");
    found.list("label", &tags);
    let seen = when(body, "/last_update");
    for tag in &tags {
        let (says, confidence, class) = match tag.as_str() {
            "tor" | "vpn" | "proxy" => ("suspicious", 0.6, Standing::Anonymiser),
            "scanner" => ("suspicious", 0.6, Standing::MassScanner),
            "c2" | "malware" | "compromised" => {
                found.opinion("suspicious", 0.6, seen.clone(), format!("tag={tag}"));
                continue;
            }
            _ => continue,
        };
        found
            .opinion(says, confidence, seen.clone(), format!("tag={tag}"))
            .class(class);
    }
    Ok(())
}
