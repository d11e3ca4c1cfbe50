//! `rebato monitor`: what has happened since, and whether the case may close; of one case or of all that are watched, once or
//! on a schedule.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _, stream};
use rebato_aws::AwsCloud;
use rebato_core::case::{Case, Containment, State};
use rebato_core::monitor::{
    Review, STATED, WatchStatus, deadlines, due, watch_objects, watched_until,
};
use rebato_engine::ports::{Clock, Cloud, SystemClock};
use rebato_engine::reading::GivenLog;
use rebato_engine::{Inside, Responder};
use rebato_report::clean;
use rebato_store::{Access, SqliteStore};
use serde_json::{Value, json};

use super::{Done, Parts, watch};
use crate::args::{MonitorArgs, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local;
use crate::show::{changed_lines, deadline_lines, due_lines, review_lines};
use crate::terminal::{BOLD, styled};
use crate::watcher::Talk;

/// How many cases are looked at at a time.
const SIDE_BY_SIDE: usize = 8;

/// Runs it.
///
/// # Errors
/// When there is no such case, or the journal cannot be written.
pub async fn run(context: &Context, args: &MonitorArgs) -> Done {
    if let Some(id) = &args.case {
        if args.watch || args.unwatch {
            return watch::run(context, args, id).await;
        }
        watch::state(context, args, id).await?;
    }
    local::tell_unread(&args.local, &context.terminal);
    let logs = local::logs(&args.local, context.common.offline)?;
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let round = Round {
        context,
        parts: &parts,
        store: &store,
        logs: &logs,
        guest: args.guest,
    };
    loop {
        let exit = match &args.case {
            Some(case) => round.of_one(case, args.close).await?,
            None => round.of_all().await?,
        };
        let Some(minutes) = args.every else {
            return Ok(exit);
        };
        let distance = Duration::from_secs(u64::from(minutes) * 60);
        if context.interrupt.stopped() {
            return Ok(exit);
        }
        if let Ok(next) = clock.now().checked_add(distance) {
            let at = context.words().moment(next);
            context.terminal.say("monitor-next", &[("at", &at)]);
        }
        clock.pass(distance).await;
    }
}

/// What a round of looks has in common.
struct Round<'a> {
    context: &'a Context,
    parts: &'a Parts<'a>,
    store: &'a SqliteStore,
    logs: &'a [GivenLog],
    /// Whether the operating system may be asked.
    guest: bool,
}

/// A look at a case.
struct Looked {
    /// As it stands after the look.
    case: Arc<Case>,
    review: Review,
    /// The look before, where there was one.
    before: Option<Review>,
    /// The watch that opened the case again.
    reopened: Option<String>,
}

