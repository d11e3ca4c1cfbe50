//! GuardDuty: the detector, its findings.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{ApiError, Elsewhere, World};

use super::cloudtrail::put;
use super::context::Context;
use super::failure::error;
use super::filters;
use super::guardduty_criteria::{Criteria, Sort};
use super::json::{epoch, number, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::request::Request;
use super::service::Service;
use super::xml::iso;

const GUARD_DUTY: Service = Service::GuardDuty;
/// The agent on EC2, a part of runtime monitoring.
const AGENT: &str = "EC2_AGENT_MANAGEMENT";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(GUARD_DUTY, "ListDetectors", list_detectors),
    Operation::read(GUARD_DUTY, "GetDetector", get_detector),
    Operation::read(GUARD_DUTY, "ListFindings", list_findings),
    Operation::read(GUARD_DUTY, "GetFindings", get_findings),
    Operation::write(GUARD_DUTY, "ArchiveFindings", |context| {
        archive(context, true)
    }),
    Operation::write(GUARD_DUTY, "UnarchiveFindings", |context| {
        archive(context, false)
    }),
    Operation::write(GUARD_DUTY, "UpdateFindingsFeedback", feedback),
];

/// The error for anything wrong with the input.
pub(super) fn bad_request(message: &str) -> ApiError {
    error(
        "BadRequestException",
        &format!("The request is rejected because {message}"),
        400,
    )
}

/// Checks the detector in the path.
pub(super) fn detector(context: &Context<'_>) -> Result<(), ApiError> {
    if context.request.segment(1) == context.world.detector.id {
        Ok(())
    } else {
        Err(bad_request(
            "the input detectorId is not owned by the current account.",
        ))
    }
}

/// One page of names out of the address's `maxResults` and `nextToken`.
fn page(
    name: &str,
    items: Vec<String>,
    size: Option<i64>,
    token: Option<&str>,
) -> Result<Reply, ApiError> {
    if size.is_some_and(|size| !(1..=50).contains(&size)) {
        return Err(bad_request(
            "an invalid or out-of-range value is specified as an input parameter.",
        ));
    }
    let bad = |_: &str| bad_request("the input nextToken is not valid.");
    let (items, next) = filters::page(items, size.or(Some(50)), token, bad)?;
    let mut answer = json!({ name: items });
    // GuardDuty sends an empty token with the last page.
    put(&mut answer, "nextToken", Some(next.unwrap_or_default()));
    Ok(Reply::Json(answer))
}

pub(super) fn list(
    context: &Context<'_>,
    name: &str,
    items: Vec<String>,
) -> Result<Reply, ApiError> {
    detector(context)?;
    let query = &context.request.query;
    let size = query.get("maxResults").and_then(|size| size.parse().ok());
    page(
        name,
        items,
        size,
        query.get("nextToken").map(String::as_str),
    )
}

fn list_detectors(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let query = &context.request.query;
    let size = query.get("maxResults").and_then(|size| size.parse().ok());
    let ids = vec![context.world.detector.id.clone()];
    page(
        "detectorIds",
        ids,
        size,
        query.get("nextToken").map(String::as_str),
    )
}

fn get_detector(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    detector(context)?;
    let (world, found) = (&*context.world, &context.world.detector);
    let created = iso(found.created_at);
    let status =
        |name: &str| json!({"status": found.features.get(name).map_or("DISABLED", String::as_str)});
    let features = features(&found.features, epoch(found.created_at));
    Ok(Reply::Json(json!({
        "createdAt": created,
        "updatedAt": created,
        "status": "ENABLED",
        "findingPublishingFrequency": found.publishing_frequency,
        "serviceRole": format!("arn:aws:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty", world.account_id),
        "dataSources": {
            "cloudTrail": {"status": "ENABLED"},
            "dnsLogs": {"status": "ENABLED"},
            "flowLogs": {"status": "ENABLED"},
            "s3Logs": status("S3_DATA_EVENTS"),
        },
        "features": features,
        "tags": {},
    })))
}

