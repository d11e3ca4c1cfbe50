//! `rebato report`: a case as a page, as Markdown or as JSON.

use std::path::Path;

use rebato_core::case::Case;
use rebato_engine::load;
use rebato_report::{Lang, documents, html, markdown};
use rebato_store::Access;

use super::Done;
use crate::args::{Format, ReportArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};

/// Runs it.
///
/// # Errors
/// When there is no such case, or the file cannot be written.
pub async fn run(context: &Context, args: &ReportArgs) -> Done {
    let store = context.store(Access::Read).await?;
    let case = load(&store, &args.case).await?;
    let report = render(&case, args.format, context.terminal.lang)?;
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
        Format::Html => {
            html(case, lang, jiff::Timestamp::now()).map_err(|e| Failure::Input(e.to_string()))?
        }
        Format::Markdown => markdown(case, lang, jiff::Timestamp::now()),
        Format::Json => {
            let mut text = serde_json::to_string_pretty(&documents::case(case, lang))
                .map_err(|e| Failure::Input(e.to_string()))?;
            text.push('\n');
            text
        }
    })
}

/// Writes a report.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn save(file: &Path, report: &str) -> Result<(), Failure> {
    std::fs::write(file, report).map_err(|e| Failure::File {
        what: "cannot write",
        path: file.display().to_string(),
        why: e.to_string(),
    })
}
