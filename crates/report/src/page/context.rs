//! Chapters of steps 4 and 6, custody, and what was not known. Must not judge.

use rebato_core::evaluate::Coverage;
use rebato_core::harden::{CheckResult, Status};
use rebato_core::investigate::{AddressReport, Standing};
use rebato_core::monitor::{Review, WatchStatus, deadlines, due, watch_objects};

use super::{Block, Cell, Chapter, Maker, Tone};

pub(super) fn investigate(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let mut blocks = Vec::new();
    if let Some(marking) = case.marking {
        let args = [("marking", marking.name().to_owned())];
        blocks.push(Block::Sentence(words.with("report-marking", args)));
    }
    for inquiry in case.inquiries.iter().take(maker.most()) {
        let who = inquiry.sources.join(", ");
        let args = [("ip", inquiry.ip.to_string()), ("who", words.data(&who))];
        blocks.push(Block::Sentence(words.with("report-inquiry-open", args)));
    }
    if case.addresses.is_empty() {
        blocks.push(maker.sentence("report-no-source"));
    }
    for report in case.addresses.iter().take(maker.most()) {
        blocks.extend(address(maker, report));
    }
    let left_out = case.addresses.len().saturating_sub(maker.most());
    if left_out > 0 {
        let count = [("count", left_out.to_string())];
        blocks.push(Block::Sentence(
            words.with("report-addresses-left-out", count),
        ));
    }
    Chapter {
        id: "investigate",
        heading: words.key("step-investigate"),
        blocks,
    }
}

fn address(maker: &Maker<'_>, report: &AddressReport) -> Vec<Block> {
    let words = maker.words;
    let tone = match report.standing {
        Standing::KnownBad => Tone::Bad,
        Standing::MassScanner | Standing::Anonymiser => Tone::Warn,
        Standing::KnownGood => Tone::Good,
        Standing::Unknown => Tone::Plain,
    };
    let standing = format!(
        "{} · {}",
        words.standing(report.standing),
        words.scope(report.scope)
    );
    let why = report
        .reasons
        .iter()
        .map(|reason| (Tone::Plain, words.standing_reason(reason)));
    let judged = std::iter::once((tone, standing)).chain(why).collect();
    let mut blocks = vec![Block::Heading(words.data(report.ip)), maker.list(judged)];
    let facts = report.facts.iter().map(|f| {
        [
            Cell::Text(words.coded("address-fact", &f.kind)),
            Cell::data(&f.value),
            Cell::data(&f.source),
            Cell::maybe(f.as_of.as_ref()),
        ]
    });
    blocks.push(maker.table(
        "report-source-facts",
        ["fact", "value", "source", "as-of"],
        facts,
    ));
    let opinions = report.opinions.iter().map(|o| {
        let tone = match o.says.as_str() {
            "malicious" => Tone::Bad,
            "suspicious" => Tone::Warn,
            "benign" => Tone::Good,
            _ => Tone::Plain,
        };
        [
            Cell::data(&o.source),
            Cell::Tag(tone, words.coded("opinion", &o.says)),
            Cell::Number(words.number(o.confidence)),
            Cell::Text(
                o.why
                    .as_deref()
                    .map_or_else(|| "–".into(), |why| words.opinion_why(why)),
            ),
            Cell::maybe(o.as_of.as_ref()),
        ]
    });
    blocks.push(maker.table(
        "report-source-opinions",
        ["source", "opinion", "confidence", "why", "as-of"],
        opinions,
    ));
    let asked = report.asked.iter().map(|a| {
        [
            Cell::data(&a.source),
            Cell::Text(words.coded("asked", &a.result)),
            Cell::maybe(a.why.as_ref()),
        ]
    });
    blocks.push(maker.table("report-source-asked", ["source", "answer", "why"], asked));
    blocks.push(if report.sent_out.is_empty() {
        maker.sentence("report-nothing-sent-out")
    } else {
        let what: Vec<String> = report
            .sent_out
            .iter()
            .take(8)
            .map(|s| words.data(s))
            .collect();
        Block::Sentence(words.with("report-sent-out", [("what", what.join(", "))]))
    });
    blocks
}

