//! A place where the program runs: an empty folder, an environment of its own, and what it said. Must not know any command.

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::{Timestamp, Unit};
use rebato_lab::{Lab, Options, Scenario};
use rebato_report::Lang;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

thread_local! {
    /// The language of the environment in which a story is told.
    static LANG: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// Tells a story once in an environment of each language; what is compared has a snapshot of each.
pub(crate) fn in_each_language(story: impl Fn()) {
    for lang in Lang::ALL {
        LANG.set(lang);
        story();
    }
    LANG.set(Lang::En);
}

/// An empty folder with its own home and state.
pub(crate) struct Place {
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

/// What one run said.
pub(crate) struct Ran {
    pub(crate) line: String,
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) talk: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    /// The same with the account that this lab serves.
    pub(crate) fn beside(lab: &Account) -> Self {
        Self {
            environment: lab.lab.environment(),
            ..Self::new()
        }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value.to_owned()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The state folder, where the platform has it.
    pub(crate) fn state(&self) -> PathBuf {
        self.path(".local/share/rebato")
    }

    /// Writes a file of the place.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Copies a fixture to the place, under its own name.
    pub(crate) fn fixture(&self, name: &str) {
        self.write(name, std::fs::read(fixtures().join(name)).unwrap());
    }

    /// The program, not yet started. Nothing of the machine's own settings comes in.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rebato"));
        for (name, _) in std::env::vars_os() {
            let shown = name.to_string_lossy();
            let ours = ["AWS_", "REBATO_", "LC_", "XDG_", "CLICOLOR", "NO_COLOR"];
            if ours.iter().any(|start| shown.starts_with(start)) || shown.contains("_PROXY") {
                command.env_remove(&name);
            }
        }
        command
            .env_remove("SUDO_USER")
            .env("HOME", self.folder.path())
            .env("USER", "ana")
            .env("LANG", LANG.get().code())
            .env("TZ", "UTC")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .args(words)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.ran(words, self.command(words))
    }

    /// The same with bytes on standard input.
    pub(crate) fn fed(&self, words: &[&str], input: &[u8]) -> Ran {
        self.write(".input", input);
        let mut command = self.command(words);
        command.stdin(std::fs::File::open(self.path(".input")).unwrap());
        self.ran(words, command)
    }

    fn ran(&self, words: &[&str], mut command: Command) -> Ran {
        let output = command.output().unwrap();
        let here = self.folder.path().display().to_string();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&here, "[HERE]");
        Ran {
            line: format!("rebato {}", words.join(" ")).replace(&here, "[HERE]"),
            code: output.status.code(),
            out: text(&output.stdout),
            talk: text(&output.stderr),
        }
    }
}

impl Ran {
    /// The document on standard output.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}\n{}", self.transcript()))
    }

    /// The whole of it: the line, the exit code, and each stream.
    pub(crate) fn transcript(&self) -> String {
        let code = self.code.map_or_else(|| "none".into(), |c| c.to_string());
        let mut all = format!("$ {}\nexit {code}\n", self.line);
        for (name, text) in [("stdout", &self.out), ("stderr", &self.talk)] {
            if !text.is_empty() {
                let _ = write!(all, "--- {name}\n{}\n", text.trim_end());
            }
        }
        for hole in ["⟦", "{$", "{ $"] {
            assert!(!all.contains(hole), "a text or a value is missing:\n{all}");
        }
        all
    }

    pub(crate) fn code(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.transcript());
        self
    }

    /// An error that a person can use: this exit code, each of these words on standard error (where it speaks English), nothing on
    /// standard output, and no trace of a panic.
    pub(crate) fn fails(&self, code: i32, words: &[&str]) {
        self.code(code);
        let shown = self.transcript();
        for word in words.iter().filter(|_| LANG.get() == Lang::En) {
            assert!(self.talk.contains(word), "{word:?} is not in\n{shown}");
        }
        assert!(!self.talk.contains("panicked"), "{shown}");
        assert!(self.out.is_empty(), "{shown}");
    }
}

/// A simulated account whose alert is out, in this process.
pub(crate) struct Account {
    pub(crate) lab: Lab,
    // Serves the lab; dropped after it.
    _runtime: Runtime,
}

impl Account {
    pub(crate) fn new(scenario: &str) -> Self {
        Self::of(Scenario::load(scenario).unwrap())
    }

