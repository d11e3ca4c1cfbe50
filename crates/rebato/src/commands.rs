//! One module a command. Must not hold judgement: they call the engine and show what it says.

pub mod case;
pub mod contain;
pub mod escalate;
pub mod evaluate;
mod export;
pub mod harden;
pub mod identify;
pub mod intel;
pub mod investigate;
pub mod lab;
pub mod lists;
pub mod logs;
mod mend;
pub mod monitor;
pub mod report;
pub mod respond;
pub mod setup;
mod watch;

use rebato_core::Digest;
use rebato_core::case::Case;
use rebato_core::contain::Purpose;
use rebato_engine::policy::Policy;
use rebato_engine::ports::{Clock, Cloud, Store, SystemClock};
use rebato_engine::{EngineError, Responder, Writer};
use rebato_intel::knowledge::Knowledge;
use rebato_intel::{LocalIntelligence, Sources};
use rebato_store::Access;

use crate::asking::{Wish, asker};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::watcher::Talk;

/// What a command ends with.
pub type Done = Result<Exit, Failure>;

/// Why a command that only AWS can answer does not run.
pub(crate) fn needs_aws() -> Failure {
    Failure::wrong("wrong-offline", [])
}

/// The parts that a responder borrows, kept alive by the command.
pub(crate) struct Parts<'a> {
    pub(crate) intelligence: Sources,
    pub(crate) talk: Talk,
    pub(crate) actor: String,
    pub(crate) own_instance: Option<String>,
    pub(crate) policy: Policy,
    pub(crate) clock: &'a dyn Clock,
}

impl<'a> Parts<'a> {
    pub(crate) fn new(
        context: &Context,
        clock: &'a dyn Clock,
        actor: Option<String>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            intelligence: Sources::local(LocalIntelligence::with(Knowledge::of(context.intel()?))),
            talk: Talk::new(context),
            actor: actor.unwrap_or_else(Context::actor),
            own_instance: context.loaded.config.own_instance.clone(),
            policy: context.policy()?,
            clock,
        })
    }

    /// With those outside who may be asked about addresses.
    pub(crate) async fn asking(mut self, context: &Context, wish: Wish) -> Result<Self, Failure> {
        let marking = wish.marking.unwrap_or(context.loaded.config.intel.tlp);
        self.intelligence = self
            .intelligence
            .marked(marking)
            .asking(asker(context, wish).await?);
        Ok(self)
    }

    /// Takes up a case: one replay serves the command and the writer.
    pub(crate) async fn resume<'b>(
        &'b self,
        store: &'b dyn Store,
        case: &str,
    ) -> Result<Writer<'b>, EngineError> {
        Writer::resume(store, self.clock, &self.actor, case).await
    }

    pub(crate) fn responder<'b>(
        &'b self,
        cloud: Option<&'b dyn Cloud>,
        store: &'b dyn Store,
    ) -> Responder<'b> {
        Responder {
            cloud,
            intelligence: &self.intelligence,
            store,
            clock: self.clock,
            watcher: &self.talk,
            actor: &self.actor,
            policy: &self.policy,
            own_instance: self.own_instance.as_deref(),
        }
    }
}

/// Takes up a case and works on it with AWS.
///
/// # Errors
/// No such case, AWS not to be asked, and what the work says.
pub(crate) async fn on_case(
    context: &Context,
    id: &str,
    work: impl AsyncFnOnce(&Responder<'_>, &Writer<'_>) -> Done,
) -> Done {
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, id).await?;
    let region = writer.case().await.finding.region.clone();
    let cloud = context
        .cloud(region.as_deref())
        .await?
        .ok_or_else(needs_aws)?;
    work(&parts.responder(Some(&cloud), &store), &writer).await
}

/// The command that shows a plan for this, or carries it out with its digest.
pub(crate) fn verb(case: &str, purpose: &Purpose) -> String {
    match purpose {
        Purpose::Contain => format!("contain {case}"),
        Purpose::Release => format!("release {case}"),
        Purpose::Fix { check } | Purpose::Revert { check } => {
            format!("harden {case} --fix {check}")
        }
        Purpose::Mend { how } => format!("investigate {case} --mend {}", how.name()),
        Purpose::Escalate { to } => format!("escalate {case} --to {}", to.name()),
        Purpose::Watch => format!("monitor {case} --watch"),
        Purpose::Unwatch => format!("monitor {case} --unwatch"),
    }
}

/// The plan that was typed: it is carried out by the command it was made for.
///
/// # Errors
/// For what names no plan of the case, or one for something else.
pub(crate) fn plan_of(case: &Case, typed: &str, purpose: &Purpose) -> Result<Digest, Failure> {
    is_for(case, digest_of(case, typed)?, purpose)
}

/// The same of a plan whose digest is known.
pub(crate) fn is_for(case: &Case, digest: Digest, purpose: &Purpose) -> Result<Digest, Failure> {
    let record = case.plan(digest).ok_or_else(|| EngineError::NoPlan {
        case: case.id.clone(),
        digest: digest.to_string(),
    })?;
    if record.plan.purpose == *purpose {
        return Ok(digest);
    }
    Err(Failure::wrong(
        "wrong-plan-command",
        [
            ("plan", digest.to_string()),
            ("command", verb(&case.id, purpose)),
            ("case", case.id.clone()),
        ],
    ))
}

/// The digest of a plan as typed: whole, or its beginning if it fits one plan of the case alone.
pub(crate) fn digest_of(case: &Case, typed: &str) -> Result<Digest, Failure> {
    if let Ok(digest) = Digest::parse(typed) {
        return Ok(digest);
    }
    let start = typed
        .strip_prefix("sha256:")
        .unwrap_or(typed)
        .to_ascii_lowercase();
    let mut fits = case
        .plans
        .iter()
        .filter(|p| start.len() >= 6 && p.digest.hex().starts_with(&start))
        .map(|p| p.digest);
    match (fits.next(), fits.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(Failure::wrong(
            "wrong-plan-several",
            [("plan", typed.to_owned()), ("case", case.id.clone())],
        )),
        (None, _) => Err(Failure::wrong(
            "wrong-plan",
            [("plan", typed.to_owned()), ("case", case.id.clone())],
        )),
    }
}

/// Whether a word is the id of a case.
pub(crate) fn is_case_id(word: &str) -> bool {
    word.strip_prefix("C-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(year, number)| {
            let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
            digits(year) && digits(number)
        })
}
