//! The documents are true: what they name exists, both languages have the same shape, every decision has its parts.
//! Must not know what the words mean.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::{root, text};

/// The six steps, as every room names them.
const STEPS: [&str; 6] = [
    "identify",
    "evaluate",
    "contain",
    "investigate",
    "harden",
    "monitor",
];

/// What stands at the root for people to read.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "README.es.md",
    "ARCHITECTURE.md",
    "RUNBOOK.md",
    "RUNBOOK.es.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
];

fn decisions() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs/decisions")).expect("there are decisions");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    paths
}

fn documents() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = DOCUMENTS.iter().map(|name| root().join(name)).collect();
    paths.extend(decisions());
    paths
}

/// The lines outside of code blocks.
fn prose(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            lines.push(line);
        }
    }
    lines
}

/// What stands between backticks on a line.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a file has an item of this name.
fn has_item(text: &str, name: &str) -> bool {
    let kinds = [
        "fn", "struct", "enum", "trait", "const", "static", "type", "mod",
    ];
    text.lines().any(|line| {
        let words: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .collect();
        words
            .windows(2)
            .any(|pair| matches!(pair, [kind, item] if kinds.contains(kind) && *item == name))
    })
}

/// Whether the function of this name is a test: an attribute just above it says so.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let opening = format!("fn {name}(");
    let Some(place) = lines.iter().position(|line| line.contains(&opening)) else {
        return false;
    };
    let above = lines
        .iter()
        .take(place)
        .rev()
        .take_while(|line| line.trim_start().starts_with(['#', '/']));
    above
        .into_iter()
        .any(|line| line.contains("test]") || line.contains("test("))
}

/// What is wrong with `crates/core/src/digest.rs` or `crates/core/src/digest.rs::of_bytes`; nothing when it is no path.
fn wrong(span: &str) -> Option<String> {
    let (path, item) = span
        .split_once("::")
        .map_or((span, None), |(path, item)| (path, Some(item)));
    let in_checkout = ["crates/", "xtask/", "docs/", ".ci/"]
        .iter()
        .any(|folder| path.starts_with(folder));
    if !in_checkout || path.contains(['*', ' ', '{', '…']) {
        return None;
    }
    let file = root().join(path);
    match item {
        _ if !file.exists() => Some(format!("{path} does not exist")),
        Some(item) if !has_item(&text(&file), item) => Some(format!("{path} has no {item}")),
        _ => None,
    }
}

fn assert_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn what_the_documents_name_exists() {
    let mut found = Vec::new();
    for path in documents() {
        let name = path
            .strip_prefix(root())
            .expect("a document of the checkout")
            .display()
            .to_string();
        for line in prose(&text(&path)) {
            found.extend(
                spans(line)
                    .filter_map(wrong)
                    .map(|what| format!("{name}: {what}")),
            );
            for link in line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next())
            {
                let inside = !link.is_empty() && !link.contains("://");
                if inside
                    && !path
                        .parent()
                        .is_some_and(|folder| folder.join(link).exists())
                {
                    found.push(format!("{name}: the link {link} leads nowhere"));
                }
            }
        }
    }
    assert_none(&found, "a document names what is not there");
}

/// One step of a runbook: its heading and the lines below it.
struct Chapter<'a> {
    heading: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Chapter<'a> {
    /// The spans of the entry that a label opens: `- **Module**: …` and the indented lines below it.
    fn labelled(&self, label: &str) -> Vec<&'a str> {
        let opening = format!("- **{label}**:");
        let mut lines = self
            .lines
            .iter()
            .skip_while(|line| !line.starts_with(&opening));
        let first = lines.next();
        let further = lines.take_while(|line| line.starts_with("  "));
        first
            .into_iter()
            .chain(further)
            .flat_map(|line| spans(line))
            .collect()
    }
}

fn chapters(text: &str) -> Vec<Chapter<'_>> {
    let mut chapters: Vec<Chapter<'_>> = Vec::new();
    for line in prose(text) {
        if let Some(heading) = line.strip_prefix("## ") {
            chapters.push(Chapter {
                heading,
                lines: Vec::new(),
            });
        } else if let Some(chapter) = chapters.last_mut() {
            chapter.lines.push(line);
        }
    }
    chapters.retain(|chapter| chapter.heading.starts_with(|c: char| c.is_ascii_digit()));
    chapters
}

