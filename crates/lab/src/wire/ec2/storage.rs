//! Volumes and snapshots.

use crate::world::{ApiError, Snapshot, SnapshotRequest, Volume, World};

use super::super::context::Context;
use super::super::failure;
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{
    EC2, INSTANCE, SNAPSHOT, VOLUME, choose, listing, present, specified_tags, tag_set, write_tags,
};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeVolumes", describe_volumes),
    Operation::read(EC2, "DescribeSnapshots", describe_snapshots),
    Operation::write(EC2, "CreateSnapshots", create_snapshots),
    Operation::write(EC2, "CreateSnapshot", create_snapshot),
];

const VOLUME_FILTERS: &[&str] = &[
    "attachment.delete-on-termination",
    "attachment.device",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "encrypted",
    "size",
    "snapshot-id",
    "status",
    "volume-id",
    "volume-type",
];

const SNAPSHOT_FILTERS: &[&str] = &[
    "description",
    "encrypted",
    "owner-alias",
    "owner-id",
    "progress",
    "snapshot-id",
    "start-time",
    "status",
    "volume-id",
    "volume-size",
];

fn describe_volumes(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let filters = Filters::read(params, VOLUME_FILTERS, true)?;
    let found: Vec<&Volume> = choose(
        context,
        &context.world.volumes,
        &params.texts("VolumeId"),
        &VOLUME,
    )?
    .into_iter()
    .filter(|volume| {
        let tags = context.unseen.tags(&volume.id, &volume.tags);
        filters.pass(&tags, |name| volume_values(context.world, volume, name))
    })
    .collect();
    listing(context, "volumeSet", found, |xml, volume| {
        xml.text("volumeId", &volume.id);
        xml.text("size", volume.size);
        xml.text("snapshotId", &volume.snapshot_id);
        xml.text("availabilityZone", &volume.availability_zone);
        xml.text("status", &volume.state);
        xml.time("createTime", volume.create_time);
        xml.list(
            "attachmentSet",
            "item",
            attachment(context.world, volume),
            |xml, attached| {
                xml.text("volumeId", &volume.id);
                xml.text("instanceId", attached.instance_id);
                xml.text("device", &attached.device.device_name);
                xml.text("status", "attached");
                xml.time("attachTime", attached.device.attach_time);
                xml.text("deleteOnTermination", attached.device.delete_on_termination);
            },
        );
        xml.text("volumeType", &volume.volume_type);
        xml.text("iops", volume.iops);
        xml.text("encrypted", volume.encrypted);
        xml.maybe("kmsKeyId", volume.kms_key_id.as_ref());
        tag_set(xml, context, &volume.id, &volume.tags);
        xml.text("multiAttachEnabled", false);
    })
}

struct Attached<'w> {
    instance_id: &'w str,
    device: &'w crate::world::BlockDevice,
}

fn attachment<'w>(world: &'w World, volume: &'w Volume) -> Option<Attached<'w>> {
    let instance_id = volume.instance_id.as_deref()?;
    let instance = world.instances.get(instance_id)?;
    let device = instance
        .block_devices
        .iter()
        .find(|device| device.volume_id == volume.id)?;
    Some(Attached {
        instance_id,
        device,
    })
}

fn volume_values(world: &World, volume: &Volume, name: &str) -> Vec<String> {
    let attached = attachment(world, volume);
    let attached = attached.iter();
    match name {
        "attachment.delete-on-termination" => attached
            .map(|a| a.device.delete_on_termination.to_string())
            .collect(),
        "attachment.device" => attached.map(|a| a.device.device_name.clone()).collect(),
        "attachment.instance-id" => attached.map(|a| a.instance_id.to_owned()).collect(),
        "attachment.status" => attached.map(|_| "attached".to_owned()).collect(),
        "availability-zone" => vec![volume.availability_zone.clone()],
        "encrypted" => vec![volume.encrypted.to_string()],
        "size" => vec![volume.size.to_string()],
        "snapshot-id" => vec![volume.snapshot_id.clone()],
        "status" => vec![volume.state.clone()],
        "volume-id" => vec![volume.id.clone()],
        "volume-type" => vec![volume.volume_type.clone()],
        _ => Vec::new(),
    }
}

