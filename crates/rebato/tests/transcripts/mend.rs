//! `rebato investigate CASE --mend`: a list that was wrong, mended on the simulated account and put back.

use rebato_lab::Scenario;
use rebato_lab::scenario::{ListKindSpec, ListSpec};

use crate::place::{Account, Place, Ran, in_each_language, lab_snapshot};

/// Compares transcripts, without the note on a breach: whether the calls look like a remote control depends on the minute.
fn compared(name: &str, runs: &[Ran]) {
    let all: Vec<String> = runs.iter().map(Ran::transcript).collect();
    let all = all.join("\n");
    let kept = all.lines().filter(|line| {
        !line.contains("The verdict speaks of a breach") && !line.contains("habla de una intrusión")
    });
    lab_snapshot(name, &kept.collect::<Vec<_>>().join("\n"));
}

/// A case whose finding is the list's mistake.
struct Story {
    account: Account,
    place: Place,
    id: String,
}

impl Story {
    fn begin() -> Self {
        let mut scenario = Scenario::load("false-positive").unwrap();
        scenario.lists.push(ListSpec {
            name: "partners".into(),
            kind: ListKindSpec::Trusted,
            entries: vec!["192.0.2.99".into()],
        });
        let account = Account::of(scenario);
        let place = Place::beside(&account);
        place.write("alert.json", account.alert());
        place.run(&["respond", "alert.json"]);
        let list = place.run(&["case", "list", "--output", "json"]).document();
        let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
        Self { account, place, id }
    }

    fn mend(&self, how: &str, more: &[&str]) -> Ran {
        let words = ["investigate", self.id.as_str(), "--mend", how];
        self.place.run(&[&words, more].concat())
    }

    /// The digest of the plan, approved.
    fn approved(&self, how: &str) -> String {
        let plan = self.mend(how, &["--output", "json"]).code(3).document();
        let digest = plan["digest"].as_str().unwrap().to_owned();
        let approve = ["approve", &self.id, "--plan", &digest, "--by", "ana"];
        self.place.run(&approve).code(0);
        digest
    }

    fn carried_out(&self, how: &str, more: &[&str]) -> Ran {
        let digest = self.approved(how);
        let ran = self.mend(how, &[&["--plan", digest.as_str()], more].concat());
        ran.code(0);
        ran
    }

    /// The lists' objects.
    fn lists(&self) -> Vec<(String, Vec<u8>)> {
        self.account.lab.world(|world| {
            let objects = world.buckets.values().flat_map(|bucket| &bucket.objects);
            objects
                .filter(|(key, _)| ["vendor-feed", "partners"].iter().any(|l| key.contains(l)))
                .map(|(key, object)| (key.clone(), object.bytes.clone()))
                .collect()
        })
    }
}

#[test]
fn an_address_is_taken_off_a_list_and_put_back() {
    in_each_language(taken_off);
}

fn taken_off() {
    let story = Story::begin();
    let before = story.lists();
    let shown = story.mend("edit", &[]);
    shown.code(3);
    assert_eq!(story.lists(), before, "nothing is done without an approval");
    let done = story.carried_out("edit", &[]);
    assert_ne!(story.lists(), before);
    let undo = story.mend("undo", &[]);
    let undone = story.carried_out("undo", &[]);
    assert_eq!(story.lists(), before);
    let nothing = story.mend("undo", &[]);
    nothing.code(0);
    compared("mend_edit", &[shown, done, undo, undone, nothing]);
}

#[test]
fn an_address_is_trusted_or_its_finding_suppressed() {
    in_each_language(trusted);
}

fn trusted() {
    let story = Story::begin();
    let before = story.lists();
    let suppress = story.mend("suppress", &[]);
    story.carried_out("suppress", &[]);
    let filters = || {
        let lab = &story.account.lab;
        lab.world(|world| world.detector.filters.len())
    };
    assert_eq!((filters(), story.lists()), (1, before.clone()));
    let trust = story.mend("trust", &[]);
    compared("mend_others", &[suppress, trust]);
    story.carried_out("undo", &[]);
    assert_eq!((filters(), story.lists()), (0, before));
}

#[test]
fn a_list_that_somebody_changed_since_makes_the_plan_stale() {
    let story = Story::begin();
    let digest = story.approved("edit");
    story.account.lab.world(|world| {
        for bucket in world.buckets.values_mut() {
            let objects = bucket.objects.iter_mut();
            for (_, object) in objects.filter(|(key, _)| key.contains("vendor-feed")) {
                object.bytes.extend_from_slice(b"192.0.2.66\n");
            }
        }
    });
    let theirs = story.lists();
    let ran = story.mend("edit", &["--plan", &digest]);
    ran.code(5);
    assert!(ran.talk.contains("vendor-feed"), "{}", ran.transcript());
    assert_eq!(story.lists(), theirs);
}
