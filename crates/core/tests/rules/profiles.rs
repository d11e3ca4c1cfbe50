//! Profiles: the built-in ones, the reader's errors, and what the linter refuses.

use rebato_core::contain::{BUILT_IN, FAULTS, Measure, Profile, lint};

fn read(measures: &str) -> Profile {
    let text = format!("schema = \"rebato.profile/1\"\nname = \"mine\"\n{measures}");
    Profile::read("mine.toml", &text).unwrap()
}

/// A profile of measures, one a line: `name` or `name, option = …`.
fn of(measures: &[&str]) -> Profile {
    let tables: Vec<String> = measures
        .iter()
        .map(|line| {
            let (name, options) = line.split_once(", ").unwrap_or((line, ""));
            format!(
                "[[measure]]\nname = \"{name}\"\n{}",
                options.replace("; ", "\n")
            )
        })
        .collect();
    read(&tables.join("\n"))
}

fn codes(measures: &[&str]) -> Vec<(&'static str, String)> {
    lint(&of(measures))
        .into_iter()
        .map(|fault| (fault.code, fault.at))
        .collect()
}

fn error(text: &str) -> String {
    Profile::read("mine.toml", text).unwrap_err().to_string()
}

#[test]
fn the_built_in_profiles_are_sound_and_follow_from_each_other() {
    for name in BUILT_IN {
        let profile = Profile::built_in(name).unwrap();
        assert_eq!(profile.name, name);
        assert_eq!(lint(&profile), [], "{name}");
    }
    let [runbook, isolate, observe] = [Profile::runbook(), Profile::isolate(), Profile::observe()];
    let (last, others) = runbook.measures.split_last().unwrap();
    assert!(matches!(last.measure, Measure::Stop { .. }));
    assert_eq!(isolate.measures, others);
    assert_eq!(observe.measures, isolate.measures[..3]);
    assert!(observe.measures.iter().all(|asked| !asked.measure.cuts()));
    let mut escalate = Profile::escalate().measures;
    let acl = escalate
        .iter()
        .position(|asked| asked.measure.name() == "acl")
        .unwrap();
    escalate.remove(acl);
    assert_eq!(escalate, runbook.measures, "the runbook and the ACL");
    assert_eq!(Profile::built_in("mine"), None);
}

#[test]
fn every_measure_is_read_by_its_name() {
    for name in Measure::NAMES {
        let options = match name {
            "copy_snapshots" => "key = 'k'",
            "share_snapshots" => "account = \"111122223333\"",
            "lock_snapshots" => "days = 30",
            "feedback" => "useful = true",
            _ => "",
        };
        let profile = read(&format!("[[measure]]\nname = \"{name}\"\n{options}"));
        assert_eq!(profile.measures[0].measure.name(), name);
    }
}

#[test]
fn errors_name_the_file_the_line_and_what_would_do() {
    let head = "schema = \"rebato.profile/1\"\nname = \"mine\"\n";
    let with = |rest: &str| error(&format!("{head}{rest}"));
    let cases = [
        (error("name = "), "mine.toml:1: "),
        (error("name = \"mine\""), "mine.toml:1: `schema` is missing"),
        (
            error("schema = \"rebato.profile/2\""),
            "mine.toml:1: unknown schema `rebato.profile/2`; known: rebato.profile/1",
        ),
        (
            error("schema = \"rebato.profile/1\"\nname = \"My own\""),
            "mine.toml:2: `name` must be",
        ),
        (with(""), "mine.toml:1: `measure` is missing"),
        (
            with("measure = 1"),
            "mine.toml:3: `measure` must be a list of tables",
        ),
        (
            with("speed = 1\n[[measure]]\nname = \"tags\""),
            "mine.toml:3: unknown key `speed`; known: schema, name, measure",
        ),
        (
            with("\n[[measure]]\n\n[[measure]]\nname = \"tags\""),
            "mine.toml:4: `name` is missing",
        ),
        (
            with("[[measure]]\nname = \"tag\""),
            "mine.toml:4: unknown measure `tag`; known: tags, console",
        ),
        (
            with("[[measure]]\nname = \"isolate\"\npassage = true\nhow = \"x\""),
            "mine.toml:6: unknown option of isolate `how`; known: name, passage, accept",
        ),
        (
            with("[[measure]]\nname = \"isolate\"\npassage = 1"),
            "mine.toml:5: `passage` must be true or false",
        ),
        (
            with("[[measure]]\nname = \"stop\"\nhow = \"kill\""),
            "mine.toml:5: unknown how `kill`; known: graceful, hibernate, force, skip_os",
        ),
        (
            with("[[measure]]\nname = \"stop\"\naccept = [\"all\"]"),
            "mine.toml:5: unknown accept `all`; known: irreversible, shared_role, before_isolate",
        ),
        (
            with("[[measure]]\nname = \"lock_snapshots\"\ndays = 0"),
            "mine.toml:5: `days` must be a whole number from 1 to 36500",
        ),
        (
            with("[[measure]]\nname = \"lock_snapshots\""),
            "mine.toml:3: `days` is missing",
        ),
        (
            with("[[measure]]\nname = \"share_snapshots\"\naccount = \"12\""),
            "mine.toml:5: `account` must be twelve digits",
        ),
        (
            with("[[measure]]\nname = \"instance_profile\"\nreplace_with = \"mine\""),
            "mine.toml:5: `replace_with` must be the ARN",
        ),
    ];
    for (found, wanted) in cases {
        assert!(found.starts_with(wanted), "{found}\nwanted {wanted}");
    }
}

