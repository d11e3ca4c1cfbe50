//! The AWS command lines that do what an action does, for a person who wants to see them or to work by hand. Must not know
//! who reads them.

use super::{Action, GroupRef, GroupRole};
use crate::identify::Rule;

/// The command lines, in order. Ids that are not known yet stand as `$NAME`.
pub(super) fn equivalent(action: &Action) -> Vec<String> {
    match action {
        Action::ProtectTermination { instance, to, .. } => {
            vec![format!(
                "aws ec2 modify-instance-attribute --instance-id {instance} {}",
                flag("disable-api-termination", *to)
            )]
        }
        Action::ProtectStop { instance, to, .. } => {
            vec![format!(
                "aws ec2 modify-instance-attribute --instance-id {instance} {}",
                flag("disable-api-stop", *to)
            )]
        }
        Action::SetShutdownBehavior { instance, to, .. } => {
            vec![format!(
                "aws ec2 modify-instance-attribute --instance-id {instance} --instance-initiated-shutdown-behavior {to}"
            )]
        }
        Action::SetDeleteOnTermination {
            instance,
            device,
            to,
            ..
        } => {
            let mapping =
                serde_json::json!([{ "DeviceName": device, "Ebs": { "DeleteOnTermination": to } }]);
            vec![format!(
                "aws ec2 modify-instance-attribute --instance-id {instance} --block-device-mappings {}",
                quoted(&mapping.to_string())
            )]
        }
        Action::SetTags { resource, to, .. } => {
            let set: Vec<String> = to
                .iter()
                .filter_map(|(key, value)| {
                    value
                        .as_ref()
                        .map(|v| quoted(&format!("Key={key},Value={v}")))
                })
                .collect();
            let gone: Vec<String> = to
                .iter()
                .filter(|(_, value)| value.is_none())
                .map(|(key, _)| quoted(&format!("Key={key}")))
                .collect();
            let mut lines = Vec::new();
            if !set.is_empty() {
                lines.push(format!(
                    "aws ec2 create-tags --resources {resource} --tags {}",
                    set.join(" ")
                ));
            }
            if !gone.is_empty() {
                lines.push(format!(
                    "aws ec2 delete-tags --resources {resource} --tags {}",
                    gone.join(" ")
                ));
            }
            lines
        }
        Action::SetScalingMinimum { group, to, .. } => {
            vec![format!(
                "aws autoscaling update-auto-scaling-group --auto-scaling-group-name {} --min-size {to}",
                quoted(group)
            )]
        }
        Action::SetStandby {
            group,
            instance,
            standby,
        } => {
            let group = quoted(group);
            vec![if *standby {
                format!(
                    "aws autoscaling enter-standby --instance-ids {instance} --auto-scaling-group-name {group} --should-decrement-desired-capacity"
                )
            } else {
                format!(
                    "aws autoscaling exit-standby --instance-ids {instance} --auto-scaling-group-name {group}"
                )
            }]
        }
        Action::SetTarget {
            group,
            id,
            port,
            registered,
        } => {
            let verb = if *registered {
                "register-targets"
            } else {
                "deregister-targets"
            };
            let port = port.map(|p| format!(",Port={p}")).unwrap_or_default();
            vec![format!(
                "aws elbv2 {verb} --target-group-arn {group} --targets Id={id}{port}"
            )]
        }
        Action::SaveConsole { instance } => vec![
            format!("aws ec2 get-console-output --instance-id {instance}"),
            format!("aws ec2 get-console-screenshot --instance-id {instance}"),
        ],
        Action::CreateSnapshots { instance, .. } => {
            vec![format!(
                "aws ec2 create-snapshots --instance-specification InstanceId={instance} --copy-tags-from-source volume"
            )]
        }
        Action::CreateGroup { role, vpc } => {
            let name = role.group_name(vpc);
            vec![format!(
                "aws ec2 create-security-group --group-name {name} --description {name} --vpc-id {vpc}"
            )]
        }
        Action::SetGroupRules {
            group,
            revoke_ingress,
            authorize_ingress,
            revoke_egress,
            authorize_egress,
            ..
        } => [
            ("revoke-security-group-ingress", revoke_ingress),
            ("authorize-security-group-ingress", authorize_ingress),
            ("revoke-security-group-egress", revoke_egress),
            ("authorize-security-group-egress", authorize_egress),
        ]
        .into_iter()
        .filter_map(|(verb, rules)| rule_call(verb, &id(group), rules))
        .collect(),
        Action::SetInterfaceGroups { interface, to, .. } => {
            let groups: Vec<String> = to.iter().map(id).collect();
            vec![format!(
                "aws ec2 modify-network-interface-attribute --network-interface-id {interface} --groups {}",
                groups.join(" ")
            )]
        }
        Action::SetElasticIp {
            allocation,
            association,
            interface,
            private_ip,
            associated,
            ..
        } => {
            vec![if *associated {
                format!(
                    "aws ec2 associate-address --allocation-id {allocation} --network-interface-id {interface} --private-ip-address {private_ip} --no-allow-reassociation"
                )
            } else {
                format!(
                    "aws ec2 disassociate-address --association-id {}",
                    association.as_deref().unwrap_or("$ASSOCIATION_ID")
                )
            }]
        }
        Action::SetAutoPublicAddress { interface, to, .. } => vec![format!(
            "aws ec2 modify-network-interface-attribute --network-interface-id {interface} {}",
            flag("associate-public-ip-address", *to)
        )],
        Action::SetRunning {
            instance, running, ..
        } => {
            vec![format!(
                "aws ec2 {} --instance-ids {instance}",
                if *running {
                    "start-instances"
                } else {
                    "stop-instances"
                }
            )]
        }
        Action::SetImdsTokens { instance, to, .. } => {
            vec![format!(
                "aws ec2 modify-instance-metadata-options --instance-id {instance} --http-tokens {to}"
            )]
        }
        Action::SetIngress {
            group,
            revoke,
            authorize,
        } => [
            ("revoke-security-group-ingress", revoke),
            ("authorize-security-group-ingress", authorize),
        ]
        .into_iter()
        .filter_map(|(verb, rules)| rule_call(verb, group, rules))
        .collect(),
    }
}

