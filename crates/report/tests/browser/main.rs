//! The report in a browser: three cases of the lab, in both languages, narrow and wide, light and dark. Skipped with a message where
//! there is no Chromium; fails instead where `CI` is set.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say why they were skipped"
)]

mod chromium;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use chromium::Chromium;
use rebato_core::case::Case;
use rebato_core::journal::Record;
use rebato_report::{Lang, html};

/// Journals that the lab wrote: a breach that was contained, an attempt, and everything that containing can forget.
const CASES: [&str; 3] = ["breach", "attempt", "fortress"];
const SCHEMES: [&str; 2] = ["light", "dark"];
/// Window sizes in pixels: a telephone, a desk.
const SIZES: [(u32, u32); 2] = [(400, 2_400), (1_280, 2_400)];

fn page(name: &str, lang: Lang) -> String {
    let path = format!("{}/tests/fixtures/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let journal = std::fs::read_to_string(path).unwrap();
    let records: Vec<Record> = journal
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let id = records.first().unwrap().case.clone();
    let case = Case::replay(&id, &records).unwrap();
    html(&case, lang, case.updated).unwrap()
}

/// The page as a reader leaves it who has moved a switch.
fn switched(page: &str, from: &str, to: &str) -> String {
    let input = |id: &str| format!("id=\"{id}\" autocomplete=\"off\"");
    let (on, off) = (format!("{} checked", input(from)), input(to));
    assert!(page.contains(&on) && page.contains(&off), "{from} → {to}");
    page.replace(&on, &input(from))
        .replace(&off, &format!("{off} checked"))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_report_shows_in_every_form_and_asks_for_nothing() {
    let Some(chromium) = Chromium::find("screens") else {
        return;
    };
    let folder = folder("report-screens");
    // What the others are compared with: a page that is blank, and one that does what none may do.
    let blank = chromium.screenshot(
        "<!doctype html><title>-</title>",
        &folder.join("blank"),
        SIZES[1],
    );
    let loud = chromium.screenshot(
        "<!doctype html><script>console.error('x')</script><img src=\"http://rebato.example/x.png\">",
        &folder.join("loud"),
        SIZES[1],
    );
    assert!(loud.requests > 0, "a request is not seen");
    assert!(!loud.console.is_empty(), "an error is not seen");
    for name in CASES {
        // The other language is there by the switch, not by another file.
        let english = page(name, Lang::En);
        let mut all: BTreeSet<Vec<u8>> = BTreeSet::new();
        for lang in Lang::ALL {
            let page = match lang {
                Lang::En => english.clone(),
                Lang::Es => switched(&english, "lang-en", "lang-es"),
            };
            let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
            for scheme in SCHEMES {
                let page = switched(&page, "scheme-auto", &format!("scheme-{scheme}"));
                for (width, height) in SIZES {
                    let at = folder.join(format!("{name}-{lang}-{scheme}-{width}"));
                    let screen = chromium.screenshot(&page, &at, (width, height));
                    assert_eq!(screen.size(), (width, height));
                    assert!(
                        screen.png.len() > 5 * blank.png.len(),
                        "{} is blank",
                        at.display()
                    );
                    assert_eq!(screen.console, Vec::<String>::new(), "{}", at.display());
                    assert_eq!(screen.requests, 0, "{} asked for something", at.display());
                    seen.insert(screen.png);
                }
            }
            assert_eq!(seen.len(), 4, "{name} {lang}: two forms look the same");
            all.extend(seen);
        }
        assert_eq!(
            all.len(),
            8,
            "{name}: the switch of the language does nothing"
        );
        // A page that begins in Spanish looks as one that was switched to it.
        let spanish = switched(&page(name, Lang::Es), "scheme-auto", "scheme-light");
        let screen = chromium.screenshot(&spanish, &folder.join("spanish"), SIZES[1]);
        assert!(
            all.contains(&screen.png),
            "{name}: the switch leaves something"
        );
    }
    println!("screenshots are in {}", folder.display());
}

/// Deque's rules for accessible pages, from the package that the tests' Python environment has.
fn axe() -> Option<String> {
    let in_ci = std::env::var_os("CI").is_some();
    let Ok(python) = std::env::var("REBATO_PYTHON") else {
        assert!(!in_ci, "REBATO_PYTHON must be set in CI");
        println!("skipped: REBATO_PYTHON names no Python with axe-playwright-python");
        return None;
    };
    let find = "import importlib.util as u; print(u.find_spec('axe_playwright_python').submodule_search_locations[0])";
    let found = Command::new(python).args(["-c", find]).output().unwrap();
    if !found.status.success() {
        assert!(!in_ci, "axe-playwright-python is missing");
        println!("skipped: axe-playwright-python is not installed");
        return None;
    }
    let folder = String::from_utf8(found.stdout).unwrap();
    Some(std::fs::read_to_string(Path::new(folder.trim()).join("axe.min.js")).unwrap())
}

/// Moves the switches, asks axe each time, and writes what it finds into the page. Both languages hold the same elements, so two
/// forms show every colour and every text.
const ASK: &str = r"
(async () => {
  const told = [];
  for (const [lang, scheme] of [['en', 'light'], ['es', 'dark']]) {
    document.getElementById('lang-' + lang).checked = true;
    document.getElementById('scheme-' + scheme).checked = true;
    const found = await axe.run(document, { resultTypes: ['violations'] });
    told.push('passed ' + found.passes.length);
    for (const one of found.violations) for (const node of one.nodes.slice(0, 3))
      told.push([one.impact, lang, scheme, one.id, node.target.join(' '), (node.any[0] || {}).message].join(' | '));
  }
  const pre = document.createElement('pre');
  pre.id = 'axe';
  pre.textContent = told.join('\n') + '\ndone';
  document.body.append(pre);
})();
";

fn ask_axe(chromium: &Chromium, axe: &str, page: &str, name: &str) -> Vec<String> {
    let (head, rest) = page
        .split_once("<meta http-equiv=\"Content-Security-Policy\"")
        .unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    let asking = format!("{head}{rest}<script>{axe}</script><script>{ASK}</script>");
    let shown = chromium.dom(&asking, &folder("report-axe").join(name));
    let (_, told) = shown
        .split_once("<pre id=\"axe\">")
        .unwrap_or_else(|| panic!("axe did not answer about {name}"));
    let told = told.split("</pre>").next().unwrap().replace("&gt;", ">");
    let lines: Vec<String> = told.lines().map(str::to_owned).collect();
    assert_eq!(lines.last().map(String::as_str), Some("done"));
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("passed "))
            .count(),
        2
    );
    lines
}

#[test]
fn axe_finds_nothing_wrong() {
    let (Some(chromium), Some(axe)) = (Chromium::find("axe"), axe()) else {
        return;
    };
    let wrong = |line: &&String| !line.starts_with("passed ") && *line != "done";
    for name in CASES {
        let told = ask_axe(&chromium, &axe, &page(name, Lang::En), name);
        let found: Vec<&String> = told.iter().filter(wrong).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
    // It would have told of what is wrong: here a first screen that is too pale.
    let page = page("attempt", Lang::En);
    let (first, _) = page.split_once("<nav").unwrap();
    let pale = first.replace("--soft: light-dark(#55606e", "--soft: light-dark(#cfd6de");
    let told = ask_axe(&chromium, &axe, &pale, "pale");
    assert!(
        told.iter()
            .any(|line| line.starts_with("serious") && line.contains("color-contrast"))
    );
}
