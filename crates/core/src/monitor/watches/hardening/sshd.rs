//! Whether what a fix set in sshd still stands: its own file, and what sshd makes of it. Must not ask the operating system: a
//! look is handed over, or there was none.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::contain::{Action, Purpose, SSHD_DROP_IN};
use crate::harden::Posture;
use crate::harden::guest::Guest;
use crate::harden::sshd::{Who, defaults, read};

/// How many characters of a value are named.
const SHOWN: usize = 200;

/// What the fixes of the case left in the file that is theirs; `None` where none stands.
pub(in crate::monitor) fn left(case: &Case) -> Option<String> {
    let ours = case.plans.iter().filter(|record| {
        matches!(
            record.plan.purpose,
            Purpose::Fix { .. } | Purpose::Revert { .. }
        )
    });
    let done = ours.flat_map(|record| record.progress().filter(|(_, state)| state.is_done()));
    let contents = done.filter_map(|(step, _)| match &step.action {
        Action::SetSshd(set) => Some(&set.to),
        _ => None,
    });
    contents
        .last()?
        .clone()
        .filter(|content| !settings(content).is_empty())
}

/// The keywords that a file sets.
fn settings(content: &str) -> BTreeSet<String> {
    let file = read(SSHD_DROP_IN, content, &|_| None);
    file.settings.into_iter().map(|s| s.keyword).collect()
}

/// What no longer stands.
///
/// # Errors
/// Why it is not known.
pub(super) fn moved(content: &str, posture: Option<&Posture>) -> Result<Vec<String>, String> {
    let posture = posture.ok_or("part-not-read")?;
    let Some(guest) = &posture.guest else {
        let noted = posture.unread.iter().find(|unread| unread.what == "guest");
        return Err(noted.map_or_else(|| "not-asked".into(), |unread| unread.why.clone()));
    };
    guest.sshd_files.seen()?;
    let mut moved = Vec::new();
    match &guest.sshd_drop_in {
        None => moved.push(format!("{SSHD_DROP_IN} absent")),
        Some(found) if !same(found, content) => moved.push(format!("{SSHD_DROP_IN} changed")),
        Some(_) => {}
    }
    moved.extend(overruled(guest, content)?);
    Ok(moved)
}

fn same(found: &str, left: &str) -> bool {
    found.lines().eq(left.lines())
}

/// Settings of the file that do not hold: another file comes first, or sshd was not told.
fn overruled(guest: &Guest, content: &str) -> Result<Vec<String>, String> {
    let told = guest.sshd.seen()?;
    let file = read(SSHD_DROP_IN, content, &|_| None);
    let mut moved = Vec::new();
    for keyword in settings(content) {
        let of = |config: &crate::harden::sshd::Config| {
            let value = config.value(&keyword, &Who::default(), &defaults());
            let mut words = value.words.unwrap_or_default();
            // The users that may log in, in whatever order.
            words.sort();
            words
        };
        let holds = of(told);
        if holds != of(&file) {
            let holds: String = holds.join(" ").chars().take(SHOWN).collect();
            moved.push(format!("sshd {keyword}={holds}"));
        }
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::guest::{Part, of_sshd, read as read_guest};
    use crate::harden::sshd::read_dump;
    use crate::identify::Unread;

    const LEFT: &str = "# Rebato\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nAllowUsers ana ubuntu\n";
    const DUMP: &str = "passwordauthentication no\npermitrootlogin without-password\nallowusers ubuntu\nallowusers ana\nport 22\n";

    fn looked(file: Option<&str>, dump: &str) -> Posture {
        let own = file.map_or_else(String::new, |text| {
            let lines: String = text.lines().map(|line| format!("|>{line}\n")).collect();
            format!("|=600 root {SSHD_DROP_IN}\n{lines}")
        });
        let text = format!(
            "@@rebato 1 linux\n@@begin sshd-files\n|=600 root /etc/ssh/sshd_config\n{own}@@end sshd-files ok\n@@done\n"
        );
        let mut guest = read_guest(text.as_bytes()).unwrap();
        guest.sshd = Part::Seen(read_dump("sshd -T", dump));
        Posture {
            guest: Some(guest),
            ..Posture::default()
        }
    }

    #[test]
    fn what_stands_is_quiet_and_what_does_not_is_named() {
        let of = |file: Option<&str>, dump: &str| moved(LEFT, Some(&looked(file, dump))).unwrap();
        assert_eq!(of(Some(LEFT), DUMP), [""; 0]);
        assert_eq!(
            of(
                None,
                &DUMP.replace("authentication no", "authentication yes")
            ),
            [
                format!("{SSHD_DROP_IN} absent"),
                "sshd passwordauthentication=yes".to_owned()
            ]
        );
        let more = format!("{LEFT}PermitTTY no\n");
        assert_eq!(of(Some(&more), DUMP), [format!("{SSHD_DROP_IN} changed")]);
        // Another file lets one more in: ours stands, and does not hold.
        let more = format!("{DUMP}allowusers eve\n");
        assert_eq!(of(Some(LEFT), &more), ["sshd allowusers=ana eve ubuntu"]);
    }

    #[test]
    fn without_a_look_nothing_is_said() {
        let why = |posture: &Posture| moved(LEFT, Some(posture)).unwrap_err();
        assert_eq!(why(&Posture::default()), "not-asked");
        let refused = Posture {
            unread: vec![Unread {
                what: "guest".into(),
                why: "agent-offline".into(),
            }],
            ..Posture::default()
        };
        assert_eq!(why(&refused), "agent-offline");
        assert_eq!(moved(LEFT, None).unwrap_err(), "part-not-read");
        let files_only = Posture {
            guest: Some(of_sshd(read("f", LEFT, &|_| None))),
            ..Posture::default()
        };
        assert_eq!(why(&files_only), "not-asked");
    }
}
