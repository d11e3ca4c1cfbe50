//! The instance asked for a pool where crypto-currency is mined. Must not fire where no such name exists.

use super::names::{self, is_under};
use super::{Hit, Picture, hit, joined};

/// Public pools, and the marketplaces that pay for work.
const POOLS: [&str; 40] = [
    "2miners.com",
    "antpool.com",
    "aikapool.com",
    "c3pool.com",
    "crypto-pool.fr",
    "dwarfpool.com",
    "ethermine.org",
    "f2pool.com",
    "flexpool.io",
    "flypool.org",
    "gntl.uk",
    "hashcity.org",
    "hashvault.pro",
    "herominers.com",
    "hiveon.net",
    "k1pool.com",
    "kryptex.network",
    "luckpool.net",
    "minergate.com",
    "minexmr.com",
    "minexmr.to",
    "miningpoolhub.com",
    "moneroocean.stream",
    "monerohash.com",
    "monerop.com",
    "nanopool.org",
    "nicehash.com",
    "poolin.com",
    "prohashing.com",
    "ravenminer.com",
    "skypool.org",
    "slushpool.com",
    "supportxmr.com",
    "suprnova.cc",
    "unmineable.com",
    "viabtc.com",
    "viaxmr.com",
    "xmrpool.eu",
    "zergpool.com",
    "zpool.ca",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = names::all(picture)
        .filter(|(_, name)| {
            name.missing < name.count && POOLS.iter().any(|pool| is_under(name.domain, pool))
        })
        .collect();
    let args = [(
        "domain",
        joined(found.iter().map(|(_, name)| name.longest.to_owned())),
    )];
    hit("dns-mining-pool", found.iter().map(|found| found.0), &args)
}
