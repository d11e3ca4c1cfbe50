//! CBOR bodies of the protocol `rpc-v2-cbor` as JSON values and back. Facts: RFC 8949; Smithy RPC v2 CBOR: structures are maps by
//! member name, times are epoch seconds under tag 1. Must not know what the members mean, but for which of them are times.

use minicbor::data::{Tag, Type};
use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Number, Value};

/// Deeper than any request of AWS.
const DEEPEST: u8 = 16;
/// Members that are times wherever they stand.
const TIMES: [&str; 4] = ["Timestamp", "Timestamps", "StartTime", "EndTime"];

/// A body as a value; nothing when it is no such body.
pub(super) fn read(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return Some(Value::Object(Map::new()));
    }
    value(&mut Decoder::new(bytes), 0).ok()
}

fn value(from: &mut Decoder<'_>, depth: u8) -> Result<Value, Error> {
    if depth > DEEPEST {
        return Err(Error::message("too deep"));
    }
    Ok(match from.datatype()? {
        Type::Bool => from.bool()?.into(),
        Type::Null | Type::Undefined => {
            from.skip()?;
            Value::Null
        }
        Type::String | Type::StringIndef => from.str_iter()?.collect::<Result<String, _>>()?.into(),
        Type::F16 | Type::F32 | Type::F64 => {
            let number = match from.datatype()? {
                Type::F64 => from.f64()?,
                Type::F32 => f64::from(from.f32()?),
                _ => f64::from(from.f16()?),
            };
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }
        Type::Tag => {
            from.tag()?;
            value(from, depth + 1)?
        }
        Type::Array | Type::ArrayIndef => {
            let mut left = from.array()?;
            let mut items = Vec::new();
            while goes_on(from, &mut left)? {
                items.push(value(from, depth + 1)?);
            }
            Value::Array(items)
        }
        Type::Map | Type::MapIndef => {
            let mut left = from.map()?;
            let mut members = Map::new();
            while goes_on(from, &mut left)? {
                let name = from.str_iter()?.collect::<Result<String, _>>()?;
                members.insert(name, value(from, depth + 1)?);
            }
            Value::Object(members)
        }
        _ => from.i64()?.into(),
    })
}

/// Whether a list or map of known or unknown length has another item.
fn goes_on(from: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, Error> {
    if let Some(left) = left {
        let more = *left > 0;
        *left = left.saturating_sub(1);
        return Ok(more);
    }
    if from.datatype()? == Type::Break {
        from.skip()?;
        return Ok(false);
    }
    Ok(true)
}

/// A value as a body.
pub(super) fn written(value: &Value) -> Vec<u8> {
    let mut into = Encoder::new(Vec::new());
    // Writing to memory does not fail.
    let _ = write(&mut into, value, false);
    into.into_writer()
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(into: &mut Encoder<Vec<u8>>, value: &Value, is_time: bool) -> Written {
    match value {
        Value::Null => into.null()?,
        Value::Bool(is) => into.bool(*is)?,
        Value::String(text) => into.str(text)?,
        Value::Number(number) => {
            if is_time {
                into.tag(Tag::new(1))?;
            }
            match number.as_i64() {
                Some(whole) => into.i64(whole)?,
                None => into.f64(number.as_f64().unwrap_or_default())?,
            }
        }
        Value::Array(items) => {
            into.array(u64::try_from(items.len()).unwrap_or_default())?;
            return items.iter().try_for_each(|item| write(into, item, is_time));
        }
        Value::Object(members) => {
            into.map(u64::try_from(members.len()).unwrap_or_default())?;
            return members.iter().try_for_each(|(name, value)| {
                into.str(name)?;
                write(into, value, TIMES.contains(&name.as_str()))
            });
        }
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_times_bear_their_tag() {
        let answer = json!({"Label": "CPUUtilization", "Values": [1.5, 2], "Timestamps": [1_795_489_200], "More": null, "Done": true});
        let bytes = written(&answer);
        assert_eq!(read(&bytes), Some(answer));
        assert!(
            bytes.windows(2).any(|pair| pair == [0xc1, 0x1a]),
            "tag 1, then four bytes"
        );
    }

    #[test]
    fn lengths_that_are_not_told_are_read_and_garbage_is_not() {
        // {_ "a": [_ 1, 2.5], "t": 1(3)}
        let open = [
            0xbf, 0x61, b'a', 0x9f, 0x01, 0xf9, 0x41, 0x00, 0xff, 0x61, b't', 0xc1, 0x03, 0xff,
        ];
        assert_eq!(read(&open), Some(json!({"a": [1, 2.5], "t": 3})));
        assert_eq!(read(&open[..5]), None);
        assert_eq!(read(&[0x81; 64]), None, "too deep");
        assert_eq!(read(&[]), Some(json!({})));
    }
}
