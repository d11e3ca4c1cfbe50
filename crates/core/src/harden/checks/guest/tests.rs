//! Each check of the operating system on a weak guest, on a hardened one, and on one that was seen in part.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::harden::guest::{Guest, LINUX_PROBE, Part, WINDOWS_PROBE, of_sshd, read};
use crate::harden::sshd::read_either;
use crate::harden::{CheckResult, PatchState, Posture, Status, check};
use crate::identify::{Finding, Subject};
use crate::monitor::fixture;

/// Sections as the scripts print them.
fn output(system: &str, sections: &[(&str, &str)]) -> String {
    let mut out = format!("@@rebato 1 {system}\n");
    for (name, lines) in sections {
        out.push_str(&format!("@@begin {name}\n"));
        for line in lines.lines() {
            out.push_str(&format!("|{line}\n"));
        }
        out.push_str(&format!("@@end {name} ok\n"));
    }
    out.push_str("@@done\n");
    out
}

/// What `sshd -T` prints, with these settings instead.
fn dump(changes: &[(&str, &str)]) -> String {
    let mut values = crate::harden::sshd::defaults();
    for (name, value) in changes {
        values.insert((*name).into(), (*value).into());
    }
    values
        .iter()
        .map(|(name, value)| format!("{name} {value}\n"))
        .collect()
}

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

pub(in crate::harden::checks) fn weak_linux() -> String {
    let sshd = dump(&[
        ("permitrootlogin", "yes"),
        ("permitemptypasswords", "yes"),
        ("x11forwarding", "yes"),
        ("hostbasedauthentication", "yes"),
        ("permituserenvironment", "yes"),
        ("loglevel", "QUIET"),
        ("ciphers", "aes128-cbc"),
        ("kexalgorithms", "diffie-hellman-group1-sha1"),
    ]);
    let files = format!(
        "=666 root /etc/ssh/sshd_config\n{}>Match User deploy\n>PasswordAuthentication yes\n",
        sshd.lines()
            .map(|line| format!(">{line}\n"))
            .collect::<String>()
    );
    let after = fixture::finding().first_seen.unwrap().as_second() + 60;
    let keys = format!("=root 600 {after} /root/.ssh/authorized_keys\n>{KEY} x@y\n");
    output(
        "linux",
        &[
            ("os", "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\""),
            ("sshd-t", &sshd),
            ("sshd-t-root", &sshd),
            ("sshd-files", &files),
            ("uid0", "root\ntoor"),
            ("no-password", "guest"),
            ("sudoers", "/etc/sudoers.d/x: deploy ALL=(ALL) NOPASSWD:ALL"),
            ("keys", &keys),
            ("reboot", "reboot-required"),
            ("time", "chrony=inactive\nNTPSynchronized=no"),
            (
                "logs",
                "auditd=inactive\nrsyslog=active\nrsyslog-remote=no\nvector=inactive",
            ),
            ("agent", "amazon-ssm-agent=inactive"),
        ],
    )
}

pub(in crate::harden::checks) fn hardened_linux() -> String {
    let sshd = dump(&[
        ("permitrootlogin", "no"),
        ("passwordauthentication", "no"),
        ("kbdinteractiveauthentication", "no"),
        ("maxauthtries", "3"),
        ("logingracetime", "60"),
        ("clientaliveinterval", "300"),
        ("macs", "hmac-sha2-512-etm@openssh.com"),
        ("allowgroups", "ssh-users"),
    ]);
    let files = "=600 root /etc/ssh/sshd_config\n>Include /etc/ssh/sshd_config.d/*.conf\n>PermitRootLogin no\n+/etc/ssh/sshd_config.d\n";
    let before = fixture::finding().first_seen.unwrap().as_second() - 86_400;
    let keys = format!(
        "=root 600 {before} /root/.ssh/authorized_keys\n>command=\"echo no\" {KEY}\n=ubuntu 600 {before} /home/ubuntu/.ssh/authorized_keys\n>{KEY} a@b\n"
    );
    output(
        "linux",
        &[
            ("sshd-t", &sshd),
            ("sshd-t-root", &sshd),
            ("sshd-files", files),
            ("uid0", "root"),
            ("no-password", ""),
            ("sudoers", ""),
            ("keys", &keys),
            ("reboot", ""),
            ("time", "chrony=active\nNTPSynchronized=yes"),
            ("logs", "auditd=active\namazon-cloudwatch-agent=active"),
            ("agent", "snap.amazon-ssm-agent.amazon-ssm-agent=active"),
        ],
    )
}

