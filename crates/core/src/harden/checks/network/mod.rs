//! Checks of the VPC.

mod acls;
mod default_group;
mod flow_logs;

use crate::harden::Check;

pub use flow_logs::flow_log_format;
pub(crate) use flow_logs::{covering, is_full};

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[flow_logs::CHECK, default_group::CHECK, acls::CHECK];
