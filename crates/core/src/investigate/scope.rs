//! What kind of address an address is, by the IANA special-purpose registries for IPv4 and IPv6. Must not ask anybody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Scope;

/// The special ranges of IPv4, the first that fits counts (IANA IPv4 Special-Purpose Address Registry, RFC 6890 and later).
const V4: &[(Ipv4Addr, u8, Scope)] = &[
    (Ipv4Addr::new(10, 0, 0, 0), 8, Scope::Private),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Scope::Private),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Scope::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Scope::Cgnat),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Scope::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Scope::LinkLocal),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Scope::Documentation),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Scope::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Scope::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Scope::Multicast),
    // To all hosts of the link.
    (Ipv4Addr::new(255, 255, 255, 255), 32, Scope::Multicast),
    // This network.
    (Ipv4Addr::new(0, 0, 0, 0), 8, Scope::Private),
    // Port Control Protocol and TURN anycast are the two reachable ones of the next range.
    (Ipv4Addr::new(192, 0, 0, 9), 32, Scope::Public),
    (Ipv4Addr::new(192, 0, 0, 10), 32, Scope::Public),
    // IETF protocol assignments.
    (Ipv4Addr::new(192, 0, 0, 0), 24, Scope::Private),
    // Benchmarking.
    (Ipv4Addr::new(198, 18, 0, 0), 15, Scope::Private),
    // Reserved.
    (Ipv4Addr::new(240, 0, 0, 0), 4, Scope::Private),
];

/// The special ranges of IPv6, the first that fits counts. What lies outside 2000::/3 and is not named is not routed either.
const V6: &[(Ipv6Addr, u8, Scope)] = &[
    (Ipv6Addr::LOCALHOST, 128, Scope::Loopback),
    (
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0),
        10,
        Scope::LinkLocal,
    ),
    (
        Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0),
        8,
        Scope::Multicast,
    ),
    (
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
        32,
        Scope::Documentation,
    ),
    (
        Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0),
        20,
        Scope::Documentation,
    ),
    // Reachable parts of the IETF block 2001::/23: PCP, TURN and DNS-SD anycast, AMT, AS112, ORCHIDv2, drone ids.
    (
        Ipv6Addr::new(0x2001, 1, 0, 0, 0, 0, 0, 1),
        128,
        Scope::Public,
    ),
    (
        Ipv6Addr::new(0x2001, 1, 0, 0, 0, 0, 0, 2),
        128,
        Scope::Public,
    ),
    (
        Ipv6Addr::new(0x2001, 1, 0, 0, 0, 0, 0, 3),
        128,
        Scope::Public,
    ),
    (
        Ipv6Addr::new(0x2001, 3, 0, 0, 0, 0, 0, 0),
        32,
        Scope::Public,
    ),
    (
        Ipv6Addr::new(0x2001, 4, 0x112, 0, 0, 0, 0, 0),
        48,
        Scope::Public,
    ),
    (
        Ipv6Addr::new(0x2001, 0x20, 0, 0, 0, 0, 0, 0),
        28,
        Scope::Public,
    ),
    (
        Ipv6Addr::new(0x2001, 0x30, 0, 0, 0, 0, 0, 0),
        28,
        Scope::Public,
    ),
    // The rest of it, benchmarking and the old ORCHIDs among them.
    (
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0),
        23,
        Scope::Private,
    ),
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, Scope::Public),
];

/// What kind of address `ip` is; the account's `own` networks and addresses come first. An IPv4 address written within
/// IPv6 (mapped, NAT64, 6to4, Teredo) is what the IPv4 address is.
#[must_use]
pub fn scope_of(ip: IpAddr, own: &[IpNet]) -> Scope {
    let plain = within(ip);
    if own
        .iter()
        .any(|net| net.contains(&plain) || net.contains(&ip))
    {
        return Scope::Own;
    }
    match plain {
        IpAddr::V4(v4) => V4
            .iter()
            .find(|(net, prefix, _)| Ipv4Net::new(*net, *prefix).is_ok_and(|net| net.contains(&v4)))
            .map_or(Scope::Public, |(_, _, scope)| *scope),
        IpAddr::V6(v6) => V6
            .iter()
            .find(|(net, prefix, _)| Ipv6Net::new(*net, *prefix).is_ok_and(|net| net.contains(&v6)))
            .map_or(Scope::Private, |(_, _, scope)| *scope),
    }
}

