//! The chain of custody: everything a case holds as evidence, bytes in the evidence folder and things in the account, in one
//! list. Must not know where either is stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Case, Event, Receipt};
use crate::Digest;
use crate::contain::{TAG_CASE, TAG_COPY_OF};
use crate::identify::{Alert, Snapshot};
use crate::journal::Record;

/// What a snapshot is called among the artefacts.
pub const SNAPSHOT: &str = "snapshot";
/// What a copy of a snapshot is called.
pub const SNAPSHOT_COPY: &str = "snapshot_copy";
/// What a lock on a snapshot is called.
pub const SNAPSHOT_LOCK: &str = "snapshot_lock";
/// What another account's leave to use a snapshot is called.
pub const SNAPSHOT_SHARE: &str = "snapshot_share";
/// What a malware scan of a snapshot is called.
pub const MALWARE_SCAN: &str = "malware_scan";

/// How an artefact came to be. Each field is `None` where it is not known: journals of earlier versions have none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// On whose word: a person, or the policy that approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// ARN of the AWS session that made the calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// AWS request ids of the calls of the step that took it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_ids: Vec<String>,
    /// Before the first of these calls, by the writer's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
    /// After the answer to the last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// Twelve digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Name and version of the program that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
}

impl Custody {
    /// What is known here, and where nothing is, what is known there.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let text =
            |one: &Option<String>, other: &Option<String>| one.as_ref().or(other.as_ref()).cloned();
        Self {
            by: text(&self.by, &other.by),
            session: text(&self.session, &other.session),
            request_ids: if self.request_ids.is_empty() {
                other.request_ids.clone()
            } else {
                self.request_ids.clone()
            },
            began: self.began.or(other.began),
            ended: self.ended.or(other.ended),
            account: text(&self.account, &other.account),
            region: text(&self.region, &other.region),
            tool: text(&self.tool, &other.tool),
        }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What was kept in the evidence folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What it is: `alert`, `console_output`, `console_screenshot`, `log_extract`, …
    pub what: String,
    /// What it was taken of: an instance, a log's file.
    pub origin: String,
    /// Its SHA-256, which is also its name in the folder.
    pub sha256: Digest,
    /// Bytes.
    pub size: u64,
    /// How it came to be.
    #[serde(flatten)]
    pub custody: Custody,
}

/// Evidence that stays in the account: a snapshot, a copy, a lock, a share or a scan of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What it is: `snapshot`, `snapshot_copy`, `snapshot_lock`, …
    pub what: String,
    /// Its id; of a lock or a share, the id of what is locked or shared; of an export, where it is.
    pub id: String,
    /// What it was taken of: a volume, the snapshot that was copied.
    pub origin: String,
    /// Size in bytes of what it was taken of, where AWS says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// AWS's word for how far it is: `pending`, `completed`, `governance`, …; of a share, the account that it is with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// How it came to be.
    #[serde(flatten)]
    pub custody: Custody,
}

/// One line of the list of a case's evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    /// The event that tells of it; `None` when it was only seen in the account.
    pub seq: Option<u64>,
    /// When that event was written, or AWS says that it was begun.
    pub at: Timestamp,
    /// What it is.
    pub what: String,
    /// What it was taken of.
    pub origin: String,
    /// Where it is: its name in the evidence folder, or its id in the account.
    pub target: String,
    /// Its digest, when it is bytes in the evidence folder.
    pub sha256: Option<Digest>,
    /// Bytes, where known.
    pub size: Option<u64>,
    /// AWS's word for how far it is, when it stays in the account.
    pub state: Option<String>,
    /// How it came to be.
    #[serde(flatten)]
    pub custody: Custody,
}

