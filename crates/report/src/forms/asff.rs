//! The verdict as an update of the finding in AWS Security Hub: the request of `BatchUpdateFindings`, for a person to send
//! (`aws securityhub batch-update-findings --cli-input-json file://…`). Must not send it.

use rebato_core::case::{Case, State};
use rebato_core::evaluate::Outcome;
use serde_json::{Value, json};

use super::{confidence, techniques};
use crate::Lang;
use crate::clean::clean;
use crate::words::Words;

/// Characters of a note (Security Hub API, `NoteUpdate`).
const NOTE: usize = 512;
/// Characters of a user-defined field's value (Security Hub API, `BatchUpdateFindings`).
const VALUE: usize = 1024;
/// Characters of a finding's identifier (Security Hub guide, "Required top-level ASFF attributes", `Id`).
const ID: usize = 512;

/// Why there is no update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoUpdate {
    /// The finding has no ARN, and by its ARN Security Hub knows it.
    #[error("the finding of this case has no ARN: Security Hub cannot know it")]
    NoArn,
}

/// The request.
///
/// # Errors
/// [`NoUpdate`].
pub fn asff(case: &Case, lang: Lang) -> Result<Value, NoUpdate> {
    let finding = &case.finding;
    let arn = finding.arn.as_deref().ok_or(NoUpdate::NoArn)?;
    let (partition, region) = place(arn).ok_or(NoUpdate::NoArn)?;
    let words = Words::plain(lang);
    let outcome = case.verdict.as_ref().map(|verdict| verdict.outcome);
    let text = match outcome {
        Some(outcome) => words.key(&format!("outcome-{}-long", outcome.name())),
        None => words.key("report-no-verdict"),
    };
    let note = format!("Rebato {}: {text}", case.id);
    let fields = [
        ("rebato/case", Some(case.id.clone())),
        ("rebato/outcome", outcome.map(|o| o.name().to_owned())),
        (
            "rebato/containment",
            Some(case.containment.name().to_owned()),
        ),
        (
            "rebato/attack",
            Some(techniques(case).into_iter().collect::<Vec<_>>().join(",")),
        ),
    ];
    let fields: serde_json::Map<String, Value> = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?)))
        .map(|(name, value)| (name.to_owned(), bounded(&value, VALUE).into()))
        .collect();
    let mut request = json!({
        "FindingIdentifiers": [{
            "Id": arn,
            "ProductArn": format!("arn:{partition}:securityhub:{region}::product/aws/guardduty"),
        }],
        "Note": { "Text": bounded(&note, NOTE), "UpdatedBy": "rebato" },
        "UserDefinedFields": fields,
        "Workflow": { "Status": status(case) },
    });
    if let Some(members) = request.as_object_mut() {
        if let Some(outcome) = outcome {
            members.insert("VerificationState".into(), verification(outcome).into());
        }
        if let Some(sure) = confidence(case) {
            members.insert("Confidence".into(), sure.into());
        }
    }
    Ok(request)
}

/// Partition and Region of `arn:PARTITION:guardduty:REGION:ACCOUNT:detector/…`. An ARN is of printable ASCII: what is not comes
/// from somebody who wrote the alert by hand.
fn place(arn: &str) -> Option<(&str, &str)> {
    let is_name = |part: &&str| {
        let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !part.is_empty() && part.chars().all(of_name)
    };
    if arn.len() > ID || !arn.chars().all(|c| c.is_ascii_graphic()) {
        return None;
    }
    let mut parts = arn.split(':');
    let (Some("arn"), Some(partition), Some("guardduty"), Some(region)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    Some((partition, region)).filter(|(partition, region)| is_name(partition) && is_name(region))
}

/// The text clean, and then no longer than the field is.
fn bounded(text: &str, most: usize) -> String {
    clean(text).chars().take(most).collect()
}

/// Security Hub's word: a finding about an attack that failed was right all the same.
const fn verification(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded | Outcome::Likely | Outcome::Attempted | Outcome::Blocked => {
            "TRUE_POSITIVE"
        }
        Outcome::Benign => "BENIGN_POSITIVE",
        Outcome::Inconclusive => "UNKNOWN",
    }
}

fn status(case: &Case) -> &'static str {
    if case.state == State::Closed {
        "RESOLVED"
    } else {
        "NOTIFIED"
    }
}
