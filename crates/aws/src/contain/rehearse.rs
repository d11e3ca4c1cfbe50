//! Whether the caller may make the calls of a plan, asked before a person is: EC2 is tried with `DryRun` by the very code
//! that would carry a step out, and IAM is asked about what cannot be tried so. Must not change anything: the clients that
//! are used here cannot.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ec2::error::BoxError;
use aws_sdk_iam::types::PolicyEvaluationDecisionType;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_types::body::SdkBody;
use futures::future::join_all;
use rebato_core::contain::{
    Action, GroupRef, Permit, PermitAnswer, Plan, SetInterfaceGroups, Step, mark,
};
use rebato_engine::ports::{CloudError, Made};

use super::{Marks, carry_out};
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::escalate::try_support;
use crate::identify::whoami;

/// What EC2 answers to a call that would have succeeded.
const WOULD: &str = "DryRunOperation";

/// Turns every request into one that is only tried.
#[derive(Debug)]
struct OnlyTry;

#[dyn_dispatch_hint]
impl Intercept for OnlyTry {
    fn name(&self) -> &'static str {
        "OnlyTry"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        // The EC2 query protocol is a form; a body that is none must not go out, as it could take effect.
        let Some(form) = request.body().bytes().filter(|b| b.starts_with(b"Action=")) else {
            return Err("the request is no EC2 query".into());
        };
        let mut form = form.to_vec();
        form.extend_from_slice(b"&DryRun=true");
        request
            .headers_mut()
            .insert("content-length", form.len().to_string());
        *request.body_mut() = SdkBody::from(form);
        Ok(())
    }
}

/// Asks about every permission that a plan needs.
pub(crate) async fn rehearse(cloud: &AwsCloud, plan: &Plan) -> Vec<Permit> {
    let mut needed: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in plan.steps() {
        for permission in step.action.permissions() {
            needed.entry(permission).or_default().push(step);
        }
    }
    let trying = only_trying(cloud);
    let tried = join_all(
        plan.steps()
            .filter(|step| can_be_tried(&step.action))
            .map(|step| try_step(&trying, plan, step)),
    )
    .await;
    let letters = join_all(plan.steps().filter_map(|step| match &step.action {
        Action::OpenSupportCase(case) => Some(try_support(cloud, case)),
        _ => None,
    }))
    .await;
    let mut answers: BTreeMap<String, PermitAnswer> = BTreeMap::new();
    for (permission, answer) in tried.into_iter().chain(letters).flatten() {
        // One step that is denied is enough: the policy may name resources.
        let known = answers.entry(permission).or_insert_with(|| answer.clone());
        if matches!(answer, PermitAnswer::Denied { .. }) {
            *known = answer;
        }
    }
    let open: BTreeSet<&str> = needed
        .keys()
        .copied()
        .filter(|permission| {
            !matches!(
                answers.get(*permission),
                Some(PermitAnswer::Allowed | PermitAnswer::Denied { .. })
            )
        })
        .collect();
    answers.extend(simulate(cloud, &open).await);
    needed
        .into_iter()
        .map(|(permission, steps)| Permit {
            permission: permission.to_owned(),
            steps: steps.into_iter().map(|step| step.id.clone()).collect(),
            answer: answers
                .remove(permission)
                .unwrap_or_else(|| unknown("nobody was asked")),
        })
        .collect()
}

fn unknown(why: &str) -> PermitAnswer {
    PermitAnswer::Unknown {
        why: why.to_owned(),
    }
}

/// The account as it is, with an EC2 client that changes nothing.
fn only_trying(cloud: &AwsCloud) -> AwsCloud {
    let mut trying = cloud.clone();
    let config = cloud.write.ec2.config().to_builder();
    trying.write.ec2 = aws_sdk_ec2::Client::from_conf(config.interceptor(OnlyTry).build());
    trying
}

/// Only EC2 knows `DryRun`, and not in every call: those on instance profiles have none (HANDBOOK 3.10, 11.1). Reading is
/// not tried either. An action with such a call in it must not be carried out here at all.
fn can_be_tried(action: &Action) -> bool {
    match action {
        Action::ProtectTermination(_)
        | Action::SetShutdownBehavior(_)
        | Action::SetDeleteOnTermination(_)
        | Action::SetTags(_)
        | Action::CreateSnapshots(_)
        | Action::CreateGroup(_)
        | Action::DeleteGroup(_)
        | Action::SetGroupRules(_)
        | Action::SetInterfaceGroups(_)
        | Action::SetElasticIp(_)
        | Action::SetAutoPublicAddress(_)
        | Action::ProtectStop(_)
        | Action::SetRunning(_)
        | Action::SetImdsTokens(_)
        | Action::SetMetadataEndpoint(_)
        | Action::SetIngress(_)
        | Action::SetEbsEncryption(_)
        | Action::SetFlowLog(_)
        | Action::SetAclDeny(_) => true,
        Action::SetScalingMinimum(_)
        | Action::SetScalingMembership(_)
        | Action::SetStandby(_)
        | Action::SetTarget(_)
        | Action::SetBalancer(_)
        | Action::SaveConsole(_)
        | Action::SetInstanceProfile(_)
        | Action::DenySessions(_)
        | Action::WaitSnapshots(_)
        | Action::CopySnapshots(_)
        | Action::ShareSnapshots(_)
        | Action::LockSnapshots(_)
        | Action::ScanSnapshots(_)
        | Action::ArchiveFinding(_)
        | Action::RateFinding(_)
        | Action::EditList(_)
        | Action::TrustAddress(_)
        | Action::ActivateList(_)
        | Action::SuppressFinding(_)
        | Action::SetSshd(_)
        | Action::RunPatches(_)
        | Action::OpenSupportCase(_)
        | Action::OpenSecurityCase(_)
        | Action::SetWatchObject(_) => false,
    }
}

