//! Inputs made to hurt: deep, large, doubled, broken, packed in one another. All end soon and with a word, on a small stack.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rebato_core::Digest;
use rebato_core::identify::{AlertError, MAX_BYTES, Read, is_lines, read_alert, read_line};
use serde_json::{Value, json};

use super::native;

/// A quarter of what a thread has where nobody asks for more.
const SMALL_STACK: usize = 512 * 1024;

type Answer = Vec<Result<Read, AlertError>>;

/// Reads on a small stack; an overflow ends the test program.
fn read(bytes: impl Into<Vec<u8>>) -> Answer {
    let bytes = bytes.into();
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
    let answer = thread
        .spawn(move || {
            let _ = is_lines(&bytes);
            let _ = read_line("bomb", 1, &bytes, Digest::of(b""));
            read_alert("bomb", &bytes)
        })
        .unwrap()
        .join()
        .unwrap();
    assert!(!answer.is_empty());
    answer
}

/// What is said of bytes that hold no finding at all, each word once.
fn refusals(bytes: impl Into<Vec<u8>>) -> String {
    let mut words: Vec<String> = read(bytes)
        .into_iter()
        .map(|part| part.unwrap_err().to_string())
        .collect();
    words.dedup();
    words.join("\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn kinesis(data: &[u8]) -> String {
    json!({ "Records": [{ "kinesis": { "data": STANDARD.encode(data) } }] }).to_string()
}

fn repeated(text: &str, times: usize) -> String {
    text.repeat(times)
}

#[test]
fn depth_is_refused_wherever_it_stands() {
    const DEEP: usize = 100_000;
    for opening in [
        "[",
        "{\"a\":",
        "{\"detail\":",
        "[{\"findings\":",
        "{\"message\":[",
    ] {
        let open = repeated(opening, DEEP);
        let said = refusals(open.clone());
        assert!(said.contains("not JSON"), "{opening}: {said}");
        let closing: String = opening
            .chars()
            .rev()
            .filter_map(|letter| match letter {
                '[' => Some(']'),
                '{' => Some('}'),
                _ => None,
            })
            .collect();
        let closed = format!("{open}1{}", repeated(&closing, DEEP));
        let said = refusals(closed.clone());
        assert!(said.contains("not JSON"), "{opening}: {said}");
        // A deep line hides no other, nor does a deep member of an envelope, whichever way it travels.
        let beside = read(format!("{}\n{closed}\n{}\n", native(), native()));
        assert_eq!(beside.iter().flatten().count(), 2, "{opening}");
        assert_eq!(beside.len(), 3, "{opening}");
        assert!(!refusals(kinesis(closed.as_bytes())).is_empty());
        let _ = refusals(json!({ "Messages": [{ "Body": closed }] }).to_string());
    }
    // Just inside the parser's bound: read to the end by everything that walks a finding.
    let mut finding = native();
    finding["resource"]["deep"] =
        serde_json::from_str(&format!("{}{}", repeated("[", 120), repeated("]", 120))).unwrap();
    assert!(read(finding.to_string()).iter().all(Result::is_ok));
}

#[test]
fn sizes_beyond_the_bound_are_refused_unread() {
    let said = refusals(vec![b' '; MAX_BYTES + 1]);
    assert!(said.contains("too many"), "{said}");
    // A text of a million letters is a value like others; what is shown of it stays short.
    let mut finding = native();
    finding["severity"] = Value::from(repeated("x", 1_000_000));
    let answer = read(finding.to_string());
    let problems = &answer.first().unwrap().as_ref().unwrap().finding.problems;
    assert!(problems.iter().any(|problem| problem.contains("severity")));
    assert!(problems.iter().all(|problem| problem.len() < 1000));
    // So do names that nobody knows.
    let unknown = json!({ repeated("n", 1_000_000): 1 });
    assert!(refusals(unknown.to_string()).len() < 2000);
}

#[test]
fn doubled_members_give_one_finding_and_no_panic() {
    let text = native().to_string();
    let body = text.strip_prefix('{').unwrap();
    for doubled in [
        format!(r#"{{"id":"other",{body}"#),
        format!(r#"{{"type":5,"service":[],"resource":null,{body}"#),
        format!("{{{}{body}", repeated(r#""id":"x","#, 20_000)),
    ] {
        let answer = read(doubled);
        assert_eq!(answer.len(), 1);
        let finding = &answer.first().unwrap().as_ref().unwrap().finding;
        assert!(!finding.id.is_empty());
        // What two readers would read differently is not taken in silence, or the last one counts as everywhere.
        assert!(
            !finding.problems.is_empty() || finding.id == "f-1",
            "{finding:?}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_told_wherever_they_stand() {
    let whole = native().to_string();
    // A stray byte, an overlong slash, half a pair of surrogates, beyond Unicode, and a letter cut off.
    for wrong in [
        &b"\xff"[..],
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
    ] {
        // Before all, in a name, in a value, in a number, between members, at the end.
        let places = [
            0,
            whole.find("accountId").unwrap(),
            whole.find("eu-west-1").unwrap(),
            whole.find("5.0").unwrap(),
            whole.find(',').unwrap(),
            whole.len(),
        ];
        for place in places {
            let mut bytes = whole.clone().into_bytes();
            bytes.splice(place..place, wrong.iter().copied());
            // What stands before the damage may be whole, and is read; the damage is told all the same.
            let told = read(bytes.clone()).into_iter().filter_map(Result::err);
            let told: Vec<String> = told.map(|error| error.to_string()).collect();
            assert!(told.concat().contains("not JSON"), "{place}: {told:?}");
            let line = [whole.as_bytes(), b"\n", &bytes, b"\n", whole.as_bytes()].concat();
            let answer = read(line);
            assert!(answer.iter().flatten().count() >= 2, "{place}: {answer:?}");
            let told = answer.iter().find_map(|part| part.as_ref().err()).unwrap();
            assert!(told.to_string().starts_with("bomb:2:"), "{place}: {told}");
            // In base64 nothing stops them before the data is looked at.
            assert!(read(kinesis(&bytes)).iter().any(Result::is_err), "{place}");
        }
    }
}

#[test]
fn numbers_beyond_all_bounds_are_problems_or_errors() {
    let whole = native().to_string();
    for number in [
        "1e400",
        "-1e400",
        "1e-400",
        "99999999999999999999999999",
        "-0.0",
        "0.1e1",
    ] {
        let changed = whole.replace("5.0", number).replace("20.0", number);
        for part in read(changed) {
            match part {
                Ok(read) => {
                    let said = read.finding.problems.join("\n");
                    assert!(read.finding.severity.is_none_or(f64::is_finite));
                    assert!(
                        read.finding.count.is_some() || said.contains("count"),
                        "{number}: {said}"
                    );
                }
                Err(error) => assert!(error.to_string().contains("not JSON"), "{number}: {error}"),
            }
        }
    }
    let digits = whole.replace("5.0", &repeated("9", 100_000));
    assert_eq!(read(digits).len(), 1);
}

#[test]
fn a_hundred_thousand_findings_come_out_as_many() {
    const MANY: usize = 100_000;
    let small = r#"{"id":"f","type":"Recon:EC2/Portscan","service":{},"resource":{"resourceType":"Instance"}}"#;
    let array = format!("[{}{small}]", repeated(&format!("{small},"), MANY - 1));
    let lines = repeated(&format!("{small}\n"), MANY);
    let page = format!(r#"{{"findings":{array}}}"#);
    for input in [array, lines, page] {
        let answer = read(input);
        assert_eq!(answer.iter().flatten().count(), MANY);
    }
    // In a shipper's document, where copies are looked for: of one finding many times, each time another.
    let items: Vec<Value> = (0..5_000)
        .map(|n| {
            json!({
                "id": "f", "type": "Recon:EC2/Portscan", "resource": { "resourceType": "Instance" },
                "service": { "count": n, "detectorId": "d", "resourceRole": "TARGET" },
            })
        })
        .collect();
    let answer = read(json!({ "a": { "b": items } }).to_string());
    assert_eq!(answer.iter().flatten().count(), 5_000);
    // Pages with nothing in them, and lines that are nothing.
    let _ = read(repeated("{\"findings\":[]}\n", MANY));
    assert!(read(repeated("{}\n", MANY)).iter().all(Result::is_err));
}

#[test]
fn packed_in_one_another_ends_at_a_bound() {
    // Forty bombs and a finding in one batch: each is told, the finding is read, and most of the bombs are not even inflated.
    let bomb = STANDARD.encode(gzip(&vec![b' '; 17 * 1024 * 1024]));
    let record = |data: &str| json!({ "kinesis": { "data": data } });
    let mut records = vec![
        record(&bomb),
        record(&STANDARD.encode(native().to_string())),
    ];
    records.extend((0..40).map(|_| record(&bomb)));
    let answer = read_alert("bomb", json!({ "Records": records }).to_string().as_bytes());
    assert_eq!(answer.len(), 42);
    assert_eq!(answer.iter().flatten().count(), 1);
    for refused in answer.iter().filter_map(|part| part.as_ref().err()) {
        assert!(refused.to_string().contains("more than"), "{refused}");
    }
    // Gzip in gzip, and base64 in base64.
    let mut inner = native().to_string().into_bytes();
    for _ in 0..50 {
        inner = gzip(&inner);
    }
    let _ = read(kinesis(&inner));
    let mut inner = native().to_string();
    for _ in 0..20 {
        inner = kinesis(inner.as_bytes());
    }
    assert!(!refusals(inner).is_empty());
}

#[test]
fn texts_in_texts_end_at_a_bound() {
    // Each step doubles the escapes: 2^50 bytes cannot be made, but the first steps can, and they are as deep as the rest.
    let mut inner = native().to_string();
    for step in 0..50 {
        inner = Value::from(inner).to_string();
        if inner.len() > 8_000_000 {
            break;
        }
        let _ = read(inner.clone());
        let _ = read(json!({ "Message": inner, "TopicArn": step }).to_string());
    }
    // Fifty deep without growing: a list with one text each.
    let mut inner = "\\".to_owned();
    for _ in 0..50 {
        inner = json!([{ "body": inner.chars().take(1000).collect::<String>() }]).to_string();
    }
    assert!(!refusals(inner).is_empty());
    // As broad as deep: each text holds two others.
    let mut inner = "{}".to_owned();
    while inner.len() < 4_000_000 {
        inner = json!([inner, inner]).to_string();
    }
    assert!(!refusals(inner).is_empty());
}
