//! How far a long reading has come: files, bytes, rate, time left, on standard error where a person looks. Short ones show nothing.
//! Must not know what is read.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rebato_report::Words;

/// A reading that ends within this needs no meter.
const SHORT: Duration = Duration::from_millis(700);
/// How often it is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// See the module.
#[derive(Debug, Default)]
pub struct Meter {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    files: u64,
    bytes: u64,
    bar: Option<ProgressBar>,
}

impl Meter {
    /// A file was handed to the reader.
    pub fn file(&self, bytes: u64, ahead: u64, words: &Words) {
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        let since = *state.since.get_or_insert_with(Instant::now);
        state.files += 1;
        if state.bar.is_none() && since.elapsed() >= SHORT {
            state.bar = bar(words, since);
        }
        let (files, before) = (state.files, state.bytes);
        state.bytes += bytes;
        if let Some(bar) = &state.bar {
            bar.set_length(state.bytes + ahead);
            // What is being read now is not read yet.
            bar.set_position(before);
            bar.set_message(words.with("progress-files", [("files", files.to_string())]));
        }
    }

    /// The reading is over.
    pub fn end(&self) {
        if let Ok(mut state) = self.state.lock() {
            if let Some(bar) = state.bar.take() {
                bar.finish_and_clear();
            }
            *state = State::default();
        }
    }

    /// Runs what writes lines, without the meter in between.
    pub fn beside(&self, write: impl FnOnce()) {
        let bar = self.state.lock().ok().and_then(|state| state.bar.clone());
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

fn bar(words: &Words, since: Instant) -> Option<ProgressBar> {
    let left = words.key("progress-left");
    let style = ProgressStyle::with_template(&format!(
        "   {{msg}} · {{binary_bytes}} / {{binary_total_bytes}} · {{binary_bytes_per_sec}} · {left} {{eta}}"
    ))
    .ok()?;
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr())
        .with_elapsed(since.elapsed())
        .with_style(style);
    bar.enable_steady_tick(TICK);
    Some(bar)
}

#[cfg(test)]
mod tests {
    use rebato_report::Lang;

    use super::*;

    #[test]
    fn every_language_has_a_meter() {
        for lang in [Lang::En, Lang::Es] {
            assert!(bar(&Words::plain(lang), Instant::now()).is_some());
        }
    }

    #[test]
    fn a_short_reading_shows_nothing_and_starts_anew() {
        let meter = Meter::default();
        meter.file(10, 20, &Words::plain(Lang::En));
        assert!(meter.state.lock().unwrap().bar.is_none());
        meter.end();
        assert_eq!(meter.state.lock().unwrap().files, 0);
    }
}
