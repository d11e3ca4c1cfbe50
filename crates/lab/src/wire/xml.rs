//! A writer of the XML that AWS answers with. Everything it is given is text and is escaped: tags, user names and list
//! names may come from an attacker. It knows no operation.

use std::fmt::{Display, Write as _};

use jiff::Timestamp;

/// XML being written; elements nest by closures, so that they always close.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    out: String,
}

impl Xml {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What was written.
    pub(crate) fn into_string(self) -> String {
        self.out
    }

    /// `<name>…</name>` around what the closure writes.
    pub(crate) fn node(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        inside(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// `<name>value</name>`, escaped.
    pub(crate) fn text(&mut self, name: &str, value: impl Display) {
        self.node(name, |xml| xml.escaped(&value.to_string()));
    }

    /// The element if there is a value, else nothing.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A time in ISO 8601 with milliseconds, as EC2 and the AWS query services write it.
    pub(crate) fn time(&mut self, name: &str, at: Timestamp) {
        self.text(name, iso(at));
    }

    /// A list: one wrapper, one `each` element an item. EC2 calls it `item`, the AWS query protocol `member`.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        each: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.node(name, |xml| {
            for item in items {
                xml.node(each, |xml| write(xml, item));
            }
        });
    }

    /// A list whose items are text.
    pub(crate) fn texts<T: Display>(
        &mut self,
        name: &str,
        each: &str,
        items: impl IntoIterator<Item = T>,
    ) {
        self.node(name, |xml| {
            for item in items {
                xml.text(each, item);
            }
        });
    }

    /// Markup that this writer made earlier, as it is.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&apos;"),
                // Parsers turn a bare carriage return into a line feed.
                '\r' => self.out.push_str("&#13;"),
                '\t' | '\n' => self.out.push(c),
                // XML 1.0 has no way to write these.
                c if c.is_ascii_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                    self.out.push('\u{fffd}');
                }
                c => self.out.push(c),
            }
        }
    }
}

/// ISO 8601 in UTC with milliseconds, as in `2026-11-24T03:12:09.000Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "{at:.3}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let mut xml = Xml::new();
        xml.text("value", "</value><admin>'\"&\u{1b}[31m\r");
        assert_eq!(
            xml.into_string(),
            "<value>&lt;/value&gt;&lt;admin&gt;&apos;&quot;&amp;\u{fffd}[31m&#13;</value>"
        );
    }

    #[test]
    fn times_have_milliseconds() {
        let at: Timestamp = "2026-11-24T03:12:09Z".parse().unwrap();
        assert_eq!(iso(at), "2026-11-24T03:12:09.000Z");
    }
}
