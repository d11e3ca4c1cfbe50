//! The configuration file: few settings, each with a default, unknown ones refused. Must not know who uses them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use rebato_core::contain::LogPlace;
use rebato_core::identify::partition;
use rebato_core::investigate::Marking;
use rebato_core::monitor::ClosingRules;
use rebato_intel::services::KeySource;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What can be configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Language of text when `--lang` is not given.
    pub lang: Option<String>,
    /// AWS profile when `--profile` is not given.
    pub profile: Option<String>,
    /// AWS Region when `--region` is not given and the finding names none.
    pub region: Option<String>,
    /// State folder when `--state` is not given.
    pub state: Option<PathBuf>,
    /// Who may approve what: a policy file (`rebato.policy/1`).
    pub policy: Option<PathBuf>,
    /// How far containment goes when `--contain-profile` is not given: a name or a file (`rebato.profile/1`).
    pub contain_profile: Option<String>,
    /// The instance that Rebato itself runs on, which it never contains.
    pub own_instance: Option<String>,
    /// How cases are watched and closed.
    #[serde(skip_serializing_if = "Monitor::is_default")]
    pub monitor: Monitor,
    /// How things are mended.
    #[serde(skip_serializing_if = "Harden::is_default")]
    pub harden: Harden,
    /// What is known about addresses, and from where.
    #[serde(skip_serializing_if = "Intel::is_default")]
    pub intel: Intel,
}

/// What can be configured of watching and closing cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Monitor {
    /// ARN of the SNS topic that alarms and rules tell when `--topic` is not given.
    pub topic: Option<String>,
    /// What must be so before a case closes, beyond Rebato's own criteria.
    pub closing: ClosingRules,
}

impl Monitor {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What can be configured of fixes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Harden {
    /// Where new flow logs go: `s3://bucket/folder` or `logs://group`; else where others of the account go.
    pub flow_logs: Option<String>,
    /// ARN of the role by which AWS writes to that log group.
    pub flow_logs_role: Option<String>,
}

impl Harden {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Where new flow logs go in this Region.
    ///
    /// # Errors
    /// [`Failure::Usage`] for what is no such place, and for a log group without its role.
    pub fn log_place(&self, region: &str) -> Result<Option<LogPlace>, Failure> {
        let Some(place) = &self.flow_logs else {
            return Ok(None);
        };
        let wrong = |key| {
            let place = format!("{place:?}");
            Err(Failure::wrong(key, [("place", place)]))
        };
        if let Some(bucket) = place.strip_prefix("s3://").filter(|rest| !rest.is_empty()) {
            let arn = format!("arn:{}:s3:::{bucket}", partition(region));
            return Ok(Some(LogPlace::S3 { arn }));
        }
        match (place.strip_prefix("logs://"), &self.flow_logs_role) {
            (Some(""), _) | (None, _) => wrong("wrong-log-place"),
            (Some(_), None) => wrong("wrong-log-role"),
            (Some(name), Some(role)) => Ok(Some(LogPlace::Group {
                name: name.to_owned(),
                role: role.clone(),
            })),
        }
    }
}

/// What can be configured of the knowledge about addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Intel {
    /// Folder of data files when `--intel` is not given.
    pub dir: Option<PathBuf>,
    /// The marking of cases (TLP 2.0): `red` forbids services and DNS block lists.
    pub tlp: Marking,
    /// Free sources that are to be fetched from elsewhere, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Mirror>,
    /// Services that may be asked, by name. Nobody is asked who is not named here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<String, ServiceConfig>,
    /// Registries by RDAP, where they may be asked.
    pub rdap: Option<RdapConfig>,
    /// Reverse DNS and the network that announces an address, where the DNS may be asked.
    pub dns: Option<DnsConfig>,
}

impl Intel {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a source is fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mirror {
    /// The place.
    pub url: String,
}

/// How a service is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceConfig {
    /// Where its key lies: `{ env = "NAME" }`, `{ file = "PATH" }` or `{ secret = "ARN" }`. Never the key itself.
    pub key: Option<KeySource>,
    /// Another place to ask it at, such as a mirror.
    pub url: Option<String>,
    /// That the key may be used within a business, where a service's free keys may not.
    pub business: bool,
}

/// How registries are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RdapConfig {
    /// One server for all addresses, in place of the registry of each.
    pub url: Option<String>,
}

/// How the DNS is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DnsConfig {
    /// The resolver, with its port; else the system's. Whoever runs it learns what is asked.
    pub resolver: Option<SocketAddr>,
    /// Where the key of Spamhaus' Data Query Service lies; without it Spamhaus is not asked.
    pub spamhaus: Option<KeySource>,
}

/// The configuration and where it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// What holds.
    pub config: Config,
    /// The file, when there is one.
    pub file: Option<PathBuf>,
}

impl Loaded {
    /// Reads the named file, or the platform's one where it exists.
    ///
    /// # Errors
    /// [`Failure::Config`] with line and column; a named file must exist.
    pub fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let file = match named {
            Some(file) => file.to_owned(),
            None => match default_file() {
                Some(file) if file.exists() => file,
                _ => return Ok(Self::default()),
            },
        };
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(&file).map_err(|e| Failure::Config {
            file: shown.clone(),
            why: e.to_string(),
        })?;
        let config: Config = toml::from_str(&text).map_err(|e| Failure::Config {
            file: match e.span() {
                Some(span) => place(&shown, &text, span.start),
                None => shown.clone(),
            },
            why: e.message().to_owned(),
        })?;
        let closing = config.monitor.closing.check();
        closing.map_err(|e| Failure::Config {
            file: shown,
            why: format!("monitor.closing: {e}"),
        })?;
        Ok(Self {
            config,
            file: Some(file),
        })
    }
}

/// The file with the line and column of a byte in it.
fn place(file: &str, text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    format!("{file}:{line}:{column}")
}

fn default_file() -> Option<PathBuf> {
    etcetera::choose_base_strategy()
        .ok()
        .map(|dirs| dirs.config_dir().join("rebato").join("config.toml"))
}

/// The platform's folder for the state.
#[must_use]
pub fn default_state() -> Option<PathBuf> {
    etcetera::choose_base_strategy()
        .ok()
        .map(|dirs| dirs.data_dir().join("rebato"))
}
