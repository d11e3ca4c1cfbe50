//! A bucket with Object Lock as the second home of evidence. Facts: S3 API reference, `PutObject`, `HeadObject`,
//! `GetObjectLockConfiguration`, `GetPublicAccessBlock`; S3 user guide, "Locking objects with Object Lock".
//! Must not know what the objects are, and never deletes, unlocks or shortens a lock.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{ChecksumMode, ObjectLockEnabled, ObjectLockMode};
use aws_types::request_id::RequestId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rebato_core::Digest;
use rebato_core::contain::LockMode;
use rebato_engine::ports::{CloudError, EvidenceHome, Retention, Stored};

use crate::connect::AwsCloud;
use crate::contain::again::{Again, again};
use crate::error::cloud_error;
use crate::identify::timestamp;
use crate::s3::Bucket;

/// IAM actions on the bucket that a home needs, sorted: for the bucket's own statement of `rebato iam-policy`.
pub const HOME_ON_BUCKET: &[&str] = &[
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketPublicAccessBlock",
    "s3:ListBucket",
];
/// IAM actions on its objects, sorted. Nothing that deletes or bypasses.
pub const HOME_ON_OBJECTS: &[&str] = &[
    "s3:GetObject",
    "s3:GetObjectRetention",
    "s3:PutObject",
    "s3:PutObjectRetention",
];

/// How long one object may take: evidence may be large and the line slow.
const PUT: Duration = Duration::from_mins(10);
/// Objects that are looked at at a time.
const SIDE_BY_SIDE: usize = 8;

/// A bucket that is fit for evidence, and the prefix in it.
#[derive(Debug)]
pub struct S3Home {
    read: Client,
    write: Client,
    bucket: String,
    prefix: String,
    place: String,
    owner: String,
}

