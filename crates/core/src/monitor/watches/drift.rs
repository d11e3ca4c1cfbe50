//! `drift`: what containment set is no longer so. Must not know who changed it.

use crate::case::Case;
use crate::contain::{Action, Standing, changes, exposed, standing};
use crate::identify::Subject;
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
    let set = changes(case).into_iter().filter(|(action, _)| {
        // Nothing in the account shows the first, and what the second leaves open is seen above.
        !matches!(
            action,
            Action::SaveConsole(_) | Action::SetAutoPublicAddress(_)
        )
    });
    let (moved, unseen) = moved(set, subject);
    evidence.extend(moved);
    if evidence.is_empty() && !unseen.is_empty() {
        return Watch::unknown(NAME, "part-not-read").with("targets", &unseen.join(", "));
    }
    let changes = evidence.len();
    Watch::judged(NAME, evidence).with("changes", &changes)
}

/// Which actions no longer stand as they were left, and the targets of those that cannot be seen.
pub(super) fn moved(
    actions: impl IntoIterator<Item = (Action, String)>,
    subject: &Subject,
) -> (Vec<String>, Vec<String>) {
    let (mut moved, mut unseen) = (Vec::new(), Vec::new());
    for (action, mark) in actions {
        let (name, target) = (action.name(), action.target());
        match standing(&action, subject, &mark) {
            Standing::After | Standing::Underway => {}
            Standing::Unseen => unseen.push(target),
            Standing::Before => moved.push(format!("{name} {target} before")),
            Standing::Other(seen) => moved.push(format!("{name} {target} {seen}")),
        }
    }
    (moved, unseen)
}
