//! Keys: named by reference in the configuration, fetched when needed, never shown. Must not know what they open.

use std::fmt;
use std::path::PathBuf;

use rebato_engine::ports::Secrets;
use serde::{Deserialize, Serialize};

/// The longest key that is sent.
const LONGEST: usize = 512;

/// A key of a service. It cannot be printed or written.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

impl Key {
    /// A key as text: trimmed, and only what a header can bear.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`].
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(KeyError::NotAKey);
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

/// Where a key lies. The configuration holds this and never the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// An environment variable.
    Env(String),
    /// A file, whole.
    File(PathBuf),
    /// A secret of AWS Secrets Manager, by its ARN or name: the whole text of it, or with `#FIELD` one field of its JSON.
    Secret(String),
}

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Where it should lie is nothing.
    #[error("key_missing")]
    Missing,
    /// What lies there is none.
    #[error("key_unusable")]
    NotAKey,
    /// The account's secrets are not at hand.
    #[error("key_out_of_reach")]
    OutOfReach,
}

impl KeySource {
    /// Fetches the key.
    ///
    /// # Errors
    /// [`KeyError`]; it never holds anything of the key.
    pub async fn fetch(&self, secrets: Option<&dyn Secrets>) -> Result<Key, KeyError> {
        let text = match self {
            Self::Env(name) => std::env::var(name).map_err(|_| KeyError::Missing)?,
            Self::File(path) => std::fs::read_to_string(path).map_err(|_| KeyError::Missing)?,
            Self::Secret(id) => {
                let secrets = secrets.ok_or(KeyError::OutOfReach)?;
                secrets.secret(id).await.map_err(|_| KeyError::OutOfReach)?
            }
        };
        Key::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed_and_bears_no_line_ends() {
        let key = Key::new(" s3cret\n").unwrap();
        assert_eq!(
            (key.expose(), format!("{key:?}")),
            ("s3cret", "Key(***)".into())
        );
        for bad in ["", "  ", "a b", "a\r\nx: y", "schlüssel"] {
            assert_eq!(Key::new(bad), Err(KeyError::NotAKey), "{bad:?}");
        }
    }
}
