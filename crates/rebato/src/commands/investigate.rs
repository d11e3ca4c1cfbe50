//! `rebato investigate`: the dossier of an address, by itself or for every address of a case.

use std::net::IpAddr;

use rebato_core::investigate::{Marking, complaint, document};
use rebato_engine::history::History;
use rebato_engine::load;
use rebato_engine::ports::{Intelligence as _, SystemClock};
use rebato_report::abuse;
use rebato_store::Access;

use super::{Done, Parts, is_case_id, mend};
use crate::args::{InvestigateArgs, Output};
use crate::asking::Wish;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local;
use crate::show::address_lines;
use crate::terminal::{BOLD, styled};

/// Runs it. Nothing leaves the machine, unless somebody is configured to be asked or the network is wished for.
///
/// # Errors
/// When the word is neither an address nor a case, or the journal cannot be written.
pub async fn run(context: &Context, args: &InvestigateArgs) -> Done {
    if let Some(ip) = args.abuse {
        return complain(context, &args.subject, ip).await;
    }
    if let Some(how) = args.mend {
        return mend::run(context, args, how.into()).await;
    }
    let lists = local::lists(&args.threat_list)?;
    let clock = SystemClock;
    if args.network && context.common.offline {
        return Err(Failure::wrong("wrong-offline-network", []));
    }
    let wish = Wish {
        network: args.network,
        fresh: args.fresh,
        marking: args.tlp.map(Into::into),
    };
    let parts = Parts::new(context, &clock, None)?
        .asking(context, wish)
        .await?;
    let reports = if let Ok(ip) = args.subject.parse::<IpAddr>() {
        let now = jiff::Timestamp::now();
        let mut report = parts
            .intelligence
            .report(ip, &[], &lists, Marking::Clear, now)
            .await;
        let store = context.store(Access::Read).await?;
        History::of(&store).tell(&mut report, None).await;
        vec![report]
    } else if is_case_id(&args.subject) {
        let store = context.store(Access::Write).await?;
        let responder = parts.responder(None, &store);
        let writer = responder.resume(&args.subject).await?;
        let reports = responder.investigate(&writer, &lists).await?;
        mend::hint(context, &*writer.case().await);
        reports
    } else {
        return Err(Failure::wrong(
            "wrong-case-or-address",
            [("name", format!("{:?}", args.subject))],
        ));
    };
    for report in &reports {
        match context.terminal.output {
            Output::Json | Output::Jsonl => context.terminal.document(&document(report))?,
            Output::Text => address_lines(report, &context.words())
                .iter()
                .try_for_each(|line| context.terminal.data(line))?,
        }
    }
    Ok(Exit::Done)
}

/// Writes the complaint about an address of the case, from what the case knows already. It is never sent from here.
async fn complain(context: &Context, id: &str, ip: IpAddr) -> Done {
    let store = context.store(Access::Read).await?;
    let case = load(&store, id).await?;
    let terminal = &context.terminal;
    let about = [("ip", ip.to_string()), ("case", case.id.clone())];
    let Some(complaint) = complaint(&case, ip) else {
        return Err(Failure::Input(context.words().with("abuse-nothing", about)));
    };
    let letter = abuse::letter(&complaint, context.common.lang);
    if terminal.output == Output::Text {
        let to = letter.to.join(", ");
        terminal.data(&format!("{} {to}", styled(BOLD, "To:")))?;
        terminal.data(&format!(
            "{} {}\n",
            styled(BOLD, "Subject:"),
            letter.subject
        ))?;
        terminal.data(&letter.body)?;
    } else {
        terminal.document(&abuse::document(&complaint, &letter))?;
    }
    if letter.to.is_empty() {
        terminal.talk(&context.words().with("abuse-no-contact", about));
    }
    terminal.say("abuse-unsent", &[]);
    Ok(Exit::Done)
}
