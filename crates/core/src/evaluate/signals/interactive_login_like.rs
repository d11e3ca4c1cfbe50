//! A long session of a suspect on a port for administration, with more coming back than a refused password takes: tries are some
//! 1.5 to 4 kB and last under ten seconds. Records without flags join tries from one port to one session: where the host's complete
//! log has only failures, a small one is such. Must not conclude from a log that is not there.

use super::{Hit, Picture, hit, ips, ports};
use crate::evaluate::{Conversation, Coverage, Fact, Source};
use crate::identify::Direction;

/// Bytes back that a few tries in a row come to; whoever works in a session leaves more.
const FEW_TRIES: u64 = 20_000;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            talk.direction != Direction::Outbound
                && matches!(talk.port, Some(22 | 2222 | 3389 | 5985 | 5986))
                && talk.longest_session_s > 60
                && talk.session_bytes_out > 5_000
                && !only_tries(picture, talk)
        })
        .collect();
    let seconds = talks
        .iter()
        .map(|(_, talk)| talk.longest_session_s)
        .max()
        .unwrap_or(0);
    let bytes = talks
        .iter()
        .map(|(_, talk)| talk.session_bytes_out)
        .max()
        .unwrap_or(0);
    let args = [
        ("ip", ips(&talks)),
        ("ports", ports(&talks)),
        ("seconds", seconds.to_string()),
        ("bytes", bytes.to_string()),
    ];
    hit(
        "interactive-login-like",
        talks.iter().map(|(e, _)| *e),
        &args,
    )
}

/// Whether the host's own log, complete, says that the other side only tried.
fn only_tries(picture: &Picture<'_>, talk: &Conversation) -> bool {
    let logins = || picture.dossier.evidence.iter().map(|e| &e.fact);
    talk.session_bytes_out < FEW_TRIES
        && picture.dossier.covered(Source::AuthLog) == Coverage::Complete
        && logins()
            .any(|fact| matches!(fact, Fact::LoginFailed { ip, .. } if *ip == talk.remote_ip))
        && !logins()
            .any(|fact| matches!(fact, Fact::LoginAccepted { ip, .. } if *ip == talk.remote_ip))
}
