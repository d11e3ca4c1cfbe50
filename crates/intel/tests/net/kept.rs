//! A keeper of answers in memory, and a key in a file.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::Mutex;

use jiff::Timestamp;
use rebato_engine::ports::{AnswerCache, KeptAnswer};
use rebato_intel::services::KeySource;

pub(crate) const KEY: &str = "s3cretKEY";

/// A file that holds the key, and the reference to it.
pub(crate) fn key() -> (tempfile::NamedTempFile, KeySource) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{KEY}").unwrap();
    let source = KeySource::File(file.path().to_owned());
    (file, source)
}

#[derive(Debug, Default)]
pub(crate) struct Kept {
    answers: Mutex<BTreeMap<(String, IpAddr), KeptAnswer>>,
    asked: Mutex<Vec<(String, Timestamp)>>,
    held: Mutex<BTreeMap<String, Timestamp>>,
}

impl AnswerCache for Kept {
    fn get(&self, source: &str, ip: IpAddr) -> Option<KeptAnswer> {
        let answers = self.answers.lock().unwrap();
        answers.get(&(source.to_owned(), ip)).cloned()
    }

    fn put(&self, source: &str, ip: IpAddr, answer: &KeptAnswer) {
        let mut answers = self.answers.lock().unwrap();
        answers.insert((source.to_owned(), ip), answer.clone());
    }

    fn asked(&self, source: &str, at: Timestamp) {
        self.asked.lock().unwrap().push((source.to_owned(), at));
    }

    fn count_since(&self, source: &str, since: Timestamp) -> usize {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|(of, at)| of == source && *at >= since)
            .count()
    }

    fn held(&self, source: &str) -> Option<Timestamp> {
        self.held.lock().unwrap().get(source).copied()
    }

    fn hold(&self, source: &str, until: Timestamp) {
        self.held.lock().unwrap().insert(source.to_owned(), until);
    }
}
