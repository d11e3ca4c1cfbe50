//! The credentials of the instance's role were used from an address that is not the instance's: they were taken. An instance without
//! a public address speaks through a NAT gateway whose address is not known here, so there only suspects count; calls that a service
//! of AWS makes for the role name the service and no address. Must not look at other principals.

use std::net::IpAddr;

use super::{Call, Hit, Picture, hit, joined};
use crate::is_private;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let has_public = picture.own.iter().any(|ip| !is_private(*ip));
    let foreign = |call: &Call<'_>| {
        let Ok(ip) = call.source_ip.parse::<IpAddr>() else {
            return false;
        };
        !picture.is_own(ip) && !is_private(ip) && (has_public || picture.is_suspect(ip))
    };
    let calls: Vec<_> = picture
        .api_calls()
        .filter(|(_, call)| picture.is_ours(call) && foreign(call))
        .collect();
    let args = [
        (
            "ip",
            joined(calls.iter().map(|(_, call)| call.source_ip.to_owned())),
        ),
        (
            "events",
            joined(calls.iter().map(|(_, call)| call.event.to_owned())),
        ),
        (
            "principal",
            joined(
                calls
                    .iter()
                    .filter_map(|(_, call)| call.principal.map(str::to_owned)),
            ),
        ),
        (
            "count",
            calls
                .iter()
                .map(|(_, call)| call.count)
                .sum::<u64>()
                .to_string(),
        ),
    ];
    hit("role-used-elsewhere", calls.iter().map(|(e, _)| *e), &args)
}
