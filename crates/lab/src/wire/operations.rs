//! The table of all operations that the lab offers.

use crate::world::ApiError;

use super::context::Context;
use super::reply::Reply;
use super::service::Service;
use super::{
    autoscaling, cloudtrail, cloudwatch, cloudwatch_alarms, ec2, elb, elb_classic, events,
    guardduty, guardduty_lists, guardduty_malware, iam, kms, logs, logs_filters, resolver, s3,
    s3_objects, secrets, security_ir, ssm, ssm_commands, sts, support,
};

/// What runs an operation.
pub(crate) type Run = fn(&mut Context<'_>) -> Result<Reply, ApiError>;

/// One operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The service.
    pub service: Service,
    /// AWS's name for it.
    pub name: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
    pub(crate) run: Run,
}

impl Operation {
    /// An operation that only reads.
    pub(crate) const fn read(service: Service, name: &'static str, run: Run) -> Self {
        Self {
            service,
            name,
            writes: false,
            run,
        }
    }

    /// An operation that changes something.
    pub(crate) const fn write(service: Service, name: &'static str, run: Run) -> Self {
        Self {
            service,
            name,
            writes: true,
            run,
        }
    }
}

/// Everything offered, one table a topic.
pub const OPERATIONS: &[&[Operation]] = &[
    ec2::instances::OPERATIONS,
    ec2::attributes::OPERATIONS,
    ec2::power::OPERATIONS,
    ec2::interfaces::OPERATIONS,
    ec2::addresses::OPERATIONS,
    ec2::groups::OPERATIONS,
    ec2::group_rules::OPERATIONS,
    ec2::storage::OPERATIONS,
    ec2::custody::OPERATIONS,
    ec2::network::OPERATIONS,
    ec2::surroundings::OPERATIONS,
    ec2::flow_logs::OPERATIONS,
    ec2::tags::OPERATIONS,
    ec2::profiles::OPERATIONS,
    ec2::catalogue::OPERATIONS,
    ec2::templates::OPERATIONS,
    sts::OPERATIONS,
    iam::OPERATIONS,
    autoscaling::OPERATIONS,
    elb::OPERATIONS,
    elb_classic::OPERATIONS,
    guardduty::OPERATIONS,
    guardduty_lists::OPERATIONS,
    guardduty_malware::OPERATIONS,
    cloudtrail::OPERATIONS,
    logs::OPERATIONS,
    logs_filters::OPERATIONS,
    cloudwatch::OPERATIONS,
    cloudwatch_alarms::OPERATIONS,
    events::OPERATIONS,
    resolver::OPERATIONS,
    secrets::OPERATIONS,
    security_ir::OPERATIONS,
    support::OPERATIONS,
    ssm::OPERATIONS,
    ssm_commands::OPERATIONS,
    kms::OPERATIONS,
    s3::OPERATIONS,
    s3_objects::OPERATIONS,
];

/// Everything offered, one after the other.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied().flatten()
}

pub(crate) fn find(service: Service, name: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.service == service && operation.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_operation_is_listed_twice() {
        let names: BTreeSet<_> = operations()
            .map(|operation| (operation.service, operation.name))
            .collect();
        assert_eq!(names.len(), operations().count());
    }
}
