//! From codes and facts to words in a language. Every match is exhaustive, so that a new fact or action does not compile
//! without its words. Must not know the page or the ticket they stand in: the values of strangers go through the
//! wrapping that the page brings.

use jiff::Timestamp;
use rebato_core::case::{Case, Decision, Entry, Kept, PlanRecord, StepState};
use rebato_core::contain::{Action, GroupRef, GroupRole, Note, Purpose, Undo};
use rebato_core::evaluate::{Coverage, Fact, Gap, Outcome, Reason, Source};
use rebato_core::harden::Status;
use rebato_core::identify::Direction;
use rebato_core::investigate::{Scope, Standing};
use rebato_core::monitor::WatchStatus;

use crate::Lang;
use crate::clean::clean;
use crate::texts::{has, say};

/// Speaks one language, and makes the values of strangers fit for one kind of page.
#[derive(Clone, Copy)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// What is done to a value before it is put into a sentence.
    wrap: fn(&str) -> String,
}

impl Words {
    /// Words for a terminal: values are [`clean`]ed.
    #[must_use]
    pub fn plain(lang: Lang) -> Self {
        Self { lang, wrap: clean }
    }

    /// Words whose values go through `wrap`.
    #[must_use]
    pub const fn wrapping(lang: Lang, wrap: fn(&str) -> String) -> Self {
        Self { lang, wrap }
    }

    /// The text of a key without values.
    #[must_use]
    pub fn key(&self, key: &str) -> String {
        say(self.lang, key, &[])
    }

    /// The text of a key with values that are words of ours or wrapped already.
    #[must_use]
    pub fn with<const N: usize>(&self, key: &str, args: [(&str, String); N]) -> String {
        say(self.lang, key, &args)
    }

    /// A value of a stranger.
    #[must_use]
    pub fn data(&self, value: impl ToString) -> String {
        (self.wrap)(&value.to_string())
    }

    /// A value of a stranger that may be absent.
    #[must_use]
    pub fn maybe<T: ToString>(&self, value: Option<&T>) -> String {
        value.map_or_else(|| "–".into(), |v| self.data(v.to_string()))
    }

    /// A code of a family, or the code itself where the catalogue does not know it: codes of sources may be new.
    fn code(&self, family: &str, code: &str) -> String {
        let key = format!("{family}-{code}");
        if has(self.lang, &key) {
            self.key(&key)
        } else {
            self.data(code)
        }
    }

