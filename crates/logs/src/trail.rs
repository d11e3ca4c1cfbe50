//! CloudTrail: files with `Records`, arrays, lines, single events, `LookupEvents` answers and EventBridge events, to [`Call`]s.
//! Facts: CloudTrail User Guide, "Record contents". The source of a call is a text: services of AWS stand there, and addresses that
//! are none. Must not know what is asked of the calls.

use jiff::Timestamp;
use serde_json::Value;

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) id: Option<String>,
    pub(crate) at: Option<i64>,
    pub(crate) event: String,
    pub(crate) service: String,
    pub(crate) source_ip: String,
    pub(crate) error: Option<String>,
    /// ARN of the caller, or what else names it.
    pub(crate) principal: Option<String>,
    /// ARN of the role behind a session.
    pub(crate) role: Option<String>,
    /// The instance whose role session made the call.
    pub(crate) session_of: Option<String>,
    pub(crate) read_only: Option<bool>,
    pub(crate) delivery: Option<String>,
    pub(crate) detail: Option<String>,
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) rows: u64,
    pub(crate) wrong: Vec<String>,
}

/// Hands on every event with its number in the file, and whether a text occurs anywhere in it (an instance's id, say).
pub(crate) fn read(
    bytes: &[u8],
    about: Option<&str>,
    mut found: impl FnMut(Call, u64, bool),
) -> FileRead {
    let mut out = FileRead::default();
    let whole = crate::bytes::inflate(bytes);
    out.wrong.extend(whole.cut.clone());
    if whole.bytes.starts_with(b"PK\x03\x04") {
        out.wrong
            .push("a zip archive is not read; unpack it".into());
        return out;
    }
    let (mut digests, mut insights, mut others, mut empty) = (0u64, 0u64, 0u64, true);
    let wrong = crate::json::each(&whole.bytes, |value, number| {
        empty = false;
        if value.get("digestS3Object").is_some()
            || value.get("previousDigestSignature").is_some()
            || value.get("logFiles").is_some()
        {
            digests += 1;
            return;
        }
        let Some(event) = unwrap(value, 4) else {
            others += 1;
            return;
        };
        if event.get("insightDetails").is_some()
            || event.get("eventCategory").and_then(Value::as_str) == Some("Insight")
        {
            insights += 1;
            return;
        }
        match call(&event) {
            Some(call) => {
                out.rows += 1;
                let mentioned = about.is_some_and(|text| mentions(&event, text));
                found(call, number, mentioned);
            }
            None => others += 1,
        }
    });
    out.wrong.extend(wrong);
    for (many, what) in [
        (digests, "a digest file, passed over"),
        (insights, "insight events, passed over"),
        (others, "records that are no CloudTrail events"),
    ] {
        if many > 0 {
            out.wrong.push(format!("{what} ({many})"));
        }
    }
    if empty && out.wrong.is_empty() && whole.bytes.trim_ascii().is_empty() {
        out.wrong.push("empty".into());
    }
    out
}

/// The event itself: `LookupEvents` has it as JSON in a string, EventBridge under `detail`, log shippers under `message`.
fn unwrap(value: Value, depth: u8) -> Option<Value> {
    if value.get("eventName").is_some()
        || value.get("eventSource").is_some() && value.get("userIdentity").is_some()
    {
        return Some(value);
    }
    if depth == 0 {
        return None;
    }
    if let Some(text) = ["CloudTrailEvent", "message", "Message", "@message"]
        .iter()
        .find_map(|key| value.get(*key)?.as_str())
    {
        return unwrap(serde_json::from_str(text).ok()?, depth - 1);
    }
    unwrap(
        value
            .get("detail")
            .or_else(|| value.get("cloudTrailEvent"))?
            .clone(),
        depth - 1,
    )
}

fn call(event: &Value) -> Option<Call> {
    let text = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let identity = event.get("userIdentity").unwrap_or(&Value::Null);
    let context = identity.get("sessionContext").unwrap_or(&Value::Null);
    let issuer = context.get("sessionIssuer").unwrap_or(&Value::Null);
    let named = [
        text(identity.get("arn")),
        text(identity.get("invokedBy")),
        text(identity.get("userName")),
        text(identity.get("principalId")),
    ];
    let session = text(identity.get("principalId"))
        .and_then(|id| id.split_once(':').map(|(_, session)| session.to_owned()))
        .or_else(|| Some(text(identity.get("arn"))?.rsplit_once('/')?.1.to_owned()));
    Some(Call {
        id: text(event.get("eventID")),
        at: event.get("eventTime").and_then(time),
        event: text(event.get("eventName"))?,
        service: text(event.get("eventSource")).unwrap_or_default(),
        source_ip: text(event.get("sourceIPAddress")).unwrap_or_default(),
        error: text(event.get("errorCode")).or_else(|| failed_login(event)),
        principal: named.into_iter().flatten().next(),
        role: text(issuer.get("arn")),
        session_of: session.filter(|session| is_instance(session)),
        read_only: match event.get("readOnly") {
            Some(Value::Bool(is)) => Some(*is),
            Some(Value::String(is)) => is.parse().ok(),
            _ => None,
        },
        delivery: match context.get("ec2RoleDelivery") {
            Some(Value::String(version)) => Some(version.clone()),
            Some(Value::Number(version)) => version.as_f64().map(|version| format!("{version:.1}")),
            _ => None,
        },
        detail: opened(event),
    })
}

