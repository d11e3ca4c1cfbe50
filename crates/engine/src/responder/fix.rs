//! Step 5: a plan that fixes a check, watched afterwards, confirmed where the guest waits for it, and taken back when the
//! service gets worse.

use std::time::Duration;

use rebato_core::Digest;
use rebato_core::case::{Event, PlanRecord};
use rebato_core::contain::{Action, Approval, How, Purpose, SetSshd};
use rebato_core::harden::{
    CheckResult, Health, NoFix, Posture, Seen, Status, Wishes, fix_plan, named, needs_posture,
    revert,
};
use rebato_core::identify::Subject;

use super::Responder;
use super::inside::{Inside, why};
use crate::error::EngineError;
use crate::ports::{Cloud, GuestCommand};
use crate::progress::Progress;
use crate::reading::GivenLog;
use crate::writer::Writer;

/// How far apart two looks at the service are.
const LOOK: Duration = Duration::from_secs(10);
/// How long the word for a fix holds for taking it back.
const WITH_FIX: Duration = Duration::from_secs(3600);
/// The confirmation comes so long before the guest would put the old state back.
const IN_TIME: Duration = Duration::from_secs(120);
/// And a look at what it put back comes so long after.
const AFTER: Duration = Duration::from_secs(60);

/// How a fix came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fixed {
    /// Nothing on the instance would have told that it broke something.
    Unwatched,
    /// Nothing got worse in so many looks.
    Well {
        /// How many.
        looks: u32,
    },
    /// Something got worse.
    Worse {
        /// What.
        worse: Vec<String>,
        /// The plan that took the fix back, and whether all of it is done; `None` where it has no undo.
        reverted: Option<(Digest, bool)>,
    },
}

