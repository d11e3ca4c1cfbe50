//! From a program's message to what it says of logins and changes, whatever the log it stands in. Must not know how a log is read.

use super::change::{Change, Changes};
use super::line::{self, Login, Said};
use super::pending::{Found, Pending};
use super::tag::Tagged;
use super::when::{self, Year};

/// A line longer than this says nothing that is asked for: no user's name is as long.
const LONGEST: usize = 64 << 10;

/// Programs that write where logins are written.
const SPEAKERS: [&str; 13] = [
    "sshd",
    "sshd-session",
    "sshd-auth",
    "dropbear",
    "sudo",
    "su",
    "login",
    "systemd-logind",
    "cron",
    "CRON",
    "crond",
    "polkitd",
    "useradd",
];

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Login(Login),
    Change(Change),
}

/// One record: its time, what it says and what it decides of those before, and its number.
pub(crate) type Sink<'a> = dyn FnMut(Option<i64>, Option<Event>, u64) + 'a;

/// Reads messages of one log in their order.
pub(super) struct Events<'a, 'b> {
    pub(super) year: Year,
    pending: Pending,
    changes: Changes,
    /// What the line before said, for syslogs that fold the same line.
    before: Option<Login>,
    /// Whether a program that tells of logins wrote here: else silence of logins means nothing.
    pub(super) of_logins: bool,
    found: &'a mut Sink<'b>,
}

impl<'a, 'b> Events<'a, 'b> {
    pub(super) fn new(near: Option<i64>, found: &'a mut Sink<'b>) -> Self {
        Self {
            year: near.map_or(Year::Unknown, Year::Before),
            pending: Pending::default(),
            changes: Changes::default(),
            before: None,
            of_logins: false,
            found,
        }
    }

    /// A line of text.
    pub(super) fn line(&mut self, text: &str, number: u64) {
        self.text(text, None, self.year, number);
    }

    /// A line of text that somebody handed on at a time.
    pub(super) fn shipped(&mut self, text: &str, at: Option<i64>, number: u64) {
        let year = at.map_or(self.year, Year::About);
        self.text(text, at, year, number);
    }

    fn text(&mut self, text: &str, shipped: Option<i64>, year: Year, number: u64) {
        if text.len() > LONGEST {
            return self.record(shipped, None, number);
        }
        if let Some((own, event)) = super::audit::read(text) {
            self.of_logins = true;
            return self.record(own.or(shipped), event, number);
        }
        let (own, rest) = when::split(text, year);
        let at = own.or(shipped);
        match super::tag::split(rest) {
            Some(tagged) => self.message(tagged, at, number),
            None if repeated(rest).is_some() => {
                let times = repeated(rest).unwrap_or(0);
                let again = self.before.clone().map(|login| Login { times, ..login });
                self.record(at, again.map(Event::Login), number);
            }
            None => {
                let (at, bare) = windows(text).unwrap_or((at, rest));
                // A container's sshd writes to its standard error, without any tag.
                let said = Some(bare).filter(|bare| !bare.starts_with(char::is_whitespace));
                let login = said.and_then(line::said).and_then(|said| match said {
                    Said::Login(login) => Some(Event::Login(login)),
                    _ => None,
                });
                self.record(at, login, number);
            }
        }
    }

    /// A program's message.
    pub(super) fn message(&mut self, tagged: Tagged<'_>, at: Option<i64>, number: u64) {
        let mut out: Vec<Found> = Vec::new();
        let mut event = None;
        self.of_logins |= SPEAKERS.contains(&tagged.program);
        match tagged.program {
            "sshd" | "sshd-session" | "sshd-auth" => {
                if let Some(said) = line::said(tagged.message) {
                    self.pending
                        .take(tagged.process, said, at, number, &mut out);
                }
            }
            "dropbear" => {
                let login = super::dropbear::login(tagged.message);
                out.extend(login.map(|login| (at, login, number)));
            }
            program => event = self.changes.read(program, tagged.message, at),
        }
        let last = out.pop_if(|(_, _, line)| *line == number);
        self.before = last.as_ref().map(|(_, login, _)| login.clone());
        self.decided(out);
        self.record(
            at,
            last.map(|(_, login, _)| Event::Login(login))
                .or(event.map(Event::Change)),
            number,
        );
    }

    /// A record that says what it says by itself.
    pub(super) fn record(&mut self, at: Option<i64>, event: Option<Event>, number: u64) {
        self.of_logins |= event.is_some();
        (self.found)(at, event, number);
    }

    /// The end of the log. Tells whether it is one of logins.
    pub(super) fn finish(mut self) -> bool {
        let mut out = Vec::new();
        self.pending.finish(&mut out);
        self.decided(out);
        self.of_logins
    }

    fn decided(&mut self, out: Vec<Found>) {
        for (at, login, line) in out {
            (self.found)(at, Some(Event::Login(login)), line);
        }
    }
}

/// `HOST last message repeated 5 times`.
fn repeated(rest: &str) -> Option<u64> {
    let (_, rest) = rest.split_once(' ')?;
    let rest = rest.trim_start().strip_prefix("last message repeated ")?;
    rest.strip_suffix(" times")?.parse().ok()
}

/// OpenSSH's own log on Windows: `1234 2026-11-24 02:00:00.123 Accepted …`.
fn windows(text: &str) -> Option<(Option<i64>, &str)> {
    let (process, rest) = text.split_once(' ')?;
    if process.is_empty() || !process.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match when::split(rest, Year::Unknown) {
        (Some(at), rest) => Some((Some(at), rest)),
        (None, _) => None,
    }
}
