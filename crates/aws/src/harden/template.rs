//! The launch template behind the instance: the version it was made of, and those that may make the next. Must not judge,
//! and must not keep user data.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as ec2;
use rebato_core::harden::TemplateVersion;
use rebato_core::identify::{SecurityGroup, Subject};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::identify::{group, groups_by_id, text_of};
use crate::limits::ask;

/// The versions, and why their groups could not be read.
pub(super) struct Templates {
    pub(super) versions: Vec<TemplateVersion>,
    pub(super) groups: Option<CloudError>,
}

/// `None` where it is not known whether there is a template.
pub(super) async fn templates(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<Option<Templates>, CloudError> {
    let Some(around) = &subject.around else {
        return Ok(None);
    };
    let Some(template) = &around.launch_template else {
        let versions = Vec::new();
        return Ok(Some(Templates {
            versions,
            groups: None,
        }));
    };
    let request = cloud.read.ec2.describe_launch_template_versions();
    let request = if template.id.starts_with("lt-") {
        request.launch_template_id(&template.id)
    } else {
        request.launch_template_name(&template.id)
    };
    let mut wanted = vec!["$Default".to_owned(), "$Latest".to_owned()];
    wanted.extend(template.version.clone());
    let answer = ask!(
        cloud,
        "ec2:DescribeLaunchTemplateVersions",
        &template.id,
        request.set_versions(Some(wanted))
    )?;
    let mut read: Vec<&ec2::LaunchTemplateVersion> =
        answer.launch_template_versions().iter().collect();
    read.sort_by_key(|version| version.version_number());
    read.dedup_by_key(|version| version.version_number());
    let mut ids: Vec<String> = read.iter().flat_map(|version| group_ids(version)).collect();
    ids.sort();
    ids.dedup();
    let (known, failed) = match groups_by_id(cloud, ids).await {
        Ok(groups) => (groups.iter().map(group).collect(), None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let known: BTreeMap<String, SecurityGroup> =
        known.into_iter().map(|g| (g.id.clone(), g)).collect();
    Ok(Some(Templates {
        versions: read.into_iter().map(|one| version(one, &known)).collect(),
        groups: failed,
    }))
}

/// Groups stand beside the interfaces or in them, never both.
fn group_ids(version: &ec2::LaunchTemplateVersion) -> Vec<String> {
    let Some(data) = version.launch_template_data() else {
        return Vec::new();
    };
    let of_interfaces = data.network_interfaces().iter().flat_map(|i| i.groups());
    data.security_group_ids()
        .iter()
        .chain(of_interfaces)
        .cloned()
        .collect()
}

fn version(
    read: &ec2::LaunchTemplateVersion,
    known: &BTreeMap<String, SecurityGroup>,
) -> TemplateVersion {
    let ids = group_ids(read);
    let data = read.launch_template_data();
    let interfaces = data.map(|d| d.network_interfaces()).unwrap_or_default();
    let mappings = data.map(|d| d.block_device_mappings()).unwrap_or_default();
    TemplateVersion {
        id: text_of(read.launch_template_id()),
        version: read.version_number().unwrap_or_default(),
        is_default: read.default_version().unwrap_or_default(),
        http_tokens: data
            .and_then(|d| d.metadata_options())
            .and_then(|options| options.http_tokens())
            .map(|tokens| tokens.as_str().to_owned()),
        public_address: interfaces
            .iter()
            .filter_map(|i| i.associate_public_ip_address())
            .reduce(|a, b| a || b),
        volumes: mappings
            .iter()
            .filter_map(|mapping| {
                let ebs = mapping.ebs()?;
                Some((text_of(mapping.device_name()), ebs.encrypted()))
            })
            .collect(),
        groups: ids.iter().filter_map(|id| known.get(id).cloned()).collect(),
        unread_groups: ids
            .into_iter()
            .filter(|id| !known.contains_key(id))
            .collect(),
    }
}
