//! A flow log of a VPC with the fields that an evaluation needs: the fix of the check `flow-logs`. Must not touch a flow log
//! that somebody else made.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// Seconds over which AWS gathers packets into a record: the shorter of the two that it offers.
pub const FLOW_LOG_INTERVAL: i32 = 60;

/// Where a flow log goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LogPlace {
    /// A bucket.
    S3 {
        /// `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/folder`.
        arn: String,
    },
    /// A log group of CloudWatch.
    Group {
        /// Its name.
        name: String,
        /// ARN of the role by which AWS writes to it.
        role: String,
    },
}

impl LogPlace {
    /// The place itself, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::S3 { arn } => arn,
            Self::Group { name, .. } => name,
        }
    }
}

/// A flow log of ours on a VPC: there or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetFlowLog {
    /// `vpc-…`.
    pub vpc: String,
    /// Where it goes.
    pub place: LogPlace,
    /// Its fields, `${version} ${account-id} …`.
    pub format: String,
    /// Whether it is to be there.
    pub present: bool,
}

impl Act for SetFlowLog {
    fn name(&self) -> &'static str {
        "set_flow_log"
    }

    fn target(&self) -> String {
        self.vpc.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            present: !self.present,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        let mut needed = if self.present {
            vec!["ec2:CreateFlowLogs", "ec2:CreateTags"]
        } else {
            vec!["ec2:DeleteFlowLogs"]
        };
        needed.push(match (&self.place, self.present) {
            (LogPlace::Group { .. }, true) => "iam:PassRole",
            (LogPlace::S3 { .. }, true) => "logs:CreateLogDelivery",
            (_, false) => "logs:DeleteLogDelivery",
        });
        needed
    }

    fn before(&self) -> Value {
        json!({ "flow_log": !self.present })
    }

    fn after(&self) -> Value {
        json!({ "flow_log": self.present, "place": self.place.name() })
    }

    fn equivalent(&self) -> Vec<String> {
        if !self.present {
            return vec!["aws ec2 delete-flow-logs --flow-log-ids $FLOW_LOG_ID".into()];
        }
        let place = match &self.place {
            LogPlace::S3 { arn } => {
                format!(
                    "--log-destination-type s3 --log-destination {}",
                    quoted(arn)
                )
            }
            LogPlace::Group { name, role } => format!(
                "--log-destination-type cloud-watch-logs --log-group-name {} --deliver-logs-permission-arn {}",
                quoted(name),
                quoted(role)
            ),
        };
        vec![format!(
            "aws ec2 create-flow-logs --resource-type VPC --resource-ids {} --traffic-type ALL {place} \
             --max-aggregation-interval {FLOW_LOG_INTERVAL} --log-format {}",
            self.vpc,
            quoted(&self.format)
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("vpc", Said::data(self.vpc.clone())),
            ("place", Said::data(self.place.name())),
            ("to", Said::code(self.present.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        Standing::Unseen
    }

    /// It looks for a flow log with its mark, or of its case, before it makes or deletes one.
    fn finds_itself(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        if self.present {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
