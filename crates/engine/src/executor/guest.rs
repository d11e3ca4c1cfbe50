//! Waiting for the end of what a step runs in the operating system. Must not know what it runs.

use std::time::Duration;

use rebato_core::case::{Custody, Receipt};
use rebato_core::contain::ApprovedStep;

use super::Run;
use crate::error::EngineError;
use crate::ports::{CloudError, GuestAnswer};
use crate::progress::Progress;

/// The first look comes soon, the later ones at growing distances.
const FIRST: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(15);
/// How much of an answer stands in the journal: the whole is kept as evidence.
const SHOWN: usize = 200;

/// How a command came out.
pub(super) enum Heard {
    /// It came to a good end.
    Well(Receipt),
    /// It did not.
    Badly {
        /// Why, as a code.
        code: String,
        /// In its own words.
        why: String,
        /// Whether surely nothing is changed.
        certain: bool,
    },
}

impl Run<'_> {
    /// Waits until the command of a step has come to its end; what runs nothing has.
    pub(super) async fn hear(
        &self,
        step: &ApprovedStep,
        mut receipt: Receipt,
    ) -> Result<Heard, EngineError> {
        let (Some(run), Some(command)) = (step.action().in_guest(), receipt.made.first().cloned())
        else {
            return Ok(Heard::Well(receipt));
        };
        let target = step.action().target();
        self.watcher.tell(&Progress::Waiting {
            action: step.action().name(),
            target: &target,
        });
        let clock = self.writer.clock();
        let until = clock.now() + Duration::from_secs(run.wait.into());
        let mut pause = FIRST;
        let answer = loop {
            clock.pass(pause).await;
            pause = (pause * 2).min(LONGEST);
            let seen = self.cloud.heard(step.instance(), &command).await;
            let over = clock.now() >= until;
            match seen {
                Ok(answer) if over || !answer.runs() => break answer,
                // An agent that is gone for a while, as at a restart, comes back.
                Err(error) if over || lasts(&error) => {
                    return Ok(Heard::Badly {
                        code: error.code().to_owned(),
                        why: error.to_string(),
                        certain: false,
                    });
                }
                _ => {}
            }
        };
        let bytes = answer.output.as_bytes();
        if !bytes.is_empty() {
            let custody = Custody::default();
            let kept = self.writer.keep("guest_output", &target, bytes, custody);
            receipt.kept.push(kept.await?);
        }
        Ok(match answer.status.as_str() {
            "Success" => Heard::Well(receipt),
            status => {
                let (code, why) = reason(&answer);
                Heard::Badly {
                    code,
                    why,
                    certain: status == "Failed" && step.action().put_back_by_itself(),
                }
            }
        })
    }
}

/// Whether looking again would say the same.
fn lasts(error: &CloudError) -> bool {
    !matches!(
        error,
        CloudError::Throttled { .. } | CloudError::Unreachable { .. }
    ) && error.code() != "InvocationDoesNotExist"
}

/// Why a command failed: the code that a script of ours says, else AWS's word, with the last line of what it printed.
fn reason(answer: &GuestAnswer) -> (String, String) {
    let mut lines = answer.output.lines().filter(|line| !line.trim().is_empty());
    let said = answer
        .output
        .lines()
        .find_map(|line| line.strip_prefix("@@why "))
        .filter(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    let code = match (answer.status.as_str(), said) {
        (_, Some(code)) => format!("Guest:{code}"),
        (_, None) if answer.runs() => "CommandStillRuns".to_owned(),
        (status, None) => format!("Command{status}"),
    };
    let last = match said {
        Some(code) => format!("the system refuses or has put it back: {code}"),
        None => lines.next_back().unwrap_or_default().to_owned(),
    };
    (code, last.chars().take(SHOWN).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_says_why_and_nobody_else_speaks_for_it() {
        let of = |status: &str, output: &str| {
            reason(&GuestAnswer {
                command: "c".into(),
                status: status.into(),
                output: output.into(),
            })
        };
        assert_eq!(of("Failed", "x\n@@why syntax\n").0, "Guest:syntax");
        assert_eq!(of("Failed", "@@why \u{1b}[2J\n").0, "CommandFailed");
        assert_eq!(
            of("TimedOut", ""),
            ("CommandTimedOut".into(), String::new())
        );
        assert_eq!(of("InProgress", "a\n\n").1, "a");
        assert_eq!(of("InProgress", "").0, "CommandStillRuns");
        assert_eq!(of("Failed", &"y".repeat(999)).1.len(), SHOWN);
    }
}
