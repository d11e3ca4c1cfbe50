//! `rebato doctor`, `iam-policy`, `config show`, `completions`, `man`: what is around the work.

use rebato_engine::ports::{Cloud as _, FindingQuery, Wanted};
use rebato_store::Access;
use serde_json::json;

use super::Done;
use crate::args::{ConfigCommand, IamPolicyArgs, Output};
use crate::asking;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::spoken;
use crate::terminal::{BAD, CARE, GOOD, styled};

/// `doctor`: whether Rebato has what it needs here. Each line is one thing that was really tried.
///
/// # Errors
/// When standard output cannot be written.
pub async fn doctor(context: &Context) -> Done {
    let words = context.words();
    let said = |failure: Failure| failure.said(words.lang);
    let mut exit = Exit::Done;
    let mut rows: Vec<(&str, bool, String)> = Vec::new();
    let state = context.state()?.display().to_string();
    match context.store(Access::Write).await {
        Ok(_) => rows.push(("doctor-state", true, state)),
        Err(error) => rows.push(("doctor-state", false, said(error))),
    }
    if context.common.offline {
        rows.push(("doctor-offline", true, String::new()));
    } else {
        match context.cloud(None).await {
            Err(error) => rows.push(("doctor-account", false, said(error))),
            Ok(None) => {}
            Ok(Some(cloud)) => match cloud.whoami().await {
                Err(error) => rows.push(("doctor-account", false, said(error.into()))),
                Ok(identity) => {
                    rows.push((
                        "doctor-account",
                        true,
                        format!(
                            "{} · {} · {}",
                            identity.account, identity.region, identity.arn
                        ),
                    ));
                    match cloud
                        .findings(&FindingQuery::Latest(Wanted::default()))
                        .await
                    {
                        Ok(_) => rows.push(("doctor-guardduty", true, String::new())),
                        Err(error) => rows.push(("doctor-guardduty", false, said(error.into()))),
                    }
                    match cloud.lists().await {
                        Ok(lists) => {
                            let unread: Vec<String> = lists
                                .iter()
                                .filter_map(|l| {
                                    l.content
                                        .as_ref()
                                        .err()
                                        .map(|why| format!("{}: {why}", l.name))
                                })
                                .collect();
                            let found = if unread.is_empty() {
                                lists.len().to_string()
                            } else {
                                unread.join("; ")
                            };
                            rows.push(("doctor-lists", unread.is_empty(), found));
                        }
                        Err(error) => rows.push(("doctor-lists", false, said(error.into()))),
                    }
                }
            },
        }
    }
    if rows.iter().any(|(_, good, _)| !good) {
        exit = Exit::Failed;
    }
    if context.terminal.output == Output::Text {
        for (key, good, about) in rows {
            let mark = if good {
                styled(GOOD, "✔")
            } else {
                styled(BAD, "✖")
            };
            context.terminal.data(
                format!(
                    " {mark} {} {}",
                    words.key(key),
                    rebato_report::clean(&about)
                )
                .trim_end(),
            )?;
        }
    } else {
        let rows: Vec<_> = rows.iter().map(|(key, good, about)| json!({ "what": key.trim_start_matches("doctor-"), "good": good, "about": about })).collect();
        context
            .terminal
            .document(&json!({ "schema": "rebato.doctor/1", "checks": rows }))?;
    }
    Ok(exit)
}

