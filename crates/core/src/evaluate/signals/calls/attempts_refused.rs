//! The same calls that the other signals know, refused: somebody tried. Must not count refused calls that make access: they have
//! their own signal.

use super::{
    Hit, Picture, console_login, data_destroyed, is_one_of, log_tampering, network_changed, on,
    opened_to_world, remote_command, resources_created, secrets_read,
};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let lists = [
        console_login::EVENTS,
        data_destroyed::EVENTS,
        log_tampering::EVENTS,
        network_changed::EVENTS,
        opened_to_world::SHARED,
        opened_to_world::UNPROTECTED,
        remote_command::EVENTS,
        resources_created::EVENTS,
    ];
    on(picture, "attempts-refused", |call| {
        call.is_refused()
            && (lists.iter().any(|list| is_one_of(call, list))
                || remote_command::is_user_data(call)
                || is_one_of(call, secrets_read::EVENTS) && picture.is_from_suspect(call))
    })
}
