//! Records or detection were switched off, deleted, or made blind for something: trails, flow logs, log groups, resolver logs, and
//! GuardDuty with its lists, filters and members. Must not count what was refused.

use super::{Events, Hit, Picture, is_one_of, on};

pub(super) const EVENTS: Events = &[
    // Trails.
    "StopLogging",
    "DeleteTrail",
    "UpdateTrail",
    "PutEventSelectors",
    "PutInsightSelectors",
    "DeleteEventDataStore",
    "StopEventDataStoreIngestion",
    "cloudtrail:UpdateEventDataStore",
    "DeregisterOrganizationDelegatedAdmin",
    // Where logs are kept.
    "DeleteFlowLogs",
    "DeleteLogGroup",
    "DeleteLogStream",
    "PutRetentionPolicy",
    "DeleteSubscriptionFilter",
    "DeleteMetricFilter",
    "DeleteAlarms",
    "DisableAlarmActions",
    "PutBucketLifecycle",
    "PutBucketLifecycleConfiguration",
    "PutBucketLogging",
    "DeleteBucketPolicy",
    "DeleteResolverQueryLogConfig",
    "DisassociateResolverQueryLogConfig",
    "DeleteLoggingConfiguration",
    "DeleteQueryLoggingConfig",
    // GuardDuty: what it sees, and what it is told to overlook.
    "DeleteDetector",
    "guardduty:UpdateDetector",
    "guardduty:CreateFilter",
    "guardduty:UpdateFilter",
    "guardduty:CreateIPSet",
    "guardduty:UpdateIPSet",
    "guardduty:DeleteIPSet",
    "CreateTrustedEntitySet",
    "UpdateTrustedEntitySet",
    "CreateThreatIntelSet",
    "UpdateThreatIntelSet",
    "DeleteThreatIntelSet",
    "UpdateThreatEntitySet",
    "DeleteThreatEntitySet",
    "ArchiveFindings",
    "guardduty:DeleteMembers",
    "guardduty:DisassociateMembers",
    "StopMonitoringMembers",
    "UpdateMemberDetectors",
    "guardduty:UpdateOrganizationConfiguration",
    "DisassociateFromMasterAccount",
    "DisassociateFromAdministratorAccount",
    "DeletePublishingDestination",
    "UpdatePublishingDestination",
    "UpdateMalwareScanSettings",
    "DeleteMalwareProtectionPlan",
    // Others that watch.
    "DisableSecurityHub",
    "BatchDisableStandards",
    "inspector2:Disable",
    "DisableMacie",
    "DeleteAnalyzer",
    "StopConfigurationRecorder",
    "DeleteConfigurationRecorder",
    "DeleteDeliveryChannel",
    "DeleteConfigRule",
    "events:DisableRule",
    "events:DeleteRule",
    "events:RemoveTargets",
    "LeaveOrganization",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "log-tampering", |call| {
        call.error.is_none() && is_one_of(call, EVENTS)
    })
}
