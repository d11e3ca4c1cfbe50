//! The report as others see it: texts, documents, HTML and Markdown of a case that was replayed from a journal.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod catalogue;
mod documents;
mod escaping;
mod facts;
mod forms;
mod hostile;
mod kinds;
mod letters;
mod pages;
mod pictures;
mod story;
mod validators;
mod world;
