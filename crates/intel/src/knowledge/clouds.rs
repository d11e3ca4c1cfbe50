//! Networks of clouds and content networks as their owners publish them, recognised by structure. An entry that is no
//! network is counted and left out. Must not judge an address, nor know where a file came from.

use ipnet::IpNet;
use serde_json::Value;

use crate::ranges::Range;

/// What an owner published.
#[derive(Debug, Default)]
pub(super) struct Published {
    /// The day the file says it is of.
    pub as_of: Option<String>,
    /// Its networks.
    pub ranges: Vec<Range>,
    /// Entries that are no network.
    pub bad: u64,
}

impl Published {
    fn of(as_of: Option<String>) -> Self {
        Self {
            as_of,
            ..Self::default()
        }
    }

    fn add(&mut self, owner: &str, net: &str, service: &str, region: Option<&str>) {
        match net.trim().parse::<IpNet>() {
            Ok(net) => self.ranges.push(Range {
                net: net.trunc(),
                owner: owner.into(),
                service: short(service),
                region: region.filter(|name| !name.is_empty()).map(short),
                as_of: String::new(),
            }),
            Err(_) => self.bad += 1,
        }
    }
}

/// Names are codes of the owners: no more of them than a line takes.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Reads a JSON file by whose structure it has; `None` when it is nobody's.
#[must_use]
pub(super) fn json(value: &Value) -> Option<Published> {
    let first = |key: &str| value.get(key)?.as_array()?.first();
    if value.get("ipv6_prefixes").is_some()
        || first("prefixes").is_some_and(|p| p.get("ip_prefix").is_some())
    {
        Some(aws(value))
    } else if first("prefixes")
        .is_some_and(|p| p.get("ipv4Prefix").is_some() || p.get("ipv6Prefix").is_some())
    {
        Some(google(value))
    } else if first("values").is_some_and(|v| v.pointer("/properties/addressPrefixes").is_some()) {
        Some(azure(value))
    } else if value.get("addresses").is_some_and(Value::is_array)
        && value.get("ipv6_addresses").is_some_and(Value::is_array)
    {
        let mut found = Published::default();
        for net in strings(value, "addresses").chain(strings(value, "ipv6_addresses")) {
            found.add("fastly", net, "cdn", None);
        }
        Some(found)
    } else if first("regions").is_some_and(|r| r.get("cidrs").is_some()) {
        Some(oracle(value))
    } else if value.pointer("/result/ipv4_cidrs").is_some() {
        let result = value.get("result")?;
        let mut found = Published::default();
        for net in strings(result, "ipv4_cidrs").chain(strings(result, "ipv6_cidrs")) {
            found.add("cloudflare", net, "cdn", None);
        }
        Some(found)
    } else if value.get("hooks").is_some_and(Value::is_array)
        && value.get("git").is_some_and(Value::is_array)
    {
        Some(github(value))
    } else {
        None
    }
}

/// Reads a list of networks, one a line, that only the file's name ascribes to its owner: Cloudflare's `ips-v4`, and the
/// geofeeds (RFC 8805: `network,country,region,city,postcode`) of DigitalOcean and others. `#` begins a comment.
#[must_use]
pub(super) fn plain(owner: &str, text: &str) -> Published {
    let service = if matches!(owner, "cloudflare" | "fastly") {
        "cdn"
    } else {
        "cloud"
    };
    let mut found = Published::default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut fields = line.split(',');
        let net = fields.next().unwrap_or_default();
        found.add(owner, net, service, fields.nth(1));
    }
    found
}

/// <https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html>: `createDate` is `YYYY-MM-DD-hh-mm-ss`.
fn aws(value: &Value) -> Published {
    let created = text(value, "createDate").and_then(|date| date.get(..10).and_then(day));
    let mut found = Published::of(created);
    for (list, key) in [("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix")] {
        for entry in objects(value, list) {
            let service = text(entry, "service").unwrap_or("AMAZON");
            let net = text(entry, key).unwrap_or_default();
            found.add("aws", net, service, text(entry, "region"));
        }
    }
    found
}