pub(in crate::harden::checks) fn windows(weak: bool) -> String {
    let pick = |bad, good| if weak { bad } else { good };
    let today = fixture::subject().read_at.to_string();
    let today = today.get(..10).unwrap();
    output(
        "windows",
        &[
            (
                "patches",
                &format!("KB1 {}\nKB0 1970-01-01", pick("1970-02-01", today)),
            ),
            ("reboot", pick("windows-update", "")),
            ("rdp", pick("deny=0\nnla=0", "deny=0\nnla=1")),
            (
                "administrators",
                pick(
                    "S-1-5-21-1-2-3-500 User H\\Administrator\nS-1-5-21-1-2-3-1004 User H\\support",
                    "S-1-5-21-1-2-3-500 User H\\Administrator",
                ),
            ),
            (
                "firewall",
                pick("Domain=True\nPublic=False", "Domain=True\nPublic=True"),
            ),
            ("time", pick("w32time=stopped", "w32time=running\ntype=NTP")),
            (
                "logs",
                pick(
                    "EventLog=running\nAmazonCloudWatchAgent=absent\nforwarding=no",
                    "EventLog=running\nforwarding=yes",
                ),
            ),
            (
                "agent",
                pick("AmazonSSMAgent=stopped", "AmazonSSMAgent=running"),
            ),
        ],
    )
}

fn judged(guest: Option<Guest>, patches: Option<PatchState>) -> BTreeMap<String, CheckResult> {
    let posture = Posture {
        guest,
        patches: patches.map(Some),
        ..Posture::default()
    };
    let subject = Subject {
        platform: Some("linux".into()),
        ..fixture::subject()
    };
    check(&subject, &posture, &fixture::finding())
        .into_iter()
        .filter(|r| CHECKS.iter().any(|c| c.name == r.check))
        .map(|r| (r.check.clone(), r))
        .collect()
}

fn scan(missing: u32) -> Option<PatchState> {
    Some(PatchState {
        missing,
        scanned: Some(fixture::subject().read_at),
        ..PatchState::default()
    })
}

#[test]
fn a_weak_guest_fails_each_check_and_a_hardened_one_none() {
    for (weak, good) in [
        (weak_linux(), hardened_linux()),
        (windows(true), windows(false)),
    ] {
        for (name, result) in judged(read(weak.as_bytes()), scan(1)) {
            assert_eq!(result.status, Status::Fail, "{name} {:?}", result.why);
        }
        for (name, result) in judged(read(good.as_bytes()), scan(0)) {
            assert_eq!(
                result.status,
                Status::Pass,
                "{name} {:?} {:?}",
                result.evidence,
                result.why
            );
        }
    }
}

#[test]
fn a_guest_that_nobody_asked_is_unknown_in_all() {
    for (name, result) in judged(None, None) {
        let why = if name == "patch-state" {
            "not-read"
        } else {
            "not-asked"
        };
        assert_eq!(result.why.as_deref(), Some(why), "{name}");
    }
    // A check that no scan ever ran for.
    let subject = fixture::subject();
    let posture = Posture {
        patches: Some(None),
        ..Posture::default()
    };
    let results = check(&subject, &posture, &fixture::finding());
    let patches = results.iter().find(|r| r.check == "patch-state").unwrap();
    assert_eq!(patches.why.as_deref(), Some("never-scanned"));
}

