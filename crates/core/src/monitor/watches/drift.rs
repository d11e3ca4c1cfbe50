//! `drift`: what containment set is no longer so. Must not know who changed it.

use crate::case::Case;
use crate::contain::{Action, Standing, changes, exposed, standing};
use crate::monitor::{Look, Watch};

pub(in crate::monitor) const NAME: &str = "drift";

/// The instance is no longer as the containment left it.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Watch {
    let Some(subject) = look.subject else {
        return Watch::unknown(NAME, "subject-not-read");
    };
    let mut evidence: Vec<String> = exposed(subject)
        .into_iter()
        .map(|what| format!("exposed {what}"))
        .collect();
    let mut unseen = Vec::new();
    for (action, mark) in changes(case) {
        match &action {
            // Nothing in the account shows the first, and what the second leaves open is seen above.
            Action::SaveConsole(_) | Action::SetAutoPublicAddress(_) => continue,
            _ => {}
        }
        match standing(&action, subject, &mark) {
            Standing::After | Standing::Underway => {}
            Standing::Unseen => unseen.push(action.target()),
            Standing::Before => {
                evidence.push(format!("{} {} before", action.name(), action.target()));
            }
            Standing::Other(seen) => {
                evidence.push(format!("{} {} {seen}", action.name(), action.target()));
            }
        }
    }
    if evidence.is_empty() && !unseen.is_empty() {
        return Watch::unknown(NAME, "part-not-read").with("targets", &unseen.join(", "));
    }
    let changes = evidence.len();
    Watch::judged(NAME, evidence).with("changes", &changes)
}
