//! The command line as INTERFACE has it. Must not do anything.

mod lab;
mod monitor;
mod sources;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use rebato_core::contain::LockMode;
use rebato_engine::ports::Wanted;
use rebato_report::Lang;

pub use lab::{LabArgs, LabCommand};
pub use monitor::{MonitorArgs, Stated};
pub use sources::{IntelCommand, InvestigateArgs, ListPurpose, ListsCommand, Tlp};

/// Carries a GuardDuty alert about an EC2 instance through the six steps of the incident runbook.
#[derive(Debug, Parser)]
#[command(
    name = "rebato",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How results are written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Jsonl,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// How results are written: text for people, json or jsonl for programs
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub output: Output,
    /// Language of text: es or en (else from LANG)
    #[arg(long, global = true)]
    pub lang: Option<Lang>,
    /// AWS profile, as in the AWS command line
    #[arg(long, global = true)]
    pub profile: Option<String>,
    /// AWS Region; else the finding's, else the profile's
    #[arg(long, global = true)]
    pub region: Option<String>,
    /// Send AWS calls here, as in the AWS command line
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Folder of cases and evidence (else the platform's data folder)
    #[arg(long, global = true, value_name = "DIR", env = "REBATO_STATE")]
    pub state: Option<PathBuf>,
    /// Configuration file (else the platform's configuration folder)
    #[arg(long, global = true, value_name = "FILE", env = "REBATO_CONFIG")]
    pub config: Option<PathBuf>,
    /// Who may approve what: a policy file
    #[arg(long, global = true, value_name = "FILE", env = "REBATO_POLICY")]
    pub policy: Option<PathBuf>,
    /// Folder of data files about addresses (else intel in the state folder)
    #[arg(long, global = true, value_name = "DIR", env = "REBATO_INTEL")]
    pub intel: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub color: Color,
    /// Never touch AWS or the network
    #[arg(long, global = true)]
    pub offline: bool,
}

/// Which alert.
#[derive(Debug, Clone, Args)]
pub struct AlertArg {
    /// A file, - for standard input, a finding id or ARN, or an instance id, name or address
    #[arg(required_unless_present = "latest")]
    pub alert: Option<String>,
    /// The newest finding about an EC2 instance
    #[arg(long, conflicts_with = "alert")]
    pub latest: bool,
    /// Which findings.
    #[command(flatten)]
    pub filter: Filter,
}

/// Which findings of many.
#[derive(Debug, Clone, Default, Args)]
pub struct Filter {
    /// Only findings of at least this severity, 0 to 10
    #[arg(long, value_name = "N", value_parser = severity)]
    pub min_severity: Option<f64>,
    /// Only findings of this type; * stands for anything. May be given more than once
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Only findings updated since then: 24h, 7d, a date or a time (UTC)
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub since: Option<Timestamp>,
    /// Archived findings of GuardDuty too; files are read with them
    #[arg(long)]
    pub archived: bool,
}

impl Filter {
    /// What is asked for.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        Wanted {
            min_severity: self.min_severity,
            types: self.types.clone(),
            since: self.since,
            archived: self.archived,
        }
    }

    /// Whether something is asked for.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.wanted() != Wanted::default()
    }
}

/// What is wrong is said as a key of the catalogue, here and below.
fn severity(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|number| (0.0..=10.0).contains(number))
        .ok_or_else(|| "wanted-severity".to_owned())
}

/// A time: how long ago (`24h`, `7d`, `30m`), a date (its midnight in UTC), or RFC 3339.
fn moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || "wanted-moment".to_owned();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        return jiff::tz::TimeZone::UTC
            .to_timestamp(date.at(0, 0, 0, 0))
            .map_err(|_| wrong());
    }
    let (number, hours) = [("m", 0), ("h", 1), ("d", 24), ("w", 24 * 7)]
        .into_iter()
        .find_map(|(unit, hours)| Some((text.strip_suffix(unit)?, hours)))
        .ok_or_else(wrong)?;
    let number: i64 = number.trim().parse().map_err(|_| wrong())?;
    let ago = if hours == 0 {
        SignedDuration::try_from_mins(number)
    } else {
        number
            .checked_mul(hours)
            .and_then(SignedDuration::try_from_hours)
    };
    ago.filter(|ago| !ago.is_negative())
        .and_then(|ago| Timestamp::now().checked_sub(ago).ok())
        .ok_or_else(wrong)
}

