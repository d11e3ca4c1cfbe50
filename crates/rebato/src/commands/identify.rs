//! `rebato identify`: what each alert says and, unless `--offline`, what the instance is now. Opens no case. Findings are
//! written as they are read.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rebato_aws::AwsCloud;
use rebato_core::identify::{Alert, Finding, document};
use rebato_engine::EngineError;
use rebato_engine::ports::{
    Cloud, CloudError, FindingQuery, Hints, InstanceQuery, SystemClock, Wanted,
};
use rebato_report::{Words, clean};
use rebato_store::{Access, SqliteStore};

use super::{Done, Parts};
use crate::alerts::{
    Found, Given, Key, Reader, Received, Walk, Where, folded, from_guardduty, key, meaning,
    received_from,
};
use crate::args::{AlertArg, IdentifyArgs, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::show::{around_lines, finding_lines, remains_lines, subject_line};

/// So many parts of one input that are no findings are told; the rest is counted.
const TOLD: usize = 5;

/// Runs it.
///
/// # Errors
/// Only what keeps every alert from being read; a single bad input is told and the others are read.
pub async fn run(context: &Context, args: &IdentifyArgs) -> Done {
    let mut run = Run {
        context,
        wanted: args.filter.wanted(),
        many: args.alerts.len() > 1 || args.alerts.iter().any(|a| Path::new(a).is_dir()),
        worst: Exit::Done,
        shown: 0,
        left_out: 0,
        seen: BTreeMap::new(),
        now: BTreeMap::new(),
        clouds: BTreeMap::new(),
    };
    if args.alerts.is_empty() {
        let wanted = run.wanted.clone();
        let query = if args.latest {
            FindingQuery::Latest(wanted)
        } else {
            run.many = true;
            FindingQuery::Matching(wanted)
        };
        let asked = asked(context, &query, &Where::default()).await;
        run.received(asked).await?;
    }
    for word in &args.alerts {
        match meaning(word) {
            Given::Input(name) if Path::new(&name).is_dir() => run.folder(&name).await?,
            Given::Input(name) => {
                run.input(&name).await?;
            }
            given => {
                let asked = of_account(context, given, word).await;
                run.received(asked).await?;
            }
        }
    }
    if run.left_out > 0 {
        context
            .terminal
            .say("findings-left-out", &[("count", &run.left_out)]);
    }
    Ok(run.worst)
}

/// One run of the command.
struct Run<'a> {
    context: &'a Context,
    wanted: Wanted,
    /// Whether findings may come from several places, so that each says from where.
    many: bool,
    worst: Exit,
    shown: usize,
    left_out: usize,
    /// GuardDuty's findings that were shown, and how new.
    seen: BTreeMap<Key, (Option<Timestamp>, Option<u64>)>,
    /// What was read of instances, by Region and id; `None` where it could not be read, which was told.
    now: BTreeMap<(Option<String>, String), Option<Vec<String>>>,
    clouds: BTreeMap<Option<String>, AwsCloud>,
}

