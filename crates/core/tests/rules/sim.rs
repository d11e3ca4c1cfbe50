//! The account as a pure function: what each action does to the subject when AWS carries it out. Refuses what AWS refuses.
//! Must not look at plans or cases.

use std::net::IpAddr;

use rebato_core::contain::{
    Action, CreateGroup, CreateSnapshots, GroupRef, GroupRole, ProtectStop, ProtectTermination,
    SetAutoPublicAddress, SetDeleteOnTermination, SetElasticIp, SetGroupRules, SetImdsTokens,
    SetIngress, SetInterfaceGroups, SetRunning, SetScalingMinimum, SetShutdownBehavior, SetStandby,
    SetTags, SetTarget, TAG_CASE, TAG_COPY_OF, TAG_INSTANCE, TAG_ROLE, TAG_STEP,
};
use rebato_core::identify::{
    Elastic, Interface, Profile, PublicAddress, Rule, ScalingMembership, SecurityGroup, Snapshot,
    Subject, Target,
};

/// What was made, or AWS's error code.
pub(crate) type Answer = Result<Vec<String>, &'static str>;

/// Carries out one action. `case` and `mark` go onto what it makes.
pub(crate) fn apply(action: &Action, subject: &mut Subject, case: &str, mark: &str) -> Answer {
    match action {
        Action::ProtectTermination(ProtectTermination { to, .. }) => {
            subject.termination_protection = Some(*to);
        }
        Action::ProtectStop(ProtectStop { to, .. }) => subject.stop_protection = Some(*to),
        Action::SetShutdownBehavior(SetShutdownBehavior { to, .. }) => {
            subject.shutdown_behavior = Some(to.clone());
        }
        Action::SetImdsTokens(SetImdsTokens { to, .. }) => {
            subject.metadata.http_tokens = Some(to.clone());
        }
        Action::SetDeleteOnTermination(SetDeleteOnTermination { volume, to, .. }) => {
            let found = subject
                .volumes
                .iter_mut()
                .find(|v| &v.id == volume)
                .ok_or("InvalidVolume.NotFound")?;
            found.delete_on_termination = Some(*to);
        }
        Action::SetTags(SetTags { to, .. }) => {
            for (key, value) in to {
                match value {
                    Some(value) => subject.tags.insert(key.clone(), value.clone()),
                    None => subject.tags.remove(key),
                };
            }
        }
        Action::SetScalingMinimum(SetScalingMinimum { to, .. }) => {
            subject.scaling.as_mut().ok_or("ValidationError")?.min = Some(*to);
        }
        Action::SetStandby(SetStandby {
            standby, minimum, ..
        }) => {
            let member = subject.scaling.as_mut().ok_or("ValidationError")?;
            let desired = member.desired.map(|d| if *standby { d - 1 } else { d + 1 });
            if *standby
                && desired
                    .zip(member.min)
                    .is_some_and(|(desired, min)| desired < min)
            {
                return Err("ValidationError");
            }
            member.desired = desired;
            member.lifecycle = if *standby { "Standby" } else { "InService" }.into();
            if let Some((_, min)) = minimum {
                member.min = Some(*min);
            }
        }
        Action::SetTarget(SetTarget {
            group,
            id,
            port,
            registered,
        }) => {
            subject
                .targets
                .retain(|t| (&t.group, &t.id, &t.port) != (group, id, port));
            if *registered {
                subject.targets.push(Target {
                    group: group.clone(),
                    id: id.clone(),
                    port: *port,
                    health: Some("healthy".into()),
                    others_healthy: None,
                });
            }
        }
        Action::SaveConsole(_) => {}
        Action::CreateSnapshots(CreateSnapshots { instance, .. }) => {
            return Ok(snapshots(subject, instance, case, mark));
        }
        Action::CreateGroup(CreateGroup { role, vpc }) => {
            let name = role.group_name(vpc);
            if subject.own_groups.contains_key(&name) {
                return Err("InvalidGroup.Duplicate");
            }
            let id = own_id(*role, vpc);
            subject.own_groups.insert(
                name,
                own_group(*role, vpc, vec![], vec![Rule::all("0.0.0.0/0")]),
            );
            return Ok(vec![id]);
        }
        Action::SetGroupRules(SetGroupRules {
            group,
            revoke_ingress,
            authorize_ingress,
            revoke_egress,
            authorize_egress,
            ..
        }) => {
            let id = resolve(group, subject).ok_or("InvalidGroup.NotFound")?;
            let found = subject
                .own_groups
                .values_mut()
                .find(|g| g.id == id)
                .ok_or("InvalidGroup.NotFound")?;
            found.ingress.retain(|r| !revoke_ingress.contains(r));
            found.egress.retain(|r| !revoke_egress.contains(r));
            found.ingress.extend(authorize_ingress.iter().cloned());
            found.egress.extend(authorize_egress.iter().cloned());
        }
        Action::SetInterfaceGroups(SetInterfaceGroups { interface, to, .. }) => {
            let ids: Option<Vec<String>> = to.iter().map(|g| resolve(g, subject)).collect();
            let mut ids = ids.ok_or("InvalidGroup.NotFound")?;
            ids.sort();
            let found = interface_mut(subject, interface)?;
            if found.requester_managed {
                return Err("AuthFailure");
            }
            found.groups = ids;
        }
        Action::SetElasticIp(SetElasticIp {
            allocation,
            interface,
            private_ip,
            public_ip,
            associated,
            association,
        }) => {
            elastic(
                subject,
                allocation,
                association.as_deref(),
                interface,
                *private_ip,
                *public_ip,
                *associated,
            )?;
        }
        Action::SetAutoPublicAddress(SetAutoPublicAddress { interface, to, .. }) => {
            let running = subject.state == "running";
            let found = interface_mut(subject, interface)?;
            found.auto_public = Some(*to);
            if *to && running {
                give_automatic(found);
            } else if !to {
                lose_automatic(found);
            }
        }
        Action::SetRunning(SetRunning { running, .. }) => {
            if !running && subject.stop_protection == Some(true) {
                return Err("OperationNotPermitted");
            }
            subject.state = if *running { "running" } else { "stopped" }.into();
            for interface in &mut subject.interfaces {
                if *running {
                    give_automatic(interface);
                } else {
                    lose_automatic(interface);
                }
            }
        }
        Action::SetMetadataEndpoint(to) => subject.metadata.http_endpoint = Some(to.to.clone()),
        Action::DenySessions(deny) => {
            // The policy is on the role, which is not seen once the profile is off.
            let Some(profile) = subject.profile.as_mut() else {
                return Ok(Vec::new());
            };
            let policies = profile.own_policies.get_or_insert_default();
            if deny.denied {
                policies.insert(deny.policy.clone(), deny.document.clone());
            } else {
                policies.remove(&deny.policy).ok_or("NoSuchEntity")?;
            }
        }
        Action::SetInstanceProfile(to) => {
            subject.profile = to.to.as_ref().map(|arn| Profile {
                arn: arn.clone(),
                association: Some("iip-assoc-again".into()),
                role: Some("web".into()),
                role_arn: None,
                role_id: None,
                shared_with: Vec::new(),
                own_policies: None,
            });
        }
        Action::SetAclDeny(deny) => {
            // One ACL stands behind several subnets.
            let acls = subject
                .around
                .iter_mut()
                .flat_map(|around| &mut around.exposure)
                .filter_map(|exposure| exposure.acl.as_mut())
                .filter(|acl| acl.id == deny.acl);
            for acl in acls {
                acl.entries.retain(|entry| !deny.entries.contains(entry));
                if deny.present {
                    acl.entries.extend(deny.entries.iter().cloned());
                }
            }
        }
        Action::SetBalancer(to) => {
            let around = subject.around.get_or_insert_default();
            around.balancers.retain(|name| *name != to.balancer);
            if to.registered {
                around.balancers.push(to.balancer.clone());
            }
        }
        Action::SetScalingMembership(to) => {
            subject.scaling = to.member.then(|| ScalingMembership {
                group: to.group.clone(),
                lifecycle: "InService".into(),
                min: to.minimum.map(|(_, left)| left),
                desired: None,
            });
        }
        Action::DeleteGroup(gone) => {
            if subject
                .interfaces
                .iter()
                .any(|i| i.groups.contains(&gone.group))
            {
                return Err("DependencyViolation");
            }
            subject.own_groups.retain(|_, group| group.id != gone.group);
        }
        Action::CopySnapshots(copy) => {
            let made = snapshots(subject, &copy.instance, case, mark);
            for snapshot in subject
                .own_snapshots
                .iter_mut()
                .filter(|s| made.contains(&s.id))
            {
                let of = snapshot.volume.replace("vol", "snap");
                snapshot.tags.insert(TAG_COPY_OF.into(), of);
                snapshot.volume = "vol-ffffffff".into();
            }
            return Ok(made);
        }
        Action::WaitSnapshots(_) => {
            for snapshot in &mut subject.own_snapshots {
                snapshot.state = "completed".into();
            }
        }
        Action::ShareSnapshots(_)
        | Action::LockSnapshots(_)
        | Action::ScanSnapshots(_)
        | Action::ArchiveFinding(_)
        | Action::ActivateList(_)
        | Action::EditList(_)
        | Action::SuppressFinding(_)
        | Action::TrustAddress(_)
        | Action::RateFinding(_)
        | Action::OpenSupportCase(_)
        | Action::OpenSecurityCase(_)
        | Action::SetWatchObject(_)
        // These are of the account or of the guest, not of the subject.
        | Action::SetEbsEncryption(_)
        | Action::SetFlowLog(_)
        | Action::SetSshd(_)
        | Action::RunPatches(_) => {}
        Action::SetIngress(SetIngress {
            group,
            revoke,
            authorize,
        }) => {
            let found = subject
                .groups
                .get_mut(group)
                .ok_or("InvalidGroup.NotFound")?;
            found.ingress.retain(|r| !revoke.contains(r));
            found.ingress.extend(authorize.iter().cloned());
        }
    }
    Ok(Vec::new())
}

