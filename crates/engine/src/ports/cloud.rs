//! The AWS account, as far as the engine needs it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::case::Receipt;
use rebato_core::contain::{ApprovedStep, ListSet, Permit, Plan, WatchObject};
use rebato_core::escalate::{Desk, Route};
use rebato_core::evaluate::{Gap, Source};
use rebato_core::harden::{Health, Posture};
use rebato_core::identify::{Finding, Remains, Subject};
use rebato_core::monitor::{Kinship, Seen};
use tokio::sync::mpsc;

/// Who we are in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
    /// The Region calls go to.
    pub region: String,
}

/// How a person names an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceQuery {
    /// `i-…`.
    Id(String),
    /// A `Name` tag, exactly as written: `*` and `?` are characters like others.
    Name(String),
    /// A private, public or Elastic address.
    Address(IpAddr),
    /// What it has in common with another: a security group, an image, a key pair's name, a profile's ARN.
    Kin(Kinship, String),
}

/// An instance that a query found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// `i-…`.
    pub id: String,
    /// Its `Name` tag.
    pub name: Option<String>,
    /// Its state.
    pub state: String,
    /// Its primary private address.
    pub private_ip: Option<IpAddr>,
    /// Its virtual private cloud: the same address may live in several.
    pub vpc: Option<String>,
    /// Its availability zone.
    pub zone: Option<String>,
    /// When it was launched.
    pub launched: Option<Timestamp>,
}

/// What is known before the instance is read; saves round trips and is never trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Groups that the alert names.
    pub groups: Vec<String>,
    /// The profile that the alert names.
    pub profile_arn: Option<String>,
    /// The primary interface, where it is known.
    pub interface: Option<String>,
    /// The VPC, where it is known.
    pub vpc: Option<String>,
    /// The image, where it is known.
    pub image: Option<String>,
    /// The instance's type, where it is known.
    pub instance_type: Option<String>,
    /// The scaling group, where it is known.
    pub scaling_group: Option<String>,
    /// ARNs of the target groups that held the instance.
    pub target_groups: Vec<String>,
    /// Names of the classic load balancers that held the instance.
    pub balancers: Vec<String>,
    /// The case's own inline policy on the role, whose document is wanted.
    pub policy: Option<String>,
    /// Whether the neighbourhood is wanted too ([`Subject::around`]).
    pub around: bool,
}

impl Hints {
    /// What a finding and an earlier read say.
    #[must_use]
    pub fn of(finding: &Finding, known: Option<&Subject>) -> Self {
        let mut groups = finding.group_hints();
        groups.extend(known.iter().flat_map(|s| s.groups.keys().cloned()));
        groups.sort();
        groups.dedup();
        let mut target_groups: Vec<String> = known
            .iter()
            .flat_map(|s| s.targets.iter().map(|target| target.group.clone()))
            .collect();
        target_groups.dedup();
        let profile = known
            .and_then(|s| s.profile.as_ref())
            .map(|p| p.arn.clone());
        let primary = known.and_then(|s| s.interfaces.iter().find(|i| i.device_index == 0));
        Self {
            groups,
            profile_arn: profile.or_else(|| finding.profile_arn.clone()),
            // GuardDuty lists the primary interface first.
            interface: primary
                .map(|i| i.id.clone())
                .or_else(|| finding.interfaces.first().and_then(|i| i.id.clone())),
            vpc: known
                .and_then(|s| s.vpc.clone())
                .or_else(|| finding.interfaces.first().and_then(|i| i.vpc.clone())),
            image: known.and_then(|s| s.image_id.clone()),
            instance_type: known.and_then(|s| s.instance_type.clone()),
            scaling_group: known
                .and_then(|s| s.scaling.as_ref())
                .map(|member| member.group.clone()),
            target_groups,
            balancers: known
                .and_then(|s| s.around.as_ref())
                .map(|around| around.balancers.clone())
                .unwrap_or_default(),
            policy: None,
            around: true,
        }
    }
}

