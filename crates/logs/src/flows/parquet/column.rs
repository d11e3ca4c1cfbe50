//! A column of a row group, read some rows at a time: a page is decompressed when one of its rows is asked for, and what a dictionary
//! says is understood once. Must not know which rows are asked for.

use std::borrow::Cow;

use super::cell::{Cell, Making, bytes, value, width};
use super::footer::{Chunk, Kind, Leaf, PageHeader, Physical, page};
use super::unpack::{PAGE, Runs, decompress, plain};
use crate::flows::layout::Column as Role;

/// Entries of a dictionary. Writers give up on one long before.
const ENTRIES: usize = 500_000;
/// The place of a value that is absent.
const ABSENT: u32 = u32::MAX;

/// Values understood, with what is asked of each.
#[derive(Debug, Default)]
struct Pool {
    cells: Vec<Cell>,
    classes: Vec<u8>,
    /// All classes together.
    any: u8,
}

impl Pool {
    fn push(&mut self, (cell, class): (Cell, u8)) {
        self.cells.push(cell);
        self.classes.push(class);
        self.any |= class;
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.classes.clear();
        self.any = 0;
    }
}

/// A page whose values are being read.
#[derive(Debug)]
struct Open<'a> {
    body: Cow<'a, [u8]>,
    levels: Option<Runs>,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Dictionary(Runs),
    Plain { at: usize, physical: Physical },
}

impl Values {
    /// Passes values over.
    fn skip(&mut self, body: &[u8], count: usize) -> Option<()> {
        match self {
            Self::Dictionary(runs) => runs.skip(body, count)?,
            Self::Plain { at, physical } => match width(*physical) {
                Some(width) => *at = at.checked_add(width.checked_mul(count)?)?,
                None => {
                    for _ in 0..count {
                        bytes(body, at)?;
                    }
                }
            },
        }
        Some(())
    }
}

/// A column being read.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) role: Role,
    pub(super) name: String,
    physical: Physical,
    optional: bool,
    codec: i64,
    rest: &'a [u8],
    next: Option<(PageHeader, &'a [u8])>,
    open: Option<Open<'a>>,
    /// Rows left in the page.
    left: usize,
    /// Rows of the page passed over before it is opened or read on.
    passed: usize,
    dictionary: Pool,
    plain: Pool,
    from_dictionary: bool,
    index: Vec<u32>,
    /// The rows read last, where not all were.
    rows: Option<Vec<usize>>,
    levels: Vec<u32>,
    found: Vec<u32>,
}

