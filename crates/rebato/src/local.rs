//! Logs and lists that the user has at hand. Must not know what is in them.

use std::path::{Path, PathBuf};

use rebato_core::evaluate::Source;
use rebato_engine::ports::AccountList;
use rebato_engine::reading::{GivenLog, LogPlace};
use rebato_report::text;

use crate::args::LocalEvidence;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The files below each path, in order. A path that does not exist is an error: the user named it.
///
/// # Errors
/// [`Failure::File`].
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        walk(path, &mut found, 0)?;
    }
    Ok(found)
}

fn walk(path: &Path, found: &mut Vec<PathBuf>, depth: usize) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::File {
        what: "file-read",
        path: path.display().to_string(),
        why: e.to_string(),
    };
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    // AWS's own layout is eight folders deep; far deeper is a loop of links.
    if depth > 32 {
        return Ok(());
    }
    let mut inside: Vec<PathBuf> = std::fs::read_dir(path)
        .map_err(failed)?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .collect();
    inside.sort();
    for path in inside {
        walk(&path, found, depth + 1)?;
    }
    Ok(())
}

/// The logs at these paths: files below them, or a place of the account.
///
/// # Errors
/// [`Failure::File`], and [`Failure::Usage`] for a place of the account when it may not be asked.
pub fn given(source: Source, paths: &[PathBuf], offline: bool) -> Result<Vec<GivenLog>, Failure> {
    let mut logs = Vec::new();
    for path in paths {
        let place = path.to_string_lossy();
        let of_account = ["s3://", "logs://", "arn:"]
            .iter()
            .any(|start| place.starts_with(start));
        if ["s3://", "logs://"].contains(&&*place) {
            return Err(Failure::wrong(
                "wrong-place",
                [("place", place.to_string())],
            ));
        }
        if of_account && offline {
            return Err(Failure::wrong(
                "wrong-offline-place",
                [("place", place.to_string())],
            ));
        }
        if of_account {
            let place = LogPlace::Account(place.into_owned());
            logs.push(GivenLog { source, place });
        } else {
            let found = files(std::slice::from_ref(path))?.into_iter();
            logs.extend(found.map(|path| GivenLog {
                source,
                place: LogPlace::File(path),
            }));
        }
    }
    Ok(logs)
}

/// All logs that were named, with their source.
///
/// # Errors
/// See [`given`].
pub fn logs(local: &LocalEvidence, offline: bool) -> Result<Vec<GivenLog>, Failure> {
    let mut logs = Vec::new();
    for (source, paths) in [
        (Source::FlowLogs, &local.flow_logs),
        (Source::Cloudtrail, &local.cloudtrail),
        (Source::AuthLog, &local.auth_log),
        (Source::Dns, &local.dns_log),
        (Source::Metrics, &local.metrics),
    ] {
        logs.extend(given(source, paths, offline)?);
    }
    Ok(logs)
}

/// What was given and is not read by this command is said, not passed over.
pub fn tell_unread(local: &LocalEvidence, terminal: &Terminal) {
    if !local.sshd_config.is_empty() {
        terminal.warn(&text(
            terminal.lang,
            "not-read-here",
            &[("option", &"--sshd-config")],
        ));
    }
}

/// Threat lists at hand, as the account would have them.
///
/// # Errors
/// [`Failure::File`].
pub fn lists(paths: &[PathBuf]) -> Result<Vec<AccountList>, Failure> {
    files(paths)?
        .into_iter()
        .map(|path| {
            let shown = path.display().to_string();
            let content = std::fs::read(&path).map_err(|e| Failure::File {
                what: "file-read",
                path: shown.clone(),
                why: e.to_string(),
            })?;
            Ok(AccountList {
                name: path
                    .file_name()
                    .map_or_else(|| shown.clone(), |n| n.to_string_lossy().into_owned()),
                trusted: false,
                format: String::new(),
                location: shown,
                status: "LOCAL".into(),
                modified: None,
                content: Ok(content),
                set: None,
            })
        })
        .collect()
}
