//! The fix of a check, as actions for a plan that a person approves like any other: one file each for what it mends. Must
//! not judge: the checks do that.

mod account;
mod alarms;
mod patches;
mod ports;
mod sshd;

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{PortsUsed, Posture, Seen, admin_rules, named, risky_rules};
use crate::case::Case;
use crate::contain::{
    Action, Builder, DEFAULT_PROFILE, LogPlace, Note, Plan, Purpose, SetImdsTokens, Severity,
};
use crate::evaluate::Fact;
use crate::identify::{Finding, Subject};

/// Codes of the notes that a fix brings; the catalogues have words for each under `note-`.
pub const FIX_NOTES: [&str; 21] = [
    "imdsv1_callers_break",
    "group_may_be_shared",
    "wide_rule_goes",
    "port_use_unknown",
    "port_use_incomplete",
    "port_use_crowded",
    "peers_keep_access",
    "nobody_keeps_access",
    "flow_log_costs",
    "flow_log_beside",
    "flow_log_bucket",
    "ebs_default_key",
    "sshd_put_back",
    "sshd_passwords_end",
    "sshd_root_ends",
    "sshd_users",
    "sshd_groups_unknown",
    "sshd_facts_given",
    "patches_stay",
    "patches_wait_for_reboot",
    "patches_reboot",
];

/// What mends a check, and what to know before approving it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    /// The actions, in order.
    pub actions: Vec<Action>,
    /// Notes for the plan.
    pub notes: Vec<Note>,
}

/// Why there is nothing to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoFix {
    /// Rebato has no fix for the check.
    None,
    /// The check passes.
    Nothing,
    /// What the fix rests on could not be read: a code, or AWS's word.
    Unread(String),
    /// Nobody gave leave to look into the operating system.
    GuestNotAsked,
    /// The Systems Manager does not hear the instance.
    AgentOffline,
    /// Nothing says where a flow log may go.
    LogPlace,
    /// A password is the only way in.
    NoKey,
    /// sshd does not read the folder of Rebato's file.
    NoInclude,
    /// sshd reads another value before it comes to the folder, at this place.
    IncludeLate(String),
    /// A file of the folder that comes before Rebato's sets another value, at this place.
    NotFirst(String),
    /// A `Match` block sets it, at this place: what stands before the block does not hold there.
    InMatch(String),
    /// Nothing would be left of a list of algorithms.
    NothingLeft,
    /// All is installed, and waits for a restart.
    OnlyReboot,
    /// No trail writes to a log group, where a filter could count.
    TrailGroup,
    /// Nobody is named whom an alarm could tell.
    Topic,
}

impl NoFix {
    /// The codes, as the catalogues know them under `no-fix-`.
    pub const CODES: [&str; 15] = [
        "none",
        "nothing",
        "unread",
        "guest-not-asked",
        "agent-offline",
        "log-place",
        "no-key",
        "no-include",
        "include-late",
        "not-first",
        "in-match",
        "nothing-left",
        "only-reboot",
        "trail-group",
        "topic",
    ];

    /// The code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Nothing => "nothing",
            Self::Unread(_) => "unread",
            Self::GuestNotAsked => "guest-not-asked",
            Self::AgentOffline => "agent-offline",
            Self::LogPlace => "log-place",
            Self::NoKey => "no-key",
            Self::NoInclude => "no-include",
            Self::IncludeLate(_) => "include-late",
            Self::NotFirst(_) => "not-first",
            Self::InMatch(_) => "in-match",
            Self::NothingLeft => "nothing-left",
            Self::OnlyReboot => "only-reboot",
            Self::TrailGroup => "trail-group",
            Self::Topic => "topic",
        }
    }

    /// What it is about: other people's text.
    #[must_use]
    pub fn about(&self) -> &str {
        match self {
            Self::Unread(what)
            | Self::IncludeLate(what)
            | Self::NotFirst(what)
            | Self::InMatch(what) => what,
            _ => "",
        }
    }
}

/// Who used the instance's ports lately, and who of them is not to keep access.
#[derive(Debug, Clone)]
pub struct Used<'a> {
    /// Who used which port.
    pub ports: &'a PortsUsed,
    /// Addresses that the case is about.
    pub hostile: BTreeSet<IpAddr>,
}

/// What people may say of how things are mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Where flow logs go; else where others of this account go.
    pub log_place: Option<LogPlace>,
    /// That the instance may be started anew where a patch needs it.
    pub reboot: bool,
    /// ARN of the SNS topic that alarms tell.
    pub topic: Option<String>,
}

/// What a fix rests on.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The instance.
    pub subject: &'a Subject,
    /// The account around it; only some fixes need it, see [`needs_posture`].
    pub posture: &'a Posture,
    /// What set off the case.
    pub finding: &'a Finding,
    /// Who used the ports; `None` where nobody knows.
    pub used: Option<&'a Used<'a>>,
    /// What people want.
    pub wishes: &'a Wishes,
}

impl<'a> Basis<'a> {
    /// What a check sees.
    const fn seen(&self) -> Seen<'a> {
        Seen {
            subject: self.subject,
            posture: self.posture,
            finding: self.finding,
        }
    }
}

/// Every address of the case that is not to keep access: those of its findings, those on threat lists, and those who logged
/// in after failures.
pub(super) fn hostile(case: &Case) -> BTreeSet<IpAddr> {
    let mut all: BTreeSet<IpAddr> = case.whole_finding().remote_ips().into_iter().collect();
    let evidence = case.dossier.iter().flat_map(|dossier| &dossier.evidence);
    all.extend(evidence.filter_map(|item| match &item.fact {
        Fact::ThreatMatch { ip, .. }
        | Fact::Scan { ip, .. }
        | Fact::LoginFailed { ip, .. }
        | Fact::Beacon { ip, .. } => Some(*ip),
        Fact::LoginAccepted {
            ip,
            failures_before: 1..,
            ..
        } => Some(*ip),
        _ => None,
    }));
    all.extend(case.reviews.iter().flat_map(|review| &review.leaks));
    all
}

