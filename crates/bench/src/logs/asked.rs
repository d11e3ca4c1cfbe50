//! What is asked of the logs, each as a user would have it asked: a [`Scan`] over the files in their order. And the floor: the same
//! files read and inflated, nothing else. Must not know how a figure is shown.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use libdeflater::Decompressor;
use rebato_core::evaluate::Source;
use rebato_core::identify::{Finding, read_alert};
use rebato_engine::ports::{AccountList, Intelligence as _};
use rebato_intel::LocalIntelligence;
use rebato_logs::{Answers, LogName, Questions, Scan, ThreatIndex};
use serde_json::json;

use super::data::Data;
use super::world::{ATTACKER, INSTANCE, INTERFACE};
use crate::{BenchError, clock};

/// Reads and inflates with buffers that are used again; processor nanoseconds.
pub(super) fn floor(files: &[(Source, &[PathBuf])]) -> Result<u64, BenchError> {
    let begin = clock::cpu_nanoseconds()?;
    let (mut packed, mut text) = (Vec::new(), Vec::new());
    let mut unpacker = Decompressor::new();
    for path in files.iter().flat_map(|(_, paths)| *paths) {
        packed.clear();
        File::open(path)
            .and_then(|mut file| file.read_to_end(&mut packed))
            .map_err(BenchError::file("read", path))?;
        // A member's last four bytes are its length.
        let length = packed
            .last_chunk()
            .map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let length = usize::try_from(length).unwrap_or(0);
        if text.len() < length {
            text.resize(length, 0);
        }
        let done = unpacker.gzip_decompress(&packed, &mut text);
        black_box(done.map_err(|_| BenchError::NoGzip { path: path.clone() })?);
    }
    Ok(clock::cpu_nanoseconds()? - begin)
}

/// One pass over files; the processor nanoseconds of the pass alone, and what it found.
pub(super) fn pass(
    questions: Questions,
    files: &[(Source, &[PathBuf])],
) -> Result<(u64, Answers), BenchError> {
    let begin = clock::cpu_nanoseconds()?;
    let mut scan = Scan::new(questions);
    for (source, paths) in files {
        for path in *paths {
            let name = path.display().to_string();
            if !scan.wants(*source, &name) {
                continue;
            }
            let bytes = fs::read(path).map_err(BenchError::file("read", path))?;
            scan.file(*source, &name, &bytes);
        }
    }
    let answers = scan.finish();
    Ok((clock::cpu_nanoseconds()? - begin, answers))
}

/// What was asked, and at most how many times the floor it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Pair,
    ListFew,
    ListMany,
    Case,
    Custom,
    Role,
    Typed,
}

impl Question {
    pub(super) const ALL: [Self; 7] = [
        Self::Pair,
        Self::ListFew,
        Self::ListMany,
        Self::Case,
        Self::Custom,
        Self::Role,
        Self::Typed,
    ];

    /// Name, words, and the most that it may take.
    pub(super) const fn about(self) -> (&'static str, &'static str, f64) {
        match self {
            Self::Pair => ("pair", "one interface and one address", 1.15),
            Self::ListFew => ("list-few", "both addresses against a list, few hits", 1.3),
            Self::ListMany => ("list-many", "both addresses against a list, many hits", 1.6),
            Self::Case => ("case", "all questions of a case in one pass", 1.7),
            Self::Custom => ("custom", "one interface and one address, 29 fields", 1.5),
            Self::Role => ("role", "what an instance's role did, CloudTrail", 1.35),
            Self::Typed => ("typed", "every call of CloudTrail", 2.6),
        }
    }

    pub(super) fn files(self, data: &Data) -> Vec<(Source, &[PathBuf])> {
        let flow = (Source::FlowLogs, data.flow.as_slice());
        let trail = (Source::Cloudtrail, data.trail.as_slice());
        match self {
            Self::Pair | Self::ListFew | Self::ListMany => vec![flow],
            Self::Case => vec![flow, trail],
            Self::Custom => vec![(Source::FlowLogs, data.custom.as_slice())],
            Self::Role | Self::Typed => vec![trail],
        }
    }

    /// Lists are read before the time is taken: they are measured by themselves.
    pub(super) fn questions(self, data: &Data) -> Result<Questions, BenchError> {
        let listed = |path: &Path| {
            index(path).map(|threat| Questions {
                threat,
                only_listed: true,
                ..Questions::default()
            })
        };
        Ok(match self {
            Self::Pair | Self::Custom => pair(),
            Self::ListFew => listed(&data.few)?,
            Self::ListMany => listed(&data.many)?,
            Self::Case => Questions::of_case(&finding()?, None, index(&data.many)?),
            Self::Role => Questions {
                instance: Some(INSTANCE.to_owned()),
                ..Questions::default()
            },
            Self::Typed => Questions::default(),
        })
    }
}

/// The attacked machine's interface and the attacker.
pub(super) fn pair() -> Questions {
    Questions {
        interfaces: vec![INTERFACE.to_owned()],
        only_ips: vec![IpAddr::V4(ATTACKER)],
        ..Questions::default()
    }
}

/// The middle two of eight hours of flow logs, as their names tell; nothing when they are far fewer.
pub(super) fn window(data: &Data) -> Option<Questions> {
    let stamps: Vec<Timestamp> = data
        .flow
        .iter()
        .filter_map(|path| Some(LogName::read(&path.display().to_string())?.stamped?.0))
        .collect();
    let (first, last) = (stamps.iter().min()?, stamps.iter().max()?);
    let since = first.checked_add(SignedDuration::from_hours(3)).ok()?;
    (last.duration_since(*first) > SignedDuration::from_hours(7)).then_some(())?;
    Some(Questions {
        since: Some(since),
        until: since.checked_add(SignedDuration::from_hours(2)).ok(),
        ..pair()
    })
}

/// The finding that the case is about.
pub(super) fn finding() -> Result<Finding, BenchError> {
    let raw = json!({
        "id": "bench", "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "severity": 5,
        "resource": { "resourceType": "Instance", "instanceDetails": { "instanceId": INSTANCE,
            "networkInterfaces": [{ "networkInterfaceId": INTERFACE, "privateIpAddress": "10.1.0.4" }] } },
        "service": { "eventFirstSeen": "2026-07-20T10:00:00Z", "eventLastSeen": "2026-07-20T18:00:00Z",
            "action": { "actionType": "NETWORK_CONNECTION", "networkConnectionAction": { "connectionDirection": "INBOUND",
                "remoteIpDetails": { "ipAddressV4": ATTACKER } } } },
    });
    let mut read = read_alert("bench", raw.to_string().as_bytes());
    match read.pop() {
        Some(Ok(read)) => Ok(read.finding),
        _ => Err(BenchError::Stopped),
    }
}

/// A list from the bytes of its file, the way of the program.
pub(super) fn index(path: &Path) -> Result<ThreatIndex, BenchError> {
    Ok(built(&list(path)?))
}

pub(super) fn list(path: &Path) -> Result<AccountList, BenchError> {
    let content = fs::read(path).map_err(BenchError::file("read", path))?;
    Ok(AccountList {
        name: "bench".to_owned(),
        trusted: false,
        format: String::new(),
        location: path.display().to_string(),
        status: "LOCAL".to_owned(),
        modified: None,
        content: Ok(content),
        set: None,
    })
}

pub(super) fn built(list: &AccountList) -> ThreatIndex {
    let entries = LocalIntelligence::default().entries(list);
    ThreatIndex::new(
        entries
            .iter()
            .map(|entry| (entry.net, list.name.as_str(), entry.text.as_str())),
    )
}
