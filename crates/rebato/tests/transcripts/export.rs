//! `case export --to`: a copy under Object Lock that resumes, sends nothing twice, and asks before what cannot be undone.

use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};
use rebato_lab::world::World;

use crate::place::{Account, Place, in_each_language, lab_snapshot};

/// The bucket of the simulated account that has Object Lock.
const BUCKET: &str = "acme-evidence-123456789012";

/// How many versions each object has, by key.
fn versions(world: &mut World) -> Vec<(String, usize)> {
    let versions = &world.buckets[BUCKET].versions;
    versions
        .iter()
        .map(|(key, all)| (key.clone(), all.len()))
        .collect()
}

struct Vault {
    account: Account,
    place: Place,
    id: String,
}

impl Vault {
    fn begin() -> Self {
        let account = Account::new("attempt");
        let place = Place::beside(&account);
        place.write("alert.json", account.alert());
        place.run(&["respond", "alert.json"]);
        let list = place.run(&["case", "list", "--output", "json"]).document();
        let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
        Self { account, place, id }
    }

    fn export(&self, more: &[&str]) -> crate::place::Ran {
        let to = format!("s3://{BUCKET}/cases");
        let words = ["case", "export", &self.id, "--to", &to];
        self.place.run(&[&words, more].concat())
    }

    fn versions(&self) -> Vec<(String, usize)> {
        self.account.lab.world(versions)
    }

    fn events(&self) -> Vec<String> {
        let out = self
            .place
            .run(&["case", "export", &self.id])
            .code(0)
            .out
            .clone();
        let event = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["event"].as_str().unwrap().to_owned()
        };
        out.lines().map(event).collect()
    }
}

#[test]
fn a_copy_that_breaks_off_goes_on_and_the_same_again_does_nothing() {
    let vault = Vault::begin();
    let before = vault.events();
    let fault = Rule {
        skip: 2,
        ..Rule::next(1, "PutObject", Effect::LoseReply)
    };
    vault.account.lab.set_faults(Faults::rules([fault]));
    vault.export(&["--days", "90"]).code(7);
    vault.account.lab.set_faults(Faults::none());
    assert_eq!(
        vault.versions().len(),
        3,
        "two, and the one whose answer was lost"
    );
    assert_eq!(vault.events()[before.len()..], ["export_started"]);

    let done = vault
        .export(&["--days", "90", "--output", "json"])
        .code(0)
        .document();
    let files = done["files"].as_u64().unwrap();
    assert_eq!(
        (done["there"].as_u64(), done["sent"].as_u64()),
        (Some(3), Some(files - 3))
    );
    assert!(
        vault.versions().iter().all(|(_, count)| *count == 1),
        "{:?}",
        vault.versions()
    );
    assert_eq!(vault.versions().len() as u64, files);
    assert_eq!(
        vault.events()[before.len()..],
        ["export_started", "export_done"]
    );

    let again = vault.export(&["--days", "90"]);
    assert!(
        again.code(0).talk.contains("0 files sent"),
        "{}",
        again.talk
    );
    assert!(again.talk.contains("bypass governance"), "{}", again.talk);
    assert_eq!(
        vault.events().len(),
        before.len() + 2,
        "nothing was done, so nothing is written"
    );
    vault.place.run(&["case", "verify"]).code(0);
    let case = vault
        .place
        .run(&["case", "show", &vault.id, "--output", "json"])
        .document();
    let copy = case["artefacts"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (copy["what"].as_str(), &copy["target"]),
        (Some("export"), &done["to"])
    );
    assert!(
        copy["session"].as_str().unwrap().starts_with("arn:aws:"),
        "{copy}"
    );

    // What lies there is an export like any other.
    let prefix = done["to"]
        .as_str()
        .unwrap()
        .replace(&format!("s3://{BUCKET}/"), "");
    vault.account.lab.world(|world| {
        for (key, object) in world.buckets[BUCKET].objects.range(prefix.clone()..) {
            let name = key.strip_prefix(&prefix).unwrap();
            vault.place.write(&format!("copy/{name}"), &object.bytes);
        }
    });
    let copy = vault.place.path("copy").display().to_string();
    vault.place.run(&["case", "verify", &copy]).code(0);

    // Somebody puts something else on top: nothing is sent, a person has to look.
    let journal = format!("{prefix}journal.jsonl");
    vault.account.lab.world(|world| {
        let object = world
            .buckets
            .get_mut(BUCKET)
            .unwrap()
            .objects
            .get_mut(&journal)
            .unwrap();
        object.checksum_sha256 = None;
    });
    vault
        .export(&["--days", "90"])
        .fails(1, &["journal.jsonl", "something else"]);
}

