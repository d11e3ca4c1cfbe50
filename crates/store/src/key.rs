//! The key that signs journals and exports, and the public keys that check them. Must not know what is signed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
    KeypairBytes,
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use rebato_core::Digest;
use rebato_core::journal::{self, Record};
use rebato_engine::ports::StoreError;

use crate::{fault, files};

/// The end of a public key in PEM.
const END: &str = "-----END PUBLIC KEY-----";

/// The key of a state folder: `signing.key`, PKCS#8 in PEM, which its owner alone may read.
pub(crate) struct Key {
    signing: SigningKey,
    public: PublicKey,
}

/// A public key.
#[derive(Debug, Clone)]
pub(crate) struct PublicKey {
    pub(crate) fingerprint: Digest,
    /// `SubjectPublicKeyInfo` in PEM, as `openssl pkey -pubin` reads it.
    pub(crate) pem: String,
    key: VerifyingKey,
}

/// Public keys by their fingerprints.
#[derive(Debug, Clone, Default)]
pub(crate) struct PublicKeys(BTreeMap<Digest, PublicKey>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Key")
            .field(&self.public.fingerprint)
            .finish()
    }
}

impl Key {
    /// The key of a state folder, made where there is none. It blocks.
    pub(crate) fn of_state(state: &Path) -> Result<Self, StoreError> {
        let path = state.join("signing.key");
        let key = match fs::read_to_string(&path) {
            Ok(text) => Self::read(&text, &path)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => Self::make(&path)?,
            Err(e) => return Err(fault::io("reading the signing key", &path, &e)),
        };
        // A copy for whoever is to check: what counts is in the journal and in each export.
        let public = state.join("signing.pub");
        if fs::read_to_string(&public).ok().as_ref() != Some(&key.public.pem) {
            files::replace(&public, key.public.pem.as_bytes())?;
        }
        Ok(key)
    }

    fn read(text: &str, path: &Path) -> Result<Self, StoreError> {
        let signing = SigningKey::from_pkcs8_pem(text).map_err(|e| {
            fault::damaged(
                format!("the signing key in {}", path.display()),
                format!("{e}; move it aside and another is made, which the journal will tell"),
            )
        })?;
        Self::new(signing).map_err(|why| fault::refused("reading the signing key", path, why))
    }

    fn make(path: &Path) -> Result<Self, StoreError> {
        let what = "making the signing key";
        let failed = |e: &io::Error| fault::io(what, path, e);
        let key = Self::new(SigningKey::from_bytes(&rand::random()))
            .map_err(|why| fault::refused(what, path, why))?;
        // Without the public half, which older programs do not expect in this form.
        let text = KeypairBytes {
            secret_key: key.signing.to_bytes(),
            public_key: None,
        }
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|e| fault::refused(what, path, e.to_string()))?;
        let folder = path.parent().unwrap_or(path);
        let mut part = tempfile::Builder::new()
            .prefix(".")
            .suffix(".part")
            .tempfile_in(folder)
            .map_err(|e| failed(&e))?;
        part.write_all(text.as_bytes()).map_err(|e| failed(&e))?;
        part.as_file().sync_all().map_err(|e| failed(&e))?;
        match part.persist_noclobber(path) {
            Ok(_) => {
                files::sync_folder(folder)?;
                Ok(key)
            }
            // Somebody else was first: that key counts.
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => {
                let text = fs::read_to_string(path).map_err(|e| failed(&e))?;
                Self::read(&text, path)
            }
            Err(e) => Err(failed(&e.error)),
        }
    }

    fn new(signing: SigningKey) -> Result<Self, String> {
        let public = PublicKey::new(signing.verifying_key())?;
        Ok(Self { signing, public })
    }

    pub(crate) const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of some bytes.
    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }

    /// The signature that stands beside a record.
    pub(crate) fn sign_record(&self, record: &Record) -> journal::Signature {
        journal::Signature {
            key: self.public.fingerprint,
            signature: hex(&self.sign(record.signed_text().as_bytes())),
        }
    }
}

impl PublicKey {
    fn new(key: VerifyingKey) -> Result<Self, String> {
        let der = key.to_public_key_der().map_err(|e| e.to_string())?;
        Ok(Self {
            fingerprint: Digest::of(der.as_bytes()),
            pem: key
                .to_public_key_pem(LineEnding::LF)
                .map_err(|e| e.to_string())?,
            key,
        })
    }

    /// Whether this key signed these bytes.
    pub(crate) fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(bytes, &signature).is_ok())
    }
}

impl PublicKeys {
    /// Reads public keys in PEM, one after another.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut keys = Self::default();
        for part in text.split_inclusive(END).map(str::trim) {
            if part.is_empty() {
                continue;
            }
            let key = VerifyingKey::from_public_key_pem(part).map_err(|e| e.to_string())?;
            keys.add(PublicKey::new(key)?);
        }
        if keys.0.is_empty() {
            return Err("there is no public key in it".into());
        }
        Ok(keys)
    }

    pub(crate) fn add(&mut self, key: PublicKey) {
        self.0.insert(key.fingerprint, key);
    }

    pub(crate) fn get(&self, fingerprint: Digest) -> Option<&PublicKey> {
        self.0.get(&fingerprint)
    }

    /// Whether the signature beside a record is good; `None` when its key is not known here.
    pub(crate) fn signed(&self, record: &Record, signature: &journal::Signature) -> Option<bool> {
        let key = self.get(signature.key)?;
        Some(
            unhex(&signature.signature)
                .is_some_and(|bytes| key.signed(record.signed_text().as_bytes(), &bytes)),
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let [high, low] = *pair;
            u8::try_from(digit(high)? << 4 | digit(low)?).ok()
        })
        .collect()
}
