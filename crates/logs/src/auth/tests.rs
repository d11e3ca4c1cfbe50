//! Lines of every dress, and names that try to pass for addresses.

use super::*;

fn say(line: &str) -> String {
    let mut out = String::new();
    read(
        &mut Inflater::default(),
        "log",
        line.as_bytes(),
        Some(1_110_000_000),
        &mut |at, event, _| {
            let login = match event {
                Some(Event::Login(l)) => format!("{:?} {} {} x{}", l.what, l.user, l.from, l.times),
                Some(Event::Change(c)) => format!("{c:?}"),
                None if out.is_empty() => "-".to_owned(),
                None => return,
            };
            out = format!(
                "{} {login}",
                at.map_or("-".into(), |at| jiff::Timestamp::from_second(at)
                    .unwrap()
                    .to_string())
            );
        },
    );
    out
}

#[test]
fn the_forms_of_sshd_and_pam() {
    for (line, wanted) in [
        (
            "Feb 25 14:34:10 belka sshd[31602]: Failed password for root from 203.0.113.9 port 50273 ssh2",
            "2005-02-25T14:34:10Z Failed { invalid: false } root 203.0.113.9 x1",
        ),
        (
            "Dec 25 14:34:10 belka sshd-session[3]: Failed password for invalid user a b from 2001:db8::9 port 5 ssh2 [preauth]",
            "2004-12-25T14:34:10Z Failed { invalid: true } a b 2001:db8::9 x1",
        ),
        (
            "Feb  5 14:34:10 h sshd[1]: message repeated 5 times: [ Failed password for root from 203.0.113.9 port 22 ssh2]",
            "2005-02-05T14:34:10Z Failed { invalid: false } root 203.0.113.9 x5",
        ),
        (
            "2023-11-14T00:20:42.738197+01:00 h sshd[1112652]: Accepted publickey for git from 203.0.113.9 port 5 ssh2: RSA SHA256:x",
            "2023-11-13T23:20:42Z Accepted { method: \"publickey\" } git 203.0.113.9 x1",
        ),
        (
            "<38>1 2023-11-14T00:20:42Z h sshd 99 - - Accepted password for git from ::ffff:203.0.113.9 port 5 ssh2",
            "2023-11-14T00:20:42Z Accepted { method: \"password\" } git 203.0.113.9 x1",
        ),
        (
            "Nov  2 15:40:14 w sshd[2]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root",
            "2004-11-02T15:40:14Z PamFailed root 203.0.113.9 x1",
        ),
        (
            "Nov  2 15:40:14 w sshd(pam_unix)[2]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser=rhost=9.9.9.9 rhost=host.example.com ",
            "2004-11-02T15:40:14Z PamFailed  host.example.com x1",
        ),
        (
            "Nov  2 15:40:14 w sshd[2]: PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9",
            "2004-11-02T15:40:14Z PamFailed  203.0.113.9 x2",
        ),
        (
            "Mar 29 05:59:23 d sshd[20878]: [ID 800047 auth.info] Failed keyboard-interactive for <invalid username> from 203.0.113.9 port 42742 ssh2",
            "2004-03-29T05:59:23Z Failed { invalid: true } <invalid username> 203.0.113.9 x1",
        ),
        (
            "Jun 25 23:53:34 [sshd] User root from 203.0.113.9 not allowed because not listed in AllowUsers",
            "2004-06-25T23:53:34Z Refused root 203.0.113.9 x1",
        ),
        (
            "Jul 20 14:42:11 l sshd[22708]: Invalid user  from 203.0.113.9",
            "2004-07-20T14:42:11Z InvalidUser  203.0.113.9 x1",
        ),
        (
            "Apr 29 17:16:20 j sshd[62312]: error: PAM: authentication error for james from example.com via 192.168.1.201",
            "2004-04-29T17:16:20Z PamFailed james example.com x1",
        ),
        (
            "srv sshd[20878]: kernel:[  970.699396]: Failed keyboard-interactive for <invalid username> from 203.0.113.9 port 42742 ssh2",
            "- Failed { invalid: true } <invalid username> 203.0.113.9 x1",
        ),
        (
            "srv sshd[20880]: kernel: [12970.699398] Failed password for user admin from 2001:db8::1 port 42746 ssh2",
            "- Failed { invalid: false } user admin 2001:db8::1 x1",
        ),
    ] {
        assert_eq!(say(line), wanted, "{line}");
    }
}

/// Anybody who may log writes such lines.
#[test]
fn hours_that_no_clock_shows_are_no_time_and_no_panic() {
    let login = "h sshd[1]: Failed password for root from 203.0.113.9 port 1 ssh2";
    for clock in [
        "02:70:00", "25:00:00", "-1:00:00", "02:00:-1", "02:-9:00", "99:99:99", "127:0:0",
    ] {
        for day in ["Nov 24", "Nov 24 2004"] {
            let said = say(&format!("{day} {clock} {login}"));
            assert!(said.starts_with("- "), "{day} {clock}: {said}");
        }
    }
    assert!(say(&format!("Nov 24 2004 02:00:60 {login}")).starts_with("2004-11-24T02:00:59Z"));
}

