//! The engine's port for knowledge about addresses, answered from what is at hand. Must not send anything out.

use std::net::IpAddr;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::Timestamp;
use rebato_core::investigate::AddressReport;
use rebato_engine::ports::{AccountList, Intelligence, ListEntry};

use crate::lists::{List, read};
use crate::{KnownList, Purpose, investigate};

/// Lists and the program's own files; nobody is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalIntelligence;

#[async_trait]
impl Intelligence for LocalIntelligence {
    fn entries(&self, list: &AccountList) -> Vec<ListEntry> {
        let Some(parsed) = parse(list) else { return Vec::new() };
        parsed
            .entries
            .iter()
            .flat_map(|entry| entry.nets().into_iter().map(|net| ListEntry { net, text: entry.text.clone(), line: entry.line }))
            .collect()
    }

    async fn report(&self, ip: IpAddr, own: &[IpAddr], lists: &[AccountList], now: Timestamp) -> AddressReport {
        let own: Vec<IpNet> = own.iter().copied().map(IpNet::from).collect();
        let parsed: Vec<(&AccountList, List)> = lists.iter().filter_map(|list| Some((list, parse(list)?))).collect();
        let known: Vec<KnownList<'_>> = parsed
            .iter()
            .map(|(about, list)| KnownList {
                name: &about.name,
                purpose: if about.trusted { Purpose::Trusted } else { Purpose::Threat },
                as_of: about.modified,
                list,
            })
            .collect();
        investigate(ip, &own, &known, now)
    }
}

fn parse(list: &AccountList) -> Option<List> {
    read(list.content.as_ref().ok()?).ok()
}
