//! How far what is known of a case may travel: the Traffic Light Protocol 2.0 (FIRST). Must not know who asks whom.

use serde::{Deserialize, Serialize};

/// A case's marking. To ask a service about an address tells it that somebody looks at that address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marking {
    /// May be published.
    Clear,
    /// For the community.
    Green,
    /// For the organisation and its clients.
    Amber,
    /// For the organisation alone: what a case is unless somebody says otherwise. A bare address may still be asked for.
    #[default]
    AmberStrict,
    /// For those in the room: no service and no block list of the DNS is asked. Registries are, as they are asked for
    /// millions of addresses by everybody.
    Red,
}

impl Marking {
    /// As the standard writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// Whether services and DNS block lists may learn that somebody looks at the address.
    #[must_use]
    pub const fn allows_services(self) -> bool {
        !matches!(self, Self::Red)
    }
}
