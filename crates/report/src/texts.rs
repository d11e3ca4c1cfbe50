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
            include_str!(concat!("../locales/", $lang, "/failures.ftl")),
        ]
    };
}

/// The texts of a language.
pub(crate) const fn files(lang: Lang) -> [&'static str; 15] {
    match lang {
        Lang::En => files!("en"),
        Lang::Es => files!("es"),
    }
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; Lang::ALL.len()]> =
    LazyLock::new(|| Lang::ALL.map(|lang| bundle(lang, &files(lang))));

/// The texts as they are looked up.
fn texts(lang: Lang) -> Option<&'static Bundle> {
    let all = Lang::ALL.into_iter().zip(BUNDLES.iter());
    all.into_iter()
        .find_map(|(known, bundle)| (known == lang).then_some(bundle))
}

fn bundle(lang: Lang, files: &[&str]) -> Bundle {
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
    let found = texts(lang).and_then(|bundle| Some((bundle, bundle.get_message(key)?.value()?)));
    let Some((bundle, pattern)) = found else {
        return format!("⟦{key}⟧");
    };
    let args: FluentArgs<'_> = args
        .iter()
        .map(|(name, value)| (*name, value_of(lang, name, value)))
        .collect();
    bundle
        .format_pattern(pattern, Some(&args), &mut Vec::new())
        .into_owned()
}

/// Whether a language has a text for the key.
#[must_use]
pub fn has(lang: Lang, key: &str) -> bool {
    texts(lang)
        .and_then(|bundle| bundle.get_message(key))
        .is_some_and(|message| message.value().is_some())
}

/// The placeholders that say how many there are of something. They alone are grouped: a port, an account or a process is a name
/// that is made of digits.
const COUNTED: [&str; 26] = [
    "accepted", "all", "answered", "blocks", "bytes", "calls", "cases", "connects", "count",
    "entries", "events", "facts", "failures", "files", "findings", "flows", "hosts", "looks",
    "matched", "missing", "names", "others", "records", "rejected", "rules", "without",
];

/// A number, so that it can choose a plural; everything else stays the text it is. Fifteen digits are what a floating-point
/// number holds exactly; a leading zero would be lost. From a thousand on no text asks how many: such a count is text, too.
fn value_of<'a>(lang: Lang, name: &str, value: &'a str) -> FluentValue<'a> {
    let is_number = value.len() <= 15
        && !value.is_empty()
        && value.bytes().all(|b| b.is_ascii_digit())
        && (value == "0" || !value.starts_with('0'));
    match value.parse::<u64>() {
        Ok(number) if is_number && number >= 1_000 && COUNTED.contains(&name) => {
            FluentValue::from(grouped(lang, value))
        }
        Ok(number) if is_number => FluentValue::from(number),
        _ => FluentValue::from(value),
    }
}

/// Digits in the reader's form: `14,203` in English; `14 203` in Spanish, where four digits stay together (RAE, "Ortografía",
/// "Números").
pub(crate) fn grouped(lang: Lang, digits: &str) -> String {
    let shortest = say(lang, "form-group-from", &[])
        .parse()
        .unwrap_or(usize::MAX);
    if digits.len() < shortest {
        return digits.to_owned();
    }
    let separator = say(lang, "form-group", &[]);
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (digit, left) in digits.chars().zip((1..=digits.len()).rev()) {
        if left % 3 == 0 && !out.is_empty() {
            out.push_str(&separator);
        }
        out.push(digit);
    }
    out
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

    #[test]
    fn counts_are_in_the_reader_s_form_and_names_of_digits_as_they_are() {
        let read = |lang, count: u64| text(lang, "count-records", &[("count", &count)]);
        assert_eq!(read(Lang::En, 12_345), "12,345 records");
        assert_eq!(read(Lang::En, 1_234_567), "1,234,567 records");
        assert!(read(Lang::Es, 12_345).starts_with("12\u{a0}345 "));
        assert!(read(Lang::Es, 1_234).starts_with("1234 "));
        let port = text(Lang::En, "row-ports", &[("ports", &54_321)]);
        assert!(port.contains("54321"), "{port}");
    }
}
