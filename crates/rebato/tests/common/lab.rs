//! The simulated account and the real program against it: one process a command, one state folder, a trap that ends the
//! process at a chosen call. Must not know any single test.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rebato_lab::wire::{CallInfo, Moment, Verdict};
use rebato_lab::{Faults, Lab, Options, Scenario};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Three interfaces, two Elastic IPs, four volumes, a scaling group at its smallest size, a target group, a classic balancer,
/// IPv6, a shared role and stop protection.
const SCENARIO: &str = "fortress";

/// One account, one state folder.
pub(crate) struct Stage {
    /// The account.
    pub(crate) lab: Lab,
    folder: TempDir,
    trap: Arc<Mutex<Trap>>,
    // After the lab, which ends in it.
    runtime: Runtime,
}

/// Ends the process that is running when a call fits.
#[derive(Default)]
struct Trap {
    at: Option<CallPoint>,
    /// The number of the call that is meant, once it has come.
    meant: Option<u64>,
    child: Option<Child>,
    fired: bool,
}

/// A call, told by its number among those of its kind from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallPoint {
    /// Which calls count.
    pub(crate) kind: Kind,
    /// 1 for the next.
    pub(crate) n: u64,
    /// Before its effect, which then does not happen, or after it, whose answer then never comes.
    pub(crate) moment: Moment,
}

/// Which calls count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Those that only read.
    Reads,
    /// Those that change something.
    Writes,
    /// Those of this operation.
    Named(&'static str),
}

impl Kind {
    fn fits(self, call: &CallInfo) -> bool {
        match self {
            Self::Reads => call.reads,
            Self::Writes => !call.reads,
            Self::Named(operation) => call.operation == operation,
        }
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    status: ExitStatus,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) talk: String,
}

impl Ended {
    /// The exit code; `None` when it was killed.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// The document on standard output.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// What stands in the account, as the account itself knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Names of the groups of each interface of the instance.
    pub(crate) groups: BTreeMap<String, BTreeSet<String>>,
    /// Where each Elastic IP is.
    pub(crate) elastic: BTreeMap<String, Option<String>>,
    /// Interfaces of the instance with an automatic public address.
    pub(crate) automatic: BTreeSet<String>,
    /// Interfaces that AWS would give one.
    pub(crate) would_get_one: BTreeSet<String>,
    /// Rebato's own groups in the account, each with whether it lets anything through.
    pub(crate) own_groups: Vec<(String, bool)>,
    /// Of each of Rebato's snapshots: volume, case, step.
    pub(crate) snapshots: Vec<(String, String, String)>,
    /// The instance's state.
    pub(crate) state: String,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Termination protection and what a shutdown does.
    pub(crate) protection: (bool, String),
    /// Its volumes, each with whether it goes with the instance.
    pub(crate) volumes: BTreeMap<String, bool>,
    /// Stop protection.
    pub(crate) stop_protection: bool,
    /// Of each scaling group that holds it: minimum, wanted size, where it stands.
    pub(crate) scaling: BTreeMap<String, (i32, i32, String)>,
    /// Names of the target groups and classic balancers that send it traffic.
    pub(crate) fed_by: BTreeSet<String>,
    /// Inline policies of all roles, with their documents.
    pub(crate) policies: BTreeMap<(String, String), String>,
}

impl Stage {
    /// The account of [`SCENARIO`] at the moment of its alert, and an empty state folder.
    pub(crate) fn new() -> Self {
        let stage = Self::with(TempDir::new().unwrap());
        let lead = Scenario::load(SCENARIO).unwrap().lead;
        stage.lab.advance(lead);
        let alert = stage.lab.alert().unwrap();
        std::fs::write(stage.folder().join("alert.json"), alert).unwrap();
        stage
    }

    /// The same account with a copy of another stage's state folder. The attack is left out, which takes long: what only
    /// changes the account and reads it back does not see it.
    pub(crate) fn copy_of(other: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        copy(other, folder.path());
        Self::with(folder)
    }

    fn with(folder: TempDir) -> Self {
        Self::playing(Scenario::load(SCENARIO).unwrap(), folder)
    }

