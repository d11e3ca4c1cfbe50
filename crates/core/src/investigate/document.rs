//! The report on an address as `rebato.address/1`. Must not judge or ask.

use serde_json::{Value, json};

use super::AddressReport;

/// The contract's document.
#[must_use]
pub fn document(report: &AddressReport) -> Value {
    json!({
        "schema": "rebato.address/1",
        "ip": report.ip,
        "scope": report.scope,
        "standing": report.standing,
        "reasons": report.reasons,
        "facts": report.facts,
        "opinions": report.opinions,
        "asked": report.asked,
        "sent_out": report.sent_out,
    })
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::super::*;
    use super::document;

    #[test]
    fn bears_the_names_of_the_contract() {
        let report = AddressReport {
            ip: IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8)),
            scope: Scope::Public,
            standing: Standing::KnownGood,
            reasons: vec![],
            facts: vec![AddressFact {
                source: "s".into(),
                kind: "cloud".into(),
                value: "v".into(),
                as_of: None,
            }],
            opinions: vec![Opinion {
                source: "s".into(),
                says: "benign".into(),
                confidence: 0.9,
                as_of: None,
                why: None,
                class: None,
            }],
            asked: vec![Asked {
                source: "rdap".into(),
                result: "not_configured".into(),
                why: None,
            }],
            sent_out: vec![],
        };
        let doc = document(&report);
        assert_eq!(doc["schema"], "rebato.address/1");
        assert_eq!(
            (&doc["ip"], &doc["scope"], &doc["standing"]),
            (&"8.8.8.8".into(), &"public".into(), &"known_good".into())
        );
        assert_eq!(
            doc["facts"][0],
            serde_json::json!({"source": "s", "kind": "cloud", "value": "v", "as_of": null})
        );
        assert_eq!(
            doc["opinions"][0],
            serde_json::json!({"source": "s", "says": "benign", "confidence": 0.9, "as_of": null, "why": null})
        );
        assert_eq!(doc["asked"][0]["result"], "not_configured");
        assert_eq!(doc["sent_out"], serde_json::json!([]));
    }
}
