//! Chapter of step 3: plans, what each step found and left, how it is undone, and who decided. Must not say what should
//! be done: the plan has said that.

use rebato_core::case::{Decision, PlanRecord, StepState};
use rebato_core::contain::{Severity, Step};

use super::summary::{begun, newest_plans};
use super::talks::traffic;
use super::{Block, Cell, Chapter, Maker, Tone, lines};
use crate::documents::undone;

pub(super) fn chapter(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let newest: Vec<_> = newest_plans(case).map(|p| p.digest).collect();
    let plans: Vec<&PlanRecord> = case
        .plans
        .iter()
        .filter(|p| begun(p) || newest.contains(&p.digest))
        .collect();
    let mut blocks = Vec::new();
    if let Some(observation) = &case.observation {
        blocks.push(Block::Sentence(words.with(
            "report-containment-read-back",
            [("at", words.when(observation.at))],
        )));
    }
    blocks.extend(traffic(maker).map(Block::Picture));
    if plans.is_empty() {
        blocks.push(maker.sentence("report-no-plan"));
    }
    // The newest are the ones that matter; the others are counted.
    let left_out = plans.len().saturating_sub(maker.most());
    if left_out > 0 {
        let count = [("count", left_out.to_string())];
        blocks.push(Block::Sentence(words.with("report-plans-left-out", count)));
    }
    for record in plans.into_iter().skip(left_out) {
        blocks.extend(plan(maker, record));
    }
    Chapter {
        id: "contain",
        heading: words.key("step-contain"),
        blocks,
    }
}

fn plan(maker: &Maker<'_>, record: &PlanRecord) -> Vec<Block> {
    let words = maker.words;
    let mut blocks = vec![
        Block::Heading(words.purpose(&record.plan.purpose)),
        Block::Sentence(words.with(
            "report-plan-digest",
            [("digest", words.data(record.digest))],
        )),
    ];
    let notes: Vec<(Tone, String)> = record
        .plan
        .notes
        .iter()
        .map(|note| {
            let tone = match note.severity {
                Severity::Info => Tone::Plain,
                Severity::Warning => Tone::Warn,
                Severity::Refusal => Tone::Bad,
            };
            (tone, words.note(note))
        })
        .collect();
    if !notes.is_empty() {
        blocks.push(maker.sentence("report-plan-notes"));
        blocks.push(maker.list(notes));
    }
    if let Some(permits) = &record.permits {
        blocks.push(Block::Sentence(words.permits(permits)));
        let denied = permits.iter().filter_map(|permit| words.denied(permit));
        let denied: Vec<_> = denied.map(|said| (Tone::Bad, said)).collect();
        if !denied.is_empty() {
            blocks.push(maker.list(denied));
        }
    }
    let steps: Vec<(&Step, &StepState)> = record.progress().collect();
    let step = |(step, state): (&Step, &StepState)| {
        let put_back = undone(maker.case, record, step);
        let tone = match state {
            StepState::Done { .. } => Tone::Good,
            StepState::Planned => Tone::Plain,
            StepState::Started { .. } | StepState::Failed { .. } => Tone::Bad,
        };
        let mut said = words.step_state(state, put_back);
        if let StepState::Failed { code, why, .. } = state {
            said = format!("{said}: {} {}", words.data(code), words.data(why));
        }
        let left = match state {
            StepState::Done { after, .. } => after.clone(),
            _ => step.action.after(),
        };
        let action = if begun(record) {
            words.action(&step.action)
        } else {
            format!(
                "{}. {}",
                words.action(&step.action),
                words.impact(&step.action)
            )
        };
        [
            Cell::data(&step.id),
            Cell::Text(action),
            Cell::Tag(tone, said),
            lines(&step.action.before()),
            lines(&left),
            Cell::Text(words.undo(&step.action).1),
        ]
    };
    blocks.push(maker.table(
        "report-containment",
        ["step", "action", "state", "before", "after", "undo"],
        steps.into_iter().map(step),
    ));
    blocks
}

/// Who decided what, and until when it holds.
pub(super) fn decisions(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let decided: Vec<&PlanRecord> = case.plans.iter().filter(|p| p.decision.is_some()).collect();
    // Every yes that still counts, or the no that ended them.
    let decisions = |record: &PlanRecord| -> Vec<Decision> {
        match &record.decision {
            Some(no @ Decision::Rejected { .. }) => vec![no.clone()],
            _ => record
                .approvals
                .iter()
                .cloned()
                .map(Decision::Approved)
                .collect(),
        }
    };
    let row = |(record, decision): (&PlanRecord, Decision)| {
        let (by, at, until, word) = match decision {
            Decision::Approved(a) => {
                let overrides: Vec<&String> = a.overrides.iter().collect();
                (a.by, a.at, Some(a.until), Cell::values(&overrides))
            }
            Decision::Rejected { by, at, why } => (by, at, None, Cell::maybe(why.as_ref())),
        };
        let tone = if record.approval().is_some() {
            Tone::Good
        } else {
            Tone::Plain
        };
        [
            Cell::moment(words, at),
            Cell::Tag(tone, words.decision(record)),
            Cell::Text(words.purpose(&record.plan.purpose)),
            Cell::data(record.digest),
            Cell::data(by),
            until.map_or_else(Cell::unknown, |until| Cell::moment(words, until)),
            word,
        ]
    };
    let mut blocks = Vec::new();
    if decided.is_empty() {
        blocks.push(maker.sentence("report-no-decisions"));
    } else {
        let columns = [
            "time",
            "decision",
            "what",
            "plan",
            "who",
            "until",
            "overrides",
        ];
        let rows: Vec<_> = decided
            .into_iter()
            .flat_map(|record| decisions(record).into_iter().map(move |one| (record, one)))
            .map(row)
            .collect();
        blocks.push(maker.table("report-decisions-table", columns, rows.into_iter()));
    }
    Chapter {
        id: "decisions",
        heading: words.key("report-decisions"),
        blocks,
    }
}
