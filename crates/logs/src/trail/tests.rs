//! Events of every container, and what calls open.

use super::*;

fn all(text: &str) -> (Vec<Call>, FileRead) {
    let mut calls = Vec::new();
    let read = read(text.as_bytes(), None, |call, _, _| calls.push(call));
    (calls, read)
}

const EVENT: &str = r#"{"eventVersion":"1.09","eventTime":"2026-11-24T03:12:09Z","eventName":"GetCallerIdentity","eventSource":"sts.amazonaws.com","sourceIPAddress":"253.252.51.07","errorCode":"AccessDenied","readOnly":"true","eventID":"e-1","userIdentity":{"type":"AssumedRole","principalId":"AROAX:i-0abc1234def567890","arn":"arn:aws:sts::111122223333:assumed-role/web/i-0abc1234def567890","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/web"},"ec2RoleDelivery":"1.0"}}}"#;

#[test]
fn the_same_event_comes_out_of_every_container() {
    let (plain, _) = all(EVENT);
    assert_eq!(plain.len(), 1);
    let call = &plain[0];
    assert_eq!(call.session_of.as_deref(), Some("i-0abc1234def567890"));
    assert_eq!(
        (
            call.source_ip.as_str(),
            call.read_only,
            call.delivery.as_deref()
        ),
        ("253.252.51.07", Some(true), Some("1.0"))
    );
    assert_eq!(
        call.role.as_deref(),
        Some("arn:aws:iam::111122223333:role/web")
    );
    let quoted = serde_json::to_string(EVENT).unwrap();
    for text in [
        format!(r#"{{"Records":[{EVENT}]}}"#),
        format!("[{EVENT}]"),
        format!("{EVENT}\n"),
        format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{EVENT}}}"#),
        format!(r#"{{"Events":[{{"EventId":"e-1","CloudTrailEvent":{quoted}}}]}}"#),
        format!(r#"{{"logEvents":[{{"timestamp":1,"message":{quoted}}}]}}"#),
    ] {
        let (calls, read) = all(&text);
        assert_eq!(calls, plain, "{text}");
        assert!(read.wrong.is_empty(), "{:?}", read.wrong);
    }
}

#[test]
fn what_stands_before_a_break_is_kept_and_a_bad_line_hides_no_other() {
    let (calls, read) = all(&format!(r#"{{"Records":[{EVENT},{EVENT},{{"eventNa"#));
    assert_eq!((calls.len(), read.wrong.len()), (2, 1));
    for text in [
        format!("{EVENT}\n{{bad\n{EVENT}\n"),
        format!("{{bad\n{EVENT}\n{EVENT}"),
    ] {
        let (calls, read) = all(&text);
        assert_eq!(calls.len(), 2, "{text}");
        assert!(read.wrong[0].contains("line"), "{:?}", read.wrong);
    }
    let (calls, read) = all("not json at all");
    assert!(calls.is_empty() && read.wrong[0].contains("not JSON"));
}

#[test]
fn digests_and_insights_are_passed_over_with_a_word() {
    let (calls, read) = all(r#"{"awsAccountId":"1","digestS3Object":"x","logFiles":[]}"#);
    assert!(
        calls.is_empty() && read.wrong[0].contains("digest"),
        "{:?}",
        read.wrong
    );
    let (calls, read) =
        all(r#"{"Records":[{"eventName":"x","eventCategory":"Insight","insightDetails":{}}]}"#);
    assert!(
        calls.is_empty() && read.wrong[0].contains("insight"),
        "{:?}",
        read.wrong
    );
}

#[test]
fn what_a_call_opens_is_told() {
    let with = |name: &str, parameters: &str| {
        let text = format!(
            r#"{{"eventName":"{name}","eventSource":"ec2.amazonaws.com","requestParameters":{parameters}}}"#
        );
        all(&text).0[0].detail.clone()
    };
    let open = r#"{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{}}]}}"#;
    assert_eq!(
        with("AuthorizeSecurityGroupIngress", open).as_deref(),
        Some("0.0.0.0/0 tcp/22")
    );
    assert_eq!(
        with(
            "AuthorizeSecurityGroupIngress",
            &open.replace("0.0.0.0/0", "10.0.0.0/8")
        ),
        None
    );
    assert_eq!(with("AuthorizeSecurityGroupEgress", open), None);
    let flat =
        r#"{"groupId":"sg-1","cidrIp":"0.0.0.0/0","ipProtocol":"tcp","fromPort":1,"toPort":99}"#;
    assert_eq!(
        with("AuthorizeSecurityGroupIngress", flat).as_deref(),
        Some("0.0.0.0/0 tcp/1-99")
    );
    let share = r#"{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"userId":"012345678912"}]}}}"#;
    assert_eq!(
        with("ModifySnapshotAttribute", share).as_deref(),
        Some("012345678912")
    );
}
