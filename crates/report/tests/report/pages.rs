//! What the report says, how large it gets, and that it can be read without seeing or colours.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use rebato_core::contain::{Action, FilterObject, Purpose, SetWatchObject, WatchObject};
use rebato_core::evaluate::{
    About, Coverage, Evidence, Gap, Outcome, Reason, Source, Verdict, VerdictGap,
};
use rebato_core::harden::{Status, order};
use rebato_core::identify::Direction;
use rebato_core::monitor::Statement;
use rebato_report::html::LARGEST;
use rebato_report::{Clock, Lang, html, markdown};

use crate::escaping::tags;
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
            page.contains(&format!("<code id=\"es.{id}\">{id}</code>"))
                && page.contains(&format!("<a href=\"#es.{id}\">{id}</a>")),
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
        spoken(&page, Lang::En)
            .split_once("<nav")
            .unwrap()
            .0
            .to_owned()
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

/// The part of a page in one language.
pub(crate) fn spoken(page: &str, lang: Lang) -> &str {
    let opened = format!("<article class=\"spoken\" lang=\"{lang}\">");
    let (_, rest) = page.split_once(&opened).unwrap();
    rest.split_once("</article>").unwrap().0
}

#[test]
fn the_page_can_be_read_without_seeing_it() {
    for lang in Lang::ALL {
        let page = html(&contained(&Strangers::polite()).case(), lang, at(NOW)).unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        for landmark in ["<header class=\"bar\"", "<main>", "<footer>"] {
            assert_eq!(page.matches(landmark).count(), 1, "{landmark}");
        }
        // Whose language is asked for comes first, and its switch is on.
        let first = page
            .split_once("<article class=\"spoken\" lang=\"")
            .unwrap()
            .1;
        assert!(first.starts_with(lang.code()));
        let switch = page.split_once(&format!("id=\"lang-{lang}\"")).unwrap().1;
        assert!(switch.split_once('>').unwrap().0.ends_with("checked"));
        for lang in Lang::ALL {
            let page = spoken(&page, lang);
            assert_eq!(page.matches("<h1>").count(), 1);
            assert_eq!(page.matches("<nav").count(), 1);
            assert_eq!(
                page.matches("<table").count(),
                page.matches("<caption>").count()
            );
            assert_eq!(
                page.matches("<table").count(),
                page.matches("<thead>").count()
            );
            assert!(!page.contains("<th>"), "a heading without scope");
            // Every picture has a title and a description, every mark in it a title.
            let pictures = page.matches("<svg").count();
            assert_eq!(pictures, 3);
            assert_eq!(
                pictures,
                page.matches("role=\"img\" aria-labelledby=\"").count()
            );
            assert_eq!(pictures, page.matches("<desc id=").count());
            assert_eq!(
                page.matches("<g class=").count(),
                page.matches("\"><title>").count()
            );
        }
        // Every link leads somewhere, every name is given once, and what is named by another is there.
        let ids: Vec<&str> = attributes(&page, "id").collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "an id twice");
        let links = attributes(&page, "href").filter_map(|link| link.strip_prefix('#'));
        let labels = attributes(&page, "for");
        let named = attributes(&page, "aria-labelledby").flat_map(str::split_whitespace);
        for id in links.chain(labels).chain(named) {
            assert!(known.contains(id), "{id}");
        }
        for style in ["light-dark(", "@media print", ":focus-visible"] {
            assert!(page.contains(style), "{style}");
        }
    }
}

fn attributes<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    page.split(&format!(" {name}=\""))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect::<Vec<_>>()
        .into_iter()
}

#[test]
fn both_languages_hold_the_same() {
    for story in [contained, partial, released] {
        let page = html(&story(&Strangers::polite()).case(), Lang::En, at(NOW)).unwrap();
        let [en, es] = Lang::ALL.map(|lang| tags(spoken(&page, lang)));
        assert_eq!(en, es);
        assert!(en.len() > 500, "{}", en.len());
    }
}

