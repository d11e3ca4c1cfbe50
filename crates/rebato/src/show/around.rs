//! The instance's neighbourhood, and what remains of one that is no more, in a few aligned lines. Must not decide what is
//! worth telling.

use rebato_core::identify::{Remains, Subject};
use rebato_report::{Words, clean};

/// Values that one line shows; the rest is counted.
const SHOWN: usize = 6;

/// The neighbourhood; nothing where it was not read.
#[must_use]
pub fn around_lines(subject: &Subject, words: &Words) -> Vec<String> {
    let rows = subject
        .around
        .iter()
        .flat_map(|around| words.around(around));
    rows.map(|(label, values)| line(&label, &values)).collect()
}

/// What remains of an instance.
#[must_use]
pub fn remains_lines(remains: &Remains, words: &Words) -> Vec<String> {
    let rows = words.remains(remains).into_iter();
    rows.map(|(label, values)| line(&label, &values)).collect()
}

fn line(label: &str, values: &[String]) -> String {
    let mut shown: Vec<String> = values.iter().take(SHOWN).map(|v| clean(v)).collect();
    if values.len() > SHOWN {
        shown.push(format!("+{}", values.len() - SHOWN));
    }
    format!("   {label:<14} {}", shown.join(", "))
}
