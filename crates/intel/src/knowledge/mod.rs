//! What a folder of data files knows of an address: networks of clouds, databases and tables of places and autonomous
//! systems, Tor, DROP, lists. Every file is optional, none is fetched here, and each is read when first asked for, once a
//! process. A file that cannot be read is named and the others are used. Must not judge an address.

mod asndrop;
mod clouds;
mod file;
mod mmdb;
mod networks;
mod shown;
pub mod sources;
pub mod table;
mod tor;
pub mod update;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rebato_core::investigate::{AddressFact, Asked, Opinion, Standing};

pub use file::Unread;
pub use shown::{Shown, document};

use crate::net::rdap::Bootstrap;
use crate::{KnownList, Purpose};
use file::{Content, DataFile, Known};

/// The most files that are looked at.
const MAX_FILES: usize = 200;

/// Names that come with data and are none.
const NO_DATA: &[&str] = &["readme", "license", "licence", "copyright", "sources.json"];

/// A folder of data files; without one, the program's own knowledge alone.
#[derive(Debug, Default)]
pub struct Knowledge {
    dir: Option<PathBuf>,
    files: OnceLock<Vec<DataFile>>,
}

/// What the files say of an address.
#[derive(Debug, Default)]
pub struct Answers {
    /// Facts.
    pub facts: Vec<AddressFact>,
    /// Opinions.
    pub opinions: Vec<Opinion>,
    /// Each file that was asked, by its name.
    pub asked: Vec<Asked>,
    /// Whether a database or table of places and systems was there to be asked.
    pub has_places: bool,
}

