//! The finding, the instance, the address and the checks.

use rebato_core::case::Case;
use rebato_core::harden::{CheckResult, FixClass, Ranked, Status, looks, to_mend};
use rebato_core::identify::{Direction, Finding, Subject, expects};
use rebato_engine::ports::Candidate;
use rebato_report::{Words, clean};

use crate::terminal::{BAD, BOLD, CARE, DIM, GOOD, styled};

/// What the alert says, a fact a line.
#[must_use]
pub fn finding_lines(finding: &Finding, words: &Words) -> Vec<String> {
    let mut lines = vec![styled(BOLD, &clean(&finding.kind))];
    let mut row = |key: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("   {:<14} {value}", words.key(key)));
        }
    };
    let opt = |value: &Option<String>| value.as_deref().map(clean).unwrap_or_default();
    row("row-finding", clean(&finding.id));
    row(
        "row-account",
        [opt(&finding.account), opt(&finding.region)]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    );
    row(
        "row-instance",
        [opt(&finding.instance_id), opt(&finding.instance_name)]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    );
    let remote: Vec<String> = finding
        .remote
        .iter()
        .map(|r| {
            let about = [
                r.org.as_deref().map(clean),
                r.asn.map(|n| format!("AS{n}")),
                r.country.as_deref().map(clean),
            ];
            let about: Vec<String> = about.into_iter().flatten().collect();
            if about.is_empty() {
                r.ip.to_string()
            } else {
                format!("{} ({})", r.ip, about.join(", "))
            }
        })
        .collect();
    row("row-remote", remote.join("; "));
    let mut action: Vec<String> = Vec::new();
    action.extend(finding.direction.map(|d| match d {
        Direction::Unknown => words.key("direction-unknown-long"),
        known => words.direction(known),
    }));
    // Samples of DNS findings come with the protocol 0, which is none.
    action.extend(finding.protocol.as_deref().filter(|p| *p != "0").map(clean));
    let ports: Vec<String> = finding.local_ports.iter().map(u16::to_string).collect();
    if !ports.is_empty() {
        action.push(words.with("row-ports", [("ports", ports.join(", "))]));
    }
    action.extend(finding.domain.as_deref().map(clean));
    action.extend(
        finding
            .blocked
            .map(|b| words.key(if b { "row-blocked" } else { "row-not-blocked" })),
    );
    row("row-action", action.join(" · "));
    row(
        "row-lists",
        finding
            .threat_lists
            .iter()
            .map(|l| clean(l))
            .collect::<Vec<_>>()
            .join(", "),
    );
    let mut seen = words.seen(finding).into_iter();
    if let Some(utc) = seen.next() {
        let count = finding.count.map(|n| format!(" (×{})", words.count(n)));
        row("row-seen", utc + &count.unwrap_or_default());
        row("row-local", seen.collect());
    }
    row("row-process", process(finding));
    row("row-malware", malware(finding));
    // One alone is the finding's own.
    let instances = finding.sequence.as_ref().map(|s| s.instances.as_slice());
    let several = instances.filter(|instances| instances.len() > 1);
    row("row-instances", list(several.unwrap_or_default()));
    row("row-role-of", opt(&finding.credentials_of));
    if let Some(kind) = expects(finding) {
        row("row-success", words.success(kind));
        row("row-look", words.look_first(kind));
    }
    for (so, note) in [
        (finding.sample, "note-sample_finding"),
        (finding.archived, "note-archived"),
    ] {
        if so {
            lines.push(format!(" {} {}", styled(CARE, "!"), words.key(note)));
        }
    }
    for problem in &finding.problems {
        lines.push(format!(" {} {}", styled(CARE, "!"), clean(problem)));
    }
    lines
}

/// The first few of many, which may be an attacker's.
fn list(all: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = all.iter().take(SHOWN).map(|one| clean(one)).collect();
    if all.len() > SHOWN {
        shown.push(format!("+{}", all.len() - SHOWN));
    }
    shown.join(", ")
}

