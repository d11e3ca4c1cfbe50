//! The part of the model around instances that work together: scaling groups and load balancers.
//! Must not know the wire nor how these are filled.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{launch::LaunchModel, model::Tags};

/// An Auto Scaling group.
#[derive(Debug, Clone)]
pub struct ScalingGroup {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Fewest instances.
    pub min_size: i32,
    /// Most instances.
    pub max_size: i32,
    /// Wanted instances.
    pub desired_capacity: i32,
    /// Launch template as (id, name, version).
    pub launch_template: (String, String, String),
    /// Zones.
    pub availability_zones: Vec<String>,
    /// Subnets joined by commas.
    pub vpc_zone_identifier: String,
    /// Target group ARNs.
    pub target_group_arns: Vec<String>,
    /// Names of classic load balancers.
    pub classic_balancers: Vec<String>,
    /// `EC2`: a member must run; `ELB`: its target groups must find it healthy too.
    pub health_check_type: String,
    /// Seconds in service before the balancers' word counts.
    pub health_check_grace: i32,
    /// Members by instance id.
    pub instances: BTreeMap<String, ScalingMember>,
    /// What the group did, the oldest first.
    pub activities: Vec<ScalingActivity>,
    pub(crate) launches: Option<LaunchModel>,
    /// Creation time.
    pub created_time: Timestamp,
    /// Tags.
    pub tags: Tags,
}

/// Something that a scaling group did or does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingActivity {
    /// A UUID.
    pub id: String,
    /// Name of the group.
    pub group: String,
    /// What.
    pub description: String,
    /// Why.
    pub cause: String,
    /// When it began.
    pub start: Timestamp,
    /// When it is done.
    pub end: Timestamp,
}

/// A member of a scaling group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingMember {
    /// `InService`, `EnteringStandby`, `Standby`, `Pending`, …
    pub lifecycle_state: String,
    /// `Healthy` or `Unhealthy`.
    pub health_status: String,
    /// Instance protection from scale-in.
    pub protected_from_scale_in: bool,
    /// Zone name.
    pub availability_zone: String,
    /// Type.
    pub instance_type: String,
    /// When it reached its state.
    pub since: Timestamp,
    /// Since when it fails its health checks.
    pub failing_since: Option<Timestamp>,
}

/// A target group.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// `HTTP`, `HTTPS`, `TCP`.
    pub protocol: String,
    /// Port.
    pub port: u16,
    /// VPC.
    pub vpc_id: String,
    /// `instance` or `ip`.
    pub target_type: String,
    /// Load balancer ARNs.
    pub load_balancer_arns: Vec<String>,
    /// Registered (and draining) targets.
    pub targets: Vec<Target>,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Instance id or address.
    pub id: String,
    /// Port.
    pub port: u16,
    /// `healthy`, `unhealthy`, `draining`, `unused`.
    pub state: String,
    /// Reason code, empty when healthy.
    pub reason: String,
    /// When a draining target is gone.
    pub gone_at: Option<Timestamp>,
    /// Since when it does not answer.
    pub failing_since: Option<Timestamp>,
}

/// A load balancer.
#[derive(Debug, Clone)]
pub struct LoadBalancer {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// DNS name.
    pub dns_name: String,
    /// VPC.
    pub vpc_id: String,
    /// `application` or `network`.
    pub kind: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// Groups.
    pub security_groups: Vec<String>,
    /// (zone, subnet) pairs.
    pub zones: Vec<(String, String)>,
    /// Creation time.
    pub created_time: Timestamp,
}

/// A classic load balancer.
#[derive(Debug, Clone)]
pub struct ClassicBalancer {
    /// Name.
    pub name: String,
    /// VPC.
    pub vpc_id: String,
    /// Port of the instances.
    pub port: u16,
    /// Registered instances.
    pub instances: Vec<String>,
    /// Creation time.
    pub created_time: Timestamp,
}
