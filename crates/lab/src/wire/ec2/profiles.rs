//! Associations of instance profiles with instances. These calls have no `DryRun`.

use crate::world::{ApiError, ProfileAssociation, Tags, World};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::params::Params;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, INSTANCE, listing, present};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeIamInstanceProfileAssociations", describe),
    Operation::write(EC2, "AssociateIamInstanceProfile", associate),
    Operation::write(EC2, "DisassociateIamInstanceProfile", disassociate),
    Operation::write(EC2, "ReplaceIamInstanceProfileAssociation", replace),
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let ids = params.texts("AssociationId");
    let filters = Filters::read(params, &["instance-id", "state"], false)?;
    if let Some(id) = ids
        .iter()
        .find(|id| !world.profile_associations.contains_key(*id))
    {
        return Err(error(
            "InvalidAssociationID.NotFound",
            &format!("An invalid association-id of '{id}' was given"),
            400,
        ));
    }
    let found: Vec<&ProfileAssociation> = world
        .profile_associations
        .values()
        .filter(|association| ids.is_empty() || ids.contains(&association.id))
        .filter(|association| {
            filters.pass(&Tags::new(), |name| match name {
                "instance-id" => vec![association.instance_id.clone()],
                _ => vec![association.state.clone()],
            })
        })
        .collect();
    listing(
        context,
        "iamInstanceProfileAssociationSet",
        found,
        |xml, association| {
            write(xml, world, association);
        },
    )
}

fn write(xml: &mut Xml, world: &World, association: &ProfileAssociation) {
    xml.text("associationId", &association.id);
    xml.text("instanceId", &association.instance_id);
    if let Some(profile) = world.instance_profiles.get(&association.profile) {
        xml.node("iamInstanceProfile", |xml| {
            xml.text("arn", &profile.arn);
            xml.text("id", &profile.id);
        });
    }
    xml.text("state", &association.state);
    xml.time("timestamp", association.timestamp);
}

fn answer(world: &World, association: &ProfileAssociation, state: &str) -> Reply {
    let mut shown = association.clone();
    state.clone_into(&mut shown.state);
    let mut xml = Xml::new();
    xml.node("iamInstanceProfileAssociation", |xml| {
        write(xml, world, &shown);
    });
    Reply::Xml(xml)
}

/// The profile's name, out of the name or the ARN.
fn profile(params: &Params) -> Result<String, ApiError> {
    let name = params.text("IamInstanceProfile.Name");
    let arn = params
        .text("IamInstanceProfile.Arn")
        .and_then(|arn| arn.rsplit('/').next());
    name.or(arn)
        .map(ToOwned::to_owned)
        .ok_or_else(|| failure::missing("IamInstanceProfile"))
}

fn associate(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    context.no_dry_run()?;
    let instance_id = context.params().need("InstanceId")?.to_owned();
    let profile = profile(context.params())?;
    present(context, &context.world.instances, &instance_id, &INSTANCE)?;
    let made = context.world.associate_profile(&instance_id, &profile)?;
    Ok(answer(context.world, &made, "associating"))
}

fn disassociate(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    context.no_dry_run()?;
    let id = context.params().need("AssociationId")?.to_owned();
    let gone = context.world.disassociate_profile(&id)?;
    Ok(answer(context.world, &gone, "disassociating"))
}

fn replace(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    context.no_dry_run()?;
    let id = context.params().need("AssociationId")?.to_owned();
    let profile = profile(context.params())?;
    let made = context.world.replace_profile(&id, &profile)?;
    Ok(answer(context.world, &made, "associating"))
}
