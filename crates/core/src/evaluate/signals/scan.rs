//! A suspect knocks at many ports or machines: the noise of the Internet. Must not say that it found nothing.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Scan {
                ip, ports, hosts, ..
            } if picture.is_suspect(*ip) => Some((e, *ip, *ports, *hosts)),
            _ => None,
        })
        .collect();
    let args = [
        ("ip", joined(found.iter().map(|found| found.1.to_string()))),
        (
            "ports",
            found
                .iter()
                .map(|found| found.2)
                .max()
                .unwrap_or(0)
                .to_string(),
        ),
        (
            "hosts",
            found
                .iter()
                .map(|found| found.3)
                .max()
                .unwrap_or(0)
                .to_string(),
        ),
    ];
    hit("scan", found.iter().map(|found| found.0), &args)
}
