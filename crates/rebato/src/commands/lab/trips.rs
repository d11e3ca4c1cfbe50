//! How many calls followed each other: the longest chain in which each call began after the one before had ended; and when none
//! was under way.
//! Must not know what the calls do.

use rebato_lab::{Call, Lab};

/// Stretches of the lab's call log.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// From and to, as numbers of calls.
    parts: Vec<(usize, usize)>,
    from: usize,
}

impl Window {
    /// Begins to count.
    pub(super) fn open(lab: &Lab) -> Self {
        Self {
            parts: Vec::new(),
            from: lab.calls().len(),
        }
    }

    /// Stops counting for a while.
    pub(super) fn close(&mut self, lab: &Lab) {
        self.parts.push((self.from, lab.calls().len()));
    }

    /// Counts again.
    pub(super) fn reopen(&mut self, lab: &Lab) {
        self.from = lab.calls().len();
    }

    /// Stops counting with the call of this number.
    pub(super) fn close_at(&mut self, number: usize) {
        self.parts.push((self.from, number.max(self.from)));
    }

    /// The calls counted.
    pub(super) fn calls(&self, lab: &Lab) -> Vec<Call> {
        let calls = lab.calls();
        self.parts
            .iter()
            .flat_map(|(from, to)| calls.get(*from..*to).unwrap_or_default().to_vec())
            .collect()
    }
}

/// How many calls there were up to the last one that cut the network.
pub(super) fn last_cut(calls: &[Call]) -> usize {
    let cuts = |call: &Call| {
        matches!(
            call.operation.as_str(),
            "ModifyNetworkInterfaceAttribute" | "DisassociateAddress"
        )
    };
    calls.iter().rposition(cuts).map_or(0, |at| at + 1)
}

/// The longest chain of calls that followed each other.
pub(super) fn longest_chain(calls: &[Call]) -> usize {
    let mut ends: Vec<(u64, u64)> = calls
        .iter()
        .map(|call| (call.end_us, call.start_us))
        .collect();
    ends.sort_unstable();
    let mut length = 0;
    let mut until = 0;
    for (end, start) in ends {
        if length == 0 || start >= until {
            length += 1;
            until = end;
        }
    }
    length
}

/// Microseconds from `since` to the beginning of the last call in which no call was under way.
pub(super) fn idle(since: u64, calls: &[Call]) -> u64 {
    let mut spans: Vec<(u64, u64)> = calls
        .iter()
        .map(|call| (call.start_us, call.end_us))
        .collect();
    spans.sort_unstable();
    let (mut idle, mut until) = (0, since);
    for (start, end) in spans {
        idle += start.saturating_sub(until);
        until = until.max(end);
    }
    idle
}
