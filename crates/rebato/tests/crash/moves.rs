//! What was asked of the interfaces, in order: the call log, read for groups. Must not know why.

use std::collections::{BTreeMap, BTreeSet};

use rebato_lab::Call;
use serde_json::Value;

use crate::case::Case;
use crate::lab::Stage;

/// A request for other groups on an interface.
#[derive(Debug, Clone)]
pub(crate) struct Move {
    /// Where in the call log.
    pub(crate) at: usize,
    /// `eni-…`.
    pub(crate) interface: String,
    /// The groups' names; ids where a group is no more.
    pub(crate) to: BTreeSet<String>,
}

impl Move {
    /// Whether it goes to Rebato's group of this role alone.
    pub(crate) fn goes_to(&self, role: &str) -> bool {
        let prefix = format!("rebato-{role}-");
        self.to.len() == 1 && self.to.iter().all(|name| name.starts_with(&prefix))
    }
}

/// Every such request so far, those that were refused among them.
pub(crate) fn moves(stage: &Stage) -> Vec<Move> {
    let calls = stage.lab.calls();
    stage.lab.world(|world| {
        let name = |id: &Value| {
            let id = id.as_str().unwrap();
            world
                .groups
                .get(id)
                .map_or_else(|| id.to_owned(), |group| group.name.clone())
        };
        calls
            .iter()
            .enumerate()
            .filter(|(_, call)| call.operation == "ModifyNetworkInterfaceAttribute")
            .filter_map(|(at, call)| {
                let to = call.params["SecurityGroupId"].as_array()?;
                Some(Move {
                    at,
                    interface: call.params["NetworkInterfaceId"].as_str()?.to_owned(),
                    to: to.iter().map(name).collect(),
                })
            })
            .collect()
    })
}

/// An interface in the passage group is open on all sides: it goes on at once, waits for nothing that fails, and what is
/// contained is never asked back.
pub(crate) fn check_moves(stage: &Stage) {
    let calls = stage.lab.calls();
    let moves = moves(stage);
    for (n, first) in moves.iter().enumerate() {
        let Some(next) = moves
            .iter()
            .skip(n + 1)
            .find(|next| next.interface == first.interface)
        else {
            continue;
        };
        if first.goes_to("containment") {
            assert!(next.goes_to("containment"), "asked back: {next:?}");
        }
        if first.goes_to("passage") && next.goes_to("containment") {
            let between = calls.get(first.at..next.at).unwrap();
            if let Some(again) = repeated(between) {
                panic!(
                    "{} stood open while {} was tried again and again",
                    first.interface, again.operation
                );
            }
        }
    }
}

/// A change that was asked for three times among these: a second try may be on its way when the interface goes on.
fn repeated(calls: &[Call]) -> Option<&Call> {
    let mut seen: BTreeMap<(&str, String), u32> = BTreeMap::new();
    calls.iter().filter(|call| !call.reads).find(|call| {
        let tries = seen
            .entry((&call.operation, call.params.to_string()))
            .or_default();
        *tries += 1;
        *tries == 3
    })
}

/// What cuts the network takes few calls: each one that has to come before the last move is a chance to fail and time for the
/// attacker. Evidence and guard rails run beside and do not count.
#[test]
fn the_cut_takes_six_calls_and_two_an_interface() {
    let case = Case::approved();
    let before = case.stage.lab.calls().len();
    case.stage.expect(&case.contain(), 0);
    let interfaces = case.before.groups.len();
    let last = moves(&case.stage).last().unwrap().at;
    let calls = case.stage.lab.calls();
    let made = |call: &&Call| {
        let name = call.operation.as_str();
        let is_rule =
            name.ends_with("SecurityGroupIngress") || name.ends_with("SecurityGroupEgress");
        let is_move = name == "ModifyNetworkInterfaceAttribute"
            && call.params.get("SecurityGroupId").is_some();
        !call.dry_run && (name == "CreateSecurityGroup" || is_rule || is_move)
    };
    let cuts = calls[before..=last].iter().filter(made).count();
    assert!(interfaces >= 3);
    assert!(cuts >= 2 * interfaces, "each moves twice");
    assert!(cuts <= 6 + 2 * interfaces, "{cuts} calls for {interfaces}");
}
