//! What GuardDuty says besides, and findings whose very type is the proof: stolen credentials, malware, processes, sequences.
//! Must not count custom-list and reputation hits: they are lookups, not detections.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::{Evidence, Fact};

/// Evidence, type, severity, and whether it is the finding at hand.
type Said<'a> = (&'a Evidence, &'a str, Option<f64>, bool);

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<Said<'_>> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Alert { kind, severity, .. } => Some((e, kind.as_str(), *severity, true)),
            Fact::OtherFinding { kind, severity, .. } => Some((e, kind.as_str(), *severity, false)),
            _ => None,
        })
        .collect();
    let mut hits = Vec::new();
    let mut look = |signal: &str, fits: &dyn Fn(&Said<'_>) -> bool| {
        let some: Vec<_> = found.iter().filter(|found| fits(found)).collect();
        let severity = some.iter().filter_map(|found| found.2).fold(0.0, f64::max);
        let args = [
            ("types", joined(some.iter().map(|found| found.1.to_owned()))),
            ("severity", severity.to_string()),
        ];
        let mut new = hit(signal, some.iter().map(|found| found.0), &args);
        // Critical weighs twice.
        for hit in new
            .iter_mut()
            .filter(|hit| hit.weight.signal == "other-finding" && severity >= 9.0)
        {
            hit.weight.points *= 2;
        }
        hits.extend(new);
    };
    look("attack-sequence", &|found| is_sequence(found.1));
    look("credential-exfiltration-finding", &|found| {
        is_exfiltration(found.1)
    });
    look("malware-or-runtime-finding", &|found| is_malware(found.1));
    // What the instance itself does wrong; the finding at hand counts too, as its traffic is the instance's own doing.
    look("other-finding", &|(_, kind, severity, alert)| {
        let proof = is_sequence(kind) || is_exfiltration(kind) || is_malware(kind);
        let lookup = kind.contains("MaliciousIPCaller")
            || kind.ends_with(".Custom")
            || kind.ends_with(".Reputation");
        let does = [
            "Backdoor:",
            "CryptoCurrency:",
            "Trojan:",
            "Impact:",
            "UnauthorizedAccess:EC2/Tor",
            "UnauthorizedAccess:EC2/MetadataDNSRebind",
        ];
        let own_doing = !alert || does.iter().any(|prefix| kind.starts_with(prefix));
        !proof && !lookup && own_doing && severity.is_some_and(|severity| severity >= 7.0)
    });
    hits
}

fn is_sequence(kind: &str) -> bool {
    kind.starts_with("AttackSequence:")
}

fn is_exfiltration(kind: &str) -> bool {
    kind.contains("CredentialExfiltration")
}

fn is_malware(kind: &str) -> bool {
    // The agent sees queries, too; a name of bad reputation is looked up in a list all the same.
    kind.contains(":Runtime/") && !kind.ends_with(".Reputation")
        || kind.contains("/MaliciousFile")
        || kind.contains("/SuspiciousFile")
}
