//! Formats of logs beyond lines of text: journald's export, shippers' JSON, utmp; and changes of the guest. Hand-made.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// 2026-11-24T02:00:00Z.
const AT: i64 = 1_795_485_600;
const LOGIN: &str = "Accepted password for root from 203.0.113.9 port 1 ssh2";

fn all(name: &str, bytes: &[u8], near: Option<i64>) -> (Vec<(Option<i64>, Event)>, FileRead) {
    let mut out = Vec::new();
    let read = read(
        &mut Inflater::default(),
        name,
        bytes,
        near,
        &mut |at, event, _| {
            out.extend(event.map(|event| (at, event)));
        },
    );
    (out, read)
}

fn logins(bytes: &[u8], near: Option<i64>) -> Vec<(Option<i64>, String)> {
    all("log", bytes, near)
        .0
        .into_iter()
        .filter_map(|(at, event)| match event {
            Event::Login(login) => Some((at, login.from)),
            Event::Change(_) => None,
        })
        .collect()
}

fn from_x() -> Vec<(Option<i64>, String)> {
    vec![(Some(AT), "203.0.113.9".to_owned())]
}

#[test]
fn times_of_every_dress() {
    for line in [
        format!("2026-11-24T03:00:00+0100 h sshd[1]: {LOGIN}"),
        format!("2026-11-24 02:00:00.5 h sshd[1]: {LOGIN}"),
        format!("Tue 2026-11-24 02:00:00 UTC h sshd[1]: {LOGIN}"),
        format!("1795485600.123456 h sshd[1]: {LOGIN}"),
        format!("Nov 24 02:00:00 2026 h sshd[1]: {LOGIN}"),
        format!("2026-11-24T02:00:01.000Z Nov 24 02:00:00 h sshd[1]: {LOGIN}"),
        format!("2026-11-24T02:00:00.000Z 2026-11-24T02:00:00.000Z h sshd[1]: {LOGIN}"),
        format!("2026-11-24T02:00:00.123456789Z stderr F {LOGIN}"),
        format!("<86>Nov 24 02:00:00 h sshd[1]: {LOGIN}"),
        format!("<38>1 2026-11-24T02:00:00Z h sshd 1 - [a@1 b=\"]\"] \u{feff}{LOGIN}"),
    ] {
        assert_eq!(
            logins(line.as_bytes(), Some(AT + 86_400)),
            from_x(),
            "{line}"
        );
    }
}

#[test]
fn the_year_turns_within_a_log() {
    // Near 2027-01-03.
    let near = Some(1_798_934_400);
    let text = format!(
        "Dec 31 23:59:59 h sshd[1]: {LOGIN}\nJan  1 00:00:01 h sshd[2]: {LOGIN}\nFeb 29 00:00:00 h sshd[3]: {LOGIN}\n"
    );
    let years: Vec<i16> = logins(text.as_bytes(), near)
        .iter()
        .map(|(at, _)| {
            let at = jiff::Timestamp::from_second(at.unwrap()).unwrap();
            jiff::tz::TimeZone::UTC.to_datetime(at).year()
        })
        .collect();
    assert_eq!(years, [2026, 2027, 2024]);
    assert_eq!(logins(text.as_bytes(), None)[0].0, None, "no year is known");
}

#[test]
fn shippers_in_json() {
    let line = format!("Nov 24 02:00:00 h sshd[1]: {LOGIN}");
    let inner = json!({ "log": LOGIN, "ident": "sshd", "pid": "9" }).to_string();
    for value in [
        json!({ "__REALTIME_TIMESTAMP": "1795485600000000", "SYSLOG_IDENTIFIER": "sshd-session", "MESSAGE": LOGIN.as_bytes() }),
        json!({ "__REALTIME_TIMESTAMP": "1795485600000000", "_COMM": "sshd", "MESSAGE": [LOGIN, "x"] }),
        json!({ "@timestamp": "2026-11-24T02:00:00.000Z", "message": line }),
        json!({ "_source": { "@timestamp": "2026-11-24T02:00:00.000Z", "message": LOGIN, "process": { "name": "sshd", "pid": 9 } } }),
        json!({ "@timestamp": "2026-11-24T02:00:00.000Z", "event": { "original": line } }),
        json!({ "date": 1_795_485_600.25, "ident": "sshd", "pid": "9", "message": LOGIN }),
        json!({ "timestamp": "2026-11-24T02:00:00Z", "appname": "sshd", "procid": 9, "message": LOGIN }),
        json!({ "log": format!("{LOGIN}\r\n"), "stream": "stderr", "time": "2026-11-24T02:00:00.1Z" }),
        json!({ "logEvents": [ { "timestamp": 1_795_485_600_000i64, "message": inner } ] }),
        json!({ "events": [ { "timestamp": 1_795_485_600_000i64, "ingestionTime": 1, "message": line } ] }),
    ] {
        let text = value.to_string();
        assert_eq!(logins(text.as_bytes(), None), from_x(), "{text}");
        let twice = format!("{text}\n{text}\n");
        assert_eq!(logins(twice.as_bytes(), None).len(), 2, "{text}");
    }
    let other = json!({ "SYSLOG_IDENTIFIER": "nginx", "MESSAGE": LOGIN });
    assert!(logins(other.to_string().as_bytes(), None).is_empty());
}

