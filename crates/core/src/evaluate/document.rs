//! A verdict as `rebato.verdict/1`. Must not hold prose: the words of the reasons come from the caller.

use serde_json::{Map, Value, json};

use super::{Dossier, Gap, Reason, Source, Verdict};

/// The verdict in the shape of the outward contract. `words` gives the text of a reason, `refute_words` what would
/// refute it, `gap_words` of a gap, `change_words` of a
/// code in `what_would_change_it`.
#[must_use]
pub fn document(
    finding: &str,
    verdict: &Verdict,
    dossier: &Dossier,
    words: impl Fn(&Reason) -> String,
    refute_words: impl Fn(&Reason) -> Option<String>,
    gap_words: impl Fn(Source, &[Gap]) -> String,
    change_words: impl Fn(&str) -> String,
) -> Value {
    let reasons = verdict.reasons.iter().map(|reason| {
        json!({
            "signal": reason.signal, "weight": reason.weight, "about": reason.about, "attack": reason.attack, "evidence": reason.evidence,
            "args": reason.args, "text": words(reason), "refuted_by": refute_words(reason),
        })
    });
    let gaps = verdict.gaps.iter().map(|gap| {
        json!({
            "source": gap.source, "coverage": gap.coverage, "why": gap_words(gap.source, &gap.why), "codes": gap.why,
        })
    });
    let coverage: Map<String, Value> = Source::ALL
        .iter()
        .map(|source| (source.name().to_owned(), json!(dossier.covered(*source))))
        .collect();
    json!({
        "schema": "rebato.verdict/1",
        "finding": finding,
        "outcome": verdict.outcome,
        "score": verdict.score,
        "reasons": reasons.collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(),
        "evidence": dossier.evidence,
        "coverage": coverage,
        "what_would_change_it": verdict.what_would_change_it.iter().map(|code| change_words(code)).collect::<Vec<_>>(),
        "change_codes": verdict.what_would_change_it,
        "attack_version": super::ATTACK_VERSION,
    })
}
