//! Copies, shares and locks of snapshots.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::world::{ApiError, CopyRequest, LockEnd, LockRequest, Snapshot, SnapshotLock};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::params::Params;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, SNAPSHOT, choose, listing, present, specified_tags, write_tags};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::write(EC2, "CopySnapshot", copy),
    Operation::write(EC2, "DeleteSnapshot", delete),
    Operation::read(EC2, "DescribeSnapshotAttribute", describe_attribute),
    Operation::write(EC2, "ModifySnapshotAttribute", modify_attribute),
    Operation::read(EC2, "DescribeLockedSnapshots", describe_locked),
    Operation::write(EC2, "LockSnapshot", lock),
    Operation::write(EC2, "UnlockSnapshot", unlock),
];

/// The one snapshot that a request is about.
fn one(context: &Context<'_>) -> Result<String, ApiError> {
    let id = context.params().need("SnapshotId")?;
    present(context, &context.world.snapshots, id, &SNAPSHOT)?;
    Ok(id.to_owned())
}

fn copy(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let source = params.need("SourceSnapshotId")?.to_owned();
    let text = |name| {
        params
            .text(name)
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    };
    let request = CopyRequest {
        description: text("Description").unwrap_or_default(),
        encrypted: params.flag("Encrypted")? == Some(true),
        key: text("KmsKeyId"),
        tags: specified_tags(params, "snapshot")?,
    };
    let region = params.need("SourceRegion")?;
    if region != context.world.region {
        return Err(failure::invalid(&format!(
            "Value ({region}) for parameter sourceRegion is invalid. The account has one Region only"
        )));
    }
    present(context, &context.world.snapshots, &source, &SNAPSHOT)?;
    context.dry_run()?;
    let tags = request.tags.clone();
    let id = context.world.copy_snapshot(&source, request)?;
    context.unseen.made(&id);
    let mut xml = Xml::new();
    xml.text("snapshotId", id);
    write_tags(&mut xml, &tags);
    Ok(Reply::Xml(xml))
}

fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = one(context)?;
    context.dry_run()?;
    context.world.delete_snapshot(&id)?;
    Ok(Reply::yes())
}

fn describe_attribute(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = one(context)?;
    let snapshot = context.world.snapshot(&id)?;
    let mut xml = Xml::new();
    xml.text("snapshotId", &id);
    match context.params().need("Attribute")? {
        "createVolumePermission" => xml.list(
            "createVolumePermission",
            "item",
            &snapshot.shared_with,
            |xml, account| {
                let group = account == "all";
                xml.text(if group { "group" } else { "userId" }, account);
            },
        ),
        "productCodes" => xml.node("productCodes", |_| {}),
        other => return Err(unknown_attribute(other)),
    }
    Ok(Reply::Xml(xml))
}

fn unknown_attribute(name: &str) -> ApiError {
    failure::invalid(&format!(
        "Value ({name}) for parameter attribute is invalid. Unknown snapshot attribute."
    ))
}

fn modify_attribute(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = one(context)?;
    let params = context.params();
    let mut add = permissions(params, "CreateVolumePermission.Add")?;
    let mut remove = permissions(params, "CreateVolumePermission.Remove")?;
    let mut named: BTreeSet<String> = params.texts("UserId").into_iter().collect();
    named.extend(params.texts("UserGroup"));
    if !named.is_empty() {
        match params.text("Attribute") {
            Some("createVolumePermission") => {}
            other => return Err(unknown_attribute(other.unwrap_or_default())),
        }
        match params.need("OperationType")? {
            "add" => add.append(&mut named),
            "remove" => remove.append(&mut named),
            other => {
                return Err(failure::invalid(&format!(
                    "Value ({other}) for parameter operationType is invalid."
                )));
            }
        }
    }
    if add.is_empty() && remove.is_empty() {
        return Err(failure::missing("CreateVolumePermission"));
    }
    for who in add.iter().chain(&remove) {
        let account = who.len() == 12 && who.chars().all(|c| c.is_ascii_digit());
        if !account && who != "all" {
            return Err(error(
                "InvalidUserID.Malformed",
                &format!("Invalid user id: \"{who}\""),
                400,
            ));
        }
    }
    context.dry_run()?;
    context.world.share_snapshot(&id, &add, &remove)?;
    Ok(Reply::yes())
}

