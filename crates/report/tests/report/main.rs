//! The report as others see it: texts, documents, HTML and Markdown of a case that was replayed from a journal.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say when they skip"
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
