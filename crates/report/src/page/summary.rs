//! The first screen: what happened, the verdict and why, what was done, what is open. Must not hold what only an
//! engineer needs.

use rebato_core::case::{Case, Containment, Decision, PlanRecord, State, StepState};
use rebato_core::contain::{Action, GroupRef, GroupRole, Purpose, SetInterfaceGroups};
use rebato_core::evaluate::Outcome;
use rebato_core::harden::to_mend;
use rebato_core::identify::Direction;
use rebato_core::monitor::WatchStatus;

use super::{Maker, Summary, Tone};
use crate::words::Words;

/// Reasons on the first screen; the others are in their chapter.
const REASONS: usize = 4;
/// Steps on the first screen: the ones that a manager asks for.
const STEPS: usize = 6;
/// Open points on the first screen.
const OPEN: usize = 12;
/// Failing checks among them: the others have their chapter.
const CHECKS: usize = 3;

pub(super) fn summary(maker: &Maker<'_>) -> Summary {
    let (case, words) = (maker.case, maker.words);
    let outcome = case.verdict.as_ref().map(|v| v.outcome);
    let name = outcome.map_or("none", Outcome::name);
    Summary {
        tone: outcome.map_or(Tone::Plain, outcome_tone),
        outcome: words.key(&format!("outcome-{name}")),
        outcome_long: [words.key(&format!("outcome-{name}-long"))]
            .into_iter()
            .chain(case.verdict.as_ref().and_then(|v| words.advice(v)))
            .collect::<Vec<_>>()
            .join(" "),
        score: case.verdict.as_ref().map(|v| v.score),
        containment_tone: containment_tone(case),
        containment: words.key(&format!("containment-{}", case.containment.name())),
        containment_long: words.key(&format!("containment-{}-long", case.containment.name())),
        happened: happened(case, words),
        why: why(case, words),
        done: done(maker),
        open: open(maker),
    }
}

pub(super) const fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Succeeded | Outcome::Likely => Tone::Bad,
        Outcome::Attempted | Outcome::Inconclusive => Tone::Warn,
        Outcome::Blocked | Outcome::Benign => Tone::Good,
    }
}

fn containment_tone(case: &Case) -> Tone {
    let breach = case
        .verdict
        .as_ref()
        .is_some_and(|v| matches!(v.outcome, Outcome::Succeeded | Outcome::Likely));
    match case.containment {
        Containment::Verified => Tone::Good,
        Containment::Contained => Tone::Good,
        Containment::Partial => Tone::Bad,
        Containment::None if breach => Tone::Bad,
        Containment::None | Containment::Released => Tone::Plain,
    }
}

fn happened(case: &Case, words: Words) -> Vec<String> {
    let finding = &case.finding;
    let manual = case.alert.envelope == "manual";
    let at = finding
        .last_seen
        .or(finding.first_seen)
        .filter(|_| !manual)
        .unwrap_or(case.opened);
    let name = case
        .subject
        .as_ref()
        .and_then(|s| s.name.as_ref())
        .or(finding.instance_name.as_ref());
    let mut instance = words.maybe(case.instance_id().map(str::to_owned).as_ref());
    if let Some(name) = name {
        instance = format!("{instance} ({})", words.data(name));
    }
    let account = finding
        .account
        .as_ref()
        .or(case.subject.as_ref().map(|s| &s.account));
    let region = finding
        .region
        .as_ref()
        .or(case.subject.as_ref().map(|s| &s.region));
    let key = if manual {
        "report-happened-manual"
    } else {
        "report-happened"
    };
    let mut said = vec![words.with(
        key,
        [
            ("at", words.data(words.moment(at))),
            ("type", words.data(&finding.kind)),
            ("instance", instance),
            ("account", words.maybe(account)),
            ("region", words.maybe(region)),
        ],
    )];
    if !finding.remote.is_empty() {
        let remote: Vec<String> = finding
            .remote_ips()
            .iter()
            .take(4)
            .map(|ip| words.data(ip))
            .collect();
        let direction = match finding.direction {
            Some(Direction::Inbound) => "inbound",
            Some(Direction::Outbound) => "outbound",
            Some(Direction::Unknown) | None => "unknown",
        };
        said.push(words.with(
            "report-happened-remote",
            [
                ("remote", remote.join(", ")),
                ("direction", direction.into()),
            ],
        ));
    }
    if !finding.threat_lists.is_empty() {
        let lists: Vec<String> = finding
            .threat_lists
            .iter()
            .take(4)
            .map(|l| words.data(l))
            .collect();
        said.push(words.with("report-happened-lists", [("lists", lists.join(", "))]));
    }
    if let Some(count) = finding.count.filter(|n| *n > 1) {
        said.push(words.with("report-happened-count", [("count", count.to_string())]));
    }
    if finding.sample {
        said.push(words.key("report-happened-sample"));
    }
    if let Some(why) = &case.subject_missing {
        said.push(words.with("report-happened-missing", [("why", words.data(why))]));
    }
    said
}

