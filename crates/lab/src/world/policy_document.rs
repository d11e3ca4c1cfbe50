//! Policy documents: their grammar, and whether one denies a call. Only denials are judged: what no policy denies is
//! allowed, as far as policies go. Must not know roles nor the world.
//! Facts: IAM user guide, "IAM JSON policy elements: Condition operators" and "Grammar of the IAM JSON policy language".

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::model::{ApiError, ApiResult};

/// Condition keys in lower case and their values in a call.
pub(crate) type ConditionKeys = BTreeMap<String, String>;

/// The grammar of policies, as far as IAM refuses what a tool may get wrong.
pub(super) fn well_formed(document: &str) -> ApiResult<()> {
    let bad = |why: &str| Err(ApiError::new("MalformedPolicyDocument", why));
    let Ok(policy) = serde_json::from_str::<Value>(document) else {
        return bad("Syntax errors in policy.");
    };
    let known = |version: &Value| matches!(version.as_str(), Some("2012-10-17" | "2008-10-17"));
    if !policy.is_object() || policy.get("Version").is_some_and(|version| !known(version)) {
        return bad("Syntax errors in policy.");
    }
    let statements = as_list(policy.get("Statement"));
    if statements.is_empty() {
        return bad("Syntax errors in policy.");
    }
    for statement in statements {
        let has = |key: &str| statement.get(key).is_some();
        if !matches!(
            statement.get("Effect").and_then(Value::as_str),
            Some("Allow" | "Deny")
        ) {
            return bad("Syntax errors in policy.");
        }
        if has("Principal") || has("NotPrincipal") {
            return bad("Policy document should not specify a principal.");
        }
        if has("Action") == has("NotAction") {
            return bad("Policy statement must contain actions.");
        }
        if has("Resource") == has("NotResource") {
            return bad("Policy statement must contain resources.");
        }
        if statement
            .get("Condition")
            .is_some_and(|condition| !condition.is_object())
        {
            return bad("Syntax errors in policy.");
        }
    }
    Ok(())
}

/// Whether a statement of the document denies the action on the resource under these conditions.
pub(crate) fn denies(document: &str, action: &str, resource: &str, keys: &ConditionKeys) -> bool {
    serde_json::from_str::<Value>(document).is_ok_and(|policy| {
        as_list(policy.get("Statement")).iter().any(|statement| {
            statement.get("Effect").and_then(Value::as_str) == Some("Deny")
                && names(
                    statement,
                    "Action",
                    "NotAction",
                    &action.to_ascii_lowercase(),
                )
                && names(statement, "Resource", "NotResource", resource)
                && conditions_hold(statement, keys)
        })
    })
}

/// IAM lets a single value stand for a list of one.
fn as_list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// Whether one of the patterns under `key` fits, or none of those under `except`.
fn names(statement: &Value, key: &str, except: &str, what: &str) -> bool {
    let any = |key: &str| {
        as_list(statement.get(key))
            .iter()
            .filter_map(|pattern| pattern.as_str())
            .any(|pattern| {
                // Names of actions have no case; those of resources do.
                if key.ends_with("Action") {
                    like(pattern.to_ascii_lowercase().as_bytes(), what.as_bytes())
                } else {
                    like(pattern.as_bytes(), what.as_bytes())
                }
            })
    };
    if statement.get(except).is_some() {
        !any(except)
    } else {
        any(key)
    }
}

fn conditions_hold(statement: &Value, keys: &ConditionKeys) -> bool {
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else {
        return true;
    };
    conditions.iter().all(|(operator, tests)| {
        tests.as_object().is_some_and(|tests| {
            tests.iter().all(|(key, values)| {
                let actual = keys.get(&key.to_ascii_lowercase()).map(String::as_str);
                let wanted: Vec<String> = as_list(Some(values))
                    .iter()
                    .map(|value| value.as_str().map_or(value.to_string(), ToOwned::to_owned))
                    .collect();
                holds(operator, actual, &wanted)
            })
        })
    })
}

fn holds(operator: &str, actual: Option<&str>, wanted: &[String]) -> bool {
    if operator == "Null" {
        return wanted.iter().any(|w| (w == "true") == actual.is_none());
    }
    let (operator, if_exists) = operator
        .strip_suffix("IfExists")
        .map_or((operator, false), |plain| (plain, true));
    let positive = operator.replacen("Not", "", 1);
    let negated = positive != operator;
    let Some(actual) = actual else {
        return if_exists || negated;
    };
    let any = wanted.iter().any(|wanted| fits(&positive, actual, wanted));
    any != negated
}

