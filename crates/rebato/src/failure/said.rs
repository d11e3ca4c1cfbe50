//! What the engine and AWS say went wrong, in the reader's language. Must not know what is done about it.

use rebato_core::contain::ApprovalError;
use rebato_engine::EngineError;
use rebato_engine::ports::CloudError;
use rebato_report::{Lang, text};

/// An error of the engine.
pub(super) fn engine(error: &EngineError, lang: Lang) -> String {
    match error {
        EngineError::Cloud(error) => cloud(error, lang),
        EngineError::Approval(error) => approval(error, lang),
        EngineError::NoCase(case) => text(lang, "failed-no-case", &[("case", case)]),
        EngineError::NoPlan { case, digest } => {
            text(lang, "failed-no-plan", &[("case", case), ("plan", digest)])
        }
        EngineError::NotApproved { case, digest } => text(
            lang,
            "failed-not-approved",
            &[("case", case), ("plan", digest)],
        ),
        EngineError::NeedsSecondPerson { case, digest } => {
            text(lang, "failed-second", &[("case", case), ("plan", digest)])
        }
        EngineError::Stale { drifts, .. } => {
            let one = |target: &str, seen: &dyn std::fmt::Display| {
                text(
                    lang,
                    "failed-stale-one",
                    &[("target", &target), ("seen", seen)],
                )
            };
            let all: Vec<String> = drifts.iter().map(|d| one(&d.target, &d.seen)).collect();
            text(lang, "failed-stale", &[("drifts", &all.join("; "))])
        }
        EngineError::Busy { case, instance } => text(
            lang,
            "failed-busy",
            &[("case", case), ("instance", instance)],
        ),
        EngineError::NoInstance(finding) => {
            text(lang, "failed-no-instance", &[("finding", finding)])
        }
        EngineError::Ambiguous { query, found } => text(
            lang,
            "failed-ambiguous",
            &[("query", query), ("count", &found.len())],
        ),
        // Faults of the machine or of the program, and rules that people named: in the words of those who know them.
        EngineError::Store(_)
        | EngineError::Replay(_)
        | EngineError::Encoding(_)
        | EngineError::Illegal(_)
        | EngineError::RefusedByPolicy { .. }
        | EngineError::Unsafe { .. }
        | EngineError::ScanDied
        | EngineError::NotFound(_) => error.to_string(),
    }
}

fn approval(error: &ApprovalError, lang: Lang) -> String {
    match error {
        ApprovalError::OtherPlan { approved, plan } => text(
            lang,
            "failed-other-plan",
            &[("approved", approved), ("plan", plan)],
        ),
        ApprovalError::Expired { until } => text(lang, "failed-expired", &[("until", until)]),
        ApprovalError::NeedsSecond { plan } => text(lang, "failed-second-too", &[("plan", plan)]),
        ApprovalError::Refused { codes } => {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            text(lang, "failed-refused", &[("codes", &codes.join(", "))])
        }
    }
}

/// What AWS said, around AWS's own words.
fn cloud(error: &CloudError, lang: Lang) -> String {
    match error {
        CloudError::NotFound { what, code, why } => text(
            lang,
            "aws-not-found",
            &[("what", what), ("code", code), ("why", why)],
        ),
        CloudError::Denied {
            operation,
            code,
            why,
        } => text(
            lang,
            "aws-denied",
            &[("operation", operation), ("code", code), ("why", why)],
        ),
        CloudError::Credentials { operation, why } => text(
            lang,
            "aws-credentials",
            &[("operation", operation), ("why", why)],
        ),
        CloudError::Unreachable { operation, why } => text(
            lang,
            "aws-unreachable",
            &[("operation", operation), ("why", why)],
        ),
        CloudError::Throttled { operation, code } => text(
            lang,
            "aws-throttled",
            &[("operation", operation), ("code", code)],
        ),
        CloudError::Refused {
            operation,
            code,
            why,
        } => text(
            lang,
            "aws-refused",
            &[("operation", operation), ("code", code), ("why", why)],
        ),
        CloudError::Unfit { .. } | CloudError::Unbound { .. } => error.to_string(),
    }
}
