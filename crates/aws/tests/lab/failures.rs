//! What goes wrong: denied parts, lost answers, throttling, bad credentials, nobody there.

use rebato_aws::{Keys, Options, connect};
use rebato_core::contain::{Action, CreateSnapshots, ProtectTermination, SaveConsole};
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{Cloud as _, CloudError, Hints, LogRequest, Made};
use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Rule};
use tokio::sync::mpsc;

use crate::{Stage, approved, options};

#[tokio::test]
async fn a_part_that_is_denied_is_a_gap_and_the_rest_is_read() {
    let stage = Stage::new("breach").await;
    for (operation, what) in [
        ("DescribeInstanceAttribute", "attributes"),
        ("DescribeNetworkInterfaces", "interfaces"),
        ("DescribeAddresses", "addresses"),
        ("DescribeVolumes", "volumes"),
        ("DescribeSecurityGroups", "groups"),
        ("DescribeSnapshots", "snapshots"),
        ("GetInstanceProfile", "role"),
        ("DescribeAutoScalingInstances", "scaling"),
        ("DescribeTargetGroups", "targets"),
    ] {
        stage
            .lab
            .set_faults(Faults::rules([Rule::always(operation, Effect::Deny)]));
        let subject = stage.subject().await;
        let unread: Vec<_> = subject.unread.iter().map(|u| u.what.as_str()).collect();
        assert_eq!(unread, [what], "{operation}");
        assert!(
            subject.unread[0].why.contains(operation),
            "{}",
            subject.unread[0].why
        );
        assert_eq!(subject.interfaces.len(), 2, "{operation}");
        assert_eq!(subject.volumes.len(), 2, "{operation}");
    }
}

#[tokio::test]
async fn an_instance_that_is_not_there_is_an_error() {
    let stage = Stage::new("breach").await;
    let error = stage
        .cloud
        .subject("i-00000000000000000", &Hints::default())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CloudError::NotFound { what, .. } if what == "i-00000000000000000"),
        "{error}"
    );
    stage.lab.set_faults(Faults::rules([Rule::always(
        "DescribeInstances",
        Effect::Deny,
    )]));
    let error = stage
        .cloud
        .subject(&stage.instance, &Hints::default())
        .await
        .unwrap_err();
    assert!(matches!(error, CloudError::Denied { .. }), "{error}");
}

#[tokio::test]
async fn a_denied_kind_of_list_hides_no_other() {
    let stage = Stage::new("breach").await;
    let all = stage.cloud.lists().await.unwrap();
    assert!(all.iter().all(|list| list.content.is_ok()), "{all:?}");
    stage
        .lab
        .set_faults(Faults::rules([Rule::always("ListIPSets", Effect::Deny)]));
    let lists = stage.cloud.lists().await.unwrap();
    assert!(
        lists
            .iter()
            .any(|l| l.name == "soc-blocklist" && l.content.is_ok())
    );
    let denied: Vec<_> = lists.iter().filter(|l| l.content.is_err()).collect();
    assert!(
        matches!(denied[..], [list] if list.name.ends_with("ListIPSets")),
        "{denied:?}"
    );
}

#[tokio::test]
async fn a_denied_log_is_a_gap_of_its_source_alone() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    stage.lab.set_faults(Faults::rules([
        Rule::always("LookupEvents", Effect::Deny),
        Rule::always("ListDetectors", Effect::Deny),
        Rule::next(1, "GetObject", Effect::Deny),
    ]));
    let (since, until) = stage.hour_before_now();
    let sources = vec![
        Source::FlowLogs,
        Source::Cloudtrail,
        Source::AuthLog,
        Source::Findings,
    ];
    let (out, mut came) = mpsc::channel(1000);
    let gaps = stage
        .cloud
        .logs(
            &LogRequest {
                subject,
                since,
                until,
                sources,
            },
            out,
        )
        .await
        .unwrap();
    let gap_of = |source| {
        gaps.iter()
            .filter(|g| g.0 == source)
            .map(|g| &g.1)
            .collect::<Vec<_>>()
    };
    assert!(
        matches!(gap_of(Source::Cloudtrail)[..], [Gap::Failed { why }] if why.contains("AccessDenied"))
    );
    assert!(matches!(gap_of(Source::Findings)[..], [Gap::Failed { .. }]));
    assert!(
        matches!(gap_of(Source::FlowLogs)[..], [Gap::Skipped { file, .. }] if file.starts_with("s3://"))
    );
    assert!(gap_of(Source::AuthLog).is_empty());
    let mut flows = 0;
    while let Some(object) = came.recv().await {
        flows += usize::from(object.source == Source::FlowLogs);
    }
    assert!(
        flows > 0,
        "one file that is refused does not hide the others"
    );
}

#[tokio::test]
async fn an_account_without_flow_logs_says_so() {
    let stage = Stage::new("breach").await;
    stage.lab.world(|world| world.flow_logs.clear());
    let (since, until) = stage.hour_before_now();
    let request = LogRequest {
        subject: stage.subject().await,
        since,
        until,
        sources: vec![Source::FlowLogs],
    };
    let (out, _came) = mpsc::channel(10);
    assert_eq!(
        stage.cloud.logs(&request, out).await.unwrap(),
        [(Source::FlowLogs, Gap::NotEnabled)]
    );
}

fn snapshots(stage: &Stage) -> Action {
    Action::CreateSnapshots(CreateSnapshots {
        instance: stage.instance.clone(),
        volumes: Vec::new(),
    })
}

