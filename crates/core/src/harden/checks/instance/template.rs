//! `launch-template`: whether the template would make the next instance as weak as this one (Security Hub EC2.170 tokens,
//! EC2.25 public address, EC2.181 encryption, and groups that are open to the world). What a template leaves open is the
//! image's, the subnet's or the account's to say, and no fault. Must not look at the instance itself.

use super::open_ports::weak_rules;
use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall, TemplateVersion};

pub(super) const CHECK: Check = Check {
    name: "launch-template",
    controls: &["EC2.170", "EC2.25", "EC2.181"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let posture = seen.posture;
    let Some(templates) = &posture.templates else {
        return CHECK.unread(&posture.unread, &["template"]);
    };
    let short = templates.iter().flat_map(shortfalls).collect();
    let unseen = templates
        .iter()
        .any(|t| !t.unread_groups.is_empty())
        .then(|| why_unread(&posture.unread, &["template_groups"]));
    CHECK.settings_but(short, unseen)
}

fn shortfalls(template: &TemplateVersion) -> Vec<Shortfall> {
    let resource = format!("{}:{}", template.id, template.version);
    let mut short = Vec::new();
    // Without a word of the template, version 1 still answers unless the image or the account says otherwise: EC2.170
    // asks the template to say it.
    if template.http_tokens.as_deref() != Some("required") {
        let is = template.http_tokens.as_deref().unwrap_or("not-set");
        short.push(Shortfall::new(&resource, "http-tokens", is, "required"));
    }
    if template.public_address == Some(true) {
        short.push(Shortfall::new(
            &resource,
            "associate-public-ip-address",
            "true",
            "false",
        ));
    }
    for (device, _) in template.volumes.iter().filter(|(_, e)| *e == Some(false)) {
        let setting = format!("encrypted {device}");
        short.push(Shortfall::new(&resource, &setting, "false", "true"));
    }
    for group in &template.groups {
        for rule in weak_rules(&group.ingress) {
            let is = format!("{} {rule}", group.id);
            short.push(Shortfall::extra(&resource, "ingress", is));
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::checks::tests::group;
    use crate::harden::{Posture, Status};
    use crate::identify::Rule;
    use crate::monitor::fixture;

    fn good() -> TemplateVersion {
        TemplateVersion {
            id: "lt-1".into(),
            version: 7,
            is_default: true,
            http_tokens: Some("required".into()),
            ..TemplateVersion::default()
        }
    }

    fn checked(template: TemplateVersion) -> CheckResult {
        let posture = Posture {
            templates: Some(vec![template]),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn what_a_template_says_badly_is_named_and_what_it_leaves_open_is_not() {
        assert_eq!(checked(good()).status, Status::Pass);
        let weak = TemplateVersion {
            http_tokens: None,
            public_address: Some(true),
            volumes: vec![("/dev/sda1".into(), Some(false)), ("/dev/sdf".into(), None)],
            groups: vec![group("sg-1", vec![Rule::all("0.0.0.0/0")]).1],
            ..good()
        };
        assert_eq!(
            checked(weak).evidence,
            [
                "lt-1:7 http-tokens=not-set",
                "lt-1:7 associate-public-ip-address=true",
                "lt-1:7 encrypted /dev/sda1=false",
                "lt-1:7 ingress=sg-1 -1 0.0.0.0/0"
            ]
        );
    }

    #[test]
    fn no_template_passes_and_one_that_was_not_read_is_unknown() {
        let none = Posture {
            templates: Some(vec![]),
            ..Posture::default()
        };
        let subject = fixture::subject();
        assert_eq!(run(&CHECK, &subject, &none).status, Status::Pass);
        assert_eq!(
            run(&CHECK, &subject, &Posture::default()).status,
            Status::Unknown
        );
        let half = TemplateVersion {
            unread_groups: vec!["sg-9".into()],
            ..good()
        };
        assert_eq!(checked(half).status, Status::Unknown);
    }
}