/// The id that one of our groups gets.
pub(crate) fn own_id(role: GroupRole, vpc: &str) -> String {
    format!("sg-own-{}-{vpc}", role.name())
}

/// One of our groups with some rules.
pub(crate) fn own_group(
    role: GroupRole,
    vpc: &str,
    ingress: Vec<Rule>,
    egress: Vec<Rule>,
) -> SecurityGroup {
    SecurityGroup {
        id: own_id(role, vpc),
        name: role.group_name(vpc),
        vpc: Some(vpc.into()),
        ingress,
        egress,
        tags: [(TAG_ROLE.to_owned(), role.name().to_owned())].into(),
    }
}

fn snapshots(subject: &mut Subject, instance: &str, case: &str, mark: &str) -> Vec<String> {
    let set = subject.own_snapshots.len();
    let volumes: Vec<String> = subject.volumes.iter().map(|v| v.id.clone()).collect();
    let mut made = Vec::new();
    for volume in volumes {
        let id = format!("snap-{set}-{volume}");
        made.push(id.clone());
        let tags = [(TAG_CASE, case), (TAG_STEP, mark), (TAG_INSTANCE, instance)]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        subject.own_snapshots.push(Snapshot {
            id,
            volume,
            state: "pending".into(),
            started: None,
            tags,
        });
    }
    made
}

