//! Asks the sources that were configured, all side by side and within one deadline: from what is kept, else within quotas
//! and the case's marking. A source that fails is named and stops no other. Must not know cases.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use jiff::{SignedDuration, Timestamp};
use rebato_core::investigate::Marking;
use rebato_engine::ports::{AnswerCache, KeptAnswer, Secrets};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::found::Found;
use super::gathered::Gathered;
use super::names::Names;
use super::pace::{Pace, Quota};
use super::{ALL, DAY, Key, KeyRule, KeySource, Said, Service, Unread};
use crate::net::rdap::{self, Bootstrap};
use crate::net::{Answer, Fetch, Limits, Redirects, Request};

/// A source's wish to be asked later is waited for only when it is this short.
const WAIT: SignedDuration = SignedDuration::from_secs(5);
/// A wish to be asked later is obeyed for so long at the most; what is longer is a mistake or malice.
const LONGEST_HOLD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A service that may be asked, and how.
#[derive(Debug, Clone)]
pub struct Configured {
    /// Its name, one of [`ALL`].
    pub name: String,
    /// Where its key lies.
    pub key: Option<KeySource>,
    /// Another place to ask it at.
    pub base: Option<Url>,
    /// Whether the key may be used within a business.
    pub business: bool,
}

/// How it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Whether sources are asked although a kept answer still holds.
    pub fresh: bool,
    /// How long all of them together may take.
    pub deadline: Duration,
    /// The most questions to one source in one run.
    pub per_run: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            fresh: false,
            deadline: Duration::from_secs(20),
            per_run: 25,
        }
    }
}

/// Who asks. It is made only where something was configured and the network is allowed.
pub struct Asker {
    fetch: Fetch,
    services: Vec<Configured>,
    registries: Option<Bootstrap>,
    names: Option<Names>,
    kept: Arc<dyn AnswerCache>,
    secrets: Option<Arc<dyn Secrets>>,
    rules: Rules,
    pace: Pace,
}

/// One source's question, whoever it is.
struct Question<'a> {
    source: &'static str,
    fresh_for: SignedDuration,
    quota: Quota,
    key: Option<&'a KeySource>,
    redirects: Redirects<'a>,
    request: &'a (dyn Fn(Option<&Key>) -> Request + Send + Sync),
    read: &'a (dyn Fn(&Answer, Timestamp) -> Result<Said, Unread> + Send + Sync),
}

impl Asker {
    /// Nobody is asked until services, registries or names are added.
    #[must_use]
    pub fn new(fetch: Fetch, kept: Arc<dyn AnswerCache>, rules: Rules) -> Self {
        Self {
            fetch,
            services: Vec::new(),
            registries: None,
            names: None,
            kept,
            secrets: None,
            rules,
            pace: Pace::new(rules.per_run),
        }
    }

    /// With services to ask.
    #[must_use]
    pub fn services(mut self, services: Vec<Configured>) -> Self {
        self.services = services;
        self
    }

    /// With the registries to ask by RDAP.
    #[must_use]
    pub fn registries(mut self, bootstrap: Bootstrap) -> Self {
        self.registries = Some(bootstrap);
        self
    }

    /// With the DNS to ask.
    #[must_use]
    pub fn names(mut self, names: Names) -> Self {
        self.names = Some(names);
        self
    }

    /// With a keeper of keys.
    #[must_use]
    pub fn secrets(mut self, secrets: Arc<dyn Secrets>) -> Self {
        self.secrets = Some(secrets);
        self
    }

