//! Auth log, findings, CloudTrail, stolen credentials.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rebato_lab::{
    scenario::{Act, Happened, Scenario},
    world::{Direction, MetadataChange, StopHow, World},
};
use serde_json::Value;

use crate::stage::*;

#[test]
fn the_auth_log_tells_the_truth() {
    let breach = auth_lines(&alerted("breach"));
    let failed = |lines: &[String]| {
        lines
            .iter()
            .filter(|l| l.contains("Failed password for"))
            .count()
    };
    assert!(failed(&breach) > 100);
    let accepted: Vec<&String> = breach
        .iter()
        .filter(|l| l.contains("Accepted password for deploy from 203.0.113."))
        .collect();
    assert_eq!(accepted.len(), 1, "{accepted:?}");
    assert!(accepted[0].starts_with("Nov 20 04:0"), "{accepted:?}");
    let attempt = auth_lines(&alerted("attempt"));
    assert!(failed(&attempt) > 50);
    assert!(
        !attempt
            .iter()
            .any(|l| l.contains("Accepted") && l.contains("203.0.113."))
    );
    let quiet = auth_lines(&alerted("false-positive"));
    assert!(
        quiet.len() > 50 && quiet.iter().all(|l| l.contains("CRON[")),
        "{quiet:?}"
    );
}

#[test]
fn findings_aggregate_into_one_and_are_published_again() {
    for name in Scenario::names() {
        let world = alerted(name);
        let scenario = Scenario::load(name).unwrap();
        let companions = scenario.companions.len();
        assert_eq!(world.detector.findings.len(), 1 + companions, "{name}");
        let own = scenario.detections.first().map(|own| own.kind.as_str());
        let kind = own.unwrap_or("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom");
        let mut findings = world.detector.findings.values();
        let finding = findings.find(|finding| finding["type"] == kind).unwrap();
        assert_eq!(
            finding["resource"]["instanceDetails"]["instanceId"],
            world.target_instance.as_str()
        );
        assert!(finding["service"]["count"].as_u64().unwrap() > 3, "{name}");
        assert!(
            finding["service"]["eventFirstSeen"].as_str()
                < finding["service"]["eventLastSeen"].as_str()
        );
        let value = finding["service"]["additionalInfo"]["value"]
            .as_str()
            .unwrap();
        let list = serde_json::from_str::<Value>(value).unwrap()["threatListName"].clone();
        let mut sets = world.detector.threat_intel_sets.values();
        assert!(own.is_some() || sets.any(|set| list == set.name.as_str()));
        let notes = &world.detector.notifications;
        let notes: Vec<_> = notes
            .iter()
            .filter(|note| finding["id"] == note.finding_id.as_str())
            .collect();
        let apart = match world.detector.publishing_frequency.as_str() {
            "FIFTEEN_MINUTES" => SignedDuration::from_mins(15),
            _ => SignedDuration::from_hours(1),
        };
        assert!(notes.len() > 1, "{name}: {}", notes.len());
        assert!(
            notes
                .windows(2)
                .all(|pair| pair[1].at.duration_since(pair[0].at) >= apart)
        );
        let event: Value = serde_json::from_slice(world.alert().unwrap()).unwrap();
        assert_eq!(event["detail-type"], "GuardDuty Finding");
        assert_eq!(event["detail"]["id"], finding["id"]);
        // What is published is the state then, so the counts rise.
        let first: Value = serde_json::from_slice(&notes[0].event).unwrap();
        assert!(
            first["detail"]["service"]["count"].as_u64()
                < event["detail"]["service"]["count"].as_u64()
        );
    }
}

#[test]
fn a_trusted_address_raises_nothing() {
    let mut world = world("false-positive");
    let set = world
        .detector
        .threat_intel_sets
        .values()
        .next()
        .unwrap()
        .clone();
    world.detector.ip_sets.insert("a".repeat(32), set);
    pass(&mut world, 6 * 3600);
    assert!(world.alert().is_none());
}

