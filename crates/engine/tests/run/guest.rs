//! An operating system with an sshd: settings in a file of ours, an agent that can be lost, commands that take their time.
//! Must not know plans.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use rebato_core::contain::{Action, GuestRun, Patching, SetSshd};
use rebato_core::harden::sshd::defaults;
use rebato_core::harden::{PatchState, Posture};
use rebato_engine::ports::{CloudError, GuestAnswer};

/// What goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Trouble {
    #[default]
    None,
    /// The agent is lost with the change.
    AgentLost,
    /// sshd does not take the change.
    Syntax,
    /// Nobody has a key.
    NoKeys,
    /// The agent is away from the beginning.
    Offline,
    /// No command comes to an end.
    Endless,
    /// Everything goes well, but for the confirmation.
    Unconfirmed,
}

#[derive(Debug, Default)]
pub(crate) struct Guest {
    pub(crate) trouble: Trouble,
    pub(crate) file: Option<String>,
    pending: Option<(Option<String>, Timestamp)>,
    deaf: bool,
    patches: Option<PatchState>,
    commands: BTreeMap<String, (u32, GuestAnswer)>,
}

fn refused() -> CloudError {
    CloudError::Refused {
        operation: "ssm:SendCommand".into(),
        code: "InvalidInstanceId".into(),
        why: "simulated".into(),
    }
}

impl Guest {
    pub(crate) fn with(trouble: Trouble) -> Self {
        Self {
            trouble,
            ..Self::default()
        }
    }

    fn tick(&mut self, now: Timestamp) {
        if let Some((before, _)) = self.pending.take_if(|(_, at)| *at <= now) {
            self.file = before;
            self.deaf = false;
        }
    }

    pub(crate) fn hears(&mut self, now: Timestamp) -> bool {
        self.tick(now);
        !self.deaf && self.trouble != Trouble::Offline
    }

    pub(crate) fn posture(&mut self, now: Timestamp) -> Posture {
        let ping = if self.hears(now) {
            "Online"
        } else {
            "ConnectionLost"
        };
        Posture {
            ssm_ping: Some(Some(ping.into())),
            patches: Some(self.patches.clone()),
            ebs_encryption_default: Some(false),
            flow_logs: Some(Vec::new()),
            ..Posture::default()
        }
    }

    /// Sends what a step runs: the id of its command.
    pub(crate) fn send(&mut self, action: &Action, now: Timestamp) -> Result<String, CloudError> {
        if !self.hears(now) {
            return Err(refused());
        }
        let (status, output) = match action {
            Action::SetSshd(set) => self.set(set, now),
            Action::RunPatches(run) => {
                self.patches = Some(PatchState {
                    missing: if run.what == Patching::Scan { 3 } else { 0 },
                    scanned: Some(now),
                    ..PatchState::default()
                });
                ("Success", String::new())
            }
            _ => ("Success", String::new()),
        };
        let command = format!("c-{}", self.commands.len() + 1);
        let answer = GuestAnswer {
            command: command.clone(),
            status: status.into(),
            output,
        };
        self.commands.insert(command.clone(), (3, answer));
        Ok(command)
    }

    fn set(&mut self, set: &SetSshd, now: Timestamp) -> (&'static str, String) {
        if self.file == set.to {
            return ("Success", "@@sshd already".into());
        }
        if self.trouble == Trouble::Syntax {
            return ("Failed", "@@why syntax\n".into());
        }
        assert_eq!(self.file, set.from);
        let minutes = set.minutes.map(|m| SignedDuration::from_mins(m.into()));
        self.pending = minutes.map(|minutes| (self.file.clone(), now + minutes));
        self.file.clone_from(&set.to);
        self.deaf = self.trouble == Trouble::AgentLost && minutes.is_some();
        ("Success", "@@sshd set".into())
    }

    /// A look at a command, which ends with the third.
    pub(crate) fn heard(&mut self, command: &str) -> Result<GuestAnswer, CloudError> {
        let (left, answer) = self.commands.get_mut(command).ok_or_else(refused)?;
        *left = left.saturating_sub(1);
        if *left > 0 || self.trouble == Trouble::Endless {
            let status = "InProgress".into();
            return Ok(GuestAnswer {
                status,
                output: String::new(),
                ..answer.clone()
            });
        }
        Ok(answer.clone())
    }

    /// Runs a look or a confirmation.
    pub(crate) fn run(&mut self, script: &str, now: Timestamp) -> Result<GuestAnswer, CloudError> {
        if !self.hears(now) {
            return Err(refused());
        }
        let output = if script.contains("task=confirm") {
            let well = self.pending.is_some() && self.trouble != Trouble::Unconfirmed;
            self.pending.take_if(|_| well);
            if well {
                "@@sshd confirmed"
            } else {
                "@@why put-back"
            }
            .to_owned()
        } else {
            self.look()
        };
        let status = if output.starts_with("@@why") {
            "Failed"
        } else {
            "Success"
        };
        Ok(GuestAnswer {
            command: "c-look".into(),
            status: status.into(),
            output,
        })
    }

    pub(crate) fn look(&self) -> String {
        let mut settings = defaults();
        settings.insert("passwordauthentication".into(), "yes".into());
        settings.insert("kbdinteractiveauthentication".into(), "no".into());
        for line in self.file.iter().flat_map(|text| text.lines()) {
            if let Some((keyword, value)) = line.split_once(' ').filter(|(k, _)| *k != "#") {
                settings.insert(keyword.to_lowercase(), value.into());
            }
        }
        let dump = settings.iter().fold(String::new(), |mut dump, (k, v)| {
            let _ = writeln!(dump, "|{k} {v}");
            dump
        });
        let keys = if self.trouble == Trouble::NoKeys {
            ""
        } else {
            "|=ubuntu 600 1 /home/ubuntu/.ssh/authorized_keys\n|>ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n"
        };
        let own = self.file.as_ref().map_or_else(String::new, |text| {
            let lines = text.lines().fold(String::new(), |mut lines, line| {
                let _ = writeln!(lines, "|>{line}");
                lines
            });
            format!("|=600 root /etc/ssh/sshd_config.d/00-rebato.conf\n{lines}")
        });
        let files = format!(
            "|=600 root /etc/ssh/sshd_config\n|>Include /etc/ssh/sshd_config.d/*.conf\n|>PasswordAuthentication yes\n{own}|+/etc/ssh/sshd_config.d\n"
        );
        let mut out = "@@rebato 1 linux\n".to_owned();
        for (name, lines) in [
            ("sshd-t", dump.as_str()),
            ("sshd-t-root", &dump),
            ("sshd-files", &files),
            ("keys", keys),
        ] {
            let _ = write!(out, "@@begin {name}\n{lines}@@end {name} ok\n");
        }
        out + "@@done\n"
    }
}

/// Whether a step runs something here.
pub(crate) fn runs(action: &Action) -> bool {
    action.in_guest().is_some_and(|run: GuestRun| run.wait > 0)
}
