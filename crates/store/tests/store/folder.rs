//! An exported case: whole, the same each time, checked on another machine, and every deviation named.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;
use rebato_core::Digest;
use rebato_core::case::{Custody, Event, Export, Kept};
use rebato_core::contain::LockMode;
use rebato_core::evaluate::Dossier;
use rebato_core::identify::{Alert, Finding};
use rebato_core::journal::{Break, Record};
use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::{Deviation, Manifest, Problem, SqliteStore, Verified, verify_folder};
use serde_json::json;
use tempfile::{TempDir, tempdir};

use crate::common::{CASE, reader, tamper, writer};

const TOOL: &str = "rebato 0.1.0";

fn at() -> Timestamp {
    "2026-11-24T04:00:00Z".parse().unwrap()
}

/// Appends an event that fits the case.
async fn tell(store: &SqliteStore, event: &Event) -> Record {
    let records = store.records(CASE).await.unwrap();
    let record = Record::next(records.last(), CASE, at(), "ana", event).unwrap();
    store
        .append(std::slice::from_ref(&record), record.seq - 1)
        .await
        .unwrap();
    record
}

/// A case of four events with an alert and two extracts; `why` makes it another case.
async fn case(store: &SqliteStore, why: &str) {
    let bytes = format!("{{\"alert\":\"{why}\"}}").into_bytes();
    let alert = Alert {
        source: "../../alert.json".into(),
        sha256: store.keep(&bytes).await.unwrap(),
        envelope: "native".into(),
    };
    let finding: Finding = serde_json::from_value(json!({
        "id": "f-1", "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "family": "ec2", "severity": 5.3, "sample": false,
        "archived": false, "instance_id": "i-0abc", "interfaces": [], "local_ports": [22], "remote": [], "threat_lists": [], "problems": [],
    }))
    .unwrap();
    let dossier = Dossier::of_alert(&finding, &alert);
    let opened = Event::CaseOpened { alert, finding };
    tell(store, &opened).await;
    let mut kept = Vec::new();
    for (name, bytes) in [("/etc/passwd", "one"), ("flows.log", "two")] {
        kept.push(Kept {
            what: "log_extract".into(),
            origin: name.into(),
            sha256: store.keep(bytes.as_bytes()).await.unwrap(),
            size: 3,
            custody: Custody::default(),
        });
    }
    tell(store, &Event::EvidenceGathered { dossier, kept }).await;
    let closed = Event::CaseClosed {
        by: "ana".into(),
        why: Some(why.into()),
    };
    tell(store, &closed).await;
    let why = "finding_again".into();
    tell(store, &Event::CaseReopened { why }).await;
}

async fn exported_from(state: &Path, out: &Path) -> Manifest {
    let store = reader(state).await;
    store.export(CASE, out, TOOL, at()).await.unwrap()
}

/// A folder with a state and an export of its case.
async fn exported() -> (TempDir, PathBuf, Manifest) {
    let folder = tempdir().unwrap();
    let state = folder.path().join("state");
    let store = writer(&state).await;
    case(&store, "-").await;
    drop(store);
    let out = folder.path().join("out");
    let manifest = exported_from(&state, &out).await;
    (folder, out, manifest)
}

fn check(out: &Path) -> Verified {
    verify_folder(out, None).unwrap()
}

