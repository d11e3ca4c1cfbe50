//! The reader of profiles: TOML in, a [`Profile`] or the first error with its line out. Must not judge what a profile asks.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Accept, Asked, Measure, Profile, ScalingWay, Sessions};
use crate::contain::{LockMode, StopHow};

/// The schema of a profile.
const SCHEMA: &str = "rebato.profile/1";

/// Why a profile cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// It is no TOML.
    #[error("{file}:{line}: {why}")]
    Toml {
        /// The file, as the caller calls it.
        file: String,
        /// From 1.
        line: usize,
        /// What the parser says.
        why: String,
    },
    /// A word that nothing here has.
    #[error("{file}:{line}: unknown {what} `{found}`; known: {}", known.join(", "))]
    Unknown {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// What the word stands for: `measure`, `option of isolate`, …
        what: String,
        /// The word.
        found: String,
        /// The words that would do.
        known: Vec<&'static str>,
    },
    /// A value that does not fit.
    #[error("{file}:{line}: `{key}` must be {wanted}")]
    Value {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// What would fit.
        wanted: &'static str,
    },
    /// Something that must be there is not.
    #[error("{file}:{line}: `{key}` is missing")]
    Missing {
        /// The file.
        file: String,
        /// The line of the table that lacks it, from 1.
        line: usize,
        /// The key.
        key: &'static str,
    },
}

/// The text being read, for places in it.
struct Text<'a> {
    file: &'a str,
    text: &'a str,
}

impl Text<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.bytes().take(span.start);
        before.filter(|byte| *byte == b'\n').count() + 1
    }

    fn unknown(
        &self,
        span: &Range<usize>,
        what: String,
        found: &str,
        known: &[&'static str],
    ) -> ProfileError {
        ProfileError::Unknown {
            file: self.file.into(),
            line: self.line(span),
            what,
            found: found.into(),
            known: known.to_vec(),
        }
    }

    fn value(&self, span: &Range<usize>, key: &'static str, wanted: &'static str) -> ProfileError {
        ProfileError::Value {
            file: self.file.into(),
            line: self.line(span),
            key,
            wanted,
        }
    }
}

/// A table whose keys are taken one by one; what is left at the end is unknown.
struct Fields<'a, 'i> {
    text: &'a Text<'a>,
    what: String,
    table: &'a DeTable<'i>,
    span: Range<usize>,
    known: Vec<&'static str>,
}

impl<'a, 'i> Fields<'a, 'i> {
    const fn new(
        text: &'a Text<'a>,
        what: String,
        table: &'a DeTable<'i>,
        span: Range<usize>,
    ) -> Self {
        Self {
            text,
            what,
            table,
            span,
            known: Vec::new(),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<(&'a DeValue<'i>, Range<usize>)> {
        self.known.push(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), value.span()))
    }

    fn missing(&self, key: &'static str) -> ProfileError {
        ProfileError::Missing {
            file: self.text.file.into(),
            line: self.text.line(&self.span),
            key,
        }
    }

    fn text(&mut self, key: &'static str) -> Result<Option<(&'a str, Range<usize>)>, ProfileError> {
        let text = self.text;
        match self.take(key) {
            None => Ok(None),
            Some((value, span)) => match value.as_str() {
                Some(found) => Ok(Some((found, span))),
                None => Err(text.value(&span, key, "a text")),
            },
        }
    }

    /// A text that must be there.
    fn must(&mut self, key: &'static str) -> Result<(&'a str, Range<usize>), ProfileError> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    /// One of a few words, or the default.
    fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<Option<T>, ProfileError> {
        let Some((found, span)) = self.text(key)? else {
            return Ok(None);
        };
        match words.iter().find(|(word, _)| *word == found) {
            Some((_, value)) => Ok(Some(*value)),
            None => {
                let known: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
                Err(self.text.unknown(&span, key.into(), found, &known))
            }
        }
    }

