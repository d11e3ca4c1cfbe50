//! Words of step 3: actions, what they break, how they are undone, and what to know before. Must not know where they stand.

use rebato_core::case::{Decision, PlanRecord, StepState};
use rebato_core::contain::{
    Action, Fault, GroupRole, Note, Permit, PermitAnswer, Purpose, Said, Undo,
};
use rebato_core::escalate::Route;
use rebato_core::harden::Bearing;

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

    /// How many of the permissions that a plan needs were found to be there.
    #[must_use]
    pub fn permits(&self, permits: &[Permit]) -> String {
        let count = |wanted: fn(&PermitAnswer) -> bool| {
            let found = permits.iter().filter(|permit| wanted(&permit.answer));
            found.count().to_string()
        };
        self.with(
            "plan-permits",
            [
                ("ok", count(|a| *a == PermitAnswer::Allowed)),
                ("all", permits.len().to_string()),
                (
                    "unknown",
                    count(|a| matches!(a, PermitAnswer::Unknown { .. })),
                ),
            ],
        )
    }

    /// Which permission lacks, for which steps, in AWS's words why; `None` where none lacks.
    #[must_use]
    pub fn denied(&self, permit: &Permit) -> Option<String> {
        let PermitAnswer::Denied { why } = &permit.answer else {
            return None;
        };
        let args = [
            ("permission", self.data(&permit.permission)),
            ("steps", permit.steps.join(", ")),
            ("why", self.data(why)),
        ];
        Some(self.with("plan-permit-denied", args))
    }

    /// What the linter says of a profile or a plan.
    #[must_use]
    pub fn fault(&self, fault: &Fault) -> String {
        let args: Vec<(&str, String)> = fault
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), self.data(value)))
            .collect();
        say(self.lang, &format!("lint-{}", fault.code), &args)
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
        action
            .values()
            .into_iter()
            .map(|(name, value)| match value {
                Said::Code(code) => (name, code),
                Said::Data(text) => (name, self.data(&text)),
            })
            .collect()
    }

    /// What a plan is for.
    #[must_use]
    pub fn purpose(&self, purpose: &Purpose) -> String {
        match purpose {
            Purpose::Contain => self.key("purpose-contain"),
            Purpose::Release => self.key("purpose-release"),
            Purpose::Fix { check } => self.with("purpose-fix", [("check", self.data(check))]),
            Purpose::Revert { check } => self.with("purpose-revert", [("check", self.data(check))]),
            Purpose::Mend { how } => self.key(&format!("purpose-mend-{}", how.name())),
            Purpose::Escalate { to } => self.key(match to {
                Route::Support => "purpose-escalate-support",
                Route::SecurityIr => "purpose-escalate-security-ir",
            }),
            Purpose::Watch => self.key("purpose-watch"),
            Purpose::Unwatch => self.key("purpose-unwatch"),
        }
    }

    /// What a weakness has to do with the case.
    #[must_use]
    pub fn bearing(&self, bearing: &Bearing) -> String {
        let about: Vec<String> = bearing.about.iter().map(|about| self.data(about)).collect();
        self.with_known(
            &format!("order-{}", bearing.code),
            &bearing.code,
            [("about", about.join(", "))],
        )
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
            Some(Decision::Approved(_)) if plan.waits_for_second() => "decision-second",
            Some(Decision::Approved(_)) => "decision-approved",
            Some(Decision::Rejected { .. }) => "decision-rejected",
            None => "decision-none",
        })
    }
}

fn action_goes_to_passage(action: &Action) -> bool {
    matches!(action, Action::SetInterfaceGroups(action) if action.goes_to(GroupRole::Passage))
}
