//! What else GuardDuty found of high severity about the instance. Must not count list hits, which are look-ups and no detections,
//! nor what proves a breach by its type.

use super::{Hit, Picture, said};

/// Types that are the instance's own doing: the finding at hand counts, too.
const OWN_DOING: [&str; 6] = [
    "Backdoor:",
    "CryptoCurrency:",
    "Trojan:",
    "Impact:",
    "UnauthorizedAccess:EC2/Tor",
    "UnauthorizedAccess:EC2/MetadataDNSRebind",
];
/// Severity from which on a finding is high, and from which on it is critical and weighs twice.
const HIGH: f64 = 7.0;
const CRITICAL: f64 = 9.0;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = said::all(picture)
        .filter(|said| {
            let proof = said.is_sequence()
                || said.is_exfiltration()
                || said.is_malware()
                || said.is_runtime();
            let own_doing =
                !said.alert || OWN_DOING.iter().any(|prefix| said.kind.starts_with(prefix));
            !proof
                && !said.is_lookup()
                && own_doing
                && said.near
                && said.severity.is_some_and(|severity| severity >= HIGH)
        })
        .collect();
    let critical = found
        .iter()
        .any(|said| said.severity.is_some_and(|severity| severity >= CRITICAL));
    let mut hits = said::hit_on("other-finding", &found, &[]);
    if critical {
        for hit in &mut hits {
            hit.weight.points *= 2;
        }
    }
    hits
}
