//! `rebato identify`: what each alert says and, unless `--offline`, what the instance is now. Opens no case.

use rebato_core::identify::{Finding, document};
use rebato_engine::ports::{Cloud, CloudError, FindingQuery, Hints, InstanceQuery, SystemClock};
use rebato_store::{Access, SqliteStore};

use super::{Done, Parts};
use crate::alerts::{Given, Received, findings_in, from_guardduty, meaning, read_input};
use crate::args::{IdentifyArgs, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::show::{finding_lines, subject_line};

/// Runs it.
///
/// # Errors
/// Only what keeps every alert from being read; a single bad input is told and the others are read.
pub async fn run(context: &Context, args: &IdentifyArgs) -> Done {
    let terminal = &context.terminal;
    let mut worst = Exit::Done;
    let words: Vec<Option<&str>> = if args.latest {
        vec![None]
    } else {
        args.alerts.iter().map(|a| Some(a.as_str())).collect()
    };
    let mut first = true;
    for word in words {
        let received = match received(context, word).await {
            Ok((received, problems)) => {
                for problem in &problems {
                    terminal.error(problem, None);
                    worst = Exit::Failed;
                }
                received
            }
            Err(failure) => {
                let exit = failure.tell(terminal);
                worst = if worst == Exit::Done { exit } else { worst };
                continue;
            }
        };
        for Received { alert, finding, .. } in received {
            match terminal.output {
                Output::Json | Output::Jsonl => {
                    let found = document(&finding, &alert);
                    // Several findings of `json` are a stream of documents, one a line as for `jsonl`.
                    terminal.data(
                        &serde_json::to_string(&found)
                            .map_err(|e| Failure::Input(e.to_string()))?,
                    )?;
                }
                Output::Text => {
                    if !first {
                        terminal.data("")?;
                    }
                    for line in finding_lines(&finding, &context.words()) {
                        terminal.data(&line)?;
                    }
                    show_subject(context, &finding).await?;
                }
            }
            first = false;
        }
    }
    Ok(worst)
}

/// The instance as it is now. That it cannot be read is told and does not take away what the alert says.
async fn show_subject(context: &Context, finding: &Finding) -> Result<(), Failure> {
    let words = context.words();
    if finding.family != "ec2" {
        return context.terminal.data(&format!(
            "   {}",
            words.with("other-family", [("family", finding.family.clone())])
        ));
    }
    let (Some(instance), false) = (&finding.instance_id, finding.sample) else {
        return Ok(());
    };
    let cloud = match context.cloud(finding.region.as_deref()).await {
        Ok(Some(cloud)) => cloud,
        Ok(None) => return Ok(()),
        Err(failure) => {
            context.terminal.warn(&failure.to_string());
            return Ok(());
        }
    };
    let hints = Hints::of(finding, None);
    match cloud.subject(instance, &hints).await {
        Ok(subject) => context.terminal.data(&format!(
            "   {:<14} {}",
            words.key("row-now"),
            subject_line(&subject)
        )),
        Err(
            error @ (CloudError::NotFound { .. }
            | CloudError::Denied { .. }
            | CloudError::Credentials { .. }
            | CloudError::Unreachable { .. }),
        ) => {
            context.terminal.warn(&error.to_string());
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// The findings behind one word of the command line; `None` is `--latest`.
///
/// # Errors
/// When nothing could be read at all.
pub(crate) async fn received(
    context: &Context,
    word: Option<&str>,
) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let given = word.map_or(Given::Finding(FindingQuery::Latest), meaning);
    let need_cloud =
        || Failure::Usage("this needs AWS, and --offline was given: name a file instead".into());
    match given {
        Given::Input(name) => Ok(findings_in(&name, &read_input(&name)?)),
        Given::Finding(query) => {
            let region = match &query {
                FindingQuery::Id(arn) => arn
                    .strip_prefix("arn:")
                    .and_then(|arn| arn.split(':').nth(2))
                    .map(str::to_owned),
                _ => None,
            };
            let cloud = context
                .cloud(region.as_deref())
                .await?
                .ok_or_else(need_cloud)?;
            from_guardduty(&cloud, &query).await
        }
        Given::Instance(query) => {
            if context.common.offline && !matches!(query, InstanceQuery::Id(_)) {
                return Err(need_cloud());
            }
            let found = by_hand(context, &query, word.unwrap_or_default()).await?;
            Ok((vec![found], Vec::new()))
        }
    }
}

/// A finding that a person makes by naming an instance.
async fn by_hand(
    context: &Context,
    query: &InstanceQuery,
    word: &str,
) -> Result<Received, Failure> {
    let clock = SystemClock;
    let now = jiff::Timestamp::now();
    let finding = match context.cloud(None).await? {
        None => Finding::manual(word, "", "", now),
        Some(cloud) => {
            let parts = Parts::new(context, &clock, None);
            // Looking for an instance writes nothing: any store will do, and a reader makes no folder.
            let store = SqliteStore::open(context.state()?, Access::Read).await?;
            let candidate = parts
                .responder(Some(&cloud), &store)
                .find_instance(query)
                .await?;
            let identity = cloud.whoami().await?;
            let mut finding =
                Finding::manual(&candidate.id, &identity.account, &identity.region, now);
            finding.instance_name = candidate.name;
            finding
        }
    };
    Ok(Received {
        alert: rebato_core::identify::Alert::manual(word),
        finding,
        raw: word.as_bytes().to_vec(),
    })
}
