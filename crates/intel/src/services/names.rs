//! What the DNS says of an address: its own name, confirmed by asking back; the network that announces it (Team Cymru); and
//! Spamhaus ZEN, where a key of its Data Query Service is given. Must not know resolvers' ways.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use rebato_core::investigate::{Marking, Standing};
use rebato_engine::ports::Secrets;
use tokio::time::Instant;

use super::KeySource;
use super::found::Found;
use super::gathered::Gathered;
use crate::net::dns::{Dns, DnsError, Wanted, reverse_name, reversed};

/// The most names of an address that are asked back, and the most networks that are named.
const MOST: usize = 4;

/// Crawlers whose owners say that the name, confirmed, proves them (HANDBOOK 5.3).
const CRAWLERS: &[&str] = &[".googlebot.com", ".search.msn.com"];

/// What is asked of the DNS, and whom.
#[derive(Clone)]
pub struct Names {
    dns: Dns,
    zen: Option<KeySource>,
    zones: Zones,
}

/// The zones that are asked.
#[derive(Debug, Clone)]
struct Zones {
    origin: &'static str,
    origin6: &'static str,
    systems: &'static str,
    zen: &'static str,
}

impl Names {
    /// Asks this resolver; Spamhaus only with a key.
    #[must_use]
    pub const fn new(dns: Dns, zen: Option<KeySource>) -> Self {
        let zones = Zones {
            origin: "origin.asn.cymru.com",
            origin6: "origin6.asn.cymru.com",
            systems: "asn.cymru.com",
            zen: "zen.dq.spamhaus.net",
        };
        Self { dns, zen, zones }
    }

