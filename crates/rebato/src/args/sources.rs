//! Step 4 on the command line: addresses, lists and data files about addresses. Must not do anything.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ipnet::IpNet;
use rebato_core::contain::Mend;
use rebato_core::investigate::Marking;

/// `investigate`.
#[derive(Debug, Args)]
pub struct InvestigateArgs {
    /// An address, or a case
    pub subject: String,
    /// Threat lists in any of GuardDuty's formats
    #[arg(long, value_name = "PATH")]
    pub threat_list: Vec<PathBuf>,
    /// Ask registries (RDAP) and the DNS too; services are asked only where the configuration names them
    #[arg(long)]
    pub network: bool,
    /// Ask anew, although an answer of today is kept
    #[arg(long)]
    pub fresh: bool,
    /// Write a complaint about this address of the case to the network behind it, for a person to send
    #[arg(long, value_name = "IP")]
    pub abuse: Option<IpAddr>,
    /// A plan against wrong findings about an address of the case, approved like any other: take it off the threat list,
    /// trust it, suppress the finding, or undo that
    #[arg(long, value_enum, value_name = "HOW")]
    pub mend: Option<MendHow>,
    /// Which address to mend, where the case has several
    #[arg(long, value_name = "IP", requires = "mend")]
    pub address: Option<IpAddr>,
    /// The digest of the plan that was approved: mends
    #[arg(long, value_name = "DIGEST", requires = "mend")]
    pub plan: Option<String>,
    /// How far the case may travel (TLP 2.0): red asks no service
    #[arg(long, value_enum)]
    pub tlp: Option<Tlp>,
}

/// Ways to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MendHow {
    /// Take the address off the threat list
    Edit,
    /// Put the address on the trusted list
    Trust,
    /// Archive such findings of the instance about the address as they come
    Suppress,
    /// Put back what was mended
    Undo,
}

impl From<MendHow> for Mend {
    fn from(how: MendHow) -> Self {
        match how {
            MendHow::Edit => Self::Edit,
            MendHow::Trust => Self::Trust,
            MendHow::Suppress => Self::Suppress,
            MendHow::Undo => Self::Undo,
        }
    }
}

/// Markings of TLP 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tlp {
    /// May be published.
    Clear,
    /// For the community.
    Green,
    /// For the organisation and its clients.
    Amber,
    /// For the organisation alone.
    AmberStrict,
    /// For those in the room.
    Red,
}

impl From<Tlp> for Marking {
    fn from(tlp: Tlp) -> Self {
        match tlp {
            Tlp::Clear => Self::Clear,
            Tlp::Green => Self::Green,
            Tlp::Amber => Self::Amber,
            Tlp::AmberStrict => Self::AmberStrict,
            Tlp::Red => Self::Red,
        }
    }
}

/// `lists …`.
#[derive(Debug, Subcommand)]
pub enum ListsCommand {
    /// Reads lists and says what is wrong with them
    Check {
        /// The lists
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Look for this address
        #[arg(long)]
        ip: Vec<IpAddr>,
        /// What the lists are for: each kind has its own limits
        #[arg(long, value_enum, default_value = "threat")]
        kind: ListPurpose,
        /// Your own addresses or networks, which no threat list should cover
        #[arg(long, value_name = "CIDR", value_parser = network)]
        own: Vec<IpNet>,
        /// The instance of this case is yours too
        #[arg(long, value_name = "CASE")]
        case: Option<String>,
        /// The day on which a list is old or not (else today)
        #[arg(long, value_name = "DAY")]
        as_of: Option<jiff::civil::Date>,
    },
}

/// `intel …`.
#[derive(Debug, Subcommand)]
pub enum IntelCommand {
    /// Fetches the free sources that are due, and keeps the old file of one that fails
    Update {
        /// Which sources (else all)
        sources: Vec<String>,
        /// Also those that were asked for lately
        #[arg(long)]
        fresh: bool,
    },
    /// What is there: ages, entries, terms
    Show,
}

/// The kinds of list that GuardDuty has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListPurpose {
    /// Threat IP list.
    #[default]
    Threat,
    /// Trusted IP list.
    Trusted,
    /// Threat entity list.
    ThreatEntity,
    /// Trusted entity list.
    TrustedEntity,
}

/// A network, or one address as the network that it is.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "wanted-network".to_owned())
}
