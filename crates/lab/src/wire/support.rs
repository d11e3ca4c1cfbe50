//! AWS Support, as far as a case is opened and found again. Without a plan that has the API every call is refused.
//! Names and shapes are those of the service model of 2013-04-15; which codes there are is a choice of the lab.

use serde_json::{Value, json};

use crate::world::{ApiError, SupportCase};

use super::context::Context;
use super::failure::error;
use super::json::{number, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const SUPPORT: Service = Service::Support;

/// Services and their categories.
const SERVICES: [(&str, &[&str]); 3] = [
    (
        "amazon-elastic-compute-cloud-linux",
        &["instance-issue", "other"],
    ),
    ("amazon-guardduty", &["findings", "security", "other"]),
    ("general-info", &["using-aws"]),
];
/// Severities of a plan that has them all.
const SEVERITIES: [(&str, &str); 5] = [
    ("low", "Low"),
    ("normal", "Normal"),
    ("high", "High"),
    ("urgent", "Urgent"),
    ("critical", "Critical"),
];
/// The most characters that a letter may have.
const LETTER: usize = 8000;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(SUPPORT, "DescribeServices", services),
    Operation::read(SUPPORT, "DescribeSeverityLevels", severities),
    Operation::read(SUPPORT, "DescribeCases", cases),
    Operation::write(SUPPORT, "CreateCase", create),
];

fn subscribed(context: &Context<'_>) -> Result<(), ApiError> {
    if context.world.settings.support_plan {
        return Ok(());
    }
    Err(error(
        "SubscriptionRequiredException",
        "Amazon Web Services Premium Support Subscription is required to use this service.",
        400,
    ))
}

fn invalid(message: &str) -> ApiError {
    error("ValidationException", message, 400)
}

fn services(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    subscribed(context)?;
    let wanted = texts(&context.request.json, "serviceCodeList");
    let found: Vec<Value> = SERVICES
        .iter()
        .filter(|(code, _)| wanted.is_empty() || wanted.iter().any(|w| w == code))
        .map(|(code, categories)| {
            let categories: Vec<Value> = categories
                .iter()
                .map(|code| json!({"code": code, "name": code}))
                .collect();
            json!({"code": code, "name": code, "categories": categories})
        })
        .collect();
    Ok(Reply::Json(json!({"services": found})))
}

fn severities(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    subscribed(context)?;
    let levels: Vec<Value> = SEVERITIES
        .iter()
        .map(|(code, name)| json!({"code": code, "name": name}))
        .collect();
    Ok(Reply::Json(json!({"severityLevels": levels})))
}

fn cases(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    subscribed(context)?;
    let body = &context.request.json;
    if number(body, "maxResults").is_some_and(|n| !(10..=100).contains(&n)) {
        return Err(invalid("maxResults must be between 10 and 100"));
    }
    let found: Vec<Value> = context
        .world
        .defences
        .desk
        .support
        .iter()
        .rev()
        .map(|case| {
            json!({
                "caseId": case.id, "displayId": case.display_id, "subject": case.subject, "status": "opened",
                "serviceCode": case.service, "categoryCode": case.category, "severityCode": case.severity,
                "language": case.language, "timeCreated": case.at.to_string(), "ccEmailAddresses": case.copies,
            })
        })
        .collect();
    Ok(Reply::Json(json!({"cases": found})))
}

fn create(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    subscribed(context)?;
    let body = &context.request.json;
    let said = |name: &str| text(body, name).unwrap_or_default().to_owned();
    let (subject, letter) = (said("subject"), said("communicationBody"));
    if subject.is_empty() || letter.is_empty() || letter.chars().count() > LETTER {
        return Err(invalid(
            "subject and communicationBody are needed, of 8000 characters at the most",
        ));
    }
    let (service, category, severity) = (
        said("serviceCode"),
        said("categoryCode"),
        said("severityCode"),
    );
    let known = SERVICES
        .iter()
        .any(|(code, all)| *code == service && all.contains(&category.as_str()));
    if !known || !SEVERITIES.iter().any(|(code, _)| *code == severity) {
        return Err(invalid("there is no such service, category or severity"));
    }
    if body.get("dryRun").and_then(Value::as_bool) == Some(true) {
        return Err(error(
            "DryRunOperationException",
            "Request would have succeeded, but DryRun flag is set.",
            400,
        ));
    }
    let language = text(body, "language").unwrap_or("en").to_owned();
    let copies = texts(body, "ccEmailAddresses");
    let world = &mut *context.world;
    let year = world.now.strftime("%Y").to_string();
    let id = format!(
        "case-{}-muen-{year}-{}",
        world.account_id,
        world.ids.hex(16)
    );
    let n = world.defences.desk.support.len();
    world.defences.desk.support.push(SupportCase {
        id: id.clone(),
        display_id: (170_000_000_000_001 + n).to_string(),
        subject,
        body: letter,
        service,
        category,
        severity,
        language,
        copies,
        at: world.now,
    });
    Ok(Reply::Json(json!({"caseId": id})))
}
