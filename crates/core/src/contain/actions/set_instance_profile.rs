//! The instance profile off, replaced or put back: credentials are no longer renewed. Those that were handed out hold until
//! they end: a deny of the sessions goes with it. Must not know what the role may do.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// The instance profile: `None` is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetInstanceProfile {
    /// `i-…`.
    pub instance: String,
    /// ARN as found.
    pub from: Option<String>,
    /// ARN as left.
    pub to: Option<String>,
}

impl Act for SetInstanceProfile {
    fn name(&self) -> &'static str {
        "set_instance_profile"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            instance: self.instance.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        match (&self.from, &self.to) {
            (Some(_), Some(_)) => vec!["ec2:ReplaceIamInstanceProfileAssociation", "iam:PassRole"],
            // The way back needs the other one.
            _ => vec![
                "ec2:DisassociateIamInstanceProfile",
                "ec2:AssociateIamInstanceProfile",
                "iam:PassRole",
            ],
        }
    }

    fn before(&self) -> Value {
        json!({ "profile": self.from })
    }

    fn after(&self) -> Value {
        json!({ "profile": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        let instance = &self.instance;
        vec![match (&self.from, &self.to) {
            (None, Some(to)) => format!(
                "aws ec2 associate-iam-instance-profile --instance-id {instance} --iam-instance-profile Arn={to}"
            ),
            (_, Some(to)) => format!(
                "aws ec2 replace-iam-instance-profile-association --association-id $ASSOCIATION_ID --iam-instance-profile Arn={to}"
            ),
            (_, None) => {
                "aws ec2 disassociate-iam-instance-profile --association-id $ASSOCIATION_ID".into()
            }
        }]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        // arn:…:instance-profile/path/NAME
        let name = |arn: &Option<String>| {
            let arn = arn.as_deref().unwrap_or_default();
            arn.rsplit('/').next().unwrap_or_default().to_owned()
        };
        let stage = match (&self.from, &self.to) {
            (_, None) => "off",
            (None, Some(_)) => "on",
            (Some(_), Some(_)) => "replaced",
        };
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("from", Said::data(name(&self.from))),
            ("to", Said::data(name(&self.to))),
            ("stage", Said::code(stage)),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let seen = subject.profile.as_ref().map(|p| p.arn.clone());
        if seen.is_none() && standing::unread(subject, "role") {
            return Standing::Unseen;
        }
        if seen == self.to {
            Standing::After
        } else if seen == self.from {
            Standing::Before
        } else {
            Standing::Other(json!({ "profile": seen }))
        }
    }

    fn sign(&self) -> Sign {
        if self.to.is_none() {
            Sign::Removes
        } else {
            Sign::Changes
        }
    }
}
