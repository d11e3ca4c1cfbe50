//! What must hold of a case, a plan and a release whatever the instance looks like.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod approval;
mod belonging;
mod cases;
mod containing;
mod custody;
mod events;
mod journal;
mod linting;
mod planning;
mod profiles;
mod releasing;
mod rulings;
mod sim;
mod stale;
mod story;
mod subjects;
mod surroundings;
