//! When a mending is proposed, and which: each reason by itself, and what speaks against it.

use std::collections::BTreeMap;

use super::*;
use crate::evaluate::{About, Reason};
use crate::investigate::Scope;
use crate::monitor::fixture::{case, ip, with_outcome};

const LIST: &str = "tdosoudil-seznam-cz";

fn listed(outcome: Option<Outcome>) -> Case {
    let mut case = outcome.map_or_else(case, |outcome| with_outcome(case(), outcome));
    case.finding.threat_lists = vec![LIST.into()];
    case
}

fn report(standing: Standing, reasons: &[&str]) -> AddressReport {
    AddressReport {
        ip: ip("203.0.113.7"),
        scope: Scope::Public,
        standing,
        reasons: reasons.iter().map(|why| (*why).to_owned()).collect(),
        facts: vec![],
        opinions: vec![],
        asked: vec![],
        sent_out: vec![],
    }
}

fn reason(signal: &str) -> Reason {
    Reason {
        signal: signal.into(),
        weight: -20,
        about: About::default(),
        attack: vec![],
        evidence: vec!["e1".into()],
        args: BTreeMap::new(),
    }
}

#[test]
fn what_speaks_for_a_mending_and_which() {
    let unknown = report(Standing::Unknown, &[]);
    let good = report(Standing::KnownGood, &[]);
    let all = vec![Mend::Edit, Mend::Trust, Mend::Suppress];
    for (outcome, report, wanted) in [
        (None, &unknown, vec![]),
        (Some(Outcome::Inconclusive), &unknown, vec![]),
        (
            Some(Outcome::Benign),
            &unknown,
            vec![Mend::Edit, Mend::Suppress],
        ),
        (Some(Outcome::Attempted), &unknown, vec![Mend::Suppress]),
        (Some(Outcome::Blocked), &unknown, vec![Mend::Suppress]),
        (Some(Outcome::Inconclusive), &good, all.clone()),
        (None, &good, all),
    ] {
        assert_eq!(proposals(&listed(outcome), report), wanted, "{outcome:?}");
    }
}

#[test]
fn an_entry_that_is_too_wide_or_a_list_that_is_old_is_to_be_edited() {
    let unknown = report(Standing::Unknown, &[]);
    let mut wide = listed(Some(Outcome::Inconclusive));
    let verdict = wide.verdict.as_mut().unwrap();
    verdict.reasons = vec![reason("list-entry-too-wide")];
    assert_eq!(proposals(&wide, &unknown), [Mend::Edit]);
    let open = listed(Some(Outcome::Inconclusive));
    let old = report(Standing::Unknown, &[&format!("stale: abuse, {LIST}")]);
    assert_eq!(proposals(&open, &old), [Mend::Edit]);
    // What is old elsewhere says nothing of the list that raised the finding.
    let other = report(Standing::Unknown, &["stale: another, tdosoudil-seznam"]);
    assert_eq!(proposals(&open, &other), []);
    let live = report(Standing::Unknown, &[&format!("opinions: {LIST}")]);
    assert_eq!(proposals(&open, &live), []);
}

#[test]
fn nothing_is_proposed_after_a_breach_or_where_others_think_badly_of_the_address() {
    let good = report(Standing::KnownGood, &[]);
    for outcome in [Outcome::Succeeded, Outcome::Likely] {
        assert_eq!(proposals(&listed(Some(outcome)), &good), []);
    }
    let bad = report(Standing::KnownBad, &[&format!("stale: {LIST}")]);
    for outcome in [Outcome::Benign, Outcome::Attempted] {
        assert_eq!(proposals(&listed(Some(outcome)), &bad), []);
    }
}

#[test]
fn without_a_list_there_is_none_to_edit() {
    let mut bare = listed(Some(Outcome::Benign));
    bare.finding.threat_lists.clear();
    let unknown = report(Standing::Unknown, &[]);
    assert_eq!(proposals(&bare, &unknown), [Mend::Suppress]);
}
