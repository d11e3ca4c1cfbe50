//! Query logs of the Route 53 Resolver: as the service writes them (JSON lines, CloudWatch Logs, Firehose) and as OCSF DNS Activity
//! (class 4003, Security Lake). Sources: the pages "Values that appear in VPC Resolver query logs" of the Route 53 guide, and OCSF 1.x.
//! Must not know what is asked.

use std::net::IpAddr;

use serde_json::Value;

use crate::Inflated;

/// Answers kept of one query.
const ANSWERS: usize = 20;
/// The longest name there is, in characters.
const LONGEST: usize = 255;

/// A query and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// Unix seconds.
    pub(crate) at: Option<i64>,
    /// In lower case, without the last dot.
    pub(crate) name: String,
    /// `A`, `TXT`, …
    pub(crate) kind: String,
    /// No such name.
    pub(crate) missing: bool,
    /// Addresses and names.
    pub(crate) answers: Vec<String>,
    /// Who asked.
    pub(crate) from: Option<IpAddr>,
    pub(crate) instance: Option<String>,
    /// `BLOCK` or `ALERT`, where a rule of the DNS firewall matched.
    pub(crate) firewall: Option<&'static str>,
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) records: u64,
    pub(crate) wrong: Vec<String>,
}

/// Hands on each query with its number.
pub(crate) fn read(whole: Inflated<'_>, mut found: impl FnMut(Query, u64)) -> FileRead {
    let mut out = FileRead::default();
    let mut other = 0u64;
    let wrong = crate::json::each(&whole.bytes, |value, number| {
        // CloudWatch Logs carries the record as a text.
        let inner = ["message", "@message"]
            .iter()
            .find_map(|name| value.get(name)?.as_str())
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        match query(inner.as_ref().unwrap_or(&value)) {
            Some(query) => {
                out.records += 1;
                found(query, number);
            }
            None => other += 1,
        }
    });
    if !whole.bytes.trim_ascii().is_empty() {
        out.wrong.extend(wrong);
    }
    if other > 0 {
        out.wrong.push(if out.records == 0 {
            "no resolver query log".to_owned()
        } else {
            format!("{other} records are no DNS queries")
        });
    }
    out.wrong.extend(whole.cut);
    out
}

