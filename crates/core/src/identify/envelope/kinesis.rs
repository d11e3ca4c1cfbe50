//! Kinesis: the event that Lambda gets, the answer of `GetRecords`, and Firehose's transformation event; the data is base64.
//! Must not know what the data is.

use serde_json::Value;

use super::{Hints, Inner, Opened, get, records};

pub(super) fn open(value: &Value) -> Option<Opened> {
    let parts: Vec<(String, Inner)> = records(value)
        .filter_map(|(n, record)| {
            let (holder, step) = match get(record, "kinesis") {
                Some(inner) => (inner, "kinesis.data"),
                None => (record, "data"),
            };
            let data = get(holder, "data")?.as_str()?.to_owned();
            Some((format!("Records[{n}].{step}"), Inner::Base64(data)))
        })
        .collect();
    (!parts.is_empty()).then_some(Opened {
        name: Some("kinesis"),
        hints: Hints::default(),
        parts,
    })
}
