//! Settings of sshd in a file of Rebato's own that sshd reads before its others: the fix of the checks of sshd. The guest
//! itself puts the old state back unless the change is confirmed in time. Must not decide what a good setting is.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, GuestRun, Said};
use crate::contain::{Standing, Undo};
use crate::digest::Digest;
use crate::identify::Subject;

/// Rebato's own file. sshd takes the first value that it reads, and reads the files of this folder in order of their names.
pub const SSHD_DROP_IN: &str = "/etc/ssh/sshd_config.d/00-rebato.conf";
/// The script that changes it, in POSIX shell. What it is to do stands in variables before it.
pub const SSHD_SCRIPT: &str = include_str!("sshd.sh");
/// After so many minutes the guest puts the old state back by itself.
pub const SSHD_MINUTES: u32 = 10;
/// How long to wait for the guest's answer, in seconds.
const WAIT: u32 = 120;

/// The content of Rebato's file for sshd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSshd {
    /// `i-…`.
    pub instance: String,
    /// As found; `None` where there is no such file.
    pub from: Option<String>,
    /// As left.
    pub to: Option<String>,
    /// Lines that `sshd -T` must print afterwards, as extended regular expressions; else the old state is put back at once.
    pub expect: Vec<String>,
    /// After so many minutes the guest puts the old state back, unless [`SetSshd::confirmation`] came before; `None` where
    /// the change is itself the putting back.
    pub minutes: Option<u32>,
}

impl SetSshd {
    /// What tells the guest that all is well: it then no longer puts the old state back.
    #[must_use]
    pub fn confirmation(&self) -> GuestRun {
        self.run("confirm")
    }

    fn run(&self, what: &str) -> GuestRun {
        let digest = |content: &Option<String>| {
            content.as_ref().map_or_else(
                || "absent".to_owned(),
                |text| Digest::of(text.as_bytes()).hex(),
            )
        };
        // In base64, whatever stands in them is no shell.
        let packed = |text: &str| STANDARD.encode(text);
        let variables = format!(
            "task={what}\nhad={}\nwanted={}\ncontent={}\nexpect={}\nminutes={}\n",
            digest(&self.from),
            digest(&self.to),
            packed(self.to.as_deref().unwrap_or_default()),
            packed(&self.expect.join("\n")),
            self.minutes.unwrap_or_default(),
        );
        GuestRun {
            document: "AWS-RunShellScript".into(),
            parameters: BTreeMap::from([
                ("commands".into(), vec![format!("{variables}{SSHD_SCRIPT}")]),
                ("executionTimeout".into(), vec![WAIT.to_string()]),
            ]),
            wait: WAIT,
        }
    }

    /// The settings, without comments.
    fn settings(&self) -> String {
        let lines = self.to.iter().flat_map(|text| text.lines());
        let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
        lines.collect::<Vec<_>>().join("; ")
    }
}

impl Act for SetSshd {
    fn name(&self) -> &'static str {
        "set_sshd"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            instance: self.instance.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
            expect: Vec::new(),
            minutes: None,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "ssm:SendCommand",
            "ssm:GetCommandInvocation",
            "ssm:ListCommandInvocations",
        ]
    }

    fn before(&self) -> Value {
        json!({ "file": SSHD_DROP_IN, "content": self.from })
    }

    fn after(&self) -> Value {
        json!({ "file": SSHD_DROP_IN, "content": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        let change = match &self.to {
            Some(_) => format!(
                "write {} into {SSHD_DROP_IN}",
                crate::contain::shell::quoted(&self.settings())
            ),
            None => format!("rm {SSHD_DROP_IN}"),
        };
        vec![format!(
            "aws ssm start-session --target {} # then: {change}; sshd -t && systemctl reload sshd",
            self.instance
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("file", Said::code(SSHD_DROP_IN)),
            ("settings", Said::data(self.settings())),
            (
                "to",
                Said::code(match (&self.to, self.minutes) {
                    (None, _) => "gone",
                    (Some(_), None) => "back",
                    (Some(_), Some(_)) => "set",
                }),
            ),
            (
                "minutes",
                Said::code(self.minutes.unwrap_or_default().to_string()),
            ),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        Standing::Unseen
    }

    /// The command carries the mark of its step; and the script leaves a file alone that is as it should be.
    fn finds_itself(&self) -> bool {
        true
    }

    fn in_guest(&self) -> Option<GuestRun> {
        Some(self.run("set"))
    }

    fn put_back_by_itself(&self) -> bool {
        true
    }
}
