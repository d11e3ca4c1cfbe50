//! From what a person typed as ALERT to findings: files and folders, standard input, GuardDuty itself, or an instance named
//! by hand. Must not judge them.

mod meaning;
mod reader;
mod walk;

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use jiff::Timestamp;
use rebato_core::identify::{Alert, Finding};
use rebato_engine::ports::{Cloud, CloudError, FindingQuery};

pub use meaning::{Given, Where, meaning};
pub use reader::{Found, Reader};
pub use walk::Walk;

use crate::failure::Failure;

/// A command that works on alerts one by one takes no larger input: it is kept whole, as evidence.
const MOST: u64 = 64 << 20;

/// A finding with the bytes it came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The alert.
    pub alert: Alert,
    /// The finding.
    pub finding: Finding,
    /// The bytes as received, shared by all findings of one input.
    pub raw: Arc<[u8]>,
}

/// The findings of a file or of standard input with its bytes, and what was no finding.
///
/// # Errors
/// [`Failure::File`] with the path and the reason.
pub fn received_from(name: &str) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let refused = |why: String| Failure::File {
        what: "file-read",
        path: name.into(),
        why,
    };
    if std::path::Path::new(name).is_dir() {
        return Err(refused(format!(
            "it is a folder; name one alert in it, or look at all of them with `rebato identify {name}`"
        )));
    }
    let mut file = reader::opened(name, MOST)?;
    let mut raw = Vec::new();
    file.by_ref()
        .take(MOST + 1)
        .read_to_end(&mut raw)
        .map_err(|e| refused(e.to_string()))?;
    if raw.len() as u64 > MOST {
        return Err(refused(format!(
            "it is over the limit of {MOST} bytes for one alert; choose the finding out of it with `rebato identify {name} --output jsonl`"
        )));
    }
    file.seek(SeekFrom::Start(0))
        .map_err(|e| refused(e.to_string()))?;
    Ok(collected(Reader::new(name, file)?, &raw.into()))
}

/// The findings in bytes at hand, and what was no finding.
#[must_use]
pub fn findings_in(source: &str, raw: &[u8]) -> (Vec<Received>, Vec<String>) {
    let raw: Arc<[u8]> = raw.into();
    collected(Reader::of_bytes(source, &raw), &raw)
}

fn collected(reader: Reader, raw: &Arc<[u8]>) -> (Vec<Received>, Vec<String>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for one in reader {
        match one {
            Ok(Found { alert, finding }) => found.push(Received {
                alert,
                finding,
                raw: Arc::clone(raw),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    (found, problems)
}

/// What tells whether two findings are one: id, account, Region. A delegated administrator's copy has the member's account.
pub type Key = (String, Option<String>, Option<String>);

/// The key of a finding and how new it is.
#[must_use]
pub fn key(finding: &Finding) -> (Key, (Option<Timestamp>, Option<u64>)) {
    (
        (
            finding.id.clone(),
            finding.account.clone(),
            finding.region.clone(),
        ),
        (finding.updated, finding.count),
    )
}

/// The same finding once, as its newest copy tells it, in the order of first appearance.
#[must_use]
pub fn folded(found: Vec<Received>) -> Vec<Received> {
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut kept: Vec<Received> = Vec::new();
    for one in found {
        let (name, age) = key(&one.finding);
        match places.get(&name).and_then(|place| kept.get_mut(*place)) {
            Some(known) if key(&known.finding).1 < age => *known = one,
            Some(_) => {}
            None => {
                places.insert(name, kept.len());
                kept.push(one);
            }
        }
    }
    kept
}

/// The findings that GuardDuty has for a query, each once.
///
/// # Errors
/// AWS's.
pub async fn from_guardduty(
    cloud: &dyn Cloud,
    query: &FindingQuery,
    region: &str,
) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let raw = match cloud.findings(query).await {
        Ok(raw) => raw,
        // GuardDuty has no word for an id that it does not know; one that cannot be an id it refuses.
        Err(CloudError::Refused { .. }) if matches!(query, FindingQuery::Id(_)) => {
            b"{\"findings\":[]}".to_vec()
        }
        Err(error) => return Err(error.into()),
    };
    let (mut found, problems) = findings_in("guardduty:GetFindings", &raw);
    if let FindingQuery::Latest(wanted) | FindingQuery::Matching(wanted) = query {
        found.retain(|one| {
            let finding = &one.finding;
            wanted.fits(&finding.kind, finding.severity, finding.updated)
        });
    }
    let found = folded(found);
    let nothing = problems
        .iter()
        .all(|p| p.contains("no GuardDuty finding") || p.contains("empty"));
    if found.is_empty() && nothing {
        let region = ("region", region.to_string());
        return Err(match query {
            FindingQuery::Id(id) => {
                Failure::unusable("failed-no-finding", [("finding", id.clone()), region])
            }
            FindingQuery::Latest(_) => Failure::unusable("failed-no-finding-ec2", [region]),
            FindingQuery::Matching(_) => Failure::unusable("failed-no-finding-such", [region]),
            FindingQuery::OfInstance { instance, .. } => {
                Failure::unusable("failed-no-finding-of", [("instance", instance.clone())])
            }
        });
    }
    Ok((found, problems))
}

#[cfg(test)]
mod tests {
    use rebato_core::Digest;

    use super::*;

    fn finding(id: &str, account: &str, updated: &str, count: u64) -> String {
        format!(
            r#"{{"schemaVersion":"2.0","id":"{id}","accountId":"{account}","region":"eu-west-1","updatedAt":"{updated}","type":"UnauthorizedAccess:EC2/MaliciousIPCaller.Custom","resource":{{"resourceType":"Instance","instanceDetails":{{"instanceId":"i-0123456789abcdef0"}}}},"service":{{"count":{count}}}}}"#
        )
    }

    #[test]
    fn copies_are_one_finding_and_the_newest_counts() {
        let text = [
            finding("f1", "111122223333", "2026-11-24T03:00:00Z", 3),
            finding("f2", "111122223333", "2026-11-24T03:00:00Z", 1),
            finding("f1", "111122223333", "2026-11-24T04:00:00Z", 7),
            finding("f1", "111122223333", "2026-11-24T02:00:00Z", 2),
            finding("f1", "444455556666", "2026-11-24T02:00:00Z", 2),
        ]
        .join("\n");
        let (found, problems) = findings_in("f", text.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(found.len(), 5);
        assert!(found.iter().all(|one| Arc::ptr_eq(&one.raw, &found[0].raw)));
        let kept: Vec<_> = folded(found)
            .into_iter()
            .map(|one| (one.finding.id, one.finding.account, one.finding.count))
            .collect();
        let account = |text: &str| Some(text.to_owned());
        assert_eq!(
            kept,
            [
                ("f1".to_owned(), account("111122223333"), Some(7)),
                ("f2".to_owned(), account("111122223333"), Some(1)),
                ("f1".to_owned(), account("444455556666"), Some(2)),
            ]
        );
    }

    #[test]
    fn the_digest_is_of_the_bytes_as_received() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.json.gz");
        let plain = finding("f1", "111122223333", "2026-11-24T03:00:00Z", 3);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(plain.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        std::fs::write(&path, &packed).unwrap();
        let (found, problems) = received_from(&path.display().to_string()).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(found[0].alert.sha256, Digest::of(&packed));
        assert_eq!(found[0].raw.as_ref(), packed);
        std::fs::write(&path, &packed[..packed.len() - 12]).unwrap();
        let (_, problems) = received_from(&path.display().to_string()).unwrap();
        assert!(problems[0].contains("damaged"), "{problems:?}");
    }
}
