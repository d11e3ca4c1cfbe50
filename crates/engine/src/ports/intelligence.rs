//! What is known about addresses.

use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::investigate::{AddressReport, Marking};

use super::AccountList;

/// An entry of a threat or trusted list that covers addresses.
pub use rebato_core::investigate::Entry as ListEntry;

/// Knowledge about addresses. Nothing leaves the machine unless the body says so in the report.
#[async_trait]
pub trait Intelligence: Send + Sync {
    /// The entries of a list; none when it cannot be read.
    fn entries(&self, list: &AccountList) -> Vec<ListEntry>;

    /// How far this run wishes that the case may travel.
    fn marking(&self) -> Marking {
        Marking::default()
    }

    /// Who outside may be asked about an address, so that it can be said before; nobody by itself.
    fn asks(&self, _ip: IpAddr, _own: &[IpAddr], _marking: Marking) -> Vec<String> {
        Vec::new()
    }

    /// The report on one address; `own` are the account's own addresses. The stricter of `marking` and the run's own holds.
    async fn report(
        &self,
        ip: IpAddr,
        own: &[IpAddr],
        lists: &[AccountList],
        marking: Marking,
        now: Timestamp,
    ) -> AddressReport;
}
