//! The languages and how one is chosen. A further one is a variant here and a folder of texts. Must not know any text.

use std::str::FromStr;

/// A language that every text exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// A name that is no language of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no texts in language {0:?}: use es or en")]
pub struct UnknownLang(String);

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The language that a `LANG` value such as `es_MX.UTF-8` asks for; English where it asks for none of ours.
    #[must_use]
    pub fn detect(locale: &str) -> Self {
        locale.parse().unwrap_or_default()
    }

    /// The code, as in HTML's `lang` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }
}

fn primary(locale: &str) -> String {
    locale
        .split(['_', '-', '.', '@'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let code = primary(name);
        let known = Self::ALL.into_iter().find(|lang| lang.code() == code);
        known.ok_or_else(|| UnknownLang(name.chars().take(40).collect()))
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_as_systems_write_them() {
        for (locale, lang) in [
            ("es_MX.UTF-8", Lang::Es),
            ("es", Lang::Es),
            ("ES-ar@euro", Lang::Es),
            ("en_GB", Lang::En),
            ("C", Lang::En),
            ("", Lang::En),
            ("est", Lang::En),
        ] {
            assert_eq!(Lang::detect(locale), lang, "{locale}");
        }
    }

    #[test]
    fn a_language_asked_for_by_name_must_exist() {
        assert_eq!("es".parse(), Ok(Lang::Es));
        assert_eq!("en-US".parse(), Ok(Lang::En));
        assert!("fr".parse::<Lang>().is_err());
    }
}
