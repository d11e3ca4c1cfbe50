//! The fix of what checks of sshd find, as a file of Rebato's own that sshd reads before its others. Never closes the only
//! way in. Must not judge a setting: the checks do that.

use std::collections::BTreeSet;

use super::{Basis, Fix, NoFix, failed, heard};
use crate::contain::{Action, Note, SSHD_DROP_IN, SSHD_MINUTES, SetSshd, Severity};
use crate::harden::guest::Guest;
use crate::harden::sshd::rules::RULES;
use crate::harden::sshd::{Config, Who, bad_words, defaults, matches};

/// The folder whose files sshd's own file includes.
const FOLDER: &str = "/etc/ssh/sshd_config.d";
/// The first lines of the file.
const HEAD: &str = "# Written by Rebato after a person approved it. sshd takes the first value of a setting that it reads:\n\
                    # this file has to come before all others.\n";

/// One setting that is to hold.
struct Wanted {
    /// The keyword as sshd_config(5) writes it.
    keyword: &'static str,
    value: String,
    /// What `sshd -T` prints then, as an extended regular expression; several lines for a list of users.
    prints: Vec<String>,
}

/// What is set for a keyword that falls short: its name in sshd_config(5), the value, and whether somebody loses a way in.
/// What it should be is what the rules accept and takes the least.
const VALUES: &[(&str, &str, &str, bool)] = &[
    // Root keeps its key: an automation may need it.
    (
        "permitrootlogin",
        "PermitRootLogin",
        "prohibit-password",
        true,
    ),
    (
        "passwordauthentication",
        "PasswordAuthentication",
        "no",
        true,
    ),
    (
        "kbdinteractiveauthentication",
        "KbdInteractiveAuthentication",
        "no",
        true,
    ),
    ("permitemptypasswords", "PermitEmptyPasswords", "no", true),
    (
        "hostbasedauthentication",
        "HostbasedAuthentication",
        "no",
        true,
    ),
    ("maxauthtries", "MaxAuthTries", "4", false),
    ("logingracetime", "LoginGraceTime", "60", false),
    ("clientaliveinterval", "ClientAliveInterval", "300", false),
    ("clientalivecountmax", "ClientAliveCountMax", "3", false),
    ("x11forwarding", "X11Forwarding", "no", false),
    (
        "permituserenvironment",
        "PermitUserEnvironment",
        "no",
        false,
    ),
    ("loglevel", "LogLevel", "VERBOSE", false),
];

/// Lists of which the weak entries go.
const LISTS: &[(&str, &str)] = &[
    ("ciphers", "Ciphers"),
    ("macs", "MACs"),
    ("kexalgorithms", "KexAlgorithms"),
];

