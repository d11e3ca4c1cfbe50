//! Reads `sshd_config` line by line, going into included files where they stand. Must not open files: the caller hands over
//! what an `Include` names.

use super::keywords::{Form, keyword, value};
use super::matching::criteria;
use super::words::{arguments, first_word};
use super::{Block, Config, Include, Place, Problem, Setting, Told};

/// How deep sshd follows includes (`SERVCONF_MAX_DEPTH`).
const DEEPEST: usize = 16;
/// Files that include each other many times grow without end: far beyond any real configuration.
const MOST_LINES: usize = 20_000;
const MOST_PROBLEMS: usize = 200;
const SHOWN: usize = 100;

/// The files that an `Include` pattern names, in order of name, each with its text: `Some` and empty when there are none,
/// `None` when it is not known. A relative pattern has been put below `/etc/ssh`.
pub type Included<'a> = &'a dyn Fn(&str) -> Option<Vec<(String, String)>>;

/// Reads a configuration, beginning with the main file. Never fails: what cannot be read is a problem with its place.
#[must_use]
pub fn read(name: &str, text: &str, included: Included<'_>) -> Config {
    let mut reader = Reader {
        included,
        lines: 0,
        config: Config {
            told: Told::Files,
            settings: Vec::new(),
            blocks: Vec::new(),
            includes: Vec::new(),
            problems: Vec::new(),
        },
    };
    reader.file(name, text, None, 0);
    reader.config
}

/// Reads what `sshd -T` printed.
#[must_use]
pub fn read_dump(name: &str, text: &str) -> Config {
    Config {
        told: Told::Dump,
        ..read(name, text, &|_| None)
    }
}

struct Reader<'a> {
    included: Included<'a>,
    lines: usize,
    config: Config,
}