impl<'a> Column<'a> {
    pub(super) fn new(role: Role, leaf: &Leaf, chunk: &Chunk<'a>) -> Self {
        Self {
            role,
            name: leaf.name.clone(),
            physical: leaf.physical,
            optional: leaf.optional,
            codec: chunk.codec,
            rest: chunk.bytes,
            next: None,
            open: None,
            left: 0,
            passed: 0,
            dictionary: Pool::default(),
            plain: Pool::default(),
            from_dictionary: false,
            index: Vec::new(),
            rows: None,
            levels: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Rows left in the present page, the next one when it is over.
    pub(super) fn left(&mut self, making: &mut Making<'_>) -> Result<usize, String> {
        while self.left == 0 {
            self.open = None;
            self.passed = 0;
            if self.rest.is_empty() {
                return Err("it ends before the other columns".into());
            }
            let (header, body, rest) = page(self.rest).ok_or("a page is cut or damaged")?;
            self.rest = rest;
            match header.kind {
                Kind::Dictionary => self.read_dictionary(header, body, making)?,
                Kind::Data | Kind::DataV2 { .. } => {
                    self.left = header.values;
                    self.from_dictionary = matches!(header.encoding, 2 | 8);
                    self.next = Some((header, body));
                }
                Kind::Other => {}
            }
        }
        Ok(self.left)
    }

    /// Whether any row of the present page can be of this class, as far as that is known without opening it.
    pub(super) fn may_have(&self, class: u8) -> bool {
        !self.from_dictionary || self.dictionary.any & class != 0
    }

    /// Passes rows over; no more than are left in the page.
    pub(super) fn skip(&mut self, count: usize) {
        self.left -= count;
        self.passed += count;
    }

    /// Goes on by some rows, no more than are left in the page, and reads those given (in order): all, where none are.
    pub(super) fn read(
        &mut self,
        count: usize,
        rows: Option<&[usize]>,
        making: &mut Making<'_>,
    ) -> Result<(), String> {
        self.index.clear();
        self.plain.clear();
        self.rows = rows.map(<[usize]>::to_vec);
        if let Some((header, body)) = self.next.take() {
            self.open = Some(self.open_page(header, body, making)?);
        }
        let passed = std::mem::take(&mut self.passed);
        self.left -= count;
        self.take(passed, count, rows, making)
            .ok_or_else(|| "a page holds less than it says, or is damaged".into())
    }

    /// What was read last in a row.
    pub(super) fn cell(&self, row: usize) -> Cell {
        let pool = self.pool();
        let place = match &self.rows {
            None => Some(row),
            Some(rows) => rows.binary_search(&row).ok(),
        };
        match place.and_then(|place| self.index.get(place)) {
            Some(&ABSENT) => Cell::Absent,
            Some(at) => usize::try_from(*at)
                .ok()
                .and_then(|at| pool.cells.get(at))
                .copied()
                .unwrap_or(Cell::Bad),
            None => Cell::Absent,
        }
    }

    /// The classes of the rows read last, in order.
    pub(super) fn classes(&self) -> impl Iterator<Item = u8> {
        let pool = self.pool();
        self.index.iter().map(|at| {
            usize::try_from(*at)
                .ok()
                .and_then(|at| pool.classes.get(at))
                .copied()
                .unwrap_or(0)
        })
    }

    fn pool(&self) -> &Pool {
        if self.from_dictionary {
            &self.dictionary
        } else {
            &self.plain
        }
    }

    fn inflate<'b>(
        &self,
        bytes: &'b [u8],
        size: usize,
        making: &mut Making<'_>,
    ) -> Result<Cow<'b, [u8]>, String> {
        making.most = making
            .most
            .checked_sub(size)
            .ok_or("it inflates to far more than its size: not read on")?;
        decompress(self.codec, bytes, size)
    }

    fn read_dictionary(
        &mut self,
        header: PageHeader,
        body: &[u8],
        making: &mut Making<'_>,
    ) -> Result<(), String> {
        if header.values > ENTRIES {
            return Err(format!(
                "a dictionary of {} values is too large",
                header.values
            ));
        }
        let body = self.inflate(body, header.size, making)?;
        self.dictionary.clear();
        let mut at = 0;
        for _ in 0..header.values {
            let cell = value(self.physical, &body, &mut at, self.role, making)
                .ok_or("its dictionary is cut")?;
            self.dictionary.push(cell);
        }
        Ok(())
    }

