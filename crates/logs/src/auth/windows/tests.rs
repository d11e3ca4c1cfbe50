//! The shapes of exporters, and what is no login from elsewhere.

use serde_json::{Value, json};

use crate::auth::{Event, What};

fn told(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    crate::auth::read(
        &mut crate::Inflater::default(),
        "log",
        text.as_bytes(),
        None,
        &mut |at, event, _| {
            let at = at.map_or("-".into(), |at| {
                jiff::Timestamp::from_second(at).unwrap().to_string()
            });
            match event {
                Some(Event::Login(l)) => out.push(match l.what {
                    What::Accepted { method } => {
                        format!("{at} accepted {method} {} {}", l.user, l.from)
                    }
                    other => format!("{at} {other:?} {} {}", l.user, l.from),
                }),
                Some(Event::Change(c)) => {
                    let by = c.by.unwrap_or_default();
                    out.push(format!("{at} {} {} by {by} {}", c.kind, c.about, c.detail));
                }
                None => {}
            }
        },
    );
    out
}

const AT: &str = "2026-11-24T02:00:00.1234567Z";

fn logon(kind: &str, user: &str, ip: &str) -> Value {
    json!({ "TargetUserName": user, "TargetUserSid": "S-1-5-21-1-2-3-500", "LogonType": kind, "IpAddress": ip, "IpPort": "0" })
}

fn evtx(id: u64, channel: &str, data: &Value) -> String {
    json!({ "Event": { "#attributes": { "xmlns": "x" }, "System": {
        "Provider": { "#attributes": { "Name": "x" } }, "EventID": { "#attributes": { "Qualifiers": 1 }, "#text": id },
        "TimeCreated": { "#attributes": { "SystemTime": AT } }, "Channel": channel }, "EventData": data } })
    .to_string()
}

