//! A verdict as `rebato.verdict/1`. Must not hold prose: the words come from the caller.

use serde_json::{Map, Value, json};

use super::{Dossier, Fact, Gap, Reason, Source, Verdict, timeline};

/// Who gives the words of a verdict.
pub trait Texts {
    /// What a reason says.
    fn reason(&self, reason: &Reason) -> String;
    /// What would refute it, where that is known.
    fn refuted_by(&self, reason: &Reason) -> Option<String>;
    /// Why a source shows less than all.
    fn gaps(&self, gaps: &[Gap]) -> String;
    /// What a record says.
    fn fact(&self, fact: &Fact) -> String;
    /// What a code in `what_would_change_it` means.
    fn change(&self, code: &str) -> String;
}

/// The verdict in the shape of the outward contract.
#[must_use]
pub fn document(finding: &str, verdict: &Verdict, dossier: &Dossier, texts: &impl Texts) -> Value {
    let reasons = verdict.reasons.iter().map(|reason| {
        json!({
            "signal": reason.signal, "weight": reason.weight, "about": reason.about, "attack": reason.attack,
            "evidence": reason.evidence, "args": reason.args, "text": texts.reason(reason),
            "refuted_by": texts.refuted_by(reason),
        })
    });
    let gaps = verdict.gaps.iter().map(|gap| {
        json!({
            "source": gap.source, "coverage": gap.coverage, "why": texts.gaps(&gap.why), "codes": gap.why,
        })
    });
    let coverage: Map<String, Value> = Source::ALL
        .iter()
        .map(|source| (source.name().to_owned(), json!(dossier.covered(*source))))
        .collect();
    let facts: std::collections::BTreeMap<&str, &Fact> = dossier
        .evidence
        .iter()
        .map(|evidence| (evidence.id.as_str(), &evidence.fact))
        .collect();
    let timeline = timeline(dossier, verdict).into_iter().map(|entry| {
        let said = entry.evidence.iter().filter_map(|id| facts.get(id.as_str()));
        let what: Vec<String> = said.map(|fact| texts.fact(fact)).collect();
        json!({
            "at": entry.at, "until": entry.until, "uncertainty_s": entry.uncertainty_s, "clock": entry.clock,
            "phase": entry.phase, "evidence": entry.evidence, "what": what.join("; "),
        })
    });
    json!({
        "schema": "rebato.verdict/1",
        "finding": finding,
        "outcome": verdict.outcome,
        "treat_as": verdict.treat_as(),
        "score": verdict.score,
        "reasons": reasons.collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(),
        "evidence": dossier.evidence,
        "coverage": coverage,
        "timeline": timeline.collect::<Vec<_>>(),
        "what_would_change_it": verdict.what_would_change_it.iter().map(|code| texts.change(code)).collect::<Vec<_>>(),
        "change_codes": verdict.what_would_change_it,
        "attack_version": super::ATTACK_VERSION,
    })
}
