//! What the report says, how large it gets, and that it can be read without seeing or colours.

use rebato_core::evaluate::Evidence;
use rebato_core::identify::Direction;
use rebato_report::html::LARGEST;
use rebato_report::{Lang, html, markdown};

use crate::facts::{conversation, dossier};
use crate::story::{contained, evaluated, partial, planned, released};
use crate::world::{Strangers, at};

const NOW: &str = "2026-11-24T08:00:00Z";

#[test]
fn the_report_in_english() {
    insta::assert_snapshot!(
        "contained-en",
        markdown(&contained(&Strangers::polite()).case(), Lang::En, at(NOW))
    );
}

#[test]
fn the_report_in_spanish() {
    insta::assert_snapshot!(
        "contained-es",
        markdown(&contained(&Strangers::polite()).case(), Lang::Es, at(NOW))
    );
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
    let good = first(&contained(&strangers).case());
    for said in [
        "Breach",
        "ontained and verified",
        "18 of 18 steps done",
        "i-0abc1234def567890",
        "198.51.100.7",
    ] {
        assert!(good.contains(said), "{said}");
    }
    let half = first(&partial(&strangers).case());
    for said in [
        "partly contained",
        "A person is needed now",
        "16 of 18 steps done",
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
