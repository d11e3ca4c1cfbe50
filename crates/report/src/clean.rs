//! Makes text of strangers safe to print: control, escape, bidirectional and invisible characters become visible.
//! Must not know where the text goes; HTML and Markdown have their own escaping on top.

/// The text with every character that could steer a terminal, reorder a line or hide shown as `\u{…}`.
/// The result is one line.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_treacherous(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// [`clean`], and no longer than `most` characters: what was left out is counted.
#[must_use]
pub fn clean_and_clip(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(most).collect();
    let mut out = clean(&head);
    let rest = chars.count();
    if rest > 0 {
        out.push_str(&format!("… (+{rest})"));
    }
    out
}

fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_sequences_become_visible() {
        assert_eq!(
            clean("a\x1b[31mb\u{9b}2J\x07"),
            "a\\u{1b}[31mb\\u{9b}2J\\u{7}"
        );
        assert_eq!(clean("line\nnext\r\n\tx"), "line\\nnext\\r\\n\\tx");
    }

    #[test]
    fn reordering_and_invisible_characters_become_visible() {
        assert_eq!(clean("exe\u{202e}gpj"), "exe\\u{202e}gpj");
        assert_eq!(
            clean("\u{2066}\u{200b}\u{feff}\u{e0041}"),
            "\\u{2066}\\u{200b}\\u{feff}\\u{e0041}"
        );
    }

    #[test]
    fn ordinary_text_stays() {
        let text = "Ñandú · 198.51.100.7 → :22 | <b> \\ 日本 😀";
        assert_eq!(clean(text), text);
    }

    #[test]
    fn long_text_says_how_much_was_left_out() {
        assert_eq!(clean_and_clip("abcdef", 4), "abcd… (+2)");
        assert_eq!(clean_and_clip("abcd", 4), "abcd");
    }
}
