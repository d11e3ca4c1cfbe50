//! `default-group`: whether the VPC's default security group lets anything through (Security Hub EC2.2): whoever forgets to
//! name a group gets it. Must not look at other groups.

use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};
use crate::identify::Rule;

pub(super) const CHECK: Check = Check {
    name: "default-group",
    controls: &["EC2.2"],
    scope: Scope::Network,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let Some(groups) = &seen.posture.default_groups else {
        return CHECK.unread(&seen.posture.unread, &["default_groups"]);
    };
    let mut short = Vec::new();
    for group in groups {
        for (way, rules) in [("ingress", &group.ingress), ("egress", &group.egress)] {
            let extra = |rule: &Rule| Shortfall::extra(&group.id, way, rule.to_string());
            short.extend(rules.iter().map(extra));
        }
    }
    // Each VPC has one: none was shown, so it was not seen.
    let unseen = groups.is_empty().then(|| "not-read".to_owned());
    CHECK.settings_but(short, unseen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::checks::tests::group;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    fn checked(rules: Vec<Rule>) -> CheckResult {
        let posture = Posture {
            default_groups: Some(vec![group("sg-d", rules).1]),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn any_rule_fails_even_among_its_own_members() {
        assert_eq!(checked(vec![]).status, Status::Pass);
        assert_eq!(
            checked(vec![Rule::all("sg-d")]).evidence,
            ["sg-d ingress=-1 sg-d"]
        );
        let subject = fixture::subject();
        assert_eq!(
            run(&CHECK, &subject, &Posture::default()).status,
            Status::Unknown
        );
        let none = Posture {
            default_groups: Some(vec![]),
            ..Posture::default()
        };
        assert_eq!(run(&CHECK, &subject, &none).status, Status::Unknown);
    }
}
