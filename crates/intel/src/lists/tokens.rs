//! JSON taken apart token by token, with lines, and without ever failing: what is no JSON becomes a bare word, and a lost quote
//! ends with its line. So a fault in a list of a million entries costs what stands at it. Must not know lists.

use std::borrow::Cow;

use super::lines::ends;

/// A piece of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`.
    OpenObject,
    /// `}`.
    CloseObject,
    /// `[`.
    OpenArray,
    /// `]`.
    CloseArray,
    /// `:`.
    Colon,
    /// `,`.
    Comma,
    /// A string, its escapes resolved.
    Text(Cow<'a, str>),
    /// A string that its line ended, or with escapes that mean nothing.
    Broken(&'a str),
    /// `true`, `false`, `null`, a number, or what should not stand there.
    Word(&'a str),
}

/// The tokens of a text.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    line: u64,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
        }
    }

    /// Goes on by so many bytes, and gives them.
    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.line += ends(taken.as_bytes(), rest.bytes().next());
        self.rest = rest;
        taken
    }

    /// A string after its opening quote.
    fn string(&mut self) -> Token<'a> {
        let mut escaped = false;
        let mut escapes = false;
        let end = self.rest.bytes().position(|byte| {
            let ends = matches!(byte, b'\n' | b'\r') || (byte == b'"' && !escaped);
            escaped = byte == b'\\' && !escaped;
            escapes |= escaped;
            ends
        });
        let end = end.unwrap_or(self.rest.len());
        let inside = self.take(end);
        if !self.rest.starts_with('"') {
            return Token::Broken(inside);
        }
        self.take(1);
        if !escapes {
            return Token::Text(Cow::Borrowed(inside));
        }
        serde_json::from_str(&format!("\"{inside}\"")).map_or(Token::Broken(inside), Token::Text)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (u64, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let blank = |c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}');
        let gap = self.rest.len() - self.rest.trim_start_matches(blank).len();
        self.take(gap);
        let line = self.line;
        let mark = match self.rest.bytes().next()? {
            b'{' => Some(Token::OpenObject),
            b'}' => Some(Token::CloseObject),
            b'[' => Some(Token::OpenArray),
            b']' => Some(Token::CloseArray),
            b':' => Some(Token::Colon),
            b',' => Some(Token::Comma),
            b'"' => {
                self.take(1);
                return Some((line, self.string()));
            }
            _ => None,
        };
        if let Some(mark) = mark {
            self.take(1);
            return Some((line, mark));
        }
        // Colons belong to a bare word: addresses have them.
        let end = self
            .rest
            .find(|c: char| blank(c) || matches!(c, '{' | '}' | '[' | ']' | ',' | '"'))
            .unwrap_or(self.rest.len());
        Some((line, Token::Word(self.take(end))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn faults_cost_what_stands_at_them() {
        let text = "{\"a\": [1, \"x\\n\\u00e9\", \"lost\n2001:db8::1 \"b\\q\" true]}\r\n\"\"";
        let found: Vec<(u64, Token<'_>)> = Tokens::new(text).collect();
        let text = |s: &'static str| Token::Text(Cow::Borrowed(s));
        assert_eq!(
            found,
            [
                (1, Token::OpenObject),
                (1, text("a")),
                (1, Token::Colon),
                (1, Token::OpenArray),
                (1, Token::Word("1")),
                (1, Token::Comma),
                (1, text("x\né")),
                (1, Token::Comma),
                (1, Token::Broken("lost")),
                (2, Token::Word("2001:db8::1")),
                (2, Token::Broken("b\\q")),
                (2, Token::Word("true")),
                (2, Token::CloseArray),
                (2, Token::CloseObject),
                (3, text("")),
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_comes_to_an_end(text in any::<String>()) {
            prop_assert!(Tokens::new(&text).count() <= text.len());
        }
    }
}
