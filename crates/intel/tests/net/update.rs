//! The free sources: asked for what is new, checked, and never in place of a good file when they are none.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rebato_intel::knowledge::Knowledge;
use rebato_intel::knowledge::sources::{Source, named};
use rebato_intel::knowledge::update::{Update, Updated};
use rebato_intel::net::Fetch;

use super::server::{Reply, Server, http};

fn at(hour: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(hour)
}

async fn update(dir: &Path, url: &str, now: Timestamp, fresh: bool) -> Updated {
    let sources: Vec<&Source> = vec![named("tor-exits").unwrap()];
    let urls = BTreeMap::from([("tor-exits".to_owned(), url.to_owned())]);
    let fetch = Fetch::new().unwrap();
    let update = Update {
        fetch: &fetch,
        dir,
        urls: &urls,
        fresh,
        now,
    };
    update.run(&sources).await.unwrap().remove(0)
}

fn file(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("tor-exits.txt")).unwrap_or_default()
}

#[tokio::test]
async fn only_what_is_new_is_fetched_and_what_changed_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = &dir.path().join("intel");
    let date = ("last-modified", "Fri, 20 Nov 2026 03:00:00 GMT");
    let server = Server::start(vec![
        http(200, &[("etag", "\"a\""), date], b"192.0.2.1\n"),
        http(304, &[], b""),
        http(200, &[("etag", "\"b\"")], b"192.0.2.1\n192.0.2.2\n"),
    ])
    .await;
    let url = server.url("/list").to_string();

    let first = update(dir, &url, at(0), false).await;
    assert_eq!((first.result, first.entries), ("new", Some(1)));
    assert_eq!(first.as_of.as_deref(), Some("2026-11-20"));
    assert_eq!(file(dir), "192.0.2.1\n");
    let modified = dir
        .join("tor-exits.txt")
        .metadata()
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(
        Timestamp::try_from(modified).unwrap().to_string(),
        "2026-11-20T03:00:00Z"
    );

    let recent = update(dir, &url, at(0), false).await;
    assert_eq!((recent.result, recent.sent_out.len()), ("recent", 0));
    let same = update(dir, &url, at(2), false).await;
    assert_eq!((same.result, same.entries), ("unchanged", Some(1)));
    // Asked for although it is not due.
    let changed = update(dir, &url, at(2), true).await;
    assert_eq!(
        (changed.result, changed.entries_before, changed.entries),
        ("changed", Some(1), Some(2))
    );
    assert_eq!(
        (changed.as_of_before.as_deref(), changed.as_of.as_deref()),
        (Some("2026-11-20"), Some("2026-11-24"))
    );
    assert_eq!(file(dir), "192.0.2.1\n192.0.2.2\n");

    let heard = server.heard();
    assert_eq!(heard.len(), 3);
    assert!(!heard[0].contains("if-none-match") && !heard[0].contains("if-modified-since"));
    for request in &heard[1..] {
        assert!(request.contains("if-none-match: \"a\"\r\n"), "{request}");
        assert!(request.contains("if-modified-since: Fri, 20 Nov 2026 03:00:00 GMT\r\n"));
    }
    let names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[tokio::test]
async fn a_source_that_fails_leaves_the_old_file() {
    let good = b"192.0.2.1\n";
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n192.0.2.9\n".to_vec();
    for (reply, why) in [
        (http(500, &[], b"192.0.2.9\n"), "status: 500"),
        (http(404, &[], b""), "status: 404"),
        (http(304, &[], b""), "status: 304"),
        (
            http(
                200,
                &[("content-type", "text/html; charset=utf-8")],
                b"192.0.2.9\n",
            ),
            "not_data: a web page",
        ),
        (
            http(200, &[], b"<html>down for maintenance</html>"),
            "unknown_format",
        ),
        (http(200, &[], b""), "unknown_format"),
        (http(200, &[], b"192.0.2.9\nno\nno more\n"), "damaged"),
        (Reply::Bytes(cut), "cut"),
        (
            http(302, &[("location", "http://127.0.0.1:1/list")], b""),
            "refused_redirect",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("tor-exits.txt"), good).unwrap();
        let server = Server::start(vec![reply]).await;
        let told = update(dir.path(), server.url("/list").as_str(), at(0), false).await;
        assert_eq!(told.result, "failed", "{why}");
        assert!(
            told.why.as_deref().is_some_and(|w| w.starts_with(why)),
            "{why}: {:?}",
            told.why
        );
        assert_eq!(file(dir.path()).as_bytes(), good);
    }
}

#[tokio::test]
async fn another_place_is_asked_anew_and_no_place_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(vec![http(200, &[("etag", "\"a\"")], b"192.0.2.1\n")]).await;
    update(dir.path(), server.url("/one").as_str(), at(0), false).await;
    let other = update(dir.path(), server.url("/two").as_str(), at(0), false).await;
    assert_eq!(other.result, "unchanged");
    assert!(!server.heard()[1].contains("if-none-match"));
    let bad = update(dir.path(), "http://198.51.100.1/list", at(9), false).await;
    assert_eq!((bad.result, bad.sent_out.len()), ("failed", 0));

    let fetch = Fetch::new().unwrap();
    let update = Update {
        fetch: &fetch,
        dir: dir.path(),
        urls: &BTreeMap::new(),
        fresh: false,
        now: at(0),
    };
    let azure = update
        .run(&[named("azure").unwrap()])
        .await
        .unwrap()
        .remove(0);
    assert_eq!((azure.result, azure.sent_out.len()), ("not_configured", 0));
}

#[tokio::test]
async fn a_newer_word_on_the_registries_is_obeyed_and_a_broken_one_is_not() {
    let newer = br#"{"publication":"2026-11-01T00:00:00Z","services":[[["77.0.0.0/8"],["https://new.example/"]]]}"#;
    let plain = br#"{"services":[[["77.0.0.0/8"],["http://new.example/"]]]}"#;
    for (body, wanted) in [
        (&newer[..], "https://new.example/"),
        (plain, "https://rdap.db.ripe.net/"),
        (b"{}", "https://rdap.db.ripe.net/"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(vec![http(200, &[], body)]).await;
        let urls = BTreeMap::from([("rdap-ipv4".to_owned(), server.url("/ipv4.json").into())]);
        let fetch = Fetch::new().unwrap();
        let update = Update {
            fetch: &fetch,
            dir: dir.path(),
            urls: &urls,
            fresh: false,
            now: at(0),
        };
        update.run(&[named("rdap-ipv4").unwrap()]).await.unwrap();
        let registries = Knowledge::of(dir.path()).registries();
        let server = |ip: &str| {
            let ip = ip.parse().unwrap();
            registries.server(ip).unwrap().to_string()
        };
        assert_eq!(server("77.72.82.80"), wanted);
        // The other family is as it was.
        assert_eq!(server("2a02:6b8::1"), "https://rdap.db.ripe.net/");
    }
}
