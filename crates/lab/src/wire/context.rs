//! What an operation is given: the world, who calls, the request, and what the caller may not see yet.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::world::{ApiError, Caller, Tags, World};

use super::credentials::Keys;
use super::failure;
use super::faults::Faults;
use super::params::Params;
use super::request::Request;
use super::service::Service;

/// Everything that one operation may use.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) unseen: &'a mut Unseen,
    pub(crate) faults: &'a Faults,
    pub(crate) keys: &'a mut Keys,
    pub(crate) caller: &'a Caller,
    pub(crate) request: &'a Request,
    pub(crate) request_id: &'a str,
}

impl Context<'_> {
    /// The parameters of the query protocols.
    pub(crate) fn params(&self) -> &Params {
        &self.request.params
    }

    /// Ends a writing EC2 operation that was only to be tried. Called after its parameters were read and the
    /// resources that they name were found, before any effect.
    pub(crate) fn dry_run(&self) -> Result<(), ApiError> {
        self.params().flag("DryRun")?;
        if self.request.is_dry_run(Service::Ec2) {
            return Err(would_have_succeeded());
        }
        Ok(())
    }

    /// Refuses to try an EC2 operation that its model gives no `DryRun`, rather than doing it.
    pub(crate) fn no_dry_run(&self) -> Result<(), ApiError> {
        if self.params().text("DryRun").is_none() {
            return Ok(());
        }
        Err(failure::error(
            "UnknownParameter",
            "The parameter DryRun is not recognized",
            400,
        ))
    }
}

/// EC2's answer to a `DryRun` that found nothing wrong.
pub(crate) fn would_have_succeeded() -> ApiError {
    failure::error(
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
        412,
    )
}

/// What was made but is not yet seen by calls that look at it. EC2 is eventually consistent; counted in looks at the
/// thing itself, so that what else goes on at the time does not matter.
#[derive(Debug, Default)]
pub(crate) struct Unseen {
    looks: u64,
    call: u64,
    things: BTreeMap<String, Hidden>,
    tags: BTreeMap<(String, String), Hidden>,
}

/// For how many more calls something stays hidden. A call may look at it several times.
#[derive(Debug)]
struct Hidden {
    left: Cell<u64>,
    last: Cell<u64>,
}

impl Hidden {
    fn new(unseen: &Unseen) -> Self {
        Self {
            left: Cell::new(unseen.looks),
            last: Cell::new(unseen.call),
        }
    }

    /// Whether this call does not see it.
    fn from(&self, call: u64) -> bool {
        if self.last.replace(call) == call {
            return true;
        }
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 0 {
            // Seen once, it is seen for the rest of this call too.
            self.last.set(u64::MAX);
        }
        left > 0
    }
}

impl Unseen {
    /// Begins a call. What it makes stays unseen for so many looks.
    pub(crate) fn begin(&mut self, call: u64, looks: u64) {
        self.call = call;
        self.looks = looks;
    }

    /// A resource was made by this call.
    pub(crate) fn made(&mut self, id: &str) {
        if self.looks > 0 {
            self.things.insert(id.to_owned(), Hidden::new(self));
        }
    }

    /// A tag was set by this call.
    pub(crate) fn tagged(&mut self, id: &str, key: &str) {
        if self.looks > 0 {
            self.tags
                .insert((id.to_owned(), key.to_owned()), Hidden::new(self));
        }
    }

    /// Whether a resource is seen.
    pub(crate) fn sees(&self, id: &str) -> bool {
        !self
            .things
            .get(id)
            .is_some_and(|hidden| hidden.from(self.call))
    }

    /// The tags of a resource that are seen.
    pub(crate) fn tags(&self, id: &str, tags: &Tags) -> Tags {
        tags.iter()
            .filter(|(key, _)| {
                !self
                    .tags
                    .get(&(id.to_owned(), (*key).clone()))
                    .is_some_and(|hidden| hidden.from(self.call))
            })
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_things_stay_unseen_for_so_many_looks() {
        let mut unseen = Unseen::default();
        unseen.begin(1, 2);
        unseen.made("sg-1");
        unseen.tagged("i-1", "k");
        let tags = Tags::from([("k".to_owned(), "v".to_owned())]);
        for call in [5, 9] {
            unseen.begin(call, 2);
            // A call that looks twice counts once, and one that looks elsewhere not at all.
            for _ in 0..2 {
                assert!(!unseen.sees("sg-1"));
                assert!(unseen.tags("i-1", &tags).is_empty());
            }
        }
        unseen.begin(10, 2);
        for _ in 0..2 {
            assert!(unseen.sees("sg-1"));
            assert_eq!(unseen.tags("i-1", &tags), tags);
        }
    }
}
