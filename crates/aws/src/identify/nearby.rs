//! From the SDK's types to those of the neighbourhood. Pure: must not call anything.

use aws_sdk_ec2::types as ec2;
use jiff::Timestamp;
use rebato_core::identify::{
    Acl, AclEntry, ImageFacts, InterfaceFacts, KeyPair, Placement, SpotRequest,
};

use super::shape::{text_of, timestamp};

pub(super) fn spot(
    read: &[ec2::SpotInstanceRequest],
    instance: &ec2::Instance,
) -> Option<SpotRequest> {
    let id = instance.spot_instance_request_id();
    let found = read
        .iter()
        .find(|request| request.spot_instance_request_id() == id)
        .or_else(|| read.first());
    match (found, id) {
        (Some(request), _) => Some(SpotRequest {
            id: text_of(request.spot_instance_request_id()),
            kind: request.r#type().map(|t| t.as_str().to_owned()),
            on_interruption: request
                .instance_interruption_behavior()
                .map(|b| b.as_str().to_owned()),
        }),
        // The request itself may be forgotten already; the instance still names it.
        (None, Some(id)) => Some(SpotRequest {
            id: id.to_owned(),
            ..SpotRequest::default()
        }),
        (None, None) => None,
    }
}

pub(super) fn placement(instance: &ec2::Instance) -> Placement {
    let place = instance.placement();
    Placement {
        tenancy: place
            .and_then(|p| p.tenancy())
            .filter(|tenancy| **tenancy != ec2::Tenancy::Default)
            .map(|tenancy| tenancy.as_str().to_owned()),
        host: place.and_then(|p| p.host_id()).map(str::to_owned),
        capacity_reservation: instance.capacity_reservation_id.clone(),
        capacity_block: instance.capacity_block_id.clone(),
        outpost: instance.outpost_arn.clone(),
    }
}

pub(super) fn products(instance: &ec2::Instance) -> Vec<(String, String)> {
    instance
        .product_codes()
        .iter()
        .map(|code| {
            let kind = code.product_code_type().map(ec2::ProductCodeValues::as_str);
            (text_of(code.product_code_id()), text_of(kind))
        })
        .collect()
}

pub(super) fn interface(read: &ec2::NetworkInterface) -> InterfaceFacts {
    let v4 = read.ipv4_prefixes().iter().filter_map(|p| p.ipv4_prefix());
    let v6 = read.ipv6_prefixes().iter().filter_map(|p| p.ipv6_prefix());
    InterfaceFacts {
        kind: read.interface_type().map(|t| t.as_str().to_owned()),
        prefixes: v4.chain(v6).map(str::to_owned).collect(),
        requester: read.requester_id.clone(),
        source_dest_check: read.source_dest_check(),
    }
}

/// A pair by its name; one that was deleted since has only that.
pub(super) fn key(name: &str, read: &[ec2::KeyPairInfo]) -> KeyPair {
    let found = read.iter().find(|pair| pair.key_name() == Some(name));
    KeyPair {
        name: name.to_owned(),
        id: found.and_then(|p| p.key_pair_id.clone()),
        fingerprint: found.and_then(|p| p.key_fingerprint.clone()),
        kind: found
            .and_then(|p| p.key_type())
            .map(|kind| kind.as_str().to_owned()),
        created: found.and_then(|p| p.create_time()).and_then(timestamp),
    }
}

pub(super) fn image(id: &str, read: Option<&ec2::Image>) -> ImageFacts {
    let time = |text: Option<&str>| text?.parse::<Timestamp>().ok();
    ImageFacts {
        id: id.to_owned(),
        missing: read.is_none(),
        name: read.and_then(|i| i.name.clone()),
        owner: read.and_then(|i| i.owner_id.clone()),
        owner_alias: read.and_then(|i| i.image_owner_alias.clone()),
        created: time(read.and_then(ec2::Image::creation_date)),
        deprecated: time(read.and_then(ec2::Image::deprecation_time)),
    }
}

