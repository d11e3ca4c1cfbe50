//! `rebato harden` on what is at hand of an operating system, and inside of a simulated one.

use rebato_lab::Scenario;

use crate::place::{Account, Place, in_each_language, snapshot};

const CONFIG: &str = "Include /etc/ssh/sshd_config.d/*.conf
PermitRootLogin yes
MaxAuthTries 4
ClientAliveInterval 5m
Ciphers +aes128-cbc
AllowGroups ssh-users
LogLevel VERBOSE
Frobnicate yes
Match User deploy Address 10.0.0.0/8
    PasswordAuthentication yes
";
const DROP_IN: &str = "PasswordAuthentication no
KbdInteractiveAuthentication no
";

#[test]
fn a_configuration_of_sshd_is_judged_without_a_machine() {
    in_each_language(sshd);
}

fn sshd() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("ssh/sshd_config.d")).unwrap();
    place.write("ssh/sshd_config", CONFIG);
    place.write("ssh/sshd_config.d/50-cloud.conf", DROP_IN);
    let base = ["harden", "--sshd-config", "ssh"];
    let all = [
        place.run(&base),
        place.run(&["harden", "--sshd-config", "ssh/sshd_config"]),
        place.run(&["harden", "--guest-facts", "ssh/sshd_config"]),
    ];
    for (ran, code) in all.iter().zip([0, 0, 1]) {
        ran.code(code);
    }
    snapshot("harden_sshd", &all.map(|r| r.transcript()).join("\n"));
    let document = place
        .run(&[&base as &[&str], &["--output", "json"]].concat())
        .document();
    let checks = document["checks"].as_array().unwrap();
    let of = |name: &str| checks.iter().find(|c| c["check"] == name).unwrap();
    assert_eq!(of("sshd-root-login")["status"], "fail");
    assert_eq!(
        of("sshd-root-login")["evidence"][0],
        "ssh/sshd_config:2 permitrootlogin=yes"
    );
    assert_eq!(of("sshd-passwords")["status"], "pass");
    assert_eq!(of("sshd-match")["status"], "fail");
    assert_eq!(of("uid0-users")["why"], "not-asked");
    assert!(!place.state().exists(), "files alone open no case");
}

#[test]
fn the_script_is_printed_and_what_it_prints_is_read() {
    let place = Place::new();
    let script = place.run(&["harden", "--print-probe", "linux"]);
    script.code(0);
    assert!(script.out.starts_with("#!/bin/sh\n"));
    let windows = place.run(&["harden", "--print-probe", "windows"]);
    assert!(windows.out.contains("'@@rebato 1 windows'"));
    place.write(
        "facts",
        "@@rebato 1 linux\n@@begin uid0\n|root\n|toor\n@@end uid0 ok\n",
    );
    let ran = place.run(&[
        "harden",
        "i-0a1b2c3d4e5f60718",
        "--guest-facts",
        "facts",
        "--offline",
    ]);
    ran.code(0);
    assert!(ran.out.contains("toor"), "{}", ran.out);
}

#[test]
fn a_look_inside_is_written_down_and_its_answer_kept() {
    let mut scenario = Scenario::load("attempt").unwrap();
    scenario.target.guest.scanned_days_ago = Some(2);
    let account = Account::of(scenario);
    let place = Place::beside(&account);
    place.write("alert.json", account.alert());
    place.run(&["respond", "alert.json"]);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap();
    let sent = || {
        let calls = account.lab.calls();
        calls
            .iter()
            .filter(|c| c.operation == "SendCommand")
            .count()
    };
    place.run(&["harden", id]).code(0);
    assert_eq!(sent(), 0, "nobody gave leave");
    let ran = place.run(&["harden", id, "--guest"]);
    ran.code(0);
    assert_eq!(sent(), 1);
    assert!(ran.out.contains("systemd-help"), "{}", ran.out);
    // Who looks again without leave sees what was found, and when.
    let later = place.run(&["harden", id]);
    assert_eq!(sent(), 1);
    for (text, said) in [
        (&later.code(0).out, "was seen there on"),
        (&place.run(&["report", id]).out, "was seen there on"),
        (
            &place.run(&["harden", id, "--lang", "es"]).out,
            "se vio en él",
        ),
    ] {
        assert!(text.contains("systemd-help"), "{text}");
        assert!(text.contains(said), "{text}");
    }
    // A fix rests on what is so now, or on files that somebody brings.
    let stale = place.run(&["harden", id, "--fix", "sshd-passwords"]);
    assert!(stale.code(0).talk.contains("--guest"), "{}", stale.talk);
    place.write("facts", "@@rebato 1 linux\n@@done\n");
    let facts = ["--guest-facts", "facts"];
    let given = [&["harden", id, "--fix", "sshd-passwords"][..], &facts].concat();
    let given = place.run(&given);
    assert!(
        given.code(0).talk.contains("the answer does not say"),
        "{}",
        given.talk
    );
    let journal = place.run(&["case", "export", id]).out;
    let at = |event: &str| journal.find(event).unwrap_or_else(|| panic!("{event}"));
    assert!(at("guest_asked") < at("guest_answered"));
    assert!(journal.contains("guest_output"));
    place.run(&["case", "verify", id]).code(0);
}
