//! What kind of address one is. Must not know whose it is.

use std::net::IpAddr;

/// Whether an address is of networks of one's own (RFC 1918, 6598 and 4193), of this machine, or of one link: nobody on the Internet
/// has it.
#[must_use]
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || matches!(ip.octets(), [100, 64..=127, ..])
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local(),
    }
}
