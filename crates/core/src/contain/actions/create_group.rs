//! One of Rebato's own groups in a VPC. Its birth rules are AWS's: nothing in, all IPv4 out. Must not know its own rules.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{GroupRole, Keep, Standing, Undo, standing};
use crate::identify::Subject;

/// One of Rebato's own groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroup {
    /// What for.
    pub role: GroupRole,
    /// Where.
    pub vpc: String,
}

impl Act for CreateGroup {
    fn name(&self) -> &'static str {
        "create_group"
    }

    fn target(&self) -> String {
        self.role.group_name(&self.vpc)
    }

    fn undo(&self) -> Undo {
        // A release takes it away by its id, which this does not know, where nobody else uses it.
        Undo::Keep(Keep::Shared)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:CreateSecurityGroup", "ec2:CreateTags"]
    }

    fn before(&self) -> Value {
        json!({ "exists": false })
    }

    fn after(&self) -> Value {
        json!({ "exists": true })
    }

    fn equivalent(&self) -> Vec<String> {
        let (name, vpc) = (self.target(), &self.vpc);
        vec![format!(
            "aws ec2 create-security-group --group-name {name} --description {name} --vpc-id {vpc}"
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("group", Said::data(self.target())),
            ("vpc", Said::data(self.vpc.clone())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        if standing::unread(subject, "groups") {
            Standing::Unseen
        } else if subject.own_groups.contains_key(&self.target()) {
            Standing::After
        } else {
            Standing::Before
        }
    }

    fn sign(&self) -> Sign {
        Sign::Adds
    }
}