impl AwsCloud {
    /// The home at `s3://bucket` or `s3://bucket/prefix`, which must belong to the account `owner`.
    ///
    /// # Errors
    /// [`CloudError::Unfit`] when the place is no such location, or the bucket has no Object Lock or does not block public
    /// access; AWS's.
    pub async fn home(&self, place: &str, owner: &str) -> Result<S3Home, CloudError> {
        let unfit = |why: &str| CloudError::Unfit {
            what: place.to_owned(),
            why: why.to_owned(),
        };
        let rest = place
            .strip_prefix("s3://")
            .ok_or_else(|| unfit("is no location such as s3://bucket/prefix"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_matches('/');
        if bucket.is_empty() {
            return Err(unfit("names no bucket"));
        }
        let prefix = match prefix {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let read = Bucket::open(self, bucket).await.client;
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(PUT);
        let once = read.config().to_builder();
        let write = Client::from_conf(
            once.retry_config(RetryConfig::disabled())
                .timeout_config(timeouts.build())
                .build(),
        );
        let home = S3Home {
            read,
            write,
            place: format!("s3://{bucket}/{prefix}"),
            bucket: bucket.to_owned(),
            prefix,
            owner: owner.to_owned(),
        };
        let (locks, closed) = futures::try_join!(home.locks(), home.blocks_the_public())?;
        if !locks {
            return Err(unfit(
                "has no Object Lock: whoever may delete could delete the evidence; name a bucket that was made with it",
            ));
        }
        if !closed {
            return Err(unfit(
                "does not block public access: turn all four settings of Block Public Access on for the bucket",
            ));
        }
        Ok(home)
    }
}

impl S3Home {
    /// The bucket's name.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Whether objects can be locked here.
    async fn locks(&self) -> Result<bool, CloudError> {
        let answer = self
            .read
            .get_object_lock_configuration()
            .bucket(&self.bucket)
            .expected_bucket_owner(&self.owner)
            .send()
            .await
            .map_err(|error| {
                cloud_error("s3:GetBucketObjectLockConfiguration", &self.place, &error)
            });
        match answer {
            Ok(answer) => Ok(answer
                .object_lock_configuration()
                .and_then(|lock| lock.object_lock_enabled())
                == Some(&ObjectLockEnabled::Enabled)),
            Err(error) if error.code() == "ObjectLockConfigurationNotFoundError" => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether no policy and no list of grants can open it to everybody, now or later.
    async fn blocks_the_public(&self) -> Result<bool, CloudError> {
        let answer = self
            .read
            .get_public_access_block()
            .bucket(&self.bucket)
            .expected_bucket_owner(&self.owner)
            .send()
            .await
            .map_err(|error| cloud_error("s3:GetBucketPublicAccessBlock", &self.place, &error));
        let answer = match answer {
            Err(error) if error.code() == "NoSuchPublicAccessBlockConfiguration" => {
                return Ok(false);
            }
            other => other?,
        };
        Ok(answer
            .public_access_block_configuration()
            .is_some_and(|block| {
                [
                    block.block_public_acls(),
                    block.ignore_public_acls(),
                    block.block_public_policy(),
                    block.restrict_public_buckets(),
                ]
                .iter()
                .all(|setting| *setting == Some(true))
            }))
    }

    /// Names below a prefix of the home.
    async fn names(&self, prefix: &str) -> Result<Vec<String>, CloudError> {
        let mut pages = self
            .read
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(format!("{}{prefix}", self.prefix))
            .expected_bucket_owner(&self.owner)
            .into_paginator()
            .send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| cloud_error("s3:ListBucket", &self.place, &error))?;
            let keys = page.contents.unwrap_or_default().into_iter();
            names.extend(keys.filter_map(|object| {
                let name = object.key?.strip_prefix(&self.prefix)?.to_owned();
                Some(name)
            }));
        }
        Ok(names)
    }

    /// An object as S3 has it; `None` when it went since it was listed.
    async fn look(&self, name: String) -> Result<Option<Stored>, CloudError> {
        let key = format!("{}{name}", self.prefix);
        let answer = self
            .read
            .head_object()
            .bucket(&self.bucket)
            .key(&key)
            .expected_bucket_owner(&self.owner)
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await;
        match answer {
            Ok(head) => Ok(Some(stored(name, &head))),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found()) => Ok(None),
            Err(error) => {
                let what = format!("{}{name}", self.place);
                Err(cloud_error("s3:GetObject", &what, &error))
            }
        }
    }
}

fn stored(name: String, head: &HeadObjectOutput) -> Stored {
    let mode = head.object_lock_mode().and_then(|mode| match mode {
        ObjectLockMode::Governance => Some(LockMode::Governance),
        ObjectLockMode::Compliance => Some(LockMode::Compliance),
        // A mode that is not known is not known to hold.
        _ => None,
    });
    let until = head.object_lock_retain_until_date().and_then(timestamp);
    Stored {
        name,
        sha256: head.checksum_sha256().and_then(digest),
        lock: mode
            .zip(until)
            .map(|(mode, until)| Retention { until, mode }),
        version: head.version_id().map(str::to_owned),
    }
}

/// S3 writes checksums in Base64; one of several parts ends in `-N` and is not of the whole object.
fn digest(checksum: &str) -> Option<Digest> {
    let bytes: [u8; 32] = STANDARD.decode(checksum).ok()?.try_into().ok()?;
    Some(Digest::from_bytes(bytes))
}

#[async_trait]
impl EvidenceHome for S3Home {
    fn place(&self) -> &str {
        &self.place
    }

    fn owner(&self) -> &str {
        &self.owner
    }

    async fn there(&self, prefix: &str) -> Result<Vec<Stored>, CloudError> {
        let names = self.names(prefix).await?;
        let found: Vec<Option<Stored>> = stream::iter(names)
            .map(|name| self.look(name))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn put(
        &self,
        name: &str,
        bytes: &[u8],
        sha256: Digest,
        retention: Retention,
    ) -> Result<Option<String>, CloudError> {
        let mode = match retention.mode {
            LockMode::Governance => ObjectLockMode::Governance,
            LockMode::Compliance => ObjectLockMode::Compliance,
        };
        let what = format!("{}{name}", self.place);
        let answer = again(Again::WhenThrottled, || async {
            self.write
                .put_object()
                .bucket(&self.bucket)
                .key(format!("{}{name}", self.prefix))
                .expected_bucket_owner(&self.owner)
                .checksum_sha256(STANDARD.encode(sha256.bytes()))
                .object_lock_mode(mode.clone())
                .object_lock_retain_until_date(DateTime::from_secs(retention.until.as_second()))
                .body(ByteStream::from(bytes.to_vec()))
                .send()
                .await
                .map_err(|error| cloud_error("s3:PutObject", &what, &error))
        })
        .await?;
        Ok(answer.request_id().map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_checksum_of_the_whole_object_counts() {
        let own = Digest::of(b"hello");
        let whole = STANDARD.encode(own.bytes());
        assert_eq!(digest(&whole), Some(own));
        assert_eq!(digest(&format!("{whole}-2")), None);
        assert_eq!(digest("aGVsbG8="), None);
    }

    #[test]
    fn a_home_asks_for_nothing_that_deletes() {
        for action in HOME_ON_BUCKET.iter().chain(HOME_ON_OBJECTS) {
            assert!(!action.contains("Delete") && !action.contains("Bypass"));
        }
        assert!(HOME_ON_BUCKET.is_sorted() && HOME_ON_OBJECTS.is_sorted());
    }
}
