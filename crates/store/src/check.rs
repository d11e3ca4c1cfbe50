//! What is wrong with a case's journal and evidence. Must not know how either is read.

use rebato_core::Digest;
use rebato_core::journal::{self, Break, Signed};

use crate::journal::Held;
use crate::key::PublicKeys;

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
    /// A signature is not that of the key it names.
    #[error("the signature of event {seq} of case {case} is not that of the key {key}")]
    BadSignature {
        /// The case.
        case: String,
        /// Its number.
        seq: u64,
        /// The key's fingerprint.
        key: Digest,
    },
    /// A signature names a key that is not known.
    #[error(
        "event {seq} of case {case} is signed with the key {key}, which is not one of those that count here"
    )]
    OtherKey {
        /// The case.
        case: String,
        /// Its number.
        seq: u64,
        /// The key's fingerprint.
        key: Digest,
    },
    /// There is no signature after events that have one.
    #[error("event {seq} of case {case} has no signature, though events before it have one")]
    NotSigned {
        /// The case.
        case: String,
        /// Its number.
        seq: u64,
    },
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
pub(crate) fn whole(case: &str, held: Held) -> Result<Vec<Signed>, Problem> {
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
    let mut signed: Vec<Signed> = Vec::new();
    for row in held.records {
        match row {
            Ok(record) => signed.push(record),
            Err((seq, why)) => problems.push(unreadable(case, seq, why)),
        }
    }
    let keys = known(&held.keys);
    // Only the chain up to the first unreadable event can be checked: what follows has no event before it.
    let readable = problems.iter().find_map(|p| match p {
        Problem::Unreadable { seq, .. } => Some(*seq),
        _ => None,
    });
    signed.retain(|r| readable.is_none_or(|seq| r.record.seq < seq));
    let chain = journal::breaks(case, signed.iter().map(|s| &s.record)).next();
    match chain {
        // The signature of a record that was changed says nothing more.
        Some(broken) => problems.push(broken.into()),
        None => problems.extend(signatures(case, &signed, &keys)),
    }
    problems
}

/// The keys that the journal knows. What is no key any more knows no signature: each record that names it says so.
fn known(texts: &[String]) -> PublicKeys {
    PublicKeys::read(&texts.concat()).unwrap_or_default()
}

/// What is wrong with the signatures of a case's records. Records before the first signature are of an earlier version.
pub(crate) fn signatures<'a>(
    case: &'a str,
    records: &'a [Signed],
    keys: &'a PublicKeys,
) -> impl Iterator<Item = Problem> + 'a {
    records
        .iter()
        .skip_while(|signed| signed.signature.is_none())
        .filter_map(move |Signed { record, signature }| {
            let (case, seq) = (case.to_owned(), record.seq);
            let Some(signature) = signature else {
                return Some(Problem::NotSigned { case, seq });
            };
            let key = signature.key;
            match keys.signed(record, signature) {
                Some(true) => None,
                Some(false) => Some(Problem::BadSignature { case, seq, key }),
                None => Some(Problem::OtherKey { case, seq, key }),
            }
        })
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
