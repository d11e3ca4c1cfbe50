//! Roles with their profiles, and the scaling group and load balancer around the target.
//! Must not know what happens later.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    build_network::{Network, name_tag, tcp_rule},
    engine::Task,
    model::*,
};
use crate::scenario::Scenario;

impl World {
    /// A role for instances with a profile of the same name.
    pub(super) fn add_role(&mut self, name: &str, created: Timestamp) {
        let account = self.account_id.clone();
        let read = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListAllMyBuckets"],"Resource":"*"}]}"#;
        let inline = BTreeMap::from([("read-assets".to_owned(), read.to_owned())]);
        let role = Role {
            name: name.to_owned(),
            id: self.ids.iam("AROA"),
            arn: format!("arn:aws:iam::{account}:role/{name}"),
            path: "/".to_owned(),
            assume_role_policy: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#.to_owned(),
            create_date: created,
            policies_in_force: inline.clone(),
            inline_policies: inline,
            attached_policies: BTreeMap::from([(
                "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore".to_owned(),
                "AmazonSSMManagedInstanceCore".to_owned(),
            )]),
            tags: Tags::new(),
        };
        self.roles.insert(name.to_owned(), role);
        let profile = InstanceProfile {
            name: name.to_owned(),
            id: self.ids.iam("AIPA"),
            arn: format!("arn:aws:iam::{account}:instance-profile/{name}"),
            path: "/".to_owned(),
            create_date: created,
            role: Some(name.to_owned()),
        };
        self.instance_profiles.insert(name.to_owned(), profile);
    }

    /// The role of a service of AWS: nobody may change it.
    pub(super) fn add_service_linked_role(&mut self, created: Timestamp) {
        let name = "AWSServiceRoleForAutoScaling";
        let path = "/aws-service-role/autoscaling.amazonaws.com/";
        let role = Role {
            name: name.to_owned(),
            id: "AROASERVICELINKEDROLE".to_owned(),
            arn: format!("arn:aws:iam::{}:role{path}{name}", self.account_id),
            path: path.to_owned(),
            assume_role_policy: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"autoscaling.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#.to_owned(),
            create_date: created,
            inline_policies: BTreeMap::new(),
            policies_in_force: BTreeMap::new(),
            attached_policies: BTreeMap::from([(
                "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy".to_owned(),
                "AutoScalingServiceRolePolicy".to_owned(),
            )]),
            tags: Tags::new(),
        };
        self.roles.insert(name.to_owned(), role);
    }

    pub(super) fn give_profile(&mut self, instance_id: &str, profile: &str, at: Timestamp) {
        let id = self.ids.ec2("iip-assoc");
        let association = ProfileAssociation {
            id: id.clone(),
            instance_id: instance_id.to_owned(),
            profile: profile.to_owned(),
            state: "associated".to_owned(),
            timestamp: at,
        };
        self.profile_associations.insert(id, association);
    }

