//! The chapter of step 5: what would have stopped this case, what was mended and how it looks since, and every check. Must not judge.

use rebato_core::case::PlanRecord;
use rebato_core::contain::Purpose;
use rebato_core::harden::{CheckResult, Status, looks, order};

use super::{Block, Cell, Chapter, Maker, Tone};

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let case = maker.case;
    let mut blocks = Vec::new();
    if case.checks.is_empty() {
        blocks.push(maker.sentence("report-no-checks"));
    } else {
        blocks.extend(first(maker));
        blocks.extend(fixes(maker));
        // What nobody asked the operating system is one sentence among the gaps.
        let shown: Vec<&CheckResult> = case.checks.iter().filter(|c| !c.not_asked()).collect();
        blocks.push(maker.table(
            "report-checks",
            ["scope", "check", "status", "controls", "seen-on", "do"],
            shown.into_iter().map(|check| row(maker, check)),
        ));
        blocks.extend(looks(&case.checks).into_iter().map(|(at, count)| {
            let args = [("at", maker.words.when(at)), ("count", count.to_string())];
            Block::Sentence(maker.words.with("guest-looked", args))
        }));
    }
    Chapter {
        id: "harden",
        heading: maker.words.key("step-harden"),
        blocks,
    }
}

/// What to mend first, the most useful fix at the top.
fn first(maker: &Maker<'_>) -> Vec<Block> {
    let words = maker.words;
    let ranked = order(maker.case, &maker.case.checks);
    if ranked.is_empty() {
        return Vec::new();
    }
    let items = ranked.iter().map(|ranked| {
        let why: Vec<String> = ranked
            .reasons
            .iter()
            .map(|reason| words.bearing(reason))
            .collect();
        let check = maker
            .case
            .checks
            .iter()
            .find(|check| check.check == ranked.check);
        let check = check.map_or_else(|| words.data(&ranked.check), |check| title(maker, check));
        let args = [("check", check), ("why", why.join(" "))];
        (Tone::Warn, words.with("report-first", args))
    });
    vec![maker.heading("order-title"), maker.list(items.collect())]
}

/// What was mended or is to be, and how its check came out when it last ran.
fn fixes(maker: &Maker<'_>) -> Option<Block> {
    let words = maker.words;
    let of = |record: &PlanRecord| match &record.plan.purpose {
        Purpose::Fix { check } | Purpose::Revert { check } => maker
            .case
            .checks
            .iter()
            .find(|result| result.check == *check),
        _ => None,
    };
    let plans: Vec<(&PlanRecord, &CheckResult)> = maker
        .case
        .plans
        .iter()
        .filter_map(|record| Some((record, of(record)?)))
        .collect();
    let row = |(record, check): (&PlanRecord, &CheckResult)| {
        let state = if record.all_done() {
            words.key("step-state-done")
        } else {
            words.decision(record)
        };
        [
            Cell::Text(words.purpose(&record.plan.purpose)),
            Cell::Text(title(maker, check)),
            Cell::Text(state),
            status(maker, check),
            Cell::values(&check.evidence),
        ]
    };
    (!plans.is_empty()).then(|| {
        let columns = ["plan", "check", "state", "now", "seen-on"];
        maker.table("report-fixes", columns, plans.into_iter().map(row))
    })
}

fn title(maker: &Maker<'_>, check: &CheckResult) -> String {
    maker.words.named("check", &check.check, &check.args)
}

fn status(maker: &Maker<'_>, check: &CheckResult) -> Cell {
    let tone = match check.status {
        Status::Pass => Tone::Good,
        Status::Fail => Tone::Warn,
        Status::Unknown => Tone::Plain,
    };
    Cell::Tag(tone, maker.words.status(check.status))
}

fn row(maker: &Maker<'_>, check: &CheckResult) -> [Cell; 6] {
    let words = maker.words;
    let todo = match check.status {
        Status::Fail => Cell::Text(format!(
            "{} {} ({})",
            words.coded("risk", &check.check),
            words.coded("fix", &check.check),
            words.coded("fix-class", check.class.code())
        )),
        Status::Unknown => Cell::Text(words.why(check.why.as_ref())),
        Status::Pass => Cell::Text("–".into()),
    };
    [
        Cell::Text(words.coded("check-scope", check.scope.code())),
        Cell::Text(title(maker, check)),
        status(maker, check),
        Cell::values(&check.controls),
        Cell::values(&check.evidence),
        todo,
    ]
}
