//! A clock that tests turn, a journal in memory, and an account in memory with a saboteur before it. A crash is a switch: from
//! then on nothing is written and nothing answers, as for a program that was killed. Must not know plans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::case::{Event, Receipt};
use rebato_core::contain::{
    Action, ApprovedStep, GroupRef, Permit, Plan, SetGroupRules, SetInterfaceGroups, SetRunning,
    SetWatchObject, WatchObject,
};
use rebato_core::escalate::{Desk, Route};
use rebato_core::evaluate::{Gap, Source};
use rebato_core::harden::{Health, Posture};
use rebato_core::identify::{Remains, Subject, Unread};
use rebato_core::journal::Record;
use rebato_core::monitor::{Found, Seen};
use rebato_engine::ports::{
    AccountList, Candidate, Clock, Cloud, CloudError, FindingQuery, GuestAnswer, GuestCommand,
    Hints, Identity, InstanceQuery, LogObject, LogRequest, Made, Performed, PlaceRequest, Store,
    StoreError,
};
use tokio::sync::mpsc;

use crate::guest::{self, Guest, Trouble};
use crate::sim::apply;
use crate::story::at;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    /// AWS says no.
    Denied,
    /// AWS says: too many calls.
    Throttled,
    /// No answer; whether there was an effect.
    Lost { effect: bool },
    /// The program is killed in the call; whether there was an effect.
    Crash { effect: bool },
}

#[derive(Default)]
struct State {
    now: Timestamp,
    dead: bool,
    records: BTreeMap<String, Vec<Record>>,
    evidence: BTreeMap<Digest, Vec<u8>>,
    appends: usize,
    /// At which append the program is killed; whether the record is durable then.
    crash_at_append: Option<(usize, bool)>,
    subject: Option<Subject>,
    /// Name of the action and id of the step of every call that reached the account.
    calls: Vec<(String, String)>,
    /// For the n-th call of an action (from 1, in the order of arrival).
    faults: Vec<(&'static str, usize, Fault)>,
    arrived: BTreeMap<&'static str, usize>,
    reads: usize,
    /// Reads that do not show a fresh snapshot yet.
    hide_snapshots: usize,
    hidden: usize,
    /// Reads that show the instance as stopping yet.
    slow_stop: usize,
    stopping: usize,
    unread: BTreeSet<&'static str>,
    candidates: Vec<Candidate>,
    /// Whether the service on the instance fails without the old metadata service.
    needs_imds_v1: bool,
    health_looks: usize,
    /// What watches in the account, by its place.
    objects: BTreeMap<String, WatchObject>,
    /// The operating system, where there is one to speak to.
    guest: Option<Guest>,
    /// Logs of the account.
    logs: Vec<LogObject>,
}

/// Everything outside the program.
#[derive(Clone, Default)]
pub(crate) struct World(Arc<Mutex<State>>);

impl World {
    pub(crate) fn with(subject: Subject) -> Self {
        Self(Arc::new(Mutex::new(State {
            now: at(0),
            subject: Some(subject),
            slow_stop: 2,
            ..State::default()
        })))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The instance as it really is.
    pub(crate) fn subject(&self) -> Subject {
        self.state().subject.clone().unwrap()
    }

    /// Somebody else changes something.
    pub(crate) fn meddle(&self, change: impl FnOnce(&mut Subject)) {
        change(self.state().subject.as_mut().unwrap());
    }

    pub(crate) fn fail(&self, action: &'static str, nth: usize, fault: Fault) {
        self.state().faults.push((action, nth, fault));
    }

    pub(crate) fn crash_at_append(&self, nth: usize, durable: bool) {
        let mut state = self.state();
        let nth = state.appends + nth;
        state.crash_at_append = Some((nth, durable));
    }

    pub(crate) fn hide_snapshots(&self, reads: usize) {
        self.state().hide_snapshots = reads;
    }

    /// What runs on the instance fails from now on where the metadata service asks for a token.
    pub(crate) fn needs_imds_v1(&self) {
        self.state().needs_imds_v1 = true;
    }

    /// What watches in the account, for somebody else to change as well.
    pub(crate) fn objects<T>(
        &self,
        with: impl FnOnce(&mut BTreeMap<String, WatchObject>) -> T,
    ) -> T {
        with(&mut self.state().objects)
    }

    /// The account has these logs, each of which takes twenty seconds to come.
    pub(crate) fn with_logs(&self, logs: Vec<LogObject>) {
        self.state().logs = logs;
    }

    /// There is an operating system to speak to, with this trouble.
    pub(crate) fn with_guest(&self, trouble: Trouble) {
        self.state().guest = Some(Guest::with(trouble));
    }

    /// The trouble with the operating system changes.
    pub(crate) fn trouble(&self, trouble: Trouble) {
        self.state().guest.as_mut().unwrap().trouble = trouble;
    }

    /// Our file for sshd.
    /// What a look into the system shows.
    pub(crate) fn look(&self) -> rebato_core::harden::guest::Guest {
        let text = self.state().guest.as_ref().map(Guest::look).unwrap();
        rebato_core::harden::guest::read(text.as_bytes()).unwrap()
    }

    /// Somebody else writes our file.
    pub(crate) fn write_sshd_file(&self, content: Option<&str>) {
        if let Some(guest) = &mut self.state().guest {
            guest.file = content.map(str::to_owned);
        }
    }

    pub(crate) fn sshd_file(&self) -> Option<String> {
        self.state().guest.as_ref().unwrap().file.clone()
    }

    pub(crate) fn health_looks(&self) -> usize {
        self.state().health_looks
    }

    pub(crate) fn candidates(&self, found: &[Candidate]) {
        self.state().candidates = found.to_vec();
    }

    pub(crate) fn remove_instance(&self) {
        self.state().subject = None;
    }

    /// Somebody writes into the journal behind the store's back.
    pub(crate) fn tamper(&self, case: &str) {
        self.state().records.get_mut(case).unwrap()[0].actor = "mallory".into();
    }

    pub(crate) fn kept_bytes(&self) -> Vec<Vec<u8>> {
        self.state().evidence.values().cloned().collect()
    }

    pub(crate) fn slow_stop(&self, reads: usize) {
        self.state().slow_stop = reads;
    }

    pub(crate) fn unread(&self, what: &'static str) {
        self.state().unread.insert(what);
    }

    /// Everything works again; a killed program may be started anew.
    pub(crate) fn mend(&self) {
        let mut state = self.state();
        state.dead = false;
        state.crash_at_append = None;
        state.faults.clear();
        state.unread.clear();
    }

    pub(crate) fn dead(&self) -> bool {
        self.state().dead
    }

    pub(crate) fn appends(&self) -> usize {
        self.state().appends
    }

    pub(crate) fn reads(&self) -> usize {
        self.state().reads
    }

    /// Actions of the calls so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.state()
            .calls
            .iter()
            .map(|(action, _)| action.clone())
            .collect()
    }

