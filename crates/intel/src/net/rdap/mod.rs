//! RDAP (RFC 9082, RFC 9083): whose network an address belongs to, and to whom abuse is reported. By hand, as little of it
//! is needed. Must not send by itself, nor judge.

mod bootstrap;
mod read;

use std::net::IpAddr;

use url::Url;

pub use bootstrap::{Bootstrap, NoBootstrap};
pub use read::{Network, network};

use super::Request;

/// The question about an address to a registry's server.
#[must_use]
pub fn request(server: &Url, ip: IpAddr) -> Request {
    let mut url = server.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["ip", &ip.to_string()]);
    }
    Request::get(url).header("accept", "application/rdap+json")
}
