//! What others rely on the instance for: who else serves behind its balancers, and what the network sends through it.
//! Pure: must not call anything.

use std::collections::BTreeSet;
use std::net::IpAddr;

use aws_sdk_ec2::types as ec2;
use aws_sdk_elasticloadbalancing::types::{InstanceState, LoadBalancerDescription};
use aws_sdk_elasticloadbalancingv2::types::{TargetHealthDescription, TargetHealthStateEnum};
use rebato_core::identify::{Duty, DutyKind};

/// Names of the classic balancers that hold an instance, sorted.
pub(super) fn holding(read: &[LoadBalancerDescription], instance: &str) -> Vec<String> {
    let mut names: Vec<String> = read
        .iter()
        .filter(|balancer| {
            let mut members = balancer.instances().iter();
            members.any(|member| member.instance_id() == Some(instance))
        })
        .filter_map(|balancer| balancer.load_balancer_name.clone())
        .collect();
    names.sort();
    names
}

/// How many others a classic balancer sends traffic to.
pub(super) fn others_in_service(read: &[InstanceState], instance: &str) -> u32 {
    let others = read.iter().filter(|member| {
        // `InService`, `OutOfService` or `Unknown` (ELB 2012-06-01, InstanceState).
        member.state() == Some("InService") && member.instance_id() != Some(instance)
    });
    u32::try_from(others.count()).unwrap_or(u32::MAX)
}

/// How many other targets of a group are healthy; one that is registered with several ports is one.
pub(super) fn others_healthy(read: &[TargetHealthDescription], own: &BTreeSet<String>) -> u32 {
    let others: BTreeSet<&str> = read
        .iter()
        .filter(|described| {
            let health = described.target_health().and_then(|h| h.state());
            health == Some(&TargetHealthStateEnum::Healthy)
        })
        .filter_map(|described| described.target()?.id())
        .filter(|id| !own.contains(*id))
        .collect();
    u32::try_from(others.len()).unwrap_or(u32::MAX)
}

/// The kinds of servers that DHCP options name by address (EC2 API reference, `CreateDhcpOptions`).
const SERVERS: [(&str, DutyKind); 3] = [
    ("domain-name-servers", DutyKind::Dns),
    ("ntp-servers", DutyKind::Ntp),
    ("netbios-name-servers", DutyKind::Netbios),
];

/// What the DHCP options of a VPC name one of these addresses for.
pub(super) fn served(
    vpc: &str,
    vpcs: &[ec2::Vpc],
    options: &[ec2::DhcpOptions],
    addresses: &BTreeSet<IpAddr>,
) -> Vec<Duty> {
    let in_use = vpcs
        .iter()
        .find(|read| read.vpc_id() == Some(vpc))
        .and_then(ec2::Vpc::dhcp_options_id);
    let configurations = options
        .iter()
        .filter(|set| in_use.is_some() && set.dhcp_options_id() == in_use)
        .flat_map(ec2::DhcpOptions::dhcp_configurations);
    let mut duties = Vec::new();
    for configuration in configurations {
        let kind = SERVERS
            .iter()
            .find(|(key, _)| configuration.key() == Some(key))
            .map(|(_, kind)| *kind);
        let ours = configuration.values().iter().any(|value| {
            let address = value.value().and_then(|text| text.trim().parse().ok());
            address.is_some_and(|address| addresses.contains(&address))
        });
        if let (Some(kind), Some(of), true) = (kind, in_use, ours) {
            duties.push(Duty {
                kind,
                of: of.to_owned(),
            });
        }
    }
    duties
}

