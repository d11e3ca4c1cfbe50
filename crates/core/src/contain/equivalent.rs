//! The AWS command lines that do what an action does. Must not know who reads them.

use super::Action;

pub(super) fn equivalent(_action: &Action) -> Vec<String> {
    Vec::new()
}
