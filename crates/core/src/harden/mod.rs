//! Step 5 of the runbook: what let it happen and what must change. Must not know how the account is read.

pub(crate) mod check;
mod checks;
mod fix;
pub mod guest;
mod health;
mod order;
mod port_use;
mod posture;
mod revert;
pub mod sshd;

pub use check::{
    Check, CheckResult, FixClass, Scope, Seen, Shortfall, Status, looks, with_earlier,
};
pub(crate) use checks::{
    admin_port, admin_rules, covering, is_full, log_group, risky_port, risky_rules, unnoticed,
};
pub use checks::{check, check_guest, checks, flow_log_format, named};
pub use fix::{Basis, FIX_NOTES, Fix, NoFix, Used, Wishes, fix, fix_plan, needs_posture};
pub use health::Health;
pub use order::{BEARINGS, Bearing, Ranked, order, to_mend};
pub use port_use::{PORT_USE_DAYS, PortPeer, PortUse, PortsUsed, ports_used};
pub use posture::{
    Alarm, BackupSnapshot, Detector, DetectorState, FlowLogConfig, ImdsCalls, MetricFilter,
    PatchState, Posture, RolePolicy, TemplateVersion, Trail,
};
pub use revert::revert;