/// An entry with its message in the form for bytes with line ends.
fn export(message: &[u8]) -> Vec<u8> {
    let mut out = b"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795485600000000\n_PID=77\nSYSLOG_IDENTIFIER=sshd\nMESSAGE\n".to_vec();
    out.extend(u64::try_from(message.len()).unwrap().to_le_bytes());
    out.extend(message);
    out.extend(b"\n\n");
    out
}

#[test]
fn journald_export_with_fields_of_bytes() {
    let text = format!(
        "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795485600000000\nMESSAGE={LOGIN}\nSYSLOG_IDENTIFIER=sshd\n_PID=77\n"
    );
    assert_eq!(logins(text.as_bytes(), None), from_x());
    let mut both = export(b"first\nMESSAGE=Accepted password for x from 198.51.100.1 port 1 ssh2");
    assert!(
        logins(&both, None).is_empty(),
        "a message cannot begin a field"
    );
    both.extend(export(LOGIN.as_bytes()));
    assert_eq!(logins(&both, None), from_x());
    let whole = all("log", &both, None).1;
    assert_eq!((whole.lines, whole.wrong.len()), (2, 0));
    both.truncate(both.len() - 20);
    let cut = all("log", &both, None).1;
    assert!(
        cut.wrong[0].contains("MESSAGE of entry 2"),
        "{:?}",
        cut.wrong
    );
}

#[test]
fn binary_logs_are_named() {
    for (head, word) in [
        (&b"LPKSHHRH\x00\x00"[..], "journalctl"),
        (b"ElfFile\x00\x00", "JSON or XML"),
        (b"SQLite format 3\x00", "database"),
        (&[0; 100], "binary"),
    ] {
        assert!(all("log", head, None).1.wrong[0].contains(word));
    }
}

/// A record as glibc lays it out on x86-64, or on aarch64.
fn record(long: bool, kind: u8, user: &str, host: &str, ip: &[u8]) -> Vec<u8> {
    let mut out = vec![0; if long { 400 } else { 384 }];
    out[0] = kind;
    out[4] = 77;
    out[8..13].copy_from_slice(b"pts/0");
    out[44..44 + user.len()].copy_from_slice(user.as_bytes());
    out[76..76 + host.len()].copy_from_slice(host.as_bytes());
    let (seconds, address) = if long { (344, 360) } else { (340, 348) };
    out[seconds..seconds + 4].copy_from_slice(&u32::try_from(AT).unwrap().to_le_bytes());
    out[address..address + ip.len()].copy_from_slice(ip);
    out
}

#[test]
fn sessions_of_both_layouts() {
    for long in [false, true] {
        let mut file = record(long, 2, "reboot", "5.10.0", &[]);
        file.extend(record(long, 7, "root", "203.0.113.9", &[203, 0, 113, 9]));
        file.extend(record(long, 7, "me", ":0", &[]));
        file.extend(record(long, 8, "", "", &[]));
        file.extend(record(long, 6, "LOGIN", "", &[]));
        file.extend(record(
            long,
            7,
            "six",
            "",
            &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],
        ));
        let found: Vec<String> = logins(&file, None)
            .into_iter()
            .map(|(_, from)| from)
            .collect();
        assert_eq!(found, ["203.0.113.9", "2001:db8::9"], "long: {long}");
        let (events, read) = all("wtmp", &file, None);
        assert_eq!((read.lines, read.wrong.len()), (6, 0));
        assert!(
            matches!(&events[0], (Some(AT), Event::Login(login)) if login.what == What::Session { record: WTMP })
        );
        file.extend([7, 0, 0]);
        let wrong = all("wtmp", &file, None).1.wrong;
        assert!(wrong[0].starts_with("3 bytes after record 6"), "{wrong:?}");
    }
}

