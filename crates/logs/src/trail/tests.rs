//! Events of every container, and what calls open.

use proptest::prelude::*;

use super::read::FileRead;
use super::*;

/// A call with memory of its own.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    texts: Vec<Option<String>>,
    at: Option<i64>,
    read_only: Option<bool>,
    detail: Option<String>,
    mentioned: bool,
}

impl Told {
    fn text(&self, at: usize) -> Option<&str> {
        self.texts[at].as_deref()
    }
}

fn told(call: Call<'_>, mentioned: bool) -> Told {
    let texts = [
        Some(call.event),
        Some(call.service),
        Some(call.source_ip),
        call.session_of(),
        call.delivery,
        call.role,
        call.error,
        call.principal,
        call.region,
        call.id,
    ];
    Told {
        texts: texts
            .map(|text| text.map(|text| String::from_utf8_lossy(text).into_owned()))
            .into(),
        at: call.at,
        read_only: call.read_only,
        detail: call.detail.read(),
        mentioned,
    }
}

fn ways(text: &[u8], ask: &Ask<'_>, fast: bool) -> (Vec<(Told, u64)>, FileRead) {
    let mut calls = Vec::new();
    let read = read::text(
        text,
        ask,
        |call, number, mentioned| calls.push((told(call, mentioned), number)),
        fast,
    );
    (calls, read)
}

fn all(text: &str) -> (Vec<Told>, FileRead) {
    let (calls, read) = ways(text.as_bytes(), &Ask::default(), true);
    (calls.into_iter().map(|(call, _)| call).collect(), read)
}

const EVENT: &str = r#"{"eventVersion":"1.09","eventTime":"2026-11-24T03:12:09Z","eventName":"GetCallerIdentity","eventSource":"sts.amazonaws.com","sourceIPAddress":"253.252.51.07","errorCode":"AccessDenied","readOnly":"true","eventID":"e-1","userIdentity":{"type":"AssumedRole","principalId":"AROAX:i-0abc1234def567890","arn":"arn:aws:sts::111122223333:assumed-role/web/i-0abc1234def567890","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/web"},"ec2RoleDelivery":"1.0"}}}"#;

