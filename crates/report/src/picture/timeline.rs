//! The picture of the timeline: moments in three lanes, how long each lasted and by how much its clock may be off. Moments too near
//! to each other are drawn as one, with their number. Must not know cases.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::canvas::{Anchor, Canvas};
use crate::marked::flat;
use crate::page::Tone;
use crate::words::Words;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 104.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 8.0;
const LANE: f64 = 68.0;
const RADIUS: f64 = 10.0;
/// A label of a time needs this much room.
const LABEL: f64 = 100.0;
/// Two marks with their numbers need this much room from middle to middle.
const APART: f64 = 28.0;
/// And this much where one of them stands for several moments.
const APART_MANY: f64 = 42.0;
/// Half of the width of a mark that stands for several moments.
const HALF: f64 = 20.0;
/// Lines below a lane, one under the other, so that what lasted long does not cover the others.
const ROWS: usize = 3;

/// Which of the three stories a moment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// What the evidence shows.
    Attack,
    /// What GuardDuty said.
    Alert,
    /// What was done.
    Response,
}

impl Lane {
    pub(crate) const ALL: [Self; 3] = [Self::Attack, Self::Alert, Self::Response];

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Attack => "report-lane-attack",
            Self::Alert => "report-lane-alert",
            Self::Response => "report-lane-response",
        }
    }

    const fn row(self) -> f64 {
        match self {
            Self::Attack => 0.0,
            Self::Alert => 1.0,
            Self::Response => 2.0,
        }
    }
}

/// A point of the picture.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// Its row in the table and what happened, where the table holds it.
    pub(crate) row: Option<(usize, String)>,
    pub(crate) at: Timestamp,
    /// When it ended, where it lasted.
    pub(crate) until: Option<Timestamp>,
    /// By how many seconds the times may be off.
    pub(crate) doubt_s: u64,
    pub(crate) lane: Lane,
    pub(crate) tone: Tone,
}

impl Moment {
    fn end(&self) -> Timestamp {
        self.until.map_or(self.at, |until| until.max(self.at))
    }
}

/// Moments of one lane that are drawn as one mark.
struct Mark<'a> {
    first: f64,
    last: f64,
    moments: Vec<&'a Moment>,
}

impl Mark<'_> {
    const fn middle(&self) -> f64 {
        f64::midpoint(self.first, self.last)
    }
}

/// The timeline as an SVG element. The moments come in the order of time.
pub(super) fn draw(moments: &[Moment], words: Words) -> String {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return String::new();
    };
    let bottom = TOP + LANE * 3.0;
    let desc = words.with(
        "report-timeline-alt",
        [
            ("from", words.time(first.at)),
            ("until", words.time(last.at)),
            ("count", moments.len().to_string()),
            ("lanes", Lane::ALL.len().to_string()),
        ],
    );
    let mut canvas = Canvas::new(
        &format!("{}-timeline-picture", words.lang),
        (WIDTH, bottom + 44.0),
        &words.key("report-picture-timeline"),
        &desc,
    );
    let scale = Scale::new(moments);
    let marks = Lane::ALL.map(|lane| marks(moments, lane, &scale));
    ticks(&mut canvas, &marks, bottom);
    for (lane, marks) in Lane::ALL.into_iter().zip(&marks) {
        let y = TOP + LANE * lane.row() + 22.0;
        canvas.text(
            "lane",
            (4.0, y + 4.5),
            Anchor::Start,
            &words.key(lane.key()),
        );
        canvas.line("rail", (LEFT, y), (WIDTH - RIGHT, y));
        extents(&mut canvas, marks, &scale, y);
        for mark in marks {
            draw_mark(&mut canvas, mark, y, words);
        }
    }
    canvas.done()
}

/// What of a lane is drawn as one: each mark keeps its distance from the one before.
fn marks<'a>(moments: &'a [Moment], lane: Lane, scale: &Scale) -> Vec<Mark<'a>> {
    let mut marks: Vec<Mark<'a>> = Vec::new();
    for moment in moments.iter().filter(|moment| moment.lane == lane) {
        let x = scale.place(moment.at);
        match marks.last_mut() {
            Some(mark)
                if x - mark.middle()
                    < if mark.moments.len() > 1 {
                        APART_MANY
                    } else {
                        APART
                    } =>
            {
                mark.last = x;
                mark.moments.push(moment);
            }
            _ => marks.push(Mark {
                first: x,
                last: x,
                moments: vec![moment],
            }),
        }
    }
    marks
}

