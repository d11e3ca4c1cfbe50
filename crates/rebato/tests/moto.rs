//! A second opinion: the containment and release of a plain instance on moto, an account that others wrote, seen through
//! boto3. Must not know the simulated account or any of Rebato's crates: it runs the program.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use serde_json::{Value, json};

/// The account: a Python process that ends when its standard input does.
struct Account {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    endpoint: String,
}

impl Account {
    /// Starts it; `None` without a Python that has moto, which is an error where `CI` is set.
    fn start() -> Option<Self> {
        let Some(python) = std::env::var_os("REBATO_PYTHON") else {
            assert!(
                std::env::var_os("CI").is_none(),
                "REBATO_PYTHON is not set: run `cargo xtask test`"
            );
            eprintln!("skipped: REBATO_PYTHON is not set; `cargo xtask test` sets it");
            return None;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/account.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("REBATO_PYTHON can be started");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut account = Self {
            child,
            input,
            output,
            endpoint: String::new(),
        };
        // The line comes when the server listens: no waiting, no polling.
        account.endpoint = account
            .answer()
            .as_str()
            .expect("the endpoint is text")
            .to_owned();
        Some(account)
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .expect("the account answers");
        serde_json::from_str(&line).expect("the account answers in JSON")
    }

    fn ask(&mut self, command: &str) -> Value {
        let input = self.input.as_mut().expect("standard input is a pipe");
        writeln!(input, "{command}").expect("the account listens");
        input.flush().expect("the account listens");
        self.answer()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// The program, with one state folder and this account.
struct Rebato<'a> {
    folder: &'a Path,
    endpoint: String,
    /// An access key and its secret.
    keys: (String, String),
}

impl Rebato<'_> {
    /// From now on this user has exactly the policy that the program prints, less one action where it is named.
    fn as_the_policy_says(&mut self, account: &mut Account, without: &str) {
        let policy = self.run(&["iam-policy"]).stdout;
        let file = self.folder.join("policy.json");
        std::fs::write(&file, policy).expect("the policy can be written");
        let keys = account.ask(&format!("enforce {} {without}", file.display()));
        let text = |name: &str| keys[name].as_str().expect("a key").to_owned();
        self.keys = (text("id"), text("secret"));
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rebato"));
        command.args(words).args([
            "--output",
            "json",
            "--lang",
            "en",
            "--region",
            "us-east-1",
            "--endpoint-url",
            &self.endpoint,
        ]);
        command.arg("--state").arg(self.folder.join("state"));
        // Nothing of the machine's own AWS settings or of Rebato's may come in.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_"))
        {
            command.env_remove(name);
        }
        command
            .env_remove("REBATO_STATE")
            .env_remove("REBATO_CONFIG")
            .env("HOME", self.folder);
        command
            .env("AWS_ACCESS_KEY_ID", &self.keys.0)
            .env("AWS_SECRET_ACCESS_KEY", &self.keys.1)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .output()
            .expect("the program can be started")
    }

    /// Runs it, expects this exit code, and gives the document it wrote.
    fn document(&self, words: &[&str], code: i32) -> Value {
        let output = self.run(words);
        let (out, talk) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert_eq!(
            output.status.code(),
            Some(code),
            "rebato {words:?}\n{out}\n{talk}"
        );
        if out.trim().is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&out).expect("standard output is one document")
        }
    }
}

/// What EventBridge would deliver about this instance: the fixture with the account's own names in it.
fn alert(world: &Value) -> String {
    let names = world.as_object().expect("the world is an object").iter();
    names.fold(
        include_str!("moto/finding.json").to_owned(),
        |text, (name, value)| {
            text.replace(
                &format!("@{name}@"),
                value.as_str().expect("the world is made of text"),
            )
        },
    )
}

/// The account, what is in it, and the command that looks at the instance.
fn begun(folder: &Path) -> Option<(Account, Value, String)> {
    let mut account = Account::start()?;
    let world = account.ask("setup");
    let instance = world["instance"].as_str().expect("an instance id");
    let look = format!("look {instance}");
    write_alert(folder, &world);
    Some((account, world, look))
}

fn write_alert(folder: &Path, world: &Value) {
    std::fs::write(folder.join("finding.json"), alert(world)).expect("the alert can be written");
}

/// The program as a user who may do everything.
fn rebato<'a>(folder: &'a Path, account: &Account) -> Rebato<'a> {
    Rebato {
        folder,
        endpoint: account.endpoint.clone(),
        keys: ("testing".to_owned(), "testing".to_owned()),
    }
}

#[test]
fn a_plain_instance_is_contained_and_released() {
    contained_and_released(false);
}