    /// Asks every source that the marking allows about an address of the public Internet.
    pub async fn ask(&self, ip: IpAddr, marking: Marking, now: Timestamp) -> Gathered {
        let until = Instant::now() + self.rules.deadline;
        let mut all: Vec<BoxFuture<'_, Gathered>> = Vec::new();
        if let Some(names) = &self.names {
            let secrets = self.secrets.as_deref();
            all.push(Box::pin(names.ask(ip, marking, secrets, until, now)));
        }
        if let Some(registries) = &self.registries {
            all.push(Box::pin(self.registry(registries, ip, until, now)));
        }
        for service in ALL {
            let configured = self.services.iter().find(|c| c.name == service.name);
            all.extend(configured.map(|c| -> BoxFuture<'_, Gathered> {
                Box::pin(self.service(service, c, ip, marking, until, now))
            }));
        }
        let gathered = join_all(all).await;
        gathered
            .into_iter()
            .fold(Gathered::default(), Gathered::and)
    }

    /// Every source that would be asked, named as refused: for an address that no one outside is asked about.
    #[must_use]
    pub fn refuse(&self, why: &str) -> Gathered {
        self.sources(Marking::Clear)
            .iter()
            .map(|source| Gathered::refused(source, why))
            .fold(Gathered::default(), Gathered::and)
    }

    /// Who may be asked under a marking: registries and plain names whatever it is, services and block lists where it allows.
    #[must_use]
    pub fn sources(&self, marking: Marking) -> Vec<String> {
        let names = self.names.as_ref().map_or(&[][..], Names::sources);
        let registries = self.registries.iter().map(|_| "rdap");
        let services = ALL.iter().map(|s| s.name);
        let services = services.filter(|name| self.services.iter().any(|c| c.name == *name));
        let plain = ["dns", "cymru", "rdap"];
        names
            .iter()
            .copied()
            .chain(registries)
            .chain(services)
            .filter(|name| marking.allows_services() || plain.contains(name))
            .map(Into::into)
            .collect()
    }

    async fn service(
        &self,
        service: &'static Service,
        configured: &Configured,
        ip: IpAddr,
        marking: Marking,
        until: Instant,
        now: Timestamp,
    ) -> Gathered {
        if !marking.allows_services() {
            return Gathered::refused(service.name, "tlp_red");
        }
        if service.not_for_business && !configured.business {
            return Gathered::refused(service.name, "not_for_business");
        }
        if service.key == KeyRule::Required && configured.key.is_none() {
            return Gathered::result(service.name, "not_configured", Some("key".into()));
        }
        let own = Url::parse(service.base).ok();
        let Some(base) = configured.base.clone().or(own) else {
            return Gathered::result(service.name, "failed", Some("bad_url".into()));
        };
        let quota = Quota {
            per_minute: service.per_minute,
            per_day: service.per_day,
        };
        let question = Question {
            source: service.name,
            fresh_for: service.fresh_for,
            quota,
            key: configured.key.as_ref(),
            redirects: Redirects::SameOrigin,
            request: &|key| service.request(&base, ip, key),
            read: &|answer, at| service.read(answer, ip, at),
        };
        self.answer(&question, ip, until, now).await
    }

    /// A registry is asked whatever the marking: it is asked for any address by everybody.
    async fn registry(
        &self,
        registries: &Bootstrap,
        ip: IpAddr,
        until: Instant,
        now: Timestamp,
    ) -> Gathered {
        let Some(server) = registries.server(ip) else {
            return Gathered::result("rdap", "not_listed", None);
        };
        let hosts = registries.hosts();
        let question = Question {
            source: "rdap",
            fresh_for: DAY,
            quota: Quota {
                per_minute: Some(20),
                per_day: 1000,
            },
            key: None,
            redirects: Redirects::Hosts(&hosts),
            request: &|_| rdap::request(server, ip),
            read: &|answer, at| read_registry(answer, ip, at),
        };
        self.answer(&question, ip, until, now).await
    }

    /// From what is kept, else by asking.
    async fn answer(
        &self,
        question: &Question<'_>,
        ip: IpAddr,
        until: Instant,
        now: Timestamp,
    ) -> Gathered {
        let source = question.source;
        let kept = self.kept.get(source, ip).filter(|kept| {
            let age = now.duration_since(kept.at);
            !self.rules.fresh && !age.is_negative() && age < question.fresh_for
        });
        if let Some(kept) = kept {
            let answer = Answer {
                status: kept.status,
                headers: Vec::new(),
                body: kept.body.into_bytes(),
            };
            if let Ok(said) = (question.read)(&answer, kept.at) {
                return Gathered::said(source, said, Some(format!("kept={}", kept.at)));
            }
        }
        if let Err(why) = self.pace.take(source, question.quota, &*self.kept, now) {
            return Gathered::refused(source, &why);
        }
        let key = match question.key {
            None => None,
            Some(place) => match place.fetch(self.secrets.as_deref()).await {
                Ok(key) => Some(key),
                Err(error) => {
                    return Gathered::result(source, "failed", Some(error.to_string()));
                }
            },
        };
        let request = (question.request)(key.as_ref());
        let mut sent = Vec::new();
        let mut waited = false;
        loop {
            let limits = Limits {
                total: until.saturating_duration_since(Instant::now()),
                ..Limits::default()
            };
            let fetched = self.fetch.fetch(&request, limits, question.redirects).await;
            sent.extend(fetched.sent);
            let answer = match fetched.result {
                Ok(answer) => answer,
                Err(error) => {
                    self.pace.failed(source, now);
                    let why = Some(error.code().into());
                    return Gathered::result(source, "failed", why).with_sent(sent);
                }
            };
            let unread = match (question.read)(&answer, now) {
                Ok(said) => {
                    self.pace.answered(source);
                    self.keep(source, ip, answer, now);
                    return Gathered::said(source, said, None).with_sent(sent);
                }
                Err(unread) => unread,
            };
            if let Unread::Limited(wish) = &unread {
                let wait = wish.as_deref().and_then(|wish| seconds(wish, now));
                let short = wait.filter(|wait| *wait <= WAIT && !waited);
                let pause = short.and_then(|wait| Duration::try_from(wait).ok());
                if let Some(pause) = pause
                    && Instant::now() + pause < until
                {
                    tokio::time::sleep(pause).await;
                    waited = true;
                    continue;
                }
                let hold = wait.unwrap_or(SignedDuration::from_mins(1));
                self.kept.hold(source, now + hold.min(LONGEST_HOLD));
                let why = format!("limited retry_after={}s", hold.as_secs());
                return Gathered::result(source, "failed", Some(why)).with_sent(sent);
            }
            match unread {
                Unread::KeyRefused => self.pace.key_refused(source, now),
                _ => self.pace.failed(source, now),
            }
            let why = Some(unread.to_string());
            return Gathered::result(source, "failed", why).with_sent(sent);
        }
    }

    fn keep(&self, source: &str, ip: IpAddr, answer: Answer, at: Timestamp) {
        if let Ok(body) = String::from_utf8(answer.body) {
            let status = answer.status;
            self.kept.put(source, ip, &KeptAnswer { at, status, body });
        }
    }
}

