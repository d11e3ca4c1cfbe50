//! Lines of text to records, most of them without parsing more than decides whether anybody wants them.
//! Must not know what is asked of the records: the [`Sink`] says what it wants to see.
//!
//! A line is plain when it has as many fields as the layout has columns, with one space between them, and begins like a record. Of a
//! plain line only the columns are read that the sink wants to glance at; a plain line that the sink does not care for counts as a
//! record. Every other line goes the slow way, and so do all lines until the first record of the file is read.

use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem;

use super::address::dotted;
use super::layout::{Column, Layout};
use super::marks::{BLOCK, Marks, plain};
use super::{FileRead, Record, digits, line_of};

/// Who the records are for.
pub(crate) trait Sink {
    /// What must be seen of a record before it is read whole.
    fn way(&self) -> Way;
    /// Whether to read the record whole; what is passed over is not shown again.
    fn glance(&mut self, glance: &Glance<'_>) -> bool;
    /// A record and its line.
    fn record(&mut self, record: &Record<'_>, line: u64);
}

/// What a sink needs to see of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// All of it.
    Whole,
    /// All of it, if the line holds this text, else nothing.
    Needle(Vec<u8>),
    /// Both addresses, and these as well.
    Glance {
        /// The interface.
        interface: bool,
        /// Start and end.
        times: bool,
    },
}

/// Some fields of a record; those that are not asked for or that the format lacks are empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glance<'a> {
    pub(crate) interface: &'a [u8],
    pub(crate) src: Side,
    pub(crate) dst: Side,
    /// Unix seconds.
    pub(crate) start: Option<i64>,
    /// Unix seconds.
    pub(crate) end: Option<i64>,
}

/// An address at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// IPv4, the first octet highest.
    V4(u32),
    /// `-`.
    Absent,
    /// Something else: IPv6, or no address.
    Other,
}

/// Most columns of a layout that is read by marks.
const COLUMNS: usize = 64;

/// Which columns are glanced at.
#[derive(Debug)]
struct Picks {
    columns: usize,
    interface: Option<usize>,
    src: Option<usize>,
    dst: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    /// How many columns there are up to the last of these.
    reach: usize,
}

impl Picks {
    /// Nothing when lines of this layout must be read whole.
    fn of(layout: &Layout, way: &Way) -> Option<Self> {
        let columns: Vec<Column> = layout.columns().collect();
        if layout.separator != b' ' || columns.len() > COLUMNS {
            return None;
        }
        let (named, timed) = match way {
            Way::Whole => return None,
            Way::Needle(_) => (false, false),
            Way::Glance { interface, times } => (*interface, *times),
        };
        // A name twice in a header is odd, and the last one counts.
        let place = |column| columns.iter().rposition(|other| *other == column);
        if named && columns.contains(&Column::StandIn) {
            return None;
        }
        let mut picks = Self {
            columns: columns.len(),
            interface: place(Column::Interface).filter(|_| named),
            src: place(Column::Src),
            dst: place(Column::Dst),
            start: place(Column::Start).filter(|_| timed),
            end: place(Column::End).filter(|_| timed),
            reach: 0,
        };
        let all = [
            picks.interface,
            picks.src,
            picks.dst,
            picks.start,
            picks.end,
        ];
        picks.reach = all.iter().flatten().max().map_or(0, |last| last + 1);
        Some(picks)
    }
}

/// Reads the text of one file, chunk by chunk.
pub(super) struct Reader<'a, S> {
    sink: &'a mut S,
    out: &'a mut FileRead,
    way: Way,
    layout: Option<Layout>,
    picks: Option<Picks>,
}

impl<'a, S: Sink> Reader<'a, S> {
    pub(super) fn new(sink: &'a mut S, out: &'a mut FileRead) -> Self {
        let way = sink.way();
        Self {
            sink,
            out,
            way,
            layout: None,
            picks: None,
        }
    }

