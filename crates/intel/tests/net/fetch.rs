//! The HTTP client against servers that misbehave.

use std::time::Duration;

use rebato_intel::net::{Answer, Fetch, FetchError, Fetched, Limits, Redirects, Request};
use url::Url;

use crate::server::{Reply, Server, http};

async fn ask(url: Url) -> Fetched {
    ask_within(url, Limits::default()).await
}

async fn ask_within(url: Url, limits: Limits) -> Fetched {
    let request = Request::get(url).secret("key", "s3cret");
    let fetch = Fetch::new().unwrap();
    fetch.fetch(&request, limits, Redirects::SameOrigin).await
}

fn answer(fetched: &Fetched) -> &Answer {
    fetched.result.as_ref().unwrap()
}

#[tokio::test]
async fn what_is_recorded_is_what_the_server_hears() {
    let server = Server::start(vec![http(200, &[("Retry-After", "7")], b"{}")]).await;
    let got = ask(server.url("/check?ip=192.0.2.1")).await;
    assert_eq!(
        (answer(&got).status, answer(&got).body.as_slice()),
        (200, &b"{}"[..])
    );
    assert_eq!(answer(&got).header("retry-after"), Some("7"));
    let body = "{\"query\":\"search_ioc\"}";
    let post = Request::post_json(server.url("/api"), body.into()).secret("auth-key", "s3cret");
    let fetch = Fetch::new().unwrap();
    let posted = fetch
        .fetch(&post, Limits::default(), Redirects::SameOrigin)
        .await;
    for (heard, sent) in server.heard().iter().zip([&got.sent, &posted.sent]) {
        assert_eq!(sent.len(), 1);
        assert!(heard.contains("s3cret") && !sent[0].contains("s3cret"));
        let as_sent = sent[0]
            .replace(&format!("http://{}", server.address), "")
            .replace("***", "s3cret")
            .replace('\n', "\r\n");
        assert_eq!(*heard, as_sent);
    }
    assert_eq!(server.heard().len(), 2);
}

#[tokio::test]
async fn a_redirect_to_elsewhere_is_refused_and_one_at_home_followed() {
    let elsewhere = Server::start(vec![http(200, &[], b"stolen")]).await;
    let to = elsewhere.url("/x").to_string();
    for location in [
        to.as_str(),
        "https://198.51.100.1/",
        "http://localhost/",
        "file:///etc/passwd",
        "",
        "//",
    ] {
        let server = Server::start(vec![http(302, &[("location", location)], b"")]).await;
        let got = ask(server.url("/")).await;
        let code = got.result.unwrap_err().code();
        assert_eq!(
            (code, got.sent.len()),
            ("refused_redirect", 1),
            "{location}"
        );
    }
    assert_eq!(elsewhere.heard(), Vec::<String>::new());

    let home = Server::start(vec![
        http(301, &[("location", "/there")], b""),
        http(200, &[], b"found"),
    ])
    .await;
    let got = ask(home.url("/")).await;
    assert_eq!(answer(&got).body, b"found");
    assert!(home.heard()[1].starts_with("GET /there "));
    assert_eq!(got.sent.len(), 2);

    let loops = Server::start(vec![http(307, &[("location", "/")], b"")]).await;
    let got = ask(loops.url("/")).await;
    assert_eq!(got.result.unwrap_err().code(), "refused_redirect");
    assert_eq!(got.sent.len(), loops.heard().len());
}

#[tokio::test]
async fn an_answer_too_long_or_packed_is_given_up() {
    let limits = Limits {
        bytes: 1000,
        ..Limits::default()
    };
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &vec![b'x'; 100_000]].concat();
    for (reply, wanted) in [
        (http(200, &[], &[b'x'; 1001]), "too_large"),
        (Reply::Hang(endless), "too_large"),
        (
            http(200, &[("content-encoding", "gzip")], b"\x1f\x8b"),
            "packed",
        ),
    ] {
        let server = Server::start(vec![reply]).await;
        let got = ask_within(server.url("/"), limits).await;
        assert_eq!(got.result.unwrap_err().code(), wanted);
    }
    let server = Server::start(vec![http(200, &[], &[b'x'; 1000])]).await;
    let got = ask_within(server.url("/"), limits).await;
    assert_eq!(answer(&got).body.len(), 1000);
}

#[tokio::test]
async fn a_slow_a_cut_and_a_senseless_answer_are_told_apart() {
    let short = Limits {
        total: Duration::from_millis(200),
        ..Limits::default()
    };
    for (reply, limits, wanted) in [
        (Reply::Hang(vec![]), short, FetchError::Timeout),
        (
            Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec()),
            short,
            FetchError::Timeout,
        ),
        (
            Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec()),
            Limits::default(),
            FetchError::Cut,
        ),
        (Reply::Bytes(vec![]), Limits::default(), FetchError::Cut),
        (
            Reply::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()),
            Limits::default(),
            FetchError::Cut,
        ),
    ] {
        let server = Server::start(vec![reply.clone()]).await;
        let got = ask_within(server.url("/"), limits).await;
        assert_eq!(got.result, Err(wanted), "{reply:?}");
        assert_eq!(got.sent.len(), 1);
    }
}

#[tokio::test]
async fn who_does_not_prove_who_it_is_gets_no_request() {
    let server = Server::self_signed(vec![http(200, &[], b"{}")]).await;
    let https = |server: &Server| Url::parse(&format!("https://{}/", server.address)).unwrap();
    let got = ask(https(&server)).await;
    assert_eq!(got.result.unwrap_err().code(), "tls");
    assert_eq!(server.heard(), Vec::<String>::new());
    // Plain text where TLS should be.
    let plain = Server::start(vec![http(200, &[], b"{}")]).await;
    let got = ask_within(
        https(&plain),
        Limits {
            total: Duration::from_secs(2),
            ..Limits::default()
        },
    )
    .await;
    let code = got.result.unwrap_err().code();
    assert!(["tls", "timeout"].contains(&code), "{code}");
    assert!(plain.heard().iter().all(|heard| !heard.contains("s3cret")));
}

#[tokio::test]
async fn nobody_there_and_urls_that_are_not_asked() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let got = ask(Url::parse(&format!("http://{address}/")).unwrap()).await;
    assert_eq!(got.result.unwrap_err().code(), "unreachable");
    for url in [
        "http://198.51.100.1/",
        "http://mirror.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
    ] {
        let got = ask(Url::parse(url).unwrap()).await;
        assert_eq!(got.result.unwrap_err().code(), "bad_url", "{url}");
        assert!(got.sent.is_empty());
    }
}
