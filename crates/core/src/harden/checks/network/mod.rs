//! Checks of the VPC.

mod flow_logs;

use crate::harden::Check;

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[flow_logs::CHECK];
