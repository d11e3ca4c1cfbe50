//! Which flow logs to read: enough to see every packet of the instance's interfaces once. Two flow logs often watch the
//! same interface, and reading both would count every flow twice. Pure.

use std::collections::BTreeSet;

use rebato_core::harden::FlowLogConfig;
use rebato_core::identify::Subject;

/// A flow log with what is needed to find its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FlowLog {
    /// As the checks see it.
    pub(crate) config: FlowLogConfig,
    /// Folders named `year=2026` and so on.
    pub(crate) hive: bool,
    /// Columns instead of lines.
    pub(crate) parquet: bool,
}

/// An interface and one of the two things that can happen to a packet.
pub(super) type Seen = (String, &'static str);

impl FlowLog {
    /// What this log sees of the subject.
    pub(super) fn sees(&self, subject: &Subject) -> BTreeSet<Seen> {
        let kinds: &[&'static str] = match self.config.traffic.as_str() {
            "ACCEPT" => &["ACCEPT"],
            "REJECT" => &["REJECT"],
            _ => &["ACCEPT", "REJECT"],
        };
        let resource = Some(self.config.resource.as_str());
        subject
            .interfaces
            .iter()
            .filter(|i| {
                i.vpc.as_deref() == resource
                    || i.subnet.as_deref() == resource
                    || Some(i.id.as_str()) == resource
            })
            .flat_map(|i| kinds.iter().map(|kind| (i.id.clone(), *kind)))
            .collect()
    }

    fn in_bucket(&self) -> bool {
        self.config.destination_type == "s3"
    }
}

/// All that there is to see of the subject.
pub(super) fn everything(subject: &Subject) -> BTreeSet<Seen> {
    subject
        .interfaces
        .iter()
        .flat_map(|i| ["ACCEPT", "REJECT"].map(|kind| (i.id.clone(), kind)))
        .collect()
}

/// Logs by preference: those that see most, then files in a bucket, then lines before columns, then more fields.
pub(super) fn by_preference<'a>(logs: &'a [FlowLog], subject: &Subject) -> Vec<&'a FlowLog> {
    let mut logs: Vec<&FlowLog> = logs
        .iter()
        .filter(|log| log.config.status == "ACTIVE")
        .collect();
    logs.sort_by_key(|log| {
        let fields = log
            .config
            .format
            .as_deref()
            .map_or(0, |format| format.split_whitespace().count());
        (
            std::cmp::Reverse(log.sees(subject).len()),
            log.parquet,
            !log.in_bucket(),
            std::cmp::Reverse(fields),
            log.config.id.clone(),
        )
    });
    logs
}

#[cfg(test)]
mod tests {
    use rebato_core::identify::{Interface, MetadataOptions};

    use super::*;

    fn log(id: &str, resource: &str, traffic: &str, destination_type: &str) -> FlowLog {
        FlowLog {
            config: FlowLogConfig {
                id: id.into(),
                resource: resource.into(),
                traffic: traffic.into(),
                status: "ACTIVE".into(),
                destination_type: destination_type.into(),
                destination: None,
                format: None,
                role: None,
            },
            hive: false,
            parquet: false,
        }
    }

    fn interface(id: &str, subnet: &str) -> Interface {
        Interface {
            id: id.into(),
            device_index: 0,
            vpc: Some("vpc-1".into()),
            subnet: Some(subnet.into()),
            groups: Vec::new(),
            addresses: Vec::new(),
            ipv6: Vec::new(),
            requester_managed: false,
            auto_public: None,
        }
    }

    fn subject() -> Subject {
        Subject {
            read_at: jiff::Timestamp::UNIX_EPOCH,
            instance_id: "i-1".into(),
            name: None,
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            state: "running".into(),
            instance_type: None,
            platform: None,
            image_id: None,
            launched: None,
            key_name: None,
            vpc: Some("vpc-1".into()),
            subnet: Some("subnet-1".into()),
            zone: None,
            root_device_type: None,
            lifecycle: None,
            managed: false,
            source_dest_check: None,
            hibernation: false,
            metadata: MetadataOptions::default(),
            termination_protection: None,
            stop_protection: None,
            shutdown_behavior: None,
            interfaces: vec![
                interface("eni-1", "subnet-1"),
                interface("eni-2", "subnet-2"),
            ],
            volumes: Vec::new(),
            groups: std::collections::BTreeMap::new(),
            profile: None,
            scaling: None,
            targets: Vec::new(),
            tags: std::collections::BTreeMap::new(),
            own_groups: std::collections::BTreeMap::new(),
            own_snapshots: Vec::new(),
            around: None,
            unread: Vec::new(),
        }
    }

    #[test]
    fn the_log_that_sees_most_comes_first_and_a_bucket_before_a_log_group() {
        let logs = [
            log("fl-1", "vpc-1", "REJECT", "s3"),
            log("fl-2", "vpc-1", "ALL", "cloud-watch-logs"),
            log("fl-3", "subnet-1", "ALL", "s3"),
            log("fl-4", "vpc-1", "ALL", "s3"),
        ];
        let order: Vec<_> = by_preference(&logs, &subject())
            .into_iter()
            .map(|l| l.config.id.as_str())
            .collect();
        assert_eq!(order, ["fl-4", "fl-2", "fl-1", "fl-3"]);
    }

    #[test]
    fn a_log_of_one_subnet_leaves_the_other_interface_unseen() {
        let subject = subject();
        let mut left = everything(&subject);
        for seen in log("fl-3", "subnet-1", "ALL", "s3").sees(&subject) {
            left.remove(&seen);
        }
        assert_eq!(
            left,
            BTreeSet::from([
                ("eni-2".to_owned(), "ACCEPT"),
                ("eni-2".to_owned(), "REJECT")
            ])
        );
    }
}
