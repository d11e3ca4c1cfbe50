//! What a check is and how it comes out. Must not know any check.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Posture;
use crate::identify::{Finding, Subject, Unread};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Good.
    Pass,
    /// To be mended.
    Fail,
    /// Could not be seen.
    Unknown,
}

/// What kind of thing mends it (HANDBOOK section 6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixClass {
    /// Safe: takes nothing from anybody.
    Auto,
    /// Somebody may lose something by it: a person decides.
    #[default]
    Propose,
    /// Work for people.
    Manual,
    /// Nothing to mend, good to know.
    Info,
}

/// What a check looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The instance as AWS sees it, with its role, its key and its template.
    #[default]
    Instance,
    /// The VPC.
    Network,
    /// The account.
    Account,
    /// The operating system.
    Guest,
}

impl FixClass {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Propose, Self::Manual, Self::Info];

    /// Its code, as JSON has it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Propose => "propose",
            Self::Manual => "manual",
            Self::Info => "info",
        }
    }
}

impl Scope {
    /// All of them, the nearest to the instance first.
    pub const ALL: [Self; 4] = [Self::Instance, Self::Guest, Self::Network, Self::Account];

    /// Its code, as JSON has it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Network => "network",
            Self::Account => "account",
            Self::Guest => "guest",
        }
    }
}

/// A setting that is not as it should be: what a fix starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The resource's id, ARN or name.
    pub resource: String,
    /// Which setting of it, such as `http-tokens`.
    pub setting: String,
    /// What it is; `None` where there is nothing.
    pub is: Option<String>,
    /// What it should be; `None` where it should not be there.
    pub wanted: Option<String>,
}

impl Shortfall {
    /// A setting with what it is and what it should be.
    pub(crate) fn new(
        resource: impl Into<String>,
        setting: &str,
        is: impl Into<String>,
        wanted: impl Into<String>,
    ) -> Self {
        Self {
            resource: resource.into(),
            setting: setting.into(),
            is: Some(is.into()),
            wanted: Some(wanted.into()),
        }
    }

    /// Something that is there and should not be.
    pub(crate) fn extra(resource: impl Into<String>, setting: &str, is: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            setting: setting.into(),
            is: Some(is.into()),
            wanted: None,
        }
    }
}

/// `i-1 http-tokens=optional`.
impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = self.is.as_deref().unwrap_or("none");
        write!(f, "{} {}={is}", self.resource, self.setting)
    }
}

/// The result of one check. Its words are in the catalogues under its name: `check-` what is right, `risk-` what is wrong
/// and why it matters, `fix-` what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's name, such as `open-admin-ports`.
    pub check: String,
    /// How it came out.
    pub status: Status,
    /// What it looks at.
    #[serde(default)]
    pub scope: Scope,
    /// What kind of thing mends it.
    #[serde(default)]
    pub class: FixClass,
    /// Control ids, such as `EC2.53`.
    pub controls: Vec<String>,
    /// What it was seen on: resource and detail.
    pub evidence: Vec<String>,
    /// Why unknown, a code or AWS's word.
    pub why: Option<String>,
    /// What a fix starts from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortfalls: Vec<Shortfall>,
    /// When somebody looked into the operating system, where the result rests on that: a later run without a look keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked: Option<Timestamp>,
    /// Values for the text.
    pub args: BTreeMap<String, String>,
}

/// What a check may look at.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The instance. Its `read_at` is the time of the check.
    pub subject: &'a Subject,
    /// The account around it.
    pub posture: &'a Posture,
    /// What set off the case.
    pub finding: &'a Finding,
}

/// One check. `run` makes its result with the methods below, so that name, controls, scope and class stand in one place.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name, such as `open-admin-ports`.
    pub name: &'static str,
    /// Ids of Security Hub's controls (AWS FSBP), or of another standard with its name before.
    pub controls: &'static [&'static str],
    /// What it looks at.
    pub scope: Scope,
    /// What kind of thing mends it, unless the result says otherwise.
    pub class: FixClass,
    /// Looks. What it lacks makes it unknown; it never guesses.
    pub run: fn(&Seen<'_>) -> CheckResult,
}

