//! The same questions asked of DuckDB and Polars, each in a process of its own, and whether their answers are ours.
//! Must not know how a figure is shown.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;
use rebato_core::evaluate::Source;
use rebato_logs::Answers;
use serde_json::{Value, json};

use super::asked;
use super::data::Data;
use super::world::{ATTACKER, INTERFACE};
use crate::BenchError;

const SCRIPT: &str = include_str!("../../peers/peers.py");

/// Numbers and texts of an answer, in order.
pub(super) type Rows = Vec<Vec<Value>>;

/// What a peer took and answered.
pub(super) struct Peer {
    pub(super) tool: &'static str,
    pub(super) question: &'static str,
    pub(super) nanoseconds: u64,
    pub(super) rows: Rows,
}

pub(super) const TOOLS: [&str; 2] = ["polars", "duckdb"];

/// Asks a tool.
pub(super) fn ask(
    python: &Path,
    tool: &'static str,
    question: &'static str,
    data: &Data,
    parquet: &[PathBuf],
) -> Result<Peer, BenchError> {
    let asked = json!({
        "files": data.flow, "parquet": parquet, "folder": parquet_folder(data), "interface": INTERFACE, "address": ATTACKER,
        "list": data.many, "ranges": data.own.join("ranges.csv"),
    });
    let failed = |why: String| BenchError::Peer {
        tool,
        question,
        why,
    };
    let mut child = Command::new(python)
        .args(["-c", SCRIPT, tool, question])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut inbox) = child.stdin.take() {
        inbox
            .write_all(asked.to_string().as_bytes())
            .map_err(|error| failed(error.to_string()))?;
    }
    let out = child
        .wait_with_output()
        .map_err(|error| failed(error.to_string()))?;
    let last = || {
        String::from_utf8_lossy(&out.stderr)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()
    };
    let said: Value = serde_json::from_slice(&out.stdout).map_err(|_| failed(last()))?;
    let seconds = said.get("cpu").and_then(Value::as_f64).unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few seconds, never negative"
    )]
    let nanoseconds = (seconds * 1e9) as u64;
    let rows = said
        .get("rows")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let rows = rows.map(|row| row.as_array().cloned().unwrap_or_default());
    Ok(Peer {
        tool,
        question,
        nanoseconds,
        rows: ordered(rows.collect()),
    })
}

fn parquet_folder(data: &Data) -> PathBuf {
    data.own.join("parquet")
}

/// The flow logs as Parquet, written once by DuckDB as AWS would write them.
pub(super) fn parquet(python: &Path, data: &Data) -> Result<Vec<PathBuf>, BenchError> {
    let folder = parquet_folder(data);
    let done = folder.join("done");
    if !done.exists() {
        ask(python, "duckdb", "write", data, &[])?;
        std::fs::write(&done, "").map_err(BenchError::file("write", &done))?;
    }
    let inside = std::fs::read_dir(&folder).map_err(BenchError::file("read", &folder))?;
    let mut files: Vec<PathBuf> = inside
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
        .collect();
    files.sort();
    Ok(files)
}

/// Our time over the Parquet files, and our answer.
pub(super) fn ours(parquet: &[PathBuf]) -> Result<(u64, Rows), BenchError> {
    let (nanoseconds, answers) = asked::pass(asked::pair(), &[(Source::FlowLogs, parquet)])?;
    Ok((nanoseconds, by_port(&answers)))
}

/// Destination port, action, flows, bytes, packets, first and last second.
pub(super) fn by_port(answers: &Answers) -> Rows {
    let mut groups: std::collections::BTreeMap<(u64, String), [i64; 5]> =
        std::collections::BTreeMap::new();
    let document = answers.flows();
    for row in array(&document, "conversations") {
        let number = |key: &str| row.get(key).and_then(Value::as_i64).unwrap_or_default();
        let time = |key: &str| {
            row.get(key)
                .and_then(Value::as_str)
                .and_then(|time| time.parse().ok())
        };
        let second = |key: &str| time(key).map_or(0, Timestamp::as_second);
        let key = (
            row.get("dst_port")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
            row.get("action")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        );
        let group = groups.entry(key).or_insert([0, 0, 0, i64::MAX, i64::MIN]);
        let [flows, bytes, packets, first, last] = group;
        *flows += number("flows");
        *bytes += number("bytes");
        *packets += number("packets");
        *first = (*first).min(second("first"));
        *last = (*last).max(second("last"));
    }
    let rows = groups.into_iter().map(|((port, action), group)| {
        let mut row = vec![json!(port), json!(action)];
        row.extend(group.map(|number| json!(number)));
        row
    });
    ordered(rows.collect())
}

/// Listed address, flows, bytes.
pub(super) fn by_address(answers: &Answers) -> Rows {
    let document = answers.flows();
    let rows = array(&document, "threat_hits");
    ordered(
        rows.map(|row| {
            ["ip", "flows", "bytes"]
                .map(|key| row.get(key).cloned().unwrap_or_default())
                .to_vec()
        })
        .collect(),
    )
}

fn array<'a>(document: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    document
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn ordered(mut rows: Rows) -> Rows {
    rows.sort_by_cached_key(|row| Value::from(row.clone()).to_string());
    rows
}
