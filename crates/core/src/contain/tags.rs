//! The tags that Rebato puts on what it makes or changes. Attackers with credentials can read them: no secrets. Must not know
//! their values.

/// The tag that names the case on everything Rebato makes or changes.
pub const TAG_CASE: &str = "rebato:case";
/// The tag that names the step that made a resource: what a resumed run looks for.
pub const TAG_STEP: &str = "rebato:step";
/// The tag that names the instance a snapshot belongs to.
pub const TAG_INSTANCE: &str = "rebato:instance";
/// The tag that says what one of Rebato's own groups is for.
pub const TAG_ROLE: &str = "rebato:role";
/// The tag that names the snapshot that a copy was made of.
pub const TAG_COPY_OF: &str = "rebato:copy-of";
/// The tag that says until when a watch object is wanted.
pub const TAG_UNTIL: &str = "rebato:until";