impl Check {
    /// Failed when there is evidence, else passed.
    pub(crate) fn judged(&self, evidence: Vec<String>) -> CheckResult {
        self.judged_but(evidence, None)
    }

    /// Failed when a setting falls short, else passed.
    pub(crate) fn settings(&self, shortfalls: Vec<Shortfall>) -> CheckResult {
        self.settings_but(shortfalls, None)
    }

    /// Failed when there is evidence, unknown when something could not be seen, else passed: what was seen wrong is wrong,
    /// whatever else is not known.
    pub(crate) fn judged_but(&self, evidence: Vec<String>, unseen: Option<String>) -> CheckResult {
        let (status, why) = match unseen {
            _ if !evidence.is_empty() => (Status::Fail, None),
            Some(why) => (Status::Unknown, Some(why)),
            None => (Status::Pass, None),
        };
        CheckResult {
            check: self.name.into(),
            status,
            scope: self.scope,
            class: self.class,
            controls: self.controls.iter().map(|id| (*id).into()).collect(),
            evidence,
            why,
            shortfalls: Vec::new(),
            looked: None,
            args: BTreeMap::new(),
        }
    }

    /// As [`Self::judged_but`], of settings.
    pub(crate) fn settings_but(
        &self,
        shortfalls: Vec<Shortfall>,
        unseen: Option<String>,
    ) -> CheckResult {
        let evidence = shortfalls.iter().map(ToString::to_string).collect();
        CheckResult {
            shortfalls,
            ..self.judged_but(evidence, unseen)
        }
    }

    /// What could not be seen, and why.
    pub(crate) fn unknown(&self, why: impl Into<String>) -> CheckResult {
        self.judged_but(Vec::new(), Some(why.into()))
    }

    /// A part that was not read, with AWS's word where there is one.
    pub(crate) fn unread(&self, unread: &[Unread], parts: &[&str]) -> CheckResult {
        self.unknown(why_unread(unread, parts))
    }
}

impl CheckResult {
    /// Whether it failed and there is something to do about it.
    #[must_use]
    pub fn is_to_mend(&self) -> bool {
        self.status == Status::Fail && self.class != FixClass::Info
    }

    /// Whether nobody looked inside the operating system: such checks are told of in one sentence.
    #[must_use]
    pub fn not_asked(&self) -> bool {
        self.scope == Scope::Guest && self.why.as_deref() == Some("not-asked")
    }

    /// Whether it tells something that only a look into the operating system shows.
    pub(crate) fn is_seen_inside(&self) -> bool {
        // Patches are known from the Systems Manager's own scan.
        self.scope == Scope::Guest && self.check != "patch-state" && self.status != Status::Unknown
    }

    /// A value for the text.
    pub(crate) fn with(mut self, name: &str, value: &impl fmt::Display) -> Self {
        self.args.insert(name.into(), value.to_string());
        self
    }

    /// What this case of it needs, where that differs.
    pub(crate) const fn of_class(mut self, class: FixClass) -> Self {
        self.class = class;
        self
    }

    /// What a fix starts from, where the evidence says it in other words.
    pub(crate) fn falling_short(mut self, shortfalls: Vec<Shortfall>) -> Self {
        self.shortfalls = shortfalls;
        self
    }
}

/// Results with what an earlier look into the operating system showed, where these do not know: what nobody sees now takes
/// nothing from what was seen before.
#[must_use]
pub fn with_earlier(mut results: Vec<CheckResult>, earlier: &[CheckResult]) -> Vec<CheckResult> {
    for result in &mut results {
        let known = earlier
            .iter()
            .find(|known| known.check == result.check && known.is_seen_inside());
        if let Some(known) = known.filter(|_| result.status == Status::Unknown) {
            result.clone_from(known);
        }
    }
    results
}

