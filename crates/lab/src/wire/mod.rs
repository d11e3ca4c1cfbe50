//! The wire: the AWS protocols over HTTP on loopback. It translates between requests and the world's own methods, and
//! decides nothing about the account; the world knows nothing of it.

mod answer;
mod autoscaling;
mod calls;
mod cbor;
mod cloudtrail;
mod cloudwatch;
mod cloudwatch_alarms;
mod context;
mod credentials;
mod ec2;
mod elb;
mod elb_classic;
mod events;
mod failure;
mod faults;
mod filters;
mod guardduty;
mod guardduty_criteria;
mod guardduty_lists;
mod guardduty_malware;
mod iam;
mod json;
mod kms;
mod logs;
mod logs_filters;
mod operations;
mod params;
mod reply;
mod request;
mod resolver;
mod s3;
mod s3_objects;
mod secrets;
mod security_ir;
mod server;
mod service;
mod ssm;
mod ssm_commands;
mod state;
mod sts;
mod support;
mod throttle;
mod trail;
mod xml;

pub use calls::{Call, Outcome};
pub use faults::{CallInfo, Effect, Faults, Hook, Moment, Rule, Verdict};
pub use operations::{OPERATIONS, Operation, operations};
pub use service::Service;
pub use state::Pace;
pub use throttle::Throttling;

pub(crate) use credentials::{ACCESS_KEY, SECRET_KEY};
pub(crate) use server::serve;
pub(crate) use state::Shared;
