//! The letter to AWS's own people, from a case: what they need to act, and no secret, no user data, no name of a person. In the
//! language that they are asked in, not the reader's. Must not know how it is sent.

use rebato_core::case::{Case, StepState};
use rebato_core::contain::Purpose;
use rebato_core::escalate::{fits, is_breach};
use rebato_core::evaluate::Reason;
use serde_json::{Value, json};

use crate::Lang;
use crate::words::Words;

/// The most characters of a body: `communicationBody` of AWS Support and `description` of Security Incident Response both
/// end there.
pub const BODY: usize = 8000;
/// Room that is kept for the lines after a list.
const RESERVE: usize = 1500;
/// At most this many addresses are written out.
const ADDRESSES: usize = 20;
/// The most characters of a single line.
const LINE: usize = 600;

/// A letter to AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language that it is written in.
    pub lang: Lang,
    /// What it is about, in a line.
    pub subject: String,
    /// The text, of at most [`BODY`] characters.
    pub body: String,
}

/// Lines that stay below a bound of characters.
struct Lines {
    text: String,
    count: usize,
}

impl Lines {
    /// Adds a line if it and `reserve` more characters have room.
    fn add(&mut self, line: &str, reserve: usize) -> bool {
        let line: String = redacted(line).chars().take(LINE).collect();
        let more = line.chars().count() + 1;
        if self.count + more + reserve > BODY {
            return false;
        }
        self.count += more;
        self.text.push_str(&line);
        self.text.push('\n');
        true
    }

    fn say(&mut self, line: &str) {
        self.add(line, 0);
    }

    fn heading(&mut self, words: &Words, key: &str) {
        self.say("");
        self.say(&words.key(key));
    }

    /// As many as have room, and how many have not.
    fn list(&mut self, words: &Words, lines: &[String]) {
        for (n, line) in lines.iter().enumerate() {
            if !self.add(&format!("- {line}"), RESERVE) {
                let left = (lines.len() - n).to_string();
                self.say(&words.with("letter-more", [("count", left)]));
                return;
            }
        }
    }
}

/// Writes the letter.
#[must_use]
pub fn letter(case: &Case, lang: Lang) -> Letter {
    let words = Words::plain(lang);
    let instance = words.data(case.instance_id().unwrap_or("–"));
    let id = words.data(&case.id);
    let mut lines = Lines {
        text: String::new(),
        count: 0,
    };
    lines.say(&words.with("letter-opening", [("case", id.clone())]));
    asked(case, &words, &mut lines);
    place(case, &words, &mut lines);
    happened(case, &words, &mut lines);
    done(case, &words, &mut lines);
    lines.heading(&words, "letter-impact");
    lines.say(&words.key(if is_breach(case) {
        "letter-impact-breach"
    } else {
        "letter-impact-attempt"
    }));
    let leaks: Vec<String> = case.leaks().map(|ip| words.data(ip)).collect();
    if !leaks.is_empty() {
        lines.say(&words.with("letter-impact-leak", [("ips", some(&leaks))]));
    }
    lines.say("");
    lines.say(&words.key("letter-kept"));
    Letter {
        lang,
        subject: redacted(&words.with("letter-subject", [("case", id), ("instance", instance)])),
        body: lines.text.trim_end().to_owned(),
    }
}

/// When the activity began, as far as the finding says.
#[must_use]
pub fn since(case: &Case) -> jiff::Timestamp {
    case.finding.first_seen.unwrap_or(case.opened)
}

fn asked(case: &Case, words: &Words, lines: &mut Lines) {
    let fits = fits(case);
    let has = |code: &str| fits.contains(&code);
    lines.heading(words, "letter-asked");
    let since = words.time(since(case));
    let mut asks = vec![words.with("letter-ask-look", [("since", since)])];
    asks.push(words.key(if has("not_contained") || has("leak") {
        "letter-ask-contain-open"
    } else {
        "letter-ask-contain"
    }));
    if has("credentials") {
        asks.push(words.key("letter-ask-credentials"));
    }
    lines.list(words, &asks);
}