fn protect(stage: &Stage) -> Action {
    Action::ProtectTermination(ProtectTermination {
        instance: stage.instance.clone(),
        from: false,
        to: true,
    })
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_call_is_not_repeated() {
    let stage = Stage::new("breach").await;
    for (action, operation) in [
        (snapshots(&stage), "CreateSnapshots"),
        (protect(&stage), "ModifyInstanceAttribute"),
    ] {
        for effect in [Effect::LoseReply, Effect::FailAfter] {
            let before = stage.count(operation);
            stage
                .lab
                .set_faults(Faults::rules([Rule::always(operation, effect)]));
            let error = stage.perform(action.clone()).await.unwrap_err();
            assert!(!error.surely_nothing_happened(), "{operation}: {error}");
            assert_eq!(stage.count(operation), before + 1, "{operation}");
        }
    }
}

#[tokio::test]
async fn throttling_repeats_what_may_be_repeated() {
    let stage = Stage::new("breach").await;
    stage.lab.set_faults(Faults::rules([Rule::next(
        2,
        "ModifyInstanceAttribute",
        Effect::Throttle,
    )]));
    stage.perform(protect(&stage)).await.unwrap();
    assert_eq!(stage.count("ModifyInstanceAttribute"), 3);
    stage.lab.set_faults(Faults::rules([Rule::next(
        1,
        "CreateSnapshots",
        Effect::Throttle,
    )]));
    let error = stage.perform(snapshots(&stage)).await.unwrap_err();
    assert!(
        matches!(&error, CloudError::Throttled { code, .. } if code == "RequestLimitExceeded"),
        "{error}"
    );
    assert_eq!(stage.count("CreateSnapshots"), 1);
    // Reads are repeated by the SDK.
    stage.lab.set_faults(Faults::rules([Rule::next(
        1,
        "DescribeVolumes",
        Effect::Throttle,
    )]));
    assert_eq!(stage.subject().await.unread, []);
}

#[tokio::test]
async fn a_denied_write_says_which_permission() {
    let stage = Stage::new("breach").await;
    stage.lab.set_faults(Faults::rules([Rule::always(
        "ModifyInstanceAttribute",
        Effect::Deny,
    )]));
    let error = stage.perform(protect(&stage)).await.unwrap_err();
    assert!(
        matches!(&error, CloudError::Denied { operation, .. } if operation == "ec2:ModifyInstanceAttribute")
    );
}

#[tokio::test]
async fn one_half_of_the_console_is_enough() {
    let stage = Stage::new("breach").await;
    let save = Action::SaveConsole(SaveConsole {
        instance: stage.instance.clone(),
    });
    stage.lab.set_faults(Faults::rules([Rule::always(
        "GetConsoleScreenshot",
        Effect::Deny,
    )]));
    let done = stage.perform(save.clone()).await.unwrap();
    assert_eq!(
        done.bytes.iter().map(|b| b.0.as_str()).collect::<Vec<_>>(),
        ["console_output"]
    );
    stage.lab.set_faults(Faults::rules([
        Rule::always("GetConsoleScreenshot", Effect::Deny),
        Rule::always("GetConsoleOutput", Effect::Deny),
    ]));
    assert!(matches!(
        stage.perform(save).await.unwrap_err(),
        CloudError::Denied { .. }
    ));
}

#[tokio::test]
async fn wrong_and_expired_credentials_are_told_apart_from_everything_else() {
    let stage = Stage::new("breach").await;
    let wrong = Options {
        keys: Some(Keys {
            id: "AKIAWRONGWRONGWRONG0".into(),
            secret: "wrong".into(),
        }),
        ..options(&stage.lab)
    };
    let cloud = connect(wrong).await.unwrap();
    let error = cloud.whoami().await.unwrap_err();
    assert!(matches!(error, CloudError::Credentials { .. }), "{error}");
    let error = cloud
        .subject(&stage.instance, &Hints::default())
        .await
        .unwrap_err();
    assert!(matches!(error, CloudError::Credentials { .. }), "{error}");

    stage.lab.set_faults(Faults {
        expired_from_call: Some(0),
        ..Faults::none()
    });
    let error = stage.cloud.whoami().await.unwrap_err();
    assert!(matches!(error, CloudError::Credentials { .. }), "{error}");
    let step = approved(&stage.instance, protect(&stage));
    let error = stage
        .cloud
        .perform(&step, &Made::default())
        .await
        .unwrap_err();
    assert!(matches!(error, CloudError::Credentials { .. }), "{error}");
}

#[tokio::test]
async fn nobody_at_the_endpoint_is_unreachable() {
    let stage = Stage::new("breach").await;
    let options = options(&stage.lab);
    stage.lab.shutdown().await;
    let cloud = connect(options).await.unwrap();
    let error = cloud.whoami().await.unwrap_err();
    assert!(matches!(error, CloudError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_profile_that_does_not_exist_is_a_matter_of_credentials() {
    let nobody = Options {
        profile: Some("a-profile-that-does-not-exist".into()),
        region: Some("eu-west-1".into()),
        endpoint_url: Some("http://127.0.0.1:9".into()),
        ..Options::default()
    };
    let error = connect(nobody).await.unwrap().whoami().await.unwrap_err();
    // Keys in the environment win over a profile, as in the AWS command line.
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() {
        assert!(matches!(error, CloudError::Credentials { .. }), "{error}");
    }
}
