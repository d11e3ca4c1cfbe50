//! Bad input and a bad world: a clear word, the right exit code, nothing lost, no panic, no secret.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::place::{Account, Place, corpus};

#[test]
fn what_is_no_alert_is_told_with_its_place() {
    let place = Place::new();
    place.write("prose.json", "hello\n");
    place.write("cut.json", "{\"detail\":\n {\"type\":\"Unauth");
    place.write("empty.json", "");
    place.write("other.json", "{\"findings\": 3}");
    place.write("cut.gz", [0x1f, 0x8b, 8, 0, 0]);
    place.write("noise.json", [0xff, 0xfe, 0x00, 0x9b, 0x1b]);
    place.write("deep.json", "[".repeat(100_000));
    let table: [(&str, &[&str]); 8] = [
        ("prose.json", &["prose.json:1:1", "not JSON"]),
        ("cut.json", &["cut.json:2:", "not JSON"]),
        ("empty.json", &["empty.json", "empty"]),
        ("other.json", &["other.json", "no GuardDuty finding"]),
        ("cut.gz", &["cut.gz", "gzip"]),
        ("noise.json", &["noise.json"]),
        ("deep.json", &["deep.json:1:"]),
        ("missing.json", &["missing.json", "No such file"]),
    ];
    for (file, words) in table {
        for command in ["identify", "evaluate", "respond"] {
            place.run(&[command, file, "--offline"]).fails(1, words);
        }
    }
    for command in ["evaluate", "respond"] {
        place
            .run(&[command, ".", "--offline"])
            .fails(1, &["cannot read .", "folder", "rebato identify ."]);
    }
    place
        .fed(&["identify", "-", "--offline"], b"")
        .fails(1, &["-", "empty"]);
}

#[test]
fn a_file_far_too_large_is_refused_without_reading_it_all() {
    let place = Place::new();
    let file = std::fs::File::create(place.path("big.json")).unwrap();
    let mut text = vec![b' '; 64 << 10];
    text[0] = b'[';
    std::io::Write::write_all(&mut &file, &text).unwrap();
    file.set_len(600 << 20).unwrap();
    for command in ["identify", "respond"] {
        place
            .run(&[command, "big.json", "--offline"])
            .fails(1, &["big.json", "limit"]);
    }
    let ran = place.run(&["logs", "flows", "big.json"]);
    assert!(
        ran.code(1).talk.contains("big.json"),
        "{}",
        ran.transcript()
    );
}

#[test]
fn a_finding_about_something_else_is_no_case() {
    let place = Place::new();
    place.fixture("access-key.json");
    for command in ["respond", "evaluate"] {
        place
            .run(&[command, "access-key.json", "--offline"])
            .fails(1, &["credentials, not about an instance"]);
    }
    assert!(place.run(&["case", "list"]).code(0).out.is_empty());
}

#[test]
fn missing_or_expired_credentials_are_exit_code_7_and_no_secret_is_shown() {
    let account = Account::new("attempt");
    let mut place = Place::beside(&account);
    place.write("alert.json", account.alert());
    place.set("AWS_SECRET_ACCESS_KEY", "this-is-very-secret");
    place.set("AWS_ACCESS_KEY_ID", "AKIANOBODYKNOWSME000");
    let wrong = place.run(&["respond", "alert.json"]);
    assert!(
        !wrong.talk.contains("very-secret"),
        "{}",
        wrong.transcript()
    );

    let mut place = Place::new();
    place.write("alert.json", account.alert());
    place.set("AWS_ENDPOINT_URL", &account.lab.endpoint());
    let none = place.run(&["respond", "alert.json"]);
    none.fails(7, &["credentials", "--profile"]);
    assert!(
        !none.talk.contains("\\n"),
        "one line: {}",
        none.transcript()
    );
    // What the alert says is not lost with the account.
    let ran = place.run(&["identify", "alert.json"]);
    assert!(
        ran.code(0).out.contains("blog-1") && ran.talk.contains("credentials"),
        "{}",
        ran.transcript()
    );
    place.run(&["respond", "alert.json", "--offline"]).code(0);
}

#[test]
fn an_endpoint_that_does_not_answer_is_exit_code_7() {
    let account = Account::new("attempt");
    let mut place = Place::beside(&account);
    place.write("alert.json", account.alert());
    // A port that was free a moment ago.
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    place.set("AWS_ENDPOINT_URL", &format!("http://{gone}"));
    place
        .run(&["respond", "alert.json"])
        .fails(7, &["did not answer", "the same command again"]);
}