#[test]
fn btmp_holds_failures_by_its_name() {
    let file = [6, 7].map(|kind| record(false, kind, "root", "203.0.113.9", &[203, 0, 113, 9]));
    for (name, what) in [
        ("x/btmp-20261101", What::Recorded),
        ("wtmp", What::Session { record: WTMP }),
    ] {
        let events = all(name, &file.concat(), None).0;
        let all = events
            .iter()
            .all(|(_, event)| matches!(event, Event::Login(login) if login.what == what));
        assert!(all && !events.is_empty(), "{name}");
    }
}

#[test]
fn what_changes_in_the_guest() {
    let say = |lines: &str| -> Vec<String> {
        let text: String = lines
            .lines()
            .map(|line| format!("Nov 24 02:00:00 h {line}\n"))
            .collect();
        let found = all("log", text.as_bytes(), Some(AT)).0;
        found
            .into_iter()
            .filter_map(|(_, event)| match event {
                Event::Change(c) => Some(format!(
                    "{} {} by {}",
                    c.kind,
                    c.about,
                    c.by.unwrap_or_default()
                )),
                Event::Login(_) => None,
            })
            .collect()
    };
    for (line, wanted) in [
        (
            "useradd[5]: new user: name=eve, UID=1001, GID=1001, home=/home/eve, shell=/bin/bash, from=/dev/pts/1",
            "user_added eve by ",
        ),
        (
            "useradd[5]: new user: name=toor, UID=0, GID=0, home=/root, shell=/bin/sh",
            "user_added toor by ",
        ),
        (
            "useradd[5]: add 'eve' to group 'sudo'",
            "group_changed eve → sudo by ",
        ),
        (
            "usermod[5]: add 'eve' to group 'wheel'",
            "group_changed eve → wheel by ",
        ),
        (
            "gpasswd[5]: user eve added by root to group docker",
            "group_changed eve → docker by ",
        ),
        (
            "groupadd[5]: new group: name=team, GID=1005",
            "group_changed team by ",
        ),
        (
            "usermod[5]: change user 'www-data' shell from '/usr/sbin/nologin' to '/bin/bash'",
            "user_enabled www-data by ",
        ),
        (
            "passwd[5]: pam_unix(passwd:chauthtok): password changed for root",
            "password_changed root by ",
        ),
        (
            "passwd[5]: password for 'eve' changed by 'bob'",
            "password_changed eve by bob",
        ),
        (
            "sudo:   bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/bash",
            "became_root root by bob",
        ),
        (
            "sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/tee -a /root/.ssh/authorized_keys",
            "key_added root by bob",
        ),
        (
            "sudo: bob : PWD=/ ; USER=root ; COMMAND=/usr/bin/systemctl enable x.service",
            "service_installed root by bob",
        ),
        (
            "sudo: bob : PWD=/ ; USER=root ; COMMAND=/usr/bin/crontab -e",
            "task_created root by bob",
        ),
        (
            "sudo: bob : PWD=/ ; USER=root ; COMMAND=/usr/bin/rm -f /var/log/auth.log",
            "log_cleared root by bob",
        ),
        ("su[5]: (to root) bob on pts/0", "became_root root by bob"),
        (
            "su: pam_unix(su-l:session): session opened for user root(uid=0) by bob(uid=1000)",
            "became_root root by bob",
        ),
        (
            "crontab[5]: (root) REPLACE (www-data)",
            "task_created www-data by ",
        ),
        (
            "cron[5]: (*system*x) RELOAD (/etc/cron.d/x)",
            "task_created /etc/cron.d/x by ",
        ),
    ] {
        assert_eq!(say(line), [wanted], "{line}");
    }
    for line in [
        "useradd[5]: new user: name=_chrony, UID=112, GID=119, home=/var/lib/chrony, shell=/usr/sbin/nologin",
        "groupadd[5]: new group: name=docker, GID=998",
        "usermod[5]: add 'eve' to group 'games'",
        "sudo: bob : command not allowed ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/bash",
        "sudo: pam_unix(sudo:auth): authentication failure; logname=bob uid=1000 COMMAND=x",
        "su: pam_unix(su:session): session opened for user postgres by (uid=0)",
        "nginx: useradd[5]: new user: name=eve, UID=1001",
        "CRON[5]: pam_unix(cron:session): session opened for user root by (uid=0)",
    ] {
        assert!(say(line).is_empty(), "{line}: {:?}", say(line));
    }
    // What sudo began is the doing of who called it.
    assert_eq!(
        say(
            "sudo: bob : PWD=/ ; USER=root ; COMMAND=/usr/sbin/useradd eve\nuseradd[5]: new user: name=eve, UID=1001, shell=/bin/sh"
        ),
        ["became_root root by bob", "user_added eve by bob"]
    );
}

