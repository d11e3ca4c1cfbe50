//! The process that runtime monitoring saw, and what it did it with. Must not judge it.

use super::reader::Reader;
use crate::identify::Process;
use crate::identify::json::{Node, get, text, time, whole};

pub(super) fn read(reader: &mut Reader, service: &Node<'_>) -> Option<Process> {
    let details = get(service, "runtimeDetails").filter(|details| details.is_object())?;
    reader.under("runtimeDetails", |reader| read_details(reader, details))
}

fn read_details(reader: &mut Reader, details: &Node<'_>) -> Option<Process> {
    let nothing = Node::Null;
    let process = get(details, "process").unwrap_or(&nothing);
    let context = get(details, "context").unwrap_or(&nothing);
    let by_path =
        |node: &Node<'_>| text(get(node, "executablePath")).or_else(|| text(get(node, "name")));
    let file = [
        "threatFilePath",
        "filePath",
        "scriptPath",
        "libraryPath",
        "moduleFilePath",
        "runcBinaryPath",
        "releaseAgentPath",
        "shellHistoryFilePath",
        "socketPath",
    ];
    let mut read = reader.under("process", |reader| {
        let mut lineage = Vec::new();
        reader.each(process, "lineage", |_, ancestor| {
            lineage.extend(by_path(ancestor));
        });
        Process {
            name: text(get(process, "name")),
            path: text(get(process, "executablePath")),
            sha256: text(get(process, "executableSha256")),
            pid: reader.read(process, &["pid"], "a process id", |v| whole(v, 1e15)),
            user: text(get(process, "user")).or_else(|| text(get(process, "userId"))),
            started: reader.read(process, &["startTime"], "a time", time),
            lineage,
            command: None,
            file: None,
        }
    });
    read.command = text(get(context, "commandLineExample"));
    read.file = file
        .iter()
        .find_map(|name| text(get(context, name)))
        .or_else(|| get(context, "targetProcess").and_then(by_path));
    (read != Process::default()).then_some(read)
}
