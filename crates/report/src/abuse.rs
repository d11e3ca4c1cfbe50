//! A complaint to the network behind an address, as a letter that a person reads, and sends or not. In the contact's
//! language, not the reader's. Must not know how it is sent: it never is by us.

use rebato_core::investigate::{Complaint, Traffic};
use serde_json::{Value, json};

use crate::Lang;
use crate::words::{Words, protocol};

/// At most this many rows of traffic: who reads it wants examples.
const ROWS: usize = 20;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language that it is written in.
    pub lang: Lang,
    /// To whom; empty where no contact is known.
    pub to: Vec<String>,
    /// What it is about, in a line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Writes the letter, in the language of the contact or another.
#[must_use]
pub fn letter(complaint: &Complaint, lang: Option<Lang>) -> Letter {
    let lang = lang.unwrap_or(if complaint.spanish {
        Lang::Es
    } else {
        Lang::En
    });
    let words = Words::plain(lang);
    let ip = || words.data(complaint.ip);
    let ours: Vec<String> = complaint.ours.iter().map(|ip| words.data(ip)).collect();
    let mut lines = vec![words.key("abuse-greeting"), String::new()];
    lines.push(if ours.is_empty() {
        words.with("abuse-what", [("ip", ip())])
    } else {
        words.with(
            "abuse-what-against",
            [("ip", ip()), ("ours", ours.join(", "))],
        )
    });
    lines.push(String::new());
    lines.extend(
        complaint
            .traffic
            .iter()
            .take(ROWS)
            .map(|seen| row(seen, &words)),
    );
    if let Some(more) = complaint.traffic.len().checked_sub(ROWS).filter(|n| *n > 0) {
        lines.push(words.with("more-rows", [("count", more.to_string())]));
    }
    let logins = &complaint.logins;
    if logins.failed > 0 {
        let args = [
            ("count", logins.failed.to_string()),
            ("first", words.time_or(logins.first)),
            ("last", words.time_or(logins.last)),
        ];
        lines.push(words.with("abuse-logins-failed", args));
    }
    if logins.accepted > 0 {
        let args = [("count", logins.accepted.to_string())];
        lines.push(words.with("abuse-logins-accepted", args));
    }
    lines.extend([
        String::new(),
        words.key("abuse-ask"),
        String::new(),
        words.key("abuse-close"),
    ]);
    Letter {
        lang,
        to: complaint.to.iter().map(|to| words.data(to)).collect(),
        subject: words.with("abuse-subject", [("ip", ip())]),
        body: lines.join("\n"),
    }
}

fn row(seen: &Traffic, words: &Words) -> String {
    let key = if seen.from_us {
        "abuse-row-out"
    } else {
        "abuse-row-in"
    };
    words.with(
        key,
        [
            ("first", words.time(seen.first)),
            ("last", words.time(seen.last)),
            ("protocol", protocol(seen.protocol)),
            (
                "port",
                seen.port
                    .map_or_else(|| "–".into(), |port| port.to_string()),
            ),
            ("accepted", seen.accepted.to_string()),
            ("rejected", seen.rejected.to_string()),
        ],
    )
}

/// `rebato.abuse/1`.
#[must_use]
pub fn document(complaint: &Complaint, letter: &Letter) -> Value {
    json!({
        "schema": "rebato.abuse/1",
        "ip": complaint.ip,
        "to": letter.to,
        "language": letter.lang.code(),
        "subject": letter.subject,
        "body": letter.body,
        "sent": false,
    })
}