    /// A moment, to the second, in UTC.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// A moment that may not be known.
    #[must_use]
    pub fn time_or(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "–".into(), |at| self.time(at))
    }

    /// A size in decimal units.
    #[must_use]
    pub fn bytes(&self, bytes: u64) -> String {
        let mut unit = "B";
        let mut tenths = u128::from(bytes) * 10;
        for next in ["kB", "MB", "GB", "TB", "PB"] {
            if tenths < 10_000 {
                break;
            }
            tenths = (tenths + 500) / 1000;
            unit = next;
        }
        let point = if self.lang == Lang::Es { ',' } else { '.' };
        if unit == "B" {
            format!("{bytes} B")
        } else {
            format!("{}{point}{} {unit}", tenths / 10, tenths % 10)
        }
    }

    /// A length of time, in the two largest units that matter.
    #[must_use]
    pub fn duration(&self, seconds: u64) -> String {
        match seconds {
            0..120 => format!("{seconds} s"),
            120..7_200 => format!("{} min", seconds / 60),
            7_200..172_800 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
            _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
        }
    }

    /// A number with at most two decimals.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        let mut shown = format!("{value:.2}");
        if shown.contains('.') {
            shown = shown.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        if self.lang == Lang::Es {
            shown.replace('.', ",")
        } else {
            shown
        }
    }

    /// The verdict in one or two words.
    #[must_use]
    pub fn outcome(&self, outcome: Outcome) -> String {
        self.code("outcome", outcome.name())
    }

    /// One reason of a verdict.
    #[must_use]
    pub fn reason(&self, reason: &Reason) -> String {
        let key = format!("signal-{}", reason.signal);
        let args: Vec<(&str, String)> = reason
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), self.reason_value(name, value)))
            .collect();
        if has(self.lang, &key) {
            say(self.lang, &key, &args)
        } else {
            self.data(&reason.signal)
        }
    }

    fn reason_value(&self, name: &str, value: &str) -> String {
        match (name, value.parse::<u64>()) {
            (_, _) if value.is_empty() => "–".into(),
            ("bytes", Ok(bytes)) => self.bytes(bytes),
            ("seconds", Ok(seconds)) => self.duration(seconds),
            ("at", _) => value
                .parse()
                .map_or_else(|_| self.data(value), |at| self.time(at)),
            _ => self.data(value),
        }
    }

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

    /// Why a source shows less than all.
    #[must_use]
    pub fn gap(&self, gap: &Gap) -> String {
        let time = |at: &Option<Timestamp>| {
            at.map_or_else(|| self.key("time-unknown"), |at| self.time(at))
        };
        match gap {
            Gap::NotGiven => self.key("gap-not_given"),
            Gap::NotEnabled => self.key("gap-not_enabled"),
            Gap::Failed { why } => self.with("gap-failed", [("why", self.data(why))]),
            Gap::Skipped { file, why } => self.with(
                "gap-skipped",
                [("file", self.data(file)), ("why", self.data(why))],
            ),
            Gap::Window { from, until } => {
                self.with("gap-window", [("from", time(from)), ("until", time(until))])
            }
            Gap::SkipData { records } => {
                self.with("gap-skip_data", [("records", records.to_string())])
            }
            Gap::NothingAbout { records } => {
                self.with("gap-nothing_about", [("records", records.to_string())])
            }
            Gap::LeftOut { kind, facts } => self.with(
                "gap-left_out",
                [("kind", self.data(kind)), ("facts", facts.to_string())],
            ),
            Gap::FieldMissing { field } => {
                self.with("gap-field_missing", [("field", self.data(field))])
            }
        }
    }

    /// Several gaps in one line.
    #[must_use]
    pub fn gaps(&self, gaps: &[Gap]) -> String {
        if gaps.is_empty() {
            self.key("gap-unknown")
        } else {
            gaps.iter()
                .map(|g| self.gap(g))
                .collect::<Vec<_>>()
                .join("; ")
        }
    }

    /// What would change the verdict.
    #[must_use]
    pub fn change(&self, code: &str) -> String {
        self.code("change", code)
    }

    /// What a record says.
    #[must_use]
    pub fn fact(&self, fact: &Fact) -> String {
        let users = |users: &[String]| {
            users
                .iter()
                .map(|u| self.data(u))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match fact {
            Fact::Conversation(c) => self.with(
                "fact-conversation",
                [
                    ("direction", direction_code(c.direction).into()),
                    ("local", self.data(c.local_ip)),
                    ("remote", self.data(c.remote_ip)),
                    ("port", self.maybe(c.port.as_ref())),
                    ("protocol", protocol(c.protocol)),
                    ("bytes_in", self.bytes(c.accepted_in.bytes)),
                    ("bytes_out", self.bytes(c.accepted_out.bytes)),
                    (
                        "accepted",
                        c.accepted_in
                            .flows
                            .saturating_add(c.accepted_out.flows)
                            .to_string(),
                    ),
                    ("rejected", c.rejected.flows.to_string()),
                ],
            ),
            Fact::Beacon {
                ip,
                port,
                connects,
                interval_s,
                bytes_out,
                ..
            } => self.with(
                "fact-beacon",
                [
                    ("ip", self.data(ip)),
                    ("port", port.to_string()),
                    ("connects", connects.to_string()),
                    ("interval", self.number(*interval_s)),
                    ("bytes_out", self.bytes(*bytes_out)),
                ],
            ),
            Fact::Scan {
                ip,
                ports,
                hosts,
                accepted,
                rejected,
            } => self.with(
                "fact-scan",
                [
                    ("ip", self.data(ip)),
                    ("ports", ports.to_string()),
                    ("hosts", hosts.to_string()),
                    ("accepted", accepted.to_string()),
                    ("rejected", rejected.to_string()),
                ],
            ),
            Fact::LoginFailed {
                ip,
                users: tried,
                count,
                ..
            } => self.with(
                "fact-login_failed",
                [
                    ("ip", self.data(ip)),
                    ("users", users(tried)),
                    ("count", count.to_string()),
                ],
            ),
            Fact::LoginAccepted {
                ip,
                user,
                method,
                failures_before,
                ..
            } => self.with(
                "fact-login_accepted",
                [
                    ("ip", self.data(ip)),
                    ("user", self.data(user)),
                    ("method", self.data(method)),
                    ("failures", failures_before.to_string()),
                ],
            ),
            Fact::ApiCall {
                event,
                service,
                source_ip,
                principal,
                error,
                detail,
                count,
                ..
            } => self.with(
                "fact-api_call",
                [
                    ("event", self.data(event)),
                    ("service", self.data(service)),
                    ("source_ip", self.data(source_ip)),
                    ("principal", self.maybe(principal.as_ref())),
                    ("detailed", yes(detail.is_some())),
                    ("detail", self.maybe(detail.as_ref())),
                    ("refused", yes(error.is_some())),
                    ("error", self.maybe(error.as_ref())),
                    ("count", count.to_string()),
                ],
            ),
            Fact::ThreatMatch {
                ip, list, entry, ..
            } => self.with(
                "fact-threat_match",
                [
                    ("ip", self.data(ip)),
                    ("list", self.data(list)),
                    ("entry", self.data(entry)),
                ],
            ),
            Fact::Alert {
                kind,
                blocked,
                direction,
                ..
            } => self.with(
                "fact-alert",
                [
                    ("type", self.data(kind)),
                    (
                        "direction",
                        self.direction(direction.unwrap_or(Direction::Unknown)),
                    ),
                    ("blocked", yes(*blocked == Some(true))),
                ],
            ),
            Fact::OtherFinding { kind, severity, .. } => {
                let severity = severity.map_or_else(|| "–".into(), |s| self.number(s));
                self.with(
                    "fact-other_finding",
                    [("type", self.data(kind)), ("severity", severity)],
                )
            }
        }
    }

    /// A line of the history.
    #[must_use]
    pub fn event(&self, entry: &Entry) -> String {
        let about = entry.about.as_deref().unwrap_or("–");
        let about = if entry.event == "verdict_reached" {
            self.code("outcome", about)
        } else {
            self.data(about)
        };
        self.with_known(
            &format!("event-{}", entry.event),
            &entry.event,
            [("about", about)],
        )
    }

    fn with_known<const N: usize>(
        &self,
        key: &str,
        otherwise: &str,
        args: [(&str, String); N],
    ) -> String {
        if has(self.lang, key) {
            say(self.lang, key, &args)
        } else {
            self.data(otherwise)
        }
    }

    /// A source.
    #[must_use]
    pub fn source(&self, source: Source) -> String {
        self.code("source", source.name())
    }

    /// How much a source shows.
    #[must_use]
    pub fn coverage(&self, coverage: Coverage) -> String {
        self.key(&format!("coverage-{}", coverage_code(coverage)))
    }

    /// Who began a connection.
    #[must_use]
    pub fn direction(&self, direction: Direction) -> String {
        self.key(&format!("direction-{}", direction_code(direction)))
    }

    /// Where a case stands.
    #[must_use]
    pub fn state(&self, case: &Case) -> String {
        self.code("state", case.state.name())
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

    /// How a check came out.
    #[must_use]
    pub fn status(&self, status: Status) -> String {
        self.key(match status {
            Status::Pass => "status-pass",
            Status::Fail => "status-fail",
            Status::Unknown => "status-unknown",
        })
    }

    /// How a watch came out.
    #[must_use]
    pub fn watch_status(&self, status: WatchStatus) -> String {
        self.key(match status {
            WatchStatus::Quiet => "watch-status-quiet",
            WatchStatus::Tripped => "watch-status-tripped",
            WatchStatus::Unknown => "watch-status-unknown",
        })
    }

    /// A check, a watch, a reason against closing, a fact's kind, …: a code of a named family with values.
    #[must_use]
    pub fn named(
        &self,
        family: &str,
        code: &str,
        args: &std::collections::BTreeMap<String, String>,
    ) -> String {
        let key = format!("{family}-{code}");
        let args: Vec<(&str, String)> = args
            .iter()
            .map(|(name, value)| (name.as_str(), self.data(value)))
            .collect();
        if has(self.lang, &key) {
            say(self.lang, &key, &args)
        } else {
            self.data(code)
        }
    }

    /// A code of a named family without values.
    #[must_use]
    pub fn coded(&self, family: &str, code: &str) -> String {
        self.code(family, code)
    }

    /// What kind of address it is.
    #[must_use]
    pub fn scope(&self, scope: Scope) -> String {
        self.key(match scope {
            Scope::Public => "scope-public",
            Scope::Private => "scope-private",
            Scope::Cgnat => "scope-cgnat",
            Scope::Loopback => "scope-loopback",
            Scope::LinkLocal => "scope-link_local",
            Scope::Multicast => "scope-multicast",
            Scope::Documentation => "scope-documentation",
            Scope::Own => "scope-own",
        })
    }

    /// What is thought of an address.
    #[must_use]
    pub fn standing(&self, standing: Standing) -> String {
        self.key(match standing {
            Standing::KnownBad => "standing-known_bad",
            Standing::MassScanner => "standing-mass_scanner",
            Standing::KnownGood => "standing-known_good",
            Standing::Anonymiser => "standing-anonymiser",
            Standing::Unknown => "standing-unknown",
        })
    }

    /// What was kept.
    #[must_use]
    pub fn kept(&self, kept: &Kept) -> String {
        self.code("kept", &kept.what)
    }
}

/// For a choice within a text.
fn yes(so: bool) -> String {
    if so { "yes".into() } else { "no".into() }
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

pub(crate) const fn coverage_code(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Complete => "complete",
        Coverage::Partial => "partial",
        Coverage::Absent => "absent",
    }
}

const fn direction_code(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
        Direction::Unknown => "unknown",
    }
}

/// The usual name of an IANA protocol number.
pub(crate) fn protocol(number: u8) -> String {
    match number {
        1 => "ICMP".into(),
        6 => "TCP".into(),
        17 => "UDP".into(),
        58 => "ICMPv6".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_in_the_language() {
        let (en, es) = (Words::plain(Lang::En), Words::plain(Lang::Es));
        assert_eq!(en.bytes(999), "999 B");
        assert_eq!(en.bytes(1_000), "1.0 kB");
        assert_eq!(es.bytes(611_240_000), "611,2 MB");
        assert_eq!(en.bytes(999_960), "1.0 MB");
        assert!(en.bytes(u64::MAX).ends_with(" PB"));
    }

    #[test]
    fn numbers_lose_no_whole_digits() {
        let en = Words::plain(Lang::En);
        assert_eq!(en.number(100.0), "100");
        assert_eq!(en.number(0.1 + 0.2), "0.3");
        assert_eq!(Words::plain(Lang::Es).number(7.25), "7,25");
    }
}