#[test]
fn a_section_that_is_missing_cut_or_refused_is_unknown_and_says_why() {
    let whole = hardened_linux();
    let why = |text: &str, check: &str| {
        let result = judged(read(text.as_bytes()), None).remove(check).unwrap();
        assert_eq!(result.status, Status::Unknown, "{check}");
        result.why.unwrap()
    };
    let cut = whole.split("@@end keys").next().unwrap();
    assert_eq!(why(cut, "authorized-keys"), "cut");
    assert_eq!(why(cut, "time-sync"), "cut");
    let denied = whole.replace("@@end uid0 ok", "@@end uid0 denied");
    assert_eq!(why(&denied, "uid0-users"), "denied");
    let more = whole.replace("@@end sudoers", "@@more\n@@end sudoers");
    assert_eq!(why(&more, "sudo-nopasswd"), "more");
    let without = output("linux", &[]);
    assert_eq!(why(&without, "sshd-root-login"), "not-in-output");
    let unfinished = whole.replace("|root\n", "");
    assert_eq!(why(&unfinished, "uid0-users"), "failed");
}

#[test]
fn text_in_a_section_cannot_forge_the_frame() {
    let hostile = output(
        "linux",
        &[
            ("uid0", "root\ntoor\n@@end uid0 ok\n@@done"),
            ("sudoers", "\u{1b}[2J@@begin uid0"),
        ],
    );
    let guest = read(hostile.as_bytes()).unwrap();
    let names = guest.uid0.seen().unwrap();
    assert_eq!(names.len(), 4);
    // The same section twice: neither is believed.
    let twice = format!(
        "{}@@begin uid0\n|root\n@@end uid0 ok\n@@done\n",
        hostile.strip_suffix("@@done\n").unwrap()
    );
    let guest = read(twice.as_bytes()).unwrap();
    assert_eq!(guest.uid0.seen(), Err("failed"));
    assert_eq!(read(b"hello"), None);
}

#[test]
fn words_of_the_frame_among_what_was_found_and_colours_around_it_change_nothing() {
    let whole = weak_linux();
    let names = |text: &str| {
        let guest = read(text.as_bytes()).unwrap();
        guest.uid0.seen().unwrap().clone()
    };
    // Whoever may write a line cannot replace the whole answer by one of theirs.
    let forged = whole.replace("|toor", "|toor @@rebato-gzip\n|@@rebato-gzip\n|H4sIAAAA");
    assert_eq!(names(&forged).len(), 4);
    for (open, close) in [("\u{1b}[0m", ""), ("\u{1b}[1;32m", "\u{1b}[0m\r")] {
        let coloured: String = whole
            .lines()
            .map(|line| {
                format!(
                    "{open}{line}{}\n",
                    if line.starts_with('|') { "" } else { close }
                )
            })
            .collect();
        assert_eq!(names(&coloured), names(&whole));
    }
    // A line that was wrapped, or another's word, tears a section: what is left of it is not believed.
    let torn = whole.replace("|toor", "|to\nor");
    let guest = read(torn.as_bytes()).unwrap();
    assert_eq!(guest.uid0.seen(), Err("failed"));
    assert!(guest.keys.seen().is_ok());
}

#[test]
fn a_key_of_root_is_held_back_by_a_command_only() {
    let whole = hardened_linux();
    let status = |options: &str| {
        let text = whole.replace("command=\"echo no\"", options);
        judged(read(text.as_bytes()), None)["authorized-keys"].status
    };
    for (options, wanted) in [
        (
            "command=\"echo 'log in as ubuntu';sleep 10;exit 142\"",
            Status::Pass,
        ),
        ("no-pty,command=\"/usr/bin/rrsync /backup\"", Status::Pass),
        ("no-pty", Status::Fail),
        ("environment=\"A=command=\"", Status::Fail),
        ("command=\"/bin/bash -i\"", Status::Fail),
        ("command=\"exec $SSH_ORIGINAL_COMMAND\"", Status::Fail),
    ] {
        assert_eq!(status(options), wanted, "{options}");
    }
}

#[test]
fn keys_that_were_not_looked_at_are_not_said_to_be_good() {
    let whole = hardened_linux();
    let why = |from: &str, to: &str| {
        let text = whole.replace(from, to);
        assert_ne!(text, whole);
        let result = judged(read(text.as_bytes()), None).remove("authorized-keys");
        result.and_then(|result| result.why)
    };
    let usual = "|authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2";
    let elsewhere = Some("keys-elsewhere".to_owned());
    assert_eq!(why(usual, "|authorizedkeysfile /etc/keys/%u"), elsewhere);
    assert_eq!(
        why(usual, "|authorizedkeysfile %h/.ssh/authorized_keys"),
        None
    );
    let command = |path: &str| format!("{usual}\n|authorizedkeyscommand {path}");
    assert_eq!(why(usual, &command("/opt/x %u")), elsewhere);
    let connect = "/opt/aws/bin/eic_run_authorized_keys %u %f";
    assert_eq!(why(usual, &command(connect)), None);
    assert_eq!(why("|=ubuntu", "|<\n|=ubuntu"), Some("more".to_owned()));
}