fn fits(operator: &str, actual: &str, wanted: &str) -> bool {
    match operator {
        "StringEquals" => actual == wanted,
        "StringEqualsIgnoreCase" => actual.eq_ignore_ascii_case(wanted),
        "StringLike" | "ArnLike" | "ArnEquals" => like(wanted.as_bytes(), actual.as_bytes()),
        "DateLessThan"
        | "DateLessThanEquals"
        | "DateGreaterThan"
        | "DateGreaterThanEquals"
        | "DateEquals" => {
            let (Ok(actual), Ok(wanted)) =
                (actual.parse::<Timestamp>(), wanted.parse::<Timestamp>())
            else {
                return false;
            };
            match operator {
                "DateLessThan" => actual < wanted,
                "DateLessThanEquals" => actual <= wanted,
                "DateGreaterThan" => actual > wanted,
                "DateGreaterThanEquals" => actual >= wanted,
                _ => actual == wanted,
            }
        }
        // An operator that is not known here never lets a denial apply.
        _ => false,
    }
}

/// IAM's patterns: a star is any text, a question mark any one character.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            like(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(_, after)| like(pattern, after))
        }
        (Some((p, rest)), Some((t, after))) => (*p == b'?' || p == t) && like(rest, after),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> ConditionKeys {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn deny(condition: &str, keys: &ConditionKeys) -> bool {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}}}"#
        );
        well_formed(&document).unwrap();
        denies(&document, "s3:ListAllMyBuckets", "*", keys)
    }

    #[test]
    fn patterns_follow_stars_and_question_marks() {
        let like = |pattern: &str, text: &str| like(pattern.as_bytes(), text.as_bytes());
        assert!(like("AROA:i-*", "AROA:i-0abc"));
        assert!(like("*:i-0abc", "AROA:i-0abc"));
        assert!(like("AROA:i-0ab?", "AROA:i-0abc"));
        assert!(!like("AROA:i-0abc?", "AROA:i-0abc"));
        assert!(!like("AROA:i-0abc", "AROA:i-0abd"));
        assert!(!like("*:i-1*", "AROA:i-0abc"));
    }

    #[test]
    fn conditions_select_old_sessions_named_ones_and_instances() {
        let session = keys(&[
            ("aws:userid", "A:i-1"),
            ("aws:tokenissuetime", "2026-01-01T10:00:00Z"),
            (
                "ec2:sourceinstancearn",
                "arn:aws:ec2:eu-west-1:1:instance/i-1",
            ),
        ]);
        let younger = r#"{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T09:59:59Z"}}"#;
        for (condition, denied) in [
            (
                r#"{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T10:00:30Z"}}"#,
                true,
            ),
            (younger, false),
            (r#"{"StringEquals":{"aws:userid":["A:i-1"]}}"#, true),
            (r#"{"StringEquals":{"aws:userid":"A:i-2"}}"#, false),
            (r#"{"StringLike":{"aws:UserId":"*:i-?"}}"#, true),
            (r#"{"StringNotEquals":{"aws:userid":"A:i-1"}}"#, false),
            (
                r#"{"ArnLike":{"ec2:SourceInstanceArn":"arn:aws:ec2:*:*:instance/i-1"}}"#,
                true,
            ),
            (r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:ec2:*"}}"#, true),
            (r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, false),
            (
                r#"{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}"#,
                true,
            ),
            (
                r#"{"StringEquals":{"aws:userid":"A:i-1"},"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T09:00:00Z"}}"#,
                false,
            ),
            (r#"{"Resembles":{"aws:userid":"A:i-1"}}"#, false),
        ] {
            assert_eq!(deny(condition, &session), denied, "{condition}");
        }
    }

    #[test]
    fn a_denial_is_for_its_actions_only() {
        let none = ConditionKeys::new();
        let one = r#"{"Statement":[{"Effect":"Deny","Action":["s3:Get*"],"Resource":"*"}]}"#;
        assert!(denies(one, "S3:getobject", "*", &none));
        assert!(!denies(one, "s3:PutObject", "*", &none));
        let but = r#"{"Statement":[{"Effect":"Deny","NotAction":"ssm:*","Resource":"*"}]}"#;
        assert!(denies(but, "s3:GetObject", "*", &none));
        assert!(!denies(but, "ssm:GetParameter", "*", &none));
        let allow = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        assert!(!denies(allow, "s3:GetObject", "*", &none));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for document in [
            "{",
            "[]",
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Version":"2026-01-01","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Refuse","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}}"#,
        ] {
            let error = well_formed(document).unwrap_err();
            assert_eq!(error.code, "MalformedPolicyDocument", "{document}");
        }
    }
}
