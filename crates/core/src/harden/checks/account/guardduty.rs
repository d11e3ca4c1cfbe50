//! `guardduty`: whether GuardDuty watches all Regions, with malware scans and runtime monitoring of EC2 (Security Hub
//! GuardDuty.1, .8, .11, .13): intruders go where nobody looks. Must not read findings.

use std::collections::BTreeMap;

use crate::harden::{Check, CheckResult, DetectorState, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "guardduty",
    controls: &["GuardDuty.1", "GuardDuty.8", "GuardDuty.11", "GuardDuty.13"],
    scope: Scope::Account,
    class: FixClass::Propose,
    run: check,
};

/// Features by their names in GuardDuty's API; the last one is a part of runtime monitoring.
const WANTED: [&str; 3] = [
    "EBS_MALWARE_PROTECTION",
    "RUNTIME_MONITORING",
    "EC2_AGENT_MANAGEMENT",
];

fn check(seen: &Seen<'_>) -> CheckResult {
    let Some(detectors) = &seen.posture.detectors else {
        return CHECK.unread(&seen.posture.unread, &["detectors"]);
    };
    let mut short = Vec::new();
    let mut unread: Vec<&str> = Vec::new();
    let mut why = None;
    for detector in detectors {
        match &detector.state {
            DetectorState::Off => {
                short.push(Shortfall::new(&detector.region, "detector", "off", "on"));
            }
            DetectorState::On(features) => {
                let missing = WANTED
                    .iter()
                    .filter(|f| !features.iter().any(|on| on == *f));
                short.extend(missing.map(|f| Shortfall::new(&detector.region, f, "off", "on")));
            }
            DetectorState::Unread(word) => {
                unread.push(&detector.region);
                why.get_or_insert_with(|| word.clone());
            }
        }
    }
    // One line for each setting: an account has some twenty Regions.
    let mut lines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &short {
        lines.entry(&one.setting).or_default().push(&one.resource);
    }
    let evidence = lines
        .into_iter()
        .map(|(setting, regions)| format!("{setting}=off {}", regions.join(" ")))
        .collect();
    if detectors.is_empty() {
        why.get_or_insert_with(|| "not-read".into());
    }
    let result = CHECK
        .judged_but(evidence, why)
        .falling_short(short)
        .with("regions", &detectors.len());
    if unread.is_empty() {
        return result;
    }
    result.with("unread", &unread.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Detector, Posture, Status};
    use crate::monitor::fixture;

    fn checked(regions: &[(&str, DetectorState)]) -> CheckResult {
        let one = |(region, state): &(&str, DetectorState)| Detector {
            region: (*region).into(),
            state: state.clone(),
        };
        let posture = Posture {
            detectors: Some(regions.iter().map(one).collect()),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    fn on(features: &[&str]) -> DetectorState {
        DetectorState::On(features.iter().map(|f| (*f).into()).collect())
    }

    #[test]
    fn every_region_must_be_watched_with_every_feature() {
        let all = || on(&WANTED);
        assert_eq!(checked(&[("a", all()), ("b", all())]).status, Status::Pass);
        let poor = checked(&[
            ("a", on(&WANTED[..1])),
            ("b", DetectorState::Off),
            ("c", DetectorState::Off),
        ]);
        assert_eq!(
            poor.evidence,
            [
                "EC2_AGENT_MANAGEMENT=off a",
                "RUNTIME_MONITORING=off a",
                "detector=off b c"
            ]
        );
        assert_eq!(poor.shortfalls.len(), 4);
    }

    #[test]
    fn a_region_that_is_denied_is_unknown_and_takes_nothing_from_the_others() {
        let denied = || DetectorState::Unread("AccessDenied".into());
        let half = checked(&[("a", on(&WANTED)), ("b", denied())]);
        assert_eq!(
            (half.status, half.why.as_deref()),
            (Status::Unknown, Some("AccessDenied"))
        );
        assert_eq!(half.args.get("unread").map(String::as_str), Some("b"));
        let off = checked(&[("a", DetectorState::Off), ("b", denied())]);
        assert_eq!(off.status, Status::Fail);
        assert_eq!(checked(&[]).status, Status::Unknown);
        let unread = run(&CHECK, &fixture::subject(), &Posture::default());
        assert_eq!(unread.status, Status::Unknown);
    }
}
