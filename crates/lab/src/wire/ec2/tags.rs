//! Tags on any resource.

use crate::world::ApiError;

use super::super::context::Context;
use super::super::failure;
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::{EC2, listing, read_tags};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeTags", describe),
    Operation::write(EC2, "CreateTags", create),
    Operation::write(EC2, "DeleteTags", delete),
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let filters = Filters::read(
        context.params(),
        &["key", "resource-id", "resource-type", "value"],
        true,
    )?;
    let found: Vec<_> = context
        .world
        .all_tags()
        .into_iter()
        .filter(|(id, kind, key, value)| {
            let tag = [(key.clone(), value.clone())].into();
            context.unseen.sees(id)
                && !context.unseen.tags(id, &tag).is_empty()
                && filters.pass(&tag, |name| match name {
                    "key" => vec![key.clone()],
                    "value" => vec![value.clone()],
                    "resource-id" => vec![id.clone()],
                    _ => vec![(*kind).to_owned()],
                })
        })
        .collect();
    listing(context, "tagSet", found, |xml, (id, kind, key, value)| {
        xml.text("resourceId", id);
        xml.text("resourceType", kind);
        xml.text("key", key);
        xml.text("value", value);
    })
}

fn resources(context: &Context<'_>) -> Result<Vec<String>, ApiError> {
    let ids = context.params().texts("ResourceId");
    if ids.is_empty() {
        return Err(failure::missing("ResourceId"));
    }
    for id in &ids {
        context.world.tags_of(id)?;
        if !context.unseen.sees(id) {
            return Err(failure::error(
                "InvalidID",
                &format!("The ID '{id}' is not valid"),
                400,
            ));
        }
    }
    Ok(ids)
}

fn create(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let tags = read_tags(context.params())?;
    if tags.is_empty() {
        return Err(failure::missing("Tag"));
    }
    let ids = resources(context)?;
    context.dry_run()?;
    context.world.create_tags(&ids, &tags)?;
    for id in &ids {
        for key in tags.keys() {
            context.unseen.tagged(id, key);
        }
    }
    Ok(Reply::yes())
}

fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let mut tags = Vec::new();
    for tag in context.params().list("Tag") {
        tags.push((
            tag.need("Key")?.to_owned(),
            tag.text("Value").map(ToOwned::to_owned),
        ));
    }
    let ids = resources(context)?;
    context.dry_run()?;
    context.world.delete_tags(&ids, &tags)?;
    Ok(Reply::yes())
}
