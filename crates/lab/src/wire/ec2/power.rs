//! Starting and stopping.

use crate::world::{ApiError, StateChange, StopHow};

use super::super::context::Context;
use super::super::failure;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, INSTANCE, present, state};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::write(EC2, "StopInstances", stop),
    Operation::write(EC2, "StartInstances", start),
    Operation::write(EC2, "TerminateInstances", terminate),
];

fn stop(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let ids = instances(context)?;
    let params = context.params();
    let asked = |name| Ok(params.flag(name)? == Some(true));
    let how = match (
        asked("Hibernate")?,
        asked("SkipOsShutdown")?,
        asked("Force")?,
    ) {
        (true, false, false) => StopHow::Hibernate,
        (true, _, _) => {
            return Err(failure::error(
                "InvalidParameterCombination",
                "Hibernate cannot be combined with Force or SkipOsShutdown",
                400,
            ));
        }
        (false, true, _) => StopHow::SkipOsShutdown,
        (false, false, true) => StopHow::Force,
        (false, false, false) => StopHow::Gently,
    };
    context.dry_run()?;
    context.world.stop_instances(&ids, how).map(changed)
}

fn start(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let ids = instances(context)?;
    context.dry_run()?;
    context.world.start_instances(&ids).map(changed)
}

fn terminate(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let ids = instances(context)?;
    context.dry_run()?;
    context.world.terminate_instances(&ids).map(changed)
}

fn instances(context: &Context<'_>) -> Result<Vec<String>, ApiError> {
    let ids = context.params().texts("InstanceId");
    if ids.is_empty() {
        return Err(failure::missing("InstanceId"));
    }
    for id in &ids {
        present(context, &context.world.instances, id, &INSTANCE)?;
    }
    Ok(ids)
}

fn changed(changes: Vec<StateChange>) -> Reply {
    let mut xml = Xml::new();
    xml.list("instancesSet", "item", changes, |xml, change| {
        xml.text("instanceId", &change.instance_id);
        state(xml, "currentState", change.current);
        state(xml, "previousState", change.previous);
    });
    Reply::Xml(xml)
}
