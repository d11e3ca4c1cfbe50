//! Launch templates: those of the scaling groups, each with one version, which is the default and the latest.

use crate::world::{ApiError, LaunchModel, ScalingGroup};

use super::super::context::Context;
use super::super::failure::error;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, listing};

pub(in super::super) const OPERATIONS: &[Operation] = &[Operation::read(
    EC2,
    "DescribeLaunchTemplateVersions",
    versions,
)];

fn versions(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let (id, name) = (
        params.text("LaunchTemplateId"),
        params.text("LaunchTemplateName"),
    );
    let group = context.world.scaling_groups.values().find(|group| {
        let (known, called, _) = &group.launch_template;
        id.is_some_and(|id| id == known) || name.is_some_and(|name| name == called)
    });
    let Some((group, model)) = group.and_then(|g| Some((g, g.launches.as_ref()?))) else {
        let asked = id.or(name).unwrap_or_default();
        return Err(error(
            "InvalidLaunchTemplateId.NotFound",
            &format!("The specified launch template, with template ID {asked}, does not exist."),
            400,
        ));
    };
    let number = &group.launch_template.2;
    let asked = params.texts("LaunchTemplateVersion");
    let known = |version: &String| ["$Default", "$Latest", number].contains(&version.as_str());
    if let Some(version) = asked.iter().find(|version| !known(version)) {
        return Err(error(
            "InvalidLaunchTemplateId.VersionNotFound",
            &format!("Could not find launch template version {version}."),
            400,
        ));
    }
    listing(
        context,
        "launchTemplateVersionSet",
        vec![(group, model)],
        write,
    )
}

fn write(xml: &mut Xml, (group, model): (&ScalingGroup, &LaunchModel)) {
    let (id, name, number) = &group.launch_template;
    let (instance, interface, root) = model.parts();
    xml.text("launchTemplateId", id);
    xml.text("launchTemplateName", name);
    xml.text("versionNumber", number);
    xml.time("createTime", group.created_time);
    xml.text("defaultVersion", true);
    xml.node("launchTemplateData", |xml| {
        xml.text("imageId", &instance.image_id);
        xml.text("instanceType", &instance.instance_type);
        xml.maybe("keyName", instance.key_name.as_ref());
        xml.list("blockDeviceMappingSet", "item", [root], |xml, root| {
            xml.text("deviceName", &instance.root_device_name);
            xml.node("ebs", |xml| {
                xml.text("encrypted", root.encrypted);
                xml.text("deleteOnTermination", true);
                xml.text("volumeSize", root.size);
                xml.text("volumeType", &root.volume_type);
            });
        });
        xml.list(
            "networkInterfaceSet",
            "item",
            [interface],
            |xml, interface| {
                let public = interface
                    .private_addresses
                    .iter()
                    .any(|a| a.auto_public.is_some());
                xml.text("deviceIndex", 0);
                xml.text("associatePublicIpAddress", public);
                xml.texts("groupSet", "groupId", &interface.groups);
            },
        );
        xml.node("metadataOptions", |xml| {
            xml.text("state", "applied");
            xml.text("httpTokens", &instance.metadata_options.http_tokens);
            xml.text(
                "httpPutResponseHopLimit",
                instance.metadata_options.hop_limit,
            );
            xml.text("httpEndpoint", &instance.metadata_options.http_endpoint);
        });
    });
}