#[test]
fn the_same_event_comes_out_of_every_container() {
    let (plain, _) = all(EVENT);
    assert_eq!(plain.len(), 1);
    let call = &plain[0];
    assert_eq!(call.text(3), Some("i-0abc1234def567890"));
    assert_eq!(
        (call.text(2), call.read_only, call.text(4)),
        (Some("253.252.51.07"), Some(true), Some("1.0"))
    );
    assert_eq!(call.text(5), Some("arn:aws:iam::111122223333:role/web"));
    assert_eq!(call.at, Some(1_795_489_929));
    let quoted = serde_json::to_string(EVENT).unwrap();
    for text in [
        format!(r#"{{"Records":[{EVENT}]}}"#),
        format!("[{EVENT}]"),
        format!("{EVENT}\n"),
        format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{EVENT}}}"#),
        format!(r#"{{"Events":[{{"EventId":"e-1","CloudTrailEvent":{quoted}}}]}}"#),
        format!(r#"{{"logEvents":[{{"timestamp":1,"message":{quoted}}}]}}"#),
    ] {
        let (calls, read) = all(&text);
        assert_eq!(calls, plain, "{text}");
        assert!(read.wrong.is_empty(), "{:?}", read.wrong);
    }
}

#[test]
fn what_stands_before_a_break_is_kept_and_a_bad_line_hides_no_other() {
    let (calls, read) = all(&format!(r#"{{"Records":[{EVENT},{EVENT},{{"eventNa"#));
    assert_eq!((calls.len(), read.wrong.len()), (2, 1));
    for text in [
        format!("{EVENT}\n{{bad\n{EVENT}\n"),
        format!("{{bad\n{EVENT}\n{EVENT}"),
    ] {
        let (calls, read) = all(&text);
        assert_eq!(calls.len(), 2, "{text}");
        assert!(read.wrong[0].contains("line"), "{:?}", read.wrong);
    }
    let (calls, read) = all("not json at all");
    assert!(calls.is_empty() && read.wrong[0].contains("not JSON"));
}

#[test]
fn digests_and_insights_are_passed_over_with_a_word() {
    let (calls, read) = all(r#"{"awsAccountId":"1","digestS3Object":"x","logFiles":[]}"#);
    assert!(
        calls.is_empty() && read.wrong[0].contains("digest"),
        "{:?}",
        read.wrong
    );
    let (calls, read) =
        all(r#"{"Records":[{"eventName":"x","eventCategory":"Insight","insightDetails":{}}]}"#);
    assert!(
        calls.is_empty() && read.wrong[0].contains("insight"),
        "{:?}",
        read.wrong
    );
}

#[test]
fn what_a_call_opens_is_told() {
    let with = |name: &str, parameters: &str| {
        let text = format!(
            r#"{{"eventName":"{name}","eventSource":"ec2.amazonaws.com","requestParameters":{parameters}}}"#
        );
        all(&text).0[0].detail.clone()
    };
    let open = r#"{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{}}]}}"#;
    assert_eq!(
        with("AuthorizeSecurityGroupIngress", open).as_deref(),
        Some("0.0.0.0/0 tcp/22")
    );
    assert_eq!(
        with(
            "AuthorizeSecurityGroupIngress",
            &open.replace("0.0.0.0/0", "10.0.0.0/8")
        ),
        None
    );
    assert_eq!(with("AuthorizeSecurityGroupEgress", open), None);
    let flat =
        r#"{"groupId":"sg-1","cidrIp":"0.0.0.0/0","ipProtocol":"tcp","fromPort":1,"toPort":99}"#;
    assert_eq!(
        with("AuthorizeSecurityGroupIngress", flat).as_deref(),
        Some("0.0.0.0/0 tcp/1-99")
    );
    let share = r#"{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"userId":"012345678912"}]}}}"#;
    assert_eq!(
        with("ModifySnapshotAttribute", share).as_deref(),
        Some("012345678912")
    );
}

#[test]
fn a_damaged_record_is_told_and_hides_no_other() {
    let records: Vec<String> = (0..9)
        .map(|n| EVENT.replace("\"e-1\"", &format!("\"e-{n}\"")))
        .collect();
    for hurt in ["\"eventNa", "}}", "{{", "\"readOnly\"", "\u{1}"] {
        let mut broken = records.clone();
        broken[4] = match hurt {
            // A quote is lost, braces are lost, a brace is too many, a colon is lost, rubbish between members.
            "\"eventNa" => broken[4].replacen("\"eventNa", "eventNa", 1),
            "}}" => broken[4].trim_end_matches('}').to_owned(),
            "{{" => broken[4].replacen(":{", ":{{", 1),
            "\"readOnly\"" => broken[4].replacen("\"readOnly\":", "\"readOnly\"", 1),
            _ => broken[4].replacen(":{", "\u{1}:\u{1}{", 1),
        };
        for text in [
            format!(r#"{{"Records":[{}]}}"#, broken.join(",")),
            format!("[\n{}\n]\n", broken.join(",\n")),
            broken.join("\n"),
        ] {
            let (calls, read) = all(&text);
            let ids: Vec<_> = calls.iter().filter_map(|call| call.text(9)).collect();
            for n in (0..9).filter(|n| *n != 4) {
                assert!(ids.contains(&format!("e-{n}").as_str()), "{hurt}: {ids:?}");
            }
            assert_eq!(read.rows, u64::try_from(calls.len()).unwrap());
            let told = read.wrong.join("; ");
            assert!(
                told.contains("record 5 at byte") || told.contains("line 5"),
                "{hurt}: {told}"
            );
        }
    }
}

#[test]
fn many_damages_cost_no_more_than_a_few() {
    let text = format!("[{}", r#"{"eventVersion":"#.repeat(20_000));
    let (calls, read) = all(&text);
    assert!(calls.is_empty());
    assert!(
        read.wrong.iter().any(|why| why.contains("64 places")),
        "{:?}",
        read.wrong
    );
}

fn event() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("GetObject"),
        Just("ConsoleLogin"),
        Just("ModifySnapshotAttribute"),
        Just("Weird\"Name\\\n{")
    ];
    let odd = prop_oneof![
        Just(Value::Null),
        Just(
            serde_json::json!({"eventName": "inner", "sourceIPAddress": "9.9.9.9", "list": [{"a": "}"}, "x", {"arn": ":"}]})
        ),
        Just(serde_json::json!({"createVolumePermission": {"add": {"items": [{"userId": "12"}]}}})),
        Just(serde_json::json!({"ConsoleLogin": "Failure"})),
        Just(serde_json::json!("i-0abc1234def567890")),
        "[ -~é]{0,80}".prop_map(Value::String),
    ];
    let delivery = prop_oneof![
        Just(serde_json::json!("1.0")),
        Just(serde_json::json!(2.0)),
        Just(Value::Null)
    ];
    let time = prop_oneof![
        Just(serde_json::json!("2026-11-24T03:12:09Z")),
        Just(serde_json::json!("2026-02-30T03:12:09Z")),
        Just(serde_json::json!("2026-01-31T23:59:59.120+01:00")),
        Just(serde_json::json!(1_764_000_000_000u64)),
        Just(Value::Null)
    ];
    let session = prop_oneof![Just("i-0abc1234def567890"), Just("somebody"), Just("")];
    let read_only = prop_oneof![
        Just(serde_json::json!(true)),
        Just(serde_json::json!("false")),
        Just(Value::Null)
    ];
    let category = prop_oneof![9 => Just("Management"), 1 => Just("Insight")];
    (name, odd.clone(), odd, delivery, time, session, read_only, category, any::<[bool; 6]>()).prop_map(
        |(name, request, answer, delivery, time, session, read_only, category, has)| {
            let mut event = serde_json::json!({
                "eventVersion": "1.10",
                "userIdentity": {
                    "type": "AssumedRole",
                    "principalId": format!("AROA:{session}"),
                    "arn": format!("arn:aws:sts::1:assumed-role/web/{session}"),
                    "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::1:role/web"}, "ec2RoleDelivery": delivery},
                },
                "eventTime": time, "eventSource": "s3.amazonaws.com", "eventName": name, "awsRegion": "eu-west-1",
                "sourceIPAddress": "203.0.113.9", "errorCode": "AccessDenied", "requestParameters": request,
                "responseElements": answer, "eventID": "e-1", "readOnly": read_only, "eventCategory": category,
            });
            let members = event.as_object_mut().unwrap();
            let names = ["userIdentity", "eventName", "errorCode", "sourceIPAddress", "eventTime", "eventID"];
            for (name, has) in names.into_iter().zip(has) {
                if !has && name != "eventName" {
                    members.remove(name);
                }
            }
            // The same text whether or not another crate of the build makes JSON keep the order of keys.
            event.sort_all_objects();
            event
        },
    )
}

proptest! {
    #[test]
    fn the_fast_way_reads_what_the_slow_way_reads(events in proptest::collection::vec(event(), 1..12), form in 0u8..5) {
        let text = match form {
            0 => serde_json::json!({ "Records": events }).to_string(),
            1 => serde_json::to_string_pretty(&serde_json::json!({ "Records": events })).unwrap(),
            2 => serde_json::to_string_pretty(&events).unwrap(),
            3 => serde_json::to_string(&events).unwrap(),
            _ => events.iter().map(|event| format!("{event}\n")).collect(),
        };
        let ask = Ask { about: Some("i-0abc1234def567890"), only: None };
        let (fast, slow) = (ways(text.as_bytes(), &ask, true), ways(text.as_bytes(), &ask, false));
        prop_assert_eq!(&fast.0, &slow.0, "{}", text);
        prop_assert_eq!((fast.1.rows, &fast.1.wrong), (slow.1.rows, &slow.1.wrong));
        // Records that are not asked for are counted all the same.
        let asked = Ask { only: ask.about, ..ask };
        let some = ways(text.as_bytes(), &asked, true);
        prop_assert_eq!(some.1.rows, fast.1.rows);
        let mentioned: Vec<_> = fast.0.into_iter().filter(|(call, _)| call.mentioned).collect();
        let of_asked: Vec<_> = some.0.into_iter().filter(|(call, _)| call.mentioned).collect();
        prop_assert_eq!(of_asked, mentioned);
    }

    #[test]
    fn nothing_makes_it_panic(
        picks in proptest::collection::vec(prop_oneof![
            Just("{"), Just("}"), Just("["), Just("]"), Just("\""), Just("\\"), Just(","), Just(":"), Just("\n"),
            Just("{\"Records\":["), Just("{\"eventVersion\":"), Just("\"eventName\":\"x\""), Just("y"), Just("é")
        ], 0..200)
    ) {
        let text = picks.concat();
        for only in [None, Some("x")] {
            let _ = ways(text.as_bytes(), &Ask { about: None, only }, true);
        }
    }
}
