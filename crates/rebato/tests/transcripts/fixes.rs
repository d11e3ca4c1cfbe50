//! Fixes as a person sees them: the plan, the word, what came of it, and why there is none.

use rebato_lab::Scenario;
use rebato_lab::world::SshdTrouble;

use crate::place::{Account, Place, in_each_language, lab_snapshot};

/// A case of this story, and its id.
fn opened(account: &Account) -> (Place, String) {
    let place = Place::beside(account);
    place.write("alert.json", account.alert());
    place.run(&["respond", "alert.json"]);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
    (place, id)
}

fn file(account: &Account) -> Option<String> {
    account.lab.world(|world| {
        let managed = &world.managed_instances[&world.target_instance];
        managed.guest.sshd_first.content.clone()
    })
}

#[test]
fn passwords_are_closed_by_a_plan_that_is_tried_confirmed_and_seen() {
    in_each_language(passwords);
}

fn passwords() {
    let account = Account::of(Scenario::load("attempt").unwrap());
    let (place, id) = opened(&account);
    let blind = place.run(&["harden", &id, "--fix", "sshd-passwords"]);
    blind.code(0);
    let shown = place.run(&["harden", &id, "--guest", "--fix", "sshd-passwords"]);
    shown.code(3);
    assert_eq!(file(&account), None, "nobody has approved it");
    let json = [
        "harden",
        &id,
        "--guest",
        "--fix",
        "sshd-passwords",
        "--output",
        "json",
    ];
    let plan = place.run(&json).code(3).document();
    let digest = plan["digest"].as_str().unwrap().to_owned();
    place.run(&["approve", &id, "--plan", &digest]).code(0);
    let done = place.run(&[
        "harden",
        &id,
        "--fix",
        "sshd-passwords",
        "--plan",
        &digest,
        "--watch",
        "1",
    ]);
    done.code(0);
    assert!(
        file(&account)
            .unwrap()
            .contains("PasswordAuthentication no")
    );
    let again = place.run(&["harden", &id, "--guest", "--fix", "sshd-passwords"]);
    let root = place.run(&["harden", &id, "--guest", "--fix", "sshd-root-login"]);
    let all = [blind, shown, done, again, root]
        .map(|ran| ran.transcript())
        .join("\n");
    lab_snapshot("fix_sshd", &all.replace(&digest, "[DIGEST]"));
}

#[test]
fn what_a_fix_set_in_the_system_is_watched_where_somebody_gives_leave() {
    let account = Account::of(Scenario::load("attempt").unwrap());
    let (place, id) = opened(&account);
    let fix = ["harden", &id, "--fix", "sshd-passwords"];
    let shown = place.run(&[&fix[..], &["--guest", "--output", "json"]].concat());
    let plan = shown.code(3).document();
    let digest = plan["digest"].as_str().unwrap().to_owned();
    place.run(&["approve", &id, "--plan", &digest]).code(0);
    place
        .run(&[&fix[..], &["--plan", &digest, "--watch", "1"]].concat())
        .code(0);
    let hardening = |words: &[&str]| {
        let all = [&["monitor", &id, "--output", "json"][..], words].concat();
        let seen = place.run(&all).document();
        let watches = seen["watches"].as_array().unwrap();
        let mut watches = watches.iter().filter(|w| w["watch"] == "hardening");
        watches.next().cloned().unwrap()
    };
    let blind = place.run(&["monitor", &id]);
    assert!(blind.talk.contains("--guest"), "{}", blind.talk);
    let unknown = hardening(&[]);
    assert_eq!(unknown["status"], "unknown");
    assert_eq!(unknown["why"], "not-asked");
    assert_eq!(hardening(&["--guest"])["status"], "quiet");
    // Somebody takes the file away.
    account.lab.world(|world| {
        let target = world.target_instance.clone();
        let managed = world.managed_instances.get_mut(&target).unwrap();
        managed.guest.sshd_first.content = None;
    });
    let gone = hardening(&["--guest"]);
    assert_eq!(gone["status"], "tripped");
    let evidence = gone["evidence"].to_string();
    assert!(evidence.contains("00-rebato.conf absent"), "{evidence}");
    assert!(
        evidence.contains("passwordauthentication=yes"),
        "{evidence}"
    );
}