    fn open_page(
        &mut self,
        header: PageHeader,
        body: &'a [u8],
        making: &mut Making<'_>,
    ) -> Result<Open<'a>, String> {
        let damaged = "a page is damaged";
        let (levels, body, begin) = match header.kind {
            Kind::DataV2 { levels, compressed } => {
                let (front, back) = body.split_at_checked(levels).ok_or(damaged)?;
                let size = header.size.checked_sub(levels).ok_or(damaged)?;
                let values = if compressed {
                    self.inflate(back, size, making)?
                } else {
                    Cow::Borrowed(back)
                };
                let mut whole = front.to_vec();
                whole.extend_from_slice(&values);
                let runs = Runs::new(0, 1).filter(|_| self.optional);
                (runs, Cow::Owned(whole), levels)
            }
            _ => {
                let body = self.inflate(body, header.size, making)?;
                if self.optional {
                    let length = body.first_chunk::<4>().ok_or(damaged)?;
                    let length =
                        usize::try_from(u32::from_le_bytes(*length)).map_err(|_| damaged)?;
                    let begin = length.checked_add(4).ok_or(damaged)?;
                    (Runs::new(4, 1), body, begin)
                } else {
                    (None, body, 0)
                }
            }
        };
        let rest = body.get(begin..).ok_or(damaged)?;
        let mut open = Open {
            values: Values::Plain {
                at: begin,
                physical: self.physical,
            },
            body: Cow::Borrowed(&[]),
            levels,
        };
        match header.encoding {
            0 => {}
            2 | 8 => {
                // A page without any value may have no width either.
                let width = rest.first().copied().unwrap_or(0);
                open.values = Values::Dictionary(Runs::new(begin + 1, width).ok_or(damaged)?);
            }
            other => {
                let width = width(self.physical).unwrap_or(1);
                let values = plain(other, rest, header.values, width).ok_or_else(|| {
                    format!("encoding {other} is damaged, or one that is not read")
                })?;
                if other == 5 {
                    open.values = Values::Plain {
                        at: begin,
                        physical: Physical::Int64,
                    };
                }
                let mut whole = body.get(..begin).unwrap_or_default().to_vec();
                whole.extend_from_slice(&values);
                if whole.len() > PAGE {
                    return Err("a page is too large".into());
                }
                open.body = Cow::Owned(whole);
                return Ok(open);
            }
        }
        open.body = body;
        Ok(open)
    }

    fn take(
        &mut self,
        passed: usize,
        count: usize,
        rows: Option<&[usize]>,
        making: &mut Making<'_>,
    ) -> Option<()> {
        let Self {
            open,
            levels,
            found,
            index,
            plain,
            ..
        } = self;
        let Open {
            body,
            levels: runs,
            values,
        } = open.as_mut()?;
        let present = match runs {
            None => (passed, count),
            Some(runs) => {
                let skipped = runs.count(body, passed, levels)?;
                levels.clear();
                runs.fill(body, count, levels)?;
                (skipped, levels.iter().filter(|level| **level == 1).count())
            }
        };
        if let Some(rows) = rows {
            values.skip(body, present.0)?;
            return some(self, rows, present.1, count, making);
        }
        let all = present.1 == count;
        let target = if all { &mut *index } else { &mut *found };
        target.clear();
        values.skip(body, present.0)?;
        match values {
            Values::Dictionary(runs) => runs.fill(body, present.1, target)?,
            Values::Plain { at, physical } => {
                for n in 0..present.1 {
                    plain.push(value(*physical, body, at, self.role, making)?);
                    target.push(u32::try_from(n).ok()?);
                }
            }
        }
        if !all {
            let mut values = found.iter();
            for level in levels.iter() {
                index.push(if *level == 1 { *values.next()? } else { ABSENT });
            }
        }
        Some(())
    }
}

/// Reads the given rows of the next `count`, of which `present` hold a value; the levels of those rows have been read.
fn some(
    column: &mut Column<'_>,
    rows: &[usize],
    present: usize,
    count: usize,
    making: &mut Making<'_>,
) -> Option<()> {
    let Column {
        open,
        levels,
        index,
        plain,
        role,
        ..
    } = column;
    let Open { body, values, .. } = open.as_mut()?;
    // Rows and values behind which the reader stands.
    let (mut row, mut taken) = (0, 0);
    for wanted in rows {
        let (gap, there) = if present == count {
            (wanted.checked_sub(row)?, true)
        } else {
            let gap = levels.get(row..*wanted)?;
            let gap = gap.iter().filter(|level| **level == 1).count();
            (gap, levels.get(*wanted) == Some(&1))
        };
        values.skip(body, gap)?;
        (row, taken) = (wanted + 1, taken + gap + usize::from(there));
        match values {
            _ if !there => index.push(ABSENT),
            Values::Dictionary(runs) => runs.fill(body, 1, index)?,
            Values::Plain { at, physical } => {
                index.push(u32::try_from(plain.cells.len()).ok()?);
                plain.push(value(*physical, body, at, *role, making)?);
            }
        }
    }
    values.skip(body, present.checked_sub(taken)?)
}
