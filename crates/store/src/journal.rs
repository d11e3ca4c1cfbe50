//! The journal's tables: appending under a compare, reading back, the head of each case, case numbers.
//! Must not know what an event means, nor how the chain's hashes are made.

use std::path::Path;

use rebato_core::Digest;
use rebato_core::journal::{Record, Signature, Signed};
use rebato_engine::ports::StoreError;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row as _};

use crate::fault;
use crate::key::{Key, PublicKey};

/// The number and the hash of an event, as text: what is compared is what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) seq: u64,
    pub(crate) hash: String,
}

/// What the tables hold of a case, in one view.
#[derive(Debug)]
pub(crate) struct Held {
    /// The last event, as it was noted when it was written.
    pub(crate) head: Option<Mark>,
    /// The last event that is there.
    pub(crate) last: Option<Mark>,
    /// In order; a row that is no record any more is its number and why.
    pub(crate) records: Vec<Result<Signed, (u64, String)>>,
    /// Public keys that signed here, in PEM, in the order in which they came.
    pub(crate) keys: Vec<String>,
}

const HEAD: &str = "SELECT seq, hash FROM heads WHERE case_id = ?";
const LAST: &str = "SELECT seq, hash FROM events WHERE case_id = ? ORDER BY seq DESC LIMIT 1";
const WHOLE: &str = "SELECT seq, at, actor, version, event, body, prev, hash, key, signature
    FROM events WHERE case_id = ? ORDER BY seq";
/// The same of a journal of version 1, which a reader takes as it is.
const WHOLE_UNSIGNED: &str = "SELECT seq, at, actor, version, event, body, prev, hash,
    NULL AS key, NULL AS signature FROM events WHERE case_id = ? ORDER BY seq";
const HAS_KEYS: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'keys'";
const KEYS: &str = "SELECT public FROM keys ORDER BY place";
const ADD_KEY: &str = "INSERT INTO keys (fingerprint, public) VALUES (?, ?)
    ON CONFLICT (fingerprint) DO NOTHING";
/// Cases whose head is gone still have events, and are not hidden by that.
const CASES_NAMING: &str = "SELECT case_id FROM heads WHERE case_id IN (
        SELECT case_id FROM events
        WHERE event IN ('case_opened', 'alert_repeated', 'finding_joined') AND instr(body, ?) > 0
    ) ORDER BY place DESC";

const CASES: &str = "SELECT case_id FROM (
        SELECT case_id, place FROM heads
        UNION ALL
        SELECT DISTINCT case_id, 9223372036854775807 FROM events
        WHERE case_id NOT IN (SELECT case_id FROM heads)
    ) ORDER BY place, case_id";
const ADD_EVENT: &str =
    "INSERT INTO events (case_id, seq, at, actor, version, event, body, prev, hash, key, signature)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const MOVE_HEAD: &str = "INSERT INTO heads (case_id, seq, hash) VALUES (?, ?, ?)
    ON CONFLICT (case_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
const NEXT_NUMBER: &str = "INSERT INTO case_numbers (year, last) VALUES (?, 1)
    ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last";

/// Appends in one immediate transaction, if the case's last event has the number `expected`.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    path: &Path,
    key: Option<&Key>,
    records: &[Record],
    expected: u64,
) -> Result<(), StoreError> {
    let failed = |e: sqlx::Error| fault::database("appending to the journal", path, &e);
    let Some(first) = records.first() else {
        return Ok(());
    };
    let case = &first.case;
    let rows = records
        .iter()
        .map(|record| Row::of(record, key))
        .collect::<Result<Vec<_>, _>>()?;

    let mut change = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(failed)?;
    let head = mark(&mut change, HEAD, case).await.map_err(failed)?;
    let last = mark(&mut change, LAST, case).await.map_err(failed)?;
    let found = head.as_ref().map_or(0, |h| h.seq);
    if found != expected {
        return Err(StoreError::Conflict {
            case: case.clone(),
            expected,
            found,
        });
    }
    // Nothing is written after a hole, nor what would be one.
    if head != last {
        return Err(fault::damaged(
            format!("the journal of case {case}"),
            format!("its last event is not event {found}, the last one written"),
        ));
    }
    let (mut before, mut seq) = (
        head.map_or_else(|| Digest::ZERO.to_string(), |h| h.hash),
        found,
    );
    for row in rows {
        let record = row.record;
        if record.case != *case
            || Some(record.seq) != seq.checked_add(1)
            || record.prev.to_string() != before
        {
            return Err(fault::damaged(
                this(record),
                format!("it does not follow event {seq}, the last one written"),
            ));
        }
        (before, seq) = (record.hash.to_string(), record.seq);
        sqlx::query(MOVE_HEAD)
            .bind(&record.case)
            .bind(row.seq)
            .bind(&before)
            .execute(&mut *change)
            .await
            .map_err(failed)?;
        sqlx::query(ADD_EVENT)
            .bind(&record.case)
            .bind(row.seq)
            .bind(record.at.to_string())
            .bind(&record.actor)
            .bind(i64::from(record.version))
            .bind(&record.event)
            .bind(row.body)
            .bind(record.prev.to_string())
            .bind(&before)
            .bind(row.signature.as_ref().map(|s| s.key.to_string()))
            .bind(row.signature.as_ref().map(|s| s.signature.as_str()))
            .execute(&mut *change)
            .await
            .map_err(failed)?;
    }
    change.commit().await.map_err(failed)
}

/// What an error calls a record.
fn this(record: &Record) -> String {
    format!("event {} of case {}", record.seq, record.case)
}