pub(super) fn monitor(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let mut blocks = Vec::new();
    match case.reviews.last() {
        None => blocks.push(maker.sentence("report-no-monitoring")),
        Some(review) => blocks.extend(newest_review(maker, review)),
    }
    blocks.extend(objects(maker));
    if !case.stated.is_empty() {
        let rows = case.stated.iter().map(|said| {
            [
                Cell::moment(words, said.at),
                Cell::data(&said.by),
                Cell::Text(words.coded("criterion", &said.code)),
                Cell::maybe(said.text.as_ref()),
            ]
        });
        let columns = ["time", "who", "what", "value"];
        blocks.push(maker.table("report-stated", columns, rows));
    }
    let due = due(case, maker.now);
    if !due.is_empty() {
        let rows = due.iter().map(|(code, at)| {
            [
                Cell::moment(words, *at),
                Cell::Text(words.coded("due", code)),
            ]
        });
        blocks.push(maker.table("report-due", ["until", "what"], rows));
    }
    let clocks = deadlines(case);
    if !clocks.is_empty() {
        blocks.push(maker.sentence("clocks-title"));
        let rows = clocks.iter().map(|clock| {
            [
                Cell::moment(words, clock.at),
                Cell::Text(words.coded("clock", &clock.clock)),
            ]
        });
        blocks.push(maker.table("report-clocks", ["until", "what"], rows));
    }
    Chapter {
        id: "monitor",
        heading: words.key("step-monitor"),
        blocks,
    }
}

/// The alarms, filters and rules that plans of the case left in the account.
fn objects(maker: &Maker<'_>) -> Option<Block> {
    let words = maker.words;
    let guards = watch_objects(maker.case);
    let rows = guards.iter().map(|guard| {
        [
            Cell::Text(words.coded("watch-object", guard.object.kind())),
            Cell::data(guard.object.name()),
            Cell::data(guard.object.about()),
            Cell::time(words, guard.until),
        ]
    });
    let columns = ["what", "id", "scope", "until"];
    (!guards.is_empty()).then(|| maker.table("report-watch-objects", columns, rows))
}

fn newest_review(maker: &Maker<'_>, review: &Review) -> Vec<Block> {
    let words = maker.words;
    let flows = match review.accepted_flows {
        Some(count) => words.with("report-review-flows", [("count", count.to_string())]),
        None => words.key("report-review-flows-unknown"),
    };
    let rows = review.watches.iter().map(|watch| {
        let tone = match watch.status {
            WatchStatus::Quiet => Tone::Good,
            WatchStatus::Tripped => Tone::Bad,
            WatchStatus::Unknown => Tone::Plain,
        };
        [
            Cell::Text(words.named("watch", &watch.watch, &watch.args)),
            Cell::Tag(tone, words.watch_status(watch.status)),
            Cell::values(&watch.evidence),
            Cell::Text(words.why(watch.why.as_ref())),
        ]
    });
    let missing: Vec<(Tone, String)> = match review.missing.as_slice() {
        [] => vec![(Tone::Good, words.key("report-review-can-close"))],
        codes => codes
            .iter()
            .map(|code| (Tone::Warn, words.coded("close", code)))
            .collect(),
    };
    vec![
        Block::Sentence(words.with("report-review-at", [("at", words.when(review.at))])),
        Block::Sentence(flows),
        maker.table(
            "report-monitoring",
            ["watch", "status", "seen-on", "why"],
            rows,
        ),
        maker.list(missing),
    ]
}