    /// Another scenario at its beginning.
    pub(crate) fn playing(scenario: Scenario, folder: TempDir) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let lab = {
            let _inside = runtime.enter();
            Lab::start(Options::manual(scenario, 7, start)).unwrap()
        };
        // The program looks at an instance that stops every five seconds of real time: it finds it stopped at once.
        lab.world(|world| {
            world.settings.stop_takes = jiff::SignedDuration::from_millis(200);
            world.settings.start_takes = jiff::SignedDuration::from_millis(200);
            world.settings.scaling_takes = jiff::SignedDuration::from_millis(200);
        });
        let stage = Self {
            lab,
            folder,
            trap: Arc::default(),
            runtime,
        };
        stage.faults(Faults::none());
        stage
    }

    /// The folder with the alert and the state.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Sets faults; the trap stays where it is.
    pub(crate) fn faults(&self, mut faults: Faults) {
        if faults.on_call.is_none() {
            let trap = Arc::clone(&self.trap);
            faults.on_call = Some(Arc::new(move |call| held(&trap).meet(call)));
        }
        self.lab.set_faults(faults);
    }

    /// Nobody answers any more.
    pub(crate) fn gone(self) -> Gone {
        let environment = self.lab.environment();
        self.runtime.block_on(self.lab.shutdown());
        Gone {
            folder: self.folder,
            environment,
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = program(self.folder.path(), words);
        command.envs(self.lab.environment());
        command
    }

    /// Starts a command.
    pub(crate) fn start(&self, words: &[&str]) -> Running {
        // Calls wait at the trap until it knows the process.
        let mut trap = held(&self.trap);
        let mut child = self.command(words).spawn().unwrap();
        let (out, talk) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        trap.fired = false;
        trap.child = Some(child);
        let read = |mut from: Box<dyn std::io::Read + Send>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                from.read_to_end(&mut bytes).unwrap();
                String::from_utf8(bytes).unwrap()
            })
        };
        Running {
            trap: Arc::clone(&self.trap),
            out: read(Box::new(out)),
            talk: read(Box::new(talk)),
        }
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        self.start(words).end()
    }

    /// Runs a command beside the one that the trap knows.
    pub(crate) fn run_beside(&self, words: &[&str]) -> Ended {
        ended(&mut self.command(words))
    }

    /// Runs a command, expects its exit code, and gives its document.
    pub(crate) fn expect(&self, words: &[&str], code: i32) -> Value {
        let ended = self.run(words);
        assert_eq!(ended.code(), Some(code), "rebato {words:?}: {ended:#?}");
        if ended.out.trim().is_empty() {
            Value::Null
        } else {
            ended.document()
        }
    }

    /// Runs a command that is killed at a call. False when it ended before there was such a call.
    pub(crate) fn run_killed_at(&self, point: CallPoint, words: &[&str]) -> bool {
        held(&self.trap).at = Some(point);
        let ended = self.run(words);
        let mut trap = held(&self.trap);
        (trap.at, trap.meant) = (None, None);
        assert_eq!(trap.fired, ended.code().is_none(), "{point:?}: {ended:#?}");
        trap.fired
    }

    /// What stands in the account.
    pub(crate) fn facts(&self) -> Facts {
        self.lab.world(|world| {
            let instance = &world.instances[&world.target_instance];
            let name = |id: &String| world.groups[id].name.clone();
            let interfaces: Vec<_> = world
                .interfaces
                .values()
                .filter(|i| {
                    i.attachment
                        .as_ref()
                        .is_some_and(|a| a.instance_id == instance.id)
                })
                .collect();
            let mut own_groups: Vec<_> = world
                .groups
                .values()
                .filter(|g| g.name.starts_with("rebato"))
                .map(|g| (g.name.clone(), !g.rules.is_empty()))
                .collect();
            own_groups.sort();
            let tag = |tags: &BTreeMap<String, String>, key: &str| {
                tags.get(key).cloned().unwrap_or_default()
            };
            let mut snapshots: Vec<_> = world
                .snapshots
                .values()
                .filter(|s| s.tags.keys().any(|key| key.starts_with("rebato:")))
                .map(|s| {
                    (
                        s.volume_id.clone(),
                        tag(&s.tags, "rebato:case"),
                        tag(&s.tags, "rebato:step"),
                    )
                })
                .collect();
            snapshots.sort();
            Facts {
                groups: interfaces
                    .iter()
                    .map(|i| (i.id.clone(), i.groups.iter().map(name).collect()))
                    .collect(),
                elastic: world
                    .addresses
                    .iter()
                    .map(|(id, a)| {
                        (
                            id.clone(),
                            a.association.as_ref().map(|a| a.interface_id.clone()),
                        )
                    })
                    .collect(),
                automatic: interfaces
                    .iter()
                    .filter(|i| i.private_addresses.iter().any(|a| a.auto_public.is_some()))
                    .map(|i| i.id.clone())
                    .collect(),
                would_get_one: interfaces
                    .iter()
                    .filter(|i| i.associate_public_ip)
                    .map(|i| i.id.clone())
                    .collect(),
                own_groups,
                snapshots,
                state: instance.state.name().into(),
                tags: instance.tags.clone(),
                protection: (
                    instance.disable_api_termination,
                    instance.shutdown_behavior.clone(),
                ),
                volumes: instance
                    .block_devices
                    .iter()
                    .map(|d| (d.volume_id.clone(), d.delete_on_termination))
                    .collect(),
                stop_protection: instance.disable_api_stop,
                scaling: world
                    .scaling_groups
                    .values()
                    .filter_map(|group| {
                        let member = group.instances.get(&instance.id)?;
                        let stands = member.lifecycle_state.clone();
                        Some((
                            group.name.clone(),
                            (group.min_size, group.desired_capacity, stands),
                        ))
                    })
                    .collect(),
                fed_by: world
                    .target_groups
                    .values()
                    .filter(|group| {
                        let mut targets = group.targets.iter();
                        targets.any(|t| t.id == instance.id && t.gone_at.is_none())
                    })
                    .map(|group| group.name.clone())
                    .chain(
                        world
                            .classic_balancers
                            .values()
                            .filter(|b| b.instances.contains(&instance.id))
                            .map(|b| b.name.clone()),
                    )
                    .collect(),
                policies: world
                    .roles
                    .values()
                    .flat_map(|role| {
                        role.inline_policies.iter().map(|(name, document)| {
                            ((role.name.clone(), name.clone()), document.clone())
                        })
                    })
                    .collect(),
            }
        })
    }

    /// Names of the calls so far that were to change something, in order of arrival.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.lab.calls();
        calls
            .into_iter()
            .filter(|call| !call.reads)
            .map(|call| call.operation)
            .collect()
    }
}

