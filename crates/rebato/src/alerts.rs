//! From what a person typed as ALERT to findings: a file, standard input, GuardDuty itself, or an instance named by hand.
//! Must not judge them.

use std::io::Read as _;
use std::net::IpAddr;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rebato_core::Digest;
use rebato_core::identify::{Alert, AlertError, Finding, Read, read_alert};
use rebato_engine::ports::{Cloud, FindingQuery, InstanceQuery};

use crate::failure::Failure;

/// No alert is larger; reading stops here.
const MOST: u64 = 64 << 20;

/// What a person means by ALERT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Bytes from a file or standard input.
    Input(String),
    /// A finding in GuardDuty.
    Finding(FindingQuery),
    /// An instance.
    Instance(InstanceQuery),
}

/// A finding with the bytes it came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The alert.
    pub alert: Alert,
    /// The finding.
    pub finding: Finding,
    /// The bytes as received.
    pub raw: Vec<u8>,
}

/// Tells what a word means. A file that exists wins over everything else.
#[must_use]
pub fn meaning(word: &str) -> Given {
    let hex = |text: &str, least: usize| {
        text.len() >= least && text.bytes().all(|b| b.is_ascii_hexdigit())
    };
    if word == "-" || Path::new(word).exists() {
        return Given::Input(word.into());
    }
    if let Some(id) = word.strip_prefix("i-")
        && hex(id, 8)
    {
        return Given::Instance(InstanceQuery::Id(word.into()));
    }
    if hex(word, 32) || (word.starts_with("arn:") && word.contains(":guardduty:")) {
        return Given::Finding(FindingQuery::Id(word.into()));
    }
    if let Some(id) = word
        .strip_prefix("arn:")
        .and_then(|arn| arn.split(":instance/").nth(1))
    {
        return Given::Instance(InstanceQuery::Id(id.into()));
    }
    if let Ok(ip) = word.parse::<IpAddr>() {
        return Given::Instance(InstanceQuery::Address(ip));
    }
    let looks_like_a_file = word.contains(['/', '\\'])
        || [".json", ".jsonl", ".gz", ".ndjson"]
            .iter()
            .any(|end| word.ends_with(end));
    if looks_like_a_file {
        Given::Input(word.into())
    } else {
        Given::Instance(InstanceQuery::Name(word.into()))
    }
}

/// The bytes of a file or of standard input, at most `MOST` and one.
///
/// # Errors
/// [`Failure::File`] with the path and the reason.
pub fn read_input(name: &str) -> Result<Vec<u8>, Failure> {
    let failed = |e: std::io::Error| Failure::File {
        what: "cannot read",
        path: name.into(),
        why: e.to_string(),
    };
    let mut bytes = Vec::new();
    if name == "-" {
        std::io::stdin()
            .lock()
            .take(MOST + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    } else {
        if Path::new(name).is_dir() {
            return Err(Failure::File {
                what: "cannot read",
                path: name.into(),
                why: "it is a folder; name the files in it".into(),
            });
        }
        std::fs::File::open(name)
            .map_err(failed)?
            .take(MOST + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    }
    Ok(bytes)
}

/// The findings in the bytes, and what was no finding. Gzip is inflated first, up to the same limit.
#[must_use]
pub fn findings_in(source: &str, raw: &[u8]) -> (Vec<Received>, Vec<String>) {
    let mut inflated = Vec::new();
    let mut problems = Vec::new();
    let bytes = if raw.starts_with(&[0x1f, 0x8b]) {
        if let Err(error) = MultiGzDecoder::new(raw)
            .take(MOST + 1)
            .read_to_end(&mut inflated)
        {
            problems.push(format!(
                "{source}: the gzip data is damaged after {} bytes: {error}",
                inflated.len()
            ));
        }
        inflated.as_slice()
    } else {
        raw
    };
    let mut found = Vec::new();
    for read in read_alert(source, bytes) {
        match read {
            // The digest that counts is the one of the bytes as received.
            Ok(Read { alert, finding, .. }) => {
                found.push(Received {
                    alert: Alert {
                        sha256: Digest::of(raw),
                        ..alert
                    },
                    finding,
                    raw: raw.to_vec(),
                });
            }
            Err(AlertError::Empty { .. }) if !problems.is_empty() => {}
            Err(error) => problems.push(error.to_string()),
        }
    }
    (found, problems)
}

/// The findings that GuardDuty has for a query.
///
/// # Errors
/// AWS's.
pub async fn from_guardduty(
    cloud: &dyn Cloud,
    query: &FindingQuery,
) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let raw = cloud.findings(query).await?;
    let (found, problems) = findings_in("guardduty:GetFindings", &raw);
    if found.is_empty()
        && problems
            .iter()
            .all(|p| p.contains("no GuardDuty finding") || p.contains("empty"))
    {
        let asked = match query {
            FindingQuery::Id(id) => {
                format!("GuardDuty has no finding {id} in this account and Region")
            }
            FindingQuery::Latest => {
                "GuardDuty has no open finding about an EC2 instance in this account and Region"
                    .into()
            }
            FindingQuery::OfInstance { instance, .. } => {
                format!("GuardDuty has no finding about {instance}")
            }
        };
        return Err(Failure::Input(asked));
    }
    Ok((found, problems))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_a_person_would_expect() {
        let table = [
            ("-", Given::Input("-".into())),
            ("finding.json", Given::Input("finding.json".into())),
            (
                "some/folder/alert",
                Given::Input("some/folder/alert".into()),
            ),
            (
                "i-0123456789abcdef0",
                Given::Instance(InstanceQuery::Id("i-0123456789abcdef0".into())),
            ),
            (
                "i-am-a-name",
                Given::Instance(InstanceQuery::Name("i-am-a-name".into())),
            ),
            (
                "web-1",
                Given::Instance(InstanceQuery::Name("web-1".into())),
            ),
            (
                "10.0.0.7",
                Given::Instance(InstanceQuery::Address("10.0.0.7".parse().unwrap())),
            ),
            (
                "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
                Given::Instance(InstanceQuery::Id("i-0123456789abcdef0".into())),
            ),
            (
                "0ab1c2d3e4f5061728394a5b6c7d8e9f",
                Given::Finding(FindingQuery::Id("0ab1c2d3e4f5061728394a5b6c7d8e9f".into())),
            ),
        ];
        for (word, given) in table {
            assert_eq!(meaning(word), given, "{word}");
        }
    }

    #[test]
    fn the_digest_is_of_the_bytes_as_received() {
        use std::io::Write as _;
        let plain = br#"{"schemaVersion":"2.0","id":"f1","type":"UnauthorizedAccess:EC2/MaliciousIPCaller.Custom","resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0123456789abcdef0"}},"service":{}}"#;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(plain).unwrap();
        let packed = packed.finish().unwrap();
        let (found, problems) = findings_in("f.json.gz", &packed);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(found[0].alert.sha256, Digest::of(&packed));
        let (_, problems) = findings_in("f.json.gz", &packed[..packed.len() - 12]);
        assert!(problems[0].contains("damaged"), "{problems:?}");
    }
}
