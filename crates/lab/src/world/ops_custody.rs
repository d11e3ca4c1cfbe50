//! What becomes of snapshots once they are there: copies, shares, locks, the end.
//! Must not know the wire; error codes are EC2's own.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::model::{ApiError, ApiResult, Snapshot, SnapshotLock, Tags, World};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// EC2 gives copies a volume that is none.
const NO_VOLUME: &str = "vol-ffffffff";

/// What `CopySnapshot` takes besides the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyRequest {
    /// Description.
    pub description: String,
    /// Whether the copy is to be encrypted though the source is not.
    pub encrypted: bool,
    /// The key: id, alias or ARN; none for the account's default key for EBS.
    pub key: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// What `LockSnapshot` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRequest {
    /// Compliance instead of governance mode.
    pub compliance: bool,
    /// Hours of the cooling-off period, 1 to 72, in compliance mode only.
    pub cool_off_hours: Option<i64>,
    /// How long.
    pub until: LockEnd,
}

/// When a lock ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockEnd {
    /// After so many days.
    Days(i64),
    /// At a moment.
    At(Timestamp),
}

impl World {
    /// A snapshot, or `InvalidSnapshot.NotFound`.
    pub fn snapshot(&self, id: &str) -> ApiResult<&Snapshot> {
        self.snapshots.get(id).ok_or_else(|| not_found(id))
    }

    fn snapshot_mut(&mut self, id: &str) -> ApiResult<&mut Snapshot> {
        self.snapshots.get_mut(id).ok_or_else(|| not_found(id))
    }

    /// `CopySnapshot`: a copy of an encrypted snapshot is encrypted, and so is any where EBS encrypts by default.
    /// A key that is not there is found out later: the copy fails. There is no token: a second call makes a second
    /// copy. Answers the copy's id.
    pub fn copy_snapshot(&mut self, source: &str, request: CopyRequest) -> ApiResult<String> {
        let source = self.snapshot(source)?;
        if source.state(self.now) != "completed" {
            return Err(ApiError::new(
                "IncorrectState",
                format!(
                    "Snapshot {} is in invalid state - {}",
                    source.id,
                    source.state(self.now)
                ),
            ));
        }
        let encrypted = request.encrypted || source.encrypted || self.ebs_encryption_by_default;
        if request.key.is_some() && !encrypted {
            return Err(ApiError::new(
                "InvalidParameterDependency",
                "The parameter KmsKeyId requires the parameter Encrypted to be set.",
            ));
        }
        let own = format!(":{}:", self.account_id);
        let (key, failure) = match &request.key {
            None => (self.default_ebs_key().arn, None),
            Some(name) => match self.key_named(name) {
                Some(key) => (key.arn, None),
                // What another account lets this one use is not known here.
                None if name.starts_with("arn:") && !name.contains(&own) => (name.clone(), None),
                None => (
                    name.clone(),
                    Some("Given key ID is not accessible".to_owned()),
                ),
            },
        };
        let mut copy = Snapshot {
            id: String::new(),
            volume_id: NO_VOLUME.to_owned(),
            encrypted,
            kms_key_id: encrypted.then_some(key),
            description: request.description,
            start_time: self.now,
            completes_at: self.now + self.settings.snapshot_takes,
            owner_id: self.account_id.clone(),
            state_message: failure,
            shared_with: BTreeSet::new(),
            lock: None,
            tags: request.tags,
            ..source.clone()
        };
        let id = self.ids.ec2("snap");
        copy.id.clone_from(&id);
        self.snapshots.insert(id.clone(), copy);
        Ok(id)
    }

