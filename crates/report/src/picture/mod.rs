//! Pictures as SVG elements, all from one canvas: the timeline, who talked to whom, and traffic before and after containment.
//! Must not know cases: each picture draws plain data, and escapes every word of it.

mod canvas;
mod network;
mod timeline;
mod traffic;

use crate::words::Words;

pub(crate) use network::{Network, Peer, Rest};
pub(crate) use timeline::{Lane, Moment};
pub(crate) use traffic::{After, Bar, Traffic};

/// A picture before it is drawn.
#[derive(Debug, Clone)]
pub(crate) enum Picture {
    /// What happened when.
    Timeline(Vec<Moment>),
    /// Who talked to whom.
    Network(Network),
    /// Traffic before and after containment.
    Traffic(Traffic),
}

impl Picture {
    /// Its name: part of the ids in the page, and of the keys of its caption (`report-picture-…`) and legend.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Timeline(_) => "timeline",
            Self::Network(_) => "network",
            Self::Traffic(_) => "traffic",
        }
    }

    /// Whether there is nothing to draw.
    pub(crate) const fn is_empty(&self) -> bool {
        match self {
            Self::Timeline(moments) => moments.is_empty(),
            Self::Network(network) => network.peers.is_empty(),
            Self::Traffic(traffic) => traffic.bars.is_empty(),
        }
    }

    /// The picture as an SVG element.
    pub(crate) fn draw(&self, words: Words) -> String {
        match self {
            Self::Timeline(moments) => timeline::draw(moments, words),
            Self::Network(network) => network::draw(network, words),
            Self::Traffic(traffic) => traffic::draw(traffic, words),
        }
    }
}

/// A line of so many bytes: thicker for more, by orders of magnitude, from 1.5 to 7 units.
fn thickness(bytes: u64) -> f64 {
    let digits = bytes.checked_ilog10().unwrap_or(0);
    (1.5 + 0.6 * f64::from(digits.saturating_sub(2))).min(7.0)
}