/// `cloud.json` has the service and the scope of each network, `goog.json` neither: those are all networks of Google, the
/// cloud's among them.
fn google(value: &Value) -> Published {
    let created = text(value, "creationTime").and_then(|date| date.get(..10).and_then(day));
    let mut found = Published::of(created);
    for entry in objects(value, "prefixes") {
        let net = text(entry, "ipv4Prefix").or_else(|| text(entry, "ipv6Prefix"));
        let service = if entry.get("service").is_some() {
            "cloud"
        } else {
            "google"
        };
        found.add(
            "google",
            net.unwrap_or_default(),
            service,
            text(entry, "scope"),
        );
    }
    found
}

/// Service tags: the file has a running number but no date, which stands in its name (`ServiceTags_Public_YYYYMMDD.json`).
fn azure(value: &Value) -> Published {
    let mut found = Published::default();
    for tag in objects(value, "values") {
        let name = text(tag, "name").unwrap_or_default();
        let service = name.split('.').next().unwrap_or_default();
        let Some(about) = tag.get("properties") else {
            continue;
        };
        for net in strings(about, "addressPrefixes") {
            found.add("azure", net, service, text(about, "region"));
        }
    }
    found
}

fn oracle(value: &Value) -> Published {
    let updated = text(value, "last_updated_timestamp");
    let mut found = Published::of(updated.and_then(|date| date.get(..10).and_then(day)));
    for region in objects(value, "regions") {
        for entry in objects(region, "cidrs") {
            let net = text(entry, "cidr").unwrap_or_default();
            let tag = strings(entry, "tags").next().unwrap_or("OCI");
            found.add("oracle", net, tag, text(region, "region"));
        }
    }
    found
}

/// <https://api.github.com/meta>: the lists of networks by what they are for; what is no list of networks has other keys.
fn github(value: &Value) -> Published {
    let mut found = Published::default();
    for (service, list) in value.as_object().into_iter().flatten() {
        if list.is_array() && service != "ssh_keys" {
            for net in strings(value, service) {
                found.add("github", net, service, None);
            }
        }
    }
    found
}

