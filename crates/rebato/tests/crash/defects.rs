//! What others got wrong, each read in the code of a tool that contains instances: one test a defect, named after it. Must
//! not know how Rebato avoids it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};
use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Moment, Rule};
use rebato_lab::world::{ApiError, Direction, Protocol, SessionCall, World};
use serde_json::Value;

use crate::case::{Case, all_contained, planned};
use crate::lab::{CallPoint, Kind, Stage};
use crate::moves::{check_moves, moves};

/// Only the cut and the denials in the network ACLs.
const WITH_ACL: &str = r#"
schema = "rebato.profile/1"
name = "with-acl"

[[measure]]
name = "snapshots"

[[measure]]
name = "isolate"
passage = true

[[measure]]
name = "acl"
"#;

/// The calls of a command that only shows change something: the flag for it was read and not passed on.
#[test]
fn a_dry_run_that_writes() {
    let stage = Stage::new();
    let before = stage.facts();
    let (id, _) = planned(&stage);
    for words in [
        &["contain", &id][..],
        &["contain", &id, "--explain"],
        &["contain", &id, "--contain-profile", "isolate"],
        &["respond", "alert.json"],
    ] {
        stage.expect(words, 3);
    }
    assert_eq!(stage.writes(), Vec::<String>::new());
    assert_eq!(stage.facts(), before);
    // What was only tried was said to AWS as a trial.
    let calls = stage.lab.calls();
    let tried = calls.iter().filter(|call| call.dry_run).count();
    assert!(tried >= 10, "{tried}");
}

/// `ModifyInstanceAttribute` with groups, or the first of the interfaces: the others stay as they were.
#[test]
fn groups_of_one_interface_only() {
    let case = Case::approved();
    case.stage.expect(&case.contain(), 0);
    let contained: BTreeSet<String> = moves(&case.stage)
        .into_iter()
        .filter(|made| made.goes_to("containment"))
        .map(|made| made.interface)
        .collect();
    let all: BTreeSet<String> = case.before.groups.keys().cloned().collect();
    assert_eq!(all.len(), 3);
    assert_eq!(contained, all);
    all_contained(&case.stage.facts());
}

/// What was there before is written down after the change, or in memory only: who dies in between cannot put it back.
#[test]
fn a_backup_after_the_change() {
    let case = Case::approved();
    let first = CallPoint {
        kind: Kind::Named("ModifyNetworkInterfaceAttribute"),
        n: 1,
        moment: Moment::Before,
    };
    assert!(case.stage.run_killed_at(first, &case.contain()));
    let ids: BTreeMap<String, String> = case.stage.lab.world(|world| {
        let groups = world.groups.values();
        groups.map(|g| (g.id.clone(), g.name.clone())).collect()
    });
    let asked: Vec<String> = moves(&case.stage)
        .into_iter()
        .map(|made| made.interface)
        .collect();
    assert!(!asked.is_empty());
    let journal = case.journal();
    let written: Vec<&Value> = journal
        .iter()
        .filter(|record| record.event == "step_started")
        .filter_map(|record| record.body["before"].get("groups"))
        .collect();
    for interface in &asked {
        let found = &case.before.groups[interface];
        let is_written = written.iter().any(|groups| {
            let names: BTreeSet<String> = groups
                .as_array()
                .unwrap()
                .iter()
                .map(|id| ids[id.as_str().unwrap()].clone())
                .collect();
            names == *found
        });
        assert!(is_written, "{interface}: {found:?} not in {written:?}");
    }
    // The snapshots, too, come before what the attacker notices. The rehearsal tries everything at once.
    let calls: Vec<String> = case
        .stage
        .lab
        .calls()
        .into_iter()
        .filter(|call| !call.dry_run)
        .map(|call| call.operation)
        .collect();
    let place = |name: &str| calls.iter().position(|call| call == name);
    assert!(place("CreateSnapshots") < place("ModifyNetworkInterfaceAttribute"));
    case.contain_and_check();
}