    fn flag(&mut self, key: &'static str) -> Result<Option<bool>, ProfileError> {
        let text = self.text;
        match self.take(key) {
            None => Ok(None),
            Some((value, span)) => match value.as_bool() {
                Some(found) => Ok(Some(found)),
                None => Err(text.value(&span, key, "true or false")),
            },
        }
    }

    fn accepted(&mut self) -> Result<BTreeSet<Accept>, ProfileError> {
        const WORDS: [(&str, Accept); 3] = [
            ("irreversible", Accept::Irreversible),
            ("shared_role", Accept::SharedRole),
            ("before_isolate", Accept::BeforeIsolate),
        ];
        let text = self.text;
        let Some((value, span)) = self.take("accept") else {
            return Ok(BTreeSet::new());
        };
        let one = |value: &DeValue<'_>, span: &Range<usize>| {
            let found = value
                .as_str()
                .ok_or_else(|| text.value(span, "accept", "a text or a list of texts"))?;
            let known = WORDS.map(|(word, _)| word);
            WORDS
                .iter()
                .find(|(word, _)| *word == found)
                .map(|(_, accept)| *accept)
                .ok_or_else(|| text.unknown(span, "accept".into(), found, &known))
        };
        match value.as_array() {
            Some(all) => all
                .iter()
                .map(|each| one(each.get_ref(), &each.span()))
                .collect(),
            None => Ok([one(value, &span)?].into()),
        }
    }

    /// Nothing may be left.
    fn end(self) -> Result<(), ProfileError> {
        let left = self
            .table
            .keys()
            .find(|key| !self.known.contains(&key.get_ref().as_ref()));
        match left {
            None => Ok(()),
            Some(key) => Err(self
                .text
                .unknown(&key.span(), self.what, key.get_ref(), &self.known)),
        }
    }
}

pub(super) fn read(file: &str, text: &str) -> Result<Profile, ProfileError> {
    let text = Text { file, text };
    let root = DeTable::parse(text.text).map_err(|error| ProfileError::Toml {
        file: file.into(),
        line: text.line(&error.span().unwrap_or_default()),
        why: error.message().to_owned(),
    })?;
    let mut fields = Fields::new(&text, "key".into(), root.get_ref(), 0..0);
    let (schema, span) = fields.must("schema")?;
    if schema != SCHEMA {
        return Err(text.unknown(&span, "schema".into(), schema, &[SCHEMA]));
    }
    let (name, span) = fields.must("name")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
        let wanted = "1 to 40 small letters, digits, `-` or `_`";
        return Err(text.value(&span, "name", wanted));
    }
    let mut measures = Vec::new();
    let (list, span) = fields
        .take("measure")
        .ok_or_else(|| fields.missing("measure"))?;
    let tables = "a list of tables, each begun with [[measure]]";
    let list = list
        .as_array()
        .ok_or_else(|| text.value(&span, "measure", tables))?;
    for each in list {
        let table = each
            .get_ref()
            .as_table()
            .ok_or_else(|| text.value(&each.span(), "measure", tables))?;
        measures.push(asked(&text, table, each.span())?);
    }
    fields.end()?;
    Ok(Profile {
        name: name.into(),
        measures,
    })
}

