//! Machines and functions made for somebody's own ends. Must not look at what they do.

use super::{Events, Hit, Picture, is_one_of, on};

pub(super) const EVENTS: Events = &[
    "RunInstances",
    "RequestSpotInstances",
    "RequestSpotFleet",
    "CreateFleet",
    "ec2:StartInstances",
    "ec2:CreateKeyPair",
    "ImportKeyPair",
    "CreateLaunchTemplate",
    "CreateLaunchTemplateVersion",
    "CreateAutoScalingGroup",
    "lambda:CreateFunction",
    "ecs:RunTask",
    "ecs:CreateCluster",
    "ecs:RegisterTaskDefinition",
    "CreateNotebookInstance",
    "CreatePresignedNotebookInstanceUrl",
    "CreateTrainingJob",
    "CreateDevEndpoint",
    "RunJobFlow",
    "CreateProject",
    "CreateStack",
    "SubmitJob",
    // Limits that stand in the way of many, and Regions that nobody watches.
    "RequestServiceQuotaIncrease",
    "EnableRegion",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "resources-created", |call| {
        call.error.is_none() && is_one_of(call, EVENTS)
    })
}
