//! Errors as each AWS protocol writes them: the codes that differ between the services for the same cause, and the
//! shapes around them. It knows no operation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use crate::world::ApiError;

use super::reply::Wire;
use super::service::{Protocol, Service};
use super::xml::Xml;

/// An error with a code, a message and an HTTP status.
pub(crate) fn error(code: &str, message: &str, http_status: u16) -> ApiError {
    ApiError {
        code: code.to_owned(),
        message: message.to_owned(),
        http_status,
    }
}

/// A parameter that must be there is not.
pub(crate) fn missing(name: &str) -> ApiError {
    error(
        "MissingParameter",
        &format!("The request must contain the parameter {name}"),
        400,
    )
}

/// A parameter has a value that the operation cannot take.
pub(crate) fn invalid(message: &str) -> ApiError {
    error("InvalidParameterValue", message, 400)
}

/// Causes that every service knows, each under a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Common {
    /// Too many calls; nothing was done.
    Throttled,
    /// The caller may not do this.
    Denied,
    /// The credentials were good once.
    Expired,
    /// No such access key.
    UnknownKey,
    /// The request carries no credentials.
    Unsigned,
    /// Signed for another Region.
    WrongRegion,
    /// The lab does not have this operation.
    UnknownOperation,
    /// Try again: the service failed before it did anything.
    Internal,
}

/// The error for a common cause, in the words of the service.
pub(crate) fn common(cause: Common, service: Service, operation: &str) -> ApiError {
    use Protocol::{Ec2, Json, Query, RestJson, S3};
    let (code, status) = match (cause, service.protocol()) {
        (Common::Throttled, Ec2) => ("RequestLimitExceeded", 503),
        (Common::Throttled, Query) => ("Throttling", 400),
        (Common::Throttled, Json) => ("ThrottlingException", 400),
        (Common::Throttled, RestJson) => ("ThrottlingException", 429),
        (Common::Throttled, S3) => ("SlowDown", 503),
        (Common::Denied, Ec2) => ("UnauthorizedOperation", 403),
        (Common::Denied, Query | S3) => ("AccessDenied", 403),
        (Common::Denied, Json) => ("AccessDeniedException", 400),
        (Common::Denied, RestJson) => ("AccessDeniedException", 403),
        (Common::Expired, Ec2) => ("RequestExpired", 400),
        (Common::Expired, Query) => ("ExpiredToken", 403),
        (Common::Expired, S3) => ("ExpiredToken", 400),
        (Common::Expired, Json) => ("ExpiredTokenException", 400),
        (Common::Expired, RestJson) => ("ExpiredTokenException", 403),
        (Common::UnknownKey, Ec2) => ("AuthFailure", 401),
        (Common::UnknownKey, Query) => ("InvalidClientTokenId", 403),
        (Common::UnknownKey, S3) => ("InvalidAccessKeyId", 403),
        (Common::UnknownKey, Json) => ("UnrecognizedClientException", 400),
        (Common::UnknownKey, RestJson) => ("UnrecognizedClientException", 403),
        (Common::Unsigned, Ec2) => ("AuthFailure", 401),
        (Common::Unsigned, Query) => ("MissingAuthenticationToken", 403),
        (Common::Unsigned, S3) => ("AccessDenied", 403),
        (Common::Unsigned, Json) => ("MissingAuthenticationTokenException", 400),
        (Common::Unsigned, RestJson) => ("MissingAuthenticationTokenException", 403),
        (Common::WrongRegion, Ec2) => ("AuthFailure", 401),
        (Common::WrongRegion, Query) => ("SignatureDoesNotMatch", 403),
        (Common::WrongRegion, S3) => ("AuthorizationHeaderMalformed", 400),
        (Common::WrongRegion, Json) => ("InvalidSignatureException", 400),
        (Common::WrongRegion, RestJson) => ("InvalidSignatureException", 403),
        (Common::UnknownOperation, Ec2 | Query) => ("InvalidAction", 400),
        (Common::UnknownOperation, S3) => ("NotImplemented", 501),
        (Common::UnknownOperation, Json) => ("UnknownOperationException", 400),
        (Common::UnknownOperation, RestJson) => ("UnknownOperationException", 404),
        (Common::Internal, Ec2) => ("InternalError", 500),
        (Common::Internal, Query) => ("InternalFailure", 500),
        (Common::Internal, S3) => ("InternalError", 500),
        (Common::Internal, Json | RestJson) => ("InternalServerError", 500),
    };
    let message = match cause {
        Common::Throttled => match service.protocol() {
            Ec2 => "Request limit exceeded.".to_owned(),
            S3 => "Please reduce your request rate.".to_owned(),
            _ => "Rate exceeded".to_owned(),
        },
        Common::Denied => match service.protocol() {
            Ec2 => format!(
                "You are not authorized to perform this operation. Encoded authorization failure message: {}",
                BASE64.encode(
                    json!({
                        "allowed": false,
                        "explicitDeny": false,
                        "context": {"action": format!("ec2:{operation}")},
                    })
                    .to_string()
                )
            ),
            S3 => "Access Denied".to_owned(),
            _ => format!(
                "User is not authorized to perform: {}:{operation} because no identity-based policy allows the {}:{operation} action",
                service.prefix(),
                service.prefix()
            ),
        },
        Common::Expired => match service.protocol() {
            Ec2 => "Request has expired.".to_owned(),
            S3 => "The provided token has expired.".to_owned(),
            _ => "The security token included in the request is expired".to_owned(),
        },
        Common::UnknownKey => match service.protocol() {
            Ec2 => "AWS was not able to validate the provided access credentials".to_owned(),
            S3 => "The AWS Access Key Id you provided does not exist in our records.".to_owned(),
            _ => "The security token included in the request is invalid.".to_owned(),
        },
        Common::Unsigned => match service.protocol() {
            S3 => "Access Denied".to_owned(),
            _ => "Request is missing Authentication Token".to_owned(),
        },
        Common::WrongRegion => "Credential should be scoped to a valid region.".to_owned(),
        Common::UnknownOperation => {
            format!("The action {operation} is not valid for this web service.")
        }
        Common::Internal => "An internal error has occurred".to_owned(),
    };
    error(code, &message, status)
}