/// The group is made without a look for the one that is there: the account fills with them, up to its quota.
#[test]
fn a_second_quarantine_group_at_each_run() {
    let case = Case::approved();
    case.contain_and_check();
    case.contain_and_check();
    // Somebody moves an interface back; a machine that knows nothing of the first case contains the instance again.
    let (interface, groups) = case.stage.lab.world(|world| {
        let known = world.groups.values().find(|g| g.name == "web").unwrap();
        let groups = vec![known.id.clone()];
        let interface = case.before.groups.keys().next().unwrap().clone();
        world
            .interfaces
            .get_mut(&interface)
            .unwrap()
            .groups
            .clone_from(&groups);
        (interface, groups)
    });
    std::fs::remove_dir_all(case.stage.state()).unwrap();
    let (id, digest) = planned(&case.stage);
    case.stage
        .expect(&["approve", &id, "--plan", &digest, "--by", "ana"], 0);
    case.stage.expect(&["contain", &id, "--plan", &digest], 0);
    let facts = case.stage.facts();
    assert_eq!(facts.own_groups.len(), 2, "{:?}", facts.own_groups);
    assert!(
        facts.groups[&interface]
            .iter()
            .all(|g| g.starts_with("rebato-containment-")),
        "{interface} was in {groups:?}"
    );
    let writes = case.stage.writes();
    let made = writes.iter().filter(|w| *w == "CreateSecurityGroup");
    assert_eq!(made.count(), 2, "{writes:?}");
}

/// Errors are logged and forgotten, then the tool says "successfully quarantined".
#[test]
fn success_said_after_failure() {
    let gone = Effect::Error(ApiError::new(
        "InvalidAssociationID.NotFound",
        "The association ID does not exist",
    ));
    let origin = Case::approved();
    for (operation, effect) in [
        ("ModifyNetworkInterfaceAttribute", Effect::Deny),
        ("RevokeSecurityGroupEgress", Effect::Deny),
        // An answer that sounds like success: the address is off already. It is not.
        ("DisassociateAddress", gone),
    ] {
        let case = origin.again();
        case.stage
            .faults(Faults::rules([Rule::always(operation, effect)]));
        let document = case.stage.expect(&case.contain(), 4);
        assert_eq!(document["containment"], "partial", "{operation}");
        let shown = case.stage.expect(&["case", "show", &case.id], 0);
        assert_eq!(shown["containment"], "partial", "{operation}");
        let list = case.stage.expect(&["case", "list"], 0);
        assert_eq!(list["cases"][0]["containment"], "partial", "{operation}");
        assert_ne!(list["cases"][0]["state"], "contained", "{operation}");
        // Nor is it said on the second try, while nothing has changed.
        let again = case.stage.expect(&case.contain(), 4);
        assert_eq!(again["containment"], "partial", "{operation}");
    }
}

/// `Deny *` on the role, or all its sessions revoked: every other instance that has it stops working.
#[test]
fn a_deny_for_all_users_of_a_shared_role() {
    let case = Case::approved();
    case.stage.expect(&case.contain(), 0);
    let takes = case.stage.lab.world(|world| world.settings.policy_takes);
    case.stage.lab.advance(takes + SignedDuration::from_secs(1));
    case.stage.lab.world(|world| {
        let target = world.target_instance.clone();
        let role = world.role_of_instance(&target).unwrap();
        let others: Vec<String> = world
            .instances
            .keys()
            .filter(|id| **id != target && world.role_of_instance(id).as_ref() == Some(&role))
            .cloned()
            .collect();
        assert!(!others.is_empty(), "the role is shared");
        let now = world.now;
        assert!(is_denied(world, &role, &target, now));
        for other in others {
            assert!(!is_denied(world, &role, &other, now), "{other}");
        }
    });
}