/// Tries one step, which ends at its first call: that is the permission it tells of.
async fn try_step(trying: &AwsCloud, plan: &Plan, step: &Step) -> Option<(String, PermitAnswer)> {
    let marks = Marks {
        case: &plan.case,
        instance: &plan.instance,
        step: mark(plan.digest(), &step.id),
    };
    let action = tried(&step.action);
    let error = carry_out(trying, &action, &marks, &Made::default())
        .await
        .err()?;
    match error {
        CloudError::Refused {
            operation, code, ..
        } if code == WOULD => Some((operation, PermitAnswer::Allowed)),
        CloudError::Denied {
            operation,
            code,
            why,
        } => Some((
            operation,
            PermitAnswer::Denied {
                why: format!("{code}: {why}"),
            },
        )),
        _ => None,
    }
}

/// The action with names that exist already: a group that an earlier step makes cannot be tried, but the call on the
/// interface can.
fn tried(action: &Action) -> Action {
    match action {
        Action::SetInterfaceGroups(moved) => {
            let is_known = |group: &&GroupRef| matches!(group, GroupRef::Id(_));
            let known = |groups: &[GroupRef]| groups.iter().filter(is_known).cloned().collect();
            let (from, to): (Vec<_>, Vec<_>) = (known(&moved.from), known(&moved.to));
            SetInterfaceGroups {
                to: if to.is_empty() { from } else { to },
                ..moved.clone()
            }
            .into()
        }
        other => other.clone(),
    }
}

/// IAM's word on what cannot be tried. It knows the caller's policies and its boundary, not those of the organisation or of
/// the resources.
async fn simulate(
    cloud: &AwsCloud,
    permissions: &BTreeSet<&str>,
) -> BTreeMap<String, PermitAnswer> {
    if permissions.is_empty() {
        return BTreeMap::new();
    }
    let failed = |why: String| {
        permissions
            .iter()
            .map(|p| ((*p).to_owned(), unknown(&why)))
            .collect()
    };
    let caller = match whoami(cloud).await {
        Ok(identity) => identity.arn,
        Err(error) => return failed(error.to_string()),
    };
    let answer = cloud
        .read
        .iam
        .simulate_principal_policy()
        .policy_source_arn(source(&caller))
        .set_action_names(Some(permissions.iter().map(|p| (*p).to_owned()).collect()))
        .send()
        .await
        .map_err(|error| cloud_error("iam:SimulatePrincipalPolicy", &caller, &error));
    match answer {
        Err(error) => failed(error.to_string()),
        Ok(answer) => answer
            .evaluation_results()
            .iter()
            .map(|result| {
                let said = match result.eval_decision() {
                    PolicyEvaluationDecisionType::Allowed => PermitAnswer::Allowed,
                    denied => PermitAnswer::Denied {
                        why: denied.as_str().to_owned(),
                    },
                };
                (result.eval_action_name().to_owned(), said)
            })
            .collect(),
    }
}

/// What has policies: behind a session, its role. `arn:P:sts::A:assumed-role/NAME/SESSION` is `arn:P:iam::A:role/NAME`; a
/// path that the role may have is not in it, and IAM then says that it does not know the role.
fn source(caller: &str) -> String {
    let parts: Vec<&str> = caller.splitn(6, ':').collect();
    if let [arn, partition, "sts", _, account, session] = parts.as_slice()
        && let Some(role) = session.strip_prefix("assumed-role/")
    {
        let name = role.split('/').next().unwrap_or(role);
        return format!("{arn}:{partition}:iam::{account}:role/{name}");
    }
    caller.to_owned()
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn a_session_has_the_policies_of_its_role() {
        assert_eq!(
            source("arn:aws-cn:sts::111122223333:assumed-role/responder/ana"),
            "arn:aws-cn:iam::111122223333:role/responder"
        );
        let user = "arn:aws:iam::111122223333:user/ana";
        assert_eq!(source(user), user);
    }
}
