//! Everything that only reads.

use jiff::SignedDuration;
use rebato_core::evaluate::{Gap, Source};
use rebato_core::identify::{DutyKind, Finding, Subject};
use rebato_engine::ports::{
    Cloud as _, FindingQuery, Hints, InstanceQuery, LogObject, LogRequest, Wanted,
};
use rebato_lab::Scenario;
use rebato_lab::world::StopHow;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::Stage;

#[tokio::test]
async fn the_caller_and_the_region_are_known() {
    let stage = Stage::new("breach").await;
    let identity = stage.cloud.whoami().await.unwrap();
    let (account, region) = stage
        .lab
        .world(|world| (world.account_id.clone(), world.region.clone()));
    assert_eq!((identity.account, identity.region), (account, region));
    assert!(identity.arn.starts_with("arn:aws:"), "{}", identity.arn);
}

#[tokio::test]
async fn an_instance_is_found_by_id_name_and_any_address() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let mut queries = vec![
        InstanceQuery::Id(stage.instance.clone()),
        InstanceQuery::Name(subject.name.clone().unwrap()),
    ];
    queries.extend(subject.all_ips().into_iter().map(InstanceQuery::Address));
    assert!(
        queries.len() >= 5,
        "two private addresses and a public one at least: {queries:?}"
    );
    for query in queries {
        let found = stage.cloud.find(&query).await.unwrap();
        let ids: Vec<_> = found.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids, [stage.instance.as_str()], "{query:?}");
        assert_eq!(found[0].state, "running");
    }
    for nobody in [
        InstanceQuery::Id("i-00000000000000000".into()),
        InstanceQuery::Name("nobody".into()),
        InstanceQuery::Address("192.0.2.1".parse().unwrap()),
    ] {
        assert_eq!(stage.cloud.find(&nobody).await.unwrap(), []);
    }
}

#[tokio::test]
async fn the_subject_is_whole() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    assert_eq!(subject.unread, []);
    assert_eq!(subject.state, "running");
    assert_eq!(
        subject
            .interfaces
            .iter()
            .map(|i| i.device_index)
            .collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(subject.volumes.len(), 2);
    assert!(
        subject
            .volumes
            .iter()
            .all(|v| v.delete_on_termination.is_some() && v.size_gib.is_some())
    );
    let elastic: Vec<_> = subject
        .interfaces
        .iter()
        .flat_map(|i| &i.addresses)
        .filter_map(|a| a.public.as_ref()?.elastic.as_ref())
        .collect();
    assert_eq!(elastic.len(), 1);
    assert!(
        elastic[0].allocation.starts_with("eipalloc-")
            && elastic[0].association.starts_with("eipassoc-")
    );
    assert!(subject.interfaces[0].auto_public.is_some());
    assert_eq!(subject.termination_protection, Some(false));
    assert_eq!(subject.stop_protection, Some(false));
    assert_eq!(subject.shutdown_behavior.as_deref(), Some("stop"));
    assert_eq!(subject.metadata.http_tokens.as_deref(), Some("optional"));
    let on_interfaces: Vec<_> = subject.interfaces.iter().flat_map(|i| &i.groups).collect();
    assert!(
        !on_interfaces.is_empty()
            && on_interfaces
                .iter()
                .all(|g| subject.groups.contains_key(*g))
    );
    assert!(
        subject
            .groups
            .values()
            .flat_map(|g| &g.ingress)
            .any(|r| r.is_world() && r.covers_tcp(22))
    );
    let profile = subject.profile.unwrap();
    assert!(profile.role_id.unwrap().starts_with("AROA"));
    assert!(profile.role.is_some() && profile.role_arn.is_some() && profile.association.is_some());
    assert_eq!(profile.shared_with.len(), 1);
    assert!(!profile.shared_with.contains(&stage.instance));
    assert!(subject.own_groups.is_empty() && subject.own_snapshots.is_empty());
    assert!(subject.scaling.is_none() && subject.targets.is_empty());
}

#[tokio::test]
async fn scaling_group_and_target_groups_are_seen() {
    let stage = Stage::new("breach-scaled").await;
    let subject = stage.subject().await;
    let scaling = subject.scaling.unwrap();
    assert_eq!(
        (scaling.lifecycle.as_str(), scaling.min, scaling.desired),
        ("InService", Some(1), Some(2))
    );
    assert_eq!(subject.targets.len(), 1);
    assert_eq!(subject.targets[0].id, stage.instance);
    assert!(subject.targets[0].port.is_some() && subject.targets[0].health.is_some());
}

