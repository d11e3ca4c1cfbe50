//! Walls of the network taken away or ways around them built. Must not look at single ports: that is [`super::opened_to_world`].

use super::{Events, Hit, Picture, is_one_of, on};

pub(super) const EVENTS: Events = &[
    "CreateNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
    "CreateRoute",
    "ReplaceRoute",
    "CreateInternetGateway",
    "AttachInternetGateway",
    "AssociateAddress",
    "CreateVpcPeeringConnection",
    "AcceptVpcPeeringConnection",
    "CreateVpnConnection",
    "CreateClientVpnEndpoint",
    "CreateTrafficMirrorSession",
    "CreateTransitGatewayVpcAttachment",
    "DeleteWebACL",
    "DisassociateWebACL",
    "DeleteFirewall",
    "DeleteFirewallPolicy",
    "DeleteFirewallRuleGroup",
    "DisassociateFirewallRuleGroup",
    "RevokeSecurityGroupEgress",
    "AuthorizeSecurityGroupEgress",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "network-changed", |call| {
        call.error.is_none() && is_one_of(call, EVENTS)
    })
}
