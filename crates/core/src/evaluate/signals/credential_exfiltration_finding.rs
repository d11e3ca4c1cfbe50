//! GuardDuty saw the credentials of the instance's role in use elsewhere. Must not read CloudTrail: see `role_used_elsewhere`.

use super::{Hit, Picture, said};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = said::all(picture)
        .filter(|said| !said.is_sequence() && said.is_exfiltration())
        .collect();
    said::hit_on("credential-exfiltration-finding", &found, &[])
}
