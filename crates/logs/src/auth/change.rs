//! Changes of the guest that other programs write into the same log: accounts, groups, passwords, `sudo`, `su`, `crontab`. The forms
//! are those of shadow-utils, sudo, util-linux, pam and cron. Must not judge.

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// As in `change` of a host change.
    pub(crate) kind: &'static str,
    pub(crate) about: String,
    pub(crate) by: Option<String>,
    pub(crate) detail: String,
}

/// Characters of a log's own words that are kept.
const DETAIL: usize = 200;
/// Accounts and groups below are made by packages.
const FIRST_PERSON: u32 = 1_000;
/// Groups that let their members become root, or nearly.
const POWERFUL: [&str; 9] = [
    "sudo", "wheel", "admin", "root", "docker", "lxd", "adm", "disk", "shadow",
];
/// Shells that let nobody in.
const NO_SHELLS: [&str; 3] = ["nologin", "false", "sync"];
/// Seconds between a command through sudo and what it did.
const SOON: i64 = 10;

impl Change {
    pub(super) fn new(kind: &'static str, about: &str, by: Option<&str>, detail: &str) -> Self {
        let cut = |text: &str, at: usize| text.chars().take(at).collect::<String>();
        Self {
            kind,
            about: cut(about.trim(), 100),
            by: by.map(|by| cut(by.trim(), 100)).filter(|by| !by.is_empty()),
            detail: cut(detail.trim(), DETAIL),
        }
    }
}

/// Remembers who became root last, as programs that change accounts do not say for whom they do.
#[derive(Debug, Default)]
pub(super) struct Changes {
    last: Option<(i64, String)>,
}

impl Changes {
    /// What a program's message says of a change.
    pub(super) fn read(&mut self, program: &str, message: &str, at: Option<i64>) -> Option<Change> {
        let mut change = match program {
            "useradd" | "adduser" => added(message),
            "usermod" | "gpasswd" | "groupmod" => changed(message),
            "groupadd" | "addgroup" => group(message),
            "passwd" | "chpasswd" | "chage" | "newusers" => password(message),
            "sudo" => sudo(message),
            "su" => su(message),
            "crontab" => crontab(message),
            "cron" | "CRON" | "crond" => reloaded(message),
            _ => None,
        }?;
        match (&change.by, at) {
            (Some(by), Some(at)) if program == "sudo" => self.last = Some((at, by.clone())),
            (None, Some(at)) => {
                let soon = self
                    .last
                    .as_ref()
                    .filter(|(then, _)| (0..=SOON).contains(&(at - then)));
                change.by = soon.map(|(_, by)| by.clone());
            }
            _ => {}
        }
        Some(change)
    }
}

/// `NAME=VALUE` of a list in which commas part.
fn member<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    message.split(", ").find_map(|part| {
        let part = part.rsplit_once(": ").map_or(part, |(_, last)| last);
        part.trim().strip_prefix(name)?.strip_prefix('=')
    })
}

/// `new user: name=x, UID=1001, GID=1001, home=/home/x, shell=/bin/bash, from=none`.
fn added(message: &str) -> Option<Change> {
    if let Some(rest) = message.strip_prefix("add '") {
        return joined(rest, message);
    }
    message.strip_prefix("new user: ")?;
    let name = member(message, "name")?;
    let id: Option<u32> = member(message, "UID").and_then(|id| id.parse().ok());
    let shell = member(message, "shell").unwrap_or_default();
    let locked = NO_SHELLS.iter().any(|none| shell.ends_with(none));
    // An account that nobody can log in to, or that bears a package's number, comes with a package.
    let service = locked || id.is_some_and(|id| (1..FIRST_PERSON).contains(&id));
    (!service).then(|| Change::new("user_added", name, None, message))
}

fn changed(message: &str) -> Option<Change> {
    if let Some(rest) = message
        .strip_prefix("add '")
        .or_else(|| message.strip_prefix("user "))
    {
        return joined(rest, message);
    }
    let unlocked = message.strip_prefix("unlock user '");
    if let Some(rest) = unlocked {
        let (user, _) = rest.split_once('\'')?;
        return Some(Change::new("user_enabled", user, None, message));
    }
    let rest = message.strip_prefix("change user '")?;
    let (user, rest) = rest.split_once('\'')?;
    let kind = if rest.contains("password") {
        "password_changed"
    } else if rest.contains("shell") || rest.contains("UID") {
        "user_enabled"
    } else {
        return None;
    };
    Some(Change::new(kind, user, None, message))
}

