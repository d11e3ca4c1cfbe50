//! Which field stands where in a line: by its header, or by the order in which AWS added fields. Must not read values.

/// What a field is, as far as anybody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Interface,
    Src,
    Dst,
    PktSrc,
    PktDst,
    SrcPort,
    DstPort,
    Protocol,
    Packets,
    Bytes,
    Start,
    End,
    Action,
    Status,
    Flags,
    Direction,
    Other,
}

/// The fields in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout(Vec<Column>);

/// All fields up to version 5 in the order of the documentation: the default format is the first fourteen.
const ORDER: [&str; 29] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
];

/// Fields of later versions and of transit gateways; only to know a header when one is seen.
const LATER: [&str; 22] = [
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "reject-reason",
    "resource-id",
    "encryption-status",
    "resource-type",
    "tgw-id",
    "tgw-attachment-id",
    "tgw-src-vpc-account-id",
    "tgw-dst-vpc-account-id",
    "tgw-src-vpc-id",
    "tgw-dst-vpc-id",
    "tgw-src-eni",
    "tgw-dst-eni",
];

/// Shortest line that can be taken for the default format.
const DEFAULT: usize = 14;

impl Layout {
    /// The layout that a header gives; nothing when the line is no header.
    pub(super) fn of_header(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let names: Vec<String> = line.split_whitespace().map(name).collect();
        let known =
            |name: &String| ORDER.contains(&name.as_str()) || LATER.contains(&name.as_str());
        let first = names.first()?;
        if !known(first) || names.iter().filter(|name| known(name)).count() < 2 {
            return None;
        }
        Some(Self(names.iter().map(|name| column(name)).collect()))
    }

    /// The layout of a line without header: the documented order, as far as the line reaches.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        let tokens: Vec<&[u8]> = line
            .split(|b| *b == b' ')
            .filter(|token| !token.is_empty())
            .collect();
        let version = tokens.first()?;
        let fits = tokens.len() >= DEFAULT
            && version.len() <= 2
            && version.iter().all(u8::is_ascii_digit)
            && matches!(tokens.get(12), Some(&b"ACCEPT" | &b"REJECT" | &b"-"))
            && matches!(tokens.get(13), Some(&b"OK" | &b"NODATA" | &b"SKIPDATA"));
        let named = ORDER
            .iter()
            .map(|name| column(name))
            .chain(std::iter::repeat(Column::Other));
        fits.then(|| Self(named.take(tokens.len()).collect()))
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        self.0.iter().copied()
    }
}

/// A field's name as the documentation writes it: headers come in `${srcaddr}` and `src_addr` dress too.
pub(super) fn name(text: &str) -> String {
    let text = text
        .trim_matches('"')
        .trim_start_matches("${")
        .trim_end_matches('}');
    text.to_ascii_lowercase().replace('_', "-")
}

pub(super) fn column(name: &str) -> Column {
    match name {
        "interface-id" => Column::Interface,
        "srcaddr" => Column::Src,
        "dstaddr" => Column::Dst,
        "pkt-srcaddr" => Column::PktSrc,
        "pkt-dstaddr" => Column::PktDst,
        "srcport" => Column::SrcPort,
        "dstport" => Column::DstPort,
        "protocol" => Column::Protocol,
        "packets" => Column::Packets,
        "bytes" => Column::Bytes,
        "start" => Column::Start,
        "end" => Column::End,
        "action" => Column::Action,
        "log-status" => Column::Status,
        "tcp-flags" => Column::Flags,
        "flow-direction" => Column::Direction,
        _ => Column::Other,
    }
}
