//! A long connection outwards on no ordinary port, to an address nobody suspected, that began only after a suspect had got through.
//! Must not look at suspects: see `callback`.

use super::{Hit, Picture, hit, ips, ports};
use crate::identify::Direction;

/// Ports that every machine calls.
const ORDINARY: [u16; 6] = [53, 80, 123, 443, 853, 8883];
/// Seconds.
const LONG: u64 = 300;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let Some(contact) = picture.first_contact() else {
        return Vec::new();
    };
    let talks: Vec<_> = picture
        .talks()
        .filter(|(_, talk)| {
            talk.direction == Direction::Outbound
                && !picture.is_suspect(talk.remote_ip)
                && talk.first > contact
                && talk.accepted_in.packets > 0
                && talk.accepted_out.packets > 0
                && talk.longest_session_s >= LONG
                && talk.port.is_some_and(|port| !ORDINARY.contains(&port))
                && is_outside(talk.remote_ip)
        })
        .collect();
    hit(
        "callback-elsewhere",
        talks.iter().map(|(e, _)| *e),
        &[("ip", ips(&talks)), ("ports", ports(&talks))],
    )
}

fn is_outside(ip: std::net::IpAddr) -> bool {
    match ip {
        std::net::IpAddr::V4(ip) => !(ip.is_private() || ip.is_link_local() || ip.is_loopback()),
        std::net::IpAddr::V6(ip) => {
            !(ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback())
        }
    }
}
