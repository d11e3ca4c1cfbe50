//! A case as HTML, Markdown, JSON and in the forms of other programs, and all texts of Rebato in Spanish and English.
//!
//! Everything here is a pure function over a case: no files, no clock, no terminal. The way of a report is
//! case → page (what is said, in a language, with the values of strangers marked) → HTML or Markdown. The documents of
//! the contract go their own, shorter way, since JSON needs no words beside the few texts it carries.
//! The crate must not know the engine, AWS or the store.

pub mod abuse;
pub mod clean;
pub mod documents;
pub mod escalation;
pub mod forms;
pub mod html;
pub mod keys;
mod lang;
pub mod markdown;
mod marked;
mod page;
mod picture;
mod texts;
mod words;

pub use clean::clean;
pub use html::html;
pub use lang::{Lang, UnknownLang};
pub use markdown::markdown;
pub use texts::{has, text};
pub use words::{Clock, Words};
