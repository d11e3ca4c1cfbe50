//! The AWS services that the lab speaks, and the protocol each of them uses (botocore's service models).

/// A service, as told from the scope of a request's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Amazon EC2.
    Ec2,
    /// Security Token Service.
    Sts,
    /// Identity and Access Management.
    Iam,
    /// EC2 Auto Scaling.
    AutoScaling,
    /// Elastic Load Balancing, version 2.
    Elb,
    /// Elastic Load Balancing, the classic one.
    ElbClassic,
    /// GuardDuty.
    GuardDuty,
    /// CloudTrail.
    CloudTrail,
    /// CloudWatch.
    CloudWatch,
    /// CloudWatch Logs.
    Logs,
    /// Route 53 Resolver.
    Resolver,
    /// Systems Manager.
    Ssm,
    /// Simple Storage Service.
    S3,
    /// Key Management Service.
    Kms,
    /// Secrets Manager.
    Secrets,
    /// EventBridge.
    Events,
    /// AWS Support.
    Support,
    /// AWS Security Incident Response.
    SecurityIr,
}

/// The wire protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// EC2's own query dialect.
    Ec2,
    /// The AWS query protocol.
    Query,
    /// JSON 1.0 and 1.1 with `X-Amz-Target`, or the same in CBOR where a client asks so.
    Json,
    /// JSON bodies under paths.
    RestJson,
    /// S3's REST-XML, path style.
    S3,
}

impl Service {
    const ALL: [Self; 18] = [
        Self::Ec2,
        Self::Sts,
        Self::Iam,
        Self::AutoScaling,
        Self::Elb,
        Self::ElbClassic,
        Self::GuardDuty,
        Self::CloudTrail,
        Self::CloudWatch,
        Self::Logs,
        Self::Resolver,
        Self::Ssm,
        Self::S3,
        Self::Kms,
        Self::Secrets,
        Self::Events,
        Self::Support,
        Self::SecurityIr,
    ];

    /// The service whose signing name this is.
    pub(crate) fn from_signing_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|service| service.prefix() == name)
    }

    /// The signing name.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Sts => "sts",
            Self::Iam => "iam",
            Self::AutoScaling => "autoscaling",
            Self::Elb | Self::ElbClassic => "elasticloadbalancing",
            Self::GuardDuty => "guardduty",
            Self::CloudTrail => "cloudtrail",
            Self::CloudWatch => "monitoring",
            Self::Logs => "logs",
            Self::Resolver => "route53resolver",
            Self::Ssm => "ssm",
            Self::S3 => "s3",
            Self::Kms => "kms",
            Self::Secrets => "secretsmanager",
            Self::Events => "events",
            Self::Support => "support",
            Self::SecurityIr => "security-ir",
        }
    }

    /// The action that policies know an operation by.
    pub(crate) fn action(self, operation: &str) -> String {
        let (prefix, name) = match (self, operation) {
            (Self::CloudWatch, name) => ("cloudwatch", name),
            (Self::S3, "ListObjectsV2" | "HeadBucket") => ("s3", "ListBucket"),
            (Self::S3, "GetObjectLockConfiguration") => ("s3", "GetBucketObjectLockConfiguration"),
            (Self::S3, "GetPublicAccessBlock") => ("s3", "GetBucketPublicAccessBlock"),
            (Self::S3, "ListBuckets") => ("s3", "ListAllMyBuckets"),
            (Self::S3, "HeadObject") => ("s3", "GetObject"),
            (_, name) => (self.prefix(), name),
        };
        format!("{prefix}:{name}")
    }

    pub(crate) const fn protocol(self) -> Protocol {
        match self {
            Self::Ec2 => Protocol::Ec2,
            Self::Sts | Self::Iam | Self::AutoScaling | Self::Elb | Self::ElbClassic => {
                Protocol::Query
            }
            Self::CloudTrail
            | Self::CloudWatch
            | Self::Logs
            | Self::Resolver
            | Self::Ssm
            | Self::Kms
            | Self::Secrets
            | Self::Events
            | Self::Support => Protocol::Json,
            Self::GuardDuty | Self::SecurityIr => Protocol::RestJson,
            Self::S3 => Protocol::S3,
        }
    }

    /// The XML namespace of answers.
    pub(crate) const fn namespace(self) -> &'static str {
        match self {
            Self::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::AutoScaling => "http://autoscaling.amazonaws.com/doc/2011-01-01/",
            Self::Elb => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            Self::ElbClassic => "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
            Self::S3 => "http://s3.amazonaws.com/doc/2006-03-01/",
            Self::GuardDuty
            | Self::CloudTrail
            | Self::CloudWatch
            | Self::Logs
            | Self::Resolver
            | Self::Ssm
            | Self::Kms
            | Self::Secrets
            | Self::Events
            | Self::Support
            | Self::SecurityIr => "",
        }
    }

    /// The content type of JSON answers.
    pub(crate) const fn json_type(self) -> &'static str {
        match self {
            Self::GuardDuty | Self::SecurityIr => "application/json",
            _ => "application/x-amz-json-1.1",
        }
    }

    /// IAM, STS and Support accept signatures for any Region here: clients sign for different ones under an endpoint address.
    pub(crate) const fn is_global(self) -> bool {
        matches!(self, Self::Iam | Self::Sts | Self::Support)
    }
}