#[test]
fn stolen_credentials_show_in_cloudtrail_and_end_with_a_deny() {
    let mut world = alerted("breach");
    let intruder = world.attacker_addresses()[1].to_string();
    let foreign = |world: &World| -> Vec<Value> {
        world
            .events
            .iter()
            .map(|e| e.record.clone())
            .filter(|r| r["sourceIPAddress"] == intruder.as_str())
            .collect()
    };
    let calls = foreign(&world);
    let names: Vec<&str> = calls
        .iter()
        .map(|c| c["eventName"].as_str().unwrap())
        .collect();
    assert!(
        names.starts_with(&["GetCallerIdentity", "ListBuckets"]) && names.contains(&"CreateUser"),
        "{names:?}"
    );
    let identity = &calls[0]["userIdentity"];
    let principal = identity["principalId"].as_str().unwrap();
    assert!(principal.starts_with("AROA") && principal.ends_with(&world.target_instance));
    assert_eq!(
        identity["sessionContext"]["sessionIssuer"]["userName"],
        "shop-app"
    );
    assert_eq!(identity["sessionContext"]["ec2RoleDelivery"], "1.0");
    assert!(calls.iter().any(|c| c["errorCode"] == "AccessDenied"));
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:userid": principal}}}]});
    world
        .put_role_policy("shop-app", "quarantine", &policy.to_string())
        .unwrap();
    let before = calls.len();
    pass(&mut world, 3 * 3600);
    let after = foreign(&world);
    assert!(after.len() > before);
    // Who one is, one may always ask; EC2 has its own code.
    assert!(
        after[before..]
            .iter()
            .all(|c| match c["eventName"].as_str() {
                Some("GetCallerIdentity") => c["errorCode"].is_null(),
                Some("DescribeInstances") => c["errorCode"] == "Client.UnauthorizedOperation",
                _ => c["errorCode"] == "AccessDenied",
            })
    );
}

#[test]
fn isolation_alone_leaves_the_stolen_credentials_good_until_they_expire() {
    let mut world = alerted("breach");
    let closed = closed_group(&mut world);
    let id = world.target_instance.clone();
    put_all_into(&mut world, &closed);
    world.stop_instances(&[id], StopHow::Gently).unwrap();
    let since = world.now;
    let good = |world: &World, from: Timestamp| {
        world
            .events
            .iter()
            .filter(|e| e.at > from && e.name == "GetCallerIdentity")
            .filter(|e| e.record.get("errorCode").is_none())
            .count()
    };
    pass(&mut world, 3 * 3600);
    assert!(good(&world, since) > 2);
    let late = since + SignedDuration::from_hours(7);
    pass(&mut world, 8 * 3600);
    assert_eq!(good(&world, late), 0);
}

#[test]
fn an_isolated_instance_is_silent_to_aws() {
    let mut world = alerted("breach");
    let id = world.target_instance.clone();
    assert_eq!(world.managed_instances[&id].ping_status, "Online");
    let closed = closed_group(&mut world);
    put_all_into(&mut world, &closed);
    let (lines, since) = (auth_lines(&world).len(), world.now);
    pass(&mut world, 4 * 3600);
    assert_eq!(auth_lines(&world).len(), lines);
    assert_eq!(world.managed_instances[&id].ping_status, "ConnectionLost");
    assert!(
        !world
            .events
            .iter()
            .any(|e| e.at > since && e.name == "UpdateInstanceInformation")
    );
}

#[test]
fn credentials_used_outside_raise_a_finding_only_if_the_setting_says_so() {
    let scenario = Scenario::load("breach").unwrap();
    let mut world = World::new(&scenario, scenario.seed, start());
    world.settings.credential_exfiltration_finding = true;
    world.advance(start() + scenario.lead);
    let kinds: Vec<&str> = world
        .detector
        .findings
        .values()
        .map(|f| f["type"].as_str().unwrap())
        .collect();
    assert!(
        kinds
            .iter()
            .any(|k| k.contains("InstanceCredentialExfiltration.OutsideAWS")),
        "{kinds:?}"
    );
}

