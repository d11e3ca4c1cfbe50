//! Clocks of the law that may run from a breach, as dates: whether one applies is for lawyers, never for a program. Must not
//! say that one does.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::case::Case;

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Hours after the breach was known.
    Hours(i64),
    /// A month after what is due so many hours after it.
    MonthAfter(i64),
}

/// Every clock: its code, with words in the catalogues under `clock-`, and when it ends.
///
/// Sources: Regulation (EU) 2016/679 (GDPR), article 33(1): 72 hours after having become aware. Directive (EU) 2022/2555
/// (NIS2), article 23(4): 24 hours, 72 hours, and a month after the notification. Delegated Regulation (EU) 2025/301 (DORA),
/// article 5: the initial notification at the latest 24 hours after having become aware.
const TABLE: [(&str, Due); 5] = [
    ("nis2-warning", Due::Hours(24)),
    ("dora-initial", Due::Hours(24)),
    ("gdpr-authority", Due::Hours(72)),
    ("nis2-notification", Due::Hours(72)),
    ("nis2-final", Due::MonthAfter(72)),
];

/// The codes of the clocks, in the order in which they end.
pub const CLOCKS: [&str; 5] = [TABLE[0].0, TABLE[1].0, TABLE[2].0, TABLE[3].0, TABLE[4].0];

/// The end of a clock that may be running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which clock.
    pub clock: String,
    /// When it ends.
    pub at: Timestamp,
}

/// The clocks of a case, counted from the first verdict that spoke of a breach; none before there was one.
#[must_use]
pub fn deadlines(case: &Case) -> Vec<Deadline> {
    let Some(known) = case.breach_known else {
        return Vec::new();
    };
    let after = |hours| known.checked_add(SignedDuration::from_hours(hours)).ok();
    TABLE
        .iter()
        .filter_map(|(clock, due)| {
            let at = match due {
                Due::Hours(hours) => after(*hours)?,
                Due::MonthAfter(hours) => {
                    let day = TimeZone::UTC.to_datetime(after(*hours)?);
                    let later = day.checked_add(1.month()).ok()?;
                    TimeZone::UTC.to_timestamp(later).ok()?
                }
            };
            Some(Deadline {
                clock: (*clock).into(),
                at,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::fixture;

    #[test]
    fn the_clocks_run_from_the_first_verdict_of_a_breach_and_from_nothing_else() {
        let mut case = fixture::case();
        assert_eq!(deadlines(&case), []);
        case.breach_known = "2026-01-29T10:00:00Z".parse().ok();
        let at: Vec<String> = deadlines(&case)
            .iter()
            .map(|d| format!("{} {}", d.clock, d.at))
            .collect();
        assert_eq!(
            at,
            [
                "nis2-warning 2026-01-30T10:00:00Z",
                "dora-initial 2026-01-30T10:00:00Z",
                "gdpr-authority 2026-02-01T10:00:00Z",
                "nis2-notification 2026-02-01T10:00:00Z",
                "nis2-final 2026-03-01T10:00:00Z",
            ]
        );
        let codes: Vec<String> = deadlines(&case).into_iter().map(|d| d.clock).collect();
        assert_eq!(codes, CLOCKS);
    }
}
