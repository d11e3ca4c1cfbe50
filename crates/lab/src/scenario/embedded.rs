//! The stories that come with the lab. Must not know what is in them.

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        /// The embedded scenarios by name.
        pub(super) const EMBEDDED: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!("../../scenarios/", $name, ".toml")),
        )),*];
    };
}

embedded!(
    "breach",
    "attempt",
    "false-positive",
    "breach-scaled",
    "web-exploit",
    "stolen-role",
    "callback",
    "exfiltration",
    "ipv6-breach",
    "second-interface",
    "runtime-finding",
    "no-auth-log",
    "no-cloudtrail",
    "closed-port",
    "crawler",
    "acl-stops-answers",
    "refused-by-group",
    "refused-by-acl",
    "list-error",
    "heartbeat",
    "no-flow-logs",
    "gaps-in-flow-logs",
    "behind-balancer",
    "fortress",
);