fn flag(name: &str, on: bool) -> String {
    if on {
        format!("--{name}")
    } else {
        format!("--no-{name}")
    }
}

fn id(group: &GroupRef) -> String {
    match group {
        GroupRef::Id(id) => id.clone(),
        GroupRef::Own {
            role: GroupRole::Passage,
            ..
        } => "$PASSAGE_GROUP".into(),
        GroupRef::Own {
            role: GroupRole::Containment,
            ..
        } => "$CONTAINMENT_GROUP".into(),
    }
}

fn rule_call(verb: &str, group: &str, rules: &[Rule]) -> Option<String> {
    if rules.is_empty() {
        return None;
    }
    let permissions: Vec<serde_json::Value> = rules
        .iter()
        .map(|rule| {
            let (list, key) = match rule.peer.as_str() {
                peer if peer.starts_with("sg-") => ("UserIdGroupPairs", "GroupId"),
                peer if peer.starts_with("pl-") => ("PrefixListIds", "PrefixListId"),
                peer if peer.contains(':') => ("Ipv6Ranges", "CidrIpv6"),
                _ => ("IpRanges", "CidrIp"),
            };
            let mut permission = serde_json::Map::new();
            permission.insert("IpProtocol".into(), rule.protocol.clone().into());
            if let (Some(from), Some(to)) = (rule.from_port, rule.to_port) {
                permission.insert("FromPort".into(), from.into());
                permission.insert("ToPort".into(), to.into());
            }
            let mut peer = serde_json::Map::new();
            peer.insert(key.into(), rule.peer.clone().into());
            permission.insert(list.into(), vec![serde_json::Value::Object(peer)].into());
            permission.into()
        })
        .collect();
    Some(format!(
        "aws ec2 {verb} --group-id {group} --ip-permissions {}",
        quoted(&serde_json::Value::from(permissions).to_string())
    ))
}

/// Quoted for a POSIX shell, where it needs to be: tags and names are other people's text.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
