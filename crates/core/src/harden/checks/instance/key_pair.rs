//! `key-pair`: whether the key that was given at launch is old or opens many machines. Must not say who holds it, nor what
//! stands in the authorized keys of the host: deleting a key pair takes it from no machine.

use jiff::Unit;

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "key-pair",
    controls: &[],
    scope: Scope::Instance,
    class: FixClass::Manual,
    run: check,
};

/// Days after which a key is old.
const OLD: f64 = 365.0;

fn check(seen: &Seen<'_>) -> CheckResult {
    let (subject, posture) = (seen.subject, seen.posture);
    let Some(name) = subject.key_name.as_deref() else {
        return CHECK.settings(Vec::new());
    };
    let mut short = Vec::new();
    let key = subject
        .around
        .as_ref()
        .and_then(|around| around.key.as_ref());
    let mut unseen = None;
    match key {
        // A pair that was deleted since has no date; its key still opens what it opened.
        Some(key) => {
            if let Some(created) = key.created {
                let days = subject
                    .read_at
                    .since(created)
                    .and_then(|age| age.total(Unit::Hour))
                    .map_or(0.0, |hours| hours / 24.0);
                if days > OLD {
                    short.push(Shortfall::new(
                        name,
                        "age-days",
                        format!("{days:.0}"),
                        format!("{OLD:.0}"),
                    ));
                }
            }
        }
        None => unseen = Some(why_unread(&subject.unread, &["key_pair"])),
    }
    match &posture.key_users {
        Some(users) if !users.is_empty() => {
            short.push(Shortfall::extra(name, "also-opens", users.join(",")));
        }
        Some(_) => {}
        None => unseen = Some(why_unread(&posture.unread, &["key_users"])),
    }
    CHECK.settings_but(short, unseen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{KeyPair, Neighbourhood, Subject};
    use crate::monitor::fixture;

    fn checked(days: Option<i64>, users: Option<&[&str]>) -> CheckResult {
        let created = |days: i64| fixture::at(-days * 24 * 60);
        let subject = Subject {
            key_name: Some("ops".into()),
            around: days.map(|days| Neighbourhood {
                key: Some(KeyPair {
                    name: "ops".into(),
                    created: Some(created(days)),
                    ..KeyPair::default()
                }),
                ..Neighbourhood::default()
            }),
            ..fixture::subject()
        };
        let posture = Posture {
            key_users: users.map(|u| u.iter().map(|u| (*u).into()).collect()),
            ..Posture::default()
        };
        run(&CHECK, &subject, &posture)
    }

    #[test]
    fn old_and_shared_keys_fail_and_what_was_not_read_is_unknown() {
        assert_eq!(checked(Some(365), Some(&[])).status, Status::Pass);
        assert_eq!(checked(Some(366), Some(&[])).evidence, ["ops age-days=366"]);
        assert_eq!(
            checked(Some(1), Some(&["i-2", "i-3"])).evidence,
            ["ops also-opens=i-2,i-3"]
        );
        assert_eq!(checked(None, Some(&[])).status, Status::Unknown);
        assert_eq!(checked(Some(1), None).status, Status::Unknown);
        let keyless = run(&CHECK, &fixture::subject(), &Posture::default());
        assert_eq!(keyless.status, Status::Pass);
    }
}
