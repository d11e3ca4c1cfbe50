//! Step 3 of the runbook: carrying out one approved step. Everything that was decided is in the action; this module only
//! says it to AWS, and knows for each call what a repetition does. Must not choose, order or undo anything.

mod account;
pub(crate) mod again;
mod evidence;
mod findings;
mod fleet;
mod groups;
mod guest;
mod identity;
mod keeping;
mod lists;
mod machine;
mod network;
mod rehearse;
mod watch;

use std::collections::BTreeMap;
use std::pin::Pin;

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};
use rebato_core::case::Receipt;
use rebato_core::contain::{
    Action, ApprovedStep, CreateGroup, CreateSnapshots, GroupRef, GroupRole, ProtectStop,
    ProtectTermination, SaveConsole, SetAutoPublicAddress, SetDeleteOnTermination, SetElasticIp,
    SetGroupRules, SetImdsTokens, SetIngress, SetInterfaceGroups, SetRunning, SetScalingMinimum,
    SetShutdownBehavior, SetTags, SetTarget, TAG_CASE, TAG_INSTANCE, TAG_ROLE, TAG_STEP,
};
use rebato_engine::ports::{CloudError, Made, Performed};

use crate::connect::AwsCloud;
use crate::escalate;
use again::Again;

pub(crate) use rehearse::rehearse;

/// What everything carries that a step makes.
struct Marks<'a> {
    case: &'a str,
    instance: &'a str,
    step: String,
}

/// Carries out a step.
pub(crate) async fn perform(
    cloud: &AwsCloud,
    step: &ApprovedStep,
    made: &Made,
) -> Result<Performed, CloudError> {
    let marks = Marks {
        case: step.case(),
        instance: step.instance(),
        step: step.mark(),
    };
    carry_out(cloud, step.action(), &marks, made).await
}

