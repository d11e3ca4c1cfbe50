//! `monitor --watch`, `--unwatch` and `--declare`: what watches a case on the simulated account, and what a person states.

use rebato_lab::Scenario;

use crate::place::{Account, Place, Ran, in_each_language, lab_snapshot};

/// A case whose flow logs go to CloudWatch Logs.
struct Story {
    account: Account,
    place: Place,
    id: String,
}

impl Story {
    fn begin(name: &str) -> Self {
        let mut scenario = Scenario::load(name).unwrap();
        scenario.logs.flow_to_cloudwatch = true;
        let account = Account::of(scenario);
        let place = Place::beside(&account);
        place.write("alert.json", account.alert());
        place.run(&["respond", "alert.json"]);
        let list = place.run(&["case", "list", "--output", "json"]).document();
        let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
        Self { account, place, id }
    }

    fn topic(&self) -> String {
        self.account
            .lab
            .world(|world| format!("arn:aws:sns:{}:{}:soc", world.region, world.account_id))
    }

    fn monitor(&self, words: &[&str]) -> Ran {
        self.place
            .run(&[&["monitor", self.id.as_str()], words].concat())
    }

    fn carried_out(&self, how: &str, more: &[&str]) -> Ran {
        let json = [&[how, "--output", "json"], more].concat();
        let plan = self.monitor(&json).code(3).document();
        let digest = plan["digest"].as_str().unwrap().to_owned();
        self.place
            .run(&["approve", &self.id, "--plan", &digest])
            .code(0);
        self.monitor(&[how, "--plan", &digest])
    }

    /// Alarms, filters and rules of this case that stand.
    fn standing(&self) -> (usize, usize, usize) {
        self.account.lab.world(|world| {
            let defences = &world.defences;
            let ours = |name: &str| name.starts_with("rebato-C-");
            (
                defences.alarms.iter().filter(|a| ours(&a.name)).count(),
                defences
                    .metric_filters
                    .iter()
                    .filter(|f| ours(&f.name))
                    .count(),
                defences.rules.keys().filter(|name| ours(name)).count(),
            )
        })
    }
}

fn compared(name: &str, runs: &[&Ran]) {
    let all: Vec<String> = runs.iter().map(|ran| ran.transcript()).collect();
    lab_snapshot(name, &all.join("\n"));
}

#[test]
fn a_case_is_watched_until_somebody_takes_it_down() {
    in_each_language(watched);
}

fn watched() {
    let story = Story::begin("attempt");
    let topic = story.topic();
    let shown = story.monitor(&["--watch", "--topic", &topic]);
    shown.code(3);
    let silent = story.monitor(&["--watch"]);
    silent.code(3);
    assert_eq!(
        story.standing(),
        (0, 0, 0),
        "nothing is done without an approval"
    );
    let done = story.carried_out("--watch", &["--topic", &topic]);
    done.code(0);
    assert_eq!(story.standing(), (3, 2, 2));
    let again = story.monitor(&["--watch", "--topic", &topic]);
    again.code(0);
    let looked = story.monitor(&["--close"]);
    looked.code(4);
    assert!(looked.talk.contains("--unwatch"), "{}", looked.talk);
    let gone = story.carried_out("--unwatch", &[]);
    gone.code(0);
    assert_eq!(story.standing(), (0, 0, 0));
    let nothing = story.monitor(&["--unwatch"]);
    nothing.code(0);
    compared("watch", &[&shown, &silent, &done, &again, &gone, &nothing]);
}

#[test]
fn traffic_of_the_attacker_sets_off_the_alarm_and_an_alarm_that_is_gone_is_named() {
    let story = Story::begin("breach");
    story.carried_out("--watch", &[]).code(0);
    assert_eq!(
        story.standing(),
        (3, 2, 0),
        "without a topic there are no rules"
    );
    // The attacker goes on, and the flow log is delivered.
    story
        .account
        .lab
        .advance(jiff::SignedDuration::from_mins(15));
    let seen = story.monitor(&["--output", "json"]).document();
    let alarms = |seen: &serde_json::Value| {
        let watches = seen["watches"].as_array().unwrap();
        let mut watches = watches.iter().filter(|watch| watch["watch"] == "alarms");
        watches.next().cloned().unwrap()
    };
    let watch = alarms(&seen);
    assert_eq!(watch["status"], "tripped");
    assert!(
        watch["evidence"]
            .to_string()
            .contains("accepted-flows ALARM"),
        "{watch}"
    );
    story
        .account
        .lab
        .world(|world| world.defences.alarms.clear());
    let watch = alarms(&story.monitor(&["--output", "json"]).document());
    assert!(
        watch["evidence"].to_string().contains("network-out gone"),
        "{watch}"
    );
}

