//! The fix of a check, as actions for a plan that a person approves like any other. Must not judge: the checks do that.

use std::collections::BTreeSet;

use super::admin_rules;
use crate::case::Case;
use crate::contain::{
    Action, Builder, DEFAULT_PROFILE, Note, Plan, Purpose, SetImdsTokens, SetIngress, Severity,
    TAG_ROLE,
};
use crate::identify::{Rule, Subject};

/// What mends a check, and what to know before approving it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    /// The actions, in order; none when there is nothing to mend.
    pub actions: Vec<Action>,
    /// Notes for the plan.
    pub notes: Vec<Note>,
}

/// The fix of `check` on this instance: `None` when Rebato has none for it, empty actions when there is nothing to mend.
#[must_use]
pub fn fix(check: &str, subject: &Subject) -> Option<Fix> {
    match check {
        "imdsv2" => Some(imdsv2(subject)),
        "open-admin-ports" => Some(open_admin_ports(subject)),
        _ => None,
    }
}

/// The plan that mends `check` on this instance: `None` when Rebato has no fix for it or there is nothing to mend.
#[must_use]
pub fn fix_plan(case: &Case, subject: &Subject, check: &str) -> Option<Plan> {
    let Fix { actions, notes } = fix(check, subject)?;
    if actions.is_empty() {
        return None;
    }
    let mut steps = Builder::default();
    for action in actions {
        steps.add(action, &[], &[]);
    }
    Some(Plan {
        case: case.id.clone(),
        purpose: Purpose::Fix {
            check: check.into(),
        },
        profile: DEFAULT_PROFILE.into(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        waves: steps.waves(),
        notes,
    })
}

fn imdsv2(subject: &Subject) -> Fix {
    let Some(tokens) = subject
        .metadata
        .http_tokens
        .as_deref()
        .filter(|tokens| *tokens != "required")
    else {
        return Fix::default();
    };
    let instance = subject.instance_id.clone();
    Fix {
        // A program that still asks without a token gets no credentials from then on.
        notes: vec![Note::new(
            Severity::Warning,
            "imdsv1_callers_break",
            [("instance", instance.clone())],
        )],
        actions: vec![Action::SetImdsTokens(SetImdsTokens {
            instance,
            from: tokens.into(),
            to: "required".into(),
        })],
    }
}

/// Takes away exactly the rules that the check complains of. Who else uses a group cannot be seen from one instance, so
/// each group comes with a warning.
fn open_admin_ports(subject: &Subject) -> Fix {
    let mut fix = Fix::default();
    let ids: BTreeSet<&String> = subject.interfaces.iter().flat_map(|i| &i.groups).collect();
    for group in ids.into_iter().filter_map(|id| subject.groups.get(id)) {
        // Rebato's own groups are made and mended by containment.
        if group.tags.contains_key(TAG_ROLE) {
            continue;
        }
        let mut revoke: Vec<Rule> = admin_rules(&group.ingress).cloned().collect();
        revoke.sort();
        if revoke.is_empty() {
            continue;
        }
        fix.notes.push(Note::new(
            Severity::Warning,
            "group_may_be_shared",
            [("group", group.id.clone())],
        ));
        let wide = revoke
            .iter()
            .filter(|rule| rule.from_port.is_none() || rule.from_port != rule.to_port)
            .count();
        if wide > 0 {
            // Such a rule also carries what is not administration: a web server goes dark with it.
            let args = [("group", group.id.clone()), ("rules", wide.to_string())];
            fix.notes
                .push(Note::new(Severity::Warning, "wide_rule_goes", args));
        }
        fix.actions.push(Action::SetIngress(SetIngress {
            group: group.id.clone(),
            revoke,
            authorize: Vec::new(),
        }));
    }
    fix
}

#[cfg(test)]
mod tests {
    use super::super::checks::tests::{group, interface};
    use super::*;
    use crate::contain::Undo;
    use crate::harden::{Posture, Status, check};
    use crate::identify::MetadataOptions;
    use crate::monitor::fixture;

    fn tcp(from: i32, to: i32, peer: &str) -> Rule {
        Rule {
            protocol: "tcp".into(),
            from_port: Some(from),
            to_port: Some(to),
            peer: peer.into(),
        }
    }

    #[test]
    fn imdsv2_is_required_once() {
        let with = |tokens: Option<&str>| Subject {
            metadata: MetadataOptions {
                http_tokens: tokens.map(Into::into),
                ..MetadataOptions::default()
            },
            ..fixture::subject()
        };
        let made = fix("imdsv2", &with(Some("optional"))).map(|f| f.actions);
        assert_eq!(
            made,
            Some(vec![Action::SetImdsTokens(SetImdsTokens {
                instance: "i-1".into(),
                from: "optional".into(),
                to: "required".into()
            })])
        );
        assert_eq!(fix("imdsv2", &with(Some("required"))), Some(Fix::default()));
        assert_eq!(fix("imdsv2", &with(None)), Some(Fix::default()));
        assert_eq!(fix("cloudtrail", &with(None)), None);
    }

    #[test]
    fn exactly_the_open_rules_go_and_the_check_passes_afterwards() {
        let keep = vec![tcp(443, 443, "0.0.0.0/0"), tcp(22, 22, "10.0.0.0/8")];
        let open = vec![tcp(22, 22, "0.0.0.0/0"), tcp(3389, 3389, "::/0")];
        let mut subject = Subject {
            interfaces: vec![
                interface("eni-1", &["sg-1", "sg-2"]),
                interface("eni-2", &["sg-1"]),
            ],
            groups: [
                group("sg-1", [keep.clone(), open.clone()].concat()),
                group("sg-2", keep.clone()),
            ]
            .into(),
            ..fixture::subject()
        };
        let made = fix("open-admin-ports", &subject).unwrap_or_default();
        assert_eq!(
            made.actions,
            [Action::SetIngress(SetIngress {
                group: "sg-1".into(),
                revoke: open,
                authorize: vec![]
            })]
        );
        assert_eq!(
            made.notes
                .iter()
                .map(|n| n.code.as_str())
                .collect::<Vec<_>>(),
            ["group_may_be_shared"]
        );
        assert!(matches!(
            made.actions.first().map(|action| action.undo()),
            Some(Undo::Do(_))
        ));

        subject.groups = [group("sg-1", keep.clone()), group("sg-2", keep)].into();
        let after = check(&subject, &Posture::default(), &fixture::finding());
        assert_eq!(
            after
                .iter()
                .find(|r| r.check == "open-admin-ports")
                .map(|r| r.status),
            Some(Status::Pass)
        );
        assert_eq!(fix("open-admin-ports", &subject), Some(Fix::default()));
    }

    #[test]
    fn a_wide_rule_is_warned_of_and_our_own_groups_are_left_alone() {
        let (id, mut own) = group("sg-p", vec![Rule::all("0.0.0.0/0")]);
        own.tags.insert(TAG_ROLE.into(), "passage".into());
        let subject = Subject {
            interfaces: vec![interface("eni-1", &["sg-p", "sg-w"])],
            groups: [(id, own), group("sg-w", vec![tcp(0, 65535, "0.0.0.0/0")])].into(),
            ..fixture::subject()
        };
        let made = fix("open-admin-ports", &subject).unwrap_or_default();
        assert_eq!(
            made.actions
                .iter()
                .map(|action| action.target())
                .collect::<Vec<_>>(),
            ["sg-w"]
        );
        assert!(made.notes.iter().any(|n| n.code == "wide_rule_goes"));
    }
}
