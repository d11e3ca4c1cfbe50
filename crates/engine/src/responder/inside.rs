//! A look into the operating system: only with explicit leave, written down before and after. Must not judge what it finds.

use rebato_core::Digest;
use rebato_core::case::{Case, Containment, Event};
use rebato_core::harden::guest::{Guest, LINUX_PROBE, WINDOWS_PROBE, read};

use super::Responder;
use crate::error::EngineError;
use crate::ports::{Cloud, CloudError, GuestCommand};
use crate::writer::Writer;

/// How long to wait for an answer, in seconds: the script takes a few, a busy agent takes it up within a minute.
const WAIT: u32 = 120;

/// What may be known of the operating system.
#[derive(Debug, Clone, Default)]
pub enum Inside {
    /// Nothing: nobody looked.
    #[default]
    Unasked,
    /// What the user has at hand.
    Given(Box<Guest>),
    /// It may be asked, by a command in the system.
    Ask,
}

/// The command that looks into a system of this kind.
#[must_use]
pub fn probe(instance: &str, windows: bool) -> GuestCommand {
    let (document, script) = if windows {
        ("AWS-RunPowerShellScript", vec![WINDOWS_PROBE.to_owned()])
    } else {
        // Whole, the output of a large host is longer than what the Systems Manager hands over.
        let packed = "set -- packed".to_owned();
        ("AWS-RunShellScript", vec![packed, LINUX_PROBE.to_owned()])
    };
    GuestCommand {
        instance: instance.into(),
        document: document.into(),
        script,
        wait: WAIT,
    }
}

/// What an answer says, or why it says nothing.
///
/// # Errors
/// A code of [`rebato_core::harden::guest::UNSEEN`].
pub fn said(status: &str, output: &str) -> Result<Guest, &'static str> {
    match status {
        "Success" => read(output.as_bytes()).ok_or("not-the-script"),
        "InProgress" | "Pending" | "Delayed" | "TimedOut" => Err("command-timed-out"),
        _ => Err("command-failed"),
    }
}

/// Why the system cannot be asked, as far as is known before: the agent does not answer, which after a containment without
/// a way for it is no wonder.
fn refusal(case: &Case, ping: Option<&Option<String>>) -> Option<&'static str> {
    let contained = matches!(
        case.containment,
        Containment::Contained | Containment::Verified | Containment::Partial
    );
    match ping {
        // What could not be read does not stand against asking.
        None => None,
        Some(None) => Some("agent-not-managed"),
        Some(Some(ping)) if ping == "Online" => None,
        Some(Some(_)) if contained => Some("no-passage"),
        Some(Some(_)) => Some("agent-offline"),
    }
}

impl Responder<'_> {
    /// Asks the operating system, and keeps what it says as evidence.
    ///
    /// # Errors
    /// The store's. What AWS or the system refuses is the answer: why nothing is known.
    pub(super) async fn look_inside(
        &self,
        cloud: &dyn Cloud,
        writer: &Writer<'_>,
        ping: Option<&Option<String>>,
    ) -> Result<Result<Guest, String>, EngineError> {
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(Err("subject-not-read".into()));
        };
        if let Some(why) = refusal(&case, ping) {
            return Ok(Err(why.into()));
        }
        let windows = subject.platform.as_deref() == Some("windows");
        let command = probe(&subject.instance_id, windows);
        let instance = command.instance.clone();
        writer
            .write(Event::GuestAsked {
                instance: instance.clone(),
                document: command.document.clone(),
                script: Digest::of(command.script.join("\n").as_bytes()),
            })
            .await?;
        let began = self.clock.now();
        let (event, found) = match cloud.in_guest(&command).await {
            Ok(answer) => {
                let custody = rebato_core::case::Custody {
                    began: Some(began),
                    ..writer.custody().await
                };
                let bytes = answer.output.as_bytes();
                let kept = writer
                    .keep("guest_output", &instance, bytes, custody)
                    .await?;
                let found = said(&answer.status, &answer.output).map_err(str::to_owned);
                let event = Event::GuestAnswered {
                    instance,
                    command: Some(answer.command),
                    status: answer.status,
                    kept: vec![kept],
                };
                (event, found)
            }
            Err(error) => {
                let event = Event::GuestAnswered {
                    instance,
                    command: None,
                    status: error.code().to_owned(),
                    kept: Vec::new(),
                };
                (event, Err(why(&error)))
            }
        };
        writer.write(event).await?;
        Ok(found)
    }
}

/// Why a command was not taken.
#[must_use]
pub fn why(error: &CloudError) -> String {
    match error.code() {
        "InvalidInstanceId" => "agent-offline".into(),
        _ => error.to_string(),
    }
}
