//! Step 6 on the command line: looks at cases, what watches them, and closing them. Must not do anything.

use clap::{ArgGroup, Args};
use rebato_core::monitor::{STATED, STATEMENT_ROOM};

use super::LocalEvidence;

/// `monitor`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("objects").args(["watch", "unwatch"]))]
pub struct MonitorArgs {
    /// The case
    #[arg(required_unless_present = "all")]
    pub case: Option<String>,
    /// Every case that is open, or was closed so lately that its watches still live
    #[arg(long, conflicts_with_all = ["case", "close", "objects", "declare"])]
    pub all: bool,
    /// Look again and again, at this distance
    #[arg(long, value_name = "MINUTES", conflicts_with_all = ["close", "objects"], value_parser = clap::value_parser!(u16).range(1..))]
    pub every: Option<u16>,
    /// Close the case if nothing stands against it
    #[arg(long, conflicts_with = "objects")]
    pub close: bool,
    /// Declare that a criterion for closing is met, in your words: root-cause, credentials-rotated, evidence-locked,
    /// report-signed, or that watch-objects-stand does not hold the case. May be given more than once
    #[arg(long, value_name = "CODE[=TEXT]", conflicts_with = "objects", value_parser = stated)]
    pub declare: Vec<Stated>,
    /// Look into the operating system too where a fix is to stand there: runs a script through Systems Manager, which only
    /// reads
    #[arg(long, conflicts_with = "objects")]
    pub guest: bool,
    /// Make a plan of alarms, a metric filter and event rules that watch the case when nobody looks
    #[arg(long)]
    pub watch: bool,
    /// Make a plan that deletes them again
    #[arg(long)]
    pub unwatch: bool,
    /// SNS topic that they tell, in place of the configuration's
    #[arg(long, value_name = "ARN", requires = "watch", conflicts_with = "plan")]
    pub topic: Option<String>,
    /// Ask for the instance id and carry the plan out
    #[arg(long, requires = "objects", conflicts_with = "plan")]
    pub approve: bool,
    /// Carry out the plan with this digest, which was approved
    #[arg(long, value_name = "DIGEST", requires = "objects")]
    pub plan: Option<String>,
    /// Logs at hand.
    #[command(flatten)]
    pub local: LocalEvidence,
}

/// What a person states of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The criterion.
    pub code: String,
    /// In their words.
    pub text: Option<String>,
}

fn stated(word: &str) -> Result<Stated, String> {
    let (code, text) = match word.split_once('=') {
        Some((code, text)) => (code, Some(text.trim()).filter(|text| !text.is_empty())),
        None => (word, None),
    };
    if !STATED.contains(&code) {
        return Err(format!("a person can state: {}", STATED.join(", ")));
    }
    if text.is_some_and(|text| text.chars().count() > STATEMENT_ROOM) {
        return Err(format!("more than {STATEMENT_ROOM} characters"));
    }
    Ok(Stated {
        code: code.into(),
        text: text.map(str::to_owned),
    })
}
