//! The fields of a Windows event from the shapes that exporters give it. Must not know what an event means.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

/// Fields kept of an event, and characters of each: no event that is read has more.
const FIELDS: usize = 80;
const LENGTH: usize = 4_096;

/// An event.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::auth) struct Fields {
    pub(in crate::auth) id: u64,
    pub(in crate::auth) channel: String,
    pub(in crate::auth) at: Option<i64>,
    data: BTreeMap<String, String>,
}

impl Fields {
    pub(in crate::auth) fn get(&self, name: &str) -> Option<&str> {
        self.data.get(name).map(String::as_str)
    }

    fn set(&mut self, name: &str, value: &str) {
        if self.data.len() < FIELDS {
            let value = value.trim().chars().take(LENGTH).collect();
            self.data.insert(name.to_owned(), value);
        }
    }

    fn all(&mut self, object: Option<&Value>) {
        for (name, value) in object.and_then(Value::as_object).into_iter().flatten() {
            if let Some(value) = plain(value) {
                self.set(name, &value);
            }
        }
    }
}

/// A text or a number, also where it stands beside attributes.
fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Object(object) => ["#text", "$text", "text", "Value", "value"]
            .iter()
            .find_map(|name| plain(object.get(*name)?)),
        _ => None,
    }
}

/// The fields of an event, if this is one.
pub(in crate::auth) fn fields(value: &Value) -> Option<Fields> {
    let mut out = Fields::default();
    if let Some(log) = value.get("winlog") {
        // Winlogbeat and Elastic Agent.
        let id = log
            .get("event_id")
            .or_else(|| value.pointer("/event/code"))?;
        out.id = number(id)?;
        out.channel = word(log.get("channel"));
        out.at = value.get("@timestamp").and_then(super::super::entry::time);
        out.all(log.get("event_data"));
        out.all(log.get("user_data"));
        return Some(out);
    }
    if let Some(event) = value.get("Event").filter(|event| event.is_object()) {
        // evtx_dump and converters of the XML.
        let system = event.get("System")?;
        out.id = number(system.get("EventID")?)?;
        out.channel = word(system.get("Channel"));
        out.at = attribute(system.get("TimeCreated"), "SystemTime").and_then(super::moment);
        body(event, &mut out);
        return Some(out);
    }
    let id = value
        .get("EventID")
        .or_else(|| value.get("EventId"))
        .or_else(|| value.get("event_id"))
        .or_else(|| value.get("Id"))?;
    out.id = number(id)?;
    let channel = ["Channel", "LogName", "channel", "log_name"];
    out.channel = channel
        .iter()
        .map(|name| word(value.get(name)))
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let created = [
        "TimeCreated",
        "EventTime",
        "SystemTime",
        "UtcTime",
        "@timestamp",
    ];
    out.at = created
        .iter()
        .find_map(|name| super::super::entry::time(value.get(name)?));
    if let Some(properties) = value.get("Properties").and_then(Value::as_array) {
        // `Get-WinEvent | ConvertTo-Json`: values in the order of the event's template, without names.
        for (name, value) in names(out.id).iter().zip(properties) {
            let inner = value.get("Value").unwrap_or(value);
            // A SID is an object by itself.
            if let Some(value) = plain(inner) {
                out.set(name, &value);
            }
        }
        return Some(out);
    }
    // NXLog and others write the fields beside each other; some under `EventData` or `event_data`.
    if out.channel.is_empty()
        && value.get("EventData").is_none()
        && value.get("event_data").is_none()
    {
        return None;
    }
    out.all(Some(value));
    body(value, &mut out);
    out.all(value.get("event_data"));
    Some(out)
}

fn body(event: &Value, out: &mut Fields) {
    let data = event.get("EventData");
    out.all(data);
    let list = data.and_then(|data| data.get("Data"));
    let many = list.and_then(Value::as_array).into_iter().flatten();
    for entry in many.chain(list.filter(|list| list.is_object())) {
        if let (Some(name), Some(value)) = (attribute(Some(entry), "Name"), plain(entry)) {
            out.set(name, &value);
        }
    }
    let user = event.get("UserData");
    for inner in user.and_then(Value::as_object).into_iter().flatten() {
        out.all(Some(inner.1));
    }
}

