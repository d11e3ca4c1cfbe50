//! Each call that changes something fails in each way, once, for ever, or half-way through: nothing is left half-open,
//! nothing is said that does not stand, and the next run comes to the end. Must not kill anybody.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Moment, Rule, Service, Verdict};
use rebato_lab::world::ApiError;
use serde_json::Value;

use crate::case::Case;
use crate::each::{each, is_full, say};
use crate::lab::{Ended, Facts, Stage};
use crate::moves::check_moves;

/// The call that moves an interface: where it fails for ever, nothing can close what it opened.
const MOVE: &str = "ModifyNetworkInterfaceAttribute";

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Throttled,
    Broken,
    BrokenAfterIt,
    Reset,
    AnswerLost,
    Denied,
    NotFound,
}

const WAYS: [Way; 7] = [
    Way::NotFound,
    Way::AnswerLost,
    Way::Broken,
    Way::Denied,
    Way::Reset,
    Way::BrokenAfterIt,
    Way::Throttled,
];

/// Which calls of an operation fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Next,
    All,
    AllButTheFirst,
}

const WHICH: [Which; 3] = [Which::All, Which::AllButTheFirst, Which::Next];

/// One case of the matrix.
#[derive(Debug, Clone)]
struct Failing {
    service: Service,
    operation: String,
    way: Way,
    which: Which,
}

impl Failing {
    fn faults(&self) -> Faults {
        let (skip, times) = match self.which {
            Which::Next => (0, Some(1)),
            Which::All => (0, None),
            Which::AllButTheFirst => (1, None),
        };
        let effect = match self.way {
            Way::Throttled => Effect::Throttle,
            Way::Broken => Effect::FailBefore,
            Way::BrokenAfterIt => Effect::FailAfter,
            Way::AnswerLost => Effect::LoseReply,
            Way::Denied => Effect::Deny,
            Way::NotFound => Effect::Error(not_found(self.service, &self.operation)),
            Way::Reset => return self.resets(skip, times),
        };
        Faults::rules([Rule {
            operation: Some(format!("{}:{}", self.service.prefix(), self.operation)),
            skip,
            times,
            effect,
        }])
    }

    /// The connection is closed before anything is done.
    fn resets(&self, skip: u64, times: Option<u64>) -> Faults {
        let (service, operation) = (self.service, self.operation.clone());
        let met = AtomicU64::new(0);
        Faults {
            on_call: Some(Arc::new(move |call| {
                let fits = call.service == service && call.operation == operation;
                if !fits || call.moment != Moment::Before {
                    return Verdict::Pass;
                }
                let n = met.fetch_add(1, Ordering::Relaxed);
                if n >= skip && times.is_none_or(|times| n < skip + times) {
                    Verdict::Drop
                } else {
                    Verdict::Pass
                }
            })),
            ..Faults::none()
        }
    }
}

/// What AWS says of a thing that it does not know (or does not know yet), by the call that names it.
fn not_found(service: Service, operation: &str) -> ApiError {
    let (code, status) = match (service, operation) {
        (Service::Ec2, MOVE) => ("InvalidNetworkInterfaceID.NotFound", 400),
        (Service::Ec2, "DisassociateAddress") => ("InvalidAssociationID.NotFound", 400),
        (Service::Ec2, "AssociateAddress") => ("InvalidAllocationID.NotFound", 400),
        (Service::Ec2, name) if name.contains("SecurityGroup") => ("InvalidGroup.NotFound", 400),
        (Service::Ec2, _) => ("InvalidInstanceID.NotFound", 400),
        (Service::Iam, _) => ("NoSuchEntity", 404),
        (_, "DeregisterTargets" | "RegisterTargets") => ("TargetGroupNotFound", 400),
        (_, name) if name.contains("LoadBalancer") => ("LoadBalancerNotFound", 400),
        _ => ("ValidationError", 400),
    };
    ApiError::new(code, "It does not exist.").with_status(status)
}

/// The operations that changed something since the call with this number.
fn operations(stage: &Stage, since: usize) -> Vec<(Service, String)> {
    let mut seen = BTreeSet::new();
    let calls = stage.lab.calls();
    let writes = calls.iter().skip(since).filter(|call| !call.reads);
    writes
        .filter(|call| seen.insert((call.service.prefix(), call.operation.clone())))
        .map(|call| (call.service, call.operation.clone()))
        .collect()
}

