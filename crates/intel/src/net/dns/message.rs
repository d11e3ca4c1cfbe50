//! Messages of the DNS (RFC 1035, section 4) as bytes. Must not send; what comes is hostile: every length is checked, and a
//! name can only point backwards.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The most records of an answer that are looked at, and values that are kept.
const MOST_RECORDS: usize = 100;
const MOST_VALUES: usize = 20;
/// The longest name as text, and how many parts and pointers it may have.
const LONGEST_NAME: usize = 253;
const MOST_PARTS: usize = 128;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Names of an address.
    Ptr,
    /// Texts.
    Txt,
}

impl Wanted {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Ptr => "PTR",
            Self::Txt => "TXT",
        }
    }

    const fn number(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Ptr => 12,
            Self::Txt => 16,
            Self::Aaaa => 28,
        }
    }
}

/// What a message from the resolver's address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The values of the records that were asked for, as text, sorted; none when there are none.
    Records(Vec<String>),
    /// The resolver could not or would not, or its message is broken.
    Failed,
    /// There is more than fits.
    Truncated,
    /// No answer to this question.
    NotOurs,
}

/// A question as bytes; nothing where the name is none.
#[must_use]
pub fn question(id: u16, wanted: Wanted, name: &str) -> Option<Vec<u8>> {
    let name = name.trim_end_matches('.');
    if name.is_empty() || name.len() > LONGEST_NAME {
        return None;
    }
    let mut bytes = id.to_be_bytes().to_vec();
    // One question, recursion desired.
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok()?;
        if !(1..=63).contains(&length) || !label.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        bytes.push(length);
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes.extend(wanted.number().to_be_bytes());
    bytes.extend([0, 1]);
    Some(bytes)
}

/// Reads the answer to a question.
#[must_use]
pub fn read(bytes: &[u8], question: &[u8], wanted: Wanted) -> Reply {
    // The header's id and the question must come back; servers may change a name's case.
    let same = |from: usize, to: usize| match (bytes.get(from..to), question.get(from..to)) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    let is_reply = bytes.get(2).is_some_and(|flags| flags & 0x80 != 0);
    if !is_reply || !same(0, 2) || !same(12, question.len()) {
        return Reply::NotOurs;
    }
    if bytes.get(2).is_some_and(|flags| flags & 0x02 != 0) {
        return Reply::Truncated;
    }
    match bytes.get(3).map(|flags| flags & 0x0f) {
        // Answered; and: there is no such name.
        Some(0 | 3) => {}
        _ => return Reply::Failed,
    }
    records(bytes, question.len(), wanted).map_or(Reply::Failed, Reply::Records)
}

fn records(bytes: &[u8], start: usize, wanted: Wanted) -> Option<Vec<String>> {
    let mut at = Cursor { bytes, at: 6 };
    let count = usize::from(at.short()?);
    at.at = start;
    let mut values = Vec::new();
    for _ in 0..count.min(MOST_RECORDS) {
        at.skip_name()?;
        let (kind, class) = (at.short()?, at.short()?);
        at.take(4)?;
        let length = usize::from(at.short()?);
        let start = at.at;
        let data = at.take(length)?;
        if kind != wanted.number() || class != 1 {
            continue;
        }
        let value = match wanted {
            Wanted::A => Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?).to_string(),
            Wanted::Aaaa => Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?).to_string(),
            Wanted::Ptr => Cursor { bytes, at: start }.name()?,
            Wanted::Txt => text(data)?,
        };
        if values.len() < MOST_VALUES {
            values.push(value);
        }
    }
    values.sort();
    values.dedup();
    Some(values)
}

/// The character strings of a text, one after another.
fn text(data: &[u8]) -> Option<String> {
    let mut at = Cursor { bytes: data, at: 0 };
    let mut whole = Vec::new();
    while at.at < data.len() {
        let length = usize::from(at.byte()?);
        whole.extend_from_slice(at.take(length)?);
    }
    Some(String::from_utf8_lossy(&whole).into_owned())
}