fn asked(text: &Text<'_>, table: &DeTable<'_>, span: Range<usize>) -> Result<Asked, ProfileError> {
    let mut fields = Fields::new(text, String::new(), table, span);
    let (name, span) = fields.must("name")?;
    fields.what = format!("option of {name}");
    let measure = match name {
        "tags" => Measure::Tags,
        "console" => Measure::Console,
        "snapshots" => Measure::Snapshots,
        "termination_protection" => Measure::TerminationProtection,
        "shutdown_behavior" => Measure::ShutdownBehavior,
        "keep_volumes" => Measure::KeepVolumes,
        "scaling" => {
            let ways = [
                ("standby", ScalingWay::Standby),
                ("detach", ScalingWay::Detach),
            ];
            Measure::Scaling {
                how: fields.word("how", &ways)?.unwrap_or(ScalingWay::Standby),
            }
        }
        "targets" => Measure::Targets,
        "isolate" => Measure::Isolate {
            passage: fields.flag("passage")?.unwrap_or(true),
        },
        "addresses" => Measure::Addresses,
        "acl" => {
            fields.word("deny", &[("sources", ())])?;
            Measure::Acl
        }
        "sessions" => {
            let which = [
                ("instance", Sessions::Instance),
                ("token_time", Sessions::TokenTime),
            ];
            Measure::Sessions {
                deny: fields.word("deny", &which)?.unwrap_or(Sessions::Instance),
            }
        }
        "instance_profile" => Measure::InstanceProfile {
            replace_with: profile_arn(&mut fields)?,
        },
        "metadata" => Measure::Metadata,
        "stop" => {
            let ways = [
                ("graceful", StopHow::Graceful),
                ("hibernate", StopHow::Hibernate),
                ("force", StopHow::Force),
                ("skip_os", StopHow::SkipOs),
            ];
            Measure::Stop {
                how: fields.word("how", &ways)?.unwrap_or_default(),
            }
        }
        "wait_snapshots" => Measure::WaitSnapshots,
        "copy_snapshots" => Measure::CopySnapshots {
            key: fields.must("key")?.0.to_owned(),
        },
        "share_snapshots" => Measure::ShareSnapshots {
            account: account(&mut fields)?,
        },
        "lock_snapshots" => lock(&mut fields)?,
        "scan_snapshots" => Measure::ScanSnapshots,
        "archive_finding" => Measure::ArchiveFinding,
        "feedback" => feedback(&mut fields)?,
        _ => return Err(text.unknown(&span, "measure".into(), name, &Measure::NAMES)),
    };
    let accept = fields.accepted()?;
    fields.end()?;
    Ok(Asked { measure, accept })
}

fn profile_arn(fields: &mut Fields<'_, '_>) -> Result<Option<String>, ProfileError> {
    match fields.text("replace_with")? {
        None => Ok(None),
        // arn:PARTITION:iam::ACCOUNT:instance-profile/NAME
        Some((arn, _)) if arn.starts_with("arn:") && arn.contains(":instance-profile/") => {
            Ok(Some(arn.into()))
        }
        Some((_, span)) => {
            let wanted = "the ARN of an instance profile";
            Err(fields.text.value(&span, "replace_with", wanted))
        }
    }
}

fn account(fields: &mut Fields<'_, '_>) -> Result<String, ProfileError> {
    let (account, span) = fields.must("account")?;
    let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    if digits || matches!(account, "*" | "all" | "public") {
        return Ok(account.into());
    }
    Err(fields.text.value(&span, "account", "twelve digits"))
}

fn lock(fields: &mut Fields<'_, '_>) -> Result<Measure, ProfileError> {
    let (days, span) = fields.take("days").ok_or_else(|| fields.missing("days"))?;
    let days = days
        .as_integer()
        .and_then(|n| i32::from_str_radix(n.as_str(), n.radix()).ok())
        .filter(|days| (1..=36_500).contains(days))
        .ok_or_else(|| {
            fields
                .text
                .value(&span, "days", "a whole number from 1 to 36500")
        })?;
    let modes = [
        ("governance", LockMode::Governance),
        ("compliance", LockMode::Compliance),
    ];
    let mode = fields.word("mode", &modes)?.unwrap_or(LockMode::Governance);
    Ok(Measure::LockSnapshots { days, mode })
}

fn feedback(fields: &mut Fields<'_, '_>) -> Result<Measure, ProfileError> {
    let useful = fields
        .flag("useful")?
        .ok_or_else(|| fields.missing("useful"))?;
    Ok(Measure::Feedback { useful })
}