/// Every file below a folder, by its name from there.
fn all(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                found.push((name.to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn an_export_is_whole_deterministic_and_verifies_without_the_state() {
    let (folder, out, manifest) = exported().await;
    assert_eq!(
        (manifest.events, manifest.artefacts, manifest.evidence),
        (4, 3, 3)
    );
    let again = folder.path().join("deep/er/again");
    exported_from(&folder.path().join("state"), &again).await;
    assert_eq!(all(&out), all(&again));
    // An empty folder is taken.
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    exported_from(&folder.path().join("state"), &empty).await;
    assert_eq!(all(&out), all(&empty));

    let names: Vec<String> = all(&out).into_iter().map(|(name, _)| name).collect();
    let mut wanted: Vec<String> = ["{\"alert\":\"-\"}", "one", "two"]
        .map(|text| format!("evidence/{}", Digest::of(text.as_bytes()).hex()))
        .to_vec();
    for name in [
        "artefacts.json",
        "journal.jsonl",
        "manifest.json",
        "manifest.sig",
        "signing.pub",
    ] {
        wanted.push(name.into());
    }
    wanted.sort();
    assert_eq!(names, wanted, "nothing that a text of the case named");

    fs::remove_dir_all(folder.path().join("state")).unwrap();
    let verified = check(&out);
    assert_eq!(verified.deviations, []);
    assert_eq!(verified.case.as_deref(), Some(CASE));
    assert_eq!(
        (verified.events, verified.unsigned, verified.evidence),
        (4, 0, 3)
    );
    assert_eq!(verified.keys, [manifest.key]);
    assert!(!verified.key_given);
    let key = fs::read_to_string(out.join("signing.pub")).unwrap();
    let verified = verify_folder(&out, Some(&key)).unwrap();
    assert!(verified.key_given && verified.deviations.is_empty());
    assert!(verify_folder(&out, Some("no key")).is_err());
    assert!(verify_folder(&folder.path().join("nowhere"), None).is_err());
}

#[tokio::test]
async fn a_draft_is_the_same_until_something_but_an_export_happens() {
    let (folder, _, manifest) = exported().await;
    let state = folder.path().join("state");
    // What a run that was killed left behind.
    fs::create_dir(state.join("export-draft")).unwrap();
    fs::write(state.join("export-draft/journal.jsonl"), "half").unwrap();
    let store = writer(&state).await;
    let first = store.draft(CASE, TOOL).await.unwrap();
    let names: Vec<&str> = first.pieces.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names.last(), Some(&"manifest.json"));
    assert_eq!(names.len(), manifest.files.len() + 2);
    for piece in &first.pieces {
        let bytes = first.read(&piece.name).unwrap();
        assert_eq!(
            (Digest::of(&bytes), bytes.len() as u64),
            (piece.sha256, piece.size)
        );
    }
    let (digest, events) = (first.digest(), first.manifest.events);
    drop(first);
    assert!(!state.join("export-draft").exists());
    let export = Event::ExportStarted {
        export: Export {
            place: "s3://vault/".into(),
            owner: "111122223333".into(),
            manifest: digest,
            mode: LockMode::Governance,
            days: 30,
            until: at(),
        },
    };
    tell(&store, &export).await;
    assert_eq!(store.draft(CASE, TOOL).await.unwrap().digest(), digest);
    let closed = Event::CaseClosed {
        by: "ana".into(),
        why: None,
    };
    tell(&store, &closed).await;
    let later = store.draft(CASE, TOOL).await.unwrap();
    assert_ne!(later.digest(), digest);
    assert_eq!(later.manifest.events, events + 2);
}

#[tokio::test]
async fn a_folder_that_is_not_empty_is_refused_and_nothing_is_left_behind() {
    let (folder, out, _) = exported().await;
    let before = all(&out);
    let state = folder.path().join("state");
    let store = reader(&state).await;
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    for there in [&out, &file] {
        let error = store.export(CASE, there, TOOL, at()).await.unwrap_err();
        assert!(matches!(error, StoreError::Io { .. }), "{error}");
    }
    assert_eq!(all(&out), before);
    let new = folder.path().join("new");
    assert!(store.export("C-1999-0001", &new, TOOL, at()).await.is_err());
    // Evidence that is not as it was goes into no export.
    let digest = Digest::of(b"two").hex();
    fs::write(
        state
            .join("evidence")
            .join(digest.get(..2).unwrap())
            .join(&digest),
        "2",
    )
    .unwrap();
    let error = store.export(CASE, &new, TOOL, at()).await.unwrap_err();
    assert!(error.to_string().contains(&digest), "{error}");
    let mut left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["file", "out", "state"]);
}

/// Writes the journal's lines anew.
fn lines(out: &Path, change: impl FnOnce(&mut Vec<String>)) -> Vec<Deviation> {
    let path = out.join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(
        &path,
        lines.iter().map(|l| format!("{l}\n")).collect::<String>(),
    )
    .unwrap();
    check(out).deviations
}

fn chain(deviations: &[Deviation]) -> Vec<&Break> {
    deviations
        .iter()
        .filter_map(|d| match d {
            Deviation::Journal(Problem::Chain(broken)) => Some(broken),
            _ => None,
        })
        .collect()
}

fn counted(deviations: &[Deviation], wanted: &str) -> bool {
    deviations
        .iter()
        .any(|d| matches!(d, Deviation::Count { what, .. } if *what == wanted))
}

#[tokio::test]
async fn records_that_are_removed_reordered_cut_or_changed_are_named() {
    let (_folder, out, _) = exported().await;
    let deviations = lines(&out, |lines| drop(lines.remove(1)));
    assert!(
        matches!(
            chain(&deviations)[..],
            [Break::Missing {
                wanted: 2,
                found: 3,
                ..
            }]
        ),
        "{deviations:?}"
    );
    assert!(counted(&deviations, "events"));

    let (_folder, out, _) = exported().await;
    let deviations = lines(&out, |lines| lines.swap(1, 2));
    assert!(chain(&deviations).len() >= 2, "{deviations:?}");

    // A cut at the end leaves a good chain: the manifest has the head.
    let (_folder, out, _) = exported().await;
    let deviations = lines(&out, |lines| drop(lines.pop()));
    assert!(chain(&deviations).is_empty());
    assert!(
        counted(&deviations, "events") && counted(&deviations, "head"),
        "{deviations:?}"
    );

    // Every change is listed, not only the first.
    let (_folder, out, _) = exported().await;
    let deviations = lines(&out, |lines| {
        for line in lines.iter_mut().skip(1) {
            *line = line.replace("\"actor\":\"ana\"", "\"actor\":\"eva\"");
        }
    });
    let changed: Vec<u64> = chain(&deviations)
        .into_iter()
        .map(|broken| match broken {
            Break::Changed { seq, .. } => *seq,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(changed, [2, 3, 4]);

    // A signature that is gone, and one of another record.
    let (_folder, out, _) = exported().await;
    let deviations = lines(&out, |lines| {
        let signature = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["signature"].as_str().unwrap().to_owned()
        };
        let (first, second) = (signature(&lines[0]), signature(&lines[1]));
        lines[1] = lines[1].replace(&second, &first);
        let mut last: serde_json::Value = serde_json::from_str(&lines[3]).unwrap();
        last.as_object_mut().unwrap().remove("signature");
        last.as_object_mut().unwrap().remove("key");
        lines[3] = last.to_string();
    });
    assert!(
        deviations
            .iter()
            .any(|d| matches!(d, Deviation::Journal(Problem::BadSignature { seq: 2, .. })))
    );
    assert!(
        deviations
            .iter()
            .any(|d| matches!(d, Deviation::Journal(Problem::NotSigned { seq: 4, .. })))
    );
}

#[tokio::test]
async fn evidence_that_is_swapped_missing_or_added_is_named() {
    let (_folder, out, _) = exported().await;
    let name = |text: &str| format!("evidence/{}", Digest::of(text.as_bytes()).hex());
    let (one, two) = (name("one"), name("two"));
    fs::write(out.join(&one), "two").unwrap();
    fs::remove_file(out.join(&two)).unwrap();
    fs::write(out.join("evidence/.hidden"), "x").unwrap();
    fs::write(out.join("more.txt"), "x").unwrap();
    fs::create_dir(out.join("folder")).unwrap();
    let deviations = check(&out).deviations;
    let has = |wanted: &dyn Fn(&Deviation) -> bool| {
        assert!(deviations.iter().any(wanted), "{deviations:#?}");
    };
    has(&|d| matches!(d, Deviation::Misnamed { file, .. } if *file == one));
    has(&|d| matches!(d, Deviation::Changed { file, .. } if *file == one));
    has(&|d| matches!(d, Deviation::Missing { file } if *file == two));
    has(&|d| matches!(d, Deviation::EvidenceMissing { seq: Some(2), .. }));
    has(&|d| matches!(d, Deviation::Extra { file } if file == "more.txt"));
    has(&|d| matches!(d, Deviation::Extra { file } if file == "evidence/.hidden"));
    has(&|d| matches!(d, Deviation::EvidenceUnknown { file } if file == "evidence/.hidden"));
    has(&|d| matches!(d, Deviation::NoFile { file } if file == "folder"));
}

#[cfg(unix)]
#[tokio::test]
async fn an_export_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, out, _) = exported().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&out), 0o700);
    assert_eq!(mode(&out.join("evidence")), 0o700);
    for (name, _) in all(&out) {
        assert_eq!(mode(&out.join(&name)), 0o600, "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_not_followed() {
    let (folder, out, _) = exported().await;
    let one = out.join("evidence").join(Digest::of(b"one").hex());
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&one, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &one).unwrap();
    let deviations = check(&out).deviations;
    assert!(
        deviations
            .iter()
            .any(|d| matches!(d, Deviation::NoFile { file } if file.starts_with("evidence/"))),
        "{deviations:?}"
    );
}