/// An entry of an ACL, but for the last one of each direction, which cannot be changed.
pub(crate) fn acl_entry(entry: &ec2::NetworkAclEntry) -> Option<AclEntry> {
    Some(AclEntry {
        egress: entry.egress()?,
        // 32767 is the end that cannot be changed, 32768 the same for IPv6.
        number: entry.rule_number().filter(|number| *number < 32767)?,
        allow: entry.rule_action() == Some(&ec2::RuleAction::Allow),
        protocol: text_of(entry.protocol()),
        cidr: text_of(entry.cidr_block().or_else(|| entry.ipv6_cidr_block())),
        ports: entry.port_range().and_then(|r| r.from().zip(r.to())),
    })
}

/// The ACL of a subnet: it has always exactly one.
pub(super) fn acl(subnet: &str, read: &[ec2::NetworkAcl]) -> Option<Acl> {
    let acl = read.iter().find(|acl| {
        acl.associations()
            .iter()
            .any(|a| a.subnet_id() == Some(subnet))
    })?;
    let mut entries: Vec<AclEntry> = acl.entries().iter().filter_map(acl_entry).collect();
    entries.sort();
    Some(Acl {
        id: text_of(acl.network_acl_id()),
        is_default: acl.is_default().unwrap_or_default(),
        entries,
    })
}

/// Whether a subnet's routes lead to an internet gateway: those of its own table, else of the VPC's main one.
pub(super) fn leads_out(subnet: &str, tables: &[ec2::RouteTable]) -> Option<bool> {
    let of = |fits: &dyn Fn(&ec2::RouteTableAssociation) -> bool| {
        tables.iter().find(|t| t.associations().iter().any(fits))
    };
    let table =
        of(&|a| a.subnet_id() == Some(subnet)).or_else(|| of(&|a| a.main() == Some(true)))?;
    Some(table.routes().iter().any(|route| {
        route.state() != Some(&ec2::RouteState::Blackhole)
            && route.gateway_id().is_some_and(|id| id.starts_with("igw-"))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(gateway: &str, subnet: Option<&str>) -> ec2::RouteTable {
        let association = ec2::RouteTableAssociation::builder()
            .set_subnet_id(subnet.map(str::to_owned))
            .main(subnet.is_none())
            .build();
        let route = ec2::Route::builder()
            .destination_cidr_block("0.0.0.0/0")
            .gateway_id(gateway)
            .build();
        ec2::RouteTable::builder()
            .associations(association)
            .routes(route)
            .build()
    }

    #[test]
    fn a_subnet_without_a_table_of_its_own_has_the_main_one() {
        let tables = [table("igw-1", None), table("vgw-1", Some("subnet-b"))];
        assert_eq!(leads_out("subnet-a", &tables), Some(true));
        assert_eq!(leads_out("subnet-b", &tables), Some(false));
        assert_eq!(leads_out("subnet-b", &[]), None);
    }

    #[test]
    fn a_route_into_nothing_leads_nowhere() {
        let route = ec2::Route::builder()
            .gateway_id("igw-1")
            .state(ec2::RouteState::Blackhole)
            .build();
        let main = ec2::RouteTableAssociation::builder().main(true).build();
        let table = ec2::RouteTable::builder()
            .associations(main)
            .routes(route)
            .build();
        assert_eq!(leads_out("subnet-a", &[table]), Some(false));
    }

    #[test]
    fn what_is_gone_is_a_fact() {
        assert!(image("ami-1", None).missing);
        let gone = key("ops", &[]);
        assert_eq!((gone.name.as_str(), gone.id), ("ops", None));
    }

    #[test]
    fn a_spot_request_that_is_forgotten_is_still_named() {
        let instance = ec2::Instance::builder()
            .spot_instance_request_id("sir-1")
            .build();
        assert_eq!(spot(&[], &instance).unwrap().id, "sir-1");
        assert_eq!(spot(&[], &ec2::Instance::builder().build()), None);
    }
}