#[test]
fn a_key_counts_as_failure_when_none_fits() {
    let key = "Failed publickey for git from 203.0.113.9 port 5 ssh2: RSA SHA256:x";
    let of =
        |process: u32, message: &str| format!("Nov 24 02:00:00 h sshd[{process}]: {message}\n");
    let closed = of(1, "Connection closed by 203.0.113.9 port 5 [preauth]");
    let tries = of(1, key) + &of(1, key);
    let given_up = logins((tries.clone() + &closed).as_bytes(), Some(AT));
    assert_eq!(given_up.len(), 1);
    let taken = "Accepted publickey for git from 203.0.113.9 port 5 ssh2: RSA SHA256:y";
    let in_the_end = all(
        "log",
        (tries.clone() + &of(1, taken) + &closed).as_bytes(),
        Some(AT),
    )
    .0;
    assert!(
        matches!(&in_the_end[..], [(_, Event::Login(login))] if matches!(login.what, What::Accepted { .. }))
    );
    assert!(
        logins(
            (tries + &closed.replace("sshd[1]", "sshd[2]")).as_bytes(),
            Some(AT)
        )
        .is_empty()
    );
}

#[test]
fn a_line_that_syslog_folded_counts_as_often() {
    let failed = "Nov 24 02:00:00 h sshd[1]: Failed password for root from 203.0.113.9 port 1 ssh2";
    let folded = "Nov 24 02:00:30 h last message repeated 5 times";
    let times = |text: &str| -> u64 {
        let found = all("log", text.as_bytes(), Some(AT)).0;
        let of = |event: Event| match event {
            Event::Login(login) => login.times,
            Event::Change(_) => 0,
        };
        found.into_iter().map(|(_, event)| of(event)).sum()
    };
    assert_eq!(times(&format!("{failed}\n{folded}\n")), 6);
    assert_eq!(
        times(&format!(
            "{failed}\nNov 24 02:00:01 h cron[1]: x\n{folded}\n"
        )),
        1
    );
}

proptest! {
    #[test]
    fn no_bytes_break_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..900), kind in 0usize..6) {
        let mut file = match kind {
            0 => export(LOGIN.as_bytes()),
            1 => record(false, 7, "root", "h", &[1]),
            2 => record(true, 7, "root", "h", &[1]),
            3 => b"<Event><System><EventID>4624".to_vec(),
            4 => b"{\"winlog\":{\"event_id\":1,\"event_data\":".to_vec(),
            _ => format!("Nov 24 02:00:00 h sshd[1]: {LOGIN}\nNov 24 02:00:00 h sudo: ").into_bytes(),
        };
        file.extend(&bytes);
        let (events, _) = all("log", &file, Some(AT));
        prop_assert!(events.len() <= file.len() / 8 + 1);
    }

    #[test]
    fn a_user_of_any_words_is_no_address(user in "[a-z0-9. :]{0,20}( from [0-9.]{7,15}( port [0-9]{1,3})?( ssh2)?)?[a-z :]{0,9}") {
        let line = format!("Nov 24 02:00:00 h sshd[1]: Failed password for invalid user {user} from 203.0.113.9 port 5 ssh2\n");
        for (_, from) in logins(line.as_bytes(), Some(AT)) {
            // What follows a colon may be what sshd knows of a key: there no reader can tell.
            prop_assert!(from == "203.0.113.9" || user.contains(':'), "{from} of {user}");
        }
    }
}