impl Round<'_> {
    async fn look(
        &self,
        id: &str,
        cloud: Option<&dyn Cloud>,
        several: bool,
        close: bool,
    ) -> Result<(Looked, Vec<String>), Failure> {
        let writer = self.parts.resume(self.store, id).await?;
        let known = writer.case().await;
        let talk = if several {
            Talk::of_case(self.context, id)
        } else {
            Talk::new(self.context)
        };
        let responder = Responder {
            watcher: &talk,
            ..self.parts.responder(cloud, self.store)
        };
        let closing = &self.context.loaded.config.monitor.closing;
        responder.agree(&writer, closing).await?;
        let inside = if self.guest {
            Inside::Ask
        } else {
            Inside::Unasked
        };
        let review = responder.monitor(&writer, self.logs, inside).await?;
        // A case does not close on half of what was to be looked at.
        let missing = if close && !self.context.interrupt.stopped() {
            responder.close(&writer, responder.actor).await?
        } else {
            Vec::new()
        };
        let case = writer.case().await;
        let reopened = (known.state == State::Closed && case.state != State::Closed)
            .then(|| review.alarm().map(|w| w.watch.clone()).unwrap_or_default());
        let looked = Looked {
            case,
            review,
            before: known.reviews.last().cloned(),
            reopened,
        };
        Ok((looked, missing))
    }

    async fn of_one(&self, id: &str, close: bool) -> Done {
        let context = self.context;
        let region = rebato_engine::load(self.store, id).await?.finding.region;
        let cloud = context.cloud(region.as_deref()).await?;
        let cloud = cloud.as_ref().map(|c| c as &dyn Cloud);
        let (looked, missing) = self.look(id, cloud, false, close).await?;
        let (case, review) = (&looked.case, &looked.review);
        let words = context.words();
        match context.terminal.output {
            Output::Json | Output::Jsonl => context.terminal.document(&looked.document())?,
            Output::Text => {
                if case.containment == Containment::Verified {
                    let instance = clean(case.instance_id().unwrap_or_default());
                    context
                        .terminal
                        .data(&words.with("verified", [("instance", instance)]))?;
                }
                let mut lines = review_lines(review, &words);
                if let Some(before) = &looked.before {
                    lines.extend(changed_lines(before, review, &words));
                }
                lines.extend(due_lines(case, review.at, &words));
                lines.extend(deadline_lines(case, review.at, &words));
                for line in lines {
                    context.terminal.data(&line)?;
                }
                if !self.guest && review.not_asked() {
                    context
                        .terminal
                        .say("hint-monitor-guest", &[("case", &case.id)]);
                }
                self.tell_reopened(&looked);
                let only_persons = |code: &String| STATED.contains(&code.as_str());
                if close || review.missing.iter().all(only_persons) {
                    watch::hint(context, case, review);
                }
                if !review.leaks.is_empty() {
                    let command = format!("rebato contain {} --contain-profile escalate", case.id);
                    context
                        .terminal
                        .say("next-command", &[("command", &styled(BOLD, &command))]);
                }
            }
        }
        if context.interrupt.stopped() {
            context.terminal.say("interrupted", &[]);
            return Ok(Exit::Interrupted);
        }
        if close && missing.is_empty() {
            context.terminal.say("case-closed", &[("case", &case.id)]);
        }
        Ok(if missing.is_empty() {
            Exit::Done
        } else {
            Exit::Partly
        })
    }

    fn tell_reopened(&self, looked: &Looked) {
        if let Some(watch) = &looked.reopened {
            let words = self.context.words();
            let watch = words.coded("watch", watch);
            self.context
                .terminal
                .bad(&words.with("monitor-reopened", [("watch", watch)]));
        }
    }

    /// Every case that is watched. What goes wrong with one is told and does not keep the others.
    async fn of_all(&self) -> Done {
        let context = self.context;
        let terminal = &context.terminal;
        let now = self.parts.clock.now();
        let mut worst = Exit::Done;
        let mut watched = Vec::new();
        let mut clouds: BTreeMap<Option<String>, Option<AwsCloud>> = BTreeMap::new();
        for (id, case) in rebato_engine::cases(self.store).await? {
            let case = match case {
                Ok(case) => case,
                Err(error) => {
                    terminal.error(&format!("{id}: {error}"), None);
                    worst = worst.worse(Exit::Failed);
                    continue;
                }
            };
            // What still stands for a case is told of as long as it stands.
            let guarded = watch_objects(&case).iter().any(|guard| !guard.of_fix);
            if !guarded && watched_until(&case).is_some_and(|until| until <= now) {
                continue;
            }
            let region = case.finding.region;
            if !clouds.contains_key(&region) {
                let cloud = context.cloud(region.as_deref()).await?;
                clouds.insert(region.clone(), cloud);
            }
            watched.push((id, region));
        }
        let looks = watched.iter().map(|(id, region)| {
            let cloud = clouds.get(region).and_then(Option::as_ref);
            let look = self.look(id, cloud.map(|c| c as &dyn Cloud), true, false);
            look.map(move |looked| (id, looked)).boxed()
        });
        let looks: Vec<_> = looks.collect();
        let mut looks = stream::iter(looks).buffered(SIDE_BY_SIDE);
        let mut all = Vec::new();
        while let Some((id, looked)) = looks.next().await {
            match looked {
                Ok((looked, _)) => {
                    if terminal.output == Output::Text {
                        self.show_short(&looked)?;
                    }
                    all.push(looked);
                }
                Err(failure @ Failure::Closed) => return Err(failure),
                Err(failure) => {
                    terminal.error(&format!("{id}: {failure}"), None);
                    worst = worst.worse(failure.exit());
                }
            }
        }
        if terminal.output != Output::Text {
            let reviews: Vec<Value> = all.iter().map(Looked::document).collect();
            terminal.document(&json!({ "schema": "rebato.reviews/1", "reviews": reviews }))?;
        } else if watched.is_empty() {
            terminal.say("monitor-nothing", &[]);
        } else {
            let having = |status: WatchStatus| {
                let has =
                    |looked: &&Looked| looked.review.watches.iter().any(|w| w.status == status);
                all.iter().filter(has).count()
            };
            let ready = |looked: &&Looked| {
                looked.review.missing.is_empty() && looked.case.state != State::Closed
            };
            terminal.say(
                "monitor-all-done",
                &[
                    ("cases", &all.len()),
                    ("tripped", &having(WatchStatus::Tripped)),
                    ("unknown", &having(WatchStatus::Unknown)),
                    ("ready", &all.iter().filter(ready).count()),
                ],
            );
        }
        if context.interrupt.stopped() {
            terminal.say("interrupted", &[]);
            return Ok(Exit::Interrupted);
        }
        Ok(worst)
    }

    /// A case among others: what is not quiet, what has changed and what is due.
    fn show_short(&self, looked: &Looked) -> Result<(), Failure> {
        let (case, review) = (&looked.case, &looked.review);
        let words = self.context.words();
        let loud = Review {
            watches: review
                .watches
                .iter()
                .filter(|watch| watch.status != WatchStatus::Quiet)
                .cloned()
                .collect(),
            ..review.clone()
        };
        let instance = clean(case.instance_id().unwrap_or("–"));
        let mut lines = vec![format!(
            "{}  {instance}  {}",
            styled(BOLD, &case.id),
            words.state(case)
        )];
        lines.extend(review_lines(&loud, &words));
        if let Some(before) = &looked.before {
            lines.extend(changed_lines(before, review, &words));
        }
        lines.extend(due_lines(case, review.at, &words));
        for line in lines {
            self.context.terminal.data(&line)?;
        }
        self.tell_reopened(looked);
        Ok(())
    }
}

impl Looked {
    fn document(&self) -> Value {
        let (case, review) = (&self.case, &self.review);
        let changed: Vec<Value> = self
            .before
            .iter()
            .flat_map(|before| review.changed(before))
            .map(|(watch, before)| json!({ "watch": watch.watch, "before": before, "now": watch.status }))
            .collect();
        let dates: Vec<Value> = due(case, review.at)
            .into_iter()
            .map(|(what, at)| json!({ "what": what, "at": at }))
            .collect();
        json!({
            "schema": "rebato.review/1", "case": case.id, "state": case.state, "containment": case.containment,
            "at": review.at, "watches": review.watches, "accepted_flows": review.accepted_flows,
            "leaks": review.leaks, "missing": review.missing, "changed": changed, "due": dates,
            "deadlines": deadlines(case), "reopened": self.reopened.is_some(),
        })
    }
}