#[test]
fn cloudtrail_is_late_in_lookups_and_delivered_to_the_bucket() {
    let mut world = alerted("breach");
    assert!(
        world
            .visible_events()
            .all(|e| e.at + SignedDuration::from_mins(5) <= world.now)
    );
    pass(&mut world, 900);
    let bucket = &world.buckets[&world.trail.bucket];
    let delivered: usize = bucket
        .objects
        .iter()
        .map(|(key, object)| {
            assert!(
                key.contains("/CloudTrail/eu-west-1/2026/11/20/") && key.ends_with(".json.gz"),
                "{key}"
            );
            serde_json::from_str::<Value>(&gunzip(&object.bytes)).unwrap()["Records"]
                .as_array()
                .unwrap()
                .len()
        })
        .sum();
    let shown = world.visible_events().count();
    assert!(
        delivered > 20 && shown.abs_diff(delivered) <= 3,
        "{delivered} of {shown}"
    );
}

#[test]
fn every_seed_tells_the_same_story() {
    for name in Scenario::names() {
        let scenario = Scenario::load(name).unwrap();
        for seed in 100..102 {
            let mut world = World::new(&scenario, seed, start());
            world.advance(start() + scenario.lead);
            assert!(world.alert().is_some(), "{name} {seed}");
            let attackers = world.attacker_addresses();
            let logged_in = auth_lines(&world).iter().any(|l| {
                l.contains("Accepted")
                    && attackers.iter().any(|a| l.contains(&format!(" from {a} ")))
            });
            let acts = || scenario.actors.iter().flat_map(|actor| &actor.does);
            let breaks_in = acts().any(|act| matches!(act, Act::SshSession { .. }));
            assert_eq!(logged_in, breaks_in && scenario.logs.auth, "{name} {seed}");
            // Who holds a line out, or calls home, does so in a breach only.
            let holds = acts().any(|act| matches!(act, Act::Tunnel { .. }));
            let held = world.connections().any(|c| {
                c.hostile
                    && c.initiated == Direction::Egress
                    && c.opened < world.now - SignedDuration::from_mins(5)
            });
            assert_eq!(held, holds, "{name} {seed}");
            assert_eq!(
                world.is_breached(),
                scenario.happened == Happened::Breach,
                "{name} {seed}"
            );
            // Nobody shares an address with anybody: not attackers, users, or the account itself.
            let own: Vec<IpAddr> = world
                .addresses
                .values()
                .map(|a| a.public_ip.into())
                .collect();
            assert!(attackers.iter().all(|a| !own.contains(a)));
        }
    }
}

/// When the instance's agent called, since then, and the access key that it used.
fn agent_calls(world: &World, since: Timestamp) -> Vec<(Timestamp, String)> {
    world
        .events
        .iter()
        .filter(|e| e.at > since && e.name == "UpdateInstanceInformation")
        .map(|e| (e.at, e.record["userIdentity"]["accessKeyId"].to_string()))
        .collect()
}

#[test]
fn what_an_instance_holds_of_its_role_is_good_until_it_expires_and_not_renewed() {
    for by_profile in [true, false] {
        let mut world = alerted("attempt");
        let id = world.target_instance.clone();
        let before = world.now;
        pass(&mut world, 3 * 3_600);
        let renewed: std::collections::BTreeSet<_> = agent_calls(&world, before)
            .into_iter()
            .map(|(_, key)| key)
            .collect();
        assert!(renewed.len() >= 3, "{renewed:?}");
        if by_profile {
            let association = world.profile_of(&id).unwrap().id.clone();
            world.disassociate_profile(&association).unwrap();
        } else {
            let off = MetadataChange {
                http_endpoint: Some("disabled".to_owned()),
                ..MetadataChange::default()
            };
            world.modify_metadata_options(&id, off).unwrap();
            pass(&mut world, 10);
        }
        let since = world.now;
        pass(&mut world, 9 * 3_600);
        let calls = agent_calls(&world, since);
        assert!(calls.iter().all(|(_, key)| *key == calls[0].1));
        let last = calls.last().unwrap().0.duration_since(since);
        assert!((4..=6).contains(&last.as_hours()), "{last}");
    }
}
