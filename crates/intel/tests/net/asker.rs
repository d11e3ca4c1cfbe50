//! Services asked side by side: what leaves, what comes of failures, budgets, pauses and markings.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rebato_core::investigate::Marking;
use rebato_engine::ports::Secrets;
use rebato_intel::net::Fetch;
use rebato_intel::services::{ALL, Asker, Configured, Gathered, KeySource, Rules, Service};
use serde_json::{Value, json};

use crate::kept::{KEY, Kept, key};
use crate::server::{Reply, Server, http};

const IP: &str = "77.72.82.80";

fn ip() -> IpAddr {
    IP.parse().unwrap()
}

fn now() -> Timestamp {
    "2026-11-27T08:00:00Z".parse().unwrap()
}

/// An answer that each service could give about the address.
fn body(service: &str) -> Value {
    match service {
        "abuseipdb" => {
            json!({"data": {"ipAddress": IP, "abuseConfidenceScore": 90, "numDistinctUsers": 9, "totalReports": 12,
            "lastReportedAt": "2026-11-26T10:00:00+00:00"}})
        }
        "crowdsec" => {
            json!({"ip": IP, "reputation": "malicious", "confidence": "high", "background_noise_score": 2})
        }
        "greynoise" => {
            json!({"ip": IP, "noise": true, "riot": false, "classification": "malicious", "last_seen": "2026-11-26"})
        }
        "ipinfo" => json!({"ip": IP, "asn": "AS64500", "as_name": "Example", "country_code": "NL"}),
        "otx" => json!({"indicator": IP, "pulse_info": {"count": 1, "pulses": []}}),
        "shodan" => json!({"ip": IP, "ports": [22]}),
        "threatfox" => json!({"query_status": "no_result"}),
        _ => json!({"data": {"id": IP, "attributes": {"last_analysis_stats": {"malicious": 3}}}}),
    }
}

fn ok(service: &str) -> Reply {
    http(200, &[], body(service).to_string().as_bytes())
}

struct Stage {
    _key: tempfile::NamedTempFile,
    asker: Asker,
    kept: Arc<Kept>,
}

/// An asker of these services, each at its own server.
fn stage(servers: &[(&str, &Server)], rules: Rules) -> Stage {
    let kept = Arc::new(Kept::default());
    with_kept(servers, rules, kept)
}

fn with_kept(servers: &[(&str, &Server)], rules: Rules, kept: Arc<Kept>) -> Stage {
    let (file, source) = key();
    let services = servers
        .iter()
        .map(|(name, server)| Configured {
            name: (*name).into(),
            key: Some(source.clone()),
            base: Some(server.url("/")),
            business: true,
        })
        .collect();
    let asker = Asker::new(Fetch::new().unwrap(), kept.clone(), rules).services(services);
    Stage {
        _key: file,
        asker,
        kept,
    }
}

fn result<'a>(gathered: &'a Gathered, source: &str) -> (&'a str, &'a str) {
    let asked = gathered.asked.iter().find(|a| a.source == source).unwrap();
    (asked.result.as_str(), asked.why.as_deref().unwrap_or(""))
}

#[tokio::test]
async fn nothing_but_the_address_and_the_key_leaves() {
    for service in ALL {
        let server = Server::start(vec![ok(service.name)]).await;
        let stage = stage(&[(service.name, &server)], Rules::default());
        let gathered = stage.asker.ask(ip(), Marking::Amber, now()).await;
        let host = server.address.to_string();
        let (line, extra, key, body) = match service.name {
            "abuseipdb" => (
                format!("GET /api/v2/check?ipAddress={IP}&maxAgeInDays=30"),
                "",
                format!("key: {KEY}"),
                "",
            ),
            "crowdsec" => (
                format!("GET /v2/smoke/{IP}"),
                "",
                format!("x-api-key: {KEY}"),
                "",
            ),
            "greynoise" => (
                format!("GET /v3/community/{IP}"),
                "",
                format!("key: {KEY}"),
                "",
            ),
            "ipinfo" => (
                format!("GET /{IP}"),
                "",
                format!("authorization: Bearer {KEY}"),
                "",
            ),
            "otx" => (
                format!("GET /api/v1/indicators/IPv4/{IP}/general"),
                "",
                format!("x-otx-api-key: {KEY}"),
                "",
            ),
            "shodan" => (format!("GET /{IP}"), "", String::new(), ""),
            "threatfox" => (
                "POST /api/v1/".into(),
                "content-length: 50\r\ncontent-type: application/json\r\n",
                format!("auth-key: {KEY}"),
                "{\"query\":\"search_ioc\",\"search_term\":\"77.72.82.80\"}",
            ),
            _ => (
                format!("GET /api/v3/ip_addresses/{IP}"),
                "",
                format!("x-apikey: {KEY}"),
                "",
            ),
        };
        let key = if key.is_empty() {
            key
        } else {
            format!("{key}\r\n")
        };
        let version = env!("CARGO_PKG_VERSION");
        let wanted = format!(
            "{line} HTTP/1.1\r\nhost: {host}\r\nuser-agent: rebato/{version}\r\naccept: application/json\r\n{extra}{key}\r\n{body}"
        );
        assert_eq!(server.heard().concat(), wanted, "{}", service.name);
        // The record is the same bytes without the key.
        let recorded = &gathered.sent_out[0];
        let as_sent = recorded
            .replace(&format!("http://{host}"), "")
            .replace("***", KEY)
            .replace('\n', "\r\n");
        assert_eq!((as_sent, gathered.sent_out.len()), (wanted, 1));
        assert!(!format!("{gathered:?}").contains(KEY));
    }
}