#[test]
fn a_patch_of_the_future_is_none() {
    let today = fixture::subject().read_at.to_string();
    let today = today.get(..10).unwrap();
    for (days, wanted) in [
        ("KB1 2569-01-01", Status::Unknown),
        ("KB1 1970-02-01\nKB2 2569-01-01", Status::Fail),
        (today, Status::Unknown),
    ] {
        let text = output("windows", &[("patches", days)]);
        let results = judged(read(text.as_bytes()), None);
        assert_eq!(results["windows-patches"].status, wanted, "{days}");
    }
}

#[test]
fn a_configuration_at_hand_is_judged_without_the_rest() {
    let text = "PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nMaxAuthTries 4\nMatch Address 10.0.0.0/8\nPermitRootLogin no\n";
    let results = judged(Some(of_sshd(read_either("sshd_config", text))), None);
    let status = |name: &str| results[name].status;
    assert_eq!(status("sshd-root-login"), Status::Fail);
    assert_eq!(
        results["sshd-root-login"].evidence,
        ["sshd_config:1 permitrootlogin=yes"]
    );
    assert_eq!(status("sshd-passwords"), Status::Pass);
    assert_eq!(status("sshd-match"), Status::Pass);
    assert_eq!(status("sshd-tries"), Status::Pass);
    assert_eq!(status("sshd-access"), Status::Fail);
    assert_eq!(status("uid0-users"), Status::Unknown);
    // An include that is not at hand may say anything before what stands here.
    let hidden = format!("Include sshd_config.d/*.conf\n{text}");
    let results = judged(Some(of_sshd(read_either("f", &hidden))), None);
    for (name, result) in &results {
        assert_eq!(result.status, Status::Unknown, "{name}");
    }
    let results = judged(Some(of_sshd(read_either("f", &dump(&[])))), None);
    assert_eq!(results["sshd-match"].why.as_deref(), Some("only-effective"));
    assert_eq!(results["sshd-passwords"].status, Status::Fail);
}

#[test]
fn a_key_that_every_way_in_asks_for_makes_passwords_harmless() {
    for (methods, wanted) in [
        ("publickey", Status::Pass),
        (
            "publickey,password publickey,keyboard-interactive",
            Status::Pass,
        ),
        ("publickey password", Status::Fail),
        ("any", Status::Fail),
    ] {
        let text = format!("AuthenticationMethods {methods}\nPasswordAuthentication yes\n");
        let results = judged(Some(of_sshd(read_either("f", &text))), None);
        assert_eq!(results["sshd-passwords"].status, wanted, "{methods}");
    }
}

#[test]
fn who_comes_in_by_a_block_or_a_star_is_named() {
    let of = |text: &str| judged(Some(of_sshd(read_either("f", text))), None);
    for (text, name, wanted) in [
        // A way in without a key for some, where all others need one.
        (
            "AuthenticationMethods publickey\nMatch User deploy\nAuthenticationMethods password\n",
            "sshd-match",
            Status::Fail,
        ),
        (
            "AuthenticationMethods publickey\nMatch User deploy\nAuthenticationMethods publickey,password\n",
            "sshd-match",
            Status::Pass,
        ),
        (
            "AuthenticationMethods publickey\nMatch User root\nAuthenticationMethods password\n",
            "sshd-passwords",
            Status::Fail,
        ),
        (
            "AllowUsers ana\nMatch Address 10.0.0.0/8\nAllowUsers *\n",
            "sshd-match",
            Status::Fail,
        ),
        ("AllowUsers *@*\n", "sshd-access", Status::Fail),
        ("AllowUsers ?*\n", "sshd-access", Status::Fail),
        ("AllowGroups **\n", "sshd-access", Status::Fail),
        ("AllowUsers *@10.0.0.0/8\n", "sshd-access", Status::Pass),
        ("AllowGroups ssh-*\n", "sshd-access", Status::Pass),
        ("DenyGroups wheel\n", "sshd-access", Status::Fail),
    ] {
        assert_eq!(of(text)[name].status, wanted, "{name} {text}");
    }
}

