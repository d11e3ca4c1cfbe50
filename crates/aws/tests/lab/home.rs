//! The second home of evidence on the wire: what is put there is locked and proved, and what is no home is refused.

use jiff::{SignedDuration, Timestamp};
use rebato_aws::S3Home;
use rebato_core::Digest;
use rebato_core::contain::LockMode;
use rebato_engine::home::{Piece, copy};
use rebato_engine::ports::{CloudError, EvidenceHome as _, Retention, StoreError};
use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};

use crate::Stage;

/// The bucket of the simulated account that has Object Lock.
const BUCKET: &str = "acme-evidence-123456789012";
const OWNER: &str = "123456789012";

async fn home(stage: &Stage) -> S3Home {
    let place = format!("s3://{BUCKET}/cases/");
    stage.cloud.home(&place, OWNER).await.unwrap()
}

fn for_days(stage: &Stage, days: i64, mode: LockMode) -> Retention {
    let until = stage.lab.now() + SignedDuration::from_hours(24 * days);
    Retention {
        until: Timestamp::from_second(until.as_second()).unwrap(),
        mode,
    }
}

#[tokio::test]
async fn what_is_put_is_locked_and_read_back_with_its_checksum() {
    let stage = Stage::new("attempt").await;
    let home = home(&stage).await;
    assert_eq!(home.place(), format!("s3://{BUCKET}/cases/"));
    assert_eq!(home.there("C-1/").await.unwrap(), []);
    for (name, mode) in [
        ("C-1/one", LockMode::Governance),
        ("C-1/two", LockMode::Compliance),
    ] {
        let retention = for_days(&stage, 40, mode);
        let bytes = name.as_bytes();
        let id = home.put(name, bytes, Digest::of(bytes), retention).await;
        assert!(!id.unwrap().unwrap().is_empty(), "a request id");
        let there = home.there("C-1/").await.unwrap();
        let stored = there.iter().find(|stored| stored.name == name).unwrap();
        assert_eq!(stored.sha256, Some(Digest::of(bytes)));
        assert_eq!(stored.lock, Some(retention));
        assert!(stored.version.is_some());
    }
    // The wire carried what S3 needs: neither other bytes nor another's bucket would have passed.
    let wrong = Digest::of(b"other");
    let error = home.put(
        "C-1/x",
        b"x",
        wrong,
        for_days(&stage, 1, LockMode::Governance),
    );
    assert_eq!(error.await.unwrap_err().code(), "BadDigest");
    let kept = stage.lab.world(|world| {
        let bucket = &world.buckets[BUCKET];
        let version = bucket.versions["cases/C-1/two"][0].id.clone();
        let gone = world.delete_object(BUCKET, "cases/C-1/two", Some(&version), true);
        gone.unwrap_err().code
    });
    assert_eq!(kept, "AccessDenied");
}

#[tokio::test]
async fn a_bucket_that_is_no_home_is_refused_before_anything_is_sent() {
    let stage = Stage::new("attempt").await;
    let other = stage.lab.world(|world| {
        let mut names = world.buckets.keys().filter(|name| *name != BUCKET);
        names.next().cloned().unwrap()
    });
    let home =
        async |place: String, owner: &str| stage.cloud.home(&place, owner).await.unwrap_err();
    let unlocked = home(format!("s3://{other}/x"), OWNER).await;
    assert!(
        unlocked.to_string().contains("has no Object Lock"),
        "{unlocked}"
    );
    for place in ["https://example.com/x", "s3://", "s3:///x", BUCKET] {
        let error = home(place.to_owned(), OWNER).await;
        assert!(matches!(error, CloudError::Unfit { .. }), "{error}");
    }
    let foreign = home(format!("s3://{BUCKET}"), "999999999999").await;
    assert!(matches!(foreign, CloudError::Denied { .. }), "{foreign}");
    let missing = home("s3://acme-nowhere".to_owned(), OWNER).await;
    assert!(matches!(missing, CloudError::NotFound { .. }), "{missing}");
    stage.lab.world(|world| {
        world.buckets.get_mut(BUCKET).unwrap().blocks_public = false;
    });
    let open = home(format!("s3://{BUCKET}"), OWNER).await;
    assert!(
        open.to_string().contains("does not block public access"),
        "{open}"
    );
    assert_eq!(stage.count("PutObject"), 0);
}

#[tokio::test]
async fn a_copy_that_breaks_at_any_object_goes_on_and_makes_each_once() {
    let bytes = |name: &str| -> Result<Vec<u8>, StoreError> { Ok(name.as_bytes().to_vec()) };
    let pieces = ["evidence/a", "evidence/b", "manifest.json"].map(|name| Piece {
        name: name.into(),
        size: name.len() as u64,
        sha256: Digest::of(name.as_bytes()),
    });
    // Too many calls at once is no reason to stop.
    for effect in [
        Effect::Throttle,
        Effect::Deny,
        Effect::LoseReply,
        Effect::FailAfter,
    ] {
        for skip in 0..3 {
            let stage = Stage::new("attempt").await;
            let home = home(&stage).await;
            let retention = for_days(&stage, 40, LockMode::Governance);
            let fault = Rule {
                skip,
                ..Rule::next(1, "PutObject", effect.clone())
            };
            stage.lab.set_faults(Faults::rules([fault]));
            let broken = copy(&home, "C-1/", &pieces, retention, bytes).await;
            assert_eq!(
                broken.is_ok(),
                matches!(effect, Effect::Throttle),
                "{effect:?} at {skip}"
            );
            let copied = copy(&home, "C-1/", &pieces, retention, bytes)
                .await
                .unwrap();
            assert_eq!((copied.objects.len(), copied.unseen.len()), (3, 0));
            let versions: Vec<usize> = stage.lab.world(|world| {
                world.buckets[BUCKET]
                    .versions
                    .values()
                    .map(Vec::len)
                    .collect()
            });
            assert_eq!(versions, [1, 1, 1], "{effect:?} at {skip}");
        }
    }
}
