//! What could not be read. Must not know what the parts are.

use rebato_core::identify::Unread;
use rebato_engine::ports::CloudError;

/// Notes what could not be read, each part once.
#[derive(Default)]
pub(super) struct Gaps(pub(super) Vec<Unread>);

impl Gaps {
    /// The value, or its default and a note.
    pub(super) fn or_note<T: Default>(&mut self, what: &str, read: Result<T, CloudError>) -> T {
        read.unwrap_or_else(|error| {
            self.note(what, &error);
            T::default()
        })
    }

    pub(super) fn note(&mut self, what: &str, error: &CloudError) {
        if !self.0.iter().any(|unread| unread.what == what) {
            self.0.push(Unread {
                what: what.to_owned(),
                why: error.to_string(),
            });
        }
    }
}
