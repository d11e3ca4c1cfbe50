//! The criteria and the order of `ListFindings`: conditions on fields of a finding's own JSON.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use crate::world::ApiError;

use super::guardduty::bad_request;

/// The fields that findings may be asked for here (GuardDuty's list for `CreateFilter`, as far as the account's
/// findings have them).
const FIELDS: &[&str] = &[
    "accountId",
    "associatedAttackSequenceArn",
    "confidence",
    "id",
    "region",
    "resource.accessKeyDetails.accessKeyId",
    "resource.accessKeyDetails.principalId",
    "resource.accessKeyDetails.userName",
    "resource.accessKeyDetails.userType",
    "resource.instanceDetails.iamInstanceProfile.id",
    "resource.instanceDetails.imageId",
    "resource.instanceDetails.instanceId",
    "resource.instanceDetails.networkInterfaces.ipv6Addresses",
    "resource.instanceDetails.networkInterfaces.privateIpAddresses.privateIpAddress",
    "resource.instanceDetails.networkInterfaces.publicDnsName",
    "resource.instanceDetails.networkInterfaces.publicIp",
    "resource.instanceDetails.networkInterfaces.securityGroups.groupId",
    "resource.instanceDetails.networkInterfaces.securityGroups.groupName",
    "resource.instanceDetails.networkInterfaces.subnetId",
    "resource.instanceDetails.networkInterfaces.vpcId",
    "resource.instanceDetails.tags.key",
    "resource.instanceDetails.tags.value",
    "resource.resourceType",
    "service.action.actionType",
    "service.action.awsApiCallAction.api",
    "service.action.awsApiCallAction.callerType",
    "service.action.awsApiCallAction.remoteIpDetails.city.cityName",
    "service.action.awsApiCallAction.remoteIpDetails.country.countryName",
    "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
    "service.action.awsApiCallAction.remoteIpDetails.organization.asn",
    "service.action.awsApiCallAction.remoteIpDetails.organization.asnOrg",
    "service.action.awsApiCallAction.serviceName",
    "service.action.dnsRequestAction.domain",
    "service.action.dnsRequestAction.domainWithSuffix",
    "service.action.networkConnectionAction.blocked",
    "service.action.networkConnectionAction.connectionDirection",
    "service.action.networkConnectionAction.localNetworkInterface",
    "service.action.networkConnectionAction.localPortDetails.port",
    "service.action.networkConnectionAction.protocol",
    "service.action.networkConnectionAction.remoteIpDetails.city.cityName",
    "service.action.networkConnectionAction.remoteIpDetails.country.countryName",
    "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
    "service.action.networkConnectionAction.remoteIpDetails.organization.asn",
    "service.action.networkConnectionAction.remoteIpDetails.organization.asnOrg",
    "service.action.networkConnectionAction.remotePortDetails.port",
    "service.additionalInfo.threatListName",
    "service.archived",
    "service.ebsVolumeScanDetails.scanId",
    "service.evidence.threatIntelligenceDetails.threatListName",
    "service.resourceRole",
    "severity",
    "type",
    "updatedAt",
    "createdAt",
];

/// One condition: a field and what holds for its values.
#[derive(Debug, PartialEq)]
struct Condition {
    field: String,
    operator: Operator,
}

#[derive(Debug, PartialEq)]
enum Operator {
    Any(Vec<String>),
    None(Vec<String>),
    Number(Compare, i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Compare {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// All conditions must hold.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Criteria {
    conditions: Vec<Condition>,
}

fn invalid() -> ApiError {
    bad_request("an invalid or out-of-range value is specified as an input parameter.")
}

impl Criteria {
    pub(super) fn read(criteria: Option<&Value>) -> Result<Self, ApiError> {
        let mut conditions = Vec::new();
        let criterion = criteria
            .and_then(|criteria| criteria.get("criterion"))
            .and_then(Value::as_object);
        for (field, condition) in criterion.into_iter().flatten() {
            if !FIELDS.contains(&field.as_str()) {
                return Err(invalid());
            }
            for (operator, value) in condition.as_object().into_iter().flatten() {
                conditions.push(Condition {
                    field: field.clone(),
                    operator: read_operator(operator, value)?,
                });
            }
        }
        Ok(Self { conditions })
    }

    pub(super) fn pass(&self, finding: &Value) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.holds(finding))
    }
}

/// Both the present names of the operators and the older short ones.
fn read_operator(name: &str, value: &Value) -> Result<Operator, ApiError> {
    let list = || -> Result<Vec<String>, ApiError> {
        let items = value
            .as_array()
            .filter(|items| (1..=50).contains(&items.len()))
            .ok_or_else(invalid)?;
        items
            .iter()
            .map(|item| item.as_str().map(ToOwned::to_owned).ok_or_else(invalid))
            .collect()
    };
    let number = |compare| {
        value
            .as_i64()
            .map(|number| Operator::Number(compare, number))
            .ok_or_else(invalid)
    };
    match name {
        "equals" | "eq" => list().map(Operator::Any),
        "notEquals" | "neq" => list().map(Operator::None),
        "greaterThan" | "gt" => number(Compare::Greater),
        "greaterThanOrEqual" | "gte" => number(Compare::GreaterOrEqual),
        "lessThan" | "lt" => number(Compare::Less),
        "lessThanOrEqual" | "lte" => number(Compare::LessOrEqual),
        _ => Err(invalid()),
    }
}

