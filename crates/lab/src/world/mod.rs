//! The simulated account: pure, synchronous, deterministic by seed.
//! Must not know sockets, tokio, the real clock, wire protocols or any responder.

mod acts;
mod advance;
mod authlog;
mod build;
mod build_fleet;
mod build_instances;
mod build_logs;
mod dnslog;
mod engine;
mod findings;
mod flows;
mod guardduty;
mod identity;
mod ids;
mod metrics;
pub mod model;
mod model_network;
mod model_services;
mod ops_compute;
mod ops_end;
mod ops_evidence;
mod ops_fleet;
mod ops_groups;
mod ops_network;
mod ops_tags;
mod players;
mod policy;
mod role_policy;
mod role_use;
mod traffic;
mod trail;

pub use authlog::AUTH_LOG_GROUP;
pub use dnslog::DNS_LOG_GROUP;
pub(crate) use metrics::METRIC_PERIOD;
pub use model::*;
pub use ops_compute::{InstanceAttribute, MetadataChange, StateChange};
pub use ops_evidence::{DEFAULT_FLOW_LOG_FORMAT, FlowLogRequest, SnapshotRequest};
pub use ops_network::AddressTarget;
pub use policy::Direction;
pub use role_policy::SessionCall;
pub(crate) use role_policy::{ConditionKeys, denies};
pub use traffic::{AcceptedFlow, Connection};