    pub(crate) fn calls_of(&self, action: &str) -> usize {
        self.calls().iter().filter(|name| *name == action).count()
    }

    pub(crate) fn wait(&self, minutes: i64) {
        self.state().now += jiff::SignedDuration::from_mins(minutes);
    }

    pub(crate) fn events(&self, case: &str) -> Vec<Event> {
        self.state()
            .records
            .get(case)
            .into_iter()
            .flatten()
            .map(|r| r.decode().unwrap())
            .collect()
    }
}

#[async_trait]
impl Clock for World {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    async fn pass(&self, time: Duration) {
        self.state().now += time;
    }
}

fn killed() -> StoreError {
    StoreError::Io {
        what: "append",
        path: "memory".into(),
        why: "the program was killed".into(),
        full: false,
    }
}

#[async_trait]
impl Store for World {
    async fn append(&self, new: &[Record], expected: u64) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.dead {
            return Err(killed());
        }
        state.appends += 1;
        let crash = state
            .crash_at_append
            .filter(|(nth, _)| *nth == state.appends);
        state.dead = crash.is_some();
        if crash.is_some_and(|(_, durable)| !durable) {
            return Err(killed());
        }
        let case = &new[0].case;
        let records = state.records.entry(case.clone()).or_default();
        let found = records.last().map_or(0, |r| r.seq);
        if found != expected {
            return Err(StoreError::Conflict {
                case: case.clone(),
                expected,
                found,
            });
        }
        // As a store does: through bytes.
        for record in new {
            let bytes = serde_json::to_vec(record).unwrap();
            records.push(serde_json::from_slice(&bytes).unwrap());
        }
        if crash.is_some() {
            Err(killed())
        } else {
            Ok(())
        }
    }

    async fn records(&self, case: &str) -> Result<Vec<Record>, StoreError> {
        Ok(self.state().records.get(case).cloned().unwrap_or_default())
    }

    async fn cases(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.state().records.keys().cloned().collect())
    }

    async fn next_case_id(&self, year: i16) -> Result<String, StoreError> {
        Ok(format!("C-{year}-{:04}", self.state().records.len() + 1))
    }

    async fn keep(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(bytes);
        self.state().evidence.insert(digest, bytes.to_vec());
        Ok(digest)
    }

    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.state().evidence.get(&digest).cloned())
    }
}