/// Whether an instance's session of its role is denied an ordinary call, with credentials of an hour ago and with new ones.
fn is_denied(world: &World, role: &str, instance: &str, now: Timestamp) -> bool {
    let user_id = format!("{}:{instance}", world.roles[role].id);
    let denied = [now - SignedDuration::from_hours(1), now].map(|issued| {
        world.session_is_denied(&SessionCall {
            role,
            action: "s3:GetObject",
            issued,
            user_id: &user_id,
            instance_id: Some(instance),
        })
    });
    assert_eq!(denied[0], denied[1], "old and new credentials");
    denied[0]
}

/// The profile's name is taken for the role's: the deny fails, or hits the role of somebody else.
#[test]
fn the_role_name_guessed_from_the_profile_name() {
    let stage = Stage::new();
    // The profile keeps its name, and its role gets another; a role of the profile's name is somebody else's.
    let (profile, role) = stage.lab.world(|world| {
        let profile = world
            .profile_of(&world.target_instance)
            .unwrap()
            .profile
            .clone();
        let old = world.instance_profiles[&profile].role.clone().unwrap();
        assert_eq!(old, profile, "what a guess would find");
        let mut role = world.roles[&old].clone();
        role.name = "storefront-runtime".into();
        role.id = "AROAQSTOREFRONTRUNTME".into();
        role.arn = role.arn.replace(&old, &role.name);
        let name = role.name.clone();
        world.roles.insert(name.clone(), role);
        world.instance_profiles.get_mut(&profile).unwrap().role = Some(name.clone());
        (profile, name)
    });
    let case = Case::of(stage);
    case.stage.expect(&case.contain(), 0);
    let policies = case.stage.facts().policies;
    let denied: Vec<&String> = policies
        .keys()
        .filter(|(_, name)| name.starts_with("rebato-deny-"))
        .map(|(role, _)| role)
        .collect();
    assert_eq!(denied, [&role], "not of {profile}");
}

/// A network ACL with the denials is made, and associated with no subnet: it filters nothing.
#[test]
fn a_network_acl_that_is_never_associated() {
    let stage = Stage::new();
    let alert: Value =
        serde_json::from_slice(&std::fs::read(stage.folder().join("alert.json")).unwrap()).unwrap();
    let mut remotes = BTreeSet::new();
    remote_addresses(&alert, &mut remotes);
    assert!(!remotes.is_empty());
    let passes = |stage: &Stage| -> Vec<bool> {
        stage.lab.world(|world| {
            let subnets: BTreeSet<String> = world
                .interfaces_of(&world.target_instance)
                .map(|i| i.subnet_id.clone())
                .collect();
            assert!(subnets.len() >= 2, "{subnets:?}");
            let ways = [Direction::Ingress, Direction::Egress];
            subnets
                .iter()
                .flat_map(|subnet| remotes.iter().map(move |ip| (subnet, *ip)))
                .flat_map(|(subnet, ip)| ways.map(|way| (subnet, ip, way)))
                .map(|(subnet, ip, way)| world.acl_allows(subnet, way, Protocol::Tcp, 22, ip))
                .collect()
        })
    };
    assert!(passes(&stage).into_iter().all(|passes| passes));
    let associations = |stage: &Stage| {
        stage.lab.world(|world| {
            let acls = world.network_acls.values();
            acls.map(|acl| (acl.id.clone(), acl.associations.clone()))
                .collect::<Vec<_>>()
        })
    };
    let associated = associations(&stage);
    std::fs::write(stage.folder().join("acl.toml"), WITH_ACL).unwrap();
    let document = stage.expect(
        &["respond", "alert.json", "--contain-profile", "acl.toml"],
        3,
    );
    let id = document["id"].as_str().unwrap();
    let digest = document["plan"]["digest"].as_str().unwrap();
    stage.expect(&["approve", id, "--plan", digest, "--by", "ana"], 0);
    stage.expect(&["contain", id, "--plan", digest], 4);
    assert!(passes(&stage).into_iter().all(|passes| !passes));
    assert_eq!(
        associations(&stage),
        associated,
        "the neighbours keep theirs"
    );
}