#[tokio::test]
async fn hints_save_calls_and_a_wrong_hint_changes_nothing() {
    let stage = Stage::new("breach").await;
    let plain = stage.subject().await;
    let before = stage.lab.calls().len();
    let hints = Hints {
        groups: plain.groups.keys().cloned().collect(),
        profile_arn: plain.profile.as_ref().map(|p| p.arn.clone()),
        interface: plain.interfaces.first().map(|i| i.id.clone()),
        ..Hints::default()
    };
    let mut hinted = stage.cloud.subject(&stage.instance, &hints).await.unwrap();
    let with_hints = stage.lab.calls().len() - before;
    let wrong = Hints {
        groups: vec!["sg-00000000000000000".into()],
        profile_arn: Some("arn:aws:iam::111122223333:instance-profile/other".into()),
        interface: Some("eni-00000000000000000".into()),
        ..Hints::default()
    };
    let mut misled = stage.cloud.subject(&stage.instance, &wrong).await.unwrap();
    hinted.read_at = plain.read_at;
    misled.read_at = plain.read_at;
    assert_eq!(hinted, plain);
    assert_eq!(misled, plain);
    // In the second trip nothing is left but the one thing that no hint can name.
    let calls = stage.lab.calls();
    let hinted_calls: Vec<_> = calls[before..before + with_hints].iter().collect();
    let first_end = hinted_calls.iter().map(|c| c.end_us).max().unwrap();
    assert!(first_end > 0);
    assert_eq!(
        hinted_calls.last().unwrap().operation,
        "DescribeNetworkInterfaceAttribute"
    );
}

#[tokio::test]
async fn what_an_earlier_read_says_of_fleet_and_balancers_is_asked_once_and_never_trusted() {
    let stage = Stage::new("fortress").await;
    let asked = Hints {
        around: true,
        ..Hints::default()
    };
    let plain = stage.cloud.subject(&stage.instance, &asked).await.unwrap();
    let finding = Finding::manual(
        &stage.instance,
        &plain.account,
        &plain.region,
        plain.read_at,
    );
    let of = Hints::of(&finding, Some(&plain));
    assert!(of.scaling_group.is_some() && of.target_groups.len() == 1 && of.balancers.len() == 1);
    let wrong = Hints {
        scaling_group: Some("another".into()),
        target_groups: vec![
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/gone/0123456789abcdef"
                .into(),
        ],
        balancers: vec!["gone".into()],
        ..of.clone()
    };
    let asked_of_fleet = |from: usize| {
        let mut names: Vec<String> = stage.lab.calls()[from..]
            .iter()
            .map(|call| call.operation.clone())
            .filter(|name| {
                name.contains("Health")
                    || name == "DescribeAutoScalingGroups"
                    || name.contains("Refreshes")
            })
            .collect();
        names.sort();
        names
    };
    let before = stage.lab.calls().len();
    let hinted = stage.cloud.subject(&stage.instance, &of).await.unwrap();
    assert_eq!(
        asked_of_fleet(before),
        [
            "DescribeAutoScalingGroups",
            "DescribeInstanceHealth",
            "DescribeInstanceRefreshes",
            "DescribeTargetHealth"
        ]
    );
    let misled = stage.cloud.subject(&stage.instance, &wrong).await.unwrap();
    for mut read in [hinted, misled] {
        read.read_at = plain.read_at;
        assert_eq!(read, plain);
    }
}

