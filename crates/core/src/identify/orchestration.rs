//! What a host's tags say about who runs it and whose it is. Tags may be set by anybody who may tag: facts to show, never
//! a reason to act by themselves. Must not know how tags were read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What runs or owns an instance (HANDBOOK 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orchestrator {
    /// A node of a Kubernetes cluster.
    Eks,
    /// A node that Karpenter made and may delete.
    Karpenter,
    /// A container instance.
    Ecs,
    /// An Elastic Beanstalk environment.
    Beanstalk,
    /// A compute environment of AWS Batch.
    Batch,
    /// A node of an EMR cluster.
    Emr,
    /// A CloudFormation stack.
    CloudFormation,
    /// An EC2 Fleet.
    Fleet,
    /// A Spot Fleet.
    SpotFleet,
    /// Application Migration Service.
    Mgn,
}

impl Orchestrator {
    /// The name of the product, the same in every language.
    #[must_use]
    pub const fn product(self) -> &'static str {
        match self {
            Self::Eks => "EKS",
            Self::Karpenter => "Karpenter",
            Self::Ecs => "ECS",
            Self::Beanstalk => "Elastic Beanstalk",
            Self::Batch => "AWS Batch",
            Self::Emr => "EMR",
            Self::CloudFormation => "CloudFormation",
            Self::Fleet => "EC2 Fleet",
            Self::SpotFleet => "Spot Fleet",
            Self::Mgn => "MGN",
        }
    }
}

/// One membership.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Orchestration {
    /// Of what.
    pub kind: Orchestrator,
    /// The cluster, environment, stack or fleet, where the tag names it.
    pub name: Option<String>,
}

/// A launch template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LaunchTemplate {
    /// `lt-…`, or its name where only that is known.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
}

/// Tags whose value is the name of what runs the instance. The first of a kind wins; an empty value names nothing.
const NAMED: [(&str, Orchestrator); 18] = [
    ("aws:eks:cluster-name", Orchestrator::Eks),
    ("eks:cluster-name", Orchestrator::Eks),
    ("alpha.eksctl.io/cluster-name", Orchestrator::Eks),
    ("karpenter.sh/nodepool", Orchestrator::Karpenter),
    ("karpenter.sh/provisioner-name", Orchestrator::Karpenter),
    ("aws:ecs:clusterName", Orchestrator::Ecs),
    ("elasticbeanstalk:environment-name", Orchestrator::Beanstalk),
    ("elasticbeanstalk:environment-id", Orchestrator::Beanstalk),
    ("aws:batch:compute-environment", Orchestrator::Batch),
    ("AWSBatchServiceTag", Orchestrator::Batch),
    ("aws:elasticmapreduce:job-flow-id", Orchestrator::Emr),
    (
        "aws:elasticmapreduce:instance-group-role",
        Orchestrator::Emr,
    ),
    (
        "aws:cloudformation:stack-name",
        Orchestrator::CloudFormation,
    ),
    ("aws:ec2:fleet-id", Orchestrator::Fleet),
    ("aws:ec2spot:fleet-request-id", Orchestrator::SpotFleet),
    (
        "AWSApplicationMigrationServiceSourceServerID",
        Orchestrator::Mgn,
    ),
    ("AWSApplicationMigrationServiceManaged", Orchestrator::Mgn),
    ("AmazonECSManaged", Orchestrator::Ecs),
];

/// Tags whose value says only what the instance is for, not of which cluster it is.
const NAMELESS: [&str; 4] = [
    "AmazonECSManaged",
    "AWSBatchServiceTag",
    "aws:elasticmapreduce:instance-group-role",
    "AWSApplicationMigrationServiceManaged",
];

/// What runs the instance, by kind.
#[must_use]
pub fn orchestration(tags: &BTreeMap<String, String>) -> Vec<Orchestration> {
    let mut found: BTreeMap<Orchestrator, Option<String>> = BTreeMap::new();
    for (key, kind) in NAMED {
        let Some(value) = tags.get(key) else { continue };
        let name = (!value.is_empty() && !NAMELESS.contains(&key)).then(|| value.clone());
        let known = found.entry(kind).or_default();
        if known.is_none() {
            *known = name;
        }
    }
    // The cluster stands in the key of this one; its value is `owned` or `shared`.
    for key in tags.keys() {
        if let Some(cluster) = key.strip_prefix("kubernetes.io/cluster/") {
            let known = found.entry(Orchestrator::Eks).or_default();
            if known.is_none() && !cluster.is_empty() {
                *known = Some(cluster.to_owned());
            }
        }
    }
    found
        .into_iter()
        .map(|(kind, name)| Orchestration { kind, name })
        .collect()
}

