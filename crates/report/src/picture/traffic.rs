//! The picture of traffic before and after containment: a bar for each other side, a line where containment was seen to stand, and
//! what the flow logs say after it. Must not know cases.

use jiff::Timestamp;

use super::canvas::{Anchor, Canvas, fit};
use super::thickness;
use crate::page::Tone;
use crate::words::Words;

const WIDTH: f64 = 960.0;
const ROW: f64 = 36.0;
/// Room for the headings of the two panels.
const TOP: f64 = 34.0;
const FROM: f64 = 320.0;
/// Where the panel before containment ends and the one after it begins.
const CUT: f64 = 690.0;
const UNTIL: f64 = 940.0;

/// What the picture shows.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    /// Accepted traffic, the other sides that matter most first.
    pub(crate) bars: Vec<Bar>,
    /// Other sides with accepted traffic that the picture has no room for.
    pub(crate) more: usize,
    /// When containment was seen to stand.
    pub(crate) contained: Timestamp,
    pub(crate) after: After,
}

/// Accepted traffic with one other side.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) tone: Tone,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// Whether the flow logs show it after containment.
    pub(crate) leaks: bool,
}

/// What the newest look says of the time since.
#[derive(Debug, Clone)]
pub(crate) struct After {
    pub(crate) tone: Tone,
    /// Accepted flows, in words.
    pub(crate) said: String,
    /// How far the flow logs were read, or else when somebody looked.
    pub(crate) until: Option<Timestamp>,
}

/// The picture as an SVG element.
pub(super) fn draw(traffic: &Traffic, words: Words) -> String {
    let rows = traffic.bars.len() + usize::from(traffic.more > 0);
    let bottom = TOP + ROW * u32::try_from(rows).map_or(0.0, f64::from);
    let contained = words.time(traffic.contained);
    let mut canvas = Canvas::new(
        &format!("{}-traffic-picture", words.lang),
        (WIDTH, bottom + 40.0),
        &words.key("report-picture-traffic"),
        &words.with(
            "report-traffic-alt",
            [
                ("count", (traffic.bars.len() + traffic.more).to_string()),
                ("at", contained.clone()),
                ("after", traffic.after.said.clone()),
            ],
        ),
    );
    let first = traffic.bars.iter().map(|bar| bar.first).min();
    let first = first.unwrap_or(traffic.contained).min(traffic.contained);
    canvas.text(
        "strong",
        (FROM, 20.0),
        Anchor::Start,
        &words.key("report-traffic-before"),
    );
    let said = format!(
        "{}: {} {}",
        words.key("report-traffic-after"),
        traffic.after.tone.symbol(),
        traffic.after.said
    );
    canvas.text(
        &format!("said {}", traffic.after.tone.name()),
        (CUT + 10.0, 20.0),
        Anchor::Start,
        &fit(&said, WIDTH - CUT - 12.0),
    );
    canvas.rect(
        &format!("after {}", traffic.after.tone.name()),
        (CUT, TOP - 4.0),
        (UNTIL - CUT, bottom - TOP + 8.0),
    );
    let mut y = TOP + ROW / 2.0;
    for bar in &traffic.bars {
        draw_bar(&mut canvas, bar, (first, traffic.contained), y, words);
        y += ROW;
    }
    if traffic.more > 0 {
        let said = words.with("report-network-rest", [("count", traffic.more.to_string())]);
        canvas.text(
            "strong",
            (4.0, y + 4.0),
            Anchor::Start,
            &fit(&said, FROM - 16.0),
        );
    }
    canvas.line("cut", (CUT, TOP - 10.0), (CUT, bottom + 8.0));
    canvas.text(
        "time",
        (FROM, bottom + 22.0),
        Anchor::Start,
        &words.time(first),
    );
    canvas.text("time", (CUT, bottom + 22.0), Anchor::Middle, &contained);
    let until = traffic
        .after
        .until
        .map(|at| words.time(at))
        .unwrap_or_default();
    canvas.text("time", (UNTIL, bottom + 36.0), Anchor::End, &until);
    canvas.done()
}

fn draw_bar(
    canvas: &mut Canvas,
    bar: &Bar,
    (first, contained): (Timestamp, Timestamp),
    y: f64,
    words: Words,
) {
    let place = |at: Timestamp| {
        let whole = contained.duration_since(first).as_secs_f64();
        let part = if whole > 0.0 {
            at.duration_since(first).as_secs_f64() / whole
        } else {
            1.0
        };
        FROM + (CUT - FROM) * part.clamp(0.0, 1.0)
    };
    let bytes = words.with(
        "report-network-bytes",
        [
            ("in", words.bytes(bar.bytes_in)),
            ("out", words.bytes(bar.bytes_out)),
        ],
    );
    let (from, until) = (words.time(bar.first), words.time(bar.last));
    canvas.open(
        &format!("peer {}", bar.tone.name()),
        &format!("{} {from} – {until} {bytes}", bar.name),
    );
    canvas.text("sign", (4.0, y - 2.0), Anchor::Start, bar.tone.symbol());
    canvas.text(
        "data",
        (22.0, y - 3.0),
        Anchor::Start,
        &fit(&bar.name, FROM - 34.0),
    );
    canvas.text(
        "under",
        (22.0, y + 11.0),
        Anchor::Start,
        &fit(&bytes, FROM - 34.0),
    );
    let (from, until) = (place(bar.first), place(bar.last));
    // What was short still shows.
    canvas.bar(
        "flow",
        (from.min(CUT - 3.0), until.max(from + 3.0).min(CUT)),
        y,
        4.0 + thickness(bar.bytes_in.saturating_add(bar.bytes_out)),
    );
    if bar.leaks {
        canvas.bar("flow", (CUT, UNTIL), y, 6.0);
    }
    canvas.close();
}