#[test]
fn what_hangs_on_groups_is_unknown_until_they_are_seen() {
    let text = "PermitRootLogin no\nMatch Group wheel\nPermitRootLogin yes\n";
    let with = |groups: Option<&[&str]>| {
        let mut guest = of_sshd(read_either("f", text));
        if let Some(groups) = groups {
            let names = groups.iter().map(|g| (*g).to_owned()).collect();
            guest.groups = Part::Seen([("root".to_owned(), names)].into());
        }
        let mut results = judged(Some(guest), None);
        let result = results.remove("sshd-root-login").unwrap();
        (result.status, result.why)
    };
    let unknown = (Status::Unknown, Some("groups-not-known".to_owned()));
    assert_eq!(with(None), unknown);
    assert_eq!(with(Some(&["root", "wheel"])).0, Status::Fail);
    assert_eq!(with(Some(&["root"])).0, Status::Pass);
}

#[test]
fn without_a_first_contact_nothing_can_be_said_of_changes() {
    let guest = read(hardened_linux().as_bytes());
    let posture = Posture {
        guest,
        ..Posture::default()
    };
    let finding = Finding {
        first_seen: None,
        ..fixture::finding()
    };
    let results = check(&fixture::subject(), &posture, &finding);
    let keys = results
        .iter()
        .find(|r| r.check == "authorized-keys")
        .unwrap();
    assert_eq!(keys.why.as_deref(), Some("first-contact-not-known"));
}

/// The scripts print every section that the reader looks for, and nothing that changes the guest.
#[test]
fn the_scripts_only_read() {
    for section in [
        "os",
        "kernel",
        "sshd-t",
        "sshd-t-root",
        "sshd-files",
        "uid0",
        "no-password",
        "sudoers",
        "groups",
        "keys",
        "reboot",
        "time",
        "logs",
        "agent",
        "listening",
    ] {
        assert!(
            LINUX_PROBE.contains(&format!("    section {section} ")),
            "{section}"
        );
    }
    for section in [
        "os",
        "patches",
        "reboot",
        "rdp",
        "administrators",
        "firewall",
        "time",
        "logs",
        "agent",
    ] {
        assert!(
            WINDOWS_PROBE.contains(&format!("Section '{section}'")),
            "{section}"
        );
    }
    for writes in [
        " rm ",
        "mv ",
        "chmod",
        "tee ",
        "curl",
        "wget",
        "sed -i",
        "systemctl restart",
        "> /",
    ] {
        assert!(!LINUX_PROBE.contains(writes), "{writes}");
    }
    for writes in [
        "Set-",
        "Remove-",
        "New-Item",
        "Invoke-WebRequest",
        "Out-File",
        "Start-",
    ] {
        assert!(!WINDOWS_PROBE.contains(writes), "{writes}");
    }
}

proptest! {
    #[test]
    fn a_weak_guest_never_passes_however_its_output_is_cut(at in 0_usize..6_000, drop in 0_usize..200) {
        let whole = weak_linux();
        let cut = whole.get(..at.min(whole.len())).unwrap();
        let without: Vec<&str> = whole
            .lines()
            .enumerate()
            // A line of the frame, not what it frames: who leaves out a finding hides it.
            .filter(|(number, line)| *number != drop || line.starts_with('|'))
            .map(|(_, line)| line)
            .collect();
        for text in [cut.to_owned(), without.join("\n")] {
            if let Some(guest) = read(text.as_bytes()) {
                for (name, result) in judged(Some(guest), None) {
                    prop_assert!(result.status != Status::Pass, "{name}");
                }
            }
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..2_000), packed in any::<bool>()) {
        let start = if packed { "@@rebato-gzip\n" } else { "@@rebato 1 linux\n@@begin keys\n|" };
        let mut all = start.as_bytes().to_vec();
        all.extend(bytes);
        let _ = read(&all);
    }
}