#[tokio::test]
async fn the_neighbourhood_is_read_only_when_asked_for_and_whole() {
    let stage = Stage::new("breach-scaled").await;
    assert_eq!(stage.subject().await.around, None);
    let asked = Hints {
        around: true,
        ..Hints::default()
    };
    let subject = stage.cloud.subject(&stage.instance, &asked).await.unwrap();
    assert_eq!(subject.unread, []);
    let around = subject.around.clone().unwrap();
    assert_eq!(around.balancers, ["shop-metrics"]);
    assert_eq!(around.balancers_healthy["shop-metrics"], 0, "it is alone");
    assert_eq!(around.duties, []);
    assert_eq!(around.orchestration[0].name.as_deref(), Some("shop"));
    assert_eq!(
        around.launch_template.unwrap().version.as_deref(),
        Some("7")
    );
    assert_eq!(around.owner.len(), 2);
    assert_eq!(around.instance_store_gib, Some(0));
    assert_eq!(around.spot, None);
    let image = around.image.unwrap();
    assert!(!image.missing && image.created.is_some());
    let key = around.key.unwrap();
    assert_eq!(
        (key.name.as_str(), key.kind.as_deref()),
        ("ops-2024", Some("rsa"))
    );
    assert_eq!(around.exposure.len(), 1);
    assert_eq!(around.exposure[0].internet_gateway, Some(true));
    let acl = around.exposure[0].acl.clone().unwrap();
    assert_eq!(
        acl.entries.iter().map(|e| e.number).collect::<Vec<_>>(),
        [100, 100]
    );
    let role = around.role.unwrap();
    assert_eq!(
        (role.attached_policies, role.inline_policies.len()),
        (Some(1), 1)
    );
    assert!(!role.service_linked && !role.revoked_before() && role.other_profiles.is_empty());
    let scaling = around.scaling.unwrap();
    assert_eq!(
        (scaling.max, scaling.protected, scaling.target_groups.len()),
        (Some(4), Some(false), 1)
    );
    assert_eq!(around.interfaces.len(), subject.interfaces.len());
}

#[tokio::test]
async fn who_is_left_and_who_relies_on_the_instance_is_told() {
    let mut scenario = Scenario::load("breach-scaled").unwrap();
    (scenario.target.serves_names, scenario.target.routes_private) = (true, true);
    let stage = Stage::of(scenario).await;
    let asked = Hints {
        around: true,
        ..Hints::default()
    };
    let read = async || stage.cloud.subject(&stage.instance, &asked).await.unwrap();
    let subject = read().await;
    assert_eq!(subject.unread, []);
    let around = subject.around.unwrap();
    let kinds: Vec<DutyKind> = around.duties.iter().map(|duty| duty.kind).collect();
    assert_eq!(kinds, [DutyKind::Dns, DutyKind::Route]);
    assert!(around.duties[0].of.starts_with("dopt-"));
    assert!(around.duties[1].of.starts_with("rtb-"));
    assert_eq!(subject.targets[0].others_healthy, Some(1));

    // The other member of the group is taken into the balancer as well, and then nobody answers for it.
    let other = stage.lab.world(|world| {
        let group = world.target_groups.values().next().unwrap();
        let mut ids = group.targets.iter().map(|target| target.id.clone());
        let other = ids.find(|id| *id != stage.instance).unwrap();
        let balancer = world.classic_balancers.get_mut("shop-metrics").unwrap();
        balancer.instances.push(other.clone());
        other
    });
    let healthy = |subject: &Subject| {
        let around = subject.around.as_ref().unwrap();
        let classic = around.balancers_healthy["shop-metrics"];
        (subject.targets[0].others_healthy, classic)
    };
    assert_eq!(healthy(&read().await), (Some(1), 1));
    stage
        .lab
        .world(|world| world.stop_instances(&[other], StopHow::default()).unwrap());
    // Sooner than the group has a new member.
    stage.lab.advance(SignedDuration::from_secs(40));
    assert_eq!(healthy(&read().await), (Some(0), 0));
}

#[tokio::test]
async fn a_role_of_another_name_and_its_other_profiles_are_found() {
    let stage = Stage::new("breach").await;
    stage.lab.world(|world| {
        let mut second = world.instance_profiles["shop-app"].clone();
        second.name = "shop-batch".into();
        second.arn = second.arn.replace("/shop-app", "/shop-batch");
        world.instance_profiles.insert(second.name.clone(), second);
        let target = world.target_instance.clone();
        for association in world.profile_associations.values_mut() {
            association.profile = if association.instance_id == target {
                "shop-batch".into()
            } else {
                "shop-app".into()
            };
        }
    });
    let asked = Hints {
        around: true,
        ..Hints::default()
    };
    let subject = stage.cloud.subject(&stage.instance, &asked).await.unwrap();
    assert_eq!(subject.unread, []);
    let role = subject.around.unwrap().role.unwrap();
    assert!(role.other_profiles[0].ends_with("/shop-app"));
    assert_eq!(role.other_users.len(), 1);
}

