//! The report as others see it: texts, documents, HTML and Markdown of a case that was replayed from a journal.

mod catalogue;
mod documents;
mod escaping;
mod facts;
mod pages;
mod story;
mod world;