pub(super) fn custody(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let mut blocks = vec![Block::Sentence(
        words.with("report-custody-explained", [("case", words.data(&case.id))]),
    )];
    if let Some(head) = case.history.last() {
        let args = [
            ("count", words.count(head.seq)),
            ("hash", words.data(head.hash)),
        ];
        blocks.push(Block::Sentence(words.with("report-custody-head", args)));
    }
    let artefacts = rebato_core::case::custody(case);
    let rows = artefacts.iter().map(|artefact| {
        let mut target = vec![artefact.target.as_str()];
        target.extend(artefact.state.as_deref());
        [
            Cell::Text(words.artefact(&artefact.what)),
            Cell::data(&artefact.origin),
            Cell::time(words, Some(artefact.custody.began.unwrap_or(artefact.at))),
            Cell::values(artefact.custody.by.as_slice()),
            Cell::Number(
                artefact
                    .size
                    .map_or_else(|| "–".into(), |size| words.bytes(size)),
            ),
            Cell::values(&target),
        ]
    });
    blocks.push(maker.table(
        "report-custody-kept",
        ["what", "origin", "time", "who", "size", "id"],
        rows,
    ));
    let journal = case.history.iter().map(|entry| {
        [
            Cell::Number(entry.seq.to_string()),
            Cell::time(words, Some(entry.at)),
            Cell::data(&entry.actor),
            Cell::Text(words.event(entry)),
            Cell::data(entry.hash.hex()),
        ]
    });
    blocks.push(maker.table(
        "report-custody-journal",
        ["seq", "time", "who", "event", "hash"],
        journal,
    ));
    Chapter {
        id: "custody",
        heading: words.key("report-custody"),
        blocks,
    }
}

/// Every gap in one place: a reader must not take silence for absence.
pub(super) fn unknown(maker: &Maker<'_>) -> Chapter {
    let (case, words) = (maker.case, maker.words);
    let mut gaps: Vec<(Tone, String)> = Vec::new();
    for gap in case.verdict.iter().flat_map(|v| &v.gaps) {
        let tone = if gap.coverage == Coverage::Absent {
            Tone::Warn
        } else {
            Tone::Plain
        };
        let why = words.gaps_short(&gap.why, 6);
        gaps.push((
            tone,
            format!(
                "{}, {}: {why}",
                words.source(gap.source),
                words.coverage(gap.coverage)
            ),
        ));
    }
    if let Some(why) = &case.subject_missing {
        gaps.push((
            Tone::Warn,
            words.with("report-happened-missing", [("why", words.data(why))]),
        ));
    }
    for unread in case.subject.iter().flat_map(|s| &s.unread) {
        let args = [
            ("part", words.coded("unread", &unread.what)),
            ("why", words.data(&unread.why)),
        ];
        gaps.push((Tone::Warn, words.with("report-unread", args)));
    }
    let not_asked = case.checks.iter().filter(|c| c.not_asked()).count();
    if not_asked > 0 {
        let args = [("count", not_asked.to_string())];
        gaps.push((Tone::Plain, words.with("report-guest-not-asked", args)));
    }
    let unknown = |c: &&CheckResult| c.status == Status::Unknown && !c.not_asked();
    for check in case.checks.iter().filter(unknown) {
        let why = words.why(check.why.as_ref());
        gaps.push((
            Tone::Plain,
            format!(
                "{} – {}: {why}",
                words.named("check", &check.check, &check.args),
                words.status(check.status)
            ),
        ));
    }
    for watch in case
        .reviews
        .last()
        .iter()
        .flat_map(|r| &r.watches)
        .filter(|w| w.status == WatchStatus::Unknown)
    {
        let why = words.why(watch.why.as_ref());
        gaps.push((
            Tone::Plain,
            format!(
                "{} – {}: {why}",
                words.named("watch", &watch.watch, &watch.args),
                words.watch_status(watch.status)
            ),
        ));
    }
    for report in &case.addresses {
        for asked in report
            .asked
            .iter()
            .filter(|a| a.result != "answered" && a.result != "not_listed")
        {
            let args = [
                ("source", words.data(&asked.source)),
                ("ip", words.data(report.ip)),
                ("result", words.coded("asked", &asked.result)),
            ];
            gaps.push((Tone::Plain, words.with("report-address-unanswered", args)));
        }
    }
    for problem in &case.finding.problems {
        gaps.push((
            Tone::Plain,
            words.with("report-problem", [("problem", words.data(problem))]),
        ));
    }
    let block = if gaps.is_empty() {
        maker.sentence("report-nothing-unknown")
    } else {
        maker.list(gaps)
    };
    Chapter {
        id: "unknown",
        heading: words.key("report-unknown"),
        blocks: vec![block],
    }
}
