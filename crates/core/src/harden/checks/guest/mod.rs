//! Checks of the operating system.

use crate::harden::Check;

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[];