#[tokio::test]
async fn a_failing_source_is_named_and_the_others_are_complete() {
    let failing: Vec<(&str, Reply, &str)> = vec![
        ("abuseipdb", Reply::Hang(vec![]), "timeout"),
        (
            "crowdsec",
            Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{".to_vec()),
            "cut",
        ),
        ("greynoise", http(200, &[], b"<html>"), "unexpected_answer"),
        (
            "ipinfo",
            http(302, &[("location", "https://elsewhere.example/")], b""),
            "refused_redirect",
        ),
        ("otx", http(500, &[], b""), "status_500"),
        ("threatfox", http(403, &[], b""), "key_refused"),
    ];
    let rules = Rules {
        deadline: Duration::from_secs(2),
        ..Rules::default()
    };
    let mut servers = Vec::new();
    for (name, reply, _) in &failing {
        servers.push((*name, Server::start(vec![reply.clone()]).await));
    }
    for name in ["shodan", "virustotal"] {
        servers.push((name, Server::start(vec![ok(name)]).await));
    }
    let borrowed: Vec<(&str, &Server)> = servers.iter().map(|(n, s)| (*n, s)).collect();
    let gathered = stage(&borrowed, rules)
        .asker
        .ask(ip(), Marking::Amber, now())
        .await;
    for (name, _, why) in &failing {
        assert_eq!(result(&gathered, name), ("failed", *why), "{name}");
    }
    assert_eq!(result(&gathered, "shodan"), ("answered", ""));
    assert_eq!(result(&gathered, "virustotal"), ("answered", ""));
    let sources: Vec<_> = gathered.asked.iter().map(|a| a.source.as_str()).collect();
    assert!(sources.is_sorted() && sources.len() == ALL.len());
    assert!(gathered.facts.iter().all(|f| f.source == "shodan"));
    assert!(gathered.opinions.iter().all(|o| o.source == "virustotal"));
    // Whom a request went to is told, also when nothing good came back.
    assert_eq!(gathered.sent_out.len(), ALL.len());
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_and_asked_anew_when_wished() {
    let server = Server::start(vec![ok("otx")]).await;
    let kept = Arc::new(Kept::default());
    let plain = with_kept(&[("otx", &server)], Rules::default(), kept.clone());
    let first = plain.asker.ask(ip(), Marking::Amber, now()).await;
    let later = now() + SignedDuration::from_hours(23);
    let second = plain.asker.ask(ip(), Marking::Amber, later).await;
    assert_eq!(server.heard().len(), 1);
    assert_eq!(
        result(&second, "otx"),
        ("answered", "kept=2026-11-27T08:00:00Z")
    );
    assert_eq!((&second.sent_out, &second.facts), (&vec![], &first.facts));
    assert_eq!(second.opinions, first.opinions);
    let next_day = now() + SignedDuration::from_hours(25);
    plain.asker.ask(ip(), Marking::Amber, next_day).await;
    assert_eq!(server.heard().len(), 2);
    let rules = Rules {
        fresh: true,
        ..Rules::default()
    };
    let fresh = with_kept(&[("otx", &server)], rules, kept);
    fresh.asker.ask(ip(), Marking::Amber, next_day).await;
    assert_eq!(server.heard().len(), 3);
}

#[tokio::test]
async fn not_observed_is_an_answer_and_is_kept() {
    let unseen = json!({"ip": IP, "noise": false, "riot": false, "message": "IP not observed"});
    let server = Server::start(vec![http(404, &[], unseen.to_string().as_bytes())]).await;
    let stage = stage(&[("greynoise", &server)], Rules::default());
    for _ in 0..2 {
        let gathered = stage.asker.ask(ip(), Marking::Amber, now()).await;
        assert_eq!(result(&gathered, "greynoise").0, "not_listed");
    }
    assert_eq!(server.heard().len(), 1);
    // For noise six hours, not a day.
    let later = now() + SignedDuration::from_hours(7);
    stage.asker.ask(ip(), Marking::Amber, later).await;
    assert_eq!(server.heard().len(), 2);
}

#[tokio::test]
async fn a_wish_to_wait_is_obeyed() {
    let busy = |wish| http(429, &[("retry-after", wish)], b"{}");
    // Short: within the same run.
    let server = Server::start(vec![busy("1"), ok("otx")]).await;
    let gathered = stage(&[("otx", &server)], Rules::default())
        .asker
        .ask(ip(), Marking::Amber, now())
        .await;
    assert_eq!(result(&gathered, "otx"), ("answered", ""));
    assert_eq!((server.heard().len(), gathered.sent_out.len()), (2, 2));
    // Once only.
    let server = Server::start(vec![busy("1")]).await;
    let again = stage(&[("otx", &server)], Rules::default());
    let gathered = again.asker.ask(ip(), Marking::Amber, now()).await;
    assert_eq!(
        result(&gathered, "otx"),
        ("failed", "limited retry_after=1s")
    );
    assert_eq!(server.heard().len(), 2);
    // Long: nobody asks again before, not even another run, nor for another address.
    let server = Server::start(vec![busy("3600"), ok("otx")]).await;
    let kept = Arc::new(Kept::default());
    let first = with_kept(&[("otx", &server)], Rules::default(), kept.clone());
    let gathered = first.asker.ask(ip(), Marking::Amber, now()).await;
    assert_eq!(
        result(&gathered, "otx"),
        ("failed", "limited retry_after=3600s")
    );
    let second = with_kept(&[("otx", &server)], Rules::default(), kept);
    let other: IpAddr = "77.72.82.81".parse().unwrap();
    let gathered = second.asker.ask(other, Marking::Amber, now()).await;
    assert_eq!(
        result(&gathered, "otx"),
        ("refused", "held until=2026-11-27T09:00:00Z")
    );
    assert_eq!(server.heard().len(), 1);
    let after = now() + SignedDuration::from_secs(3601);
    assert_eq!(
        result(&second.asker.ask(ip(), Marking::Amber, after).await, "otx").0,
        "answered"
    );
    // A wish without end is not believed for longer than a week.
    let server = Server::start(vec![busy("4294967295")]).await;
    let endless = stage(&[("otx", &server)], Rules::default());
    endless.asker.ask(ip(), Marking::Amber, now()).await;
    let held = rebato_engine::ports::AnswerCache::held(&*endless.kept, "otx");
    assert_eq!(held, Some(now() + SignedDuration::from_hours(168)));
}

#[tokio::test]
async fn who_fails_again_and_again_is_left_alone_for_a_while() {
    let server = Server::start(vec![http(502, &[], b"")]).await;
    let stage = stage(&[("otx", &server)], Rules::default());
    for _ in 0..5 {
        stage.asker.ask(ip(), Marking::Amber, now()).await;
    }
    assert_eq!(server.heard().len(), 3);
    let gathered = stage.asker.ask(ip(), Marking::Amber, now()).await;
    assert_eq!(
        result(&gathered, "otx"),
        ("refused", "circuit_open until=2026-11-27T08:05:00Z")
    );
    let later = now() + SignedDuration::from_mins(6);
    stage.asker.ask(ip(), Marking::Amber, later).await;
    assert_eq!(server.heard().len(), 4);
}

#[tokio::test]
async fn budgets_of_a_run_a_minute_and_a_day_hold() {
    let addresses = |n: u8| (1..=n).map(|n| IpAddr::from([77, 72, 83, n]));
    let server = Server::start(vec![http(200, &[], b"{\"query_status\":\"no_result\"}")]).await;
    let rules = Rules {
        per_run: 3,
        ..Rules::default()
    };
    let stage_of_run = stage(&[("threatfox", &server)], rules);
    let mut last = Gathered::default();
    for ip in addresses(5) {
        last = stage_of_run.asker.ask(ip, Marking::Amber, now()).await;
    }
    assert_eq!(server.heard().len(), 3);
    assert_eq!(result(&last, "threatfox"), ("refused", "budget run=3"));

    // VirusTotal's free keys: four a minute (HANDBOOK 5.2), over runs too.
    let unseen = http(404, &[], b"{\"error\":{\"code\":\"NotFoundError\"}}");
    let server = Server::start(vec![unseen]).await;
    let kept = Arc::new(Kept::default());
    for ip in addresses(6) {
        let run = with_kept(&[("virustotal", &server)], Rules::default(), kept.clone());
        last = run.asker.ask(ip, Marking::Amber, now()).await;
    }
    assert_eq!(server.heard().len(), 4);
    assert_eq!(result(&last, "virustotal"), ("refused", "budget minute=4"));
    let run = with_kept(&[("virustotal", &server)], Rules::default(), kept);
    let later = now() + SignedDuration::from_secs(61);
    let ip = IpAddr::from([77, 72, 83, 9]);
    assert_eq!(
        result(
            &run.asker.ask(ip, Marking::Amber, later).await,
            "virustotal"
        )
        .0,
        "not_listed"
    );
}

#[tokio::test]
async fn questions_without_an_answer_count_too() {
    let server = Server::start(vec![http(500, &[], b"")]).await;
    let kept = Arc::new(Kept::default());
    let mut last = Gathered::default();
    for _ in 0..5 {
        let run = with_kept(&[("virustotal", &server)], Rules::default(), kept.clone());
        last = run.asker.ask(ip(), Marking::Amber, now()).await;
    }
    assert_eq!(result(&last, "virustotal"), ("refused", "budget minute=4"));
    assert_eq!(server.heard().len(), 4);
}

/// A keeper of secrets that has one, or a bad one.
struct Vault(&'static str);

#[async_trait::async_trait]
impl Secrets for Vault {
    async fn secret(&self, id: &str) -> Result<String, String> {
        assert_eq!(id, "rebato/services#otx");
        Ok(self.0.to_owned())
    }
}

#[tokio::test]
async fn a_secret_of_the_account_goes_to_its_service_and_nowhere_else() {
    let server = Server::start(vec![ok("otx")]).await;
    let ask = async |vault| {
        let configured = Configured {
            name: "otx".into(),
            key: Some(KeySource::Secret("rebato/services#otx".into())),
            base: Some(server.url("/")),
            business: false,
        };
        let kept = Arc::new(Kept::default());
        let asker = Asker::new(Fetch::new().unwrap(), kept, Rules::default())
            .services(vec![configured])
            .secrets(Arc::new(vault));
        asker.ask(ip(), Marking::Amber, now()).await
    };
    let gathered = ask(Vault(KEY)).await;
    assert_eq!(result(&gathered, "otx"), ("answered", ""));
    assert!(server.heard().concat().contains(KEY));
    let told = serde_json::to_string(&gathered.sent_out).unwrap();
    assert!(!told.contains(KEY) && !format!("{gathered:?}").contains(KEY));
    // One that no header can bear is not told either.
    let gathered = ask(Vault("two lines\nof a s3cret")).await;
    assert_eq!(result(&gathered, "otx"), ("failed", "key_unusable"));
    assert!(!format!("{gathered:?}").contains("s3cret"));
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn a_case_for_those_in_the_room_asks_no_service() {
    let server = Server::start(vec![ok("otx")]).await;
    for marking in [
        Marking::Clear,
        Marking::Green,
        Marking::Amber,
        Marking::AmberStrict,
    ] {
        assert!(marking.allows_services());
    }
    let gathered = stage(&[("otx", &server)], Rules::default())
        .asker
        .ask(ip(), Marking::Red, now())
        .await;
    assert_eq!(result(&gathered, "otx"), ("refused", "tlp_red"));
    assert!(server.heard().is_empty() && gathered.sent_out.is_empty());
}

#[tokio::test]
async fn keys_that_are_missing_or_not_for_business_ask_nobody() {
    let server = Server::start(vec![ok("virustotal")]).await;
    let base = Some(server.url("/"));
    let (_file, source) = key();
    let none = KeySource::File("/nowhere/at/all".into());
    let secret = KeySource::Secret("arn:aws:secretsmanager:x".into());
    for (name, key, business, wanted) in [
        (
            "virustotal",
            Some(source),
            false,
            ("refused", "not_for_business"),
        ),
        ("otx", Some(none), false, ("failed", "key_missing")),
        ("otx", Some(secret), false, ("failed", "key_out_of_reach")),
        ("otx", None, false, ("not_configured", "key")),
    ] {
        let configured = Configured {
            name: name.into(),
            key,
            base: base.clone(),
            business,
        };
        let kept = Arc::new(Kept::default());
        let asker = Asker::new(Fetch::new().unwrap(), kept, Rules::default());
        let gathered = asker
            .services(vec![configured])
            .ask(ip(), Marking::Amber, now())
            .await;
        assert_eq!(result(&gathered, name), wanted);
    }
    assert!(server.heard().is_empty());
    assert!(Service::named("virustotal").unwrap().not_for_business);
}