/// A date, where the text is one.
pub(super) fn day(text: &str) -> Option<String> {
    let day: jiff::civil::Date = text.parse().ok()?;
    Some(day.to_string())
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

fn objects<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn strings<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    objects(value, key).filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Vec<String>, u64) {
        let found = json(&serde_json::from_str(text).unwrap()).unwrap();
        let shown = found.ranges.iter().map(|r| {
            let region = r.region.as_deref().unwrap_or("-");
            let rented = if r.is_rented() { " rented" } else { "" };
            format!("{} {} {} {region}{rented}", r.net, r.owner, r.service)
        });
        let mut shown: Vec<String> = shown.collect();
        shown.sort();
        (found.as_of, shown, found.bad)
    }

    #[test]
    fn each_owner_is_known_by_the_structure_of_its_file() {
        let (as_of, nets, bad) = read(
            r#"{"syncToken":"1","createDate":"2026-11-20-19-33-04","prefixes":[
            {"ip_prefix":"3.5.140.0/22","region":"ap-northeast-2","service":"AMAZON","network_border_group":"ap-northeast-2"},
            {"ip_prefix":"no net","region":"x","service":"EC2"}, {"region":"x"}, 7],
            "ipv6_prefixes":[{"ipv6_prefix":"2600:1f18::/33","region":"us-east-1","service":"EC2"}]}"#,
        );
        assert_eq!(as_of.as_deref(), Some("2026-11-20"));
        assert_eq!(
            nets,
            [
                "2600:1f18::/33 aws EC2 us-east-1 rented",
                "3.5.140.0/22 aws AMAZON ap-northeast-2"
            ]
        );
        assert_eq!(bad, 3);
        assert_eq!(
            read(
                r#"{"syncToken":"1","creationTime":"2026-11-19T08:02:11.123","prefixes":[
                {"ipv4Prefix":"34.1.208.0/20","service":"Google Cloud","scope":"africa-south1"},{"ipv6Prefix":"2600:1900:8000::/44"}]}"#
            ),
            (
                Some("2026-11-19".into()),
                vec![
                    "2600:1900:8000::/44 google google - rented".into(),
                    "34.1.208.0/20 google cloud africa-south1 rented".into()
                ],
                0
            )
        );
        assert_eq!(
            read(
                r#"{"changeNumber":3,"cloud":"Public","values":[{"name":"AzureFrontDoor.Frontend","id":"AzureFrontDoor.Frontend",
                "properties":{"region":"","addressPrefixes":["4.150.0.0/18"]}},{"name":"Storage.WestEurope",
                "properties":{"region":"westeurope","addressPrefixes":["2603:1020:206:1::/64", 3]}},{"name":"none"}]}"#
            )
            .1,
            [
                "2603:1020:206:1::/64 azure Storage westeurope rented",
                "4.150.0.0/18 azure AzureFrontDoor -"
            ]
        );
        assert_eq!(
            read(r#"{"addresses":["151.101.0.0/16"],"ipv6_addresses":["2a04:4e40::/32"]}"#).1,
            ["151.101.0.0/16 fastly cdn -", "2a04:4e40::/32 fastly cdn -"]
        );
        assert_eq!(
            read(
                r#"{"last_updated_timestamp":"2026-11-18T10:00:00.000","regions":[{"region":"us-phoenix-1",
                "cidrs":[{"cidr":"129.146.0.0/21","tags":["OCI"]},{"cidr":"129.146.8.0/22","tags":["OSN","OBJECT_STORAGE"]}]}]}"#
            ),
            (
                Some("2026-11-18".into()),
                vec![
                    "129.146.0.0/21 oracle OCI us-phoenix-1 rented".into(),
                    "129.146.8.0/22 oracle OSN us-phoenix-1 rented".into()
                ],
                0
            )
        );
        assert_eq!(
            read(r#"{"result":{"ipv4_cidrs":["104.16.0.0/13"],"ipv6_cidrs":["2400:cb00::/32"],"etag":"x"},"success":true}"#).1,
            ["104.16.0.0/13 cloudflare cdn -", "2400:cb00::/32 cloudflare cdn -"]
        );
        assert_eq!(
            read(
                r#"{"verifiable_password_authentication":false,"ssh_keys":["ssh-ed25519 AAAA"],"hooks":["192.30.252.0/22"],
                "git":["192.30.252.0/22"],"actions":["4.148.0.0/16"],"domains":{"website":["*.github.com"]}}"#
            )
            .1,
            [
                "192.30.252.0/22 github git -",
                "192.30.252.0/22 github hooks -",
                "4.148.0.0/16 github actions - rented"
            ]
        );
        for other in ["{}", "[]", r#"{"prefixes":[]}"#, r#"{"relays":[]}"#, "3"] {
            assert!(
                json(&serde_json::from_str(other).unwrap()).is_none(),
                "{other}"
            );
        }
    }

    #[test]
    fn what_only_its_name_ascribes_to_an_owner() {
        let found = plain(
            "digitalocean",
            "# geofeed\n5.101.96.0/21,NL,NL-NH,Amsterdam,1098 XH\r\n\nno,NL\n",
        );
        assert_eq!((found.ranges.len(), found.bad), (1, 1));
        let range = found.ranges.first().unwrap();
        assert_eq!(
            (range.region.as_deref(), range.is_rented()),
            (Some("NL-NH"), true)
        );
        let found = plain("cloudflare", "173.245.48.0/20\n2400:cb00::/32");
        assert!(found.ranges.len() == 2 && found.ranges.iter().all(|r| !r.is_rented()));
    }
}
