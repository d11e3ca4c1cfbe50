//! Networks that a careful list does not touch: one's own, private ones, and those that everybody talks to.
//! Must not say what is to be done about it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net};
use rebato_core::investigate::{Scope, scope_of};

use super::{Indicator, RangeSet, WarningKind};
use crate::ranges;

/// Never on the Internet, by the IANA registry of special addresses.
const PRIVATE: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
];
/// Nobody's: protocol assignments, benchmarks, multicast, reserved. Not those for documentation, which stand in examples only.
const RESERVED: &[([u8; 4], u8)] = &[
    ([192, 0, 0, 0], 24),
    ([198, 18, 0, 0], 15),
    ([224, 0, 0, 0], 3),
];

/// The networks that are the same for everybody.
struct Common {
    private: RangeSet,
    reserved: RangeSet,
    resolvers: RangeSet,
    content: RangeSet,
    clouds: RangeSet,
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    let fixed = |nets: &[([u8; 4], u8)]| {
        let net = |(net, prefix): &([u8; 4], u8)| Ipv4Net::new(Ipv4Addr::from(*net), *prefix).ok();
        RangeSet::new(nets.iter().filter_map(net).map(IpNet::V4))
    };
    let others = |fits: fn(&str) -> bool| {
        let ranges = ranges::all().iter();
        let ranges = ranges.filter(|range| range.owner != "aws" && fits(&range.service));
        RangeSet::new(ranges.map(|range| range.net))
    };
    Common {
        private: fixed(PRIVATE),
        reserved: fixed(RESERVED),
        resolvers: others(|service| service == "resolver"),
        content: others(|service| service == "cdn"),
        clouds: others(|service| service != "resolver" && service != "cdn"),
    }
});

/// The common ones and one's own.
pub(super) struct Known<'a> {
    own: &'a [IpNet],
    own_v4: RangeSet,
}

impl<'a> Known<'a> {
    pub(super) fn new(own: &'a [IpNet]) -> Self {
        Self {
            own,
            own_v4: RangeSet::new(own.iter().copied()),
        }
    }

    /// Names the networks that an entry touches.
    pub(super) fn touched_by(&self, indicator: &Indicator, mut warn: impl FnMut(WarningKind)) {
        if let Indicator::Ipv6(net) = indicator {
            let net = IpNet::V6(*net);
            let meets = |own: &IpNet| own.contains(&net) || net.contains(own);
            if self.own.iter().any(meets) {
                warn(WarningKind::CoversOwn);
            }
            match scope_of(net.addr(), &[]) {
                Scope::Private | Scope::Loopback | Scope::LinkLocal => {
                    warn(WarningKind::CoversPrivate);
                }
                Scope::Multicast => warn(WarningKind::CoversReserved),
                _ => {}
            }
            return;
        }
        let Some((first, last)) = indicator.v4_bounds() else {
            return;
        };
        let common = &*COMMON;
        // One address of a cloud is one customer's machine, and naming it is what a threat list is for.
        let cloud = first != last && common.clouds.overlaps(first, last);
        for (touched, kind) in [
            (self.own_v4.overlaps(first, last), WarningKind::CoversOwn),
            (
                common.private.overlaps(first, last),
                WarningKind::CoversPrivate,
            ),
            (
                common.reserved.overlaps(first, last),
                WarningKind::CoversReserved,
            ),
            (
                common.resolvers.overlaps(first, last),
                WarningKind::CoversResolver,
            ),
            (ranges::covers_aws(first, last), WarningKind::CoversAws),
            (common.content.overlaps(first, last), WarningKind::CoversCdn),
            (cloud, WarningKind::CoversCloud),
        ] {
            if touched {
                warn(kind);
            }
        }
    }
}

/// Whether an address as written lies in the network and is not its first.
pub(super) fn is_inside(text: &str, net: &IpNet) -> bool {
    let address: Option<IpAddr> = text.trim().parse().ok();
    address.is_some_and(|ip| net.contains(&ip) && ip != net.network())
}
