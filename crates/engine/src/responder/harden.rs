//! Step 5: the checks.

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::{Case, Event};
use rebato_core::evaluate::Source;
use rebato_core::harden::{
    CheckResult, PORT_USE_DAYS, PortsUsed, Posture, check, check_guest, ports_used, with_earlier,
};
use rebato_core::identify::{Alert, Finding, Subject, Unread};

use super::Responder;
use super::inside::Inside;
use crate::error::EngineError;
use crate::progress::Progress;
use crate::reading::{Bound, GivenLog};
use crate::writer::Writer;

/// How much of a month of flow logs is read, in bytes as received, and for how long: what is left is a gap, and nobody is
/// taken to be absent by it.
const MOST: u64 = 1 << 30;
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// How the checks came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hardened {
    /// Their results; of the operating system, what was seen there last.
    pub checks: Vec<CheckResult>,
    /// Why the operating system, which was to be asked, said nothing.
    pub unseen: Option<String>,
}

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
    /// a cloud, what is at hand of the operating system is all that there is to judge, and what was found before stays. What
    /// was seen in the operating system stays until a new look shows it anew.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn harden(
        &self,
        writer: &Writer<'_>,
        flows: Option<&[GivenLog]>,
        inside: Inside,
    ) -> Result<Hardened, EngineError> {
        self.watcher.tell(&Progress::Room("harden"));
        let case = writer.case().await;
        let finding = case.whole_finding();
        let mut unseen = None;
        let checks = match (self.posture(&case).await?, &case.subject, inside) {
            (Some(posture), Some(subject), inside) => {
                let mut posture = self.with_inside(writer, posture, inside).await?;
                posture.ports_used = match flows {
                    Some(given) => {
                        let told = case.told().collect();
                        self.ports_used(&finding, told, subject, given).await?
                    }
                    None => used_so_far(&case, subject),
                };
                let guest = posture.unread.iter().find(|unread| unread.what == "guest");
                unseen = guest.map(|unread| unread.why.clone());
                with_earlier(check(subject, &posture, &finding), &case.checks)
            }
            (_, _, Inside::Unasked | Inside::Ask) => return Ok(Hardened::default()),
            (_, _, Inside::Given(guest)) => {
                let new = check_guest(*guest, &finding, self.clock.now());
                let new = with_earlier(new, &case.checks);
                let mut checks = case.checks.clone();
                checks.retain(|old| !new.iter().any(|result| result.check == old.check));
                checks.extend(new);
                checks
            }
        };
        writer.write(Event::PostureChecked { checks }).await?;
        let checks = writer.case().await.checks.clone();
        Ok(Hardened { checks, unseen })
    }

    /// Who used the ports of an instance lately. `told` is what its case was told, where it has one. The reading ends early
    /// when a person ends it or it takes too long, and then is not complete.
    ///
    /// # Errors
    /// When the scan dies; what cannot be read makes it incomplete.
    pub async fn ports_used(
        &self,
        finding: &Finding,
        told: Vec<(&Alert, &Finding)>,
        subject: &Subject,
        given: &[GivenLog],
    ) -> Result<Option<PortsUsed>, EngineError> {
        let until = self.clock.now();
        let span = SignedDuration::from_hours(24 * PORT_USE_DAYS);
        let since = until.checked_sub(span).unwrap_or(Timestamp::MIN);
        let bound = Bound {
            bytes: MOST,
            until: until.checked_add(LONGEST).unwrap_or(Timestamp::MAX),
            clock: self.clock,
        };
        let sources: &[Source] = &[Source::FlowLogs];
        let wanted = (sources, Some(bound));
        let dossier = self
            .gather_since(finding, told, subject, since, given, wanted)
            .await?;
        Ok(ports_used(&dossier, subject, (since, until)))
    }

    /// The posture with what is known of the operating system.
    pub(super) async fn with_inside(
        &self,
        writer: &Writer<'_>,
        mut posture: Posture,
        inside: Inside,
    ) -> Result<Posture, EngineError> {
        match (inside, self.cloud) {
            (Inside::Given(guest), _) => {
                posture.guest = Some(*guest);
                posture.guest_given = true;
            }
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
