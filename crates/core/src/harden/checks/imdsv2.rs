//! `imdsv2`: whether the instance metadata service asks for a session token (Security Hub EC2.8). Must not judge who still
//! uses the old way.

use crate::harden::{CheckResult, Posture};
use crate::identify::{Finding, Subject};

use super::why_unread;

pub(super) const NAME: &str = "imdsv2";
const CONTROLS: &[&str] = &["EC2.8"];

pub(super) fn check(subject: &Subject, _: &Posture, _: &Finding) -> CheckResult {
    let options = &subject.metadata;
    let result = match (
        options.http_endpoint.as_deref(),
        options.http_tokens.as_deref(),
    ) {
        // Nobody gets credentials from a service that is off.
        (Some("disabled"), _) | (_, Some("required")) => {
            CheckResult::judged(NAME, CONTROLS, Vec::new())
        }
        (_, Some(tokens)) => CheckResult::judged(
            NAME,
            CONTROLS,
            vec![format!("{} http-tokens={tokens}", subject.instance_id)],
        ),
        (_, None) => CheckResult::unknown(
            NAME,
            CONTROLS,
            why_unread(&subject.unread, &["metadata", "attributes"]),
        ),
    };
    match options.hop_limit {
        Some(hops) => result.with("hop_limit", &hops),
        None => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::Status;
    use crate::identify::MetadataOptions;
    use crate::monitor::fixture;

    #[test]
    fn only_required_tokens_or_no_service_at_all_pass() {
        for (endpoint, tokens, wanted) in [
            (Some("enabled"), Some("required"), Status::Pass),
            (Some("enabled"), Some("optional"), Status::Fail),
            (None, Some("optional"), Status::Fail),
            (Some("disabled"), Some("optional"), Status::Pass),
            (Some("enabled"), None, Status::Unknown),
        ] {
            let metadata = MetadataOptions {
                http_tokens: tokens.map(Into::into),
                http_endpoint: endpoint.map(Into::into),
                hop_limit: Some(2),
            };
            let subject = Subject {
                metadata,
                ..fixture::subject()
            };
            let result = check(&subject, &Posture::default(), &fixture::finding());
            assert_eq!(result.status, wanted, "{endpoint:?} {tokens:?}");
            assert_eq!(result.args.get("hop_limit").map(String::as_str), Some("2"));
        }
    }
}
