//! Step 1: the case of an alert, and the instance as it is now.

use rebato_core::case::{Belonging, Event, State};
use rebato_core::identify::{Alert, Finding, Remains, Unread};

use super::Responder;
use crate::error::EngineError;
use crate::executor::{hints, read};
use crate::ports::{Candidate, Cloud, CloudError, InstanceQuery};
use crate::progress::Progress;
use crate::writer::Writer;

impl<'a> Responder<'a> {
    /// The case of a finding, and what the finding was to it: one that knows it, else the newest open one about its instance,
    /// else a new one ([`Belonging::Stranger`]). A closed case opens again for a finding that has something new. The raw
    /// bytes are kept as evidence first.
    ///
    /// # Errors
    /// When the store cannot keep or write.
    pub async fn open(
        &self,
        alert: Alert,
        finding: Finding,
        raw: &[u8],
    ) -> Result<(Writer<'a>, Belonging), EngineError> {
        self.store.keep(raw).await?;
        let mut found: Option<(String, State, Belonging)> = None;
        for (id, case) in self.cases().await? {
            let Ok(case) = case else { continue };
            let what = case.belonging(&finding);
            let knows = |what: &Belonging| matches!(what, Belonging::Known | Belonging::Again);
            let better = match (&found, what) {
                (_, Belonging::Stranger) => false,
                (Some((_, _, known)), Belonging::Joins) => !knows(known),
                _ => true,
            };
            if better {
                found = Some((id, case.state, what));
            }
        }
        let Some((id, state, what)) = found else {
            let opened = Event::CaseOpened { alert, finding };
            let writer = Writer::open(self.store, self.clock, self.actor, opened).await?;
            return Ok((writer, Belonging::Stranger));
        };
        let writer = Writer::resume(self.store, self.clock, self.actor, &id).await?;
        let event = match what {
            Belonging::Again => Event::AlertRepeated { alert, finding },
            Belonging::Joins => Event::FindingJoined { alert, finding },
            Belonging::Known | Belonging::Stranger => return Ok((writer, what)),
        };
        if state == State::Closed {
            let why = "finding_again".into();
            writer.write(Event::CaseReopened { why }).await?;
        }
        writer.write(event).await?;
        Ok((writer, what))
    }

    /// Takes up a case by its id.
    ///
    /// # Errors
    /// [`EngineError::NoCase`], or what replay found wrong.
    pub async fn resume(&self, case: &str) -> Result<Writer<'a>, EngineError> {
        Writer::resume(self.store, self.clock, self.actor, case).await
    }

    /// The one instance that a person means.
    ///
    /// # Errors
    /// [`EngineError::Ambiguous`] with the candidates, [`EngineError::NotFound`], or AWS's error.
    pub async fn find_instance(&self, query: &InstanceQuery) -> Result<Candidate, EngineError> {
        let shown = match query {
            InstanceQuery::Id(text) | InstanceQuery::Name(text) | InstanceQuery::Kin(_, text) => {
                text.clone()
            }
            InstanceQuery::Address(ip) => ip.to_string(),
        };
        let Some(cloud) = self.cloud else {
            return Err(EngineError::NotFound(shown));
        };
        let mut found = match cloud.find(query).await {
            Err(CloudError::NotFound { .. }) => Vec::new(),
            other => other?,
        };
        // A terminated instance keeps its name for an hour and must not hide the one that replaced it.
        if found.iter().any(|c| c.state != "terminated") {
            found.retain(|c| c.state != "terminated");
        }
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                found.push(last);
                Err(EngineError::Ambiguous {
                    query: shown,
                    found,
                })
            }
            (None, _) => Err(EngineError::NotFound(shown)),
        }
    }

    /// Reads the instance and writes what was seen, or that it is not there.
    ///
    /// # Errors
    /// AWS's error when the instance could not be asked for at all.
    pub async fn identify(&self, writer: &Writer<'_>) -> Result<(), EngineError> {
        self.watcher.tell(&Progress::Room("identify"));
        let case = writer.case().await;
        let (Some(cloud), Some(instance)) = (self.cloud, case.instance_id()) else {
            return Ok(());
        };
        match read(cloud, writer.clock(), instance, &hints(&case)).await {
            // For an hour after its end an instance still answers, with nothing but its name.
            Ok(subject) if subject.state == "terminated" => {
                writer
                    .write(Event::SubjectObserved {
                        subject: Box::new(subject),
                    })
                    .await?;
                let why = format!("{instance} is terminated");
                self.missing(writer, cloud, instance, why).await
            }
            Ok(subject) => {
                writer
                    .write(Event::SubjectObserved {
                        subject: Box::new(subject),
                    })
                    .await
            }
            Err(error @ CloudError::NotFound { .. }) => {
                self.missing(writer, cloud, instance, error.to_string())
                    .await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes that the instance is not there, with what is still told of it. That nothing could be asked is a fact too.
    async fn missing(
        &self,
        writer: &Writer<'_>,
        cloud: &dyn Cloud,
        instance: &str,
        why: String,
    ) -> Result<(), EngineError> {
        let remains = match cloud.remains(instance).await {
            Ok(remains) => remains,
            Err(error) => Remains {
                unread: vec![Unread {
                    what: "cloudtrail".into(),
                    why: error.to_string(),
                }],
                ..Remains::default()
            },
        };
        writer
            .write(Event::SubjectMissing {
                why,
                remains: Some(Box::new(remains)),
            })
            .await
    }
}