impl Responder<'_> {
    /// The plan that fixes a check on the instance as it is now; [`NoFix`] where there is nothing to approve.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn fix_plan(
        &self,
        writer: &Writer<'_>,
        check: &str,
        given: &[GivenLog],
        inside: Inside,
        wishes: &Wishes,
    ) -> Result<Result<PlanRecord, NoFix>, EngineError> {
        self.refresh(writer).await?;
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(Err(NoFix::Nothing));
        };
        // Only closing a port asks who used it, and reading a month of flow logs takes its time.
        let ports = match check {
            "open-admin-ports" | "open-risky-ports" => {
                let finding = case.whole_finding();
                let told = case.told().collect();
                self.ports_used(&finding, told, subject, given).await?
            }
            _ => None,
        };
        let mut posture = Posture::default();
        if needs_posture(check) {
            posture = self.posture(&case).await?.unwrap_or_default();
            posture = self.with_inside(writer, posture, inside).await?;
        }
        match fix_plan(&case, subject, check, &posture, ports.as_ref(), wishes) {
            Ok(made) => Ok(self.write_plan(writer, made).await?.ok_or(NoFix::Nothing)),
            Err(why) => Ok(Err(why)),
        }
    }

    /// Carries out the approved plan of a fix, then looks for a while whether the service got worse by it, and takes it back if
    /// so: whoever approved the fix approved that. A guest that waits for a confirmation gets it when all is well.
    ///
    /// # Errors
    /// See [`Responder::carry_out`].
    pub async fn apply_fix(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        watched: Duration,
    ) -> Result<Fixed, EngineError> {
        let cloud = self.need_cloud()?;
        let known = writer.case().await;
        let before = match &known.subject {
            Some(subject) => cloud.health(subject).await,
            None => Health::default(),
        };
        let case = self.carry_out(writer, digest).await?;
        let record = case.plan(digest);
        let acted = record.is_some_and(|r| r.progress().any(|(_, state)| state.may_have_acted()));
        // It is asked for what was there before: a target that is gone has got worse.
        let Some(subject) = known.subject.as_ref().filter(|_| acted) else {
            return Ok(Fixed::Unwatched);
        };
        let waits: Vec<SetSshd> = record.map(waits_in).unwrap_or_default();
        let longest = waits.iter().filter_map(patience).min();
        let watched = longest.map_or(watched, |longest| {
            watched.min(longest.saturating_sub(IN_TIME))
        });
        let tells = before.tells() && !watched.is_zero();
        let (looks, mut worse) = if tells {
            self.look_after(cloud, subject, &before, watched).await
        } else {
            (0, Vec::new())
        };
        if worse.is_empty() {
            for set in &waits {
                if let Err(why) = self.confirm(cloud, writer, set).await? {
                    worse.push(format!("not-confirmed {why}"));
                }
            }
        }
        if !tells && worse.is_empty() {
            return Ok(Fixed::Unwatched);
        }
        writer
            .write(Event::FixWatched {
                plan: digest,
                before,
                looks,
                worse: worse.clone(),
            })
            .await?;
        if worse.is_empty() {
            Ok(Fixed::Well { looks })
        } else {
            self.take_back(writer, digest, worse, longest).await
        }
    }

    /// Looks until the time is over or two looks in a row agree that something got worse: how often, and what.
    async fn look_after(
        &self,
        cloud: &dyn Cloud,
        subject: &Subject,
        before: &Health,
        watched: Duration,
    ) -> (u32, Vec<String>) {
        self.watcher.tell(&Progress::Room("health"));
        let (mut looks, mut worse) = (0, Vec::new());
        let until = self.clock.now() + watched;
        // Once may be a hiccup of the one who looks: what the last look was the first to show is looked at once more.
        while self.clock.now() < until || !worse.is_empty() {
            self.clock.pass(LOOK).await;
            looks += 1;
            let now = before.worse(&cloud.health(subject).await);
            let twice = !now.is_empty() && !worse.is_empty();
            worse = now;
            if twice {
                break;
            }
        }
        (looks, worse)
    }

    /// Tells the guest that all is well; or why it could not be told, or did not take it. Written down before and after.
    async fn confirm(
        &self,
        cloud: &dyn Cloud,
        writer: &Writer<'_>,
        set: &SetSshd,
    ) -> Result<Result<(), String>, EngineError> {
        let run = set.confirmation();
        let command = GuestCommand {
            instance: set.instance.clone(),
            document: run.document,
            script: run.parameters.get("commands").cloned().unwrap_or_default(),
            wait: run.wait,
        };
        writer
            .write(Event::GuestAsked {
                instance: set.instance.clone(),
                document: command.document.clone(),
                script: Digest::of(command.script.join("\n").as_bytes()),
            })
            .await?;
        let (id, status, came) = match cloud.in_guest(&command).await {
            Ok(answer) => {
                let code = answer
                    .output
                    .lines()
                    .find_map(|line| line.strip_prefix("@@why "))
                    .unwrap_or("command-failed");
                let came = match answer.status.as_str() {
                    "Success" if answer.output.contains("@@sshd confirmed") => Ok(()),
                    _ => Err(code.chars().take(40).collect()),
                };
                (Some(answer.command), answer.status, came)
            }
            Err(error) => (None, error.code().to_owned(), Err(why(&error))),
        };
        writer
            .write(Event::GuestAnswered {
                instance: set.instance.clone(),
                command: id,
                status,
                kept: Vec::new(),
            })
            .await?;
        Ok(came)
    }

    async fn take_back(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        worse: Vec<String>,
        by_itself: Option<Duration>,
    ) -> Result<Fixed, EngineError> {
        let case = writer.case().await;
        let record = case.plan(digest);
        let approval = record.and_then(PlanRecord::approval).cloned();
        let plan = record
            .zip(case.subject.as_ref())
            .and_then(|(record, subject)| revert(record, subject));
        let made = match plan {
            Some(plan) => self.write_plan(writer, plan).await?,
            None => None,
        };
        let (Some(made), Some(approval)) = (made, approval) else {
            return Ok(Fixed::Worse {
                worse,
                reverted: None,
            });
        };
        let at = self.clock.now();
        writer
            .write(Event::PlanApproved {
                approval: Approval {
                    how: Some(How::WithFix),
                    digest: made.digest,
                    at,
                    until: at + WITH_FIX,
                    // Whoever had to approve the fix has done so.
                    alone: true,
                    ..approval
                },
            })
            .await?;
        let mut reverted = self.is_carried_out(writer, made.digest).await?;
        if let Some(longest) = by_itself.filter(|_| !reverted) {
            // Who does not answer may be what broke: then the guest helps itself, and answers again.
            self.watcher.tell(&Progress::Waiting {
                action: "set_sshd",
                target: &made.plan.instance,
            });
            self.clock.pass(longest + AFTER).await;
            reverted = self.is_carried_out(writer, made.digest).await?;
        }
        Ok(Fixed::Worse {
            worse,
            reverted: Some((made.digest, reverted)),
        })
    }

    async fn is_carried_out(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
    ) -> Result<bool, EngineError> {
        let case = self.carry_out(writer, digest).await?;
        Ok(case.plan(digest).is_some_and(PlanRecord::all_done))
    }

    /// Runs the check of a fix once more and writes how it comes out now. What the operating system says is asked anew where
    /// the fix changed it: whoever approved that approved the look. `None` for what is no plan of a fix.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn look_again(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
    ) -> Result<Option<CheckResult>, EngineError> {
        let case = writer.case().await;
        let name = case.plan(digest).and_then(|r| match &r.plan.purpose {
            Purpose::Fix { check } => named(check),
            _ => None,
        });
        let (Some(check), Some(subject)) = (name, &case.subject) else {
            return Ok(None);
        };
        let in_guest = case.plan(digest).is_some_and(|record| {
            let mut steps = record.plan.steps();
            steps.any(|step| matches!(step.action, Action::SetSshd(_)))
        });
        let inside = if in_guest {
            Inside::Ask
        } else {
            Inside::Unasked
        };
        let posture = self.posture(&case).await?.unwrap_or_default();
        let posture = self.with_inside(writer, posture, inside).await?;
        let result = (check.run)(&Seen {
            subject,
            posture: &posture,
            finding: &case.whole_finding(),
        });
        // What is not known now takes nothing from what was seen before.
        let mut checks = case.checks.clone();
        match checks.iter_mut().find(|known| known.check == result.check) {
            Some(_) if result.status == Status::Unknown => {}
            Some(known) => known.clone_from(&result),
            None => checks.push(result.clone()),
        }
        writer.write(Event::PostureChecked { checks }).await?;
        Ok(Some(result))
    }
}

/// Steps after which the guest waits for a confirmation.
fn waits_in(record: &PlanRecord) -> Vec<SetSshd> {
    record
        .progress()
        .filter(|(_, state)| state.is_done())
        .filter_map(|(step, _)| match &step.action {
            Action::SetSshd(set) if set.minutes.is_some() => Some(set.clone()),
            _ => None,
        })
        .collect()
}

/// How long the guest waits.
fn patience(set: &SetSshd) -> Option<Duration> {
    set.minutes
        .map(|minutes| Duration::from_secs(60 * u64::from(minutes)))
}
