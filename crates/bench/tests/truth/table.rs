//! Counts of outcomes by scenario, and the stories that were judged wrongly. Must not judge.

use std::collections::BTreeMap;
use std::fmt;

use rebato_core::evaluate::Outcome;
use rebato_lab::scenario::Scenario;

use crate::Played;

const OUTCOMES: [Outcome; 6] = [
    Outcome::Succeeded,
    Outcome::Likely,
    Outcome::Attempted,
    Outcome::Blocked,
    Outcome::Benign,
    Outcome::Inconclusive,
];

/// Faults told one by one of each scenario.
const TOLD: usize = 3;

pub(crate) struct Table<'a> {
    rows: Vec<(&'a Scenario, BTreeMap<Outcome, usize>)>,
    /// By scenario and reason: how many, and the first of them in words.
    pub(crate) faults: BTreeMap<(String, &'static str), (usize, Vec<String>)>,
}

impl<'a> Table<'a> {
    pub(crate) fn of(
        scenarios: &'a [Scenario],
        played: &[Played],
        wrong: impl Fn(&Scenario, Outcome) -> Option<&'static str>,
    ) -> Self {
        let mut table = Self {
            rows: scenarios
                .iter()
                .map(|scenario| (scenario, BTreeMap::new()))
                .collect(),
            faults: BTreeMap::new(),
        };
        for one in played {
            let Some((scenario, counts)) = table.rows.get_mut(one.scenario) else {
                continue;
            };
            *counts.entry(one.verdict.outcome).or_default() += 1;
            if let Some(why) = wrong(scenario, one.verdict.outcome) {
                let fault = table
                    .faults
                    .entry((scenario.name.clone(), why))
                    .or_default();
                fault.0 += 1;
                if fault.1.len() < TOLD {
                    fault.1.push(told(one));
                }
            }
        }
        table
    }

    /// The faults in words.
    pub(crate) fn told(&self) -> String {
        let each = self.faults.iter().map(|((name, why), (n, some))| {
            format!("\n{name}: {n} times {why}:\n  {}", some.join("\n  "))
        });
        each.collect()
    }
}

fn told(one: &Played) -> String {
    let verdict = &one.verdict;
    let reasons: Vec<String> = verdict
        .reasons
        .iter()
        .map(|reason| format!("{} {:+} {:?}", reason.signal, reason.weight, reason.args))
        .collect();
    let gaps: Vec<String> = verdict
        .gaps
        .iter()
        .map(|gap| format!("{} {:?} {:?}", gap.source.name(), gap.coverage, gap.why))
        .collect();
    format!(
        "seed {}: {} ({})\n    reasons: {}\n    gaps: {}",
        one.seed,
        verdict.outcome.name(),
        verdict.score,
        reasons.join("\n             "),
        gaps.join("\n          ")
    )
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<18} {:<13}", "scenario", "truth")?;
        for outcome in OUTCOMES {
            write!(f, "{:>13}", outcome.name())?;
        }
        for (scenario, counts) in &self.rows {
            write!(f, "\n{:<18} {:<13}", scenario.name, scenario.truth)?;
            for outcome in OUTCOMES {
                match counts.get(&outcome) {
                    Some(n) => write!(f, "{n:>13}")?,
                    None => write!(f, "{:>13}", "·")?,
                }
            }
        }
        Ok(())
    }
}
