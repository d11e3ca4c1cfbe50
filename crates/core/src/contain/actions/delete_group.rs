//! One of Rebato's own groups goes, once nothing uses it. AWS refuses to delete a group that an interface or a rule uses:
//! then it stays. Must not touch a group that is not ours.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, CreateGroup, Said, Sign};
use crate::contain::{GroupRole, Standing, Undo, standing};
use crate::identify::Subject;

/// One of Rebato's own groups goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteGroup {
    /// `sg-…`.
    pub group: String,
    /// What it was for.
    pub role: GroupRole,
    /// Where.
    pub vpc: String,
}

impl Act for DeleteGroup {
    fn name(&self) -> &'static str {
        "delete_group"
    }

    fn target(&self) -> String {
        self.group.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(CreateGroup {
            role: self.role,
            vpc: self.vpc.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:DeleteSecurityGroup"]
    }

    fn before(&self) -> Value {
        json!({ "exists": true })
    }

    fn after(&self) -> Value {
        json!({ "exists": false })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 delete-security-group --group-id {}",
            self.group
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("group", Said::data(self.role.group_name(&self.vpc))),
            ("vpc", Said::data(self.vpc.clone())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        if standing::unread(subject, "groups") {
            Standing::Unseen
        } else if subject.own_groups.values().any(|g| g.id == self.group) {
            Standing::Before
        } else {
            Standing::After
        }
    }

    fn is_aside(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        Sign::Removes
    }
}
