//! `escalate`: the letter and the routes, a case with AWS by an approved plan, and an account that the desk does not serve.

use crate::place::{Account, Place, in_each_language, lab_snapshot};

/// A case of this scenario, and its id.
fn begin(scenario: &str) -> (Account, Place, String) {
    let account = Account::new(scenario);
    let place = Place::beside(&account);
    place.write("alert.json", account.alert());
    place.run(&["respond", "alert.json"]);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
    (account, place, id)
}

/// Compares with the snapshot, without counts that depend on the minute at which the attack begins.
fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(seen|visto) \d+", "$1 [N]");
    settings.add_filter(r"\d+ (characters|caracteres)", "[N] $1");
    // Whether the newest connection was refused depends on that minute too.
    let depends = |line: &&str| {
        line.contains("blocked the last connection") || line.contains("bloqueó la última conexión")
    };
    let lines: Vec<&str> = text.lines().filter(|line| !depends(line)).collect();
    settings.bind(|| lab_snapshot(name, &lines.join("\n")));
}

/// The digest of the plan that a transcript shows.
fn digest(talk: &str) -> String {
    let rest = talk.split("--plan ").nth(1).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_letter_is_read_approved_and_sent_once() {
    in_each_language(letter_to_support);
}

fn letter_to_support() {
    let (account, place, id) = begin("attempt");
    let advised = place.run(&["escalate", &id]);
    let shown = place.run(&["escalate", &id, "--to", "support"]);
    let plan = digest(&shown.code(3).talk);
    let sending = ["escalate", &id, "--to", "support", "--plan", &plan];
    let unapproved = place.run(&sending);
    assert_ne!(unapproved.code, Some(0));
    assert!(
        account
            .lab
            .world(|world| world.defences.desk.support.is_empty())
    );
    let approved = place.run(&["approve", &id, "--plan", &plan]);
    let sent = place.run(&sending);
    let again = place.run(&["escalate", &id, "--to", "support"]);
    for ran in [&advised, &approved, &sent, &again] {
        ran.code(0);
    }
    let cases = account
        .lab
        .world(|world| world.defences.desk.support.clone());
    assert_eq!(cases.len(), 1);
    assert!(shown.out.contains(cases[0].body.lines().last().unwrap()));
    let all = [advised, shown, approved, sent, again];
    let text = all.map(|ran| ran.transcript()).join("\n");
    check("escalate", &text.replace(&cases[0].id, "[AWS-CASE]"));
}

#[test]
fn who_has_no_plan_gets_the_letter_and_the_link() {
    in_each_language(letter_by_hand);
}

fn letter_by_hand() {
    let (account, place, id) = begin("attempt");
    account.lab.world(|world| {
        world.settings.support_plan = false;
        world.settings.security_membership = false;
    });
    let support = place.run(&["escalate", &id, "--to", "support", "--letter", "es"]);
    let team = [
        "escalate",
        &id,
        "--to",
        "security-ir",
        "--watcher",
        "soc@example.com",
    ];
    let team = place.run(&team);
    for ran in [&support, &team] {
        ran.code(7);
        assert!(ran.out.contains(&id));
    }
    check(
        "escalate_by_hand",
        &[support, team].map(|ran| ran.transcript()).join("\n"),
    );
    place
        .run(&["escalate", &id, "--to", "security-ir"])
        .fails(2, &["--watcher"]);
}
