//! How far containment goes: a built-in profile by its name, or a file of one's own, which is used only when the linter finds
//! nothing dangerous in it. Must not know what a profile leads to.

use std::path::Path;

use rebato_core::contain::{Profile, lint};
use rebato_report::Words;

use crate::context::Context;
use crate::failure::Failure;

/// The profile that was asked for, else the configured one, else the runbook.
///
/// # Errors
/// [`Failure::Usage`]: there is no such profile or file, it cannot be read, or it is dangerous.
pub(crate) fn chosen(context: &Context, asked: Option<&str>) -> Result<Profile, Failure> {
    let Some(named) = asked.or(context.loaded.config.contain_profile.as_deref()) else {
        return Ok(Profile::runbook());
    };
    if let Some(profile) = Profile::built_in(named) {
        return Ok(profile);
    }
    let text = std::fs::read_to_string(Path::new(named)).map_err(|e| {
        Failure::wrong(
            "wrong-profile",
            [("name", named.to_owned()), ("why", e.to_string())],
        )
    })?;
    let profile = Profile::read(named, &text).map_err(|e| Failure::Usage(e.to_string()))?;
    let faults = lint(&profile);
    if faults.is_empty() {
        return Ok(profile);
    }
    let words: Words = context.words();
    let mut said = words.with("profile-refused", [("name", profile.name)]);
    for fault in &faults {
        said.push_str("\n  - ");
        said.push_str(&words.fault(fault));
    }
    Err(Failure::Usage(said))
}
