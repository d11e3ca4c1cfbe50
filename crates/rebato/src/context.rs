//! What every command needs: language, streams, state folder, account. Must not know the commands.

use std::path::PathBuf;

use rebato_aws::{AwsCloud, Options, connect};
use rebato_core::contain::{Identity, Person};
use rebato_engine::policy::Policy;
use rebato_report::{Lang, Words};
use rebato_store::{Access, SqliteStore};

use crate::args::Common;
use crate::config::{Loaded, default_state};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::terminal::{Terminal, zone};

/// See the module.
#[derive(Debug, Clone)]
pub struct Context {
    /// The common options.
    pub common: Common,
    /// The configuration.
    pub loaded: Loaded,
    /// The streams.
    pub terminal: Terminal,
    /// Ctrl-C.
    pub interrupt: Interrupt,
}

impl Context {
    /// Reads the configuration and chooses the language: `--lang`, else the configuration, else the environment.
    ///
    /// # Errors
    /// [`Failure::Config`].
    pub fn new(common: Common) -> Result<Self, Failure> {
        Terminal::set_color(common.color);
        let loaded = Loaded::read(common.config.as_deref())?;
        let lang = match (common.lang, &loaded.config.lang) {
            (Some(lang), _) => lang,
            (None, Some(named)) => {
                named
                    .parse()
                    .map_err(|e: rebato_report::UnknownLang| Failure::Config {
                        file: loaded
                            .file
                            .as_ref()
                            .map(|f| f.display().to_string())
                            .unwrap_or_default(),
                        why: e.to_string(),
                    })?
            }
            (None, None) => environment_lang(),
        };
        let terminal = Terminal {
            lang,
            output: common.output,
        };
        Ok(Self {
            common,
            loaded,
            terminal,
            interrupt: Interrupt::default(),
        })
    }

    /// Who may approve what: the policy that is named, else that of the configuration, else the default. Read where it is
    /// asked for: most commands do not.
    ///
    /// # Errors
    /// [`Failure::Policy`].
    pub fn policy(&self) -> Result<Policy, Failure> {
        let file = self.common.policy.as_ref();
        match file.or(self.loaded.config.policy.as_ref()) {
            Some(file) => Ok(Policy::load(file).map_err(Box::new)?),
            None => Ok(Policy::default()),
        }
    }

    /// Words for the terminal.
    #[must_use]
    pub fn words(&self) -> Words {
        Words::plain(self.terminal.lang).beside(zone())
    }

    /// The state folder.
    ///
    /// # Errors
    /// When none is named and the platform has none.
    pub fn state(&self) -> Result<PathBuf, Failure> {
        self.common
            .state
            .clone()
            .or_else(|| self.loaded.config.state.clone())
            .or_else(default_state)
            .ok_or_else(|| Failure::wrong("wrong-state", []))
    }

    /// The folder of data files about addresses: `--intel`, else the configuration's, else `intel` in the state folder.
    ///
    /// # Errors
    /// As [`Context::state`].
    pub fn intel(&self) -> Result<PathBuf, Failure> {
        let named = self.common.intel.as_ref();
        match named.or(self.loaded.config.intel.dir.as_ref()) {
            Some(dir) => Ok(dir.clone()),
            None => Ok(self.state()?.join("intel")),
        }
    }

    /// Opens the state folder.
    ///
    /// # Errors
    /// See [`SqliteStore::open`].
    pub async fn store(&self, access: Access) -> Result<SqliteStore, Failure> {
        Ok(SqliteStore::open(&self.state()?, access).await?)
    }

    /// The account, unless `--offline`. `region` is the finding's: it decides where calls go unless `--region` is given.
    ///
    /// # Errors
    /// See [`connect`].
    pub async fn cloud(&self, region: Option<&str>) -> Result<Option<AwsCloud>, Failure> {
        if self.common.offline {
            return Ok(None);
        }
        let region = self.common.region.as_deref().or(region).or(self
            .loaded
            .config
            .region
            .as_deref());
        let options = Options {
            profile: self
                .common
                .profile
                .clone()
                .or_else(|| self.loaded.config.profile.clone()),
            region: region.map(str::to_owned),
            endpoint_url: self.common.endpoint_url.clone(),
            app_name: None,
            keys: None,
        };
        Ok(Some(connect(options).await?))
    }

    /// A person at work on this machine: the name they gave, else the user's, and how they are known. `arn` is what AWS told
    /// of the credentials in use.
    #[must_use]
    pub fn person(name: &str, arn: Option<String>) -> Person {
        let host = ["HOSTNAME", "COMPUTERNAME"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
            .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
            .map(|name| name.trim().to_owned());
        Person {
            name: name.into(),
            identity: Identity {
                user: Some(Self::actor()),
                host,
                arn,
            },
        }
    }

    /// Who acts on this machine, for the journal.
    #[must_use]
    pub fn actor() -> String {
        ["SUDO_USER", "USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
            .unwrap_or_else(|| "rebato".into())
    }
}

/// The language of the environment, in the order of POSIX.
pub(crate) fn environment_lang() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
        .map_or(Lang::En, |value| Lang::detect(&value))
}
