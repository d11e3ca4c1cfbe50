//! A command in the operating system of an instance, through the Systems Manager, and what its patch scans found. Must not
//! know what a command is for.

use std::time::{Duration, Instant};

use aws_sdk_ssm::operation::get_command_invocation::GetCommandInvocationOutput;
use aws_sdk_ssm::types::CommandInvocationStatus as Status;
use rebato_core::harden::PatchState;
use rebato_engine::ports::{CloudError, GuestAnswer, GuestCommand};

use crate::connect::AwsCloud;
use crate::limits::ask;

/// The first look comes soon, the later ones at growing distances.
const FIRST: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(5);
/// The Systems Manager takes no shorter time for the agent to take a command up, in seconds.
const SHORTEST: i32 = 30;

/// Sends a command and looks for its answer until it is there or the wait is over.
pub(crate) async fn in_guest(
    cloud: &AwsCloud,
    command: &GuestCommand,
) -> Result<GuestAnswer, CloudError> {
    let instance = &command.instance;
    let wait = i32::try_from(command.wait).unwrap_or(i32::MAX);
    let sent = ask!(
        cloud,
        "ssm:SendCommand",
        instance,
        cloud
            .read
            .ssm
            .send_command()
            .instance_ids(instance)
            .document_name(&command.document)
            .comment("Rebato")
            .timeout_seconds(wait.max(SHORTEST))
            .parameters("commands", command.script.clone())
            .parameters("executionTimeout", vec![wait.max(SHORTEST).to_string()])
    )?;
    let id = sent
        .command()
        .and_then(|command| command.command_id())
        .unwrap_or_default()
        .to_owned();
    let end = Instant::now() + Duration::from_secs(u64::from(command.wait));
    let mut pause = FIRST;
    loop {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
        let seen = heard(cloud, instance, &id).await;
        let over = Instant::now() >= end;
        match seen {
            Ok(answer) if answer.runs() && !over => {}
            Ok(answer) => return Ok(answer),
            // Right after the sending it is not there yet.
            Err(error) if error.code() == "InvocationDoesNotExist" && !over => {}
            Err(error) => return Err(error),
        }
    }
}

/// One look at a command that a step sent.
pub(crate) async fn heard(
    cloud: &AwsCloud,
    instance: &str,
    command: &str,
) -> Result<GuestAnswer, CloudError> {
    let seen = ask!(
        cloud,
        "ssm:GetCommandInvocation",
        instance,
        cloud
            .read
            .ssm
            .get_command_invocation()
            .command_id(command)
            .instance_id(instance)
    )?;
    Ok(answer(command.to_owned(), &seen))
}

fn answer(command: String, seen: &GetCommandInvocationOutput) -> GuestAnswer {
    let status = seen.status().cloned().unwrap_or(Status::Pending);
    GuestAnswer {
        command,
        status: status.as_str().to_owned(),
        output: seen
            .standard_output_content()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// What the last patch scan found; `None` when none ever ran.
pub(crate) async fn patches(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Option<PatchState>, CloudError> {
    let answer = ask!(
        cloud,
        "ssm:DescribeInstancePatchStates",
        instance,
        cloud
            .read
            .ssm
            .describe_instance_patch_states()
            .instance_ids(instance)
    )?;
    let count = |count: Option<i32>| u32::try_from(count.unwrap_or_default()).unwrap_or_default();
    Ok(answer
        .instance_patch_states()
        .first()
        .map(|state| PatchState {
            missing: count(Some(state.missing_count())),
            failed: count(Some(state.failed_count())),
            critical: count(state.critical_non_compliant_count()),
            security: count(state.security_non_compliant_count()),
            pending_reboot: count(state.installed_pending_reboot_count()),
            scanned: jiff::Timestamp::from_second(state.operation_end_time().secs()).ok(),
        }))
}