#[test]
fn a_state_folder_that_cannot_be_written_is_said() {
    let place = Place::new();
    place.fixture("native.json");
    place.write("file", "no folder");
    place
        .run(&[
            "respond",
            "native.json",
            "--offline",
            "--state",
            "file/state",
        ])
        .fails(1, &["file/state", "--state"]);
    place
        .run(&["case", "list", "--state", "file/state"])
        .fails(1, &["file/state"]);
    place
        .run(&["lab", "attempt", "--out", "file/out"])
        .fails(1, &["file/out"]);
    read_only_folder(&place);
}

#[cfg(unix)]
fn read_only_folder(place: &Place) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = place.path("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write anywhere.
    if std::fs::write(folder.join("probe"), "").is_ok() {
        return;
    }
    place
        .run(&[
            "respond",
            "native.json",
            "--offline",
            "--state",
            "locked/state",
        ])
        .fails(1, &["locked/state", "--state"]);
}

#[cfg(not(unix))]
fn read_only_folder(_: &Place) {}

#[test]
fn a_damaged_journal_is_found_and_nothing_goes_on_from_it() {
    let place = Place::new();
    place.fixture("native.json");
    place.run(&["respond", "native.json", "--offline"]).code(0);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
    place.run(&["case", "verify", &id]).code(0);

    let journal = place.state().join("journal.sqlite");
    into_one_file(&journal);
    let bytes = std::fs::read(&journal).unwrap();
    // One letter of one event: the name of the instance, wherever it stands (free space may hold an old copy).
    let mut changed = bytes.clone();
    let needle = b"mail-2";
    let places: Vec<usize> = (0..changed.len())
        .filter(|at| changed[*at..].starts_with(needle))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        changed[at] = b'n';
    }
    put(&journal, &changed);
    let verify = place.run(&["case", "verify", &id]);
    assert!(verify.code(1).out.contains(&id), "{}", verify.transcript());
    for words in [&["case", "show", &id] as &[&str], &["report", &id]] {
        let ran = place.run(words);
        assert_eq!(ran.code, Some(1), "{}", ran.transcript());
        assert!(!ran.talk.contains("panicked"), "{}", ran.transcript());
    }
    assert_eq!(
        std::fs::read(&journal).unwrap(),
        changed,
        "a damaged journal is left as it is"
    );
    // An alert is worked on all the same, in a case of its own.
    let ran = place.run(&["respond", "native.json", "--offline"]);
    assert!(
        ran.code(0).talk.contains(&id) && ran.out.contains("-0002"),
        "{}",
        ran.transcript()
    );

    for damage in [&b"this is no database"[..], &bytes[..bytes.len() / 2]] {
        put(&journal, damage);
        for words in [
            &["case", "list"] as &[&str],
            &["respond", "native.json", "--offline"],
            &["case", "verify"],
        ] {
            let ran = place.run(words);
            assert_eq!(ran.code, Some(1), "{}", ran.transcript());
            assert!(!ran.talk.contains("panicked"), "{}", ran.transcript());
        }
        assert_eq!(
            std::fs::read(&journal).unwrap(),
            damage,
            "a damaged journal is left as it is"
        );
    }

    put(&journal, &bytes);
    place.run(&["case", "verify", &id]).code(0);
}

/// Brings what SQLite keeps beside its file into the file.
fn into_one_file(journal: &std::path::Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(journal);
        let mut connection = options.connect().await.unwrap();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    });
}

/// Puts these bytes in place of the journal, and nothing beside it.
fn put(journal: &std::path::Path, bytes: &[u8]) {
    for end in ["-wal", "-shm"] {
        let mut beside = journal.as_os_str().to_owned();
        beside.push(end);
        let _ = std::fs::remove_file(beside);
    }
    std::fs::write(journal, bytes).unwrap();
}

