//! The evidence as CSV (RFC 4180), for a spreadsheet. Cells that a spreadsheet would take for a formula begin with an apostrophe
//! (OWASP, "CSV Injection"). Must not leave evidence out: a spreadsheet is where the long tables go.

use std::collections::BTreeMap;

use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use rebato_core::case::Case;

use super::remote;
use crate::Lang;
use crate::clean::clean;
use crate::words::Words;

/// The names of the columns: those of `rebato.verdict/1`, so they are in no language.
const COLUMNS: [&str; 11] = [
    "id", "at", "source", "kind", "ip", "port", "text", "file", "line", "record", "signals",
];

/// One line for each piece of evidence, in the order of the case, with its text in a language.
///
/// # Errors
/// None but those of the writer, which writes to memory.
pub fn csv(case: &Case, lang: Lang) -> Result<String, ::csv::Error> {
    let words = Words::plain(lang);
    let mut cited: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for reason in case.verdict.iter().flat_map(|verdict| &verdict.reasons) {
        for id in &reason.evidence {
            cited.entry(id).or_default().push(&reason.signal);
        }
    }
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for item in case.dossier.iter().flat_map(|dossier| &dossier.evidence) {
        let (ip, port) = remote(&item.fact);
        let row = [
            item.id.clone(),
            item.at.map(|at| at.to_string()).unwrap_or_default(),
            item.source.name().to_owned(),
            item.fact.kind().to_owned(),
            ip.map(|ip| ip.to_string()).unwrap_or_default(),
            port.map(|port| port.to_string()).unwrap_or_default(),
            words.fact(&item.fact),
            item.record.file.clone(),
            item.record.line.map(|n| n.to_string()).unwrap_or_default(),
            item.record.id.clone().unwrap_or_default(),
            cited
                .get(item.id.as_str())
                .map(|all| all.join(" "))
                .unwrap_or_default(),
        ];
        writer.write_record(row.map(|cell| inert(&cell)))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| ::csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The cell as text that no spreadsheet calculates and no terminal obeys.
pub(super) fn inert(cell: &str) -> String {
    // Full-width forms are formulas, too, where an input method makes them.
    const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let shown = clean(cell);
    // Spaces before it do not keep a spreadsheet from calculating.
    if shown.trim_start().starts_with(FORMULA) {
        format!("'{shown}")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::inert;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝cmd", "'＝cmd"),
            ("  =1", "'  =1"),
            ("\t=1", "\\t=1"),
            ("\u{202e}=1", "\\u{202e}=1"),
            ("198.51.100.7", "198.51.100.7"),
        ] {
            assert_eq!(inert(cell), shown);
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_made_of(cell in "[=+@ \t\r\na-z\"',;\u{feff}\u{202e}-]{0,12}") {
            let shown = inert(&cell);
            prop_assert!(!shown.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{shown:?}");
            prop_assert!(!shown.chars().any(char::is_control));
        }
    }
}
