//! A patch scan, or the installation of what is missing, by AWS's own document: the fix of the check `patch-state`. Must not
//! know what a patch mends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, GuestRun, Said, Sign};
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// What is done about patches: `Operation` of `AWS-RunPatchBaseline`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Patching {
    /// They are counted.
    Scan,
    /// They are installed; nothing is started anew.
    Install,
    /// They are installed, and the instance is started anew where one of them needs it.
    InstallAndReboot,
}

/// `AWS-RunPatchBaseline` on the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPatches {
    /// `i-…`.
    pub instance: String,
    /// What is done.
    pub what: Patching,
}

impl RunPatches {
    /// Values of the document's parameters `Operation` and `RebootOption`.
    const fn options(&self) -> (&'static str, &'static str) {
        match self.what {
            Patching::Scan => ("Scan", "NoReboot"),
            Patching::Install => ("Install", "NoReboot"),
            Patching::InstallAndReboot => ("Install", "RebootIfNeeded"),
        }
    }

    /// How long to wait for the end, in seconds. The document itself gives each of its steps two hours (`timeoutSeconds`).
    const fn wait(&self) -> u32 {
        match self.what {
            Patching::Scan => 1_800,
            Patching::Install | Patching::InstallAndReboot => 7_200,
        }
    }
}

impl Act for RunPatches {
    fn name(&self) -> &'static str {
        "run_patches"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(match self.what {
            Patching::Scan => Keep::NothingChanged,
            Patching::Install | Patching::InstallAndReboot => Keep::Patches,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "ssm:SendCommand",
            "ssm:GetCommandInvocation",
            "ssm:ListCommandInvocations",
        ]
    }

    fn before(&self) -> Value {
        json!({ "patches": "as they are" })
    }

    fn after(&self) -> Value {
        let (operation, reboot) = self.options();
        json!({ "patches": operation, "reboot": reboot })
    }

    fn equivalent(&self) -> Vec<String> {
        let (operation, reboot) = self.options();
        vec![format!(
            "aws ssm send-command --document-name AWS-RunPatchBaseline --instance-ids {} \
             --parameters Operation={operation},RebootOption={reboot}",
            self.instance
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            (
                "what",
                Said::code(match self.what {
                    Patching::Scan => "scan",
                    Patching::Install => "install",
                    Patching::InstallAndReboot => "reboot",
                }),
            ),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        Standing::Unseen
    }

    /// The command carries the mark of its step: one that runs or has run well is not sent again.
    fn finds_itself(&self) -> bool {
        true
    }

    fn in_guest(&self) -> Option<GuestRun> {
        let (operation, reboot) = self.options();
        let one = |value: &str| vec![value.to_owned()];
        Some(GuestRun {
            document: "AWS-RunPatchBaseline".into(),
            parameters: BTreeMap::from([
                ("Operation".into(), one(operation)),
                ("RebootOption".into(), one(reboot)),
            ]),
            wait: self.wait(),
        })
    }

    fn sign(&self) -> Sign {
        match self.what {
            Patching::Scan => Sign::Adds,
            Patching::Install => Sign::Changes,
            Patching::InstallAndReboot => Sign::Grave,
        }
    }
}