/// Every remote IPv4 address that the alert names.
fn remote_addresses(node: &Value, found: &mut BTreeSet<IpAddr>) {
    match node {
        Value::Object(fields) => {
            let remote = fields.get("remoteIpDetails").map(|ip| &ip["ipAddressV4"]);
            found.extend(remote.and_then(|ip| ip.as_str()?.parse::<IpAddr>().ok()));
            for field in fields.values() {
                remote_addresses(field, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                remote_addresses(item, found);
            }
        }
        _ => {}
    }
}

/// The instance stands in the open group for minutes, while the tool waits for something else.
#[test]
fn a_window_left_open() {
    let origin = Case::approved();
    // With nothing wrong, and with trouble in what runs beside.
    for rules in [
        vec![],
        vec![Rule::always("DisassociateAddress", Effect::FailBefore)],
        vec![
            Rule::next(1, "CreateSnapshots", Effect::LoseReply),
            Rule::always("DisassociateAddress", Effect::LoseReply),
        ],
    ] {
        let case = origin.again();
        let quiet = rules.is_empty();
        case.stage.faults(Faults::rules(rules));
        case.stage.run(&case.contain());
        let moves = moves(&case.stage);
        for interface in case.before.groups.keys() {
            let of: Vec<_> = moves
                .iter()
                .filter(|made| made.interface == *interface)
                .collect();
            assert_eq!(of.len(), 2, "{moves:?}");
            assert!(of[0].goes_to("passage") && of[1].goes_to("containment"));
        }
        check_moves(&case.stage);
        let (first, last) = (moves.first().unwrap().at, moves.last().unwrap().at);
        // Beside the six moves only the addresses and the deny.
        assert!(!quiet || last - first <= 12, "{first} to {last}");
        all_contained(&case.stage.facts());
    }
}

/// A sample finding names an instance by chance, and it is stopped.
#[test]
fn acting_on_a_sample_finding() {
    let stage = Stage::new();
    let before = stage.facts();
    let path = stage.folder().join("alert.json");
    let mut alert: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    alert["detail"]["service"]["additionalInfo"]["sample"] = true.into();
    std::fs::write(&path, alert.to_string()).unwrap();
    let document = stage.expect(&["respond", "alert.json"], 0);
    let id = document["id"].as_str().unwrap();
    let contain = stage.run(&["contain", id, "--approve"]);
    assert_eq!(contain.code(), Some(6), "{contain:#?}");
    assert_eq!(stage.writes(), Vec::<String>::new());
    assert_eq!(stage.facts(), before);
}

/// Only `0.0.0.0/0` is taken out of the group that a VPC with IPv6 makes: the attacker goes on over `::/0`.
#[test]
fn ipv6_left_open() {
    let stage = Stage::new();
    let over_ipv6 = |world: &World| {
        world
            .connections()
            .filter(|c| c.hostile && c.remote.ip.is_ipv6())
            .count()
    };
    assert!(stage.lab.world(|world| over_ipv6(world)) > 0, "it is there");
    // Kept running, so that nothing but the groups cuts it.
    let document = stage.expect(
        &["respond", "alert.json", "--contain-profile", "isolate"],
        3,
    );
    let id = document["id"].as_str().unwrap();
    let digest = document["plan"]["digest"].as_str().unwrap();
    stage.expect(&["approve", id, "--plan", digest, "--by", "ana"], 0);
    stage.expect(&["contain", id, "--plan", digest], 0);
    stage.lab.advance(SignedDuration::from_mins(2));
    stage.lab.world(|world| {
        assert_eq!(over_ipv6(world), 0);
        let outside = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x66, 0, 0, 0, 0, 1));
        for interface in world.interfaces_of(&world.target_instance) {
            for way in [Direction::Ingress, Direction::Egress] {
                for port in [22, 80, 443, 4444] {
                    assert!(
                        !world.groups_allow(interface, way, Protocol::Tcp, port, outside),
                        "{} {way:?} {port}",
                        interface.id
                    );
                }
            }
        }
    });
}
