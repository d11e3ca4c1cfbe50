//! Checks an exported folder on any machine: no AWS, no state folder. Lists everything that is not as it was exported. What
//! the folder's own texts name is never opened: files are found by looking, and compared by name.
//! Must not know how a folder is made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rebato_core::Digest;
use rebato_core::case::{Artefact, Case, custody};
use rebato_core::digest::Hashing;
use rebato_core::journal::{self, Signed};
use rebato_engine::ports::StoreError;
use serde::Deserialize;
use serde_json::Value;

use crate::check::{self, Problem};
use crate::deviation::Deviation;
use crate::fault;
use crate::key::PublicKeys;
use crate::manifest::{self, Manifest};

const WHAT: &str = "checking the exported folder";

/// What a check of an exported folder found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The case, as the manifest or else the journal names it.
    pub case: Option<String>,
    /// Events that could be read.
    pub events: usize,
    /// How many of them, from the first on, have no signature: an earlier version wrote them. The manifest vouches for them.
    pub unsigned: usize,
    /// Files of evidence.
    pub evidence: usize,
    /// Hash of the last event.
    pub head: Option<Digest>,
    /// Fingerprints of the keys that signed the manifest and the records; more than one when the key was replaced.
    pub keys: Vec<Digest>,
    /// True when the keys that count were given; false when they come from the folder itself, so that whoever made the
    /// folder anew with another key would not be found out.
    pub key_given: bool,
    /// Everything that is not as it was exported.
    pub deviations: Vec<Deviation>,
}

/// Checks an exported folder. `trusted` is the text of a `signing.pub` that was kept elsewhere: with it, only its keys count.
/// It blocks: call it where blocking is allowed.
///
/// # Errors
/// When there is no such folder, or `trusted` holds no public key. Whatever is wrong inside the folder is a deviation.
pub fn verify_folder(folder: &Path, trusted: Option<&str>) -> Result<Verified, StoreError> {
    let trusted = trusted
        .map(PublicKeys::read)
        .transpose()
        .map_err(|why| fault::refused("reading the key to check with", folder, why))?;
    let mut look = Look::new(folder)?;
    let key_given = trusted.is_some();
    let keys = match trusted {
        Some(keys) => keys,
        None => look.own_keys(),
    };
    let manifest = look.manifest(&keys);
    look.files(manifest.as_ref());
    let records = look.journal();
    let case = manifest
        .as_ref()
        .map(|m| m.case.clone())
        .or_else(|| records.first().map(|s| s.record.case.clone()));
    look.records(case.as_deref().unwrap_or_default(), &records, &keys);
    let artefacts = look.artefacts(case.as_deref().unwrap_or_default(), &records);
    if let Some(manifest) = &manifest {
        look.counts(manifest, &records, artefacts);
    }
    let named = records
        .iter()
        .filter_map(|s| s.signature.as_ref().map(|s| s.key))
        .chain(manifest.iter().map(|m| m.key))
        .collect::<BTreeSet<_>>();
    Ok(Verified {
        case,
        events: records.len(),
        unsigned: records.iter().take_while(|s| s.signature.is_none()).count(),
        evidence: look.evidence().count(),
        head: records.last().map(|s| s.record.hash),
        keys: named.into_iter().collect(),
        key_given,
        deviations: look.deviations,
    })
}

/// A look at a folder.
struct Look {
    folder: PathBuf,
    /// Regular files by name.
    found: BTreeMap<String, Found>,
    deviations: Vec<Deviation>,
}

#[derive(Clone, Copy)]
struct Found {
    size: u64,
    /// `None` when it cannot be read.
    sha256: Option<Digest>,
}

impl Look {
    fn new(folder: &Path) -> Result<Self, StoreError> {
        let mut look = Self {
            folder: folder.to_owned(),
            found: BTreeMap::new(),
            deviations: Vec::new(),
        };
        look.walk(folder, "")
            .map_err(|e| fault::io(WHAT, folder, &e))?;
        Ok(look)
    }

