//! Calls outwards at regular times: to a suspect, or to anybody once a suspect had got through and not before.
//! Must not measure regularity: the reader of the flow logs does.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let contact = picture.first_contact();
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Beacon {
                ip,
                port,
                interval_s,
                connects,
                ..
            } => Some((e, *ip, *port, *interval_s, *connects)),
            _ => None,
        })
        .filter(|(e, ip, ..)| {
            picture.is_suspect(*ip)
                || contact.is_some_and(|contact| e.at.is_some_and(|at| at > contact))
        })
        .collect();
    let args = [
        ("ip", joined(found.iter().map(|(_, ip, ..)| ip.to_string()))),
        (
            "ports",
            joined(found.iter().map(|(_, _, port, ..)| port.to_string())),
        ),
        (
            "interval",
            joined(
                found
                    .iter()
                    .map(|(_, _, _, interval, _)| format!("{interval:.0}")),
            ),
        ),
        (
            "connects",
            found.iter().map(|found| found.4).sum::<u64>().to_string(),
        ),
    ];
    hit("beacon", found.iter().map(|found| found.0), &args)
}