/// What EC2's encoded message says; none if it is no such message.
pub(crate) fn decoded(message: &str) -> Option<String> {
    let bytes = BASE64.decode(message).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    value.get("allowed").is_some().then_some(text)
}

/// An error in the protocol's form.
pub(crate) fn render(error: &ApiError, service: Service, request_id: &str) -> Wire {
    let status = error.http_status;
    match service.protocol() {
        Protocol::Ec2 => {
            let mut xml = Xml::new();
            xml.node("Response", |xml| {
                xml.node("Errors", |xml| {
                    xml.node("Error", |xml| {
                        xml.text("Code", &error.code);
                        xml.text("Message", &error.message);
                    });
                });
                xml.text("RequestID", request_id);
            });
            Wire::xml(status, xml)
        }
        Protocol::Query => {
            let mut xml = Xml::new();
            let name = "ErrorResponse";
            xml.raw(&format!("<{name} xmlns=\"{}\">", service.namespace()));
            xml.node("Error", |xml| {
                xml.text("Type", if status < 500 { "Sender" } else { "Receiver" });
                xml.text("Code", &error.code);
                xml.text("Message", &error.message);
            });
            xml.text("RequestId", request_id);
            xml.raw(&format!("</{name}>"));
            Wire::xml(status, xml)
        }
        Protocol::S3 => {
            let mut xml = Xml::new();
            xml.node("Error", |xml| {
                xml.text("Code", &error.code);
                xml.text("Message", &error.message);
                xml.text("RequestId", request_id);
                xml.text("HostId", request_id);
            });
            Wire::xml(status, xml)
        }
        Protocol::Json => Wire::json(
            status,
            service.json_type(),
            &json!({"__type": error.code, "message": error.message, "Message": error.message}),
        ),
        Protocol::RestJson => {
            // GuardDuty names the shape in a header and the cause in the body.
            let mut wire = Wire::json(
                status,
                service.json_type(),
                &json!({"message": error.message, "__type": if error.code == "BadRequestException" { "InvalidInputException" } else { &error.code }}),
            );
            wire.headers.push(("x-amzn-errortype", error.code.clone()));
            wire
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(service: Service) -> String {
        let denied = common(Common::Denied, service, "Thing");
        String::from_utf8(render(&denied, service, "req-1").body.to_vec()).unwrap()
    }

    #[test]
    fn each_protocol_has_its_own_shape() {
        assert!(
            body(Service::Ec2)
                .contains("<Response><Errors><Error><Code>UnauthorizedOperation</Code>")
        );
        assert!(body(Service::Iam).contains("<Error><Type>Sender</Type><Code>AccessDenied</Code>"));
        assert!(body(Service::S3).contains("<Error><Code>AccessDenied</Code>"));
        assert!(body(Service::CloudTrail).contains("\"__type\":\"AccessDeniedException\""));
        let denied = common(Common::Denied, Service::GuardDuty, "ListDetectors");
        let wire = render(&denied, Service::GuardDuty, "req-1");
        assert_eq!(wire.status, 403);
        assert!(
            wire.headers
                .contains(&("x-amzn-errortype", "AccessDeniedException".to_owned()))
        );
    }

    #[test]
    fn throttling_looks_as_the_service_says_it() {
        let code = |service| common(Common::Throttled, service, "X");
        assert_eq!(
            (
                code(Service::Ec2).code.as_str(),
                code(Service::Ec2).http_status
            ),
            ("RequestLimitExceeded", 503)
        );
        assert_eq!(code(Service::Logs).code, "ThrottlingException");
        assert_eq!(code(Service::Iam).code, "Throttling");
    }
}
