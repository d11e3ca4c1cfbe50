//! SHA-256 digests and the canonical JSON they are taken over. Knows nothing of what is hashed.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, shown and stored as `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that should have been a digest and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 digest: {0:?} (wanted \"sha256:\" and 64 hexadecimal digits)")]
pub struct NotADigest(String);

impl Digest {
    /// The digest that stands before the first event of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// A digest that somebody else computed.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The digest of a value's canonical JSON: object keys in order, no white space.
    ///
    /// # Errors
    /// When the value has no JSON form (a map whose keys are not strings, say).
    pub fn of_json<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::of(&canonical(value)?))
    }

    /// The 64 hexadecimal digits without the prefix, as file names and interfaces of others want them.
    #[must_use]
    pub fn hex(&self) -> String {
        use fmt::Write as _;
        self.0
            .iter()
            .fold(String::with_capacity(64), |mut out, byte| {
                // Writing to a String cannot fail.
                let _ = write!(out, "{byte:02x}");
                out
            })
    }

    /// Reads 64 hexadecimal digits, with or without the prefix.
    ///
    /// # Errors
    /// [`NotADigest`] on any other text.
    pub fn parse(text: &str) -> Result<Self, NotADigest> {
        let wrong = || NotADigest(text.chars().take(80).collect());
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        let (pairs, rest) = digits.as_chunks::<2>();
        if !rest.is_empty() || pairs.len() != 32 {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else {
                return Err(wrong());
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

/// Makes a digest of bytes that come in pieces, so that nobody has to hold them all.
#[derive(Debug, Clone, Default)]
pub struct Hashing(Sha256);

impl Hashing {
    /// The next piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all pieces.
    #[must_use]
    pub fn digest(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The canonical JSON of a value: object keys in order, so that the bytes do not depend on the order in which a type
/// declares its fields.
///
/// # Errors
/// When the value has no JSON form.
pub fn canonical<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&in_order(serde_json::to_value(value)?))
}

/// The value with the keys of every object in order. Any crate of a build may switch `serde_json` to keep keys as they were
/// written (`preserve_order`, as the policy engine does); what is hashed, kept or shown must not change with it.
#[must_use]
pub fn in_order(mut value: serde_json::Value) -> serde_json::Value {
    value.sort_all_objects();
    value
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digest_of_the_empty_text() {
        let digest = Digest::of(b"");
        assert_eq!(
            digest.to_string(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
        assert_eq!(Digest::parse(&digest.hex()), Ok(digest));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "sha256:",
            "sha256:zz",
            "e3b0",
            &"é".repeat(32),
            &"0".repeat(65),
        ] {
            assert!(Digest::parse(text).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn canonical_json_sorts_every_object() {
        let value: serde_json::Value =
            serde_json::from_str(r#"{"b":[{"z":1,"y":{"d":1,"c":2}}],"a":0}"#).unwrap();
        assert_eq!(
            canonical(&value).unwrap(),
            br#"{"a":0,"b":[{"y":{"c":2,"d":1},"z":1}]}"#
        );
    }

    #[test]
    fn canonical_json_does_not_depend_on_the_order_of_fields() {
        #[derive(Serialize)]
        struct A {
            a: u8,
            b: u8,
        }
        #[derive(Serialize)]
        struct B {
            b: u8,
            a: u8,
        }
        assert_eq!(
            Digest::of_json(&A { a: 1, b: 2 }).unwrap(),
            Digest::of_json(&B { b: 2, a: 1 }).unwrap()
        );
    }
}