#[tokio::test]
async fn what_remains_of_a_terminated_instance_is_told() {
    let stage = Stage::new("breach").await;
    let id = stage.instance.clone();
    stage.lab.world(|world| {
        let caller = rebato_lab::world::Caller {
            kind: "IAMUser".into(),
            principal_id: "AIDAEXAMPLE".into(),
            arn: "arn:aws:iam::123456789012:user/ana".into(),
            access_key_id: "AKIAEXAMPLE".into(),
            name: "ana".into(),
            issuer: None,
            ec2_role_delivery: None,
        };
        let call = |name: &str, request: Value, response: Value| rebato_lab::world::ApiCall {
            event_source: "ec2.amazonaws.com".into(),
            event_name: name.into(),
            caller: caller.clone(),
            source_ip: "192.0.2.77".into(),
            user_agent: "-".into(),
            request_parameters: request,
            response_elements: response,
            error: None,
            read_only: false,
            request_id: String::new(),
        };
        let item = serde_json::json!({"instanceId": id, "imageId": "ami-1", "privateIpAddress": "10.0.1.23"});
        let made = serde_json::json!({"instancesSet": {"items": [item]}});
        world.record_call(&call("RunInstances", Value::Null, made));
        world.terminate_instances(std::slice::from_ref(&id)).unwrap();
        let named = serde_json::json!({"instancesSet": {"items": [{"instanceId": id}]}});
        world.record_call(&call("TerminateInstances", named, Value::Null));
    });
    stage.lab.advance(SignedDuration::from_mins(10));
    assert_eq!(stage.subject().await.state, "terminated");
    let remains = stage.cloud.remains(&stage.instance).await.unwrap();
    assert_eq!(remains.unread, []);
    assert_eq!(remains.image.as_deref(), Some("ami-1"));
    assert_eq!(remains.private_ips[0].to_string(), "10.0.1.23");
    let end = remains.end().unwrap();
    assert_eq!(end.from.as_deref(), Some("192.0.2.77"));
    assert!(end.who.as_deref().unwrap().ends_with("user/ana"));
    let nothing = stage.cloud.remains("i-00000000000000000").await.unwrap();
    assert_eq!(nothing, rebato_core::identify::Remains::default());
}

#[tokio::test]
async fn findings_are_the_bytes_that_guardduty_sent() {
    let stage = Stage::new("breach").await;
    let bytes = stage
        .cloud
        .findings(&FindingQuery::Latest(Wanted::default()))
        .await
        .unwrap();
    let read: Value = serde_json::from_slice(&bytes).unwrap();
    let latest = &read["findings"][0];
    assert_eq!(
        latest["resource"]["instanceDetails"]["instanceId"],
        stage.instance.as_str()
    );
    let id = latest["id"].as_str().unwrap().to_owned();
    let arn = latest["arn"].as_str().unwrap().to_owned();
    for query in [
        FindingQuery::Id(id.clone()),
        FindingQuery::Id(arn),
        FindingQuery::OfInstance {
            instance: stage.instance.clone(),
            since: stage.hour_before_now().0,
        },
    ] {
        let bytes = stage.cloud.findings(&query).await.unwrap();
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        let ids: Vec<_> = read["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["id"].as_str().unwrap())
            .collect();
        assert!(ids.contains(&id.as_str()), "{query:?} gave {ids:?}");
    }
    let later = stage
        .lab
        .now()
        .checked_add(SignedDuration::from_hours(1))
        .unwrap();
    let none = FindingQuery::OfInstance {
        instance: stage.instance.clone(),
        since: later,
    };
    assert_eq!(
        stage.cloud.findings(&none).await.unwrap(),
        b"{\"findings\":[]}"
    );
}

async fn read_logs(stage: &Stage, sources: &[Source]) -> (Vec<LogObject>, Vec<(Source, Gap)>) {
    let (since, until) = stage.hour_before_now();
    let since = since.checked_sub(SignedDuration::from_hours(3)).unwrap();
    let request = LogRequest {
        subject: stage.subject().await,
        since,
        until,
        sources: sources.to_vec(),
    };
    let (out, mut came) = mpsc::channel(4);
    let collect = tokio::spawn(async move {
        let mut objects = Vec::new();
        while let Some(object) = came.recv().await {
            objects.push(object);
        }
        objects
    });
    let gaps = stage.cloud.logs(&request, out).await.unwrap();
    (collect.await.unwrap(), gaps)
}

#[tokio::test]
async fn every_log_of_the_account_comes_with_its_name() {
    let stage = Stage::new("breach").await;
    let (objects, gaps) = read_logs(&stage, &Source::ALL).await;
    assert_eq!(gaps, [(Source::Dns, Gap::NotEnabled)]);
    let of = |source: Source| {
        objects
            .iter()
            .filter(move |o| o.source == source)
            .collect::<Vec<_>>()
    };

    let flows = of(Source::FlowLogs);
    let in_bucket = stage.lab.world(|world| {
        world
            .buckets
            .values()
            .flat_map(|b| b.objects.keys())
            .filter(|k| k.contains("vpcflowlogs"))
            .count()
    });
    assert!(
        flows.len() > 10 && flows.len() <= in_bucket,
        "{} of {in_bucket}",
        flows.len()
    );
    assert!(
        flows
            .iter()
            .all(|o| o.name.starts_with("s3://") && o.name.contains("/AWSLogs/"))
    );
    assert!(
        flows.iter().all(|o| o.bytes.starts_with(&[0x1f, 0x8b])),
        "as they came, compressed"
    );

    let trail = of(Source::Cloudtrail);
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].name, "cloudtrail:LookupEvents");
    let lines: Vec<Value> = std::str::from_utf8(&trail[0].bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: std::collections::BTreeSet<_> = lines
        .iter()
        .map(|e| e["eventID"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), lines.len(), "each event once");
    assert!(
        lines.iter().any(|e| e["userIdentity"]["principalId"]
            .as_str()
            .is_some_and(|p| p.ends_with(&stage.instance))),
        "what the stolen role did is there"
    );

    let auth = of(Source::AuthLog);
    assert!(
        auth.iter()
            .all(|o| o.name.starts_with("logs://") && o.name.ends_with(&stage.instance))
    );
    let text: String = auth
        .iter()
        .map(|o| String::from_utf8_lossy(&o.bytes).into_owned())
        .collect();
    assert!(
        text.contains("Failed password") && text.contains("Accepted"),
        "both are needed for a verdict"
    );

    let findings = of(Source::Findings);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].name, "guardduty:GetFindings");

    let metrics = of(Source::Metrics);
    assert_eq!(metrics.len(), 1);
    let read: Value = serde_json::from_slice(&metrics[0].bytes).unwrap();
    let sent = read["MetricDataResults"]
        .as_array()
        .unwrap()
        .iter()
        .find(|result| result["Label"] == "NetworkOut Sum")
        .unwrap();
    let values = sent["Values"].as_array().unwrap();
    assert!(
        values.len() > 20 && values.iter().any(|value| value.as_f64() > Some(10_000.0)),
        "{} values",
        values.len()
    );
}

