//! The defences of the account at the start: those that many accounts have, or all that a responder could wish for.
//! Must not know what happens later.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::model::*;
use crate::scenario::Scenario;

/// The log group that a whole trail writes to.
const TRAIL_GROUP: &str = "/acme/cloudtrail";

/// What is counted, with the patterns of CIS AWS Foundations 1.4, shortened to the calls that matter most.
const COUNTED: [(&str, &str); 7] = [
    (
        "acl-changes",
        "{ ($.eventName = CreateNetworkAclEntry) || ($.eventName = DeleteNetworkAclEntry) }",
    ),
    (
        "gateway-changes",
        "{ ($.eventName = CreateCustomerGateway) || ($.eventName = AttachInternetGateway) }",
    ),
    (
        "group-changes",
        "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupIngress) }",
    ),
    (
        "root-use",
        "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS }",
    ),
    (
        "route-changes",
        "{ ($.eventName = CreateRoute) || ($.eventName = ReplaceRoute) }",
    ),
    (
        "trail-changes",
        "{ ($.eventName = DeleteTrail) || ($.eventName = StopLogging) }",
    ),
    (
        "vpc-changes",
        "{ ($.eventName = CreateVpc) || ($.eventName = ModifyVpcAttribute) }",
    ),
];

impl World {
    /// The account's defences. A Region that is denied is there in either case.
    pub(super) fn build_defences(&mut self, scenario: &Scenario, long_ago: Timestamp) {
        let denied = ("us-east-1".to_owned(), Elsewhere::Denied);
        if !scenario.hardened {
            self.defences = Defences {
                snapshot_block: "unblocked".to_owned(),
                elsewhere: [("eu-central-1".to_owned(), Elsewhere::Off), denied].into(),
                ..Defences::default()
            };
            return;
        }
        let (account, region) = (self.account_id.clone(), self.region.clone());
        for feature in [
            "EBS_MALWARE_PROTECTION",
            "RUNTIME_MONITORING",
            "EC2_AGENT_MANAGEMENT",
        ] {
            self.detector
                .features
                .insert(feature.to_owned(), "ENABLED".to_owned());
        }
        let elsewhere = Elsewhere::On(self.detector.features.clone());
        let filter = |(name, pattern): (&str, &str)| MetricFilter {
            group: TRAIL_GROUP.to_owned(),
            name: name.to_owned(),
            pattern: pattern.to_owned(),
            namespace: "Acme/Trail".to_owned(),
            metric: name.to_owned(),
            counted: Vec::new(),
        };
        let alarm = |(name, _): (&str, &str)| {
            let topic = format!("arn:aws:sns:{region}:{account}:soc");
            MetricAlarm::simple(name, "Acme/Trail", name, &topic)
        };
        self.defences = Defences {
            snapshot_block: "block-new-sharing".to_owned(),
            metric_filters: COUNTED.map(filter).into(),
            alarms: COUNTED.map(alarm).into(),
            elsewhere: [("eu-central-1".to_owned(), elsewhere)].into(),
            ..Defences::default()
        };
        self.ebs_encryption_by_default = true;
        self.trail.kms_key_id = Some(format!("arn:aws:kms:{region}:{account}:key/trail"));
        self.trail.log_group_arn = Some(format!(
            "arn:aws:logs:{region}:{account}:log-group:{TRAIL_GROUP}:*"
        ));
        self.log_groups.insert(
            TRAIL_GROUP.to_owned(),
            LogGroup {
                created: long_ago,
                retention_days: Some(365),
                streams: BTreeMap::new(),
            },
        );
        self.back_up();
    }

    /// A snapshot of each volume from the night before, as AWS Backup makes them.
    fn back_up(&mut self) {
        let taken = self.now - SignedDuration::from_hours(9);
        let volumes: Vec<Volume> = self.volumes.values().cloned().collect();
        for volume in volumes {
            let id = self.ids.ec2("snap");
            let source = format!(
                "arn:aws:ec2:{}:{}:volume/{}",
                self.region, self.account_id, volume.id
            );
            let snapshot = Snapshot {
                id: id.clone(),
                volume_id: volume.id,
                volume_size: volume.size,
                encrypted: volume.encrypted,
                kms_key_id: volume.kms_key_id,
                description: "This snapshot is created by the AWS Backup service.".to_owned(),
                start_time: taken,
                completes_at: taken + SignedDuration::from_mins(4),
                owner_id: self.account_id.clone(),
                infected: false,
                state_message: None,
                shared_with: BTreeSet::new(),
                lock: None,
                tags: Tags::from([("aws:backup:source-resource".to_owned(), source)]),
            };
            self.snapshots.insert(id, snapshot);
        }
    }
}