#[test]
fn the_printed_policy_is_enough_to_contain_and_release() {
    contained_and_released(true);
}

#[test]
fn a_permission_that_is_missing_is_named_before_anything_changes() {
    let first = tempfile::tempdir().expect("a temporary folder");
    let Some((mut account, world, look)) = begun(first.path()) else {
        return;
    };
    let before = account.ask(&look);
    for without in [
        "ec2:CreateSecurityGroup",
        "ec2:CreateSnapshots",
        "ec2:DisassociateAddress",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:StopInstances",
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_alert(folder.path(), &world);
        let mut rebato = rebato(folder.path(), &account);
        rebato.as_the_policy_says(&mut account, without);
        let case = rebato.document(&["respond", "finding.json"], 3);
        let id = case["id"].as_str().expect("the case has an id");
        let plan = rebato.document(&["contain", id], 3);
        let denied: Vec<&Value> = plan["permits"]
            .as_array()
            .expect("the permissions were asked about")
            .iter()
            .filter(|permit| permit["answer"]["answer"] == "denied")
            .map(|permit| &permit["permission"])
            .collect();
        assert_eq!(denied, [without], "{plan:#}");
        assert_eq!(account.ask(&look), before, "asking changes nothing");
    }
}

/// The whole way, as a user who may do everything or what the program's own policy says.
fn contained_and_released(enforced: bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some((mut account, world, look)) = begun(folder.path()) else {
        return;
    };
    let before = account.ask(&look);
    let mut rebato = rebato(folder.path(), &account);
    if enforced {
        rebato.as_the_policy_says(&mut account, "");
    }

    let case = rebato.document(&["respond", "finding.json"], 3);
    assert_eq!(account.ask(&look), before, "respond only reads");
    let id = case["id"].as_str().expect("the case has an id").to_owned();
    let digest = case["plan"]["digest"]
        .as_str()
        .expect("there is a plan")
        .to_owned();

    let refused = rebato.run(&["contain", &id, "--plan", &digest]);
    assert_eq!(
        refused.status.code(),
        Some(3),
        "nothing is carried out without an approval"
    );
    assert_eq!(
        account.ask(&look),
        before,
        "nothing is carried out without an approval"
    );

    rebato.document(&["approve", &id, "--plan", &digest, "--by", "ana"], 0);
    let contained = rebato.document(&["contain", &id, "--plan", &digest], 0);
    assert_eq!(contained["containment"], "contained");

    let during = account.ask(&look);
    let containment = format!(
        "rebato-containment-{}",
        world["vpc"].as_str().expect("a VPC id")
    );
    for (interface, groups) in during["interfaces"].as_object().expect("interfaces") {
        let groups = groups.as_array().expect("groups");
        assert_eq!(groups.len(), 1, "{interface} has one group");
        let group = &during["groups"][groups[0].as_str().expect("a group id")];
        assert_eq!(
            group,
            &json!({"name": containment, "ingress": 0, "egress": 0}),
            "{interface} has the containment group"
        );
    }
    assert_eq!(
        during["interfaces"].as_object().map(serde_json::Map::len),
        Some(2),
        "both interfaces were looked at"
    );
    assert!(
        during["addresses"]
            .as_object()
            .is_some_and(|all| all.len() == 1 && all.values().all(Value::is_null)),
        "the address is ours and off"
    );
    assert_eq!(
        during["snapshots"], before["volumes"],
        "one snapshot a volume"
    );
    assert_eq!(during["kept_on_termination"], before["volumes"]);
    assert_eq!(
        (&during["state"], &during["protected"], &during["shutdown"]),
        (&json!("stopped"), &json!(true), &json!("stop"))
    );
    assert_eq!(during["tags"]["rebato:case"], json!(id));

    rebato.document(&["contain", &id, "--plan", &digest], 0);
    assert_eq!(
        account.ask(&look),
        during,
        "the same plan again changes nothing"
    );

    let plan = rebato.document(&["release", &id], 3);
    let release = plan["digest"]
        .as_str()
        .expect("the release is a plan")
        .to_owned();
    assert_eq!(
        account.ask(&look),
        during,
        "a release that is shown changes nothing"
    );
    rebato.document(&["approve", &id, "--plan", &release, "--by", "ana"], 0);
    rebato.document(&["release", &id, "--plan", &release], 0);

    let after = account.ask(&look);
    for part in [
        "state",
        "tags",
        "interfaces",
        "addresses",
        "kept_on_termination",
        "protected",
        "shutdown",
    ] {
        assert_eq!(after[part], before[part], "{part} is as it was");
    }
    assert_eq!(after["snapshots"], before["volumes"], "evidence stays");
    rebato.document(&["case", "verify", &id], 0);
}
