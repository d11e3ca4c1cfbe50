//! `cargo xtask fuzz`: writes the seeds and runs the fuzz targets of `fuzz/`, one after the other. Must not know what they test:
//! a target is a file in `fuzz/fuzz_targets`.

use std::fs;
use std::path::Path;

use crate::run::{Program, RunError, say};

const FUZZ_HINT: &str = "install it with `cargo install cargo-fuzz`";
/// Seconds for a target where nobody says otherwise: enough to see that it runs.
const SECONDS: u32 = 60;

/// What to run, and for how long each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    targets: Vec<String>,
    seconds: u32,
}

/// `[TARGET…] [--seconds N]`; nothing for words that are neither.
pub(crate) fn wanted(words: &[String]) -> Option<Wanted> {
    let mut wanted = Wanted {
        targets: Vec::new(),
        seconds: SECONDS,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seconds" => wanted.seconds = words.next()?.parse().ok().filter(|n| *n > 0)?,
            option if option.starts_with('-') => return None,
            target => wanted.targets.push(target.to_owned()),
        }
    }
    Some(wanted)
}

/// Runs them; the first that finds something ends it.
pub(crate) fn run(root: &Path, wanted: &Wanted) -> Result<(), RunError> {
    let folder = root.join("fuzz");
    let known = targets(&folder.join("fuzz_targets"))?;
    if let Some(unknown) = wanted.targets.iter().find(|name| !known.contains(name)) {
        return Err(RunError::NoTarget {
            name: unknown.clone(),
            known: known.join(", "),
        });
    }
    let chosen = if wanted.targets.is_empty() {
        &known
    } else {
        &wanted.targets
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let seeds = ["run", "--quiet", "--example", "seeds", "corpus"];
    Program::new(&folder, &cargo, seeds, "install Rust").run()?;
    let seconds = format!("-max_total_time={}", wanted.seconds);
    for target in chosen {
        let dictionary = format!("-dict=dictionaries/{}.dict", dictionary(target));
        let words = [
            "fuzz",
            "run",
            "--fuzz-dir",
            ".",
            // Our crates have no unsafe code that the address sanitizer could watch, and without it the released compiler will do.
            "--sanitizer",
            "none",
            target,
            "--",
            &seconds,
            &dictionary,
            "-rss_limit_mb=2048",
            "-max_len=65536",
            "-timeout=10",
            "-print_final_stats=1",
        ];
        Program::new(&folder, &cargo, words, FUZZ_HINT).run()?;
    }
    say(&format!("{} fuzz targets, nothing found", chosen.len()));
    Ok(())
}

/// The words that a target's inputs are made of.
fn dictionary(target: &str) -> &'static str {
    match target {
        "flow_logs" | "cloudtrail" | "auth_log" | "windows_events" | "journal_export" | "utmp"
        | "dns_log" | "metrics" => "logs",
        "sshd_config" | "guest_output" => "sshd",
        list if list.contains("list") => "lists",
        _ => "alerts",
    }
}

/// The names of the targets, in order.
fn targets(folder: &Path) -> Result<Vec<String>, RunError> {
    let unreadable = |source| RunError::File {
        what: "read",
        path: folder.to_path_buf(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{Wanted, wanted};

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn targets_and_seconds_are_taken_and_other_words_refused() {
        let expected = Wanted {
            targets: words("sns sqs"),
            seconds: 600,
        };
        assert_eq!(wanted(&words("sns --seconds 600 sqs")), Some(expected));
        for line in [
            "--seconds",
            "--seconds 0",
            "--seconds soon",
            "--minutes 3",
            "sns --seconds -1",
        ] {
            assert_eq!(wanted(&words(line)), None, "{line}");
        }
    }
}