fn place(case: &Case, words: &Words, lines: &mut Lines) {
    let (finding, subject) = (&case.finding, case.subject.as_ref());
    lines.heading(words, "letter-where");
    let account = subject.map(|s| &s.account).or(finding.account.as_ref());
    let region = subject.map(|s| &s.region).or(finding.region.as_ref());
    lines.say(&words.with("letter-account", [("account", words.maybe(account))]));
    lines.say(&words.with("letter-region", [("region", words.maybe(region))]));
    let instance = case.instance_id().map(str::to_owned);
    lines.say(&words.with(
        "letter-instance",
        [("instance", words.maybe(instance.as_ref()))],
    ));
    if let Some(arn) = &finding.profile_arn {
        lines.say(&words.with("letter-role", [("role", words.data(arn))]));
    }
    let mut vpcs: Vec<String> = Vec::new();
    let mut ours: Vec<String> = Vec::new();
    for interface in subject.iter().flat_map(|s| &s.interfaces) {
        vpcs.extend(interface.vpc.iter().map(|vpc| words.data(vpc)));
        let public = interface.addresses.iter().filter_map(|a| a.public.as_ref());
        ours.extend(public.map(|p| words.data(p.ip)));
    }
    vpcs.dedup();
    if !vpcs.is_empty() {
        lines.say(&words.with("letter-vpc", [("vpc", some(&vpcs))]));
    }
    if !ours.is_empty() {
        lines.say(&words.with("letter-ours", [("ips", some(&ours))]));
    }
    let id = finding.arn.as_ref().unwrap_or(&finding.id);
    lines.say(&words.with("letter-finding", [("id", words.data(id))]));
    lines.say(
        &words.with(
            "letter-finding-type",
            [
                ("type", words.data(&finding.kind)),
                (
                    "severity",
                    finding
                        .severity
                        .map_or_else(|| "–".into(), |n| words.number(n)),
                ),
                ("count", words.maybe(finding.count.as_ref())),
                ("first", words.time_or(finding.first_seen)),
                ("last", words.time_or(finding.last_seen)),
            ],
        ),
    );
    let remote: Vec<String> = attackers(case).map(|ip| words.data(ip)).collect();
    if !remote.is_empty() {
        lines.say(&words.with("letter-remote", [("ips", some(&remote))]));
    }
}

/// The other side's addresses, as the finding names them.
pub fn attackers(case: &Case) -> impl Iterator<Item = std::net::IpAddr> + use<> {
    let all = case.whole_finding().remote_ips();
    all.into_iter().take(ADDRESSES)
}

fn happened(case: &Case, words: &Words, lines: &mut Lines) {
    lines.heading(words, "letter-happened");
    let Some(verdict) = &case.verdict else {
        lines.say(&words.key("letter-verdict-none"));
        return;
    };
    lines.say(&words.with(
        "letter-verdict",
        [
            ("outcome", words.outcome(verdict.outcome)),
            ("score", verdict.score.to_string()),
        ],
    ));
    let reasons: Vec<String> = verdict
        .reasons
        .iter()
        .map(|reason| words.reason(&without_users(reason, words)))
        .collect();
    lines.list(words, &reasons);
}

fn done(case: &Case, words: &Words, lines: &mut Lines) {
    lines.heading(words, "letter-done");
    let ours = case
        .plans
        .iter()
        .filter(|record| !matches!(record.plan.purpose, Purpose::Escalate { .. }));
    let steps: Vec<String> = ours
        .flat_map(|record| record.progress())
        .filter_map(|(step, state)| {
            let StepState::Done { receipt, at, .. } = state else {
                return None;
            };
            let requests: Vec<String> = receipt
                .request_ids
                .iter()
                .map(|id| words.data(id))
                .collect();
            let requests = if requests.is_empty() {
                "–".into()
            } else {
                some(&requests)
            };
            Some(words.with(
                "letter-done-step",
                [
                    ("at", words.time(*at)),
                    ("action", words.action(&step.action)),
                    ("requests", requests),
                ],
            ))
        })
        .collect();
    if steps.is_empty() {
        lines.say(&words.key("letter-done-none"));
    }
    lines.list(words, &steps);
    let state = words.key(&format!("containment-{}", case.containment.name()));
    lines.say(&words.with("letter-containment", [("containment", state)]));
}