/// Whether the fix of this check rests on more than the instance: then the posture has to be read.
#[must_use]
pub fn needs_posture(check: &str) -> bool {
    !matches!(check, "imdsv2" | "open-admin-ports" | "open-risky-ports")
}

/// The fix of a check.
///
/// # Errors
/// [`NoFix`] where there is nothing to approve.
pub fn fix(check: &str, basis: &Basis<'_>) -> Result<Fix, NoFix> {
    let subject = basis.subject;
    let fix = match check {
        "imdsv2" => imdsv2(subject),
        "open-admin-ports" => ports::open_ports(subject, basis.used, |rules| {
            admin_rules(rules).cloned().collect()
        }),
        "open-risky-ports" => ports::open_ports(subject, basis.used, |rules| {
            risky_rules(rules).cloned().collect()
        }),
        "ebs-encryption-default" => account::ebs_encryption(basis)?,
        "flow-logs" => account::flow_logs(basis)?,
        "alarms" => alarms::alarms(check, basis)?,
        "patch-state" | "windows-patches" => patches::patches(check, basis)?,
        "sshd-match" | "sshd-files" => return Err(NoFix::None),
        sshd if sshd.starts_with("sshd-") => sshd::sshd(check, basis)?,
        _ => return Err(NoFix::None),
    };
    if fix.actions.is_empty() {
        Err(NoFix::Nothing)
    } else {
        Ok(fix)
    }
}

/// The plan that mends a check.
///
/// # Errors
/// [`NoFix`] where there is nothing to approve.
pub fn fix_plan(
    case: &Case,
    subject: &Subject,
    check: &str,
    posture: &Posture,
    ports: Option<&PortsUsed>,
    wishes: &Wishes,
) -> Result<Plan, NoFix> {
    let used = ports.map(|ports| Used {
        ports,
        hostile: hostile(case),
    });
    let Fix { actions, notes } = fix(
        check,
        &Basis {
            subject,
            posture,
            finding: &case.whole_finding(),
            used: used.as_ref(),
            wishes,
        },
    )?;
    let mut steps = Builder::default();
    for action in actions {
        steps.add(action, &[], &[]);
    }
    Ok(Plan {
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

/// A check's result, or why it says nothing to mend.
fn failed(check: &str, basis: &Basis<'_>) -> Result<super::CheckResult, NoFix> {
    let check = named(check).ok_or(NoFix::None)?;
    let result = (check.run)(&basis.seen());
    match result.status {
        super::Status::Fail => Ok(result),
        super::Status::Pass => Err(NoFix::Nothing),
        super::Status::Unknown => Err(match result.why.as_deref().unwrap_or_default() {
            "not-asked" => NoFix::GuestNotAsked,
            "agent-offline" | "agent-not-managed" | "no-passage" => NoFix::AgentOffline,
            why => NoFix::Unread(why.to_owned()),
        }),
    }
}

/// That the Systems Manager hears the instance.
fn heard(basis: &Basis<'_>) -> Result<(), NoFix> {
    match &basis.posture.ssm_ping {
        Some(Some(ping)) if ping == "Online" => Ok(()),
        Some(_) => Err(NoFix::AgentOffline),
        None => Err(NoFix::Unread(super::check::why_unread(
            &basis.posture.unread,
            &["ssm"],
        ))),
    }
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::identify::MetadataOptions;
    use crate::monitor::fixture;

    /// The fix on this basis, where people want nothing special.
    pub(super) fn fixed(
        check: &str,
        subject: &Subject,
        posture: &Posture,
        used: Option<&Used<'_>>,
    ) -> Result<Fix, NoFix> {
        wished(check, subject, posture, used, &Wishes::default())
    }

    /// The fix on this basis.
    pub(super) fn wished(
        check: &str,
        subject: &Subject,
        posture: &Posture,
        used: Option<&Used<'_>>,
        wishes: &Wishes,
    ) -> Result<Fix, NoFix> {
        let finding = fixture::finding();
        let basis = Basis {
            subject,
            posture,
            finding: &finding,
            used,
            wishes,
        };
        fix(check, &basis)
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
        let none = Posture::default();
        let made = |tokens| fixed("imdsv2", &with(tokens), &none, None);
        assert_eq!(
            made(Some("optional")).map(|fix| fix.actions),
            Ok(vec![Action::SetImdsTokens(SetImdsTokens {
                instance: "i-1".into(),
                from: "optional".into(),
                to: "required".into()
            })])
        );
        assert_eq!(made(Some("required")), Err(NoFix::Nothing));
        assert_eq!(made(None), Err(NoFix::Nothing));
        assert_eq!(
            fixed("cloudtrail", &with(None), &none, None),
            Err(NoFix::None)
        );
    }

    #[test]
    fn the_codes_are_all_there() {
        let all = [
            NoFix::None,
            NoFix::Nothing,
            NoFix::Unread("x".into()),
            NoFix::GuestNotAsked,
            NoFix::AgentOffline,
            NoFix::LogPlace,
            NoFix::NoKey,
            NoFix::NoInclude,
            NoFix::IncludeLate("x".into()),
            NoFix::NotFirst("x".into()),
            NoFix::InMatch("x".into()),
            NoFix::NothingLeft,
            NoFix::OnlyReboot,
            NoFix::TrailGroup,
            NoFix::Topic,
        ];
        assert_eq!(all.each_ref().map(NoFix::code), NoFix::CODES);
    }
}