    /// Reads whole lines, the first of which has this number.
    pub(super) fn chunk(&mut self, text: &[u8], first: u64) {
        if let Way::Needle(needle) = &self.way {
            let needle = needle.clone();
            return self.with_needle(text, first, &needle);
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt")
        {
            #[expect(
                unsafe_code,
                reason = "the processor has just been asked whether it has these instructions, and that is all that is needed"
            )]
            unsafe {
                self.with_avx2(text, first);
            }
            return;
        }
        self.blocks(text, first, plain, |window, length| {
            dotted(window.get(..length)?).map(u32::from)
        });
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn with_avx2(&mut self, text: &[u8], first: u64) {
        self.blocks(
            text,
            first,
            |bytes| super::marks::avx2(bytes),
            |window, length| super::address::dotted_sse(window, length),
        );
    }

    // All that is called for each line is inlined, and nothing of it is in a closure: only so is it compiled for the instructions of
    // `with_avx2`.
    #[inline(always)]
    fn blocks(
        &mut self,
        text: &[u8],
        first: u64,
        of: impl Fn(&[u8; 64]) -> (u64, u64),
        v4: impl Fn(&[u8; 16], usize) -> Option<u32>,
    ) {
        let mut marks = Marks::new();
        let mut places = [0; COLUMNS + 1];
        let (mut rest, mut number) = (text, first);
        while let Some((block, after)) = self.next_block(rest, &mut number) {
            rest = after;
            marks.mark(block, &of);
            let mut start = 0;
            for word in 0..block.len().div_ceil(64) {
                let mut ends = marks.ends(word);
                while ends != 0 {
                    let end = word * 64 + ends.trailing_zeros() as usize;
                    ends &= ends - 1;
                    match self.glance(block, start, end, &marks, &mut places, &v4) {
                        Some(true) | None => {
                            self.slow(block.get(start..end).unwrap_or_default(), number);
                        }
                        Some(false) => self.out.rows += 1,
                    }
                    start = end + 1;
                    number += 1;
                }
            }
        }
    }

    /// The next block of whole lines and what follows it. The lines before it are read here: those before the first record, those
    /// without an end and those that are too long for a block.
    fn next_block<'t>(
        &mut self,
        mut rest: &'t [u8],
        number: &mut u64,
    ) -> Option<(&'t [u8], &'t [u8])> {
        while !rest.is_empty() {
            let block = rest.get(..BLOCK).unwrap_or(rest);
            let ready = self.picks.is_some();
            if let Some(end) = memchr::memrchr(b'\n', block).filter(|_| ready) {
                return rest.split_at_checked(end + 1);
            }
            let (line, after) = match memchr::memchr(b'\n', rest) {
                Some(at) => rest.split_at(at + 1),
                None => (rest, &[][..]),
            };
            rest = after;
            self.slow(line, *number);
            *number += 1;
        }
        None
    }

    /// Whether the sink wants to see this line whole; nothing when it is not plain.
    #[inline(always)]
    fn glance(
        &mut self,
        block: &[u8],
        start: usize,
        end: usize,
        marks: &Marks,
        places: &mut [usize; COLUMNS + 1],
        v4: &impl Fn(&[u8; 16], usize) -> Option<u32>,
    ) -> Option<bool> {
        let picks = self.picks.as_ref().filter(|_| !marks.doubled)?;
        let line = block.get(start..end)?;
        let whole = marks.count(start, end) as usize + 1 == picks.columns;
        if !whole || !is_plain(line) || line.last().is_none_or(|last| *last <= b' ') {
            return None;
        }
        // The end of every field that matters, behind the place before the first. What is left of the line before is not looked at.
        *places.first_mut()? = start.wrapping_sub(1);
        let reach = places.get_mut(1..=picks.reach)?;
        marks.spaces(start, reach.iter_mut());
        if picks.reach == picks.columns {
            *reach.last_mut()? = end;
        }
        let fields = Fields {
            block,
            ends: places,
        };
        let glance = Glance {
            interface: fields.token(picks.interface),
            src: fields.side(picks.src, v4),
            dst: fields.side(picks.dst, v4),
            start: fields.seconds(picks.start)?,
            end: fields.seconds(picks.end)?,
        };
        Some(self.sink.glance(&glance))
    }

    fn with_needle(&mut self, text: &[u8], first: u64, needle: &[u8]) {
        let finder = memmem::FinderBuilder::new().build_forward_with_ranker(Often, needle);
        let (mut rest, mut number) = (text, first);
        while let Some((block, after)) = self.next_block(rest, &mut number) {
            rest = after;
            let find = |from: usize| {
                let found = finder.find(block.get(from..).unwrap_or_default());
                found.map_or(usize::MAX, |at| from + at)
            };
            let mut hit = find(0);
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', block) {
                let line = block.get(start..end).unwrap_or_default();
                if hit < end {
                    self.slow(line, number);
                    hit = find(end);
                } else if is_plain(line) {
                    self.out.rows += 1;
                } else {
                    self.slow(line, number);
                }
                start = end + 1;
                number += 1;
            }
        }
    }

    #[inline(never)]
    fn slow(&mut self, line: &[u8], number: u64) {
        let line = line.trim_ascii();
        line_of(
            line,
            number,
            &mut self.layout,
            self.out,
            &mut |record, number| {
                self.sink.record(record, number);
            },
        );
        let named = line.first().is_some_and(|first| !first.is_ascii_digit());
        if self.out.rows > 0 && (named || self.picks.is_none()) && self.way != Way::Whole {
            self.picks = match &self.layout {
                Some(layout) => Picks::of(layout, &self.way),
                None => Layout::of_line(line).and_then(|layout| Picks::of(&layout, &self.way)),
            };
        }
    }
}

