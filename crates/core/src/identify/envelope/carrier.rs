//! Carriers: objects of log shippers, search engines and test suites that hold a finding, or an envelope of one, some members
//! down, as an object or as JSON in a string. They have no names in the envelope path. Must not know any of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{At, Found, Inner, Walk, What, Wrong, describe, looks_like_json};
use crate::identify::Finding;
use crate::identify::json::Node;

/// Members within members that are looked through: an answer of a search engine takes three, and some index such answers again.
const LEVELS: usize = 16;

/// Findings of one id that another is compared with: a shipper keeps two copies or three, and thousands are somebody's joke.
const COPIES: usize = 8;

/// Reads what the value carries. Where it carries nothing, the one error is the first thing that was JSON in a string and could
/// not be read, or a description of the value.
pub(super) fn carry(walk: &mut Walk, node: &Node<'_>, at: &At<'_>) {
    let start = walk.out.len();
    let mut search = Search { broken: None };
    search.inside(walk, node, at, LEVELS);
    if walk.out.len() == start {
        let wrong = search.broken.unwrap_or_else(|| Wrong {
            place: at.place.to_owned(),
            what: What::NotAFinding(describe(node)),
        });
        walk.out.push(Err(wrong));
    } else {
        once(&mut walk.out, start);
    }
}

struct Search {
    broken: Option<Wrong>,
}

impl Search {
    fn inside(&mut self, walk: &mut Walk, node: &Node<'_>, at: &At<'_>, levels: usize) {
        let Some(levels) = levels.checked_sub(1) else {
            return;
        };
        match node {
            Node::Object(members) => {
                for (name, value) in members {
                    let shown: String = name.chars().take(40).collect();
                    self.member(walk, value, &shown, at, levels);
                }
            }
            Node::List(items) => self.list(walk, items, at, levels),
            _ => {}
        }
    }

    /// Where one element of a list carries a finding, another that does not is said: it was meant to.
    fn list(&mut self, walk: &mut Walk, items: &[Node<'_>], at: &At<'_>, levels: usize) {
        let start = walk.out.len();
        let mut without = Vec::new();
        for (n, item) in items.iter().enumerate() {
            if walk.full() {
                return;
            }
            let before = walk.out.len();
            self.member(walk, item, &format!("[{n}]"), at, levels);
            if walk.out.len() == before && !matches!(item, Node::Null) {
                without.push((n, item));
            }
        }
        if walk.out.len() > start {
            for (n, item) in without {
                walk.out.push(Err(Wrong {
                    place: at.step(&format!("[{n}]")),
                    what: What::NotAFinding(describe(item)),
                }));
            }
        }
    }

    fn member(&mut self, walk: &mut Walk, node: &Node<'_>, name: &str, at: &At<'_>, levels: usize) {
        let start = walk.out.len();
        let place = at.step(name);
        let inside = At {
            place: &place,
            depth: at.depth - 1,
            listed: false,
            ..*at
        };
        match node {
            Node::Object(_) => {
                if !walk.known(node, &inside) {
                    self.inside(
                        walk,
                        node,
                        &At {
                            depth: at.depth,
                            ..inside
                        },
                        levels,
                    );
                }
            }
            Node::List(items) => self.list(
                walk,
                items,
                &At {
                    depth: at.depth,
                    ..inside
                },
                levels,
            ),
            Node::Text(text) if looks_like_json(text) && inside.depth > 0 => {
                walk.part(Inner::Text(text), &inside);
            }
            _ => return,
        }
        // What gave no finding at all was no carrier, and its errors are not the reader's.
        if walk
            .out
            .get(start..)
            .is_some_and(|new| new.iter().all(Result::is_err))
        {
            let first = walk.out.drain(start..).find_map(Result::err);
            self.broken = self
                .broken
                .take()
                .or_else(|| first.filter(|wrong| !matches!(wrong.what, What::NotAFinding(_))));
        }
    }
}

/// Shippers keep the original beside the parsed event, and often only half of the latter: of two copies of a finding in one
/// carrier, the one that says nothing of its own is left out.
fn once(out: &mut Vec<Result<Found, Wrong>>, start: usize) {
    let new = out.split_off(start);
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for part in new {
        let Ok(found) = &part else {
            out.push(part);
            continue;
        };
        let same = seen.entry(found.finding.id.clone()).or_default();
        let mut known = false;
        let mut replace = None;
        for n in same.iter() {
            let Some(Ok(other)) = out.get(*n) else {
                continue;
            };
            if found.finding == other.finding || says_no_more(&found.finding, &other.finding) {
                known = true;
                break;
            }
            if says_no_more(&other.finding, &found.finding) {
                replace = Some(*n);
                break;
            }
        }
        if known {
            continue;
        }
        // In the place of the lesser copy, so that the order stays.
        match replace.and_then(|n| out.get_mut(n)) {
            Some(slot) => *slot = part,
            None => {
                if same.len() < COPIES {
                    same.push(out.len());
                }
                out.push(part);
            }
        }
    }
}

/// Whether everything that one copy says the other says, too. Problems say what is not there.
fn says_no_more(lesser: &Finding, greater: &Finding) -> bool {
    let (Ok(Value::Object(lesser)), Ok(Value::Object(greater))) =
        (serde_json::to_value(lesser), serde_json::to_value(greater))
    else {
        return false;
    };
    lesser.iter().all(|(name, value)| {
        let silent = match value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        silent || name == "problems" || greater.get(name) == Some(value)
    })
}
