//! Progress as lines on standard error, in the reader's language. Must not know the engine's order of things.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rebato_engine::progress::{Progress, Watcher};
use rebato_report::{Words, clean};

use crate::context::Context;
use crate::interrupt::Interrupt;
use crate::meter::Meter;
use crate::terminal::{BAD, BOLD, DIM, GOOD, Terminal, styled};

/// Tells a person.
pub struct Talk {
    terminal: Terminal,
    interrupt: Interrupt,
    meter: Meter,
    /// Several cases are told of beside each other: only what fails, each line with its case.
    case: Option<String>,
}

impl Talk {
    /// On the streams of a command.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self {
            terminal: context.terminal,
            interrupt: context.interrupt.clone(),
            meter: Meter::default(),
            case: None,
        }
    }

    /// Of one case among others.
    #[must_use]
    pub fn of_case(context: &Context, case: &str) -> Self {
        Self {
            case: Some(case.into()),
            ..Self::new(context)
        }
    }
}

impl Watcher for Talk {
    fn tell(&self, progress: &Progress<'_>) {
        if self.case.is_some() && !matches!(progress, Progress::StepFailed { .. }) {
            return;
        }
        let words = Words::plain(self.terminal.lang);
        let line = match progress {
            Progress::Room("contain") => return,
            Progress::Room(room) => styled(
                DIM,
                &format!("   {} …", words.key(&format!("progress-{room}"))),
            ),
            Progress::Log { bytes, ahead, .. } => return self.meter.file(*bytes, *ahead, &words),
            Progress::LogsRead => {
                self.interrupt.read();
                return self.meter.end();
            }
            Progress::StepStarted(_) => return,
            Progress::StepDone { step, adopted } => {
                let action = words.action(&step.action);
                let key = if *adopted {
                    "step-adopted"
                } else {
                    "step-done"
                };
                format!(
                    " {} {}",
                    styled(GOOD, "✔"),
                    words.with(key, [("action", action)])
                )
            }
            Progress::StepFailed { step, code, why } => {
                let why = if *code == "NeedsStep" {
                    words.with("step-needs", [("step", clean(why))])
                } else {
                    clean(why)
                };
                format!(
                    " {} {}",
                    styled(BAD, "✖"),
                    words.with(
                        "step-failed",
                        [("action", words.action(&step.action)), ("why", why)]
                    )
                )
            }
            Progress::Waiting { target, .. } => styled(
                DIM,
                &format!(
                    "   {}",
                    words.with("progress-wait", [("target", clean(target))])
                ),
            ),
            Progress::ReadingBack => styled(BOLD, &format!("   {}", words.key("progress-verify"))),
        };
        let line = match &self.case {
            Some(case) => format!("{case}{line}"),
            None => line,
        };
        self.meter.beside(|| self.terminal.talk(&line));
    }

    fn stop(&self) -> Arc<AtomicBool> {
        self.interrupt.reading()
    }
}
