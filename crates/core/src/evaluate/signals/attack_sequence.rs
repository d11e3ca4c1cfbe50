//! GuardDuty itself counts the instance to an attack in several stages, by a finding of that type or by naming the sequence in the
//! finding at hand. Must not look at the parts of a sequence.

use super::{Hit, Picture, said};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let part_of_one = picture.finding.sequence_arn.is_some();
    let found: Vec<_> = said::all(picture)
        .filter(|said| said.is_sequence() || said.alert && part_of_one)
        .collect();
    said::hit_on("attack-sequence", &found, &[])
}
