//! Step 4: what is known about the addresses of a case.

use std::net::IpAddr;

use rebato_core::case::Event;
use rebato_core::investigate::AddressReport;

use super::Responder;
use crate::error::EngineError;
use crate::history;
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
        let mut reports = Vec::new();
        for ip in case.whole_finding().remote_ips() {
            let mut report = self
                .intelligence
                .report(ip, &own, lists, self.clock.now())
                .await;
            history::tell(self.store, &mut report, Some(&case.id)).await;
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