    /// Puts the target into a scaling group behind a load balancer, where the scenario says so.
    pub(super) fn build_fleet(
        &mut self,
        scenario: &Scenario,
        network: &Network,
        target: &str,
        long_ago: Timestamp,
    ) {
        if !scenario.target.scaled {
            return;
        }
        let (account, region) = (self.account_id.clone(), self.region.clone());
        let base = format!("arn:aws:elasticloadbalancing:{region}:{account}");
        let balancer_group = self.add_group(&network.vpc, "balancer", "Load balancer");
        self.add_rules(
            &network.service,
            vec![tcp_rule(
                8081,
                RulePeer::Group(balancer_group.clone()),
                "health checks",
            )],
        );
        let balancer = format!("{base}:loadbalancer/app/shop/{}", self.ids.hex(16));
        self.load_balancers.insert(
            balancer.clone(),
            LoadBalancer {
                arn: balancer.clone(),
                name: "shop".to_owned(),
                dns_name: format!("shop-1563421870.{region}.elb.amazonaws.com"),
                vpc_id: network.vpc.clone(),
                kind: "application".to_owned(),
                scheme: "internet-facing".to_owned(),
                security_groups: vec![balancer_group],
                zones: vec![
                    (format!("{region}a"), network.balancers_a.clone()),
                    (format!("{region}b"), network.balancers_b.clone()),
                ],
                created_time: long_ago,
            },
        );
        let group = format!("{base}:targetgroup/shop-web/{}", self.ids.hex(16));
        self.target_groups.insert(
            group.clone(),
            TargetGroup {
                arn: group.clone(),
                name: "shop-web".to_owned(),
                protocol: "HTTP".to_owned(),
                port: 80,
                vpc_id: network.vpc.clone(),
                target_type: "instance".to_owned(),
                load_balancer_arns: vec![balancer],
                targets: self.instances.keys().map(|id| healthy(id)).collect(),
            },
        );
        let (min_size, desired_capacity, max_size) =
            scenario.target.scaling_sizes.unwrap_or((1, 1, 2));
        let name = "shop-fleet".to_owned();
        let member = ScalingMember {
            lifecycle_state: "InService".to_owned(),
            health_status: "Healthy".to_owned(),
            protected_from_scale_in: false,
            availability_zone: format!("{region}a"),
            instance_type: scenario.target.instance_type.clone(),
            since: long_ago,
            failing_since: None,
        };
        // The neighbour is the other member; a group that wants more than it has would be launching.
        let other = self
            .instances
            .keys()
            .find(|id| *id != target)
            .cloned()
            .unwrap_or_default();
        let second = ScalingMember {
            availability_zone: format!("{region}b"),
            ..member.clone()
        };
        if let Some(instance) = self.instances.get_mut(&other) {
            instance
                .tags
                .insert("aws:autoscaling:groupName".to_owned(), name.clone());
            instance
                .tags
                .insert("Name".to_owned(), scenario.target.name.clone());
        }
        let fleet = ScalingGroup {
            name: name.clone(),
            arn: format!(
                "arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{}:autoScalingGroupName/{name}",
                self.ids.uuid()
            ),
            min_size,
            max_size,
            desired_capacity,
            launch_template: (self.ids.ec2("lt"), "shop-web".to_owned(), "7".to_owned()),
            availability_zones: vec![format!("{region}a"), format!("{region}b")],
            vpc_zone_identifier: format!("{},{}", network.first, network.second),
            target_group_arns: vec![group],
            classic_balancers: Vec::new(),
            health_check_type: "ELB".to_owned(),
            health_check_grace: 300,
            activities: Vec::new(),
            launches: None,
            instances: BTreeMap::from([(target.to_owned(), member), (other.clone(), second)]),
            created_time: long_ago,
            tags: name_tag("shop-fleet"),
        };
        let (template, _, version) = fleet.launch_template.clone();
        self.scaling_groups.insert(name.clone(), fleet);
        let tags = [
            ("aws:autoscaling:groupName", name.as_str()),
            ("aws:ec2launchtemplate:id", &template),
            ("aws:ec2launchtemplate:version", &version),
            ("aws:cloudformation:stack-name", "shop"),
        ];
        if let Some(instance) = self.instances.get_mut(target) {
            instance
                .tags
                .extend(tags.map(|(key, value)| (key.to_owned(), value.to_owned())));
        }
        let model = self.launch_model(target);
        if let Some(fleet) = self.scaling_groups.get_mut(&name) {
            fleet.launches = model;
        }
        // The first check comes at a moment when nothing else is due.
        let first = self.now + SignedDuration::from_millis(17_500);
        self.engine.at(first, Task::HealthChecks);
        // Metrics still come through a balancer that was never replaced.
        let old = "shop-metrics".to_owned();
        self.classic_balancers.insert(
            old.clone(),
            ClassicBalancer {
                name: old,
                vpc_id: network.vpc.clone(),
                port: 9100,
                instances: vec![target.to_owned()],
                created_time: long_ago,
            },
        );
    }
}

fn healthy(id: &str) -> Target {
    Target {
        id: id.to_owned(),
        port: 80,
        state: "healthy".to_owned(),
        reason: String::new(),
        gone_at: None,
        failing_since: None,
    }
}
