//! JSON logs: values one after the other out of an array, a container, or lines, each handed on as soon as it is read, so that what
//! stands before a damage is kept. Must not know what the values mean.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Members under which containers keep their records: CloudTrail files, `LookupEvents`, CloudWatch Logs and its queries.
const CONTAINERS: [&str; 7] = [
    "Records",
    "records",
    "Events",
    "events",
    "logEvents",
    "results",
    "items",
];

/// Hands every record of the text on with its number, from 1. Returns what could not be read.
pub(crate) fn each(text: &[u8], mut found: impl FnMut(Value, u64)) -> Vec<String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut wrong = Vec::new();
    let mut number = 0u64;
    let mut count = |value: Value, number: &mut u64| {
        *number += 1;
        found(value, *number);
    };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let first = reader.deserialize_any(Records(&mut |value| count(value, &mut number)));
    let complete = first.is_ok();
    let Err(error) = first.and_then(|()| reader.end()) else {
        return wrong;
    };
    // More than one document: one a line, each read by itself so that a bad one hides no other. A document that broke off on its
    // first line has given what it had.
    let broken_at = error.line();
    let mut lines = text.split(|b| *b == b'\n').enumerate();
    let one_a_line = lines
        .by_ref()
        .find(|(_, line)| !line.trim_ascii().is_empty())
        .is_some_and(|(n, first)| {
            broken_at > n + 1
                && first.trim_ascii().starts_with(b"{")
                && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok()
        });
    // Documents over many lines, or without anything between them.
    if complete && !one_a_line {
        while reader.end().is_err() {
            if let Err(error) =
                reader.deserialize_any(Records(&mut |value| count(value, &mut number)))
            {
                wrong.push(format!("broken off after {number} records: {error}"));
                break;
            }
        }
        return wrong;
    }
    if !one_a_line && number > 0 {
        wrong.push(format!("broken off after {number} records: {error}"));
        return wrong;
    }
    let skip_first = usize::from(one_a_line && number > 0);
    let mut bad = 0u64;
    let mut first_bad = None;
    let rest = text
        .split(|b| *b == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .skip(skip_first);
    for (n, line) in rest {
        if let Err(error) = records(line, &mut |value| count(value, &mut number)) {
            bad += 1;
            first_bad.get_or_insert_with(|| format!("line {}: {error}", n + 1));
        }
    }
    if let Some(first) = first_bad {
        wrong.push(if number == 0 {
            format!("not JSON: {first}")
        } else {
            format!("{bad} lines could not be read, the first: {first}")
        });
    }
    wrong
}

/// Hands on the records of one document.
pub(crate) fn records(text: &[u8], found: &mut dyn FnMut(Value)) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    reader.deserialize_any(Records(found))?;
    reader.end()
}

/// The top of a document: an array of records, or an object that is a container or a record itself.
struct Records<'a>(&'a mut dyn FnMut(Value));

impl<'de> Visitor<'de> for Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            (self.0)(value);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut own = serde_json::Map::new();
        let mut container = false;
        while let Some(name) = map.next_key::<String>()? {
            if CONTAINERS.contains(&name.as_str()) {
                let seed = List(&mut *self.0);
                match map.next_value_seed(seed)? {
                    None => container = true,
                    Some(value) => {
                        own.insert(name, value);
                    }
                }
            } else {
                own.insert(name, map.next_value()?);
            }
        }
        if !container {
            (self.0)(Value::Object(own));
        }
        Ok(())
    }
}

/// A list of records under a container's member; anything else there is given back.
struct List<'a>(&'a mut dyn FnMut(Value));

impl<'de> serde::de::DeserializeSeed<'de> for List<'_> {
    type Value = Option<Value>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<Value>, A::Error> {
        Records(self.0).visit_seq(list)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<Value>, A::Error> {
        let value =
            serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(Some(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        Ok(Some(Value::String(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(Some(Value::Null))
    }

    fn visit_bool<E>(self, is: bool) -> Result<Option<Value>, E> {
        Ok(Some(Value::Bool(is)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Option<Value>, E> {
        Ok(Some(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Option<Value>, E> {
        Ok(Some(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Option<Value>, E> {
        Ok(Some(number.into()))
    }
}