/// The fields of a plain line, by where each ends.
struct Fields<'a> {
    block: &'a [u8],
    ends: &'a [usize; COLUMNS + 1],
}

impl<'a> Fields<'a> {
    #[inline(always)]
    fn span(&self, column: Option<usize>) -> Option<(usize, usize)> {
        let column = column?;
        let before = self.ends.get(column)?.wrapping_add(1);
        Some((before, *self.ends.get(column + 1)?))
    }

    #[inline(always)]
    fn token(&self, column: Option<usize>) -> &'a [u8] {
        match self.span(column) {
            Some((from, to)) => self.block.get(from..to).unwrap_or_default(),
            None => &[],
        }
    }

    #[inline(always)]
    fn side(&self, column: Option<usize>, v4: &impl Fn(&[u8; 16], usize) -> Option<u32>) -> Side {
        let Some((from, to)) = self.span(column) else {
            return Side::Absent;
        };
        let window = self.block.get(from..).and_then(<[u8]>::first_chunk::<16>);
        let found = match window {
            Some(window) => v4(window, to - from),
            None => self.block.get(from..to).and_then(dotted).map(u32::from),
        };
        match found {
            Some(ip) => Side::V4(ip),
            None if self.block.get(from..to) == Some(b"-") => Side::Absent,
            None => Side::Other,
        }
    }

    /// Nothing when it is no number.
    #[inline(always)]
    fn seconds(&self, column: Option<usize>) -> Option<Option<i64>> {
        match self.token(column) {
            b"" | b"-" => Some(None),
            token => Some(Some(i64::try_from(digits(token)?).ok()?)),
        }
    }
}

/// Whether a line begins like a record, and with no time of CloudWatch Logs before it.
#[inline(always)]
fn is_plain(line: &[u8]) -> bool {
    let dated = matches!((line.get(4), line.get(10)), (Some(b'-'), Some(b'T')));
    match line.first() {
        Some(b'0'..=b'9' | b'-') => !dated,
        Some(first) if first.is_ascii_alphabetic() => !dated && !may_be_header(line),
        _ => false,
    }
}

/// No field's name has more than one digit.
fn may_be_header(line: &[u8]) -> bool {
    let first = line.split(|b| *b == b' ').next().unwrap_or_default();
    let digits = first.iter().filter(|b| b.is_ascii_digit()).take(2).count();
    digits < 2 && !matches!(first, b"ACCEPT" | b"REJECT" | b"OK")
}

/// How often bytes come in flow logs: digits, dots and spaces nearly always, which are rare in the texts that searches are made for.
struct Often;

impl HeuristicFrequencyRank for Often {
    fn rank(&self, byte: u8) -> u8 {
        match byte {
            b'0' | b'1' | b'2' | b' ' => 255,
            b'3'..=b'9' | b'.' => 240,
            b'e' | b'n' | b'i' | b'-' => 220,
            b'a'..=b'f' => 200,
            _ => 100,
        }
    }
}
