//! `imdsv2`: whether the instance metadata service asks for a session token (Security Hub EC2.8). Must not judge who still
//! uses the old way.

use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "imdsv2",
    controls: &["EC2.8"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let options = &subject.metadata;
    let result = match (
        options.http_endpoint.as_deref(),
        options.http_tokens.as_deref(),
    ) {
        // Nobody gets credentials from a service that is off.
        (Some("disabled"), _) | (_, Some("required")) => CHECK.settings(Vec::new()),
        (_, Some(tokens)) => CHECK.settings(vec![Shortfall::new(
            &subject.instance_id,
            "http-tokens",
            tokens,
            "required",
        )]),
        (_, None) => CHECK.unread(&subject.unread, &["metadata", "attributes"]),
    };
    match options.hop_limit {
        Some(hops) => result.with("hop_limit", &hops),
        None => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{MetadataOptions, Subject};
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
            let result = run(&CHECK, &subject, &Posture::default());
            assert_eq!(result.status, wanted, "{endpoint:?} {tokens:?}");
            assert_eq!(result.args.get("hop_limit").map(String::as_str), Some("2"));
        }
    }
}