/// Says an action to AWS. With the clients of [`rehearse`] nothing of it takes effect.
async fn carry_out(
    cloud: &AwsCloud,
    action: &Action,
    marks: &Marks<'_>,
    made: &Made,
) -> Result<Performed, CloudError> {
    let again = if action.once_only() {
        Again::Never
    } else {
        Again::WhenThrottled
    };
    match action {
        Action::ProtectTermination(ProtectTermination { instance, to, .. }) => {
            machine::protect_termination(cloud, again, instance, *to).await
        }
        Action::SetShutdownBehavior(SetShutdownBehavior { instance, to, .. }) => {
            machine::set_shutdown_behavior(cloud, again, instance, to).await
        }
        Action::SetDeleteOnTermination(SetDeleteOnTermination {
            instance,
            volume,
            device,
            to,
            ..
        }) => machine::set_delete_on_termination(cloud, again, instance, volume, device, *to).await,
        Action::SetTags(SetTags { resource, to, .. }) => {
            machine::set_tags(cloud, again, resource, to).await
        }
        Action::SetScalingMinimum(SetScalingMinimum { group, to, .. }) => {
            fleet::set_minimum(cloud, again, group, *to).await
        }
        Action::SetStandby(to) => fleet::set_standby(cloud, again, to).await,
        Action::SetTarget(SetTarget {
            group,
            id,
            port,
            registered,
        }) => fleet::set_target(cloud, again, group, id, *port, *registered).await,
        Action::SaveConsole(SaveConsole { instance }) => {
            evidence::save_console(cloud, instance).await
        }
        Action::CreateSnapshots(CreateSnapshots { instance, .. }) => {
            evidence::create_snapshots(cloud, again, marks, instance).await
        }
        Action::CreateGroup(CreateGroup { role, vpc }) => {
            groups::create(cloud, again, marks, *role, vpc).await
        }
        Action::SetGroupRules(SetGroupRules {
            group,
            revoke_ingress,
            authorize_ingress,
            revoke_egress,
            authorize_egress,
            ..
        }) => {
            let id = resolve(action, group, &made.groups)?;
            let again = patience(again, [group]);
            // The two directions of a group do not touch each other; within one, what is too much goes first.
            let ingress = async {
                let mut done = groups::revoke_ingress(cloud, again, &id, revoke_ingress).await?;
                join(
                    &mut done,
                    groups::authorize_ingress(cloud, again, &id, authorize_ingress).await?,
                );
                Ok::<_, CloudError>(done)
            };
            let egress = async {
                let mut done = groups::revoke_egress(cloud, again, &id, revoke_egress).await?;
                join(
                    &mut done,
                    groups::authorize_egress(cloud, again, &id, authorize_egress).await?,
                );
                Ok::<_, CloudError>(done)
            };
            let (ingress, egress) = futures::join!(ingress, egress);
            let mut done = ingress?;
            join(&mut done, egress?);
            Ok(done)
        }
        Action::SetInterfaceGroups(SetInterfaceGroups { interface, to, .. }) => {
            let ids = to
                .iter()
                .map(|group| resolve(action, group, &made.groups))
                .collect::<Result<Vec<_>, _>>()?;
            network::set_groups(cloud, patience(again, to), interface, ids).await
        }
        Action::SetElasticIp(SetElasticIp {
            allocation,
            association,
            interface,
            private_ip,
            associated,
            ..
        }) => {
            if *associated {
                network::associate(cloud, again, allocation, interface, *private_ip).await
            } else {
                let place = (interface.as_str(), *private_ip);
                network::disassociate(cloud, again, allocation, association.as_deref(), place).await
            }
        }
        Action::SetAutoPublicAddress(SetAutoPublicAddress { interface, to, .. }) => {
            network::set_auto_public(cloud, again, interface, *to).await
        }
        Action::ProtectStop(ProtectStop { instance, to, .. }) => {
            machine::protect_stop(cloud, again, instance, *to).await
        }
        Action::SetRunning(SetRunning {
            instance,
            running,
            how,
            ..
        }) => machine::set_running(cloud, again, instance, *running, *how).await,
        Action::SetImdsTokens(SetImdsTokens { instance, to, .. }) => {
            machine::set_imds_tokens(cloud, again, instance, to).await
        }
        Action::SetMetadataEndpoint(to) => {
            machine::set_metadata_endpoint(cloud, again, &to.instance, &to.to).await
        }
        Action::SetInstanceProfile(to) => identity::set_profile(cloud, again, to).await,
        Action::DenySessions(deny) => identity::deny_sessions(cloud, again, deny).await,
        Action::SetAclDeny(deny) => network::set_acl_deny(cloud, again, deny).await,
        Action::SetBalancer(to) => fleet::set_balancer(cloud, again, to).await,
        Action::SetScalingMembership(to) => fleet::set_membership(cloud, again, to).await,
        Action::DeleteGroup(gone) => groups::delete(cloud, again, &gone.group).await,
        // Waiting is looking, which the engine does.
        Action::WaitSnapshots(_) => Ok(Performed::default()),
        Action::CopySnapshots(copy) => {
            apart(|| keeping::copy(cloud, again, marks, &made.snapshots, &copy.kms_key)).await
        }
        Action::ShareSnapshots(share) => {
            let snapshots = made.snapshots_of(share.copies);
            apart(|| keeping::share(cloud, again, snapshots, &share.account)).await
        }
        Action::LockSnapshots(lock) => {
            let snapshots = made.snapshots_of(lock.copies);
            apart(|| keeping::lock(cloud, again, snapshots, lock)).await
        }
        Action::ScanSnapshots(_) => {
            apart(|| keeping::scan(cloud, again, marks, &made.snapshots)).await
        }
        Action::ArchiveFinding(to) => findings::archive(cloud, again, to).await,
        Action::OpenSupportCase(case) => escalate::open_support(cloud, case).await,
        Action::OpenSecurityCase(case) => escalate::open_security(cloud, &marks.step, case).await,
        Action::RateFinding(rate) => findings::rate(cloud, again, rate).await,
        Action::EditList(to) => apart(|| lists::put(cloud, again, &to.edit)).await,
        Action::TrustAddress(to) => apart(|| lists::put(cloud, again, &to.edit)).await,
        Action::ActivateList(to) => apart(|| lists::activate(cloud, again, to)).await,
        Action::SuppressFinding(to) => apart(|| lists::suppress(cloud, again, marks, to)).await,
        Action::SetWatchObject(to) => apart(|| watch::set(cloud, again, marks, to)).await,
        Action::SetEbsEncryption(to) => apart(|| account::set_encryption(cloud, again, to)).await,
        Action::SetFlowLog(to) => apart(|| account::set_flow_log(cloud, again, marks, to)).await,
        Action::SetSshd(_) | Action::RunPatches(_) => {
            apart(|| guest::send(cloud, again, marks, action)).await
        }
        // The new way in first, so that a person at work is not locked out between the two calls.
        Action::SetIngress(SetIngress {
            group,
            revoke,
            authorize,
        }) => {
            let mut done = groups::authorize_ingress(cloud, again, group, authorize).await?;
            join(
                &mut done,
                groups::revoke_ingress(cloud, again, group, revoke).await?,
            );
            Ok(done)
        }
    }
}

