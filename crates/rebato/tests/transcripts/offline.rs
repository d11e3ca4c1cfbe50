//! `--offline` reaches nobody: where there is no network at all, the program says the same, byte for byte.

use std::process::{Command, Stdio};

use jiff::{Timestamp, Unit};

use crate::place::Place;

/// A configuration that would ask everybody, were it not for `--offline`.
const CONFIG: &str = "[intel.services.otx]\nkey = { env = \"OTX\" }\n[intel.services.shodan]\n[intel.dns]\n[intel.rdap]\n";

/// Whether this kernel gives an empty network namespace to a user.
fn has_namespaces() -> bool {
    let tried = Command::new("unshare")
        .args(["-rn", "true"])
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

/// What a run says: its exit code and both streams, without the place and the time.
fn said(words: &[&str], apart: bool) -> String {
    let mut place = Place::new();
    place.set(
        "REBATO_CONFIG",
        &place.path("rebato.toml").display().to_string(),
    );
    place.set("OTX", "k3y");
    place.write("rebato.toml", CONFIG);
    for fixture in ["native.json", "list.txt"] {
        place.fixture(fixture);
    }
    let mut command = place.command(words);
    if apart {
        let inner = command;
        command = Command::new("unshare");
        command.arg("-rn").arg(inner.get_program());
        command.args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(inner.get_current_dir().unwrap());
        command.stdin(Stdio::null());
    }
    let output = command.output().unwrap();
    let streams = [output.stdout, output.stderr].concat();
    let text =
        String::from_utf8_lossy(&streams).replace(&place.path("").display().to_string(), "[HERE]/");
    let day = Timestamp::now().round(Unit::Hour).unwrap().to_string();
    let lines: Vec<String> = text
        .lines()
        .map(|line| timeless(line, day.get(..10).unwrap_or_default()))
        .collect();
    format!("{:?}\n{}", output.status.code(), lines.join("\n"))
}

/// The line without times of today: what stands after `DAYT` or `DAY ` up to the next space, quote or comma.
fn timeless(line: &str, day: &str) -> String {
    let mut parts = line.split(day);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let time = |c: char| c.is_ascii_digit() || "T:.Z".contains(c);
        kept.push_str("[DAY]");
        kept.push_str(part.trim_start_matches(time));
    }
    kept
}

#[test]
fn without_a_network_it_says_the_same() {
    if !has_namespaces() {
        assert!(
            std::env::var_os("CI").is_none(),
            "no network namespaces for this user: unshare -rn does not work"
        );
        eprintln!("skipped: no network namespaces here");
        return;
    }
    let all: [&[&str]; 4] = [
        &["investigate", "77.72.82.80", "--offline"],
        &[
            "investigate",
            "77.72.82.80",
            "--offline",
            "--output",
            "json",
        ],
        &["respond", "native.json", "--offline"],
        &["lists", "check", "list.txt", "--offline"],
    ];
    for words in all {
        let (here, apart) = (said(words, false), said(words, true));
        assert_eq!(here, apart, "{words:?}");
        assert!(!here.contains("k3y") && here.lines().count() > 2, "{here}");
    }
}
