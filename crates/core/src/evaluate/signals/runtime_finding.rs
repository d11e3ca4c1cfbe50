//! The agent of Runtime Monitoring saw a process of the instance do wrong. Must not look at scans: see `malware_finding`.

use super::{Hit, Picture, said};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = said::all(picture).filter(said::Said::is_runtime).collect();
    // What the finding at hand tells of the process; of others only their type is kept.
    let detail: Vec<String> = picture
        .finding
        .process
        .iter()
        .flat_map(|process| {
            let ran = process.command.as_ref().or(process.path.as_ref());
            ran.or(process.name.as_ref())
                .into_iter()
                .chain(&process.file)
        })
        .cloned()
        .collect();
    said::proof_on("runtime-finding", &found, &detail)
}