fn resolve(group: &GroupRef, subject: &Subject) -> Option<String> {
    match group {
        GroupRef::Id(id) => Some(id.clone()),
        GroupRef::Own { role, vpc } => subject
            .own_groups
            .get(&role.group_name(vpc))
            .map(|g| g.id.clone()),
    }
}

fn interface_mut<'a>(
    subject: &'a mut Subject,
    id: &str,
) -> Result<&'a mut Interface, &'static str> {
    subject
        .interfaces
        .iter_mut()
        .find(|i| i.id == id)
        .ok_or("InvalidNetworkInterfaceID.NotFound")
}

fn elastic(
    subject: &mut Subject,
    allocation: &str,
    association: Option<&str>,
    interface: &str,
    private_ip: IpAddr,
    public_ip: IpAddr,
    associated: bool,
) -> Result<(), &'static str> {
    let running = subject.state == "running";
    let held = |p: &PublicAddress| {
        p.elastic
            .as_ref()
            .is_some_and(|e| e.allocation == allocation)
    };
    if associated {
        let taken = subject
            .interfaces
            .iter()
            .flat_map(|i| &i.addresses)
            .filter_map(|a| a.public.as_ref())
            .any(held);
        let address = interface_mut(subject, interface)?
            .addresses
            .iter_mut()
            .find(|a| a.private_ip == private_ip);
        let address = address.ok_or("InvalidParameterValue")?;
        if taken || address.public.as_ref().is_some_and(|p| p.elastic.is_some()) {
            return Err("Resource.AlreadyAssociated");
        }
        let elastic = Elastic {
            allocation: allocation.into(),
            association: format!("eipassoc-again-{allocation}"),
        };
        address.public = Some(PublicAddress {
            ip: public_ip,
            elastic: Some(elastic),
        });
        return Ok(());
    }
    for interface in &mut subject.interfaces {
        for address in &mut interface.addresses {
            let same = |p: &PublicAddress| {
                p.elastic.as_ref().is_some_and(|e| {
                    e.allocation == allocation && association.is_none_or(|a| a == e.association)
                })
            };
            if address.public.as_ref().is_some_and(same) {
                address.public = None;
            }
        }
        // An instance that was launched with an automatic address gets a new one when it loses its Elastic IP.
        if running {
            give_automatic(interface);
        }
    }
    Ok(())
}

fn give_automatic(interface: &mut Interface) {
    if interface.device_index != 0 || interface.auto_public != Some(true) {
        return;
    }
    if let Some(primary) = interface
        .addresses
        .first_mut()
        .filter(|a| a.public.is_none())
    {
        primary.public = Some(PublicAddress {
            ip: IpAddr::from([203, 0, 113, 250]),
            elastic: None,
        });
    }
}

fn lose_automatic(interface: &mut Interface) {
    for address in &mut interface.addresses {
        if matches!(&address.public, Some(PublicAddress { elastic: None, .. })) {
            address.public = None;
        }
    }
}
