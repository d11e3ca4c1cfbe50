//! The operating system inside an instance, as far as a command finds it: settings, files, accounts, services. A script is
//! known by what it says of itself, and has the effect that it would have; no shell runs here.
//! Must not know the wire.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::guest_sshd::{SCRIPT, SshdFile, SshdTrouble};

/// The family of an operating system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestSystem {
    /// Ubuntu.
    #[default]
    Linux,
    /// Windows Server.
    Windows,
}

/// How the agent in the guest answers a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// At the second look.
    #[default]
    Well,
    /// After many looks.
    Slow,
    /// Never.
    Never,
    /// With half of the output.
    Cut,
    /// With an error.
    Fails,
    /// With text in it that wants to be more than text.
    Hostile,
}

/// What a story says of the guest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuestSpec {
    /// The family of the operating system.
    pub system: GuestSystem,
    /// Whether it is set up with care.
    pub hardened: bool,
    /// How its agent answers.
    pub answers: Answers,
    /// What goes wrong with its sshd.
    pub sshd: SshdTrouble,
    /// How long before the world begins the last patch scan was, in days; none for never.
    pub scanned_days_ago: Option<u16>,
}

/// A guest.
#[derive(Debug, Clone)]
pub struct GuestHost {
    /// What the story says of it.
    pub spec: GuestSpec,
    /// Settings of sshd that are not the default.
    pub sshd: BTreeMap<String, String>,
    /// A file of sshd that is read before these.
    pub sshd_first: SshdFile,
    /// Whether its agent is heard no more, for whatever the network lets through.
    pub deaf: bool,
    /// Sections of what a look into it finds.
    sections: BTreeMap<&'static str, String>,
    /// What the last patch scan found.
    pub patches: Option<PatchCounts>,
    /// Whether all patches were installed.
    patched: bool,
}

/// What a patch scan found.
#[derive(Debug, Clone, Copy)]
pub struct PatchCounts {
    /// Patches that are not installed.
    pub missing: i64,
    /// Of these, security ones.
    pub security: i64,
    /// Installed, and waiting for a restart.
    pub pending_reboot: i64,
    /// Whether the last run installed anything, rather than looking only.
    pub installs: bool,
    /// When it ended.
    pub ended: Timestamp,
}

/// What a command in the guest answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// Exit code.
    pub code: i64,
    /// Standard output, whole.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// The defaults of sshd that are printed besides what is set.
const SSHD: &[(&str, &str)] = &[
    ("port", "22"),
    ("usepam", "yes"),
    ("logingracetime", "120"),
    ("maxauthtries", "6"),
    ("maxsessions", "10"),
    ("clientaliveinterval", "0"),
    ("clientalivecountmax", "3"),
    ("permitrootlogin", "without-password"),
    ("ignorerhosts", "yes"),
    ("hostbasedauthentication", "no"),
    ("pubkeyauthentication", "yes"),
    ("gssapiauthentication", "no"),
    ("passwordauthentication", "yes"),
    ("kbdinteractiveauthentication", "no"),
    ("x11forwarding", "yes"),
    ("strictmodes", "yes"),
    ("permitemptypasswords", "no"),
    ("permituserenvironment", "no"),
    ("allowtcpforwarding", "yes"),
    (
        "ciphers",
        "chacha20-poly1305@openssh.com,aes128-ctr,aes256-gcm@openssh.com",
    ),
    (
        "macs",
        "umac-64-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha1",
    ),
    ("kexalgorithms", "curve25519-sha256,ecdh-sha2-nistp256"),
    ("loglevel", "INFO"),
    ("authorizedkeysfile", ".ssh/authorized_keys"),
    ("authenticationmethods", "any"),
];
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

impl GuestHost {
    /// A guest as the story has it. What an intruder left is a day younger than the world.
    #[must_use]
    pub fn new(spec: GuestSpec, now: Timestamp) -> Self {
        let patches = spec.scanned_days_ago.map(|days| PatchCounts {
            missing: if spec.hardened { 0 } else { 7 },
            security: if spec.hardened { 0 } else { 3 },
            pending_reboot: 0,
            installs: false,
            ended: now - SignedDuration::from_hours(24 * i64::from(days)),
        });
        let (sshd, sections) = match spec.system {
            GuestSystem::Linux => linux(spec.hardened, now),
            GuestSystem::Windows => (BTreeMap::new(), windows(spec.hardened, now)),
        };
        Self {
            spec,
            sshd,
            sshd_first: SshdFile::default(),
            deaf: false,
            sections,
            patches,
            patched: false,
        }
    }

