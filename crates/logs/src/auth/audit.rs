//! Records of the Linux audit daemon about logins and accounts, raw or enriched. Source: the audit project's message dictionary.
//! Must not know what is asked.

use super::change::Change;
use super::events::Event;
use super::line::{Login, What};

/// The method of a login that only the audit log tells of.
pub(crate) const AUDIT: &str = "audit";
/// Accounts below are made by packages.
const FIRST_PERSON: u64 = 1_000;

/// Time and content of a record: nothing where the line is none.
pub(super) fn read(line: &str) -> Option<(Option<i64>, Option<Event>)> {
    let line = match line.strip_prefix("node=") {
        Some(rest) => rest.split_once(' ')?.1,
        None => line,
    };
    let (kind, rest) = line.strip_prefix("type=")?.split_once(' ')?;
    let (stamp, rest) = rest.strip_prefix("msg=audit(")?.split_once("):")?;
    // Of 32 bits, as nobody's clock goes further.
    let at = stamp.split(['.', ':']).next()?.parse::<u32>().ok();
    let at = at.map(i64::from);
    let done = member(rest, "res").is_some_and(|res| matches!(res.as_str(), "success" | "1"));
    Some((at, event(kind, rest, done)))
}

fn event(kind: &str, rest: &str, done: bool) -> Option<Event> {
    let by_sshd = || member(rest, "exe").is_some_and(|exe| exe.contains("sshd"));
    let by = || member(rest, "AUID").filter(|by| by != "unset");
    let user = || {
        ["acct", "ID", "id"]
            .iter()
            .find_map(|name| member(rest, name))
    };
    let login = |what| {
        let from = member(rest, "addr").filter(|from| from != "?")?;
        Login::new(&user().unwrap_or_default(), &from, what, 1).map(Event::Login)
    };
    let change = |kind: &'static str| {
        let about = user()?;
        let detail = member(rest, "op").unwrap_or_default();
        let change = Change::new(kind, &about, by().as_deref(), &detail);
        Some(Event::Change(change))
    };
    match (kind, done) {
        ("USER_LOGIN", true) if by_sshd() => login(What::Session { record: AUDIT }),
        // sshd writes one for each try; `USER_LOGIN` fails once more at the end.
        ("USER_AUTH", false) if by_sshd() => {
            let method = member(rest, "op").unwrap_or_default();
            method
                .starts_with("PAM:")
                .then(|| login(What::Recorded))
                .flatten()
        }
        ("ADD_USER", true) => {
            let id = member(rest, "id").and_then(|id| id.parse::<u64>().ok());
            let service = id.is_some_and(|id| (1..FIRST_PERSON).contains(&id));
            if service { None } else { change("user_added") }
        }
        ("USER_CHAUTHTOK", true) => {
            let op = member(rest, "op").unwrap_or_default();
            let password = op.contains("password") || op == "PAM:chauthtok";
            if password {
                change("password_changed")
            } else {
                None
            }
        }
        _ => None,
    }
}

/// `name=value`, bare, in quotes, or in hexadecimal where the value holds what quotes cannot.
fn member(text: &str, name: &str) -> Option<String> {
    let value = text.match_indices(name).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let whole = before.is_none_or(|c| matches!(c, ' ' | '\'' | '\u{1d}'));
        let after = text.get(at + name.len()..)?.strip_prefix('=')?;
        whole.then_some(after)
    })?;
    if let Some(quoted) = value.strip_prefix('"') {
        return quoted.split('"').next().map(str::to_owned);
    }
    // `op=adding user id=…` has words in it.
    if name == "op" {
        let end = value.find(" id=").or_else(|| value.find(" acct="));
        let end = end.or_else(|| value.find(' ')).unwrap_or(value.len());
        return value.get(..end).map(str::to_owned);
    }
    let bare = value.split([' ', '\'', '\u{1d}']).next()?;
    let hexadecimal = name == "acct" && bare.len() >= 2 && bare.len() % 2 == 0;
    let bytes: Option<Vec<u8>> = bare
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    match bytes.filter(|_| hexadecimal) {
        Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        None => Some(bare.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(line: &str) -> String {
        match read(line) {
            None => "no record".into(),
            Some((at, None)) => format!("{} nothing", at.unwrap_or(0)),
            Some((at, Some(Event::Login(l)))) => {
                format!("{} {:?} {} {}", at.unwrap_or(0), l.what, l.user, l.from)
            }
            Some((at, Some(Event::Change(c)))) => {
                format!("{} {} {} by {:?}", at.unwrap_or(0), c.kind, c.about, c.by)
            }
        }
    }

    #[test]
    fn logins_tries_and_accounts() {
        let sshd = r#"exe="/usr/sbin/sshd" hostname=203.0.113.9 addr=203.0.113.9"#;
        let head = "msg=audit(1795485600.123:456): pid=77 uid=0 auid=1000 ses=3 msg='";
        for (line, wanted) in [
            (
                format!(
                    "type=USER_LOGIN {head}op=login id=1000 {sshd} terminal=/dev/pts/0 res=success'\u{1d}UID=\"root\" AUID=\"bob\" ID=\"bob\""
                ),
                "1795485600 Session { record: \"audit\" } bob 203.0.113.9",
            ),
            (
                format!(
                    "node=h type=USER_AUTH {head}op=PAM:authentication grantors=? acct=\"root\" {sshd} terminal=ssh res=failed'"
                ),
                "1795485600 Recorded root 203.0.113.9",
            ),
            (
                format!(
                    "type=USER_AUTH {head}op=PAM:authentication acct=28756E6B6E6F776E29 {sshd} terminal=ssh res=failed'"
                ),
                "1795485600 Recorded (unknown) 203.0.113.9",
            ),
            (
                format!("type=USER_AUTH {head}op=pubkey acct=\"root\" {sshd} res=failed'"),
                "1795485600 nothing",
            ),
            (
                format!(
                    "type=USER_AUTH {head}op=PAM:authentication acct=\"root\" exe=\"/usr/bin/sudo\" hostname=? addr=? res=failed'"
                ),
                "1795485600 nothing",
            ),
            (
                format!(
                    "type=ADD_USER {head}op=adding user id=1002 exe=\"/usr/sbin/useradd\" hostname=? addr=? res=success'\u{1d}AUID=\"bob\" ID=\"eve\""
                ),
                "1795485600 user_added eve by Some(\"bob\")",
            ),
            (
                format!(
                    "type=ADD_USER {head}op=adding user id=112 exe=\"/usr/sbin/useradd\" res=success'"
                ),
                "1795485600 nothing",
            ),
            (
                format!(
                    "type=USER_CHAUTHTOK {head}op=PAM:chauthtok acct=\"eve\" exe=\"/usr/bin/passwd\" res=success'"
                ),
                "1795485600 password_changed eve by None",
            ),
            (
                "type=SYSCALL msg=audit(1795485600.1:2): arch=c000003e res=success".into(),
                "1795485600 nothing",
            ),
            ("type=x".into(), "no record"),
            ("h sshd[1]: type=USER_LOGIN".into(), "no record"),
        ] {
            assert_eq!(say(&line), wanted, "{line}");
        }
    }
}
