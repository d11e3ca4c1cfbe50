//! Parquet's footer and page headers: which columns there are and where their pages lie. Must not read values.
//! Numbers of fields and enums are those of `parquet.thrift` in apache/parquet-format.

use super::thrift::{self, Value};

/// Values in a footer at the most: some hundred row groups of sixty columns.
const MOST: usize = 2_000_000;
/// The header of a page is some dozens of values, with statistics.
const MOST_OF_PAGE: usize = 200;

/// How values are stored, before any encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Physical {
    Int32,
    Int64,
    Int96,
    Float,
    Double,
    Bytes,
    Other,
}

/// A column of the schema.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) name: String,
    pub(super) physical: Physical,
    /// Whether a level tells which values are there.
    pub(super) optional: bool,
    /// Neither repeated nor within a group.
    pub(super) flat: bool,
}

/// A column's part of a row group.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) codec: i64,
    /// Least and greatest value, where the column is of whole numbers and the writer says so.
    pub(super) range: Option<(i64, i64)>,
}

/// A row group; a chunk that does not lie within the file is absent.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) rows: u64,
    pub(super) chunks: Vec<Option<Chunk<'a>>>,
}

/// What the footer says.
#[derive(Debug)]
pub(super) struct Footer<'a> {
    pub(super) leaves: Vec<Leaf>,
    pub(super) groups: Vec<Group<'a>>,
}

impl<'a> Footer<'a> {
    /// Reads the end of the file.
    pub(super) fn read(file: &'a [u8]) -> Result<Self, &'static str> {
        let cut = "the Parquet file is cut: its footer is missing";
        let rest = match file.last_chunk::<4>() {
            Some(b"PAR1") => file.get(..file.len() - 4).unwrap_or_default(),
            Some(b"PARE") => return Err("the Parquet file is encrypted"),
            _ => return Err(cut),
        };
        let (rest, length) = rest.split_last_chunk::<4>().ok_or(cut)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| cut)?;
        let begin = rest.len().checked_sub(length).ok_or(cut)?;
        let broken = "the footer of the Parquet file is damaged";
        let (value, _) = thrift::read(rest.get(begin..).unwrap_or_default(), MOST).ok_or(broken)?;
        let leaves = leaves(value.list(2)).ok_or(broken)?;
        let groups = value.list(4).iter().map(|group| Group {
            rows: group
                .int(3)
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0),
            chunks: group.list(1).iter().map(|c| chunk(c, file)).collect(),
        });
        Ok(Self {
            leaves,
            groups: groups.collect(),
        })
    }
}

/// The schema is a tree in order of depth; its leaves are the columns.
fn leaves(elements: &[Value<'_>]) -> Option<Vec<Leaf>> {
    let mut leaves = Vec::new();
    let (root, rest) = elements.split_first()?;
    // How many children are still to come on each level.
    let mut open = vec![root.int(5)?];
    for element in rest {
        while open.last() == Some(&0) {
            open.pop();
        }
        let depth = open.len();
        *open.last_mut()? -= 1;
        if let Some(children) = element.int(5).filter(|n| *n > 0) {
            open.push(children);
            continue;
        }
        let repetition = element.int(3).unwrap_or(0);
        leaves.push(Leaf {
            name: String::from_utf8_lossy(element.bytes(4)?).into_owned(),
            physical: match element.int(1)? {
                1 => Physical::Int32,
                2 => Physical::Int64,
                3 => Physical::Int96,
                4 => Physical::Float,
                5 => Physical::Double,
                6 => Physical::Bytes,
                _ => Physical::Other,
            },
            optional: repetition == 1,
            flat: depth == 1 && repetition < 2,
        });
    }
    Some(leaves)
}

fn chunk<'a>(column: &Value<'_>, file: &'a [u8]) -> Option<Chunk<'a>> {
    let meta = column.get(3)?;
    let data = meta.size(9)?;
    let begin = meta
        .size(11)
        .filter(|at| (4..data).contains(at))
        .unwrap_or(data);
    let length = meta.size(7)?;
    let statistics = meta.get(12);
    let number = |new, old| -> Option<i64> {
        let bytes = statistics.and_then(|s| s.bytes(new).or_else(|| s.bytes(old)))?;
        match bytes.len() {
            4 => Some(i64::from(i32::from_le_bytes(*bytes.first_chunk()?))),
            8 => Some(i64::from_le_bytes(*bytes.first_chunk()?)),
            _ => None,
        }
    };
    Some(Chunk {
        bytes: file.get(begin..begin.checked_add(length)?)?,
        codec: meta.int(4)?,
        range: number(6, 2).zip(number(5, 1)),
    })
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    /// A page of version 2, whose levels stand uncompressed in front.
    DataV2 {
        levels: usize,
        compressed: bool,
    },
    Dictionary,
    Other,
}

/// The header of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageHeader {
    pub(super) kind: Kind,
    /// Bytes when decompressed.
    pub(super) size: usize,
    /// Values, absent ones too.
    pub(super) values: usize,
    pub(super) encoding: i64,
}

/// The header and body at the front of a chunk, and the rest of it.
pub(super) fn page(chunk: &[u8]) -> Option<(PageHeader, &[u8], &[u8])> {
    let (header, length) = thrift::read(chunk, MOST_OF_PAGE)?;
    let body = chunk.get(length..)?;
    let (body, rest) = body.split_at_checked(header.size(3)?)?;
    let (kind, about) = match header.int(1)? {
        0 => (Kind::Data, header.get(5)?),
        2 => (Kind::Dictionary, header.get(7)?),
        3 => {
            let about = header.get(8)?;
            // Repetition levels of a flat column take no bytes.
            let levels = about.size(5)?.checked_add(about.size(6)?)?;
            let compressed = !matches!(about.get(7), Some(Value::Bool(false)));
            (Kind::DataV2 { levels, compressed }, about)
        }
        _ => (Kind::Other, &header),
    };
    let encoding = if matches!(kind, Kind::DataV2 { .. }) {
        4
    } else {
        2
    };
    let known = kind != Kind::Other;
    let header = PageHeader {
        kind,
        size: header.size(2)?,
        values: if known { about.size(1)? } else { 0 },
        encoding: if known { about.int(encoding)? } else { 0 },
    };
    Some((header, body, rest))
}
