//! What AWS's people were asked: cases of AWS Support and of Security Incident Response. Must not know the wire.

use jiff::Timestamp;

/// The cases that were opened, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// With AWS Support.
    pub support: Vec<SupportCase>,
    /// With Security Incident Response.
    pub security: Vec<SecurityCase>,
}

/// A case with AWS Support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportCase {
    /// `case-ACCOUNT-muen-YEAR-HEX`.
    pub id: String,
    /// The number that people say.
    pub display_id: String,
    /// Its title.
    pub subject: String,
    /// The first letter.
    pub body: String,
    /// As the request named it.
    pub service: String,
    /// As the request named it.
    pub category: String,
    /// As the request named it.
    pub severity: String,
    /// ISO 639-1.
    pub language: String,
    /// Who gets copies.
    pub copies: Vec<String>,
    /// When it was opened.
    pub at: Timestamp,
}

/// A case with Security Incident Response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityCase {
    /// Ten digits.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub description: String,
    /// `AWS` or `Self`.
    pub resolver: String,
    /// `Security Incident` or `Investigation`.
    pub engagement: String,
    /// When the incident began, in seconds since the epoch.
    pub since: i64,
    /// Accounts that suffered.
    pub accounts: Vec<String>,
    /// Regions that suffered.
    pub regions: Vec<String>,
    /// Addresses of the attacker.
    pub addresses: Vec<String>,
    /// Mail addresses of those who follow it.
    pub watchers: Vec<String>,
    /// When it was opened.
    pub at: Timestamp,
}
