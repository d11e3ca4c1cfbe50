//! Whether the reader agrees with fail2ban on each line of its own tests, where the corpus lies beside the checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::*;

/// What fail2ban says of a line, in its default mode.
struct Verdict {
    line: u64,
    text: String,
    matches: bool,
    host: Option<String>,
}

fn lines() -> Option<(String, Vec<Verdict>)> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|dir| {
            dir.join("../shared/corpus/authlog/fail2ban__fail2ban/fail2ban/tests/files/logs/sshd")
        })
        .find(|file| file.is_file());
    let Some(found) = found else {
        assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
        println!("skipped: no corpus beside the checkout");
        return None;
    };
    let text = std::fs::read_to_string(found).unwrap();
    let (mut log, mut verdicts) = (String::new(), Vec::new());
    let (mut default, mut said, mut number) = (true, None, 0);
    for line in text.lines() {
        if let Some(options) = line.strip_prefix("# filterOptions: ") {
            default = !options.contains("\"mode\": \"ddos\"") && !options.contains("\"extra\"");
        } else if let Some(json) = line.strip_prefix("# failJSON: ") {
            said = serde_json::from_str::<Value>(json).ok();
        } else if !line.starts_with('#') && !line.is_empty() {
            number += 1;
            log += line;
            log.push('\n');
            let said = said.take().unwrap_or_default();
            let only = said["constraint"].as_str().unwrap_or_default();
            if only.contains("== 'aggressive'") {
                continue;
            }
            let host = ["host", "ip4", "ip6"]
                .iter()
                .find_map(|name| said[name].as_str());
            // What nobody tried is no failed login here; in those modes fail2ban bans whoever connects.
            if default {
                verdicts.push(Verdict {
                    line: number,
                    text: line.to_owned(),
                    matches: said["match"] == true,
                    host: host.map(|host| {
                        line::address(host).map_or_else(|| host.to_owned(), |ip| ip.to_string())
                    }),
                });
            }
        }
    }
    Some((log, verdicts))
}

#[test]
fn fail2ban_says_the_same() {
    let Some((log, verdicts)) = lines() else {
        return;
    };
    let mut found: BTreeMap<u64, Vec<Login>> = BTreeMap::new();
    read(
        &mut Inflater::default(),
        "sshd",
        log.as_bytes(),
        Some(1_130_000_000),
        &mut |_, event, line| {
            if let Some(Event::Login(login)) = event {
                found.entry(line).or_default().push(login);
            }
        },
    );
    let failed = |login: &&Login| !matches!(login.what, What::Accepted { .. });
    let failing: BTreeSet<&str> = found
        .values()
        .flatten()
        .filter(failed)
        .map(|login| login.from.as_str())
        .collect();
    let expected: BTreeSet<&str> = verdicts
        .iter()
        .filter(|verdict| verdict.matches)
        .filter_map(|verdict| verdict.host.as_deref())
        .collect();
    let mut wrong = Vec::new();
    for verdict in &verdicts {
        let here = found.get(&verdict.line).map_or(&[][..], Vec::as_slice);
        if let (true, Some(host)) = (verdict.matches, &verdict.host) {
            let other = here.iter().filter(failed).any(|login| login.from != *host);
            // PAM's first word counts where it stands, and fail2ban's count where the connection ends.
            if other || !failing.contains(host.as_str()) {
                wrong.push(&verdict.text);
            }
        }
        let own = here
            .iter()
            .filter(failed)
            .find(|login| login.what != What::PamFailed && !expected.contains(login.from.as_str()));
        if let (false, Some(_)) = (verdict.matches, own) {
            wrong.push(&verdict.text);
        }
    }
    assert!(verdicts.len() > 90, "{}", verdicts.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
