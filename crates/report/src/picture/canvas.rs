//! The primitives of a picture: text, lines and shapes with classes of the style sheet, no style of their own. Must not know what
//! a picture shows.

use std::fmt::Write as _;

/// An SVG element that is being drawn. Writing to a `String` cannot fail, so the results of `write!` are dropped.
pub(super) struct Canvas {
    out: String,
}

/// Where the point of a text is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    /// Opens the element; screen readers say its title and description in place of what is drawn.
    pub(super) fn new(id: &str, (width, height): (f64, f64), title: &str, desc: &str) -> Self {
        let mut out = String::new();
        let _ = write!(
            out,
            r#"<svg class="drawn" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>"#,
            escape(title),
            escape(desc)
        );
        Self { out }
    }

    /// Opens a group whose title shows under the pointer.
    pub(super) fn open(&mut self, class: &str, title: &str) {
        let _ = write!(
            self.out,
            r#"<g class="{class}"><title>{}</title>"#,
            escape(title)
        );
    }

    pub(super) fn close(&mut self) {
        self.out.push_str("</g>");
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, said: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = write!(
            self.out,
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{}</text>"#,
            escape(said)
        );
    }

    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let _ = write!(
            self.out,
            r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#
        );
    }

    /// A level line of some thickness.
    pub(super) fn bar(&mut self, class: &str, (from, until): (f64, f64), y: f64, thick: f64) {
        let _ = write!(
            self.out,
            r#"<line class="{class}" x1="{from:.1}" y1="{y:.1}" x2="{until:.1}" y2="{y:.1}" stroke-width="{thick:.1}"/>"#
        );
    }

    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let _ = write!(
            self.out,
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius}"/>"#
        );
    }

    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let _ = write!(
            self.out,
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="6"/>"#
        );
    }

    /// The head of an arrow with its point at `(x, y)`; it points right, or else left.
    pub(super) fn head(&mut self, class: &str, (x, y): (f64, f64), right: bool) {
        let back = if right { x - 10.0 } else { x + 10.0 };
        let _ = write!(
            self.out,
            r#"<path class="{class}" d="M{x:.1} {y:.1}L{back:.1} {:.1}V{:.1}Z"/>"#,
            y - 6.0,
            y + 6.0
        );
    }

    pub(super) fn done(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}

/// The text, cut where it would be wider than `width` at a font size of 12: 7.3 units a character of the fixed-width font, which
/// is wider than the other one; twice as much for what is not Latin.
pub(super) fn fit(text: &str, width: f64) -> String {
    let mut used = 0.0;
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        used += if c.is_ascii() || ('\u{a0}'..'\u{250}').contains(&c) {
            7.3
        } else {
            14.6
        };
        // The last one may take the place that the mark would need.
        let needed = if chars.peek().is_some() {
            used + 7.3
        } else {
            used
        };
        if needed > width {
            out.push('…');
            return out;
        }
        out.push(c);
    }
    out
}

/// Text for XML: as content and in a double-quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_and_a_longer_one_is_cut() {
        assert_eq!(fit("203.0.113.24", 88.0), "203.0.113.24");
        assert_eq!(fit("203.0.113.24", 80.0), "203.0.113…");
        assert_eq!(fit("日本語", 30.0), "日…");
        assert_eq!(fit("", 0.0), "");
    }
}