fn no_answer(operation: &str) -> CloudError {
    CloudError::Unreachable {
        operation: operation.into(),
        why: "connection reset".into(),
    }
}

/// The groups of ours that an action names.
fn named(action: &Action) -> Vec<&GroupRef> {
    match action {
        Action::SetInterfaceGroups(SetInterfaceGroups { to, .. }) => to.iter().collect(),
        Action::SetGroupRules(SetGroupRules { group, .. }) => vec![group],
        _ => vec![],
    }
}

impl State {
    /// Nothing is called that is not in the journal as begun and without an outcome.
    fn assert_intent(&self, step: &ApprovedStep) {
        let about =
            |r: &&Record| r.body["plan"] == step.plan().to_string() && r.body["step"] == step.id();
        let last = self.records[step.case()]
            .iter()
            .rev()
            .find(|r| r.event.starts_with("step_") && about(r));
        let begun = last.is_some_and(|r| r.event == "step_started");
        assert!(begun, "{} was called without an intent", step.id());
    }

    /// Changes what stands as the step finds it, and nothing else.
    fn watch(&mut self, set: &SetWatchObject) -> Result<Vec<String>, CloudError> {
        let place = set.object().unwrap().place();
        let found = self.objects.get(&place);
        if found != set.from.as_deref() && found != set.to.as_deref() {
            return Err(CloudError::Refused {
                operation: "set_watch_object".into(),
                code: "Changed".into(),
                why: "simulated".into(),
            });
        }
        match &set.to {
            Some(to) => self.objects.insert(place, (**to).clone()),
            None => self.objects.remove(&place),
        };
        Ok(vec![])
    }

    fn effect(&mut self, step: &ApprovedStep) -> Result<Vec<String>, CloudError> {
        let (action, mark) = (step.action(), step.mark());
        self.calls.push((action.name().into(), step.id().into()));
        if let Action::SetWatchObject(set) = action {
            return self.watch(set);
        }
        if let Some(guest) = self.guest.as_mut().filter(|_| guest::runs(action)) {
            return guest.send(action, self.now).map(|command| vec![command]);
        }
        let subject = self.subject.as_mut().unwrap();
        let made =
            apply(action, subject, step.case(), &mark).map_err(|code| CloudError::Refused {
                operation: action.name().into(),
                code: code.into(),
                why: "simulated".into(),
            })?;
        match action {
            Action::CreateSnapshots(_) => self.hidden = self.hide_snapshots,
            Action::SetRunning(SetRunning { running: false, .. }) if self.slow_stop > 0 => {
                subject.state = "stopping".into();
                self.stopping = self.slow_stop;
            }
            _ => {}
        }
        Ok(made)
    }
}

#[async_trait]
impl Cloud for World {
    async fn whoami(&self) -> Result<Identity, CloudError> {
        Ok(Identity {
            account: "111122223333".into(),
            arn: "arn:aws:iam::111122223333:user/ana".into(),
            region: "eu-west-1".into(),
        })
    }

    async fn desk(&self, _: Route) -> Result<Desk, CloudError> {
        Ok(Desk::default())
    }

    async fn find(&self, _: &InstanceQuery) -> Result<Vec<Candidate>, CloudError> {
        Ok(self.state().candidates.clone())
    }

    async fn remains(&self, instance: &str) -> Result<Remains, CloudError> {
        if self.state().dead {
            return Err(no_answer("LookupEvents"));
        }
        Ok(Remains {
            image: Some(format!("image of {instance}")),
            ..Remains::default()
        })
    }

    async fn subject(&self, _: &str, _: &Hints) -> Result<Subject, CloudError> {
        // Lets the other steps of a wave go on meanwhile, as a real call does.
        tokio::task::yield_now().await;
        let mut state = self.state();
        if state.dead {
            return Err(no_answer("DescribeInstances"));
        }
        state.reads += 1;
        if state.stopping > 0 {
            state.stopping -= 1;
            if state.stopping == 0 {
                state.subject.as_mut().unwrap().state = "stopped".into();
            }
        }
        let Some(mut seen) = state.subject.clone() else {
            let code = "InvalidInstanceID.NotFound".into();
            return Err(CloudError::NotFound {
                what: "the instance".into(),
                code,
                why: "simulated".into(),
            });
        };
        seen.read_at = state.now;
        if state.hidden > 0 {
            state.hidden -= 1;
            seen.own_snapshots.clear();
        }
        for what in &state.unread {
            seen.unread.push(Unread {
                what: (*what).into(),
                why: "UnauthorizedOperation".into(),
            });
            if *what == "snapshots" {
                seen.own_snapshots.clear();
            }
        }
        Ok(seen)
    }

