//! What this program's own earlier cases say of an address: how often it was met, when, and what the verdicts were. A fact
//! and no opinion: each verdict was about what was done there, not about the address. Must not change a case.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rebato_core::case::Case;
use rebato_core::investigate::{AddressFact, AddressReport, Asked};

use crate::ports::Store;
use crate::responder::load;

/// The name as a source.
const SOURCE: &str = "cases";

/// So many of the newest cases that name an address are read; further ones are counted.
const READ: usize = 20;

/// So many candidates are looked at, as a store may not be able to look into its cases.
const LOOKED_AT: usize = 200;

/// The cases of a store, each read once for all the addresses of a run.
pub struct History<'a> {
    store: &'a dyn Store,
    /// Nothing for a case that cannot be read.
    read: BTreeMap<String, Option<Case>>,
}

impl<'a> History<'a> {
    /// Nothing is read yet.
    #[must_use]
    pub const fn of(store: &'a dyn Store) -> Self {
        Self {
            store,
            read: BTreeMap::new(),
        }
    }

    async fn case(&mut self, id: &str) -> Option<&Case> {
        if !self.read.contains_key(id) {
            let case = load(self.store, id).await.ok();
            self.read.insert(id.to_owned(), case);
        }
        self.read.get(id)?.as_ref()
    }

    /// Adds what the cases, but for one, say of the report's address.
    pub async fn tell(&mut self, report: &mut AddressReport, except: Option<&str>) {
        let asked = |result: &str, why: Option<String>| Asked {
            source: SOURCE.into(),
            result: result.into(),
            why,
        };
        let mut ids = match self.store.cases_naming(&report.ip.to_string()).await {
            Ok(ids) => ids,
            Err(error) => {
                report.asked.push(asked("failed", Some(error.to_string())));
                return;
            }
        };
        ids.retain(|id| Some(id.as_str()) != except);
        let more = ids.len().saturating_sub(LOOKED_AT);
        let (mut found, mut unread) = (0_usize, 0_usize);
        for id in ids.iter().take(LOOKED_AT) {
            if found == READ {
                break;
            }
            match self.case(id).await {
                Some(case) if names(case, report.ip) => {
                    found += 1;
                    report.facts.push(fact(case));
                }
                Some(_) => {}
                None => unread += 1,
            }
        }
        let result = if found > 0 { "answered" } else { "not_listed" };
        let mut why = Vec::new();
        if found == READ && ids.len() > READ {
            why.push(format!("newest={READ}"));
        } else if more > 0 {
            why.push(format!("looked_at={LOOKED_AT}"));
        }
        if unread > 0 {
            why.push(format!("unreadable={unread}"));
        }
        report
            .asked
            .push(asked(result, (!why.is_empty()).then(|| why.join(" "))));
    }
}

fn names(case: &Case, ip: IpAddr) -> bool {
    case.whole_finding()
        .remote_ips()
        .iter()
        .any(|remote| remote.to_canonical() == ip)
}

/// `C-2026-0007 attempted`, with the day of the case; a case without a verdict has its state.
fn fact(case: &Case) -> AddressFact {
    let said = case
        .verdict
        .as_ref()
        .map_or_else(|| case.state.name(), |verdict| verdict.outcome.name());
    AddressFact {
        source: SOURCE.into(),
        kind: "history".into(),
        value: format!("{} {said}", case.id),
        as_of: Some(case.opened.to_string()),
    }
}