fn why(case: &Case, words: Words) -> Vec<(Tone, String)> {
    let Some(verdict) = &case.verdict else {
        return vec![(Tone::Plain, words.key("report-no-verdict"))];
    };
    let mut said: Vec<(Tone, String)> = verdict
        .reasons
        .iter()
        .take(REASONS)
        .map(|r| (weight_tone(r.weight), words.reason(r)))
        .collect();
    if said.is_empty() {
        said.push((Tone::Plain, words.key("report-no-reasons")));
    }
    let more = verdict.reasons.len().saturating_sub(REASONS);
    if more > 0 {
        said.push((
            Tone::Plain,
            words.with("report-more-reasons", [("count", more.to_string())]),
        ));
    }
    said
}

pub(super) const fn weight_tone(weight: i32) -> Tone {
    match weight {
        1.. => Tone::Bad,
        0 => Tone::Plain,
        _ => Tone::Good,
    }
}

fn done(maker: &Maker<'_>) -> Vec<(Tone, String)> {
    let (case, words) = (maker.case, maker.words);
    let mut said = Vec::new();
    for plan in case.plans.iter().filter(|p| begun(p)) {
        let all = plan.plan.steps().count();
        let done = plan.progress().filter(|(_, state)| state.is_done()).count();
        let tone = if done == all { Tone::Good } else { Tone::Bad };
        let args = [
            ("purpose", words.purpose(&plan.plan.purpose)),
            ("done", done.to_string()),
            ("all", all.to_string()),
        ];
        let telling: Vec<(Tone, String)> = plan
            .progress()
            .filter(|(step, state)| state.is_done() && tells(&step.action))
            .take(STEPS)
            .map(|(step, _)| (Tone::Good, words.action(&step.action)))
            .collect();
        let mut steps = words.with("report-done-steps", args);
        if !telling.is_empty() {
            steps = format!("{steps} {}", words.key("report-done-among"));
        }
        said.push((tone, steps));
        said.extend(telling);
    }
    if said.is_empty() {
        said.push((Tone::Plain, words.key("report-nothing-done")));
    }
    said
}

/// Whether a step says what became of the instance; guard rails, tags and groups between two calls do not.
fn tells(action: &Action) -> bool {
    match action {
        Action::CreateSnapshots(_)
        | Action::SetElasticIp(_)
        | Action::SetRunning(_)
        | Action::SetImdsTokens(_)
        | Action::SetIngress(_)
        | Action::SetEbsEncryption(_)
        | Action::SetFlowLog(_)
        | Action::SetSshd(_)
        | Action::RunPatches(_) => true,
        Action::SetInterfaceGroups(SetInterfaceGroups { to, .. }) => !to.iter().any(|group| {
            matches!(
                group,
                GroupRef::Own {
                    role: GroupRole::Passage,
                    ..
                }
            )
        }),
        _ => false,
    }
}

pub(super) fn begun(plan: &PlanRecord) -> bool {
    plan.progress().any(|(_, state)| state.attempts() > 0)
}