    async fn findings(&self, _: &FindingQuery) -> Result<Vec<u8>, CloudError> {
        Ok(br#"{"findings":[]}"#.to_vec())
    }

    async fn logs(
        &self,
        _: &LogRequest,
        out: mpsc::Sender<LogObject>,
    ) -> Result<Vec<(Source, Gap)>, CloudError> {
        let objects = std::mem::take(&mut self.state().logs);
        for object in objects {
            // Each takes a while to come.
            self.state().now += jiff::SignedDuration::from_secs(20);
            if out.send(object).await.is_err() {
                break;
            }
        }
        Ok(vec![])
    }

    async fn place(
        &self,
        _: &PlaceRequest,
        _: mpsc::Sender<LogObject>,
    ) -> Result<Vec<Gap>, CloudError> {
        Ok(vec![])
    }

    async fn lists(&self) -> Result<Vec<AccountList>, CloudError> {
        Ok(vec![])
    }

    async fn in_guest(&self, command: &GuestCommand) -> Result<GuestAnswer, CloudError> {
        let mut state = self.state();
        let now = state.now;
        match state.guest.as_mut() {
            Some(guest) => guest.run(&command.script.join("\n"), now),
            None => Err(no_answer("SendCommand")),
        }
    }

    async fn heard(&self, _: &str, command: &str) -> Result<GuestAnswer, CloudError> {
        match self.state().guest.as_mut() {
            Some(guest) => guest.heard(command),
            None => Err(no_answer("GetCommandInvocation")),
        }
    }

    async fn posture(&self, _: &Subject) -> Result<Posture, CloudError> {
        let mut state = self.state();
        let now = state.now;
        Ok(state
            .guest
            .as_mut()
            .map(|guest| guest.posture(now))
            .unwrap_or_default())
    }

    async fn health(&self, subject: &Subject) -> Health {
        let mut state = self.state();
        let tokens = state
            .subject
            .as_ref()
            .and_then(|s| s.metadata.http_tokens.clone());
        let well = !(state.needs_imds_v1 && tokens.as_deref() == Some("required"));
        state.health_looks += 1;
        let now = state.now;
        Health {
            reachable: Some(true),
            agent: state.guest.as_mut().map(|guest| guest.hears(now)),
            targets: [(format!("web {}", subject.instance_id), well)].into(),
            unread: vec![],
        }
    }

    async fn watch_objects(&self, wanted: &[WatchObject]) -> Vec<Seen> {
        let state = self.state();
        let found = |object: &WatchObject| Found {
            object: object.clone(),
            on: true,
            state: None,
        };
        wanted
            .iter()
            .map(|object| Seen {
                wanted: object.clone(),
                found: Ok(state.objects.get(&object.place()).map(found)),
            })
            .collect()
    }

    async fn rehearse(&self, _: &Plan) -> Vec<Permit> {
        vec![]
    }

    async fn perform(&self, step: &ApprovedStep, ids: &Made) -> Result<Performed, CloudError> {
        tokio::task::yield_now().await;
        let mut state = self.state();
        let name = step.action().name();
        if state.dead {
            return Err(no_answer(name));
        }
        state.assert_intent(step);
        for group in named(step.action()) {
            if let GroupRef::Own { role, vpc } = group
                && !ids.groups.contains_key(&role.group_name(vpc))
            {
                return Err(CloudError::Unbound {
                    operation: name.into(),
                    what: group.shown(),
                });
            }
        }
        let nth = state.arrived.entry(name).or_default();
        *nth += 1;
        let nth = *nth;
        let fault = state
            .faults
            .iter()
            .find(|(action, n, _)| *action == name && *n == nth)
            .map(|(_, _, fault)| *fault);
        match fault {
            None => {
                let made = state.effect(step)?;
                let bytes = if name == "save_console" {
                    vec![("console_output".into(), b"login: ".to_vec())]
                } else {
                    vec![]
                };
                Ok(Performed {
                    receipt: Receipt {
                        made,
                        ..Receipt::default()
                    },
                    bytes,
                })
            }
            Some(Fault::Denied) => Err(CloudError::Denied {
                operation: name.into(),
                code: "UnauthorizedOperation".into(),
                why: "simulated".into(),
            }),
            Some(Fault::Throttled) => Err(CloudError::Throttled {
                operation: name.into(),
                code: "RequestLimitExceeded".into(),
            }),
            Some(Fault::Lost { effect } | Fault::Crash { effect }) => {
                if effect {
                    let _ = state.effect(step);
                }
                state.dead = matches!(fault, Some(Fault::Crash { .. }));
                Err(no_answer(name))
            }
        }
    }
}
