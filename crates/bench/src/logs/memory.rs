//! Peak memory of a case's pass: in a process of its own, as memory once held is not forgotten. Must not know what is found.

use std::path::Path;
use std::process::{Command, Stdio};

use rebato_core::evaluate::Source;
use rebato_logs::{Questions, Scan};
use serde_json::{Value, json};

use super::asked;
use super::data::Data;
use crate::{BenchError, clock};

/// Flow records and the peak in KiB.
pub(super) type Peak = (u64, u64);

/// In the child: reads so many files of flow logs, from the beginning again when there are not enough, and says what that took.
pub(crate) fn child(folder: &Path, list: &Path, files: usize) -> Result<Value, BenchError> {
    let data = Data::of(folder)?;
    let questions = Questions::of_case(&asked::finding()?, None, asked::index(list)?);
    let mut scan = Scan::new(questions);
    for path in data.flow.iter().cycle().take(files) {
        let bytes = std::fs::read(path).map_err(BenchError::file("read", path))?;
        scan.file(Source::FlowLogs, &path.display().to_string(), &bytes);
    }
    let answers = scan.finish();
    let peak = clock::peak_kib().ok_or(BenchError::NoClock)?;
    let records = answers.flows().get("records").cloned();
    Ok(json!({ "records": records, "peak_kib": peak }))
}

/// In the parent: starts the child.
pub(super) fn peak(data: &Data, files: usize) -> Result<Peak, BenchError> {
    let program =
        std::env::current_exe().map_err(BenchError::file("find", Path::new("this program")))?;
    let out = Command::new(program)
        .arg("memory")
        .args([&data.folder, &data.many])
        .arg(files.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(BenchError::file("start", Path::new("this program")))?;
    let said: Value = serde_json::from_slice(&out.stdout).map_err(|_| BenchError::Stopped)?;
    let number = |key: &str| {
        said.get(key)
            .and_then(Value::as_u64)
            .ok_or(BenchError::Stopped)
    };
    Ok((number("records")?, number("peak_kib")?))
}
