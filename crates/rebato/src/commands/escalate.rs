//! `rebato escalate`: the letter of a case to AWS's own people, where it may go, and a case with them by an approved plan.

use rebato_core::case::{Case, StepState};
use rebato_core::contain::{Action, OpenSecurityCase, OpenSupportCase, Purpose};
use rebato_core::escalate::{Desk, Route, desk_codes, escalated, fits, is_breach};
use rebato_engine::ports::CloudError;
use rebato_engine::{EngineError, Responder, Writer, load};
use rebato_report::escalation::{Letter, attackers, document, letter, since};
use rebato_report::{Lang, clean};
use rebato_store::Access;

use super::contain::{apply, offer};
use super::{Done, on_case, plan_of};
use crate::args::{EscalateArgs, EscalateTo, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::terminal::{BOLD, styled};

/// The form for traffic from addresses of AWS.
const ABUSE_FORM: &str = "https://support.aws.amazon.com/#/contacts/report-abuse";
/// Where the cases with AWS Support are.
const SUPPORT_CENTER: &str = "https://console.aws.amazon.com/support/home";
/// What Support says to an account without a plan that has the API.
const NO_PLAN: &str = "SubscriptionRequiredException";
/// What Security Incident Response says to an account that is no member.
const NOT_ACTIVE: &str = "SecurityIncidentResponseNotActiveException";

/// Runs it.
///
/// # Errors
/// When there is no such case, AWS cannot be asked, or the journal cannot be written.
pub async fn run(context: &Context, args: &EscalateArgs) -> Done {
    let Some(to) = args.to else {
        let store = context.store(Access::Read).await?;
        let case = load(&store, &args.case).await?;
        return advise(context, &case, args.letter);
    };
    let to = match to {
        EscalateTo::Support => Route::Support,
        EscalateTo::SecurityIr => Route::SecurityIr,
    };
    check(args, to)?;
    on_case(context, &args.case, async |responder, writer| {
        match &args.plan {
            Some(typed) => send(context, responder, writer, to, typed).await,
            None => plan(context, responder, writer, to, args).await,
        }
    })
    .await
}

/// What the command line cannot say by itself.
fn check(args: &EscalateArgs, to: Route) -> Result<(), Failure> {
    if to == Route::SecurityIr {
        if args.letter != Lang::En {
            return Err(Failure::wrong("wrong-letter", []));
        }
        if args.watcher.is_empty() && args.plan.is_none() {
            return Err(Failure::wrong("wrong-no-watcher", []));
        }
    }
    match args.watcher.iter().find(|mail| !mail.contains('@')) {
        Some(bad) => Err(Failure::wrong("wrong-mail", [("mail", format!("{bad:?}"))])),
        None => Ok(()),
    }
}

/// Prints the letter and where it may go.
fn advise(context: &Context, case: &Case, lang: Lang) -> Done {
    print(context, case, &letter(case, lang))?;
    let (terminal, words) = (&context.terminal, context.words());
    let fits = fits(case);
    if fits.is_empty() {
        terminal.say("escalate-why-nothing", &[]);
    } else {
        terminal.say("escalate-why", &[]);
        for code in &fits {
            let why = words.key(&format!("escalate-fit-{code}"));
            terminal.talk(&format!("  • {why}"));
        }
    }
    terminal.say("escalate-routes", &[]);
    let mut routes = vec![
        ("escalate-route-support", Route::Support.console()),
        ("escalate-route-security-ir", Route::SecurityIr.console()),
    ];
    if fits.contains(&"aws_address") {
        routes.push(("escalate-route-abuse-form", ABUSE_FORM));
    }
    if fits.contains(&"actor") {
        routes.push(("escalate-route-answer", ""));
    }
    if fits.contains(&"breach") {
        routes.push(("escalate-route-data", ""));
    }
    for (key, link) in routes {
        let route = words.with(key, [("link", link.to_owned())]);
        terminal.talk(&format!("  • {route}"));
    }
    terminal.say("escalate-unsent", &[]);
    Ok(Exit::Done)
}

fn print(context: &Context, case: &Case, letter: &Letter) -> Result<(), Failure> {
    let terminal = &context.terminal;
    if terminal.output != Output::Text {
        return terminal.document(&document(case, letter));
    }
    let subject = [("subject", letter.subject.clone())];
    let heading = context.words().with("escalate-to", subject);
    terminal.data(&format!("{}\n", styled(BOLD, &heading)))?;
    terminal.data(&format!("{}\n", letter.body))
}

/// Makes the plan, once the desk has said that it would take a case, and shows it.
async fn plan(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    to: Route,
    args: &EscalateArgs,
) -> Done {
    let terminal = &context.terminal;
    let case = writer.case().await;
    if let Some(id) = escalated(&case, to).last() {
        let link = follow(to);
        terminal.say("escalate-already", &[("id", &clean(id)), ("link", &link)]);
        return Ok(Exit::Done);
    }
    let letter = letter(&case, args.letter);
    let desk = match responder.desk(to).await {
        Ok(desk) => desk,
        Err(EngineError::Cloud(error)) if is_closed(&error, to) => {
            print(context, &case, &letter)?;
            let key = match to {
                Route::Support => "escalate-no-subscription",
                Route::SecurityIr => "escalate-no-membership",
            };
            let link = Route::Support.console().to_owned();
            let values = [("code", clean(error.code())), ("link", link)];
            terminal.bad(&context.words().with(key, values));
            return Ok(Exit::Aws);
        }
        Err(error) => return Err(error.into()),
    };
    let Some(action) = action(&case, to, letter.clone(), &desk, args) else {
        return Err(Failure::Input(context.words().key("escalate-no-codes")));
    };
    let Some(record) = responder.escalation_plan(writer, to, action).await? else {
        return Ok(Exit::Done);
    };
    if terminal.output == Output::Text {
        print(context, &case, &letter)?;
    }
    offer(context, responder, writer, &record, false).await
}

/// Where a person goes on with a case that is open.
const fn follow(to: Route) -> &'static str {
    match to {
        Route::Support => SUPPORT_CENTER,
        Route::SecurityIr => to.console(),
    }
}

