//! What is asked of a login record. Must not read records, and must not judge.

use jiff::Timestamp;
use rebato_core::evaluate::Source;

use super::Scan;
use crate::Answers;
use crate::auth::{self, Event};
use crate::talks::Place;

impl Scan {
    /// Reads a log of logins: sshd's, a journal's, utmp's kin, or Windows' events.
    pub fn auth_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.seen.entry(Source::AuthLog).or_default();
        let q = &self.answers.questions;
        let near = q.near.or(q.until).map(Timestamp::as_second);
        let mut timed = 0u64;
        let (answers, inflater) = (&mut self.answers, &mut self.inflater);
        let read = auth::read(inflater, name, bytes, near, &mut |at, event, line| {
            timed += u64::from(at.is_some());
            answers.line(at, event, Place { file, line });
        });
        self.answers.auth_lines += read.lines;
        self.answers.tells_of_logins |= read.of_logins;
        for why in read.wrong {
            self.skip(Source::AuthLog, name, why, true);
        }
        if read.lines > 0 && timed == 0 && near.is_some() {
            self.skip(
                Source::AuthLog,
                name,
                "no line begins with a time".into(),
                true,
            );
        }
    }
}

impl Answers {
    fn line(&mut self, at: Option<i64>, event: Option<Event>, place: Place) {
        if at.is_some_and(|at| !self.heard(Source::AuthLog, at, true)) {
            return;
        }
        match event {
            Some(Event::Login(login)) => self.logins.add(at, &login, place),
            Some(Event::Change(change)) => self.changes.add(at, change, place),
            None => {}
        }
    }
}
