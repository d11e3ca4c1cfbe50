//! The table of the signals, made from the data file when this is compiled: weight, what it is about, ATT&CK ids, and whether one
//! decides by itself. Must not know how a signal is recognised.

use serde::{Deserialize, Serialize};

/// What a signal is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The attack met a wall, or there is an explanation.
    Refusal,
    /// The two sides spoke.
    Contact,
    /// Somebody got in.
    Entry,
    /// The instance obeys somebody.
    Control,
    /// Harm is done, or others are attacked.
    Effect,
    /// The cloud account is used or changed.
    Account,
    /// What others think of the address.
    Reputation,
    /// Worth knowing; verdicts of old journals say no more.
    #[default]
    Context,
}

/// What is fixed about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// The signal's name.
    pub(super) signal: &'static str,
    /// Points; below zero it speaks for a failed attack, and counts only where its source is complete.
    pub(super) points: i32,
    /// Whether it alone makes the verdict `succeeded`.
    pub(super) decides: bool,
    /// What it is about.
    pub(super) about: About,
    /// Technique ids.
    pub(super) attack: &'static [&'static str],
}

macro_rules! signals {
    (attack $version:literal; $($signal:literal $points:literal $role:ident $about:ident [$($id:literal),*];)*) => {
        /// The version of MITRE ATT&CK whose ids are used here.
        pub const VERSION: &str = $version;

        /// All signals.
        pub(super) const TABLE: &[Weight] = &[$(Weight {
            signal: $signal,
            points: $points,
            decides: signals!(@decides $role),
            about: signals!(@about $about),
            attack: &[$($id),*],
        }),*];

        /// Names of signals; words under `signal-` and `refute-` and the name.
        pub const SIGNALS: &[&str] = &[$($signal),*];
    };
    (@decides decides) => { true };
    (@decides weighs) => { false };
    (@about refusal) => { About::Refusal };
    (@about contact) => { About::Contact };
    (@about entry) => { About::Entry };
    (@about control) => { About::Control };
    (@about effect) => { About::Effect };
    (@about account) => { About::Account };
    (@about reputation) => { About::Reputation };
    (@about context) => { About::Context };
}

include!("../../data/signals.table");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{About, SIGNALS, TABLE};

    #[test]
    fn the_table_is_sound() {
        let unique: BTreeSet<_> = SIGNALS.iter().collect();
        assert_eq!(unique.len(), TABLE.len(), "a signal stands twice");
        for weight in TABLE {
            let signal = weight.signal;
            assert!(
                weight.points.abs() <= 100 && !(weight.decides && weight.points <= 0),
                "{signal}"
            );
            let capped = weight.about == About::Reputation && weight.points.abs() > 10;
            assert!(!capped, "{signal} weighs more than reputation may");
            for id in weight.attack {
                let (technique, part) = id.split_once('.').unwrap_or((id, "001"));
                let digits = |text: &str, most| {
                    text.len() == most && text.bytes().all(|b| b.is_ascii_digit())
                };
                let sound = technique.strip_prefix('T').is_some_and(|n| digits(n, 4));
                assert!(sound && digits(part, 3), "{signal}: {id}");
            }
        }
    }
}
