//! Calls that an intruder makes to stay, to hide, to take, and to go on: what these signals have in common. Only calls with the
//! instance's role or from a suspect's address count; somebody else's administration is not the instance's doing. Must not look at
//! where the role was used from.

mod attempts_refused;
mod console_login;
mod data_destroyed;
mod log_tampering;
mod models_used;
mod network_changed;
mod objects_read;
mod opened_to_world;
mod persistence;
mod remote_command;
mod resources_created;
mod secrets_read;

use std::collections::BTreeSet;

use super::{Call, Hit, Picture, hit, joined};

/// Names that are written out; the others are counted.
const NAMED: usize = 12;

/// Events, and where the name alone is not enough, with the service that is called before a colon.
type Events = &'static [&'static str];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    const ALL: [fn(&Picture<'_>) -> Vec<Hit>; 12] = [
        persistence::find,
        resources_created::find,
        opened_to_world::find,
        network_changed::find,
        log_tampering::find,
        data_destroyed::find,
        remote_command::find,
        console_login::find,
        secrets_read::find,
        objects_read::find,
        models_used::find,
        attempts_refused::find,
    ];
    ALL.iter().flat_map(|find| find(picture)).collect()
}

/// A signal on all calls of the instance or a suspect that fit.
fn on(picture: &Picture<'_>, signal: &str, fits: impl Fn(&Call<'_>) -> bool) -> Vec<Hit> {
    let calls: Vec<_> = picture
        .api_calls()
        .filter(|(_, call)| picture.is_linked(call) && fits(call))
        .collect();
    let all = |text: fn(&Call<'_>) -> Option<String>| {
        joined(calls.iter().filter_map(|(_, call)| text(call)))
    };
    let names: BTreeSet<&str> = calls.iter().map(|(_, call)| base(call.event)).collect();
    let more = names.len().saturating_sub(NAMED);
    let mut events: Vec<String> = names.into_iter().take(NAMED).map(str::to_owned).collect();
    if more > 0 {
        events.push(format!("+{more}"));
    }
    let count: u64 = calls.iter().map(|(_, call)| call.count).sum();
    let args = [
        ("events", events.join(", ")),
        ("ip", all(|call| Some(call.source_ip.to_owned()))),
        ("principal", all(|call| call.principal.map(str::to_owned))),
        ("detail", all(|call| call.detail.map(str::to_owned))),
        ("count", count.to_string()),
    ];
    hit(signal, calls.iter().map(|(e, _)| *e), &args)
}

/// Whether a call is one of these.
fn is_one_of(call: &Call<'_>, events: Events) -> bool {
    let event = base(call.event);
    events.iter().any(|listed| match listed.split_once(':') {
        Some((service, name)) => name == event && call.service.split('.').next() == Some(service),
        None => *listed == event,
    })
}

/// The event's name without the version that older services put behind it: `AddPermission20150331v2`.
fn base(event: &str) -> &str {
    let digits = event
        .bytes()
        .position(|byte| byte.is_ascii_digit())
        .unwrap_or(event.len());
    let (name, version) = event.split_at_checked(digits).unwrap_or((event, ""));
    let dated = version.len() >= 8 && version.bytes().take(8).all(|byte| byte.is_ascii_digit());
    if dated { name } else { event }
}
