//! Writes the report of an exported journal: `cargo run -p rebato-report --example page -- journal.jsonl page.html es [pieces]`. With a
//! number of pieces, the case gets as many more conversations, and the time that the report took is told.

use std::io::Write as _;
use std::time::Instant;

use rebato_core::case::Case;
use rebato_core::evaluate::Fact;
use rebato_core::journal::Record;
use rebato_report::{Lang, html};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(journal), Some(out)) = (args.next(), args.next()) else {
        return Err("wanted: a journal, the file to write, and perhaps a language".into());
    };
    let lang: Lang = args.next().as_deref().unwrap_or("en").parse()?;
    let more: usize = args.next().as_deref().unwrap_or("0").parse()?;
    let records: Vec<Record> = std::fs::read_to_string(journal)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let id = records.first().map_or("C-0", |record| record.case.as_str());
    let mut case = Case::replay(id, &records)?;
    if let Some(dossier) = &mut case.dossier {
        let talk = dossier
            .evidence
            .iter()
            .find(|e| matches!(e.fact, Fact::Conversation(_)));
        let more: Vec<_> = talk.into_iter().cycle().cloned().zip(1..=more).collect();
        dossier
            .evidence
            .extend(more.into_iter().map(|(mut evidence, n)| {
                evidence.id = format!("x{n}");
                evidence
            }));
    }
    let start = Instant::now();
    let page = html(&case, lang, case.updated)?;
    writeln!(
        std::io::stdout(),
        "{} bytes in {:?}",
        page.len(),
        start.elapsed()
    )?;
    std::fs::write(out, page)?;
    Ok(())
}
