//! The pictures with few things and with many: nothing overlaps, nothing leaves the frame, and what is not drawn is counted.

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::Case;
use rebato_core::evaluate::{About, Evidence, Fact, Reason, RecordRef, Source};
use rebato_core::identify::Direction;
use rebato_report::{Lang, html};

use crate::facts::{conversation, dossier};
use crate::pages::spoken;
use crate::story::contained;
use crate::world::{Strangers, at};

/// A text of a picture: its box, and what it says.
#[derive(Debug)]
struct Label {
    left: f64,
    right: f64,
    base: f64,
    said: String,
}

fn attribute(tag: &str, name: &str) -> f64 {
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

/// The pictures of a page in each language: what is between their tags.
fn pictures(case: &Case) -> [Vec<String>; 2] {
    let page = html(case, Lang::En, at("2026-11-24T08:00:00Z")).unwrap();
    Lang::ALL.map(|lang| {
        let pictures = spoken(&page, lang).split("<svg ").skip(1);
        pictures
            .map(|rest| rest.split("</svg>").next().unwrap().to_owned())
            .collect()
    })
}

fn labels(picture: &str) -> Vec<Label> {
    let texts = picture.split("<text").skip(1);
    texts
        .map(|rest| {
            let (tag, rest) = rest.split_once('>').unwrap();
            let said = rest.split("</text>").next().unwrap();
            let said = said.replace("&lt;", "<").replace("&gt;", ">");
            // 7.3 units a character is what a fixed-width font of twelve takes; the other one is narrower.
            let wide = if tag.contains("\"data\"") { 7.3 } else { 6.4 };
            let width = said.chars().map(|_| wide).sum::<f64>();
            let x = attribute(tag, "x");
            let left = match tag.split("text-anchor=\"").nth(1).unwrap() {
                rest if rest.starts_with("start") => x,
                rest if rest.starts_with("middle") => x - width / 2.0,
                _ => x - width,
            };
            Label {
                left,
                right: left + width,
                base: attribute(tag, "y"),
                said,
            }
        })
        .collect()
}

fn assert_legible(picture: &str) {
    let (_, frame) = picture.split_once("viewBox=\"0 0 ").unwrap();
    let (width, height) = frame.split('"').next().unwrap().split_once(' ').unwrap();
    let (width, height): (f64, f64) = (width.parse().unwrap(), height.parse().unwrap());
    let labels = labels(picture);
    for (place, one) in labels.iter().enumerate() {
        assert!(
            one.left >= 0.0 && one.right <= width && one.base <= height && one.base > 8.0,
            "outside of {width} × {height}: {one:?}"
        );
        for other in labels.iter().skip(place + 1) {
            let beside = one.right < other.left || other.right < one.left;
            assert!(
                beside || (one.base - other.base).abs() >= 11.0,
                "{one:?} lies over {other:?}"
            );
        }
    }
}

/// So many conversations and events that the verdict cites, over so many seconds each.
fn many(count: usize, apart_s: i64) -> Case {
    let strangers = Strangers::polite();
    let mut case = contained(&strangers).case();
    let start = at("2026-11-20T03:00:00Z");
    let mut dossier = dossier(&strangers);
    dossier.evidence.clear();
    for id in 0..count {
        let ip = format!(
            "2001:db8:ffff:ffff:ffff:ffff:{:x}:{:x}",
            id / 256 + 4096,
            id % 256
        );
        let direction = if id % 3 == 0 {
            Direction::Outbound
        } else {
            Direction::Inbound
        };
        let bytes = 1_u64 << (id % 40);
        let port = u16::try_from(id % 60_000).unwrap();
        dossier
            .evidence
            .push(conversation(id, &ip, direction, port, bytes, bytes * 3, 60));
    }
    let mut cited = Vec::new();
    for id in 0..count {
        let after = SignedDuration::from_secs(i64::try_from(id).unwrap() * apart_s);
        let time: Timestamp = start + after;
        let id = format!("c{id}");
        cited.push(id.clone());
        dossier.evidence.push(Evidence {
            id,
            source: Source::AuthLog,
            at: Some(time),
            record: RecordRef::default(),
            fact: Fact::LoginAccepted {
                ip: "198.51.100.7".parse().unwrap(),
                user: "root".into(),
                method: "password".into(),
                failures_before: 3,
                count: 1,
            },
        });
    }
    case.dossier = Some(dossier);
    if let Some(verdict) = &mut case.verdict {
        verdict.reasons = vec![Reason {
            signal: "login-after-failures".into(),
            weight: 70,
            about: About::Entry,
            attack: Vec::new(),
            evidence: cited,
            args: [].into(),
        }];
    }
    case
}

#[test]
fn few_and_many_are_legible() {
    for (count, apart_s) in [
        (0, 1),
        (3, 1),
        (3, 86_400),
        (40, 7),
        (3_000, 0),
        (3_000, 3_600),
    ] {
        for picture in pictures(&many(count, apart_s)).iter().flatten() {
            assert_legible(picture);
            assert!(
                picture.len() < 40_000,
                "{} bytes for {count}",
                picture.len()
            );
        }
    }
}

#[test]
fn what_is_not_drawn_is_counted() {
    let [pictures, _] = pictures(&many(3_000, 11));
    let said = |picture: &str| {
        labels(picture)
            .into_iter()
            .map(|label| label.said)
            .collect::<Vec<_>>()
    };
    // Every event is in a circle of its own or counted in a box.
    let drawn: usize = said(&pictures[0])
        .iter()
        .filter_map(|label| label.strip_prefix('×'))
        .map(|count| count.parse::<usize>().unwrap())
        .sum();
    let circles = pictures[0].matches("<circle").count();
    let (_, told) = pictures[0].split_once(": ").unwrap();
    let all: usize = told
        .split(' ')
        .next()
        .unwrap()
        .replace(',', "")
        .parse()
        .unwrap();
    assert_eq!(drawn + circles, all);
    assert!(all > 3_000);
    assert!(said(&pictures[1]).contains(&"2,986 other addresses".to_owned()));
    assert!(said(&pictures[2]).contains(&"2,990 other addresses".to_owned()));
}

#[test]
fn a_leak_is_drawn_behind_the_line() {
    let mut case = contained(&Strangers::polite()).case();
    let behind = |case: &Case| pictures(case)[0][2].matches("x1=\"690.0\"").count();
    let tight = behind(&case);
    if let Some(review) = case.reviews.last_mut() {
        review.accepted_flows = Some(4);
        review.leaks = ["198.51.100.7".parse().unwrap()].into();
    }
    assert_eq!(behind(&case), tight + 1);
    assert!(pictures(&case)[1][2].contains("✖ 4 flujos aceptados"));
}