/// Logs that the user has at hand. Each may be given more than once, a file or a folder, plain or gzip.
#[derive(Debug, Clone, Default, Args)]
pub struct LocalEvidence {
    /// VPC Flow Logs
    #[arg(long, value_name = "PATH")]
    pub flow_logs: Vec<PathBuf>,
    /// CloudTrail files
    #[arg(long, value_name = "PATH")]
    pub cloudtrail: Vec<PathBuf>,
    /// sshd or PAM log
    #[arg(long, value_name = "PATH")]
    pub auth_log: Vec<PathBuf>,
    /// Route 53 resolver query logs
    #[arg(long, value_name = "PATH")]
    pub dns_log: Vec<PathBuf>,
    /// CloudWatch metrics, as `aws cloudwatch get-metric-data` prints them
    #[arg(long, value_name = "PATH")]
    pub metrics: Vec<PathBuf>,
    /// Threat lists in any of GuardDuty's formats
    #[arg(long, value_name = "PATH")]
    pub threat_list: Vec<PathBuf>,
    /// An sshd_config, or the output of sshd -T
    #[arg(long, value_name = "PATH")]
    pub sshd_config: Vec<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole runbook on a simulated account: no AWS, no network
    Lab(LabArgs),
    /// Opens or continues the case of an alert and stops at the plan
    Respond(RespondArgs),
    /// Step 1: what the alert says, and what the instance is now
    Identify(IdentifyArgs),
    /// Step 2: attempt or breach?
    Evaluate(EvaluateArgs),
    /// Step 3: shows the plan, or carries out what was approved
    Contain(ContainArgs),
    /// Records a person's yes to a plan
    Approve(ApproveArgs),
    /// Records a person's no to a plan
    Reject(RejectArgs),
    /// Puts back what the containment changed
    Release(ReleaseArgs),
    /// Step 4: what is known about an address
    Investigate(InvestigateArgs),
    /// Step 5: what let it happen, and what must change
    Harden(HardenArgs),
    /// Step 6: what has happened since, and whether the case may close
    Monitor(MonitorArgs),
    /// The text of a case for AWS's own people, and a case with them
    Escalate(EscalateArgs),
    /// The report of a case
    Report(ReportArgs),
    /// Cases: list, show, verify, export
    #[command(subcommand)]
    Case(CaseCommand),
    /// Threat and trusted lists
    #[command(subcommand)]
    Lists(ListsCommand),
    /// Data files about addresses: what is there, and the free ones from the Internet
    #[command(subcommand)]
    Intel(IntelCommand),
    /// The log questions by themselves
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Whether Rebato has what it needs here
    Doctor,
    /// The IAM policies that Rebato needs
    IamPolicy(IamPolicyArgs),
    /// The configuration in force
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// The manual page
    Man,
}

/// `respond`.
#[derive(Debug, Args)]
pub struct RespondArgs {
    /// The alert.
    #[command(flatten)]
    pub alert: AlertArg,
    /// Logs at hand.
    #[command(flatten)]
    pub local: LocalEvidence,
    /// How far the containment that is proposed goes: runbook, isolate, observe, escalate, or a file of your own
    #[arg(long = "contain-profile", value_name = "NAME|FILE")]
    pub contain_profile: Option<String>,
    /// Work on a case again although nothing new has come within the hour
    #[arg(long)]
    pub again: bool,
}

/// `identify`.
#[derive(Debug, Args)]
pub struct IdentifyArgs {
    /// Alerts: files or folders, - for standard input, finding ids or ARNs, instance ids, ARNs, names or addresses. With none
    /// and a filter, all findings of GuardDuty that pass it
    #[arg(required_unless_present_any = ["latest", "min_severity", "types", "since", "archived"])]
    pub alerts: Vec<String>,
    /// The newest finding about an EC2 instance
    #[arg(long, conflicts_with = "alerts")]
    pub latest: bool,
    /// Which findings.
    #[command(flatten)]
    pub filter: Filter,
}

/// `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// The alert, or a case.
    #[command(flatten)]
    pub alert: AlertArg,
    /// Logs at hand.
    #[command(flatten)]
    pub local: LocalEvidence,
}

/// `contain`.
#[derive(Debug, Args)]
pub struct ContainArgs {
    /// The case; several are worked on side by side
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<String>,
    /// Ask for the instance id and carry the plan out
    #[arg(long, conflicts_with = "plan")]
    pub approve: bool,
    /// Carry out the plan with this digest, which was approved; with several cases, one for each
    #[arg(long, value_name = "DIGEST")]
    pub plan: Vec<String>,
    /// How far the containment goes: runbook (everything, stop last), isolate (it keeps running), observe (evidence only),
    /// escalate (after a leak: the runbook and a network ACL), or a file of your own
    #[arg(long = "contain-profile", value_name = "NAME|FILE")]
    pub contain_profile: Option<String>,
    /// Override a refusal of the plan, by its code; the journal keeps it
    #[arg(long = "override", value_name = "CODE")]
    pub overrides: Vec<String>,
    /// Show the AWS command lines that do the same
    #[arg(long)]
    pub explain: bool,
    /// Watch the flow logs afterwards until the containment is verified, for so many minutes at the most
    #[arg(long, value_name = "MINUTES", num_args = 0..=1, default_missing_value = "30", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub wait: Option<u32>,
}

