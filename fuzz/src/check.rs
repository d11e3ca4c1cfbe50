//! What must hold, whatever the bytes. Must not know how anything is read; the readers are asked from outside.

use std::net::IpAddr;

use rebato_core::harden::{guest, sshd};
use rebato_core::Digest;
use rebato_core::evaluate::Source;
use rebato_core::identify::{AlertError, Finding, Read, document, is_lines, read_alert, read_line};
use rebato_intel::lists::{Checks, Index};
use rebato_logs::{Questions, Scan, inflate};
use serde_json::Value;

use crate::wrap::{Envelope, wrap};

/// Deeper documents may fall to a bound when they are wrapped once more.
const SHALLOW: usize = 100;
/// Envelopes in one another that still bear one more.
const FEW: usize = 4;

type Answer = Vec<Result<Read, AlertError>>;

/// The bytes as they are, and in the envelope.
pub fn envelope(envelope: Envelope, bytes: &[u8]) {
    let bare = alert(bytes);
    if envelope == Envelope::Native {
        return;
    }
    let wrapped = alert(&wrap(envelope, bytes));
    match envelope {
        Envelope::Lines => beside_others(&wrapped),
        Envelope::Asff => {}
        // What this one carries is a finding itself and nothing that holds one.
        Envelope::Ocsf if !is_finding(bytes) => {}
        _ if bears(bytes, &bare) => same(envelope, &bare, &wrapped),
        _ => {}
    }
}

/// Reads bytes as an alert; gives the answer.
pub fn alert(bytes: &[u8]) -> Answer {
    let answer = read_alert("in", bytes);
    assert!(!answer.is_empty(), "nothing is said");
    let digest = Digest::of(bytes);
    for part in &answer {
        match part {
            Ok(read) => {
                assert!(!read.finding.id.is_empty(), "a finding without an id");
                assert!(!read.alert.envelope.is_empty(), "no envelope is named");
                assert!(read.alert.sha256 == digest, "another digest");
                kept(read);
            }
            Err(error) => assert!(!error.to_string().is_empty(), "an error without a word"),
        }
    }
    assert!(read_alert("in", bytes) == answer, "two answers");
    line_by_line(bytes, &answer);
    answer
}

/// Whoever reads line by line gets what is got from the whole.
fn line_by_line(bytes: &[u8], answer: &Answer) {
    let digest = Digest::of(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let read: Answer = lines
        .flat_map(|(number, line)| read_line("in", number + 1, line, digest))
        .collect();
    let marked = bytes.starts_with(&[0x1f, 0x8b]);
    if is_lines(bytes) && !marked && !read.is_empty() {
        assert!(
            read == *answer,
            "lines say something else:\n{read:?}\n{answer:?}"
        );
    }
}

/// A finding comes back from a journal as it was, and its document is no finding of GuardDuty's.
fn kept(read: &Read) {
    let text = serde_json::to_string(&read.finding).expect("a finding is JSON");
    let back: Finding = serde_json::from_str(&text).expect("a finding is read back");
    assert!(
        back == read.finding,
        "the journal changes a finding: {text}"
    );
    let shown = document(&read.finding, &read.alert).to_string();
    let again = read_alert("in", shown.as_bytes());
    assert!(!again.is_empty(), "our own document is not answered");
    for part in again.iter().flatten() {
        assert_eq!(
            part.finding.id, read.finding.id,
            "another id of our own document"
        );
    }
}

/// Whether these bytes must give the same findings in an envelope: one JSON value of findings only, not near a bound.
fn bears(bytes: &[u8], bare: &Answer) -> bool {
    let deep = bytes
        .iter()
        .filter(|byte| matches!(byte, b'{' | b'['))
        .count();
    let one = serde_json::from_slice::<Value>(bytes).is_ok_and(|value| value.is_object());
    let few = |read: &Read| read.alert.envelope.split('+').count() <= FEW;
    one && deep <= SHALLOW && bare.iter().all(|part| part.as_ref().is_ok_and(few))
}

/// Whether this is a finding in GuardDuty's own shape.
fn is_finding(bytes: &[u8]) -> bool {
    let value = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let has = |name: &str, capital: &str| value.get(name).or(value.get(capital)).cloned();
    let kind = has("type", "Type").unwrap_or_default();
    kind.as_str().is_some_and(|kind| kind.contains(':'))
        && has("service", "Service").is_some_and(|service| service.is_object())
}

fn same(envelope: Envelope, bare: &Answer, wrapped: &Answer) {
    let findings = |answer: &Answer| -> Vec<Finding> {
        answer
            .iter()
            .flatten()
            .map(|read| read.finding.clone())
            .collect()
    };
    let (bare_findings, found) = (findings(bare), findings(wrapped));
    // In a shipper's document copies of one finding count once.
    let kept = match envelope {
        Envelope::Carrier => {
            !found.is_empty() && found.iter().all(|finding| bare_findings.contains(finding))
        }
        _ => found == bare_findings,
    };
    assert!(
        kept,
        "{envelope:?} changes a finding:\n{bare:?}\n{wrapped:?}"
    );
}

/// The lines before and after are told, whatever stands between.
fn beside_others(answer: &Answer) {
    assert!(answer.len() >= 2, "a line hides another: {answer:?}");
}

/// Reads bytes as a log of this kind, plain and packed, whole and in a case.
pub fn log(source: Source, bytes: &[u8]) {
    let mut plain = Scan::new(questions(false));
    plain.file(source, "in", bytes);
    let plain = plain.finish();
    let said = [plain.flows(), plain.activity(), plain.logins()];
    let mut packed = Scan::new(questions(false));
    packed.file(source, "in", &crate::wrap::gzip(bytes));
    let packed = packed.finish();
    if !bytes.starts_with(&[0x1f, 0x8b]) && !bytes.is_empty() {
        let again = [packed.flows(), packed.activity(), packed.logins()];
        assert!(said == again, "packed bytes say something else");
    }
    let mut case = Scan::new(questions(true));
    case.file(source, "in", bytes);
    let _ = case.finish().skipped().len();
    let _ = inflate(bytes).bytes.len();
}

/// Reads bytes as a configuration of sshd in which each `Include` names the same bytes. Each value that holds was written,
/// or is a default.
pub fn sshd_config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let config = sshd::read("in", &text, &|_| Some(vec![("again".into(), text.to_string())]));
    let defaults = sshd::defaults();
    let root = sshd::Who {
        user: Some("root".into()),
        groups: vec!["root".into()],
        address: "10.0.0.5".parse().ok(),
        ..sshd::Who::default()
    };
    for rule in sshd::rules::RULES {
        let value = config.value(rule.keyword, &root, &defaults);
        assert!(value.place.is_some() || value.words.is_some());
        let _ = sshd::bad_words(rule.wanted, &value.words.unwrap_or_default());
    }
    let _ = sshd::read_either("in", &text);
}

