//! A case and the list of cases.

use std::collections::BTreeMap;

use rebato_core::case::{Case, StepState};
use rebato_core::monitor::{Review, WatchStatus, deadlines, due};
use rebato_report::{Words, clean};

use super::{
    checks_brief, finding_lines, permit_lines, plan_lines, subject_line, table_lines, verdict_lines,
};
use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// The findings that joined the leading one, a line each.
#[must_use]
pub fn joined_lines(case: &Case, words: &Words) -> Vec<String> {
    case.joined
        .iter()
        .map(|told| {
            let finding = &told.finding;
            let count = finding.count.map(|n| format!("×{}", words.count(n)));
            let seen = finding.last_seen.map(|at| words.moment(at));
            let remote = finding.remote.iter().map(|remote| remote.ip.to_string());
            let remote: Vec<String> = remote.collect();
            let about = [
                Some(clean(&finding.kind)),
                Some(clean(&finding.id)),
                (!remote.is_empty()).then(|| remote.join(", ")),
                seen,
                count,
            ];
            let about: Vec<String> = about.into_iter().flatten().collect();
            format!("   {:<14} {}", words.key("row-also"), about.join(" · "))
        })
        .collect()
}

/// Everything about a case on a screen or two.
#[must_use]
pub fn case_lines(case: &Case, words: &Words) -> Vec<String> {
    let mut lines = vec![
        format!("{}  {}", styled(BOLD, &case.id), words.state(case)),
        String::new(),
    ];
    lines.extend(finding_lines(&case.finding, words));
    lines.extend(joined_lines(case, words));
    match (&case.subject, &case.subject_missing) {
        (Some(subject), _) => lines.push(format!(
            "   {:<14} {}",
            words.key("row-now"),
            subject_line(subject)
        )),
        (None, Some(why)) => lines.push(format!(" {} {}", styled(CARE, "!"), clean(why))),
        (None, None) => {}
    }
    if let Some(marking) = case.marking {
        let args = [("marking", marking.name().to_owned())];
        lines.push(format!("   {}", words.with("report-marking", args)));
    }
    for inquiry in &case.inquiries {
        let who = clean(&inquiry.sources.join(", "));
        let args = [("ip", inquiry.ip.to_string()), ("who", who)];
        let text = words.with("report-inquiry-open", args);
        lines.push(format!(" {} {text}", styled(CARE, "!")));
    }
    if let Some(verdict) = &case.verdict {
        lines.push(String::new());
        lines.extend(verdict_lines(verdict, words));
    }
    if !case.checks.is_empty() {
        lines.push(String::new());
        lines.push(styled(BOLD, &words.key("step-harden")));
        let mut checks = checks_brief(case, words).into_iter();
        lines.extend(checks.next().map(|said| format!("   {said}")));
        lines.extend(checks);
    }
    for record in &case.plans {
        // A plan that a newer one replaced before anything was done is history: the journal has it.
        let newest = case
            .plan_for(&record.plan.purpose)
            .is_none_or(|newest| newest.digest == record.digest);
        if !newest && !record.begun() {
            continue;
        }
        let states: BTreeMap<&str, &StepState> = record
            .progress()
            .map(|(step, state)| (step.id.as_str(), state))
            .collect();
        lines.push(String::new());
        lines.extend(plan_lines(&record.plan, words).into_iter().take(1));
        lines.push(format!("   {}", words.decision(record)));
        lines.extend(permit_lines(record, words));
        for step in record.plan.steps() {
            let Some(state) = states.get(step.id.as_str()).copied() else {
                continue;
            };
            let mark = match state {
                StepState::Planned => styled(DIM, "·"),
                StepState::Started { .. } => styled(CARE, "…"),
                StepState::Done { .. } => styled(GOOD, "✔"),
                StepState::Failed { .. } => styled(BAD, "✖"),
            };
            let why = match state {
                StepState::Failed { code, why, .. } => {
                    format!(" ({}: {})", clean(code), clean(why))
                }
                _ => String::new(),
            };
            lines.push(format!(
                " {mark} {:<4} {}{why}",
                step.id,
                words.action(&step.action)
            ));
        }
    }
    if let Some(review) = case.reviews.last() {
        lines.push(String::new());
        lines.push(styled(BOLD, &words.key("step-monitor")));
        lines.extend(review_lines(review, words));
    }
    lines
}

