//! The command line in the reader's language: help, usage, and what was wrong with the words of a command. The parser's own
//! texts are English only. Must not know what the commands do.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory as _};
use rebato_report::{Lang, clean, has, text};

use crate::args::Cli;
use crate::terminal::{BAD, BOLD, styled};

/// The command line with its texts in a language.
#[must_use]
pub fn command(lang: Lang) -> Command {
    speak(Cli::command(), "rebato", lang)
}

/// The language that the words of a command ask for, before they are parsed.
#[must_use]
pub fn asked(words: &[std::ffi::OsString]) -> Option<Lang> {
    let mut words = words.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let named = match word.strip_prefix("--lang") {
            Some("") => words.next().map(|next| next.parse()),
            Some(rest) => rest.strip_prefix('=').map(str::parse),
            None => None,
        };
        if let Some(Ok(lang)) = named {
            return Some(lang);
        }
    }
    None
}

/// The keys that a text may have: of this command alone, and of all that have such a thing.
fn keys(family: &str, path: &str, id: &str) -> [String; 2] {
    [
        format!("help-{family}-{path}-{id}"),
        format!("help-{family}-{id}"),
    ]
}

/// The text of the first key that the catalogue has.
fn first(lang: Lang, [own, shared]: &[String; 2]) -> String {
    text(lang, if has(lang, own) { own } else { shared }, &[])
}

/// The command called `path` with its texts, and all below it.
fn speak(command: Command, path: &str, lang: Lang) -> Command {
    let say = |key: &str| text(lang, key, &[]);
    let heading = command.get_styles().get_usage();
    let usage = format!("{heading}{}:{heading:#}", say("help-usage"));
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"
    );
    let ids: Vec<String> = command
        .get_arguments()
        .map(|arg| arg.get_id().to_string())
        .collect();
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let mut command = command
        .about(say(&format!("help-cmd-{path}")))
        .help_template(template)
        .subcommand_help_heading(say("help-commands"))
        .subcommand_value_name(say("help-command"))
        .disable_help_flag(true)
        .disable_version_flag(true);
    for id in ids {
        command = command.mut_arg(&id, |arg| argument(arg, path, &id, lang));
    }
    let flag = |name: &'static str, short, action| {
        Arg::new(name)
            .long(name)
            .short(short)
            .action(action)
            .help(say(&format!("help-arg-{name}")))
            .help_heading(say("help-everywhere"))
    };
    command = command.arg(flag("help", 'h', ArgAction::Help)).arg(flag(
        "version",
        'V',
        ArgAction::Version,
    ));
    for name in names {
        let path = below(path, &name);
        command = command.mut_subcommand(&name, |sub| speak(sub, &path, lang));
    }
    command
}

/// An argument with its text, its values and its default.
fn argument(arg: Arg, path: &str, id: &str, lang: Lang) -> Arg {
    let said = first(lang, &keys("arg", path, id));
    let mut notes = Vec::new();
    let mut listed = String::new();
    if arg.get_action().takes_values() {
        let values = arg.get_possible_values();
        let names: Vec<&str> = values
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| value.get_name())
            .collect();
        if !names.is_empty() {
            notes.push(text(lang, "help-values", &[("values", &names.join(", "))]));
        }
        for value in values.iter().filter(|value| value.get_help().is_some()) {
            let name = value.get_name();
            let what = first(lang, &keys("value", id, name));
            listed.push_str(&format!("\n- {name}: {what}"));
        }
        let defaults: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        if !defaults.is_empty() {
            let defaults = defaults.join(", ");
            notes.push(text(lang, "help-default", &[("value", &defaults)]));
        }
    }
    if let Some(name) = arg.get_env() {
        let name = name.to_string_lossy().into_owned();
        notes.push(text(lang, "help-environment", &[("name", &name)]));
    }
    let heading = match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "help-arguments",
        (false, true) => "help-everywhere",
        (false, false) => "help-options",
    };
    let with = |body: &str, notes: &[String]| {
        let notes: String = notes.iter().map(|note| format!(" [{note}]")).collect();
        format!("{body}{notes}")
    };
    let mut arg = arg
        .help(with(&said, &notes))
        .help_heading(text(lang, heading, &[]))
        .hide_env(true);
    if arg.get_action().takes_values() {
        arg = arg.hide_possible_values(true).hide_default_value(true);
    }
    if !listed.is_empty() {
        // The list names the values: the note beside it need not.
        let rest = notes.get(1..).unwrap_or_default();
        let rest = with("\n", rest);
        arg = arg.long_help(format!("{said}{listed}\n{}", rest.trim()));
    }
    arg
}

/// A line of the manual page, its heading in a language: the page's writer knows English ones only.
#[must_use]
pub fn heading(lang: Lang, line: &str) -> String {
    let named = line.strip_prefix(".SH ").and_then(|name| {
        let key = format!("man-{}", name.trim().trim_matches('"').to_lowercase());
        has(lang, &key).then(|| format!(".SH \"{}\"\n", text(lang, &key, &[])))
    });
    named.unwrap_or_else(|| line.to_owned())
}