fn draw_mark(canvas: &mut Canvas, mark: &Mark<'_>, y: f64, words: Words) {
    let x = mark.middle();
    let worst = mark.moments.iter().map(|moment| moment.tone);
    let tone = worst.max_by_key(|tone| tone.rank()).unwrap_or(Tone::Plain);
    let class = format!("mark {}", tone.name());
    match mark.moments.as_slice() {
        [only] => {
            let (number, what) = only.row.as_ref().map_or_else(
                || ("·".into(), String::new()),
                |(n, what)| (n.to_string(), flat(what)),
            );
            canvas.open(&class, &format!("{} {what}", words.time(only.at)));
            canvas.circle("body", (x, y), RADIUS);
            canvas.text("number", (x, y + 4.0), Anchor::Middle, &number);
        }
        many => {
            let (from, until) = (many.first(), many.last());
            let title = words.with(
                "report-timeline-many",
                [
                    ("count", many.len().to_string()),
                    ("from", words.time_or(from.map(|m| m.at))),
                    ("until", words.time_or(until.map(|m| m.at))),
                ],
            );
            canvas.open(&class, &title);
            canvas.rect("body", (x - HALF, y - RADIUS), (2.0 * HALF, 2.0 * RADIUS));
            canvas.text(
                "number",
                (x, y + 4.0),
                Anchor::Middle,
                &format!("×{}", short_count(many.len())),
            );
        }
    }
    canvas.close();
}

/// A count in at most four characters.
fn short_count(count: usize) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// Below the lane: a thick line for as long as it lasted, a thin one for as far as the clock may be off.
struct Extent {
    possible: (f64, f64),
    certain: Vec<(f64, f64)>,
}

impl Extent {
    fn of(mark: &Mark<'_>, scale: &Scale) -> Self {
        let ends = mark.moments.iter().map(|m| scale.place(m.end()));
        let certain = (mark.first, ends.fold(mark.last, f64::max));
        let doubt = |m: &&Moment| {
            let by = SignedDuration::from_secs(i64::try_from(m.doubt_s).unwrap_or(0));
            let early = m.at.checked_sub(by).unwrap_or(Timestamp::MIN);
            let late = m.end().checked_add(by).unwrap_or(Timestamp::MAX);
            (scale.place(early), scale.place(late))
        };
        let possible = mark.moments.iter().map(doubt);
        Self {
            possible: possible.fold(certain, union),
            certain: vec![certain],
        }
    }
}

fn union(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0.min(other.0), one.1.max(other.1))
}

/// Extents in as many rows as there are. Where more last at a time, some of a row are one: two on top of each other would be
/// neither.
fn rows(extents: impl Iterator<Item = Extent>) -> [Vec<Extent>; ROWS] {
    let mut rows: [Vec<Extent>; ROWS] = Default::default();
    let end = |row: &Vec<Extent>| row.last().map_or(f64::MIN, |extent| extent.possible.1);
    for mut extent in extents {
        let touches = |last: &Extent, extent: &Extent| last.possible.1 + 3.0 >= extent.possible.0;
        let free = rows
            .iter()
            .position(|row| !row.last().is_some_and(|last| touches(last, &extent)));
        let row = match free {
            Some(n) => rows.get_mut(n),
            None => rows.iter_mut().min_by(|a, b| end(a).total_cmp(&end(b))),
        };
        let Some(row) = row else { continue };
        while let Some(last) = row.pop_if(|last| touches(last, &extent)) {
            extent.possible = union(last.possible, extent.possible);
            extent.certain.extend(last.certain);
        }
        row.push(extent);
    }
    rows
}

