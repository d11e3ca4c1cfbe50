//! The policy between a plan and its first call: who is refused, who has to wait for another, what needs nobody.

use rebato_core::case::{Event, State};
use rebato_core::contain::{
    ApprovalError, How, Identity, Note, Person, Plan, Profile, Purpose, Severity,
};
use rebato_core::harden::Wishes;
use rebato_engine::policy::Policy;
use rebato_engine::{EngineError, Fixed, Inside, Responder, Word, Writer};

use crate::stage::{assert_contained, hour, instance, judged, responder};
use crate::world::World;

fn policy(rules: &str) -> Policy {
    let text =
        format!("schema = \"rebato.policy/1\"\nvalid_for_minutes = 30\ncedar = '''\n{rules}\n'''");
    Policy::parse(&text, "policy.toml").unwrap()
}

const EVERYBODY: &str = r#"
@id("may") permit (principal, action in [
    Action::"contain", Action::"release", Action::"fix", Action::"approve", Action::"override"
], resource);
"#;

fn person(name: &str, user: &str) -> Person {
    Person {
        name: name.into(),
        identity: Identity {
            user: Some(user.into()),
            host: Some("desk".into()),
            arn: None,
        },
    }
}

fn word(person: Person) -> Word {
    Word {
        person,
        how: How::Prompt,
        valid: hour(),
        overrides: [].into(),
    }
}

/// The names of the last events.
fn last(world: &World, case: &str, many: usize) -> Vec<&'static str> {
    let events = world.events(case);
    events[events.len() - many..]
        .iter()
        .map(Event::name)
        .collect()
}

