//! A second home for evidence, where nobody can change or delete it for a while: Amazon S3 with Object Lock.

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::contain::LockMode;

use super::CloudError;

/// Until when an object may not go, and how firmly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Until when.
    pub until: Timestamp,
    /// How firmly (S3 user guide, Object Lock, "Retention modes"). Compliance is for a person's explicit word only.
    pub mode: LockMode,
}

/// An object that is there: its current version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name, whole.
    pub name: String,
    /// The SHA-256 that S3 computed and keeps; `None` when it keeps none of the whole object.
    pub sha256: Option<Digest>,
    /// Its lock; `None` when it has none.
    pub lock: Option<Retention>,
    /// S3's id of the version.
    pub version: Option<String>,
}

/// Where evidence finds a second home.
#[async_trait]
pub trait EvidenceHome: Send + Sync {
    /// Where it is, such as `s3://bucket/prefix/`: what all names begin with.
    fn place(&self) -> &str;

    /// The account that it must belong to: twelve digits.
    fn owner(&self) -> &str;

    /// Objects whose names begin with `prefix`, each with its checksum and its lock.
    async fn there(&self, prefix: &str) -> Result<Vec<Stored>, CloudError>;

    /// Puts bytes under a name, locked, with the checksum in the call so that S3 refuses other bytes, and gives the AWS
    /// request id. An object of that name becomes an older version; Object Lock keeps it.
    async fn put(
        &self,
        name: &str,
        bytes: &[u8],
        sha256: Digest,
        retention: Retention,
    ) -> Result<Option<String>, CloudError>;
}
