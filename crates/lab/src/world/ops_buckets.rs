//! Objects in buckets: put, versions, Object Lock, deletion.
//! Must not know the wire. Facts: S3 user guide, "Locking objects with Object Lock"; S3 API reference, `PutObject`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::model::{ApiError, ApiResult, Bucket, Object, Retention, Version, World};

/// What `PutObject` takes besides bucket and key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewObject {
    /// Content.
    pub bytes: Vec<u8>,
    /// Media type.
    pub content_type: String,
    /// User metadata, keys in lower case.
    pub metadata: BTreeMap<String, String>,
    /// SHA-256 of the content in base64, where the client sent it.
    pub checksum_sha256: Option<String>,
    /// Object Lock.
    pub retention: Option<Retention>,
    /// Legal hold.
    pub legal_hold: bool,
    /// Only if there is no such object yet (`If-None-Match: *`).
    pub only_new: bool,
    /// Only if the object has this entity tag (`If-Match`), without quotes.
    pub only_over: Option<String>,
}

/// What a deletion did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// The version that is gone, or the delete marker that was made.
    pub version_id: Option<String>,
    /// Whether it is a delete marker.
    pub marker: bool,
}

fn unmet() -> ApiError {
    ApiError::new(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )
    .with_status(412)
}

fn protected() -> ApiError {
    ApiError::new(
        "AccessDenied",
        "Access Denied because object protected by object lock.",
    )
    .with_status(403)
}

impl World {
    /// A bucket, or `NoSuchBucket` (404).
    pub fn bucket(&self, name: &str) -> ApiResult<&Bucket> {
        self.buckets.get(name).ok_or_else(|| {
            ApiError::new("NoSuchBucket", "The specified bucket does not exist").with_status(404)
        })
    }

    /// `PutObject`. In a bucket with Object Lock each put makes a version, kept as long as asked or as the bucket's
    /// default says. Answers the version's id.
    pub fn store_object(
        &mut self,
        bucket: &str,
        key: &str,
        new: NewObject,
    ) -> ApiResult<Option<String>> {
        let (now, held) = (self.now, self.bucket(bucket)?);
        if new.only_new && held.objects.contains_key(key) {
            return Err(unmet());
        }
        if let Some(wanted) = &new.only_over {
            let there = held.objects.get(key).ok_or_else(|| {
                ApiError::new("NoSuchKey", "The specified key does not exist.").with_status(404)
            })?;
            if there.etag() != *wanted {
                return Err(unmet());
            }
        }
        let locked = held.lock.clone();
        if locked.is_none() && (new.retention.is_some() || new.legal_hold) {
            return Err(ApiError::new(
                "InvalidRequest",
                "Bucket is missing Object Lock Configuration",
            ));
        }
        if new.retention.as_ref().is_some_and(|kept| kept.until <= now) {
            return Err(ApiError::new(
                "InvalidArgument",
                "The retain until date must be in the future!",
            ));
        }
        let by_default = locked.as_ref().and_then(|lock| {
            let (mode, days) = lock.default_retention.clone()?;
            Some(Retention {
                mode,
                until: now + SignedDuration::from_hours(24 * i64::from(days)),
            })
        });
        let version_id = locked.is_some().then(|| self.ids.letters("", 32));
        let object = Object {
            bytes: new.bytes,
            last_modified: now,
            content_type: new.content_type,
            metadata: new.metadata,
            checksum_sha256: new.checksum_sha256,
            version_id: version_id.clone(),
            retention: new.retention.or(by_default),
            legal_hold: new.legal_hold,
        };
        let Some(held) = self.buckets.get_mut(bucket) else {
            return Ok(None);
        };
        if let Some(id) = &version_id {
            let versions = held.versions.entry(key.to_owned()).or_default();
            versions.push(Version {
                id: id.clone(),
                object: Some(object.clone()),
            });
        }
        held.objects.insert(key.to_owned(), object);
        Ok(version_id)
    }

    /// An object, or one version of it: `NoSuchKey`, `NoSuchVersion`.
    pub fn object(&self, bucket: &str, key: &str, version: Option<&str>) -> ApiResult<&Object> {
        let held = self.bucket(bucket)?;
        let Some(version) = version else {
            return held.objects.get(key).ok_or_else(|| {
                ApiError::new("NoSuchKey", "The specified key does not exist.").with_status(404)
            });
        };
        let mut versions = held.versions.get(key).into_iter().flatten();
        let found = versions.find(|one| one.id == version).ok_or_else(|| {
            ApiError::new("NoSuchVersion", "The specified version does not exist.").with_status(404)
        })?;
        found.object.as_ref().ok_or_else(|| {
            ApiError::new(
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
            )
            .with_status(405)
        })
    }

    /// `DeleteObject`. Without a version, a bucket with versions only hides the object behind a delete marker; a
    /// version that is locked is refused, whoever asks; governance can be bypassed, compliance and legal hold cannot.
    pub fn delete_object(
        &mut self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        bypass: bool,
    ) -> ApiResult<Deleted> {
        let now = self.now;
        let versioned = self.bucket(bucket)?.lock.is_some();
        let marker = (versioned && version.is_none()).then(|| self.ids.letters("", 32));
        let Some(held) = self.buckets.get_mut(bucket) else {
            return self.bucket(bucket).map(|_| unchanged());
        };
        if let Some(id) = marker {
            held.objects.remove(key);
            let versions = held.versions.entry(key.to_owned()).or_default();
            versions.push(Version {
                id: id.clone(),
                object: None,
            });
            return Ok(Deleted {
                version_id: Some(id),
                marker: true,
            });
        }
        let Some(version) = version else {
            held.objects.remove(key);
            return Ok(unchanged());
        };
        let Some(versions) = held.versions.get_mut(key) else {
            return Ok(unchanged());
        };
        let Some(found) = versions.iter().find(|one| one.id == version) else {
            return Ok(unchanged());
        };
        if let Some(object) = &found.object
            && object.is_kept(now, bypass)
        {
            return Err(protected());
        }
        let was_marker = found.object.is_none();
        versions.retain(|one| one.id != version);
        // The newest that is left is what is seen now.
        match versions.last().and_then(|newest| newest.object.clone()) {
            Some(object) => held.objects.insert(key.to_owned(), object),
            None => held.objects.remove(key),
        };
        Ok(Deleted {
            version_id: Some(version.to_owned()),
            marker: was_marker,
        })
    }

    /// Puts an object that AWS itself delivers; the bucket must exist, else nothing happens, as with a failed delivery.
    pub(crate) fn put_object(
        &mut self,
        bucket: &str,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
    ) {
        let object = Object {
            bytes,
            last_modified: self.now,
            content_type: content_type.to_owned(),
            ..Object::default()
        };
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            bucket.objects.insert(key.to_owned(), object);
        }
    }
}

/// Deleting what is not there is a success, and so is deleting for good.
fn unchanged() -> Deleted {
    Deleted {
        version_id: None,
        marker: false,
    }
}

impl Object {
    /// Whether Object Lock keeps it from being deleted.
    fn is_kept(&self, now: Timestamp, bypass: bool) -> bool {
        self.legal_hold
            || self
                .retention
                .as_ref()
                .is_some_and(|kept| kept.until > now && !(bypass && kept.mode == "GOVERNANCE"))
    }
}