impl Reader<'_> {
    fn problem(&mut self, place: &Place, what: &str, about: &str) {
        // The file of an attacker could hold a problem on each line: from then on everything is in doubt.
        let what = match self.config.problems.len() {
            0..MOST_PROBLEMS => what,
            MOST_PROBLEMS => "too-long",
            _ => return,
        };
        self.config.problems.push(Problem {
            place: place.clone(),
            what: what.into(),
            about: about.chars().take(SHOWN).collect(),
            after: self.config.settings.len(),
        });
    }

    fn file(&mut self, name: &str, text: &str, outer: Option<usize>, depth: usize) {
        // A `Match` in an included file ends with the file.
        let mut block = outer;
        for (number, line) in (1..).zip(text.split('\n')) {
            self.lines += 1;
            let place = Place {
                file: name.into(),
                line: number,
            };
            if self.lines > MOST_LINES {
                if self.lines == MOST_LINES + 1 {
                    self.problem(&place, "too-long", "");
                }
                return;
            }
            // sshd reads text that ends at a NUL, and allows a form feed only at the end.
            let line = line.split('\0').next().unwrap_or_default();
            let line = line.trim_end_matches([' ', '\t', '\r', '\n', '\u{c}']);
            let start = line.trim_start_matches([' ', '\t', '\r']);
            if start.is_empty() || start.starts_with('#') {
                continue;
            }
            let Some((word, rest)) = first_word(line) else {
                self.problem(&place, "no-value", line);
                continue;
            };
            match word.to_ascii_lowercase().as_str() {
                "match" => block = Some(self.open(&place, rest, outer)),
                "include" => self.include(&place, rest, block, depth),
                _ => self.setting(&place, &word, rest, block),
            }
        }
    }

    fn open(&mut self, place: &Place, text: &str, outer: Option<usize>) -> usize {
        let criteria = criteria(text);
        if criteria.is_none() {
            self.problem(place, "bad-match", text);
        }
        self.config.blocks.push(Block {
            place: place.clone(),
            text: text.chars().take(SHOWN).collect(),
            criteria,
            outer,
        });
        self.config.blocks.len() - 1
    }

    fn include(&mut self, place: &Place, text: &str, block: Option<usize>, depth: usize) {
        let patterns = arguments(text).unwrap_or_default();
        if patterns.is_empty() {
            self.problem(place, "no-value", "include");
        }
        for pattern in patterns {
            if depth >= DEEPEST {
                self.problem(place, "include-too-deep", &pattern);
                continue;
            }
            let path = if pattern.starts_with(['/', '~']) {
                pattern
            } else {
                format!("/etc/ssh/{pattern}")
            };
            self.config.includes.push(Include {
                pattern: path.clone(),
                after: self.config.settings.len(),
                block,
            });
            match (self.included)(&path) {
                None => self.problem(place, "include-not-given", &path),
                Some(files) => {
                    for (name, text) in files {
                        self.file(&name, &text, block, depth + 1);
                    }
                }
            }
        }
    }

    fn setting(&mut self, place: &Place, word: &str, rest: &str, block: Option<usize>) {
        let Some(keyword) = keyword(word) else {
            self.problem(place, "unknown-keyword", &word.to_ascii_lowercase());
            return;
        };
        if rest.is_empty() {
            self.problem(place, "no-value", keyword.name);
            return;
        }
        if block.is_some() && !keyword.in_match && !self.config.holds_for_all(block) {
            self.problem(place, "not-in-match", keyword.name);
            return;
        }
        let Some(words) = value(keyword, rest) else {
            self.problem(place, "bad-value", keyword.name);
            return;
        };
        if keyword.form != Form::Ignored {
            self.config.settings.push(Setting {
                keyword: keyword.name.into(),
                words,
                place: place.clone(),
                block,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Who, defaults};
    use super::*;

    const NONE: Included<'static> = &|_| Some(Vec::new());

    fn words(config: &Config, keyword: &str, who: &Who) -> String {
        let value = config.value(keyword, who, &defaults());
        value.words.unwrap_or_default().join(" ")
    }

    #[test]
    fn the_first_value_holds_and_lists_grow() {
        let text = "port 22\nPORT = 2222\nPermitRootLogin no\npermitrootlogin yes\nAllowUsers a b\nAllowUsers c\n";
        let config = read("sshd_config", text, NONE);
        let who = Who::default();
        assert_eq!(words(&config, "permitrootlogin", &who), "no");
        assert_eq!(words(&config, "port", &who), "22 2222");
        assert_eq!(words(&config, "allowusers", &who), "a b c");
        assert_eq!(words(&config, "maxauthtries", &who), "6");
        assert!(config.problems.is_empty());
    }

    #[test]
    fn a_match_overrides_for_whom_it_matches_even_what_was_set_before() {
        let text = "PasswordAuthentication no\nMatch User deploy Address 10.0.0.0/8\n  PasswordAuthentication yes\nMatch all\nX11Forwarding yes\n";
        let config = read("sshd_config", text, NONE);
        let deploy = Who {
            user: Some("deploy".into()),
            address: "10.1.1.1".parse().ok(),
            ..Who::default()
        };
        assert_eq!(words(&config, "passwordauthentication", &deploy), "yes");
        assert_eq!(
            words(&config, "passwordauthentication", &Who::default()),
            "no"
        );
        assert_eq!(words(&config, "x11forwarding", &Who::default()), "yes");
    }

    #[test]
    fn an_include_stands_where_it_is_written_and_its_match_ends_with_it() {
        let included: Included<'_> = &|pattern| {
            (pattern == "/etc/ssh/sshd_config.d/*.conf").then(|| {
                vec![
                    ("10".to_owned(), "Match User a\nPermitTTY no\n".to_owned()),
                    ("20".to_owned(), "PermitRootLogin no\n".to_owned()),
                ]
            })
        };
        let text = "Include sshd_config.d/*.conf\nPermitRootLogin yes\nInclude /elsewhere\nMaxAuthTries 3\n";
        let config = read("main", text, included);
        let value = config.value("permitrootlogin", &Who::default(), &defaults());
        assert_eq!(value.words.as_deref(), Some(&["no".to_owned()][..]));
        assert_eq!(value.place.map(|p| p.to_string()).as_deref(), Some("20:1"));
        assert_eq!(value.doubt, None);
        // What a file that is not at hand may have set before is not known.
        let value = config.value("maxauthtries", &Who::default(), &defaults());
        assert_eq!(value.doubt.as_deref(), Some("include-not-given"));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_a_problem_and_not_the_end() {
        let text = "PermitRootLogins no\nMaxAuthTries many\nPermitRootLogin\nMatch Colour red\nBanner \"x\nMatch User a\nPort 1\nPermitTTY no\n";
        let config = read("f", text, NONE);
        let found: Vec<_> = config
            .problems
            .iter()
            .map(|p| (p.place.line, p.what.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (1, "unknown-keyword"),
                (2, "bad-value"),
                (3, "no-value"),
                (4, "bad-match"),
                (5, "bad-value"),
                (7, "not-in-match"),
            ]
        );
        assert_eq!(config.settings.len(), 1);
        let value = config.value("maxauthtries", &Who::default(), &defaults());
        assert_eq!(value.doubt.as_deref(), Some("bad-value"));
    }

    #[test]
    fn files_that_include_each_other_end() {
        let twice: Included<'_> = &|_| {
            let text = "Include a\nInclude a\nPort 22\n".to_owned();
            Some(vec![("a".into(), text)])
        };
        let config = read("a", "Include a\n", twice);
        assert!(config.problems.iter().any(|p| p.what == "include-too-deep"));
        assert!(config.problems.iter().any(|p| p.what == "too-long"));
        assert!(config.settings.len() <= MOST_LINES);
    }
}
