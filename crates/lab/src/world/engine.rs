//! The agenda of the world: what happens when. Must not know what the tasks do.

/// The agenda.
#[derive(Debug, Default)]
pub(crate) struct Engine {}