/// `iam-policy`: what Rebato calls, as a policy; and what it never calls, as a deny.
///
/// # Errors
/// When standard output cannot be written.
pub fn iam_policy(context: &Context, args: &IamPolicyArgs) -> Done {
    let mut statements = vec![
        json!({ "Sid": "RebatoReads", "Effect": "Allow", "Action": rebato_aws::READS, "Resource": "*" }),
        // Logs in S3 may be encrypted with a key of the account's own: it opens through S3 only.
        json!({
            "Sid": "RebatoReadsEncryptedLogs", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
            "Condition": { "StringLike": { "kms:ViaService": ["s3.*.amazonaws.com", "s3.*.amazonaws.com.cn"] } },
        }),
    ];
    if !args.read_only {
        // A command in the system, for `harden --guest` and for fixes that are made there.
        statements.push(json!({ "Sid": "RebatoLooksInside", "Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "*" }));
        statements.push(json!({ "Sid": "RebatoContains", "Effect": "Allow", "Action": rebato_core::contain::PERMISSIONS, "Resource": "*" }));
        // Only the administrator account of GuardDuty has lists. Narrow the bucket to the one that they lie in.
        statements.push(json!({ "Sid": "RebatoMendsLists", "Effect": "Allow", "Action": rebato_core::contain::MENDS, "Resource": "*" }));
        // For `monitor --watch` and the fix of the check `alarms`.
        statements.push(json!({ "Sid": "RebatoWatches", "Effect": "Allow", "Action": rebato_core::contain::WATCHING, "Resource": "*" }));
        statements.push(json!({
            "Sid": "RebatoNever", "Effect": "Deny", "Resource": "*",
            "Action": [
                "ec2:TerminateInstances", "ec2:ReleaseAddress", "ec2:DeleteSnapshot", "ec2:DeleteVolume",
                "ec2:UnlockSnapshot", "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "guardduty:DeleteDetector",
                "guardduty:CreateIPSet", "guardduty:CreateTrustedEntitySet",
            ],
        }));
    }
    let secrets: Vec<String> = asking::secrets(&context.loaded.config.intel)
        .map(secret_arn)
        .collect();
    if !secrets.is_empty() {
        statements.push(json!({ "Sid": "RebatoReadsKeys", "Effect": "Allow", "Action": rebato_aws::READ_SECRET, "Resource": secrets }));
    }
    if let Some(bucket) = &args.evidence_bucket {
        let of_bucket = format!("arn:aws:s3:::{bucket}");
        let of_objects = format!("{of_bucket}/*");
        statements.push(json!({ "Sid": "RebatoEvidenceBucket", "Effect": "Allow", "Action": rebato_aws::HOME_ON_BUCKET, "Resource": of_bucket }));
        statements.push(json!({ "Sid": "RebatoEvidenceObjects", "Effect": "Allow", "Action": rebato_aws::HOME_ON_OBJECTS, "Resource": of_objects }));
    }
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    context.terminal.data(
        &serde_json::to_string_pretty(&rebato_core::digest::in_order(policy))
            .map_err(|e| Failure::Input(e.to_string()))?,
    )?;
    Ok(Exit::Done)
}

/// `config show`.
///
/// # Errors
/// When standard output cannot be written.
pub fn config(context: &Context, command: &ConfigCommand) -> Done {
    let ConfigCommand::Show = command;
    let file = context
        .loaded
        .file
        .as_ref()
        .map(|f| f.display().to_string());
    if context.terminal.output == Output::Text {
        let words = context.words();
        let from = file.map_or_else(
            || words.key("config-none"),
            |file| words.with("config-file", [("file", rebato_report::clean(&file))]),
        );
        context.terminal.talk(&styled(CARE, &from));
        let text =
            toml::to_string(&context.loaded.config).map_err(|e| Failure::Input(e.to_string()))?;
        context
            .terminal
            .data(&format!("# state = {}", context.state()?.display()))?;
        context.terminal.data(text.trim_end())?;
    } else {
        context.terminal.document(&json!({
            "schema": "rebato.config/1", "file": file, "config": context.loaded.config, "state": context.state()?,
            "lang": context.terminal.lang.code(),
        }))?;
    }
    Ok(Exit::Done)
}

/// `completions`.
///
/// # Errors
/// When standard output cannot be written.
pub fn completions(context: &Context, shell: clap_complete::Shell) -> Done {
    let mut out = Vec::new();
    let mut command = spoken::command(context.terminal.lang);
    clap_complete::generate(shell, &mut command, "rebato", &mut out);
    context.terminal.bytes(&out)?;
    Ok(Exit::Done)
}

/// `man`.
///
/// # Errors
/// When standard output cannot be written.
pub fn man(context: &Context) -> Done {
    let mut out = Vec::new();
    let lang = context.terminal.lang;
    clap_mangen::Man::new(spoken::command(lang))
        .render(&mut out)
        .map_err(|e| Failure::Input(e.to_string()))?;
    let page = String::from_utf8_lossy(&out);
    let page: String = page
        .split_inclusive('\n')
        .map(|line| spoken::heading(lang, line))
        .collect();
    context.terminal.bytes(page.as_bytes())?;
    Ok(Exit::Done)
}

/// The ARN of a secret as the configuration names it. A name's ARN ends in six characters that Secrets Manager chose.
fn secret_arn(id: &str) -> String {
    let name = id.split('#').next().unwrap_or(id);
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        format!("arn:aws:secretsmanager:*:*:secret:{name}-??????")
    }
}
