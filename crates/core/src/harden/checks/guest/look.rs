//! What the checks of the operating system share: a part of the guest, or why it is not known; and the judgement on settings
//! of sshd. Must not know any single check.

use std::collections::BTreeMap;

use crate::harden::guest::{Guest, Part};
use crate::harden::sshd::{Config, Rule, Value, Wanted, Who, bad_words, defaults};
use crate::harden::{Check, CheckResult, Seen, Shortfall};

/// How many lines of evidence one check gives, and how long they are: they come from a machine that may be an attacker's.
const MOST: usize = 20;
const LONGEST: usize = 200;

/// The guest, or why it is not known.
pub(super) fn guest<'a>(seen: &Seen<'a>) -> Result<&'a Guest, String> {
    let posture = seen.posture;
    posture.guest.as_ref().ok_or_else(|| {
        let noted = posture.unread.iter().find(|unread| unread.what == "guest");
        noted.map_or_else(|| "not-asked".to_owned(), |unread| unread.why.clone())
    })
}

/// A part of the guest, or why it is not known.
pub(super) fn part<'a, T>(
    seen: &Seen<'a>,
    pick: impl FnOnce(&'a Guest) -> &'a Part<T>,
) -> Result<&'a T, String> {
    pick(guest(seen)?).seen().map_err(str::to_owned)
}

/// Text of the guest as evidence.
pub(super) fn bounded(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    lines
        .into_iter()
        .take(MOST)
        .map(|line| line.chars().take(LONGEST).collect())
        .collect()
}

/// The value of a keyword as sshd says it, else as its files say it; the place comes from the files in either case.
pub(super) fn value(guest: &Guest, keyword: &str, who: &Who) -> Result<Value, String> {
    let of = |config: &Config, who: &Who| config.value(keyword, who, &defaults());
    let told = if who.user.is_some() {
        &guest.sshd_root
    } else {
        &guest.sshd
    };
    let files = guest.sshd_files.seen().map(|config| of(config, who));
    let value = match (told.seen(), files) {
        (Ok(config), files) => {
            // It was asked for this connection, so it has no blocks left.
            let mut value = of(config, &Who::default());
            value.place = files
                .ok()
                .filter(|written| written.words == value.words)
                .and_then(|written| written.place)
                .or(value.place);
            value
        }
        (Err(_), Ok(value)) => {
            let hangs = |config: &Config| config.hangs_on_groups(keyword, who);
            if who.user.is_some()
                && guest.groups.seen().is_err()
                && guest.sshd_files.seen().is_ok_and(hangs)
            {
                return Err("groups-not-known".to_owned());
            }
            value
        }
        (Err(why), Err(_)) => return Err(why.to_owned()),
    };
    match value.doubt {
        Some(doubt) => Err(doubt),
        None => Ok(value),
    }
}

/// A login of root from nowhere in particular. Its own group is root's on every Linux; of others only a look tells.
pub(super) fn root(guest: &Guest) -> Who {
    let groups = guest.groups.seen().ok().and_then(|all| all.get("root"));
    Who {
        user: Some("root".into()),
        groups: groups.cloned().unwrap_or_else(|| vec!["root".into()]),
        ..Who::default()
    }
}

/// Whether sshd's settings are as the rules want them: for nobody in particular, and for root too where `for_root` says so.
pub(super) fn settings(
    check: &Check,
    seen: &Seen<'_>,
    rules: &[Rule],
    for_root: bool,
) -> CheckResult {
    let guest = match guest(seen) {
        Ok(guest) => guest,
        Err(why) => return check.unknown(why),
    };
    let mut short = Vec::new();
    let mut unseen = None;
    for rule in rules {
        let mut judge = |who: &Who, needed: bool| match value(guest, rule.keyword, who) {
            Ok(value) => match short_of(rule, &value) {
                Ok(found) => short.extend(found.filter(|found| !short.contains(found))),
                Err(why) => unseen = unseen.take().or(Some(why)),
            },
            Err(why) if needed => unseen = unseen.take().or(Some(why)),
            Err(_) => {}
        };
        judge(&Who::default(), true);
        if for_root {
            // What sshd said about nobody in particular is no word about root.
            judge(&root(guest), true);
        }
    }
    check.settings_but(short, unseen)
}

/// How a value falls short of a rule.
fn short_of(rule: &Rule, value: &Value) -> Result<Option<Shortfall>, String> {
    let words = value.words.as_deref().ok_or("not-in-output")?;
    if words.is_empty() {
        return Err("not-in-output".into());
    }
    let bad = bad_words(rule.wanted, words);
    Ok((!bad.is_empty()).then(|| {
        let place = value
            .place
            .as_ref()
            .map_or_else(|| "default".to_owned(), ToString::to_string);
        let is: String = bad.join(",").chars().take(LONGEST).collect();
        Shortfall::new(place, rule.keyword, is, wanted(rule.wanted))
    }))
}

fn wanted(wanted: Wanted) -> String {
    match wanted {
        Wanted::OneOf(good) => good.first().copied().unwrap_or_default().to_owned(),
        Wanted::Between(low, high) => format!("{low}-{high}"),
        Wanted::Without(weak) => weak
            .iter()
            .map(|w| format!("-{w}"))
            .collect::<Vec<_>>()
            .join(","),
    }
}

/// The files' configuration, for what `sshd -T` does not show.
pub(super) fn files<'a>(seen: &Seen<'a>) -> Result<&'a Config, String> {
    let guest = guest(seen)?;
    guest.sshd_files.seen().map_err(|why| {
        let only_effective = why == "not-asked" && guest.sshd.seen().is_ok();
        if only_effective {
            "only-effective"
        } else {
            why
        }
        .to_owned()
    })
}

/// The first of these services that runs; an error when the state of none is known.
pub(super) fn running<'a>(
    facts: &'a BTreeMap<String, String>,
    names: &[&'a str],
) -> Result<Option<&'a str>, &'static str> {
    let states = || {
        names
            .iter()
            .filter_map(|name| Some((*name, facts.get(*name)?.as_str())))
            .filter(|(_, state)| *state != "unknown" && !state.is_empty())
    };
    if states().next().is_none() {
        return Err("not-in-output");
    }
    Ok(states()
        .find(|(_, state)| matches!(*state, "active" | "running"))
        .map(|(name, _)| name))
}
