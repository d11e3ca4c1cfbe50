//! Values of a column understood, as AWS or somebody else wrote them. Must not know how pages hold them, nor which rows are asked for.

use std::collections::HashMap;
use std::net::IpAddr;

use super::footer::Physical;
use super::sift::Sift;
use crate::flows::layout::Column as Role;
use crate::flows::rows::{as_aws_writes, scaled};
use crate::flows::{address, digits, is_own_service};

/// Names of interfaces kept.
const NAMES: usize = 500_000;

/// A value, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Absent,
    Number(i64),
    Address(IpAddr),
    /// One of [`Making::names`].
    Name(u32),
    Bad,
}

/// What is needed to understand values, and the limits that the whole file shares.
pub(super) struct Making<'a> {
    pub(super) sift: &'a Sift,
    pub(super) names: Vec<Box<[u8]>>,
    pub(super) numbers: HashMap<Box<[u8]>, u32>,
    /// Bytes that may still come out of decompression.
    pub(super) most: usize,
}

impl Making<'_> {
    fn name(&mut self, bytes: &[u8]) -> Cell {
        if let Some(number) = self.numbers.get(bytes) {
            return Cell::Name(*number);
        }
        match u32::try_from(self.names.len()) {
            Ok(number) if self.names.len() < NAMES => {
                self.names.push(bytes.into());
                self.numbers.insert(bytes.into(), number);
                Cell::Name(number)
            }
            _ => Cell::Bad,
        }
    }

    fn text(&mut self, role: Role, bytes: &[u8]) -> (Cell, u8) {
        let sift = self.sift;
        let ip = |bytes| address(bytes).map(|ip| (Cell::Address(ip), sift.address(ip)));
        match role {
            Role::Src | Role::Dst | Role::PktSrc | Role::PktDst => {
                if let Some(known) = ip(bytes) {
                    return known;
                }
            }
            Role::Interface | Role::StandIn => {}
            _ => {
                if let Some(number) = digits(bytes).and_then(|n| i64::try_from(n).ok()) {
                    return (Cell::Number(time(role, number)), 0);
                }
            }
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return (Cell::Bad, 0);
        };
        let Some(text) = as_aws_writes(role, text) else {
            return (Cell::Absent, 0);
        };
        let number = |known: Option<i64>| (known.map_or(Cell::Bad, Cell::Number), 0);
        match role {
            Role::Interface | Role::StandIn => {
                let class = self.sift.interface(text.as_bytes());
                (self.name(text.as_bytes()), class)
            }
            Role::Src | Role::Dst => ip(text.as_bytes()).unwrap_or((Cell::Bad, 0)),
            // As in text: what is no address there says nothing.
            Role::PktSrc | Role::PktDst => ip(text.as_bytes()).unwrap_or((Cell::Absent, 0)),
            Role::Action => number(match text.as_ref() {
                "ACCEPT" => Some(1),
                "REJECT" => Some(0),
                _ => None,
            }),
            Role::Status => number(match text.as_ref() {
                "OK" => Some(0),
                "NODATA" => Some(1),
                "SKIPDATA" => Some(2),
                _ => None,
            }),
            Role::Direction => match text.as_ref() {
                "ingress" => (Cell::Number(1), 0),
                "egress" => (Cell::Number(0), 0),
                _ => (Cell::Absent, 0),
            },
            Role::SrcService | Role::DstService => {
                number(Some(i64::from(is_own_service(text.as_bytes()))))
            }
            _ => number(digits(text.as_bytes()).and_then(|n| i64::try_from(n).ok())),
        }
    }
}

fn time(role: Role, number: i64) -> i64 {
    match role {
        Role::Start | Role::End => scaled(number),
        _ => number,
    }
}

pub(super) fn width(physical: Physical) -> Option<usize> {
    match physical {
        Physical::Int32 | Physical::Float => Some(4),
        Physical::Int64 | Physical::Double => Some(8),
        Physical::Int96 => Some(12),
        Physical::Bytes | Physical::Other => None,
    }
}

/// Bytes behind their length.
pub(super) fn bytes<'b>(body: &'b [u8], at: &mut usize) -> Option<&'b [u8]> {
    let length = body.get(*at..)?.first_chunk::<4>()?;
    let begin = *at + 4;
    let end = begin.checked_add(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *at = end;
    body.get(begin..end)
}

/// The plain value at a place, which moves on.
pub(super) fn value(
    physical: Physical,
    body: &[u8],
    at: &mut usize,
    role: Role,
    making: &mut Making<'_>,
) -> Option<(Cell, u8)> {
    if physical == Physical::Bytes {
        return Some(making.text(role, bytes(body, at)?));
    }
    let from = body.get(*at..)?;
    *at += width(physical)?;
    let number = match physical {
        Physical::Int32 => i64::from(i32::from_le_bytes(*from.first_chunk()?)),
        Physical::Int64 => i64::from_le_bytes(*from.first_chunk()?),
        Physical::Float => {
            return Some(float(
                f64::from(f32::from_le_bytes(*from.first_chunk()?)),
                role,
                making,
            ));
        }
        Physical::Double => {
            return Some(float(
                f64::from_le_bytes(*from.first_chunk()?),
                role,
                making,
            ));
        }
        Physical::Int96 => {
            // Nanoseconds of a Julian day, and the day: 1970 began at 2440588.
            let nanos = u64::from_le_bytes(*from.first_chunk()?);
            let day = u32::from_le_bytes(*from.get(8..)?.first_chunk()?);
            let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
            (i64::from(day) - 2_440_588) * 86_400 + seconds
        }
        Physical::Bytes | Physical::Other => return None,
    };
    let cell = match role {
        Role::Interface
        | Role::StandIn
        | Role::Src
        | Role::Dst
        | Role::PktSrc
        | Role::PktDst
        | Role::Action
        | Role::Status
        | Role::Direction
        | Role::SrcService
        | Role::DstService => Cell::Bad,
        _ => Cell::Number(time(role, number)),
    };
    Some((cell, 0))
}

/// A whole number that a writer with one kind of number only made a fraction; not a number where there was none.
fn float(number: f64, role: Role, making: &mut Making<'_>) -> (Cell, u8) {
    if number.is_nan() {
        return (Cell::Absent, 0);
    }
    making.text(role, number.to_string().as_bytes())
}