    /// The sources that it asks.
    pub(super) fn sources(&self) -> &'static [&'static str] {
        if self.zen.is_some() {
            &["dns", "cymru", "spamhaus"]
        } else {
            &["dns", "cymru"]
        }
    }

    /// All of it, side by side.
    pub(super) async fn ask(
        &self,
        ip: IpAddr,
        marking: Marking,
        secrets: Option<&dyn Secrets>,
        until: Instant,
        now: Timestamp,
    ) -> Gathered {
        let (own, origin, listed) = futures::join!(
            self.own_name(ip, until, now),
            self.origin(ip, until, now),
            self.listed(ip, marking, secrets, until, now),
        );
        own.and(origin).and(listed.unwrap_or_default())
    }

    /// Reverse DNS, which the holder of the address writes at will: a name counts as the address's own only when the name
    /// in turn gives the address.
    async fn own_name(&self, ip: IpAddr, until: Instant, now: Timestamp) -> Gathered {
        let mut found = Found::new("dns");
        let mut sent = Vec::new();
        let looked = self
            .dns
            .look(Wanted::Ptr, &reverse_name(ip), None, until)
            .await;
        sent.extend(looked.sent);
        let names = match looked.result {
            Ok(names) => names,
            Err(error) => return failed("dns", error, sent),
        };
        let back = if ip.is_ipv4() {
            Wanted::A
        } else {
            Wanted::Aaaa
        };
        for name in names.into_iter().take(MOST) {
            let looked = if is_host_name(&name) {
                Some(self.dns.look(back, &name, None, until).await)
            } else {
                None
            };
            let confirmed = looked.is_some_and(|looked| {
                sent.extend(looked.sent);
                looked
                    .result
                    .is_ok_and(|all| all.iter().any(|a| a.parse() == Ok(ip)))
            });
            let kind = if confirmed { "ptr" } else { "ptr_unconfirmed" };
            let crawler = confirmed
                && CRAWLERS
                    .iter()
                    .any(|end| name.to_ascii_lowercase().ends_with(end));
            if crawler {
                found
                    .opinion("benign", 0.9, None, format!("crawler={name}"))
                    .class(Standing::KnownGood);
            }
            found.fact(kind, Some(name.chars().take(253).collect()));
        }
        Gathered::said("dns", found.said(now), None).with_sent(sent)
    }

    /// Who announces the address to the Internet.
    async fn origin(&self, ip: IpAddr, until: Instant, now: Timestamp) -> Gathered {
        let mut found = Found::new("cymru");
        let mut sent = Vec::new();
        let zone = if ip.is_ipv4() {
            self.zones.origin
        } else {
            self.zones.origin6
        };
        let name = format!("{}.{zone}", reversed(ip));
        let looked = self.dns.look(Wanted::Txt, &name, None, until).await;
        sent.extend(looked.sent);
        let records = match looked.result {
            Ok(records) => records,
            Err(error) => return failed("cymru", error, sent),
        };
        let origins: Vec<Origin> = records.iter().filter_map(|r| origin(r, ip)).collect();
        if origins.is_empty() && !records.is_empty() {
            return failed("cymru", DnsError::NoAnswer, sent);
        }
        let mut systems: Vec<u32> = origins.iter().flat_map(|o| o.systems.clone()).collect();
        systems.sort_unstable();
        systems.dedup();
        for system in systems.into_iter().take(MOST) {
            let name = format!("AS{system}.{}", self.zones.systems);
            let looked = self.dns.look(Wanted::Txt, &name, None, until).await;
            sent.extend(looked.sent);
            // Without its name the number still says who it is.
            let named = looked.result.unwrap_or_default();
            let named = named.first().and_then(|text| system_name(text, system));
            found.asn(Some(system.to_string()), named);
        }
        let mut nets: Vec<IpNet> = origins.iter().map(|o| o.net).collect();
        nets.sort_by_key(|net| std::cmp::Reverse(net.prefix_len()));
        nets.dedup();
        for net in nets.into_iter().take(MOST) {
            found.fact("network", Some(net.to_string()));
        }
        let country = origins.into_iter().find_map(|o| o.country);
        found.fact("country", country);
        Gathered::said("cymru", found.said(now), None).with_sent(sent)
    }

    /// Spamhaus ZEN by the Data Query Service: its public mirrors do not answer public resolvers, nor business.
    async fn listed(
        &self,
        ip: IpAddr,
        marking: Marking,
        secrets: Option<&dyn Secrets>,
        until: Instant,
        now: Timestamp,
    ) -> Option<Gathered> {
        let place = self.zen.as_ref()?;
        if !marking.allows_services() {
            return Some(Gathered::refused("spamhaus", "tlp_red"));
        }
        let key = match place.fetch(secrets).await {
            Ok(key) => key,
            Err(error) => {
                return Some(Gathered::result(
                    "spamhaus",
                    "failed",
                    Some(error.to_string()),
                ));
            }
        };
        let key = key.expose();
        let name = format!("{}.{key}.{}", reversed(ip), self.zones.zen);
        let looked = self.dns.look(Wanted::A, &name, Some(key), until).await;
        let sent: Vec<String> = looked.sent.into_iter().collect();
        let codes = match looked.result {
            Ok(codes) => codes,
            Err(error) => return Some(failed("spamhaus", error, sent)),
        };
        let mut found = Found::new("spamhaus");
        for code in &codes {
            if let Err(why) = listing(code, &mut found) {
                return Some(Gathered::result("spamhaus", "failed", Some(why)).with_sent(sent));
            }
        }
        Some(Gathered::said("spamhaus", found.said(now), None).with_sent(sent))
    }
}

fn failed(source: &str, error: DnsError, sent: Vec<String>) -> Gathered {
    Gathered::result(source, "failed", Some(error.to_string())).with_sent(sent)
}

