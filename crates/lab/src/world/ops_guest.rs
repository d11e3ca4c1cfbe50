//! Commands in guests, through the Systems Manager's agent.
//! Must not know the wire.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::engine::Task;
use super::guest::{Answers, CommandOutput, GuestSystem};
use super::model::{ApiError, ApiResult, World};

/// A command that was sent to a guest.
#[derive(Debug, Clone)]
pub struct GuestCommand {
    /// Its id, a UUID.
    pub id: String,
    /// The instance.
    pub instance: String,
    /// The document, such as `AWS-RunShellScript`.
    pub document: String,
    /// What it was sent for, as the sender says.
    pub comment: String,
    /// When it was sent.
    pub requested: Timestamp,
    /// How many looks it stays without an answer; none for ever.
    left: Option<u32>,
    /// What it answers in the end.
    output: CommandOutput,
}

impl GuestCommand {
    /// The answer, once it is there.
    #[must_use]
    pub const fn answer(&self) -> Option<&CommandOutput> {
        match self.left {
            Some(0) => Some(&self.output),
            _ => None,
        }
    }
}

impl World {
    /// `SendCommand` to one instance: refused for one that the Systems Manager does not hear.
    pub fn send_command(
        &mut self,
        instance: &str,
        document: &str,
        parameters: &BTreeMap<String, Vec<String>>,
        comment: &str,
    ) -> ApiResult<GuestCommand> {
        let system = match document {
            "AWS-RunShellScript" => Some(GuestSystem::Linux),
            "AWS-RunPowerShellScript" => Some(GuestSystem::Windows),
            // It knows both.
            "AWS-RunPatchBaseline" => None,
            _ => {
                return Err(ApiError::new(
                    "InvalidDocument",
                    format!("document {document} does not exist."),
                ));
            }
        };
        let managed = self
            .managed_instances
            .get_mut(instance)
            .filter(|managed| managed.ping_status == "Online")
            .ok_or_else(|| {
                ApiError::new(
                    "InvalidInstanceId",
                    format!(
                        "Instances [[{instance}]] not in a valid state for account {}",
                        self.account_id
                    ),
                )
            })?;
        if system.is_some_and(|system| managed.guest.spec.system != system) {
            return Err(ApiError::new(
                "UnsupportedPlatformType",
                format!("Document {document} does not support the platform of {instance}."),
            ));
        }
        let values = |name: &str| parameters.get(name).map(Vec::as_slice).unwrap_or_default();
        let first = |name: &str| values(name).first().map_or("", String::as_str);
        let guest = &mut managed.guest;
        let output = if guest.spec.answers == Answers::Never {
            CommandOutput::default()
        } else if system.is_none() {
            guest.patch(first("Operation"), first("RebootOption"), self.now)
        } else {
            guest.run(&values("commands").join("\n"), self.now)
        };
        if guest.deaf {
            "ConnectionLost".clone_into(&mut managed.ping_status);
        }
        let due = guest.sshd_first.pending.as_ref().map(|(_, at)| *at);
        let left = match guest.spec.answers {
            Answers::Never => None,
            Answers::Slow => Some(4),
            _ => Some(1),
        };
        let command = GuestCommand {
            id: self.ids.uuid(),
            instance: instance.to_owned(),
            document: document.to_owned(),
            comment: comment.to_owned(),
            requested: self.now,
            left,
            output,
        };
        if let Some(due) = due {
            let instance = instance.to_owned();
            self.engine.at(due, Task::PutBack { instance });
        }
        self.guest_commands
            .insert(command.id.clone(), command.clone());
        Ok(command)
    }

    /// A guest puts back what nobody confirmed, and is heard again.
    pub(crate) fn put_back(&mut self, instance: &str) {
        let now = self.now;
        if let Some(managed) = self.managed_instances.get_mut(instance)
            && managed.guest.sshd_first.put_back(now)
        {
            managed.guest.deaf = false;
            self.hear_agents();
        }
    }

    /// A look at a command: each brings its answer nearer.
    pub fn look_at_command(&mut self, id: &str, instance: &str) -> Option<GuestCommand> {
        let command = self
            .guest_commands
            .get_mut(id)
            .filter(|command| command.instance == instance)?;
        let seen = command.clone();
        command.left = command.left.map(|left| left.saturating_sub(1));
        Some(seen)
    }
}