/// What findings must be like. The default asks for nothing but that they are not archived.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// At least this severity, 0 to 10.
    pub min_severity: Option<f64>,
    /// One of these types; `*` stands for any characters, `?` for one. Empty: any type.
    pub types: Vec<String>,
    /// Changed at or after this time.
    pub since: Option<Timestamp>,
    /// Archived ones too.
    pub archived: bool,
}

impl Wanted {
    /// Whether a finding of this type, severity and time of change is wanted. What a finding does not say cannot fit.
    #[must_use]
    pub fn fits(&self, kind: &str, severity: Option<f64>, updated: Option<Timestamp>) -> bool {
        self.fits_type(kind)
            && self
                .min_severity
                .is_none_or(|least| severity.is_some_and(|severity| severity >= least))
            && self
                .since
                .is_none_or(|since| updated.is_some_and(|updated| updated >= since))
    }

    /// Whether the type is one of those that are wanted. Letter case does not count.
    #[must_use]
    pub fn fits_type(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|pattern| glob(pattern, kind))
    }
}

/// Whether a pattern with `*` and `?` is the whole of a text. Never goes back further than to the last star.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                p += 1;
                star = Some((p, t));
            }
            Some(wanted) if *wanted == '?' || wanted == c => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = star else {
                    return false;
                };
                p = after;
                t = from + 1;
                star = Some((after, t));
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Which finding.
#[derive(Debug, Clone, PartialEq)]
pub enum FindingQuery {
    /// By id or ARN.
    Id(String),
    /// The newest about an EC2 instance among those that are wanted.
    Latest(Wanted),
    /// All that are wanted, about whatever resource, the newest first.
    Matching(Wanted),
    /// All about one instance that changed since then.
    OfInstance {
        /// `i-…`.
        instance: String,
        /// Since when.
        since: Timestamp,
    },
}

/// Which logs.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRequest {
    /// The instance.
    pub subject: Subject,
    /// From.
    pub since: Timestamp,
    /// To.
    pub until: Timestamp,
    /// Which sources are wanted.
    pub sources: Vec<Source>,
}

/// A piece of log as it came: a file of a bucket, a page of events. May be compressed; readers find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogObject {
    /// Which source.
    pub source: Source,
    /// Bucket and key, or log group and stream, or the call.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Bytes known to follow in the same place, 0 where nobody knows.
    pub ahead: u64,
}

/// A place of the account that a person named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRequest {
    /// What lies there.
    pub source: Source,
    /// `s3://bucket/prefix`, `logs://group`, `logs://group:beginning-of-a-stream`, or the ARN of a bucket or a log group.
    pub place: String,
    /// Only what may hold records of this time.
    pub window: Option<(Timestamp, Timestamp)>,
    /// Only files of this account, where their names tell.
    pub account: Option<String>,
    /// Only files of this Region, where their names tell.
    pub region: Option<String>,
}

/// A threat or trusted list as the account has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountList {
    /// Its name, as findings show it.
    pub name: String,
    /// A trusted list, not a threat list.
    pub trusted: bool,
    /// GuardDuty's format name, such as `TXT`.
    pub format: String,
    /// Where the object lies.
    pub location: String,
    /// `ACTIVE`, `ERROR`, …
    pub status: String,
    /// When the object was last changed.
    pub modified: Option<Timestamp>,
    /// The object, or why it could not be read.
    pub content: Result<Vec<u8>, String>,
    /// What GuardDuty knows it as; `None` for a list that is not GuardDuty's.
    pub set: Option<ListSet>,
}

/// What a write answered, with bytes to keep as evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Performed {
    /// What was answered; `kept` is filled by the engine.
    pub receipt: Receipt,
    /// What it is (`console_output`, …) and the bytes.
    pub bytes: Vec<(String, Vec<u8>)>,
}

/// Ids that were not known when the plan was made: what earlier steps of the case made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Rebato's own groups, by their derived names.
    pub groups: BTreeMap<String, String>,
    /// Snapshots that the case took.
    pub snapshots: Vec<String>,
    /// Copies of them.
    pub copies: Vec<String>,
}

