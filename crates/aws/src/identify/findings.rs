//! Findings as GuardDuty wrote them. The bytes of the answer are the evidence, so they are taken from the wire and not
//! made again from parsed values. Must not know what a finding means.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_guardduty::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_guardduty::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_guardduty::error::BoxError;
use aws_sdk_guardduty::types::builders::FindingCriteriaBuilder;
use aws_sdk_guardduty::types::{Condition, Finding, FindingCriteria, OrderBy, SortCriteria};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use rebato_engine::ports::{CloudError, FindingQuery, Wanted};

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::pages::pages;

/// How many findings one call may ask for.
const PAGE: usize = 50;

/// The GuardDuty detectors of the Region: one, or none where GuardDuty is off.
pub(crate) async fn detectors(cloud: &AwsCloud) -> Result<Vec<String>, CloudError> {
    pages!(
        cloud,
        "guardduty:ListDetectors",
        "the detector",
        cloud.read.guardduty.list_detectors()
    )
}

/// The detector of the Region.
///
/// # Errors
/// [`CloudError::NotFound`] where GuardDuty is off.
pub(crate) async fn detector(cloud: &AwsCloud) -> Result<String, CloudError> {
    detectors(cloud)
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| off(cloud))
}

fn off(cloud: &AwsCloud) -> CloudError {
    CloudError::NotFound {
        what: format!("a GuardDuty detector in {}", cloud.region),
        code: "NoDetector".to_owned(),
        why: "GuardDuty is off there for this account; another Region is named with --region"
            .to_owned(),
    }
}

/// Findings as one raw answer; `{"findings":[]}` when none fits.
///
/// # Errors
/// [`CloudError::NotFound`] where GuardDuty is off.
pub(crate) async fn findings(
    cloud: &AwsCloud,
    query: &FindingQuery,
) -> Result<Vec<u8>, CloudError> {
    let detectors = detectors(cloud).await?;
    if detectors.is_empty() {
        return Err(off(cloud));
    }
    let mut pages = Vec::new();
    for detector in detectors {
        let ids = match query {
            FindingQuery::Id(name) => vec![id_of(name).to_owned()],
            FindingQuery::Latest(wanted) => {
                let criteria = criteria(wanted)
                    .criterion("resource.resourceType", equals(&["Instance".to_owned()]))
                    .build();
                let exact = server_types(wanted).is_some() && whole_severity(wanted);
                let ids = list(cloud, &detector, criteria, exact.then_some(1)).await?;
                if exact {
                    ids
                } else {
                    newest_that_fits(cloud, &detector, &ids, wanted).await?
                }
            }
            FindingQuery::Matching(wanted) => {
                list(cloud, &detector, criteria(wanted).build(), None).await?
            }
            FindingQuery::OfInstance { instance, since } => {
                let criteria = FindingCriteria::builder()
                    .criterion(
                        "resource.instanceDetails.instanceId",
                        equals(std::slice::from_ref(instance)),
                    )
                    .criterion("updatedAt", at_least(since.as_millisecond()))
                    .build();
                list(cloud, &detector, criteria, None).await?
            }
        };
        for page in ids.chunks(PAGE) {
            pages.push(get(cloud, &detector, page).await?.0);
        }
    }
    merged(&pages).ok_or_else(|| CloudError::Unreachable {
        operation: "guardduty:GetFindings".to_owned(),
        why: "the answer is not a list of findings".to_owned(),
    })
}