/// The process that runtime monitoring saw.
fn process(finding: &Finding) -> String {
    let Some(process) = &finding.process else {
        return String::new();
    };
    let parts = [
        process
            .path
            .as_deref()
            .or(process.name.as_deref())
            .map(clean),
        process.command.as_deref().map(clean),
        process.user.as_deref().map(clean),
        process.file.as_deref().map(clean),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What a scan found, and where.
fn malware(finding: &Finding) -> String {
    let threats = finding.malware.iter().flat_map(|malware| &malware.threats);
    let found: Vec<String> = threats
        .map(|threat| {
            let name = threat.name.clone().unwrap_or_default();
            match threat.files.first().and_then(|file| file.path.as_deref()) {
                Some(path) => format!("{name} ({path})"),
                None => name,
            }
        })
        .collect();
    list(&found)
}

/// An instance that may be the one that is meant, in one line.
#[must_use]
pub fn candidate_line(candidate: &Candidate) -> String {
    let parts = [
        candidate.name.as_deref().map(clean),
        Some(clean(&candidate.state)),
        candidate.private_ip.map(|ip| ip.to_string()),
        candidate.vpc.as_deref().map(clean),
        candidate.zone.as_deref().map(clean),
        candidate.launched.map(|at| at.to_string()),
    ];
    let about: Vec<String> = parts.into_iter().flatten().collect();
    format!("{:<19}  {}", clean(&candidate.id), about.join(" · "))
}

/// The instance in one line.
#[must_use]
pub fn subject_line(subject: &Subject) -> String {
    let mut about: Vec<String> = vec![clean(&subject.state)];
    about.extend(subject.instance_type.as_deref().map(clean));
    about.extend(subject.vpc.as_deref().map(clean));
    about.extend(
        subject
            .scaling
            .as_ref()
            .map(|s| format!("ASG {}", clean(&s.group))),
    );
    for public in subject
        .interfaces
        .iter()
        .flat_map(|i| &i.addresses)
        .filter_map(|a| a.public.as_ref())
    {
        about.push(if public.elastic.is_some() {
            format!("EIP {}", public.ip)
        } else {
            public.ip.to_string()
        });
    }
    let name = subject
        .name
        .as_deref()
        .map(|n| format!(" \"{}\"", clean(n)))
        .unwrap_or_default();
    format!(
        "{}{name} ({})",
        clean(&subject.instance_id),
        about.join(", ")
    )
}

/// Failing checks that are named on few lines: the others are counted.
const NAMED: usize = 3;

/// How many checks fail, the first of them by name, and where all are; nothing where none was made.
#[must_use]
pub fn checks_brief(case: &Case, words: &Words) -> Vec<String> {
    if case.checks.is_empty() {
        return Vec::new();
    }
    let failing = to_mend(case);
    let counts = [
        ("failing", failing.len().to_string()),
        ("all", case.checks.len().to_string()),
    ];
    let mut lines = vec![words.with("checks-summary", counts)];
    for check in failing.iter().take(NAMED) {
        let name = words.named("check", &check.check, &check.args);
        lines.push(format!("   {} {name}", styled(BAD, "✖")));
    }
    if failing.len() > NAMED {
        let command = styled(BOLD, &format!("rebato harden {}", case.id));
        let more = (failing.len() - NAMED).to_string();
        let more = words.with("checks-more", [("count", more), ("command", command)]);
        lines.push(format!("   {more}"));
    }
    lines
}

/// The checks, failing ones first.
#[must_use]
pub fn check_lines(checks: &[CheckResult], words: &Words) -> Vec<String> {
    let (not_asked, mut sorted): (Vec<_>, Vec<_>) =
        checks.iter().partition(|check| check.not_asked());
    sorted.sort_by_key(|c| match c.status {
        Status::Fail if c.class != FixClass::Info => 0,
        Status::Fail => 1,
        Status::Unknown => 2,
        Status::Pass => 3,
    });
    let mut lines = Vec::new();
    for check in sorted {
        let mark = match check.status {
            Status::Pass => styled(GOOD, "✔"),
            Status::Fail => styled(BAD, "✖"),
            Status::Unknown => styled(CARE, "?"),
        };
        let controls = if check.controls.is_empty() {
            String::new()
        } else {
            styled(DIM, &format!("  {}", check.controls.join(" ")))
        };
        lines.push(format!(
            " {mark} {}: {}{controls}",
            words.status(check.status),
            words.named("check", &check.check, &check.args)
        ));
        if check.status == Status::Fail {
            lines.push(format!("     {}", words.coded("risk", &check.check)));
        }
        if check.status != Status::Pass {
            lines.extend(
                check
                    .evidence
                    .iter()
                    .take(5)
                    .map(|e| format!("     {}", clean(e))),
            );
            if let Some(why) = &check.why {
                lines.push(format!("     {}", words.coded("why", why)));
            }
        }
        if check.status == Status::Fail {
            lines.push(format!(
                "     → {} ({})",
                words.coded("fix", &check.check),
                words.coded("fix-class", check.class.code())
            ));
        }
    }
    for (at, count) in looks(checks) {
        let args = [("at", words.when(at)), ("count", count.to_string())];
        lines.push(format!("   {}", words.with("guest-looked", args)));
    }
    if !not_asked.is_empty() {
        let count = [("count", not_asked.len().to_string())];
        let mark = styled(CARE, "?");
        lines.push(format!(" {mark} {}", words.with("guest-not-asked", count)));
    }
    lines
}

/// What is worth mending first, and why: nothing where no weakness has to do with the case.
pub fn order_lines(ordered: &[Ranked], words: &Words) -> Vec<String> {
    if ordered.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), styled(BOLD, &words.key("order-title"))];
    for (number, ranked) in (1..).zip(ordered) {
        let why: Vec<String> = ranked
            .reasons
            .iter()
            .map(|reason| words.bearing(reason))
            .collect();
        lines.push(format!(" {number}. {}: {}", ranked.check, why.join(" ")));
    }
    lines
}