impl Made {
    /// The copies of the snapshots, or else the snapshots themselves.
    #[must_use]
    pub fn snapshots_of(&self, copies: bool) -> &[String] {
        if copies {
            &self.copies
        } else {
            &self.snapshots
        }
    }
}

/// Why a call did not answer as hoped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// It is not there.
    #[error("{what} does not exist: {code}: {why}")]
    NotFound {
        /// What.
        what: String,
        /// AWS's code.
        code: String,
        /// AWS's word.
        why: String,
    },
    /// Not allowed.
    #[error("AWS denied {operation}: {code}: {why}")]
    Denied {
        /// The operation.
        operation: String,
        /// AWS's code.
        code: String,
        /// AWS's word.
        why: String,
    },
    /// No credentials, or they are no longer good.
    #[error(
        "no usable AWS credentials for {operation}: {why}; run `aws sso login`, or name a profile with --profile"
    )]
    Credentials {
        /// The operation.
        operation: String,
        /// Why.
        why: String,
    },
    /// Nobody answered: for a write nobody knows whether it took effect.
    #[error("AWS did not answer {operation}: {why}")]
    Unreachable {
        /// The operation.
        operation: String,
        /// Why.
        why: String,
    },
    /// Too many calls; surely nothing happened.
    #[error("AWS throttled {operation}: {code}")]
    Throttled {
        /// The operation.
        operation: String,
        /// AWS's code.
        code: String,
    },
    /// The instance or resource is in the wrong state, or the request is wrong.
    #[error("AWS refused {operation}: {code}: {why}")]
    Refused {
        /// The operation.
        operation: String,
        /// AWS's code.
        code: String,
        /// AWS's word.
        why: String,
    },
    /// A place is not fit for what is to be put there.
    #[error("{what} {why}")]
    Unfit {
        /// The place.
        what: String,
        /// A verb and what is wrong.
        why: String,
    },
    /// The step names something of ours that was not made yet.
    #[error("{operation} needs {what}, which is not there")]
    Unbound {
        /// The operation.
        operation: String,
        /// The name.
        what: String,
    },
}

impl CloudError {
    /// The error's code for the journal.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::NotFound { code, .. }
            | Self::Denied { code, .. }
            | Self::Throttled { code, .. }
            | Self::Refused { code, .. } => code,
            Self::Credentials { .. } => "Credentials",
            Self::Unreachable { .. } => "NoAnswer",
            Self::Unfit { .. } => "Unfit",
            Self::Unbound { .. } => "Unbound",
        }
    }

    /// Whether the call surely had no effect.
    #[must_use]
    pub const fn surely_nothing_happened(&self) -> bool {
        !matches!(self, Self::Unreachable { .. })
    }
}

/// A command for the operating system of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestCommand {
    /// The instance.
    pub instance: String,
    /// The Systems Manager's document: `AWS-RunShellScript` or `AWS-RunPowerShellScript`.
    pub document: String,
    /// The script, in lines.
    pub script: Vec<String>,
    /// How long to wait for the answer, in seconds.
    pub wait: u32,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestAnswer {
    /// The command's id.
    pub command: String,
    /// AWS's word: `Success`, `Failed`, `TimedOut`, …; `InProgress` when the wait was over before.
    pub status: String,
    /// What it printed, 24,000 characters at the most.
    pub output: String,
}

impl GuestAnswer {
    /// Whether the command has not come to its end.
    #[must_use]
    pub fn runs(&self) -> bool {
        matches!(
            self.status.as_str(),
            "Pending" | "InProgress" | "Delayed" | "Cancelling"
        )
    }
}

/// The AWS account.
#[async_trait]
pub trait Cloud: Send + Sync {
    /// Who we are.
    async fn whoami(&self) -> Result<Identity, CloudError>;

    /// Instances that fit a query.
    async fn find(&self, query: &InstanceQuery) -> Result<Vec<Candidate>, CloudError>;

    /// The instance and its surroundings, in as few sequential round trips as possible. Parts that could not be read are in
    /// [`Subject::unread`].
    ///
    /// # Errors
    /// [`CloudError::NotFound`] when there is no such instance.
    async fn subject(&self, instance: &str, hints: &Hints) -> Result<Subject, CloudError>;