pub(super) fn sshd(check: &str, basis: &Basis<'_>) -> Result<Fix, NoFix> {
    heard(basis)?;
    let result = failed(check, basis)?;
    let guest = basis.posture.guest.as_ref().ok_or(NoFix::GuestNotAsked)?;
    let told = guest.sshd.seen().map_err(unread)?;
    let files = guest.sshd_files.seen().map_err(unread)?;
    let mut notes = vec![Note::new(
        Severity::Info,
        "sshd_put_back",
        [("minutes", SSHD_MINUTES.to_string())],
    )];
    if basis.posture.guest_given {
        notes.push(Note::new(Severity::Warning, "sshd_facts_given", []));
    }
    let short: BTreeSet<&str> = result
        .shortfalls
        .iter()
        .map(|s| s.setting.as_str())
        .collect();
    let mut wanted = Vec::new();
    let closes = check == "sshd-access"
        || VALUES
            .iter()
            .any(|(name, _, _, closes)| *closes && short.contains(name));
    if closes {
        let who = holders(guest, told)?;
        if who.is_empty() {
            return Err(NoFix::NoKey);
        }
        let by_group = ["allowgroups", "denygroups"];
        if guest.groups.seen().is_err() && by_group.iter().any(|k| !words(told, k).is_empty()) {
            // Who is in which group was not looked at.
            notes.push(Note::new(Severity::Warning, "sshd_groups_unknown", []));
        }
        if check == "sshd-access" {
            notes.push(Note::new(
                Severity::Warning,
                "sshd_users",
                [("users", who.join(", "))],
            ));
            wanted.push(Wanted {
                keyword: "AllowUsers",
                value: who.join(" "),
                prints: who
                    .iter()
                    .map(|user| format!("allowusers {user}"))
                    .collect(),
            });
        } else {
            notes.push(Note::new(
                Severity::Warning,
                if check == "sshd-root-login" {
                    "sshd_root_ends"
                } else {
                    "sshd_passwords_end"
                },
                [("users", who.join(", "))],
            ));
        }
    }
    for (name, keyword, value, _) in VALUES.iter().filter(|(name, ..)| short.contains(name)) {
        let printed = match *value {
            "prohibit-password" => "(prohibit|without)-password",
            value => value,
        };
        wanted.push(Wanted {
            keyword,
            value: (*value).to_owned(),
            prints: vec![format!("{name} {printed}")],
        });
    }
    for (name, keyword) in LISTS.iter().filter(|(name, _)| short.contains(name)) {
        let left = strong(told, name)?;
        wanted.push(Wanted {
            keyword,
            prints: vec![format!("{name} {left}")],
            value: left,
        });
    }
    if wanted.is_empty() {
        return Err(NoFix::None);
    }
    comes_first(files, &wanted)?;
    Ok(Fix {
        actions: vec![Action::SetSshd(SetSshd {
            instance: basis.subject.instance_id.clone(),
            from: guest.sshd_drop_in.clone(),
            to: Some(content(guest.sshd_drop_in.as_deref(), &wanted)),
            expect: wanted
                .into_iter()
                .flat_map(|setting| setting.prints)
                .collect(),
            minutes: Some(SSHD_MINUTES),
        })],
        notes,
    })
}

/// Why there is no plan without a part of the guest.
fn unread(why: &str) -> NoFix {
    match why {
        "not-asked" => NoFix::GuestNotAsked,
        why => NoFix::Unread(why.to_owned()),
    }
}

/// The words of a keyword that hold for everybody.
fn words(told: &Config, keyword: &str) -> Vec<String> {
    let value = told.value(keyword, &Who::default(), &defaults());
    value.words.unwrap_or_default()
}

/// A list without its weak entries. Names that are not plain are left out: what the guest says goes into a file.
fn strong(told: &Config, keyword: &str) -> Result<String, NoFix> {
    let list = words(told, keyword);
    let rule = RULES.iter().find(|rule| rule.keyword == keyword);
    let plain = |name: &&str| {
        let fine = |c: char| c.is_ascii_alphanumeric() || "-@._".contains(c);
        !name.is_empty() && name.chars().all(fine)
    };
    let good = |name: &&str| {
        rule.is_some_and(|rule| bad_words(rule.wanted, &[(*name).to_owned()]).is_empty())
    };
    let names = list.iter().flat_map(|word| word.split(','));
    let left: Vec<&str> = names.filter(plain).filter(good).collect();
    if left.is_empty() {
        return Err(NoFix::NothingLeft);
    }
    Ok(left.join(","))
}

/// Users who log in with a key: who has one, and is neither left out by sshd's lists nor root where root may not.
fn holders(guest: &Guest, told: &Config) -> Result<Vec<String>, NoFix> {
    let files = guest.keys.seen().map_err(unread)?;
    let says = |keyword: &str, value: &str| words(told, keyword).iter().any(|word| word == value);
    let usual = words(told, "authorizedkeysfile")
        .iter()
        .any(|path| path.ends_with(".ssh/authorized_keys"));
    if says("pubkeyauthentication", "no") || !usual {
        return Ok(Vec::new());
    }
    let (allowed, denied) = (words(told, "allowusers"), words(told, "denyusers"));
    let named = |list: &[String], user: &str| {
        list.iter()
            .any(|pattern| matches(user, pattern.split('@').next().unwrap_or_default()))
    };
    let (let_in, kept_out) = (words(told, "allowgroups"), words(told, "denygroups"));
    // Of whom nothing is known a note tells.
    let of_group = |list: &[String], user: &str| {
        let groups = guest.groups.seen().ok()?.get(user)?;
        let mut patterns = list.iter();
        Some(patterns.any(|pattern| groups.iter().any(|group| matches(group, pattern))))
    };
    let plain = |user: &str| {
        let fine = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        !user.is_empty() && !user.starts_with('-') && user.chars().all(fine)
    };
    let root_may = !says("permitrootlogin", "no");
    let mut users: Vec<String> = files
        .iter()
        .filter(|file| !file.keys.is_empty() && plain(&file.user))
        .map(|file| &file.user)
        .filter(|user| allowed.is_empty() || named(&allowed, user))
        .filter(|user| !named(&denied, user))
        .filter(|user| let_in.is_empty() || of_group(&let_in, user).unwrap_or(true))
        .filter(|user| !of_group(&kept_out, user).unwrap_or(false))
        .filter(|user| *user != "root" || root_may)
        .cloned()
        .collect();
    users.sort();
    users.dedup();
    Ok(users)
}