/// `CreateVolumePermission.Add.N.UserId` and `….Group`.
fn permissions(params: &Params, name: &str) -> Result<BTreeSet<String>, ApiError> {
    let (outer, inner) = name.split_once('.').unwrap_or((name, ""));
    let Some(outer) = params.get(outer) else {
        return Ok(BTreeSet::new());
    };
    let items = outer.list(inner);
    let one = |item: &Params| {
        item.text("UserId")
            .or_else(|| item.text("Group"))
            .map(ToOwned::to_owned)
            .ok_or_else(|| failure::missing("UserId"))
    };
    items.into_iter().map(one).collect()
}

fn lock(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = one(context)?;
    let params = context.params();
    let compliance = match params.need("LockMode")? {
        "compliance" => true,
        "governance" => false,
        other => {
            return Err(failure::invalid(&format!(
                "Value ({other}) for parameter lockMode is invalid."
            )));
        }
    };
    let within = |name: &str, most: i64| match params.number(name)? {
        Some(number) if !(1..=most).contains(&number) => Err(failure::invalid(&format!(
            "Value ({number}) for parameter {name} is invalid. It must be between 1 and {most}"
        ))),
        other => Ok(other),
    };
    let expires = params
        .text("ExpirationDate")
        .map(|text| {
            text.parse::<Timestamp>().map_err(|_| {
                failure::invalid(&format!("Invalid value '{text}' for ExpirationDate"))
            })
        })
        .transpose()?;
    let until = match (within("LockDuration", 36_500)?, expires) {
        (Some(days), None) => LockEnd::Days(days),
        (None, Some(at)) => LockEnd::At(at),
        _ => {
            return Err(error(
                "InvalidParameterCombination",
                "Specify either LockDuration or ExpirationDate",
                400,
            ));
        }
    };
    let request = LockRequest {
        compliance,
        cool_off_hours: within("CoolOffPeriod", 72)?,
        until,
    };
    context.dry_run()?;
    let lock = context.world.lock_snapshot(&id, &request)?;
    let mut xml = Xml::new();
    xml.text("snapshotId", id);
    write_lock(&mut xml, &lock, context.world.now);
    Ok(Reply::Xml(xml))
}

fn write_lock(xml: &mut Xml, lock: &SnapshotLock, now: Timestamp) {
    xml.text("lockState", lock.state(now));
    xml.text("lockDuration", lock.days);
    if let (Some(hours), Some(until)) = (lock.cool_off_hours, lock.cools_until()) {
        xml.text("coolOffPeriod", hours);
        xml.time("coolOffPeriodExpiresOn", until);
    }
    xml.time("lockCreatedOn", lock.created);
    if lock.begins <= now {
        xml.time("lockDurationStartTime", lock.begins);
    }
    xml.time("lockExpiresOn", lock.expires);
}

fn unlock(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = one(context)?;
    context.dry_run()?;
    context.world.unlock_snapshot(&id)?;
    let mut xml = Xml::new();
    xml.text("snapshotId", id);
    Ok(Reply::Xml(xml))
}

fn describe_locked(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let filters = Filters::read(params, &["lock-state"], false)?;
    let ids = params.texts("SnapshotId");
    let found: Vec<(&Snapshot, &SnapshotLock)> =
        choose(context, &world.snapshots, &ids, &SNAPSHOT)?
            .into_iter()
            .filter_map(|snapshot| Some((snapshot, snapshot.lock.as_ref()?)))
            .filter(|(_, lock)| {
                filters.pass(&[].into(), |_| vec![lock.state(world.now).to_owned()])
            })
            .collect();
    listing(context, "snapshotSet", found, |xml, (snapshot, lock)| {
        xml.text("ownerId", &snapshot.owner_id);
        xml.text("snapshotId", &snapshot.id);
        write_lock(xml, lock, world.now);
    })
}
