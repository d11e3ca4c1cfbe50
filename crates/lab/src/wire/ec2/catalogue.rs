//! What an account finds rather than makes: Regions, images, key pairs, encryption by default.

use crate::world::{ApiError, Image, KeyPair};

use super::super::context::Context;
use super::super::failure::error;
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::{Xml, iso};
use super::{EC2, Kind, choose, listing, tag_set};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeRegions", regions),
    Operation::read(EC2, "DescribeImages", images),
    Operation::read(EC2, "DescribeKeyPairs", key_pairs),
    Operation::read(EC2, "GetEbsEncryptionByDefault", encryption),
    Operation::write(EC2, "EnableEbsEncryptionByDefault", |context| {
        set_encryption(context, true)
    }),
    Operation::write(EC2, "DisableEbsEncryptionByDefault", |context| {
        set_encryption(context, false)
    }),
    Operation::read(EC2, "GetSnapshotBlockPublicAccessState", snapshot_block),
];

const IMAGE: Kind = Kind {
    prefix: "ami-",
    code: "InvalidAMIID",
    noun: "image id",
};

fn regions(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let region = &context.world.region;
    let filters = Filters::read(params, &["endpoint", "opt-in-status", "region-name"], false)?;
    let endpoint = |region: &str| format!("ec2.{region}.amazonaws.com");
    let names = params.texts("RegionName");
    let mut all: Vec<&String> = context.world.defences.elsewhere.keys().collect();
    all.push(region);
    all.sort();
    if let Some(name) = names.iter().find(|name| !all.contains(name)) {
        return Err(error(
            "InvalidParameterValue",
            &format!("Invalid region '{name}' provided"),
            400,
        ));
    }
    let found: Vec<&String> = all
        .into_iter()
        .filter(|region| names.is_empty() || names.contains(region))
        .filter(|region| {
            filters.pass(&[].into(), |name| match name {
                "endpoint" => vec![endpoint(region)],
                "region-name" => vec![(*region).clone()],
                _ => vec!["opt-in-not-required".to_owned()],
            })
        })
        .collect();
    listing(context, "regionInfo", found, |xml, region| {
        xml.text("regionName", region);
        xml.text("regionEndpoint", endpoint(region));
        xml.text("optInStatus", "opt-in-not-required");
    })
}

fn images(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let filters = Filters::read(params, &["image-id", "name", "owner-id", "state"], false)?;
    let owners = params.texts("Owner");
    let account = &context.world.account_id;
    let found: Vec<&Image> = choose(
        context,
        &context.world.images,
        &params.texts("ImageId"),
        &IMAGE,
    )?
    .into_iter()
    .filter(|image| {
        owners.is_empty()
            || owners.iter().any(|owner| {
                *owner == image.owner_id || (owner == "self" && image.owner_id == *account)
            })
    })
    .filter(|image| {
        filters.pass(&[].into(), |name| match name {
            "image-id" => vec![image.id.clone()],
            "name" => vec![image.name.clone()],
            "owner-id" => vec![image.owner_id.clone()],
            _ => vec!["available".to_owned()],
        })
    })
    .collect();
    listing(context, "imagesSet", found, |xml, image| {
        xml.text("imageId", &image.id);
        xml.text(
            "imageLocation",
            format!("{}/{}", image.owner_id, image.name),
        );
        xml.text("imageState", "available");
        xml.text("imageOwnerId", &image.owner_id);
        xml.text("creationDate", iso(image.creation_date));
        xml.text("isPublic", image.owner_id != *account);
        xml.text("architecture", "x86_64");
        xml.text("imageType", "machine");
        xml.text("name", &image.name);
        xml.text("description", &image.description);
        xml.text("rootDeviceType", "ebs");
        xml.text("virtualizationType", "hvm");
    })
}

fn key_pairs(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let (names, ids) = (params.texts("KeyName"), params.texts("KeyPairId"));
    let known = &context.world.key_pairs;
    if let Some(name) = names
        .iter()
        .find(|name| !known.values().any(|key| key.name == **name))
    {
        return Err(error(
            "InvalidKeyPair.NotFound",
            &format!("The key pair '{name}' does not exist"),
            400,
        ));
    }
    if let Some(id) = ids.iter().find(|id| !known.contains_key(*id)) {
        return Err(error(
            "InvalidKeyPair.NotFound",
            &format!("The key pair '{id}' does not exist"),
            400,
        ));
    }
    let filters = Filters::read(params, &["fingerprint", "key-name", "key-pair-id"], true)?;
    let found: Vec<&KeyPair> = known
        .values()
        .filter(|key| names.is_empty() || names.contains(&key.name))
        .filter(|key| ids.is_empty() || ids.contains(&key.id))
        .filter(|key| {
            filters.pass(&key.tags, |name| match name {
                "fingerprint" => vec![key.fingerprint.clone()],
                "key-name" => vec![key.name.clone()],
                _ => vec![key.id.clone()],
            })
        })
        .collect();
    listing(context, "keySet", found, |xml, key| {
        xml.text("keyPairId", &key.id);
        xml.text("keyName", &key.name);
        xml.text("keyFingerprint", &key.fingerprint);
        xml.text("keyType", &key.key_type);
        xml.time("createTime", key.create_time);
        tag_set(xml, context, &key.id, &key.tags);
    })
}

fn snapshot_block(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let mut xml = Xml::new();
    xml.text("state", &context.world.defences.snapshot_block);
    xml.text("managedBy", "account");
    Ok(Reply::Xml(xml))
}

fn encryption(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let mut xml = Xml::new();
    xml.text(
        "ebsEncryptionByDefault",
        context.world.ebs_encryption_by_default,
    );
    Ok(Reply::Xml(xml))
}

fn set_encryption(context: &mut Context<'_>, on: bool) -> Result<Reply, ApiError> {
    context.dry_run()?;
    context.world.ebs_encryption_by_default = on;
    encryption(context)
}
