//! What the flow logs say since the containment, and whether they reach that far. Must not know how they are read.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::evaluate::{Coverage, Dossier, Fact, Gap, Source};
use crate::identify::Subject;

/// The shortest and the longest time AWS gathers packets into one flow record, in seconds.
const AGGREGATION: std::ops::RangeInclusive<i64> = 60..=600;
/// At most this many conversations are named as evidence.
const NAMED: usize = 20;

/// The answer of the flow logs for the time since a containment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowsSince {
    /// Records that begin before this were not counted.
    pub since: Timestamp,
    /// The end of the last record of any kind, so how far the logs reach.
    pub until: Option<Timestamp>,
    /// Accepted records between a contained interface and anything that is not the instance itself.
    pub accepted: u64,
    /// Some of them: interface, address, port.
    pub evidence: Vec<String>,
    /// Whose they are: up to twenty addresses.
    #[serde(default)]
    pub peers: BTreeSet<IpAddr>,
    /// How much of the time was seen.
    pub coverage: Coverage,
    /// Why not more.
    pub gaps: Vec<Gap>,
    /// Accepted conversations that began before and went on after: nobody can tell which part of them is new.
    pub unsplit: u64,
}

/// From when on an accepted record shows that the containment leaks: one aggregation window after it was seen to stand, as
/// a record may still hold packets from before. `aggregation_s` is the flow log's own window, 600 when it is not known.
/// `None` when the case is not contained.
#[must_use]
pub fn watched_since(case: &Case, aggregation_s: Option<i64>) -> Option<Timestamp> {
    let grace = aggregation_s
        .unwrap_or(*AGGREGATION.end())
        .clamp(*AGGREGATION.start(), *AGGREGATION.end());
    case.contained_at.map(|at| {
        at.checked_add(SignedDuration::from_secs(grace))
            .unwrap_or(Timestamp::MAX)
    })
}

/// Counts what a dossier that was gathered from `since` on shows of the subject's interfaces. A conversation that began
/// before cannot be split: it is not counted, and the coverage is no longer complete.
#[must_use]
pub fn flows_since(dossier: &Dossier, subject: &Subject, since: Timestamp) -> FlowsSince {
    let own = subject.all_ips();
    let covered = dossier.coverage.get(&Source::FlowLogs);
    let mut answer = FlowsSince {
        since,
        until: covered.and_then(|c| c.until.max(c.last)),
        accepted: 0,
        evidence: Vec::new(),
        peers: BTreeSet::new(),
        coverage: dossier.covered(Source::FlowLogs),
        gaps: covered.map_or_else(|| vec![Gap::NotGiven], |c| c.why.clone()),
        unsplit: 0,
    };
    for item in &dossier.evidence {
        let Fact::Conversation(talk) = &item.fact else {
            continue;
        };
        let here = talk.interface.as_ref().map_or_else(
            || own.contains(&talk.local_ip),
            |id| subject.interface(id).is_some(),
        );
        let flows = talk.accepted_in.flows + talk.accepted_out.flows;
        if !here || flows == 0 || own.contains(&talk.remote_ip) || talk.last < since {
            continue;
        }
        if talk.first < since {
            answer.unsplit += 1;
            continue;
        }
        answer.accepted += flows;
        if answer.peers.len() < NAMED {
            answer.peers.insert(talk.remote_ip);
        }
        if answer.evidence.len() < NAMED {
            let interface = talk.interface.as_deref().unwrap_or("-");
            let port = talk.port.map_or_else(|| "-".into(), |p| p.to_string());
            answer
                .evidence
                .push(format!("{interface} {} {port} {flows}", talk.remote_ip));
        }
    }
    answer
}

impl FlowsSince {
    /// Before anything can be seen: the moment from which flows count has not come yet.
    #[must_use]
    pub const fn not_yet(since: Timestamp) -> Self {
        Self {
            since,
            until: None,
            accepted: 0,
            evidence: Vec::new(),
            peers: BTreeSet::new(),
            coverage: Coverage::Partial,
            gaps: Vec::new(),
            unsplit: 0,
        }
    }

    /// The number of accepted records, where the logs can tell: a leak that was seen is a leak whatever else is missing, but
    /// "none" is only said by logs that reach past `since` and left nothing out.
    #[must_use]
    pub fn known(&self) -> Option<u64> {
        if self.accepted > 0 {
            return Some(self.accepted);
        }
        (self.why_unknown().is_none()).then_some(0)
    }

