//! What an operation is given: the world, who calls, the request, and what the caller may not see yet.

use std::collections::BTreeMap;

use crate::world::{ApiError, Caller, Tags, World};

use super::credentials::Keys;
use super::failure;
use super::params::Params;
use super::request::Request;

/// Everything that one operation may use.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) unseen: &'a mut Unseen,
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
        if self.params().flag("DryRun")? == Some(true) {
            return Err(would_have_succeeded());
        }
        Ok(())
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

/// What was made but is not yet seen by describing calls, and the call from which on it is. EC2 is eventually consistent.
#[derive(Debug, Default)]
pub(crate) struct Unseen {
    delay: u64,
    call: u64,
    things: BTreeMap<String, u64>,
    tags: BTreeMap<(String, String), u64>,
}

impl Unseen {
    /// Begins a call.
    pub(crate) fn begin(&mut self, call: u64, delay: u64) {
        self.call = call;
        self.delay = delay;
        self.things.retain(|_, until| *until >= call);
        self.tags.retain(|_, until| *until >= call);
    }

    /// A resource was made by this call.
    pub(crate) fn made(&mut self, id: &str) {
        if self.delay > 0 {
            self.things.insert(id.to_owned(), self.call + self.delay);
        }
    }

    /// A tag was set by this call.
    pub(crate) fn tagged(&mut self, id: &str, key: &str) {
        if self.delay > 0 {
            self.tags
                .insert((id.to_owned(), key.to_owned()), self.call + self.delay);
        }
    }

    /// Whether a resource is seen.
    pub(crate) fn sees(&self, id: &str) -> bool {
        !self.things.contains_key(id)
    }

    /// The tags of a resource that are seen.
    pub(crate) fn tags(&self, id: &str, tags: &Tags) -> Tags {
        tags.iter()
            .filter(|(key, _)| !self.tags.contains_key(&(id.to_owned(), (*key).clone())))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_things_stay_unseen_for_so_many_calls() {
        let mut unseen = Unseen::default();
        unseen.begin(1, 2);
        unseen.made("sg-1");
        unseen.tagged("i-1", "k");
        let tags = Tags::from([("k".to_owned(), "v".to_owned())]);
        for call in [2, 3] {
            unseen.begin(call, 2);
            assert!(!unseen.sees("sg-1"));
            assert!(unseen.tags("i-1", &tags).is_empty());
        }
        unseen.begin(4, 2);
        assert!(unseen.sees("sg-1"));
        assert_eq!(unseen.tags("i-1", &tags), tags);
    }
}
