//! `public-address`: whether the instance is reached from the Internet by an address of its own (Security Hub EC2.9).
//! `several-interfaces`: whether it stands in more than one place of the network (EC2.17). `source-dest-check`: whether it
//! may pass traffic of others on (EC2.180). Must not judge whether it should.

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};
use crate::identify::DutyKind;

pub(super) const PUBLIC: Check = Check {
    name: "public-address",
    controls: &["EC2.9"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: public,
};

pub(super) const INTERFACES: Check = Check {
    name: "several-interfaces",
    controls: &["EC2.17"],
    scope: Scope::Instance,
    class: FixClass::Info,
    run: interfaces,
};

pub(super) const SOURCE: Check = Check {
    name: "source-dest-check",
    controls: &["EC2.180"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: source,
};

fn public(seen: &Seen<'_>) -> CheckResult {
    let mut short = Vec::new();
    for interface in &seen.subject.interfaces {
        for public in interface.addresses.iter().filter_map(|a| a.public.as_ref()) {
            let setting = if public.elastic.is_some() {
                "elastic-ip"
            } else {
                "public-ip"
            };
            short.push(Shortfall::extra(
                &interface.id,
                setting,
                public.ip.to_string(),
            ));
        }
    }
    PUBLIC.settings_but(short, unseen(seen, "addresses"))
}

fn interfaces(seen: &Seen<'_>) -> CheckResult {
    let all = &seen.subject.interfaces;
    let evidence = if all.len() > 1 {
        all.iter()
            .map(|i| format!("{} {}", i.id, i.subnet.as_deref().unwrap_or("-")))
            .collect()
    } else {
        Vec::new()
    };
    INTERFACES.judged_but(evidence, unseen(seen, "interfaces"))
}

fn source(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let around = subject.around.as_ref();
    let mut short = Vec::new();
    let mut known = 0_usize;
    for interface in &subject.interfaces {
        let own = around
            .and_then(|a| a.interfaces.get(&interface.id))
            .and_then(|facts| facts.source_dest_check);
        // The instance's own setting is that of its primary interface.
        let check = own.or(subject
            .source_dest_check
            .filter(|_| interface.device_index == 0));
        known += usize::from(check.is_some());
        if check == Some(false) {
            short.push(Shortfall::new(
                &interface.id,
                "source-dest-check",
                "false",
                "true",
            ));
        }
    }
    let unseen = (known == 0 || known < subject.interfaces.len())
        .then(|| why_unread(&subject.unread, &["interfaces", "attributes"]));
    let result = SOURCE.settings_but(short, unseen);
    let routes = around.is_some_and(|a| a.duties.iter().any(|d| d.kind == DutyKind::Route));
    if routes {
        // A router works only so.
        return result.of_class(FixClass::Info);
    }
    result
}

/// Why there may be more than was seen.
fn unseen(seen: &Seen<'_>, part: &str) -> Option<String> {
    let subject = seen.subject;
    let gap = subject.interfaces.is_empty() || subject.unread.iter().any(|u| u.what == part);
    gap.then(|| why_unread(&subject.unread, &[part, "interfaces"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{Duty, Neighbourhood, PublicAddress, Subject, Unread};
    use crate::monitor::fixture;

    fn checked(check: &Check, subject: &Subject) -> CheckResult {
        run(check, subject, &Posture::default())
    }

    #[test]
    fn a_public_address_is_named_and_private_ones_pass() {
        let mut subject = fixture::subject();
        assert_eq!(checked(&PUBLIC, &subject).status, Status::Pass);
        subject.interfaces[0].addresses[0].public = Some(PublicAddress {
            ip: fixture::ip("203.0.113.9"),
            elastic: None,
        });
        let result = checked(&PUBLIC, &subject);
        assert_eq!(result.evidence, ["eni-1 public-ip=203.0.113.9"]);
        subject.interfaces.clear();
        assert_eq!(checked(&PUBLIC, &subject).status, Status::Unknown);
    }

    #[test]
    fn addresses_that_were_not_read_are_unknown() {
        let subject = Subject {
            unread: vec![Unread {
                what: "addresses".into(),
                why: "denied".into(),
            }],
            ..fixture::subject()
        };
        let result = checked(&PUBLIC, &subject);
        assert_eq!(result.why.as_deref(), Some("denied"));
    }

    #[test]
    fn more_than_one_interface_is_good_to_know() {
        let mut subject = fixture::subject();
        assert_eq!(checked(&INTERFACES, &subject).status, Status::Pass);
        subject.interfaces.push(fixture::interface("eni-2"));
        let result = checked(&INTERFACES, &subject);
        assert_eq!(
            (result.status, result.class),
            (Status::Fail, FixClass::Info)
        );
        subject.interfaces.clear();
        assert_eq!(checked(&INTERFACES, &subject).status, Status::Unknown);
    }

    #[test]
    fn a_router_may_pass_on_what_others_may_not() {
        let with = |check| Subject {
            source_dest_check: check,
            ..fixture::subject()
        };
        assert_eq!(checked(&SOURCE, &with(Some(true))).status, Status::Pass);
        assert_eq!(checked(&SOURCE, &with(None)).status, Status::Unknown);
        let off = checked(&SOURCE, &with(Some(false)));
        assert_eq!((off.status, off.class), (Status::Fail, FixClass::Propose));
        let router = Subject {
            around: Some(Neighbourhood {
                duties: vec![Duty {
                    kind: DutyKind::Route,
                    of: "rtb-1".into(),
                }],
                ..Neighbourhood::default()
            }),
            ..with(Some(false))
        };
        assert_eq!(checked(&SOURCE, &router).class, FixClass::Info);
    }
}