/// The id in an ARN (`…:detector/ID/finding/ID`), or the id itself.
fn id_of(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn equals(values: &[String]) -> Condition {
    Condition::builder()
        .set_equals(Some(values.to_vec()))
        .build()
}

fn at_least(limit: i64) -> Condition {
    Condition::builder().greater_than_or_equal(limit).build()
}

/// The types, where GuardDuty itself can choose by them: it knows no patterns here and takes 50 values at most.
fn server_types(wanted: &Wanted) -> Option<&[String]> {
    (wanted.types.len() <= PAGE && !wanted.types.iter().any(|t| t.contains(['*', '?'])))
        .then_some(&wanted.types)
}

/// Whether GuardDuty itself can choose by the severity: it compares with whole numbers.
fn whole_severity(wanted: &Wanted) -> bool {
    wanted.min_severity.is_none_or(|least| least.fract() == 0.0)
}

/// As much of what is wanted as GuardDuty can choose by; the rest is left to whoever reads the findings.
fn criteria(wanted: &Wanted) -> FindingCriteriaBuilder {
    let mut criteria = FindingCriteria::builder();
    if let Some(types) = server_types(wanted).filter(|types| !types.is_empty()) {
        criteria = criteria.criterion("type", equals(types));
    }
    if let Some(least) = wanted.min_severity {
        #[expect(clippy::cast_possible_truncation, reason = "severities are 0 to 10")]
        let floor = least.floor() as i64;
        criteria = criteria.criterion("severity", at_least(floor));
    }
    if let Some(since) = wanted.since {
        criteria = criteria.criterion("updatedAt", at_least(since.as_millisecond()));
    }
    if !wanted.archived {
        criteria = criteria.criterion("service.archived", equals(&["false".to_owned()]));
    }
    criteria
}

/// The first of the ids whose finding fits, where GuardDuty could not choose.
async fn newest_that_fits(
    cloud: &AwsCloud,
    detector: &str,
    ids: &[String],
    wanted: &Wanted,
) -> Result<Vec<String>, CloudError> {
    for page in ids.chunks(PAGE) {
        let (_, read) = get(cloud, detector, page).await?;
        let fits = |id: &&String| {
            read.iter().any(|finding| {
                finding.id() == Some(id.as_str())
                    && wanted.fits_type(finding.r#type().unwrap_or_default())
                    && wanted
                        .min_severity
                        .is_none_or(|least| finding.severity().is_some_and(|s| s >= least))
            })
        };
        if let Some(id) = page.iter().find(fits) {
            return Ok(vec![id.clone()]);
        }
    }
    Ok(Vec::new())
}

/// Ids of findings, the newest first.
async fn list(
    cloud: &AwsCloud,
    detector: &str,
    criteria: FindingCriteria,
    first: Option<usize>,
) -> Result<Vec<String>, CloudError> {
    let mut pages = cloud
        .read
        .guardduty
        .list_findings()
        .detector_id(detector)
        .finding_criteria(criteria)
        .sort_criteria(
            SortCriteria::builder()
                .attribute_name("updatedAt")
                .order_by(OrderBy::Desc)
                .build(),
        )
        .into_paginator()
        .items()
        .send();
    let mut ids = Vec::new();
    while let Some(id) = pages.next().await {
        ids.push(id.map_err(|error| cloud_error("guardduty:ListFindings", detector, &error))?);
        if first.is_some_and(|enough| ids.len() >= enough) {
            break;
        }
    }
    Ok(ids)
}

/// One page of findings, as the bytes that came and as the SDK reads them.
async fn get(
    cloud: &AwsCloud,
    detector: &str,
    ids: &[String],
) -> Result<(Vec<u8>, Vec<Finding>), CloudError> {
    let keep = KeepBody::default();
    let answer = cloud
        .read
        .guardduty
        .get_findings()
        .detector_id(detector)
        .set_finding_ids(Some(ids.to_vec()))
        .customize()
        .interceptor(keep.clone())
        .send()
        .await
        .map_err(|error| cloud_error("guardduty:GetFindings", detector, &error))?;
    Ok((keep.taken(), answer.findings.unwrap_or_default()))
}

/// Keeps the body of the answer: after deserialisation it is in memory as it came.
#[derive(Debug, Clone, Default)]
struct KeepBody(Arc<Mutex<Vec<u8>>>);

impl KeepBody {
    fn taken(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[dyn_dispatch_hint]
impl Intercept for KeepBody {
    fn name(&self) -> &'static str {
        "KeepBody"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.to_vec();
        Ok(())
    }
}

/// Pages put together without touching a byte of a finding. One page stays as it came. `None` when a page is no object
/// with the one member `findings`.
fn merged(pages: &[Vec<u8>]) -> Option<Vec<u8>> {
    if let [page] = pages {
        return Some(page.clone());
    }
    let mut whole = b"{\"findings\":[".to_vec();
    let mut first = true;
    for page in pages {
        let parsed: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(page).ok()?;
        if parsed.len() != 1 || !parsed.get("findings")?.is_array() {
            return None;
        }
        let open = page.iter().position(|b| *b == b'[')?;
        let close = page.iter().rposition(|b| *b == b']')?;
        let inner = page.get(open + 1..close)?.trim_ascii();
        if inner.is_empty() {
            continue;
        }
        if !first {
            whole.push(b',');
        }
        first = false;
        whole.extend_from_slice(inner);
    }
    whole.extend_from_slice(b"]}");
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_put_together_byte_by_byte() {
        let page = |text: &str| text.as_bytes().to_vec();
        assert_eq!(merged(&[]).unwrap(), b"{\"findings\":[]}");
        let one = page("{ \"findings\" : [ {\"a\":1.50} ] }");
        assert_eq!(merged(std::slice::from_ref(&one)).unwrap(), one);
        let two = merged(&[
            one,
            page("{\"findings\":[]}"),
            page("{\"findings\":[{\"b\":[2]},{\"c\":3}]}"),
        ])
        .unwrap();
        assert_eq!(
            String::from_utf8(two).unwrap(),
            "{\"findings\":[{\"a\":1.50},{\"b\":[2]},{\"c\":3}]}"
        );
        assert_eq!(
            merged(&[page("{\"message\":\"no\"}"), page("{\"findings\":[]}")]),
            None
        );
    }

    #[test]
    fn an_arn_and_an_id_name_the_same_finding() {
        assert_eq!(
            id_of("arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/f1"),
            "f1"
        );
        assert_eq!(id_of("f1"), "f1");
    }
}