/// `approve`.
#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The case
    pub case: String,
    /// The digest of the plan
    #[arg(long, value_name = "DIGEST")]
    pub plan: String,
    /// Who approves (else the user of this machine)
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// How many minutes the approval holds
    #[arg(long, value_name = "MINUTES", default_value = "60", value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub valid_for: u32,
    /// Override a refusal of the plan, by its code
    #[arg(long = "override", value_name = "CODE")]
    pub overrides: Vec<String>,
}

/// `reject`.
#[derive(Debug, Args)]
pub struct RejectArgs {
    /// The case
    pub case: String,
    /// The digest of the plan
    #[arg(long, value_name = "DIGEST")]
    pub plan: String,
    /// Who rejects (else the user of this machine)
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Why
    #[arg(long)]
    pub why: Option<String>,
}

/// `release`.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The case
    pub case: String,
    /// Ask for the instance id and carry the plan out
    #[arg(long, conflicts_with = "plan")]
    pub approve: bool,
    /// Carry out the plan with this digest, which was approved
    #[arg(long, value_name = "DIGEST")]
    pub plan: Option<String>,
    /// Show the AWS command lines that do the same
    #[arg(long)]
    pub explain: bool,
}

/// `harden`.
#[derive(Debug, Args)]
pub struct HardenArgs {
    /// A case, or an instance
    #[arg(required_unless_present_any = ["sshd_config", "guest_facts", "print_probe"])]
    pub subject: Option<String>,
    /// Make a plan that fixes this check
    #[arg(long, value_name = "CHECK")]
    pub fix: Option<String>,
    /// Carry out the plan with this digest, which was approved
    #[arg(long, value_name = "DIGEST", requires = "fix")]
    pub plan: Option<String>,
    /// How long to look afterwards whether the service got worse: if so, the fix is taken back
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "plan")]
    pub watch: u16,
    /// Look into the operating system: runs a script there through Systems Manager, which only reads
    #[arg(long, conflicts_with_all = ["plan", "guest_facts", "sshd_config"])]
    pub guest: bool,
    /// Let the fix of missing patches restart the instance where one of them needs it
    #[arg(long, requires = "fix", conflicts_with = "plan")]
    pub reboot: bool,
    /// What the script of --print-probe printed in the instance
    #[arg(long, value_name = "FILE", conflicts_with = "plan")]
    pub guest_facts: Option<PathBuf>,
    /// Print the script that looks into the system, to run it there by hand: it only reads
    #[arg(long, value_name = "SYSTEM", conflicts_with_all = ["fix", "subject"])]
    pub print_probe: Option<System>,
    /// Logs at hand.
    #[command(flatten)]
    pub local: LocalEvidence,
}

/// A family of operating systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum System {
    /// POSIX shell
    Linux,
    /// PowerShell
    Windows,
}

/// To whom of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EscalateTo {
    /// AWS Support: the API needs Business Support or above.
    Support,
    /// AWS Security Incident Response: needs a membership.
    SecurityIr,
}

/// `escalate`.
#[derive(Debug, Args)]
pub struct EscalateArgs {
    /// The case
    pub case: String,
    /// Make a plan that opens a case with AWS
    #[arg(long, value_enum, value_name = "ROUTE")]
    pub to: Option<EscalateTo>,
    /// Carry out the plan with this digest, which was approved
    #[arg(long, value_name = "DIGEST", requires = "to")]
    pub plan: Option<String>,
    /// Language of the letter: en, or es (AWS Support only)
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub letter: Lang,
    /// Mail address of who follows the case. May be given more than once; security-ir needs one
    #[arg(long, value_name = "EMAIL")]
    pub watcher: Vec<String>,
    /// security-ir: a case for our own people, which AWS does not work on
    #[arg(long)]
    pub own: bool,
}

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One self-contained page
    Html,
    /// For tickets
    Markdown,
    /// The contract's rebato.case/1
    Json,
    /// The evidence, for a spreadsheet
    Csv,
    /// Detection and incident finding of the Open Cybersecurity Schema Framework, one a line
    Ocsf,
    /// The request of BatchUpdateFindings, for AWS Security Hub
    Asff,
    /// What was learned of the attacker, as a STIX 2.1 bundle to share
    Stix,
    /// The letter to AWS Support
    Support,
}

