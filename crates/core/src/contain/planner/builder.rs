//! Steps become waves: each goes into the first wave after those it follows. Must not know what a step does.

use std::collections::BTreeMap;

use crate::contain::{Action, Step};

/// Collects steps and puts each into the first wave after those it follows.
#[derive(Default)]
pub(crate) struct Builder {
    steps: Vec<(usize, Step)>,
}

impl Builder {
    /// Adds a step. `needs` must be done or the step is left out; `after` only orders.
    pub(crate) fn add(
        &mut self,
        action: impl Into<Action>,
        needs: &[&str],
        after: &[&str],
    ) -> String {
        let wave = self
            .waves_of(needs)
            .chain(self.waves_of(after))
            .map(|wave| wave + 1)
            .max()
            .unwrap_or(0);
        self.put(wave, action.into(), needs)
    }

    /// Adds a step to the wave of others, the last of theirs: it neither delays them nor comes before them.
    pub(super) fn beside(&mut self, action: impl Into<Action>, others: &[String]) -> String {
        let wave = self.waves_of(&refs(others)).max().unwrap_or(0);
        self.put(wave, action.into(), &[])
    }

    fn put(&mut self, wave: usize, action: Action, needs: &[&str]) -> String {
        let id = format!("s{}", self.steps.len() + 1);
        let step = Step {
            id: id.clone(),
            action,
            needs: needs.iter().map(|n| (*n).to_owned()).collect(),
        };
        self.steps.push((wave, step));
        id
    }

    fn waves_of(&self, ids: &[&str]) -> impl Iterator<Item = usize> {
        self.steps
            .iter()
            .filter(|(_, s)| ids.contains(&s.id.as_str()))
            .map(|(wave, _)| *wave)
    }

    /// Ids of all steps so far.
    pub(super) fn ids(&self) -> Vec<String> {
        self.steps.iter().map(|(_, s)| s.id.clone()).collect()
    }

    /// The waves, without empty ones.
    pub(crate) fn waves(self) -> Vec<Vec<Step>> {
        let mut waves: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
        for (wave, step) in self.steps {
            waves.entry(wave).or_default().push(step);
        }
        waves.into_values().collect()
    }
}

/// Ids as [`Builder::add`] takes them.
pub(super) fn refs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}
