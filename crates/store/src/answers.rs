//! Answers of services and registries, kept as small files below the state folder so that nobody is asked twice a day.
//! No record and no evidence: the folder may be deleted at any time. Must not know what the answers mean.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rebato_engine::ports::{AnswerCache, KeptAnswer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files;

/// The name of the file that says until when a source does not want to be asked.
const HELD: &str = "held.json";
/// The name of the file that says when a source was asked within the last day.
const ASKED: &str = "asked.json";
/// For how long questions are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The longest file that is read: twice what a client takes as an answer, as JSON within JSON is longer.
const LONGEST: u64 = 8 * 1024 * 1024;

/// The folder of kept answers: `answers/SOURCE/ADDRESS.json`.
#[derive(Debug, Clone)]
pub struct Answers {
    folder: PathBuf,
}

impl Answers {
    /// The answers of a state folder. Nothing is made before something is kept.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self {
            folder: state.join("answers"),
        }
    }

    fn file(&self, source: &str, ip: IpAddr) -> PathBuf {
        // Colons are not for file names everywhere.
        let name = ip.to_canonical().to_string().replace(':', "_");
        self.folder.join(source).join(format!("{name}.json"))
    }
}

/// Writes a file where that is possible; a full disk must not stop an answer from being used.
fn write(path: &Path, value: &impl Serialize) {
    if let (Some(folder), Ok(bytes)) = (path.parent(), serde_json::to_vec(value))
        && files::make_folder(folder).is_ok()
    {
        let _ = files::replace(path, &bytes);
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let about = fs::metadata(path).ok()?;
    if about.len() > LONGEST {
        return None;
    }
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

impl AnswerCache for Answers {
    fn get(&self, source: &str, ip: IpAddr) -> Option<KeptAnswer> {
        read(&self.file(source, ip))
    }

    fn put(&self, source: &str, ip: IpAddr, answer: &KeptAnswer) {
        write(&self.file(source, ip), answer);
    }

    fn asked(&self, source: &str, at: Timestamp) {
        let path = self.folder.join(source).join(ASKED);
        let mut all: Vec<Timestamp> = read(&path).unwrap_or_default();
        all.retain(|past| at.duration_since(*past) <= DAY);
        all.push(at);
        write(&path, &all);
    }

    fn count_since(&self, source: &str, since: Timestamp) -> usize {
        let path = self.folder.join(source).join(ASKED);
        let all: Vec<Timestamp> = read(&path).unwrap_or_default();
        all.iter().filter(|at| **at >= since).count()
    }

    fn held(&self, source: &str) -> Option<Timestamp> {
        read(&self.folder.join(source).join(HELD))
    }

    fn hold(&self, source: &str, until: Timestamp) {
        write(&self.folder.join(source).join(HELD), &until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_answered_and_forgives_what_is_broken() {
        let state = tempfile::tempdir().unwrap();
        let answers = Answers::of(state.path());
        let ip: IpAddr = "2001:db8::7".parse().unwrap();
        let now = Timestamp::now();
        let ago = now - SignedDuration::from_hours(1);
        assert_eq!(answers.get("rdap", ip), None);
        assert_eq!(
            (answers.count_since("rdap", ago), answers.held("rdap")),
            (0, None)
        );
        let kept = KeptAnswer {
            at: now,
            status: 200,
            body: "{\"a\":\"\u{1F600}\"}".into(),
        };
        answers.put("rdap", ip, &kept);
        answers.put("rdap", "::ffff:192.0.2.1".parse().unwrap(), &kept);
        assert_eq!(answers.get("rdap", ip), Some(kept.clone()));
        assert_eq!(
            answers.get("rdap", "192.0.2.1".parse().unwrap()),
            Some(kept)
        );
        assert_eq!(answers.get("otx", ip), None);
        answers.hold("rdap", now);
        assert_eq!(answers.held("rdap"), Some(now));
        answers.asked("rdap", now - DAY - DAY);
        answers.asked("rdap", ago);
        answers.asked("rdap", now);
        assert_eq!(answers.count_since("rdap", now - DAY - DAY), 2);
        assert_eq!(answers.count_since("rdap", now), 1);
        assert_eq!(answers.count_since("otx", ago), 0);
        fs::write(answers.file("rdap", ip), b"{\"at\":").unwrap();
        assert_eq!(answers.get("rdap", ip), None);
    }
}
