//! `rebato investigate CASE --mend`: a plan against wrong findings. Must not choose how to mend: the person does.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rebato_core::case::Case;
use rebato_core::contain::{Mend, Purpose};
use rebato_core::investigate::proposals;
use rebato_engine::ports::{Cloud, SystemClock};
use rebato_store::Access;

use super::contain::{apply, decide, of_purpose, show};
use super::{Done, Parts, digest_of, is_case_id, needs_aws, verb};
use crate::args::InvestigateArgs;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::terminal::{BOLD, styled};

/// Shows the plan, or applies it where its digest is given.
///
/// # Errors
/// No such case, several addresses and none named, AWS's.
pub(crate) async fn run(context: &Context, args: &InvestigateArgs, how: Mend) -> Done {
    if !is_case_id(&args.subject) {
        return Err(Failure::Usage(format!(
            "{:?} is no case: a list is mended for a case",
            args.subject
        )));
    }
    let store = context.store(Access::Write).await?;
    let clock = SystemClock;
    let parts = Parts::new(context, &clock, None)?;
    let writer = parts.resume(&store, &args.subject).await?;
    let known = writer.case().await;
    let cloud = context
        .cloud(known.finding.region.as_deref())
        .await?
        .ok_or_else(needs_aws)?;
    let responder = parts.responder(Some(&cloud as &dyn Cloud), &store);
    if let Some(typed) = &args.plan {
        let digest = digest_of(&known, typed)?;
        of_purpose(
            &known,
            digest,
            "investigate --mend",
            |p| matches!(p, Purpose::Mend { how: made } if *made == how),
        )?;
        return apply(context, &responder, &writer, digest).await;
    }
    let ip = chosen(context, &known, args.address)?;
    match responder.mend_plan(&writer, how, ip).await? {
        Ok(record) => {
            show(context, &record, false)?;
            let overrides = BTreeSet::new();
            decide(context, &responder, &writer, &record, false, overrides).await
        }
        Err(why) => {
            let key = format!("no-mend-{}", why.name());
            context.terminal.say(&key, &[("ip", &ip)]);
            Ok(Exit::Done)
        }
    }
}

/// The address that is meant: the one named, else the only one.
fn chosen(context: &Context, case: &Case, named: Option<IpAddr>) -> Result<IpAddr, Failure> {
    let ips = case.whole_finding().remote_ips();
    match (named, ips.as_slice()) {
        (Some(ip), _) if ips.contains(&ip) => Ok(ip),
        (None, [ip]) => Ok(*ip),
        _ => {
            let ips: Vec<String> = ips.iter().map(ToString::to_string).collect();
            let args = [("ips", ips.join(", "))];
            Err(Failure::Usage(context.words().with("mend-which", args)))
        }
    }
}

/// Says that a mending is to be had, where something speaks for one.
pub(crate) fn hint(context: &Context, case: &Case) {
    let ips = case.whole_finding().remote_ips();
    for report in case.addresses.iter().filter(|r| ips.contains(&r.ip)) {
        let Some(how) = proposals(case, report).first().copied() else {
            continue;
        };
        let mut command = format!("rebato {}", verb(&case.id, &Purpose::Mend { how }));
        if ips.len() > 1 {
            command.push_str(&format!(" --address {}", report.ip));
        }
        context.terminal.say("mend-hint", &[("ip", &report.ip)]);
        context
            .terminal
            .say("next-command", &[("command", &styled(BOLD, &command))]);
    }
}
