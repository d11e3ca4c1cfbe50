//! Copies an exported case to its second home. A copy that was broken off goes on where it stopped: what is there with the same
//! checksum and lock is not sent again, and what was sent is read back. Must not know what the files are.

use rebato_core::Digest;
use rebato_core::case::{Custody, EXPORT, Event, Export, ExportedObject, Held};
use rebato_core::contain::LockMode;

use crate::error::EngineError;
use crate::ports::{EvidenceHome, Retention, StoreError, Stored};
use crate::writer::Writer;

/// A file that is to be in the home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its name within the export.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// What a copy did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    /// Names of what was sent, in order.
    pub sent: Vec<String>,
    /// AWS request ids of the calls that sent it.
    pub request_ids: Vec<String>,
    /// How many were there already.
    pub there: usize,
    /// What was read back, in the order of the pieces.
    pub objects: Vec<ExportedObject>,
    /// Names that do not show in the home though they were sent: the copy is not proved while there are any.
    pub unseen: Vec<String>,
}

/// A copy that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Digest of the export's manifest.
    pub manifest: Digest,
    /// All files. The last should be the one that says what belongs together: where it lies, all lies.
    pub pieces: &'a [Piece],
    /// Who may delete them before their time.
    pub mode: LockMode,
    /// For how many days.
    pub days: u32,
}

/// Where an export lies in the home. Another export, of a longer journal or by another program, has another place, so nothing
/// is ever written over.
#[must_use]
pub fn place(case: &str, manifest: Digest) -> String {
    let manifest: String = manifest.hex().chars().take(16).collect();
    format!("{case}/{manifest}/")
}

/// Copies a case and writes into its journal what is about to be done and what was read back. The same wish again goes on
/// with what was begun, until the same moment; where all is there, nothing is sent and nothing written. `read` gives the
/// bytes of a piece by its name.
///
/// # Errors
/// See [`copy`]; the store's.
pub async fn export(
    writer: &Writer<'_>,
    home: &dyn EvidenceHome,
    wish: Wish<'_>,
    read: impl Fn(&str) -> Result<Vec<u8>, StoreError>,
) -> Result<(Export, Copied), EngineError> {
    let case = writer.case().await;
    let prefix = place(&case.id, wish.manifest);
    let place = format!("{}{prefix}", home.place());
    let began = writer.now();
    let known = case.exports.iter().rev().find(|known| {
        let export = &known.export;
        (&export.place, export.mode, export.days) == (&place, wish.mode, wish.days)
            && export.until > began
    });
    let (export, done) = match known {
        Some(known) => (known.export.clone(), known.done),
        None => {
            let export = Export {
                place,
                owner: home.owner().into(),
                manifest: wish.manifest,
                mode: wish.mode,
                days: wish.days,
                until: after(began, wish.days),
            };
            let event = Event::ExportStarted {
                export: export.clone(),
            };
            writer.write(event).await?;
            (export, false)
        }
    };
    let retention = Retention {
        until: export.until,
        mode: export.mode,
    };
    let copied = copy(home, &prefix, wish.pieces, retention, read).await?;
    if copied.unseen.is_empty() && !(done && copied.sent.is_empty()) {
        let held = Held {
            what: EXPORT.into(),
            id: export.place.clone(),
            origin: case.id.clone(),
            size: Some(wish.pieces.iter().map(|piece| piece.size).sum()),
            state: Some(export.mode.name().into()),
            custody: Custody {
                request_ids: copied.request_ids.clone(),
                began: Some(began),
                ..writer.custody().await
            },
        };
        let objects = copied.objects.clone();
        writer.write(Event::ExportDone { held, objects }).await?;
    }
    Ok((export, copied))
}

/// So many days after a moment, to the second: S3 keeps no more of it.
fn after(now: jiff::Timestamp, days: u32) -> jiff::Timestamp {
    let seconds = now.as_second().saturating_add(i64::from(days) * 86_400);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
}

fn stored<'a>(prefix: &str, piece: &Piece, there: &'a [Stored]) -> Option<&'a Stored> {
    there
        .iter()
        .find(|stored| stored.name.strip_prefix(prefix) == Some(&piece.name))
}

fn stands(piece: &Piece, stored: &Stored, wanted: Retention) -> bool {
    stored.sha256 == Some(piece.sha256) && stored.lock.is_some_and(|lock| holds(lock, wanted))
}

fn holds(lock: Retention, wanted: Retention) -> bool {
    lock.until >= wanted.until
        && (lock.mode == LockMode::Compliance || wanted.mode == LockMode::Governance)
}

/// Sends what is not there, one by one in the order given, and reads back. `read` gives the bytes of a piece by its name.
///
/// # Errors
/// AWS's error, the reader's, or [`StoreError::Damaged`] when the bytes are not those of the piece, or when something else
/// lies under its name: then nothing is sent, and a person has to look. What was sent stays: run it again.
pub async fn copy(
    home: &dyn EvidenceHome,
    prefix: &str,
    pieces: &[Piece],
    retention: Retention,
    read: impl Fn(&str) -> Result<Vec<u8>, StoreError>,
) -> Result<Copied, EngineError> {
    let before = home.there(prefix).await?;
    for piece in pieces {
        if let Some(other) = stored(prefix, piece, &before)
            && other.sha256 != Some(piece.sha256)
        {
            return Err(StoreError::Damaged {
                what: format!("{}{}", home.place(), other.name),
                why: "it is not what was exported: somebody put something else there".into(),
            }
            .into());
        }
    }
    let mut copied = Copied::default();
    for piece in pieces {
        // With the same checksum, locked as firmly and as long.
        if stored(prefix, piece, &before).is_some_and(|found| stands(piece, found, retention)) {
            copied.there += 1;
            continue;
        }
        let bytes = read(&piece.name)?;
        let found = Digest::of(&bytes);
        if found != piece.sha256 {
            return Err(StoreError::Damaged {
                what: piece.name.clone(),
                why: format!("its content has the digest {found}"),
            }
            .into());
        }
        let name = format!("{prefix}{}", piece.name);
        let id = home.put(&name, &bytes, piece.sha256, retention).await?;
        copied.sent.push(piece.name.clone());
        copied.request_ids.extend(id);
    }
    let after = home.there(prefix).await?;
    for piece in pieces {
        match stored(prefix, piece, &after).filter(|found| stands(piece, found, retention)) {
            Some(found) => copied.objects.push(ExportedObject {
                name: piece.name.clone(),
                version: found.version.clone(),
            }),
            None => copied.unseen.push(piece.name.clone()),
        }
    }
    Ok(copied)
}
