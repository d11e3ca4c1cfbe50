//! sshd's and PAM's lines in syslog of every dress, RFC 5424, and journald or log shippers' JSON, to [`Login`]s. A user name is
//! whatever the other side typed, so the address is taken from where sshd itself writes it. Must not know what is asked.

mod line;
mod when;

use serde_json::Value;

pub(crate) use line::{Login, What};

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) lines: u64,
    pub(crate) wrong: Vec<String>,
}

/// Hands on the time of every line, and what it says of a login, with its number. `near` is a time (Unix seconds) near the end of the
/// log, for lines without year.
pub(crate) fn read(
    bytes: &[u8],
    near: Option<i64>,
    mut found: impl FnMut(Option<i64>, Option<Login>, u64),
) -> FileRead {
    let mut out = FileRead::default();
    let head = crate::bytes::head(bytes);
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&head)
        .trim_ascii_start();
    if head.starts_with(b"{") || head.starts_with(b"[{") || head.starts_with(b"[\n") {
        let whole = crate::bytes::inflate(bytes);
        out.wrong.extend(whole.cut.clone());
        let wrong = crate::json::each(&whole.bytes, |value, number| {
            out.lines += 1;
            let (at, login) = entry(&value, near);
            found(at, login, number);
        });
        out.wrong.extend(wrong);
        return out;
    }
    if head.iter().filter(|byte| **byte == 0).count() > 8 {
        out.wrong.push(
            "binary, no text log (utmp, wtmp and journal files are not read; export them)".into(),
        );
        return out;
    }
    let cut = crate::bytes::lines(bytes, |chunk, first| {
        for (number, line) in (first..).zip(chunk.split(|b| *b == b'\n')) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            out.lines += 1;
            let text = String::from_utf8_lossy(line);
            let (at, login) = one(text.trim_end(), near);
            found(at, login, number);
        }
    });
    out.wrong.extend(cut);
    out
}

fn one(text: &str, near: Option<i64>) -> (Option<i64>, Option<Login>) {
    let (at, rest) = when::split(text, near);
    (at, line::message(rest).and_then(line::login))
}

/// journald's export as JSON, or any shipper's object with a message and a time.
fn entry(value: &Value, near: Option<i64>) -> (Option<i64>, Option<Login>) {
    let micros = value
        .get("__REALTIME_TIMESTAMP")
        .or_else(|| value.get("_SOURCE_REALTIME_TIMESTAMP"))
        .and_then(number);
    let message = match value
        .get("MESSAGE")
        .or_else(|| value.get("message"))
        .or_else(|| value.get("Message"))
    {
        Some(Value::String(text)) => text.clone(),
        // journald gives bytes that are no UTF-8 as numbers.
        Some(Value::Array(bytes)) => {
            let bytes: Vec<u8> = bytes
                .iter()
                .filter_map(|b| u8::try_from(b.as_u64()?).ok())
                .collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => return (micros.map(|t| t / 1_000_000), None),
    };
    let millis = value
        .get("timestamp")
        .or_else(|| value.get("ingestionTime"))
        .and_then(number);
    let at = micros
        .map(|t| t / 1_000_000)
        .or_else(|| millis.map(|t| if t > 100_000_000_000 { t / 1000 } else { t }));
    let name = value
        .get("SYSLOG_IDENTIFIER")
        .or_else(|| value.get("_COMM"))
        .and_then(Value::as_str);
    match name {
        Some(name) if name.starts_with("sshd") => (at, line::login(&message)),
        Some(_) => (at, None),
        None => {
            let (own, login) = one(&message, near);
            (own.or(at), login)
        }
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests;