/// `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The case
    pub case: String,
    /// The form (else html, or json with --output json)
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// A template of your own (Jinja) instead of a form; its name says by .html, .md, .json, .csv or another ending how values
    /// are escaped
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub template: Option<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `case …`.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// All cases
    List,
    /// One case
    Show {
        /// The case
        case: String,
    },
    /// Checks the hash chain, the signatures and the evidence: of a case, or of a folder that was exported
    Verify {
        /// The case, or the folder; all cases when none is named
        case: Option<String>,
        /// The public key that an exported folder must be signed with
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// The journal, one event a line; a folder that can be checked anywhere; or a copy under S3 Object Lock
    Export(ExportArgs),
}

/// `case export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The case
    pub case: String,
    /// Write a folder with journal, evidence, list of artefacts, signatures
    #[arg(long, value_name = "DIR", conflicts_with = "to")]
    pub out: Option<PathBuf>,
    /// Copy that folder to s3://bucket/prefix, in a bucket with Object Lock; run again, it goes on where it stopped
    #[arg(long, value_name = "S3")]
    pub to: Option<String>,
    /// Who may delete the copy before its time: governance is whoever has the permission, compliance is nobody
    #[arg(long, value_name = "MODE", requires = "to", default_value = "governance", value_parser = lock_mode)]
    pub lock: LockMode,
    /// For how many days it is locked
    #[arg(long, requires = "to", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: u32,
    /// The account that owns the bucket, where it is not the caller's
    #[arg(long, value_name = "ACCOUNT", requires = "to")]
    pub owner: Option<String>,
    /// Accept without being asked that compliance cannot be undone
    #[arg(long, value_enum, requires = "to")]
    pub accept: Option<Accepted>,
}

/// What a person accepts beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Accepted {
    /// That it cannot be undone
    Irreversible,
}

fn lock_mode(text: &str) -> Result<LockMode, String> {
    [LockMode::Governance, LockMode::Compliance]
        .into_iter()
        .find(|mode| mode.name() == text)
        .ok_or_else(|| "wanted-lock".into())
}

/// Which time.
#[derive(Debug, Clone, Args)]
pub struct WindowArgs {
    /// From then on: 24h, 7d, a date or a time (UTC); files whose names tell that they are older are not read
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub since: Option<Timestamp>,
    /// Until then: 24h, 7d, a date or a time (UTC)
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub until: Option<Timestamp>,
}

/// `logs …`.
#[derive(Debug, Subcommand)]
pub enum LogsCommand {
    /// VPC Flow Logs
    Flows {
        /// Files, folders, s3://bucket/prefix or logs://group
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Only this interface
        #[arg(long, value_name = "ENI")]
        interface: Option<String>,
        /// Only this remote address
        #[arg(long)]
        remote: Option<IpAddr>,
        /// Threat lists in any of GuardDuty's formats
        #[arg(long, value_name = "FILE")]
        threat_list: Vec<PathBuf>,
        /// Only conversations with addresses on these lists
        #[arg(long, requires = "threat_list")]
        only_listed: bool,
        /// Which time
        #[command(flatten)]
        window: WindowArgs,
    },
    /// CloudTrail
    Cloudtrail {
        /// Files, folders, s3://bucket/prefix or logs://group
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Only the role session of this instance
        #[arg(long)]
        instance: Option<String>,
        /// Only this principal
        #[arg(long, value_name = "ARN")]
        principal: Option<String>,
        /// Only from this address
        #[arg(long)]
        ip: Option<String>,
        /// Which time
        #[command(flatten)]
        window: WindowArgs,
    },
    /// sshd and PAM
    Auth {
        /// Files, folders, s3://bucket/prefix or logs://group
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Only from this address
        #[arg(long)]
        ip: Option<IpAddr>,
        /// Which time
        #[command(flatten)]
        window: WindowArgs,
    },
}

/// `iam-policy`.
#[derive(Debug, Args)]
pub struct IamPolicyArgs {
    /// The policy for reading only
    #[arg(long)]
    pub read_only: bool,
    /// Also what `case export --to` needs on this bucket, and nothing that deletes
    #[arg(long, value_name = "NAME")]
    pub evidence_bucket: Option<String>,
}

/// `config …`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// The configuration in force, and where each value comes from
    Show,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_findings_is_written_in_several_ways() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(moment("2026-11-24").unwrap(), at("2026-11-24T00:00:00Z"));
        assert_eq!(
            moment("2026-11-24T03:00:00+01:00").unwrap(),
            at("2026-11-24T02:00:00Z")
        );
        let hours = |text: &str| {
            let ago = Timestamp::now().duration_since(moment(text).unwrap());
            ago.as_mins() as f64 / 60.0
        };
        for (text, wanted) in [("24h", 24.0), ("7d", 168.0), ("30m", 0.5), ("2w", 336.0)] {
            assert!((hours(text) - wanted).abs() < 0.1, "{text}");
        }
        for wrong in ["", "h", "-3h", "yesterday", "99999999999999999h", "24"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
        assert!(severity("11").is_err() && severity("NaN").is_err());
    }
}
