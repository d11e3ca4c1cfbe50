//! The IAM actions that reading needs. Those of writing are named by the actions themselves
//! (`rebato_core::contain::Action::permissions`). Must not know how a policy is written.

/// IAM actions that this crate's reads use, sorted: for `rebato iam-policy`.
pub const READS: &[&str] = &[
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeInstanceRefreshes",
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "cloudtrail:LookupEvents",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "ec2:DescribeAddresses",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeIamInstanceProfileAssociations",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeKeyPairs",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaceAttribute",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRegions",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshots",
    "ec2:DescribeSpotInstanceRequests",
    "ec2:DescribeVolumes",
    "ec2:DescribeVpcs",
    "ec2:GetEbsEncryptionByDefault",
    "ec2:GetSnapshotBlockPublicAccessState",
    "elasticloadbalancing:DescribeInstanceHealth",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "events:DescribeRule",
    "events:ListTargetsByRule",
    "guardduty:GetDetector",
    "guardduty:GetFilter",
    "guardduty:GetFindings",
    "guardduty:GetIPSet",
    "guardduty:GetThreatEntitySet",
    "guardduty:GetThreatIntelSet",
    "guardduty:GetTrustedEntitySet",
    "guardduty:ListDetectors",
    "guardduty:ListFilters",
    "guardduty:ListFindings",
    "guardduty:ListIPSets",
    "guardduty:ListThreatEntitySets",
    "guardduty:ListThreatIntelSets",
    "guardduty:ListTrustedEntitySets",
    "iam:GetInstanceProfile",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:SimulatePrincipalPolicy",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:DescribeMetricFilters",
    "logs:FilterLogEvents",
    "route53resolver:GetResolverQueryLogConfig",
    "route53resolver:ListResolverQueryLogConfigAssociations",
    "s3:GetObject",
    "s3:ListBucket",
    "security-ir:ListCases",
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
    "ssm:GetCommandInvocation",
    "ssm:ListCommandInvocations",
    "sts:GetCallerIdentity",
    "support:DescribeCases",
    "support:DescribeServices",
    "support:DescribeSeverityLevels",
];

#[cfg(test)]
mod tests {
    use super::READS;

    #[test]
    fn reads_are_sorted_and_only_read() {
        assert!(READS.is_sorted());
        let verbs = ["Describe", "Get", "List", "Lookup", "Filter", "Simulate"];
        for action in READS {
            let (_, call) = action.split_once(':').unwrap();
            assert!(
                verbs.iter().any(|verb| call.starts_with(verb)),
                "{action} is no read"
            );
        }
    }
}