/// When somebody looked into the operating system, and how many of these results rest on it.
#[must_use]
pub fn looks(results: &[CheckResult]) -> BTreeMap<Timestamp, usize> {
    let mut looks = BTreeMap::new();
    for at in results.iter().filter_map(|result| result.looked) {
        *looks.entry(at).or_default() += 1;
    }
    looks
}

/// Why a part is not known: AWS's word where there is one.
pub(crate) fn why_unread(unread: &[Unread], parts: &[&str]) -> String {
    unread
        .iter()
        .find(|u| parts.contains(&u.what.as_str()))
        .map_or_else(|| "not-read".into(), |u| u.why.clone())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::monitor::fixture;

    /// Runs one check.
    pub(crate) fn run(check: &Check, subject: &Subject, posture: &Posture) -> CheckResult {
        (check.run)(&Seen {
            subject,
            posture,
            finding: &fixture::finding(),
        })
    }

    /// A check that finds nothing.
    const fn nothing(name: &'static str) -> Check {
        Check {
            name,
            controls: &[],
            scope: Scope::Instance,
            class: FixClass::Propose,
            run: |seen| nothing("x").unread(&seen.posture.unread, &[]),
        }
    }

    /// A failed check of this name.
    pub(crate) fn failed(name: &'static str) -> CheckResult {
        nothing(name).judged(vec!["x".into()])
    }

    #[test]
    fn what_was_seen_wrong_is_wrong_whatever_else_is_not_known() {
        let check = nothing("x");
        let short = || vec![Shortfall::new("i-1", "tokens", "optional", "required")];
        assert_eq!(
            check.settings_but(short(), Some("denied".into())).status,
            Status::Fail
        );
        assert_eq!(check.settings(short()).evidence, ["i-1 tokens=optional"]);
        assert_eq!(check.settings(vec![]).status, Status::Pass);
        let unknown = check.settings_but(vec![], Some("denied".into()));
        assert_eq!(
            (unknown.status, unknown.why.as_deref()),
            (Status::Unknown, Some("denied"))
        );
    }

    #[test]
    fn what_was_seen_inside_is_kept_until_somebody_sees_it_anew() {
        let of = |name: &'static str, scope| Check {
            scope,
            ..nothing(name)
        };
        let inside = of("uid0-users", Scope::Guest);
        let looked = Timestamp::from_second(1).ok();
        let earlier = [
            CheckResult {
                looked,
                ..inside.judged(vec!["toor".into()])
            },
            of("patch-state", Scope::Guest).judged(vec!["missing".into()]),
            of("imdsv2", Scope::Instance).judged(vec!["optional".into()]),
        ];
        let blind = vec![
            inside.unknown("not-asked"),
            of("patch-state", Scope::Guest).unknown("denied"),
            of("imdsv2", Scope::Instance).unknown("denied"),
        ];
        let kept = with_earlier(blind, &earlier);
        assert_eq!((&kept[0], kept[0].looked), (&earlier[0], looked));
        // What AWS tells is asked each time, and not known when AWS does not tell.
        assert_eq!(kept[1].status, Status::Unknown);
        assert_eq!(kept[2].status, Status::Unknown);
        let anew = with_earlier(vec![inside.judged(vec![])], &earlier);
        assert_eq!((anew[0].status, anew[0].looked), (Status::Pass, None));
        // What was not known before is no knowledge.
        let unknown = [inside.unknown("denied")];
        let still = with_earlier(vec![inside.unknown("not-asked")], &unknown);
        assert_eq!(still[0].why.as_deref(), Some("not-asked"));
    }

    #[test]
    fn a_result_of_an_older_journal_still_reads() {
        let old = r#"{"check":"imdsv2","status":"fail","controls":[],"evidence":[],"why":null,"args":{}}"#;
        let read: CheckResult = serde_json::from_str(old).unwrap();
        assert_eq!(
            (read.scope, read.class),
            (Scope::Instance, FixClass::Propose)
        );
        assert!(serde_json::from_str::<Posture>(r#"{"unread":[]}"#).is_ok());
    }
}