/// A place within a message.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// Goes past a name without following where it points.
    fn skip_name(&mut self) -> Option<()> {
        for _ in 0..MOST_PARTS {
            match self.byte()? {
                0 => return Some(()),
                length @ 1..=63 => {
                    self.take(usize::from(length))?;
                }
                0xc0.. => {
                    self.byte()?;
                    return Some(());
                }
                _ => return None,
            }
        }
        None
    }

    /// A name as text; what is no plain character of a name is written as `\DDD` (RFC 1035, section 5.1).
    fn name(mut self) -> Option<String> {
        let mut name = String::new();
        for _ in 0..MOST_PARTS {
            let here = self.at;
            match self.byte()? {
                0 => return Some(name),
                length @ 1..=63 => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    for byte in self.take(usize::from(length))? {
                        match byte {
                            b'.' | b'\\' => name.push_str(&format!("\\{}", char::from(*byte))),
                            0x21..=0x7e => name.push(char::from(*byte)),
                            other => name.push_str(&format!("\\{other:03}")),
                        }
                    }
                    // Escapes take room, so it may be longer than a name is on the wire.
                    if name.len() > 4 * LONGEST_NAME {
                        return None;
                    }
                }
                high @ 0xc0.. => {
                    let to = usize::from(u16::from_be_bytes([high & 0x3f, self.byte()?]));
                    if to >= here {
                        return None;
                    }
                    self.at = to;
                }
                _ => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An answer with records of a kind, each owned by the name of the question.
    fn answer(question: &[u8], flags: [u8; 2], records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = question.to_vec();
        bytes.splice(2..4, flags);
        bytes.splice(6..8, u16::try_from(records.len()).unwrap().to_be_bytes());
        for (kind, data) in records {
            bytes.extend([0xc0, 12]);
            bytes.extend(kind.to_be_bytes());
            bytes.extend([0, 1, 0, 0, 0, 60]);
            bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend(*data);
        }
        bytes
    }

    const FINE: [u8; 2] = [0x81, 0x80];

    fn values(wanted: Wanted, records: &[(u16, &[u8])]) -> Reply {
        let question = question(7, wanted, "a.example").unwrap();
        read(&answer(&question, FINE, records), &question, wanted)
    }

    #[test]
    fn a_question_is_as_the_standard_writes_it() {
        let bytes = question(0x0102, Wanted::Txt, "as1.Example.").unwrap();
        assert_eq!(
            bytes,
            b"\x01\x02\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03as1\x07Example\x00\x00\x10\x00\x01"
        );
        let long = format!("{}.example", "x".repeat(64));
        for bad in [
            "",
            ".",
            "a..b",
            &long,
            "a b.example",
            "ü.example",
            &"a.".repeat(200),
        ] {
            assert_eq!(question(1, Wanted::A, bad), None, "{bad}");
        }
    }

    #[test]
    fn values_are_read_and_other_kinds_passed_by() {
        let all = |found: &[&str]| Reply::Records(found.iter().map(|&f| f.into()).collect());
        assert_eq!(
            values(Wanted::A, &[(5, b"\x01x\x00"), (1, &[192, 0, 2, 7])]),
            all(&["192.0.2.7"])
        );
        let text: &[u8] = b"\x05hello\x06 world";
        assert_eq!(values(Wanted::Txt, &[(16, text)]), all(&["hello world"]));
        // A pointer back to the name of the question.
        let name: &[u8] = b"\x03www\xc0\x0c";
        assert_eq!(values(Wanted::Ptr, &[(12, name)]), all(&["www.a.example"]));
        let odd: &[u8] = b"\x04a.\x1b\xff\x00";
        assert_eq!(values(Wanted::Ptr, &[(12, odd)]), all(&["a\\.\\027\\255"]));
        assert_eq!(values(Wanted::Aaaa, &[]), all(&[]));
    }

    #[test]
    fn broken_records_are_a_failure_and_never_run_in_circles() {
        for (wanted, kind, data) in [
            (Wanted::A, 1, &[192, 0, 2][..]),
            (Wanted::Aaaa, 28, &[0; 4]),
            (Wanted::Txt, 16, b"\x09short"),
            (Wanted::Ptr, 12, b"\x09short"),
            // Points at itself, and at what comes after it.
            (Wanted::Ptr, 12, b"\xc0\x27"),
            (Wanted::Ptr, 12, b"\xc0\xff"),
            (Wanted::Ptr, 12, b"\x80\x00"),
        ] {
            assert_eq!(values(wanted, &[(kind, data)]), Reply::Failed, "{data:?}");
        }
    }

    #[test]
    fn what_answers_another_question_is_not_ours() {
        let ours = question(7, Wanted::A, "a.example").unwrap();
        for other in [
            question(8, Wanted::A, "a.example"),
            question(7, Wanted::A, "b.example"),
            question(7, Wanted::Aaaa, "a.example"),
        ] {
            let bytes = answer(&other.unwrap(), FINE, &[]);
            assert_eq!(read(&bytes, &ours, Wanted::A), Reply::NotOurs);
        }
        assert_eq!(read(&ours, &ours, Wanted::A), Reply::NotOurs);
        assert_eq!(read(b"", &ours, Wanted::A), Reply::NotOurs);
        let shouted = question(7, Wanted::A, "A.EXAMPLE").unwrap();
        let none = Reply::Records(vec![]);
        let read = |flags| read(&answer(&shouted, flags, &[]), &ours, Wanted::A);
        assert_eq!(read(FINE), none);
        assert_eq!(read([0x81, 0x83]), none);
        assert_eq!(read([0x83, 0x80]), Reply::Truncated);
        assert_eq!(
            (read([0x81, 0x82]), read([0x81, 0x85])),
            (Reply::Failed, Reply::Failed)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(tail in prop::collection::vec(any::<u8>(), 0..300), count in any::<u16>()) {
            for wanted in [Wanted::A, Wanted::Aaaa, Wanted::Ptr, Wanted::Txt] {
                let question = question(7, wanted, "a.example").unwrap();
                let mut bytes = answer(&question, FINE, &[]);
                bytes.splice(6..8, count.to_be_bytes());
                bytes.extend(&tail);
                if let Reply::Records(values) = read(&bytes, &question, wanted) {
                    prop_assert!(values.len() <= MOST_VALUES);
                }
                let _ = read(&tail, &question, wanted);
            }
        }
    }
}
