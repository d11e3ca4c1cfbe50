//! sshd in a guest: a file that is read before the others, changed by a script that puts it back when nobody confirms.
//! Must not know the wire.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::guest::CommandOutput;

/// What goes wrong with sshd.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SshdTrouble {
    /// Nothing.
    #[default]
    None,
    /// Its main file includes no folder.
    NoInclude,
    /// It finds a mistake in what is new.
    Syntax,
    /// What is new does not take effect.
    Ineffective,
    /// It does not take a reload.
    Reload,
    /// After a reload the guest's agent is heard no more.
    AgentLost,
}

/// The file and what waits for a confirmation.
#[derive(Debug, Clone, Default)]
pub struct SshdFile {
    /// What stands in the file; `None` where there is none.
    pub content: Option<String>,
    /// What comes back unless somebody confirms, and when.
    pub pending: Option<(Option<String>, Timestamp)>,
    /// Whether the last change was put back by the guest itself.
    pub put_back: bool,
}

/// The line by which the script is known.
pub(super) const SCRIPT: &str = "# Rebato's change of sshd";

impl SshdFile {
    /// Settings of the file by their names in small letters.
    pub(super) fn settings(&self) -> BTreeMap<String, String> {
        let lines = self.content.iter().flat_map(|text| text.lines());
        lines
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '))
            .map(|(keyword, value)| (keyword.to_ascii_lowercase(), value.to_owned()))
            .collect()
    }

    /// Has the effect of the script, whose variables stand before it.
    pub(super) fn run(
        &mut self,
        script: &str,
        trouble: SshdTrouble,
        now: Timestamp,
    ) -> CommandOutput {
        let variables = script.lines().take_while(|line| !line.starts_with('#'));
        let variables = variables.filter_map(|line| line.split_once('=')).collect();
        match self.change(&variables, trouble, now) {
            Ok(said) => CommandOutput {
                code: 0,
                stdout: format!("@@sshd {said}\n"),
                stderr: String::new(),
            },
            Err(why) => CommandOutput {
                code: 1,
                stdout: format!("@@why {why}\n"),
                stderr: "failed to run commands: exit status 1".into(),
            },
        }
    }

    fn change(
        &mut self,
        variables: &BTreeMap<&str, &str>,
        trouble: SshdTrouble,
        now: Timestamp,
    ) -> Result<&'static str, &'static str> {
        let variable = |name: &str| variables.get(name).copied().unwrap_or_default();
        let digest = self.digest();
        if variable("task") == "confirm" {
            if self.pending.take().is_none() && (self.put_back || digest != variable("wanted")) {
                return Err("put-back");
            }
            return Ok("confirmed");
        }
        let minutes = variable("minutes").parse().unwrap_or(0);
        if digest == variable("wanted") {
            if minutes == 0 {
                self.pending = None;
            }
            return Ok("already");
        }
        if digest != variable("had") {
            return Err("changed");
        }
        // What an undo writes stood there before, so sshd takes it.
        match trouble {
            SshdTrouble::Syntax if minutes > 0 => return Err("syntax"),
            SshdTrouble::Ineffective | SshdTrouble::NoInclude if minutes > 0 => {
                return Err("not-effective");
            }
            SshdTrouble::Reload if minutes > 0 => return Err("reload"),
            _ => {}
        }
        let before = self.content.take();
        if variable("wanted") != "absent" {
            let bytes = STANDARD.decode(variable("content")).unwrap_or_default();
            self.content = Some(String::from_utf8_lossy(&bytes).into_owned());
        }
        self.put_back = false;
        self.pending = (minutes > 0).then(|| (before, now + SignedDuration::from_mins(minutes)));
        Ok("set")
    }

    /// Puts the old state back where it is time; whether it did.
    pub(super) fn put_back(&mut self, now: Timestamp) -> bool {
        let due = self.pending.take_if(|(_, at)| *at <= now);
        let Some((before, _)) = due else {
            return false;
        };
        self.content = before;
        self.put_back = true;
        true
    }

    fn digest(&self) -> String {
        self.content.as_ref().map_or_else(
            || "absent".to_owned(),
            |text| {
                let digest = Sha256::digest(text.as_bytes());
                digest.iter().map(|byte| format!("{byte:02x}")).collect()
            },
        )
    }
}