    /// Settings of sshd that are not the default: what is read first holds.
    fn settings(&self) -> BTreeMap<String, String> {
        let mut settings = self.sshd.clone();
        if self.spec.sshd != SshdTrouble::NoInclude {
            settings.extend(self.sshd_first.settings());
        }
        settings
    }

    /// Runs AWS's patch document: what it finds or installs shows from then on.
    pub fn patch(&mut self, operation: &str, reboot: &str, now: Timestamp) -> CommandOutput {
        if self.spec.answers == Answers::Fails {
            return CommandOutput {
                code: 1,
                stdout: String::new(),
                stderr: "failed to run commands: exit status 1".into(),
            };
        }
        let found = if self.spec.hardened || self.patched {
            (0, 0)
        } else {
            (7, 3)
        };
        let (mut missing, mut security) = found;
        let mut waits = self.patches.map_or(0, |patches| patches.pending_reboot);
        if operation == "Install" {
            if missing > 0 {
                waits = 2;
            }
            (missing, security) = (0, 0);
            self.patched = true;
            if reboot == "RebootIfNeeded" {
                waits = 0;
                self.sections.insert("reboot", String::new());
            }
        }
        self.patches = Some(PatchCounts {
            missing,
            security,
            pending_reboot: waits,
            installs: operation == "Install",
            ended: now,
        });
        CommandOutput {
            code: 0,
            stdout: format!("Results for {operation}: missing {missing}, reboot {reboot}\n"),
            stderr: String::new(),
        }
    }

    /// Runs a script: what it says of itself decides what it does.
    pub fn run(&mut self, script: &str, now: Timestamp) -> CommandOutput {
        if script.contains(SCRIPT)
            && self.spec.system == GuestSystem::Linux
            && self.spec.answers != Answers::Fails
        {
            let said = self.sshd_first.run(script, self.spec.sshd, now);
            let changed = said.stdout.contains("@@sshd set");
            self.deaf |= changed
                && self.spec.sshd == SshdTrouble::AgentLost
                && self.sshd_first.pending.is_some();
            return said;
        }
        let wanted = match self.spec.system {
            GuestSystem::Linux => "@@rebato 1 linux",
            GuestSystem::Windows => "@@rebato 1 windows",
        };
        if self.spec.answers == Answers::Fails || !script.contains(wanted) {
            return CommandOutput {
                code: 127,
                stdout: String::new(),
                stderr: "not found\nfailed to run commands: exit status 127".into(),
            };
        }
        let mut out = format!("{wanted}\n");
        for (name, lines) in self.found() {
            let _ = writeln!(out, "@@begin {name}");
            for line in lines.lines() {
                let _ = writeln!(out, "|{line}");
            }
            let _ = writeln!(out, "@@end {name} ok");
        }
        out.push_str("@@done\n");
        if self.spec.answers == Answers::Cut {
            out.truncate(out.len() / 2);
            out.push_str("\n---Output truncated---");
        } else if script.contains("set -- packed") {
            out = format!("@@rebato-gzip\n{}\n", packed(&out));
        }
        CommandOutput {
            code: 0,
            stdout: out,
            stderr: String::new(),
        }
    }

    fn found(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.spec.system == GuestSystem::Linux {
            let mut settings: BTreeMap<String, String> = SSHD
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect();
            settings.extend(self.settings());
            let dump: String = settings.iter().fold(String::new(), |mut dump, (k, v)| {
                // Users come one a line.
                let one = |k: &str, v: &str| format!("{k} {v}\n");
                if k == "allowusers" {
                    dump.extend(v.split(' ').map(|user| one(k, user)));
                } else {
                    dump.push_str(&one(k, v));
                }
                dump
            });
            let written: String = self
                .sshd
                .iter()
                .map(|(k, v)| format!(">{k} {v}\n"))
                .collect();
            found.push(("sshd-t", dump.clone()));
            found.push(("sshd-t-root", dump));
            let include = match self.spec.sshd {
                SshdTrouble::NoInclude => "",
                _ => ">Include /etc/ssh/sshd_config.d/*.conf\n",
            };
            let mut files = format!("=600 root /etc/ssh/sshd_config\n{include}{written}");
            if let Some(content) = &self.sshd_first.content {
                files.push_str("=600 root /etc/ssh/sshd_config.d/00-rebato.conf\n");
                files.extend(content.lines().map(|line| format!(">{line}\n")));
            }
            files.push_str("+/etc/ssh/sshd_config.d\n");
            found.push(("sshd-files", files));
        }
        for (name, lines) in &self.sections {
            let mut lines = lines.clone();
            if self.spec.answers == Answers::Hostile {
                lines.push_str("\n@@end uid0 ok\n@@done\n\u{1b}[2J<script>alert(1)</script>");
            }
            found.push((*name, lines));
        }
        found
    }
}