/// Everything a case holds as evidence, in order of time, with the state of snapshots as last read.
#[must_use]
pub fn custody(case: &Case) -> Vec<Artefact> {
    let mut all = case.artefacts.clone();
    let snapshots = case.subject.iter().flat_map(|s| &s.own_snapshots);
    for snapshot in snapshots {
        let mut known = all
            .iter_mut()
            .filter(|a| {
                [SNAPSHOT, SNAPSHOT_COPY].contains(&a.what.as_str()) && a.target == snapshot.id
            })
            .peekable();
        if known.peek().is_some() {
            known.for_each(|artefact| artefact.see(snapshot));
        } else if snapshot.tags.get(TAG_CASE) == Some(&case.id) {
            // Of a call whose answer never came: it is evidence like the others.
            let mut artefact = Artefact::empty(snapshot.started.unwrap_or(case.updated));
            artefact.target.clone_from(&snapshot.id);
            artefact.see(snapshot);
            all.push(artefact);
        }
    }
    for artefact in all.iter_mut().filter(|a| a.what == SNAPSHOT) {
        let volumes = case.subject.iter().flat_map(|s| &s.volumes);
        let size = volumes
            .filter(|volume| volume.id == artefact.origin)
            .find_map(|volume| u64::try_from(volume.size_gib?).ok());
        artefact.size = artefact.size.or(size.map(|gib| gib << 30));
    }
    all.sort_by_key(|artefact| (artefact.custody.began.unwrap_or(artefact.at), artefact.seq));
    all
}

impl Artefact {
    fn empty(at: Timestamp) -> Self {
        Self {
            seq: None,
            at,
            what: String::new(),
            origin: String::new(),
            target: String::new(),
            sha256: None,
            size: None,
            state: None,
            custody: Custody::default(),
        }
    }

    /// What AWS says of a snapshot that is on the list.
    fn see(&mut self, snapshot: &Snapshot) {
        // The volume that AWS names for a copy is none of ours.
        if let Some(source) = snapshot.tags.get(TAG_COPY_OF) {
            self.what = SNAPSHOT_COPY.into();
            self.origin.clone_from(source);
        } else {
            self.what = SNAPSHOT.into();
            self.origin.clone_from(&snapshot.volume);
        }
        self.state = Some(snapshot.state.clone());
        self.custody.began = self.custody.began.or(snapshot.started);
    }
}

/// The artefacts that an event tells of.
pub(super) fn told(record: &Record, event: &Event) -> Vec<Artefact> {
    let base = || Artefact {
        seq: Some(record.seq),
        ..Artefact::empty(record.at)
    };
    let alert = |alert: &Alert| Artefact {
        what: "alert".into(),
        origin: alert.source.clone(),
        target: alert.sha256.hex(),
        sha256: Some(alert.sha256),
        custody: Custody {
            by: Some(record.actor.clone()),
            ..Custody::default()
        },
        ..base()
    };
    let kept = |kept: &Kept| Artefact {
        what: kept.what.clone(),
        origin: kept.origin.clone(),
        target: kept.sha256.hex(),
        sha256: Some(kept.sha256),
        size: Some(kept.size),
        custody: kept.custody.clone(),
        ..base()
    };
    let held = |held: &Held| Artefact {
        what: held.what.clone(),
        origin: held.origin.clone(),
        target: held.id.clone(),
        size: held.size,
        state: held.state.clone(),
        custody: held.custody.clone(),
        ..base()
    };
    match event {
        Event::CaseOpened { alert: told, .. }
        | Event::AlertRepeated { alert: told, .. }
        | Event::FindingJoined { alert: told, .. } => vec![alert(told)],
        Event::EvidenceGathered { kept: all, .. } | Event::GuestAnswered { kept: all, .. } => {
            all.iter().map(kept).collect()
        }
        Event::ExportDone { held: copy, .. } => vec![held(copy)],
        Event::StepDone { receipt, .. } => {
            let call = Custody {
                request_ids: receipt.request_ids.clone(),
                ..(*receipt.custody).clone()
            };
            let bare = |id: &str| Artefact {
                what: SNAPSHOT.into(),
                target: id.to_owned(),
                ..base()
            };
            let mut all: Vec<Artefact> = receipt.kept.iter().map(kept).collect();
            all.extend(receipt.held.iter().map(held));
            all.extend(bare_snapshots(receipt).map(bare));
            for artefact in &mut all {
                artefact.custody = artefact.custody.or(&call);
            }
            all
        }
        _ => Vec::new(),
    }
}

/// Snapshots that a step made and of which its receipt has nothing but the id.
fn bare_snapshots(receipt: &Receipt) -> impl Iterator<Item = &str> {
    receipt
        .made
        .iter()
        .map(String::as_str)
        .filter(|id| id.starts_with("snap-") && !receipt.held.iter().any(|held| held.id == *id))
}