/// The id of a group; one of ours must have been made by an earlier step.
fn resolve(
    action: &Action,
    group: &GroupRef,
    own: &BTreeMap<String, String>,
) -> Result<String, CloudError> {
    match group {
        GroupRef::Id(id) => Ok(id.clone()),
        GroupRef::Own { role, vpc } => {
            let name = role.group_name(vpc);
            own.get(&name).cloned().ok_or_else(|| CloudError::Unbound {
                operation: action.name().to_owned(),
                what: name,
            })
        }
    }
}

/// A group of ours may have been made a second ago and not be seen everywhere yet.
fn patience<'a>(again: Again, groups: impl IntoIterator<Item = &'a GroupRef>) -> Again {
    match again {
        Again::WhenThrottled
            if groups
                .into_iter()
                .any(|g| matches!(g, GroupRef::Own { .. })) =>
        {
            Again::WhenThrottledOrGroupUnseen
        }
        other => other,
    }
}

/// A call's receipt.
pub(crate) fn performed(request_id: Option<&str>, made: Vec<String>) -> Performed {
    let request_ids = request_id.map(str::to_owned).into_iter().collect();
    Performed {
        receipt: Receipt {
            request_ids,
            made,
            ..Receipt::default()
        },
        bytes: Vec::new(),
    }
}

/// A step that awaits several requests, made where it lies. Otherwise the future of all actions would have room on the stack
/// for each of theirs, and a thread of the runtime has 2 MiB.
fn apart<F: Future>(step: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(step())
}

/// The wanted state stood already: nothing was called for it. `made` are ids that were found.
pub(crate) fn already(made: Vec<String>) -> Performed {
    let mut done = performed(None, made);
    done.receipt.adopted = true;
    done
}

/// Adds what a further call of the same step answered.
fn join(done: &mut Performed, more: Performed) {
    done.receipt.request_ids.extend(more.receipt.request_ids);
    done.receipt.made.extend(more.receipt.made);
    done.receipt.adopted |= more.receipt.adopted;
    done.bytes.extend(more.bytes);
}

impl Marks<'_> {
    /// As tags of services other than EC2.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![
            (TAG_CASE, self.case.to_owned()),
            (TAG_STEP, self.step.clone()),
            (TAG_INSTANCE, self.instance.to_owned()),
        ]
    }

    /// As tags, given in the call that makes the thing.
    fn tags(&self, kind: ResourceType, role: Option<GroupRole>) -> TagSpecification {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        TagSpecification::builder()
            .resource_type(kind)
            .set_tags(Some(
                [
                    Some(tag(TAG_CASE, self.case)),
                    Some(tag(TAG_STEP, &self.step)),
                    Some(tag(TAG_INSTANCE, self.instance)),
                    role.map(|role| tag(TAG_ROLE, role.name())),
                ]
                .into_iter()
                .flatten()
                .collect(),
            ))
            .build()
    }
}