/// The launch template that EC2 notes on an instance.
#[must_use]
pub fn launch_template(tags: &BTreeMap<String, String>) -> Option<LaunchTemplate> {
    Some(LaunchTemplate {
        id: tags.get("aws:ec2launchtemplate:id")?.clone(),
        version: tags.get("aws:ec2launchtemplate:version").cloned(),
    })
}

/// Keys, folded, by which people say whose an instance is.
const OWNER: [&str; 14] = [
    "application",
    "businessunit",
    "contact",
    "costcenter",
    "department",
    "email",
    "env",
    "environment",
    "maintainer",
    "owner",
    "oncall",
    "service",
    "stage",
    "team",
];

/// Tags that say whose the instance is, sorted by key. Case, dashes, underscores and a prefix up to a colon or a slash do
/// not count; AWS's own tags say nothing of the kind.
#[must_use]
pub fn owner(tags: &BTreeMap<String, String>) -> Vec<(String, String)> {
    tags.iter()
        .filter(|(key, value)| !key.starts_with("aws:") && !value.is_empty() && says_whose(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn says_whose(key: &str) -> bool {
    let last = key.rsplit([':', '/']).next().unwrap_or(key);
    let folded: String = last
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    OWNER.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn told(pairs: &[(&str, &str)]) -> Vec<(Orchestrator, Option<String>)> {
        orchestration(&tags(pairs))
            .into_iter()
            .map(|o| (o.kind, o.name))
            .collect()
    }

    #[test]
    fn each_orchestrator_is_known_by_its_tags() {
        use Orchestrator::{Batch, Beanstalk, CloudFormation, Ecs, Eks, Emr, Fleet, Karpenter};
        let name = |n: &str| Some(n.to_owned());
        for (pairs, expected) in [
            (
                &[("kubernetes.io/cluster/shop", "owned")][..],
                vec![(Eks, name("shop"))],
            ),
            (
                &[("aws:eks:cluster-name", "shop")],
                vec![(Eks, name("shop"))],
            ),
            (
                &[
                    ("eks:cluster-name", "shop"),
                    ("karpenter.sh/nodepool", "spot"),
                ],
                vec![(Eks, name("shop")), (Karpenter, name("spot"))],
            ),
            (&[("aws:ecs:clusterName", "c")], vec![(Ecs, name("c"))]),
            (&[("AmazonECSManaged", "")], vec![(Ecs, None)]),
            (
                &[
                    ("elasticbeanstalk:environment-id", "e-1"),
                    ("elasticbeanstalk:environment-name", "prod"),
                ],
                vec![(Beanstalk, name("prod"))],
            ),
            (&[("AWSBatchServiceTag", "batch")], vec![(Batch, None)]),
            (
                &[("aws:elasticmapreduce:job-flow-id", "j-1")],
                vec![(Emr, name("j-1"))],
            ),
            (
                &[("aws:cloudformation:stack-name", "s")],
                vec![(CloudFormation, name("s"))],
            ),
            (
                &[("aws:ec2:fleet-id", "fleet-1")],
                vec![(Fleet, name("fleet-1"))],
            ),
        ] {
            assert_eq!(told(pairs), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_tag_that_only_looks_like_one_names_nothing() {
        assert_eq!(
            told(&[
                ("Name", "eks-node"),
                ("cluster", "shop"),
                ("x/kubernetes.io/cluster/y", "owned")
            ]),
            []
        );
    }

    #[test]
    fn the_template_has_its_version_where_that_is_known() {
        let whole = tags(&[
            ("aws:ec2launchtemplate:id", "lt-1"),
            ("aws:ec2launchtemplate:version", "7"),
        ]);
        let told = launch_template(&whole).unwrap();
        assert_eq!(
            (told.id.as_str(), told.version.as_deref()),
            ("lt-1", Some("7"))
        );
        assert_eq!(
            launch_template(&tags(&[("aws:ec2launchtemplate:version", "7")])),
            None
        );
    }

    #[test]
    fn owners_are_found_however_they_are_written() {
        let found = owner(&tags(&[
            ("Owner", "shop"),
            ("acme:cost-center", "42"),
            ("On_Call", "+34"),
            ("aws:autoscaling:owner", "x"),
            ("team", ""),
            ("Homeowner", "x"),
        ]));
        let keys: Vec<_> = found.iter().map(|(k, _)| k.as_str()).collect();
        assert_eq!(keys, ["On_Call", "Owner", "acme:cost-center"]);
    }
}
