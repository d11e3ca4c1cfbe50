//! What a finding that arrives is to a case: one instance's trouble is one case, however often and in whatever words it
//! is told. Must not know how cases are found or stored.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Case, State};
use crate::contain::Purpose;
use crate::identify::{Alert, Finding, Remote};

/// Another finding about the instance joins an open case when its activity is not older than this before the case's own.
pub const BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// How long a worked-through case rests when its finding is only told again: GuardDuty updates one every 15 minutes to
/// six hours for as long as the traffic goes on, and event buses deliver twice.
pub const COOL_DOWN: SignedDuration = SignedDuration::from_hours(1);

/// A finding of a case, with the alert that it came in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The bytes as received.
    pub alert: Alert,
    /// What they say.
    pub finding: Finding,
}

/// What a finding is to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Nothing that the case does not know.
    Known,
    /// A finding of the case, told again with something new: a higher count, a later time, another address.
    Again,
    /// Another finding about the instance of the open case.
    Joins,
    /// Nothing to do with it.
    Stranger,
}

impl Case {
    /// What a finding is to this case.
    #[must_use]
    pub fn belonging(&self, finding: &Finding) -> Belonging {
        if finding.is_manual() {
            // Who points at an instance means the case that is open about it.
            let meant = self.is_open() && self.is_about(finding);
            return if meant {
                Belonging::Known
            } else {
                Belonging::Stranger
            };
        }
        if let Some(known) = self.findings().find(|known| same(known, finding)) {
            return again(known, finding);
        }
        let about_it = finding.family == "ec2"
            && finding.sample == self.finding.sample
            && self.is_open()
            && self.is_about(finding);
        let when = finding.last_seen.or(finding.updated).or(finding.first_seen);
        let begun = self.begun().checked_sub(BEFORE).unwrap_or(Timestamp::MIN);
        if about_it && when.is_none_or(|at| at >= begun) {
            Belonging::Joins
        } else {
            Belonging::Stranger
        }
    }

    /// All findings of the case, the leading one first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(&self.finding).chain(self.joined.iter().map(|told| &told.finding))
    }

    /// All findings of the case with their alerts, the leading one first.
    pub fn told(&self) -> impl Iterator<Item = (&Alert, &Finding)> {
        std::iter::once((&self.alert, &self.finding))
            .chain(self.joined.iter().map(|told| (&told.alert, &told.finding)))
    }

    /// The leading finding with what the others add to it: addresses, interfaces, lists and the window. The questions to the
    /// logs and the verdict are about the whole case.
    #[must_use]
    pub fn whole_finding(&self) -> Finding {
        let mut whole = self.finding.clone();
        for told in &self.joined {
            let other = &told.finding;
            add_remotes(&mut whole.remote, &other.remote);
            for interface in &other.interfaces {
                if !whole.interfaces.contains(interface) {
                    whole.interfaces.push(interface.clone());
                }
            }
            for list in &other.threat_lists {
                if !whole.threat_lists.contains(list) {
                    whole.threat_lists.push(list.clone());
                }
            }
            // A person's word is no activity.
            if !other.is_manual() {
                whole.first_seen = earliest(whole.first_seen, other.first_seen);
                whole.last_seen = whole.last_seen.max(other.last_seen);
            }
        }
        whole
    }

    /// Until when the case rests: it was worked through to a plan a short while ago, and nothing has come since that could
    /// change the picture. `None` when there is work to do; what is half done never rests.
    #[must_use]
    pub fn rests_until(&self, now: Timestamp) -> Option<Timestamp> {
        if matches!(self.state, State::Containing | State::Releasing) {
            return None;
        }
        let at = |event: &str| {
            self.history
                .iter()
                .rev()
                .find(|entry| entry.event == event)
                .map(|entry| (entry.seq, entry.at))
        };
        let verdict = at("verdict_reached")?;
        // A plan that comes out the same is not written again; the checks before it are.
        let plan = at("plan_made").max(at("posture_checked"))?;
        // A finding that came after the verdict is not in it yet, nor is an address that nobody looked into.
        let joined = at("finding_joined").map_or(0, |(seq, _)| seq);
        let known = |ip| self.addresses.iter().any(|report| report.ip == ip);
        let looked_into = self.whole_finding().remote_ips().into_iter().all(known);
        self.plan_for(&Purpose::Contain)?;
        let until = verdict.1.checked_add(COOL_DOWN).ok()?;
        let worked = verdict.0 < plan.0 && joined < verdict.0 && looked_into;
        (worked && now < until).then_some(until)
    }

    fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    fn is_about(&self, finding: &Finding) -> bool {
        finding.instance_id.is_some()
            && self.instance_id() == finding.instance_id.as_deref()
            && agree(self.finding.account.as_deref(), finding.account.as_deref())
            && agree(self.finding.region.as_deref(), finding.region.as_deref())
    }

    /// The first activity that the case knows of.
    fn begun(&self) -> Timestamp {
        self.findings()
            .filter(|finding| !finding.is_manual())
            .filter_map(|finding| finding.first_seen.or(finding.last_seen))
            .min()
            .unwrap_or(self.opened)
    }

    /// Takes in a finding that is told again.
    pub(super) fn told_again(&mut self, alert: Alert, finding: Finding) {
        match self
            .joined
            .iter_mut()
            .find(|told| same(&told.finding, &finding))
        {
            Some(told) => {
                told.finding = newer(&told.finding, finding);
                told.alert = alert;
            }
            None => self.finding = newer(&self.finding, finding),
        }
        self.repeats += 1;
    }

    /// Takes in another finding. The first that GuardDuty made leads, before what a person said.
    pub(super) fn join(&mut self, alert: Alert, finding: Finding) {
        let (alert, finding) = if self.finding.is_manual() && !finding.is_manual() {
            (
                std::mem::replace(&mut self.alert, alert),
                std::mem::replace(&mut self.finding, finding),
            )
        } else {
            (alert, finding)
        };
        self.joined.push(Told { alert, finding });
    }
}

/// The same finding of GuardDuty: a delegated administrator's copy has another detector, and a poor envelope may lack the
/// account.
fn same(one: &Finding, other: &Finding) -> bool {
    one.id == other.id
        && agree(one.account.as_deref(), other.account.as_deref())
        && agree(one.region.as_deref(), other.region.as_deref())
}

/// Equal, or one of them is not said.
fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn again(known: &Finding, finding: &Finding) -> Belonging {
    let new_address = finding
        .remote_ips()
        .iter()
        .any(|ip| !known.remote.iter().any(|remote| remote.ip == *ip));
    let newer = finding.count > known.count
        || finding.updated > known.updated
        || finding.last_seen > known.last_seen
        || (finding.updated >= known.updated && finding.archived != known.archived);
    if new_address || newer {
        Belonging::Again
    } else {
        Belonging::Known
    }
}

/// The newer of two readings. A finding shows its last occurrence only: addresses of earlier ones are kept.
fn newer(known: &Finding, finding: Finding) -> Finding {
    let (mut newest, older) = if finding.updated < known.updated {
        (known.clone(), finding.remote)
    } else {
        let older = known.remote.clone();
        (finding, older)
    };
    add_remotes(&mut newest.remote, &older);
    newest
}

fn add_remotes(to: &mut Vec<Remote>, more: &[Remote]) {
    for remote in more {
        if !to.iter().any(|known| known.ip == remote.ip) {
            to.push(remote.clone());
        }
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