    /// Why "none" cannot be said.
    pub(super) fn why_unknown(&self) -> Option<String> {
        let hole = self.gaps.iter().find(|gap| match gap {
            // That logs do not reach to this very minute is their nature; how far they reach is judged below. They have to begin
            // in time: flow logs know whole seconds and come once a window.
            Gap::Window { from, .. } => from
                .is_some_and(|from| from.as_second() - self.since.as_second() > *AGGREGATION.end()),
            // Counting accepted records needs no field that may be missing.
            Gap::FieldMissing { .. } => false,
            _ => true,
        });
        match (hole, self.until) {
            _ if self.coverage == Coverage::Absent => Some("no-flow-logs".into()),
            (Some(_), _) => Some("flow-logs-have-gaps".into()),
            _ if self.unsplit > 0 => Some("flow-logs-have-gaps".into()),
            (None, Some(until)) if until > self.since => None,
            (None, _) => Some("flow-logs-not-there-yet".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::fixture::{self, talk};
    use super::*;
    use crate::evaluate::{Covered, Evidence};

    fn at(minute: i64) -> Timestamp {
        fixture::at(minute)
    }

    fn dossier(evidence: Vec<Evidence>, last: Option<i64>, why: Vec<Gap>) -> Dossier {
        let coverage = if why.is_empty() {
            Coverage::Complete
        } else {
            Coverage::Partial
        };
        let covered = Covered {
            coverage,
            why,
            records: 1,
            first: None,
            last: last.map(at),
            until: None,
        };
        Dossier {
            evidence,
            coverage: BTreeMap::from([(Source::FlowLogs, covered)]),
        }
    }

    fn known(evidence: Vec<Evidence>, last: Option<i64>, why: Vec<Gap>) -> Option<u64> {
        flows_since(&dossier(evidence, last, why), &fixture::subject(), at(10)).known()
    }

    #[test]
    fn none_is_said_only_by_logs_that_reach_past_the_containment() {
        assert_eq!(known(vec![], Some(20), vec![]), Some(0));
        assert_eq!(known(vec![], Some(10), vec![]), None);
        assert_eq!(known(vec![], None, vec![]), None);
        assert_eq!(
            flows_since(&Dossier::default(), &fixture::subject(), at(10)).known(),
            None
        );
        for gap in [
            Gap::SkipData { records: 1 },
            Gap::Failed {
                why: "denied".into(),
            },
            Gap::Skipped {
                file: "f".into(),
                why: "cut".into(),
            },
            Gap::NotEnabled,
        ] {
            assert_eq!(known(vec![], Some(20), vec![gap.clone()]), None, "{gap:?}");
        }
        // A clock is finer than the logs: what begins in the same second, or with the record that was open, begins in time.
        let fine = at(10) + SignedDuration::from_millis(250);
        for from in [at(10), at(9)] {
            let window = Gap::Window {
                from: Some(from),
                until: Some(at(20)),
            };
            let dossier = dossier(vec![], Some(20), vec![window]);
            let flows = flows_since(&dossier, &fixture::subject(), fine);
            assert_eq!(flows.known(), Some(0), "{from}");
        }
        let late = Gap::Window {
            from: Some(at(25)),
            until: Some(at(30)),
        };
        assert_eq!(known(vec![], Some(30), vec![late]), None);
        // Logs that end before now, or lack a field, can still say none.
        assert_eq!(
            known(
                vec![],
                Some(20),
                vec![Gap::Window {
                    from: Some(at(11)),
                    until: Some(at(20))
                }]
            ),
            Some(0)
        );
        assert_eq!(
            known(
                vec![],
                Some(20),
                vec![Gap::FieldMissing {
                    field: "tcp-flags".into()
                }]
            ),
            Some(0)
        );
    }

    #[test]
    fn whose_the_accepted_records_are_is_told() {
        let all = vec![
            talk("198.51.100.7", 12, 13, 4),
            talk("198.51.100.7", 14, 15, 4),
            talk("203.0.113.9", 12, 13, 1),
            talk("203.0.113.10", 12, 13, 0),
            talk("203.0.113.11", 2, 9, 1),
        ];
        let seen = flows_since(&dossier(all, Some(20), vec![]), &fixture::subject(), at(10));
        let peers: Vec<String> = seen.peers.iter().map(ToString::to_string).collect();
        assert_eq!(peers, ["198.51.100.7", "203.0.113.9"]);
    }

    #[test]
    fn accepted_records_count_whatever_else_is_missing() {
        assert_eq!(
            known(vec![talk("198.51.100.7", 12, 13, 4)], Some(20), vec![]),
            Some(4)
        );
        assert_eq!(
            known(
                vec![talk("10.0.0.99", 12, 13, 1)],
                Some(20),
                vec![Gap::SkipData { records: 1 }]
            ),
            Some(1)
        );
        // Before the time, refused only, and the instance with itself: nothing.
        assert_eq!(
            known(vec![talk("198.51.100.7", 2, 9, 4)], Some(20), vec![]),
            Some(0)
        );
        assert_eq!(
            known(vec![talk("198.51.100.7", 12, 13, 0)], Some(20), vec![]),
            Some(0)
        );
        assert_eq!(
            known(vec![talk("10.0.0.5", 12, 13, 2)], Some(20), vec![]),
            Some(0)
        );
        // One that began before cannot be split.
        assert_eq!(
            known(vec![talk("198.51.100.7", 2, 13, 4)], Some(20), vec![]),
            None
        );
    }

    #[test]
    fn another_machines_traffic_is_not_ours() {
        let mut other = talk("198.51.100.7", 12, 13, 4);
        if let Fact::Conversation(c) = &mut other.fact {
            c.interface = Some("eni-9".into());
        }
        assert_eq!(known(vec![other.clone()], Some(20), vec![]), Some(0));
        if let Fact::Conversation(c) = &mut other.fact {
            c.interface = None;
        }
        assert_eq!(known(vec![other], Some(20), vec![]), Some(4));
    }

    #[test]
    fn the_grace_is_one_window_within_its_bounds() {
        let mut case = fixture::case();
        assert_eq!(watched_since(&case, None), None);
        case.contained_at = Some(at(0));
        for (window, minutes) in [
            (None, 10),
            (Some(60), 1),
            (Some(1), 1),
            (Some(600), 10),
            (Some(86_400), 10),
        ] {
            assert_eq!(
                watched_since(&case, window),
                Some(at(minutes)),
                "{window:?}"
            );
        }
    }
}
