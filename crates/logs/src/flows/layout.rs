//! Which field stands where in a line: by its header, or by the order in which AWS added fields. Must not read values.

/// What a field is, as far as anybody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Interface,
    /// What stands for the interface where a record has none: a regional NAT gateway, a transit gateway's attachment.
    StandIn,
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
    SrcService,
    DstService,
    Other,
}

/// The fields in order, and what stands between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    columns: Vec<Column>,
    /// A space as AWS writes it; a comma, tab or semicolon in the tables that query engines export.
    pub(super) separator: u8,
}

/// Fields of VPC records in the order in which versions 2 to 5 and 7 to 11 added them, as [`name`] writes them: the default format is
/// the first fourteen.
const ORDER: [&str; 54] = [
    "version",
    "accountid",
    "interfaceid",
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
    "logstatus",
    "vpcid",
    "subnetid",
    "instanceid",
    "tcpflags",
    "type",
    "pktsrcaddr",
    "pktdstaddr",
    "region",
    "azid",
    "sublocationtype",
    "sublocationid",
    "pktsrcawsservice",
    "pktdstawsservice",
    "flowdirection",
    "trafficpath",
    "ecsclusterarn",
    "ecsclustername",
    "ecscontainerinstancearn",
    "ecscontainerinstanceid",
    "ecscontainerid",
    "ecssecondcontainerid",
    "ecsservicename",
    "ecstaskdefinitionarn",
    "ecstaskarn",
    "ecstaskid",
    "rejectreason",
    "resourceid",
    "encryptionstatus",
    "instancetag",
    "instancetag2",
    "interfacetag",
    "interfacetag2",
    "asgtag",
    "asgtag2",
    "interfacetype",
    "nexthopinterfaceid",
    "nexthopsubnetid",
    "nexthopazid",
    "nexthopvpcid",
    "nexthopinterfacetype",
];

/// Fields of transit gateway records in the order of their default format.
const TRANSIT: [&str; 36] = [
    "version",
    "resourcetype",
    "accountid",
    "tgwid",
    "tgwattachmentid",
    "tgwsrcvpcaccountid",
    "tgwdstvpcaccountid",
    "tgwsrcvpcid",
    "tgwdstvpcid",
    "tgwsrcsubnetid",
    "tgwdstsubnetid",
    "tgwsrceni",
    "tgwdsteni",
    "tgwsrcazid",
    "tgwdstazid",
    "tgwpairattachmentid",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "logstatus",
    "type",
    "packetslostnoroute",
    "packetslostblackhole",
    "packetslostmtuexceeded",
    "packetslostttlexpired",
    "tcpflags",
    "region",
    "flowdirection",
    "pktsrcawsservice",
    "pktdstawsservice",
];

impl Layout {
    /// The layout that a header gives; nothing when the line is no header.
    pub(super) fn of_header(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let separator = [b'\t', b',', b';']
            .into_iter()
            .find(|mark| line.as_bytes().contains(mark))
            .unwrap_or(b' ');
        let mut names = line
            .split(char::from(separator))
            .map(str::trim)
            .filter(|field| separator != b' ' || !field.is_empty())
            .map(name);
        // Most lines are records: the first field tells.
        let first = names.next().filter(|first| is_known(first))?;
        let names: Vec<String> = std::iter::once(first).chain(names).collect();
        if names.iter().filter(|name| is_known(name)).count() < 2 {
            return None;
        }
        Some(Self {
            columns: names.iter().map(|name| column(name)).collect(),
            separator,
        })
    }

    /// The layout of a line without header: the documented order, as far as the line reaches.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        let tokens: Vec<&[u8]> = line
            .split(|b| *b == b' ')
            .filter(|token| !token.is_empty())
            .collect();
        let version = tokens.first()?;
        let status = |at: usize| matches!(tokens.get(at), Some(&b"OK" | &b"NODATA" | &b"SKIPDATA"));
        let order: &[&str] =
            if matches!(tokens.get(12), Some(&b"ACCEPT" | &b"REJECT" | &b"-")) && status(13) {
                &ORDER
            } else if tokens.get(3).is_some_and(|id| id.starts_with(b"tgw-")) && status(25) {
                &TRANSIT
            } else {
                return None;
            };
        let fits = version.len() <= 2 && version.iter().all(u8::is_ascii_digit);
        let named = order
            .iter()
            .map(|name| column(name))
            .chain(std::iter::repeat(Column::Other));
        fits.then(|| Self {
            columns: named.take(tokens.len()).collect(),
            separator: b' ',
        })
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        self.columns.iter().copied()
    }
}

/// A field's name without its dress: headers come as `${srcaddr}`, `pkt_srcaddr`, `pkt-srcaddr`, `pktSrcAddr` and in quotes.
pub(super) fn name(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn is_known(name: &str) -> bool {
    column(name) != Column::Other || ORDER.contains(&name) || TRANSIT.contains(&name)
}

/// What the field of this [`name`] is. The longer names are those of the tables that AWS's pages on Athena once made.
pub(super) fn column(name: &str) -> Column {
    match name {
        "interfaceid" => Column::Interface,
        "resourceid" | "tgwattachmentid" | "tgwsrceni" => Column::StandIn,
        "srcaddr" | "sourceaddress" => Column::Src,
        "dstaddr" | "destinationaddress" => Column::Dst,
        "pktsrcaddr" => Column::PktSrc,
        "pktdstaddr" => Column::PktDst,
        "srcport" | "sourceport" => Column::SrcPort,
        "dstport" | "destinationport" => Column::DstPort,
        "protocol" => Column::Protocol,
        "packets" | "numpackets" => Column::Packets,
        "bytes" | "numbytes" => Column::Bytes,
        "start" | "starttime" => Column::Start,
        "end" | "endtime" => Column::End,
        "action" => Column::Action,
        "logstatus" => Column::Status,
        "tcpflags" => Column::Flags,
        "flowdirection" => Column::Direction,
        "pktsrcawsservice" => Column::SrcService,
        "pktdstawsservice" => Column::DstService,
        _ => Column::Other,
    }
}
