//! How the service on an instance is: AWS's own checks, the agent, the balancers. Must not judge.

use futures::future::join_all;
use futures::join;
use rebato_core::harden::Health;
use rebato_core::identify::Subject;
use rebato_engine::ports::CloudError;

use super::instance::ssm_ping;
use crate::connect::AwsCloud;
use crate::identify::target_health;
use crate::limits::ask;

/// Asks all of it at once.
pub(crate) async fn health(cloud: &AwsCloud, subject: &Subject) -> Health {
    let mut groups: Vec<&str> = subject.targets.iter().map(|t| t.group.as_str()).collect();
    groups.dedup();
    let (status, ping, members) = join!(
        status(cloud, &subject.instance_id),
        ssm_ping(cloud, &subject.instance_id),
        join_all(groups.iter().map(|group| target_health(cloud, group))),
    );
    let mut health = Health::default();
    match status {
        Ok(reachable) => health.reachable = reachable,
        Err(error) => health.unread.push(error.to_string()),
    }
    match ping {
        Ok(ping) => health.agent = ping.map(|ping| ping == "Online"),
        Err(error) => health.unread.push(error.to_string()),
    }
    for (group, members) in groups.iter().zip(members) {
        let members = match members {
            Ok(members) => members,
            Err(error) => {
                health.unread.push(error.to_string());
                continue;
            }
        };
        for known in subject.targets.iter().filter(|t| t.group == **group) {
            let now = members.iter().find(|member| {
                member.target().is_some_and(|target| {
                    target.id() == Some(known.id.as_str()) && target.port() == known.port
                })
            });
            let state = now.and_then(|m| m.target_health()).and_then(|h| h.state());
            let port = known
                .port
                .map_or_else(|| "-".into(), |port| port.to_string());
            health.targets.insert(
                format!("{group} {} {port}", known.id),
                state.is_some_and(|state| state.as_str() == "healthy"),
            );
        }
    }
    health
}

/// Whether AWS reaches the instance; `None` where it does not say, as of one that is not running.
async fn status(cloud: &AwsCloud, instance: &str) -> Result<Option<bool>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeInstanceStatus",
        instance,
        cloud
            .read
            .ec2
            .describe_instance_status()
            .instance_ids(instance)
    )?;
    let status = answer.instance_statuses().first();
    let status = status
        .and_then(|s| s.instance_status())
        .and_then(|s| s.status());
    Ok(match status.map(|status| status.as_str()) {
        Some("ok") => Some(true),
        Some("impaired") => Some(false),
        _ => None,
    })
}