/// An attribute of an XML element that became JSON.
fn attribute<'a>(element: Option<&'a Value>, name: &str) -> Option<&'a str> {
    let element = element?;
    ["#attributes", "$", "@attributes", "attributes"]
        .iter()
        .find_map(|holder| element.get(holder)?.get(name))
        .or_else(|| element.get(format!("@{name}")))
        .or_else(|| element.get(name))?
        .as_str()
}

fn number(value: &Value) -> Option<u64> {
    plain(value)?.trim().parse().ok()
}

fn word(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    text.chars().take(200).collect()
}

/// Names of the values of an event, in their order.
fn names(id: u64) -> &'static [&'static str] {
    const SUBJECT: &str = "SubjectUserSid";
    match id {
        4624 => &[
            SUBJECT,
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "TargetLogonId",
            "LogonType",
            "LogonProcessName",
            "AuthenticationPackageName",
            "WorkstationName",
            "LogonGuid",
            "TransmittedServices",
            "LmPackageName",
            "KeyLength",
            "ProcessId",
            "ProcessName",
            "IpAddress",
            "IpPort",
        ],
        4625 => &[
            SUBJECT,
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "Status",
            "FailureReason",
            "SubStatus",
            "LogonType",
            "LogonProcessName",
            "AuthenticationPackageName",
            "WorkstationName",
            "TransmittedServices",
            "LmPackageName",
            "KeyLength",
            "ProcessId",
            "ProcessName",
            "IpAddress",
            "IpPort",
        ],
        4672 => &[SUBJECT, "SubjectUserName", "SubjectDomainName"],
        4720 | 4722 | 4724 => &[
            "TargetUserName",
            "TargetDomainName",
            "TargetSid",
            SUBJECT,
            "SubjectUserName",
        ],
        4728 | 4732 | 4756 => &[
            "MemberName",
            "MemberSid",
            "TargetUserName",
            "TargetDomainName",
            "TargetSid",
            SUBJECT,
            "SubjectUserName",
        ],
        4697 => &[
            SUBJECT,
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "ServiceName",
            "ServiceFileName",
        ],
        4698 => &[
            SUBJECT,
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "TaskName",
            "TaskContent",
        ],
        7045 => &[
            "ServiceName",
            "ImagePath",
            "ServiceType",
            "StartType",
            "AccountName",
        ],
        1102 => &[SUBJECT, "SubjectUserName", "SubjectDomainName"],
        104 => &[
            "SubjectUserName",
            "SubjectDomainName",
            "Channel",
            "BackupPath",
        ],
        4 => &["process", "payload"],
        _ => &[],
    }
}

/// The fields of an event in XML. What is no event gives an empty one.
pub(in crate::auth) fn xml(text: &str) -> Fields {
    let mut out = Fields::default();
    let mut rest = text;
    // Inside `UserData` and `EventData` every element is a field.
    while let Some((_, after)) = rest.split_once('<') {
        let Some((head, behind)) = after.split_once('>') else {
            break;
        };
        rest = behind;
        if head.starts_with(['/', '?', '!']) {
            continue;
        }
        let name = head
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        if name == "TimeCreated" {
            out.at = quoted(head, "SystemTime").and_then(super::moment);
            continue;
        }
        if head.ends_with('/') {
            continue;
        }
        let Some((inner, _)) = behind.split_once('<') else {
            break;
        };
        let inner = unescaped(inner.trim());
        match name {
            "EventID" => out.id = inner.parse().unwrap_or(0),
            "Channel" if out.channel.is_empty() => out.channel = inner.chars().take(200).collect(),
            "Data" => {
                if let Some(name) = quoted(head, "Name") {
                    out.set(name, &inner);
                }
            }
            _ if !inner.is_empty() => out.set(name, &inner),
            _ => {}
        }
    }
    out
}

fn quoted<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = head.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(mark).next()
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let plain = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    plain.into()
}