#[test]
fn one_logon_in_every_shape() {
    let data = logon("10", "Administrator", "203.0.113.9");
    let xml = r#"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{1}'/><EventID>4624</EventID><TimeCreated SystemTime='2026-11-24T02:00:00.1234567Z'/><Channel>Security</Channel></System><EventData><Data Name='TargetUserName'>Administrator</Data><Data Name='LogonType'>10</Data><Data Name='IpAddress'>203.0.113.9</Data></EventData></Event>"#;
    let mut flat = data.clone();
    flat["EventID"] = 4624.into();
    flat["Channel"] = "Security".into();
    flat["EventTime"] = "2026-11-24 02:00:00".into();
    let properties: Vec<Value> = (0..21)
        .map(|n| match n {
            4 => json!({ "Value": { "BinaryLength": 28, "Value": "S-1-5-21-1-2-3-500" } }),
            5 => json!({ "Value": "Administrator" }),
            8 => json!({ "Value": 10 }),
            18 => json!({ "Value": "203.0.113.9" }),
            _ => json!({ "Value": "-" }),
        })
        .collect();
    let shapes = [
        json!({ "@timestamp": AT, "winlog": { "event_id": "4624", "channel": "Security", "event_data": data } }).to_string(),
        evtx(4624, "Security", &data),
        json!({ "Event": { "System": { "EventID": "4624", "TimeCreated": { "@SystemTime": AT }, "Channel": "Security" },
            "EventData": { "Data": [ { "@Name": "TargetUserName", "#text": "Administrator" }, { "@Name": "LogonType", "#text": "10" },
                { "@Name": "IpAddress", "#text": "203.0.113.9" } ] } } }).to_string(),
        flat.to_string(),
        json!([{ "Id": 4624, "LogName": "Security", "TimeCreated": "/Date(1795485600123)/", "Message": "Se inició sesión", "Properties": properties }]).to_string(),
        json!({ "logEvents": [ { "id": "1", "timestamp": 1_795_485_600_123i64, "message": xml } ] }).to_string(),
        xml.to_owned(),
        format!("<?xml version='1.0'?><Events>{xml}</Events>"),
    ];
    for shape in shapes {
        assert_eq!(
            told(&shape),
            ["2026-11-24T02:00:00Z accepted rdp Administrator 203.0.113.9"],
            "{shape}"
        );
        let wide: Vec<u8> = std::iter::once(0xfeff)
            .chain(shape.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut found = 0;
        crate::auth::read(
            &mut crate::Inflater::default(),
            "log",
            &wide,
            None,
            &mut |_, event, _| {
                found += u8::from(event.is_some());
            },
        );
        assert_eq!(found, 1, "{shape}");
    }
}

#[test]
fn who_comes_from_nowhere_or_is_nobody_did_not_get_in() {
    for (kind, user, ip) in [
        ("2", "a", "203.0.113.9"),
        ("5", "a", "203.0.113.9"),
        ("3", "WEB$", "203.0.113.9"),
        ("3", "ANONYMOUS LOGON", "203.0.113.9"),
        ("3", "a", "-"),
        ("10", "a", "::1"),
        ("10", "a", "127.0.0.1"),
        ("10", "a", "LOCAL"),
    ] {
        let said = told(&evtx(4624, "Security", &logon(kind, user, ip)));
        assert!(said.is_empty(), "{kind} {user} {ip}: {said:?}");
    }
    assert_eq!(
        told(&evtx(
            4624,
            "Security",
            &logon("3", "a", "::ffff:203.0.113.9")
        )),
        ["2026-11-24T02:00:00Z accepted network a 203.0.113.9"]
    );
}

#[test]
fn failures_and_changes() {
    let mut data = logon("3", "bob", "203.0.113.9");
    data["SubStatus"] = "0xC0000064".into();
    assert_eq!(
        told(&evtx(4625, "Security", &data)),
        ["2026-11-24T02:00:00Z Failed { invalid: true } bob 203.0.113.9"]
    );
    let by = json!({ "SubjectUserName": "eve", "SubjectUserSid": "S-1-5-21-1" });
    let with = |more: Value| {
        let mut data = by.clone();
        data.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        data
    };
    for (id, channel, data, wanted) in [
        (
            4720,
            "Security",
            with(json!({ "TargetUserName": "x" })),
            "user_added x by eve 4720",
        ),
        (
            4722,
            "Security",
            with(json!({ "TargetUserName": "x" })),
            "user_enabled x by eve 4722",
        ),
        (
            4724,
            "Security",
            with(json!({ "TargetUserName": "x" })),
            "password_changed x by eve 4724",
        ),
        (
            4732,
            "Security",
            with(
                json!({ "TargetUserName": "Administrators", "MemberName": "-", "MemberSid": "S-1-5-21-7" }),
            ),
            "group_changed S-1-5-21-7 → Administrators by eve 4732",
        ),
        (
            4697,
            "Security",
            with(json!({ "ServiceName": "s", "ServiceFileName": "c:\\s.exe" })),
            "service_installed s by eve c:\\s.exe",
        ),
        (
            7045,
            "System",
            json!({ "ServiceName": "s", "ImagePath": "c:\\s.exe" }),
            "service_installed s by  c:\\s.exe",
        ),
        (
            4698,
            "Security",
            with(
                json!({ "TaskName": "\\t", "TaskContent": "<Task><Command>cmd</Command></Task>" }),
            ),
            "task_created \\t by eve cmd",
        ),
        (
            1102,
            "Security",
            by.clone(),
            "log_cleared Security by eve 1102",
        ),
        (
            104,
            "System",
            with(json!({ "Channel": "Application" })),
            "log_cleared Application by eve 104",
        ),
        (4672, "Security", by.clone(), "became_root eve by eve 4672"),
    ] {
        assert_eq!(
            told(&evtx(id, channel, &data)),
            [format!("2026-11-24T02:00:00Z {wanted}")],
            "{id}"
        );
    }
    let system = json!({ "SubjectUserName": "SYSTEM", "SubjectUserSid": "S-1-5-18" });
    assert!(told(&evtx(4672, "Security", &system)).is_empty());
    let cleared = json!({ "Event": { "System": { "EventID": 1102, "Channel": "Security", "TimeCreated": { "#attributes": { "SystemTime": AT } } },
        "UserData": { "LogFileCleared": { "SubjectUserName": "eve" } } } });
    assert_eq!(
        told(&cleared.to_string()),
        ["2026-11-24T02:00:00Z log_cleared Security by eve 1102"]
    );
}

#[test]
fn openssh_of_windows_in_its_channel_and_in_its_file() {
    let data = json!({ "process": "sshd", "payload": "Accepted password for eve from 203.0.113.9 port 50000 ssh2" });
    let wanted = ["2026-11-24T02:00:00Z accepted password eve 203.0.113.9"];
    assert_eq!(told(&evtx(4, "OpenSSH/Operational", &data)), wanted);
    assert_eq!(
        told(
            "4712 2026-11-24 02:00:00.123 Accepted password for eve from 203.0.113.9 port 50000 ssh2\n"
        ),
        wanted
    );
}