/// That sshd reads our file before any other value of these settings.
fn comes_first(files: &Config, wanted: &[Wanted]) -> Result<(), NoFix> {
    let ours = |keyword: &str| {
        wanted
            .iter()
            .any(|setting| setting.keyword.eq_ignore_ascii_case(keyword))
    };
    let name = SSHD_DROP_IN.rsplit_once('/').map_or("", |(_, name)| name);
    let reads = |pattern: &str| {
        pattern
            .rsplit_once('/')
            .is_some_and(|(folder, last)| folder == FOLDER && matches(name, last))
    };
    let include = files
        .includes
        .iter()
        .find(|include| include.block.is_none() && reads(&include.pattern))
        .ok_or(NoFix::NoInclude)?;
    for (at, setting) in files.settings.iter().enumerate() {
        if !ours(&setting.keyword) || setting.place.file == SSHD_DROP_IN {
            continue;
        }
        let place = || setting.place.to_string();
        if let Some(rule) = RULES.iter().find(|rule| rule.keyword == setting.keyword)
            && setting.block.is_some()
            && !bad_words(rule.wanted, &setting.words).is_empty()
        {
            return Err(NoFix::InMatch(place()));
        }
        if setting.block.is_some() {
            continue;
        }
        if at < include.after {
            return Err(NoFix::IncludeLate(place()));
        }
        if setting.place.file.starts_with(FOLDER) && setting.place.file.as_str() < SSHD_DROP_IN {
            return Err(NoFix::NotFirst(place()));
        }
    }
    Ok(())
}

