//! The lab over its socket: what is answered, what goes wrong on purpose, and what the log of calls says about it.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Answer, authorization, ec2, lab, query, send, target};
use jiff::{SignedDuration, Timestamp};
use rebato_lab::wire::{Effect, Moment, Rule, Throttling, Verdict};
use rebato_lab::world::InstanceState;
use rebato_lab::{Faults, Lab, Options, Outcome, Pace, Scenario};

const CREATE_GROUP: &str = "Action=CreateSecurityGroup&GroupName=q&GroupDescription=d&VpcId=";

fn vpc(lab: &Lab) -> String {
    lab.world(|world| world.vpcs.keys().next().unwrap().clone())
}

fn state(lab: &Lab) -> InstanceState {
    lab.world(|world| world.instance(&world.target_instance).unwrap().state)
}

async fn stop(lab: &Lab) -> Option<Answer> {
    query(
        lab,
        "ec2",
        &format!("Action=StopInstances&InstanceId.1={}", target(lab)),
    )
    .await
}

#[tokio::test]
async fn a_lost_reply_is_lost_after_the_effect() {
    let lab = lab("breach");
    lab.set_faults(Faults::rules([Rule::next(
        1,
        "ec2:StopInstances",
        Effect::LoseReply,
    )]));
    assert!(stop(&lab).await.is_none());
    assert_eq!(state(&lab), InstanceState::Stopping);
    assert_eq!(
        lab.calls().last().unwrap().outcome,
        Outcome::Dropped { effect: true }
    );
    let again = stop(&lab).await.unwrap();
    assert_eq!(again.status, 200);
    assert!(
        again.body.contains("<previousState><code>64</code>"),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn refusals_come_before_the_effect_and_end() {
    let lab = lab("breach");
    for (effect, status, code) in [
        (Effect::Throttle, 503, "RequestLimitExceeded"),
        (Effect::Deny, 403, "UnauthorizedOperation"),
        (Effect::FailBefore, 500, "InternalError"),
    ] {
        lab.set_faults(Faults::rules([Rule::next(1, "StopInstances", effect)]));
        let refused = stop(&lab).await.unwrap();
        assert_eq!((refused.status, refused.code().as_str()), (status, code));
        assert_eq!(state(&lab), InstanceState::Running);
    }
    assert_eq!(stop(&lab).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_meets_denials_and_wrong_parameters() {
    let lab = lab("breach");
    let form = format!(
        "Action=StopInstances&DryRun=true&InstanceId.1={}",
        target(&lab)
    );
    let tried = ec2(&lab, &form).await;
    assert_eq!(
        (tried.status, tried.code().as_str()),
        (412, "DryRunOperation")
    );
    assert_eq!(state(&lab), InstanceState::Running);
    let logged = lab.calls().pop().unwrap();
    assert!(logged.dry_run && logged.reads, "{logged:?}");
    let wrong = ec2(
        &lab,
        "Action=StopInstances&DryRun=true&InstanceId.1=i-00000000000000000",
    )
    .await;
    assert_eq!(wrong.code(), "InvalidInstanceID.NotFound");
    lab.set_faults(Faults::rules([Rule::always(
        "ec2:StopInstances",
        Effect::Deny,
    )]));
    assert_eq!(ec2(&lab, &form).await.code(), "UnauthorizedOperation");
    let association = lab.world(|world| {
        let target = world.target_instance.clone();
        world.profile_of(&target).unwrap().id.clone()
    });
    let untriable =
        format!("Action=DisassociateIamInstanceProfile&DryRun=true&AssociationId={association}");
    assert_eq!(ec2(&lab, &untriable).await.code(), "UnknownParameter");
    assert!(lab.world(|world| world.profile_associations.contains_key(&association)));
}

#[tokio::test]
async fn what_is_made_is_unseen_for_so_many_looks() {
    let lab = lab("breach");
    lab.set_faults(Faults {
        unseen_for_looks: 2,
        ..Faults::none()
    });
    let made = ec2(&lab, &format!("{CREATE_GROUP}{}", vpc(&lab)))
        .await
        .text("groupId")
        .unwrap();
    let describe = format!("Action=DescribeSecurityGroups&GroupId.1={made}");
    assert_eq!(ec2(&lab, &describe).await.code(), "InvalidGroup.NotFound");
    // It exists all the same: its name is taken.
    assert_eq!(
        ec2(&lab, &format!("{CREATE_GROUP}{}", vpc(&lab)))
            .await
            .code(),
        "InvalidGroup.Duplicate"
    );
    assert_eq!(ec2(&lab, &describe).await.code(), "InvalidGroup.NotFound");
    assert_eq!(ec2(&lab, &describe).await.status, 200);

    let instance = target(&lab);
    let tag = format!("Action=CreateTags&ResourceId.1={instance}&Tag.1.Key=k&Tag.1.Value=v");
    assert_eq!(ec2(&lab, &tag).await.status, 200);
    let tags = format!("Action=DescribeTags&Filter.1.Name=resource-id&Filter.1.Value.1={instance}");
    assert!(!ec2(&lab, &tags).await.body.contains("<key>k</key>"));
    assert!(!ec2(&lab, &tags).await.body.contains("<key>k</key>"));
    assert!(ec2(&lab, &tags).await.body.contains("<key>k</key>"));
}

#[tokio::test]
async fn credentials_expire_when_told_to() {
    let lab = lab("breach");
    assert_eq!(ec2(&lab, "Action=DescribeRegions").await.status, 200);
    lab.set_faults(Faults {
        expired_from_call: Some(3),
        ..Faults::none()
    });
    assert_eq!(ec2(&lab, "Action=DescribeRegions").await.status, 200);
    let expired = ec2(&lab, "Action=DescribeRegions").await;
    assert_eq!(
        (expired.status, expired.code().as_str()),
        (400, "RequestExpired")
    );
    let expired = query(&lab, "sts", "Action=GetCallerIdentity")
        .await
        .unwrap();
    assert_eq!(
        (expired.status, expired.code().as_str()),
        (403, "ExpiredToken")
    );
}

#[tokio::test]
async fn the_hook_sees_both_sides_of_the_effect_and_may_cut() {
    let lab = lab("breach");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let cut_at = Arc::new(AtomicUsize::new(0));
    let (log, cut) = (Arc::clone(&seen), Arc::clone(&cut_at));
    lab.set_faults(Faults {
        on_call: Some(Arc::new(move |info| {
            let mut log = log.lock().unwrap();
            log.push((info.operation.clone(), info.moment));
            if log.len() == cut.load(Ordering::SeqCst) {
                Verdict::Drop
            } else {
                Verdict::Pass
            }
        })),
        ..Faults::none()
    });
    cut_at.store(1, Ordering::SeqCst);
    assert!(stop(&lab).await.is_none());
    assert_eq!(state(&lab), InstanceState::Running);
    assert_eq!(
        lab.calls().last().unwrap().outcome,
        Outcome::Dropped { effect: false }
    );
    cut_at.store(3, Ordering::SeqCst);
    assert!(stop(&lab).await.is_none());
    assert_eq!(state(&lab), InstanceState::Stopping);
    let moments: Vec<Moment> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|(_, moment)| *moment)
        .collect();
    assert_eq!(moments, [Moment::Before, Moment::Before, Moment::After]);
}

#[tokio::test]
async fn strangers_are_refused_in_the_words_of_each_service() {
    let lab = lab("breach");
    let good = authorization(&lab, "ec2");
    let post = |authorization: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n{authorization}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 22\r\n\r\nAction=DescribeRegions"
        )
    };
    let ask = async |authorization: String| send(&lab, &post(&authorization)).await.unwrap();
    assert_eq!(ask(format!("{good}\r\n")).await.status, 200);
    assert_eq!(
        ask(String::new()).await.code(),
        "MissingAuthenticationToken"
    );
    assert_eq!(
        ask(format!("{}\r\n", good.replace("AKIA", "ASIA")))
            .await
            .code(),
        "AuthFailure"
    );
    let region = lab.world(|world| world.region.clone());
    assert_eq!(
        ask(format!("{}\r\n", good.replace(&region, "xx-north-9")))
            .await
            .code(),
        "AuthFailure"
    );
    assert_eq!(
        ask("Authorization: Basic eDp5\r\n".to_owned()).await.status,
        403
    );
    assert_eq!(
        ask(format!("{}\r\n", good.replace("/ec2/", "/lambda/")))
            .await
            .status,
        501
    );
    assert_eq!(
        ec2(&lab, "Action=RunInstances").await.code(),
        "InvalidAction"
    );
    assert_eq!(ec2(&lab, "").await.code(), "InvalidAction");
}

#[tokio::test]
async fn json_services_answer_errors_with_a_type() {
    let lab = lab("breach");
    let authorization = authorization(&lab, "logs");
    let body = r#"{"logGroupName":"/nothing"}"#;
    let request = format!(
        "POST / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n{authorization}\r\nX-Amz-Target: Logs_20140328.DescribeLogStreams\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = send(&lab, &request).await.unwrap();
    assert_eq!(answer.status, 400);
    assert!(
        answer
            .body
            .contains(r#""__type":"ResourceNotFoundException""#),
        "{}",
        answer.body
    );
    assert!(answer.head.contains("x-amzn-requestid: "));
    lab.set_faults(Faults::rules([Rule::next(
        1,
        "logs:DescribeLogStreams",
        Effect::Throttle,
    )]));
    assert!(
        send(&lab, &request)
            .await
            .unwrap()
            .body
            .contains("ThrottlingException")
    );
}

#[tokio::test]
async fn noise_is_refused_and_the_lab_lives_on() {
    let lab = lab("breach");
    let authorization = authorization(&lab, "s3");
    for line in [
        "GET /%zz%00?list-type=2&max-keys=-1",
        "GET /a/../../b?%",
        "PUT /bucket/key",
    ] {
        let request =
            format!("{line} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n{authorization}\r\n\r\n");
        let status = send(&lab, &request).await.unwrap().status;
        assert!((400..=501).contains(&status), "{line}: {status}");
    }
    for form in [
        "Action=DescribeInstances&Filter.1.Name=x",
        "Action=DescribeInstances&MaxResults=9999999999999999999",
        "Action=DescribeInstances&NextToken=%F0%9F",
        "Action=ModifyInstanceAttribute&InstanceId=%00",
        "Action=AuthorizeSecurityGroupIngress&GroupId=sg-0&IpPermissions.1.IpProtocol=tcp",
        "Action=StopInstances&InstanceId.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18=x",
    ] {
        assert_eq!(ec2(&lab, form).await.status, 400, "{form}");
    }
    assert_eq!(
        send(&lab, "\r\n\r\nnonsense\r\n\r\n").await.unwrap().status,
        400
    );
    assert_eq!(ec2(&lab, "Action=DescribeRegions").await.status, 200);
}

#[tokio::test]
async fn hostile_text_comes_back_as_text() {
    let lab = lab("breach");
    let instance = target(&lab);
    let value = "</value></item>%3Cadmin%3E%26%22%1b";
    ec2(
        &lab,
        &format!("Action=CreateTags&ResourceId.1={instance}&Tag.1.Key=k&Tag.1.Value={value}"),
    )
    .await;
    let body = ec2(
        &lab,
        &format!("Action=DescribeInstances&InstanceId.1={instance}"),
    )
    .await
    .body;
    assert!(body.contains(
        "<key>k</key><value>&lt;/value&gt;&lt;/item&gt;&lt;admin&gt;&amp;&quot;\u{fffd}</value>"
    ));
}

#[tokio::test]
async fn slow_answers_overlap_and_the_log_shows_it() {
    let lab = lab("breach");
    lab.set_faults(Faults {
        latency: Duration::from_millis(250),
        ..Faults::none()
    });
    tokio::join!(
        ec2(&lab, "Action=DescribeVpcs"),
        ec2(&lab, "Action=DescribeSubnets")
    );
    let calls = lab.calls();
    assert_eq!(calls.iter().map(|call| call.n).collect::<Vec<_>>(), [1, 2]);
    assert!(
        calls
            .iter()
            .all(|call| call.outcome == Outcome::Ok && call.end_us - call.start_us >= 250_000)
    );
    assert!(
        calls[1].start_us < calls[0].end_us,
        "they did not overlap: {calls:?}"
    );
    assert_ne!(calls[0].request_id, calls[1].request_id);
}

#[tokio::test]
async fn the_clock_moves_by_hand_and_with_each_call() {
    let lab = lab("breach");
    let before = lab.now();
    assert_eq!(lab.now(), before);
    ec2(&lab, "Action=DescribeRegions").await;
    assert_eq!(
        lab.now().duration_since(before),
        SignedDuration::from_millis(250)
    );
    lab.set_step(SignedDuration::ZERO);
    stop(&lab).await.unwrap();
    assert_eq!(state(&lab), InstanceState::Stopping);
    lab.advance(SignedDuration::from_secs(60));
    lab.advance(SignedDuration::from_secs(-600));
    assert_eq!(state(&lab), InstanceState::Stopped);
    assert_eq!(
        lab.now().duration_since(before),
        SignedDuration::from_millis(60_250)
    );
}

#[tokio::test]
async fn in_real_time_the_clock_follows_the_real_one() {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let mut options = Options::manual(Scenario::load("attempt").unwrap(), 7, start);
    options.pace = Pace::RealTime;
    let lab = Lab::start(options).unwrap();
    let first = lab.now();
    while lab.now() == first {
        tokio::task::yield_now().await;
    }
    assert!(lab.now() > start);
    lab.advance(SignedDuration::from_hours(1));
    assert!(lab.now().duration_since(start) >= SignedDuration::from_hours(1));
}

#[tokio::test]
async fn the_alert_is_the_newest_event_and_shutdown_closes_the_socket() {
    let lab = lab("breach");
    let event: serde_json::Value = serde_json::from_slice(&lab.alert().unwrap()).unwrap();
    assert_eq!(event["detail-type"], "GuardDuty Finding");
    assert_eq!(
        event["detail"]["resource"]["instanceDetails"]["instanceId"],
        target(&lab).as_str()
    );
    let address = lab.endpoint().replace("http://", "");
    lab.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_instance_with_two_interfaces_wants_its_interface_named() {
    let lab = lab("breach");
    let instance = target(&lab);
    let (interface, groups, new) = lab.world(|world| {
        let interface = world.interfaces_of(&instance).last().unwrap().clone();
        let new = world
            .create_security_group(&interface.vpc_id, "q", "d", [].into())
            .unwrap();
        (interface.id, interface.groups, new)
    });
    let whole = format!("Action=ModifyInstanceAttribute&InstanceId={instance}&GroupId.1={new}");
    let refused = ec2(&lab, &whole).await;
    assert_eq!(refused.code(), "InvalidInstanceID");
    assert!(
        refused.body.contains("multiple interfaces"),
        "{}",
        refused.body
    );
    let one = format!(
        "Action=ModifyNetworkInterfaceAttribute&NetworkInterfaceId={interface}&SecurityGroupId.1={new}"
    );
    assert_eq!(ec2(&lab, &one).await.status, 200);
    // The whole set is replaced, and of this interface only.
    let after = lab.world(|world| {
        world
            .interfaces_of(&instance)
            .map(|interface| interface.groups.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(after[1], [new.as_str()]);
    assert!(!after[0].contains(&new) && !groups.contains(&new));
}

#[tokio::test]
async fn a_repeated_snapshot_call_makes_a_second_set_and_a_client_token_does_not() {
    let lab = lab("breach");
    let instance = target(&lab);
    let form = format!(
        "Action=CreateSnapshots&InstanceSpecification.InstanceId={instance}&TagSpecification.1.ResourceType=snapshot&TagSpecification.1.Tag.1.Key=rebato:step&TagSpecification.1.Tag.1.Value=s1"
    );
    lab.set_faults(Faults::rules([Rule::next(
        1,
        "CreateSnapshots",
        Effect::LoseReply,
    )]));
    assert!(query(&lab, "ec2", &form).await.is_none());
    assert_eq!(ec2(&lab, &form).await.status, 200);
    let found = ec2(
        &lab,
        "Action=DescribeSnapshots&Filter.1.Name=tag:rebato:step&Filter.1.Value.1=s1",
    )
    .await;
    assert_eq!(found.body.matches("<snapshotId>").count(), 4);

    let vpc = vpc(&lab);
    let form = format!(
        "Action=CreateFlowLogs&ResourceType=VPC&ResourceId.1={vpc}&TrafficType=REJECT&LogDestinationType=s3&LogDestination=arn:aws:s3:::x&ClientToken=t"
    );
    let first = ec2(&lab, &form).await.body;
    let second = ec2(&lab, &form).await.body;
    let id = |body: &str| {
        body.split_once("<flowLogIdSet>")
            .unwrap()
            .1
            .split_once("</flowLogIdSet>")
            .unwrap()
            .0
            .to_owned()
    };
    assert_eq!(id(&first), id(&second));
}

#[tokio::test]
async fn the_journal_of_the_account_knows_each_call_after_a_while() {
    let lab = lab("breach");
    stop(&lab).await.unwrap();
    let request_id = lab.calls().last().unwrap().request_id.clone();
    let seen = |lab: &Lab| {
        lab.world(|world| {
            let found = world
                .visible_events()
                .find(|event| event.record["requestID"] == request_id.as_str());
            found.map(|event| event.record.clone())
        })
    };
    assert_eq!(seen(&lab), None);
    lab.advance(SignedDuration::from_mins(6));
    let record = seen(&lab).unwrap();
    assert_eq!(record["eventName"], "StopInstances");
    assert_eq!(
        record["requestParameters"]["instancesSet"]["items"][0]["instanceId"],
        target(&lab).as_str()
    );
    assert_eq!(record["readOnly"], false);
}

#[tokio::test]
async fn too_many_calls_are_refused_when_the_lab_limits_them_as_aws_does() {
    let lab = lab("attempt");
    let start = format!(
        "Action=StartInstances&DryRun=true&InstanceId.1={}",
        target(&lab)
    );
    lab.set_faults(Faults {
        throttling: Throttling::Aws,
        ..Faults::none()
    });
    // Two tokens come in a second: a hundred calls do not take that long.
    let mut codes = Vec::new();
    while codes.len() < 500 && codes.last().is_none_or(|code| code == "DryRunOperation") {
        codes.push(ec2(&lab, &start).await.code());
    }
    assert!(codes.len() > 5, "{codes:?}");
    assert_eq!(codes.last().unwrap(), "RequestLimitExceeded");
    assert_eq!(ec2(&lab, "Action=DescribeVpcs").await.status, 200);
    lab.set_faults(Faults::none());
    assert_eq!(ec2(&lab, &start).await.code(), "DryRunOperation");
}

#[tokio::test]
async fn who_stands_in_for_gateway_and_resolver_shows_in_routes_and_options() {
    let mut scenario = Scenario::load("attempt").unwrap();
    scenario.target.routes_private = true;
    scenario.target.serves_names = true;
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let lab = Lab::start(Options::manual(scenario, 7, start)).unwrap();
    let (interface, address, other) = lab.world(|world| {
        let first = world.interfaces_of(&world.target_instance).next().unwrap();
        let mut all = world.instances.keys();
        let other = all.find(|id| **id != world.target_instance);
        (
            first.clone(),
            first.private_addresses[0].ip,
            other.unwrap().clone(),
        )
    });
    assert!(!interface.source_dest_check);
    let routes = ec2(&lab, "Action=DescribeRouteTables").await;
    assert_eq!(routes.text("networkInterfaceId"), Some(interface.id));
    assert_eq!(routes.text("instanceId"), Some(target(&lab)));
    assert!(!routes.body.contains("natGatewayId"));
    let options = ec2(&lab, "Action=DescribeDhcpOptions").await.body;
    assert!(options.contains(&format!("<value>{address}</value>")));
    let reaches = |lab: &Lab| lab.world(|world| world.reaches_aws(&other));
    assert!(reaches(&lab));
    stop(&lab).await.unwrap();
    assert!(!reaches(&lab), "its neighbours lose their way with it");
    let routes = ec2(&lab, "Action=DescribeRouteTables").await;
    assert!(routes.body.contains("<state>blackhole</state>"));
}

#[tokio::test]
async fn a_simulation_of_policies_tells_what_the_lab_will_deny() {
    let lab = lab("breach");
    let ask = "Action=SimulatePrincipalPolicy&Version=2010-05-08&PolicySourceArn=arn:aws:iam::123456789012:user/responder&ActionNames.member.1=ec2:StopInstances&ActionNames.member.2=iam:PutRolePolicy&ActionNames.member.3=s3:ListAllMyBuckets&ActionNames.member.4=iam:PassRole";
    lab.set_faults(Faults::rules([
        Rule::always("iam:PutRolePolicy", Effect::Deny),
        Rule::always("ListBuckets", Effect::Deny),
        Rule::always("iam:PassRole", Effect::Deny),
        Rule::always("ec2:StopInstances", Effect::Throttle),
    ]));
    let answer = query(&lab, "iam", ask).await.unwrap();
    let decisions: Vec<&str> = answer
        .body
        .split("<EvalDecision>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(
        decisions,
        ["allowed", "implicitDeny", "implicitDeny", "implicitDeny"]
    );
    // Nobody was asked for real, so nothing is used up.
    lab.set_faults(Faults::rules([Rule::next(
        1,
        "PutRolePolicy",
        Effect::Deny,
    )]));
    for _ in 0..2 {
        let answer = query(&lab, "iam", ask).await.unwrap();
        assert!(answer.body.contains("implicitDeny"));
    }
    let refused = query(&lab, "iam", "Action=PutRolePolicy&RoleName=x").await;
    assert_eq!(refused.unwrap().code(), "AccessDenied");
}
