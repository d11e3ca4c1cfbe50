//! Both languages have the same texts with the same values, and every code has words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use fluent_syntax::parser;
use rebato_core::contain::{Action, MENDS, PERMISSIONS, WATCHING};
use rebato_report::keys::{ACTIONS, used_keys};
use rebato_report::{Lang, Words, has, text};
use serde_json::json;

/// The keys of a language with the values that each asks for.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn folder(lang: Lang) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("locales")
        .join(lang.code())
}

fn files(lang: Lang) -> BTreeSet<String> {
    std::fs::read_dir(folder(lang))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn catalogue(lang: Lang) -> Catalogue {
    read(lang, files(lang))
}

fn read(lang: Lang, files: impl IntoIterator<Item = String>) -> Catalogue {
    let mut all = Catalogue::new();
    for file in files {
        let source = std::fs::read_to_string(folder(lang).join(&file)).unwrap();
        let resource =
            parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{lang}/{file}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                assert!(
                    !matches!(entry, Entry::Junk { .. } | Entry::Term(_)),
                    "{lang}/{file}: {entry:?}"
                );
                continue;
            };
            let mut values = BTreeSet::new();
            collect(message.value.as_ref().unwrap(), &mut values);
            let twice = all.insert(message.id.name.clone(), values);
            assert!(twice.is_none(), "{lang}: {} stands twice", message.id.name);
        }
    }
    all
}

fn collect(pattern: &Pattern<String>, values: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, values),
            Expression::Select { selector, variants } => {
                collect_inline(selector, values);
                variants
                    .iter()
                    .for_each(|variant| collect(&variant.value, values));
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<String>, values: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            values.insert(id.name.clone());
        }
        InlineExpression::FunctionReference {
            arguments: CallArguments { positional, .. },
            ..
        } => {
            positional
                .iter()
                .for_each(|argument| collect_inline(argument, values));
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inline) = expression.as_ref() {
                collect_inline(inline, values);
            }
        }
        _ => {}
    }
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_values() {
    let (english, spanish) = (catalogue(Lang::En), catalogue(Lang::Es));
    let only = |here: &Catalogue, there: &Catalogue| {
        here.keys()
            .filter(|key| !there.contains_key(*key))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        only(&english, &spanish),
        Vec::<String>::new(),
        "missing in Spanish"
    );
    assert_eq!(
        only(&spanish, &english),
        Vec::<String>::new(),
        "missing in English"
    );
    for (key, values) in &english {
        assert_eq!(values, &spanish[key], "values of {key}");
    }
}

#[test]
fn every_file_is_embedded() {
    assert_eq!(files(Lang::En), files(Lang::Es));
    for lang in Lang::ALL {
        for key in catalogue(lang).keys() {
            assert!(
                has(lang, key),
                "{lang}: {key} is in a file that the program does not hold"
            );
        }
    }
}

#[test]
fn every_code_has_words() {
    for lang in Lang::ALL {
        let missing: Vec<String> = used_keys()
            .into_iter()
            .filter(|key| !has(lang, key))
            .collect();
        assert_eq!(missing, Vec::<String>::new(), "{lang}");
    }
}

/// Keys that stand in the code of this crate as they are.
#[test]
fn every_key_in_the_code_exists() {
    let catalogue = catalogue(Lang::En);
    let mut seen = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let source = std::fs::read_to_string(&path).unwrap();
        let shipped = source.split("#[cfg(test)]").next().unwrap();
        for literal in shipped.split('"').skip(1).step_by(2) {
            let is_key = [
                "report-",
                "gap-",
                "undo-",
                "purpose-",
                "step-state-",
                "status-",
                "watch-status-",
                "decision-",
                "alert-",
                "instance-",
            ]
            .iter()
            .any(|family| {
                literal
                    .strip_prefix(family)
                    .is_some_and(|rest| !rest.is_empty())
            });
            if is_key
                && literal
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            {
                assert!(
                    catalogue.contains_key(literal),
                    "{literal} in {}",
                    path.display()
                );
                seen += 1;
            }
        }
    }
    assert!(
        seen > 80,
        "only {seen} keys were found: the search is broken"
    );
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// What the report says goes into Markdown and HTML as it is: it must hold no markup. The terminal has its own layout.
#[test]
fn texts_hold_no_markup_and_no_stray_space() {
    for lang in Lang::ALL {
        let reported = files(lang).into_iter().filter(|file| {
            ![
                "cli.ftl",
                "failures.ftl",
                "help.ftl",
                "lint.ftl",
                "program.ftl",
            ]
            .contains(&file.as_str())
        });
        for key in read(lang, reported).keys() {
            let said = text(lang, key, &[]);
            assert!(
                !said.contains(['<', '>', '|', '*', '`', '_', '[', ']', '\n'])
                    || said.contains("{$"),
                "{lang} {key}: {said}"
            );
            assert_eq!(said.trim_matches(' '), said, "{lang} {key}");
            assert!(!said.contains("  "), "{lang} {key}: {said}");
        }
    }
}

