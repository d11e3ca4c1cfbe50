//! `neighbours`: findings about machines that have something in common with the instance: a security group, the image, the
//! key pair, the role. Must not know how they were found.

use crate::case::Case;
use crate::monitor::{Look, Watch};

use super::elsewhere::{named, same_instance};

pub(in crate::monitor) const NAME: &str = "neighbours";

pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Watch {
    let Some(kin) = look.kin else {
        return Watch::unknown(NAME, "neighbours-not-read");
    };
    let Some(findings) = look.account else {
        return Watch::unknown(NAME, "findings-not-read");
    };
    let about = findings.iter().filter(|f| !same_instance(case, f));
    let evidence = about.filter_map(|finding| {
        let shared = kin.get(finding.instance_id.as_deref()?)?;
        let shared: Vec<&str> = shared.iter().map(|by| by.name()).collect();
        Some(format!("{} ({})", named(finding), shared.join(", ")))
    });
    Watch::judged(NAME, evidence.collect()).with("neighbours", &kin.len())
}