#[test]
fn evidence_that_was_changed_is_found() {
    let place = Place::new();
    place.fixture("native.json");
    place.run(&["respond", "native.json", "--offline"]).code(0);
    let evidence = place.state().join("evidence");
    let mut files = Vec::new();
    collect(&evidence, &mut files);
    assert!(!files.is_empty(), "the raw alert is kept");
    let mut permissions = std::fs::metadata(&files[0]).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "the folder is the test's own"
    )]
    permissions.set_readonly(false);
    std::fs::set_permissions(&files[0], permissions).unwrap();
    std::fs::write(&files[0], "something else").unwrap();
    let verify = place.run(&["case", "verify"]);
    assert_eq!(verify.code, Some(1), "{}", verify.transcript());
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    place.fixture("native.json");
    let many: Vec<&str> = std::iter::repeat_n("native.json", 2_000).collect();
    let words = [
        &["identify", "--offline", "--output", "jsonl"] as &[&str],
        &many,
    ]
    .concat();
    let mut child = place
        .command(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with('{'));
    let mut talk = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut talk)
        .unwrap();
    let status = child.wait().unwrap();
    assert_eq!((status.code(), talk.as_str()), (Some(0), ""));
}

#[test]
fn the_text_of_an_attacker_cannot_steer_a_terminal() {
    let place = Place::new();
    for name in ["hostile.json", "auth.log", "flows.log"] {
        place.fixture(name);
    }
    place.write("\u{1b}[31mlist.txt", "203.0.113.77\n");
    place.run(&["respond", "hostile.json", "--offline"]).code(0);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap();
    let lines: [&[&str]; 9] = [
        &["identify", "hostile.json", "--offline"],
        &[
            "evaluate",
            "hostile.json",
            "--offline",
            "--auth-log",
            "auth.log",
            "--threat-list",
            "\u{1b}[31mlist.txt",
        ],
        &["respond", "hostile.json", "--offline", "--lang", "es"],
        &["case", "list"],
        &["case", "show", id],
        &["report", id, "--format", "markdown"],
        &["logs", "auth", "auth.log"],
        &[
            "lists",
            "check",
            "\u{1b}[31mlist.txt",
            "--ip",
            "203.0.113.77",
        ],
        &[
            "investigate",
            "203.0.113.77",
            "--threat-list",
            "\u{1b}[31mlist.txt",
        ],
    ];
    for words in lines {
        let ran = place.run(words);
        for text in [&ran.out, &ran.talk] {
            let bad = text.chars().find(|c| {
                (c.is_control() && *c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            });
            assert_eq!(bad, None, "{words:?}\n{text:?}");
            assert!(
                !text.lines().any(|l| l.starts_with("VERDICT benign")),
                "{text}"
            );
        }
    }
}

#[test]
fn real_findings_are_read() {
    let Some(corpus) = corpus() else { return };
    let decoded = corpus.join("findings/alertlogic__cwe-collector/decoded");
    let place = Place::new();
    let mut seen = 0;
    for entry in std::fs::read_dir(decoded).unwrap() {
        let file = entry.unwrap().path().display().to_string();
        for lang in ["en", "es"] {
            let ran = place.run(&["respond", &file, "--offline", "--lang", lang]);
            let said: &[&str] = if lang == "en" {
                &[
                    "inconclusive",
                    "direction unknown",
                    "· blocked",
                    "4487",
                    "tdosoudil-seznam-cz",
                    "Flow Logs absent",
                    "CloudTrail absent",
                    "Login records absent",
                    "DNS query logs absent",
                    "GuardDuty findings absent",
                ]
            } else {
                &[
                    "inconclusive",
                    "sentido desconocido",
                    "· bloqueado",
                    "4487",
                    "tdosoudil-seznam-cz",
                    "CloudTrail sin cobertura",
                ]
            };
            for word in said {
                assert!(
                    ran.code(0).out.contains(word),
                    "{word:?} is not in\n{}",
                    ran.transcript()
                );
            }
            ran.transcript();
        }
        let document = place
            .run(&["evaluate", &file, "--offline", "--output", "json"])
            .code(0)
            .document();
        assert_eq!(document["outcome"], "inconclusive");
        for source in ["flow_logs", "cloudtrail", "auth_log", "dns", "findings"] {
            assert_eq!(document["coverage"][source], "absent");
        }
        let line = place
            .run(&["identify", &file, "--offline", "--output", "jsonl"])
            .code(0)
            .document();
        assert_eq!(
            (line["direction"].as_str(), line["blocked"].as_bool()),
            (Some("unknown"), Some(true))
        );
        seen += 1;
    }
    assert!(seen > 0);
}
