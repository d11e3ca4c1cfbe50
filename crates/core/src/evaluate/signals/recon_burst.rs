//! Somebody with the instance's role, or at a suspect's address, looks around in the account. An instance that reads its own
//! surroundings is no burst: the calls must be refused, or come from a suspect. Must not look at calls that change something.

use super::{Hit, Picture, hit, joined};

const DIFFERENT: usize = 5;
const REFUSED: u64 = 3;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let looks = |event: &str| {
        // What is read for its own sake is no looking around.
        let taken = [
            "GetObject",
            "GetSecretValue",
            "GetPasswordData",
            "GetParameter",
        ];
        ["List", "Describe", "Get", "Lookup", "Simulate", "Search"]
            .iter()
            .any(|verb| event.starts_with(verb))
            && !taken.iter().any(|name| event.starts_with(name))
    };
    let calls: Vec<_> = picture
        .api_calls()
        .filter(|(_, call)| picture.is_linked(call) && looks(call.event))
        .collect();
    let mut events: Vec<&str> = calls
        .iter()
        .filter(|(_, call)| picture.is_from_suspect(call))
        .map(|(_, call)| call.event)
        .collect();
    events.sort_unstable();
    events.dedup();
    let refused: u64 = calls
        .iter()
        .filter(|(_, call)| {
            call.error
                .is_some_and(|error| error.contains("Denied") || error.contains("Unauthorized"))
        })
        .map(|(_, call)| call.count)
        .sum();
    if events.len() < DIFFERENT && refused < REFUSED {
        return Vec::new();
    }
    let args = [
        (
            "events",
            joined(calls.iter().map(|(_, call)| call.event.to_owned())),
        ),
        ("refused", refused.to_string()),
        (
            "ip",
            joined(calls.iter().map(|(_, call)| call.source_ip.to_owned())),
        ),
    ];
    hit("recon-burst", calls.iter().map(|(e, _)| *e), &args)
}
