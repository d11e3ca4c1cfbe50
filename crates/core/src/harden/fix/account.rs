//! Fixes of the account and its network: EBS encryption by default, and a flow log that an evaluation can use. Must not
//! change what others made.

use std::collections::BTreeSet;

use super::{Basis, Fix, NoFix, failed};
use crate::contain::{Action, LogPlace, Note, SetEbsEncryption, SetFlowLog, Severity};
use crate::harden::{FlowLogConfig, covering, flow_log_format, is_full};

/// New volumes are encrypted. Nothing is done to those that are there.
pub(super) fn ebs_encryption(basis: &Basis<'_>) -> Result<Fix, NoFix> {
    failed("ebs-encryption-default", basis)?;
    let region = basis.subject.region.clone();
    Ok(Fix {
        notes: vec![Note::new(
            Severity::Warning,
            "ebs_default_key",
            [("region", region.clone())],
        )],
        actions: vec![Action::SetEbsEncryption(SetEbsEncryption {
            region,
            from: false,
            to: true,
        })],
    })
}

/// The folder of a bucket that Rebato's flow logs go into: a table over the logs that lie there expects other fields.
const FOLDER: &str = "rebato";

/// One flow log for each VPC whose interfaces no flow log shows in full, beside those that are there.
pub(super) fn flow_logs(basis: &Basis<'_>) -> Result<Fix, NoFix> {
    failed("flow-logs", basis)?;
    let (subject, posture) = (basis.subject, basis.posture);
    let logs = posture.flow_logs.as_deref().unwrap_or_default();
    let mut vpcs: BTreeSet<&String> = BTreeSet::new();
    let mut poor: BTreeSet<&String> = BTreeSet::new();
    for interface in &subject.interfaces {
        let seen_by = covering(logs, interface);
        if !seen_by.iter().any(|log| is_full(log)) {
            vpcs.extend(&interface.vpc);
            poor.extend(seen_by.iter().map(|log| &log.id));
        }
    }
    let place = basis
        .wishes
        .log_place
        .clone()
        .or_else(|| place(logs, &posture.other_flow_logs))
        .ok_or(NoFix::LogPlace)?;
    let at = || ("place", place.name().to_owned());
    let mut notes = vec![Note::new(Severity::Warning, "flow_log_costs", [at()])];
    if let LogPlace::S3 { .. } = place {
        notes.push(Note::new(Severity::Info, "flow_log_bucket", [at()]));
    }
    if !poor.is_empty() {
        let ids: Vec<&str> = poor.into_iter().map(String::as_str).collect();
        notes.push(Note::new(
            Severity::Info,
            "flow_log_beside",
            [("logs", ids.join(", "))],
        ));
    }
    let action = |vpc: &String| {
        Action::SetFlowLog(SetFlowLog {
            vpc: vpc.clone(),
            place: place.clone(),
            format: flow_log_format(),
            present: true,
        })
    };
    Ok(Fix {
        actions: vpcs.into_iter().map(action).collect(),
        notes,
    })
}

/// Where logs go already: a bucket, into a folder of our own, else a log group. Two flow logs of one interface that go to
/// one group write into the same streams, so only the group of another VPC will do.
fn place(own: &[FlowLogConfig], others: &[FlowLogConfig]) -> Option<LogPlace> {
    let bucket = own.iter().chain(others).find_map(|log| {
        let arn = log.destination.as_deref()?;
        (log.destination_type == "s3" && log.status == "ACTIVE").then(|| {
            let arn = arn.trim_end_matches('/');
            // A second fix goes to the same folder.
            let arn = arn.strip_suffix(&format!("/{FOLDER}")).unwrap_or(arn);
            LogPlace::S3 {
                arn: format!("{arn}/{FOLDER}"),
            }
        })
    });
    let taken: BTreeSet<&String> = own
        .iter()
        .filter_map(|log| log.destination.as_ref())
        .collect();
    let group = others
        .iter()
        .filter(|log| log.destination_type == "cloud-watch-logs" && log.status == "ACTIVE")
        .find_map(|log| {
            let name = log
                .destination
                .as_ref()
                .filter(|name| !taken.contains(name))?;
            Some(LogPlace::Group {
                name: group_name(name).to_owned(),
                role: log.role.clone()?,
            })
        });
    bucket.or(group)
}

