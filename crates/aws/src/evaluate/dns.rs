//! Query logs of the VPC's resolver, where the account writes them: to a bucket or to a log group.
//! Facts: Route 53 Developer Guide, "Resolver query logging". Must not read what a record says.

use aws_sdk_route53resolver::types::{
    Filter, ResolverQueryLogConfigAssociation, ResolverQueryLogConfigAssociationStatus,
};
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{CloudError, LogObject, LogRequest};
use tokio::sync::mpsc::Sender;

use super::log_events::{Events, Streams, stream};
use super::places::{below, fits, group_name};
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::pages::pages;
use crate::s3::Place;

/// Reads the logs of the subject's VPC. The first place that can be read stands for all: each holds every query.
pub(super) async fn read(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let Some(vpc) = request.subject.vpc.as_deref() else {
        return Ok(vec![Gap::NotGiven]);
    };
    let of_vpc = Filter::builder().name("ResourceId").values(vpc).build();
    let found: Vec<ResolverQueryLogConfigAssociation> = pages!(
        cloud,
        "route53resolver:ListResolverQueryLogConfigAssociations",
        vpc,
        cloud
            .read
            .resolver
            .list_resolver_query_log_config_associations()
            .filters(of_vpc)
    )?;
    let active = found.iter().filter(|association| {
        association.status() == Some(&ResolverQueryLogConfigAssociationStatus::Active)
    });
    let mut failed = Vec::new();
    for association in active {
        let Some(config) = association.resolver_query_log_config_id() else {
            continue;
        };
        match read_one(cloud, config, vpc, request, out).await {
            Ok(gaps) => return Ok(gaps),
            Err(error) => failed.push(Gap::Failed {
                why: error.to_string(),
            }),
        }
    }
    if failed.is_empty() {
        failed.push(Gap::NotEnabled);
    }
    Ok(failed)
}

async fn read_one(
    cloud: &AwsCloud,
    config: &str,
    vpc: &str,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    const OPERATION: &str = "route53resolver:GetResolverQueryLogConfig";
    let answer = cloud
        .read
        .resolver
        .get_resolver_query_log_config()
        .resolver_query_log_config_id(config)
        .send()
        .await
        .map_err(|error| cloud_error(OPERATION, config, &error))?;
    let destination = answer
        .resolver_query_log_config()
        .and_then(|config| config.destination_arn())
        .unwrap_or_default();
    let window = (request.since, request.until);
    if destination.contains(":log-group:") {
        let instance = &request.subject.instance_id;
        let events = Events {
            source: Source::Dns,
            group: group_name(destination),
            // Streams are named after the VPC and the resolver's own parts.
            streams: Streams::Prefix(vpc.to_owned()),
            window,
            head: None,
            // Other instances ask for millions of names.
            pattern: Some(format!("\"{instance}\"")),
        };
        stream(cloud, &events, out).await?;
        return Ok(Vec::new());
    }
    let Some(place) = Place::of_arn(destination) else {
        return Err(CloudError::Refused {
            operation: "reading DNS query logs".to_owned(),
            code: "Destination".to_owned(),
            why: format!("{config} writes to {destination}, which cannot be read back"),
        });
    };
    let prefix = if place.key.is_empty() {
        String::new()
    } else {
        format!("{}/", place.key)
    };
    let account = &request.subject.account;
    let place = Place {
        key: format!("{prefix}AWSLogs/{account}/vpcdnsquerylogs/{vpc}/"),
        ..place
    };
    let of_window = |key: &str| fits(Source::Dns, key, Some(window), None, None);
    below(cloud, Source::Dns, &place, &of_window, out).await
}