/// Measures, and the faults that the linter finds in them: code and place.
type Refused = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

const REFUSED: &[Refused] = &[
    (
        &["stop, accept = 'irreversible'"],
        &[("stop_without_snapshots", "stop")],
    ),
    (
        &["stop, accept = 'irreversible'", "snapshots"],
        &[
            ("stop_without_snapshots", "stop"),
            ("blind_before_evidence", "stop"),
        ],
    ),
    (
        &["snapshots", "stop, accept = 'irreversible'", "isolate"],
        &[("isolate_after_stop", "isolate")],
    ),
    (
        &["addresses, accept = 'irreversible'", "isolate"],
        &[("addresses_before_isolate", "addresses")],
    ),
    (&["isolate", "addresses"], &[("irreversible", "addresses")]),
    (&["snapshots", "stop"], &[("irreversible", "stop")]),
    (
        &[
            "snapshots",
            "wait_snapshots",
            "lock_snapshots, days = 7; mode = 'compliance'",
        ],
        &[("irreversible", "lock_snapshots")],
    ),
    (
        &["sessions, deny = 'token_time'"],
        &[("shared_role", "sessions")],
    ),
    (
        &["metadata", "console"],
        &[("blind_before_evidence", "metadata")],
    ),
    (
        &["instance_profile", "snapshots"],
        &[("blind_before_evidence", "instance_profile")],
    ),
    (
        &["scaling, how = 'detach'"],
        &[("detach_for_good", "scaling")],
    ),
    (
        &[
            "snapshots",
            "wait_snapshots",
            "copy_snapshots, key = 'k'",
            "share_snapshots, account = '*'",
        ],
        &[("share_everyone", "share_snapshots")],
    ),
    (
        &[
            "snapshots",
            "wait_snapshots",
            "share_snapshots, account = '111122223333'",
        ],
        &[("share_needs_key", "share_snapshots")],
    ),
    (&["tags", "tags"], &[("twice", "tags")]),
    (
        &["wait_snapshots"],
        &[("needs_snapshots", "wait_snapshots")],
    ),
    (
        &["scan_snapshots"],
        &[("needs_snapshots", "scan_snapshots")],
    ),
    (
        &["snapshots", "copy_snapshots, key = 'k'"],
        &[("needs_wait", "copy_snapshots")],
    ),
    (
        &["snapshots", "wait_snapshots", "isolate"],
        &[("cut_after_wait", "isolate")],
    ),
];

#[test]
fn the_dangerous_is_refused() {
    for (measures, wanted) in REFUSED {
        let found = codes(measures);
        let found: Vec<(&str, &str)> = found.iter().map(|(c, at)| (*c, at.as_str())).collect();
        assert_eq!(&found, wanted, "{measures:?}");
    }
    let mut empty = of(&["tags"]);
    empty.measures.clear();
    assert_eq!(lint(&empty)[0].code, "empty");
    let mut taken = of(&["tags"]);
    taken.name = "runbook".into();
    assert_eq!(lint(&taken)[0].code, "name_taken");
}

#[test]
fn what_its_author_takes_on_is_let_through() {
    let sound: &[&[&str]] = &[
        &[
            "addresses, accept = ['irreversible', 'before_isolate']",
            "isolate",
        ],
        &["sessions, deny = 'token_time'; accept = 'shared_role'"],
        &["scaling, how = 'detach'; accept = 'irreversible'"],
        &[
            "snapshots",
            "isolate, passage = false",
            "stop, how = 'skip_os'; accept = 'irreversible'",
            "wait_snapshots",
            "copy_snapshots, key = 'alias/forensics'",
            "share_snapshots, account = '111122223333'",
            "lock_snapshots, days = 36500; mode = 'compliance'; accept = 'irreversible'",
            "scan_snapshots",
            "archive_finding",
            "feedback, useful = false",
        ],
    ];
    for measures in sound {
        assert_eq!(codes(measures), [], "{measures:?}");
    }
}

#[test]
fn every_fault_of_a_profile_is_known_and_the_list_is_sorted() {
    assert!(FAULTS.is_sorted());
    for (_, wanted) in REFUSED {
        for (code, _) in *wanted {
            assert!(FAULTS.contains(code), "{code}");
        }
    }
}
