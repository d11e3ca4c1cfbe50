//! Sends what a step runs in the operating system. The comment of the command is the mark of the step: one that runs, or has
//! run well, is not sent a second time. Must not wait for its end, which the engine does.

use aws_sdk_ssm::types::CommandInvocationStatus as Status;
use aws_types::request_id::RequestId;
use rebato_core::contain::Action;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{Marks, already, performed};
use crate::connect::AwsCloud;
use crate::limits::ask;

/// The Systems Manager takes no shorter time for the agent to take a command up, in seconds.
const SHORTEST: i32 = 30;
/// And no longer one (`TimeoutSeconds` of `SendCommand`).
const LONGEST: i32 = 2_592_000;
/// How many characters a comment may have.
const COMMENT: usize = 100;

pub(super) async fn send(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    action: &Action,
) -> Result<Performed, CloudError> {
    let run = action.in_guest().ok_or_else(|| CloudError::Unbound {
        operation: action.name().to_owned(),
        what: "a command".to_owned(),
    })?;
    let instance = action.target();
    let comment: String = format!("Rebato {}", marks.step)
        .chars()
        .take(COMMENT)
        .collect();
    if let Some(command) = sent(cloud, &instance, &comment).await? {
        return Ok(already(vec![command]));
    }
    let wait = i32::try_from(run.wait).unwrap_or(LONGEST);
    let request = cloud
        .write
        .ssm
        .send_command()
        .instance_ids(&instance)
        .document_name(&run.document)
        .comment(comment)
        .timeout_seconds(wait.clamp(SHORTEST, LONGEST))
        .set_parameters(Some(run.parameters.into_iter().collect()));
    let answer = send!(cloud, again, "ssm:SendCommand", &instance, request)?;
    let id = answer.command().and_then(|command| command.command_id());
    let made = id.map(str::to_owned).into_iter().collect();
    Ok(performed(answer.request_id(), made))
}

/// The command of this comment that runs or has run well. Only the newest page is looked at: a step is carried out again
/// soon or never.
async fn sent(
    cloud: &AwsCloud,
    instance: &str,
    comment: &str,
) -> Result<Option<String>, CloudError> {
    let newest = ask!(
        cloud,
        "ssm:ListCommandInvocations",
        instance,
        cloud
            .read
            .ssm
            .list_command_invocations()
            .instance_id(instance)
            .max_results(50)
    )?;
    let stands = |status: Option<&Status>| {
        matches!(
            status,
            Some(Status::Pending | Status::InProgress | Status::Delayed | Status::Success)
        )
    };
    Ok(newest
        .command_invocations()
        .iter()
        .find(|seen| seen.comment() == Some(comment) && stands(seen.status()))
        .and_then(|seen| seen.command_id())
        .map(str::to_owned))
}