/// A code of ZEN (HANDBOOK 5.2).
fn listing(code: &str, found: &mut Found) -> Result<(), String> {
    let octets = code.parse::<std::net::Ipv4Addr>().map(|ip| ip.octets());
    let (says, confidence, list) = match octets {
        Ok([127, 0, 0, 2]) => ("malicious", 0.8, "sbl"),
        Ok([127, 0, 0, 3]) => ("suspicious", 0.7, "css"),
        Ok([127, 0, 0, 4..=7]) => ("malicious", 0.7, "xbl"),
        Ok([127, 0, 0, 9]) => ("malicious", 0.9, "drop"),
        // Customers' dynamic addresses, which should send no mail: no malice.
        Ok([127, 0, 0, 10 | 11]) => {
            found.fact("usage", Some("pbl".into()));
            return Ok(());
        }
        Ok([127, 255, 255, 252]) => return Err("zone_mistyped".into()),
        Ok([127, 255, 255, 254]) => return Err("public_resolver".into()),
        Ok([127, 255, 255, 255]) => return Err("limited".into()),
        _ => return Err("unexpected_answer".into()),
    };
    found.opinion(says, confidence, None, format!("list={list} code={code}"));
    Ok(())
}

/// One origin, as `13335 64500 | 104.28.0.0/16 | US | arin | 2014-03-28`.
struct Origin {
    systems: Vec<u32>,
    net: IpNet,
    country: Option<String>,
}

fn origin(record: &str, ip: IpAddr) -> Option<Origin> {
    let mut fields = record.split('|').map(str::trim);
    let systems: Vec<u32> = fields
        .next()?
        .split_whitespace()
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    let net: IpNet = fields.next()?.parse().ok()?;
    let country = fields.next().filter(|c| c.len() == 2).map(Into::into);
    (net.contains(&ip) && !systems.is_empty()).then_some(Origin {
        systems,
        net,
        country,
    })
}

/// The name in `13335 | US | arin | 2010-07-14 | CLOUDFLARENET - Cloudflare, Inc., US`.
fn system_name(record: &str, system: u32) -> Option<String> {
    let mut fields = record.splitn(5, '|').map(str::trim);
    let same = fields.next()?.parse() == Ok(system);
    let name: String = fields.nth(3)?.chars().take(200).collect();
    (same && !name.is_empty()).then_some(name)
}

/// A name that a machine may have: everything else that stands in reverse DNS is not asked back.
fn is_host_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.len() <= 253 && name.contains('.') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_may_be_several_and_must_hold_the_address() {
        let ip: IpAddr = "104.28.214.16".parse().unwrap();
        let two = origin("13335 64500 | 104.28.0.0/16 | US | arin | 2014-03-28", ip).unwrap();
        assert_eq!(
            (two.systems, two.country.as_deref()),
            (vec![13335, 64500], Some("US"))
        );
        for bad in [
            "13335 | 192.0.2.0/24 | US | arin | ",
            "x | 104.28.0.0/16 | US",
            "| 104.28.0.0/16 | US",
            "13335",
            "",
            "13335 | 104.28.0.0/99 | US",
        ] {
            assert!(origin(bad, ip).is_none(), "{bad}");
        }
        let text = "13335 | US | arin | 2010-07-14 | CLOUDFLARENET - Cloudflare, Inc., US";
        let name = "CLOUDFLARENET - Cloudflare, Inc., US";
        assert_eq!(system_name(text, 13335).as_deref(), Some(name));
        assert_eq!(system_name(text, 13336), None);
    }

    #[test]
    fn an_error_of_spamhaus_is_no_listing() {
        let read = |code| {
            let mut found = Found::new("spamhaus");
            let result = listing(code, &mut found);
            let said = found.said(Timestamp::UNIX_EPOCH);
            let says = said.opinions.first().map(|o| o.says.clone());
            (result.err(), says, said.facts.len())
        };
        for code in ["127.0.0.2", "127.0.0.4", "127.0.0.7", "127.0.0.9"] {
            assert_eq!(read(code), (None, Some("malicious".into()), 0), "{code}");
        }
        assert_eq!(read("127.0.0.10"), (None, None, 1));
        assert_eq!(read("127.0.0.3").1.as_deref(), Some("suspicious"));
        for (code, why) in [
            ("127.255.255.252", "zone_mistyped"),
            ("127.255.255.254", "public_resolver"),
            ("127.255.255.255", "limited"),
            ("127.0.0.99", "unexpected_answer"),
            ("198.51.100.1", "unexpected_answer"),
        ] {
            assert_eq!(read(code), (Some(why.into()), None, 0));
        }
    }
}