fn open(maker: &Maker<'_>) -> Vec<(Tone, String)> {
    let (case, words) = (maker.case, maker.words);
    if case.state == State::Closed {
        return vec![(Tone::Good, words.key("report-nothing-open"))];
    }
    let mut said = Vec::new();
    if let Some(observation) = case
        .observation
        .as_ref()
        .filter(|o| !o.exposed.is_empty() && case.containment == Containment::Partial)
    {
        let what: Vec<String> = observation
            .exposed
            .iter()
            .take(6)
            .map(|i| words.data(i))
            .collect();
        said.push((
            Tone::Bad,
            words.with("report-open-exposed", [("what", what.join(", "))]),
        ));
    }
    for plan in newest_plans(case) {
        said.extend(plan_open(plan, words));
    }
    let outcome = case.verdict.as_ref().map(|v| v.outcome);
    let breach = matches!(outcome, Some(Outcome::Succeeded | Outcome::Likely));
    if outcome.is_none() {
        said.push((Tone::Warn, words.key("report-open-evaluate")));
    } else if breach && case.plan_for(&Purpose::Contain).is_none() {
        said.push((Tone::Bad, words.key("report-open-contain")));
    } else if outcome == Some(Outcome::Inconclusive) {
        said.push((Tone::Warn, words.coded("close", "verdict-open")));
    }
    if let Some(review) = case.reviews.last() {
        for watch in review
            .watches
            .iter()
            .filter(|w| w.status == WatchStatus::Tripped)
        {
            said.push((
                Tone::Bad,
                words.with(
                    "report-open-watch",
                    [("watch", words.named("watch", &watch.watch, &watch.args))],
                ),
            ));
        }
        // The verdict, failing checks, open plans and watches are said above.
        let said_above = [
            "verdict-open",
            "checks-failing",
            "plan-open",
            "watch-tripped",
        ];
        said.extend(
            review
                .missing
                .iter()
                .filter(|c| !said_above.contains(&c.as_str()))
                .map(|c| (Tone::Warn, words.coded("close", c))),
        );
    }
    let failing = to_mend(case);
    for check in failing.iter().take(CHECKS) {
        said.push((
            Tone::Warn,
            words.with(
                "report-open-check",
                [("fix", words.coded("fix", &check.check))],
            ),
        ));
    }
    let more = failing.len().saturating_sub(CHECKS);
    if more > 0 {
        let count = [("count", more.to_string())];
        said.push((Tone::Warn, words.with("report-open-more-checks", count)));
    }
    if said.is_empty() {
        said.push((Tone::Good, words.key("report-nothing-open")));
    }
    let more = said.len().saturating_sub(OPEN);
    if more > 0 {
        said.truncate(OPEN);
        let count = [("count", more.to_string())];
        said.push((Tone::Warn, words.with("report-open-more", count)));
    }
    said
}

/// The newest plan of each purpose: the ones before it are history.
pub(super) fn newest_plans(case: &Case) -> impl Iterator<Item = &PlanRecord> {
    case.plans.iter().filter(|p| {
        case.plan_for(&p.plan.purpose)
            .is_some_and(|newest| newest.digest == p.digest)
    })
}

fn plan_open(plan: &PlanRecord, words: Words) -> Vec<(Tone, String)> {
    let args = || {
        [
            ("purpose", words.purpose(&plan.plan.purpose)),
            ("digest", words.data(plan.digest)),
        ]
    };
    match &plan.decision {
        Some(Decision::Approved(_)) if plan.waits_for_second() => {
            vec![(Tone::Warn, words.with("report-open-second", args()))]
        }
        None if plan.plan.steps().next().is_some() => {
            vec![(Tone::Warn, words.with("report-open-approval", args()))]
        }
        Some(Decision::Approved(_)) if !begun(plan) && plan.plan.steps().next().is_some() => {
            vec![(Tone::Warn, words.with("report-open-approved", args()))]
        }
        Some(Decision::Approved(_)) => plan
            .progress()
            .filter(|(_, state)| !state.is_done())
            .map(|(step, state)| {
                let tone = if matches!(state, StepState::Planned) {
                    Tone::Warn
                } else {
                    Tone::Bad
                };
                let args = [
                    ("id", words.data(&step.id)),
                    ("action", words.action(&step.action)),
                    ("state", words.step_state(state, false)),
                ];
                (tone, words.with("report-open-step", args))
            })
            .collect(),
        _ => Vec::new(),
    }
}