/// So are these.
#[test]
fn numbers_of_any_size_are_no_panic() {
    let huge = u64::MAX;
    let pam = "authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root";
    assert!(
        say(&format!(
            "Nov 24 02:00:00 h sshd[1]: message repeated {huge} times: [ PAM {huge} more {pam}]"
        ))
        .contains("x1844")
    );
    for line in [
        format!("type=USER_LOGIN msg=audit(-{huge}.1:1): res=success"),
        format!("type=USER_LOGIN msg=audit({huge}.1:1): res=success"),
        format!(r#"{{"timestamp":{huge},"message":"x"}}"#),
        format!(r#"{{"timestamp":-{huge},"message":"x"}}"#),
        r#"{"timestamp":1e300,"message":"x"}"#.to_owned(),
    ] {
        assert_eq!(say(&line), "- -", "{line}");
    }
}

#[test]
fn what_is_no_login_is_none() {
    for line in [
        "Feb 25 14:34:10 belka sshd[1]: Failed publickey for git from 203.0.113.9 port 1 ssh2: RSA aa",
        "Feb 25 14:34:10 belka sshd[1]: Failed none for git from 203.0.113.9 port 1 ssh2",
        "Feb 25 14:34:10 belka sudo: x : command not allowed ; COMMAND=sshd[1]: Accepted password for root from 203.0.113.9 port 1 ssh2",
        "Feb 25 14:34:10 belka kernel: sshd[1]: Accepted password for root from 203.0.113.9 port 1 ssh2",
        "Feb 25 14:34:10 belka sshd[1]: Connection from 203.0.113.9 port 1",
        "Feb 25 14:34:10 belka sshd[1]: Disconnected from user Accepted password for root from 203.0.113.9 port 1 ssh2",
    ] {
        assert!(say(line).ends_with(" -"), "{line}: {}", say(line));
    }
}

#[test]
fn a_name_cannot_pass_for_an_address() {
    let at = "Nov 11 08:04:52 r sshd[2737]: ";
    for (message, from) in [
        (
            "Failed password for invalid user from 10.10.1.1 from 203.0.113.9 port 58946 ssh2",
            "203.0.113.9",
        ),
        (
            "Failed password for invalid user test from 10.10.1.2 port 55555 ssh2 from 203.0.113.9 port 58946 ssh2",
            "203.0.113.9",
        ),
        (
            "Invalid user a b from 10.10.1.2: x from 203.0.113.9 port 1",
            "203.0.113.9",
        ),
        (
            "Invalid user a b from 10.10.1.2 from 203.0.113.9 port 1",
            "203.0.113.9",
        ),
        (
            "Failed password for user from 203.0.113.9 port 20000 ssh1: ruser from 1.2.3.4",
            "203.0.113.9",
        ),
        (
            "Failed hostbased for dan from 203.0.113.9 port 45785 ssh2: RSA 8c, client user \"dan\", client host \"x from 1.2.3.4\"",
            "203.0.113.9",
        ),
        (
            "Accepted publickey for dan from 203.0.113.9 port 45785 ssh2: RSA-CERT ID x from 1.2.3.4 port 5 ssh2 (serial 0)",
            "203.0.113.9",
        ),
    ] {
        assert!(
            say(&format!("{at}{message}")).contains(&format!(" {from} x1")),
            "{message}: {}",
            say(&format!("{at}{message}"))
        );
    }
    assert!(say(&format!("{at}Failed password for invalid user Accepted password for root from 203.0.113.9 port 1 ssh2")).contains("Failed"));
}

#[test]
fn journald_and_shippers_in_json() {
    assert_eq!(
        say(
            r#"{"__REALTIME_TIMESTAMP":"1700000000000000","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"Accepted password for a from 203.0.113.9 port 1 ssh2"}"#
        ),
        "2023-11-14T22:13:20Z Accepted { method: \"password\" } a 203.0.113.9 x1"
    );
    assert!(say(r#"{"__REALTIME_TIMESTAMP":"1700000000000000","SYSLOG_IDENTIFIER":"sudo","MESSAGE":"Accepted password for a from 203.0.113.9 port 1 ssh2"}"#).ends_with(" -"));
    assert_eq!(
        say(
            r#"{"timestamp":1108999999000,"message":"Feb 25 14:34:10 belka sshd[1]: Invalid user a from 203.0.113.9 port 1"}"#
        ),
        "2005-02-25T14:34:10Z InvalidUser a 203.0.113.9 x1"
    );
}
