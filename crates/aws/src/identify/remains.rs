//! What CloudTrail and snapshots still tell of an instance that is no more. CloudTrail looks back 90 days; what launched
//! the instance before that is not told. Must not know what the story is used for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use aws_sdk_ec2::types as ec2;
use futures::join;
use rebato_core::contain::TAG_INSTANCE;
use rebato_core::identify::{Deed, LaunchTemplate, Remains, launch_template};
use rebato_engine::ports::CloudError;
use serde_json::Value;

use super::gaps::Gaps;
use super::{filter, shape};
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::pages::pages;

/// Pages of fifty events: at two calls a second, twenty seconds at most.
const PAGES: usize = 40;

/// Reads what is left.
pub(crate) async fn remains(cloud: &AwsCloud, instance: &str) -> Result<Remains, CloudError> {
    let mut gaps = Gaps::default();
    let (records, marked, described) = join!(
        records(cloud, instance),
        snapshots(
            cloud,
            filter(format!("tag:{TAG_INSTANCE}"), [instance.to_owned()])
        ),
        // `Created by CreateImage(i-…) for ami-…` is what images write; our own say the instance too.
        snapshots(cloud, filter("description", [format!("*{instance}*")])),
    );
    let (records, cut) = gaps.or_note("cloudtrail", records);
    if cut {
        let why = "more events than can be fetched: the oldest are missing".to_owned();
        let operation = "cloudtrail:LookupEvents".to_owned();
        let code = "Truncated".to_owned();
        gaps.note(
            "cloudtrail",
            &CloudError::Refused {
                operation,
                code,
                why,
            },
        );
    }
    let mut remains = told(instance, &records);
    let mut found = gaps.or_note("snapshots", marked);
    found.extend(gaps.or_note("snapshots", described));
    if !remains.volumes.is_empty() {
        let of_volumes = snapshots(cloud, filter("volume-id", remains.volumes.clone())).await;
        found.extend(gaps.or_note("snapshots", of_volumes));
    }
    let by_id: BTreeMap<String, _> = found
        .iter()
        .map(shape::snapshot)
        .map(|snapshot| (snapshot.id.clone(), snapshot))
        .collect();
    remains.snapshots = by_id.into_values().collect();
    remains.snapshots.sort_by_key(|snapshot| snapshot.started);
    remains.unread = gaps.0;
    Ok(remains)
}

async fn snapshots(
    cloud: &AwsCloud,
    filter: ec2::Filter,
) -> Result<Vec<ec2::Snapshot>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeSnapshots",
        "snapshots",
        cloud
            .read
            .ec2
            .describe_snapshots()
            .owner_ids("self")
            .filters(filter)
    )
}

/// The records that name the instance, oldest first, and whether there are more than were fetched.
async fn records(cloud: &AwsCloud, instance: &str) -> Result<(Vec<Value>, bool), CloudError> {
    let attribute = LookupAttribute::builder()
        .attribute_key(LookupAttributeKey::ResourceName)
        .attribute_value(instance)
        .build()
        .map_err(|error| CloudError::Refused {
            operation: "cloudtrail:LookupEvents".to_owned(),
            code: "InvalidRequest".to_owned(),
            why: error.to_string(),
        })?;
    let mut pages = cloud
        .read
        .cloudtrail
        .lookup_events()
        .lookup_attributes(attribute)
        .max_results(50)
        .into_paginator()
        .send();
    let mut records = Vec::new();
    let mut cut = true;
    for _ in 0..PAGES {
        let Some(page) = pages.next().await else {
            cut = false;
            break;
        };
        let page =
            page.map_err(|error| cloud_error("cloudtrail:LookupEvents", instance, &error))?;
        records.extend(
            page.events
                .unwrap_or_default()
                .into_iter()
                .filter_map(|event| serde_json::from_str(&event.cloud_trail_event?).ok()),
        );
    }
    records.reverse();
    Ok((records, cut))
}

/// What the records say; they come oldest first.
fn told(instance: &str, records: &[Value]) -> Remains {
    let mut remains = Remains::default();
    let mut ips = BTreeSet::new();
    let mut volumes = BTreeSet::new();
    let mut deeds: Vec<Deed> = Vec::new();
    for record in records {
        let read_only = record.get("readOnly").and_then(Value::as_bool);
        let Some(deed) = deed(record).filter(|_| read_only == Some(false)) else {
            continue;
        };
        if deed.error.is_none() {
            match deed.call.as_str() {
                "RunInstances" | "CreateFleet" => launch(&mut remains, &mut ips, instance, record),
                "AttachVolume" | "DetachVolume" => {
                    volumes.extend(text(record, "/requestParameters/volumeId"));
                }
                _ => {}
            }
        }
        // Of what may happen often, the last time is what counts.
        if !matches!(deed.call.as_str(), "RunInstances" | "TerminateInstances") {
            deeds.retain(|known| known.call != deed.call || known.error != deed.error);
        }
        deeds.push(deed);
    }
    remains.private_ips = ips.into_iter().collect();
    volumes.extend(std::mem::take(&mut remains.volumes));
    remains.volumes = volumes.into_iter().collect();
    remains.deeds = deeds;
    remains
}

fn deed(record: &Value) -> Option<Deed> {
    let identity = |name: &str| text(record, &format!("/userIdentity/{name}"));
    Some(Deed {
        call: text(record, "/eventName")?,
        at: text(record, "/eventTime")?.parse().ok()?,
        who: identity("arn")
            .or_else(|| identity("invokedBy"))
            .or_else(|| identity("principalId")),
        from: text(record, "/sourceIPAddress"),
        error: text(record, "/errorCode"),
    })
}

