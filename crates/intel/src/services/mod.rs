//! Services that say something about an address when they are asked: for each a request and how its answer reads, both
//! pure, and [`Asker`] that asks those which were configured. Must not know of cases. They are only ever asked: nothing is
//! reported, scanned or uploaded.

mod abuseipdb;
mod asker;
mod crowdsec;
mod found;
mod gathered;
mod greynoise;
mod ipinfo;
mod key;
mod names;
mod otx;
mod pace;
mod shodan;
mod threatfox;
mod value;
mod virustotal;

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rebato_core::investigate::{AddressFact, Opinion};
use serde_json::Value;
use url::Url;

pub use asker::{Asker, Configured, Rules};
use found::Found;
pub use found::Unread;
pub use gathered::Gathered;
pub use key::{Key, KeyError, KeySource};
pub use names::Names;

use crate::net::{Answer, Request};

/// Whether a service wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRule {
    /// It answers everybody.
    None,
    /// It answers more often with one.
    Optional,
    /// It answers nobody without.
    Required,
}

/// A service: what it is, how it is asked, how it is read.
pub struct Service {
    /// Its name in records and in the configuration.
    pub name: &'static str,
    /// Where it is asked, unless the configuration names another place.
    pub base: &'static str,
    /// Whether it wants a key.
    pub key: KeyRule,
    /// Whether the terms of its free keys forbid use within a business.
    pub not_for_business: bool,
    /// How long an answer holds (HANDBOOK 5.1: a day, six hours for who watches the noise).
    pub fresh_for: SignedDuration,
    /// The most addresses that it is asked for within a day, by the quota of its free plan (HANDBOOK 5.2).
    pub per_day: usize,
    /// The same within a minute, where there is such a quota.
    pub per_minute: Option<usize>,
    /// Whether status 404 means that it has not seen the address, and not that the question was wrong.
    unlisted_is_404: bool,
    request: fn(&Url, IpAddr) -> Request,
    /// The header that bears the key, and what stands before it there.
    key_header: (&'static str, &'static str),
    read: fn(&Value, IpAddr, &mut Found) -> Result<(), Unread>,
}

/// What a service said: nothing of both means that it does not know the address.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// Facts.
    pub facts: Vec<AddressFact>,
    /// Opinions.
    pub opinions: Vec<Opinion>,
}

/// All services, by name.
pub static ALL: &[Service] = &[
    abuseipdb::SERVICE,
    crowdsec::SERVICE,
    greynoise::SERVICE,
    ipinfo::SERVICE,
    otx::SERVICE,
    shodan::SERVICE,
    threatfox::SERVICE,
    virustotal::SERVICE,
];

impl Service {
    /// The service of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|service| service.name == name)
    }

    /// What is sent to ask for an address: the address and the key, and nothing else of ours.
    #[must_use]
    pub fn request(&self, base: &Url, ip: IpAddr, key: Option<&Key>) -> Request {
        let request = (self.request)(base, ip);
        let (header, before) = self.key_header;
        match key {
            Some(key) if self.key != KeyRule::None => {
                request.secret(header, &format!("{before}{}", key.expose()))
            }
            _ => request,
        }
    }

    /// What an answer of the time `at` says about the address that was asked for.
    ///
    /// # Errors
    /// Why it says nothing that can be used.
    pub fn read(&self, answer: &Answer, ip: IpAddr, at: Timestamp) -> Result<Said, Unread> {
        match answer.status {
            200 | 404 => {}
            401 | 403 => return Err(Unread::KeyRefused),
            429 => return Err(Unread::limited(answer)),
            other => return Err(Unread::Status(other)),
        }
        // A page of a proxy on the way is no word of the service, whatever its status.
        let body: Value = serde_json::from_slice(&answer.body).map_err(|_| Unread::Unexpected)?;
        if answer.status == 404 {
            return if self.unlisted_is_404 && body.is_object() {
                Ok(Said::default())
            } else {
                Err(Unread::Status(404))
            };
        }
        let mut found = Found::new(self.name);
        (self.read)(&body, ip, &mut found)?;
        Ok(found.said(at))
    }
}

/// A path below the base.
fn path(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut found) = url.path_segments_mut() {
        found.pop_if_empty().extend(segments);
    }
    url
}

/// The address below a path of the base, as `path/ADDRESS`.
fn below(base: &Url, segments: &[&str], ip: IpAddr) -> Url {
    path(&path(base, segments), &[&ip.to_string()])
}

/// Everybody outside who can be asked, as sources: each answers only where somebody configures it or allows the network.
pub(crate) fn outside() -> impl Iterator<Item = &'static str> {
    let services = ALL.iter().map(|service| service.name);
    ["dns", "cymru", "rdap", "spamhaus"]
        .into_iter()
        .chain(services)
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