/// One of every action, as JSON has it.
fn one_of_each() -> Vec<Action> {
    let own = json!({ "own": { "role": "containment", "vpc": "vpc-1" } });
    let rule = json!({ "protocol": "tcp", "from_port": 22, "to_port": 22, "peer": "0.0.0.0/0" });
    let edit = json!({ "set": { "kind": "threat_intel", "id": "t-1", "name": "feed", "location": "s3://lists/feed.txt" },
        "pieces": [{ "at": 0, "old": "203.0.113.9\n", "new": "" }],
        "from": format!("sha256:{}", "0".repeat(64)), "to": format!("sha256:{}", "1".repeat(64)) });
    let all = json!([
        { "action": "protect_termination", "instance": "i-1", "from": false, "to": true },
        { "action": "set_shutdown_behavior", "instance": "i-1", "from": "terminate", "to": "stop" },
        { "action": "set_delete_on_termination", "instance": "i-1", "volume": "vol-1", "device": "/dev/xvda", "from": true, "to": false },
        { "action": "set_tags", "resource": "i-1", "from": { "a": null }, "to": { "a": "b" } },
        { "action": "set_scaling_minimum", "group": "asg", "from": 1, "to": 0 },
        { "action": "set_standby", "group": "asg", "instance": "i-1", "standby": true },
        { "action": "set_target", "group": "arn:aws:x:targetgroup/web/1", "id": "i-1", "port": 80, "registered": false },
        { "action": "save_console", "instance": "i-1" },
        { "action": "create_snapshots", "instance": "i-1", "volumes": ["vol-1"] },
        { "action": "create_group", "role": "passage", "vpc": "vpc-1" },
        { "action": "set_group_rules", "group": own, "role": "containment", "revoke_ingress": [], "authorize_ingress": [],
          "revoke_egress": [rule], "authorize_egress": [] },
        { "action": "set_interface_groups", "interface": "eni-1", "from": [{ "id": "sg-1" }], "to": [own] },
        { "action": "set_elastic_ip", "allocation": "eipalloc-1", "association": "eipassoc-1", "interface": "eni-1",
          "private_ip": "10.0.0.1", "public_ip": "203.0.113.1", "associated": false },
        { "action": "set_auto_public_address", "interface": "eni-1", "address": "203.0.113.2", "from": null, "to": false },
        { "action": "protect_stop", "instance": "i-1", "from": true, "to": false },
        { "action": "set_running", "instance": "i-1", "running": false, "loses": [] },
        { "action": "set_imds_tokens", "instance": "i-1", "from": "optional", "to": "required" },
        { "action": "set_ingress", "group": "sg-1", "revoke": [rule], "authorize": [] },
        { "action": "deny_sessions", "role": "web", "policy": "rebato-deny-C-1", "document": "{}", "denied": true },
        { "action": "set_instance_profile", "instance": "i-1", "from": "arn:aws:iam::1:instance-profile/web", "to": null },
        { "action": "set_metadata_endpoint", "instance": "i-1", "from": "enabled", "to": "disabled" },
        { "action": "set_acl_deny", "acl": "acl-1", "entries": [{ "egress": false, "number": 1, "allow": false, "protocol": "-1",
          "cidr": "203.0.113.1/32", "ports": null }], "present": true },
        { "action": "set_balancer", "balancer": "old", "instance": "i-1", "registered": false },
        { "action": "set_scaling_membership", "group": "asg", "instance": "i-1", "member": false },
        { "action": "wait_snapshots", "instance": "i-1", "volumes": ["vol-1"] },
        { "action": "copy_snapshots", "instance": "i-1", "volumes": ["vol-1"], "kms_key": "alias/forensics" },
        { "action": "share_snapshots", "instance": "i-1", "account": "999988887777", "copies": true },
        { "action": "lock_snapshots", "instance": "i-1", "mode": "governance", "days": 30, "copies": false },
        { "action": "scan_snapshots", "instance": "i-1" },
        { "action": "archive_finding", "finding": "f-1", "archived": true },
        { "action": "open_support_case", "subject": "s", "body": "b", "service": "amazon-guardduty", "category": "other",
          "severity": "high", "language": "en", "issue": "technical" },
        { "action": "open_security_case", "title": "t", "description": "d", "aws_resolves": true, "incident": true,
          "since": "2026-11-24T00:00:00Z", "account": "111122223333", "region": "eu-west-1", "watchers": ["soc@example.com"],
          "addresses": ["203.0.113.7"] },
        { "action": "rate_finding", "finding": "f-1", "useful": true },
        { "action": "edit_list", "ip": "203.0.113.9", "listed": false, "edit": edit },
        { "action": "trust_address", "ip": "203.0.113.9", "trusted": true, "edit": edit },
        { "action": "activate_list", "set": edit.get("set"), "from": edit.get("from"), "to": edit.get("to") },
        { "action": "suppress_finding", "rule": "rebato-c-1", "kind": "Recon:EC2/Portscan", "instance": "i-1", "ip": "203.0.113.9",
          "field": "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4", "suppressed": true },
        { "action": "set_watch_object", "from": null, "to": { "kind": "metric_filter", "name": "n", "group": "g", "pattern": "p",
          "namespace": "Rebato", "metric": "m" } },
        { "action": "set_ebs_encryption", "region": "eu-west-1", "from": false, "to": true },
        { "action": "set_flow_log", "vpc": "vpc-1", "place": { "kind": "s3", "arn": "arn:aws:s3:::logs/rebato" },
          "format": "${version}", "present": true },
        { "action": "set_sshd", "instance": "i-1", "from": null, "to": "# x\nMaxAuthTries 4\n", "expect": [], "minutes": 10 },
        { "action": "run_patches", "instance": "i-1", "what": "install" },
        { "action": "delete_group", "group": "sg-1", "role": "containment", "vpc": "vpc-1" },
    ]);
    serde_json::from_value(all).unwrap()
}