/// A refused console login has no error code, only a message or an answer.
fn failed_login(event: &Value) -> Option<String> {
    let answer = event
        .get("responseElements")?
        .get("ConsoleLogin")?
        .as_str()?;
    (answer == "Failure").then(|| "Failure".to_owned())
}

fn time(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse::<Timestamp>().ok().map(Timestamp::as_second),
        Value::Number(number) => {
            let seconds = number.as_f64()?;
            #[expect(clippy::cast_possible_truncation, reason = "bounded just here")]
            (seconds.abs() < 1e14).then(|| {
                if seconds > 1e11 {
                    (seconds / 1000.0) as i64
                } else {
                    seconds as i64
                }
            })
        }
        _ => None,
    }
}

/// An instance's id is the name of the sessions of its role.
fn is_instance(session: &str) -> bool {
    session
        .strip_prefix("i-")
        .is_some_and(|id| id.len() >= 8 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What a call opened to the world, or shared with another account.
fn opened(event: &Value) -> Option<String> {
    let request = event.get("requestParameters")?;
    match event.get("eventName")?.as_str()? {
        "AuthorizeSecurityGroupIngress" | "ModifySecurityGroupRules" => opened_ports(request),
        "ModifySnapshotAttribute" => shared(request.get("createVolumePermission")?.get("add")?),
        "ModifyImageAttribute" => shared(request.get("launchPermission")?.get("add")?),
        "ModifyDBSnapshotAttribute" | "ModifyDBClusterSnapshotAttribute" => {
            let added = request.get("valuesToAdd")?.as_array()?;
            let shown: Vec<&str> = added.iter().filter_map(Value::as_str).take(5).collect();
            (!shown.is_empty()).then(|| shown.join(" "))
        }
        _ => None,
    }
}

fn opened_ports(request: &Value) -> Option<String> {
    let mut found = Vec::new();
    rules(request, &mut found, 0);
    found.sort();
    found.dedup();
    found.truncate(5);
    (!found.is_empty()).then(|| found.join(", "))
}

/// Looks through the rules wherever they stand: both forms of the call and its later versions nest them differently.
fn rules(value: &Value, found: &mut Vec<String>, depth: u8) {
    let worlds = |value: &Value| {
        let mut worlds: Vec<&str> = Vec::new();
        let mut look = |value: &Value, key: &str, world: &'static str| {
            if value.get(key).and_then(Value::as_str) == Some(world) {
                worlds.push(world);
            }
        };
        for holder in [
            value,
            value.get("ipRanges").unwrap_or(&Value::Null),
            value.get("ipv6Ranges").unwrap_or(&Value::Null),
        ] {
            for item in std::iter::once(holder).chain(
                holder
                    .get("items")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            ) {
                for key in ["cidrIp", "cidrIpv4"] {
                    look(item, key, "0.0.0.0/0");
                }
                look(item, "cidrIpv6", "::/0");
            }
        }
        worlds
    };
    if let Some(members) = value.as_object() {
        let port = |key: &str| members.get(key).and_then(Value::as_i64);
        let protocol = members
            .get("ipProtocol")
            .and_then(Value::as_str)
            .unwrap_or("-1");
        for world in worlds(value) {
            found.push(match (port("fromPort"), port("toPort")) {
                (Some(from), Some(to)) if from == to => format!("{world} {protocol}/{from}"),
                (Some(from), Some(to)) => format!("{world} {protocol}/{from}-{to}"),
                _ => format!("{world} {protocol}"),
            });
        }
        // Ranges were looked at with the rule they belong to.
        if depth < 8 {
            members
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "ipRanges" | "ipv6Ranges"))
                .for_each(|(_, v)| rules(v, found, depth + 1));
        }
    } else if let (Some(list), true) = (value.as_array(), depth < 8) {
        list.iter().for_each(|value| rules(value, found, depth + 1));
    }
}

fn shared(add: &Value) -> Option<String> {
    let items = add.get("items").and_then(Value::as_array)?;
    let shown: Vec<&str> = items
        .iter()
        .filter_map(|item| item.get("userId").or_else(|| item.get("group"))?.as_str())
        .take(5)
        .collect();
    (!shown.is_empty()).then(|| shown.join(" "))
}

fn mentions(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found.contains(text),
        Value::Array(values) => values.iter().any(|value| mentions(value, text)),
        Value::Object(members) => members.values().any(|value| mentions(value, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
