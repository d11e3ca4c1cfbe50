//! Evidence: kept once, found unchanged, or its change is named.

use std::fs;
use std::path::{Path, PathBuf};

use rebato_core::Digest;
use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::Problem;
use tempfile::tempdir;

use crate::common::{CASE, grow, writer};

fn file_of(folder: &Path, digest: Digest) -> PathBuf {
    let name = digest.hex();
    folder
        .join("evidence")
        .join(name.get(..2).unwrap())
        .join(name)
}

#[tokio::test]
async fn the_same_bytes_are_kept_once() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    for bytes in [&b"an alert"[..], b"", &[0, 255, 10]] {
        let digest = store.keep(bytes).await.unwrap();
        assert_eq!(digest, Digest::of(bytes));
        assert_eq!(store.keep(bytes).await.unwrap(), digest);
        assert_eq!(fs::read(file_of(folder.path(), digest)).unwrap(), bytes);
        assert_eq!(store.kept(digest).await.unwrap().unwrap(), bytes);
        // Nothing half written stays beside it.
        let beside = file_of(folder.path(), digest);
        let count = fs::read_dir(beside.parent().unwrap()).unwrap().count();
        assert_eq!(count, 1);
    }
    assert_eq!(store.kept(Digest::of(b"never kept")).await.unwrap(), None);
}

#[tokio::test]
async fn two_tasks_may_keep_the_same_bytes_at_once() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let (one, two) = tokio::join!(store.keep(b"both"), store.keep(b"both"));
    assert_eq!(one.unwrap(), two.unwrap());
}

#[tokio::test]
async fn changed_and_missing_evidence_is_found() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    grow(&store, CASE, 1).await;
    let mut digests = Vec::new();
    for bytes in [&b"whole"[..], b"changed", b"missing", b"a folder"] {
        digests.push(store.keep(bytes).await.unwrap());
    }
    assert_eq!(store.check(CASE, &digests).await.unwrap(), []);

    fs::write(file_of(folder.path(), digests[1]), b"changed!").unwrap();
    fs::remove_file(file_of(folder.path(), digests[2])).unwrap();
    fs::remove_file(file_of(folder.path(), digests[3])).unwrap();
    fs::create_dir(file_of(folder.path(), digests[3])).unwrap();
    let problems = store.check(CASE, &digests).await.unwrap();
    assert!(
        matches!(&problems[..], [
            Problem::EvidenceChanged { digest: changed, found },
            Problem::EvidenceMissing { digest: missing },
            Problem::EvidenceUnreadable { digest: unreadable, .. },
        ] if *changed == digests[1] && *found == Digest::of(b"changed!")
            && *missing == digests[2] && *unreadable == digests[3]),
        "{problems:?}"
    );
    // Nobody gets the changed bytes, and nobody writes over them.
    let error = store.kept(digests[1]).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let error = store.keep(b"changed").await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(
        fs::read(file_of(folder.path(), digests[1])).unwrap(),
        b"changed!"
    );
    // What is missing can be kept again.
    store.keep(b"missing").await.unwrap();
    assert_eq!(store.kept(digests[2]).await.unwrap().unwrap(), b"missing");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempdir().unwrap();
    let state = folder.path().join("above").join("state");
    let store = writer(&state).await;
    grow(&store, CASE, 1).await;
    store.keep(b"an alert").await.unwrap();
    let mut open = vec![state.parent().unwrap().to_owned()];
    let mut files = 0;
    while let Some(path) = open.pop() {
        let metadata = fs::metadata(&path).unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        if metadata.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            open.extend(fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
            files += 1;
        }
    }
    // The lock, the journal with its two companions, the two halves of the key, one piece of evidence.
    assert_eq!(files, 7);
}
