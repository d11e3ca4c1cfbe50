//! From the sections of the script's output to what they mean. Must not judge.

use std::collections::BTreeMap;

use super::frame::Frame;
use super::keys::key;
use super::{Facts, Guest, KeyFile, Mode, Part, Platform};
use crate::contain::SSHD_DROP_IN;
use crate::harden::sshd::{Config, ConfigFile, ConfigFiles, Told, read_dump};

/// Reads the output of the script. Never fails: a section that is missing, cut or refused is not seen, and why. `None`
/// when this is not the script's output at all.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Guest> {
    let mut frame = Frame::new(bytes);
    let platform = frame.platform?;
    let (sshd_files, sshd_modes, sshd_drop_in) = sshd_files(&mut frame);
    let keys = keys(&mut frame);
    let mut dump = |name: &str| match frame.take(name) {
        // What sshd refused to print is not empty by its own choice.
        Part::Seen(lines) if lines.len() < 20 => Part::Unseen("failed".to_owned()),
        part => part.map(|lines| read_dump("sshd -T", &lines.join("\n"))),
    };
    let sshd = dump("sshd-t");
    let sshd_root = dump("sshd-t-root");
    let os = frame.take("os").map(|lines| {
        let facts = facts(&lines);
        let name = facts.get("PRETTY_NAME").cloned().unwrap_or_default();
        name.trim_matches('"').to_owned()
    });
    let kernel = frame.take("kernel").map(|lines| lines.join(" "));
    Some(Guest {
        platform,
        os,
        kernel,
        sshd,
        sshd_root,
        sshd_files,
        sshd_modes,
        sshd_drop_in,
        uid0: some(frame.take("uid0")),
        no_password: frame.take("no-password"),
        sudoers: followed(frame.take("sudoers")),
        groups: frame.take("groups").map(|lines| groups(&lines)),
        keys,
        reboot: frame.take("reboot"),
        time: frame.take("time").map(|lines| facts(&lines)),
        logs: frame.take("logs").map(|lines| facts(&lines)),
        agent: frame.take("agent").map(|lines| facts(&lines)),
        listening: frame.take("listening"),
        patches: frame.take("patches"),
        rdp: frame.take("rdp").map(|lines| facts(&lines)),
        administrators: some(frame.take("administrators")),
        firewall: frame.take("firewall").map(|lines| facts(&lines)),
        problems: frame.problems,
    })
}

/// A guest of which nothing is known but its sshd: from a configuration at hand.
#[must_use]
pub fn of_sshd(config: Config) -> Guest {
    fn not<T>() -> Part<T> {
        Part::Unseen("not-asked".into())
    }
    let (sshd, sshd_files) = match config.told {
        Told::Dump => (Part::Seen(config), not()),
        Told::Files => (not(), Part::Seen(config)),
    };
    Guest {
        platform: Platform::Linux,
        os: not(),
        kernel: not(),
        sshd,
        sshd_root: not(),
        sshd_files,
        sshd_modes: not(),
        sshd_drop_in: None,
        uid0: not(),
        no_password: not(),
        sudoers: not(),
        groups: not(),
        keys: not(),
        reboot: not(),
        time: not(),
        logs: not(),
        agent: not(),
        listening: not(),
        patches: not(),
        rdp: not(),
        administrators: not(),
        firewall: not(),
        problems: Vec::new(),
    }
}