fn extents(canvas: &mut Canvas, marks: &[Mark<'_>], scale: &Scale, y: f64) {
    let wide = |extent: &(f64, f64)| extent.1 - extent.0 >= 1.0;
    let all = marks.iter().map(|mark| Extent::of(mark, scale));
    let rows = rows(all.filter(|extent| wide(&extent.possible)));
    for (row, offset) in rows.iter().zip([17.0, 25.0, 33.0]) {
        let y = y + offset;
        for Extent { possible, certain } in row {
            canvas.bar("doubt", *possible, y, 1.5);
            for end in [possible.0, possible.1] {
                canvas.line("doubt", (end, y - 3.0), (end, y + 3.0));
            }
            for lasted in certain.iter().filter(|certain| wide(certain)) {
                canvas.bar("lasted", *lasted, y, 4.0);
            }
        }
    }
}

/// Times below the lanes, as many as have room.
fn ticks(canvas: &mut Canvas, marks: &[Vec<Mark<'_>>; 3], bottom: f64) {
    let mut places: Vec<(f64, Timestamp)> = marks
        .iter()
        .flatten()
        .filter_map(|mark| Some((mark.middle(), mark.moments.first()?.at)))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free_from = f64::MIN;
    let mut day = String::new();
    for (x, at) in places {
        if x < free_from {
            continue;
        }
        free_from = x + LABEL;
        canvas.line("tick", (x, TOP), (x, bottom + 2.0));
        let time = at.strftime("%H:%M:%SZ").to_string();
        canvas.text("time", (x, bottom + 16.0), Anchor::Middle, &time);
        let date = at.strftime("%Y-%m-%d").to_string();
        if date != day {
            canvas.text("time day", (x, bottom + 32.0), Anchor::Middle, &date);
            day = date;
        }
    }
}

/// Where each time stands: a long silence takes more room than a short one, but days do not push minutes together.
struct Scale {
    knots: Vec<(Timestamp, f64)>,
}

impl Scale {
    fn new(moments: &[Moment]) -> Self {
        // Each time, and whether something began then: only a beginning has a mark that needs room.
        let mut times: BTreeMap<Timestamp, bool> = BTreeMap::new();
        for moment in moments {
            times.insert(moment.at, true);
            times.entry(moment.end()).or_default();
        }
        let mut at = 0.0;
        let mut before: Option<Timestamp> = None;
        let mut knots = Vec::with_capacity(times.len());
        for (time, begins) in times {
            if let Some(before) = before {
                let seconds = time.duration_since(before).as_secs_f64().max(0.0);
                at += if begins { 1.0 } else { 0.0 } + seconds.ln_1p() / 6.0;
            }
            before = Some(time);
            knots.push((time, at));
        }
        let (start, room) = (LEFT + HALF + 36.0, WIDTH - RIGHT - LEFT - 2.0 * HALF - 72.0);
        let scale = if at > 0.0 { room / at } else { 0.0 };
        for (_, place) in &mut knots {
            *place = start + *place * scale;
        }
        Self { knots }
    }

    /// Between two known times evenly; outside of all, at the edges.
    fn place(&self, time: Timestamp) -> f64 {
        let after = self.knots.partition_point(|(known, _)| *known < time);
        let next = self.knots.get(after);
        let last = after.checked_sub(1).and_then(|i| self.knots.get(i));
        match (last, next) {
            (_, Some((known, place))) if *known == time => *place,
            (Some((from, a)), Some((until, b))) => {
                let part = time.duration_since(*from).as_secs_f64()
                    / until.duration_since(*from).as_secs_f64();
                a + (b - a) * part
            }
            (None, Some((_, place))) => place - HALF - 8.0,
            (Some((_, place)), None) => place + HALF + 8.0,
            (None, None) => LEFT,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_extent_lies_on_another(spans in prop::collection::vec((0.0..900.0_f64, 0.0..300.0_f64), 0..40)) {
            let spans: Vec<(f64, f64)> = spans.into_iter().map(|(from, long)| (from, from + long)).collect();
            let extent = |span: &(f64, f64)| Extent { possible: *span, certain: vec![*span] };
            let rows = rows(spans.iter().map(extent));
            let drawn: usize = rows.iter().flatten().map(|extent| extent.certain.len()).sum();
            prop_assert_eq!(drawn, spans.len());
            for row in &rows {
                for pair in row.windows(2) {
                    prop_assert!(pair[0].possible.1 < pair[1].possible.0);
                }
                for extent in row {
                    let all = extent.certain.iter().copied().reduce(union);
                    prop_assert_eq!(all, Some(extent.possible));
                }
            }
        }
    }
}
