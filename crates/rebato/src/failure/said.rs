//! What the engine and AWS say went wrong, in the reader's language. Must not know what is done about it.

use rebato_core::contain::ApprovalError;
use rebato_engine::EngineError;
use rebato_engine::ports::{CloudError, StoreError};
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
        EngineError::NotFound(query) => text(lang, "failed-not-found", &[("query", query)]),
        EngineError::ScanDied => text(lang, "failed-scan-died", &[]),
        EngineError::Store(error) => store(error, lang),
        EngineError::RefusedByPolicy {
            asked,
            rules,
            errors,
        } => {
            let key = if rules.is_empty() {
                "failed-policy-silent"
            } else {
                "failed-policy"
            };
            let (asked, rules) = (asked.join(", "), rules.join(", "));
            let said = text(lang, key, &[("asked", &asked), ("rules", &rules)]);
            // What the evaluator says of a rule that it could not evaluate.
            std::iter::once(&said)
                .chain(errors)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("; ")
        }
        EngineError::Unsafe { faults } => {
            let faults: Vec<String> = faults
                .iter()
                .map(|fault| format!("{} ({})", fault.code, fault.at))
                .collect();
            text(lang, "failed-unsafe", &[("faults", &faults.join(", "))])
        }
        // Faults of a journal or of the program: in the words of those who know them.
        EngineError::Replay(_) | EngineError::Encoding(_) | EngineError::Illegal(_) => {
            error.to_string()
        }
    }
}

/// What is wrong with the state folder.
fn store(error: &StoreError, lang: Lang) -> String {
    match error {
        StoreError::Conflict {
            case,
            expected,
            found,
        } => text(
            lang,
            "state-conflict",
            &[("case", case), ("expected", expected), ("found", found)],
        ),
        StoreError::Locked { folder, holder } => text(
            lang,
            "state-locked",
            &[("folder", folder), ("holder", holder)],
        ),
        StoreError::Io {
            what, path, why, ..
        } => text(
            lang,
            "state-io",
            &[("what", what), ("path", path), ("why", why)],
        ),
        StoreError::Damaged { what, why } => {
            text(lang, "state-damaged", &[("what", what), ("why", why)])
        }
        StoreError::TooNew { path, found, known } => text(
            lang,
            "state-too-new",
            &[("path", path), ("version", found), ("known", known)],
        ),
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
