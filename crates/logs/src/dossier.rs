//! Answers as a dossier: evidence in order of time, and the coverage of every source. Must not judge what a fact means.

mod beacons;
mod calls;
mod changes;
mod covered;
mod flows;
mod logins;
mod lookups;
mod metrics;
mod sweeps;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::evaluate::{Dossier, Evidence, Fact, Gap, RecordRef, Source};
use rebato_core::identify::{Alert, Finding};

use crate::Answers;
use crate::talks::Place;

/// Facts before they are in order and have ids.
type Pieces = Vec<(Source, Option<Timestamp>, RecordRef, Fact)>;

/// What was left out, by source.
type LeftOut = BTreeMap<Source, Vec<Gap>>;

/// Facts of one kind kept about suspects, and the same about others.
const KEPT: usize = 200;

impl Answers {
    /// The dossier on a case: `finding` is what its findings say together, `told` each with its alert. The window that must be
    /// covered is the finding's own, first to last activity seen.
    #[must_use]
    pub fn dossier<'a>(
        &self,
        finding: &Finding,
        told: impl IntoIterator<Item = (&'a Alert, &'a Finding)>,
    ) -> Dossier {
        let mut facts: Pieces = Vec::new();
        let mut left_out = LeftOut::new();
        let mut told_ids = BTreeSet::new();
        for (alert, finding) in told {
            told_ids.insert(finding.id.as_str());
            let record = RecordRef {
                file: alert.source.clone(),
                line: None,
                id: Some(finding.id.clone()),
            };
            let fact = Fact::of_finding(finding);
            facts.push((Source::Findings, finding.last_seen, record, fact));
        }
        let mut suspects: BTreeSet<IpAddr> = self.questions.suspects.iter().copied().collect();
        suspects.extend(
            self.hits
                .keys()
                .filter(|ip| !self.questions.local_ips.contains(ip)),
        );
        self.threat_facts(&suspects, &mut facts);
        let since = finding
            .first_seen
            .or(finding.last_seen)
            .map(Timestamp::as_second);
        self.talk_facts(&suspects, &mut facts, &mut left_out);
        self.volume_facts(since, &suspects, &mut facts);
        self.sweep_facts(since, &mut facts);
        self.metric_facts(since, &mut facts);
        self.call_facts(&mut facts, &mut left_out);
        self.login_facts(&suspects, &mut facts, &mut left_out);
        self.change_facts(&mut facts, &mut left_out);
        self.lookup_facts(&suspects, &mut facts, &mut left_out);
        let others = self.others.iter();
        for other in others.filter(|other| !told_ids.contains(other.id.as_str())) {
            let record = RecordRef {
                file: other.file.clone(),
                line: None,
                id: Some(other.id.clone()),
            };
            let fact = Fact::OtherFinding {
                finding: other.id.clone(),
                kind: other.kind.clone(),
                severity: other.severity,
            };
            facts.push((Source::Findings, other.at, record, fact));
        }
        facts.sort_by(|a, b| (a.1.is_none(), a.1, &a.2, a.0).cmp(&(b.1.is_none(), b.1, &b.2, b.0)));
        let evidence = facts
            .into_iter()
            .zip(1u64..)
            .map(|((source, at, record, fact), n)| Evidence {
                id: format!("e{n}"),
                source,
                at,
                record,
                fact,
            })
            .collect();
        let window = finding
            .first_seen
            .or(finding.last_seen)
            .zip(finding.last_seen.or(finding.first_seen));
        let coverage = Source::ALL
            .into_iter()
            .map(|source| (source, self.coverage(source, window, left_out.get(&source))))
            .collect();
        Dossier { evidence, coverage }
    }

    fn record(&self, place: Place, id: Option<String>) -> RecordRef {
        let file = usize::try_from(place.file)
            .ok()
            .and_then(|at| self.files.get(at))
            .cloned()
            .unwrap_or_default();
        RecordRef {
            file,
            line: Some(place.line),
            id,
        }
    }
}

/// Takes note of facts of a kind that a dossier has no room for.
fn leave_out(left_out: &mut LeftOut, source: Source, kind: &str, facts: u64) {
    if facts > 0 {
        let gap = Gap::LeftOut {
            kind: kind.to_owned(),
            facts,
        };
        left_out.entry(source).or_default().push(gap);
    }
}
