//! The instance asked for a name and was given a suspect's address. Must not say that it then went there: flow logs do.

use super::names;
use super::{Hit, Picture, hit, joined};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let led = |answer: &&String| {
        answer
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| picture.is_suspect(ip.to_canonical()))
    };
    let found: Vec<_> = names::all(picture)
        .filter(|(_, name)| name.answers.iter().any(|answer| led(&answer)))
        .collect();
    let args = [
        (
            "domain",
            joined(found.iter().map(|(_, name)| name.longest.to_owned())),
        ),
        (
            "ip",
            joined(
                found
                    .iter()
                    .flat_map(|(_, name)| name.answers.iter().filter(led).cloned()),
            ),
        ),
        (
            "at",
            found
                .iter()
                .filter_map(|(e, _)| e.at)
                .min()
                .map(|at| at.to_string())
                .unwrap_or_default(),
        ),
    ];
    hit(
        "dns-led-to-suspect",
        found.iter().map(|found| found.0),
        &args,
    )
}