#[test]
fn every_action_and_its_undo_are_said_in_full() {
    let actions = one_of_each();
    let names: BTreeSet<&str> = actions.iter().map(|action| action.name()).collect();
    assert_eq!(
        names,
        ACTIONS.into_iter().collect(),
        "an action is missing here or in the list of keys"
    );
    // The policy that `iam-policy` writes has what any of them needs, and a statement of its own for commands in a system.
    let reads = |call: &str| {
        ["Describe", "Get", "List"]
            .iter()
            .any(|verb| call.starts_with(verb))
    };
    for action in &actions {
        for needed in action.permissions() {
            let (_, call) = needed.split_once(':').unwrap();
            assert!(
                PERMISSIONS.contains(&needed)
                    || MENDS.contains(&needed)
                    || WATCHING.contains(&needed)
                    || needed == "ssm:SendCommand"
                    || reads(call),
                "{}: {needed}",
                action.name()
            );
        }
    }
    for lang in Lang::ALL {
        let words = Words::plain(lang);
        for action in &actions {
            for said in [
                words.action(action),
                words.impact(action),
                words.undo(action).1,
            ] {
                assert!(
                    !said.contains(['{', '⟦']),
                    "{lang} {}: {said}",
                    action.name()
                );
            }
        }
    }
}