/// Features as `GetDetector` lists them. The agent on EC2 is a part of runtime monitoring.
fn features(all: &BTreeMap<String, String>, updated: impl Into<Value>) -> Vec<Value> {
    let updated = updated.into();
    all.iter()
        .filter(|(name, _)| *name != AGENT)
        .map(|(name, status)| {
            let mut feature = json!({"name": name, "status": status, "updatedAt": updated});
            let agent = all.get(AGENT).filter(|_| name == "RUNTIME_MONITORING");
            let parts = agent
                .map(|status| json!([{"name": AGENT, "status": status, "updatedAt": updated}]));
            put(&mut feature, "additionalConfiguration", parts);
            feature
        })
        .collect()
}

/// What GuardDuty answers in another Region of the account: the detector and nothing else.
pub(super) fn elsewhere(
    world: &World,
    region: &str,
    request: &Request,
    operation: &str,
) -> Result<Reply, ApiError> {
    let id: String = world.detector.id.chars().rev().collect();
    match world.defences.elsewhere.get(region) {
        Some(Elsewhere::Off) if operation == "ListDetectors" => {
            page("detectorIds", Vec::new(), None, None)
        }
        Some(Elsewhere::On(_)) if operation == "ListDetectors" => {
            page("detectorIds", vec![id], None, None)
        }
        Some(Elsewhere::On(all)) if operation == "GetDetector" && request.segment(1) == id => {
            Ok(Reply::Json(json!({
                "createdAt": iso(world.detector.created_at),
                "status": "ENABLED",
                "serviceRole": format!("arn:aws:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty", world.account_id),
                "features": features(all, epoch(world.detector.created_at)),
            })))
        }
        Some(Elsewhere::Denied) => Err(error(
            "AccessDeniedException",
            &format!("User is not authorized to perform: guardduty:{operation} in {region}"),
            403,
        )),
        _ => Err(bad_request(
            "the input detectorId is not owned by the current account.",
        )),
    }
}

fn list_findings(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    detector(context)?;
    let body = &context.request.json;
    let criteria = Criteria::read(body.get("findingCriteria"))?;
    let sort = Sort::read(body.get("sortCriteria"))?;
    let mut found: Vec<&Value> = context
        .world
        .detector
        .findings
        .values()
        .filter(|finding| criteria.pass(finding))
        .collect();
    sort.apply(&mut found);
    let ids = found
        .iter()
        .filter_map(|finding| text(finding, "id"))
        .map(ToOwned::to_owned)
        .collect();
    page(
        "findingIds",
        ids,
        number(body, "maxResults"),
        text(body, "nextToken"),
    )
}

fn finding_ids(context: &Context<'_>) -> Result<Vec<String>, ApiError> {
    let ids = texts(&context.request.json, "findingIds");
    if ids.is_empty() || ids.len() > 50 {
        return Err(bad_request(
            "an invalid or out-of-range value is specified as an input parameter.",
        ));
    }
    Ok(ids)
}

fn get_findings(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    detector(context)?;
    let ids = finding_ids(context)?;
    let sort = Sort::read(context.request.json.get("sortCriteria"))?;
    let mut found: Vec<&Value> = ids
        .iter()
        .filter_map(|id| context.world.detector.findings.get(id))
        .collect();
    sort.apply(&mut found);
    Ok(Reply::Json(json!({"findings": found})))
}

fn archive(context: &mut Context<'_>, archived: bool) -> Result<Reply, ApiError> {
    let ids = finding_ids(context)?;
    let detector_id = context.request.segment(1).to_owned();
    context
        .world
        .archive_findings(&detector_id, &ids, archived)?;
    Ok(Reply::Json(json!({})))
}

fn feedback(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let ids = finding_ids(context)?;
    let detector_id = context.request.segment(1).to_owned();
    let feedback = text(&context.request.json, "feedback").unwrap_or_default();
    if !matches!(feedback, "USEFUL" | "NOT_USEFUL") {
        return Err(bad_request(
            "an invalid or out-of-range value is specified as an input parameter.",
        ));
    }
    context
        .world
        .update_feedback(&detector_id, &ids, feedback)?;
    Ok(Reply::Json(json!({})))
}