/// Many of everything that a case can have many of, and each in a table of its own.
#[test]
fn no_case_makes_a_page_too_large() {
    let strangers = Strangers::all(&"<&\"'".repeat(200));
    let mut case = released(&strangers).case();
    let times = |n: usize| 0..n;
    let plans: Vec<_> = times(400).flat_map(|_| case.plans.clone()).collect();
    case.plans = plans;
    case.addresses = times(3_000).flat_map(|_| case.addresses.clone()).collect();
    case.checks = times(1_000).flat_map(|_| case.checks.clone()).collect();
    case.history = times(1_000).flat_map(|_| case.history.clone()).collect();
    case.artefacts = times(3_000).flat_map(|_| case.artefacts.clone()).collect();
    case.inquiries = times(3_000).flat_map(|_| case.inquiries.clone()).collect();
    if let Some(verdict) = &mut case.verdict {
        verdict.reasons = times(3_000).flat_map(|_| verdict.reasons.clone()).collect();
    }
    if let Some(dossier) = &mut case.dossier {
        dossier.evidence = times(300).flat_map(|_| dossier.evidence.clone()).collect();
    }
    let page = html(&case, Lang::En, at(NOW)).unwrap();
    assert!(page.len() <= LARGEST, "{}", page.len());
    assert!(page.contains("more rows are not shown"));
    assert!(page.contains("more addresses are not shown"));
}

#[test]
fn monitoring_names_what_watches_in_the_account_and_what_persons_stated() {
    let mut case = contained(&Strangers::polite()).case();
    case.stated = vec![Statement {
        code: "root-cause".into(),
        text: Some("a <guessed> password".into()),
        by: "ana@example.com".into(),
        at: at(NOW),
    }];
    let filter = FilterObject {
        name: "rebato-C-2026-0042-flows".into(),
        group: "/vpc/flows".into(),
        pattern: "[version, account]".into(),
        namespace: "Rebato".into(),
        metric: "flows".into(),
    };
    let step = case
        .plans
        .iter_mut()
        .flat_map(|p| p.plan.waves.iter_mut().flatten());
    step.take(1).for_each(|step| {
        step.action = Action::SetWatchObject(SetWatchObject {
            from: None,
            to: Some(Box::new(WatchObject::MetricFilter(filter.clone()))),
            until: Some(at("2026-12-09T00:00:00Z")),
        });
    });
    let page = html(&case, Lang::Es, at(NOW)).unwrap();
    let page = spoken(&page, Lang::Es);
    for said in [
        "Filtro de métricas",
        "rebato-C-2026-0042-flows",
        "La causa raíz",
        "a &lt;guessed&gt; password",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn the_local_time_stands_beside_utc_for_who_has_another_clock() {
    static NEWFOUNDLAND: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::posix("NST3:30").unwrap());
    let case = contained(&Strangers::polite()).case();
    let clock = Clock {
        now: at(NOW),
        zone: Some(&NEWFOUNDLAND),
    };
    let page = html(&case, Lang::En, clock).unwrap();
    assert!(page.contains("2026-11-24 08:00:00Z (04:30:00 -03:30)"));
    assert_eq!(page, html(&case, Lang::En, clock).unwrap());
    assert!(!html(&case, Lang::En, at(NOW)).unwrap().contains("-03:30"));
}

#[test]
fn what_would_have_stopped_the_case_is_named_first_and_a_fix_with_how_it_came_out() {
    let mut case = contained(&Strangers::polite()).case();
    let mended = case
        .checks
        .iter()
        .find(|check| check.is_to_mend())
        .unwrap()
        .clone();
    let mut record = case.plans.first().unwrap().clone();
    record.plan.purpose = Purpose::Fix {
        check: mended.check.clone(),
    };
    case.plans.push(record);
    case.checks
        .iter_mut()
        .filter(|check| check.check == mended.check)
        .for_each(|check| {
            check.status = Status::Pass;
        });
    let ordered = order(&case, &case.checks);
    let page = html(&case, Lang::En, at(NOW)).unwrap();
    let chapter = spoken(&page, Lang::En)
        .split("id=\"en-harden\"")
        .nth(1)
        .unwrap();
    assert_eq!(chapter.contains("Worth mending first"), !ordered.is_empty());
    let (_, fixes) = chapter.split_once("What was mended").unwrap();
    let row = fixes.split("</tbody>").next().unwrap();
    assert!(
        row.contains(&format!("Fix of <code>{}", mended.check)) || row.contains(&mended.check),
        "{row}"
    );
    assert!(row.contains("good") && row.contains("done"), "{row}");
}