/// `arn:aws:logs:eu-west-1:111122223333:log-group:NAME:*` is `NAME`, and so is `NAME`.
fn group_name(text: &str) -> &str {
    let name = text
        .split_once(":log-group:")
        .map_or(text, |(_, name)| name);
    name.strip_suffix(":*").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::super::Wishes;
    use super::super::tests::{fixed, wished};
    use super::*;
    use crate::contain::Undo;
    use crate::harden::{Posture, Status, check};
    use crate::monitor::fixture;

    #[test]
    fn encryption_is_switched_on_once_and_switched_back_by_its_undo() {
        let with = |on: Option<bool>| Posture {
            ebs_encryption_default: on,
            ..Posture::default()
        };
        let made = |on| {
            fixed(
                "ebs-encryption-default",
                &fixture::subject(),
                &with(on),
                None,
            )
        };
        let fix = made(Some(false)).unwrap();
        let Some(Action::SetEbsEncryption(set)) = fix.actions.first() else {
            panic!("{fix:?}");
        };
        assert!(set.to && !set.from);
        let Some(Undo::Do(undo)) = fix.actions.first().map(|action| action.undo()) else {
            panic!("no undo");
        };
        assert_eq!(undo.permissions(), ["ec2:DisableEbsEncryptionByDefault"]);
        assert_eq!(made(Some(true)), Err(NoFix::Nothing));
        assert_eq!(made(None), Err(NoFix::Unread("not-read".into())));
    }

    fn log(id: &str, resource: &str, kind: &str, destination: &str) -> FlowLogConfig {
        FlowLogConfig {
            id: id.into(),
            resource: resource.into(),
            traffic: "REJECT".into(),
            status: "ACTIVE".into(),
            destination_type: kind.into(),
            destination: Some(destination.into()),
            format: None,
            role: Some("arn:aws:iam::111122223333:role/flow-logs".into()),
        }
    }

    fn made(
        own: &[FlowLogConfig],
        others: &[FlowLogConfig],
        wish: Option<LogPlace>,
    ) -> Result<(LogPlace, Vec<String>), NoFix> {
        let posture = Posture {
            flow_logs: Some(own.to_vec()),
            other_flow_logs: others.to_vec(),
            ..Posture::default()
        };
        let wishes = Wishes {
            log_place: wish,
            ..Wishes::default()
        };
        let subject = fixture::subject();
        let fix = wished("flow-logs", &subject, &posture, None, &wishes)?;
        let Some(Action::SetFlowLog(set)) = fix.actions.first() else {
            panic!("{fix:?}");
        };
        assert_eq!((set.vpc.as_str(), fix.actions.len()), ("vpc-1", 1));
        // What it makes is what the check wants to see.
        let posture = Posture {
            flow_logs: Some(vec![FlowLogConfig {
                traffic: "ALL".into(),
                format: Some(set.format.clone()),
                ..log("fl-9", &set.vpc, "s3", "x")
            }]),
            ..Posture::default()
        };
        let after = check(&subject, &posture, &fixture::finding());
        let after = after.iter().find(|result| result.check == "flow-logs");
        assert_eq!(after.map(|result| result.status), Some(Status::Pass));
        let codes = fix.notes.into_iter().map(|note| note.code);
        Ok((set.place.clone(), codes.collect()))
    }

    #[test]
    fn a_flow_log_goes_where_others_go_beside_what_is_there() {
        let s3 = |arn: &str| LogPlace::S3 { arn: arn.into() };
        let poor = log("fl-1", "vpc-1", "s3", "arn:aws:s3:::logs/");
        assert_eq!(
            made(&[poor], &[], None),
            Ok((
                s3("arn:aws:s3:::logs/rebato"),
                vec![
                    "flow_log_costs".into(),
                    "flow_log_bucket".into(),
                    "flow_log_beside".into()
                ]
            ))
        );
        let other = log("fl-2", "vpc-2", "s3", "arn:aws:s3:::logs/a/rebato");
        let (place, _) = made(&[], &[other], None).unwrap();
        assert_eq!(place, s3("arn:aws:s3:::logs/a/rebato"));
        let wish = s3("arn:aws:s3:::mine");
        let poor = log("fl-1", "vpc-1", "s3", "arn:aws:s3:::logs");
        assert_eq!(made(&[poor], &[], Some(wish.clone())).unwrap().0, wish);
    }

    #[test]
    fn a_log_group_does_where_no_stream_of_it_is_written_already() {
        let group = |id: &str, vpc: &str| {
            let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:flows:*";
            log(id, vpc, "cloud-watch-logs", arn)
        };
        let (place, _) = made(&[], &[group("fl-2", "vpc-2")], None).unwrap();
        assert_eq!(
            place,
            LogPlace::Group {
                name: "flows".into(),
                role: "arn:aws:iam::111122223333:role/flow-logs".into()
            }
        );
        let both = made(&[group("fl-1", "vpc-1")], &[group("fl-2", "vpc-2")], None);
        assert_eq!(both, Err(NoFix::LogPlace));
        let nameless = FlowLogConfig {
            role: None,
            ..group("fl-2", "vpc-2")
        };
        assert_eq!(made(&[], &[nameless], None), Err(NoFix::LogPlace));
    }

    #[test]
    fn without_a_place_or_a_look_there_is_no_plan() {
        assert_eq!(made(&[], &[], None), Err(NoFix::LogPlace));
        let stream = log(
            "fl-1",
            "vpc-1",
            "kinesis-data-firehose",
            "arn:aws:firehose:::x",
        );
        assert_eq!(made(&[stream], &[], None), Err(NoFix::LogPlace));
        let unread = fixed("flow-logs", &fixture::subject(), &Posture::default(), None);
        assert_eq!(unread, Err(NoFix::Unread("not-read".into())));
        let full = FlowLogConfig {
            traffic: "ALL".into(),
            format: Some(flow_log_format()),
            ..log("fl-1", "vpc-1", "s3", "arn:aws:s3:::logs")
        };
        assert_eq!(made(&[full], &[], None), Err(NoFix::Nothing));
    }
}
