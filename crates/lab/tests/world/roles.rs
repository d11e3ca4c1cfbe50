//! What a denial in a role's policy does to the sessions of those who share the role.

use jiff::{SignedDuration, Timestamp};
use rebato_lab::{
    Scenario,
    scenario::{Act, RoleCall},
    world::World,
};
use serde_json::json;

use crate::stage::{code, pass, start};

/// The scaled breach, whose two members share a role that both use every minute, at the moment of the alert.
fn shared() -> World {
    let mut scenario = Scenario::load("breach-scaled").unwrap();
    let call = |source: &str, name: &str| RoleCall {
        source: source.to_owned(),
        name: name.to_owned(),
        read_only: true,
        error: None,
        parameters: None,
    };
    let calls = vec![
        call("s3.amazonaws.com", "ListBuckets"),
        call("ec2.amazonaws.com", "DescribeTags"),
        call("sts.amazonaws.com", "GetCallerIdentity"),
    ];
    let actor = scenario
        .actors
        .iter_mut()
        .find(|a| a.name == "self")
        .unwrap();
    for others in [true, false] {
        actor.does.push(Act::OwnRole {
            begin: SignedDuration::ZERO,
            every: SignedDuration::from_secs(60),
            calls: calls.clone(),
            others,
        });
    }
    let mut world = World::new(&scenario, scenario.seed, start());
    world.advance(start() + scenario.lead);
    world
}

fn role_of(world: &World) -> String {
    world.role_of_instance(&world.target_instance).unwrap()
}

/// Calls of the instances themselves since then: (whether it is the target, name, error code), without repetition.
fn sessions(world: &World, since: Timestamp) -> Vec<(bool, String, String)> {
    let mut found: Vec<_> = world
        .events
        .iter()
        .filter(|event| event.at > since)
        .filter_map(|event| {
            let (user, text) = (&event.record["userIdentity"], |key: &str| {
                event.record[key].as_str().unwrap_or("").to_owned()
            });
            // The thief, who takes new credentials while he has a shell, has an agent of his own.
            let own = text("userAgent").starts_with("aws-sdk-go/");
            (own && user["type"] == "AssumedRole").then(|| {
                let target = user["principalId"]
                    .as_str()
                    .is_some_and(|id| id.ends_with(&world.target_instance));
                (target, text("eventName"), text("errorCode"))
            })
        })
        .filter(|(_, name, _)| {
            ["ListBuckets", "DescribeTags", "GetCallerIdentity"].contains(&name.as_str())
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn expected(target_denied: bool, other_denied: bool) -> Vec<(bool, String, String)> {
    let mut all = Vec::new();
    for (target, denied) in [(false, other_denied), (true, target_denied)] {
        for (name, error) in [
            ("DescribeTags", "Client.UnauthorizedOperation"),
            ("GetCallerIdentity", ""),
            ("ListBuckets", "AccessDenied"),
        ] {
            let error = if denied { error } else { "" };
            all.push((target, name.to_owned(), error.to_owned()));
        }
    }
    all
}

fn deny(condition: &serde_json::Value) -> String {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    ]})
    .to_string()
}

/// Runs a quarter of an hour under a policy, and tells who was denied after it took effect.
fn under(world: &mut World, name: &str, policy: &str) -> Vec<(bool, String, String)> {
    let role = role_of(world);
    world.put_role_policy(&role, name, policy).unwrap();
    let since = world.now + world.settings.policy_takes;
    pass(world, 900);
    sessions(world, since)
}

