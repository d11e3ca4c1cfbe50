//! The picture of the timeline. Must not know cases: it draws moments in lanes and nothing else.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::marked::flat;
use crate::page::{Lane, Moment};
use crate::words::Words;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 104.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 14.0;
const LANE: f64 = 46.0;
const RADIUS: f64 = 9.5;
/// A label of a time needs this much room.
const LABEL: f64 = 96.0;

/// The timeline as an SVG element. All words in it are escaped.
pub(crate) fn timeline(moments: &[Moment], words: Words) -> String {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return String::new();
    };
    let xs = places(moments);
    let bottom = TOP + LANE * 3.0;
    let height = bottom + 40.0;
    let alt = words.with(
        "report-timeline-alt",
        [
            ("from", words.time(first.at)),
            ("until", words.time(last.at)),
            ("count", moments.len().to_string()),
            ("lanes", Lane::ALL.len().to_string()),
        ],
    );
    let mut out = format!(
        r#"<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{}">"#,
        escape(&alt)
    );
    for (lane, y) in Lane::ALL.into_iter().zip([0.0, 1.0, 2.0].map(middle)) {
        let label = escape(&words.key(lane.key()));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            r#"<text class="lane" x="4" y="{:.1}">{label}</text><line class="rail" x1="{LEFT}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}"/>"#,
            y + 4.5,
            WIDTH - RIGHT
        );
    }
    let mut free_from = LEFT;
    let mut day = String::new();
    for (moment, x) in moments.iter().zip(&xs) {
        let number = moment.number;
        let y = middle(match moment.lane {
            Lane::Attack => 0.0,
            Lane::Alert => 1.0,
            Lane::Response => 2.0,
        });
        if *x >= free_from {
            let (date, time) = clock(moment.at);
            let _ = write!(
                out,
                r#"<line class="tick" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{:.1}"/><text class="time" x="{x:.1}" y="{:.1}">{time}</text>"#,
                bottom + 4.0,
                bottom + 18.0
            );
            if date != day {
                let _ = write!(
                    out,
                    r#"<text class="time day" x="{x:.1}" y="{:.1}">{date}</text>"#,
                    bottom + 33.0
                );
                day = date;
            }
            free_from = x + LABEL;
        }
        let _ = write!(
            out,
            r#"<g class="moment {}"><title>{} {}</title><circle cx="{x:.1}" cy="{y:.1}" r="{RADIUS}"/><text x="{x:.1}" y="{:.1}">{number}</text></g>"#,
            moment.tone.name(),
            words.time(moment.at),
            escape(&flat(&moment.what)),
            y + 3.6
        );
    }
    out.push_str("</svg>");
    out
}

fn middle(lane: f64) -> f64 {
    TOP + LANE * (lane + 0.5)
}

fn clock(at: Timestamp) -> (String, String) {
    (
        at.strftime("%Y-%m-%d").to_string(),
        at.strftime("%H:%M:%S").to_string(),
    )
}

/// Where each moment stands: a long silence takes more room than a short one, but days do not push minutes together.
fn places(moments: &[Moment]) -> Vec<f64> {
    let mut at = 0.0;
    let mut before: Option<Timestamp> = None;
    let raw: Vec<f64> = moments
        .iter()
        .map(|moment| {
            if let Some(before) = before {
                let seconds = moment.at.duration_since(before).as_secs_f64().max(0.0);
                at += 1.0 + seconds.ln_1p() / 6.0;
            }
            before = Some(moment.at);
            at
        })
        .collect();
    let (start, room) = (
        LEFT + RADIUS + 36.0,
        WIDTH - RIGHT - LEFT - 2.0 * RADIUS - 72.0,
    );
    let scale = if at > 0.0 { room / at } else { 0.0 };
    raw.into_iter().map(|place| start + place * scale).collect()
}

/// Text for XML: as content and in a double-quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
