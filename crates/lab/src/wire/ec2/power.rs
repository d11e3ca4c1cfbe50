//! Starting and stopping.

use crate::world::{ApiError, StateChange};

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
    let hibernate = context.params().flag("Hibernate")? == Some(true);
    context.dry_run()?;
    context.world.stop_instances(&ids, hibernate).map(changed)
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