#[test]
fn what_sshd_refuses_is_said_and_changes_nothing() {
    let mut scenario = Scenario::load("attempt").unwrap();
    scenario.target.guest.sshd = SshdTrouble::Reload;
    let account = Account::of(scenario);
    let (place, id) = opened(&account);
    let json = [
        "harden",
        &id,
        "--guest",
        "--fix",
        "sshd-tries",
        "--output",
        "json",
    ];
    let plan = place.run(&json).code(3).document();
    let digest = plan["digest"].as_str().unwrap().to_owned();
    place.run(&["approve", &id, "--plan", &digest]).code(0);
    let done = place.run(&[
        "harden",
        &id,
        "--fix",
        "sshd-tries",
        "--plan",
        &digest,
        "--watch",
        "0",
    ]);
    done.code(4);
    assert!(
        done.talk.contains("has put it back: reload"),
        "{}",
        done.talk
    );
    assert_eq!(file(&account), None);
}

#[test]
fn settings_of_the_account_are_mended_and_what_is_missing_is_said() {
    in_each_language(settings);
}

fn settings() {
    let account = Account::of(Scenario::load("no-flow-logs").unwrap());
    let (place, id) = opened(&account);
    let nowhere = place.run(&["harden", &id, "--fix", "flow-logs"]);
    nowhere.code(0);
    place.write("c.toml", "[harden]\nflow_logs = \"s3://flow-logs/own\"\n");
    let named = ["harden", &id, "--fix", "flow-logs", "--config", "c.toml"];
    let shown = place.run(&named);
    shown.code(3);
    place.write("bad.toml", "[harden]\nflow_logs = \"logs://group\"\n");
    let bad = place.run(&["harden", &id, "--fix", "flow-logs", "--config", "bad.toml"]);
    bad.code(2);
    let patches = place.run(&["harden", &id, "--fix", "patch-state"]);
    patches.code(3);
    let ebs = [
        "harden",
        &id,
        "--fix",
        "ebs-encryption-default",
        "--output",
        "json",
    ];
    let digest = place.run(&ebs).code(3).document()["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    place.run(&["approve", &id, "--plan", &digest]).code(0);
    let done = place.run(&[
        "harden",
        &id,
        "--fix",
        "ebs-encryption-default",
        "--plan",
        &digest,
        "--watch",
        "0",
    ]);
    done.code(0);
    assert!(account.lab.world(|world| world.ebs_encryption_by_default));
    let all = [nowhere, shown, bad, patches, done]
        .map(|ran| ran.transcript())
        .join("\n");
    lab_snapshot("fix_account", &all.replace(&digest, "[DIGEST]"));
}

#[test]
fn what_would_have_stopped_the_case_comes_first_also_without_a_case_ports_are_asked() {
    let account = Account::of(Scenario::load("breach").unwrap());
    let (place, id) = opened(&account);
    let ran = place
        .run(&["harden", &id, "--guest", "--output", "json"])
        .document();
    let order = ran["order"].as_array().unwrap();
    assert!(!order.is_empty(), "{ran}");
    let points = |at: usize| order[at]["points"].as_u64().unwrap();
    assert!((1..order.len()).all(|at| points(at - 1) >= points(at)));
    assert_eq!(order[0]["reasons"][0]["code"], "way-in", "{order:?}");
    let text = place.run(&["harden", &id, "--guest"]);
    assert!(text.out.contains("Worth mending first"), "{}", text.out);

    let instance = account.lab.world(|world| world.target_instance.clone());
    let bare = place
        .run(&["harden", &instance, "--guest", "--output", "json"])
        .document();
    let checks = bare["checks"].as_array().unwrap();
    let of = |name: &str| checks.iter().find(|check| check["check"] == name).unwrap();
    assert_eq!(of("uid0-users")["status"], "fail");
    let evidence = of("open-admin-ports")["evidence"].to_string();
    assert!(!evidence.contains("use=unknown"), "{evidence}");
}