#[test]
fn a_narrow_denial_leaves_the_others_of_the_role_alone() {
    let mut world = shared();
    let since = world.now;
    pass(&mut world, 900);
    assert_eq!(sessions(&world, since), expected(false, false), "before");
    let role = world.roles[&role_of(&world)].clone();
    let user = format!("{}:{}", role.id, world.target_instance);
    let narrow = deny(&json!({"StringEquals": {"aws:userid": user}}));
    assert_eq!(under(&mut world, "contain", &narrow), expected(true, false));
    // Fresh credentials do not help either: the name of the session is the instance's.
    let since = world.now + SignedDuration::from_hours(2);
    world.advance(since + SignedDuration::from_hours(1));
    assert_eq!(sessions(&world, since), expected(true, false));
    world.delete_role_policy(&role.name, "contain").unwrap();
    let since = world.now + world.settings.policy_takes;
    pass(&mut world, 900);
    assert_eq!(sessions(&world, since), expected(false, false), "after");
}

#[test]
fn a_denial_by_the_instances_arn_is_narrow_too() {
    let mut world = shared();
    let arn = format!("arn:aws:ec2:*:*:instance/{}", world.target_instance);
    let narrow = deny(&json!({"ArnLike": {"ec2:SourceInstanceArn": arn}}));
    assert_eq!(under(&mut world, "contain", &narrow), expected(true, false));
}

#[test]
fn a_denial_of_old_sessions_hits_everybody_until_they_have_new_ones() {
    let mut world = shared();
    // Half past: the agents' own credentials are renewed on the hour, the policy is felt before.
    let limit = world.now + SignedDuration::from_secs(30);
    let broad = deny(&json!({"DateLessThan": {"aws:TokenIssueTime": limit.to_string()}}));
    let role = role_of(&world);
    world
        .put_role_policy(&role, "AWSRevokeOlderSessions", &broad)
        .unwrap();
    let since = world.now + world.settings.policy_takes;
    let left = 3600 - since.as_second().rem_euclid(3600);
    assert!(left > 300, "the story's alert is not just before the hour");
    pass(&mut world, left);
    assert_eq!(sessions(&world, since), expected(true, true));
    // What is issued later is good again: this is why the narrow one is better.
    let since = world.now + SignedDuration::from_secs(60);
    pass(&mut world, 960);
    assert_eq!(sessions(&world, since), expected(false, false));
}

#[test]
fn a_policy_takes_a_while() {
    let mut world = shared();
    world.settings.policy_takes = SignedDuration::from_mins(20);
    let since = world.now;
    let role = role_of(&world);
    let all = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    world.put_role_policy(&role, "all", all).unwrap();
    assert!(world.roles[&role].inline_policies.contains_key("all"));
    pass(&mut world, 900);
    assert_eq!(sessions(&world, since), expected(false, false));
    pass(&mut world, 400);
    let since = world.now;
    pass(&mut world, 900);
    assert_eq!(sessions(&world, since), expected(true, true));
}

#[test]
fn iam_refuses_what_it_refuses() {
    let mut world = shared();
    let role = role_of(&world);
    let fine = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    assert_eq!(
        code(world.put_role_policy("nobody", "p", fine)),
        "NoSuchEntity"
    );
    assert_eq!(code(world.delete_role_policy(&role, "p")), "NoSuchEntity");
    assert_eq!(
        code(world.put_role_policy(&role, "p", "{")),
        "MalformedPolicyDocument"
    );
    let linked = "AWSServiceRoleForAutoScaling";
    assert_eq!(
        code(world.put_role_policy(linked, "p", fine)),
        "UnmodifiableEntity"
    );
    let with = |actions: usize| {
        let actions = vec!["s3:GetObject"; actions];
        // White space is free.
        serde_json::to_string_pretty(
            &json!({"Statement": {"Effect": "Deny", "Action": actions, "Resource": "*"}}),
        )
        .unwrap()
    };
    world.put_role_policy(&role, "big", &with(600)).unwrap();
    assert_eq!(
        code(world.put_role_policy(&role, "more", &with(100))),
        "LimitExceeded"
    );
    world.put_role_policy(&role, "big", &with(660)).unwrap();
    assert_eq!(world.roles[&role].inline_policies.len(), 2);
}
