//! Several processes on one folder, and processes that are killed. The others are this test program again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rebato_core::journal::verify;
use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::{Access, SqliteStore};
use tempfile::tempdir;

use crate::common::{CASE, grow, reader, writer};

const ROLE: &str = "REBATO_STORE_TEST_ROLE";
const FOLDER: &str = "REBATO_STORE_TEST_FOLDER";

/// The other process. It says what it did on standard output, a line each, after the mark.
#[tokio::test]
#[ignore = "the other process of the tests here, not a test"]
async fn other_process() {
    let (Ok(role), Some(folder)) = (std::env::var(ROLE), std::env::var_os(FOLDER)) else {
        return;
    };
    let folder = Path::new(&folder);
    match role.as_str() {
        "hold" => {
            let store = writer(folder).await;
            grow(&store, CASE, 1).await;
            say("held");
            std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        }
        "append" => {
            let store = writer(folder).await;
            loop {
                let records = grow(&store, CASE, 1).await;
                say(&records.len().to_string());
            }
        }
        "read" => match SqliteStore::open(folder, Access::Read).await {
            Ok(store) => match store.records(CASE).await {
                Ok(records) => say(&format!("{} records", records.len())),
                Err(e) => say(&e.to_string()),
            },
            Err(e) => say(&e.to_string()),
        },
        "write" => match SqliteStore::open(folder, Access::Write).await {
            Ok(_) => say("opened"),
            Err(e) => say(&e.to_string()),
        },
        other => panic!("no such role: {other}"),
    }
}

const MARK: &str = "other process: ";

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{MARK}{text}").unwrap();
    out.flush().unwrap();
}

