//! `sshd-match`: whether a `Match` block gives somebody what is closed to all others. `sshd -T` does not show it. Must not
//! judge what holds for everybody.

use super::look::{bounded, files};
use super::sshd_access::everybody;
use super::sshd_passwords::asks_for_key;
use crate::harden::sshd::rules::{EMPTY_PASSWORDS, HOST_BASED, KEYBOARD, PASSWORDS, ROOT_LOGIN};
use crate::harden::sshd::{Who, bad_words, defaults};
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
    let methods = config.value("authenticationmethods", &Who::default(), &defaults());
    let key_elsewhere = asks_for_key(methods.words.as_deref().unwrap_or_default());
    let mut short = Vec::new();
    for setting in &config.settings {
        let Some(block) = setting.block.and_then(|id| config.blocks.get(id)) else {
            continue;
        };
        let place = || format!("{} Match {}", setting.place, block.text);
        let wide: Vec<&str> = match setting.keyword.as_str() {
            "authenticationmethods" if key_elsewhere && !asks_for_key(&setting.words) => {
                setting.words.iter().map(String::as_str).collect()
            }
            "allowusers" | "allowgroups" => {
                let words = setting.words.iter().map(String::as_str);
                words.filter(|word| everybody(word)).collect()
            }
            _ => Vec::new(),
        };
        if !wide.is_empty() {
            short.push(Shortfall::extra(place(), &setting.keyword, wide.join(" ")));
        }
        for rule in rules.iter().filter(|rule| rule.keyword == setting.keyword) {
            let bad = bad_words(rule.wanted, &setting.words);
            if !bad.is_empty() {
                short.push(Shortfall::extra(place(), rule.keyword, bad.join(",")));
            }
        }
    }
    let evidence = bounded(short.iter().map(ToString::to_string));
    // What cannot be read may hold one.
    let unseen = config.problems.first().map(|problem| problem.what.clone());
    short.truncate(evidence.len());
    CHECK.judged_but(evidence, unseen).falling_short(short)
}
