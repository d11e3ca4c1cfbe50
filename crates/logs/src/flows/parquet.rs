//! Flow records in Parquet, as AWS delivers them (VPC User Guide, "Flow log files") and as pandas, DuckDB, Polars and others write
//! them. The columns that choose rows are read first, some thousand rows at a time, the others for the pages in which a row was
//! chosen. Memory is bounded by one page a column. Must not know what is asked of the records beyond which ones.

mod cell;
mod column;
mod footer;
mod sift;
#[cfg(test)]
mod tests;
mod thrift;
mod unpack;

use std::collections::HashMap;

use cell::{Cell, Making};
use column::Column;
use footer::{Footer, Group};
pub(crate) use sift::Sift;

use super::layout::{Column as Role, column, name};
use super::{FileRead, Record};

/// Rows looked at together.
const BATCH: usize = 4_096;
/// How far a file may inflate: as with gzip, and more for what is small.
const RATIO: usize = 250;
const HARMLESS: usize = 64 << 20;

/// Rows that were counted and not put together.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    pub(crate) rows: u64,
    /// First and last second of their row groups, where the file says so.
    pub(crate) times: Option<(i64, i64)>,
}

/// Whether these bytes are the beginning of a Parquet file.
pub(crate) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1")
}

/// Hands on every row that is asked for, with its number from 1, and counts the others.
pub(crate) fn read(
    bytes: &[u8],
    sift: &Sift,
    mut found: impl FnMut(&Record<'_>, u64),
) -> (FileRead, Passed) {
    let (mut out, mut passed) = (FileRead::default(), Passed::default());
    let footer = match Footer::read(bytes) {
        Ok(footer) => footer,
        Err(why) => {
            out.cut.push(why.to_owned());
            return (out, passed);
        }
    };
    let mut roles: Vec<(usize, Role)> = Vec::new();
    for (at, leaf) in footer.leaves.iter().enumerate() {
        let role = column(&name(&leaf.name));
        if leaf.flat && role != Role::Other && roles.iter().all(|(_, known)| *known != role) {
            roles.push((at, role));
        }
    }
    if roles.len() < 2 {
        let names: Vec<&str> = footer
            .leaves
            .iter()
            .take(5)
            .map(|l| l.name.as_str())
            .collect();
        out.cut.push(format!(
            "no flow log: its columns are {}, …",
            names.join(", ")
        ));
        return (out, passed);
    }
    let mut making = Making {
        sift,
        names: Vec::new(),
        numbers: HashMap::new(),
        most: bytes.len().saturating_mul(RATIO).saturating_add(HARMLESS),
    };
    let mut first_row = 1;
    for (number, group) in footer.groups.iter().enumerate() {
        let columns: Option<Vec<Column<'_>>> = roles
            .iter()
            .map(|(at, role)| {
                Some(Column::new(
                    *role,
                    footer.leaves.get(*at)?,
                    group.chunks.get(*at)?.as_ref()?,
                ))
            })
            .collect();
        let read = match columns {
            _ if group.rows > u64::try_from(bytes.len()).unwrap_or(0).saturating_mul(64) => {
                Err("it claims more rows than it can hold".to_owned())
            }
            Some(mut columns) => rows(
                group.rows,
                first_row,
                &mut columns,
                &mut making,
                &mut out,
                &mut passed,
                &mut found,
            ),
            None => Err("a column lies outside of the file".to_owned()),
        };
        if let Err(why) = read {
            out.cut.push(format!(
                "row group {} (rows from {first_row}): {why}",
                number + 1
            ));
        }
        times(group, &roles, &mut passed);
        first_row += group.rows;
    }
    (out, passed)
}

/// Widens the times of what was passed over by those of a row group.
fn times(group: &Group<'_>, roles: &[(usize, Role)], passed: &mut Passed) {
    let range = |wanted: Role| {
        let (at, _) = roles.iter().find(|(_, role)| *role == wanted)?;
        group.chunks.get(*at)?.as_ref()?.range
    };
    if let Some(((first, _), (_, last))) = range(Role::Start).zip(range(Role::End)) {
        let (first, last) = (super::rows::scaled(first), super::rows::scaled(last));
        let known = passed.times.get_or_insert((first, last));
        *known = (known.0.min(first), known.1.max(last));
    }
}

fn rows(
    count: u64,
    first_row: u64,
    columns: &mut [Column<'_>],
    making: &mut Making<'_>,
    out: &mut FileRead,
    passed: &mut Passed,
    found: &mut impl FnMut(&Record<'_>, u64),
) -> Result<(), String> {
    let mut done = 0;
    let mut chosen = Vec::new();
    while done < count {
        let mut batch = usize::try_from(count - done).unwrap_or(BATCH).min(BATCH);
        for column in &mut *columns {
            let left = column.left(making).map_err(|why| placed(column, &why))?;
            batch = batch.min(left);
        }
        choose(columns, batch, making, &mut chosen)?;
        let (batch_rows, chosen_rows) = (wide(batch), wide(chosen.len()));
        out.rows += batch_rows - chosen_rows;
        passed.rows += batch_rows - chosen_rows;
        for column in columns
            .iter_mut()
            .filter(|column| !chooses(column.role) || making.sift.takes_all())
        {
            if chosen.is_empty() {
                column.skip(batch);
            } else {
                column
                    .read(batch, few(&chosen, batch), making)
                    .map_err(|why| placed(column, &why))?;
            }
        }
        for row in &chosen {
            out.take(
                record(columns, *row, making).as_ref(),
                first_row + done + wide(*row),
                found,
            );
        }
        done += batch_rows;
    }
    Ok(())
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn placed(column: &Column<'_>, why: &str) -> String {
    format!("column {}: {why}", column.name)
}

fn chooses(role: Role) -> bool {
    matches!(
        role,
        Role::Interface | Role::StandIn | Role::Src | Role::Dst | Role::PktSrc | Role::PktDst
    )
}

/// The rows of a batch that are asked for. Afterwards the choosing columns stand behind the batch, and have been read where a row
/// was chosen.
fn choose(
    columns: &mut [Column<'_>],
    batch: usize,
    making: &mut Making<'_>,
    chosen: &mut Vec<usize>,
) -> Result<(), String> {
    chosen.clear();
    if making.sift.takes_all() {
        chosen.extend(0..batch);
        return Ok(());
    }
    let ends = |role| matches!(role, Role::Src | Role::Dst);
    let names = |role| matches!(role, Role::Interface | Role::StandIn);
    let (mut may_name, mut may_end, mut may_any) = (0, 0, 0);
    for column in columns.iter() {
        for class in [sift::WANTED, sift::ASKED, sift::SUSPECT] {
            if chooses(column.role) && column.may_have(class) {
                may_any |= class;
                may_name |= if names(column.role) { class } else { 0 };
                may_end |= if ends(column.role) { class } else { 0 };
            }
        }
    }
    let mut live = making.sift.takes(may_name, may_end, may_any);
    let mut classes = vec![[0u8; 3]; if live { batch } else { 0 }];
    // Names first: they are few, and often decide.
    for by_name in [true, false] {
        let choosing = columns
            .iter_mut()
            .filter(|c| chooses(c.role) && names(c.role) == by_name);
        let rows = if by_name { None } else { few(chosen, batch) };
        for column in choosing {
            if !live {
                column.skip(batch);
                continue;
            }
            column
                .read(batch, rows, making)
                .map_err(|why| placed(column, &why))?;
            let marks = match (by_name, ends(column.role)) {
                (true, _) => [1, 0, 0],
                (false, true) => [0, 1, 1],
                (false, false) => [0, 0, 1],
            };
            for (at, class) in column
                .classes()
                .enumerate()
                .filter(|(_, class)| *class != 0)
            {
                let row = rows.map_or(Some(at), |rows| rows.get(at).copied());
                if let Some(known) = row.and_then(|row| classes.get_mut(row)) {
                    for (known, mark) in known.iter_mut().zip(marks) {
                        *known |= class * mark;
                    }
                }
            }
        }
        if live {
            let rows = classes.iter().enumerate().filter(|(_, [name, end, all])| {
                let (end, all) = if by_name {
                    (may_end, may_any)
                } else {
                    (*end, *all)
                };
                making.sift.takes(*name, end, all)
            });
            *chosen = rows.map(|(row, _)| row).collect();
            live = !chosen.is_empty();
        }
    }
    Ok(())
}

/// The rows to read one by one; none where so many are asked for that reading all is cheaper.
fn few(rows: &[usize], batch: usize) -> Option<&[usize]> {
    (rows.len() < batch / 4).then_some(rows)
}

/// Puts a row together. What a record without data says beside that is not looked at closely.
fn record<'m>(columns: &[Column<'_>], row: usize, making: &'m Making<'_>) -> Option<Record<'m>> {
    let mut record = Record::default();
    let mut whole = true;
    for column in columns {
        let cell = column.cell(row);
        whole &= cell == Cell::Absent || set(&mut record, column.role, cell, making).is_some();
    }
    (whole || record.no_data || record.skipped).then_some(record)
}

fn set<'m>(record: &mut Record<'m>, role: Role, cell: Cell, making: &'m Making<'_>) -> Option<()> {
    let number = match cell {
        Cell::Number(number) => number,
        Cell::Address(ip) => {
            match role {
                Role::Src => record.src = Some(ip),
                Role::Dst => record.dst = Some(ip),
                Role::PktSrc => record.pkt_src = Some(ip),
                Role::PktDst => record.pkt_dst = Some(ip),
                _ => return None,
            }
            return Some(());
        }
        Cell::Name(at) => {
            if role == Role::Interface || record.interface.is_empty() {
                record.interface = making.names.get(usize::try_from(at).ok()?)?;
            }
            return Some(());
        }
        Cell::Absent | Cell::Bad => return None,
    };
    match role {
        Role::SrcPort => record.src_port = u16::try_from(number).ok()?,
        Role::DstPort => record.dst_port = u16::try_from(number).ok()?,
        Role::Protocol => record.protocol = u8::try_from(number).ok()?,
        Role::Packets => record.packets = u64::try_from(number).ok()?,
        Role::Bytes => record.bytes = u64::try_from(number).ok()?,
        Role::Start => record.start = Some(number),
        Role::End => record.end = Some(number),
        Role::Action => record.accepted = Some(number == 1),
        Role::Status => (record.no_data, record.skipped) = (number == 1, number == 2),
        Role::Flags => record.flags = Some(u16::try_from(number).ok()?),
        Role::Direction => record.ingress = Some(number == 1),
        Role::SrcService => record.src_service = number == 1,
        Role::DstService => record.dst_service = number == 1,
        _ => return None,
    }
    Some(())
}
