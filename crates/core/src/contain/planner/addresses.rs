//! Elastic IPs off, automatic address off and no new one. In the wave of the first move, so that the open group and a public
//! address do not stand together for longer than one call takes, and no address that goes early warns the attacker while
//! groups are still being made. Must not know the groups.

use super::isolate::Cut;
use super::{Builder, View};
use crate::contain::{SetAutoPublicAddress, SetElasticIp};
use crate::identify::Interface;

pub(super) fn steps(steps: &mut Builder, view: &View<'_>, cut: &Cut) {
    if !view.profile.asks("addresses") {
        return;
    }
    for interface in view
        .subject
        .interfaces
        .iter()
        .filter(|i| !i.requester_managed && i.vpc.is_some())
    {
        of_interface(steps, interface, cut);
    }
}

fn of_interface(steps: &mut Builder, interface: &Interface, cut: &Cut) {
    let mut had_public = false;
    let mut automatic = None;
    for address in &interface.addresses {
        let Some(public) = &address.public else {
            continue;
        };
        had_public = true;
        let Some(elastic) = &public.elastic else {
            automatic = Some(public.ip);
            continue;
        };
        let action = SetElasticIp {
            allocation: elastic.allocation.clone(),
            association: Some(elastic.association.clone()),
            interface: interface.id.clone(),
            private_ip: address.private_ip,
            public_ip: public.ip,
            associated: false,
        };
        steps.beside(action, &cut.first);
    }
    // AWS gives a new automatic address to an instance that loses its Elastic IP, if it was launched with one: so the
    // setting goes off on the primary interface wherever there was a public address.
    let may_come =
        (had_public || interface.auto_public == Some(true)) && interface.auto_public != Some(false);
    if interface.device_index == 0 && (automatic.is_some() || may_come) {
        let action = SetAutoPublicAddress {
            interface: interface.id.clone(),
            address: automatic,
            from: automatic.map(|_| true).or(interface.auto_public),
            to: false,
        };
        steps.beside(action, &cut.first);
    }
}
