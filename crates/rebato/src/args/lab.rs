//! What `lab` and its parts take. Must not know what they do.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `lab`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LabArgs {
    /// `lab serve` and `lab list`.
    #[command(subcommand)]
    pub command: Option<LabCommand>,
    /// Which scenario (`lab list` names them)
    #[arg(default_value = "breach")]
    pub scenario: String,
    /// Where the report goes
    #[arg(long, value_name = "DIR", default_value = "rebato-lab")]
    pub out: PathBuf,
    /// Approve the containment without asking: nothing real is at stake
    #[arg(long)]
    pub approve: bool,
    /// Release the instance at the end
    #[arg(long)]
    pub release: bool,
    /// Seed of the simulation
    #[arg(long)]
    pub seed: Option<u64>,
}

/// Parts of `lab`.
#[derive(Debug, Subcommand)]
pub enum LabCommand {
    /// Names the scenarios
    List,
    /// Serves the simulated account on loopback for any AWS client
    Serve {
        /// Where to listen
        #[arg(long, default_value = "127.0.0.1:4580")]
        listen: SocketAddr,
        /// Which scenario
        #[arg(long, default_value = "breach")]
        scenario: String,
        /// Seed of the simulation
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Contains and releases the instance again and again, and says what of the time is Rebato's own
    Rehearse {
        /// Which scenario
        #[arg(default_value = "fortress")]
        scenario: String,
        /// How often
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
        times: u16,
        /// Milliseconds that the account takes to answer a call
        #[arg(long, value_name = "MS", default_value_t = 10)]
        latency: u16,
        /// Seed of the simulation
        #[arg(long)]
        seed: Option<u64>,
    },
}