#[test]
fn a_copy_is_asked_for_sent_and_refused_in_words() {
    in_each_language(|| {
        let vault = Vault::begin();
        let asked = vault.export(&["--lock", "compliance", "--days", "7"]);
        asked.code(3);
        let done = vault.export(&["--days", "90"]);
        done.code(0);
        let again = vault.export(&["--days", "90"]);
        again.code(0);
        let unfit = ["--to", "s3://acme-trail-123456789012/x"];
        let unfit = [&["case", "export", vault.id.as_str()][..], &unfit].concat();
        let unfit = vault.place.run(&unfit);
        unfit.code(1);
        let all = [asked, done, again, unfit].map(|ran| ran.transcript());
        // What the case holds, and so its files and their hash, depends on the minute.
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"/[0-9a-f]{16}/", "/[HASH]/");
        settings.add_filter(r": [0-9]+ (files|archivos)", ": [N] $1");
        settings.add_filter(r", [0-9]+ (there|ya)", ", [N] $1");
        settings.bind(|| lab_snapshot("export_vault", &all.join("\n")));
    });
}

#[test]
fn what_cannot_be_undone_is_said_and_needs_a_word() {
    let vault = Vault::begin();
    let asked = vault.export(&["--lock", "compliance", "--days", "7"]);
    assert!(
        asked.code(3).talk.contains("cannot be undone"),
        "{}",
        asked.talk
    );
    let spanish = vault.export(&["--lock", "compliance", "--lang", "es"]);
    assert!(
        spanish.code(3).talk.contains("no se puede deshacer"),
        "{}",
        spanish.talk
    );
    assert_eq!(vault.versions(), []);
    let accepted = vault.export(&[
        "--lock",
        "compliance",
        "--days",
        "7",
        "--accept",
        "irreversible",
    ]);
    assert!(
        accepted.code(0).talk.contains("Nobody can delete"),
        "{}",
        accepted.talk
    );
    let modes = vault.account.lab.world(|world| {
        let objects = world.buckets[BUCKET].objects.values();
        let modes = objects.map(|object| object.retention.clone().unwrap().mode);
        modes.collect::<std::collections::BTreeSet<_>>()
    });
    assert_eq!(modes.into_iter().collect::<Vec<_>>(), ["COMPLIANCE"]);

    let to = |place: &str| {
        vault
            .place
            .run(&["case", "export", &vault.id, "--to", place])
    };
    to("s3://acme-trail-123456789012/x").fails(1, &["Object Lock"]);
    to("/tmp/x").fails(1, &["s3://bucket/prefix"]);
    vault
        .place
        .run(&["case", "export", &vault.id, "--days", "7"])
        .code(2);
    let policy = ["iam-policy", "--read-only", "--evidence-bucket", "vault"];
    let policy = vault.place.run(&policy).code(0).document();
    let statements = policy["Statement"].as_array().unwrap();
    let objects = |statement: &&serde_json::Value| statement["Resource"] == "arn:aws:s3:::vault/*";
    assert_eq!(statements.iter().filter(objects).count(), 1, "{policy:#}");
}
