//! The network, for those who were allowed to use it: HTTP, DNS and RDAP. Must not know of services, cases or keys' origin,
//! and makes nothing by itself: who is offline makes no client.

pub mod dns;
mod fetch;
pub mod rdap;
mod request;

pub use fetch::{Fetch, FetchError, Fetched, Limits, Redirects, SetupError};
pub use request::{Answer, Method, Request};
