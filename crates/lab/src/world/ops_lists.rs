//! GuardDuty's lists read anew from their objects, and suppression rules. Facts: GuardDuty API reference, `UpdateThreatIntelSet`,
//! `CreateFilter`. Unlike AWS's, an activation is done at once. Must not know the wire.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use super::model::{ApiError, ApiResult, Filter, IpList, World};

/// Rules that a detector may have.
const MOST: usize = 100;

/// The lists of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Threat intel sets.
    Threat,
    /// Trusted IP sets.
    Trusted,
    /// Threat entity sets.
    ThreatEntity,
    /// Trusted entity sets.
    TrustedEntity,
}

fn bad_request(message: &str) -> ApiError {
    ApiError::new(
        "BadRequestException",
        format!("The request is rejected because {message}"),
    )
}

impl World {
    /// The lists of one kind, by id.
    #[must_use]
    pub fn lists(&self, kind: ListKind) -> &std::collections::BTreeMap<String, IpList> {
        match kind {
            ListKind::Threat => &self.detector.threat_intel_sets,
            ListKind::Trusted => &self.detector.ip_sets,
            ListKind::ThreatEntity => &self.detector.threat_entity_sets,
            ListKind::TrustedEntity => &self.detector.trusted_entity_sets,
        }
    }

    /// A list by its id.
    pub fn list_of(&self, kind: ListKind, id: &str) -> ApiResult<&IpList> {
        self.lists(kind)
            .get(id)
            .ok_or_else(|| bad_request("the input set id is not owned by the current account."))
    }

    /// `Update…Set`: another name or place, and with `activate` the object is read as it is now.
    pub fn update_list(
        &mut self,
        kind: ListKind,
        id: &str,
        name: Option<&str>,
        location: Option<&str>,
        activate: Option<bool>,
    ) -> ApiResult<()> {
        let mut list = self.list_of(kind, id)?.clone();
        if let Some(name) = name {
            name.clone_into(&mut list.name);
        }
        if let Some(location) = location {
            location.clone_into(&mut list.location);
        }
        match activate {
            Some(true) => match self.entries_at(&list.location) {
                Some(entries) => {
                    list.entries = entries;
                    "ACTIVE".clone_into(&mut list.status);
                }
                None => "ERROR".clone_into(&mut list.status),
            },
            Some(false) => "INACTIVE".clone_into(&mut list.status),
            None => {}
        }
        let lists = match kind {
            ListKind::Threat => &mut self.detector.threat_intel_sets,
            ListKind::Trusted => &mut self.detector.ip_sets,
            ListKind::ThreatEntity => &mut self.detector.threat_entity_sets,
            ListKind::TrustedEntity => &mut self.detector.trusted_entity_sets,
        };
        lists.insert(id.to_owned(), list);
        Ok(())
    }

    /// What the object of a list says, one entry a line.
    fn entries_at(&self, location: &str) -> Option<Vec<IpNet>> {
        let place = location
            .strip_prefix("s3://")
            .or_else(|| location.strip_prefix("https://s3.amazonaws.com/"))?;
        let (bucket, key) = place.split_once('/')?;
        let object = self.object(bucket, key, None).ok()?;
        let text = std::str::from_utf8(&object.bytes).ok()?;
        Some(entries(text))
    }

    /// `CreateFilter`. The same rule once more is that rule; another of that name is refused.
    pub fn create_filter(&mut self, name: &str, filter: Filter) -> ApiResult<()> {
        match self.detector.filters.get(name) {
            Some(known) if *known == filter => return Ok(()),
            Some(_) => {
                return Err(bad_request("a filter with the given name already exists."));
            }
            None if self.detector.filters.len() >= MOST => {
                return Err(bad_request("the limit of filters is exceeded."));
            }
            None => {}
        }
        self.detector.filters.insert(name.to_owned(), filter);
        Ok(())
    }

    /// A rule by its name.
    pub fn filter(&self, name: &str) -> ApiResult<&Filter> {
        self.detector
            .filters
            .get(name)
            .ok_or_else(|| bad_request("the input filterName is not owned by the current account."))
    }

    /// `DeleteFilter`.
    pub fn delete_filter(&mut self, name: &str) -> ApiResult<()> {
        self.filter(name)?;
        self.detector.filters.remove(name);
        Ok(())
    }

    /// Whether a rule archives such a finding as it comes.
    pub(super) fn is_suppressed(&self, finding: &Value) -> bool {
        self.detector
            .filters
            .values()
            .any(|filter| filter.action == "ARCHIVE" && filter.fits(finding))
    }
}

impl Filter {
    fn fits(&self, finding: &Value) -> bool {
        self.equals.iter().all(|(field, wanted)| {
            values(finding, field)
                .iter()
                .any(|value| wanted.contains(value))
        })
    }
}

/// The values of a field, as text; a path goes into each item of an array.
fn values(finding: &Value, path: &str) -> Vec<String> {
    let each = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    };
    let mut found = vec![finding.clone()];
    for part in path.split('.') {
        found = found
            .iter()
            .flat_map(each)
            .filter_map(|value| value.get(part).cloned())
            .collect();
    }
    found
        .iter()
        .flat_map(each)
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned)
        })
        .collect()
}

/// Addresses and ranges, one a line; anything else is passed over.
pub(super) fn entries(text: &str) -> Vec<IpNet> {
    text.lines()
        .map(str::trim)
        .filter_map(|line| {
            line.parse::<IpNet>()
                .ok()
                .or_else(|| line.parse::<IpAddr>().ok().map(IpNet::from))
        })
        .collect()
}
