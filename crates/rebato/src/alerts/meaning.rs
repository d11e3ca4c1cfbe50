//! What a word on the command line means: a file, a finding, an instance. Must not read anything but whether a file exists.

use std::net::IpAddr;
use std::path::Path;

use rebato_engine::ports::{FindingQuery, InstanceQuery};

/// Where a word says that something is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Where {
    /// The Region.
    pub region: Option<String>,
    /// The account, twelve digits.
    pub account: Option<String>,
}

/// What a person means by ALERT.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Bytes from a file or standard input, or the files of a folder.
    Input(String),
    /// A finding in GuardDuty.
    Finding(FindingQuery, Where),
    /// An instance.
    Instance(InstanceQuery, Where),
    /// Looks like a file and is none: perhaps an instance has such a name.
    Either(String),
}

/// Tells what a word means. A file that exists wins over everything else.
#[must_use]
pub fn meaning(word: &str) -> Given {
    if word == "-" || Path::new(word).exists() {
        return Given::Input(word.into());
    }
    let plain = word.trim();
    if is_instance(plain) {
        return Given::Instance(InstanceQuery::Id(plain.into()), Where::default());
    }
    if is_hex(plain, 32) {
        return Given::Finding(FindingQuery::Id(plain.into()), Where::default());
    }
    if let Some(arn) = plain.strip_prefix("arn:") {
        if let Some(given) = of_arn(plain, arn) {
            return given;
        }
    } else if let Some(given) = plain.strip_prefix("https://").and_then(of_console) {
        return given;
    }
    let address = plain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(plain);
    if let Ok(ip) = address.parse::<IpAddr>() {
        return Given::Instance(InstanceQuery::Address(ip), Where::default());
    }
    if word.contains(['/', '\\']) {
        Given::Input(word.into())
    } else if [".json", ".jsonl", ".gz", ".ndjson"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        Given::Either(word.into())
    } else {
        Given::Instance(InstanceQuery::Name(word.into()), Where::default())
    }
}

fn is_hex(text: &str, least: usize) -> bool {
    text.len() >= least && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_instance(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|id| is_hex(id, 8))
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
fn of_arn(whole: &str, rest: &str) -> Option<Given> {
    let mut parts = rest.splitn(5, ':').skip(1);
    let (service, region, account, resource) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let place = Where {
        region: said(region),
        account: said(account),
    };
    match service {
        "guardduty" => Some(Given::Finding(FindingQuery::Id(whole.into()), place)),
        "ec2" => resource
            .strip_prefix("instance/")
            .map(|id| Given::Instance(InstanceQuery::Id(id.into()), place)),
        _ => None,
    }
}

/// A page of the AWS console about one instance or one finding, as copied from a browser.
fn of_console(rest: &str) -> Option<Given> {
    let host = rest.split('/').next()?;
    if !host.contains("console.") || !host.contains("aws") {
        return None;
    }
    let value = |name: &str| {
        rest.split(['?', '#', '&', ';', ',', ':', '/'])
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    };
    let place = Where {
        region: value("region").map(str::to_owned).or_else(|| {
            host.split('.')
                .next()
                .filter(|first| first.contains('-'))
                .map(str::to_owned)
        }),
        account: None,
    };
    if let Some(id) = value("instanceId").filter(|id| is_instance(id)) {
        return Some(Given::Instance(InstanceQuery::Id(id.into()), place));
    }
    let id = value("fId").filter(|id| is_hex(id, 32))?;
    Some(Given::Finding(FindingQuery::Id(id.into()), place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(id: &str, region: Option<&str>, account: Option<&str>) -> Given {
        Given::Instance(InstanceQuery::Id(id.into()), place(region, account))
    }

    fn place(region: Option<&str>, account: Option<&str>) -> Where {
        Where {
            region: region.map(str::to_owned),
            account: account.map(str::to_owned),
        }
    }

    #[test]
    fn a_word_means_what_a_person_would_expect() {
        let id = "i-0123456789abcdef0";
        let finding = "0ab1c2d3e4f5061728394a5b6c7d8e9f";
        let name = |name: &str| Given::Instance(InstanceQuery::Name(name.into()), Where::default());
        let address = |ip: &str| {
            Given::Instance(
                InstanceQuery::Address(ip.parse().unwrap()),
                Where::default(),
            )
        };
        let arn = format!("arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/{finding}");
        let table = [
            ("-", Given::Input("-".into())),
            (".", Given::Input(".".into())),
            ("finding.json", Given::Either("finding.json".into())),
            (
                "some/folder/alert",
                Given::Input("some/folder/alert".into()),
            ),
            (id, instance(id, None, None)),
            ("i-0a1b2c3d", instance("i-0a1b2c3d", None, None)),
            ("i-am-a-name", name("i-am-a-name")),
            ("web-1", name("web-1")),
            ("web*", name("web*")),
            ("10.0.0.7", address("10.0.0.7")),
            ("2001:DB8:0::7", address("2001:db8::7")),
            ("[2001:db8::7]", address("2001:db8::7")),
            (
                "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
                instance(id, Some("eu-west-1"), Some("111122223333")),
            ),
            (
                "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=i-0123456789abcdef0",
                instance(id, Some("eu-west-1"), None),
            ),
            (
                "https://us-east-1.console.aws.amazon.com/ec2/home#Instances:instanceId=i-0123456789abcdef0;v=3",
                instance(id, Some("us-east-1"), None),
            ),
            (
                finding,
                Given::Finding(FindingQuery::Id(finding.into()), Where::default()),
            ),
            (
                &arn,
                Given::Finding(
                    FindingQuery::Id(arn.clone()),
                    place(Some("eu-west-1"), Some("111122223333")),
                ),
            ),
            (
                "https://console.aws.amazon.com/guardduty/home?region=eu-west-1#/findings?macros=current&fId=0ab1c2d3e4f5061728394a5b6c7d8e9f",
                Given::Finding(
                    FindingQuery::Id(finding.into()),
                    place(Some("eu-west-1"), None),
                ),
            ),
            (
                "https://example.com/?instanceId=i-0123456789abcdef0",
                Given::Input("https://example.com/?instanceId=i-0123456789abcdef0".into()),
            ),
        ];
        for (word, given) in table {
            assert_eq!(meaning(word), given, "{word}");
        }
    }
}