/// Reads bytes as what the script prints. What was cut off does not change what came before into something else.
pub fn guest_output(bytes: &[u8]) {
    let Some(guest) = guest::read(bytes) else {
        return;
    };
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
    if let (Some(cut), Ok(whole)) = (guest::read(half), guest.uid0.seen()) {
        // A section that the cut left whole may come again after it, and is then believed in neither form.
        if let Ok(seen) = cut.uid0.seen() {
            assert_eq!(seen, whole);
        }
    }
}

fn questions(case: bool) -> Questions {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    Questions {
        local_ips: vec![ip("10.0.0.5")],
        suspects: vec![ip("203.0.113.80")],
        instance: Some("i-0abc1234def567890".into()).filter(|_| case),
        case,
        ..Questions::default()
    }
}

/// Reads bytes as a threat or trusted list.
pub fn list(bytes: &[u8]) {
    let Ok(list) = rebato_intel::lists::read(bytes) else {
        return;
    };
    for entry in &list.entries {
        for net in entry.nets() {
            assert!(
                entry.covers(net.addr()),
                "{entry:?} does not cover its own network"
            );
        }
    }
    let asked: Vec<IpAddr> = list
        .entries
        .iter()
        .flat_map(|entry| entry.nets())
        .flat_map(|net| [net.network(), net.broadcast()])
        .take(20)
        .collect();
    let index = Index::new(&list.entries);
    for ip in &asked {
        let plainly: Vec<u64> = list.covering(*ip).map(|entry| entry.line).collect();
        let found: Vec<u64> = index.covering(*ip).iter().map(|e| e.line).collect();
        assert_eq!(found, plainly, "the index says something else of {ip}");
    }
    assert!(
        list.problems.iter().all(|p| p.text.chars().count() <= 120),
        "a long problem"
    );
    let own: Vec<_> = list.entries.iter().flat_map(|e| e.nets()).take(1).collect();
    let checks = Checks {
        own: &own,
        ..Checks::default()
    };
    let shown = rebato_intel::lists::document("in", &list, &checks, &asked);
    assert!(
        own.is_empty() || shown["warning_counts"]["covers_own"].is_u64(),
        "one's own network is not seen"
    );
    assert_eq!(shown["entries"], list.entries.len());
    let found = shown["matches"].as_array().map_or(0, Vec::len);
    assert!(
        asked.is_empty() || found > 0,
        "an address of the list is not found in it: {asked:?}"
    );
}

/// Reads bytes as they are, and behind the head of a format: whatever they are, the head's entry must be found.
pub fn list_after(head: &str, bytes: &[u8]) {
    list(bytes);
    let whole = [head.as_bytes(), bytes].concat();
    list(&whole);
    if let Ok(read) = rebato_intel::lists::read(&whole) {
        let entry = IpAddr::from([203, 0, 113, 80]);
        assert!(
            read.covering(entry).next().is_some(),
            "the entry of the head is lost: {:?}",
            read.format
        );
    }
}
