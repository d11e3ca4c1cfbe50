//! `rebato contain` of several cases: side by side, those of one instance one after the other. All instances at once: the
//! calls to AWS are paced by their own limits, and the last one is to be cut off soon, not after the first has stopped. Must
//! not ask anything: a terminal has room for one question.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt as _;
use futures::future::join_all;
use rebato_aws::AwsCloud;
use rebato_core::Digest;
use rebato_core::case::{Case, State};
use rebato_core::contain::{ApprovalError, How, Profile, Purpose};
use rebato_engine::ports::{Cloud, SystemClock};
use rebato_engine::{EngineError, Responder, cases, load};
use rebato_report::documents;
use rebato_store::{Access, SqliteStore};
use serde_json::{Value, json};

use super::{came_out, is_begun, looked_at, without_plan};
use crate::args::{ContainArgs, Output};
use crate::commands::{Done, Parts, digest_of, is_for, needs_aws};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::watcher::Talk;

/// What all cases of a run share.
struct Run<'a> {
    context: &'a Context,
    parts: &'a Parts<'a>,
    store: &'a SqliteStore,
    profile: &'a Profile,
    /// The plan of each case, where plans are named.
    plans: BTreeMap<&'a str, Digest>,
    /// One account a Region: its limits hold for all cases there.
    clouds: BTreeMap<Option<String>, Option<AwsCloud>>,
}

/// See the module.
///
/// # Errors
/// Wrong usage. What goes wrong with one case is told and does not keep the others.
pub(super) async fn contain(context: &Context, args: &ContainArgs, profile: &Profile) -> Done {
    if args.approve || args.wait.is_some() || args.explain || !args.overrides.is_empty() {
        return Err(Failure::wrong("wrong-several", []));
    }
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let known: BTreeMap<String, Case> = cases(&store)
        .await?
        .into_iter()
        .filter_map(|(id, case)| Some((id, case.ok()?)))
        .collect();
    let named = in_order(&args.cases);
    let mut run = Run {
        context,
        parts: &parts,
        store: &store,
        profile,
        plans: plans(&args.plan, &named, &known)?,
        clouds: BTreeMap::new(),
    };
    for id in &named {
        let region = known.get(*id).and_then(|case| case.finding.region.clone());
        if let Entry::Vacant(place) = run.clouds.entry(region) {
            let cloud = context.cloud(place.key().as_deref()).await?;
            place.insert(cloud);
        }
    }
    if !run.plans.is_empty() && run.clouds.values().any(Option::is_none) {
        return Err(needs_aws());
    }
    let run = &run;
    let queues = queues(&named, &known).into_iter();
    let ended =
        join_all(queues.map(|(queue, alone)| run.one_after_the_other(queue, alone).boxed()));
    let ended: BTreeMap<&str, Exit> = ended.await.into_iter().flatten().collect();
    tell(context, &store, &named, &ended).await?;
    Ok(ended
        .values()
        .fold(Exit::Done, |worst, exit| worst.worse(*exit)))
}

/// Each name once, in the order given.
fn in_order(names: &[String]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let names = names.iter().map(String::as_str);
    names.filter(|name| seen.insert(*name)).collect()
}

/// Which plan belongs to which case. Where plans are named, each case needs its own.
fn plans<'a>(
    typed: &[String],
    named: &[&'a str],
    known: &BTreeMap<String, Case>,
) -> Result<BTreeMap<&'a str, Digest>, Failure> {
    let mut plans = BTreeMap::new();
    for word in typed {
        let mut fits = named.iter().filter_map(|id| {
            let case = known.get(*id)?;
            let digest = digest_of(case, word).ok()?;
            case.plan(digest).map(|_| (*id, digest))
        });
        match (fits.next(), fits.next()) {
            (Some((id, digest)), None) if plans.insert(id, digest).is_none() => {}
            (Some((id, _)), None) => {
                return Err(Failure::wrong("wrong-two-plans", [("case", id.to_owned())]));
            }
            (Some(_), Some(_)) => {
                return Err(Failure::wrong("wrong-plan-cases", [("plan", word.clone())]));
            }
            (None, _) => {
                return Err(Failure::wrong(
                    "wrong-plan-of-none",
                    [("plan", word.clone())],
                ));
            }
        }
    }
    match named.iter().find(|id| !plans.contains_key(*id)) {
        Some(id) if !typed.is_empty() => Err(Failure::wrong(
            "wrong-plan-missing",
            [("case", (*id).to_owned())],
        )),
        _ => Ok(plans),
    }
}

/// The cases of each instance, in the order given, and whether nothing else can be changing it.
fn queues<'a>(named: &[&'a str], known: &BTreeMap<String, Case>) -> Vec<(Vec<&'a str>, bool)> {
    let at_work: BTreeMap<&str, &str> = known
        .iter()
        .filter(|(_, case)| matches!(case.state, State::Containing | State::Releasing))
        .filter_map(|(id, case)| Some((case.instance_id()?, id.as_str())))
        .collect();
    let mut queues: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
    for id in named {
        let instance = known.get(*id).and_then(Case::instance_id);
        let same = queues
            .iter_mut()
            .find(|(other, _)| instance.is_some() && *other == instance);
        match same {
            Some((_, queue)) => queue.push(id),
            None => queues.push((instance, vec![id])),
        }
    }
    queues
        .into_iter()
        .map(|(instance, queue)| {
            let other = instance.and_then(|instance| at_work.get(instance));
            let alone = queue.len() == 1 && other.is_none_or(|id| queue.contains(id));
            (queue, alone)
        })
        .collect()
}