/// Whoever makes the whole folder anew with another key is found out by the key that was kept elsewhere, and by it alone.
#[tokio::test]
async fn a_folder_signed_anew_is_found_by_the_key_that_was_kept_elsewhere() {
    let (_folder, out, manifest) = exported().await;
    let key = fs::read_to_string(out.join("signing.pub")).unwrap();
    let forger = tempdir().unwrap();
    let store = writer(&forger.path().join("state")).await;
    case(&store, "forged").await;
    drop(store);
    let forged = forger.path().join("out");
    let forged_manifest = exported_from(&forger.path().join("state"), &forged).await;
    assert_ne!(manifest.key, forged_manifest.key);

    let verified = check(&forged);
    assert_eq!(verified.deviations, []);
    assert!(
        !verified.key_given,
        "who reads this must not take it for more than it is"
    );
    let verified = verify_folder(&forged, Some(&key)).unwrap();
    let others: Vec<_> = verified
        .deviations
        .iter()
        .filter(|d| matches!(d, Deviation::Journal(Problem::OtherKey { .. })))
        .collect();
    assert_eq!(others.len(), 4);
    assert!(verified.deviations.contains(&Deviation::OtherKey {
        key: forged_manifest.key
    }));
}

#[tokio::test]
async fn a_key_that_was_replaced_is_told_and_both_count() {
    let folder = tempdir().unwrap();
    let state = folder.path().join("state");
    let store = writer(&state).await;
    case(&store, "-").await;
    drop(store);
    let old = fs::read_to_string(state.join("signing.pub")).unwrap();
    fs::remove_file(state.join("signing.key")).unwrap();
    let store = writer(&state).await;
    tell(
        &store,
        &Event::CaseClosed {
            by: "ana".into(),
            why: None,
        },
    )
    .await;
    assert_eq!(store.check(CASE, &[]).await.unwrap(), []);
    drop(store);
    let out = folder.path().join("out");
    exported_from(&state, &out).await;
    let verified = check(&out);
    assert_eq!(
        (verified.deviations.as_slice(), verified.keys.len()),
        (&[][..], 2)
    );
    let deviations = verify_folder(&out, Some(&old)).unwrap().deviations;
    assert!(
        matches!(
            deviations[..],
            [
                Deviation::OtherKey { .. },
                Deviation::Journal(Problem::OtherKey { seq: 5, .. })
            ]
        ),
        "{deviations:?}"
    );
}

