//! AWS Support and Security Incident Response: what their desk offers, and opening a case. Must not write the text, nor
//! choose among the codes.
//!
//! `support:CreateCase` has no token: before each call the cases are searched for the title, which names ours, so that a call
//! whose answer was lost is not made twice. `security-ir:CreateCase` has one.

use aws_sdk_securityir::types::{
    EngagementType, ImpactedAwsRegion, ResolverType, ThreatActorIp, Watcher,
};
use aws_smithy_types::DateTime;
use aws_types::request_id::RequestId;
use rebato_core::contain::{OpenSecurityCase, OpenSupportCase, PermitAnswer};
use rebato_core::escalate::{Desk, DeskService, Route};
use rebato_engine::ports::{CloudError, Performed};

use crate::connect::AwsCloud;
use crate::contain::{already, performed};
use crate::limits::ask;

/// What Support answers to a request that was only tried (`DryRunOperationException`, service model of 2013-04-15).
const WOULD: &str = "DryRunOperationException";
/// Pages of cases that are searched, a hundred cases each.
const PAGES: usize = 10;

pub(crate) async fn desk(cloud: &AwsCloud, to: Route) -> Result<Desk, CloudError> {
    match to {
        Route::Support => support_desk(cloud).await,
        Route::SecurityIr => {
            let request = cloud.read.security.list_cases().max_results(1);
            ask!(cloud, "security-ir:ListCases", "cases", request)?;
            Ok(Desk::default())
        }
    }
}

async fn support_desk(cloud: &AwsCloud) -> Result<Desk, CloudError> {
    let support = &cloud.read.support;
    let services = async {
        let request = support.describe_services().language("en");
        ask!(cloud, "support:DescribeServices", "services", request)
    };
    let levels = async {
        let request = support.describe_severity_levels().language("en");
        ask!(
            cloud,
            "support:DescribeSeverityLevels",
            "severities",
            request
        )
    };
    let (services, levels) = futures::join!(services, levels);
    let services = services?
        .services()
        .iter()
        .filter_map(|service| {
            let categories = service.categories().iter();
            Some(DeskService {
                code: service.code()?.to_owned(),
                categories: categories
                    .filter_map(|category| category.code().map(str::to_owned))
                    .collect(),
            })
        })
        .collect();
    let severities = levels?
        .severity_levels()
        .iter()
        .filter_map(|level| level.code().map(str::to_owned))
        .collect();
    Ok(Desk {
        services,
        severities,
    })
}

/// The request that opens a case with Support.
fn letter(
    cloud: &AwsCloud,
    case: &OpenSupportCase,
) -> aws_sdk_support::operation::create_case::builders::CreateCaseFluentBuilder {
    let copies = Some(case.copies.clone()).filter(|copies| !copies.is_empty());
    cloud
        .write
        .support
        .create_case()
        .subject(&case.subject)
        .communication_body(&case.body)
        .service_code(&case.service)
        .category_code(&case.category)
        .severity_code(&case.severity)
        .language(&case.language)
        .issue_type(&case.issue)
        .set_cc_email_addresses(copies)
}

/// Whether the case could be opened: Support itself is asked, with a request that opens none.
pub(crate) async fn try_support(
    cloud: &AwsCloud,
    case: &OpenSupportCase,
) -> Option<(String, PermitAnswer)> {
    let request = letter(cloud, case).dry_run(true);
    let error = ask!(cloud, "support:CreateCase", &case.subject, request).err()?;
    let answer = match error {
        CloudError::Refused { code, .. } if code == WOULD => PermitAnswer::Allowed,
        CloudError::Denied { code, why, .. } => PermitAnswer::Denied {
            why: format!("{code}: {why}"),
        },
        _ => return None,
    };
    Some(("support:CreateCase".to_owned(), answer))
}

/// Opens a case with Support, unless one with this title is there.
pub(crate) async fn open_support(
    cloud: &AwsCloud,
    case: &OpenSupportCase,
) -> Result<Performed, CloudError> {
    if let Some(id) = find_support(cloud, &case.subject).await? {
        return Ok(already(vec![id]));
    }
    let request = letter(cloud, case);
    let answer = ask!(cloud, "support:CreateCase", &case.subject, request)?;
    let id = answer.case_id().map(str::to_owned);
    Ok(performed(answer.request_id(), id.into_iter().collect()))
}

/// The id of the case with this title, resolved ones too.
async fn find_support(cloud: &AwsCloud, subject: &str) -> Result<Option<String>, CloudError> {
    let mut token = None;
    for _ in 0..PAGES {
        let request = cloud
            .read
            .support
            .describe_cases()
            .include_resolved_cases(true)
            .include_communications(false)
            .max_results(100)
            .set_next_token(token.take());
        let page = ask!(cloud, "support:DescribeCases", subject, request)?;
        let mut cases = page.cases().iter();
        let found = cases.find(|case| case.subject() == Some(subject));
        if let Some(id) = found.and_then(|case| case.case_id()) {
            return Ok(Some(id.to_owned()));
        }
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    Ok(None)
}

/// Opens a case with Security Incident Response. The same token opens it once.
pub(crate) async fn open_security(
    cloud: &AwsCloud,
    token: &str,
    case: &OpenSecurityCase,
) -> Result<Performed, CloudError> {
    let mut request = cloud
        .write
        .security
        .create_case()
        .client_token(token)
        .resolver_type(ResolverType::from(case.resolver()))
        .engagement_type(EngagementType::from(case.engagement()))
        .title(&case.title)
        .description(&case.description)
        .reported_incident_start_date(DateTime::from_secs(case.since.as_second()))
        .impacted_accounts(&case.account)
        .impacted_services("Amazon EC2")
        .set_watchers(Some(Vec::new()));
    let built = |error: aws_smithy_types::error::operation::BuildError| CloudError::Refused {
        operation: "security-ir:CreateCase".to_owned(),
        code: "InvalidRequest".to_owned(),
        why: error.to_string(),
    };
    for email in &case.watchers {
        let watcher = Watcher::builder().email(email).build().map_err(built)?;
        request = request.watchers(watcher);
    }
    let region = ImpactedAwsRegion::builder()
        .region(case.region.as_str().into())
        .build()
        .map_err(built)?;
    request = request.impacted_aws_regions(region);
    for ip in case.written_addresses() {
        let actor = ThreatActorIp::builder()
            .ip_address(ip)
            .build()
            .map_err(built)?;
        request = request.threat_actor_ip_addresses(actor);
    }
    let answer = ask!(cloud, "security-ir:CreateCase", &case.title, request)?;
    Ok(performed(
        answer.request_id(),
        vec![answer.case_id().to_owned()],
    ))
}
