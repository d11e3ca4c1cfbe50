//! Logs where they lie: buckets and log groups of the account in place of files, and a person who does not want to wait.

use std::time::Duration;

use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};
use serde_json::Value;

use crate::place::{Account, Place};

/// The bucket with the flow logs, and how many files it has.
fn bucket(account: &Account) -> (String, usize) {
    account.lab.world(|world| {
        world
            .buckets
            .iter()
            .map(|(name, bucket)| {
                let files = bucket.objects.keys();
                (
                    name.clone(),
                    files.filter(|key| key.contains("vpcflowlogs")).count(),
                )
            })
            .max_by_key(|(_, files)| *files)
            .unwrap()
    })
}

fn fetched(account: &Account) -> usize {
    let calls = account.lab.calls();
    calls.iter().filter(|c| c.operation == "GetObject").count()
}

#[test]
fn a_bucket_is_read_and_only_the_files_of_the_window() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    let (name, files) = bucket(&account);
    let all = format!("s3://{name}");
    let whole = place
        .run(&["logs", "flows", &all, "--output", "json"])
        .code(0)
        .document();
    assert_eq!(fetched(&account), files);
    assert_eq!(whole["files"], files);
    assert!(
        whole["records"].as_u64().unwrap() > 1_000,
        "{}",
        whole["records"]
    );

    let now = account.lab.world(|world| world.now);
    let since = (now - jiff::SignedDuration::from_mins(40)).to_string();
    let part = place
        .run(&["logs", "flows", &all, "--since", &since, "--output", "json"])
        .code(0)
        .document();
    let read = fetched(&account) - files;
    assert!(read > 0 && read < files / 2, "{read} of {files}");
    // What is not fetched held nothing of the window: the answer is that of the whole with the same window.
    let copied = Place::new();
    account.lab.world(|world| {
        for (key, object) in &world.buckets[&name].objects {
            if key.contains("vpcflowlogs") {
                copied.write(&format!("copy/{key}"), &object.bytes);
            }
        }
    });
    // Names that tell nothing are all read.
    for (n, path) in walk(&copied.path("copy")).into_iter().enumerate() {
        copied.write(&format!("plain/{n}.gz"), std::fs::read(path).unwrap());
    }
    let plain = copied
        .run(&[
            "logs", "flows", "plain", "--since", &since, "--output", "json",
        ])
        .code(0)
        .document();
    assert_eq!(plain["conversations"], part["conversations"]);
    assert!(!part["conversations"].as_array().unwrap().is_empty());
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_log_group_is_read_and_stands_for_a_file_in_a_case() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    let group = format!("logs://{}", rebato_lab::world::AUTH_LOG_GROUP);
    let logins = place
        .run(&["logs", "auth", &group, "--output", "json"])
        .code(0)
        .document();
    assert!(
        logins["lines"].as_u64().unwrap() > 100,
        "{}",
        logins["lines"]
    );
    assert!(
        logins["by_ip"]
            .as_array()
            .unwrap()
            .iter()
            .any(|from| from["accepted"].as_u64() > Some(0))
    );
    place.write("alert.json", account.alert());
    let verdict = place
        .run(&[
            "evaluate",
            "alert.json",
            "--auth-log",
            &group,
            "--output",
            "json",
        ])
        .code(0)
        .document();
    assert_eq!(verdict["outcome"], "succeeded");
    let evidence = verdict["evidence"].as_array().unwrap();
    assert!(evidence.iter().any(|piece| {
        piece["fact"]["kind"] == "login_accepted"
            && piece["record"]["file"]
                .as_str()
                .unwrap()
                .starts_with("logs://")
    }));
    assert_eq!(
        verdict["coverage"]["metrics"], "complete",
        "{}",
        verdict["gaps"]
    );
}

#[test]
fn a_place_that_cannot_be_read_is_told_with_its_exit_code() {
    let account = Account::new("attempt");
    let place = Place::beside(&account);
    place
        .run(&["logs", "flows", "s3://nobody-has-this-bucket/x"])
        .code(1);
    place.run(&["logs", "auth", "logs:///nothing/here"]).code(1);
    place
        .run(&["logs", "flows", "s3://bucket/x", "--offline"])
        .code(2);
    place.run(&["logs", "flows", "s3://"]).code(2);
    let (name, _) = bucket(&account);
    account.lab.set_faults(Faults {
        rules: vec![Rule::always("ListObjectsV2", Effect::Deny)],
        ..Faults::default()
    });
    place
        .run(&["logs", "flows", &format!("s3://{name}/")])
        .code(7);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_reading_with_what_is_known() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    let (name, files) = bucket(&account);
    account.lab.set_faults(Faults {
        latency: Duration::from_millis(400),
        ..Faults::default()
    });
    let mut command =
        place.command(&["logs", "flows", &format!("s3://{name}"), "--output", "json"]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Some files came, others are still asked for.
    while fetched(&account) < 9 {
        std::thread::yield_now();
    }
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let ended = child.wait_with_output().unwrap();
    let talk = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{talk}");
    let document: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(document["interrupted"], true);
    let read = document["files"].as_u64().unwrap();
    assert!(read > 0 && read < files as u64, "{read} of {files}");
    assert!(talk.contains("Interrupted"), "{talk}");
}