/// Whether the desk does not speak to this account at all.
fn is_closed(error: &CloudError, to: Route) -> bool {
    match to {
        Route::Support => error.code() == NO_PLAN,
        Route::SecurityIr => {
            error.code() == NOT_ACTIVE || matches!(error, CloudError::Denied { .. })
        }
    }
}

/// The request. `None` where the desk offers no code for it, or nobody knows the account.
fn action(
    case: &Case,
    to: Route,
    letter: Letter,
    desk: &Desk,
    args: &EscalateArgs,
) -> Option<Action> {
    if to == Route::Support {
        let codes = desk_codes(case, desk)?;
        let open = OpenSupportCase {
            subject: letter.subject,
            body: letter.body,
            service: codes.service,
            category: codes.category,
            severity: codes.severity,
            language: args.letter.code().into(),
            issue: "technical".into(),
            copies: args.watcher.clone(),
        };
        return Some(open.into());
    }
    let (finding, subject) = (&case.finding, case.subject.as_ref());
    let account = subject.map(|s| &s.account).or(finding.account.as_ref())?;
    let region = subject.map(|s| &s.region).or(finding.region.as_ref())?;
    let open = OpenSecurityCase {
        title: letter.subject,
        description: letter.body,
        aws_resolves: !args.own,
        incident: is_breach(case),
        since: since(case),
        account: account.clone(),
        region: region.clone(),
        watchers: args.watcher.clone(),
        addresses: attackers(case).collect(),
    };
    Some(open.into())
}

/// Carries out the approved plan and says which case AWS has.
async fn send(
    context: &Context,
    responder: &Responder<'_>,
    writer: &Writer<'_>,
    to: Route,
    typed: &str,
) -> Done {
    let known = writer.case().await;
    let digest = plan_of(&known, typed, &Purpose::Escalate { to })?;
    let exit = apply(context, responder, writer, digest).await?;
    let (terminal, words, case) = (&context.terminal, context.words(), writer.case().await);
    let plan = case.plan(digest).into_iter();
    for (_, state) in plan.flat_map(|plan| plan.progress()) {
        match state {
            StepState::Done { receipt, .. } => {
                let id = receipt.made.first().map(|id| clean(id));
                let values = [
                    ("id", id.unwrap_or_default()),
                    ("link", follow(to).to_owned()),
                ];
                terminal.good(&words.with("escalate-opened", values));
            }
            StepState::Failed { why, .. } => {
                terminal.bad(&words.with("escalate-not-opened", [("why", clean(why))]));
            }
            StepState::Planned | StepState::Started { .. } => {}
        }
    }
    Ok(exit)
}
