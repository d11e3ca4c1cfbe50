//! EC2 over its query protocol, one file a topic. Here is what the topics share: choosing resources by id, tags, and
//! the small shapes that appear in many answers (names from the EC2 API model of 2016-11-15).

pub(super) mod addresses;
pub(super) mod attributes;
pub(super) mod catalogue;
pub(super) mod custody;
pub(super) mod flow_logs;
pub(super) mod group_rules;
pub(super) mod groups;
mod instance_xml;
pub(super) mod instances;
pub(super) mod interfaces;
pub(super) mod network;
pub(super) mod power;
pub(super) mod profiles;
pub(super) mod storage;
pub(super) mod surroundings;
pub(super) mod tags;
pub(super) mod templates;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::context::Context;
use super::failure::{self, error};
use super::params::Params;
use super::reply::Reply;
use super::service::Service;
use super::xml::Xml;
use crate::world::{ApiError, ElasticIp, InstanceState, Interface, PrivateAddress, Tags, World};

const EC2: Service = Service::Ec2;

/// How a kind of resource is named in ids and errors.
pub(super) struct Kind {
    /// For example `i-`.
    prefix: &'static str,
    /// Error code without `.NotFound`, for example `InvalidInstanceID`.
    code: &'static str,
    /// For example `instance ID`.
    noun: &'static str,
}

pub(super) const INSTANCE: Kind = Kind {
    prefix: "i-",
    code: "InvalidInstanceID",
    noun: "instance ID",
};
pub(super) const INTERFACE: Kind = Kind {
    prefix: "eni-",
    code: "InvalidNetworkInterfaceID",
    noun: "networkInterface ID",
};
pub(super) const GROUP: Kind = Kind {
    prefix: "sg-",
    code: "InvalidGroup",
    noun: "security group",
};
pub(super) const VOLUME: Kind = Kind {
    prefix: "vol-",
    code: "InvalidVolume",
    noun: "volume",
};
pub(super) const SNAPSHOT: Kind = Kind {
    prefix: "snap-",
    code: "InvalidSnapshot",
    noun: "snapshot",
};

impl Kind {
    /// The error for an id that is not there.
    pub(super) fn not_found(&self, id: &str) -> ApiError {
        let (code, noun) = (self.code, self.noun);
        error(
            &format!("{code}.NotFound"),
            &format!("The {noun} '{id}' does not exist"),
            400,
        )
    }

    /// Refuses an id that cannot be one of this kind.
    fn check(&self, id: &str) -> Result<(), ApiError> {
        let hex = id.strip_prefix(self.prefix);
        if hex.is_some_and(|hex| !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit())) {
            return Ok(());
        }
        let code = match self.code {
            "InvalidInstanceID" | "InvalidNetworkInterfaceID" => format!("{}.Malformed", self.code),
            "InvalidGroup" => "InvalidGroupId.Malformed".to_owned(),
            _ => "InvalidParameterValue".to_owned(),
        };
        Err(error(
            &code,
            &format!("Invalid id: \"{id}\" (expecting \"{}...\")", self.prefix),
            400,
        ))
    }
}

/// The resources with these ids, or all when none is named; in the order of their ids. What was just made and is not
/// seen yet is as good as absent.
pub(super) fn choose<'w, T>(
    context: &'w Context<'_>,
    map: &'w BTreeMap<String, T>,
    ids: &[String],
    kind: &Kind,
) -> Result<Vec<&'w T>, ApiError> {
    for id in ids {
        kind.check(id)?;
        if !map.contains_key(id) || !context.unseen.sees(id) {
            return Err(kind.not_found(id));
        }
    }
    Ok(map
        .iter()
        .filter(|(id, _)| (ids.is_empty() || ids.contains(id)) && context.unseen.sees(id))
        .map(|(_, thing)| thing)
        .collect())
}

/// Checks that one resource is there and seen.
pub(super) fn present<T>(
    context: &Context<'_>,
    map: &BTreeMap<String, T>,
    id: &str,
    kind: &Kind,
) -> Result<(), ApiError> {
    kind.check(id)?;
    if map.contains_key(id) && context.unseen.sees(id) {
        Ok(())
    } else {
        Err(kind.not_found(id))
    }
}

/// The answer of a describing operation: one list, and the token of the next page.
pub(super) fn listing<T>(
    context: &Context<'_>,
    name: &str,
    items: Vec<T>,
    write: impl FnMut(&mut Xml, T),
) -> Result<Reply, ApiError> {
    let (items, next) = super::filters::ec2_page(items, context.params())?;
    let mut xml = Xml::new();
    xml.list(name, "item", items, write);
    xml.maybe("nextToken", next);
    Ok(Reply::Xml(xml))
}

/// `tagSet` with the tags that are seen.
pub(super) fn tag_set(xml: &mut Xml, context: &Context<'_>, id: &str, tags: &Tags) {
    write_tags(xml, &context.unseen.tags(id, tags));
}

/// `tagSet`.
pub(super) fn write_tags(xml: &mut Xml, tags: &Tags) {
    xml.list("tagSet", "item", tags, |xml, (key, value)| {
        xml.text("key", key);
        xml.text("value", value);
    });
}

