//! Words of step 3: actions, what they break, how they are undone, and what to know before. Must not know where they stand.

use rebato_core::case::{Decision, PlanRecord, StepState};
use rebato_core::contain::{Action, GroupRef, GroupRole, Note, Purpose, Undo};

use super::Words;
use crate::texts::{has, say};

impl Words {
    /// One note of a plan.
    #[must_use]
    pub fn note(&self, note: &Note) -> String {
        let key = format!("note-{}", note.code);
        let value = |name: &str, value: &str| match name {
            "outcome" => self.code("outcome", value).to_lowercase(),
            "part" => self.code("unread", value),
            _ => self.data(value),
        };
        let args: Vec<(&str, String)> = note
            .args
            .iter()
            .map(|(name, v)| (name.as_str(), value(name, v)))
            .collect();
        if has(self.lang, &key) {
            say(self.lang, &key, &args)
        } else {
            self.data(&note.code)
        }
    }

    /// What an action does.
    #[must_use]
    pub fn action(&self, action: &Action) -> String {
        say(
            self.lang,
            &format!("action-{}", action.name()),
            &self.action_values(action),
        )
    }

    /// What an action may break.
    #[must_use]
    pub fn impact(&self, action: &Action) -> String {
        say(
            self.lang,
            &format!("impact-{}", action.name()),
            &self.action_values(action),
        )
    }

    /// How an action is undone: `do`, `keep` or `impossible`, and in words.
    #[must_use]
    pub fn undo(&self, action: &Action) -> (&'static str, String) {
        match action.undo() {
            // Release goes back over both moves at once.
            Undo::Do(undo) if action_goes_to_passage(&undo) => ("do", self.key("undo-joined")),
            Undo::Do(undo) => ("do", self.with("undo-do", [("action", self.action(&undo))])),
            Undo::Keep(why) => ("keep", self.key(&format!("undo-keep-{}", why.name()))),
            Undo::Impossible(why) => (
                "impossible",
                self.key(&format!("undo-impossible-{}", why.name())),
            ),
        }
    }

    fn action_values(&self, action: &Action) -> Vec<(&'static str, String)> {
        let data = |value: &str| self.data(value);
        match action {
            Action::ProtectTermination { instance, to, .. }
            | Action::ProtectStop { instance, to, .. } => {
                vec![("instance", data(instance)), ("to", to.to_string())]
            }
            Action::SetShutdownBehavior { instance, from, to } => vec![
                ("instance", data(instance)),
                ("from", data(from)),
                ("to", to.clone()),
            ],
            Action::SetDeleteOnTermination {
                volume, device, to, ..
            } => {
                vec![
                    ("volume", data(volume)),
                    ("device", data(device)),
                    ("to", to.to_string()),
                ]
            }
            Action::SetTags { resource, to, .. } => vec![
                ("resource", data(resource)),
                ("count", to.len().to_string()),
                ("to", tags_left(to).into()),
            ],
            Action::SetScalingMinimum { group, from, to } => vec![
                ("group", data(group)),
                ("from", from.to_string()),
                ("to", to.to_string()),
            ],
            Action::SetStandby {
                group,
                instance,
                standby,
            } => {
                vec![
                    ("group", data(group)),
                    ("instance", data(instance)),
                    ("to", standby.to_string()),
                ]
            }
            Action::SetTarget {
                group,
                id,
                registered,
                ..
            } => {
                // arn:…:targetgroup/NAME/ID
                let name = group.split('/').nth(1).unwrap_or(group);
                vec![
                    ("group", data(name)),
                    ("id", data(id)),
                    ("to", registered.to_string()),
                ]
            }
            Action::SaveConsole { instance } => vec![("instance", data(instance))],
            Action::CreateSnapshots { instance, volumes } => vec![
                ("instance", data(instance)),
                ("count", volumes.len().to_string()),
            ],
            Action::CreateGroup { role, vpc } => {
                vec![("group", data(&role.group_name(vpc))), ("vpc", data(vpc))]
            }
            Action::SetGroupRules { group, role, .. } => vec![
                ("group", data(&group.shown())),
                ("role", role.name().into()),
            ],
            Action::SetInterfaceGroups { interface, to, .. } => {
                let groups: Vec<String> = to.iter().map(|g| data(&g.shown())).collect();
                vec![
                    ("interface", data(interface)),
                    ("to", groups.join(", ")),
                    ("stage", stage(to).into()),
                ]
            }
            Action::SetElasticIp {
                interface,
                public_ip,
                associated,
                ..
            } => {
                vec![
                    ("interface", data(interface)),
                    ("public_ip", self.data(public_ip)),
                    ("to", associated.to_string()),
                ]
            }
            Action::SetAutoPublicAddress { interface, to, .. } => {
                vec![("interface", data(interface)), ("to", to.to_string())]
            }
            Action::SetRunning {
                instance, running, ..
            } => vec![("instance", data(instance)), ("to", running.to_string())],
            Action::SetImdsTokens { instance, to, .. } => {
                vec![("instance", data(instance)), ("to", to.clone())]
            }
            Action::SetIngress {
                group,
                revoke,
                authorize,
            } => {
                vec![
                    ("group", data(group)),
                    ("revoked", revoke.len().to_string()),
                    ("authorized", authorize.len().to_string()),
                ]
            }
        }
    }

    /// What a plan is for.
    #[must_use]
    pub fn purpose(&self, purpose: &Purpose) -> String {
        match purpose {
            Purpose::Contain => self.key("purpose-contain"),
            Purpose::Release => self.key("purpose-release"),
            Purpose::Fix { check } => self.with("purpose-fix", [("check", self.data(check))]),
        }
    }

    /// Where a step stands; `undone` when a release put it back.
    #[must_use]
    pub fn step_state(&self, state: &StepState, undone: bool) -> String {
        self.key(match state {
            StepState::Done { .. } if undone => "step-state-undone",
            StepState::Planned => "step-state-planned",
            StepState::Started { .. } => "step-state-started",
            StepState::Done { .. } => "step-state-done",
            StepState::Failed { certain: true, .. } => "step-state-failed",
            StepState::Failed { certain: false, .. } => "step-state-failed-uncertain",
        })
    }

    /// What a person said of a plan.
    #[must_use]
    pub fn decision(&self, plan: &PlanRecord) -> String {
        self.key(match &plan.decision {
            Some(Decision::Approved(_)) => "decision-approved",
            Some(Decision::Rejected { .. }) => "decision-rejected",
            None => "decision-none",
        })
    }
}

fn action_goes_to_passage(action: &Action) -> bool {
    matches!(action, Action::SetInterfaceGroups { to, .. } if stage(to) == "passage")
}

/// Which of our groups an interface goes to, if all are ours and of one kind.
fn stage(groups: &[GroupRef]) -> &'static str {
    let only = |wanted: GroupRole| {
        !groups.is_empty()
            && groups
                .iter()
                .all(|g| matches!(g, GroupRef::Own { role, .. } if *role == wanted))
    };
    if only(GroupRole::Passage) {
        "passage"
    } else if only(GroupRole::Containment) {
        "containment"
    } else {
        "other"
    }
}

/// `none` where every tag goes.
fn tags_left(to: &std::collections::BTreeMap<String, Option<String>>) -> &'static str {
    if to.values().all(Option::is_none) {
        "none"
    } else {
        "some"
    }
}