    /// `ModifySnapshotAttribute` of `createVolumePermission`: sets again without error. What the default key encrypts
    /// cannot be shared, and what any key encrypts cannot be made public.
    pub fn share_snapshot(
        &mut self,
        id: &str,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> ApiResult<()> {
        let default = self.default_ebs_key().arn;
        let snapshot = self.snapshot_mut(id)?;
        let refused = match &snapshot.kms_key_id {
            Some(key) if *key == default && !add.is_empty() => {
                Some("Encrypted snapshots with EBS default key cannot be shared")
            }
            Some(_) if add.contains("all") => Some("Encrypted snapshots cannot be shared publicly"),
            _ => None,
        };
        if let Some(why) = refused {
            return Err(ApiError::new("OperationNotPermitted", why));
        }
        snapshot.shared_with.extend(add.iter().cloned());
        snapshot
            .shared_with
            .retain(|account| !remove.contains(account));
        Ok(())
    }

    /// `LockSnapshot`, of a pending one too. A lock in force may be changed at will in governance mode and while it
    /// cools off; after that it can only be made longer.
    pub fn lock_snapshot(&mut self, id: &str, request: &LockRequest) -> ApiResult<SnapshotLock> {
        let now = self.now;
        let snapshot = self.snapshot_mut(id)?;
        let sealed = snapshot
            .lock
            .as_ref()
            .filter(|lock| lock.state(now) == "compliance");
        if request.cool_off_hours.is_some() && (!request.compliance || sealed.is_some()) {
            return Err(ApiError::new(
                "InvalidParameterCombination",
                "The parameter CoolOffPeriod can only be specified when a snapshot is first locked in compliance mode.",
            ));
        }
        let begins = match sealed {
            Some(lock) => lock.begins,
            None => now.max(snapshot.completes_at),
        };
        let (days, expires) = match request.until {
            LockEnd::Days(days) => (days, begins + DAY * i32::try_from(days).unwrap_or(i32::MAX)),
            // Days that are begun count.
            LockEnd::At(at) => ((at.duration_since(begins).as_secs() + 86_399) / 86_400, at),
        };
        let reach = now + DAY;
        if matches!(request.until, LockEnd::At(at) if at < reach) {
            return Err(ApiError::new(
                "InvalidParameterValue",
                "The expiration date must be at least 1 day in the future.",
            ));
        }
        if let Some(lock) = sealed
            && (!request.compliance || expires < lock.expires)
        {
            return Err(locked(id, "its lock duration can only be increased"));
        }
        let lock = SnapshotLock {
            compliance: request.compliance,
            cool_off_hours: request.cool_off_hours,
            created: now,
            days,
            begins,
            expires,
        };
        snapshot.lock = Some(lock.clone());
        Ok(lock)
    }

    /// `UnlockSnapshot`: not after the cooling-off period of a lock in compliance mode.
    pub fn unlock_snapshot(&mut self, id: &str) -> ApiResult<()> {
        let now = self.now;
        let snapshot = self.snapshot_mut(id)?;
        match snapshot.lock.as_ref().map(|lock| lock.state(now)) {
            None | Some("expired") => Err(ApiError::new(
                "IncorrectState",
                format!("Snapshot {id} is not locked."),
            )),
            Some("compliance") => Err(locked(id, "it can't be unlocked")),
            Some(_) => {
                snapshot.lock = None;
                Ok(())
            }
        }
    }

    /// `DeleteSnapshot`: not while it is locked.
    pub fn delete_snapshot(&mut self, id: &str) -> ApiResult<()> {
        let snapshot = self.snapshot(id)?;
        let held = snapshot
            .lock
            .as_ref()
            .is_some_and(|lock| lock.state(self.now) != "expired");
        if held {
            return Err(locked(id, "it can't be deleted"));
        }
        self.snapshots.remove(id);
        Ok(())
    }
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(
        "InvalidSnapshot.NotFound",
        format!("The snapshot '{id}' does not exist."),
    )
}

/// The reference names no code for what a lock forbids; the one that EC2 has for protections stands in.
fn locked(id: &str, what: &str) -> ApiError {
    ApiError::new(
        "OperationNotPermitted",
        format!("Snapshot {id} is locked, and {what}."),
    )
}