#[test]
fn events_of_the_instance_are_counted_by_the_rules() {
    let story = Story::begin("attempt");
    let topic = story.topic();
    story.carried_out("--watch", &["--topic", &topic]).code(0);
    let matched = || {
        story.account.lab.world(|world| {
            let rules = world.defences.rules.values();
            rules.map(|rule| rule.matched).sum::<u64>()
        })
    };
    let before = matched();
    story.account.lab.world(|world| {
        let id = world.target_instance.clone();
        let stopped = rebato_lab::world::StopHow::default();
        world.stop_instances(&[id], stopped).unwrap();
    });
    story
        .account
        .lab
        .advance(jiff::SignedDuration::from_mins(10));
    assert!(matched() > before);
}

#[test]
fn a_person_states_what_only_persons_know_and_it_is_journaled() {
    let story = Story::begin("breach");
    let before = story.monitor(&[]);
    assert!(before.out.contains("root cause"), "{}", before.out);
    let stated = story.monitor(&[
        "--declare",
        "root-cause=a weak password",
        "--declare",
        "credentials-rotated",
    ]);
    stated.code(0);
    assert!(!stated.out.contains("root cause"), "{}", stated.out);
    let journal = story.place.run(&["case", "export", &story.id]);
    assert!(journal.out.contains("a weak password"));
    story.monitor(&["--declare", "plan-open"]).code(2);
    for words in [
        ["--watch", "--topic", "soc"],
        [
            "--watch",
            "--topic",
            "arn:aws:sns:us-east-1:111122223333:soc",
        ],
    ] {
        story.monitor(&words).code(2);
    }
    let stricter = "[monitor.closing]\nrequire = [\"report-signed\"]\n";
    story.place.write("strict.toml", stricter);
    let strict = story.monitor(&["--config", "strict.toml"]);
    assert!(strict.out.contains("report is signed"), "{}", strict.out);
    let laxer = "[monitor.closing.hours]\nsucceeded = 1\n";
    story.place.write("lax.toml", laxer);
    let lax = story.monitor(&["--config", "lax.toml"]);
    assert!(lax.talk.contains("only ask for more"), "{}", lax.talk);
}

#[test]
fn changes_of_the_defences_that_nobody_would_notice_get_alarms_by_a_plan() {
    in_each_language(defences);
}

fn defences() {
    let story = Story::begin("closed-port");
    let fix = |words: &[&str]| {
        let all = [&["harden", story.id.as_str(), "--fix", "alarms"], words].concat();
        story.place.run(&all)
    };
    let nothing = fix(&[]);
    nothing.code(0);
    story.account.lab.world(|world| {
        world.defences.alarms.clear();
        world.defences.metric_filters.clear();
    });
    let nobody = fix(&[]);
    nobody.code(0);
    let topic = format!("[monitor]\ntopic = \"{}\"\n", story.topic());
    story.place.write("rebato.toml", topic);
    let configured = ["--config", "rebato.toml"];
    let shown = fix(&configured);
    shown.code(3);
    let json = fix(&["--output", "json", "--config", "rebato.toml"]).document();
    let digest = json["digest"].as_str().unwrap().to_owned();
    story
        .place
        .run(&["approve", &story.id, "--plan", &digest])
        .code(0);
    fix(&["--plan", &digest, "--watch", "0"]).code(0);
    let made = story.account.lab.world(|world| {
        let defences = &world.defences;
        (defences.alarms.len(), defences.metric_filters.len())
    });
    assert_eq!(made, (7, 7));
    let checks = story.place.run(&["harden", &story.id, "--output", "json"]);
    let checks = checks.document();
    let mut checks = checks["checks"].as_array().unwrap().iter();
    let alarms = checks.find(|check| check["check"] == "alarms").unwrap();
    assert_eq!(alarms["status"], "pass");
    compared("harden_alarms", &[&nothing, &nobody, &shown]);
}