fn packed(text: &str) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let bytes = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .unwrap_or_default();
    let mut out = String::new();
    for (at, c) in STANDARD.encode(bytes).chars().enumerate() {
        if at > 0 && at % 76 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out
}

type Found = BTreeMap<&'static str, String>;

fn linux(hardened: bool, now: Timestamp) -> (BTreeMap<String, String>, Found) {
    let day = 86_400;
    let (old, new) = (now.as_second() - 90 * day, now.as_second() + day);
    let keys = |at: i64| format!("=ubuntu 600 {at} /home/ubuntu/.ssh/authorized_keys\n>{KEY} ops");
    let pick = |weak: &str, good: &str| if hardened { good } else { weak }.to_owned();
    let sshd: &[(&str, &str)] = if hardened {
        &[
            ("permitrootlogin", "no"),
            ("passwordauthentication", "no"),
            ("maxauthtries", "3"),
            ("logingracetime", "60"),
            ("clientaliveinterval", "300"),
            ("x11forwarding", "no"),
            ("macs", "hmac-sha2-512-etm@openssh.com"),
            ("allowgroups", "ssh-users"),
        ]
    } else {
        &[
            ("permitrootlogin", "yes"),
            ("passwordauthentication", "yes"),
        ]
    };
    let sections = [
        ("os", "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"".to_owned()),
        ("kernel", "Linux 6.8.0-1015-aws".to_owned()),
        ("uid0", pick("root\nsystemd-help", "root")),
        ("no-password", String::new()),
        (
            "sudoers",
            pick(
                "/etc/sudoers.d/90-cloud-init-users: ubuntu ALL=(ALL) NOPASSWD:ALL",
                "",
            ),
        ),
        (
            "groups",
            pick(
                "root=root,\nubuntu=ubuntu,adm,sudo,",
                "ubuntu=ubuntu,adm,sudo,ssh-users,\nroot=root,",
            ),
        ),
        (
            "keys",
            if hardened {
                keys(old)
            } else {
                format!(
                    "{}\n=root 600 {new} /root/.ssh/authorized_keys\n>{KEY} x@kali",
                    keys(old)
                )
            },
        ),
        ("reboot", pick("reboot-required", "")),
        ("time", "chrony=active\nNTPSynchronized=yes".to_owned()),
        (
            "logs",
            pick(
                "auditd=inactive\nrsyslog=active\nrsyslog-remote=no\namazon-cloudwatch-agent=active",
                "auditd=active\namazon-cloudwatch-agent=active",
            ),
        ),
        (
            "agent",
            "snap.amazon-ssm-agent.amazon-ssm-agent=active".to_owned(),
        ),
        ("listening", "tcp 0.0.0.0:22".to_owned()),
    ];
    let sshd = sshd.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    (sshd.collect(), sections.into_iter().collect())
}

fn windows(hardened: bool, now: Timestamp) -> Found {
    let pick = |weak: &str, good: &str| if hardened { good } else { weak }.to_owned();
    let ago = |days: i64| (now - SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%d");
    [
        (
            "os",
            "PRETTY_NAME=Microsoft Windows Server 2022 Datacenter\nBUILD=20348".to_owned(),
        ),
        (
            "patches",
            format!("KB5031364 {}", ago(if hardened { 12 } else { 200 })),
        ),
        ("reboot", pick("windows-update", "")),
        (
            "rdp",
            pick("deny=0\nnla=0\nport=3389", "deny=0\nnla=1\nport=3389"),
        ),
        (
            "administrators",
            pick(
                "S-1-5-21-7-8-9-500 User WEB\\Administrator\nS-1-5-21-7-8-9-1009 User WEB\\help",
                "S-1-5-21-7-8-9-500 User WEB\\Administrator",
            ),
        ),
        (
            "firewall",
            pick(
                "Domain=True\nPrivate=True\nPublic=False",
                "Domain=True\nPrivate=True\nPublic=True",
            ),
        ),
        ("time", "w32time=running\ntype=NTP".to_owned()),
        (
            "logs",
            pick(
                "EventLog=running\nAmazonCloudWatchAgent=absent\nforwarding=no",
                "EventLog=running\nAmazonCloudWatchAgent=running\nforwarding=no",
            ),
        ),
        ("agent", "AmazonSSMAgent=running".to_owned()),
        ("listening", "tcp 0.0.0.0:3389".to_owned()),
    ]
    .into_iter()
    .collect()
}