/// The route tables that send traffic to an instance or to one of its interfaces. A route to a stopped instance is a black
/// hole and is still told: who relies on it has only lost it already. A table that nothing uses is left out.
pub(super) fn routed(
    tables: &[ec2::RouteTable],
    instance: &str,
    interfaces: &BTreeSet<&str>,
) -> Vec<Duty> {
    let ours = |route: &ec2::Route| {
        route.instance_id() == Some(instance)
            || route
                .network_interface_id()
                .is_some_and(|id| interfaces.contains(id))
    };
    tables
        .iter()
        .filter(|table| !table.associations().is_empty() && table.routes().iter().any(ours))
        .filter_map(|table| table.route_table_id.clone())
        .map(|of| Duty {
            kind: DutyKind::Route,
            of,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        AttributeValue, DhcpConfiguration, Route, RouteTable, RouteTableAssociation,
    };
    use aws_sdk_elasticloadbalancingv2::types::{TargetDescription, TargetHealth};

    use super::*;

    fn options(id: &str, key: &str, values: &[&str]) -> ec2::DhcpOptions {
        let value = |text: &&str| AttributeValue::builder().value(*text).build();
        let configuration = DhcpConfiguration::builder()
            .key(key)
            .set_values(Some(values.iter().map(value).collect()))
            .build();
        ec2::DhcpOptions::builder()
            .dhcp_options_id(id)
            .dhcp_configurations(configuration)
            .build()
    }

    fn vpc(id: &str, options: &str) -> ec2::Vpc {
        ec2::Vpc::builder()
            .vpc_id(id)
            .dhcp_options_id(options)
            .build()
    }

    #[test]
    fn servers_are_those_of_the_own_vpc_only() {
        let vpcs = [vpc("vpc-1", "dopt-1"), vpc("vpc-2", "dopt-2")];
        let own = BTreeSet::from(["10.0.1.5".parse().unwrap()]);
        for (key, _) in SERVERS {
            let named = [options("dopt-1", key, &["10.0.1.4", "10.0.1.5"])];
            let duties = served("vpc-1", &vpcs, &named, &own);
            assert_eq!((duties.len(), duties[0].of.as_str()), (1, "dopt-1"));
            // The same address in another VPC is another host.
            assert_eq!(served("vpc-2", &vpcs, &named, &own), []);
            assert_eq!(served("vpc-3", &vpcs, &named, &own), []);
        }
        for (key, value) in [
            ("domain-name-servers", "AmazonProvidedDNS"),
            ("domain-name-servers", "10.0.1.50"),
            ("domain-name", "10.0.1.5"),
        ] {
            let named = [options("dopt-1", key, &[value])];
            assert_eq!(served("vpc-1", &vpcs, &named, &own), [], "{key} {value}");
        }
    }

    #[test]
    fn a_table_that_nothing_uses_sends_nothing() {
        let table = |id: &str, used: bool, route: Route| {
            let association = used.then(|| RouteTableAssociation::builder().main(true).build());
            RouteTable::builder()
                .route_table_id(id)
                .set_associations(Some(association.into_iter().collect()))
                .routes(route)
                .build()
        };
        let by_interface = |id: &str| Route::builder().network_interface_id(id).build();
        let tables = [
            table("rtb-1", true, by_interface("eni-1")),
            table("rtb-2", false, by_interface("eni-1")),
            table("rtb-3", true, by_interface("eni-9")),
            table("rtb-4", true, Route::builder().instance_id("i-1").build()),
            table("rtb-5", true, Route::builder().gateway_id("igw-1").build()),
        ];
        let duties = routed(&tables, "i-1", &BTreeSet::from(["eni-1"]));
        let tables: Vec<&str> = duties.iter().map(|d| d.of.as_str()).collect();
        assert_eq!(tables, ["rtb-1", "rtb-4"]);
    }

    #[test]
    fn only_others_that_are_healthy_count_and_each_once() {
        let target = |id: &str, port: i32, state: TargetHealthStateEnum| {
            TargetHealthDescription::builder()
                .target(TargetDescription::builder().id(id).port(port).build())
                .target_health(TargetHealth::builder().state(state).build())
                .build()
        };
        use TargetHealthStateEnum::{Draining, Healthy};
        let read = [
            target("i-1", 80, Healthy),
            target("i-2", 80, Healthy),
            target("i-2", 81, Healthy),
            target("i-3", 80, Draining),
            target("10.0.1.5", 80, Healthy),
        ];
        let own = BTreeSet::from(["i-1".to_owned(), "10.0.1.5".to_owned()]);
        assert_eq!(others_healthy(&read, &own), 1);
        let member = |id: &str, state: &str| {
            let member = InstanceState::builder().instance_id(id).state(state);
            member.build()
        };
        let read = [
            member("i-1", "InService"),
            member("i-2", "OutOfService"),
            member("i-3", "InService"),
        ];
        assert_eq!(others_in_service(&read, "i-1"), 1);
    }
}