#[tokio::test]
async fn signatures_that_were_touched_in_the_state_are_found_there() {
    for (change, found) in [
        ("signature = NULL, key = NULL", "has no signature"),
        ("signature = hash", "is not that of the key"),
        ("key = hash", "not one of those"),
    ] {
        let folder = tempdir().unwrap();
        let store = writer(folder.path()).await;
        case(&store, "-").await;
        drop(store);
        let change = format!("UPDATE events SET {change} WHERE case_id = '{CASE}' AND seq = 3");
        tamper(folder.path(), &change).await;
        let problems = reader(folder.path()).await.check(CASE, &[]).await.unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().contains(found), "{problems:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_its_owners_alone_and_a_damaged_one_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempdir().unwrap();
    drop(writer(folder.path()).await);
    let path = folder.path().join("signing.key");
    let key = fs::read_to_string(&path).unwrap();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // It stays the same.
    drop(writer(folder.path()).await);
    assert_eq!(fs::read_to_string(&path).unwrap(), key);
    fs::write(&path, "x").unwrap();
    let error = SqliteStore::open(folder.path(), rebato_store::Access::Write)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("signing.key"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// A byte that is changed anywhere in the folder is found, and its file is named.
    #[test]
    fn any_changed_byte_is_found(file in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (_folder, out, _) = runtime.block_on(exported());
        let files = all(&out);
        let (name, mut bytes) = file.get(&files).clone();
        let place = byte.index(bytes.len());
        bytes[place] ^= flip;
        fs::write(out.join(&name), bytes).unwrap();
        let deviations = check(&out).deviations;
        let said = if name == "manifest.sig" { "manifest.json" } else { name.as_str() };
        prop_assert!(deviations.iter().any(|d| d.to_string().contains(said)), "{name} {place}: {deviations:?}");
    }
}