/// The IPv4 address within an IPv6 address, where the form says that there is one.
fn within(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4.into();
    }
    let of = |high: u16, low: u16| {
        IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
    };
    match v6.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => of(high, low),
        // The client's address with every bit turned over (RFC 4380, section 4).
        [0x2001, 0, .., high, low] => of(!high, !low),
        _ => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(ip: &str) -> Scope {
        scope_of(ip.parse().unwrap(), &[])
    }

    #[test]
    fn knows_every_special_range_at_its_edges() {
        use Scope::{Cgnat, Documentation, LinkLocal, Loopback, Multicast, Private, Public};
        let table = [
            ("0.0.0.0", Private),
            ("0.255.255.255", Private),
            ("1.0.0.0", Public),
            ("9.255.255.255", Public),
            ("10.0.0.0", Private),
            ("10.255.255.255", Private),
            ("11.0.0.0", Public),
            ("100.63.255.255", Public),
            ("100.64.0.0", Cgnat),
            ("100.127.255.255", Cgnat),
            ("100.128.0.0", Public),
            ("126.255.255.255", Public),
            ("127.0.0.1", Loopback),
            ("128.0.0.0", Public),
            ("169.253.255.255", Public),
            ("169.254.169.254", LinkLocal),
            ("169.255.0.0", Public),
            ("172.15.255.255", Public),
            ("172.16.0.0", Private),
            ("172.31.255.255", Private),
            ("172.32.0.0", Public),
            ("192.0.0.8", Private),
            ("192.0.0.9", Public),
            ("192.0.0.10", Public),
            ("192.0.0.170", Private),
            ("192.0.1.0", Public),
            ("192.0.2.0", Documentation),
            ("192.0.2.255", Documentation),
            ("192.0.3.0", Public),
            ("192.31.196.1", Public),
            ("192.88.99.1", Public),
            ("192.175.48.1", Public),
            ("192.167.255.255", Public),
            ("192.168.0.0", Private),
            ("192.169.0.0", Public),
            ("198.17.255.255", Public),
            ("198.18.0.0", Private),
            ("198.19.255.255", Private),
            ("198.20.0.0", Public),
            ("198.51.100.7", Documentation),
            ("198.51.101.0", Public),
            ("203.0.113.9", Documentation),
            ("203.0.114.0", Public),
            ("223.255.255.255", Public),
            ("224.0.0.1", Multicast),
            ("239.255.255.255", Multicast),
            ("240.0.0.1", Private),
            ("255.255.255.254", Private),
            ("255.255.255.255", Multicast),
            ("8.8.8.8", Public),
            ("77.72.82.80", Public),
            ("::", Private),
            ("::1", Loopback),
            ("::2", Private),
            ("100::1", Private),
            ("100:0:0:1::1", Private),
            ("64:ff9b:1::1", Private),
            ("5f00::1", Private),
            ("2001:1::1", Public),
            ("2001:1::2", Public),
            ("2001:1::4", Private),
            ("2001:2::1", Private),
            ("2001:3::1", Public),
            ("2001:4:112::1", Public),
            ("2001:10::1", Private),
            ("2001:20::1", Public),
            ("2001:30::1", Public),
            ("2001:1ff::1", Private),
            ("2001:200::1", Public),
            ("2001:db8::1", Documentation),
            ("2001:db9::1", Public),
            ("2620:4f:8000::1", Public),
            ("3fff::1", Documentation),
            ("3fff:1000::1", Public),
            ("2606:4700::1111", Public),
            ("4000::1", Private),
            ("fc00::1", Private),
            ("fdff::1", Private),
            ("fe80::1", LinkLocal),
            ("febf::1", LinkLocal),
            ("fec0::1", Private),
            ("ff02::1", Multicast),
        ];
        for (ip, wanted) in table {
            assert_eq!(scope(ip), wanted, "{ip}");
        }
    }

    #[test]
    fn an_ipv4_address_within_ipv6_is_judged_as_itself() {
        assert_eq!(scope("::ffff:10.1.2.3"), Scope::Private);
        assert_eq!(scope("::ffff:8.8.8.8"), Scope::Public);
        assert_eq!(scope("64:ff9b::192.168.1.1"), Scope::Private);
        assert_eq!(scope("64:ff9b::8.8.8.8"), Scope::Public);
        assert_eq!(scope("2002:a00:1::1"), Scope::Private);
        assert_eq!(scope("2002:808:808::1"), Scope::Public);
        // Teredo of 8.8.8.8 and of 10.1.2.3.
        assert_eq!(scope("2001:0:4136:e378:8000:63bf:f7f7:f7f7"), Scope::Public);
        assert_eq!(
            scope("2001:0:4136:e378:8000:63bf:f5fe:fdfc"),
            Scope::Private
        );
        assert_eq!(
            scope_of(
                "::ffff:54.1.2.3".parse().unwrap(),
                &["54.1.2.3/32".parse().unwrap()]
            ),
            Scope::Own
        );
    }

    #[test]
    fn our_own_networks_come_first() {
        let own: Vec<IpNet> = vec![
            "10.0.0.0/16".parse().unwrap(),
            "54.1.2.3/32".parse().unwrap(),
            "2600:1f18::/36".parse().unwrap(),
        ];
        for (ip, wanted) in [
            ("10.0.255.1", Scope::Own),
            ("10.1.0.1", Scope::Private),
            ("54.1.2.3", Scope::Own),
            ("54.1.2.4", Scope::Public),
            ("2600:1f18::5", Scope::Own),
        ] {
            assert_eq!(scope_of(ip.parse().unwrap(), &own), wanted, "{ip}");
        }
    }
}