fn query(value: &Value) -> Option<Query> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    // OCSF has the question in an object, the resolver beside the rest.
    let ocsf = value.pointer("/query/hostname").is_some();
    let path = |own: &'static str, other: &'static str| if ocsf { other } else { own };
    let name: String = text(path("/query_name", "/query/hostname"))?
        .trim_end_matches('.')
        .chars()
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .collect();
    let time = text(path("/query_timestamp", "/time_dt")).and_then(|at| at.parse().ok());
    let millis = value.get("time").and_then(Value::as_i64);
    let code = text("/rcode").unwrap_or_default();
    let found = value.get("answers").and_then(Value::as_array);
    let answers = found
        .into_iter()
        .flatten()
        .filter_map(|answer| answer.get("Rdata").or_else(|| answer.get("rdata")))
        .filter_map(Value::as_str)
        .take(ANSWERS)
        .map(|answer| answer.trim_end_matches('.').chars().take(LONGEST).collect())
        .collect();
    let done = [
        "/firewall_rule_action",
        "/disposition",
        "/firewall_rule/type",
    ]
    .iter()
    .find_map(|path| text(path))
    .unwrap_or_default()
    .to_ascii_uppercase();
    let firewall = ["BLOCK", "ALERT"]
        .into_iter()
        .find(|action| done.starts_with(action));
    Some(Query {
        at: time
            .map(|at: jiff::Timestamp| at.as_second())
            .or(millis.map(|at| at.div_euclid(1_000))),
        name,
        kind: text(path("/query_type", "/query/type"))
            .unwrap_or("-")
            .chars()
            .take(16)
            .collect(),
        missing: code.eq_ignore_ascii_case("NXDOMAIN"),
        answers,
        from: text(path("/srcaddr", "/src_endpoint/ip"))
            .and_then(|ip| ip.parse().ok())
            .map(|ip: IpAddr| ip.to_canonical()),
        instance: text(path("/srcids/instance", "/src_endpoint/instance_uid")).map(str::to_owned),
        firewall,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::inflate;

    fn own() -> Value {
        json!({ "version": "1.100000", "account_id": "111122223333", "region": "eu-west-1", "vpc_id": "vpc-1",
            "query_timestamp": "2026-11-24T02:00:00Z", "query_name": "Bad.Example.com.", "query_type": "A", "query_class": "IN",
            "rcode": "NOERROR", "answers": [ { "Rdata": "other.example.com.", "Type": "CNAME", "Class": "IN" },
                { "Rdata": "203.0.113.9", "Type": "A", "Class": "IN" } ],
            "srcaddr": "10.0.0.5", "srcport": "56067", "transport": "UDP", "srcids": { "instance": "i-1" },
            "firewall_rule_action": "ALERT", "firewall_rule_group_id": "rslvr-frg-1" })
    }

    fn ocsf() -> Value {
        json!({ "class_uid": 4003, "time": 1_795_485_600_000i64, "query": { "hostname": "bad.example.com.", "type": "A", "class": "IN" },
            "answers": [ { "rdata": "other.example.com.", "type": "CNAME" }, { "rdata": "203.0.113.9", "type": "A" } ],
            "rcode": "NoError", "src_endpoint": { "ip": "10.0.0.5", "instance_uid": "i-1" }, "disposition": "Alert" })
    }

    fn all(text: &str) -> (Vec<Query>, FileRead) {
        let mut out = Vec::new();
        let read = read(inflate(text.as_bytes()), |query, _| out.push(query));
        (out, read)
    }

    #[test]
    fn one_query_in_every_carrier() {
        let (own, ocsf) = (own().to_string(), ocsf().to_string());
        let event = json!({ "timestamp": 1, "message": own });
        for (text, count) in [
            (own.clone(), 1),
            (ocsf.clone(), 1),
            (format!("{own}\n{ocsf}\n"), 2),
            (format!("{own}{own}{ocsf}"), 3),
            (json!({ "logEvents": [event, event] }).to_string(), 2),
            (json!({ "events": [event] }).to_string(), 1),
            (
                serde_json::to_string_pretty(&self::own())
                    .unwrap()
                    .repeat(2),
                2,
            ),
        ] {
            let (found, read) = all(&text);
            assert_eq!(
                (found.len(), read.wrong.len()),
                (count, 0),
                "{text}: {:?}",
                read.wrong
            );
            for query in found {
                assert_eq!(query.at, Some(1_795_485_600));
                assert_eq!(
                    (query.name.as_str(), query.kind.as_str()),
                    ("bad.example.com", "A")
                );
                assert_eq!(query.answers, ["other.example.com", "203.0.113.9"]);
                assert_eq!(query.from, Some("10.0.0.5".parse().unwrap()));
                assert_eq!(query.instance.as_deref(), Some("i-1"));
                assert_eq!((query.missing, query.firewall), (false, Some("ALERT")));
            }
        }
    }

    #[test]
    fn what_is_missing_and_what_is_no_query() {
        let mut value = own();
        value["rcode"] = "NXDOMAIN".into();
        value["firewall_rule_action"] = "ALLOW".into();
        value["answers"] = json!([]);
        let text = format!("{value}\n{{\"x\":1}}\n{{broken\n{value}\n");
        let (found, read) = all(&text);
        assert_eq!(found.len(), 2);
        assert!(found[0].missing && found[0].answers.is_empty() && found[0].firewall.is_none());
        assert_eq!(read.wrong.len(), 2, "{:?}", read.wrong);
        assert_eq!(all("{\"x\":1}").1.wrong, ["no resolver query log"]);
        assert!(all("").1.wrong.is_empty());
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(at in 0usize..600, bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            let mut text = own().to_string().into_bytes();
            let at = at.min(text.len());
            text.splice(at..at, bytes);
            let mut count = 0;
            read(inflate(&text), |_, _| count += 1);
            prop_assert!(count <= 2);
        }
    }
}
