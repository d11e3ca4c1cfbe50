//! The picture of who talked to whom: each other side a line to the instance, with ports and bytes. Must not know cases, nor choose
//! which other sides matter.

use rebato_core::identify::Direction;

use super::canvas::{Anchor, Canvas, fit};
use super::thickness;
use crate::page::Tone;
use crate::words::Words;

const WIDTH: f64 = 960.0;
const ROW: f64 = 50.0;
const TOP: f64 = 8.0;
/// The lines begin behind the longest name, but no further to the right than this: it has room for an IPv6 address.
const FROM: f64 = 330.0;
/// They end at the box of the instance.
const UNTIL: f64 = 740.0;
/// Lines of text in that box, at most.
const LINES: usize = 8;

/// What the picture shows.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// What the instance is called: id, name, addresses.
    pub(crate) us: Vec<String>,
    /// The other sides, the ones that matter most first.
    pub(crate) peers: Vec<Peer>,
    /// The others, in one line.
    pub(crate) rest: Option<Rest>,
}

/// One other side and who began.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) tone: Tone,
    pub(crate) direction: Direction,
    /// Ports and protocols.
    pub(crate) ports: String,
    /// Towards us.
    pub(crate) bytes_in: u64,
    /// From us.
    pub(crate) bytes_out: u64,
    /// Accepted flow records.
    pub(crate) accepted: u64,
    /// Refused flow records.
    pub(crate) rejected: u64,
}

/// What the picture has no room for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rest {
    pub(crate) peers: usize,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
}

/// The picture as an SVG element.
pub(super) fn draw(network: &Network, words: Words) -> String {
    let rows = network.peers.len() + usize::from(network.rest.is_some());
    let lines = network.us.len().min(LINES);
    let height = TOP * 2.0 + (ROW * count(rows)).max(20.0 * count(lines) + 24.0);
    let others = network.peers.len() + network.rest.map_or(0, |rest| rest.peers);
    let mut canvas = Canvas::new(
        &format!("{}-network-picture", words.lang),
        (WIDTH, height),
        &words.key("report-picture-network"),
        &words.with("report-network-alt", [("count", others.to_string())]),
    );
    let names = network.peers.iter();
    let longest = names.map(|peer| peer.name.chars().count()).max();
    let from = (50.0 + 7.3 * count(longest.unwrap_or(0))).clamp(180.0, FROM);
    canvas.rect(
        "box",
        (UNTIL, TOP),
        (WIDTH - UNTIL - 4.0, height - 2.0 * TOP),
    );
    let mut y = height / 2.0 - 10.0 * count(lines) + 14.0;
    for (line, class) in network
        .us
        .iter()
        .take(LINES)
        .zip(["strong"].into_iter().chain(std::iter::repeat("data")))
    {
        let middle = f64::midpoint(UNTIL, WIDTH - 4.0);
        canvas.text(
            class,
            (middle, y),
            Anchor::Middle,
            &fit(line, WIDTH - UNTIL - 16.0),
        );
        y += 20.0;
    }
    let mut y = TOP + ROW / 2.0;
    for peer in &network.peers {
        draw_peer(&mut canvas, peer, (from, y), words);
        y += ROW;
    }
    if let Some(rest) = &network.rest {
        let others = words.with("report-network-rest", [("count", rest.peers.to_string())]);
        canvas.open("peer plain", &others);
        canvas.text(
            "strong",
            (4.0, y + 4.0),
            Anchor::Start,
            &fit(&others, from - 16.0),
        );
        canvas.bar(
            "flow",
            (from, UNTIL),
            y,
            thickness(rest.bytes_in.saturating_add(rest.bytes_out)),
        );
        let told = told(
            words,
            (rest.bytes_in, rest.bytes_out),
            (rest.accepted, rest.rejected),
        );
        canvas.text(
            "under",
            (f64::midpoint(from, UNTIL), y + 17.0),
            Anchor::Middle,
            &fit(&told, UNTIL - from - 24.0),
        );
        canvas.close();
    }
    canvas.done()
}

fn draw_peer(canvas: &mut Canvas, peer: &Peer, (start, y): (f64, f64), words: Words) {
    let bytes = (peer.bytes_in, peer.bytes_out);
    let told = told(words, bytes, (peer.accepted, peer.rejected));
    let refused = peer.accepted == 0;
    canvas.open(
        &format!(
            "peer {}{}",
            peer.tone.name(),
            if refused { " refused" } else { "" }
        ),
        &format!("{} {} {told}", peer.name, peer.ports),
    );
    canvas.text("sign", (4.0, y + 4.5), Anchor::Start, peer.tone.symbol());
    canvas.text(
        "data",
        (22.0, y + 4.0),
        Anchor::Start,
        &fit(&peer.name, start - 34.0),
    );
    let (from, until) = match peer.direction {
        Direction::Inbound => (start, UNTIL - 9.0),
        Direction::Outbound => (start + 9.0, UNTIL),
        Direction::Unknown => (start, UNTIL),
    };
    canvas.bar(
        "flow",
        (from, until),
        y,
        thickness(peer.bytes_in.saturating_add(peer.bytes_out)),
    );
    match peer.direction {
        Direction::Inbound => canvas.head("head", (UNTIL, y), true),
        Direction::Outbound => canvas.head("head", (start, y), false),
        Direction::Unknown => {}
    }
    let (middle, room) = (f64::midpoint(start, UNTIL), UNTIL - start - 24.0);
    canvas.text(
        "over",
        (middle, y - 8.0),
        Anchor::Middle,
        &fit(&peer.ports, room),
    );
    canvas.text(
        "under",
        (middle, y + 17.0),
        Anchor::Middle,
        &fit(&told, room),
    );
    canvas.close();
}

/// Bytes both ways, and what was refused.
fn told(
    words: Words,
    (bytes_in, bytes_out): (u64, u64),
    (accepted, rejected): (u64, u64),
) -> String {
    let mut said = Vec::new();
    if accepted > 0 {
        said.push(words.with(
            "report-network-bytes",
            [
                ("in", words.bytes(bytes_in)),
                ("out", words.bytes(bytes_out)),
            ],
        ));
    }
    if rejected > 0 {
        said.push(words.with("report-network-refused", [("count", rejected.to_string())]));
    }
    said.join(" · ")
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}