impl Run<'_> {
    async fn one_after_the_other<'b>(
        &self,
        queue: Vec<&'b str>,
        alone: bool,
    ) -> Vec<(&'b str, Exit)> {
        let mut ended = Vec::new();
        for id in queue {
            ended.push((id, self.one(id, alone).await));
        }
        ended
    }

    /// Works on one case and tells how it came out.
    async fn one(&self, id: &str, alone: bool) -> Exit {
        let terminal = &self.context.terminal;
        match self.work(id, alone).await {
            Ok((exit, line)) => {
                let line = format!("{id}: {line}");
                match exit {
                    Exit::Done => terminal.good(&line),
                    Exit::Waits => terminal.talk(&format!("   {line}")),
                    _ => terminal.bad(&line),
                }
                exit
            }
            Err(failure) => {
                terminal.error(&format!("{id}: {failure}"), None);
                failure.exit()
            }
        }
    }

    async fn work(&self, id: &str, alone: bool) -> Result<(Exit, String), Failure> {
        let words = self.context.words();
        let writer = self.parts.resume(self.store, id).await?;
        let known = writer.case().await;
        let cloud = self.clouds.get(&known.finding.region);
        let cloud = cloud.and_then(Option::as_ref).map(|c| c as &dyn Cloud);
        let talk = Talk::of_case(self.context, id);
        let responder = Responder {
            watcher: &talk,
            ..self.parts.responder(cloud, self.store)
        };
        let digest = match self.plans.get(id) {
            Some(digest) => is_for(&known, *digest, &Purpose::Contain)?,
            // It was approved when it was begun; what was begun goes forward.
            None if is_begun(&known) => known
                .plan_for(&Purpose::Contain)
                .map(|record| record.digest)
                .ok_or_else(needs_aws)?,
            None => {
                if let Some((case, digest)) = looked_at(&responder, &writer).await? {
                    return self.came_out(&case, digest);
                }
                if cloud.is_some() {
                    responder.refresh(&writer).await?;
                }
                let Some(record) = responder.plan(&writer, self.profile).await? else {
                    return Err(without_plan(self.context, &*writer.case().await));
                };
                if record.plan.steps().next().is_none() {
                    let refused = !record.plan.refusals().is_empty();
                    let exit = if refused { Exit::Refused } else { Exit::Done };
                    return Ok((exit, words.key("nothing-to-do")));
                }
                let codes = record.plan.never();
                if !codes.is_empty() {
                    return Err(EngineError::Approval(ApprovalError::Refused { codes }).into());
                }
                let person = Context::person(&self.parts.actor, None);
                let granted = responder
                    .approve_by_policy(&writer, record.digest, &person)
                    .await?;
                // A run that ended between its approval and the first step leaves the policy's word behind.
                let by_policy = record
                    .approval()
                    .is_some_and(|approval| approval.how == Some(How::Policy));
                if granted.is_none() && !by_policy {
                    let verb = match record.approval() {
                        Some(_) => "contain",
                        None => "approve",
                    };
                    let command = format!("rebato {verb} {id} --plan {}", record.digest);
                    let line = words.with("next-command", [("command", command)]);
                    return Ok((Exit::Waits, line));
                }
                record.digest
            }
        };
        let case = if alone {
            responder.carry_out_alone(&writer, digest).await?
        } else {
            responder.carry_out(&writer, digest).await?
        };
        self.came_out(&case, digest)
    }

    fn came_out(&self, case: &Case, digest: Digest) -> Result<(Exit, String), Failure> {
        let record = case.plan(digest).ok_or_else(|| EngineError::NoPlan {
            case: case.id.clone(),
            digest: digest.to_string(),
        })?;
        Ok(came_out(self.context, case, record))
    }
}

/// All cases as they stand now, and how many came out well.
async fn tell(
    context: &Context,
    store: &SqliteStore,
    named: &[&str],
    ended: &BTreeMap<&str, Exit>,
) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let well = ended.values().filter(|exit| **exit == Exit::Done).count();
    terminal.say("several-done", &[("done", &well), ("all", &named.len())]);
    if terminal.output == Output::Text {
        return Ok(());
    }
    let mut stand = Vec::new();
    for id in named {
        stand.extend(load(store, id).await.ok());
    }
    let mut document = documents::cases(&stand);
    let lines = document.get_mut("cases").and_then(Value::as_array_mut);
    for (line, case) in lines.into_iter().flatten().zip(&stand) {
        if let (Some(fields), Some(exit)) = (line.as_object_mut(), ended.get(case.id.as_str())) {
            fields.insert("exit".into(), json!(*exit as u8));
        }
    }
    terminal.document(&document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_twice_counts_once_and_the_order_stays() {
        let names = ["C-2", "C-1", "C-2"].map(str::to_owned);
        assert_eq!(in_order(&names), ["C-2", "C-1"]);
    }

    #[test]
    fn cases_that_nobody_knows_have_queues_of_their_own() {
        let known = BTreeMap::new();
        let queues = queues(&["C-1", "C-2"], &known);
        assert_eq!(queues, [(vec!["C-1"], true), (vec!["C-2"], true)]);
    }
}
