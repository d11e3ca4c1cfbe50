//! Copies an exported case to its second home. A copy that was broken off goes on where it stopped: what is there with the same
//! checksum and lock is not sent again, and what was sent is read back. Must not know what the files are.

use rebato_core::Digest;
use rebato_core::contain::LockMode;

use crate::error::EngineError;
use crate::ports::{EvidenceHome, HomeReceipt, Retention, StoreError, Stored};

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
    /// What was sent, by name, in order.
    pub sent: Vec<(String, HomeReceipt)>,
    /// How many were there already.
    pub there: usize,
    /// Names under which something else lay, which is now an older version.
    pub replaced: Vec<String>,
    /// Names that do not show in the home though they were sent: the copy is not proved while there are any.
    pub unseen: Vec<String>,
}

/// Where an export lies in the home. An export of a longer journal has another place, so nothing is ever written over.
#[must_use]
pub fn place(case: &str, head: Digest) -> String {
    let head: String = head.hex().chars().take(16).collect();
    format!("{case}/{head}/")
}

/// Pieces that are not there as they are wanted: with the same checksum, locked as firmly and as long.
pub fn unsent<'a>(
    prefix: &str,
    pieces: &'a [Piece],
    there: &[Stored],
    wanted: Retention,
) -> Vec<&'a Piece> {
    let stands = |piece: &Piece| {
        there.iter().any(|stored| {
            stored.name.strip_prefix(prefix) == Some(&piece.name)
                && stored.sha256 == Some(piece.sha256)
                && stored.lock.is_some_and(|lock| holds(lock, wanted))
        })
    };
    pieces.iter().filter(|piece| !stands(piece)).collect()
}

fn holds(lock: Retention, wanted: Retention) -> bool {
    lock.until >= wanted.until
        && (lock.mode == LockMode::Compliance || wanted.mode == LockMode::Governance)
}

/// Sends what is not there, one by one in the order given, and reads back. The last piece should be the one that says what
/// belongs together: where it lies, all lies. `read` gives the bytes of a piece by its name.
///
/// # Errors
/// AWS's error, the reader's, or [`StoreError::Damaged`] when the bytes are not those of the piece. What was sent stays: run
/// it again.
pub async fn copy(
    home: &dyn EvidenceHome,
    prefix: &str,
    pieces: &[Piece],
    retention: Retention,
    read: impl Fn(&str) -> Result<Vec<u8>, StoreError>,
) -> Result<Copied, EngineError> {
    let before = home.there(prefix).await?;
    let mut copied = Copied::default();
    let open = unsent(prefix, pieces, &before, retention);
    copied.there = pieces.len() - open.len();
    for piece in open {
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
        let other = |s: &&Stored| s.name == name && s.sha256 != Some(piece.sha256);
        if before.iter().any(|stored| other(&stored)) {
            copied.replaced.push(piece.name.clone());
        }
        let receipt = home.put(&name, &bytes, piece.sha256, retention).await?;
        copied.sent.push((piece.name.clone(), receipt));
    }
    let after = home.there(prefix).await?;
    copied.unseen = unsent(prefix, pieces, &after, retention)
        .into_iter()
        .map(|piece| piece.name.clone())
        .collect();
    Ok(copied)
}
