//! `cloudtrail`: whether API calls are written down, in all Regions, with digests that show tampering, encrypted with a key
//! of one's own and into a log group where alarms can see them (Security Hub CloudTrail.1, .2, .4, .5). Must not read the
//! trail.

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall, Trail};

pub(super) const CHECK: Check = Check {
    name: "cloudtrail",
    controls: &[
        "CloudTrail.1",
        "CloudTrail.2",
        "CloudTrail.4",
        "CloudTrail.5",
    ],
    scope: Scope::Account,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let posture = seen.posture;
    let Some(trails) = &posture.trails else {
        return CHECK.unread(&posture.unread, &["trails"]);
    };
    if trails.is_empty() {
        return CHECK.judged(vec!["none".into()]);
    }
    // One trail that has everything is enough; else each is told what it lacks.
    let mut lacks = Vec::new();
    let mut may_be_whole = false;
    for trail in trails {
        let short = shortfalls(trail);
        let unseen = trail.logging.is_none() || trail.management_events.is_none();
        if short.is_empty() && !unseen {
            return CHECK.settings(Vec::new());
        }
        may_be_whole |= short.is_empty();
        lacks.extend(short);
    }
    if may_be_whole {
        let parts = ["trail_status", "trail_selectors"];
        return CHECK.unknown(why_unread(&posture.unread, &parts));
    }
    CHECK.settings(lacks)
}

fn shortfalls(trail: &Trail) -> Vec<Shortfall> {
    let lacks = [
        ("logging", trail.logging == Some(false)),
        ("multi-region", !trail.multi_region),
        ("management-events", trail.management_events == Some(false)),
        ("validation", !trail.validation),
        ("kms-key", trail.kms_key.is_none()),
        ("log-group", trail.log_group.is_none()),
    ];
    lacks
        .into_iter()
        .filter(|(_, lacks)| *lacks)
        .map(|(setting, _)| Shortfall::new(&trail.name, setting, "off", "on"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    fn whole() -> Trail {
        Trail {
            name: "t".into(),
            logging: Some(true),
            multi_region: true,
            validation: true,
            kms_key: Some("arn:aws:kms:eu-west-1:1:key/k".into()),
            log_group: Some("arn:aws:logs:eu-west-1:1:log-group:g".into()),
            management_events: Some(true),
        }
    }

    fn checked(trails: Vec<Trail>) -> CheckResult {
        let posture = Posture {
            trails: Some(trails),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn one_whole_trail_is_enough_and_every_lack_is_named() {
        let off = Trail {
            logging: Some(false),
            ..whole()
        };
        assert_eq!(checked(vec![off.clone(), whole()]).status, Status::Pass);
        assert_eq!(checked(vec![]).evidence, ["none"]);
        assert_eq!(checked(vec![off]).evidence, ["t logging=off"]);
        let bare = Trail {
            name: "t".into(),
            logging: Some(true),
            management_events: Some(false),
            ..Trail::default()
        };
        assert_eq!(
            checked(vec![bare]).evidence,
            [
                "t multi-region=off",
                "t management-events=off",
                "t validation=off",
                "t kms-key=off",
                "t log-group=off"
            ]
        );
    }

    #[test]
    fn a_trail_that_may_be_whole_is_unknown() {
        let unseen = Trail {
            logging: None,
            ..whole()
        };
        assert_eq!(checked(vec![unseen.clone()]).status, Status::Unknown);
        let short = Trail {
            multi_region: false,
            ..unseen
        };
        assert_eq!(checked(vec![short]).evidence, ["t multi-region=off"]);
        let selectors = Trail {
            management_events: None,
            ..whole()
        };
        assert_eq!(checked(vec![selectors]).status, Status::Unknown);
    }
}
