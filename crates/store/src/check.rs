//! What is wrong with a case's journal and evidence. Must not know how either is read.

use rebato_core::Digest;
use rebato_core::journal::{self, Break, Record};

use crate::journal::Held;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The journal knows nothing of the case.
    #[error("there is no case {case} in the journal")]
    Absent {
        /// The case.
        case: String,
    },
    /// A row that is no event any more.
    #[error("event {seq} of case {case} cannot be read: {why}")]
    Unreadable {
        /// The case.
        case: String,
        /// Its number.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The chain is broken.
    #[error(transparent)]
    Chain(#[from] Break),
    /// Events are missing at the end.
    #[error(
        "the journal of case {case} was cut: event {written} was written, the last one there is event {last}"
    )]
    Cut {
        /// The case.
        case: String,
        /// The last event that is there; 0 when there is none.
        last: u64,
        /// The last event that was written.
        written: u64,
    },
    /// The last event is not the one that was noted as the last when it was written.
    #[error(
        "the journal of case {case} ends at event {last} with another hash or number than was noted when its last event was written"
    )]
    OtherHead {
        /// The case.
        case: String,
        /// The last event that is there.
        last: u64,
    },
    /// A piece of evidence is not there.
    #[error("the evidence {digest} is missing")]
    EvidenceMissing {
        /// Its digest.
        digest: Digest,
    },
    /// A piece of evidence has other bytes.
    #[error("the evidence {digest} was changed: its content has the digest {found}")]
    EvidenceChanged {
        /// The digest under which it was kept.
        digest: Digest,
        /// That of its content.
        found: Digest,
    },
    /// A piece of evidence cannot be read.
    #[error("the evidence {digest} could not be checked: {why}")]
    EvidenceUnreadable {
        /// Its digest.
        digest: Digest,
        /// Why not.
        why: String,
    },
}

/// The records of a case that is read for use: all of them, or the first problem that a replay of them would not find.
pub(crate) fn whole(case: &str, held: Held) -> Result<Vec<Record>, Problem> {
    if let Some(problem) = at_the_end(case, &held) {
        return Err(problem);
    }
    held.records
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|(seq, why)| unreadable(case, seq, why))
}

/// All that is wrong with a case's rows.
pub(crate) fn journal(case: &str, held: Held) -> Vec<Problem> {
    if held.head.is_none() && held.records.is_empty() {
        return vec![Problem::Absent { case: case.into() }];
    }
    let mut problems: Vec<Problem> = at_the_end(case, &held).into_iter().collect();
    let mut records = Vec::new();
    for row in held.records {
        match row {
            Ok(record) => records.push(record),
            Err((seq, why)) => problems.push(unreadable(case, seq, why)),
        }
    }
    // Only the chain up to the first unreadable event can be checked: what follows has no event before it.
    let readable = problems.iter().find_map(|p| match p {
        Problem::Unreadable { seq, .. } => Some(*seq),
        _ => None,
    });
    records.retain(|r| readable.is_none_or(|seq| r.seq < seq));
    if let Err(broken) = journal::verify(case, &records) {
        problems.push(broken.into());
    }
    problems
}

fn at_the_end(case: &str, held: &Held) -> Option<Problem> {
    if held.head == held.last {
        return None;
    }
    let last = held.last.as_ref().map_or(0, |l| l.seq);
    let written = held.head.as_ref().map_or(0, |h| h.seq);
    let case = case.to_owned();
    Some(if written > last {
        Problem::Cut {
            case,
            last,
            written,
        }
    } else {
        Problem::OtherHead { case, last }
    })
}

fn unreadable(case: &str, seq: u64, why: String) -> Problem {
    Problem::Unreadable {
        case: case.into(),
        seq,
        why,
    }
}