/// A record as it will be written; made before the transaction, which should be short.
struct Row<'a> {
    record: &'a Record,
    seq: i64,
    body: String,
    signature: Option<Signature>,
}

impl<'a> Row<'a> {
    fn of(record: &'a Record, key: Option<&Key>) -> Result<Self, StoreError> {
        Ok(Self {
            record,
            seq: i64::try_from(record.seq)
                .map_err(|_| fault::damaged(this(record), "no journal is that long"))?,
            body: body_text(record).map_err(|why| fault::damaged(this(record), why))?,
            signature: key.map(|key| key.sign_record(record)),
        })
    }
}

/// Notes a key as one that signs here.
pub(crate) async fn know(
    connection: &mut SqliteConnection,
    path: &Path,
    key: &PublicKey,
) -> Result<(), StoreError> {
    sqlx::query(ADD_KEY)
        .bind(key.fingerprint.to_string())
        .bind(key.pem.as_str())
        .execute(connection)
        .await
        .map(drop)
        .map_err(|e| fault::database("noting the signing key", path, &e))
}

/// All that the tables hold of a case, as one reader sees it at one time.
pub(crate) async fn held(
    connection: &mut SqliteConnection,
    path: &Path,
    case: &str,
) -> Result<Held, StoreError> {
    let failed = |e: sqlx::Error| fault::database("reading the journal", path, &e);
    let mut view = connection.begin().await.map_err(failed)?;
    let head = mark(&mut view, HEAD, case).await.map_err(failed)?;
    let last = mark(&mut view, LAST, case).await.map_err(failed)?;
    let signed: i64 = sqlx::query_scalar(HAS_KEYS)
        .fetch_one(&mut *view)
        .await
        .map_err(failed)?;
    let keys = if signed > 0 {
        sqlx::query_scalar(KEYS)
            .fetch_all(&mut *view)
            .await
            .map_err(failed)?
    } else {
        Vec::new()
    };
    let whole = if signed > 0 { WHOLE } else { WHOLE_UNSIGNED };
    let rows = sqlx::query(whole)
        .bind(case)
        .fetch_all(&mut *view)
        .await
        .map_err(failed)?;
    view.commit().await.map_err(failed)?;
    let records = (1_u64..)
        .zip(&rows)
        .map(|(place, row)| {
            record(case, row).map_err(|why| {
                let seq = row.try_get("seq").ok().and_then(|s: i64| s.try_into().ok());
                (seq.unwrap_or(place), why)
            })
        })
        .collect();
    Ok(Held {
        head,
        last,
        records,
        keys,
    })
}

/// Ids of all cases, oldest first.
pub(crate) async fn cases(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(CASES)
        .fetch_all(connection)
        .await
        .map_err(|e| fault::database("listing the cases", path, &e))
}

/// Ids of the cases whose findings have this value anywhere in their JSON, newest first.
pub(crate) async fn cases_naming(
    connection: &mut SqliteConnection,
    path: &Path,
    value: &str,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(CASES_NAMING)
        .bind(format!("\"{value}\""))
        .fetch_all(connection)
        .await
        .map_err(|e| fault::database("looking for an address in the cases", path, &e))
}

/// The next number of a case in a year. One statement, so it is given out once.
pub(crate) async fn next_number(
    connection: &mut SqliteConnection,
    path: &Path,
    year: i16,
) -> Result<i64, StoreError> {
    sqlx::query_scalar(NEXT_NUMBER)
        .bind(year)
        .fetch_one(connection)
        .await
        .map_err(|e| fault::database("numbering a case", path, &e))
}

async fn mark(
    connection: &mut SqliteConnection,
    query: &'static str,
    case: &str,
) -> Result<Option<Mark>, sqlx::Error> {
    let row: Option<(i64, String)> = sqlx::query_as(query)
        .bind(case)
        .fetch_optional(connection)
        .await?;
    // The schema keeps numbers at 1 or more.
    Ok(row.map(|(seq, hash)| Mark {
        seq: seq.unsigned_abs(),
        hash,
    }))
}

/// The body as text. What would not read back as it was (nested too deep, say) is refused now, while it can be.
fn body_text(record: &Record) -> Result<String, String> {
    let text = serde_json::to_string(&record.body).map_err(|e| e.to_string())?;
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(back) if back == record.body => Ok(text),
        Ok(_) => Err("its body would read back as another".into()),
        Err(e) => Err(format!("its body could not be read back: {e}")),
    }
}

fn record(case: &str, row: &SqliteRow) -> Result<Signed, String> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|e| e.to_string());
    let maybe = |column: &str| {
        row.try_get::<Option<String>, _>(column)
            .map_err(|e| e.to_string())
    };
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(|e| e.to_string());
    let digest = |column: &str| Digest::parse(&text(column)?).map_err(|e| e.to_string());
    let record = Record {
        case: case.into(),
        seq: number("seq")?
            .try_into()
            .map_err(|_| "its number is below zero")?,
        at: text("at")?
            .parse()
            .map_err(|e: jiff::Error| e.to_string())?,
        actor: text("actor")?,
        version: number("version")?
            .try_into()
            .map_err(|_| "its version is out of range")?,
        event: text("event")?,
        body: serde_json::from_str(&text("body")?).map_err(|e| e.to_string())?,
        prev: digest("prev")?,
        hash: digest("hash")?,
    };
    let signature = match (maybe("key")?, maybe("signature")?) {
        (None, None) => None,
        (key, signature) => Some(Signature {
            key: Digest::parse(&key.unwrap_or_default()).map_err(|e| e.to_string())?,
            signature: signature.unwrap_or_default(),
        }),
    };
    Ok(Signed { record, signature })
}