    /// Finds what is there, and reads no deeper than an export goes. Follows no links.
    fn walk(&mut self, folder: &Path, before: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_file() {
                let found = match digest(&entry.path()) {
                    Ok((size, sha256)) => Found {
                        size,
                        sha256: Some(sha256),
                    },
                    Err(error) => {
                        self.unreadable(&name, &error.to_string());
                        Found {
                            size: 0,
                            sha256: None,
                        }
                    }
                };
                self.found.insert(name, found);
            } else if kind.is_dir() && name == manifest::EVIDENCE {
                self.walk(&entry.path(), "evidence/")?;
            } else {
                self.deviations.push(Deviation::NoFile { file: name });
            }
        }
        Ok(())
    }

    fn unreadable(&mut self, file: &str, why: &str) {
        self.deviations.push(Deviation::Unreadable {
            file: file.into(),
            why: why.into(),
        });
    }

    /// The bytes of a file of the export's own names; a deviation when it is not there.
    fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        if !self.found.contains_key(name) {
            self.deviations
                .push(Deviation::Missing { file: name.into() });
            return None;
        }
        match fs::read(self.folder.join(name)) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.unreadable(name, &error.to_string());
                None
            }
        }
    }

    fn json(&mut self, name: &str, schema: &str) -> Option<(Vec<u8>, Value)> {
        let bytes = self.read(name)?;
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(value) if value.get("schema").and_then(Value::as_str) == Some(schema) => {
                Some((bytes, value))
            }
            Ok(_) => {
                self.unreadable(name, &format!("it is no {schema}"));
                None
            }
            Err(error) => {
                self.unreadable(name, &error.to_string());
                None
            }
        }
    }

    /// The keys that the folder brings itself.
    fn own_keys(&mut self) -> PublicKeys {
        let Some(bytes) = self.read(manifest::KEYS) else {
            return PublicKeys::default();
        };
        match PublicKeys::read(&String::from_utf8_lossy(&bytes)) {
            Ok(keys) => keys,
            Err(why) => {
                self.unreadable(manifest::KEYS, &why);
                PublicKeys::default()
            }
        }
    }

    fn manifest(&mut self, keys: &PublicKeys) -> Option<Manifest> {
        let signature = self.read(manifest::SIGNATURE);
        let (bytes, value) = self.json(manifest::MANIFEST, manifest::SCHEMA)?;
        let manifest = match Manifest::deserialize(&value) {
            Ok(manifest) => manifest,
            Err(error) => {
                self.unreadable(manifest::MANIFEST, &error.to_string());
                return None;
            }
        };
        let key = manifest.key;
        match keys.get(key) {
            None => self.deviations.push(Deviation::OtherKey { key }),
            Some(public) => {
                if signature.is_some_and(|signature| !public.signed(&bytes, &signature)) {
                    self.deviations.push(Deviation::BadSignature { key });
                }
            }
        }
        Some(manifest)
    }

    /// The files against the manifest, and evidence against its names.
    fn files(&mut self, manifest: Option<&Manifest>) {
        let mut deviations = Vec::new();
        for (file, found) in self.evidence() {
            let name = file.strip_prefix("evidence/").unwrap_or(file);
            if let Some(sha256) = found.sha256
                && sha256.hex() != name
            {
                deviations.push(Deviation::Misnamed {
                    file: file.clone(),
                    found: sha256,
                });
            }
        }
        if let Some(manifest) = manifest {
            let mut listed = BTreeSet::new();
            for wanted in &manifest.files {
                listed.insert(wanted.name.as_str());
                match self.found.get(&wanted.name) {
                    None => deviations.push(Deviation::Missing {
                        file: wanted.name.clone(),
                    }),
                    Some(found) => {
                        if let Some(sha256) = found.sha256
                            && (sha256, found.size) != (wanted.sha256, wanted.size)
                        {
                            deviations.push(Deviation::Changed {
                                file: wanted.name.clone(),
                                found: sha256,
                                size: found.size,
                                wanted: wanted.sha256,
                                wanted_size: wanted.size,
                            });
                        }
                    }
                }
            }
            listed.extend([manifest::MANIFEST, manifest::SIGNATURE]);
            let extra = self.found.keys().filter(|n| !listed.contains(n.as_str()));
            deviations.extend(extra.map(|file| Deviation::Extra { file: file.clone() }));
        }
        for deviation in deviations {
            // A file that is missing may have been missed before.
            if !self.deviations.contains(&deviation) {
                self.deviations.push(deviation);
            }
        }
    }

    fn evidence(&self) -> impl Iterator<Item = (&String, &Found)> {
        self.found
            .iter()
            .filter(|(name, _)| name.starts_with("evidence/"))
    }

    fn journal(&mut self) -> Vec<Signed> {
        let bytes = self.read_once(manifest::JOURNAL);
        let mut records = Vec::new();
        for (line, bytes) in (1..).zip(bytes.split_inclusive(|b| *b == b'\n')) {
            let read = serde_json::from_slice::<Value>(bytes)
                .map_err(|e| e.to_string())
                .and_then(|value| Signed::from_line(&value));
            match read {
                Ok(record) => records.push(record),
                Err(why) => self.deviations.push(Deviation::Line {
                    file: manifest::JOURNAL.into(),
                    line,
                    why,
                }),
            }
        }
        records
    }

    /// The bytes of a file; none when it is not there, which the manifest or nobody has told already.
    fn read_once(&mut self, name: &str) -> Vec<u8> {
        let missing = Deviation::Missing { file: name.into() };
        if self.deviations.contains(&missing) {
            return Vec::new();
        }
        self.read(name).unwrap_or_default()
    }

    fn records(&mut self, case: &str, records: &[Signed], keys: &PublicKeys) {
        let breaks = journal::breaks(case, records.iter().map(|s| &s.record));
        let problems = breaks
            .map(Problem::from)
            .chain(check::signatures(case, records, keys));
        self.deviations.extend(problems.map(Deviation::Journal));
    }

    /// The artefacts that the journal tells of, against the list and the files; how many they are.
    fn artefacts(&mut self, case: &str, records: &[Signed]) -> Option<usize> {
        let plain: Vec<_> = records.iter().map(|s| s.record.clone()).collect();
        let told = match Case::replay(case, &plain) {
            Ok(case) => custody(&case),
            // A broken chain was told already.
            Err(rebato_core::case::ReplayError::Chain(_)) => return None,
            Err(error) => {
                self.deviations.push(Deviation::Replay {
                    why: error.to_string(),
                });
                return None;
            }
        };
        let list = self
            .found
            .contains_key(manifest::ARTEFACTS)
            .then(|| self.json(manifest::ARTEFACTS, manifest::ARTEFACTS_SCHEMA))
            .flatten();
        if let Some((_, list)) = list {
            self.compare(&told, list.get("artefacts").unwrap_or(&Value::Null));
        }
        let mut names = BTreeSet::new();
        for artefact in &told {
            let Some(digest) = artefact.sha256 else {
                continue;
            };
            let name = format!("evidence/{}", digest.hex());
            if !self.found.contains_key(&name) && !names.contains(&name) {
                self.deviations.push(Deviation::EvidenceMissing {
                    digest,
                    seq: artefact.seq,
                });
            }
            names.insert(name);
        }
        let unknown: Vec<Deviation> = self
            .evidence()
            .filter(|(name, _)| !names.contains(*name))
            .map(|(name, _)| Deviation::EvidenceUnknown { file: name.clone() })
            .collect();
        self.deviations.extend(unknown);
        Some(told.len())
    }

    fn compare(&mut self, told: &[Artefact], list: &Value) {
        let Some(list) = list.as_array() else {
            return self.unreadable(manifest::ARTEFACTS, "it has no list of artefacts");
        };
        for n in 0..told.len().max(list.len()) {
            let (told, listed) = (told.get(n), list.get(n));
            let same = told.and_then(|a| serde_json::to_value(a).ok()).as_ref() == listed;
            if !same {
                let of_list = || listed?.get("target")?.as_str().map(str::to_owned);
                self.deviations.push(Deviation::Artefact {
                    place: n + 1,
                    target: told
                        .map(|a| a.target.clone())
                        .or_else(of_list)
                        .unwrap_or_default(),
                });
            }
        }
    }

    fn counts(&mut self, manifest: &Manifest, records: &[Signed], artefacts: Option<usize>) {
        let last = records.last().map(|s| s.record.hash);
        let head = last.unwrap_or(Digest::ZERO);
        let evidence = self.evidence().count();
        let pairs = [
            (
                "events",
                manifest.events.to_string(),
                records.len().to_string(),
            ),
            ("head", manifest.head.to_string(), head.to_string()),
            (
                "evidence",
                manifest.evidence.to_string(),
                evidence.to_string(),
            ),
            (
                "artefacts",
                manifest.artefacts.to_string(),
                artefacts.unwrap_or(manifest.artefacts).to_string(),
            ),
        ];
        for (what, wanted, found) in pairs {
            if wanted != found {
                self.deviations.push(Deviation::Count {
                    what,
                    wanted,
                    found,
                });
            }
        }
    }
}

/// Size and digest of a file, read in pieces.
fn digest(path: &Path) -> io::Result<(u64, Digest)> {
    let mut file = File::open(path)?;
    let mut hashing = Hashing::default();
    let mut size = 0;
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((size, hashing.digest()));
        }
        size += read as u64;
        hashing.add(piece.get(..read).unwrap_or_default());
    }
}