    /// What is still told of an instance that is no more. Parts that could not be read are in [`Remains::unread`]; nothing
    /// being told is no error.
    async fn remains(&self, instance: &str) -> Result<Remains, CloudError>;

    /// Findings as GuardDuty's raw `GetFindings` answer (`{"findings": […]}`); an empty list when none fits.
    async fn findings(&self, query: &FindingQuery) -> Result<Vec<u8>, CloudError>;

    /// Streams logs into `out` and says what could not be had.
    async fn logs(
        &self,
        request: &LogRequest,
        out: mpsc::Sender<LogObject>,
    ) -> Result<Vec<(Source, Gap)>, CloudError>;

    /// Streams what lies in a named place into `out` and says what could not be had. An error when the place cannot be read at all.
    async fn place(
        &self,
        request: &PlaceRequest,
        out: mpsc::Sender<LogObject>,
    ) -> Result<Vec<Gap>, CloudError>;

    /// Threat and trusted lists with their content.
    async fn lists(&self) -> Result<Vec<AccountList>, CloudError>;

    /// What the checks need beyond the subject.
    async fn posture(&self, subject: &Subject) -> Result<Posture, CloudError>;

    /// How the service on the instance is. What could not be read is in [`Health::unread`].
    async fn health(&self, subject: &Subject) -> Health;

    /// Runs a command in the operating system and waits for what it says. A command that failed is an answer, not an error.
    ///
    /// # Errors
    /// When the command was not taken: the agent is not there, or the caller may not.
    async fn in_guest(&self, command: &GuestCommand) -> Result<GuestAnswer, CloudError>;

    /// One look at a command that [`Cloud::perform`] sent; its status is `InProgress` or the like while it runs.
    ///
    /// # Errors
    /// [`CloudError::NotFound`] or [`CloudError::Refused`] right after the sending, when it does not show yet.
    async fn heard(&self, instance: &str, command: &str) -> Result<GuestAnswer, CloudError>;

    /// What AWS's people offer this account on a route. Needs the same subscription as opening a case.
    ///
    /// # Errors
    /// [`CloudError::Refused`] or [`CloudError::Denied`] with the desk's code where the account has no subscription.
    async fn desk(&self, to: Route) -> Result<Desk, CloudError>;

    /// What stands of the objects that are to watch a case, each looked for by its name. What could not be read says so.
    async fn watch_objects(&self, wanted: &[WatchObject]) -> Vec<Seen>;

    /// Whether the caller may make the calls of a plan. Changes nothing.
    async fn rehearse(&self, plan: &Plan) -> Vec<Permit>;

    /// Carries out one approved step, once.
    async fn perform(&self, step: &ApprovedStep, made: &Made) -> Result<Performed, CloudError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_exactly_or_by_pattern() {
        let kind = "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom";
        for (pattern, fits) in [
            (kind, true),
            ("unauthorizedaccess:ec2/maliciousipcaller.custom", true),
            ("*", true),
            ("*:EC2/*", true),
            ("*MaliciousIPCaller*", true),
            ("*Custo?", true),
            ("*Custom?", false),
            ("UnauthorizedAccess:EC2/*.Cust", false),
            ("UnauthorizedAccess", false),
            ("", false),
            ("**a*a*a*b", false),
        ] {
            assert_eq!(glob(pattern, kind), fits, "{pattern}");
        }
    }

    #[test]
    fn what_a_finding_does_not_say_cannot_fit() {
        let at: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap_or_default();
        let wanted = Wanted {
            min_severity: Some(5.0),
            since: Some(at),
            ..Wanted::default()
        };
        assert!(wanted.fits("x", Some(5.0), Some(at)));
        assert!(!wanted.fits("x", Some(4.9), Some(at)));
        assert!(!wanted.fits("x", None, Some(at)));
        assert!(!wanted.fits("x", Some(8.0), None));
        assert!(Wanted::default().fits("x", None, None));
    }
}
