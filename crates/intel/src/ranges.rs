//! The networks of clouds, content networks and public resolvers, from dated files that are part of the program.
//! Must not judge an address: a cloud's network says who holds the address, not who uses it.

use std::net::IpAddr;
use std::sync::LazyLock;

use ipnet::IpNet;
use serde::Deserialize;

use crate::lists::RangeSet;

/// A network and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The network.
    pub net: IpNet,
    /// `aws`, `cloudflare`, …
    pub owner: String,
    /// What it is for: the owner's name for the service (`EC2`, `S3`, `AzureFrontDoor`, …), else `cdn`, `cloud`, `resolver`.
    pub service: String,
    /// The owner's name for the Region.
    pub region: Option<String>,
    /// The day the file stands for.
    pub as_of: String,
}

impl Range {
    /// Whether customers run their own machines, builds or proxies behind it: then it says nothing about who is there now.
    #[must_use]
    pub fn is_rented(&self) -> bool {
        let service = self.service.as_str();
        match self.owner.as_str() {
            "aws" => matches!(
                service,
                "EC2"
                    | "GLOBALACCELERATOR"
                    | "API_GATEWAY"
                    | "CLOUD9"
                    | "CODEBUILD"
                    | "WORKSPACES_GATEWAYS"
            ),
            "azure" => !service.starts_with("AzureFrontDoor"),
            "github" => service.starts_with("actions") || service == "codespaces",
            _ => !matches!(service, "cdn" | "resolver"),
        }
    }
}

#[derive(Deserialize)]
struct AwsFile {
    as_of: String,
    prefixes: Vec<AwsPrefix>,
}

#[derive(Deserialize)]
struct AwsPrefix {
    net: IpNet,
    service: String,
    region: String,
}

#[derive(Deserialize)]
struct ServicesFile {
    as_of: String,
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    owner: String,
    kind: String,
    nets: Vec<IpNet>,
}

static RANGES: LazyLock<Vec<Range>> = LazyLock::new(|| {
    // Both files are part of the program and a test reads them: an unreadable one can only be a broken build.
    let mut ranges = Vec::new();
    if let Ok(file) = serde_json::from_str::<AwsFile>(include_str!("../data/aws-ranges.json")) {
        ranges.extend(file.prefixes.into_iter().map(|prefix| Range {
            net: prefix.net,
            owner: "aws".into(),
            service: prefix.service,
            region: Some(prefix.region),
            as_of: file.as_of.clone(),
        }));
    }
    if let Ok(file) = serde_json::from_str::<ServicesFile>(include_str!("../data/services.json")) {
        for service in file.services {
            ranges.extend(service.nets.into_iter().map(|net| Range {
                net,
                owner: service.owner.clone(),
                service: service.kind.clone(),
                region: None,
                as_of: file.as_of.clone(),
            }));
        }
    }
    ranges
});

/// All IPv4 networks of AWS, and those of its own services.
static AWS: LazyLock<(RangeSet, RangeSet)> = LazyLock::new(|| {
    let aws = || RANGES.iter().filter(|r| r.owner == "aws");
    (
        RangeSet::new(aws().map(|r| r.net)),
        RangeSet::new(aws().filter(|r| !r.is_rented()).map(|r| r.net)),
    )
});

/// Every known network.
#[must_use]
pub fn all() -> &'static [Range] {
    &RANGES
}

/// The known networks that hold an address, widest first.
#[must_use]
pub fn lookup(ip: IpAddr) -> Vec<&'static Range> {
    let mut found: Vec<&Range> = RANGES.iter().filter(|r| r.net.contains(&ip)).collect();
    found.sort_by_key(|r| r.net.prefix_len());
    found
}

/// Whether an IPv4 range from `first` to `last` takes in AWS's networks. A single address within EC2 does not: that is one
/// customer's machine, and naming it is what a threat list is for.
#[must_use]
pub(crate) fn covers_aws(first: u32, last: u32) -> bool {
    let (all, services) = &*AWS;
    if first == last {
        services.overlaps(first, last)
    } else {
        all.overlaps(first, last)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn found(ip: &str) -> Vec<String> {
        lookup(ip.parse().unwrap())
            .iter()
            .map(|r| {
                format!(
                    "{} {} {}",
                    r.owner,
                    r.service,
                    r.region.as_deref().unwrap_or("-")
                )
            })
            .collect()
    }

    #[test]
    fn the_files_are_read_and_are_what_they_say() {
        assert!(all().iter().filter(|r| r.owner == "aws").count() > 300);
        assert_eq!(found("3.80.1.2"), ["aws EC2 us-east-1"]);
        assert_eq!(found("52.216.3.4"), ["aws S3 us-east-1"]);
        assert_eq!(found("13.32.0.9"), ["aws CLOUDFRONT GLOBAL"]);
        assert_eq!(found("8.8.8.8"), ["google resolver -"]);
        assert_eq!(found("1.1.1.1"), ["cloudflare resolver -"]);
        assert_eq!(found("9.9.9.9"), ["quad9 resolver -"]);
        assert_eq!(found("104.16.1.1"), ["cloudflare cdn -"]);
        assert_eq!(
            found("2606:4700:4700::1111"),
            ["cloudflare cdn -", "cloudflare resolver -"]
        );
        assert_eq!(found("77.72.82.80"), Vec::<String>::new());
        for range in all() {
            assert_eq!(range.net, range.net.trunc(), "a network with host bits");
            assert!(
                range.as_of.parse::<jiff::civil::Date>().is_ok(),
                "{}",
                range.as_of
            );
        }
    }

    #[test]
    fn a_network_covers_aws_and_a_customers_machine_does_not() {
        let covers = |first: [u8; 4], last: [u8; 4]| {
            covers_aws(
                Ipv4Addr::from(first).to_bits(),
                Ipv4Addr::from(last).to_bits(),
            )
        };
        assert!(covers([3, 80, 0, 0], [3, 80, 0, 255]), "within EC2");
        assert!(covers([3, 0, 0, 0], [3, 255, 255, 255]), "around it");
        assert!(covers([0, 0, 0, 0], [255, 255, 255, 255]));
        assert!(!covers([3, 80, 1, 2], [3, 80, 1, 2]), "one machine");
        assert!(
            covers([52, 216, 1, 2], [52, 216, 1, 2]),
            "one address of S3"
        );
        assert!(!covers([77, 72, 82, 0], [77, 72, 82, 255]));
    }
}