/// What a look at a case showed.
#[must_use]
pub fn review_lines(review: &Review, words: &Words) -> Vec<String> {
    let mut lines = Vec::new();
    for watch in &review.watches {
        let mark = match watch.status {
            WatchStatus::Quiet => styled(GOOD, "✔"),
            WatchStatus::Tripped => styled(BAD, "✖"),
            WatchStatus::Unknown => styled(CARE, "?"),
        };
        lines.push(format!(
            " {mark} {} · {}",
            words.named("watch", &watch.watch, &watch.args),
            words.watch_status(watch.status)
        ));
        if watch.status != WatchStatus::Quiet {
            lines.extend(
                watch
                    .evidence
                    .iter()
                    .take(5)
                    .map(|e| format!("     {}", clean(e))),
            );
            if let Some(why) = &watch.why {
                lines.push(format!("     {}", words.coded("why", why)));
            }
        }
    }
    if review.missing.is_empty() {
        lines.push(format!(" {} {}", styled(GOOD, "✔"), words.key("may-close")));
    } else {
        lines.push(format!("   {}", words.key("may-not-close")));
        lines.extend(
            review
                .missing
                .iter()
                .map(|code| format!("   · {}", words.coded("close", code))),
        );
    }
    lines
}

/// What came out otherwise than in the look before.
#[must_use]
pub fn changed_lines(before: &Review, review: &Review, words: &Words) -> Vec<String> {
    let changed: Vec<String> = review
        .changed(before)
        .into_iter()
        .map(|(watch, earlier)| {
            let name = words.named("watch", &watch.watch, &watch.args);
            let now = words.watch_status(watch.status);
            match earlier {
                Some(earlier) if earlier != watch.status => {
                    format!("{name}: {} → {now}", words.watch_status(earlier))
                }
                _ => format!("{name}: {now}"),
            }
        })
        .collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let args = [
        ("at", words.moment(before.at)),
        ("what", changed.join(" · ")),
    ];
    vec![format!("   {}", words.with("monitor-changed", args))]
}

/// What is due in a case, soonest first.
#[must_use]
pub fn due_lines(case: &Case, now: jiff::Timestamp, words: &Words) -> Vec<String> {
    due(case, now)
        .into_iter()
        .map(|(what, at)| {
            let args = [("at", words.moment(at)), ("what", words.coded("due", what))];
            format!("   {}", words.with("monitor-due", args))
        })
        .collect()
}

/// The clocks of the law that may be running, as long as one of them has not ended.
#[must_use]
pub fn deadline_lines(case: &Case, now: jiff::Timestamp, words: &Words) -> Vec<String> {
    let clocks = deadlines(case);
    if clocks.iter().all(|clock| clock.at <= now) {
        return Vec::new();
    }
    let mut lines = vec![styled(DIM, &format!("   {}", words.key("clocks-title")))];
    lines.extend(clocks.iter().map(|clock| {
        let mark = if clock.at <= now { "✖" } else { "·" };
        let name = words.coded("clock", &clock.clock);
        format!("   {mark} {}  {name}", words.moment(clock.at))
    }));
    lines
}

/// Cases, one a line where the terminal is as wide as that.
#[must_use]
pub fn case_table(cases: &[Case], words: &Words, width: Option<usize>) -> Vec<String> {
    let rows: Vec<Vec<String>> = cases
        .iter()
        .map(|case| {
            vec![
                case.id.clone(),
                case.opened.strftime("%Y-%m-%d %H:%MZ").to_string(),
                case.instance_id().map(clean).unwrap_or_else(|| "–".into()),
                case.verdict
                    .as_ref()
                    .map_or_else(|| words.key("outcome-none"), |v| words.outcome(v.outcome)),
                words.state(case),
            ]
        })
        .collect();
    let heads = [
        "head-case",
        "head-opened",
        "head-instance",
        "head-verdict",
        "head-state",
    ]
    .map(|key| words.key(key));
    table_lines(&heads, &rows, width)
}