/// Every text that the command line needs: the keys that it may have, and the code's own words for it.
#[must_use]
pub fn needed() -> Vec<([String; 2], String)> {
    let mut out = Vec::new();
    collect(&Cli::command(), "rebato", &mut out);
    out
}

fn collect(command: &Command, path: &str, out: &mut Vec<([String; 2], String)>) {
    let plain = |text: Option<&StyledStr>| text.map(ToString::to_string).unwrap_or_default();
    let key = format!("help-cmd-{path}");
    out.push(([key.clone(), key], plain(command.get_about())));
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        out.push((keys("arg", path, id), plain(arg.get_help())));
        let values = arg.get_possible_values();
        out.extend(values.iter().filter_map(|value| {
            let help = value.get_help()?;
            Some((keys("value", id, value.get_name()), help.to_string()))
        }));
    }
    for sub in command.get_subcommands() {
        collect(sub, &below(path, sub.get_name()), out);
    }
}

/// The name of a command below another.
fn below(path: &str, name: &str) -> String {
    if path == "rebato" {
        name.to_owned()
    } else {
        format!("{path}-{name}")
    }
}

/// What the parser says, in a language: help and version as they are, and what is wrong with how to put it right.
#[must_use]
pub fn said(lang: Lang, error: &clap::Error) -> String {
    let Some(wrong) = wrong(lang, error) else {
        let shown = error.render().ansi().to_string();
        return marked(lang, &shown);
    };
    let mut out = format!("{}: {wrong}\n", styled(BAD, &text(lang, "error", &[])));
    for tip in tips(lang, error) {
        out.push_str(&format!(
            "  {}: {tip}\n",
            styled(BOLD, &text(lang, "hint", &[]))
        ));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.strip_prefix("Usage:").unwrap_or(&usage).trim();
        let usage = marked(lang, usage);
        out.push_str(&format!("\n{}: {usage}\n", text(lang, "help-usage", &[])));
    }
    out.push_str(&format!("\n{}\n", text(lang, "help-more", &[])));
    out
}

/// A line of usage, with the one word in it that the parser gives no say in.
fn marked(lang: Lang, usage: &str) -> String {
    let mark = format!("[{}]", text(lang, "help-options-mark", &[]));
    usage.replace("[OPTIONS]", &mark)
}

/// The words of a context, joined.
fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(one) => Some(clean(one)),
        ContextValue::Strings(many) => Some(
            many.iter()
                .map(|one| clean(one))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn wrong(lang: Lang, error: &clap::Error) -> Option<String> {
    let get = |kind| context(error, kind).unwrap_or_default();
    let arg = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let say = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| Some(text(lang, key, args));
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let command = get(ContextKind::InvalidSubcommand);
            say("usage-command", &[("command", &command)])
        }
        ErrorKind::UnknownArgument => say("usage-unknown", &[("arg", &arg)]),
        ErrorKind::InvalidValue if value.is_empty() => say("usage-no-value", &[("arg", &arg)]),
        ErrorKind::InvalidValue => {
            let values = get(ContextKind::ValidValue);
            say(
                "usage-value",
                &[("value", &value), ("arg", &arg), ("values", &values)],
            )
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            let why = why.unwrap_or_default();
            // Our own readers of values say a key of the catalogue; clap says `N is not in A..=B`, the standard library its own.
            let range = why
                .rsplit_once(" is not in ")
                .and_then(|(_, range)| range.split_once("..="));
            let why = match range {
                Some((from, to)) => text(lang, "wanted-range", &[("from", &from), ("to", &to)]),
                None if why == "invalid digit found in string" => text(lang, "wanted-digits", &[]),
                None if has(lang, &why) => text(lang, &why, &[]),
                None => clean(&why),
            };
            say(
                "usage-invalid",
                &[("value", &value), ("arg", &arg), ("why", &why)],
            )
        }
        ErrorKind::MissingRequiredArgument => say("usage-missing", &[("args", &arg)]),
        ErrorKind::ArgumentConflict => {
            let other = get(ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                say("usage-twice", &[("arg", &arg)])
            } else {
                say("usage-conflict", &[("arg", &arg), ("other", &other)])
            }
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say("usage-count", &[("arg", &arg)])
        }
        ErrorKind::MissingSubcommand => say("usage-no-command", &[]),
        ErrorKind::InvalidUtf8 => say("usage-utf8", &[]),
        _ => None,
    }
}

fn tips(lang: Lang, error: &clap::Error) -> Vec<String> {
    [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .filter_map(|kind| context(error, kind))
    .map(|near| text(lang, "usage-near", &[("near", &near)]))
    .collect()
}