fn command(program: &Path, role: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args([
            "processes::other_process",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

/// What the other process says, line by line.
fn said(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix(MARK).map(str::to_owned))
}

#[tokio::test]
async fn the_second_writer_is_told_who_the_first_is() {
    let folder = tempdir().unwrap();
    let mut child = command(&this_program(), "hold", folder.path())
        .spawn()
        .unwrap();
    let mut said = said(&mut child);
    assert_eq!(said.next().as_deref(), Some("held"));

    let error = SqliteStore::open(folder.path(), Access::Write)
        .await
        .unwrap_err();
    let StoreError::Locked {
        folder: named,
        holder,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(Path::new(named), folder.path());
    // On Windows a locked file cannot be read.
    #[cfg(unix)]
    assert!(
        holder.contains(&format!("process {},", child.id())),
        "{holder}"
    );
    assert!(!holder.is_empty());
    // A reader is not kept out.
    assert_eq!(
        reader(folder.path())
            .await
            .records(CASE)
            .await
            .unwrap()
            .len(),
        1
    );

    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let store = writer(folder.path()).await;
    assert_eq!(grow(&store, CASE, 1).await.len(), 2);
}

#[tokio::test]
async fn the_lock_keeps_out_a_second_writer_of_the_same_process() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let error = SqliteStore::open(folder.path(), Access::Write)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    drop(store);
    writer(folder.path()).await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_lock_says_is_shown_without_control_characters() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let text = format!("\u{1b}[31mme\n{}", "x".repeat(5000));
    std::fs::write(folder.path().join("lock"), text).unwrap();
    let error = SqliteStore::open(folder.path(), Access::Write)
        .await
        .unwrap_err();
    let StoreError::Locked { holder, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        holder.starts_with("?[31mme?xxx") && holder.len() <= 200,
        "{holder}"
    );
    drop(store);
}

#[tokio::test]
async fn no_acknowledged_event_is_lost_when_the_writer_is_killed() {
    let folder = tempdir().unwrap();
    for round in 1..=4 {
        let mut child = command(&this_program(), "append", folder.path())
            .spawn()
            .unwrap();
        let mut said = said(&mut child);
        let first: usize = said.next().unwrap().parse().unwrap();
        // Another number each time, so that it does not always end at the same place.
        let mut acknowledged = said.by_ref().nth(round * 7).unwrap().parse().unwrap();
        child.kill().unwrap();
        // What it said before it died.
        if let Some(last) = said.last() {
            acknowledged = last.parse().unwrap_or(acknowledged);
        }
        child.wait().unwrap();
        assert!(acknowledged > first);

        // A reader takes it as it lies; so does the next writer.
        for access in [Access::Read, Access::Write] {
            let store = SqliteStore::open(folder.path(), access).await.unwrap();
            let records = store.records(CASE).await.unwrap();
            assert!(
                (acknowledged..=acknowledged + 1).contains(&records.len()),
                "{} of {acknowledged}",
                records.len()
            );
            assert_eq!(verify(CASE, &records), Ok(()));
            assert_eq!(store.check(CASE, &[]).await.unwrap(), []);
        }
    }
}

/// Folders that may not be written, as somebody whom that stops: for root nothing is forbidden.
#[cfg(unix)]
mod forbidden {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;

    use super::*;
    use crate::common::{execute, raw};

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// What an ordinary user gets to hear who plays the role in the folder.
    fn as_ordinary_user(outer: &Path, role: &str, folder: &Path) -> String {
        let program = outer.join("program");
        if !program.exists() {
            fs::copy(this_program(), &program).unwrap();
            set_mode(&program, 0o755);
            set_mode(outer, 0o755);
        }
        let mut command = command(&program, role, folder);
        if fs::metadata(outer).unwrap().uid() == 0 {
            command.uid(65534).gid(65534).current_dir(outer);
        }
        let mut child = command.spawn().unwrap();
        let mut said = said(&mut child);
        let answer = said.next().unwrap_or_default();
        drop(child.stdin.take());
        child.wait().unwrap();
        answer
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written() {
        let outer = tempdir().unwrap();
        let state = outer.path().join("state");
        fs::create_dir(&state).unwrap();
        set_mode(&state, 0o555);
        let answer = as_ordinary_user(outer.path(), "write", &state);
        assert!(
            answer.contains("state/lock") && answer.contains("Permission denied"),
            "{answer}"
        );
        let answer = as_ordinary_user(outer.path(), "read", &state);
        assert_eq!(answer, "0 records");
        // Nor can one be made in it.
        let answer = as_ordinary_user(outer.path(), "write", &state.join("below"));
        assert!(
            answer.contains("state/below") && answer.contains("Permission denied"),
            "{answer}"
        );
        set_mode(&state, 0o755);
    }

    #[tokio::test]
    async fn a_journal_that_can_only_be_read() {
        let outer = tempdir().unwrap();
        let state = outer.path().join("state");
        let store = writer(&state).await;
        grow(&store, CASE, 3).await;
        drop(store);
        // The writer's log is taken into the journal and goes, as when a program ends in good order.
        let mut connection = raw(&state).await;
        execute(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)")
            .await
            .unwrap();
        for companion in ["journal.sqlite-wal", "journal.sqlite-shm"] {
            let _ = fs::remove_file(state.join(companion));
        }
        set_mode(&state.join("journal.sqlite"), 0o444);
        set_mode(&state, 0o555);
        assert_eq!(as_ordinary_user(outer.path(), "read", &state), "3 records");
        // One that may not even be read says so.
        set_mode(&state.join("journal.sqlite"), 0o000);
        let answer = as_ordinary_user(outer.path(), "read", &state);
        assert!(answer.contains("journal.sqlite"), "{answer}");
        set_mode(&state, 0o755);
    }

    #[tokio::test]
    async fn a_reader_without_rights_beside_a_live_writer() {
        let outer = tempdir().unwrap();
        let state = outer.path().join("state");
        let store = writer(&state).await;
        grow(&store, CASE, 3).await;
        for file in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
            set_mode(&state.join(file), 0o444);
        }
        set_mode(&state, 0o555);
        assert_eq!(as_ordinary_user(outer.path(), "read", &state), "3 records");
        set_mode(&state, 0o755);
        drop(store);
    }
}
