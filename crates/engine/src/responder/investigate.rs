//! Step 4: what is known about the addresses of a case.

use std::net::IpAddr;

use rebato_core::case::Event;
use rebato_core::investigate::{AddressReport, Inquiry};

use super::Responder;
use crate::error::EngineError;
use crate::history::History;
use crate::ports::AccountList;
use crate::progress::Progress;
use crate::writer::Writer;

impl Responder<'_> {
    /// Threat and trusted lists: those of the account, and those at hand. What may not be read stands among them with the
    /// reason.
    pub async fn lists(&self, local: &[AccountList]) -> Vec<AccountList> {
        let mut lists = local.to_vec();
        if let Some(cloud) = self.cloud {
            match cloud.lists().await {
                Ok(found) => lists.extend(found),
                // Stands among the lists, so that every report on an address names what could not be read.
                Err(error) => lists.push(AccountList {
                    name: "guardduty".into(),
                    trusted: false,
                    format: String::new(),
                    location: String::new(),
                    status: "ERROR".into(),
                    modified: None,
                    content: Err(error.to_string()),
                    set: None,
                }),
            }
        }
        lists
    }

    /// Reports on every remote address of the case's finding and writes them.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn investigate(
        &self,
        writer: &Writer<'_>,
        lists: &[AccountList],
    ) -> Result<Vec<AddressReport>, EngineError> {
        self.watcher.tell(&Progress::Room("investigate"));
        let case = writer.case().await;
        let own: Vec<IpAddr> = case
            .subject
            .as_ref()
            .map(rebato_core::identify::Subject::all_ips)
            .unwrap_or_default();
        let wished = self.intelligence.marking();
        let marking = case.marking.map_or(wished, |known| known.max(wished));
        if marking != case.marking.unwrap_or_default() {
            writer.write(Event::CaseMarked { marking }).await?;
        }
        let mut history = History::of(self.store);
        let mut reports = Vec::new();
        for ip in case.whole_finding().remote_ips() {
            // Before anything leaves: after a crash nobody could say any more that it may have.
            let sources = self.intelligence.asks(ip, &own, marking);
            if !sources.is_empty() {
                let inquiry = Inquiry { ip, sources };
                writer.write(Event::InquiryBegun { inquiry }).await?;
            }
            let mut report = self
                .intelligence
                .report(ip, &own, lists, marking, self.clock.now())
                .await;
            history.tell(&mut report, Some(&case.id)).await;
            writer
                .write(Event::AddressInvestigated {
                    report: report.clone(),
                })
                .await?;
            reports.push(report);
        }
        Ok(reports)
    }
}
