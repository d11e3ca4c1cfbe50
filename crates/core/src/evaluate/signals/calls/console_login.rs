//! Somebody came into the console from a suspect's address, or with what the instance's role was given. Must not count failures:
//! they are among the attempts.

use super::{Events, Hit, Picture, is_one_of, on};

pub(super) const EVENTS: Events = &["ConsoleLogin", "GetSigninToken"];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "console-login", |call| {
        call.error.is_none() && is_one_of(call, EVENTS)
    })
}