#[tokio::test]
async fn two_persons_where_no_rule_lets_one_be_enough() {
    let world = World::with(instance());
    let policy = policy(EVERYBODY);
    let respond = Responder {
        policy: &policy,
        ..responder(&world)
    };
    let writer = judged(&world, "f-1").await;
    let case = writer.case().await.id.clone();
    let digest = respond
        .plan(&writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap()
        .digest;
    let first = respond
        .approve_as(&writer, digest, word(person("ana", "ana")))
        .await
        .unwrap();
    assert!(!first.alone && first.how == Some(How::Prompt));
    assert_eq!(
        first.until - first.at,
        jiff::SignedDuration::from_mins(30),
        "no longer than the policy says"
    );
    assert_eq!(last(&world, &case, 2), ["plan_ruled", "plan_approved"]);
    // Another name on the same account of the same machine is no other person.
    for again in [person("ana", "ana"), person("bob", "ANA")] {
        respond
            .approve_as(&writer, digest, word(again))
            .await
            .unwrap();
        let waits = respond.carry_out(&writer, digest).await;
        assert!(matches!(waits, Err(EngineError::NeedsSecondPerson { .. })));
    }
    assert_eq!(world.calls(), [""; 0]);
    respond
        .approve_as(&writer, digest, word(person("bob", "bob")))
        .await
        .unwrap();
    let case = respond.carry_out(&writer, digest).await.unwrap();
    assert_contained(&world, &case);
}

#[tokio::test]
async fn a_second_word_after_the_first_ended_waits_again() {
    let world = World::with(instance());
    let policy = policy(EVERYBODY);
    let respond = Responder {
        policy: &policy,
        ..responder(&world)
    };
    let writer = judged(&world, "f-1").await;
    let digest = respond
        .plan(&writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap()
        .digest;
    respond
        .approve_as(&writer, digest, word(person("ana", "ana")))
        .await
        .unwrap();
    world.wait(31);
    respond
        .approve_as(&writer, digest, word(person("bob", "bob")))
        .await
        .unwrap();
    let waits = respond.carry_out(&writer, digest).await;
    assert!(matches!(waits, Err(EngineError::NeedsSecondPerson { .. })));
    respond
        .approve_as(&writer, digest, word(person("ana", "ana")))
        .await
        .unwrap();
    // Of two words the one that ends first ends both.
    world.wait(31);
    let ended = respond.carry_out(&writer, digest).await;
    assert!(matches!(
        ended,
        Err(EngineError::Approval(ApprovalError::Expired { .. }))
    ));
    assert_eq!(world.calls(), [""; 0]);
}

#[tokio::test]
async fn whom_the_policy_refuses_approves_nothing_and_the_journal_says_by_which_rule() {
    let world = World::with(instance());
    let policy = policy(&format!(
        "{EVERYBODY}
        @id(\"not-eva\") forbid (principal, action == Action::\"approve\", resource)
            when {{ principal.user == \"eva\" }};
        @id(\"no-release\") forbid (principal, action == Action::\"release\", resource);"
    ));
    let respond = Responder {
        policy: &policy,
        ..responder(&world)
    };
    let writer = judged(&world, "f-1").await;
    let case = writer.case().await.id.clone();
    let record = respond
        .plan(&writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap();
    let refused = respond
        .approve_as(&writer, record.digest, word(person("ana", "eva")))
        .await;
    assert!(
        matches!(&refused, Err(EngineError::RefusedByPolicy { asked, rules, .. })
            if asked == &["approve"] && rules == &["not-eva"]),
        "{refused:?}"
    );
    assert_eq!(last(&world, &case, 1), ["plan_ruled"]);
    let known = writer.case().await;
    assert_eq!(known.state, State::Planned);
    assert!(
        !known
            .newest_plan()
            .unwrap()
            .ruling
            .as_ref()
            .unwrap()
            .allowed
    );
    let release = Plan {
        purpose: Purpose::Release,
        ..record.plan
    };
    let ruling = respond.ruling(
        &known,
        &rebato_core::case::PlanRecord {
            digest: release.digest(),
            plan: release,
            ..known.newest_plan().unwrap().clone()
        },
        &person("ana", "ana"),
        &[].into(),
    );
    assert!(!ruling.allowed);
}

/// A case whose plan refuses itself.
async fn refusing(writer: &Writer<'_>, respond: &Responder<'_>) -> rebato_core::Digest {
    let mut plan = respond
        .plan(writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap()
        .plan;
    plan.notes
        .push(Note::new(Severity::Refusal, "own_host", []));
    let digest = plan.digest();
    writer
        .write(Event::PlanMade {
            plan: Box::new(plan),
        })
        .await
        .unwrap();
    digest
}

#[tokio::test]
async fn overriding_a_refusal_takes_a_permission_of_its_own_and_is_kept() {
    let world = World::with(instance());
    let strict = policy(&format!(
        "{EVERYBODY} @id(\"only-ana\") forbid (principal, action == Action::\"override\", resource)
            unless {{ principal.name == \"ana\" || !context.overrides.contains(\"own_host\") }};"
    ));
    let respond = Responder {
        policy: &strict,
        ..responder(&world)
    };
    let writer = judged(&world, "f-1").await;
    let digest = refusing(&writer, &respond).await;
    let plain = respond
        .approve_as(&writer, digest, word(person("ana", "ana")))
        .await;
    assert!(matches!(
        plain,
        Err(EngineError::Approval(ApprovalError::Refused { .. }))
    ));
    let overriding = |name: &str| Word {
        overrides: ["own_host".to_owned()].into(),
        ..word(person(name, name))
    };
    let bob = respond.approve_as(&writer, digest, overriding("bob")).await;
    assert!(
        matches!(&bob, Err(EngineError::RefusedByPolicy { asked, rules, .. })
            if asked == &["override"] && rules == &["only-ana"]),
        "{bob:?}"
    );
    let ana = respond
        .approve_as(&writer, digest, overriding("ana"))
        .await
        .unwrap();
    assert_eq!(
        (ana.by.as_str(), ana.overrides.contains("own_host")),
        ("ana", true)
    );
}

const AUTO: &str = r#"
@id("night") permit (principal, action == Action::"auto", resource)
    when { context.outcome == Outcome::"succeeded" || context.outcome == Outcome::"likely" };
"#;

#[tokio::test]
async fn without_a_person_only_where_a_rule_grants_it() {
    let granting = policy(&format!("{EVERYBODY} {AUTO}"));
    for (policy, granted) in [(&*crate::stage::STANDARD, false), (&granting, true)] {
        let world = World::with(instance());
        let respond = Responder {
            policy,
            ..responder(&world)
        };
        let writer = judged(&world, "f-1").await;
        let digest = respond
            .plan(&writer, &Profile::runbook())
            .await
            .unwrap()
            .unwrap()
            .digest;
        let nobody = Person::named("rebato");
        let given = respond
            .approve_by_policy(&writer, digest, &nobody)
            .await
            .unwrap();
        assert_eq!(given.is_some(), granted);
        if granted {
            assert_eq!(given.unwrap().how, Some(How::Policy));
            let case = writer.case().await;
            let ruling = case.newest_plan().unwrap().ruling.clone().unwrap();
            let auto = ruling.reasons.iter().find(|r| r.asked == "auto").unwrap();
            assert_eq!(auto.rules, ["night"]);
            assert_contained(&world, &respond.carry_out(&writer, digest).await.unwrap());
        } else {
            let waits = respond.carry_out(&writer, digest).await;
            assert!(matches!(waits, Err(EngineError::NotApproved { .. })));
        }
    }
}

#[tokio::test]
async fn no_rule_goes_against_a_refusal_or_a_persons_no() {
    let world = World::with(instance());
    let granting = policy(&format!("{EVERYBODY} {AUTO}"));
    let respond = Responder {
        policy: &granting,
        ..responder(&world)
    };
    let writer = judged(&world, "f-1").await;
    let nobody = Person::named("rebato");
    let digest = refusing(&writer, &respond).await;
    assert!(
        respond
            .approve_by_policy(&writer, digest, &nobody)
            .await
            .unwrap()
            .is_none()
    );
    let digest = respond
        .plan(&writer, &Profile::isolate())
        .await
        .unwrap()
        .unwrap()
        .digest;
    respond.reject(&writer, digest, "ana", None).await.unwrap();
    assert!(
        respond
            .approve_by_policy(&writer, digest, &nobody)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_fix_that_two_approved_is_taken_back_on_their_word() {
    let world = World::with(instance());
    world.meddle(|subject| subject.metadata.http_tokens = Some("optional".into()));
    world.needs_imds_v1();
    let policy = policy(EVERYBODY);
    let respond = Responder {
        policy: &policy,
        ..responder(&world)
    };
    let writer = judged(&world, "f-1").await;
    let wishes = Wishes::default();
    let made = respond.fix_plan(&writer, "imdsv2", &[], Inside::Unasked, &wishes);
    let digest = made.await.unwrap().unwrap().digest;
    for who in ["ana", "bob"] {
        respond
            .approve_as(&writer, digest, word(person(who, who)))
            .await
            .unwrap();
    }
    let minute = std::time::Duration::from_secs(60);
    let fixed = respond.apply_fix(&writer, digest, minute).await.unwrap();
    let Fixed::Worse {
        reverted: Some((plan, true)),
        ..
    } = fixed
    else {
        panic!("it was not taken back: {fixed:?}");
    };
    let tokens = world.subject().metadata.http_tokens;
    assert_eq!(tokens.as_deref(), Some("optional"));
    let case = writer.case().await;
    let approval = case.plan(plan).unwrap().approval().unwrap();
    assert_eq!(approval.how, Some(How::WithFix));
}
