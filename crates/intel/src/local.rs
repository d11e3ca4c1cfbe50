//! The engine's port for knowledge about addresses, answered from what is at hand. Must not send anything out.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::Timestamp;
use rebato_core::investigate::{AddressReport, Asked, Marking};
use rebato_engine::ports::{AccountList, Intelligence, ListEntry};

use crate::knowledge::Knowledge;
use crate::lists::{List, read};
use crate::{KnownList, Purpose, investigate};

/// Lists, the program's own files and those of a folder; nobody is asked.
#[derive(Debug, Clone, Default)]
pub struct LocalIntelligence {
    knowledge: Arc<Knowledge>,
}

impl LocalIntelligence {
    /// With a folder of data files, which need not be there.
    #[must_use]
    pub fn with(knowledge: Knowledge) -> Self {
        Self {
            knowledge: Arc::new(knowledge),
        }
    }
}

#[async_trait]
impl Intelligence for LocalIntelligence {
    fn entries(&self, list: &AccountList) -> Vec<ListEntry> {
        let Ok(parsed) = parse(list) else {
            return Vec::new();
        };
        let mut ranges = Vec::new();
        // Nearly all are one network: their text moves on, and even the vector is used again, half a million entries long.
        let mut found: Vec<ListEntry> = parsed
            .entries
            .into_iter()
            .filter_map(|entry| match entry.indicator.net() {
                Some(net) => Some(ListEntry {
                    net,
                    text: entry.text,
                    line: entry.line,
                }),
                None => {
                    ranges.extend(entry.nets().into_iter().map(|net| ListEntry {
                        net,
                        text: entry.text.clone(),
                        line: entry.line,
                    }));
                    None
                }
            })
            .collect();
        if !ranges.is_empty() {
            found.append(&mut ranges);
            found.sort_by_key(|entry| entry.line);
        }
        found
    }

    async fn report(
        &self,
        ip: IpAddr,
        own: &[IpAddr],
        lists: &[AccountList],
        _marking: Marking,
        now: Timestamp,
    ) -> AddressReport {
        let own: Vec<IpNet> = own.iter().copied().map(IpNet::from).collect();
        let mut parsed: Vec<(&AccountList, List)> = Vec::new();
        let mut unread = Vec::new();
        for list in lists {
            match parse(list) {
                Ok(found) => parsed.push((list, found)),
                Err(why) => unread.push(Asked {
                    source: list.name.clone(),
                    result: "failed".into(),
                    why: Some(why),
                }),
            }
        }
        let known: Vec<KnownList<'_>> = parsed
            .iter()
            .map(|(about, list)| KnownList {
                name: &about.name,
                purpose: if about.trusted {
                    Purpose::Trusted
                } else {
                    Purpose::Threat
                },
                as_of: about.modified,
                list,
            })
            .collect();
        let mut report = investigate(ip, &own, &known, &self.knowledge, now);
        // A list that could not be read may well hold the address: that is no "not listed".
        report.asked.splice(0..0, unread);
        report
    }
}

fn parse(list: &AccountList) -> Result<List, String> {
    let bytes = list.content.as_ref().map_err(Clone::clone)?;
    read(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str, trusted: bool, content: Result<&[u8], &str>) -> AccountList {
        AccountList {
            name: name.into(),
            trusted,
            format: "TXT".into(),
            location: String::new(),
            status: "ACTIVE".into(),
            modified: None,
            content: content.map(<[u8]>::to_vec).map_err(Into::into),
            set: None,
        }
    }

    /// Answers at once: the body asks nobody, so its future is ready when first polled.
    fn report(lists: &[AccountList]) -> AddressReport {
        let intelligence = LocalIntelligence::default();
        let future = intelligence.report(
            "77.72.82.80".parse().unwrap(),
            &[],
            lists,
            Marking::default(),
            Timestamp::UNIX_EPOCH,
        );
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(report) => report,
            std::task::Poll::Pending => panic!("it waits for somebody"),
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_named_with_the_reason() {
        let lists = [
            list("bad", false, Ok(b"77.72.82.0/24\n")),
            list("other", false, Ok(b"203.0.113.1\n")),
            list("denied", false, Err("AccessDenied")),
            list("json", false, Ok(b"{}")),
        ];
        let report = report(&lists);
        let asked = |source: &str| {
            report
                .asked
                .iter()
                .find(|a| a.source == source)
                .map(|a| (a.result.as_str(), a.why.is_some()))
        };
        assert_eq!(asked("bad"), Some(("answered", false)));
        assert_eq!(asked("other"), Some(("not_listed", false)));
        assert_eq!(asked("denied"), Some(("failed", true)));
        assert_eq!(asked("json"), Some(("failed", true)));
        assert_eq!(report.opinions.len(), 1);
    }

    #[test]
    fn a_trusted_list_speaks_for_the_address() {
        let report = report(&[list("partners", true, Ok(b"77.72.82.80\n"))]);
        assert_eq!(
            report.opinions.first().map(|o| o.says.as_str()),
            Some("benign")
        );
    }

    #[test]
    fn entries_keep_their_line_and_text() {
        let found = LocalIntelligence::default().entries(&list(
            "bad",
            false,
            Ok(b"# x\n198.51.100.1-198.51.100.2\nevil.example\n"),
        ));
        let found: Vec<_> = found
            .iter()
            .map(|e| (e.net.to_string(), e.text.as_str(), e.line))
            .collect();
        let text = "198.51.100.1-198.51.100.2";
        assert_eq!(
            found,
            [
                ("198.51.100.1/32".into(), text, 2),
                ("198.51.100.2/32".into(), text, 2)
            ]
        );
        assert_eq!(
            LocalIntelligence::default().entries(&list("bad", false, Err("denied"))),
            []
        );
    }
}
