//! Another story of the same kind for every seed: when things happen and how often, over which ports, with how much data, who else
//! is about, and how the account writes its logs. What happens, and so the truth, stays. Must not know the world.

use jiff::SignedDuration;
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{Act, ActorSpec, FlowFields, Scenario};

/// Ports that malware calls home on.
const HOME: [u16; 6] = [80, 443, 443, 8080, 8443, 4444];
/// Ports of long connections to an intruder.
const TUNNELS: [u16; 6] = [4444, 8443, 9001, 1337, 6667, 5555];
/// Types on Xen, where flow records may aggregate over ten minutes.
const OLD_TYPES: [&str; 3] = ["t2.medium", "m4.large", "c4.large"];

impl Scenario {
    /// The same story as this seed tells it.
    #[must_use]
    pub fn varied(&self, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(50);
        let mut story = self.clone();
        story.vary_logs(&mut rng);
        // Attackers come earlier or later, all by the same time, so that what follows from what stays in order.
        let later = SignedDuration::from_secs(rng.random_range(0..20 * 60));
        story.lead += later + SignedDuration::from_secs(rng.random_range(0..10 * 60));
        for companion in &mut story.companions {
            companion.begin += later;
        }
        for actor in &mut story.actors {
            for act in &mut actor.does {
                if actor.hostile {
                    act.delay(later);
                    act.other_port(&mut rng);
                }
                act.stretch(&mut rng);
            }
        }
        story.add_noise(&mut rng);
        story
    }

    fn vary_logs(&mut self, rng: &mut impl Rng) {
        let logs = &mut self.logs;
        if logs.flow == FlowFields::Full {
            let formats = [FlowFields::Full, FlowFields::Flags, FlowFields::Default];
            logs.flow = pick(&formats, rng).unwrap_or(FlowFields::Full);
        }
        logs.flow_to_cloudwatch |= rng.random_range(0..4) == 0;
        if rng.random_range(0..3) == 0 {
            logs.interval = 600;
        }
        if rng.random_range(0..3) == 0
            && let Some(old) = pick(&OLD_TYPES, rng)
        {
            old.clone_into(&mut self.target.instance_type);
        }
    }

    /// Whatever has a public address is scanned, and where SSH is open passwords are tried, by people on no list.
    fn add_noise(&mut self, rng: &mut impl Rng) {
        let act = |text: &str| toml::from_str::<ActorSpec>(text).ok();
        let mut noise = Vec::new();
        // A story of days has no more of it than one of hours.
        let rarely = (self.lead.as_hours() / 4).max(1);
        for n in 0..rng.random_range(1..3) {
            let (every, begin) = (rarely * rng.random_range(50..240), rng.random_range(0..40));
            noise.push(act(&format!(
                "name = \"scanner-{n}\"\nfrom = \"192.0.2.160/27\"\ncrowd = true\n[[does]]\nwhat = \"scan\"\nbegin = \"{begin}m\"\nevery = \"{every}s\"\nports = [22, 23, 80, 443, 445, 2375, 3389, 5060, 6379, 8080, 9200]\ninterface = {n}\n"
            )));
        }
        if self.target.open_ports.contains(&22) {
            for n in 0..rng.random_range(1..4) {
                let (every, begin) = (rarely * rng.random_range(40..200), rng.random_range(0..60));
                noise.push(act(&format!(
                    "name = \"guesser-{n}\"\nfrom = \"203.0.113.128/26\"\n[[does]]\nwhat = \"ssh_guess\"\nbegin = \"{begin}m\"\nevery = \"{every}s\"\nusers = [\"root\", \"admin\", \"ubuntu\", \"oracle\", \"postgres\", \"ftp\", \"pi\"]\nexisting = [\"root\", \"ubuntu\"]\n"
                )));
            }
        }
        self.actors.extend(noise.into_iter().flatten());
    }
}

impl Act {
    /// Another port of the kind for what leaves the instance.
    fn other_port(&mut self, rng: &mut impl Rng) {
        match self {
            Self::Beacon { port, jitter, .. } => {
                *port = pick(&HOME, rng).unwrap_or(*port);
                *jitter = rng.random_range(1..=18);
            }
            Self::Tunnel { port, .. } => {
                *port = pick(&TUNNELS, rng).unwrap_or(*port);
            }
            Self::Upload { port, .. } => {
                *port = pick(&HOME, rng).unwrap_or(*port);
            }
            _ => {}
        }
    }

    /// More or less often, with more or less data.
    fn stretch(&mut self, rng: &mut impl Rng) {
        let often = rng.random_range(70..150);
        let much = rng.random_range(60..190);
        match self {
            Self::Scan { every, .. }
            | Self::SshGuess { every, .. }
            | Self::AdminSession { every, .. }
            | Self::Linger { every, .. }
            | Self::Exploit { every, .. } => *every = percent(*every, often),
            Self::Beacon { every, .. } => *every = percent(*every, rng.random_range(50..260)),
            Self::RoleUse { every, rest, .. } => {
                *every = percent(*every, often);
                *rest = percent(*rest, much);
            }
            Self::OwnRole { every, .. } => *every = percent(*every, often),
            Self::SshSession { bytes_out, .. } | Self::Tunnel { bytes_out, .. } => {
                *bytes_out = *bytes_out * much / 100;
            }
            Self::Upload { bytes, .. } => *bytes = *bytes * much.max(100) / 100,
            Self::Web {
                every, bytes_out, ..
            } => {
                *every = percent(*every, often);
                *bytes_out = *bytes_out * much / 100;
            }
            Self::CallOut {
                every,
                bytes_out,
                jitter,
                ..
            } => {
                *every = percent(*every, often);
                *bytes_out = *bytes_out * much / 100;
                // Orders that come by chance stay so, heartbeats too.
                if *jitter >= 30 {
                    *jitter = rng.random_range(40..70);
                }
            }
            Self::Cron { .. } | Self::Plant { .. } => {}
        }
    }
}

fn pick<T: Copy>(all: &[T], rng: &mut impl Rng) -> Option<T> {
    all.get(rng.random_range(0..all.len().max(1))).copied()
}

fn percent(time: SignedDuration, percent: u64) -> SignedDuration {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 1_000);
    SignedDuration::from_millis(millis * i64::try_from(percent).unwrap_or(100) / 100)
}