impl Run<'_> {
    fn worse(&mut self, exit: Exit) {
        if self.worst == Exit::Done {
            self.worst = exit;
        }
    }

    /// All files below a folder.
    async fn folder(&mut self, name: &str) -> Result<(), Failure> {
        let terminal = self.context.terminal;
        let walk = match Walk::new(Path::new(name)) {
            Ok(walk) => walk,
            Err(skipped) => {
                terminal.error(&format!("cannot read {name}: {}", skipped.why), None);
                self.worse(Exit::Failed);
                return Ok(());
            }
        };
        let (mut files, mut findings, mut without) = (0, 0, 0);
        for found in walk {
            files += 1;
            let count = match found {
                Ok(path) => self.input(&path.to_string_lossy()).await?,
                Err(skipped) => {
                    let path = skipped.path.display();
                    terminal.error(&format!("cannot read {path}: {}", skipped.why), None);
                    self.worse(Exit::Failed);
                    0
                }
            };
            findings += count;
            without += usize::from(count == 0);
        }
        if files == 0 {
            terminal.error(&format!("{name}: there is no file in this folder"), None);
            self.worse(Exit::Failed);
            return Ok(());
        }
        terminal.say(
            "folder-read",
            &[
                ("folder", &clean(name)),
                ("files", &files),
                ("findings", &findings),
                ("without", &without),
            ],
        );
        Ok(())
    }

    /// One file, or standard input. Tells how many findings there were, shown or left out.
    async fn input(&mut self, name: &str) -> Result<usize, Failure> {
        let reader = match Reader::open(name) {
            Ok(reader) => reader,
            Err(failure) => {
                let exit = failure.tell(&self.context.terminal);
                self.worse(exit);
                return Ok(0);
            }
        };
        let mut problems = Vec::new();
        let (mut findings, mut wrong) = (0, 0);
        for one in reader {
            match one {
                Ok(Found { alert, finding }) => {
                    findings += 1;
                    self.show(&alert, &finding).await?;
                }
                Err(problem) => {
                    wrong += 1;
                    if problems.len() < TOLD {
                        problems.push(problem);
                    }
                }
            }
        }
        // Where nothing is a finding, one word about the first part says it.
        if findings == 0 {
            problems.truncate(1);
        }
        self.problems(name, &problems, wrong);
        Ok(findings)
    }

    /// Tells what was no finding: these, and how many more.
    fn problems(&mut self, name: &str, told: &[String], all: usize) {
        let more = all.saturating_sub(told.len());
        for (n, problem) in told.iter().enumerate() {
            let rest = if more > 0 && n + 1 == told.len() {
                format!(" (and {more} more in {name})")
            } else {
                String::new()
            };
            self.context
                .terminal
                .error(&format!("{problem}{rest}"), None);
            self.worse(Exit::Failed);
        }
    }

    /// What AWS answered, or what a person named.
    async fn received(
        &mut self,
        asked: Result<(Vec<Received>, Vec<String>), Failure>,
    ) -> Result<(), Failure> {
        let (received, problems) = match asked {
            Ok(received) => received,
            Err(failure) => {
                let exit = failure.tell(&self.context.terminal);
                self.worse(exit);
                return Ok(());
            }
        };
        let told: Vec<String> = problems.iter().take(TOLD).cloned().collect();
        self.problems("GuardDuty", &told, problems.len());
        for Received { alert, finding, .. } in received {
            let (name, age) = key(&finding);
            // The same finding by its id and by its ARN, or through two detectors, is shown once.
            if alert.envelope != "manual" {
                match self.seen.get(&name) {
                    Some(known) if *known >= age => continue,
                    _ => self.seen.insert(name, age),
                };
            }
            self.show(&alert, &finding).await?;
        }
        Ok(())
    }

    async fn show(&mut self, alert: &Alert, finding: &Finding) -> Result<(), Failure> {
        let terminal = self.context.terminal;
        if alert.envelope != "manual"
            && !self
                .wanted
                .fits(&finding.kind, finding.severity, finding.updated)
        {
            self.left_out += 1;
            return Ok(());
        }
        match terminal.output {
            Output::Json | Output::Jsonl => {
                let found = document(finding, alert);
                // Several findings of `json` are a stream of documents, one a line as for `jsonl`.
                terminal.data(
                    &serde_json::to_string(&found).map_err(|e| Failure::Input(e.to_string()))?,
                )?;
            }
            Output::Text => {
                let words = self.context.words();
                if self.shown > 0 {
                    terminal.data("")?;
                }
                for line in finding_lines(finding, &words) {
                    terminal.data(&line)?;
                }
                if self.many {
                    terminal.data(&format!(
                        "   {:<14} {} ({})",
                        words.key("row-source"),
                        clean(&alert.source),
                        clean(&alert.envelope)
                    ))?;
                }
                if finding.family != "ec2" {
                    let family = [("family", clean(&finding.family))];
                    terminal.data(&format!("   {}", words.with("other-family", family)))?;
                } else if let Some(now) = self.now(finding).await? {
                    for line in now {
                        terminal.data(&line)?;
                    }
                }
            }
        }
        self.shown += 1;
        Ok(())
    }

    /// The instance as it is now, read once a run. That it cannot be read is told and does not take away what the alert says.
    async fn now(&mut self, finding: &Finding) -> Result<Option<Vec<String>>, Failure> {
        let (Some(instance), false) = (&finding.instance_id, finding.sample) else {
            return Ok(None);
        };
        let known = (finding.region.clone(), instance.clone());
        if let Some(lines) = self.now.get(&known) {
            return Ok(lines.clone());
        }
        let lines = self.read(instance, finding).await?;
        self.now.insert(known, lines.clone());
        Ok(lines)
    }

    async fn read(
        &mut self,
        instance: &str,
        finding: &Finding,
    ) -> Result<Option<Vec<String>>, Failure> {
        let terminal = self.context.terminal;
        let region = &finding.region;
        let cloud = match self.clouds.get(region) {
            Some(cloud) => cloud.clone(),
            None => match self.context.cloud(region.as_deref()).await {
                Ok(Some(cloud)) => {
                    self.clouds.insert(region.clone(), cloud.clone());
                    cloud
                }
                Ok(None) => return Ok(None),
                Err(failure) => {
                    terminal.warn(&failure.said(terminal.lang));
                    return Ok(None);
                }
            },
        };
        let words = self.context.words();
        match cloud.subject(instance, &Hints::of(finding, None)).await {
            Ok(subject) => {
                let mut lines = vec![format!(
                    "   {:<14} {}",
                    words.key("row-now"),
                    subject_line(&subject)
                )];
                lines.extend(around_lines(&subject, &words));
                if subject.state == "terminated" {
                    lines.extend(left_of(&cloud, instance, &words).await);
                }
                Ok(Some(lines))
            }
            Err(error @ CloudError::NotFound { .. }) => {
                terminal.warn(&Failure::from(error).said(terminal.lang));
                Ok(Some(left_of(&cloud, instance, &words).await))
            }
            Err(
                error @ (CloudError::Denied { .. }
                | CloudError::Credentials { .. }
                | CloudError::Unreachable { .. }),
            ) => {
                terminal.warn(&Failure::from(error).said(terminal.lang));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// What remains of an instance that is no more, or why that could not be asked.
async fn left_of(cloud: &AwsCloud, instance: &str, words: &Words) -> Vec<String> {
    match cloud.remains(instance).await {
        Ok(remains) => remains_lines(&remains, words),
        Err(error) => {
            let said = Failure::from(error).said(words.lang);
            vec![format!("   {}", clean(&said))]
        }
    }
}

/// The findings behind one ALERT, for a command that works on them one by one: each once, held with its bytes.
///
/// # Errors
/// When nothing could be read at all.
pub(crate) async fn received(
    context: &Context,
    args: &AlertArg,
) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let wanted = args.filter.wanted();
    let Some(word) = args.alert.as_deref() else {
        return asked(context, &FindingQuery::Latest(wanted), &Where::default()).await;
    };
    let (found, mut problems) = match meaning(word) {
        Given::Input(name) => received_from(&name)?,
        given => of_account(context, given, word).await?,
    };
    let all = problems.len();
    problems.truncate(TOLD);
    if all > problems.len() {
        problems.push(format!("{word}: and {} more", all - problems.len()));
    }
    let mut found = folded(found);
    let before = found.len();
    found.retain(|one| {
        let finding = &one.finding;
        one.alert.envelope == "manual"
            || wanted.fits(&finding.kind, finding.severity, finding.updated)
    });
    if found.len() < before {
        let left_out = before - found.len();
        context
            .terminal
            .say("findings-left-out", &[("count", &left_out)]);
    }
    Ok((found, problems))
}

fn needs_aws() -> Failure {
    Failure::wrong("wrong-offline-file", [])
}

/// What GuardDuty has.
async fn asked(
    context: &Context,
    query: &FindingQuery,
    place: &Where,
) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let cloud = context
        .cloud(place.region.as_deref())
        .await?
        .ok_or_else(needs_aws)?;
    from_guardduty(&cloud, query, cloud.region()).await
}

/// What is no input: a finding in GuardDuty, or an instance.
async fn of_account(
    context: &Context,
    given: Given,
    word: &str,
) -> Result<(Vec<Received>, Vec<String>), Failure> {
    let found = match given {
        Given::Finding(query, place) => return asked(context, &query, &place).await,
        Given::Instance(query, place) => by_hand(context, &query, &place, word).await?,
        Given::Input(name) => return received_from(&name),
        Given::Either(name) => {
            let no_file = match received_from(&name) {
                Ok(received) => return Ok(received),
                Err(failure) if context.common.offline => return Err(failure),
                Err(failure) => failure,
            };
            let query = InstanceQuery::Name(name);
            match by_hand(context, &query, &Where::default(), word).await {
                Ok(found) => found,
                Err(error @ Failure::Engine(EngineError::Ambiguous { .. })) => return Err(error),
                Err(Failure::Engine(EngineError::NotFound(_))) => {
                    return Err(Failure::unusable(
                        "failed-neither",
                        [
                            ("file", no_file.said(context.terminal.lang)),
                            ("name", word.to_owned()),
                        ],
                    ));
                }
                Err(_) => return Err(no_file),
            }
        }
    };
    Ok((vec![found], Vec::new()))
}

/// A finding that a person makes by naming an instance.
async fn by_hand(
    context: &Context,
    query: &InstanceQuery,
    place: &Where,
    word: &str,
) -> Result<Received, Failure> {
    if word.trim().is_empty() {
        return Err(Failure::wrong("wrong-empty", []));
    }
    let clock = SystemClock;
    let now = Timestamp::now();
    let finding = match (context.cloud(place.region.as_deref()).await?, query) {
        (None, InstanceQuery::Id(id)) => {
            let said = |part: &Option<String>| part.clone().unwrap_or_default();
            Finding::manual(id, &said(&place.account), &said(&place.region), now)
        }
        (None, _) => return Err(needs_aws()),
        (Some(cloud), _) => {
            let identity = cloud.whoami().await?;
            if let Some(account) = place.account.as_ref().filter(|a| **a != identity.account) {
                return Err(Failure::unusable(
                    "failed-account",
                    [
                        ("name", word.to_owned()),
                        ("account", account.clone()),
                        ("ours", identity.account),
                    ],
                ));
            }
            let parts = Parts::new(context, &clock, None)?;
            // Looking for an instance writes nothing: any store will do, and a reader makes no folder.
            let store = SqliteStore::open(context.state()?, Access::Read).await?;
            let candidate = parts
                .responder(Some(&cloud), &store)
                .find_instance(query)
                .await?;
            let mut finding =
                Finding::manual(&candidate.id, &identity.account, &identity.region, now);
            finding.instance_name = candidate.name;
            finding
        }
    };
    Ok(Received {
        alert: Alert::manual(word),
        finding,
        raw: word.as_bytes().into(),
    })
}
