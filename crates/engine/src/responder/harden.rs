//! Step 5: the checks, and a plan that fixes one of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rebato_core::Digest;
use rebato_core::case::{Case, Event, PlanRecord};
use rebato_core::contain::{Approval, How};
use rebato_core::evaluate::Source;
use rebato_core::harden::{
    CheckResult, Health, PORT_USE_DAYS, PortsUsed, Posture, check, check_guest, ports_used, revert,
};
use rebato_core::identify::{Subject, Unread};

use super::Responder;
use super::inside::Inside;
use crate::error::EngineError;
use crate::progress::Progress;
use crate::reading::GivenLog;
use crate::writer::Writer;

impl Responder<'_> {
    /// What the checks need beyond the subject; nothing without a cloud or a subject.
    ///
    /// # Errors
    /// AWS's error when nothing at all could be read.
    pub(super) async fn posture(&self, case: &Case) -> Result<Option<Posture>, EngineError> {
        let (Some(cloud), Some(subject)) = (self.cloud, &case.subject) else {
            return Ok(None);
        };
        Ok(Some(cloud.posture(subject).await?))
    }

    /// Runs the checks and writes their results. Who used a port is asked of the flow logs of
    /// [`PORT_USE_DAYS`] where logs are named here (an empty list: the account's own), else of what the evaluation read. Without
    /// a cloud, what is at hand of the operating system is all that there is to judge, and what was found before stays.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn harden(
        &self,
        writer: &Writer<'_>,
        flows: Option<&[GivenLog]>,
        inside: Inside,
    ) -> Result<Vec<CheckResult>, EngineError> {
        self.watcher.tell(&Progress::Room("harden"));
        let case = writer.case().await;
        let finding = case.whole_finding();
        let checks = match (self.posture(&case).await?, &case.subject, inside) {
            (Some(posture), Some(subject), inside) => {
                let mut posture = self.with_inside(writer, posture, inside).await?;
                posture.ports_used = match flows {
                    Some(given) => self.ports_used(&case, subject, given).await?,
                    None => used_so_far(&case, subject),
                };
                check(subject, &posture, &finding)
            }
            (_, _, Inside::Unasked | Inside::Ask) => return Ok(Vec::new()),
            (_, _, Inside::Given(guest)) => {
                let new = check_guest(*guest, &finding, self.clock.now());
                let mut checks = case.checks.clone();
                checks.retain(|old| !new.iter().any(|result| result.check == old.check));
                checks.extend(new);
                checks
            }
        };
        writer
            .write(Event::PostureChecked {
                checks: checks.clone(),
            })
            .await?;
        Ok(checks)
    }

    /// Who used the instance's ports lately. The reading ends early when a person ends it, and then is not complete.
    async fn ports_used(
        &self,
        case: &Case,
        subject: &Subject,
        given: &[GivenLog],
    ) -> Result<Option<PortsUsed>, EngineError> {
        let until = self.clock.now();
        let span = SignedDuration::from_hours(24 * PORT_USE_DAYS);
        let since = until.checked_sub(span).unwrap_or(Timestamp::MIN);
        let dossier = self
            .gather_since(case, subject, since, given, &[Source::FlowLogs])
            .await?;
        Ok(ports_used(&dossier, subject, (since, until)))
    }

    /// The posture with what is known of the operating system.
    async fn with_inside(
        &self,
        writer: &Writer<'_>,
        mut posture: Posture,
        inside: Inside,
    ) -> Result<Posture, EngineError> {
        match (inside, self.cloud) {
            (Inside::Given(guest), _) => posture.guest = Some(*guest),
            (Inside::Ask, Some(cloud)) => {
                let ping = posture.ssm_ping.as_ref();
                match self.look_inside(cloud, writer, ping).await? {
                    Ok(guest) => posture.guest = Some(guest),
                    Err(why) => posture.unread.push(Unread {
                        what: "guest".into(),
                        why,
                    }),
                }
            }
            (Inside::Ask | Inside::Unasked, _) => {}
        }
        Ok(posture)
    }

    /// The plan that fixes a check on the instance as it is now; `None` when the check has no fix or nothing to fix.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn fix_plan(
        &self,
        writer: &Writer<'_>,
        check: &str,
        given: &[GivenLog],
    ) -> Result<Option<PlanRecord>, EngineError> {
        self.refresh(writer).await?;
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(None);
        };
        // Only closing a port asks who used it, and reading a month of flow logs takes its time.
        let ports = match check {
            "open-admin-ports" | "open-risky-ports" => {
                self.ports_used(&case, subject, given).await?
            }
            _ => None,
        };
        let Some(made) = rebato_core::harden::fix_plan(&case, subject, check, ports.as_ref())
        else {
            return Ok(None);
        };
        self.write_plan(writer, made).await
    }

    /// Carries out the approved plan of a fix, then looks for a while whether the service got worse by it, and takes it back if
    /// so: whoever approved the fix approved that.
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
        let known = writer.case().await.subject;
        let before = match &known {
            Some(subject) => cloud.health(subject).await,
            None => Health::default(),
        };
        let case = self.carry_out(writer, digest).await?;
        let acted = case
            .plan(digest)
            .is_some_and(|record| record.progress().any(|(_, state)| state.may_have_acted()));
        // It is asked for what was there before: a target that is gone has got worse.
        let Some(subject) = known.filter(|_| acted && before.tells() && !watched.is_zero()) else {
            return Ok(Fixed::Unwatched);
        };
        self.watcher.tell(&Progress::Room("health"));
        let (mut looks, mut worse) = (0, Vec::new());
        let until = self.clock.now() + watched;
        // Once may be a hiccup of the one who looks: what the last look was the first to show is looked at once more.
        while self.clock.now() < until || !worse.is_empty() {
            self.clock.pass(LOOK).await;
            looks += 1;
            let now = before.worse(&cloud.health(&subject).await);
            let twice = !now.is_empty() && !worse.is_empty();
            worse = now;
            if twice {
                break;
            }
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
            self.take_back(writer, digest, worse).await
        }
    }

    async fn take_back(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
        worse: Vec<String>,
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
        let case = self.carry_out(writer, made.digest).await?;
        let reverted = case.plan(made.digest).is_some_and(PlanRecord::all_done);
        Ok(Fixed::Worse {
            worse,
            reverted: Some((made.digest, reverted)),
        })
    }
}

/// How far apart two looks at the service are.
const LOOK: Duration = Duration::from_secs(10);
/// How long the word for a fix holds for taking it back.
const WITH_FIX: Duration = Duration::from_secs(3600);

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

/// What the evaluation's own reading says: from its first record on, so never of the whole time.
fn used_so_far(case: &Case, subject: &Subject) -> Option<PortsUsed> {
    let dossier = case.dossier.as_ref()?;
    let covered = dossier.coverage.get(&Source::FlowLogs)?;
    let until = covered.until.or(covered.last)?;
    let used = ports_used(dossier, subject, (covered.first?, until))?;
    Some(PortsUsed {
        complete: false,
        ..used
    })
}
