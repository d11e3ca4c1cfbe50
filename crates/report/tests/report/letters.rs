//! The letter to AWS: complete, bounded, and silent about people.

use rebato_report::Lang;
use rebato_report::escalation::{BODY, letter};

use crate::story::contained;
use crate::world::Strangers;

#[test]
fn the_letter_has_what_aws_needs_and_no_name_of_a_person() {
    let strangers = Strangers {
        user: "wilhelmina".into(),
        ..Strangers::polite()
    };
    let case = contained(&strangers).case();
    for lang in Lang::ALL {
        let letter = letter(&case, lang);
        let (subject, body) = (&letter.subject, &letter.body);
        assert!(
            subject.contains(&case.id) && subject.chars().count() <= 100,
            "{subject}"
        );
        assert!(!body.contains(['⟦', '{']), "{body}");
        assert!(!body.contains("wilhelmina"), "{body}");
        let remote = case.finding.remote[0].ip.to_string();
        for needed in [
            case.instance_id().unwrap(),
            case.finding.account.as_deref().unwrap(),
            &case.finding.kind,
            &remote,
        ] {
            assert!(body.contains(needed), "{needed} is missing in {body}");
        }
    }
}

#[test]
fn the_letter_ends_below_the_bound_whatever_the_case_holds() {
    let mut case = contained(&Strangers::polite()).case();
    let verdict = case.verdict.as_mut().unwrap();
    let reason = verdict.reasons[0].clone();
    verdict.reasons = vec![reason; 500];
    let long = "x".repeat(9000);
    case.finding.kind = long.clone();
    case.finding.profile_arn = Some(long);
    for lang in Lang::ALL {
        let letter = letter(&case, lang);
        let length = letter.body.chars().count();
        assert!((4000..=BODY).contains(&length), "{length}");
        assert!(
            letter.body.contains('…'),
            "nothing says that more was left out"
        );
    }
}
