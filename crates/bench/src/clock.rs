//! Processor time and memory of this process, as Linux tells them. Must not know what is measured.

use std::fs;

use crate::BenchError;

/// Processor time that this thread has used, in nanoseconds; the kernel counts it at every tick, 1 to 10 milliseconds apart.
pub(crate) fn cpu_nanoseconds() -> Result<u64, BenchError> {
    let text =
        fs::read_to_string("/proc/thread-self/schedstat").map_err(|_| BenchError::NoClock)?;
    text.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .ok_or(BenchError::NoClock)
}

/// The most memory that this process has held, in KiB; nothing where the system does not say.
pub(crate) fn peak_kib() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
