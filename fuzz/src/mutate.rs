//! A mutator that knows JSON: half of the time it changes one node of a document that stays JSON, else it leaves the bytes to
//! libFuzzer. Must not know findings.

use serde_json::{Value, json};

/// Changes the first `size` bytes of `data` in place and gives the new size; `bytes` is libFuzzer's own way.
pub fn json(
    data: &mut [u8],
    size: usize,
    most: usize,
    seed: u32,
    bytes: fn(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut dice = Dice(u64::from(seed) | 1 << 32);
    if dice.of(2) == 0 {
        return bytes(data, size, most);
    }
    let Some(Ok(mut value)) = data.get(..size).map(serde_json::from_slice::<Value>) else {
        return bytes(data, size, most);
    };
    let nodes = count(&value);
    for _ in 0..=dice.of(3) {
        let mut wanted = dice.of(nodes);
        change(&mut value, &mut wanted, &mut dice);
    }
    let text = value.to_string();
    match data.get_mut(..text.len()) {
        Some(place) if text.len() <= most => {
            place.copy_from_slice(text.as_bytes());
            text.len()
        }
        _ => bytes(data, size, most),
    }
}

/// Splitmix64.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % sides.max(1)
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Changes the node that `wanted` counts down to; says whether it was met.
fn change(value: &mut Value, wanted: &mut usize, dice: &mut Dice) -> bool {
    if *wanted == 0 {
        mutate(value, dice);
        return true;
    }
    *wanted -= 1;
    match value {
        Value::Array(values) => values.iter_mut().any(|value| change(value, wanted, dice)),
        Value::Object(members) => members
            .values_mut()
            .any(|value| change(value, wanted, dice)),
        _ => false,
    }
}

fn mutate(value: &mut Value, dice: &mut Dice) {
    let old = value.take();
    *value = match (dice.of(12), old) {
        // Members and elements come, go, and change their names.
        (0 | 1, Value::Object(mut members)) => {
            if let Some(name) = members.keys().nth(dice.of(members.len())).cloned() {
                let member = members.remove(&name).unwrap_or_default();
                match dice.of(3) {
                    0 => {}
                    1 => drop(members.insert(recased(&name), member)),
                    _ => drop(members.insert(NAMES[dice.of(NAMES.len())].into(), member)),
                }
            }
            Value::Object(members)
        }
        (2, Value::Object(mut members)) => {
            members.insert(NAMES[dice.of(NAMES.len())].into(), atom(dice));
            Value::Object(members)
        }
        (0, Value::Array(mut values)) => {
            if !values.is_empty() {
                values.remove(dice.of(values.len()));
            }
            Value::Array(values)
        }
        (1 | 2, Value::Array(mut values)) => {
            let again = values.get(dice.of(values.len())).cloned();
            values.extend(again);
            Value::Array(values)
        }
        (3, old) => json!([old]),
        (4, old) => Value::from(old.to_string()),
        (5, old) => json!({ NAMES[dice.of(NAMES.len())]: old }),
        (6, Value::Number(number)) => Value::from(number.to_string()),
        (7, Value::String(text)) => text.parse::<f64>().map_or(Value::Null, Value::from),
        (8, _) => Value::Null,
        _ => atom(dice),
    };
}

/// The first letter in the other case.
fn recased(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| {
        if letter.is_lowercase() {
            letter.to_uppercase().to_string()
        } else {
            letter.to_lowercase().to_string()
        }
    });
    first.unwrap_or_default() + letters.as_str()
}

fn atom(dice: &mut Dice) -> Value {
    match dice.of(16) {
        0 => json!(-1),
        1 => json!(65_536),
        2 => json!(443.0),
        3 => json!(1e300),
        4 => json!(u64::MAX),
        5 => json!(1_507_656_063_000_u64),
        6 => json!(""),
        7 => json!("true"),
        8 => json!("2026-11-24T03:10:00.123Z"),
        9 => json!("203.0.113.80"),
        10 => json!("2001:db8::5"),
        11 => json!("i-0abc1234def567890"),
        12 => json!([]),
        13 => json!({}),
        14 => json!(false),
        _ => json!("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"),
    }
}

/// Members that readers ask for.
const NAMES: [&str; 40] = [
    "id",
    "arn",
    "type",
    "accountId",
    "region",
    "severity",
    "resource",
    "service",
    "action",
    "actionType",
    "instanceDetails",
    "networkInterfaces",
    "privateIpAddresses",
    "securityGroups",
    "tags",
    "additionalInfo",
    "value",
    "threatListName",
    "evidence",
    "threatIntelligenceDetails",
    "networkConnectionAction",
    "portProbeAction",
    "portProbeDetails",
    "dnsRequestAction",
    "awsApiCallAction",
    "remoteIpDetails",
    "localPortDetails",
    "port",
    "detail",
    "details",
    "findings",
    "Records",
    "Message",
    "Messages",
    "Body",
    "data",
    "ProductFields",
    "Resources",
    "detection",
    "logEvents",
];
