//! Console output and screenshot, kept as evidence. Must not know where.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// Console output and screenshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveConsole {
    /// `i-…`.
    pub instance: String,
}

impl Act for SaveConsole {
    fn name(&self) -> &'static str {
        "save_console"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::NothingChanged)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot"]
    }

    fn before(&self) -> Value {
        json!({})
    }

    fn after(&self) -> Value {
        json!({})
    }

    fn equivalent(&self) -> Vec<String> {
        ["get-console-output", "get-console-screenshot"]
            .map(|verb| format!("aws ec2 {verb} --instance-id {}", self.instance))
            .into()
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![("instance", Said::data(self.instance.clone()))]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // Nothing in the account shows it, and doing it again does no harm.
        Standing::Unseen
    }

    fn sign(&self) -> Sign {
        Sign::Adds
    }
}