#[tokio::test]
async fn only_the_files_of_the_window_are_fetched() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let (since, until) = stage.hour_before_now();
    let request = LogRequest {
        subject,
        since,
        until,
        sources: vec![Source::FlowLogs],
    };
    let (out, mut came) = mpsc::channel(1000);
    stage.cloud.logs(&request, out).await.unwrap();
    let mut names = Vec::new();
    while let Some(object) = came.recv().await {
        names.push(object.name);
    }
    let all = stage.lab.world(|world| {
        world
            .buckets
            .values()
            .flat_map(|b| b.objects.keys())
            .filter(|k| k.contains("vpcflowlogs"))
            .count()
    });
    assert!(
        !names.is_empty() && names.len() < all / 2,
        "{} of {all}",
        names.len()
    );
    assert_eq!(stage.count("GetObject"), names.len());
}

#[tokio::test]
async fn nobody_listening_ends_the_reading_quietly() {
    let stage = Stage::new("breach").await;
    let (since, until) = stage.hour_before_now();
    let request = LogRequest {
        subject: stage.subject().await,
        since,
        until,
        sources: vec![Source::FlowLogs, Source::AuthLog],
    };
    let (out, came) = mpsc::channel(1);
    drop(came);
    assert_eq!(stage.cloud.logs(&request, out).await.unwrap(), []);
}

#[tokio::test]
async fn threat_lists_come_with_their_content() {
    let stage = Stage::new("breach").await;
    let lists = stage.cloud.lists().await.unwrap();
    let threats: Vec<_> = lists.iter().filter(|l| !l.trusted).collect();
    assert!(!threats.is_empty());
    for list in threats {
        assert_eq!(
            (list.format.as_str(), list.status.as_str()),
            ("TXT", "ACTIVE")
        );
        let content = list.content.as_ref().unwrap();
        assert!(std::str::from_utf8(content).unwrap().lines().count() >= 1);
        assert!(list.modified.is_some());
    }
}