/// A state folder whose account nobody can reach.
pub(crate) struct Gone {
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Gone {
    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        let mut command = program(self.folder.path(), words);
        ended(command.envs(self.environment.clone()))
    }
}

/// A command that is at work.
pub(crate) struct Running {
    trap: Arc<Mutex<Trap>>,
    out: std::thread::JoinHandle<String>,
    talk: std::thread::JoinHandle<String>,
}

impl Running {
    /// Waits for its end.
    pub(crate) fn end(self) -> Ended {
        // Its streams are closed when it is gone: only then is the trap taken, which calls need meanwhile.
        let (out, talk) = (self.out.join().unwrap(), self.talk.join().unwrap());
        let mut child = held(&self.trap).child.take().unwrap();
        Ended {
            status: child.wait().unwrap(),
            out,
            talk,
        }
    }

    /// Kills it. False when it had ended by itself.
    pub(crate) fn kill(&self) -> bool {
        held(&self.trap).kill()
    }

    /// Whether it is still at work.
    pub(crate) fn is_at_work(&self) -> bool {
        let mut trap = held(&self.trap);
        trap.child
            .as_mut()
            .is_some_and(|child| child.try_wait().unwrap().is_none())
    }
}

impl Trap {
    fn meet(&mut self, call: &CallInfo) -> Verdict {
        let Some(point) = self.at.as_mut().filter(|p| p.kind.fits(call)) else {
            return Verdict::Pass;
        };
        // Calls run side by side: each is counted when it comes, and the one that is meant is met again after its effect.
        if call.moment == Moment::Before {
            point.n = point.n.wrapping_sub(1);
            if point.n == 0 {
                self.meant = Some(call.n);
            }
        }
        if self.meant != Some(call.n) || point.moment != call.moment {
            return Verdict::Pass;
        }
        self.fired = self.kill();
        // What was not sent has no effect; what had its effect is answered to nobody.
        Verdict::Drop
    }

    /// When this returns the process is gone.
    fn kill(&mut self) -> bool {
        let Some(child) = self.child.as_mut() else {
            return false;
        };
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }
}

fn held(trap: &Mutex<Trap>) -> MutexGuard<'_, Trap> {
    trap.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program, with nothing of the machine's own settings.
fn program(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rebato"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("AWS_") || text.starts_with("REBATO_") {
            command.env_remove(&name);
        }
    }
    command
        .args(words)
        .args(["--output", "json", "--lang", "en", "--state"])
        .arg(folder.join("state"))
        .env("HOME", folder)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        status: output.status,
        out: String::from_utf8(output.stdout).unwrap(),
        talk: String::from_utf8(output.stderr).unwrap(),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
