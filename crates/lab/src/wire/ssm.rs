//! Systems Manager: which instances are managed.

use serde_json::{Value, json};

use crate::world::{ApiError, GuestSystem, ManagedInstance};

use super::cloudtrail::put;
use super::context::Context;
use super::ec2::first_private_ip;
use super::failure::error;
use super::filters;
use super::json::{epoch, number, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

pub(super) const OPERATIONS: &[Operation] = &[Operation::read(
    Service::Ssm,
    "DescribeInstanceInformation",
    describe,
)];

const fn platform(managed: &ManagedInstance) -> &'static str {
    match managed.guest.spec.system {
        GuestSystem::Linux => "Linux",
        GuestSystem::Windows => "Windows",
    }
}

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let mut wanted = Vec::new();
    for (list, key, values) in [
        ("Filters", "Key", "Values"),
        ("InstanceInformationFilterList", "key", "valueSet"),
    ] {
        for filter in body
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let name = text(filter, key).unwrap_or_default();
            if !matches!(
                name,
                "InstanceIds" | "PingStatus" | "PlatformTypes" | "ResourceType"
            ) {
                return Err(error(
                    "InvalidInstanceInformationFilterValue",
                    &format!("Invalid filter key: {name}"),
                    400,
                ));
            }
            wanted.push((name.to_owned(), texts(filter, values)));
        }
    }
    let found: Vec<_> = world
        .managed_instances
        .iter()
        .filter(|(id, managed)| {
            wanted.iter().all(|(name, values)| {
                let value = match name.as_str() {
                    "InstanceIds" => id.as_str(),
                    "PingStatus" => managed.ping_status.as_str(),
                    "PlatformTypes" => platform(managed),
                    _ => "EC2Instance",
                };
                values.iter().any(|wanted| wanted == value)
            })
        })
        .collect();
    let bad = |_: &str| error("InvalidNextToken", "The specified token isn't valid.", 400);
    let (found, next) = filters::page(
        found,
        number(body, "MaxResults").or(Some(50)),
        text(body, "NextToken"),
        bad,
    )?;
    let list: Vec<Value> = found
        .into_iter()
        .map(|(id, managed)| {
            let ip = first_private_ip(world, id);
            let mut shown = json!({
                "InstanceId": id,
                "PingStatus": managed.ping_status,
                "LastPingDateTime": epoch(managed.last_ping),
                "AgentVersion": managed.agent_version,
                "IsLatestVersion": true,
                "PlatformType": platform(managed),
                "PlatformName": managed.platform_name,
                "PlatformVersion": managed.platform_version,
                "ResourceType": "EC2Instance",
            });
            put(&mut shown, "IPAddress", ip.map(|ip| ip.to_string()));
            put(
                &mut shown,
                "ComputerName",
                ip.map(|ip| super::ec2::private_name(world, ip)),
            );
            shown
        })
        .collect();
    let mut answer = json!({"InstanceInformationList": list});
    put(&mut answer, "NextToken", next);
    Ok(Reply::Json(answer))
}
