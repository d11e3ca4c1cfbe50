//! Thrift's compact protocol, as far as Parquet's footer and page headers need it: a tree of values, with limits.
//! Must not know what the values mean.

/// Nesting of Parquet's own structures is below ten.
const DEPTH: u8 = 24;

/// A value.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Bool(bool),
    Int(i64),
    Bytes(&'a [u8]),
    List(Vec<Value<'a>>),
    Struct(Vec<(i64, Value<'a>)>),
    /// A kind that Parquet's structures hold nothing of interest in.
    Other,
}

impl<'a> Value<'a> {
    /// A member of a structure.
    pub(super) fn get(&self, id: i64) -> Option<&Value<'a>> {
        match self {
            Self::Struct(members) => members.iter().find(|m| m.0 == id).map(|m| &m.1),
            _ => None,
        }
    }

    /// A whole number among a structure's members.
    pub(super) fn int(&self, id: i64) -> Option<i64> {
        match self.get(id)? {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// A size or count among a structure's members.
    pub(super) fn size(&self, id: i64) -> Option<usize> {
        usize::try_from(self.int(id)?).ok()
    }

    /// Bytes among a structure's members.
    pub(super) fn bytes(&self, id: i64) -> Option<&'a [u8]> {
        match self.get(id)? {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A list among a structure's members; empty when it is absent.
    pub(super) fn list(&self, id: i64) -> &[Value<'a>] {
        match self.get(id) {
            Some(Self::List(values)) => values,
            _ => &[],
        }
    }
}

/// Reads the structure at the front; with how many bytes it takes. `most` values are made at the most.
pub(super) fn read(bytes: &[u8], most: usize) -> Option<(Value<'_>, usize)> {
    let mut reader = Reader { rest: bytes, most };
    let value = reader.members(0)?;
    Some((value, bytes.len() - reader.rest.len()))
}

/// A number in seven bits a byte, and what follows it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0u64;
    for (byte, shift) in bytes.iter().zip((0..63).step_by(7)) {
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(usize::try_from(shift / 7).ok()? + 1..)?));
        }
    }
    // A ninth byte fills 63 bits; a tenth bears the last one.
    let last = bytes.get(9).filter(|last| **last <= 1)?;
    Some((number | u64::from(*last) << 63, bytes.get(10..)?))
}

/// The number whose sign the lowest bit bears.
pub(super) fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

struct Reader<'a> {
    rest: &'a [u8],
    most: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u64> {
        let (number, rest) = varint(self.rest)?;
        self.rest = rest;
        Some(number)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn members(&mut self, depth: u8) -> Option<Value<'a>> {
        let mut members = Vec::new();
        let mut id = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(Value::Struct(members));
            }
            id = match head >> 4 {
                0 => zigzag(self.varint()?),
                step => id.checked_add(i64::from(step))?,
            };
            let value = match head & 15 {
                1 => Value::Bool(true),
                2 => Value::Bool(false),
                kind => self.value(kind, depth)?,
            };
            members.push((id, value));
        }
    }

    fn value(&mut self, kind: u8, depth: u8) -> Option<Value<'a>> {
        self.most = self.most.checked_sub(1)?;
        if depth > DEPTH {
            return None;
        }
        Some(match kind {
            1 | 2 => Value::Bool(self.byte()? == 1),
            3 => Value::Int(i64::from(self.byte()?.cast_signed())),
            4..=6 => Value::Int(zigzag(self.varint()?)),
            7 => {
                self.take(8)?;
                Value::Other
            }
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.varint()?,
                    few => u64::from(few),
                };
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(self.value(head & 15, depth + 1)?);
                }
                Value::List(values)
            }
            11 => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                for _ in 0..count {
                    self.value(kinds >> 4, depth + 1)?;
                    self.value(kinds & 15, depth + 1)?;
                }
                Value::Other
            }
            12 => self.members(depth + 1)?,
            13 => {
                self.take(16)?;
                Value::Other
            }
            _ => return None,
        })
    }
}
