//! From the subject and a profile to a containment plan. The order is the point: evidence and guard rails first, then the
//! passage group and the public addresses, then the containment group, the stop and what takes hours last. One file a topic.
//! Must not know how a step is carried out.

mod acl;
mod addresses;
mod after;
mod aside;
mod builder;
mod evidence;
mod finding;
mod guard;
mod identity;
mod isolate;
mod stop;

pub(super) use acl::full as acl_full;
pub(crate) use builder::Builder;

use super::notes::notes;
use super::{Measure, Plan, Profile, Purpose};
use crate::case::Case;
use crate::identify::Subject;

/// What steps are taken from.
struct View<'a> {
    case: &'a Case,
    subject: &'a Subject,
    profile: &'a Profile,
}

/// Makes the containment plan of a case for the subject as just read. `own_instance` is the instance that Rebato itself runs
/// on, where it is known.
#[must_use]
pub fn plan(case: &Case, subject: &Subject, profile: &Profile, own_instance: Option<&str>) -> Plan {
    let view = View {
        case,
        subject,
        profile,
    };
    let mut steps = Builder::default();
    if !matches!(subject.state.as_str(), "terminated" | "shutting-down") {
        measures(&mut steps, &view);
    }
    Plan {
        case: case.id.clone(),
        purpose: Purpose::Contain,
        profile: profile.name.clone(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        notes: notes(case, subject, profile, own_instance),
        waves: steps.waves(),
    }
}

/// The steps of every measure. What cuts has an order of its own, whatever the profile's: only what follows the cut, and
/// the stop among it, goes by the profile.
fn measures(steps: &mut Builder, view: &View<'_>) {
    let evidence = evidence::steps(steps, view);
    guard::steps(steps, view);
    aside::steps(steps, view);
    let cut = isolate::steps(steps, view, &evidence);
    addresses::steps(steps, view, &cut);
    identity::steps(steps, view, &cut);
    acl::steps(steps, view, &cut);
    let mut follow = after::Follow::new(evidence, steps.ids());
    for asked in &view.profile.measures {
        match &asked.measure {
            Measure::Stop { how } => {
                let stopped = stop::steps(steps, view, *how, &follow.evidence);
                follow.barrier.extend(stopped);
            }
            measure => {
                after::steps(steps, view, measure, &mut follow);
                finding::steps(steps, view, measure, &follow.barrier);
            }
        }
    }
}