/// `Tag.N` as tags.
pub(super) fn read_tags(params: &Params) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for tag in params.list("Tag") {
        let key = tag.need("Key")?;
        tags.insert(
            key.to_owned(),
            tag.text("Value").unwrap_or_default().to_owned(),
        );
    }
    Ok(tags)
}

/// The tags of a `TagSpecification` for one type of resource; another type is refused, as EC2 does.
pub(super) fn specified_tags(params: &Params, resource_type: &str) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for specification in params.list("TagSpecification") {
        let found = specification.need("ResourceType")?;
        if found != resource_type {
            return Err(failure::invalid(&format!(
                "'{found}' is not a valid taggable resource type for this operation."
            )));
        }
        tags.append(&mut read_tags(specification)?);
    }
    Ok(tags)
}

/// A state as `<name><code/><name/></name>`.
pub(super) fn state(xml: &mut Xml, name: &str, state: InstanceState) {
    xml.node(name, |xml| {
        xml.text("code", state.code());
        xml.text("name", state.name());
    });
}

/// `groupSet` with ids and names.
pub(super) fn group_set(xml: &mut Xml, world: &World, ids: &[String]) {
    xml.list("groupSet", "item", ids, |xml, id| {
        xml.text("groupId", id);
        xml.maybe("groupName", world.groups.get(id).map(|group| &group.name));
    });
}

/// The interfaces of an instance by device index.
pub(super) fn interfaces_of<'w>(world: &'w World, instance_id: &str) -> Vec<&'w Interface> {
    world.interfaces_of(instance_id).collect()
}

/// The public side of a private address: an Elastic IP or an automatic address.
pub(super) enum Public<'w> {
    Elastic(&'w ElasticIp, &'w str),
    Automatic(Ipv4Addr),
}

impl Public<'_> {
    pub(super) fn ip(&self) -> Ipv4Addr {
        match self {
            Self::Elastic(address, _) => address.public_ip,
            Self::Automatic(ip) => *ip,
        }
    }
}

/// The public side of one of an interface's addresses.
pub(super) fn public_of<'w>(
    world: &'w World,
    interface: &Interface,
    address: &PrivateAddress,
) -> Option<Public<'w>> {
    let elastic = world
        .elastic_ip_of(interface, address.ip)
        .and_then(|elastic| {
            let association = elastic.association.as_ref()?;
            Some(Public::Elastic(elastic, association.id.as_str()))
        });
    elastic.or_else(|| address.auto_public.map(Public::Automatic))
}

/// The primary address of an interface.
pub(super) fn primary(interface: &Interface) -> Option<&PrivateAddress> {
    interface
        .private_addresses
        .iter()
        .find(|address| address.primary)
        .or_else(|| interface.private_addresses.first())
}

/// The primary private address of an instance.
pub(in super::super) fn first_private_ip(world: &World, instance_id: &str) -> Option<Ipv4Addr> {
    world
        .interfaces_of(instance_id)
        .next()
        .and_then(primary)
        .map(|address| address.ip)
}

/// The name that EC2 gives a public address.
pub(super) fn public_name(world: &World, ip: Ipv4Addr) -> String {
    let dashed = ip.to_string().replace('.', "-");
    format!("ec2-{dashed}.{}.compute.amazonaws.com", world.region)
}

/// The name that EC2 gives a private address.
pub(in super::super) fn private_name(world: &World, ip: Ipv4Addr) -> String {
    let dashed = ip.to_string().replace('.', "-");
    format!("ip-{dashed}.{}.compute.internal", world.region)
}

/// `association` of an address. The ids of an Elastic IP show in `DescribeNetworkInterfaces` only.
pub(super) fn association(xml: &mut Xml, world: &World, public: &Public<'_>, with_ids: bool) {
    xml.node("association", |xml| {
        let ip = public.ip();
        xml.text("publicIp", ip);
        xml.text("publicDnsName", public_name(world, ip));
        match public {
            Public::Elastic(address, association_id) => {
                xml.text("ipOwnerId", &world.account_id);
                if with_ids {
                    xml.text("allocationId", &address.allocation_id);
                    xml.text("associationId", association_id);
                }
            }
            Public::Automatic(_) => xml.text("ipOwnerId", "amazon"),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_kind_are_malformed() {
        assert!(INSTANCE.check("i-0abc").is_ok());
        assert_eq!(
            INSTANCE.check("sg-0abc").unwrap_err().code,
            "InvalidInstanceID.Malformed"
        );
        assert_eq!(
            GROUP.check("web").unwrap_err().code,
            "InvalidGroupId.Malformed"
        );
    }

    #[test]
    fn tags_for_another_resource_are_refused() {
        let params = Params::from_pairs(
            [
                ("TagSpecification.1.ResourceType", "volume"),
                ("TagSpecification.1.Tag.1.Key", "k"),
            ]
            .into_iter(),
        );
        assert!(specified_tags(&params, "snapshot").is_err());
        assert_eq!(
            specified_tags(&params, "volume")
                .unwrap()
                .get("k")
                .map(String::as_str),
            Some("")
        );
    }
}