/// `add 'x' to group 'sudo'`, `add 'x' to shadow group 'sudo'`, `user x added by root to group sudo`.
fn joined(rest: &str, message: &str) -> Option<Change> {
    let (user, group) = match rest.split_once("' to group '") {
        Some((user, group)) => (user, group.split('\'').next()?),
        None => {
            let (user, rest) = rest.split_once(" added by ")?;
            let (_, group) = rest.split_once(" to group ")?;
            (user, group.split(' ').next()?)
        }
    };
    POWERFUL
        .contains(&group)
        .then(|| Change::new("group_changed", &format!("{user} → {group}"), None, message))
}

/// `new group: name=x, GID=1001`.
fn group(message: &str) -> Option<Change> {
    message.strip_prefix("new group: ")?;
    let id: u32 = member(message, "GID")?.parse().ok()?;
    let name = member(message, "name")?;
    (id == 0 || id >= FIRST_PERSON).then(|| Change::new("group_changed", name, None, message))
}

/// `pam_unix(passwd:chauthtok): password changed for x`, `password for 'x' changed by 'root'`.
fn password(message: &str) -> Option<Change> {
    if let Some((_, user)) = message.split_once("password changed for ") {
        let user = user.split([' ', ',']).next()?;
        return Some(Change::new("password_changed", user, None, message));
    }
    let rest = message.strip_prefix("password for '")?;
    let (user, rest) = rest.split_once("' changed by '")?;
    let by = rest.strip_suffix('\'').filter(|by| *by != "root");
    Some(Change::new("password_changed", user, by, message))
}

/// `   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/bash`.
fn sudo(message: &str) -> Option<Change> {
    let (by, rest) = message.split_once(" : ")?;
    let refused = [
        "command not allowed",
        "incorrect password",
        "NOT in sudoers",
    ];
    let (before, command) = rest.split_once("COMMAND=")?;
    if by.trim().contains(' ') || refused.iter().any(|word| before.contains(word)) {
        return None;
    }
    let target = before
        .split(" ; ")
        .find_map(|part| part.trim().strip_prefix("USER="))
        .unwrap_or("root");
    let has = |words: &[&str]| words.iter().any(|word| command.contains(word));
    let kind = if has(&["authorized_keys"]) {
        "key_added"
    } else if has(&[
        "systemctl enable",
        "/etc/systemd/system",
        "update-rc.d",
        "chkconfig",
    ]) {
        "service_installed"
    } else if has(&["crontab", "/etc/cron", "/var/spool/cron"]) {
        "task_created"
    } else if has(&["rm ", "truncate ", "shred ", "/dev/null"]) && has(&["/var/log"])
        || has(&[
            "journalctl --vacuum",
            "journalctl --rotate",
            "auditctl -D",
            "auditctl -e 0",
        ])
    {
        "log_cleared"
    } else {
        "became_root"
    };
    // Root is root already.
    let nothing = kind == "became_root" && (target != "root" || by.trim() == "root");
    (!nothing).then(|| Change::new(kind, target, Some(by), command))
}

/// `(to root) deploy on pts/0`, `Successful su for root by deploy`, `pam_unix(su:session): session opened for user root by deploy(uid=1000)`.
fn su(message: &str) -> Option<Change> {
    let (target, by) = if let Some(rest) = message.strip_prefix("(to ") {
        let (target, rest) = rest.split_once(") ")?;
        (target, rest.split(' ').next()?)
    } else if let Some(rest) = message.strip_prefix("Successful su for ") {
        rest.split_once(" by ")?
    } else {
        let (_, rest) = message.split_once("session opened for user ")?;
        let (target, by) = rest.split_once(" by ")?;
        let target = target.split('(').next()?;
        (target, by.split('(').next()?)
    };
    (target == "root" && !by.is_empty() && by != "root")
        .then(|| Change::new("became_root", target, Some(by), message))
}

/// `(root) REPLACE (www-data)`.
fn crontab(message: &str) -> Option<Change> {
    let (by, rest) = message.strip_prefix('(')?.split_once(") REPLACE (")?;
    let by = Some(by).filter(|by| *by != "root");
    Some(Change::new(
        "task_created",
        rest.trim_end_matches(')'),
        by,
        message,
    ))
}

/// What cron notices of a table that was written without `crontab`: `(root) RELOAD (crontabs/root)`, `(*system*x) RELOAD (/etc/cron.d/x)`.
fn reloaded(message: &str) -> Option<Change> {
    let (_, rest) = message.strip_prefix('(')?.split_once(") RELOAD (")?;
    let table = rest.trim_end_matches(')');
    Some(Change::new("task_created", table, None, message))
}
