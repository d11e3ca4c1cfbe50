//! `sshd-match`: whether a `Match` block gives somebody what is closed to all others. `sshd -T` does not show it. Must not
//! judge what holds for everybody.

use super::look::{bounded, files};
use crate::harden::sshd::bad_words;
use crate::harden::sshd::rules::{EMPTY_PASSWORDS, HOST_BASED, KEYBOARD, PASSWORDS, ROOT_LOGIN};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "sshd-match",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let config = match files(seen) {
        Ok(config) => config,
        Err(why) => return CHECK.unknown(why),
    };
    let rules = [ROOT_LOGIN, PASSWORDS, KEYBOARD, EMPTY_PASSWORDS, HOST_BASED];
    let mut short = Vec::new();
    for setting in &config.settings {
        let Some(block) = setting.block.and_then(|id| config.blocks.get(id)) else {
            continue;
        };
        for rule in rules.iter().filter(|rule| rule.keyword == setting.keyword) {
            let bad = bad_words(rule.wanted, &setting.words);
            if !bad.is_empty() {
                let place = format!("{} Match {}", setting.place, block.text);
                short.push(Shortfall::extra(place, rule.keyword, bad.join(",")));
            }
        }
    }
    let evidence = bounded(short.iter().map(ToString::to_string));
    // What cannot be read may hold one.
    let unseen = config.problems.first().map(|problem| problem.what.clone());
    short.truncate(evidence.len());
    CHECK.judged_but(evidence, unseen).falling_short(short)
}
