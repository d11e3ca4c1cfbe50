//! The files of an sshd as somebody collected them: finds what an `Include` names among them. Must not open files.

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
        // Hidden files are not collected, and nobody knows what a backslash or a class that has no end stands for.
        let last = pattern.rsplit('/').next().unwrap_or_default();
        let odd =
            folder.contains(['*', '?', '[']) || pattern.contains('\\') || last.starts_with('.');
        if odd || !self.folders.iter().any(|known| known == folder) {
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
            matches_part(part, pattern) && (!part.starts_with('.') || pattern.starts_with('.'))
        })
}

/// What one place of a pattern stands for.
enum Token<'a> {
    Star,
    Any,
    Class(&'a str),
    Char(char),
}

/// A pattern of the shell in its parts. A class without an end is a bracket.
fn tokens(pattern: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        // A `]` that comes first is one of the class.
        let first = if rest.starts_with(['!', '^']) { 2 } else { 1 };
        let end = rest.char_indices().skip(first).find(|(_, c)| *c == ']');
        all.push(match (c, end.map(|(end, _)| rest.split_at(end))) {
            ('*', _) => Token::Star,
            ('?', _) => Token::Any,
            ('[', Some((class, after))) => {
                rest = after.strip_prefix(']').unwrap_or_default();
                Token::Class(class)
            }
            (c, _) => Token::Char(c),
        });
    }
    all
}

/// Whether one part of a path matches. At most quadratic in time.
fn matches_part(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = tokens(pattern);
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        let fits = match pattern.get(p) {
            Some(Token::Star) => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some(Token::Any) => true,
            Some(Token::Class(class)) => in_class(*c, class),
            Some(Token::Char(wanted)) => wanted == c,
            None => false,
        };
        if fits {
            t += 1;
            p += 1;
        } else {
            let Some((after, from)) = star else {
                return false;
            };
            star = Some((after, from + 1));
            p = after;
            t = from + 1;
        }
    }
    pattern
        .iter()
        .skip(p)
        .all(|token| matches!(token, Token::Star))
}

/// Whether a class of the shell holds a character: `0-9`, `abc`, `!a-z`.
fn in_class(c: char, class: &str) -> bool {
    let (negated, class) = class
        .strip_prefix(['!', '^'])
        .map_or((false, class), |class| (true, class));
    let all: Vec<char> = class.chars().collect();
    let mut at = 0;
    let mut found = false;
    while let Some(low) = all.get(at) {
        match (all.get(at + 1), all.get(at + 2)) {
            (Some('-'), Some(high)) => {
                found |= (*low..=*high).contains(&c);
                at += 3;
            }
            _ => {
                found |= *low == c;
                at += 1;
            }
        }
    }
    found != negated
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
    fn classes_are_those_of_the_shell() {
        for (text, pattern, wanted) in [
            ("10-a.conf", "[0-9]*.conf", true),
            ("a.conf", "[0-9]*.conf", false),
            ("a.conf", "[!0-9]*.conf", true),
            ("a.conf", "[^0-9]?conf", true),
            ("ab.conf", "?[bc].[c]onf", true),
            ("x-.conf", "x[a-].conf", true),
            ("]", "[]]", true),
            ("[", "[", true),
            ("b", "a[bc]", false),
            ("1a2b", "[0-9]?[0-9]?", true),
        ] {
            assert_eq!(matches_part(text, pattern), wanted, "{text} {pattern}");
        }
        let mut files = ConfigFiles {
            files: vec![
                file(MAIN, ""),
                file("/etc/ssh/sshd_config.d/10.conf", "PermitRootLogin no\n"),
            ],
            folders: vec!["/etc/ssh/sshd_config.d".into()],
        };
        for (include, known) in [
            ("[0-9]*.conf", true),
            ("[a-z]*.conf", true),
            (".*", false),
            ("\\*.conf", false),
            ("x/../*.conf", false),
        ] {
            files.files[0].text = format!("Include /etc/ssh/sshd_config.d/{include}\n");
            let read = files.read().unwrap();
            assert_eq!(read.problems.is_empty(), known, "{include}");
            assert_eq!(read.settings.len(), usize::from(include.starts_with("[0")));
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
