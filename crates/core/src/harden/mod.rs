//! Step 5 of the runbook: what let it happen and what must change. Must not know how the account is read.

pub(crate) mod check;
mod checks;
mod fix;
pub mod guest;
mod port_use;
mod posture;
pub mod sshd;

pub use check::{Check, CheckResult, FixClass, Scope, Seen, Shortfall, Status};
pub(crate) use checks::admin_rules;
pub use checks::{check, check_guest, checks, named};
pub use fix::{Fix, fix, fix_plan};
pub use port_use::{PORT_USE_DAYS, PortPeer, PortUse, PortsUsed, ports_used};
pub use posture::{
    Alarm, BackupSnapshot, Detector, DetectorState, FlowLogConfig, ImdsCalls, MetricFilter,
    PatchState, Posture, RolePolicy, TemplateVersion, Trail,
};
