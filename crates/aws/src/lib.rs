//! The AWS account behind [`rebato_engine::ports::Cloud`], spoken to with the official SDK. The only crate that names
//! an `aws-sdk` crate. It carries out and reads; it must not decide anything, nor know of cases, texts or terminals.
//!
//! The modules bear the names of the six steps of the runbook. Step 6 reads the same findings, logs and subject again, and
//! in `watch` what was made to watch the case.

mod connect;
mod contain;
mod error;
mod escalate;
mod evaluate;
mod guest;
mod harden;
mod home;
mod identify;
mod investigate;
mod limits;
mod pages;
mod permissions;
mod s3;
mod secrets;
mod watch;

use async_trait::async_trait;
use rebato_core::contain::{ApprovedStep, Permit, Plan, WatchObject};
use rebato_core::escalate::{Desk, Route};
use rebato_core::evaluate::{Gap, Source};
use rebato_core::harden::{Health, Posture};
use rebato_core::identify::{Remains, Subject};
use rebato_core::monitor::Seen;
use rebato_engine::ports::{
    AccountList, Candidate, Cloud, CloudError, FindingQuery, GuestAnswer, GuestCommand, Hints,
    Identity, InstanceQuery, LogObject, LogRequest, Made, Performed, PlaceRequest,
};
use tokio::sync::mpsc;

pub use connect::{AwsCloud, Keys, Options, connect};
pub use home::{HOME_ON_BUCKET, HOME_ON_OBJECTS, S3Home};
pub use permissions::READS;
pub use secrets::READ_SECRET;

#[async_trait]
impl Cloud for AwsCloud {
    async fn whoami(&self) -> Result<Identity, CloudError> {
        identify::whoami(self).await
    }

    async fn find(&self, query: &InstanceQuery) -> Result<Vec<Candidate>, CloudError> {
        identify::find(self, query).await
    }

    async fn subject(&self, instance: &str, hints: &Hints) -> Result<Subject, CloudError> {
        identify::subject(self, instance, hints).await
    }

    async fn remains(&self, instance: &str) -> Result<Remains, CloudError> {
        identify::remains(self, instance).await
    }

    async fn findings(&self, query: &FindingQuery) -> Result<Vec<u8>, CloudError> {
        identify::findings(self, query).await
    }

    async fn logs(
        &self,
        request: &LogRequest,
        out: mpsc::Sender<LogObject>,
    ) -> Result<Vec<(Source, Gap)>, CloudError> {
        Ok(evaluate::logs(self, request, &out).await)
    }

    async fn place(
        &self,
        request: &PlaceRequest,
        out: mpsc::Sender<LogObject>,
    ) -> Result<Vec<Gap>, CloudError> {
        evaluate::place(self, request, &out).await
    }

    async fn lists(&self) -> Result<Vec<AccountList>, CloudError> {
        investigate::lists(self).await
    }

    async fn in_guest(&self, command: &GuestCommand) -> Result<GuestAnswer, CloudError> {
        guest::in_guest(self, command).await
    }

    async fn heard(&self, instance: &str, command: &str) -> Result<GuestAnswer, CloudError> {
        guest::heard(self, instance, command).await
    }

    async fn posture(&self, subject: &Subject) -> Result<Posture, CloudError> {
        Ok(harden::posture(self, subject).await)
    }

    async fn health(&self, subject: &Subject) -> Health {
        harden::health(self, subject).await
    }

    async fn desk(&self, to: Route) -> Result<Desk, CloudError> {
        escalate::desk(self, to).await
    }

    async fn watch_objects(&self, wanted: &[WatchObject]) -> Vec<Seen> {
        watch::objects(self, wanted).await
    }

    async fn rehearse(&self, plan: &Plan) -> Vec<Permit> {
        contain::rehearse(self, plan).await
    }

    async fn perform(&self, step: &ApprovedStep, made: &Made) -> Result<Performed, CloudError> {
        contain::perform(self, step, made).await
    }
}
