//! What the report says, how large it gets, and that it can be read without seeing or colours.

use rebato_core::contain::Purpose;
use rebato_core::evaluate::{
    About, Coverage, Evidence, Gap, Outcome, Reason, Source, Verdict, VerdictGap,
};
use rebato_core::identify::Direction;
use rebato_report::html::LARGEST;
use rebato_report::{Lang, html, markdown};

use crate::facts::{conversation, dossier};
use crate::story::{contained, evaluated, partial, planned, released};
use crate::world::{Strangers, at};

const NOW: &str = "2026-11-24T08:00:00Z";

/// A verdict written by hand: what the report says of it must not change because a weight does.
fn verdict() -> Verdict {
    let reason = |signal: &str, weight, evidence: &[&str], args: &[(&str, &str)]| Reason {
        signal: signal.into(),
        weight,
        about: About::Entry,
        attack: vec!["T1078".into()],
        evidence: evidence.iter().map(|id| (*id).to_owned()).collect(),
        args: args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    let (from, at) = (("ip", "198.51.100.7"), ("at", "2026-11-24T03:02:31Z"));
    Verdict {
        outcome: Outcome::Succeeded,
        score: 92,
        reasons: vec![
            reason(
                "login-after-failures",
                70,
                &["e5", "e4"],
                &[from, at, ("user", "root"), ("failures", "61")],
            ),
            reason(
                "exfil-like",
                40,
                &["e2"],
                &[from, ("ports", "22"), ("bytes", "611240000")],
            ),
            reason(
                "session",
                25,
                &["e2"],
                &[
                    from,
                    ("ports", "22"),
                    ("bytes", "611240000"),
                    ("seconds", "2470"),
                ],
            ),
            reason(
                "persistence-refused",
                20,
                &["e8"],
                &[from, ("events", "CreateUser")],
            ),
            reason(
                "scan",
                -10,
                &["e10"],
                &[from, ("ports", "31"), ("hosts", "1")],
            ),
        ],
        gaps: vec![VerdictGap {
            source: Source::Dns,
            coverage: Coverage::Absent,
            why: vec![Gap::NotEnabled],
        }],
        what_would_change_it: vec!["ask-owner".into()],
    }
}

fn snapshot(name: &str, lang: Lang) {
    let mut case = contained(&Strangers::polite()).case();
    case.verdict = Some(verdict());
    // Digests change with every word of a plan; that they are there is enough.
    insta::with_settings!({ filters => [("[0-9a-f]{64}", "[digest]")] }, {
        insta::assert_snapshot!(name, markdown(&case, lang, at(NOW)));
    });
}

#[test]
fn the_report_in_english() {
    snapshot("contained-en", Lang::En);
}

#[test]
fn the_report_in_spanish() {
    snapshot("contained-es", Lang::Es);
}

#[test]
fn a_hundred_thousand_pieces_of_evidence_fit_and_the_cited_ones_stay() {
    let strangers = Strangers::polite();
    let mut many = dossier(&strangers);
    let more: Vec<Evidence> = (100..100_100)
        .map(|id| conversation(id, "192.0.2.77", Direction::Inbound, 443, 900, 900, 5))
        .collect();
    many.evidence.splice(0..0, more);
    // Not through the journal: what is tested is the page, and encoding all of it takes a while.
    let mut case = evaluated(&strangers, dossier(&strangers)).case();
    case.dossier = Some(many);
    let cited: Vec<String> = case
        .verdict
        .iter()
        .flat_map(|v| &v.reasons)
        .flat_map(|r| r.evidence.clone())
        .collect();
    let page = html(&case, Lang::Es, at(NOW)).unwrap();
    assert!(page.len() <= LARGEST, "{}", page.len());
    assert!(
        page.contains("filas más; el documento del caso"),
        "what was left out is not counted"
    );
    assert!(!cited.is_empty());
    for id in cited {
        assert!(
            page.contains(&format!("<code>{id}</code>")),
            "{id} is cited and was cut"
        );
    }
    assert!(markdown(&case, Lang::Es, at(NOW)).len() < LARGEST);
}

#[test]
fn long_values_do_not_break_the_limit() {
    let strangers = Strangers::all(&"x<".repeat(1_000_000));
    let page = html(&contained(&strangers).case(), Lang::En, at(NOW)).unwrap();
    assert!(page.len() <= LARGEST, "{}", page.len());
}

#[test]
fn the_first_screen_says_what_a_manager_asks() {
    let strangers = Strangers::polite();
    let first = |case: &rebato_core::case::Case| {
        let page = html(case, Lang::En, at(NOW)).unwrap();
        page.split_once("<nav").unwrap().0.to_owned()
    };
    let whole = contained(&strangers).case();
    let all = whole
        .plan_for(&Purpose::Contain)
        .unwrap()
        .plan
        .steps()
        .count();
    let good = first(&whole);
    for said in [
        "Breach",
        "ontained and verified",
        &format!("{all} of {all} steps done"),
        "i-0abc1234def567890",
        "198.51.100.7",
    ] {
        assert!(good.contains(said), "{said}");
    }
    let half = first(&partial(&strangers).case());
    for said in [
        "partly contained",
        "A person is needed now",
        &format!("{} of {all} steps done", all - 2),
        "Still exposed",
    ] {
        assert!(half.contains(said), "{said}");
    }
    let mut waiting = evaluated(&strangers, dossier(&strangers));
    planned(&mut waiting, &strangers);
    let waiting = first(&waiting.case());
    for said in ["Nothing was changed", "A plan waits for approval"] {
        assert!(waiting.contains(said), "{said}");
    }
    let back = first(&released(&strangers).case());
    assert!(back.contains("What containment had changed was put back"));
}

#[test]
fn the_page_can_be_read_without_seeing_it() {
    for lang in Lang::ALL {
        let page = html(&contained(&Strangers::polite()).case(), lang, at(NOW)).unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        for landmark in ["<header", "<main>", "<nav", "<footer>"] {
            assert_eq!(page.matches(landmark).count(), 1, "{landmark}");
        }
        assert_eq!(page.matches("<h1>").count(), 1);
        assert_eq!(
            page.matches("<table").count(),
            page.matches("<caption>").count()
        );
        assert_eq!(
            page.matches("<table").count(),
            page.matches("<thead>").count()
        );
        assert!(!page.contains("<th>"), "a heading without scope");
        assert!(
            page.contains("role=\"img\" aria-label=\""),
            "the timeline has no words"
        );
        assert_eq!(
            page.matches("<circle").count(),
            page.matches("<title>").count() - 1,
            "a moment without words"
        );
        // Every link of the contents leads somewhere.
        for link in page.split("href=\"#").skip(1) {
            let id = link.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
        for style in ["prefers-color-scheme: dark", "@media print"] {
            assert!(page.contains(style), "{style}");
        }
    }
}
