//! The program: commands, configuration, terminal. It ties the rooms together and holds no judgement of its own.

pub mod alerts;
pub mod args;
mod asking;
pub mod commands;
pub mod config;
pub mod context;
pub mod failure;
pub mod inside;
pub mod interrupt;
pub mod local;
pub mod meter;
mod profile;
pub mod show;
pub mod spoken;
pub mod terminal;
pub mod watcher;
mod wrap;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::args::{Cli, Command};
use crate::context::{Context, environment_lang};
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// Runs the program with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = spoken::asked(&args).unwrap_or_else(environment_lang);
    let parse = |command: clap::Command| {
        let matches = command.try_get_matches_from(&args)?;
        Cli::from_arg_matches(&matches)
    };
    // Only who asks for help, or has to be told what is wrong, reads the texts: most commands do without.
    let parsed = parse(Cli::command()).or_else(|_| parse(spoken::command(lang)));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let said = spoken::said(lang, &error);
            // Help and version are answers, everything else is wrong usage: clap knows which stream each goes to.
            // A reader that went away wants no more.
            return if error.use_stderr() {
                let _ = write!(anstream::stderr().lock(), "{said}");
                Exit::Usage
            } else {
                let _ = write!(anstream::stdout().lock(), "{said}");
                Exit::Done
            }
            .into();
        }
    };
    let fallback = Terminal {
        lang,
        output: cli.common.output,
    };
    let context = match Context::new(cli.common.clone()) {
        Ok(context) => context,
        Err(failure) => return failure.tell(&fallback).into(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // As much as the main thread has: an unoptimised build's frames of nested futures outgrow tokio's two megabytes.
        .thread_stack_size(8 << 20)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return Failure::Input(format!("the program cannot start its threads: {error}"))
                .tell(&fallback)
                .into();
        }
    };
    let terminal = context.terminal;
    let interrupt = context.interrupt.clone();
    let serves = matches!(&cli.command, Command::Lab(args) if matches!(args.command, Some(args::LabCommand::Serve { .. })));
    // A task of its own: a command may be deep in a file or wait at a prompt when Ctrl-C comes.
    let command = runtime.spawn(async move { dispatch(&context, &cli.command).await });
    let exit = runtime.block_on(async {
        tokio::select! {
            done = command => match done {
                Ok(Ok(exit)) => exit,
                Ok(Err(failure)) => failure.tell(&terminal),
                Err(died) => Failure::Input(format!("the command died: {died}")).tell(&terminal),
            },
            // What was begun is in the journal: the same command goes on from there.
            () = interrupted(serves, &interrupt, &terminal) => {
                terminal.say("interrupted", &[]);
                Exit::Interrupted
            }
        }
    });
    runtime.shutdown_background();
    exit.into()
}

/// Ctrl-C, when it ends the program at once. `lab serve` ends by it in its own way.
async fn interrupted(serves: bool, interrupt: &Interrupt, terminal: &Terminal) {
    loop {
        if serves || tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        if interrupt.ends() {
            return;
        }
        terminal.say("interrupt-once", &[]);
    }
}

async fn dispatch(context: &Context, command: &Command) -> commands::Done {
    match command {
        Command::Lab(args) => commands::lab::run(context, args).await,
        Command::Respond(args) => commands::respond::run(context, args).await,
        Command::Identify(args) => commands::identify::run(context, args).await,
        Command::Evaluate(args) => commands::evaluate::run(context, args).await,
        Command::Contain(args) => commands::contain::contain(context, args).await,
        Command::Approve(args) => commands::contain::approve(context, args).await,
        Command::Reject(args) => commands::contain::reject(context, args).await,
        Command::Release(args) => commands::contain::release(context, args).await,
        Command::Investigate(args) => commands::investigate::run(context, args).await,
        Command::Harden(args) => commands::harden::run(context, args).await,
        Command::Escalate(args) => commands::escalate::run(context, args).await,
        Command::Monitor(args) => commands::monitor::run(context, args).await,
        Command::Report(args) => commands::report::run(context, args).await,
        Command::Case(command) => commands::case::run(context, command).await,
        Command::Lists(command) => commands::lists::run(context, command).await,
        Command::Intel(command) => commands::intel::run(context, command).await,
        Command::Logs(command) => commands::logs::run(context, command).await,
        Command::Doctor => commands::setup::doctor(context).await,
        Command::IamPolicy(args) => commands::setup::iam_policy(context, args),
        Command::Config(command) => commands::setup::config(context, command),
        Command::Completions { shell } => commands::setup::completions(context, *shell),
        Command::Man => commands::setup::man(context),
    }
}
