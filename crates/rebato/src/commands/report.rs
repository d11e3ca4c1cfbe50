//! `rebato report`: a case as a page, as Markdown, as JSON, in the forms of other programs, or by a template.

use std::path::Path;

use rebato_core::case::Case;
use rebato_engine::load;
use rebato_report::{Clock, Lang, documents, escalation, forms, html, markdown};
use rebato_store::Access;
use serde_json::Value;

use super::Done;
use crate::args::{Format, Output, ReportArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::terminal::zone;

/// Runs it.
///
/// # Errors
/// When there is no such case, or the file cannot be written.
pub async fn run(context: &Context, args: &ReportArgs) -> Done {
    let store = context.store(Access::Read).await?;
    let case = load(&store, &args.case).await?;
    let lang = context.terminal.lang;
    let report = match &args.template {
        None => {
            let usual = match context.terminal.output {
                Output::Text => Format::Html,
                Output::Json | Output::Jsonl => Format::Json,
            };
            render(&case, args.format.unwrap_or(usual), lang)?
        }
        Some(file) => templated(&case, file, lang)?,
    };
    match &args.out {
        None => context.terminal.bytes(report.as_bytes())?,
        Some(file) => {
            save(file, &report)?;
            context
                .terminal
                .say("report-saved", &[("file", &file.display())]);
        }
    }
    Ok(Exit::Done)
}

/// The report in one form and language.
///
/// # Errors
/// When it cannot be rendered.
pub(crate) fn render(case: &Case, format: Format, lang: Lang) -> Result<String, Failure> {
    Ok(match format {
        Format::Html => html(case, lang, clock()).map_err(|e| Failure::Input(e.to_string()))?,
        Format::Markdown => markdown(case, lang, clock()),
        Format::Json => pretty(&documents::case(case, lang))?,
        Format::Csv => forms::csv(case, lang).map_err(|e| Failure::Input(e.to_string()))?,
        Format::Ocsf => {
            let lines = forms::ocsf(case, lang).map(|event| format!("{event}\n"));
            lines.concat()
        }
        Format::Asff => {
            pretty(&forms::asff(case, lang).map_err(|e| Failure::Input(e.to_string()))?)?
        }
        Format::Stix => pretty(&forms::stix(case, lang))?,
        Format::Support => {
            let letter = escalation::letter(case, lang);
            format!("{}\n\n{}\n", letter.subject, letter.body)
        }
    })
}

fn clock() -> Clock {
    Clock {
        now: jiff::Timestamp::now(),
        zone: zone(),
    }
}

fn pretty(document: &Value) -> Result<String, Failure> {
    let mut text =
        serde_json::to_string_pretty(document).map_err(|e| Failure::Input(e.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// What a template of the user's makes of the case.
fn templated(case: &Case, file: &Path, lang: Lang) -> Result<String, Failure> {
    let path = file.display().to_string();
    let source = std::fs::read_to_string(file).map_err(|e| Failure::File {
        what: "file-read",
        path: path.clone(),
        why: e.to_string(),
    })?;
    forms::from_template(case, lang, &path, &source).map_err(|e| Failure::Input(e.to_string()))
}

/// Writes a report.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn save(file: &Path, report: &str) -> Result<(), Failure> {
    std::fs::write(file, report).map_err(|e| Failure::File {
        what: "file-write",
        path: file.display().to_string(),
        why: e.to_string(),
    })
}
