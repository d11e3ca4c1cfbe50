//! A change to the object behind one of GuardDuty's lists: the pieces that go, what stands in their place, and the content
//! before and after by its SHA-256. All other bytes stay as they are, and the change turned round gives the first content
//! back. Must not know what the pieces mean or where the object lies.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shell::quoted;
use crate::digest::Digest;

/// GuardDuty's four kinds of list (GuardDuty guide, "Customizing threat detection with entity lists and IP address lists").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetKind {
    /// `ThreatIntelSet`: addresses that are bad.
    ThreatIntel,
    /// `IPSet`: addresses that are trusted.
    Ip,
    /// `ThreatEntitySet`: addresses, domains and hashes that are bad.
    ThreatEntity,
    /// `TrustedEntitySet`: addresses and domains that are trusted.
    TrustedEntity,
}

impl SetKind {
    /// Whether what it holds is trusted.
    #[must_use]
    pub const fn is_trusted(self) -> bool {
        matches!(self, Self::Ip | Self::TrustedEntity)
    }

    /// Entries that such a list may have (GuardDuty quotas).
    #[must_use]
    pub const fn quota(self) -> usize {
        match self {
            Self::ThreatIntel => 250_000,
            Self::Ip => 2_000,
            Self::ThreatEntity | Self::TrustedEntity => 1_000,
        }
    }

    /// The IAM action that has GuardDuty read such a list anew.
    #[must_use]
    pub const fn update(self) -> &'static str {
        match self {
            Self::ThreatIntel => "guardduty:UpdateThreatIntelSet",
            Self::Ip => "guardduty:UpdateIPSet",
            Self::ThreatEntity => "guardduty:UpdateThreatEntitySet",
            Self::TrustedEntity => "guardduty:UpdateTrustedEntitySet",
        }
    }

    /// The same as words of the AWS command line: the command, and the switch that takes the id.
    pub(super) const fn command(self) -> (&'static str, &'static str) {
        match self {
            Self::ThreatIntel => ("update-threat-intel-set", "--threat-intel-set-id"),
            Self::Ip => ("update-ip-set", "--ip-set-id"),
            Self::ThreatEntity => ("update-threat-entity-set", "--threat-entity-set-id"),
            Self::TrustedEntity => ("update-trusted-entity-set", "--trusted-entity-set-id"),
        }
    }
}

/// A list as GuardDuty has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListSet {
    /// Which kind.
    pub kind: SetKind,
    /// GuardDuty's id of it.
    pub id: String,
    /// Its name, as findings show it.
    pub name: String,
    /// Where the object lies, in any of the forms that GuardDuty takes.
    pub location: String,
    /// The account that the bucket must belong to, where the list says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A piece of the content that goes, and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where it begins in the content before: bytes from its start.
    pub at: usize,
    /// What stands there, with the end of its line.
    pub old: String,
    /// What stands there afterwards.
    pub new: String,
}

/// A change to the object behind a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEdit {
    /// The list.
    pub set: ListSet,
    /// The pieces, first to last; none reaches into another.
    pub pieces: Vec<Piece>,
    /// The content before.
    pub from: Digest,
    /// The content after.
    pub to: Digest,
}

impl ListEdit {
    /// The change of `content` by these pieces, and the content after it. `None` where they do not fit.
    #[must_use]
    pub fn new(set: ListSet, pieces: Vec<Piece>, content: &[u8]) -> Option<(Self, Vec<u8>)> {
        let after = changed(&pieces, content)?;
        let edit = Self {
            set,
            pieces,
            from: Digest::of(content),
            to: Digest::of(&after),
        };
        Some((edit, after))
    }

    /// The content after, where `content` is what it was made for.
    #[must_use]
    pub fn apply(&self, content: &[u8]) -> Option<Vec<u8>> {
        if Digest::of(content) != self.from {
            return None;
        }
        changed(&self.pieces, content).filter(|after| Digest::of(after) == self.to)
    }

    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        // Each piece has moved by what those before it grew or shrank: end of the untouched stretch before it, and so on.
        let (mut before, mut after) = (0, 0);
        let pieces = self
            .pieces
            .iter()
            .map(|piece| {
                let at = after + piece.at.saturating_sub(before);
                before = piece.at + piece.old.len();
                after = at + piece.new.len();
                Piece {
                    at,
                    old: piece.new.clone(),
                    new: piece.old.clone(),
                }
            })
            .collect();
        Self {
            set: self.set.clone(),
            pieces,
            from: self.to,
            to: self.from,
        }
    }

    /// What stands there before, in the contract's form.
    pub(super) fn before(&self) -> Value {
        let lines: Vec<&str> = self.pieces.iter().map(|piece| piece.old.as_str()).collect();
        json!({ "location": self.set.location, "sha256": self.from, "lines": lines })
    }

    /// What stands there afterwards, in the contract's form.
    pub(super) fn after(&self) -> Value {
        let lines: Vec<&str> = self.pieces.iter().map(|piece| piece.new.as_str()).collect();
        json!({ "location": self.set.location, "sha256": self.to, "lines": lines })
    }

    /// The object fetched, changed by hand, and put back only where nobody else has changed it.
    pub(super) fn equivalent(&self) -> Vec<String> {
        let location = quoted(&self.set.location);
        vec![
            format!("aws s3 cp {location} list.before"),
            format!("# list.after: as list.before, but for the lines above; sha256 {}", self.to.hex()),
            "aws s3api put-object --bucket $BUCKET --key $KEY --body list.after --if-match $ETAG_OF_LIST_BEFORE".to_owned(),
        ]
    }
}

/// The content with the pieces changed. `None` where one is not there or reaches into the one before.
fn changed(pieces: &[Piece], content: &[u8]) -> Option<Vec<u8>> {
    let mut after = Vec::with_capacity(content.len());
    let mut done = 0;
    for piece in pieces {
        after.extend_from_slice(content.get(done..piece.at)?);
        done = piece.at.checked_add(piece.old.len())?;
        if content.get(piece.at..done)? != piece.old.as_bytes() {
            return None;
        }
        after.extend_from_slice(piece.new.as_bytes());
    }
    after.extend_from_slice(content.get(done..)?);
    Some(after)
}
