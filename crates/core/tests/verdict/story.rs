//! The timeline: everything, in order, with its phase and how sure its time is.

use rebato_core::evaluate::{
    Clock, Entry, Fact, Gap, Phase, Reason, Source, Texts, document, evaluate, timeline,
};

use super::{LOGS, US, X, accepted, at, call, dossier, failed, finding, guessing, ip, volume_of};

struct Plain;

impl Texts for Plain {
    fn reason(&self, reason: &Reason) -> String {
        reason.signal.clone()
    }

    fn refuted_by(&self, _: &Reason) -> Option<String> {
        Some("an owner".into())
    }

    fn gaps(&self, _: &[Gap]) -> String {
        String::new()
    }

    fn fact(&self, fact: &Fact) -> String {
        fact.kind().into()
    }

    fn change(&self, code: &str) -> String {
        code.into()
    }
}

#[test]
fn the_story_has_everything_once_and_in_order() {
    let f = finding("INBOUND", false);
    let facts = vec![
        volume_of("198.51.100.4", 10), // e2, long before
        guessing(),                    // e3, from 70 on
        failed(9),                     // e4, from 70 on
        accepted(X, 9),                // e5, at 100
        call("CreateUser", US, None),  // e6, set below
        Fact::ThreatMatch {
            ip: ip(X),
            list: "l".into(),
            entry: X.into(),
            width: 1,
        }, // e7, without a time
    ];
    let mut d = dossier(&f, &LOGS, facts);
    if let Fact::ApiCall { first, last, .. } = &mut d.evidence[5].fact {
        (*first, *last) = (Some(at(110)), Some(at(115)));
    }
    d.evidence[6].at = None;
    let verdict = evaluate(&f, None, &d);
    let story = timeline(&d, &verdict);
    let ids = |entry: &Entry| entry.evidence.join(" ");
    let order: Vec<String> = story.iter().map(ids).collect();
    assert_eq!(order, ["e2", "e1", "e3", "e4", "e5", "e6", "e7"]);
    let phases: Vec<_> = story.iter().map(|entry| entry.phase).collect();
    assert_eq!(
        phases,
        [
            Some(Phase::Before),
            Some(Phase::Before),
            Some(Phase::Contact),
            Some(Phase::Contact),
            Some(Phase::Success),
            Some(Phase::After),
            None
        ]
    );
    let of = |id: &str| story.iter().find(|entry| ids(entry) == id).unwrap();
    let doubt = |id: &str| (of(id).uncertainty_s, of(id).clock);
    assert_eq!(doubt("e3"), (60, Clock::Aws));
    assert_eq!(doubt("e5"), (1, Clock::Host));
    assert_eq!(doubt("e6"), (1, Clock::Aws));
    assert_eq!(doubt("e1"), (300, Clock::Aws));
    assert_eq!((of("e1").at, of("e1").until), (Some(at(60)), Some(at(180))));
    assert_eq!(
        (of("e6").at, of("e6").until),
        (Some(at(110)), Some(at(115)))
    );
    assert_eq!((of("e5").until, of("e7").at), (None, None));

    let json = document("f-1", &verdict, &d, &Plain);
    let told = json["timeline"].as_array().unwrap();
    assert_eq!(told.len(), d.evidence.len());
    assert_eq!(told[4]["phase"], "success");
    assert_eq!(told[4]["what"], "login_accepted");
    assert_eq!(told[4]["evidence"][0], "e5");
    assert_eq!(told[4]["clock"], "host");
    assert_eq!(json["reasons"][0]["refuted_by"], "an owner");
    assert_eq!(json["treat_as"], "succeeded");
}

#[test]
fn without_a_success_there_is_no_after() {
    let f = finding("INBOUND", false);
    let d = dossier(&f, &[Source::FlowLogs], vec![guessing(), failed(9)]);
    let story = timeline(&d, &evaluate(&f, None, &d));
    assert!(
        story
            .iter()
            .all(|entry| entry.phase <= Some(Phase::Contact))
    );
}
