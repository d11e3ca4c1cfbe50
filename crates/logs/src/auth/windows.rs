//! Windows events: logons, failed logons, and what changed, from the Security, System and OpenSSH logs, as Winlogbeat,
//! `Get-WinEvent | ConvertTo-Json`, evtx_dump, NXLog and the CloudWatch agent write them. Only the fields of an event are read: its
//! message is in the language of the machine. Source: Microsoft's pages of security auditing events. Must not know what is asked.

mod fields;

use super::change::Change;
use super::events::Event;
use super::line::{Login, What};
use super::when;

pub(super) use fields::{Fields, fields, xml};

/// What an event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    Event(Event),
    /// A message of OpenSSH.
    Sshd(String),
    Nothing,
}

/// The user that a failed logon names does not exist.
const NO_SUCH_USER: &str = "0xc0000064";

/// What an event says, and when.
pub(super) fn read(event: &Fields, outer: Option<i64>) -> (Option<i64>, Told) {
    let at = event.at.or(outer);
    let told = match event.id {
        4 if event.channel.starts_with("OpenSSH") => {
            let payload = event.get("payload");
            return (at, payload.map_or(Told::Nothing, |p| Told::Sshd(p.into())));
        }
        4624 => logon(event).map(Event::Login),
        4625 => failure(event).map(Event::Login),
        _ => change(event).map(Event::Change),
    };
    (at, told.map_or(Told::Nothing, Told::Event))
}

/// A logon from elsewhere. Machines' own accounts and nobody (a null session) are not people who got in.
fn logon(event: &Fields) -> Option<Login> {
    let user = event.get("TargetUserName")?;
    let method = match event.get("LogonType")? {
        "3" => "network",
        "7" => "unlock",
        "8" => "cleartext",
        "10" => "rdp",
        _ => return None,
    };
    let nobody = user.ends_with('$')
        || user.eq_ignore_ascii_case("ANONYMOUS LOGON")
        || event.get("TargetUserSid") == Some("S-1-5-7");
    if nobody {
        return None;
    }
    let method = method.to_owned();
    Login::new(user, elsewhere(event)?, What::Accepted { method }, 1)
}

fn failure(event: &Fields) -> Option<Login> {
    let user = event.get("TargetUserName").unwrap_or_default();
    let invalid = ["SubStatus", "Status"].iter().any(|name| {
        event
            .get(name)
            .is_some_and(|code| code.eq_ignore_ascii_case(NO_SUCH_USER))
    });
    Login::new(user, elsewhere(event)?, What::Failed { invalid }, 1)
}

/// The address of the other side, unless it is this machine.
fn elsewhere(event: &Fields) -> Option<&str> {
    let from = event.get("IpAddress")?;
    let here = matches!(from, "" | "-" | "LOCAL" | "localhost")
        || super::line::address(from).is_some_and(|ip| ip.is_loopback() || ip.is_unspecified());
    (!here).then_some(from)
}

fn change(event: &Fields) -> Option<Change> {
    let get = |name: &str| event.get(name);
    let by = get("SubjectUserName").filter(|by| *by != "-" && !by.ends_with('$'));
    let target = get("TargetUserName");
    let security = event.channel == "Security" || event.channel.is_empty();
    let of = |kind, about: &str, by, detail: &str| Some(Change::new(kind, about, by, detail));
    match event.id {
        4672 if security => {
            let user = by?;
            // The machine's own services have these rights at each start.
            let sid = get("SubjectUserSid").unwrap_or_default();
            let own = matches!(sid, "S-1-5-18" | "S-1-5-19" | "S-1-5-20")
                || sid.starts_with("S-1-5-90-")
                || sid.starts_with("S-1-5-96-")
                || matches!(user, "SYSTEM" | "LOCAL SERVICE" | "NETWORK SERVICE");
            if own {
                return None;
            }
            of("became_root", user, Some(user), "4672")
        }
        4720 if security => of("user_added", target?, by, "4720"),
        4722 if security => of("user_enabled", target?, by, "4722"),
        4724 if security => of("password_changed", target?, by, "4724"),
        // Members of groups: global, local, universal.
        4728 | 4732 | 4756 if security => {
            let member = get("MemberName")
                .filter(|name| *name != "-")
                .or_else(|| get("MemberSid"))?;
            let detail = event.id.to_string();
            of(
                "group_changed",
                &format!("{member} → {}", target?),
                by,
                &detail,
            )
        }
        4697 if security => of(
            "service_installed",
            get("ServiceName")?,
            by,
            get("ServiceFileName").unwrap_or_default(),
        ),
        7045 => of(
            "service_installed",
            get("ServiceName")?,
            None,
            get("ImagePath").unwrap_or_default(),
        ),
        4698 if security => {
            let content = get("TaskContent").unwrap_or_default();
            of("task_created", get("TaskName")?, by, command(content))
        }
        1102 if security => of("log_cleared", "Security", by, "1102"),
        104 if event.channel != "Security" => {
            of("log_cleared", get("Channel").unwrap_or("System"), by, "104")
        }
        _ => None,
    }
}

/// What a task runs, from its XML.
fn command(content: &str) -> &str {
    let inner = content
        .split_once("<Command>")
        .and_then(|(_, rest)| rest.split_once("</Command>"));
    inner.map_or(content, |(command, _)| command)
}

/// Time of an event.
fn moment(text: &str) -> Option<i64> {
    when::moment(text.trim())
}

#[cfg(test)]
mod tests;
