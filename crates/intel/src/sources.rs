//! The engine's port for knowledge about addresses: what is at hand, then what others say, where they may be asked.
//! Must not know how they are asked.

use std::net::IpAddr;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::Timestamp;
use rebato_core::investigate::{AddressReport, Marking, Scope, in_order, scope_of};
use rebato_engine::ports::{AccountList, Intelligence, ListEntry};

use crate::LocalIntelligence;
use crate::services::Asker;

/// All sources of one run.
#[derive(Default)]
pub struct Sources {
    local: LocalIntelligence,
    asker: Option<Asker>,
    marking: Marking,
}

impl Sources {
    /// What is at hand; nobody is asked.
    #[must_use]
    pub fn local(local: LocalIntelligence) -> Self {
        Self {
            local,
            ..Self::default()
        }
    }

    /// With how far the run wishes that a case may travel.
    #[must_use]
    pub const fn marked(mut self, marking: Marking) -> Self {
        self.marking = marking;
        self
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

    fn marking(&self) -> Marking {
        self.marking
    }

    fn asks(&self, ip: IpAddr, own: &[IpAddr], marking: Marking) -> Vec<String> {
        let own: Vec<IpNet> = own.iter().copied().map(IpNet::from).collect();
        match &self.asker {
            Some(asker) if scope_of(ip, &own) == Scope::Public => {
                asker.sources(marking.max(self.marking))
            }
            _ => Vec::new(),
        }
    }

    async fn report(
        &self,
        ip: IpAddr,
        own: &[IpAddr],
        lists: &[AccountList],
        marking: Marking,
        now: Timestamp,
    ) -> AddressReport {
        let mut report = self.local.report(ip, own, lists, marking, now).await;
        if let Some(asker) = &self.asker {
            // An address of ours, or one that means something here alone, is no one else's business.
            let gathered = if report.scope == Scope::Public {
                asker.ask(report.ip, marking.max(self.marking), now).await
            } else {
                asker.refuse("scope_not_public")
            };
            gathered.add_to(&mut report, now);
            in_order(&mut report.facts);
        }
        report
    }
}
