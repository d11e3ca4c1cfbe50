//! JSON read once, borrowing its texts from the bytes, and the many dresses in which one value comes: numbers as texts, times as
//! milliseconds, members with a capital. Must not know what the values mean.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// Values in one document. A page of findings of the largest size has a tenth of it; a list of millions of nothings would take
/// gigabytes.
const MOST_VALUES: usize = 8_000_000;

/// A JSON value. Members keep their order, and a name that comes twice is kept twice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// Reads one document and nothing after it.
pub(super) fn parse(bytes: &[u8]) -> Result<Node<'_>, serde_json::Error> {
    let left = Cell::new(MOST_VALUES);
    // Looking once at all bytes is faster than at each text; what is wrong with a text serde says better.
    match std::str::from_utf8(bytes) {
        Ok(text) => read(serde_json::Deserializer::from_str(text), &left),
        Err(_) => read(serde_json::Deserializer::from_slice(bytes), &left),
    }
}

fn read<'a, R: serde_json::de::Read<'a>>(
    mut from: serde_json::Deserializer<R>,
    left: &Cell<usize>,
) -> Result<Node<'a>, serde_json::Error> {
    let node = Seed { left }.deserialize(&mut from)?;
    from.end()?;
    Ok(node)
}

#[derive(Clone, Copy)]
struct Seed<'b> {
    left: &'b Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Node<'de>, D::Error> {
        let left = self.left.get();
        if left == 0 {
            return Err(D::Error::custom("too many values"));
        }
        self.left.set(left - 1);
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node<'de>, A::Error> {
        let mut out = Vec::new();
        while let Some(value) = from.next_element_seed(self)? {
            out.push(value);
        }
        Ok(Node::List(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node<'de>, A::Error> {
        let mut out = Vec::new();
        while let Some(Name(name)) = from.next_key_seed(NameSeed)? {
            if out.is_empty() {
                // Most objects of a finding have some six members; millions of empty ones must not take as much.
                out.reserve_exact(8);
            }
            out.push((name, from.next_value_seed(self)?));
        }
        Ok(Node::Object(out))
    }
}

struct NameSeed;

struct Name<'a>(Cow<'a, str>);

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Name<'de>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(value.to_owned())))
    }
}

impl<'a> Node<'a> {
    /// A text of one's own.
    pub(super) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// An object of the members that are there.
    pub(super) fn object<const N: usize>(members: [(&'static str, Option<Self>); N]) -> Self {
        Self::Object(
            members
                .into_iter()
                .filter_map(|(name, value)| Some((Cow::Borrowed(name), value?)))
                .collect(),
        )
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn members(&self) -> Option<&[(Cow<'a, str>, Self)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// As serde knows it: the last of two members with one name counts.
    pub(super) fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Self::Null => Value::Null,
            Self::Bool(is) => Value::Bool(*is),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.clone().into_owned()),
            Self::List(items) => items.iter().map(Self::to_value).collect(),
            Self::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone().into_owned(), value.to_value()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

/// A member by its camelCase name or the same with a capital: the API and the events differ, and the case is mixed within
/// one file at times, so each object is asked by itself. Of two members with one name the last counts.
pub(super) fn get<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    let mut capital = None;
    for (key, value) in node.members()?.iter().rev() {
        if key.len() != name.len() {
            continue;
        }
        if key == name {
            return (*value != Node::Null).then_some(value);
        }
        if capital.is_none() && is_capital_of(key, name) {
            capital = Some(value);
        }
    }
    capital.filter(|value| **value != Node::Null)
}

fn is_capital_of(key: &str, name: &str) -> bool {
    match (key.as_bytes().split_first(), name.as_bytes().split_first()) {
        (Some((k, key)), Some((n, name))) => *k == n.to_ascii_uppercase() && key == name,
        _ => false,
    }
}

/// A member some steps down.
pub(super) fn at<'n, 'a>(node: &'n Node<'a>, path: &[&str]) -> Option<&'n Node<'a>> {
    path.iter().try_fold(node, |node, name| get(node, name))
}

/// A text that says something.
pub(super) fn text(node: Option<&Node<'_>>) -> Option<String> {
    match node? {
        Node::Text(text) if !text.trim().is_empty() => Some(text.clone().into_owned()),
        Node::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn list<'n, 'a>(node: Option<&'n Node<'a>>) -> &'n [Node<'a>] {
    node.and_then(Node::items).unwrap_or(&[])
}

/// Numbers come as integers, as floats and as strings.
pub(super) fn number(node: &Node<'_>) -> Option<f64> {
    match node {
        Node::Number(number) => number.as_f64(),
        Node::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

pub(super) fn whole(node: &Node<'_>, most: f64) -> Option<u64> {
    let number = number(node)?;
    if number < 0.0 || number > most || number.fract() != 0.0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked just above"
    )]
    Some(number as u64)
}

pub(super) fn truth(node: &Node<'_>) -> Option<bool> {
    match node {
        Node::Bool(is) => Some(*is),
        Node::Text(text) => {
            let text = text.trim();
            if text.eq_ignore_ascii_case("true") {
                Some(true)
            } else if text.eq_ignore_ascii_case("false") {
                Some(false)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// RFC 3339, or seconds or milliseconds since 1970 as a number or a text.
pub(super) fn time(node: &Node<'_>) -> Option<Timestamp> {
    if let Some(parsed) = node.as_str().and_then(|text| text.trim().parse().ok()) {
        return Some(parsed);
    }
    let number = number(node)?;
    let milliseconds = if number.abs() >= 1e11 {
        number
    } else {
        number * 1000.0
    };
    if milliseconds.abs() > 1e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    Timestamp::from_millisecond(milliseconds.round() as i64).ok()
}