impl Knowledge {
    /// A folder. It need not be there, and nothing is read yet.
    #[must_use]
    pub fn of(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: Some(dir.into()),
            files: OnceLock::new(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// The lists among the files, with what each is for.
    #[must_use]
    pub fn lists(&self) -> Vec<KnownList<'_>> {
        self.read()
            .filter_map(|(file, known)| match &known.content {
                Content::List(list, purpose) => Some(KnownList {
                    name: &file.source,
                    purpose: *purpose,
                    as_of: format!("{}T00:00:00Z", known.as_of).parse().ok(),
                    list,
                }),
                _ => None,
            })
            .collect()
    }

    /// Which registry to ask about an address: as the program knows it, and newer files of IANA's where they are there.
    #[must_use]
    pub fn registries(&self) -> Bootstrap {
        let files = self.files().iter();
        let files = files.filter(|file| sources::is_bootstrap(&file.source));
        files
            .filter_map(|file| match &file.known().ok()?.content {
                Content::Registries(newer) => Some(newer.clone()),
                _ => None,
            })
            .fold(Bootstrap::built_in(), Bootstrap::refreshed)
    }

    /// What everything but the lists says of a public address.
    #[must_use]
    pub fn ask(&self, ip: IpAddr) -> Answers {
        let mut answers = Answers::default();
        for file in self.files() {
            if file.table_is_v6().is_some_and(|v6| v6 != ip.is_ipv6()) {
                continue;
            }
            let said = match file.known() {
                Ok(known) => answers.take(file, known, ip),
                Err(why) => Some(("failed", Some(why.to_string()))),
            };
            answers.asked.extend(said.map(|(result, why)| Asked {
                source: file.source.clone(),
                result: result.into(),
                why,
            }));
        }
        networks::ask(self, ip, &mut answers);
        self.ask_asndrop(&mut answers);
        answers
    }

    /// The networks that were published, each with the name of its source.
    fn ranges(&self) -> impl Iterator<Item = (&DataFile, &Known, &[crate::ranges::Range])> {
        self.read()
            .filter_map(|(file, known)| match &known.content {
                Content::Ranges(ranges) => Some((file, known, ranges.as_slice())),
                _ => None,
            })
    }

    /// Systems that are wholly in malicious hands: asked last, when the other files have told the address's system.
    fn ask_asndrop(&self, answers: &mut Answers) {
        let numbers: BTreeSet<u32> = answers
            .facts
            .iter()
            .filter(|fact| fact.kind == "asn")
            .filter_map(|fact| table::asn(fact.value.split(' ').next()?))
            .collect();
        for (file, known) in self.read() {
            let Content::AsnDrop(drop) = &known.content else {
                continue;
            };
            let mut listed = numbers
                .iter()
                .filter_map(|number| Some((number, drop.names.get(number)?)));
            let found = listed.next();
            let (result, why) = match found {
                Some(_) => ("answered", None),
                None if numbers.is_empty() => {
                    ("failed", Some("no file tells the autonomous system".into()))
                }
                None => ("not_listed", None),
            };
            answers.asked.push(Asked {
                source: file.source.clone(),
                result: result.into(),
                why,
            });
            answers.opinions.extend(found.map(|(number, name)| Opinion {
                source: file.source.clone(),
                says: "malicious".into(),
                confidence: 0.7,
                as_of: Some(known.as_of.clone()),
                why: Some(format!("AS{number} {name}").trim_end().to_owned()),
                class: None,
            }));
        }
    }

    /// The files that could be read, but for the tables: those are big, and only [`Knowledge::ask`] needs them.
    fn read(&self) -> impl Iterator<Item = (&DataFile, &Known)> {
        self.files()
            .iter()
            .filter(|file| file.table_is_v6().is_none())
            .filter_map(|file| Some((file, file.known().ok()?)))
    }

    /// The files of the folder by name; none where it is not there.
    fn files(&self) -> &[DataFile] {
        self.files.get_or_init(|| {
            let Some(entries) = self
                .dir
                .as_ref()
                .and_then(|dir| std::fs::read_dir(dir).ok())
            else {
                return Vec::new();
            };
            let mut files: Vec<DataFile> = entries
                .filter_map(|entry| {
                    let entry = entry.ok()?;
                    let name = entry.file_name().to_string_lossy().to_lowercase();
                    let about = std::fs::metadata(entry.path()).ok()?;
                    let is_data = about.is_file()
                        && !name.starts_with('.')
                        && !NO_DATA.iter().any(|start| name.starts_with(start));
                    is_data.then(|| DataFile::new(entry.path(), about.len(), about.modified().ok()))
                })
                .collect();
            files.sort_by(|one, other| one.path.cmp(&other.path));
            files.truncate(MAX_FILES);
            files
        })
    }
}

impl Answers {
    /// Takes what one file says. `None` for a file that is asked elsewhere.
    fn take(
        &mut self,
        file: &DataFile,
        known: &Known,
        ip: IpAddr,
    ) -> Option<(&'static str, Option<String>)> {
        let before = self.facts.len();
        let mut fact = |kind: &str, value: String| {
            self.facts.push(AddressFact {
                source: file.source.clone(),
                kind: kind.into(),
                value,
                as_of: Some(known.as_of.clone()),
            });
        };
        match &known.content {
            Content::Table(table) => {
                self.has_places = true;
                if let Some(found) = table.find(ip) {
                    if let Some(asn) = found.said.asn {
                        let org = &found.said.org;
                        fact("asn", format!("AS{asn} {org}").trim_end().to_owned());
                    }
                    if let Some(country) = &found.said.country {
                        fact("country", country.clone());
                    }
                }
            }
            Content::Mmdb(database) => {
                self.has_places = true;
                let record = match database.record(ip) {
                    Ok(record) => record,
                    Err(why) => return Some(("failed", Some(why.to_string()))),
                };
                let hides = record.hides.join(" ");
                for (kind, value) in [
                    ("asn", record.asn),
                    ("country", record.country),
                    ("city", record.city),
                    ("network", record.hosting.then(|| "hosting".into())),
                    ("tor", record.hides.contains(&"tor").then(|| "exit".into())),
                    ("anonymiser", (!hides.is_empty()).then(|| hides.clone())),
                ] {
                    if let Some(value) = value {
                        fact(kind, value);
                    }
                }
                if !hides.is_empty() {
                    self.opinions.push(Opinion {
                        source: file.source.clone(),
                        says: "suspicious".into(),
                        confidence: 0.8,
                        as_of: Some(known.as_of.clone()),
                        why: Some(hides),
                        class: Some(Standing::Anonymiser),
                    });
                }
            }
            Content::Tor(relays) => {
                if let Some(role) = relays.roles.get(&ip) {
                    let says_much = *role == tor::Role::Exit;
                    fact("tor", role.name().into());
                    self.opinions.extend(says_much.then(|| Opinion {
                        source: file.source.clone(),
                        says: "suspicious".into(),
                        confidence: 0.8,
                        as_of: Some(known.as_of.clone()),
                        why: Some(role.name().into()),
                        class: Some(Standing::Anonymiser),
                    }));
                }
            }
            Content::List(list, purpose) => {
                // The list itself is asked with the others; that an address is a Tor exit is a fact besides.
                let is_tor =
                    *purpose == Purpose::Anonymiser && sources::has_word(&file.source, "tor");
                if is_tor && list.covering(ip).next().is_some() {
                    fact("tor", "exit".into());
                }
                return None;
            }
            Content::Ranges(_) | Content::AsnDrop(_) | Content::Registries(_) => return None,
        }
        let result = if self.facts.len() > before {
            "answered"
        } else {
            "not_listed"
        };
        Some((result, None))
    }
}

#[cfg(test)]
mod tests;
