//! The files of an sshd as somebody collected them: finds what an `Include` names among them. Must not open files.

use super::words::matches;
use super::{Config, read, read_dump};

/// Where sshd looks for its main file.
pub const MAIN: &str = "/etc/ssh/sshd_config";

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its path on the host.
    pub path: String,
    /// The name it is shown under.
    pub shown: String,
    /// What is in it.
    pub text: String,
}

/// Files that were collected, and the folders that were collected whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFiles {
    /// The files.
    pub files: Vec<ConfigFile>,
    /// Folders of the host of which every file is here.
    pub folders: Vec<String>,
}

impl ConfigFiles {
    /// Reads the configuration from the main file on; `None` when that one is not here.
    #[must_use]
    pub fn read(&self) -> Option<Config> {
        let main = self.files.iter().find(|file| file.path == MAIN)?;
        Some(read(&main.shown, &main.text, &|pattern| {
            self.included(pattern)
        }))
    }

    /// The files that a pattern names; `None` when it looks into a folder of which nothing is known.
    fn included(&self, pattern: &str) -> Option<Vec<(String, String)>> {
        let mut found: Vec<_> = self
            .files
            .iter()
            .filter(|file| matches_path(&file.path, pattern))
            .collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !self.folders.iter().any(|known| known == folder) {
            // One file that is named without a star is whole by itself.
            let named = !pattern.contains(['*', '?', '[']);
            if found.is_empty() || !named {
                return None;
            }
        }
        Some(
            found
                .into_iter()
                .map(|file| (file.shown.clone(), file.text.clone()))
                .collect(),
        )
    }
}

/// Whether a path matches a pattern of the shell, in which `*` stays within a folder and finds no hidden file.
fn matches_path(path: &str, pattern: &str) -> bool {
    let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (path, pattern) = (parts(path), parts(pattern));
    path.len() == pattern.len()
        && path.iter().zip(&pattern).all(|(part, pattern)| {
            matches(part, pattern) && (!part.starts_with('.') || pattern.starts_with('.'))
        })
}

/// Whether this is what `sshd -T` prints rather than a file that a person wrote: it names in small letters, without a comment,
/// what nobody writes all into one file.
#[must_use]
pub fn is_dump(text: &str) -> bool {
    let has = |name: &&str| text.lines().any(|line| line.starts_with(*name));
    [
        "port ",
        "usepam ",
        "permitrootlogin ",
        "ciphers ",
        "macs ",
        "maxsessions ",
        "strictmodes ",
    ]
    .iter()
    .all(has)
        && !text.lines().any(|line| line.starts_with('#'))
}

/// A text that is either: what `sshd -T` printed, or the main file without those that it includes.
#[must_use]
pub fn read_either(shown: &str, text: &str) -> Config {
    if is_dump(text) {
        read_dump(shown, text)
    } else {
        read(shown, text, &|_| None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> ConfigFile {
        ConfigFile {
            path: path.into(),
            shown: path.into(),
            text: text.into(),
        }
    }

    #[test]
    fn includes_are_found_among_what_was_collected() {
        let mut files = ConfigFiles {
            files: vec![
                file(
                    MAIN,
                    "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n",
                ),
                file("/etc/ssh/sshd_config.d/20.conf", "PermitRootLogin yes\n"),
                file("/etc/ssh/sshd_config.d/10.conf", "PermitRootLogin no\n"),
                file("/etc/ssh/sshd_config.d/.05.conf", "PermitRootLogin yes\n"),
                file(
                    "/etc/ssh/sshd_config.d/05.conf.old",
                    "PermitRootLogin yes\n",
                ),
            ],
            folders: vec!["/etc/ssh/sshd_config.d".into()],
        };
        let config = files.read().unwrap();
        assert!(config.problems.is_empty());
        assert_eq!(
            config.settings[0].place.file,
            "/etc/ssh/sshd_config.d/10.conf"
        );
        assert_eq!(config.settings.len(), 3);
        files.folders.clear();
        assert_eq!(files.read().unwrap().problems[0].what, "include-not-given");
        files.files.remove(0);
        assert_eq!(files.read(), None);
    }
}
