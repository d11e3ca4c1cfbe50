//! Many names that nobody registered and that look drawn by lot: a program searching for whoever commands it (domain generation).
//! Names made of words are not recognised. Must not count names under one and the same domain: see `dns_tunnel`.

use super::names::{self, is_ordinary};
use super::{Hit, Picture, hit, joined};

/// So many such names are no row of typing errors.
const DOMAINS: usize = 10;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = names::all(picture)
        .filter(|(_, name)| {
            name.count > 0
                && name.missing == name.count
                && !is_ordinary(name.domain)
                && name
                    .domain
                    .split_once('.')
                    .is_some_and(|(label, _)| looks_drawn(label))
        })
        .collect();
    if found.len() < DOMAINS {
        return Vec::new();
    }
    let args = [
        ("count", found.len().to_string()),
        (
            "domains",
            joined(found.iter().map(|(_, name)| name.domain.to_owned())),
        ),
    ];
    hit(
        "dns-generated-names",
        found.iter().map(|found| found.0),
        &args,
    )
}

/// Letters as no language sets them: few vowels, long runs of consonants, digits among letters. Of names of ten to twenty letters drawn
/// evenly this knows six to nine in ten, and takes one in twenty of the compound words that people make for such.
fn looks_drawn(label: &str) -> bool {
    if label.len() < 8
        || !label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    {
        return false;
    }
    let vowel = |b: &u8| b"aeiouy".contains(b);
    let letters = label.bytes().filter(u8::is_ascii_lowercase).count();
    let digits = label.len() - letters;
    let vowels = label.bytes().filter(|b| vowel(b)).count();
    let (mut run, mut longest, mut turns, mut last) = (0usize, 0usize, 0usize, None);
    for b in label.bytes() {
        run = if b.is_ascii_lowercase() && !vowel(&b) {
            run + 1
        } else {
            0
        };
        longest = longest.max(run);
        turns += usize::from(last.is_some_and(|last| last != b.is_ascii_digit()));
        last = Some(b.is_ascii_digit());
    }
    longest >= 5 || vowels * 6 < letters || digits >= 2 && turns >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_names_are_told_from_words() {
        for label in [
            "xkqwzjvbpt",
            "qxvtrnlsdkwe",
            "a8f3k2m9x1",
            "wbdjsrkfplrt",
            "kdjfhgiuerwt",
        ] {
            assert!(looks_drawn(label), "{label}");
        }
        for label in [
            "example",
            "stackoverflow",
            "raspberrypi",
            "wellsfargo",
            "bundesbank",
            "wetransfer",
            "office365",
            "web2print",
            "schwarzwald",
            "my-very-long-name",
            "hospital24",
        ] {
            assert!(!looks_drawn(label), "{label}");
        }
    }
}