/// A few values in a row.
fn some(values: &[String]) -> String {
    let mut shown: Vec<&str> = values.iter().take(ADDRESSES).map(String::as_str).collect();
    if values.len() > ADDRESSES {
        shown.push("…");
    }
    shown.join(", ")
}

/// A reason without the names of local users.
fn without_users(reason: &Reason, words: &Words) -> Reason {
    let mut reason = reason.clone();
    for (name, value) in &mut reason.args {
        if matches!(name.as_str(), "user" | "users" | "who") {
            *value = words.key("letter-hidden-user");
        }
    }
    reason
}

/// A line without mail addresses, access keys, secret keys, and names of users and sessions in ARNs.
fn redacted(line: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "@._%+-/:=".contains(c);
    let mut clean = String::with_capacity(line.len());
    let mut word = String::new();
    for c in line.chars() {
        if is_word(c) {
            word.push(c);
        } else {
            clean.push_str(&redacted_word(&word));
            word.clear();
            clean.push(c);
        }
    }
    clean.push_str(&redacted_word(&word));
    clean
}

/// What stands where something was left out.
const HIDDEN: &str = "[…]";

fn redacted_word(word: &str) -> String {
    if let Some((before, host)) = word.split_once('@')
        && !before.is_empty()
        && host.contains('.')
    {
        return HIDDEN.into();
    }
    if let Some((arn, _)) = word.split_once(":user/") {
        return format!("{arn}:user/{HIDDEN}");
    }
    if let Some((arn, session)) = word.split_once(":assumed-role/")
        && let Some((role, session)) = session.split_once('/')
        && !session.starts_with("i-")
    {
        return format!("{arn}:assumed-role/{role}/{HIDDEN}");
    }
    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let key = ["AKIA", "ASIA"]
        .iter()
        .any(|start| core.len() == 20 && core.starts_with(start));
    let has = |test: fn(&u8) -> bool| core.as_bytes().iter().any(test);
    // 40 characters of base64 in both cases: a secret key. Digests are of one case.
    let secret = core.len() == 40
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && !core.contains([':', '.', '-', '_', '@', '%']);
    if key || secret {
        return word.replace(core, HIDDEN);
    }
    word.to_owned()
}

/// `rebato.escalation/1`.
#[must_use]
pub fn document(case: &Case, letter: &Letter) -> Value {
    json!({
        "schema": "rebato.escalation/1",
        "case": case.id,
        "fits": fits(case),
        "language": letter.lang.code(),
        "subject": letter.subject,
        "body": letter.body,
        "sent": false,
    })
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn what_names_a_person_or_opens_a_door_is_left_out() {
        for (said, left) in [
            ("mail ana.lopez@example.com, please", "mail […], please"),
            ("key AKIAIOSFODNN7EXAMPLE.", "key […]."),
            (
                "secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY3",
                "secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY3",
            ),
            (
                "secret wJalrXUtnFEMI/K7MDENG/bPxRfiCY3XAMPLEKEY",
                "secret […]",
            ),
            (
                "by arn:aws:iam::111122223333:user/ana now",
                "by arn:aws:iam::111122223333:user/[…] now",
            ),
            (
                "arn:aws:sts::111122223333:assumed-role/ops/ana",
                "arn:aws:sts::111122223333:assumed-role/ops/[…]",
            ),
            (
                "arn:aws:sts::111122223333:assumed-role/web/i-0123",
                "arn:aws:sts::111122223333:assumed-role/web/i-0123",
            ),
            (
                "at 2026-11-24 03:12:09, i-0123",
                "at 2026-11-24 03:12:09, i-0123",
            ),
        ] {
            assert_eq!(redacted(said), left);
        }
    }
}
