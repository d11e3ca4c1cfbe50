//! The one mapping from the SDK's errors to the port's. Must not know which operation means what.
//!
//! What matters most is the difference between "surely nothing happened" and "nobody knows": an answer that is missing
//! or cannot be read is [`CloudError::Unreachable`], every answer that AWS gave is one of the others.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use rebato_engine::ports::CloudError;

/// Codes that say that the caller calls too often.
const THROTTLED: [&str; 12] = [
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "SlowDown",
    "EC2ThrottledException",
];

/// Codes that say that the credentials are missing, wrong or no longer good.
const CREDENTIALS: [&str; 13] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "AuthFailure",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "IncompleteSignature",
];

/// Codes that say that the caller may not.
const DENIED: [&str; 6] = [
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedAccess",
    "OptInRequired",
    "AllAccessDisabled",
];

/// Codes that say that a thing is not there and do not end in `NotFound`.
const NOT_FOUND: [&str; 6] = [
    "NoSuchKey",
    "NoSuchBucket",
    "NoSuchEntity",
    "ResourceNotFoundException",
    "TargetGroupNotFound",
    "TrailNotFoundException",
];

/// Codes of a server that broke down: whether the call took effect is not known.
const BROKEN: [&str; 7] = [
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerErrorException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
];

/// Maps an error of the SDK. `operation` is the IAM name of the call, `what` the resource it was about.
pub(crate) fn cloud_error<E>(
    operation: &str,
    what: &str,
    error: &SdkError<E, HttpResponse>,
) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(why) = credentials_trouble(error) {
        return CloudError::Credentials {
            operation: operation.to_owned(),
            why,
        };
    }
    match error {
        SdkError::ServiceError(answered) => {
            let status = answered.raw().status().as_u16();
            let code = match answered.err().code() {
                Some(code) => code.to_owned(),
                None => format!("HTTP {status}"),
            };
            let why = answered
                .err()
                .message()
                .unwrap_or("AWS gave no message")
                .to_owned();
            by_code(operation, what, code, why, status)
        }
        // Built wrongly on this side: it never left.
        SdkError::ConstructionFailure(_) => CloudError::Refused {
            operation: operation.to_owned(),
            code: "InvalidRequest".to_owned(),
            why: chain(error),
        },
        // It may have been sent, and what came back, if anything, is no answer.
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            CloudError::Unreachable {
                operation: operation.to_owned(),
                why: chain(error),
            }
        }
        // The enum is open: what is not known to have been refused may have happened.
        _ => CloudError::Unreachable {
            operation: operation.to_owned(),
            why: chain(error),
        },
    }
}

/// Maps an answer by its code, and by its status where the code says nothing.
fn by_code(operation: &str, what: &str, code: String, why: String, status: u16) -> CloudError {
    let operation = operation.to_owned();
    let is = |list: &[&str]| list.contains(&code.as_str());
    if is(&THROTTLED) || status == 429 {
        CloudError::Throttled { operation, code }
    } else if is(&CREDENTIALS) {
        CloudError::Credentials {
            operation,
            why: format!("{code}: {why}"),
        }
    } else if is(&DENIED) || code.starts_with("AccessDenied") {
        CloudError::Denied {
            operation,
            code,
            why,
        }
    } else if is(&NOT_FOUND) || code.ends_with("NotFound") || code.ends_with("NotFoundException") {
        CloudError::NotFound {
            what: what.to_owned(),
            code,
            why,
        }
    } else if is(&BROKEN) || status >= 500 {
        CloudError::Unreachable {
            operation,
            why: format!("{code}: {why}"),
        }
    } else if status == 403 {
        CloudError::Denied {
            operation,
            code,
            why,
        }
    } else {
        CloudError::Refused {
            operation,
            code,
            why,
        }
    }
}

/// What the credentials chain said, when it is what failed.
fn credentials_trouble(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(current) = next {
        if current.downcast_ref::<CredentialsError>().is_some() {
            return Some(chain(current));
        }
        next = current.source();
    }
    None
}

/// An error with its causes in one line; a cause that only repeats the one above is left out.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut last = text.clone();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if said != last && !said.is_empty() {
            text.push_str(": ");
            text.push_str(&said);
            last = said;
        }
        next = cause.source();
    }
    text
}

/// Whether an error says that a thing is not there.
pub(crate) const fn is_not_found(error: &CloudError) -> bool {
    matches!(error, CloudError::NotFound { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str, status: u16) -> CloudError {
        by_code("ec2:X", "i-1", code.to_owned(), "why".to_owned(), status)
    }

    #[test]
    fn codes_fall_into_the_right_kind() {
        assert!(matches!(
            of("RequestLimitExceeded", 503),
            CloudError::Throttled { .. }
        ));
        assert!(matches!(
            of("ThrottlingException", 400),
            CloudError::Throttled { .. }
        ));
        assert!(matches!(
            of("InvalidInstanceID.NotFound", 400),
            CloudError::NotFound { .. }
        ));
        assert!(matches!(
            of("InvalidGroup.NotFound", 400),
            CloudError::NotFound { .. }
        ));
        assert!(matches!(of("NoSuchKey", 404), CloudError::NotFound { .. }));
        assert!(matches!(
            of("UnauthorizedOperation", 403),
            CloudError::Denied { .. }
        ));
        assert!(matches!(
            of("AccessDeniedException", 400),
            CloudError::Denied { .. }
        ));
        assert!(matches!(
            of("RequestExpired", 400),
            CloudError::Credentials { .. }
        ));
        assert!(matches!(
            of("AuthFailure", 401),
            CloudError::Credentials { .. }
        ));
        assert!(matches!(
            of("OperationNotPermitted", 400),
            CloudError::Refused { .. }
        ));
        assert!(matches!(
            of("InvalidGroup.Duplicate", 400),
            CloudError::Refused { .. }
        ));
    }

    #[test]
    fn a_broken_server_leaves_the_effect_unknown() {
        assert!(!of("InternalError", 500).surely_nothing_happened());
        assert!(!of("HTTP 502", 502).surely_nothing_happened());
        assert!(of("RequestLimitExceeded", 503).surely_nothing_happened());
    }
}
