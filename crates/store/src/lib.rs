//! Where cases live: the journal in an SQLite file, and the evidence beside it in files named by their SHA-256.
//! Knows the ports of the engine and the chain of the core. Must not know what an event means, AWS, or the terminal.
//!
//! A state folder looks like this:
//!
//! ```text
//! lock                      held by the one writer; says who that is
//! journal.sqlite            events, the head of each case, case numbers
//! signing.key               the Ed25519 key that signs each event; its owner alone may read it
//! signing.pub               its public half
//! evidence/ab/abcd…         one file for each piece of evidence
//! answers/SOURCE/IP.json    what services answered, for a day; may be deleted
//! ```

mod answers;
mod check;
mod connection;
mod deviation;
mod evidence;
mod export;
mod fault;
mod files;
mod folder;
mod journal;
mod key;
mod lock;
mod manifest;
mod schema;
mod store;

pub use answers::Answers;
pub use check::Problem;
pub use deviation::Deviation;
pub use export::Draft;
pub use folder::{Verified, verify_folder};
pub use manifest::{Manifest, ManifestFile};
pub use store::{Access, SqliteStore};
