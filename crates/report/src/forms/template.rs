//! A user's own template over the contract's document of a case. It reads nothing but what it is given, ends by itself, and the
//! values in it are escaped for the kind of file that it writes. Must not trust the template, and still less the values.

use minijinja::value::{Serde, Value as Jinja};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, context, escape_formatter};
use rebato_core::case::Case;

use super::csv::inert;
use crate::Lang;
use crate::clean::clean;
use crate::documents;
use crate::markdown::escaped;
use crate::texts::{has, text};

/// Steps that a template may take: a case of 100,000 pieces of evidence, ten values each, needs a tenth of it.
const FUEL: u64 = 50_000_000;

/// Why a template gave nothing.
#[derive(Debug, thiserror::Error)]
#[error("{name}{}: {why}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct TemplateError {
    /// The template's name.
    pub name: String,
    /// 1-based.
    pub line: Option<usize>,
    /// The engine's word.
    pub why: String,
}

impl TemplateError {
    fn of(name: &str, error: &minijinja::Error) -> Self {
        let why = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        Self {
            name: error.name().unwrap_or(name).to_owned(),
            line: error.line(),
            why,
        }
    }
}

/// Renders `source`. Its `name` says by its ending what is written: `.html`, `.htm` and `.xml` are escaped as HTML, `.json`,
/// `.yaml` and `.yml` as JSON values, `.md` as Markdown, `.csv` as cells that are no formula; all else as text that no terminal
/// obeys. `case` is `rebato.case/1`, `lang` the language, `t(key)` a text of the catalogue.
///
/// # Errors
/// [`TemplateError`]: with the line where the engine says it.
pub fn from_template(
    case: &Case,
    lang: Lang,
    name: &str,
    source: &str,
) -> Result<String, TemplateError> {
    let mut env = Environment::new();
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(|name| {
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase());
        let kind = match ending.as_deref() {
            Some("html" | "htm" | "xml") => return AutoEscape::Html,
            Some("json" | "yaml" | "yml") => "json",
            Some("md") => "markdown",
            Some("csv") => "csv",
            _ => "text",
        };
        AutoEscape::Custom(kind.into())
    });
    env.set_formatter(write);
    env.add_function("t", move |key: &str| {
        if has(lang, key) {
            Ok(text(lang, key, &[]))
        } else {
            let why = format!("the catalogue has no text {key:?}");
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, why))
        }
    });
    let of = |error| TemplateError::of(name, &error);
    let template = env.template_from_named_str(name, source).map_err(of)?;
    let case = Jinja::from(Serde(documents::case(case, lang)));
    template
        .render(context! { case, lang => lang.code() })
        .map_err(of)
}

/// Writes one value. What a template calls safe is a template's own business.
fn write(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Jinja,
) -> Result<(), minijinja::Error> {
    let kind = match state.auto_escape() {
        AutoEscape::Custom(kind) => kind.clone(),
        _ => "html".into(),
    };
    let shown = match &*kind {
        "json" if !value.is_safe() => serde_json::to_string(value).map_err(|error| {
            minijinja::Error::new(ErrorKind::BadSerialization, error.to_string())
        })?,
        "html" if !value.is_safe() => {
            let cleaned = value.as_str().map(|text| Jinja::from(clean(text)));
            return escape_formatter(out, state, cleaned.as_ref().unwrap_or(value));
        }
        _ if value.is_undefined() || value.is_none() => String::new(),
        _ if value.is_safe() => value.to_string(),
        "markdown" => escaped(&value.to_string()),
        "csv" => format!("\"{}\"", inert(&value.to_string()).replace('"', "\"\"")),
        _ => clean(&value.to_string()),
    };
    out.write_str(&shown).map_err(minijinja::Error::from)
}
