//! `imdsv2`: whether the instance metadata service asks for a session token (Security Hub EC2.8), and how many calls would
//! break if it did. `imds-hop-limit`: whether its answers stay on the instance. Must not judge who still uses the old way.

use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "imdsv2",
    controls: &["EC2.8"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: check,
};

/// Containers in a network of their own need two hops: nothing to mend by itself.
pub(super) const HOPS: Check = Check {
    name: "imds-hop-limit",
    controls: &[],
    scope: Scope::Instance,
    class: FixClass::Info,
    run: hops,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let options = &subject.metadata;
    let tokens = match (
        options.http_endpoint.as_deref(),
        options.http_tokens.as_deref(),
    ) {
        // Nobody gets credentials from a service that is off.
        (Some("disabled"), _) | (_, Some("required")) => return CHECK.settings(Vec::new()),
        (_, None) => return CHECK.unread(&subject.unread, &["metadata", "attributes"]),
        (_, Some(tokens)) => tokens,
    };
    let short = Shortfall::new(&subject.instance_id, "http-tokens", tokens, "required");
    let mut result = CHECK.settings(vec![short]);
    // A metric without values is no proof of silence: the instance may have been off.
    let calls = seen.posture.imds_v1_calls.as_ref();
    result
        .evidence
        .push(match calls.and_then(|c| Some((c.calls?, c.days))) {
            Some((calls, days)) => format!("calls-without-token={calls} days={days}"),
            None => "calls-without-token=unknown".into(),
        });
    match calls.and_then(|c| c.calls) {
        Some(0) => result.of_class(FixClass::Auto),
        _ => result,
    }
}

fn hops(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    match subject.metadata.hop_limit {
        _ if subject.metadata.http_endpoint.as_deref() == Some("disabled") => {
            HOPS.settings(Vec::new())
        }
        Some(hops) if hops > 1 => HOPS.settings(vec![Shortfall::new(
            &subject.instance_id,
            "http-put-response-hop-limit",
            hops.to_string(),
            "1",
        )]),
        Some(_) => HOPS.settings(Vec::new()),
        None => HOPS.unread(&subject.unread, &["metadata", "attributes"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{ImdsCalls, Posture, Status};
    use crate::identify::{MetadataOptions, Subject};
    use crate::monitor::fixture;

    fn subject(endpoint: Option<&str>, tokens: Option<&str>, hop_limit: Option<i32>) -> Subject {
        Subject {
            metadata: MetadataOptions {
                http_tokens: tokens.map(Into::into),
                http_endpoint: endpoint.map(Into::into),
                hop_limit,
            },
            ..fixture::subject()
        }
    }

    #[test]
    fn only_required_tokens_or_no_service_at_all_pass() {
        for (endpoint, tokens, wanted) in [
            (Some("enabled"), Some("required"), Status::Pass),
            (Some("enabled"), Some("optional"), Status::Fail),
            (None, Some("optional"), Status::Fail),
            (Some("disabled"), Some("optional"), Status::Pass),
            (Some("enabled"), None, Status::Unknown),
        ] {
            let result = run(
                &CHECK,
                &subject(endpoint, tokens, None),
                &Posture::default(),
            );
            assert_eq!(result.status, wanted, "{endpoint:?} {tokens:?}");
        }
    }

    #[test]
    fn it_is_safe_to_require_tokens_only_where_every_call_has_one() {
        let subject = subject(None, Some("optional"), None);
        for (calls, class, line) in [
            (
                Some(Some(0)),
                FixClass::Auto,
                "calls-without-token=0 days=14",
            ),
            (
                Some(Some(7)),
                FixClass::Propose,
                "calls-without-token=7 days=14",
            ),
            (Some(None), FixClass::Propose, "calls-without-token=unknown"),
            (None, FixClass::Propose, "calls-without-token=unknown"),
        ] {
            let posture = Posture {
                imds_v1_calls: calls.map(|calls| ImdsCalls { days: 14, calls }),
                ..Posture::default()
            };
            let result = run(&CHECK, &subject, &posture);
            assert_eq!(result.class, class, "{calls:?}");
            assert_eq!(result.evidence[1], line);
        }
    }

    #[test]
    fn answers_that_travel_are_told_of() {
        for (hops, wanted) in [
            (Some(1), Status::Pass),
            (Some(2), Status::Fail),
            (None, Status::Unknown),
        ] {
            let subject = subject(None, None, hops);
            assert_eq!(run(&HOPS, &subject, &Posture::default()).status, wanted);
        }
    }
}