impl Condition {
    fn holds(&self, finding: &Value) -> bool {
        let found = values(finding, &self.field);
        match &self.operator {
            Operator::Any(wanted) => found.iter().any(|value| wanted.contains(&written(value))),
            Operator::None(wanted) => !found.iter().any(|value| wanted.contains(&written(value))),
            Operator::Number(compare, limit) => found
                .iter()
                .filter_map(|value| measured(value))
                .any(|value| {
                    // Limits are small numbers or milliseconds since the epoch: exact in a double.
                    #[expect(clippy::cast_precision_loss, reason = "both fit in 53 bits")]
                    let limit = *limit as f64;
                    match compare {
                        Compare::Greater => value > limit,
                        Compare::GreaterOrEqual => value >= limit,
                        Compare::Less => value < limit,
                        Compare::LessOrEqual => value <= limit,
                    }
                }),
        }
    }
}

/// The values at a dotted path; lists on the way are looked through.
fn values<'v>(finding: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![finding];
    for part in path.split('.') {
        found = found
            .into_iter()
            .flat_map(each)
            .filter_map(|value| value.get(part))
            .collect();
    }
    found
        .into_iter()
        .flat_map(each)
        .filter(|value| !value.is_null())
        .collect()
}

fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// A value as a condition writes it: always as text.
fn written(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A value to compare: a number, or a time as milliseconds since the epoch.
fn measured(value: &Value) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    let at: Timestamp = value.as_str()?.parse().ok()?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "fits in 53 bits until the year 287396"
    )]
    let millis = at.as_millisecond() as f64;
    Some(millis)
}

/// The order of the findings; without one, by id.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sort {
    by: Option<(String, bool)>,
}

impl Sort {
    pub(super) fn read(criteria: Option<&Value>) -> Result<Self, ApiError> {
        let Some(field) = criteria
            .and_then(|criteria| criteria.get("attributeName"))
            .and_then(Value::as_str)
        else {
            return Ok(Self::default());
        };
        if !FIELDS.contains(&field)
            && !matches!(
                field,
                "service.count" | "service.eventFirstSeen" | "service.eventLastSeen"
            )
        {
            return Err(invalid());
        }
        let descending = criteria
            .and_then(|criteria| criteria.get("orderBy"))
            .and_then(Value::as_str)
            == Some("DESC");
        Ok(Self {
            by: Some((field.to_owned(), descending)),
        })
    }

    pub(super) fn apply(&self, findings: &mut [&Value]) {
        let Some((field, descending)) = &self.by else {
            return;
        };
        findings.sort_by(|a, b| {
            let order = compare(
                values(a, field).first().copied(),
                values(b, field).first().copied(),
            );
            if *descending { order.reverse() } else { order }
        });
    }
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a.and_then(measured), b.and_then(measured)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.map(written).cmp(&b.map(written)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn finding() -> Value {
        json!({
            "id": "f1", "severity": 5.0, "updatedAt": "2026-11-24T03:12:09.250Z",
            "resource": {"instanceDetails": {"instanceId": "i-1", "networkInterfaces": [
                {"securityGroups": [{"groupId": "sg-1"}]}, {"securityGroups": [{"groupId": "sg-2"}]}
            ]}},
            "service": {"archived": false},
        })
    }

    fn passes(criterion: &Value) -> bool {
        Criteria::read(Some(&json!({"criterion": criterion})))
            .unwrap()
            .pass(&finding())
    }

    #[test]
    fn conditions_on_text_flags_lists_and_times() {
        assert!(passes(
            &json!({"resource.instanceDetails.instanceId": {"equals": ["i-0", "i-1"]}})
        ));
        assert!(!passes(
            &json!({"resource.instanceDetails.instanceId": {"notEquals": ["i-1"]}})
        ));
        assert!(passes(&json!({"service.archived": {"equals": ["false"]}})));
        assert!(passes(
            &json!({"resource.instanceDetails.networkInterfaces.securityGroups.groupId": {"equals": ["sg-2"]}})
        ));
        let at: Timestamp = "2026-11-24T03:12:09.250Z".parse().unwrap();
        assert!(passes(
            &json!({"updatedAt": {"greaterThanOrEqual": at.as_millisecond()}})
        ));
        assert!(!passes(
            &json!({"updatedAt": {"greaterThan": at.as_millisecond()}})
        ));
        assert!(passes(&json!({"severity": {"gte": 4, "lt": 7}})));
        assert!(passes(
            &json!({"severity": {"greaterThanOrEqual": 5, "lessThanOrEqual": 5}})
        ));
        assert!(!passes(&json!({"severity": {"gt": 5}})));
        assert!(!passes(&json!({"severity": {"lte": 4}})));
        assert!(passes(
            &json!({"id": {"eq": ["f1"]}, "region": {"neq": ["eu-west-1"]}})
        ));
    }

    #[test]
    fn unknown_fields_and_operators_are_refused() {
        for criterion in [
            json!({"colour": {"equals": ["red"]}}),
            json!({"id": {"matches": ["f*"]}}),
            json!({"id": {"equals": []}}),
        ] {
            assert_eq!(
                Criteria::read(Some(&json!({"criterion": criterion})))
                    .unwrap_err()
                    .code,
                "BadRequestException"
            );
        }
    }

    #[test]
    fn findings_are_sorted_by_time_both_ways() {
        let early = json!({"id": "a", "updatedAt": "2026-01-01T00:00:00Z"});
        let late = json!({"id": "b", "updatedAt": "2026-01-02T00:00:00.000Z"});
        let mut both = vec![&early, &late];
        Sort::read(Some(
            &json!({"attributeName": "updatedAt", "orderBy": "DESC"}),
        ))
        .unwrap()
        .apply(&mut both);
        assert_eq!(both, [&late, &early]);
    }
}