/// The file: what stood in it before, and what is wanted now.
fn content(before: Option<&str>, wanted: &[Wanted]) -> String {
    let mut text = HEAD.to_owned();
    let kept = before.into_iter().flat_map(str::lines).filter(|line| {
        let keyword = line.split_whitespace().next().unwrap_or("#");
        !keyword.starts_with('#')
            && !wanted
                .iter()
                .any(|setting| setting.keyword.eq_ignore_ascii_case(keyword))
    });
    for line in kept {
        text.push_str(line);
        text.push('\n');
    }
    for setting in wanted {
        text.push_str(setting.keyword);
        text.push(' ');
        text.push_str(&setting.value);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixed;
    use super::*;
    use crate::contain::Undo;
    use crate::harden::Posture;
    use crate::harden::guest::{Part, read};
    use crate::monitor::fixture;

    /// What `sshd -T` prints where nothing is set, as far as the checks look.
    fn dump(more: &str) -> String {
        let mut lines = String::new();
        for (keyword, value) in defaults() {
            if !more.lines().any(|line| line.starts_with(&keyword)) {
                lines.push_str(&format!("|{keyword} {value}\n"));
            }
        }
        for line in more.lines() {
            lines.push_str(&format!("|{line}\n"));
        }
        lines
    }

    /// A guest with these settings, files after `=` and `>`, and users who have a key.
    fn guest(told: &str, files: &str, users: &[&str]) -> Guest {
        let mut text = "@@rebato 1 linux\n".to_owned();
        let mut section = |name: &str, lines: &str| {
            text.push_str(&format!("@@begin {name}\n{lines}@@end {name} ok\n"));
        };
        section("sshd-t", &dump(told));
        section("sshd-t-root", &dump(told));
        let of = |text: &str| {
            text.lines()
                .map(|line| format!("|{line}\n"))
                .collect::<String>()
        };
        section("sshd-files", &of(files));
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        let keys = users.iter().map(|user| {
            format!("=x 600 1 /home/x/.ssh/authorized_keys\n>{key}").replace('x', user)
        });
        section("keys", &of(&keys.collect::<Vec<_>>().join("\n")));
        text.push_str("@@done\n");
        read(text.as_bytes()).unwrap()
    }

    const MAIN: &str = "=600 root /etc/ssh/sshd_config\n>Include /etc/ssh/sshd_config.d/*.conf\n>PermitRootLogin yes\n>PasswordAuthentication yes\n+/etc/ssh/sshd_config.d\n";
    const OPEN: &str =
        "permitrootlogin yes\npasswordauthentication yes\nkbdinteractiveauthentication no";

    fn posture(guest: Guest) -> Posture {
        Posture {
            guest: Some(guest),
            ssm_ping: Some(Some("Online".into())),
            ..Posture::default()
        }
    }

    fn made(check: &str, guest: Guest) -> Result<(SetSshd, Vec<String>), NoFix> {
        let fix = fixed(check, &fixture::subject(), &posture(guest), None)?;
        let codes = fix.notes.iter().map(|note| note.code.clone()).collect();
        match fix.actions.as_slice() {
            [Action::SetSshd(set)] => Ok((set.clone(), codes)),
            other => panic!("{other:?}"),
        }
    }

    fn lines(set: &SetSshd) -> Vec<&str> {
        let text = set.to.as_deref().unwrap_or_default();
        text.lines().filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn what_falls_short_is_set_and_taken_back_by_what_stood_there() {
        let (set, notes) = made("sshd-passwords", guest(OPEN, MAIN, &["ubuntu"])).unwrap();
        assert_eq!(lines(&set), ["PasswordAuthentication no"]);
        assert_eq!(set.expect, ["passwordauthentication no"]);
        assert_eq!((set.from.clone(), set.minutes), (None, Some(SSHD_MINUTES)));
        assert_eq!(notes, ["sshd_put_back", "sshd_passwords_end"]);
        let Undo::Do(undo) = Action::SetSshd(set).undo() else {
            panic!("no undo");
        };
        let Action::SetSshd(undo) = *undo else {
            panic!("another action");
        };
        assert_eq!((undo.to, undo.minutes), (None, None));

        let (set, notes) = made("sshd-root-login", guest(OPEN, MAIN, &["root"])).unwrap();
        assert_eq!(notes, ["sshd_put_back", "sshd_root_ends"]);
        assert_eq!(lines(&set), ["PermitRootLogin prohibit-password"]);
        let (set, _) = made("sshd-idle", guest(OPEN, MAIN, &[])).unwrap();
        assert_eq!(lines(&set), ["ClientAliveInterval 300"]);
    }

    #[test]
    fn a_second_fix_keeps_the_first() {
        let own = "=600 root /etc/ssh/sshd_config.d/00-rebato.conf\n># Written\n>MaxAuthTries 4\n>PasswordAuthentication no\n";
        let files = MAIN.replace("+/etc", &format!("{own}+/etc"));
        let told = "permitrootlogin yes\npasswordauthentication no\nkbdinteractiveauthentication no\nmaxauthtries 4";
        let (set, _) = made("sshd-root-login", guest(told, &files, &["ubuntu"])).unwrap();
        assert_eq!(
            lines(&set),
            [
                "MaxAuthTries 4",
                "PasswordAuthentication no",
                "PermitRootLogin prohibit-password"
            ]
        );
        assert_eq!(
            set.from.as_deref(),
            Some("# Written\nMaxAuthTries 4\nPasswordAuthentication no\n")
        );
    }

    #[test]
    fn weak_algorithms_go_from_what_holds() {
        let told = format!("{OPEN}\nmacs umac-64-etm@openssh.com,hmac-sha2-256,hmac-md5");
        let (set, _) = made("sshd-macs", guest(&told, MAIN, &[])).unwrap();
        assert_eq!(lines(&set), ["MACs hmac-sha2-256"]);
        let told = format!("{OPEN}\nmacs hmac-md5");
        assert_eq!(
            made("sshd-macs", guest(&told, MAIN, &[])),
            Err(NoFix::NothingLeft)
        );
    }

    #[test]
    fn who_has_a_key_is_let_in_and_nobody_else() {
        let (set, notes) = made("sshd-access", guest(OPEN, MAIN, &["ubuntu", "ana"])).unwrap();
        assert_eq!(lines(&set), ["AllowUsers ana ubuntu"]);
        assert_eq!(set.expect, ["allowusers ana", "allowusers ubuntu"]);
        assert!(notes.contains(&"sshd_users".to_owned()));
    }

    #[test]
    fn the_only_way_in_is_never_closed() {
        for (told, users) in [
            (OPEN.to_owned(), vec![]),
            (format!("{OPEN}\npubkeyauthentication no"), vec!["ubuntu"]),
            (format!("{OPEN}\nallowusers ana"), vec!["ubuntu"]),
            (format!("{OPEN}\ndenyusers ubuntu"), vec!["ubuntu"]),
            (
                format!("{OPEN}\nauthorizedkeysfile /etc/keys/%u"),
                vec!["ubuntu"],
            ),
            (OPEN.replace("login yes", "login no"), vec!["root"]),
        ] {
            let made = made("sshd-passwords", guest(&told, MAIN, &users));
            assert_eq!(made, Err(NoFix::NoKey), "{told}");
        }
    }

    #[test]
    fn who_is_kept_out_by_group_has_no_way_in() {
        let of = |told: &str, groups: Option<&str>| {
            let mut guest = guest(&format!("{OPEN}\n{told}"), MAIN, &["ubuntu"]);
            if let Some(group) = groups {
                guest.groups = Part::Seen([("ubuntu".to_owned(), vec![group.to_owned()])].into());
            }
            made("sshd-passwords", guest).map(|(_, notes)| notes)
        };
        let note = "sshd_groups_unknown".to_owned();
        for told in ["allowgroups ssh-*", "denygroups staff"] {
            assert!(of(told, None).unwrap().contains(&note), "{told}");
            assert!(!of(told, Some("ssh-users")).unwrap().contains(&note));
            assert_eq!(of(told, Some("staff")), Err(NoFix::NoKey), "{told}");
        }
    }

    #[test]
    fn a_file_that_would_not_come_first_is_not_written() {
        let made =
            |files: &str| made("sshd-passwords", guest(OPEN, files, &["ubuntu"])).map(|_| ());
        let none = MAIN.replace(">Include /etc/ssh/sshd_config.d/*.conf\n", "");
        assert_eq!(made(&none), Err(NoFix::NoInclude));
        let other = MAIN.replace("*.conf", "*.cfg");
        assert_eq!(made(&other), Err(NoFix::NoInclude));
        let late = MAIN.replace(">Include", ">PasswordAuthentication yes\n>Include");
        assert_eq!(
            made(&late),
            Err(NoFix::IncludeLate("/etc/ssh/sshd_config:1".into()))
        );
        let before = MAIN.replace(
            "+/etc",
            "=600 root /etc/ssh/sshd_config.d/00-a.conf\n>PasswordAuthentication yes\n+/etc",
        );
        assert_eq!(
            made(&before),
            Err(NoFix::NotFirst("/etc/ssh/sshd_config.d/00-a.conf:1".into()))
        );
        let block = MAIN.replace(
            "+/etc",
            ">Match User deploy\n>PasswordAuthentication yes\n+/etc",
        );
        assert_eq!(
            made(&block),
            Err(NoFix::InMatch("/etc/ssh/sshd_config:5".into()))
        );
    }

    #[test]
    fn nothing_is_planned_blindly() {
        let subject = fixture::subject();
        let of = |posture: &Posture| fixed("sshd-passwords", &subject, posture, None).map(|_| ());
        let whole = posture(guest(OPEN, MAIN, &["ubuntu"]));
        assert_eq!(of(&whole), Ok(()));
        let with = |ping: Option<Option<&str>>| Posture {
            ssm_ping: ping.map(|ping| ping.map(Into::into)),
            ..whole.clone()
        };
        assert_eq!(
            of(&with(Some(Some("ConnectionLost")))),
            Err(NoFix::AgentOffline)
        );
        assert_eq!(of(&with(Some(None))), Err(NoFix::AgentOffline));
        assert_eq!(of(&with(None)), Err(NoFix::Unread("not-read".into())));
        let unasked = Posture {
            guest: None,
            ..whole.clone()
        };
        assert_eq!(of(&unasked), Err(NoFix::GuestNotAsked));
        assert_eq!(
            fixed("sshd-match", &subject, &whole, None),
            Err(NoFix::None)
        );
    }
}
