//! The copy to a second home: resumes, sends nothing twice, and believes only what it reads back.

use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::contain::LockMode;
use rebato_engine::home::{Piece, copy, place};
use rebato_engine::ports::{CloudError, EvidenceHome, Retention, StoreError, Stored};

const PREFIX: &str = "C-2026-0001/0000/";

/// A bucket that may fail at one put, before or after its effect, or show nothing.
#[derive(Default)]
struct Bucket {
    objects: Mutex<Vec<(Stored, Vec<u8>)>>,
    puts: Mutex<Vec<String>>,
    fails_at: Mutex<Option<(usize, bool)>>,
    blind: bool,
}

#[async_trait]
impl EvidenceHome for Bucket {
    fn place(&self) -> &str {
        "s3://vault/"
    }

    fn owner(&self) -> &str {
        "111122223333"
    }

    async fn there(&self, prefix: &str) -> Result<Vec<Stored>, CloudError> {
        if self.blind {
            return Ok(Vec::new());
        }
        let objects = self.objects.lock().unwrap();
        Ok(objects
            .iter()
            .map(|(stored, _)| stored.clone())
            .filter(|stored| stored.name.starts_with(prefix))
            .collect())
    }

    async fn put(
        &self,
        name: &str,
        bytes: &[u8],
        sha256: Digest,
        retention: Retention,
    ) -> Result<Option<String>, CloudError> {
        assert_eq!(Digest::of(bytes), sha256);
        let turn = self.puts.lock().unwrap().len();
        let fault = self.fails_at.lock().unwrap().take_if(|(at, _)| *at == turn);
        let stored = Stored {
            name: name.into(),
            sha256: Some(sha256),
            lock: Some(retention),
            version: Some(turn.to_string()),
        };
        if fault.is_none_or(|(_, effect)| effect) {
            self.puts.lock().unwrap().push(name.into());
            let mut objects = self.objects.lock().unwrap();
            objects.retain(|(old, _)| old.name != name);
            objects.push((stored, bytes.to_vec()));
        }
        match fault {
            Some(_) => Err(CloudError::Unreachable {
                operation: "s3:PutObject".into(),
                why: "simulated".into(),
            }),
            None => Ok(Some("REQ".into())),
        }
    }
}

fn pieces() -> Vec<Piece> {
    ["evidence/a", "evidence/b", "journal.jsonl", "manifest.json"]
        .map(|name| Piece {
            name: name.into(),
            size: name.len() as u64,
            sha256: Digest::of(name.as_bytes()),
        })
        .to_vec()
}

fn read(name: &str) -> Result<Vec<u8>, StoreError> {
    Ok(name.as_bytes().to_vec())
}

fn until(day: &str) -> Retention {
    Retention {
        until: format!("{day}T00:00:00Z").parse::<Timestamp>().unwrap(),
        mode: LockMode::Governance,
    }
}

#[tokio::test]
async fn a_copy_that_was_broken_off_goes_on_and_sends_nothing_twice() {
    for at in 0..pieces().len() {
        for effect in [false, true] {
            let bucket = Bucket {
                fails_at: Mutex::new(Some((at, effect))),
                ..Bucket::default()
            };
            let retention = until("2027-01-01");
            let broken = copy(&bucket, PREFIX, &pieces(), retention, read).await;
            assert!(broken.is_err());
            let copied = copy(&bucket, PREFIX, &pieces(), retention, read)
                .await
                .unwrap();
            assert_eq!(copied.there, at + usize::from(effect));
            assert_eq!((copied.objects.len(), copied.unseen.len()), (4, 0));
            let names: Vec<String> = pieces()
                .iter()
                .map(|p| format!("{PREFIX}{}", p.name))
                .collect();
            assert_eq!(*bucket.puts.lock().unwrap(), names, "each once, in order");
            let again = copy(&bucket, PREFIX, &pieces(), retention, read)
                .await
                .unwrap();
            assert_eq!((again.sent.len(), again.there), (0, 4));
        }
    }
}

#[tokio::test]
async fn weaker_locks_are_not_what_was_wished_and_other_bytes_are_refused() {
    let bucket = Bucket::default();
    let short = until("2027-01-01");
    copy(&bucket, PREFIX, &pieces(), short, read).await.unwrap();
    bucket.objects.lock().unwrap()[1].0.lock = None;
    let copied = copy(&bucket, PREFIX, &pieces(), short, read).await.unwrap();
    assert_eq!((copied.sent.len(), copied.there), (1, 3));

    // A longer or firmer lock is another wish.
    let copied = copy(&bucket, PREFIX, &pieces(), until("2028-01-01"), read)
        .await
        .unwrap();
    assert_eq!(copied.sent.len(), 4);
    let firm = Retention {
        mode: LockMode::Compliance,
        ..short
    };
    let copied = copy(&bucket, PREFIX, &pieces(), firm, read).await.unwrap();
    assert_eq!(copied.sent.len(), 4);
    let copied = copy(&bucket, PREFIX, &pieces(), short, read).await.unwrap();
    assert_eq!(copied.sent.len(), 0, "compliance holds at least as firmly");

    let puts = bucket.puts.lock().unwrap().len();
    for other in [Some(Digest::of(b"other")), None] {
        let name = {
            let stored = &mut bucket.objects.lock().unwrap()[2].0;
            stored.sha256 = other;
            stored.name.clone()
        };
        let error = copy(&bucket, PREFIX, &pieces(), short, read).await;
        assert!(error.unwrap_err().to_string().contains(&name));
        assert_eq!(bucket.puts.lock().unwrap().len(), puts, "nothing was sent");
    }
}

#[tokio::test]
async fn what_does_not_show_is_said_and_changed_bytes_are_never_sent() {
    let blind = Bucket {
        blind: true,
        ..Bucket::default()
    };
    let copied = copy(&blind, PREFIX, &pieces(), until("2027-01-01"), read)
        .await
        .unwrap();
    assert_eq!((copied.sent.len(), copied.unseen.len()), (4, 4));

    let bucket = Bucket::default();
    let changed = |name: &str| match name {
        "evidence/b" => Ok(b"changed".to_vec()),
        other => read(other),
    };
    let error = copy(&bucket, PREFIX, &pieces(), until("2027-01-01"), changed).await;
    assert!(error.unwrap_err().to_string().contains("evidence/b"));
    assert_eq!(bucket.puts.lock().unwrap().len(), 1);
}

#[test]
fn another_export_has_another_place() {
    let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
    assert_ne!(place("C-2026-0001", one), place("C-2026-0001", two));
    assert!(place("C-2026-0001", one).starts_with("C-2026-0001/"));
}
