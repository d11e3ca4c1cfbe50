//! Other findings about the same instance. Must not judge.

use rebato_core::evaluate::Source;
use rebato_core::identify::read_alert;

use super::Scan;
use crate::answers::Other;

impl Scan {
    /// Reads other findings about the same instance, in any envelope. Samples and what is no finding are passed over.
    pub fn finding_file(&mut self, name: &str, bytes: &[u8]) {
        self.answers.seen.entry(Source::Findings).or_default();
        let whole = crate::bytes::inflate(bytes);
        for read in read_alert(name, &whole.bytes) {
            match read {
                Ok(read) if !read.finding.sample => {
                    let finding = read.finding;
                    let instance = &self.answers.questions.instance;
                    let about = instance.as_deref().is_some_and(|id| finding.is_about(id));
                    if about {
                        self.answers.others.push(Other {
                            id: finding.id,
                            kind: finding.kind,
                            severity: finding.severity,
                            at: finding.last_seen.or(finding.updated),
                            file: name.to_owned(),
                        });
                    }
                }
                Ok(_) => {}
                Err(rebato_core::identify::AlertError::NotAFinding { why, .. })
                    if why.contains("is empty") => {}
                Err(error) => self.skip(Source::Findings, name, error.to_string(), true),
            }
        }
    }
}
