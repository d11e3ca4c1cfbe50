//! Step 4 of the runbook: what is known about an address, facts apart from opinions. Must not know where it was asked.

mod abuse;
mod document;
mod judge;
mod marking;
mod mend;
mod order;
mod scope;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

pub use abuse::{Complaint, Logins, Traffic, complaint};
pub use document::document;
pub use judge::{Judgement, REPUTATION_CAP, influence, judge};
pub use marking::Marking;
pub use mend::{
    Entry, Listed, MEND_NOTES, NoMend, Others, edit_plan, proposals, suppress_plan, trust_plan,
    undo_plan,
};
pub use order::in_order;
pub use scope::scope_of;

/// The report on one address (`rebato.address/1`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressReport {
    /// The address.
    pub ip: IpAddr,
    /// What kind of address it is.
    pub scope: Scope,
    /// What is thought of it.
    pub standing: Standing,
    /// Why: codes, with the sources they rest on after a colon, such as `independent-sources: drop, feodo`.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Facts.
    pub facts: Vec<AddressFact>,
    /// Opinions.
    pub opinions: Vec<Opinion>,
    /// Who was asked.
    pub asked: Vec<Asked>,
    /// Bytes that left the machine for it.
    pub sent_out: Vec<String>,
}

/// An address that others are about to be asked about. From then on it may have left the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The address.
    pub ip: IpAddr,
    /// Who may be asked.
    pub sources: Vec<String>,
}

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Routable on the Internet.
    Public,
    /// RFC 1918, IPv6 unique local, and every other range that the IANA registries give as not globally reachable and
    /// that has no scope of its own here (this network, benchmarking, reserved).
    Private,
    /// RFC 6598.
    Cgnat,
    /// The machine itself.
    Loopback,
    /// One link only.
    LinkLocal,
    /// To many.
    Multicast,
    /// RFC 5737, RFC 3849: in examples and sample findings.
    Documentation,
    /// One of the account's own.
    Own,
}

/// What is thought of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// At least two independent live sources say so.
    KnownBad,
    /// It scans everybody.
    MassScanner,
    /// A known service.
    KnownGood,
    /// Tor, VPN, proxy.
    Anonymiser,
    /// Nothing decides.
    Unknown,
}

/// A fact about an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFact {
    /// Who says so.
    pub source: String,
    /// `asn`, `country`, `network`, `cloud`, `tor`, `ptr` (confirmed by asking back), `ptr_unconfirmed`, `hostname` (as a
    /// service says), `organisation`, `usage`, `ports`, `software`, `vulnerable`, `behaviour`, `exploits`, `malware`, `label`,
    /// `abuse_contact`, `registered`, `language`.
    pub kind: String,
    /// What.
    pub value: String,
    /// As of when.
    pub as_of: Option<String>,
}

/// An opinion about an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// Whose.
    pub source: String,
    /// `malicious`, `suspicious`, `benign`, `unknown`.
    pub says: String,
    /// 0 to 1.
    pub confidence: f64,
    /// As of when.
    pub as_of: Option<String>,
    /// On what ground: a list entry, a score.
    pub why: Option<String>,
    /// The class the source itself puts the address in, where it says one: a scanner of everybody, an anonymiser, a known service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Standing>,
}

/// What a source answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Which.
    pub source: String,
    /// `answered`, `not_configured`, `refused`, `failed`, `not_listed`.
    pub result: String,
    /// Why.
    pub why: Option<String>,
}
