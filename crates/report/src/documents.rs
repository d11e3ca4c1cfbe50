//! The JSON documents of the contract, with their texts in a language. Must not know the page; values are given as they
//! are, since JSON has its own escaping.

use rebato_core::case::{Case, PlanRecord, StepState};
use rebato_core::contain::{Plan, Purpose, Step};
use rebato_core::digest::in_order;
use rebato_core::evaluate::{Dossier, Verdict};
use serde_json::{Value, json};

use crate::Lang;
use crate::words::Words;

fn words(lang: Lang) -> Words {
    Words::wrapping(lang, str::to_owned)
}

/// `rebato.verdict/1`: the verdict with the evidence it rests on.
#[must_use]
pub fn verdict(finding: &str, verdict: &Verdict, dossier: &Dossier, lang: Lang) -> Value {
    let words = words(lang);
    let mut document = rebato_core::evaluate::document(finding, verdict, dossier, &words);
    if let Some(fields) = document.as_object_mut() {
        fields.insert(
            "text".into(),
            words
                .key(&format!("outcome-{}-long", verdict.outcome.name()))
                .into(),
        );
        fields.insert("advice".into(), words.advice(verdict).into());
    }
    in_order(document)
}

/// `rebato.plan/1`.
#[must_use]
pub fn plan(plan: &Plan, lang: Lang) -> Value {
    let words = words(lang);
    let step = |step: &Step| {
        let action = &step.action;
        let (undo, undo_why) = words.undo(action);
        json!({
            "id": step.id,
            "action": action.name(),
            "target": action.target(),
            "before": action.before(),
            "after": action.after(),
            "undo": undo,
            "undo_why": undo_why,
            "permissions": action.permissions(),
            "equivalent": action.equivalent(),
            "impact": words.impact(action),
            "text": words.action(action),
            "needs": step.needs,
        })
    };
    let waves: Vec<Vec<Value>> = plan
        .waves
        .iter()
        .map(|wave| wave.iter().map(step).collect())
        .collect();
    let notes: Vec<Value> = plan
        .notes
        .iter()
        .map(|n| json!({ "severity": n.severity, "code": n.code, "args": n.args, "text": words.note(n) }))
        .collect();
    in_order(json!({
        "schema": "rebato.plan/1",
        "case": plan.case,
        "digest": plan.digest(),
        "purpose": plan.purpose,
        "profile": plan.profile,
        "instance": plan.instance,
        "based_on": plan.based_on,
        "waves": waves,
        "notes": notes,
    }))
}

/// `rebato.plan/1` with what is known beside the plan: the rehearsal of its permissions and the word of the policy.
#[must_use]
pub fn plan_record(record: &PlanRecord, lang: Lang) -> Value {
    let mut document = plan(&record.plan, lang);
    if let Some(fields) = document.as_object_mut() {
        fields.insert("permits".into(), json!(record.permits));
        fields.insert("ruling".into(), json!(record.ruling));
        fields.insert("approvals".into(), json!(record.approvals));
    }
    in_order(document)
}

/// `rebato.case/1`. `plan` and `steps` speak of the containment plan where there is one, else of the newest plan; `plans`
/// has all of them.
#[must_use]
pub fn case(case: &Case, lang: Lang) -> Value {
    let shown = case
        .plan_for(&Purpose::Contain)
        .or_else(|| case.newest_plan());
    let plans: Vec<Value> = case
        .plans
        .iter()
        .map(|record| {
            json!({
                "plan": plan_record(record, lang),
                "made_at": record.made_at,
                "decision": record.decision,
                "ruling": record.ruling,
                "approvals": record.approvals,
                "steps": steps(case, record),
            })
        })
        .collect();
    let no_dossier = Dossier::default();
    let verdict = case.verdict.as_ref().map(|v| {
        verdict(
            &case.finding.id,
            v,
            case.dossier.as_ref().unwrap_or(&no_dossier),
            lang,
        )
    });
    in_order(json!({
        "schema": "rebato.case/1",
        "id": case.id,
        "state": case.state,
        "containment": case.containment,
        "instance_id": case.instance_id(),
        "opened": case.opened,
        "updated": case.updated,
        "seq": case.seq,
        "finding": rebato_core::identify::document(&case.finding, &case.alert),
        "joined": case.joined.iter().map(|told| rebato_core::identify::document(&told.finding, &told.alert)).collect::<Vec<_>>(),
        "repeats": case.repeats,
        "subject": case.subject,
        "subject_missing": case.subject_missing,
        "verdict": verdict,
        "plan": shown.map(|record| plan_record(record, lang)),
        "steps": shown.map_or_else(Vec::new, |record| steps(case, record)),
        "plans": plans,
        "marking": case.marking,
        "inquiries": case.inquiries,
        "addresses": case.addresses,
        "checks": case.checks,
        "observation": case.observation,
        "contained_at": case.contained_at,
        "reviews": case.reviews,
        "artefacts": rebato_core::case::custody(case),
        "history": case.history,
    }))
}

fn steps(case: &Case, record: &PlanRecord) -> Vec<Value> {
    record
        .progress()
        .map(|(step, state)| {
            let name = match state {
                StepState::Planned => "planned",
                StepState::Started { .. } => "started",
                StepState::Done { .. } if undone(case, record, step) => "undone",
                StepState::Done { .. } => "done",
                StepState::Failed { .. } => "failed",
            };
            let (before, after) = match state {
                StepState::Started { before, .. } => (before.clone(), step.action.after()),
                StepState::Done { after, .. } => (step.action.before(), after.clone()),
                _ => (step.action.before(), step.action.after()),
            };
            json!({
                "id": step.id, "action": step.action.name(), "target": step.action.target(),
                "state": name, "before": before, "after": after, "progress": state,
            })
        })
        .collect()
}

/// Whether a later release did the undo of this step.
pub(crate) fn undone(case: &Case, record: &PlanRecord, step: &Step) -> bool {
    if record.plan.purpose == Purpose::Release {
        return false;
    }
    let key = step.action.key();
    case.plans
        .iter()
        .skip_while(|later| later.digest != record.digest)
        .filter(|later| later.plan.purpose == Purpose::Release)
        .flat_map(PlanRecord::progress)
        .any(|(undo, state)| state.is_done() && undo.action.key() == key)
}

/// `rebato.cases/1`.
#[must_use]
pub fn cases<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Value {
    let cases: Vec<Value> = cases
        .into_iter()
        .map(|case| {
            json!({
                "id": case.id,
                "state": case.state,
                "outcome": case.verdict.as_ref().map(|v| v.outcome),
                "containment": case.containment,
                "instance_id": case.instance_id(),
                "opened": case.opened,
                "updated": case.updated,
                "finding": case.finding.id,
                "type": case.finding.kind,
            })
        })
        .collect();
    in_order(json!({ "schema": "rebato.cases/1", "cases": cases }))
}