fn describe_snapshots(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let owners = params.texts("Owner");
    let restorable = params.texts("RestorableBy");
    let filters = Filters::read(params, SNAPSHOT_FILTERS, true)?;
    let found: Vec<&Snapshot> = choose(
        context,
        &world.snapshots,
        &params.texts("SnapshotId"),
        &SNAPSHOT,
    )?
    .into_iter()
    .filter(|snapshot| {
        owners.is_empty()
            || owners.iter().any(|owner| {
                *owner == snapshot.owner_id
                    || (owner == "self" && snapshot.owner_id == world.account_id)
            })
    })
    .filter(|snapshot| {
        // `all` stands for everybody, `self` for who asks.
        restorable.is_empty()
            || restorable.iter().any(|who| {
                snapshot.shared_with.contains(who)
                    || (who == "self" && snapshot.owner_id == world.account_id)
            })
    })
    .filter(|snapshot| {
        let tags = context.unseen.tags(&snapshot.id, &snapshot.tags);
        filters.pass(&tags, |name| match name {
            "description" => vec![snapshot.description.clone()],
            "encrypted" => vec![snapshot.encrypted.to_string()],
            "owner-id" => vec![snapshot.owner_id.clone()],
            "progress" => vec![format!("{}%", snapshot.progress(world.now))],
            "snapshot-id" => vec![snapshot.id.clone()],
            "start-time" => vec![super::super::xml::iso(snapshot.start_time)],
            "status" => vec![snapshot.state(world.now).to_owned()],
            "volume-id" => vec![snapshot.volume_id.clone()],
            "volume-size" => vec![snapshot.volume_size.to_string()],
            _ => Vec::new(),
        })
    })
    .collect();
    listing(context, "snapshotSet", found, |xml, snapshot| {
        fields(xml, world, snapshot, "status");
        if snapshot.state(world.now) == "completed" {
            xml.time("completionTime", snapshot.completes_at);
        }
        xml.maybe("kmsKeyId", snapshot.kms_key_id.as_ref());
        if snapshot.state(world.now) == "error" {
            xml.maybe("statusMessage", snapshot.state_message.as_ref());
        }
        xml.text("storageTier", "standard");
        tag_set(xml, context, &snapshot.id, &snapshot.tags);
    })
}

/// The fields that all answers about snapshots share; `CreateSnapshots` calls the state `state`, the others `status`.
fn fields(xml: &mut Xml, world: &World, snapshot: &Snapshot, state_name: &str) {
    xml.text("snapshotId", &snapshot.id);
    xml.text("volumeId", &snapshot.volume_id);
    xml.text(state_name, snapshot.state(world.now));
    xml.time("startTime", snapshot.start_time);
    xml.text("progress", format!("{}%", snapshot.progress(world.now)));
    xml.text("ownerId", &snapshot.owner_id);
    xml.text("volumeSize", snapshot.volume_size);
    xml.text("description", &snapshot.description);
    xml.text("encrypted", snapshot.encrypted);
}

fn create_snapshots(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let missing = || failure::missing("InstanceSpecification.InstanceId");
    let specification = params.get("InstanceSpecification").ok_or_else(missing)?;
    let instance_id = specification
        .text("InstanceId")
        .ok_or_else(missing)?
        .to_owned();
    let request = SnapshotRequest {
        description: params.text("Description").unwrap_or_default().to_owned(),
        exclude_boot_volume: specification.flag("ExcludeBootVolume")?.unwrap_or_default(),
        exclude_volume_ids: specification.texts("ExcludeDataVolumeId"),
        copy_tags_from_volume: params.text("CopyTagsFromSource") == Some("volume"),
        tags: specified_tags(params, "snapshot")?,
    };
    present(context, &context.world.instances, &instance_id, &INSTANCE)?;
    context.dry_run()?;
    let ids = context.world.create_snapshots(&instance_id, &request)?;
    for id in &ids {
        context.unseen.made(id);
    }
    let world = &*context.world;
    let mut xml = Xml::new();
    let made = ids.iter().filter_map(|id| world.snapshots.get(id));
    xml.list("snapshotSet", "item", made, |xml, snapshot| {
        fields(xml, world, snapshot, "state");
        write_tags(xml, &snapshot.tags);
    });
    Ok(Reply::Xml(xml))
}

fn create_snapshot(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let volume_id = params.need("VolumeId")?.to_owned();
    let description = params.text("Description").unwrap_or_default().to_owned();
    let tags = specified_tags(params, "snapshot")?;
    present(context, &context.world.volumes, &volume_id, &VOLUME)?;
    context.dry_run()?;
    let id = context
        .world
        .create_snapshot(&volume_id, &description, tags)?;
    context.unseen.made(&id);
    let world = &*context.world;
    let snapshot = world
        .snapshots
        .get(&id)
        .ok_or_else(|| SNAPSHOT.not_found(&id))?;
    let mut xml = Xml::new();
    fields(&mut xml, world, snapshot, "status");
    xml.maybe("kmsKeyId", snapshot.kms_key_id.as_ref());
    write_tags(&mut xml, &snapshot.tags);
    Ok(Reply::Xml(xml))
}
