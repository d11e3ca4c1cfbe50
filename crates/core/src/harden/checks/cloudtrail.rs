//! `cloudtrail`: whether API calls are written down, in all Regions, with digests that show tampering (Security Hub
//! CloudTrail.1, CloudTrail.4). Must not read the trail.

use crate::harden::{CheckResult, Posture, Trail};
use crate::identify::{Finding, Subject};

use super::why_unread;

pub(super) const NAME: &str = "cloudtrail";
const CONTROLS: &[&str] = &["CloudTrail.1", "CloudTrail.4"];

pub(super) fn check(_: &Subject, posture: &Posture, _: &Finding) -> CheckResult {
    let Some(trails) = &posture.trails else {
        return CheckResult::unknown(
            NAME,
            CONTROLS,
            why_unread(&posture.unread, &["trails", "cloudtrail"]),
        );
    };
    if trails
        .iter()
        .any(|t| t.logging == Some(true) && t.multi_region && t.validation)
    {
        return CheckResult::judged(NAME, CONTROLS, Vec::new());
    }
    if trails
        .iter()
        .any(|t| t.logging.is_none() && t.multi_region && t.validation)
    {
        return CheckResult::unknown(
            NAME,
            CONTROLS,
            why_unread(&posture.unread, &["trail_status", "trails", "cloudtrail"]),
        );
    }
    if trails.is_empty() {
        return CheckResult::judged(NAME, CONTROLS, vec!["none".into()]);
    }
    CheckResult::judged(NAME, CONTROLS, trails.iter().map(shortfall).collect())
}

fn shortfall(trail: &Trail) -> String {
    let mut lacks = Vec::new();
    match trail.logging {
        Some(true) => {}
        Some(false) => lacks.push("logging=off"),
        None => lacks.push("logging=unknown"),
    }
    if !trail.multi_region {
        lacks.push("multi-region=off");
    }
    if !trail.validation {
        lacks.push("validation=off");
    }
    format!("{} {}", trail.name, lacks.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::Status;
    use crate::monitor::fixture;

    fn checked(trails: &[(Option<bool>, bool, bool)]) -> CheckResult {
        let trails = trails
            .iter()
            .map(|(logging, multi_region, validation)| Trail {
                name: "t".into(),
                logging: *logging,
                multi_region: *multi_region,
                validation: *validation,
            });
        let posture = Posture {
            trails: Some(trails.collect()),
            ..Posture::default()
        };
        check(&fixture::subject(), &posture, &fixture::finding())
    }

    #[test]
    fn one_good_trail_is_enough_and_every_lack_is_named() {
        assert_eq!(
            checked(&[(Some(false), true, true), (Some(true), true, true)]).status,
            Status::Pass
        );
        assert_eq!(checked(&[]).evidence, ["none"]);
        assert_eq!(
            checked(&[(Some(false), true, true)]).evidence,
            ["t logging=off"]
        );
        assert_eq!(
            checked(&[(Some(true), false, false)]).evidence,
            ["t multi-region=off validation=off"]
        );
        assert_eq!(
            checked(&[(Some(true), true, false)]).evidence,
            ["t validation=off"]
        );
        assert_eq!(
            checked(&[(Some(true), false, true)]).evidence,
            ["t multi-region=off"]
        );
        assert_eq!(checked(&[(None, true, true)]).status, Status::Unknown);
        assert_eq!(
            checked(&[(None, false, true)]).evidence,
            ["t logging=unknown multi-region=off"]
        );
    }
}
