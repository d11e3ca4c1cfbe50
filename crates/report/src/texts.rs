//! The catalogues: one text a key and a language. Must not know cases; what a value means is for [`crate::words`].

use std::fmt::Display;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::Lang;

/// The files of a language, embedded.
macro_rules! files {
    ($lang:literal) => {
        [
            include_str!(concat!("../locales/", $lang, "/domain.ftl")),
            include_str!(concat!("../locales/", $lang, "/kinds.ftl")),
            include_str!(concat!("../locales/", $lang, "/signals.ftl")),
            include_str!(concat!("../locales/", $lang, "/actions.ftl")),
            include_str!(concat!("../locales/", $lang, "/notes.ftl")),
            include_str!(concat!("../locales/", $lang, "/lint.ftl")),
            include_str!(concat!("../locales/", $lang, "/checks.ftl")),
            include_str!(concat!("../locales/", $lang, "/guest.ftl")),
            include_str!(concat!("../locales/", $lang, "/escalate.ftl")),
            include_str!(concat!("../locales/", $lang, "/watch.ftl")),
            include_str!(concat!("../locales/", $lang, "/report.ftl")),
            include_str!(concat!("../locales/", $lang, "/cli.ftl")),
            include_str!(concat!("../locales/", $lang, "/program.ftl")),
            include_str!(concat!("../locales/", $lang, "/help.ftl")),
        ]
    };
}

pub(crate) const EN: [&str; 14] = files!("en");
pub(crate) const ES: [&str; 14] = files!("es");

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En, &EN));
static SPANISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Es, &ES));

fn bundle(lang: Lang, files: &[&str]) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.code().parse().unwrap_or_default()]);
    // Isolation marks are for screens that mix scripts; in a terminal or a ticket they are rubbish.
    bundle.set_use_isolating(false);
    for file in files {
        // What cannot be parsed is left out and shows as a missing key; a test reads every file strictly.
        let resource =
            FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The text of a key. A value is data: it is put in as it is and never interpreted; one that is all digits also chooses
/// between singular and plural. A missing key shows as `⟦key⟧`, a missing value as `{$name}`: neither stops a report.
#[must_use]
pub fn text(lang: Lang, key: &str, args: &[(&str, &dyn Display)]) -> String {
    let args: Vec<(&str, String)> = args
        .iter()
        .map(|(name, value)| (*name, value.to_string()))
        .collect();
    say(lang, key, &args)
}

/// [`text`] for values that are texts already.
#[must_use]
pub(crate) fn say(lang: Lang, key: &str, args: &[(&str, String)]) -> String {
    let bundle = match lang {
        Lang::En => &ENGLISH,
        Lang::Es => &SPANISH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return format!("⟦{key}⟧");
    };
    let args: FluentArgs<'_> = args
        .iter()
        .map(|(name, value)| (*name, value_of(value)))
        .collect();
    bundle
        .format_pattern(pattern, Some(&args), &mut Vec::new())
        .into_owned()
}

/// Whether a language has a text for the key.
#[must_use]
pub fn has(lang: Lang, key: &str) -> bool {
    let bundle = match lang {
        Lang::En => &ENGLISH,
        Lang::Es => &SPANISH,
    };
    bundle
        .get_message(key)
        .is_some_and(|message| message.value().is_some())
}

/// A count is a number, so that it can choose a plural; everything else stays the text it is. Fifteen digits are what a
/// floating-point number holds exactly; a leading zero would be lost.
fn value_of(value: &str) -> FluentValue<'_> {
    let counts = value.len() <= 15
        && !value.is_empty()
        && value.bytes().all(|b| b.is_ascii_digit())
        && (value == "0" || !value.starts_with('0'));
    match value.parse::<u64>() {
        Ok(number) if counts => FluentValue::from(number),
        _ => FluentValue::from(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_key_is_visible() {
        assert_eq!(text(Lang::Es, "no-such-key", &[]), "⟦no-such-key⟧");
        assert!(!has(Lang::Es, "no-such-key"));
    }

    #[test]
    fn values_are_data() {
        let shown = text(
            Lang::En,
            "fact-threat_match",
            &[
                ("ip", &"{ $list }"),
                ("list", &"{-brand}"),
                ("entry", &"\u{7b}0\u{7d}"),
            ],
        );
        assert!(
            shown.contains("{ $list }") && shown.contains("{-brand}"),
            "{shown}"
        );
        assert!(!shown.contains('\u{2068}'), "isolation marks in {shown:?}");
    }

    #[test]
    fn digits_choose_the_plural_and_stay_as_written() {
        assert_ne!(
            text(Lang::En, "count-records", &[("count", &1)]),
            text(Lang::En, "count-records", &[("count", &2)]).replace('2', "1")
        );
        assert!(text(Lang::En, "count-records", &[("count", &"0042")]).contains("0042"));
        assert!(
            text(Lang::En, "count-records", &[("count", &u64::MAX)])
                .contains(&u64::MAX.to_string())
        );
    }
}
