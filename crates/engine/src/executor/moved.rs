//! Where the world is no longer the one that a plan was made on: then nothing of it is done. Must not change the world.

use rebato_core::Digest;
use rebato_core::case::Case;
use rebato_core::contain::{Action, Drift, ListEdit, Plan, Profile, Purpose, Step, drift, stale};
use rebato_core::identify::Subject;
use serde_json::json;

use crate::ports::{Cloud, CloudError};

/// What is different now. A profile of somebody's own file is known by its name alone: then each step is asked by itself.
///
/// # Errors
/// AWS's, where the plan is about lists.
pub(super) async fn since(
    cloud: &dyn Cloud,
    case: &Case,
    plan: &Plan,
    subject: &Subject,
    own_instance: Option<&str>,
) -> Result<Vec<Drift>, CloudError> {
    let mut drifts = match (&plan.purpose, Profile::built_in(&plan.profile)) {
        (Purpose::Contain, Some(profile)) => stale(case, plan, subject, &profile, own_instance),
        _ => drift(plan, subject),
    };
    drifts.extend(lists(cloud, plan).await?);
    Ok(drifts)
}

/// Lists whose content is another.
async fn lists(cloud: &dyn Cloud, plan: &Plan) -> Result<Vec<Drift>, CloudError> {
    let edits: Vec<(&Step, &ListEdit)> = plan
        .steps()
        .filter_map(|step| match &step.action {
            Action::EditList(put) => Some((step, &put.edit)),
            Action::TrustAddress(put) => Some((step, &put.edit)),
            _ => None,
        })
        .collect();
    if edits.is_empty() {
        return Ok(Vec::new());
    }
    let lists = cloud.lists().await?;
    let now = |edit: &ListEdit| {
        let list = lists.iter().find(|l| l.set.as_ref() == Some(&edit.set));
        list.and_then(|l| l.content.as_deref().ok()).map(Digest::of)
    };
    Ok(edits
        .into_iter()
        .filter_map(|(step, edit)| {
            let seen = now(edit);
            (seen != Some(edit.from)).then(|| Drift {
                step: step.id.clone(),
                target: edit.set.location.clone(),
                seen: json!(seen),
            })
        })
        .collect())
}