/// `name=value` lines.
fn facts(lines: &[String]) -> Facts {
    lines
        .iter()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// `USER=GROUP,GROUP` lines. A group's name may hold blanks, a comma may not stand in it.
fn groups(lines: &[String]) -> BTreeMap<String, Vec<String>> {
    facts(lines)
        .into_iter()
        .map(|(user, list)| {
            let groups = list.split(',').filter(|group| !group.is_empty());
            (user, groups.map(str::to_owned).collect())
        })
        .filter(|(_, groups): &(_, Vec<_>)| !groups.is_empty())
        .collect()
}

/// A list that is never empty: somebody has uid 0, somebody is an administrator.
fn some(part: Part<Vec<String>>) -> Part<Vec<String>> {
    match part {
        Part::Seen(lines) if lines.is_empty() => Part::Unseen("failed".into()),
        part => part,
    }
}

/// Lines of sudoers; `?` stands before an included file that could not be followed, which may hold one.
fn followed(part: Part<Vec<String>>) -> Part<Vec<String>> {
    let mut lines = match part {
        Part::Seen(lines) => lines,
        part @ Part::Unseen(_) => return part,
    };
    let all = lines.len();
    lines.retain(|line| !line.starts_with('?'));
    if lines.is_empty() && all > 0 {
        Part::Unseen("include-not-given".into())
    } else {
        Part::Seen(lines)
    }
}

/// `=MODE OWNER PATH`, the lines of the file after `>`, and `+FOLDER` for a folder that was gone through.
fn sshd_files(frame: &mut Frame) -> (Part<Config>, Part<Vec<Mode>>, Option<String>) {
    let unseen = |why: String| (Part::Unseen(why.clone()), Part::Unseen(why), None);
    let lines = match frame.take("sshd-files") {
        Part::Seen(lines) => lines,
        Part::Unseen(why) => return unseen(why),
    };
    let mut files = ConfigFiles::default();
    let mut modes = Vec::new();
    for line in lines {
        if let Some(text) = line.strip_prefix('>') {
            if let Some(file) = files.files.last_mut() {
                file.text.push_str(text);
                file.text.push('\n');
            }
        } else if let Some(folder) = line.strip_prefix('+') {
            files.folders.push(folder.to_owned());
        } else if let Some(mode) = line.strip_prefix('=').and_then(mode) {
            files.files.push(ConfigFile {
                path: mode.path.clone(),
                shown: mode.path.clone(),
                text: String::new(),
            });
            modes.push(mode);
        } else {
            frame.problem(&format!("sshd-files {line}"));
            // Whose lines come next is not known.
            return unseen("failed".into());
        }
    }
    let own = files.files.iter().find(|file| file.path == SSHD_DROP_IN);
    let own = own.map(|file| file.text.clone());
    let config = files
        .read()
        .map_or_else(|| Part::Unseen("failed".into()), Part::Seen);
    (config, Part::Seen(modes), own)
}

fn mode(text: &str) -> Option<Mode> {
    let mut words = text.splitn(3, ' ');
    Some(Mode {
        mode: u32::from_str_radix(words.next()?, 8).ok()?,
        owner: words.next()?.to_owned(),
        path: words
            .next()
            .filter(|path| path.starts_with('/'))?
            .to_owned(),
    })
}

/// `=USER MODE SECONDS PATH`, then the lines of the file after `>`.
fn keys(frame: &mut Frame) -> Part<Vec<KeyFile>> {
    let lines = match frame.take("keys") {
        Part::Seen(lines) => lines,
        Part::Unseen(why) => return Part::Unseen(why),
    };
    let mut files: Vec<KeyFile> = Vec::new();
    for line in lines {
        if let Some(text) = line.strip_prefix('>') {
            let Some(file) = files.last_mut() else {
                continue;
            };
            match key(text) {
                Some(key) => file.keys.push(key),
                None if text.trim_start().starts_with('#') => {}
                None => {
                    file.more = true;
                    frame.problem(&format!("keys {}", file.path));
                }
            }
        } else if let (Some(file), "<") = (files.last_mut(), line.as_str()) {
            file.more = true;
        } else if let Some(file) = line.strip_prefix('=').and_then(key_file) {
            files.push(file);
        } else {
            frame.problem(&format!("keys {line}"));
            return Part::Unseen("failed".into());
        }
    }
    Part::Seen(files)
}

fn key_file(text: &str) -> Option<KeyFile> {
    let mut words = text.splitn(4, ' ');
    let user = words.next().filter(|user| !user.is_empty())?.to_owned();
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let seconds: i64 = words.next()?.parse().ok()?;
    Some(KeyFile {
        user,
        mode,
        modified: jiff::Timestamp::from_second(seconds).ok(),
        path: words.next()?.to_owned(),
        keys: Vec::new(),
        more: false,
    })
}
