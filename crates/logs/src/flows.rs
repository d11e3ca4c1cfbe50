//! VPC Flow Logs: text of any version and field order, with or without header, or JSON rows, to [`Record`]s.
//! Field facts: VPC User Guide, "Flow log records". Must not know what is asked of the records.

mod address;
mod layout;
mod marks;
pub(crate) mod parquet;
mod rows;
mod table;
mod text;

use std::net::IpAddr;

pub(crate) use address::address;
pub(crate) use text::{Glance, Side, Sink, Way};

use layout::{Column, Layout};
use text::Reader;

use crate::bytes::Inflater;

/// One flow record; fields that the format lacks or that are `-` are absent or 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) interface: &'a [u8],
    pub(crate) src: Option<IpAddr>,
    pub(crate) dst: Option<IpAddr>,
    pub(crate) pkt_src: Option<IpAddr>,
    pub(crate) pkt_dst: Option<IpAddr>,
    pub(crate) src_port: u16,
    pub(crate) dst_port: u16,
    pub(crate) protocol: u8,
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// Unix seconds.
    pub(crate) start: Option<i64>,
    /// Unix seconds.
    pub(crate) end: Option<i64>,
    /// Whether the packets were let through; absent where the format lacks `action`, as in transit gateway records.
    pub(crate) accepted: Option<bool>,
    pub(crate) flags: Option<u16>,
    /// `flow-direction`: true for ingress.
    pub(crate) ingress: Option<bool>,
    /// Whether AWS itself runs what is at the packet's source.
    pub(crate) src_service: bool,
    /// Whether AWS itself runs what is at the packet's destination.
    pub(crate) dst_service: bool,
    pub(crate) skipped: bool,
    pub(crate) no_data: bool,
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) rows: u64,
    pub(crate) bad: u64,
    pub(crate) first_bad: Option<u64>,
    pub(crate) cut: Vec<String>,
}

impl FileRead {
    /// Hands a record on, or counts what should have been one.
    fn take(
        &mut self,
        record: Option<&Record<'_>>,
        number: u64,
        found: &mut impl FnMut(&Record<'_>, u64),
    ) {
        if let Some(record) = record {
            self.rows += 1;
            found(record, number);
        } else {
            self.bad += 1;
            self.first_bad.get_or_insert(number);
        }
    }
}

/// Hands on every record that the sink wants, with its line.
pub(crate) fn read(inflater: &mut Inflater, bytes: &[u8], sink: &mut impl Sink) -> FileRead {
    let mut out = FileRead::default();
    let head = crate::bytes::head(bytes);
    let head = without_mark(&head);
    if head.trim_ascii_start().starts_with(b"{") || head.trim_ascii_start().starts_with(b"[") {
        let whole = inflater.inflate(bytes);
        out.cut.extend(whole.cut);
        rows::read(&whole.bytes, &mut out, &mut |record, number| {
            sink.record(record, number);
        });
        return out;
    }
    let mut reader = Reader::new(sink, &mut out);
    let cut = inflater.lines(bytes, |chunk, first| match first {
        1 => reader.chunk(without_mark(chunk), 1),
        _ => reader.chunk(chunk, first),
    });
    out.cut.extend(cut);
    out
}

/// The text without the mark of its encoding that some editors put before it.
fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

fn line_of(
    line: &[u8],
    number: u64,
    layout: &mut Option<Layout>,
    out: &mut FileRead,
    found: &mut impl FnMut(&Record<'_>, u64),
) {
    // CloudWatch Logs puts the time of the event before the line when it exports.
    let line = match (line.get(4), line.get(10)) {
        (Some(b'-'), Some(b'T')) => line
            .iter()
            .position(|b| *b == b' ')
            .and_then(|at| line.get(at + 1..))
            .unwrap_or(line),
        _ => line,
    };
    if line.is_empty() || line.starts_with(b"#") {
        return;
    }
    if line
        .first()
        .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'$' || *b == b'"')
        && let Some(header) = Layout::of_header(line)
    {
        *layout = Some(header);
        return;
    }
    let read = match layout {
        Some(layout) if layout.separator != b' ' => {
            return table::row(line, layout, number, out, found);
        }
        Some(layout) => parse(line, layout),
        None => Layout::of_line(line).and_then(|default| parse(line, &default)),
    };
    out.take(read.as_ref(), number, found);
}

/// Reads one line by a layout; nothing when it cannot be a record of that layout.
fn parse<'a>(line: &'a [u8], layout: &Layout) -> Option<Record<'a>> {
    let mut record = Record::default();
    let mut columns = layout.columns();
    let mut rest = line;
    loop {
        let (token, after) = match memchr::memchr(b' ', rest) {
            Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
            None => (rest, &[][..]),
        };
        if !token.is_empty() {
            let column = columns.next()?;
            if column != Column::Other && token != b"-" {
                set(&mut record, column, token)?;
            }
        }
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    // A line with fewer fields than the header names is cut.
    columns.next().is_none().then_some(record)
}

fn set<'a>(record: &mut Record<'a>, column: Column, token: &'a [u8]) -> Option<()> {
    match column {
        Column::Interface => record.interface = token,
        Column::StandIn if record.interface.is_empty() => record.interface = token,
        Column::StandIn => {}
        Column::Src => record.src = Some(address(token)?),
        Column::Dst => record.dst = Some(address(token)?),
        Column::PktSrc => record.pkt_src = address(token),
        Column::PktDst => record.pkt_dst = address(token),
        Column::SrcPort => record.src_port = u16::try_from(digits(token)?).ok()?,
        Column::DstPort => record.dst_port = u16::try_from(digits(token)?).ok()?,
        Column::Protocol => record.protocol = u8::try_from(digits(token)?).ok()?,
        Column::Packets => record.packets = digits(token)?,
        Column::Bytes => record.bytes = digits(token)?,
        Column::Start => record.start = Some(i64::try_from(digits(token)?).ok()?),
        Column::End => record.end = Some(i64::try_from(digits(token)?).ok()?),
        Column::Action => {
            record.accepted = Some(match token {
                b"ACCEPT" => true,
                b"REJECT" => false,
                _ => return None,
            });
        }
        Column::Status => match token {
            b"SKIPDATA" => record.skipped = true,
            b"NODATA" => record.no_data = true,
            b"OK" => {}
            _ => return None,
        },
        Column::Flags => record.flags = Some(u16::try_from(digits(token)?).ok()?),
        Column::Direction => {
            record.ingress = match token {
                b"ingress" => Some(true),
                b"egress" => Some(false),
                _ => None,
            };
        }
        Column::SrcService => record.src_service = is_own_service(token),
        Column::DstService => record.dst_service = is_own_service(token),
        Column::Other => {}
    }
    Some(())
}

/// Whether a name in AWS's list of address ranges is a service that AWS runs, rather than one that runs what customers put there.
fn is_own_service(name: &[u8]) -> bool {
    !matches!(
        name,
        b"EC2"
            | b"CLOUDFRONT"
            | b"GLOBALACCELERATOR"
            | b"API_GATEWAY"
            | b"AMAZON_LIGHTSAIL"
            | b"WORKSPACES_GATEWAYS"
    )
}

fn digits(token: &[u8]) -> Option<u64> {
    if token.len() > 19 || token.is_empty() {
        return None;
    }
    token.iter().try_fold(0u64, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests;
