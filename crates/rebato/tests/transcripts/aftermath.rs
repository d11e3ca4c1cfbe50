//! After the fire: a fix that breaks the service is taken back, and what somebody opens again is named.

use jiff::SignedDuration;
use rebato_lab::Scenario;
use rebato_lab::world::{GroupRule, RulePeer};
use serde_json::Value;

use crate::place::{Account, Place};

/// A case of the account's alert, and its id.
fn opened(account: &Account) -> (Place, String) {
    let place = Place::beside(account);
    place.write("alert.json", account.alert());
    place.run(&["respond", "alert.json"]).code(3);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
    (place, id)
}

/// The digest of a plan that a command shows, approved.
fn approved(place: &Place, id: &str, command: &[&str]) -> String {
    let mut words = command.to_vec();
    words.extend(["--output", "json"]);
    let ran = place.run(&words);
    let digest = ran.code(3).document()["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    place.run(&["approve", id, "--plan", &digest]).code(0);
    digest
}

fn tokens(account: &Account) -> String {
    account.lab.world(|world| {
        let target = &world.instances[&world.target_instance];
        target.metadata_options.http_tokens.clone()
    })
}

#[test]
fn a_fix_that_breaks_the_service_is_taken_back_and_said_so() {
    let mut scenario = Scenario::load("breach-scaled").unwrap();
    scenario.target.needs_imds_v1 = true;
    let account = Account::of(scenario);
    let (place, id) = opened(&account);
    assert_eq!(tokens(&account), "optional");
    let digest = approved(&place, &id, &["harden", &id, "--fix", "imdsv2"]);
    // The scaling group does not replace what the balancer finds ill, and between two looks the balancer has looked twice.
    account
        .lab
        .world(|world| world.settings.health_checks = false);
    account.lab.set_step(SignedDuration::from_secs(40));
    let ran = place.run(&[
        "harden", &id, "--fix", "imdsv2", "--plan", &digest, "--watch", "11",
    ]);
    ran.code(4);
    assert!(
        ran.talk.contains("Since the fix it is worse: target "),
        "{}",
        ran.talk
    );
    assert!(ran.talk.contains("The fix was taken back"), "{}", ran.talk);
    assert_eq!(tokens(&account), "optional");
}

fn watch(place: &Place, id: &str, name: &str) -> Value {
    let seen = place.run(&["monitor", id, "--output", "json"]).document();
    let watches = seen["watches"].as_array().unwrap().iter();
    let mut watches = watches.filter(|watch| watch["watch"] == name);
    watches.next().cloned().unwrap_or_default()
}

#[test]
fn a_group_that_somebody_opens_after_the_release_is_named() {
    let account = Account::new("breach");
    // The machine stops within few questions.
    account.lab.set_step(SignedDuration::from_secs(5));
    let (place, id) = opened(&account);
    let digest = approved(&place, &id, &["contain", &id]);
    place.run(&["contain", &id, "--plan", &digest]).code(0);
    let digest = approved(&place, &id, &["release", &id]);
    place.run(&["release", &id, "--plan", &digest]).code(0);
    assert_eq!(watch(&place, &id, "hardening")["status"], "quiet");
    let group = account.lab.world(|world| {
        let target = world.target_instance.clone();
        let group = world
            .interfaces
            .values()
            .find(|i| {
                i.attachment
                    .as_ref()
                    .is_some_and(|a| a.instance_id == target)
            })
            .and_then(|i| i.groups.first().cloned())
            .unwrap();
        let open = GroupRule {
            id: String::new(),
            egress: false,
            protocol: "tcp".into(),
            from_port: 3389,
            to_port: 3389,
            peer: RulePeer::Cidr("0.0.0.0/0".parse().unwrap()),
            description: None,
            tags: Default::default(),
        };
        world.authorize_rules(&group, vec![open]).unwrap();
        group
    });
    let watch = watch(&place, &id, "hardening");
    assert_eq!(watch["status"], "tripped");
    let named = format!("opened {group} tcp/3389-3389 0.0.0.0/0");
    assert_eq!(watch["evidence"], serde_json::json!([named]));
    let ran = place.run(&["monitor", "--all"]);
    assert!(ran.code(0).out.contains(&named), "{}", ran.out);
}
