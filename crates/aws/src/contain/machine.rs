//! The instance's own attributes, tags and power. Every call sets a value, so that a second one changes nothing.

use std::collections::BTreeMap;

use aws_sdk_ec2::operation::modify_instance_attribute::builders::ModifyInstanceAttributeFluentBuilder;
use aws_sdk_ec2::operation::modify_instance_metadata_options::builders::ModifyInstanceMetadataOptionsFluentBuilder;
use aws_sdk_ec2::operation::stop_instances::builders::StopInstancesFluentBuilder;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, EbsInstanceBlockDeviceSpecification, HttpTokensState,
    InstanceBlockDeviceMappingSpecification, InstanceMetadataEndpointState, Tag,
};
use aws_types::request_id::RequestId;
use rebato_core::contain::StopHow;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{join, performed};
use crate::connect::AwsCloud;

fn flag(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}

/// AWS takes one attribute a call.
async fn modify(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    attribute: impl FnOnce(ModifyInstanceAttributeFluentBuilder) -> ModifyInstanceAttributeFluentBuilder,
) -> Result<Performed, CloudError> {
    let request = attribute(
        cloud
            .write
            .ec2
            .modify_instance_attribute()
            .instance_id(instance),
    );
    let answer = send!(
        cloud,
        again,
        "ec2:ModifyInstanceAttribute",
        instance,
        request
    )?;
    Ok(performed(answer.request_id(), Vec::new()))
}

pub(super) async fn protect_termination(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    protected: bool,
) -> Result<Performed, CloudError> {
    modify(cloud, again, instance, |request| {
        request.disable_api_termination(flag(protected))
    })
    .await
}

pub(super) async fn protect_stop(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    protected: bool,
) -> Result<Performed, CloudError> {
    modify(cloud, again, instance, |request| {
        request.disable_api_stop(flag(protected))
    })
    .await
}

pub(super) async fn set_shutdown_behavior(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    behavior: &str,
) -> Result<Performed, CloudError> {
    let value = AttributeValue::builder().value(behavior).build();
    modify(cloud, again, instance, |request| {
        request.instance_initiated_shutdown_behavior(value)
    })
    .await
}

pub(super) async fn set_delete_on_termination(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    volume: &str,
    device: &str,
    delete: bool,
) -> Result<Performed, CloudError> {
    let ebs = EbsInstanceBlockDeviceSpecification::builder()
        .volume_id(volume)
        .delete_on_termination(delete)
        .build();
    let mapping = InstanceBlockDeviceMappingSpecification::builder()
        .device_name(device)
        .ebs(ebs)
        .build();
    modify(cloud, again, instance, |request| {
        request.block_device_mappings(mapping)
    })
    .await
}

/// Tags that have a value are set, the others taken away whatever their value is.
pub(super) async fn set_tags(
    cloud: &AwsCloud,
    again: Again,
    resource: &str,
    tags: &BTreeMap<String, Option<String>>,
) -> Result<Performed, CloudError> {
    let mut set = Vec::new();
    let mut gone = Vec::new();
    for (key, value) in tags {
        match value {
            Some(value) => set.push(Tag::builder().key(key).value(value).build()),
            None => gone.push(Tag::builder().key(key).build()),
        }
    }
    let mut done = Performed::default();
    if !set.is_empty() {
        let request = cloud
            .write
            .ec2
            .create_tags()
            .resources(resource)
            .set_tags(Some(set));
        let answer = send!(cloud, again, "ec2:CreateTags", resource, request)?;
        join(&mut done, performed(answer.request_id(), Vec::new()));
    }
    if !gone.is_empty() {
        let request = cloud
            .write
            .ec2
            .delete_tags()
            .resources(resource)
            .set_tags(Some(gone));
        let answer = send!(cloud, again, "ec2:DeleteTags", resource, request)?;
        join(&mut done, performed(answer.request_id(), Vec::new()));
    }
    Ok(done)
}

/// Begins a stop or a start; the engine watches it come about. Stopping what is stopped changes nothing, nor does
/// starting what runs.
pub(super) async fn set_running(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    running: bool,
    how: StopHow,
) -> Result<Performed, CloudError> {
    let ec2 = &cloud.write.ec2;
    if running {
        let answer = send!(
            cloud,
            again,
            "ec2:StartInstances",
            instance,
            ec2.start_instances().instance_ids(instance)
        )?;
        Ok(performed(answer.request_id(), Vec::new()))
    } else {
        let answer = send!(
            cloud,
            again,
            "ec2:StopInstances",
            instance,
            stopped(ec2.stop_instances().instance_ids(instance), how)
        )?;
        Ok(performed(answer.request_id(), Vec::new()))
    }
}

fn stopped(request: StopInstancesFluentBuilder, how: StopHow) -> StopInstancesFluentBuilder {
    match how {
        StopHow::Graceful => request,
        StopHow::Hibernate => request.hibernate(true),
        StopHow::Force => request.force(true),
        StopHow::SkipOs => request.skip_os_shutdown(true),
    }
}

/// The change is under way when the call returns; the instance's own answer shows it at once.
async fn modify_metadata(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    option: impl FnOnce(
        ModifyInstanceMetadataOptionsFluentBuilder,
    ) -> ModifyInstanceMetadataOptionsFluentBuilder,
) -> Result<Performed, CloudError> {
    let ec2 = &cloud.write.ec2;
    let request = option(ec2.modify_instance_metadata_options().instance_id(instance));
    let answer = send!(
        cloud,
        again,
        "ec2:ModifyInstanceMetadataOptions",
        instance,
        request
    )?;
    Ok(performed(answer.request_id(), Vec::new()))
}

pub(super) async fn set_metadata_endpoint(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    endpoint: &str,
) -> Result<Performed, CloudError> {
    modify_metadata(cloud, again, instance, |request| {
        request.http_endpoint(InstanceMetadataEndpointState::from(endpoint))
    })
    .await
}

pub(super) async fn set_imds_tokens(
    cloud: &AwsCloud,
    again: Again,
    instance: &str,
    tokens: &str,
) -> Result<Performed, CloudError> {
    modify_metadata(cloud, again, instance, |request| {
        request.http_tokens(HttpTokensState::from(tokens))
    })
    .await
}
