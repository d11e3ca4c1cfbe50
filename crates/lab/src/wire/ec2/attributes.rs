//! Attributes of instances, one a call, and the options of their metadata service.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::world::{ApiError, Instance, InstanceAttribute, MetadataChange};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::operations::Operation;
use super::super::params::Params;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, GROUP, INSTANCE, group_set, instance_xml, interfaces_of, present};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeInstanceAttribute", describe),
    Operation::write(EC2, "ModifyInstanceAttribute", modify),
    Operation::write(EC2, "ModifyInstanceMetadataOptions", modify_metadata),
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let params = context.params();
    let id = params.need("InstanceId")?;
    let attribute = params.need("Attribute")?;
    present(context, &world.instances, id, &INSTANCE)?;
    let instance = world.instance(id)?;
    let mut xml = Xml::new();
    xml.text("instanceId", id);
    let mut value = |value: Option<String>| xml.node(attribute, |xml| xml.maybe("value", value));
    match attribute {
        "disableApiTermination" => value(Some(instance.disable_api_termination.to_string())),
        "disableApiStop" => value(Some(instance.disable_api_stop.to_string())),
        "instanceInitiatedShutdownBehavior" => value(Some(instance.shutdown_behavior.clone())),
        "instanceType" => value(Some(instance.instance_type.clone())),
        "rootDeviceName" => value(Some(instance.root_device_name.clone())),
        "ebsOptimized" => value(Some(instance.ebs_optimized.to_string())),
        "enaSupport" => value(Some("true".to_owned())),
        "userData" => value(
            instance
                .user_data
                .as_ref()
                .map(|text| STANDARD.encode(text)),
        ),
        "sriovNetSupport" => value(Some("simple".to_owned())),
        "kernel" | "ramdisk" => value(None),
        "sourceDestCheck" => value(Some(source_dest_check(context, instance)?)),
        "groupSet" => group_set(&mut xml, world, &only_groups(context, instance)?),
        "blockDeviceMapping" => instance_xml::block_devices(&mut xml, instance),
        "productCodes" => xml.node("productCodes", |_| {}),
        "enclaveOptions" => xml.node("enclaveOptions", |xml| xml.text("enabled", false)),
        other => {
            return Err(failure::invalid(&format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    }
    Ok(Reply::Xml(xml))
}

fn source_dest_check(context: &Context<'_>, instance: &Instance) -> Result<String, ApiError> {
    match interfaces_of(context.world, &instance.id).as_slice() {
        [interface] => Ok(interface.source_dest_check.to_string()),
        _ => Err(several_interfaces(&instance.id)),
    }
}

fn only_groups(context: &Context<'_>, instance: &Instance) -> Result<Vec<String>, ApiError> {
    match interfaces_of(context.world, &instance.id).as_slice() {
        [interface] => Ok(interface.groups.clone()),
        _ => Err(several_interfaces(&instance.id)),
    }
}

fn several_interfaces(id: &str) -> ApiError {
    error(
        "InvalidInstanceID",
        &format!(
            "There are multiple interfaces attached to instance '{id}'. Please specify an interface ID for the operation instead."
        ),
        400,
    )
}

/// Every form in which a client may name the one attribute: by its own parameter, or as `Attribute` and `Value`.
fn wanted(params: &Params) -> Result<Vec<InstanceAttribute>, ApiError> {
    let mut found = Vec::new();
    let named = |name: &str, own: &str| -> Option<String> {
        params.text(own).map(ToOwned::to_owned).or_else(|| {
            (params.text("Attribute") == Some(name))
                .then(|| params.text("Value").map(ToOwned::to_owned))
                .flatten()
        })
    };
    let truth = |text: String| match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(failure::invalid(&format!(
            "Value ({text}) is not a boolean"
        ))),
    };
    if let Some(text) = named("disableApiTermination", "DisableApiTermination.Value") {
        found.push(InstanceAttribute::DisableApiTermination(truth(text)?));
    }
    if let Some(text) = named("disableApiStop", "DisableApiStop.Value") {
        found.push(InstanceAttribute::DisableApiStop(truth(text)?));
    }
    if let Some(text) = named(
        "instanceInitiatedShutdownBehavior",
        "InstanceInitiatedShutdownBehavior.Value",
    ) {
        found.push(InstanceAttribute::ShutdownBehavior(text));
    }
    if let Some(text) = named("sourceDestCheck", "SourceDestCheck.Value") {
        found.push(InstanceAttribute::SourceDestCheck(truth(text)?));
    }
    if let Some(text) = named("instanceType", "InstanceType.Value") {
        found.push(InstanceAttribute::InstanceType(text));
    }
    if let Some(text) = named("ebsOptimized", "EbsOptimized.Value") {
        found.push(InstanceAttribute::EbsOptimized(truth(text)?));
    }
    if let Some(text) = named("userData", "UserData.Value") {
        let bytes = STANDARD
            .decode(text)
            .map_err(|_| failure::invalid("Invalid BASE64 encoding of user data"))?;
        found.push(InstanceAttribute::UserData(
            String::from_utf8_lossy(&bytes).into_owned(),
        ));
    }
    let groups = params.texts("GroupId");
    if !groups.is_empty() {
        found.push(InstanceAttribute::Groups(groups));
    }
    let devices = params
        .list("BlockDeviceMapping")
        .into_iter()
        .filter_map(|device| {
            let flag = device.get("Ebs")?.flag("DeleteOnTermination").transpose()?;
            Some(flag.and_then(|flag| Ok((device.need("DeviceName")?.to_owned(), flag))))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if !devices.is_empty() {
        found.push(InstanceAttribute::DeleteOnTermination(devices));
    }
    Ok(found)
}

fn modify(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = context.params().need("InstanceId")?.to_owned();
    let mut wanted = wanted(context.params())?;
    let (Some(attribute), None) = (wanted.pop(), wanted.pop()) else {
        return Err(error(
            "InvalidParameterCombination",
            "Exactly one attribute must be specified in a request",
            400,
        ));
    };
    present(context, &context.world.instances, &id, &INSTANCE)?;
    if let InstanceAttribute::Groups(groups) = &attribute {
        for group in groups {
            present(context, &context.world.groups, group, &GROUP)?;
        }
    }
    context.dry_run()?;
    context.world.modify_instance_attribute(&id, attribute)?;
    Ok(Reply::yes())
}

fn modify_metadata(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let id = params.need("InstanceId")?.to_owned();
    let one_of = |name: &str, allowed: [&str; 2]| match params.text(name) {
        None => Ok(None),
        Some(text) if allowed.contains(&text) => Ok(Some(text.to_owned())),
        Some(text) => Err(failure::invalid(&format!(
            "Value ({text}) for parameter {name} is invalid."
        ))),
    };
    let hop_limit = match params.number("HttpPutResponseHopLimit")? {
        None => None,
        Some(limit @ 1..=64) => i32::try_from(limit).ok(),
        Some(limit) => {
            return Err(failure::invalid(&format!(
                "Value ({limit}) for parameter HttpPutResponseHopLimit is invalid."
            )));
        }
    };
    let change = MetadataChange {
        http_tokens: one_of("HttpTokens", ["optional", "required"])?,
        hop_limit,
        http_endpoint: one_of("HttpEndpoint", ["enabled", "disabled"])?,
        instance_metadata_tags: one_of("InstanceMetadataTags", ["enabled", "disabled"])?,
    };
    if change == MetadataChange::default() {
        return Err(error(
            "InvalidParameterCombination",
            "You must specify at least one option to modify.",
            400,
        ));
    }
    present(context, &context.world.instances, &id, &INSTANCE)?;
    context.dry_run()?;
    let options = context.world.modify_metadata_options(&id, change)?;
    let mut xml = Xml::new();
    xml.text("instanceId", &id);
    instance_xml::metadata_options(&mut xml, "instanceMetadataOptions", &options);
    Ok(Reply::Xml(xml))
}
