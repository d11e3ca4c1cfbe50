//! `rebato investigate CASE --mend`: a plan against wrong findings. Must not choose how to mend: the person does.

use std::net::IpAddr;

use rebato_core::case::Case;
use rebato_core::contain::{Mend, Purpose};
use rebato_core::investigate::proposals;

use super::contain::{apply, offer};
use super::{Done, is_case_id, on_case, plan_of, verb};
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
        return Err(Failure::wrong(
            "wrong-mend-case",
            [("name", format!("{:?}", args.subject))],
        ));
    }
    on_case(context, &args.subject, async |responder, writer| {
        let known = writer.case().await;
        if let Some(typed) = &args.plan {
            let digest = plan_of(&known, typed, &Purpose::Mend { how })?;
            return apply(context, responder, writer, digest).await;
        }
        let ip = chosen(context, &known, args.address)?;
        match responder.mend_plan(writer, how, ip).await? {
            Ok(record) => offer(context, responder, writer, &record, false).await,
            Err(why) => {
                let key = format!("no-mend-{}", why.name());
                context.terminal.say(&key, &[("ip", &ip)]);
                Ok(Exit::Done)
            }
        }
    })
    .await
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
