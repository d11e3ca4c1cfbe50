//! Relays of the Tor network as Onionoo's `details` document has them. Must not judge who uses them.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use serde_json::Value;

/// What a relay does at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Passes traffic on within the network: nobody's connection to us comes from it.
    Relay,
    /// Lets traffic out: connections of anybody come from it.
    Exit,
}

impl Role {
    /// The code in a fact.
    #[must_use]
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Exit => "exit",
        }
    }
}

/// The relays by address.
#[derive(Debug, Default)]
pub(super) struct Relays {
    /// The day the document stands for.
    pub as_of: Option<String>,
    /// What each address does; an exit anywhere is an exit.
    pub roles: BTreeMap<IpAddr, Role>,
}

/// Reads the document (<https://metrics.torproject.org/onionoo.html#details>); `None` when it is another.
#[must_use]
pub(super) fn read(value: &Value) -> Option<Relays> {
    let list = value.get("relays")?.as_array()?;
    let published = value.get("relays_published").and_then(Value::as_str);
    let mut relays = Relays {
        as_of: published.and_then(|text| super::clouds::day(text.get(..10)?)),
        roles: BTreeMap::new(),
    };
    for relay in list {
        let strings = |key: &str| {
            let list = relay.get(key).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str)
        };
        let role = if strings("flags").any(|flag| flag == "Exit") {
            Role::Exit
        } else {
            Role::Relay
        };
        let own = strings("or_addresses")
            .filter_map(|text| Some((text.parse::<SocketAddr>().ok()?.ip(), role)));
        // An exit may leave through addresses other than those it is reached at.
        let exits =
            strings("exit_addresses").filter_map(|text| Some((text.parse().ok()?, Role::Exit)));
        for (ip, role) in own.chain(exits) {
            let known = relays.roles.entry(ip).or_insert(role);
            *known = role.max(*known);
        }
    }
    Some(relays)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_and_relays_are_told_apart() {
        let relays = read(&serde_json::json!({
            "version": "8.0", "relays_published": "2026-11-24 10:00:00",
            "relays": [
                {"nickname": "a", "or_addresses": ["198.51.100.1:9001", "[2001:db8::1]:443"], "exit_addresses": ["198.51.100.9"], "flags": ["Exit", "Running"]},
                {"nickname": "b", "or_addresses": ["198.51.100.2:9001"], "flags": ["Guard"]},
                {"nickname": "c", "or_addresses": ["198.51.100.1:9002", "nonsense", 4], "flags": []},
                {"or_addresses": "nonsense"}, 3
            ], "bridges": []
        }))
        .unwrap();
        assert_eq!(relays.as_of.as_deref(), Some("2026-11-24"));
        let role = |ip: &str| relays.roles.get(&ip.parse::<IpAddr>().unwrap()).copied();
        for (ip, wanted) in [
            ("198.51.100.1", Some(Role::Exit)),
            ("2001:db8::1", Some(Role::Exit)),
            ("198.51.100.9", Some(Role::Exit)),
            ("198.51.100.2", Some(Role::Relay)),
            ("198.51.100.3", None),
        ] {
            assert_eq!(role(ip), wanted, "{ip}");
        }
        assert!(read(&serde_json::json!({"prefixes": []})).is_none());
    }
}