/// What a launch says of one instance among those that it made.
fn launch(remains: &mut Remains, ips: &mut BTreeSet<IpAddr>, instance: &str, record: &Value) {
    if let Some(template) = record.pointer("/requestParameters/launchTemplate") {
        let id =
            text(template, "/launchTemplateId").or_else(|| text(template, "/launchTemplateName"));
        remains.launch_template = id.map(|id| LaunchTemplate {
            id,
            version: text(template, "/version"),
        });
    }
    let Some(made) = items(record, "/responseElements/instancesSet")
        .find(|item| text(item, "/instanceId").as_deref() == Some(instance))
    else {
        return;
    };
    remains.image = text(made, "/imageId");
    remains.instance_type = text(made, "/instanceType");
    remains.key_name = text(made, "/keyName");
    remains.subnet = text(made, "/subnetId");
    remains.vpc = text(made, "/vpcId");
    remains.profile_arn = text(made, "/iamInstanceProfile/arn");
    let tags = items(made, "/tagSet")
        .filter_map(|tag| Some((text(tag, "/key")?, text(tag, "/value")?)))
        .collect();
    remains.launch_template = launch_template(&tags).or(remains.launch_template.take());
    let mut address =
        |found: Option<String>| ips.extend(found.and_then(|ip| ip.parse::<IpAddr>().ok()));
    address(text(made, "/privateIpAddress"));
    for interface in items(made, "/networkInterfaceSet") {
        remains
            .interfaces
            .extend(text(interface, "/networkInterfaceId"));
        address(text(interface, "/privateIpAddress"));
        for private in items(interface, "/privateIpAddressesSet") {
            address(text(private, "/privateIpAddress"));
        }
        for v6 in items(interface, "/ipv6AddressesSet") {
            address(text(v6, "/ipv6Address"));
        }
    }
    remains.volumes.extend(
        items(made, "/blockDeviceMapping").filter_map(|device| text(device, "/ebs/volumeId")),
    );
}

/// A text at a place; an empty one says nothing.
fn text(value: &Value, at: &str) -> Option<String> {
    let text = value.pointer(at)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// The items of a set: CloudTrail writes `items` mostly and `item` for what lies in interfaces.
fn items<'v>(value: &'v Value, at: &str) -> impl Iterator<Item = &'v Value> {
    let set = value.pointer(at);
    set.and_then(|set| set.get("items").or_else(|| set.get("item")))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "i-0123456789abcdef0";

    fn record(name: &str, at: &str, rest: &Value) -> Value {
        let mut record = json!({
            "eventName": name, "eventTime": at, "readOnly": false,
            "sourceIPAddress": "192.0.2.7",
            "userIdentity": {"arn": "arn:aws:iam::123456789012:user/ana"},
        });
        for (key, value) in rest.as_object().unwrap() {
            record[key.as_str()] = value.clone();
        }
        record
    }

    fn launched() -> Value {
        record(
            "RunInstances",
            "2026-11-01T00:00:00Z",
            &json!({
                "requestParameters": {"launchTemplate": {"launchTemplateId": "lt-1", "version": "3"}},
                "responseElements": {"instancesSet": {"items": [
                    {"instanceId": "i-other", "imageId": "ami-other", "privateIpAddress": "10.0.0.1"},
                    {"instanceId": ID, "imageId": "ami-1", "instanceType": "t3.small", "keyName": "ops",
                     "subnetId": "subnet-1", "vpcId": "vpc-1", "privateIpAddress": "10.0.0.9",
                     "networkInterfaceSet": {"items": [{"networkInterfaceId": "eni-1",
                        "privateIpAddressesSet": {"item": [{"privateIpAddress": "10.0.0.10"}]}}]}},
                ]}},
            }),
        )
    }

    #[test]
    fn a_launch_tells_of_the_one_instance_only() {
        let remains = told(ID, &[launched()]);
        assert_eq!(remains.image.as_deref(), Some("ami-1"));
        assert_eq!(remains.subnet.as_deref(), Some("subnet-1"));
        assert_eq!(remains.interfaces, ["eni-1"]);
        let shown: Vec<_> = remains
            .private_ips
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(shown, ["10.0.0.9", "10.0.0.10"]);
        assert_eq!(remains.launch_template.unwrap().id, "lt-1");
    }

    #[test]
    fn of_repeated_changes_the_last_is_told_and_the_end_is_the_one_that_took_place() {
        let refused = record(
            "TerminateInstances",
            "2026-11-03T00:00:00Z",
            &json!({"errorCode": "Client.OperationNotPermitted"}),
        );
        let remains = told(
            ID,
            &[
                launched(),
                record("StopInstances", "2026-11-02T00:00:00Z", &json!({})),
                record("StopInstances", "2026-11-02T05:00:00Z", &json!({})),
                record(
                    "AttachVolume",
                    "2026-11-02T06:00:00Z",
                    &json!({"requestParameters": {"volumeId": "vol-1"}}),
                ),
                record(
                    "DescribeInstances",
                    "2026-11-02T07:00:00Z",
                    &json!({"readOnly": true}),
                ),
                record("TerminateInstances", "2026-11-02T08:00:00Z", &json!({})),
                refused,
            ],
        );
        let calls: Vec<_> = remains.deeds.iter().map(|d| d.call.as_str()).collect();
        assert_eq!(
            calls,
            [
                "RunInstances",
                "StopInstances",
                "AttachVolume",
                "TerminateInstances",
                "TerminateInstances"
            ]
        );
        assert_eq!(remains.deeds[1].at.to_string(), "2026-11-02T05:00:00Z");
        assert_eq!(
            remains.end().unwrap().at.to_string(),
            "2026-11-02T08:00:00Z"
        );
        assert_eq!(remains.volumes, ["vol-1"]);
    }
}
