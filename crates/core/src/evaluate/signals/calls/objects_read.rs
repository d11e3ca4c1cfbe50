//! Objects were read in great numbers from a suspect's address. Only trails with data events show it. Must not count what the
//! instance itself reads: that is its work.

use super::{Events, Hit, Picture, is_one_of, on};

/// Objects of one kind of call.
const MANY: u64 = 10;

const EVENTS: Events = &[
    "s3:GetObject",
    "s3:SelectObjectContent",
    "GetSnapshotBlock",
    "dynamodb:Scan",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "objects-read", |call| {
        call.error.is_none()
            && call.count >= MANY
            && is_one_of(call, EVENTS)
            && picture.is_from_suspect(call)
    })
}
