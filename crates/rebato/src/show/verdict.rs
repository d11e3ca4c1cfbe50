//! The verdict, its reasons and its gaps.

use rebato_core::evaluate::{Coverage, Dossier, Outcome, Source, Verdict};
use rebato_report::Words;

use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// How many reasons are shown; the report has all.
const REASONS: usize = 8;

/// For how many of the strongest reasons it is shown what would refute them; the report and the document have all.
const REFUTED: usize = 2;

/// How many files that could not be read are named for each source; the report names more, the document all.
const FILES: usize = 2;

/// What each source could show, in one line.
#[must_use]
pub fn coverage_line(dossier: &Dossier, words: &Words) -> String {
    Source::ALL
        .into_iter()
        .map(|source| {
            let covered = dossier.coverage.get(&source);
            let records = covered
                .map(|c| c.records)
                .filter(|n| *n > 0)
                .map(|n| format!(" ({n})"))
                .unwrap_or_default();
            let name = words.source(source);
            let coverage = dossier.covered(source);
            let said = || words.with("coverage-said", [("coverage", words.coverage(coverage))]);
            match coverage {
                Coverage::Complete => format!("{} {name}{records}", styled(GOOD, "✔")),
                Coverage::Partial => format!("{} {name}{records} {}", styled(CARE, "?"), said()),
                Coverage::Absent => format!("{} {name} {}", styled(CARE, "–"), said()),
            }
        })
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The verdict with why, what is not known, and what would change it.
#[must_use]
pub fn verdict_lines(verdict: &Verdict, words: &Words) -> Vec<String> {
    let (style, mark) = match verdict.outcome {
        Outcome::Succeeded | Outcome::Likely => (BAD, "✖"),
        Outcome::Inconclusive => (CARE, "?"),
        Outcome::Attempted => (CARE, "!"),
        Outcome::Blocked | Outcome::Benign => (GOOD, "✔"),
    };
    let said = words.outcome(verdict.outcome);
    let mut lines = vec![format!(
        "{} {}  {}",
        styled(BOLD, &words.key("verdict-heading")),
        styled(style, &format!("{mark} {}", said.to_uppercase())),
        styled(
            DIM,
            &words.with(
                "verdict-score",
                [
                    ("score", verdict.score.to_string()),
                    ("code", verdict.outcome.name().into())
                ]
            )
        )
    )];
    lines.push(format!(
        "   {}",
        words.key(&format!("outcome-{}-long", verdict.outcome.name()))
    ));
    lines.extend(
        words
            .advice(verdict)
            .map(|advice| format!("   {}", styled(CARE, &advice))),
    );
    for (reason, number) in verdict.reasons.iter().take(REASONS).zip(0_usize..) {
        let sign = match reason.weight {
            ..0 => styled(GOOD, "−"),
            0 => styled(DIM, "·"),
            1.. => styled(BAD, "+"),
        };
        let cited: Vec<&str> = reason.evidence.iter().take(3).map(String::as_str).collect();
        let more = if reason.evidence.len() > 3 {
            " …"
        } else {
            ""
        };
        lines.push(format!(
            " {sign} {} {}",
            words.reason(reason),
            styled(DIM, &format!("[{}{more}]", cited.join(" ")))
        ));
        let refutation = words
            .refutation(&reason.signal)
            .filter(|_| number < REFUTED && reason.weight != 0);
        lines.extend(refutation.map(|refutation| {
            let said = words.with("refuted-if", [("what", refutation)]);
            format!("   {}", styled(DIM, &said))
        }));
    }
    if verdict.reasons.len() > REASONS {
        lines.push(styled(
            DIM,
            &format!(
                "   {}",
                words.with(
                    "more-reasons",
                    [("count", (verdict.reasons.len() - REASONS).to_string())]
                )
            ),
        ));
    }
    for gap in verdict
        .gaps
        .iter()
        .filter(|g| g.coverage != Coverage::Complete)
    {
        lines.push(format!(
            " {} {} {}: {}",
            styled(CARE, "?"),
            words.source(gap.source),
            words.with(
                "coverage-said",
                [("coverage", words.coverage(gap.coverage))]
            ),
            words.gaps_short(&gap.why, FILES)
        ));
    }
    if !verdict.what_would_change_it.is_empty() {
        lines.push(format!("   {}", words.key("what-would-change-it")));
        lines.extend(
            verdict
                .what_would_change_it
                .iter()
                .map(|code| format!("   · {}", words.change(code))),
        );
    }
    lines
}