    pub(crate) fn of(scenario: Scenario) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let lead = scenario.lead;
        // The program asks about the hours before now.
        let start = Timestamp::now()
            .round(Unit::Second)
            .unwrap()
            .checked_sub(lead)
            .unwrap();
        let seed = scenario.seed;
        let lab = {
            let _inside = runtime.enter();
            Lab::start(Options::manual(scenario, seed, start)).unwrap()
        };
        lab.advance(lead);
        Self {
            lab,
            _runtime: runtime,
        }
    }

    pub(crate) fn alert(&self) -> Vec<u8> {
        self.lab.alert().unwrap()
    }
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Real data beside the checkout, for tests that only look: not there on most machines.
pub(crate) fn corpus() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)?
        .join("shared");
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(
        std::env::var_os("CI").is_none() || !shared.is_dir(),
        "{} is missing",
        corpus.display()
    );
    eprintln!("skipped: no corpus beside the checkout");
    None
}

/// Compares with the snapshot of this name, without what differs from one run to the next: times of this year, digests of
/// plans, ports, the year in a case's id, the version, and the order of steps that run side by side.
pub(crate) fn snapshot(name: &str, text: &str) {
    check(name, text, &[]);
}

/// The same for the simulated account, whose counts depend on the minute at which the attack begins.
pub(crate) fn lab_snapshot(name: &str, text: &str) {
    check(
        name,
        text,
        &[
            (r"\b[0-9a-f]{32}\b", "[FINDING]"),
            (r"\((×?)\d[\d,\x{a0}]+\)", "($1[N])"),
            (r"count=\d+", "count=[N]"),
            (r"flows=\d+,bytes=\d+", "flows=[N],bytes=[N]"),
            (r"calls-without-token=\d+", "calls-without-token=[N]"),
            (
                r"\b\d[\d,\x{a0}]* (regular|conexiones|login attempts|intentos|fail|fallos|min\b|ports|puertos|refused|records)",
                "[N] $1",
            ),
            (r"(denegadas:|every|cada) \d+", "$1 [N]"),
            (r"\b\d+([.,]\d+)? (bytes|B|kB|MB|GB)\b", "[SIZE]"),
            (r"\[e\d+( e\d+)*( …)?\]", "[EVIDENCE]"),
            (r"(Traffic|Tráfico) +.*", "$1 [TRAFFIC]"),
            (r"(and|y) \d+ (more reasons|razones)", "$1 [N] $2"),
            (
                r"(cuts the network|corta la red): \d+ ([^,]*), \d+ ",
                "$1: [N] $2, [N] ",
            ),
            (r#""(warm|cold|calls|events)": \d+"#, r#""$1": [N]"#),
            (r"20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?", "[TIME]"),
        ],
    );
}

/// The same for a scenario whose last packet decides which reasons there are.
pub(crate) fn lab_snapshot_without_reasons(name: &str, text: &str) {
    let kept = text
        .lines()
        .filter(|l| !l.starts_with(" − ") && !l.starts_with(" + "));
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"score \d+|\d+ puntos", "[SCORE]");
    settings.bind(|| lab_snapshot(name, &kept.collect::<Vec<_>>().join("\n")));
}

fn check(name: &str, text: &str, more: &[(&str, &str)]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../snapshots");
    for (pattern, shown) in [
        (
            r"20(2[6-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?( UTC)?",
            "[TIME]",
        ),
        (r"sha256:[0-9a-f]{64}", "sha256:[DIGEST]"),
        // Which of our groups is made first, and so its id, differs.
        (
            r"(delete-security-group --group-id) sg-[0-9a-f]+",
            "$1 [GROUP]",
        ),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
        (r"C-20\d\d-", "C-[YEAR]-"),
        (r"\brebato 0\.\d+\.\d+", "rebato [VERSION]"),
    ]
    .iter()
    .chain(more)
    {
        settings.add_filter(pattern, *shown);
    }
    let name = match LANG.get() {
        Lang::En => name.to_owned(),
        other => format!("{name}_{other}"),
    };
    settings.bind(|| insta::assert_snapshot!(name, in_order(text)));
}

/// Steps of one wave end in any order: lines of progress that follow each other are sorted.
fn in_order(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let waits =
        |line: &str| line.starts_with("   waiting for ") || line.starts_with("   esperando a ");
    let step = |line: &&str| (line.starts_with(" ✔ ") && !line.contains(" · ")) || waits(line);
    for run in lines.chunk_by_mut(|a, b| step(a) && step(b)) {
        run.sort_unstable();
    }
    lines.join("\n")
}
