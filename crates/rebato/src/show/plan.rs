//! A plan: what changes from what to what, how it is undone, and what to know before.

use rebato_core::case::PlanRecord;
use rebato_core::contain::{
    Action, GroupRef, Note, Plan, SetInterfaceGroups, Severity, Sign, Step,
};
use rebato_report::{Words, clean};

use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// The plan on few lines: what each step does, and only where it cannot be undone why. All of it is in [`plan_lines`].
#[must_use]
pub fn plan_brief(plan: &Plan, words: &Words) -> Vec<String> {
    let mut lines = vec![title(plan, words)];
    for step in plan.steps() {
        let (undo, why) = words.undo(&step.action);
        let mut line = step_line(step, words);
        if undo == "impossible" {
            line.push_str(&styled(DIM, &format!(" ({why})")));
        }
        lines.push(line);
    }
    lines.extend(note_lines(plan, words));
    lines
}

fn title(plan: &Plan, words: &Words) -> String {
    let digest = plan.digest().to_string();
    let purpose = words.purpose(&plan.purpose);
    styled(
        BOLD,
        &words.with("plan-title", [("digest", digest), ("purpose", purpose)]),
    )
}

fn step_line(step: &Step, words: &Words) -> String {
    let sign = step.action.sign();
    let colour = match sign {
        Sign::Adds => GOOD,
        Sign::Changes | Sign::Removes => CARE,
        Sign::Grave => BAD,
    };
    let sign = styled(colour, sign.symbol());
    format!(" {sign} {:<4} {}", step.id, words.action(&step.action))
}

fn note_lines(plan: &Plan, words: &Words) -> Vec<String> {
    let line = |note: &Note| {
        let mark = match note.severity {
            Severity::Info => styled(DIM, "i"),
            Severity::Warning => styled(CARE, "!"),
            Severity::Refusal => styled(BAD, "✖"),
        };
        format!(" {mark} {}", words.note(note))
    };
    plan.notes.iter().map(line).collect()
}

/// The plan, a step a line and its undo below it.
#[must_use]
pub fn plan_lines(plan: &Plan, words: &Words) -> Vec<String> {
    let mut lines = vec![title(plan, words)];
    if plan.steps().next().is_none() {
        lines.push(format!("   {}", words.key("plan-empty")));
    }
    for (number, wave) in plan.waves.iter().enumerate() {
        lines.push(styled(
            DIM,
            &format!(
                "   {}",
                words.with("plan-wave-title", [("number", (number + 1).to_string())])
            ),
        ));
        for step in wave {
            lines.push(step_line(step, words));
            if let Action::SetInterfaceGroups(SetInterfaceGroups { from, to, .. }) = &step.action {
                let names = |groups: &[GroupRef]| {
                    groups
                        .iter()
                        .map(|g| clean(&g.shown()))
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                lines.push(styled(
                    DIM,
                    &format!("        [{}] → [{}]", names(from), names(to)),
                ));
            }
            lines.push(styled(
                DIM,
                &format!(
                    "        {}",
                    words.with("plan-undo", [("undo", words.undo(&step.action).1)])
                ),
            ));
        }
    }
    lines.extend(note_lines(plan, words));
    lines
}

/// What a rehearsal said of the permissions; nothing where there was none.
#[must_use]
pub fn permit_lines(record: &PlanRecord, words: &Words) -> Vec<String> {
    let Some(permits) = &record.permits else {
        return Vec::new();
    };
    let mut lines = vec![styled(DIM, &format!("   {}", words.permits(permits)))];
    let denied = permits.iter().filter_map(|permit| words.denied(permit));
    lines.extend(denied.map(|said| format!(" {} {said}", styled(BAD, "✖"))));
    lines
}

/// The AWS command lines that do the same.
#[must_use]
pub fn explain_lines(plan: &Plan, words: &Words) -> Vec<String> {
    let mut lines = vec![styled(BOLD, &words.key("explain-title"))];
    for step in plan.steps() {
        lines.push(format!("# {} {}", step.id, words.action(&step.action)));
        lines.extend(step.action.equivalent().iter().map(|line| clean(line)));
    }
    lines
}
