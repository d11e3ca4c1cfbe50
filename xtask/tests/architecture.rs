//! The house holds: who may know whom, what every crate and file has, what none may have. Reads manifests and files;
//! must not know what the code does.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use common::{root, text};

/// Who may know whom, for what is shipped. Tests may cross: the lab is the account that the responder's tests run in.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("rebato-core", &[]),
    ("rebato-lab", &[]),
    ("rebato-logs", &["rebato-core"]),
    ("rebato-report", &["rebato-core"]),
    ("rebato-engine", &["rebato-core", "rebato-logs"]),
    (
        "rebato-aws",
        &["rebato-core", "rebato-engine", "rebato-logs"],
    ),
    ("rebato-intel", &["rebato-core", "rebato-engine"]),
    ("rebato-store", &["rebato-core", "rebato-engine"]),
    (
        "rebato",
        &[
            "rebato-core",
            "rebato-logs",
            "rebato-engine",
            "rebato-aws",
            "rebato-intel",
            "rebato-store",
            "rebato-report",
            "rebato-lab",
        ],
    ),
    (
        "rebato-bench",
        &[
            "rebato-core",
            "rebato-logs",
            "rebato-engine",
            "rebato-intel",
        ],
    ),
    ("xtask", &[]),
];

/// What the core must not reach, by any number of steps.
const WORLDLY: &[&str] = &[
    "async-io",
    "chrono",
    "clap",
    "fastrand",
    "getrandom",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "native-tls",
    "notify",
    "rand",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "tempfile",
    "time",
    "tokio",
    "ureq",
];

/// A file of more lines is two.
const LINES: usize = 700;

/// The packages of the workspace with their own dependencies; asks nobody outside.
fn workspace() -> Metadata {
    let mut command = MetadataCommand::new();
    command
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()]);
    command
        .exec()
        .expect("cargo metadata describes the workspace")
}

fn folder(package: &Package) -> PathBuf {
    package
        .manifest_path
        .parent()
        .expect("a manifest stands in a folder")
        .into()
}

/// All `.rs` files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source file of every package: `src`, `tests`, `benches`, `examples`.
fn all_sources(workspace: &Metadata) -> Vec<PathBuf> {
    let of = |package: &Package| {
        ["src", "tests", "benches", "examples"].map(|part| sources(&folder(package).join(part)))
    };
    workspace.packages.iter().flat_map(of).flatten().collect()
}

fn manifest(path: &Path) -> toml::Table {
    text(path).parse().expect("a manifest is TOML")
}

/// Fails with all that was found, each on a line.
fn assert_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn rooms_know_only_whom_they_may() {
    let workspace = workspace();
    let rules: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let rooms: BTreeSet<&str> = workspace
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(
        rooms,
        rules.keys().copied().collect(),
        "every package of the workspace has its rule, and every rule its package"
    );
    let mut found = Vec::new();
    for package in &workspace.packages {
        let may = rules
            .get(package.name.as_str())
            .copied()
            .unwrap_or_default();
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
        {
            let known = dependency.name.as_str();
            if rooms.contains(known) && !may.contains(&known) {
                found.push(format!("{} knows {known}", package.name));
            }
        }
    }
    assert_none(
        &found,
        "a room knows one that it may not (docs/decisions/0002)",
    );
}

#[test]
fn only_the_adapter_names_the_sdk() {
    let mut found = Vec::new();
    for package in workspace()
        .packages
        .iter()
        .filter(|package| package.name.as_str() != "rebato-aws")
    {
        let sdk = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.name.starts_with("aws-"));
        found.extend(sdk.map(|dependency| format!("{} names {}", package.name, dependency.name)));
    }
    assert_none(&found, "only rebato-aws names the AWS SDK");
}

