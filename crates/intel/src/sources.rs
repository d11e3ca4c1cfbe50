//! The engine's port for knowledge about addresses: what is at hand, then what others say, where they may be asked.
//! Must not know how they are asked.

use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::investigate::{AddressReport, Scope};
use rebato_engine::ports::{AccountList, Intelligence, ListEntry};

use crate::LocalIntelligence;
use crate::address::order;
use crate::services::Asker;

/// All sources of one run.
#[derive(Default)]
pub struct Sources {
    local: LocalIntelligence,
    asker: Option<Asker>,
}

impl Sources {
    /// What is at hand; nobody is asked.
    #[must_use]
    pub const fn local(local: LocalIntelligence) -> Self {
        Self { local, asker: None }
    }

    /// With those who may be asked, if any.
    #[must_use]
    pub fn asking(mut self, asker: Option<Asker>) -> Self {
        self.asker = asker;
        self
    }
}

#[async_trait]
impl Intelligence for Sources {
    fn entries(&self, list: &AccountList) -> Vec<ListEntry> {
        self.local.entries(list)
    }

    async fn report(
        &self,
        ip: IpAddr,
        own: &[IpAddr],
        lists: &[AccountList],
        now: Timestamp,
    ) -> AddressReport {
        let mut report = self.local.report(ip, own, lists, now).await;
        if let Some(asker) = &self.asker {
            // An address of ours, or one that means something here alone, is no one else's business.
            let gathered = if report.scope == Scope::Public {
                asker.ask(report.ip, now).await
            } else {
                asker.refuse("scope_not_public")
            };
            gathered.add_to(&mut report, now);
            order(&mut report.facts);
        }
        report
    }
}
