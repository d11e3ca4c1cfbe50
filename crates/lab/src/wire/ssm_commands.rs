//! Systems Manager: commands in guests, and what patch scans found. What a command does is the guest's own affair.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{ApiError, GuestCommand};

use super::cloudtrail::put;
use super::context::Context;
use super::failure::error;
use super::json::{epoch, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::write(Service::Ssm, "SendCommand", send),
    Operation::read(Service::Ssm, "GetCommandInvocation", invocation),
    Operation::read(Service::Ssm, "ListCommandInvocations", invocations),
    Operation::read(Service::Ssm, "DescribeInstancePatchStates", patch_states),
];

/// How many characters of an output `GetCommandInvocation` gives.
const MOST: usize = 24_000;
/// How many `ListCommandInvocations` gives.
const MOST_IN_LIST: usize = 2_500;

fn send(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let instances = texts(body, "InstanceIds");
    let [instance] = instances.as_slice() else {
        return Err(error(
            "InvalidInstanceId",
            "The lab sends a command to one instance at a time.",
            400,
        ));
    };
    let document = text(body, "DocumentName").unwrap_or_default();
    let given = body.get("Parameters");
    let parameters: BTreeMap<String, Vec<String>> = given
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, _)| {
            (
                name.clone(),
                given.map_or_else(Vec::new, |all| texts(all, name)),
            )
        })
        .collect();
    check(document, &parameters)?;
    let comment = text(body, "Comment").unwrap_or_default();
    if comment.chars().count() > 100 {
        return Err(error(
            "ValidationException",
            "1 validation error detected: Value at 'comment' failed to satisfy constraint: Member must have length less than or equal to 100",
            400,
        ));
    }
    let sent = context
        .world
        .send_command(instance, document, &parameters, comment)?;
    Ok(Reply::Json(json!({"Command": {
        "CommandId": sent.id,
        "DocumentName": sent.document,
        "Comment": sent.comment,
        "InstanceIds": [sent.instance],
        "Parameters": parameters,
        "RequestedDateTime": epoch(sent.requested),
        "Status": "Pending",
        "StatusDetails": "Pending",
        "TargetCount": 1,
        "CompletedCount": 0,
        "ErrorCount": 0,
    }})))
}

/// What the documents ask for: a script, or one of the values that AWS's patch document knows.
fn check(document: &str, parameters: &BTreeMap<String, Vec<String>>) -> Result<(), ApiError> {
    let refused = |why: String| Err(error("InvalidParameters", &why, 400));
    if document != "AWS-RunPatchBaseline" {
        if parameters.get("commands").is_none_or(Vec::is_empty) {
            return refused("The parameter commands is required.".to_owned());
        }
        return Ok(());
    }
    for (name, needed, allowed) in [
        ("Operation", true, ["Scan", "Install"]),
        ("RebootOption", false, ["RebootIfNeeded", "NoReboot"]),
    ] {
        match parameters.get(name).map(Vec::as_slice) {
            None if needed => return refused(format!("The parameter {name} is required.")),
            None => {}
            Some([value]) if allowed.contains(&value.as_str()) => {}
            Some(_) => return refused(format!("The value of {name} is not allowed.")),
        }
    }
    Ok(())
}

/// The status in AWS's words.
fn status(command: &GuestCommand) -> &'static str {
    match command.answer() {
        None => "InProgress",
        Some(answer) if answer.code == 0 => "Success",
        Some(_) => "Failed",
    }
}

fn first(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn invocation(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let id = text(body, "CommandId").unwrap_or_default();
    let instance = text(body, "InstanceId").unwrap_or_default();
    let command = context
        .world
        .look_at_command(id, instance)
        .ok_or_else(|| error("InvocationDoesNotExist", "", 400))?;
    let answer = command.answer();
    let output = |pick: fn(&crate::world::CommandOutput) -> &String| {
        answer.map_or_else(String::new, |answer| first(pick(answer), MOST))
    };
    let mut shown = json!({
        "CommandId": command.id,
        "InstanceId": command.instance,
        "Comment": command.comment,
        "DocumentName": command.document,
        "DocumentVersion": "$DEFAULT",
        "PluginName": "aws:runShellScript",
        "ResponseCode": answer.map_or(-1, |answer| answer.code),
        "Status": status(&command),
        "StatusDetails": status(&command),
        "StandardOutputContent": output(|answer| &answer.stdout),
        "StandardErrorContent": output(|answer| &answer.stderr),
        "StandardOutputUrl": "",
        "StandardErrorUrl": "",
    });
    put(
        &mut shown,
        "ExecutionStartDateTime",
        answer.map(|_| command.requested.to_string()),
    );
    Ok(Reply::Json(shown))
}

fn invocations(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let id = text(body, "CommandId");
    let instance = text(body, "InstanceId");
    let details = body.get("Details").and_then(Value::as_bool) == Some(true);
    let list: Vec<Value> = context
        .world
        .guest_commands
        .values()
        .filter(|command| id.is_none_or(|id| id == command.id))
        .filter(|command| instance.is_none_or(|instance| instance == command.instance))
        .map(|command| {
            let plugins: Vec<Value> = command
                .answer()
                .filter(|_| details)
                .map(|answer| {
                    json!({
                        "Name": "aws:runShellScript",
                        "Status": status(command),
                        "ResponseCode": answer.code,
                        "Output": first(&answer.stdout, MOST_IN_LIST),
                    })
                })
                .into_iter()
                .collect();
            json!({
                "CommandId": command.id,
                "InstanceId": command.instance,
                "Comment": command.comment,
                "DocumentName": command.document,
                "RequestedDateTime": epoch(command.requested),
                "Status": status(command),
                "StatusDetails": status(command),
                "CommandPlugins": plugins,
            })
        })
        .collect();
    Ok(Reply::Json(json!({"CommandInvocations": list})))
}

fn patch_states(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let wanted = texts(&context.request.json, "InstanceIds");
    let list: Vec<Value> = world
        .managed_instances
        .iter()
        .filter(|(id, _)| wanted.contains(id))
        .filter_map(|(id, managed)| Some((id, managed.guest.patches?)))
        .map(|(id, patches)| {
            json!({
                "InstanceId": id,
                "PatchGroup": "",
                "BaselineId": "pb-0c7e89f711c3095f4",
                "Operation": if patches.installs { "Install" } else { "Scan" },
                "OperationStartTime": epoch(patches.ended),
                "OperationEndTime": epoch(patches.ended),
                "InstalledCount": 512,
                "InstalledOtherCount": 4,
                "InstalledPendingRebootCount": patches.pending_reboot,
                "InstalledRejectedCount": 0,
                "MissingCount": patches.missing,
                "FailedCount": 0,
                "NotApplicableCount": 900,
                "UnreportedNotApplicableCount": 0,
                "CriticalNonCompliantCount": 0,
                "SecurityNonCompliantCount": patches.security,
                "OtherNonCompliantCount": patches.missing - patches.security,
            })
        })
        .collect();
    Ok(Reply::Json(json!({"InstancePatchStates": list})))
}