/// The variants of the program's subcommands, as they are typed.
fn commands() -> BTreeSet<String> {
    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let source = text(&path);
            for derived in source.split("Subcommand").skip(1) {
                let Some((_, body)) = derived.split_once("enum ") else {
                    continue;
                };
                let body = body.split("\n}").next().unwrap_or_default();
                // A variant stands four spaces in and opens with a capital.
                let variants = body.lines().filter_map(|line| line.strip_prefix("    "));
                let variants =
                    variants.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
                found.extend(
                    variants
                        .filter_map(|line| line.split(|c: char| !c.is_alphanumeric()).next())
                        .map(typed),
                );
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&root().join("crates/rebato/src"), &mut found);
    found
}

/// `IamPolicy` as it is typed: `iam-policy`.
fn typed(variant: &str) -> String {
    let mut word = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

#[test]
fn the_runbook_leads_to_module_command_and_test() {
    let known = commands();
    let mut found = Vec::new();
    for (name, [module, command, test]) in [
        ("RUNBOOK.md", ["Module", "Command", "Test"]),
        ("RUNBOOK.es.md", ["Módulo", "Comando", "Prueba"]),
    ] {
        let runbook = text(&root().join(name));
        let chapters = chapters(&runbook);
        assert_eq!(
            chapters.len(),
            STEPS.len(),
            "{name} has one numbered chapter a step"
        );
        for (step, chapter) in STEPS.iter().zip(&chapters) {
            let mut must = |holds: bool, what: &str| {
                if !holds {
                    found.push(format!("{name}, {}: {what}", chapter.heading));
                }
            };
            must(
                chapter.heading.contains(&format!("`{step}`")),
                "the heading bears the step's name",
            );
            let modules = chapter.labelled(module);
            must(
                modules.contains(&format!("crates/core/src/{step}/mod.rs").as_str()),
                "names the step's module of the core",
            );
            let commands = chapter.labelled(command);
            let typed: Vec<&str> = commands
                .iter()
                .filter_map(|line| line.strip_prefix("rebato ")?.split(' ').next())
                .collect();
            must(typed.contains(step), "names the step's command");
            must(
                typed.iter().all(|word| known.contains(*word)),
                "its commands are the program's",
            );
            let tests = chapter.labelled(test);
            must(!tests.is_empty(), "names tests");
            for (file, function) in tests
                .iter()
                .map(|test| test.split_once("::").unwrap_or((test, "")))
            {
                let path = root().join(file);
                must(
                    path.is_file() && is_test(&text(&path), function),
                    &format!("{file} has a test {function}"),
                );
            }
        }
    }
    assert_none(&found, "the runbook has lost its way");
}

/// Heading levels and commands, in order. What a program said (`text`) differs as languages do.
fn shape(text: &str) -> Vec<String> {
    let mut block = None;
    let mut shape = Vec::new();
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), block) {
            (Some(kind), None) => block = Some(kind),
            (Some(_), Some(_)) => block = None,
            // The language of a report is the one thing that may differ.
            (None, Some("sh")) => shape.push(
                line.split(" --lang")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
            ),
            (None, None) if line.starts_with('#') => {
                shape.push(line.chars().take_while(|c| *c == '#').collect());
            }
            (None, _) => {}
        }
    }
    shape
}

#[test]
fn both_languages_have_one_shape() {
    for (english, spanish) in [
        ("README.md", "README.es.md"),
        ("RUNBOOK.md", "RUNBOOK.es.md"),
    ] {
        assert_eq!(
            shape(&text(&root().join(english))),
            shape(&text(&root().join(spanish))),
            "{english} and {spanish} differ"
        );
    }
}

#[test]
fn decisions_are_numbered_and_whole() {
    let mut found = Vec::new();
    for (place, path) in decisions().iter().enumerate() {
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        if !name.starts_with(&format!("{:04}-", place + 1)) {
            found.push(format!("{name}: the number is not {:04}", place + 1));
        }
        let decision = text(path);
        for part in ["## Context", "## Decision", "## Consequences"] {
            if !decision.lines().any(|line| line == part) {
                found.push(format!("{name}: no `{part}`"));
            }
        }
    }
    assert_none(&found, "docs/decisions");
}

/// Paths of one machine mean nothing on another.
#[test]
fn no_document_names_a_place_on_one_machine() {
    let mut found = Vec::new();
    for path in documents() {
        for (number, line) in text(&path).lines().enumerate() {
            if ["/root/", "/home/", "/Users/"]
                .iter()
                .any(|place| line.contains(place))
            {
                found.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert_none(&found, "a document names a place on one machine");
}

#[test]
fn the_licence_is_the_whole_text() {
    let licence = text(&root().join("LICENSE"));
    for part in [
        "Apache License",
        "Version 2.0, January 2004",
        "END OF TERMS AND CONDITIONS",
    ] {
        assert!(licence.contains(part), "LICENSE lacks {part:?}");
    }
}
