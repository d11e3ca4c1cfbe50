//! The two streams: standard output is data, standard error is talk. Colour only where a person looks, and never alone: a
//! symbol or a word says the same. Must not know what is said.

use std::io::{IsTerminal as _, Write as _};
use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use rebato_core::digest::in_order;
use rebato_report::{Lang, clean, text};
use serde::Serialize;

use crate::args::{Color, Output};
use crate::failure::Failure;
use crate::wrap::wrapped;

/// A heading.
pub const BOLD: Style = Style::new().bold();
/// Beside the point.
pub const DIM: Style = Style::new().dimmed();
/// Good.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Take care.
pub const CARE: Style = AnsiColor::Yellow.on_default();
/// Bad.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// Where a command writes.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Language of talk.
    pub lang: Lang,
    /// Form of data.
    pub output: Output,
}

/// `text` in `style`; the stream drops the style where it shows none.
#[must_use]
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

impl Terminal {
    /// Sets colour for the whole program.
    pub fn set_color(color: Color) {
        match color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }

    /// Whether a person can be asked.
    #[must_use]
    pub fn can_ask() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// A line of data; where a person looks, it fits the terminal.
    ///
    /// # Errors
    /// [`Failure::Closed`] when nobody reads any more.
    pub fn data(&self, line: &str) -> Result<(), Failure> {
        let line = match self.width() {
            Some(width) if self.output == Output::Text => &wrapped(line, width),
            _ => line,
        };
        writeln!(anstream::stdout().lock(), "{line}").map_err(|e| written(&e))
    }

    /// Columns that a person sees of data; none where nobody looks.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        width(&std::io::stdout())
    }

    /// Bytes of data as they are.
    ///
    /// # Errors
    /// [`Failure::Closed`] when nobody reads any more.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(|e| written(&e))
    }

    /// A document, indented for `json`, on one line for `jsonl`.
    ///
    /// # Errors
    /// [`Failure::Closed`] when nobody reads any more.
    pub fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        let written = serde_json::to_value(document)
            .map(in_order)
            .and_then(|document| match self.output {
                Output::Jsonl => serde_json::to_string(&document),
                Output::Json | Output::Text => serde_json::to_string_pretty(&document),
            });
        self.data(&written.map_err(|e| Failure::Input(e.to_string()))?)
    }

    /// A line of talk. That nobody listens is no failure.
    pub fn talk(&self, line: &str) {
        let line = width(&std::io::stderr()).map_or_else(|| line.into(), |to| wrapped(line, to));
        let _ = writeln!(anstream::stderr().lock(), "{line}");
    }

    /// Something that went well.
    pub fn good(&self, what: &str) {
        self.talk(&format!(" {} {what}", styled(GOOD, "✔")));
    }

    /// Something that did not.
    pub fn bad(&self, what: &str) {
        self.talk(&format!(" {} {what}", styled(BAD, "✖")));
    }

    /// Talk from the catalogue.
    pub fn say(&self, key: &str, args: &[(&str, &dyn std::fmt::Display)]) {
        self.talk(&text(self.lang, key, args));
    }

    /// An error, and what to do.
    pub fn error(&self, what: &str, hint: Option<&str>) {
        self.talk(&format!(
            "{}: {}",
            styled(BAD, &text(self.lang, "error", &[])),
            clean(&one_line(what))
        ));
        if let Some(hint) = hint {
            self.talk(&format!(
                "  {}: {hint}",
                styled(BOLD, &text(self.lang, "hint", &[]))
            ));
        }
    }

    /// Something that does not stop the command.
    pub fn warn(&self, what: &str) {
        self.talk(&format!(
            "{}: {}",
            styled(CARE, &text(self.lang, "warning", &[])),
            clean(&one_line(what))
        ));
    }

    /// Asks and reads one line; `None` at the end of input.
    ///
    /// # Errors
    /// When standard input cannot be read.
    pub fn ask(&self, question: &str) -> Result<Option<String>, Failure> {
        let _ = write!(anstream::stderr().lock(), "{question} ");
        let mut line = String::new();
        let read = std::io::stdin()
            .read_line(&mut line)
            .map_err(|e| Failure::Input(format!("standard input: {e}")))?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    }
}

/// The reader's clock: that of `TZ`, else of the machine.
#[must_use]
pub fn zone() -> Option<&'static TimeZone> {
    static ZONE: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);
    Some(&ZONE)
}

/// Columns of the terminal behind a stream, where there is one.
fn width(stream: &impl std::os::fd::AsFd) -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(stream)?;
    Some(columns.into())
}

/// Errors of others may come in several lines.
fn one_line(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn written(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::File {
            what: "file-write",
            path: "standard output".into(),
            why: error.to_string(),
        },
    }
}
