//! Credentials: sessions of the role denied, the profile off or replaced, the metadata service off. In the wave of the last
//! move: they take nothing from it, and nobody is warned earlier. Must not know who else holds the role.

use jiff::SignedDuration;

use super::isolate::Cut;
use super::{Builder, View};
use crate::contain::{DenySessions, Measure, Sessions, SetInstanceProfile, SetMetadataEndpoint};

/// How far into the future sessions are denied: clocks differ, and the console does the same (HANDBOOK 3.4).
const AHEAD: SignedDuration = SignedDuration::from_secs(30);

pub(super) fn steps(steps: &mut Builder, view: &View<'_>, cut: &Cut) {
    let subject = view.subject;
    let replacement = view.profile.find(|measure| match measure {
        Measure::InstanceProfile { replace_with } => Some(replace_with.as_ref()),
        _ => None,
    });
    // The profile that takes the place of another is not the attacker's: its role is left alone.
    let found = subject
        .profile
        .as_ref()
        .filter(|found| replacement.flatten() != Some(&found.arn));
    if let Some(action) = view.profile.denies().and_then(|which| deny(view, which))
        && found.is_some()
    {
        steps.beside(action, &cut.last);
    }
    if let Some((found, to)) = found.zip(replacement) {
        let action = SetInstanceProfile {
            instance: subject.instance_id.clone(),
            from: Some(found.arn.clone()),
            to: to.cloned(),
        };
        steps.beside(action, &cut.last);
    }
    if view.profile.asks("metadata") && subject.metadata.http_endpoint.as_deref() == Some("enabled")
    {
        let action = SetMetadataEndpoint {
            instance: subject.instance_id.clone(),
            from: "enabled".into(),
            to: "disabled".into(),
        };
        steps.beside(action, &cut.last);
    }
}

fn deny(view: &View<'_>, which: Sessions) -> Option<DenySessions> {
    let profile = view.subject.profile.as_ref()?;
    let (role, role_id) = (profile.role.clone()?, profile.role_id.as_ref()?);
    let facts = view.subject.around.as_ref().and_then(|a| a.role.as_ref());
    if facts.is_some_and(|role| role.service_linked) {
        return None;
    }
    let action = DenySessions {
        role,
        policy: DenySessions::policy_name(&view.case.id),
        document: match which {
            Sessions::Instance => DenySessions::of_instance(role_id, &view.subject.instance_id),
            Sessions::TokenTime => DenySessions::issued_before(view.subject.read_at + AHEAD),
        },
        denied: true,
    };
    let held = profile
        .own_policies
        .as_ref()
        .and_then(|policies| policies.get(&action.policy));
    (!held.is_some_and(|held| action.is_as_good_as(held))).then_some(action)
}