/// How long a `Retry-After` wishes one to wait: seconds, or a date (RFC 9110, section 10.2.3). Never less than nothing.
fn seconds(wish: &str, now: Timestamp) -> Option<SignedDuration> {
    let wish = wish.trim();
    let wait = match wish.parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(i64::from(seconds)),
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(wish).ok()?;
            date.timestamp().duration_since(now)
        }
    };
    Some(wait.max(SignedDuration::ZERO))
}

/// A registry's answer as facts.
fn read_registry(answer: &Answer, ip: IpAddr, at: Timestamp) -> Result<Said, Unread> {
    match answer.status {
        200 => {}
        404 => return Ok(Said::default()),
        429 => return Err(Unread::limited(answer)),
        other => return Err(Unread::Status(other)),
    }
    let body: Value = serde_json::from_slice(&answer.body).map_err(|_| Unread::Unexpected)?;
    let network = rdap::network(&body, ip).ok_or(Unread::Unexpected)?;
    let mut found = Found::new("rdap");
    let range = network
        .range
        .map(|(first, last)| format!("{first} - {last}"));
    let named = range.map(|range| match &network.name {
        Some(name) => format!("{range} {name}"),
        None => range,
    });
    found.fact("network", named);
    found.fact("country", network.country);
    found.fact("organisation", network.organisation);
    found.fact("registered", network.registered);
    for mail in network.abuse {
        found.fact("abuse_contact", Some(mail));
    }
    found.fact("language", network.language);
    Ok(found.said(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2015-10-21T07:27:00Z".parse().unwrap();
        let wait = |wish| seconds(wish, now).map(|wait| wait.as_secs());
        assert_eq!(wait(" 120 "), Some(120));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), Some(60));
        assert_eq!(wait("Wed, 21 Oct 2015 07:20:00 GMT"), Some(0));
        assert_eq!((wait("soon"), wait("-5"), wait("")), (None, None, None));
    }
}
