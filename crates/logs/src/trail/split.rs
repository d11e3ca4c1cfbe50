//! The records of a list, cut apart without parsing them. Must not know what a record says, and does not validate it: only that it
//! begins and ends with braces that match, and that a comma stands between two.

use std::ops::Range;

use super::marks::{BLOCK, Carry, Marks, mark};

/// Blocks marked at a time: a few kilobytes, so that marks and text are in the nearest cache when they are looked at.
const BLOCKS: usize = 64;

/// What comes next in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// A record, with its braces.
    Record(Range<usize>),
    /// The list ended; what follows begins here.
    End(usize),
    /// No record, and no end of the list: from here on the text is not understood.
    Broken(usize),
}

/// Records of a list in a text, from the place after its opening bracket.
#[derive(Debug)]
pub(super) struct Records<'t> {
    text: &'t [u8],
    marks: [Marks; BLOCKS],
    marked: usize,
    block: usize,
    /// Where the marked blocks begin.
    base: usize,
    /// Bytes of the block that were not looked at yet.
    live: u64,
    carry: Carry,
    /// Where the next record must begin.
    expected: usize,
    /// Where quotes and braces of the last record stand, from its beginning, and how many there are.
    index: Option<Vec<u32>>,
    places: usize,
}

impl<'t> Records<'t> {
    /// `indexed` says whether the places of quotes and braces are wanted.
    pub(super) fn new(text: &'t [u8], from: usize, indexed: bool) -> Self {
        Self {
            text,
            marks: [Marks::default(); BLOCKS],
            marked: 0,
            block: 0,
            base: from,
            live: 0,
            carry: Carry::default(),
            expected: from,
            index: indexed.then(Vec::new),
            places: 0,
        }
    }

    /// Places of the quotes and braces of the record that was found last, from its beginning.
    pub(super) fn index(&self) -> &[u32] {
        let index = self.index.as_deref().unwrap_or_default();
        index.get(..self.places).unwrap_or_default()
    }

    pub(super) fn next(&mut self) -> Next {
        let begin = skip_space(self.text, self.expected);
        match self.text.get(begin) {
            Some(b'{') => {}
            Some(b']') => return Next::End(begin + 1),
            _ => return Next::Broken(begin),
        }
        let mut depth = 0u32;
        let mut places = 0;
        loop {
            let Some(marks) = self.block() else {
                return Next::Broken(begin);
            };
            let base = self.base + self.block * BLOCK;
            let mut ended = None;
            let mut braces = marks.braces;
            while braces != 0 {
                let at = base + place(braces);
                if depth == 0 && at != begin {
                    return Next::Broken(begin);
                }
                // What is no opening brace closes; if it is none at all, the record will not be understood.
                if self.text.get(at) == Some(&b'{') {
                    depth += 1;
                } else {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        ended = Some(at);
                        break;
                    }
                }
                braces &= braces - 1;
            }
            let looked = ended.map_or(!0, |at| !0 >> (63 - (at - base)));
            if let Some(index) = &mut self.index {
                if index.len() < places + BLOCK {
                    index.resize(places + 16 * BLOCK, 0);
                }
                let mut bits = (marks.quotes | marks.braces) & looked;
                for slot in index.iter_mut().skip(places) {
                    if bits == 0 {
                        break;
                    }
                    // A text of more than 4 GB is not read, so no place is cut.
                    *slot = u32::try_from(base + place(bits) - begin).unwrap_or(u32::MAX);
                    places += 1;
                    bits &= bits - 1;
                }
            }
            if let Some(at) = ended {
                self.live = !looked;
                self.places = places;
                // After a record comes a comma or the end of the list; what else stands there is seen next time.
                let after = skip_space(self.text, at + 1);
                self.expected = after + usize::from(self.text.get(after) == Some(&b','));
                return Next::Record(begin..at + 1);
            }
            self.live = 0;
        }
    }

    /// The marks that were not looked at yet, of this block or the next that has some; `None` at the end of the text.
    #[inline]
    fn block(&mut self) -> Option<Marks> {
        loop {
            if self.live != 0
                && let Some(marks) = self.marks.get(self.block)
            {
                return Some(Marks {
                    quotes: marks.quotes & self.live,
                    braces: marks.braces & self.live,
                });
            }
            self.block += 1;
            self.live = !0;
            if self.block >= self.marked {
                self.base += self.marked * BLOCK;
                self.block = 0;
                self.marked = 0;
                let rest = self.text.get(self.base..).unwrap_or_default();
                if rest.is_empty() {
                    return None;
                }
                self.marked = mark(rest, &mut self.carry, &mut self.marks);
                if self.marked == 0 {
                    // The last piece is shorter than a block.
                    let mut last = [b' '; BLOCK];
                    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                    self.marked = mark(&last, &mut self.carry, &mut self.marks);
                }
            }
        }
    }
}

/// The place of the lowest bit.
#[inline]
fn place(bits: u64) -> usize {
    usize::try_from(bits.trailing_zeros()).unwrap_or(0)
}

/// The first place from `at` on where no white space stands.
#[inline]
pub(super) fn skip_space(text: &[u8], at: usize) -> usize {
    let mut at = at;
    while matches!(text.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}