#[test]
fn the_core_reaches_nothing_worldly() {
    let tree = [
        "tree",
        "--offline",
        "--package",
        "rebato-core",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let output = Command::new(env!("CARGO"))
        .args(tree)
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listed = String::from_utf8_lossy(&output.stdout);
    let reached: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(
        reached.contains("rebato-core"),
        "cargo tree names the core itself"
    );
    let found: Vec<String> = WORLDLY
        .iter()
        .filter(|name| reached.contains(**name))
        .map(ToString::to_string)
        .collect();
    assert_none(&found, "the core reaches what touches the world");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = all_sources(&workspace())
        .into_iter()
        .filter(|path| !text(path).starts_with("//!"));
    let silent: Vec<String> = silent.map(|path| path.display().to_string()).collect();
    assert_none(
        &silent,
        "a file does not open with `//!`: what it is for and what it must not know",
    );
}

#[test]
fn no_file_is_two_rooms() {
    let long = all_sources(&workspace())
        .into_iter()
        .map(|path| (text(&path).lines().count(), path));
    let long: Vec<String> = long
        .filter(|(lines, _)| *lines > LINES)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert_none(&long, "a file has grown beyond a room");
}

#[test]
fn no_lint_is_allowed_away() {
    let mut found = Vec::new();
    for path in all_sources(&workspace()) {
        for (number, line) in text(&path).lines().enumerate() {
            let line = line.trim_start();
            let attribute = line.starts_with("#[") || line.starts_with("#![");
            if attribute && line.split(['[', '(', ',', ' ']).any(|word| word == "allow") {
                found.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert_none(
        &found,
        "`#[expect(…, reason = …)]` is the way: it complains when it is no longer needed",
    );
}

#[test]
fn every_crate_keeps_the_house_rules() {
    let mut found = Vec::new();
    for package in &workspace().packages {
        let manifest = manifest(package.manifest_path.as_std_path());
        let inherits = |table: &str| {
            manifest
                .get(table)
                .and_then(|lints| lints.get("workspace"))
                .and_then(toml::Value::as_bool)
                == Some(true)
        };
        let mut must = |holds: bool, what: &str| {
            if !holds {
                found.push(format!("{}: {what}", package.name));
            }
        };
        must(inherits("lints"), "[lints] workspace = true");
        must(
            package
                .rust_version
                .as_ref()
                .is_some_and(|version| (version.major, version.minor) == (1, 95)),
            "rust-version.workspace = true",
        );
        must(
            package.license.as_deref() == Some("Apache-2.0"),
            "license.workspace = true",
        );
        must(
            package
                .description
                .as_deref()
                .is_some_and(|description| !description.trim().is_empty()),
            "a description",
        );
        must(
            package.publish.as_ref().is_some_and(Vec::is_empty),
            "publish.workspace = true",
        );
    }
    assert_none(&found, "a crate lacks");
}

/// A toolchain file would fetch another compiler at the first command.
#[test]
fn no_toolchain_file() {
    for name in ["rust-toolchain", "rust-toolchain.toml"] {
        assert!(!root().join(name).exists(), "{name} is in the checkout");
    }
    assert!(
        root().join("Cargo.lock").exists(),
        "Cargo.lock is in the checkout"
    );
}

/// Decision 7: a service crate that is forgotten costs whoever builds first a minute or more.
#[test]
fn the_sdk_is_built_without_optimisation() {
    let lock = manifest(&root().join("Cargo.lock"));
    let workspace = manifest(&root().join("Cargo.toml"));
    let profile = workspace
        .get("profile")
        .and_then(|profiles| profiles.get("release")?.get("package"));
    let level = |name: &str| profile?.get(name)?.get("opt-level")?.as_integer();
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let names: Vec<&str> = packages
        .filter_map(|package| package.get("name")?.as_str())
        .filter(|name| name.starts_with("aws-sdk-"))
        .collect();
    assert!(!names.is_empty(), "the lock file names the SDK");
    let found: Vec<String> = names
        .into_iter()
        .filter(|name| level(name) != Some(0))
        .map(str::to_owned)
        .collect();
    assert_none(&found, "no `opt-level = 0` in the release profile");
}

#[test]
fn the_core_has_its_own_refusals() {
    let refusals = manifest(&root().join("crates/core/clippy.toml"));
    let paths = |list: &str| -> BTreeSet<String> {
        let entries = refusals
            .get(list)
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten();
        entries
            .filter_map(|entry| entry.get("path").and_then(toml::Value::as_str))
            .map(str::to_owned)
            .collect()
    };
    let (methods, types) = (paths("disallowed-methods"), paths("disallowed-types"));
    for method in [
        "jiff::Timestamp::now",
        "std::time::SystemTime::now",
        "std::env::var",
        "std::fs::read",
        "std::process::exit",
    ] {
        assert!(
            methods.contains(method),
            "crates/core/clippy.toml no longer refuses {method}"
        );
    }
    for kind in [
        "std::collections::HashMap",
        "std::collections::HashSet",
        "std::fs::File",
        "std::net::TcpStream",
        "std::process::Command",
    ] {
        assert!(
            types.contains(kind),
            "crates/core/clippy.toml no longer refuses {kind}"
        );
    }
}

/// The responder must find out by itself: only `rebato lab` asks for it, after the verdict.
#[test]
fn the_truth_of_a_story_stays_where_it_is() {
    let may_ask = [
        "crates/lab/src/scenario.rs",
        "crates/rebato/src/commands/lab.rs",
    ]
    .map(|path| root().join(path));
    let shipped = |package: &Package| sources(&folder(package).join("src"));
    let paths = workspace()
        .packages
        .iter()
        .flat_map(shipped)
        .collect::<Vec<_>>();
    let asks = |path: &PathBuf| text(path).contains(".truth");
    let found: Vec<String> = paths
        .iter()
        .filter(|path| !may_ask.contains(path) && asks(path))
        .map(|path| path.display().to_string())
        .collect();
    assert_none(&found, "the truth of a scenario is asked for");
    assert!(
        may_ask.iter().any(asks),
        "nobody asks for the truth by this name any more: the test looks for the wrong word"
    );
}
