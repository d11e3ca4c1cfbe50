//! The log of every call over the wire: what came, when it began and ended by a real clock, how it ended.
//! It is for tests and for people who look on; nothing of the simulated account depends on it.

use serde_json::Value;

use super::service::Service;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Not answered yet.
    Running,
    /// A success was answered.
    Ok,
    /// An error with this code was answered.
    Error(String),
    /// The connection was closed without an answer; the effect did or did not happen.
    Dropped {
        /// Whether the operation had taken effect.
        effect: bool,
    },
}

/// One call over the wire.
#[derive(Debug, Clone)]
pub struct Call {
    /// From 1 in order of arrival.
    pub n: u64,
    /// The service.
    pub service: Service,
    /// The operation's name, for example `StopInstances`.
    pub operation: String,
    /// Microseconds of real time from the start of the lab to the arrival of the whole request.
    pub start_us: u64,
    /// The same for the moment when the answer was ready; equal to `start_us` while it runs.
    pub end_us: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The request id that the client was given.
    pub request_id: String,
    /// The parameters as JSON.
    pub params: Value,
    /// `sdk-invocation-id` of the client, where it sent one: attempts of one call share it.
    pub invocation: Option<String>,
    /// Whether it was only to be tried (`DryRun`), and so changed nothing.
    pub dry_run: bool,
    /// Whether it could change nothing: the operation only reads, or was only to be tried.
    pub reads: bool,
}