/// All cases, or of those a diagonal that has each operation and each way at least once.
fn cases(operations: &[(Service, String)]) -> Vec<Failing> {
    let of = |(service, operation): &(Service, String), way, which| Failing {
        service: *service,
        operation: operation.clone(),
        way,
        which,
    };
    if is_full() {
        return operations
            .iter()
            .flat_map(|named| {
                WAYS.iter()
                    .flat_map(move |way| WHICH.map(|which| of(named, *way, which)))
            })
            .collect();
    }
    let diagonal = operations.iter().enumerate().map(|(n, named)| {
        let way = WAYS[n % WAYS.len()];
        // A call that is throttled for ever is tried for minutes.
        let which = if way == Way::Throttled {
            Which::Next
        } else {
            WHICH[n % WHICH.len()]
        };
        of(named, way, which)
    });
    diagonal.collect()
}

fn count(what: &str, operations: &[(Service, String)], cases: &[Failing]) {
    let ways: BTreeSet<Way> = cases.iter().map(|case| case.way).collect();
    say(&format!(
        "{what}: {} operations, {} ways to fail, {} cases",
        operations.len(),
        ways.len(),
        cases.len()
    ));
}

/// Whether nothing gets through any more.
fn is_cut(facts: &Facts) -> bool {
    facts
        .groups
        .values()
        .all(|groups| groups.iter().all(|g| g.starts_with("rebato-containment-")))
        && facts
            .own_groups
            .iter()
            .all(|(name, open)| !name.starts_with("rebato-containment-") || !open)
        && facts.elastic.values().all(Option::is_none)
        && facts.automatic.is_empty()
}

/// What holds after a run in which a call failed.
fn check_after(case: &Case, failing: &Failing, ended: &Ended) {
    let facts = case.stage.facts();
    let said = (!ended.out.trim().is_empty()).then(|| ended.document());
    let said = said.as_ref();
    let containment = said.map_or(&Value::Null, |document| &document["containment"]);
    match ended.code() {
        Some(0) => case.check_contained(said.unwrap()),
        Some(4 | 7) => assert!(
            is_cut(&facts) || *containment != "contained",
            "{failing:?}: {ended:#?}"
        ),
        _ => panic!("{failing:?}: {ended:#?}"),
    }
    for (interface, groups) in &facts.groups {
        let whole = groups == &case.before.groups[interface]
            || groups.iter().all(|g| g.starts_with("rebato-containment-"));
        assert!(
            whole || failing.operation == MOVE,
            "{failing:?} leaves {interface} open: {groups:?}"
        );
    }
    if failing.operation != MOVE {
        check_moves(&case.stage);
    }
    case.verify();
}

#[test]
fn contain_bears_each_failure_of_each_call() {
    let origin = Case::approved();
    let whole = origin.again();
    whole.contain_and_check();
    let operations = operations(&whole.stage, 0);
    assert!(operations.len() >= 12, "{operations:?}");
    let cases = cases(&operations);
    count("contain", &operations, &cases);
    let done = AtomicU64::new(0);
    each(cases, |failing| {
        let case = origin.again();
        case.stage.faults(failing.faults());
        let ended = case.stage.run(&case.contain());
        check_after(&case, &failing, &ended);
        case.stage.faults(Faults::none());
        case.contain_and_check();
        // A sample goes all the way back.
        if done.fetch_add(1, Ordering::Relaxed).is_multiple_of(3) {
            let release = case.approve_release();
            case.release_and_check(&release);
        }
    });
}

#[test]
fn release_bears_each_failure_of_each_call() {
    let origin = Case::approved();
    let whole = origin.again();
    whole.contain_and_check();
    let release = whole.approve_release();
    let since = whole.stage.lab.calls().len();
    whole.release_and_check(&release);
    let operations = operations(&whole.stage, since);
    assert!(operations.len() >= 8, "{operations:?}");
    let cases = cases(&operations);
    count("release", &operations, &cases);
    each(cases, |failing| {
        let case = origin.again();
        case.contain_and_check();
        let release = case.approve_release();
        case.stage.faults(failing.faults());
        let ended = case.stage.run(&["release", &case.id, "--plan", &release]);
        case.stage.faults(Faults::none());
        match ended.code() {
            Some(0) => {}
            Some(4 | 7) => assert!(
                ended.out.trim().is_empty() || ended.document()["containment"] != "released",
                "{failing:?}: {ended:#?}"
            ),
            _ => panic!("{failing:?}: {ended:#?}"),
        }
        // A group that AWS says is gone is not asked for again: here it goes as AWS said.
        if failing.way == Way::NotFound && failing.operation == "DeleteSecurityGroup" {
            let ours = |name: &str| name.starts_with("rebato-");
            case.stage
                .lab
                .world(|world| world.groups.retain(|_, group| !ours(&group.name)));
        }
        case.release_and_check(&release);
    });
}
